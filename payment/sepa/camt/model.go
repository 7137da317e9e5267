package camt

import (
	"fmt"
	"log/slog"
	"strings"

	"github.com/bausteine/egov/forms/ids"
	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// Namespaces of the messages that are read.
const (
	NSReport02       = "urn:iso:std:iso:20022:tech:xsd:camt.052.001.02"
	NSReport08       = "urn:iso:std:iso:20022:tech:xsd:camt.052.001.08"
	NSStatement02    = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"
	NSStatement08    = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
	NSNotification02 = "urn:iso:std:iso:20022:tech:xsd:camt.054.001.02"
	NSNotification08 = "urn:iso:std:iso:20022:tech:xsd:camt.054.001.08"
)

// Kind tells the three messages apart.
type Kind uint8

// The kinds of messages.
const (
	Report       Kind = iota + 1 // camt.052, during the day: may change
	StatementDay                 // camt.053, booked
	Notification                 // camt.054, single bookings, as of a batch
)

// String returns "camt.052", "camt.053" or "camt.054".
func (k Kind) String() string {
	return map[Kind]string{Report: "camt.052", StatementDay: "camt.053", Notification: "camt.054"}[k]
}

// Message is the head of a file.
type Message struct {
	Kind Kind
	// Version is 2 or 8.
	Version int
	ID      string
	// Created is the time as the bank wrote it, with or without an offset.
	Created string
	// Page is 0 if the message has no pages; LastPage is true then.
	Page     int64
	LastPage bool
}

// Statement is the head of a statement, report or notification of one account.
type Statement struct {
	ID string
	// Number is the ElctrncSeqNb, LegalNumber the LglSeqNb; 0 if there is none.
	Number, LegalNumber int64
	// Created is the time as the bank wrote it.
	Created string
	// Copy is COPY, CODU or DUPL where the bank says that it sent it before.
	Copy     string
	Account  Account
	Balances []Balance
	// Totals is nil without a summary.
	Totals *Totals
	// Info is set once the entries have been read.
	Info string
	Pos  xmlscan.Position
}

// Account is the account that is reported on.
type Account struct {
	IBAN ids.IBAN
	// Other is the number of an account without an IBAN.
	Other    string
	Currency string // may be empty
	Owner    string // as the bank knows it; personal data if a person's
	BIC      ids.BIC
}

// Key returns the IBAN, or else the other number.
func (a Account) Key() string {
	if a.IBAN != "" {
		return string(a.IBAN)
	}
	return a.Other
}

// Balance is a balance of the account.
type Balance struct {
	// Type is OPBD, PRCD, CLBD, ITBD, CLAV, FWAV or a bank's own.
	Type   string
	Amount Amount
	Debit  bool
	Date   payment.Date
}

// Totals is what the summary says of all entries.
type Totals struct {
	// Entries is -1, and Units is -1, where the bank says nothing.
	Entries int64
	Units   int64 // hundred-thousandths, both directions added up
}

// BankCode is the bank's code of a transaction.
type BankCode struct {
	Domain, Family, SubFamily string // ISO 20022, such as PMNT RCDT ESCT
	// Proprietary and Issuer are the bank's or the German banks' own (DK).
	Proprietary, Issuer string
}

// Charges are fees of banks.
type Charges struct {
	// Total is TtlChrgsAndTaxAmt; nil if there is none.
	Total *Amount
	// Records is the sum of the single charges, without those credited; nil if
	// there is none.
	Records *Amount
}

// Sum returns the total if the bank gives one, else the sum of the records;
// nil without charges.
func (c Charges) Sum() *Amount {
	if c.Total != nil {
		return c.Total
	}
	return c.Records
}

// Entry is a booking on the account: one transaction or a batch of them.
type Entry struct {
	Ref    string // NtryRef
	Amount Amount
	// Debit says that the money left the account.
	Debit bool
	// Reversal says that an earlier booking is taken back (RvslInd).
	Reversal bool
	// Status is BOOK, PDNG (not booked yet), FUTR or INFO.
	Status      string
	BookingDate payment.Date // zero if the bank gives none
	ValueDate   payment.Date
	// ServicerRef is the bank's own reference of the booking (AcctSvcrRef), by
	// which a repeated one is known. Not every bank gives it.
	ServicerRef string
	Code        BankCode
	Instructed  *Amount // AmtDtls/InstdAmt
	Charges     Charges
	// Batches and Info are complete once the details have been read.
	Batches []Batch
	Info    string // AddtlNtryInf
	Pos     xmlscan.Position
}

// Booked reports whether the money has moved.
func (e *Entry) Booked() bool { return e.Status == "BOOK" }

// Batch says what was booked together; banks may leave out its details.
type Batch struct {
	MsgID, PaymentInfoID string
	// Transactions is 0 where the bank says nothing.
	Transactions int64
	Total        *Amount
}

// Detail is one transaction of an entry.
type Detail struct {
	MsgID, PaymentInfoID, InstructionID string
	// EndToEndID is the order's identifier; NOTPROVIDED where it had none.
	EndToEndID    string
	TransactionID string
	MandateID     string
	ServicerRef   string
	// Amount is TxDtls/Amt, else AmtDtls/TxAmt; nil if the bank gives neither,
	// as it may for the only detail of an entry.
	Amount *Amount
	// Debit is the entry's where the detail says nothing.
	Debit bool
	// Instructed is the amount of the original order (AmtDtls/InstdAmt).
	Instructed *Amount
	Code       BankCode
	Charges    Charges
	Debtor     Party
	Creditor   Party
	// UltimateDebtor is on whose behalf the debtor paid; a name.
	UltimateDebtor string
	Purpose        string
	// Text holds the pieces of the remittance text (Ustrd) as they were cut:
	// join them without blanks to find something in them.
	Text []string
	// References are structured creditor references, RF or others.
	References []string
	// Return is set for a transaction that a bank sent back.
	Return *Return
	Info   string // AddtlTxInf
	Pos    xmlscan.Position
}

// Party is a payer or payee: personal data.
type Party struct {
	Name string
	IBAN ids.IBAN
	// Other is an account number other than an IBAN.
	Other string
	BIC   ids.BIC
}

// Return says why a transaction came back.
type Return struct {
	// Reason is an ISO 20022 code, such as AC04 (account closed) or MD06 (the
	// debtor wants the money back), or the bank's own.
	Reason string
	Info   []string
}

// JoinedText returns the remittance text without the seams between its pieces.
func (d *Detail) JoinedText() string { return strings.Join(d.Text, "") }

// LogValue hides name and account.
func (Party) LogValue() slog.Value { return slog.StringValue("[party]") }

// Format hides name and account, whatever the verb.
func (Party) Format(f fmt.State, _ rune) { fmt.Fprint(f, "[party]") }

// LogValue shows amount and direction only.
func (d Detail) LogValue() slog.Value {
	if d.Amount == nil {
		return slog.GroupValue(slog.Bool("debit", d.Debit))
	}
	return slog.GroupValue(slog.Bool("debit", d.Debit), slog.String("amount", d.Amount.String()))
}

// Format shows what [Detail.LogValue] shows, whatever the verb.
func (d Detail) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "detail %s", d.LogValue()) }

// LogValue shows the bank's reference, amount, direction and status.
func (e Entry) LogValue() slog.Value {
	return slog.GroupValue(slog.String("ref", e.ServicerRef), slog.Bool("debit", e.Debit), slog.String("amount", e.Amount.String()), slog.String("status", e.Status))
}

// Format shows what [Entry.LogValue] shows, whatever the verb.
func (e Entry) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "entry %s", e.LogValue()) }
