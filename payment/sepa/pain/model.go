package pain

import (
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"time"

	"github.com/bausteine/egov/forms/ids"
	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/sepa"
)

// Namespaces of the messages that are written.
const (
	NSTransfer = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
	NSDebit    = "urn:iso:std:iso:20022:tech:xsd:pain.008.001.08"
)

// ErrChanged is returned if a sequence of orders adds up to something else the
// second time, or breaks a rule then. What has been written is to be thrown
// away.
var ErrChanged = errors.New("pain: the orders changed while they were written")

// Header is the head of a file.
type Header struct {
	// MessageID is the file's, new for each: a bank refuses one that it knows.
	// An identifier of up to 35 characters.
	MessageID string
	// Created is written with its offset; dates are compared with its day.
	Created time.Time
	// Initiator is who sends the file, up to 70 characters.
	Initiator string
	// AllowUmlauts lets texts and names hold ÄÖÜäöüß & * $ % too. German banks
	// have to take them and may replace them; banks elsewhere may refuse the
	// order.
	AllowUmlauts bool
}

// Party is a payer or payee. It is personal data and never logged.
type Party struct {
	// Name is the account holder's, up to 70 characters. Since October 2025 the
	// payer's bank compares it with the payee's account (Verification of Payee).
	Name string
	IBAN ids.IBAN
	BIC  ids.BIC // not needed within the European Economic Area
	// Address is nil for none.
	Address *Address
}

// Address is a structured address; unstructured ones are refused by banks
// since 16 November 2026.
type Address struct {
	Street, HouseNumber string // up to 70 and 16 characters, may be empty
	PostalCode          string // up to 16, may be empty
	Town                string // 1 to 35
	Country             string // ISO 3166-1 alpha-2
}

// TransferFile is a pain.001.
type TransferFile struct {
	Header
	Batches []TransferBatch // at least one
}

// TransferBatch is a group of credit transfers from one account on one day.
type TransferBatch struct {
	ID string // of the batch: an identifier
	// Execute is the day of execution, a business day unless Instant.
	Execute payment.Date
	Debtor  Party
	// Instant asks for instant transfers (SCT Inst).
	Instant bool
	// Single asks for one entry on the statement for each transfer.
	Single bool
	// Transfers is gone through twice; see [All].
	Transfers iter.Seq2[Transfer, error]
}

// Transfer is a credit transfer.
type Transfer struct {
	// EndToEndID comes back on the statement of account: an identifier, by which
	// package reconcile finds the claim.
	EndToEndID string
	Amount     payment.Amount
	Creditor   Party
	// Text (up to 140 characters) and Reference exclude each other; both may be
	// empty.
	Text      string
	Reference ids.CreditorReference
	Purpose   string // ISO 20022 purpose code of four letters, or empty
}

// DebitFile is a pain.008.
type DebitFile struct {
	Header
	Batches []DebitBatch // at least one
}

// Sequence says which collection of its mandate a debit is.
type Sequence string

// The sequences.
const (
	First     Sequence = "FRST" // first of several; RCUR will do
	Recurring Sequence = "RCUR"
	OneOff    Sequence = "OOFF"
	Final     Sequence = "FNAL"
)

// DebitBatch is a group of direct debits to one account on one day and of one
// sequence.
type DebitBatch struct {
	ID string // of the batch: an identifier; comes back as PmtInfId
	// Due is the day of collection: see [sepa.EarliestCollection].
	Due      payment.Date
	Sequence Sequence
	// B2B uses the business scheme instead of CORE.
	B2B      bool
	Creditor Party
	// CreditorID is the Gläubiger-Identifikationsnummer.
	CreditorID ids.GlaeubigerID
	// Single asks for one entry on the statement for each debit.
	Single bool
	// Debits is gone through twice; see [All].
	Debits iter.Seq2[Debit, error]
}

// Debit is a direct debit.
type Debit struct {
	EndToEndID string // as for a Transfer
	Amount     payment.Amount
	Mandate    Mandate
	Debtor     Party
	Text       string
	Reference  ids.CreditorReference
	Purpose    string
}

// Mandate (Lastschriftmandat) is what the payer has signed.
type Mandate struct {
	// ID is the Mandatsreferenz: an identifier.
	ID     string
	Signed payment.Date
	// What has changed since the last collection; empty if nothing has.
	OriginalID         string           // the Mandatsreferenz before
	OriginalCreditorID ids.GlaeubigerID // the creditor identifier before
	OriginalCreditor   string           // the creditor's name before
	OriginalIBAN       ids.IBAN         // the payer's account before
	// NewAccount says that the payer's account has changed, where the one before
	// need not be named (SMNDA).
	NewAccount bool
}

func (m Mandate) amended() bool {
	return m.OriginalID != "" || m.OriginalCreditorID != "" || m.OriginalCreditor != "" || m.OriginalIBAN != "" || m.NewAccount
}

// Totals is what a file adds up to, as for the sheet that goes with it.
type Totals struct {
	Count int
	Sum   payment.Amount
}

// All makes a sequence of a slice.
func All[T any](list []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for _, v := range list {
			if !yield(v, nil) {
				return
			}
		}
	}
}

// Changed says what a transliteration replaced, by field.
type Changed struct{ Name, Text, Address []sepa.Change }

// Any reports whether something was replaced.
func (c Changed) Any() bool { return len(c.Name)+len(c.Text)+len(c.Address) > 0 }

// Transliterate returns the transfer with name, text and address in the
// characters of SEPA, and what was replaced. Texts may become longer.
func (t Transfer) Transliterate() (Transfer, Changed) {
	var c Changed
	t.Creditor, t.Text = transliterate(t.Creditor, t.Text, &c)
	return t, c
}

// Transliterate returns the debit with name, text and address in the
// characters of SEPA, and what was replaced. Texts may become longer.
func (d Debit) Transliterate() (Debit, Changed) {
	var c Changed
	d.Debtor, d.Text = transliterate(d.Debtor, d.Text, &c)
	return d, c
}

func transliterate(p Party, text string, c *Changed) (Party, string) {
	p.Name, c.Name = sepa.Transliterate(p.Name)
	text, c.Text = sepa.Transliterate(text)
	if p.Address != nil {
		a := *p.Address
		for _, s := range []*string{&a.Street, &a.HouseNumber, &a.PostalCode, &a.Town} {
			var changes []sepa.Change
			*s, changes = sepa.Transliterate(*s)
			c.Address = append(c.Address, changes...)
		}
		p.Address = &a
	}
	return p, text
}

// LogValue hides name and account.
func (Party) LogValue() slog.Value { return slog.StringValue("[party]") }

// Format hides name and account, whatever the verb.
func (Party) Format(f fmt.State, _ rune) { fmt.Fprint(f, "[party]") }

// LogValue hides the address.
func (Address) LogValue() slog.Value { return slog.StringValue("[address]") }

// Format hides the address, whatever the verb.
func (Address) Format(f fmt.State, _ rune) { fmt.Fprint(f, "[address]") }

// LogValue shows the identifier only.
func (m Mandate) LogValue() slog.Value { return slog.StringValue("mandate " + m.ID) }

// Format shows what [Mandate.LogValue] shows, whatever the verb.
func (m Mandate) Format(f fmt.State, _ rune) { fmt.Fprint(f, "mandate ", m.ID) }

// LogValue shows identifier and amount only.
func (t Transfer) LogValue() slog.Value {
	return slog.GroupValue(slog.String("endToEndId", t.EndToEndID), slog.String("amount", t.Amount.String()))
}

// Format shows what [Transfer.LogValue] shows, whatever the verb.
func (t Transfer) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "transfer %s %s", t.EndToEndID, t.Amount)
}

// LogValue shows identifier and amount only.
func (d Debit) LogValue() slog.Value {
	return slog.GroupValue(slog.String("endToEndId", d.EndToEndID), slog.String("amount", d.Amount.String()))
}

// Format shows what [Debit.LogValue] shows, whatever the verb.
func (d Debit) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "debit %s %s", d.EndToEndID, d.Amount) }
