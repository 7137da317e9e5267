package submission

import (
	"bytes"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// NSReceipt is the namespace of receipts, version 1.0.
const NSReceipt = "https://github.com/bausteine/egov/xoev/submission/eingangsbestaetigung/1.0"

const (
	maxReceiptBytes = 1 << 20
	maxReceiptCodes = 1000
	receiptTime     = "2006-01-02T15:04:05.000000Z"
)

// Receipt (Eingangsbestätigung) is what the receiving side says about a
// package. It is no decision on the matter itself, only on the form. The
// receipt format 1.0 is in the package documentation and in
// eingangsbestaetigung.xsd.
type Receipt struct {
	// Tenant and ID are those of the package.
	Tenant, ID string
	// Reference is the reference number at the receiver.
	Reference string
	// ReceivedAt is when the content came in: for a repeated package the time of
	// the first. UTC, in whole microseconds.
	ReceivedAt time.Time
	// Name is the document's file name; empty if it was no plain file name.
	Name string
	// Digest is the SHA-256 of the document file as it came, 64 lower-case
	// hexadecimal digits: what sha256sum prints.
	Digest string
	// Verdict is Accepted or Rejected.
	Verdict finding.Verdict
	// Codes are the codes of the findings, each once, in order; at most 1000.
	Codes []string
}

// LogValue shows all but the file name.
func (r *Receipt) LogValue() slog.Value {
	return slog.GroupValue(slog.String("tenant", r.Tenant), slog.String("id", r.ID), slog.String("reference", r.Reference),
		slog.Time("received", r.ReceivedAt), slog.String("verdict", r.Verdict.String()))
}

// element names of the receipt format, in their order.
const (
	elemRoot = "eingangsbestaetigung"
	elemDoc  = "dokument"
)

var verdictWords = map[finding.Verdict]string{finding.Accepted: "angenommen", finding.Rejected: "abgewiesen"}

// XML writes the receipt, always the same bytes for the same receipt. The error
// is [ErrInvalidMessage] if a field breaks its format.
func (r *Receipt) XML() ([]byte, error) {
	if f := r.check(); f != "" {
		return nil, fmt.Errorf("%w: receipt: %s", ErrInvalidMessage, f)
	}
	var b bytes.Buffer
	leaf := func(indent, name, value string) {
		b.WriteString(indent + "<" + name + ">")
		_ = xml.EscapeText(&b, []byte(value)) // a bytes.Buffer takes everything
		b.WriteString("</" + name + ">\n")
	}
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n<" + elemRoot + ` xmlns="` + NSReceipt + `">` + "\n")
	leaf("  ", "mandant", r.Tenant)
	leaf("  ", "kennung", r.ID)
	leaf("  ", "referenz", r.Reference)
	leaf("  ", "eingang", r.ReceivedAt.UTC().Format(receiptTime))
	b.WriteString("  <" + elemDoc + ">\n")
	if r.Name != "" {
		leaf("    ", "name", r.Name)
	}
	leaf("    ", "sha256", r.Digest)
	b.WriteString("  </" + elemDoc + ">\n")
	leaf("  ", "ergebnis", verdictWords[r.Verdict])
	for _, code := range r.Codes {
		leaf("  ", "befund", code)
	}
	b.WriteString("</" + elemRoot + ">\n")
	return b.Bytes(), nil
}

// check returns the name of the first field that breaks its format.
func (r *Receipt) check() string {
	raw, err := hex.DecodeString(r.Digest)
	switch {
	case !plainName(r.Tenant):
		return "Tenant"
	case !plainName(r.ID):
		return "ID"
	case r.Reference == "" || !shortText(r.Reference, 100):
		return "Reference"
	case r.ReceivedAt.UTC().Year() < 1970 || r.ReceivedAt.UTC().Year() > 9999:
		return "ReceivedAt"
	case r.Name != "" && !documentName(r.Name):
		return "Name"
	case err != nil || len(raw) != 32 || r.Digest != strings.ToLower(r.Digest):
		return "Digest"
	case verdictWords[r.Verdict] == "":
		return "Verdict"
	case len(r.Codes) > maxReceiptCodes || slices.ContainsFunc(r.Codes, func(c string) bool { return !codeName(c) }):
		return "Codes"
	}
	return ""
}

// codeName reports whether c can be the code of a finding: "XML-013", "S010".
func codeName(c string) bool {
	for i := range len(c) {
		if !alphanumeric(c[i]) && !strings.ContainsRune("-_.:", rune(c[i])) {
			return false
		}
	}
	return len(c) > 0 && len(c) <= 64
}

func codesOf(findings []finding.Finding) []string {
	var codes []string
	for _, f := range findings {
		if codeName(f.Code) && !slices.Contains(codes, f.Code) && len(codes) < maxReceiptCodes {
			codes = append(codes, f.Code)
		}
	}
	return codes
}

// ParseReceipt reads a receipt of the format 1.0, strictly, of at most 1 MiB.
// An XML signature in it is passed over and not checked: whoever needs it
// checked verifies first and parses the signed content. The error is, or wraps,
// a *[finding.InvalidError] (SUB-101 and up, or a code of xmlscan), or it is
// that of the reader.
func ParseReceipt(r io.Reader) (*Receipt, error) {
	p := &receiptParser{s: xmlscan.New(r, &xmlscan.Options{MaxBytes: maxReceiptBytes, MaxDepth: 32})}
	receipt := p.parse()
	if p.bad != nil {
		return nil, p.bad
	}
	for p.s.Next() { // to the end: nothing may follow
	}
	if err := p.s.Err(); err != nil {
		return nil, fmt.Errorf("submission: receipt: %w", err)
	}
	return receipt, nil
}

// receiptParser reads the elements one after the other; the first thing that is
// wrong stays in bad.
type receiptParser struct {
	s   *xmlscan.Scanner
	bad error
}

func (p *receiptParser) fail(rule finding.Rule) {
	if p.bad == nil {
		pos := p.s.Pos()
		p.bad = &finding.InvalidError{Findings: []finding.Finding{rule.At("", pos.Line, pos.Column, nil)}}
	}
}

// next moves to the next tag, past white space, comments and signatures. It
// returns false when something is wrong.
func (p *receiptParser) next() bool {
	for p.bad == nil {
		if !p.s.Next() {
			if err := p.s.Err(); err != nil {
				p.bad = fmt.Errorf("submission: receipt: %w", err)
			} else {
				p.fail(ruleReceiptOrd)
			}
			return false
		}
		switch p.s.Kind() {
		case xmlscan.EndElement:
			return true
		case xmlscan.StartElement:
			if p.s.Depth() != 2 || !p.s.Name().Is(signature.NS, "Signature") {
				return true
			}
			p.skip()
		case xmlscan.Text:
			if strings.Trim(string(p.s.Text()), " \t\n") != "" {
				p.fail(ruleReceiptOrd)
			}
		}
	}
	return false
}

func (p *receiptParser) skip() {
	if err := p.s.Skip(); err != nil {
		p.bad = fmt.Errorf("submission: receipt: %w", err)
	}
}

// at reports whether the scanner is at the start of this element of ours.
func (p *receiptParser) at(name string) bool {
	return p.bad == nil && p.s.Kind() == xmlscan.StartElement && p.s.Name().Is(NSReceipt, name) && len(p.s.Attrs()) == 0
}

// leaf reads <name>text</name> at the scanner and moves on.
func (p *receiptParser) leaf(name string) string {
	if !p.at(name) {
		p.fail(ruleReceiptOrd)
		return ""
	}
	var text []byte
	for p.s.Next() {
		switch p.s.Kind() {
		case xmlscan.Text:
			text = append(text, p.s.Text()...)
		case xmlscan.EndElement:
			p.next()
			return string(text)
		case xmlscan.StartElement:
			p.fail(ruleReceiptOrd)
			return ""
		}
	}
	p.bad = fmt.Errorf("submission: receipt: %w", p.s.Err())
	return ""
}

func (p *receiptParser) parse() *Receipt {
	if !p.next() {
		return nil
	}
	if !p.at(elemRoot) {
		p.fail(ruleReceipt)
		return nil
	}
	p.next()
	r := &Receipt{Tenant: p.leaf("mandant"), ID: p.leaf("kennung"), Reference: p.leaf("referenz")}
	at := p.leaf("eingang")
	if !p.at(elemDoc) {
		p.fail(ruleReceiptOrd)
		return nil
	}
	p.next()
	if p.at("name") {
		if r.Name = p.leaf("name"); r.Name == "" {
			p.fail(ruleReceiptVal)
		}
	}
	r.Digest = p.leaf("sha256")
	if p.bad == nil && p.s.Kind() != xmlscan.EndElement {
		p.fail(ruleReceiptOrd)
	}
	p.next()
	verdict := p.leaf("ergebnis")
	for p.at("befund") && len(r.Codes) <= maxReceiptCodes {
		r.Codes = append(r.Codes, p.leaf("befund"))
	}
	if p.bad == nil && p.s.Kind() != xmlscan.EndElement {
		p.fail(ruleReceiptOrd)
	}
	if p.bad != nil {
		return nil
	}
	for v, word := range verdictWords {
		if verdict == word {
			r.Verdict = v
		}
	}
	var err error
	if r.ReceivedAt, err = time.Parse(receiptTime, at); err != nil || r.check() != "" {
		p.fail(ruleReceiptVal)
		return nil
	}
	return r
}

// receiptFor makes the receipt's file, signed if the receiver signs.
func (r *Receiver) receiptFor(p Package, reference string, v finding.Verdict, found []finding.Finding, at time.Time) ([]byte, error) {
	if reference == "" || !shortText(reference, 100) {
		var err error
		if reference, err = NewReference(r.opt.Prefix, p.Tenant, p.ID); err != nil {
			return nil, err
		}
	}
	receipt := &Receipt{
		Tenant: p.Tenant, ID: p.ID, Reference: reference, ReceivedAt: at, Digest: p.digest,
		Verdict: v, Codes: codesOf(found),
	}
	if receipt.Digest == "" {
		receipt.Digest = digestOf(p.Document)
	}
	if documentName(p.Name) {
		receipt.Name = p.Name
	}
	b, err := receipt.XML()
	if err != nil || r.opt.SignReceipt == nil {
		return b, err
	}
	signed, err := r.opt.SignReceipt(b)
	if err != nil {
		return nil, fmt.Errorf("signing the receipt: %w", err)
	}
	return signed, nil
}

func (r *Receiver) reject(p Package, found []finding.Finding) (*Result, error) {
	b, err := r.receiptFor(p, "", finding.Rejected, found, r.opt.Now())
	if err != nil {
		return nil, err
	}
	receipt, err := ownReceipt(b)
	if err != nil {
		return nil, err
	}
	return &Result{Verdict: finding.Rejected, Findings: found, Receipt: receipt, ReceiptXML: b}, nil
}

func (r *Receiver) rejectOr(p Package, found []finding.Finding, err error) (*Result, error) {
	if err != nil {
		return nil, err
	}
	return r.reject(p, found)
}

func repeat(stored []byte) (*Result, error) {
	receipt, err := ownReceipt(stored)
	if err != nil {
		return nil, err
	}
	return &Result{Verdict: finding.Accepted, Repeat: true, Receipt: receipt, ReceiptXML: stored}, nil
}

// ownReceipt reads a receipt that this side made.
func ownReceipt(b []byte) (*Receipt, error) {
	receipt, err := ParseReceipt(bytes.NewReader(b))
	if err != nil {
		return nil, fmt.Errorf("our own receipt: %w", err)
	}
	return receipt, nil
}

// invalidFindings returns the findings of a document that cannot be read, or
// nil if err is another error.
func invalidFindings(err error) []finding.Finding {
	var invalid *finding.InvalidError
	if errors.As(err, &invalid) && len(invalid.Findings) > 0 {
		return invalid.Findings
	}
	return nil
}
