package epcqr

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"

	"github.com/bausteine/egov/forms/ids"
	"github.com/bausteine/egov/payment"
)

// charsets are the guideline's 2 to 8 in order; 1 is UTF-8.
func charset(n byte) (encoding.Encoding, bool) {
	list := [...]encoding.Encoding{
		nil, charmap.ISO8859_1, charmap.ISO8859_2, charmap.ISO8859_4, charmap.ISO8859_5,
		charmap.ISO8859_7, charmap.ISO8859_10, charmap.ISO8859_15,
	}
	if n < '1' || n > '8' {
		return nil, false
	}
	return list[n-'1'], true
}

// Parse reads the content of an EPC QR code of version 001 or 002 strictly.
// Lines end with LF or CR LF, not both; those behind the last one that is used
// may be missing. The error is a *finding.InvalidError with all findings,
// whose Line is that of the payload.
func Parse(payload []byte) (*Decoded, error) {
	var l lint
	if len(payload) > MaxBytes {
		l.add(ruleSize, "", map[string]string{"max": "331"})
		return nil, l.err()
	}
	lines := l.split(string(payload))
	if err := l.err(); err != nil {
		return nil, err
	}
	d := &Decoded{Version: lines[1], Charset: int(lines[2][0] - '0'), Instant: lines[3] == "INST", Code: Code{
		BIC: ids.BIC(lines[4]), Name: lines[5], IBAN: ids.IBAN(lines[6]), Amount: l.amount(lines[7]), Purpose: lines[8],
		Reference: ids.CreditorReference(lines[9]), Text: lines[10], Information: lines[11],
	}}
	l.code(d.Code, d.Version)
	if err := l.err(); err != nil {
		return nil, err
	}
	return d, nil
}

// split returns the twelve lines in UTF-8, or adds findings.
func (l *lint) split(payload string) []string {
	if crlf := strings.Count(payload, "\r\n"); crlf > 0 && crlf == strings.Count(payload, "\n") {
		payload = strings.ReplaceAll(payload, "\r\n", "\n")
	}
	lines := strings.Split(payload, "\n")
	if n := len(lines); n > 12 || strings.Contains(payload, "\r") {
		l.add(ruleLines, "", nil)
	}
	if len(lines) < 4 || lines[0] != "BCD" || lines[3] != "SCT" && lines[3] != "INST" {
		l.add(ruleHeader, "service", nil)
		return nil
	}
	if lines[1] != "001" && lines[1] != "002" {
		l.add(ruleVersion, "version", nil)
	}
	if len(lines[2]) != 1 {
		l.add(ruleCharset, "charset", nil)
		return nil
	}
	table, ok := charset(lines[2][0])
	if !ok {
		l.add(ruleCharset, "charset", nil)
		return nil
	}
	for i := range lines {
		if table != nil {
			if text, err := table.NewDecoder().String(lines[i]); err == nil {
				lines[i] = text
			}
		}
		if !utf8.ValidString(lines[i]) || table != nil && strings.ContainsRune(lines[i], utf8.RuneError) {
			l.add(ruleCharset, "charset", nil)
			return nil
		}
	}
	for len(lines) < 12 {
		lines = append(lines, "")
	}
	return lines
}

// amount reads EUR and a number: digits, and a point with one or two decimals
// if any.
func (l *lint) amount(s string) payment.Amount {
	if s == "" {
		return payment.Amount{}
	}
	number, ok := strings.CutPrefix(s, "EUR")
	a, err := payment.ParseAmount(number, "EUR")
	_, decimals, point := strings.Cut(number, ".")
	if !ok || err != nil || len(number) > 12 || len(decimals) > 2 || point && decimals == "" || strings.ContainsAny(number, "eE+-") || a.Cents == 0 {
		l.add(ruleAmount, "amount", nil)
		return payment.Amount{}
	}
	return a
}
