package pain

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/bausteine/egov/forms/ids"
	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/sepa"
	"github.com/bausteine/egov/xoev/finding"
)

var (
	ruleEmpty     = finding.Rule{Code: "PAIN-001", Source: "ISO 20022, PmtInf, CdtTrfTxInf, DrctDbtTxInf", Message: "there is no batch, or a batch has no orders"}
	ruleCreated   = finding.Rule{Code: "PAIN-002", Source: "ISO 20022, CreDtTm", Message: "the time of creation is missing, or its year or zone is out of range"}
	ruleAccount   = finding.Rule{Code: "PAIN-003", Source: "ISO 13616", Message: "not an IBAN in its normal form"}
	ruleBank      = finding.Rule{Code: "PAIN-004", Source: "ISO 9362", Message: "not a BIC in its normal form"}
	ruleAmount    = finding.Rule{Code: "PAIN-005", Source: "EPC132-08, EPC130-08, InstdAmt", Message: "the amount is not 0.01 to 999999999.99 EUR"}
	ruleSum       = finding.Rule{Code: "PAIN-006", Source: "ISO 20022, CtrlSum, NbOfTxs", Message: "the control sum or the number of orders is out of range"}
	ruleReference = finding.Rule{Code: "PAIN-007", Source: "ISO 11649", Message: "not a creditor reference in its normal form, or a text beside it"}
	rulePurpose   = finding.Rule{Code: "PAIN-008", Source: "ISO 20022, external purpose codes", Message: "the purpose is not a code of four capital letters or digits"}
	ruleAddress   = finding.Rule{Code: "PAIN-009", Source: "DFÜ-Abkommen, annex 3; EPC rulebooks 2025", Message: "the address lacks town or country, or a part is too long"}
	ruleDay       = finding.Rule{Code: "PAIN-010", Source: "EPC016-06, EPC222-07, ch. 4.3; EPC125-05", Message: "the day is missing or does not exist, is no business day or too early"}
	ruleCreditor  = finding.Rule{Code: "PAIN-011", Source: "EPC262-08", Message: "not a creditor identifier in its normal form"}
	ruleSequence  = finding.Rule{Code: "PAIN-012", Source: "EPC016-06, AT-T004", Message: "the sequence is not FRST, RCUR, OOFF or FNAL"}
	ruleSigned    = finding.Rule{Code: "PAIN-013", Source: "EPC016-06, annex VII", Message: "the mandate's date of signature is missing, does not exist or is after the day of the file"}
	ruleTwice     = finding.Rule{Code: "PAIN-014", Source: "ISO 20022, PmtInfId", Message: "two batches have the same identifier"}
)

// Rules returns the catalogue of this package's findings; texts and
// identifiers are judged by package sepa (SEPA-002 to SEPA-005).
func Rules() []finding.Rule {
	return []finding.Rule{
		ruleEmpty, ruleCreated, ruleAccount, ruleBank, ruleAmount, ruleSum, ruleReference, rulePurpose, ruleAddress, ruleDay,
		ruleCreditor, ruleSequence, ruleSigned, ruleTwice,
	}
}

const (
	maxFindings = 100
	maxCents    = 99999999999
	maxCount    = 999999999999999
	maxSum      = 999999999999999999 // cents: DecimalNumber has 18 digits
	maxZone     = 14 * 60 * 60       // seconds: xs:dateTime
)

// lint collects what is wrong with a file. It also adds up.
type lint struct {
	findings []finding.Finding
	umlauts  bool
	today    payment.Date
	ids      map[string]bool
}

func newLint(h Header) *lint {
	l := &lint{umlauts: h.AllowUmlauts, today: payment.Date{Year: h.Created.Year(), Month: h.Created.Month(), Day: h.Created.Day()}, ids: map[string]bool{}}
	l.identifier("messageId", h.MessageID)
	l.text("initiator", h.Initiator, 70)
	_, zone := h.Created.Zone()
	if year := h.Created.Year(); h.Created.IsZero() || year < 1 || year > 9999 || zone < -maxZone || zone > maxZone {
		l.add(ruleCreated, "created")
	}
	return l
}

func (l *lint) err() error {
	if len(l.findings) == 0 {
		return nil
	}
	return &finding.InvalidError{Findings: l.findings}
}

func (l *lint) add(r finding.Rule, path string) { l.put(r.At(path, 0, 0, nil)) }

func (l *lint) put(ff ...finding.Finding) {
	for _, f := range ff {
		if len(l.findings) < maxFindings {
			l.findings = append(l.findings, f)
		}
	}
}

func (l *lint) identifier(path, s string) { l.put(sepa.CheckIdentifier(path, s)...) }

// german are the characters that German banks take beside those of SEPA.
var german = strings.NewReplacer("Ä", "A", "Ö", "O", "Ü", "U", "ä", "a", "ö", "o", "ü", "u", "ß", "s", "&", "+", "*", ".", "$", ".", "%", ".")

func (l *lint) text(path, s string, limit int) {
	if l.umlauts {
		s = german.Replace(s)
	}
	l.put(sepa.CheckText(path, s, limit)...)
}

func (l *lint) optional(path, s string, limit int) {
	if s != "" {
		l.text(path, s, limit)
	}
}

func (l *lint) party(path string, p Party) {
	l.text(path+".name", p.Name, 70)
	if parsed, err := ids.ParseIBAN(string(p.IBAN)); err != nil || parsed != p.IBAN {
		l.add(ruleAccount, path+".iban")
	}
	if parsed, err := ids.ParseBIC(string(p.BIC)); p.BIC != "" && (err != nil || parsed != p.BIC) {
		l.add(ruleBank, path+".bic")
	}
	a := p.Address
	if a == nil {
		return
	}
	if a.Town == "" || len(a.Country) != 2 || strings.Trim(a.Country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		l.add(ruleAddress, path+".address")
	}
	l.optional(path+".address.street", a.Street, 70)
	l.optional(path+".address.houseNumber", a.HouseNumber, 16)
	l.optional(path+".address.postalCode", a.PostalCode, 16)
	l.optional(path+".address.town", a.Town, 35)
}

// order checks what transfers and debits share, and adds the amount up.
func (l *lint) order(path string, id string, amount payment.Amount, text string, ref ids.CreditorReference, purpose string, t *Totals) {
	l.identifier(path+".endToEndId", id)
	if amount.Currency != "EUR" || amount.Cents < 1 || amount.Cents > maxCents {
		l.add(ruleAmount, path+".amount")
		amount = payment.EUR(0)
	}
	l.optional(path+".text", text, 140)
	if parsed, err := ids.ParseCreditorReference(string(ref)); ref != "" && (err != nil || parsed != ref || text != "") {
		l.add(ruleReference, path+".reference")
	}
	if purpose != "" && (len(purpose) != 4 || strings.Trim(purpose, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "") {
		l.add(rulePurpose, path+".purpose")
	}
	sum, err := t.Sum.Add(amount)
	if t.Count++; err != nil || sum.Cents > maxSum || t.Count > maxCount {
		l.add(ruleSum, path)
		return
	}
	t.Sum = sum
}

// exists reports whether the calendar has the day.
func exists(d payment.Date) bool {
	parsed, err := payment.ParseDate(d.String())
	return err == nil && parsed == d && d.Year > 0
}

func (l *lint) batchID(path, id string) {
	l.identifier(path+".id", id)
	if l.ids[id] {
		l.add(ruleTwice, path+".id")
	}
	l.ids[id] = true
}

// transfers goes through a batch for the first time.
func (l *lint) transfers(path string, b TransferBatch) (t Totals, err error) {
	l.batchID(path, b.ID)
	l.party(path+".debtor", b.Debtor)
	if !exists(b.Execute) || b.Execute.String() < l.today.String() || !b.Instant && !sepa.BusinessDay(b.Execute) {
		l.add(ruleDay, path+".execute")
	}
	t.Sum = payment.EUR(0)
	if b.Transfers != nil {
		for o, err := range b.Transfers {
			if err != nil {
				return t, fmt.Errorf("pain: reading the orders: %w", err)
			}
			at := path + ".transfers[" + strconv.Itoa(t.Count) + "]"
			l.party(at+".creditor", o.Creditor)
			l.order(at, o.EndToEndID, o.Amount, o.Text, o.Reference, o.Purpose, &t)
		}
	}
	if t.Count == 0 {
		l.add(ruleEmpty, path)
	}
	return t, nil
}

// debits goes through a batch for the first time.
func (l *lint) debits(path string, b DebitBatch) (t Totals, err error) {
	l.batchID(path, b.ID)
	l.party(path+".creditor", b.Creditor)
	if parsed, err := ids.ParseGlaeubigerID(string(b.CreditorID)); err != nil || parsed != b.CreditorID {
		l.add(ruleCreditor, path+".creditorId")
	}
	if !exists(b.Due) || !sepa.BusinessDay(b.Due) || b.Due.String() < sepa.EarliestCollection(l.today).String() {
		l.add(ruleDay, path+".due")
	}
	switch b.Sequence {
	case First, Recurring, OneOff, Final:
	default:
		l.add(ruleSequence, path+".sequence")
	}
	t.Sum = payment.EUR(0)
	if b.Debits != nil {
		for o, err := range b.Debits {
			if err != nil {
				return t, fmt.Errorf("pain: reading the orders: %w", err)
			}
			at := path + ".debits[" + strconv.Itoa(t.Count) + "]"
			l.party(at+".debtor", o.Debtor)
			l.mandate(at+".mandate", o.Mandate)
			l.order(at, o.EndToEndID, o.Amount, o.Text, o.Reference, o.Purpose, &t)
		}
	}
	if t.Count == 0 {
		l.add(ruleEmpty, path)
	}
	return t, nil
}

func (l *lint) mandate(path string, m Mandate) {
	l.identifier(path+".id", m.ID)
	if !exists(m.Signed) || m.Signed.String() > l.today.String() {
		l.add(ruleSigned, path+".signed")
	}
	if m.OriginalID != "" {
		l.identifier(path+".originalId", m.OriginalID)
	}
	l.optional(path+".originalCreditor", m.OriginalCreditor, 70)
	if parsed, err := ids.ParseGlaeubigerID(string(m.OriginalCreditorID)); m.OriginalCreditorID != "" && (err != nil || parsed != m.OriginalCreditorID) {
		l.add(ruleCreditor, path+".originalCreditorId")
	}
	if parsed, err := ids.ParseIBAN(string(m.OriginalIBAN)); m.OriginalIBAN != "" && (err != nil || parsed != m.OriginalIBAN || m.NewAccount) {
		l.add(ruleAccount, path+".originalIban")
	}
}

// plus adds the totals of a batch to those of the file.
func (l *lint) plus(t *Totals, batch Totals) {
	sum, err := t.Sum.Add(batch.Sum)
	if t.Count += batch.Count; err != nil || sum.Cents > maxSum || t.Count > maxCount {
		l.add(ruleSum, "")
		return
	}
	t.Sum = sum
}
