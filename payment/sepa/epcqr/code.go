package epcqr

import (
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bausteine/egov/forms/ids"
	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/sepa"
	"github.com/bausteine/egov/xoev/finding"
)

// Limits of EPC069-12.
const (
	MaxBytes = 331         // of a payload
	maxCents = 99999999999 // 999 999 999.99 euro
)

// Code is what an EPC QR code says.
type Code struct {
	// Name of the payee: exactly the account holder's, 1 to 70 characters.
	Name string
	IBAN ids.IBAN
	// BIC is not needed within the European Economic Area; leave it empty.
	BIC ids.BIC
	// Amount is above zero, in EUR. The zero Amount leaves it to the payer.
	Amount payment.Amount
	// Purpose is an ISO 20022 purpose code of up to four letters and digits;
	// most payees leave it empty.
	Purpose string
	// Reference and Text exclude each other.
	Reference ids.CreditorReference
	Text      string // up to 140 characters
	// Information is for the payer and does not travel with the payment, up to
	// 70 characters.
	Information string
}

// Decoded is a parsed code with how it was written.
type Decoded struct {
	Code
	Version string // "001" or "002"
	Charset int    // 1 to 8
	Instant bool   // identification code INST
}

// LogValue shows neither name nor account nor text.
func (c Code) LogValue() slog.Value {
	return slog.GroupValue(slog.String("amount", c.Amount.String()))
}

// Format shows what [Code.LogValue] shows, whatever the verb.
func (c Code) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "EPC QR code %s", c.Amount) }

// WithReference returns the code with an RF reference (ISO 11649) made of the
// authority's own reference, such as a Kassenzeichen, and without Text. The
// error is that of [sepa.NewReference].
func (c Code) WithReference(own string) (Code, error) {
	ref, err := sepa.NewReference(own)
	if err != nil {
		return Code{}, err
	}
	c.Reference, c.Text = ref, ""
	return c, nil
}

// Folding says what [Code.Fold] changed, by field.
type Folding struct {
	Name, Text, Information []sepa.Change
}

// Any reports whether something was changed.
func (f Folding) Any() bool { return len(f.Name)+len(f.Text)+len(f.Information) > 0 }

// Fold returns the code with all texts in the characters that every app and
// bank reads (see [sepa.Transliterate]), and what was changed. A changed Name
// is no longer spelled as the account holder's: the verification of the payee
// usually takes ae for ä, but a bank may warn.
func (c Code) Fold() (Code, Folding) {
	var f Folding
	c.Name, f.Name = sepa.Transliterate(c.Name)
	c.Text, f.Text = sepa.Transliterate(c.Text)
	c.Information, f.Information = sepa.Transliterate(c.Information)
	return c, f
}

// Payload returns the content of the QR code, at most [MaxBytes] bytes, or a
// *finding.InvalidError with all that is wrong.
func (c Code) Payload() (string, error) {
	var l lint
	l.code(c, "002")
	amount := ""
	if !c.Amount.IsZero() {
		amount = "EUR" + string(c.Amount.JSONNumber())
	}
	lines := []string{"BCD", "002", "1", "SCT", string(c.BIC), c.Name, string(c.IBAN), amount, c.Purpose, string(c.Reference), c.Text, c.Information}
	payload := strings.TrimRight(strings.Join(lines, "\n"), "\n")
	if len(payload) > MaxBytes {
		l.add(ruleSize, "", map[string]string{"max": strconv.Itoa(MaxBytes)})
	}
	if err := l.err(); err != nil {
		return "", err
	}
	return payload, nil
}

type lint struct{ findings []finding.Finding }

func (l *lint) add(r finding.Rule, path string, params map[string]string) {
	l.findings = append(l.findings, r.At(path, lineOf[path], 0, params))
}

func (l *lint) err() error {
	if len(l.findings) == 0 {
		return nil
	}
	return &finding.InvalidError{Findings: l.findings}
}

// lineOf numbers the lines by the names of the fields.
var lineOf = map[string]int{
	"service": 1, "version": 2, "charset": 3, "identification": 4, "bic": 5, "name": 6, "iban": 7,
	"amount": 8, "purpose": 9, "reference": 10, "text": 11, "information": 12,
}

func (l *lint) code(c Code, version string) {
	l.text("name", c.Name, 1, 70)
	l.text("text", c.Text, 0, 140)
	l.text("information", c.Information, 0, 70)
	if parsed, err := ids.ParseIBAN(string(c.IBAN)); err != nil || parsed != c.IBAN {
		l.add(ruleIBAN, "iban", nil)
	}
	if parsed, err := ids.ParseBIC(string(c.BIC)); c.BIC == "" && version == "001" || c.BIC != "" && (err != nil || parsed != c.BIC) {
		l.add(ruleBIC, "bic", nil)
	}
	if c.Amount != (payment.Amount{}) && (c.Amount.Currency != "EUR" || c.Amount.Cents < 1 || c.Amount.Cents > maxCents) {
		l.add(ruleAmount, "amount", nil)
	}
	if len(c.Purpose) > 4 || strings.IndexFunc(c.Purpose, func(r rune) bool { return (r < 'A' || r > 'Z') && (r < '0' || r > '9') }) >= 0 {
		l.add(rulePurpose, "purpose", nil)
	}
	if parsed, err := ids.ParseCreditorReference(string(c.Reference)); c.Reference != "" && (err != nil || parsed != c.Reference) {
		l.add(ruleReference, "reference", nil)
	}
	if c.Reference != "" && c.Text != "" {
		l.add(ruleBoth, "text", nil)
	}
}

func (l *lint) text(path, s string, low, high int) {
	n := utf8.RuneCountInString(s)
	unseen := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsGraphic(r) }) >= 0
	if n < low || n > high || !utf8.ValidString(s) || unseen || strings.TrimSpace(s) != s {
		l.add(ruleText, path, map[string]string{"min": strconv.Itoa(low), "max": strconv.Itoa(high)})
	}
}
