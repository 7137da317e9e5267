// Package finding holds what a check of a document says: findings with stable
// codes, places and sources, the verdict drawn from them, and the error of a
// document that cannot be read at all.
//
// Three outcomes are kept apart everywhere in this library:
//
//   - could not check (I/O failed, a key set was unreachable, the context
//     ended): an ordinary error;
//   - cannot be read: an [*InvalidError] with all findings;
//   - judged: a report with findings and a [Verdict], whose zero value is
//     [Undetermined]. A nil error alone never means "accepted".
//
// A finding never holds a value of the document, because documents of public
// administration hold personal data: Message is fixed by the rule, and Params
// holds limits of the rule, not what was found.
//
// The package is a leaf: it imports the standard library only. Its values are
// plain data; they may be read by several goroutines at once.
package finding

import (
	"strconv"
	"strings"
)

// Severity says how much a finding weighs. The zero value is [Error], so a
// rule that forgets to say is strict.
type Severity uint8

const (
	// Error is a broken MUST rule (German "muss"): the document is rejected.
	Error Severity = iota
	// Warning is a broken SHOULD rule (German "soll"): the document passes.
	Warning
)

// String returns "error" or "warning".
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// MarshalText writes the severity as its [Severity.String], for JSON reports.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Finding is one thing that a check noticed, with the place and the rule.
type Finding struct {
	// Code is stable across releases: the norm's own rule ID where it has one
	// ("S010"), else ours ("XML-013").
	Code     string   `json:"code"`
	Severity Severity `json:"severity"`
	// Path names the element ("/nachricht/nachrichtenkopf/leser[1]") or form
	// field ("antragsteller.plz"); empty for the document as a whole.
	Path string `json:"path,omitempty"`
	// Line and Column are 1-based and name the start of the element or the
	// offending byte; Column counts bytes. 0 means unknown.
	Line   int `json:"line,omitempty"`
	Column int `json:"column,omitempty"`
	// Source names document, version and section of the rule
	// ("Namespaces in XML 1.0, section 5").
	Source string `json:"source,omitempty"`
	// Message is English and holds no value of the document.
	Message string `json:"message"`
	// Params are limits of the rule ("max": "27"), never document values.
	Params map[string]string `json:"params,omitempty"`
}

// String gives place, code and message on one line: "3:14: XML-013: ...".
func (f Finding) String() string {
	var b strings.Builder
	if f.Line > 0 {
		b.WriteString(strconv.Itoa(f.Line))
		b.WriteByte(':')
		b.WriteString(strconv.Itoa(f.Column))
		b.WriteString(": ")
	}
	if f.Path != "" {
		b.WriteString(f.Path)
		b.WriteString(": ")
	}
	b.WriteString(f.Code)
	b.WriteString(": ")
	b.WriteString(f.Message)
	return b.String()
}

// Rule is an entry of a package's rule catalogue: everything about a finding
// that does not depend on the document.
type Rule struct {
	Code     string
	Severity Severity
	Source   string
	Message  string
}

// At makes the finding of r at a place. Params may be nil.
func (r Rule) At(path string, line, column int, params map[string]string) Finding {
	return Finding{
		Code: r.Code, Severity: r.Severity, Source: r.Source, Message: r.Message,
		Path: path, Line: line, Column: column, Params: params,
	}
}
