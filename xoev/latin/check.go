package latin

import (
	"fmt"
	"log/slog"
	"unicode/utf8"

	"github.com/bausteine/egov/xoev/finding"
)

// defaultLimit is how many problems are kept when no limit is given.
const defaultLimit = 100

// Reason says why a character was refused.
type Reason uint8

// Reasons of a refusal. The zero value is none of them.
const (
	// ReasonEncoding: the byte is not UTF-8.
	ReasonEncoding Reason = iota + 1
	// ReasonCharacter: the norm does not list the character in any data type.
	ReasonCharacter
	// ReasonType: the norm lists the character, but not in this data type.
	ReasonType
	// ReasonSequence: the combining mark makes no listed sequence with what stands
	// before it.
	ReasonSequence
	// ReasonNFC: only the form is wrong. The composed character (Unicode
	// Normalization Form C) is in the data type; repair with [NFC].
	ReasonNFC
)

const (
	sourceNorm  = "DIN 91379:2022-08, DIN SPEC 91379:2019-03, String.Latin 1.1: patterns of the data types"
	sourceUTF8  = "RFC 3629, section 3"
	sourceMarks = sourceNorm + "; group dc (combining diacritics)"
	sourceNFC   = sourceNorm + "; all units are listed in Unicode Normalization Form C (UAX #15)"
)

var rules = [...]finding.Rule{
	{Code: "LATIN-001", Source: sourceUTF8, Message: "a byte is not UTF-8"},
	{Code: "LATIN-002", Source: sourceNorm, Message: "a character is in no data type of the norm"},
	{Code: "LATIN-003", Source: sourceNorm, Message: "a character is not in this data type"},
	{Code: "LATIN-004", Source: sourceMarks, Message: "a combining mark makes no listed sequence with what stands before it"},
	{Code: "LATIN-005", Source: sourceNFC, Message: "a character is decomposed or compatible with a listed one; normalise the text to NFC"},
}

// Rules lists what is checked: one rule for each [Reason], in their order.
func Rules() []finding.Rule {
	return append([]finding.Rule(nil), rules[:]...)
}

// Problem is a place where a text leaves its data type: a code point that no
// listed character or sequence covers.
//
// Rune is part of the text and so can be personal data, above all in a list of
// many problems. String, LogValue and Finding leave it out.
type Problem struct {
	Type   Type
	Reason Reason
	// Offset counts the bytes, Index the code points before the place.
	Offset, Index int
	// Rune is the code point, utf8.RuneError for a byte that is not UTF-8.
	Rune rune
	// Size is its length in bytes.
	Size int
}

func (p Problem) rule() finding.Rule {
	if p.Reason == 0 || int(p.Reason) > len(rules) {
		return finding.Rule{}
	}
	return rules[p.Reason-1]
}

// String gives place, code and message, and nothing of the text.
func (p Problem) String() string {
	return fmt.Sprintf("byte %d, character %d: %s: %s (%s)", p.Offset, p.Index, p.rule().Code, p.rule().Message, p.Type)
}

// LogValue gives code, data type and place, and nothing of the text.
func (p Problem) LogValue() slog.Value {
	return slog.GroupValue(slog.String("code", p.rule().Code), slog.String("type", p.Type.String()),
		slog.Int("offset", p.Offset), slog.Int("index", p.Index))
}

// Finding returns the problem as a finding of the element or field at path,
// with line and column of the document as for [finding.Rule.At]. Its
// parameters are the data type and the place in the text ("type", "offset",
// "index").
func (p Problem) Finding(path string, line, column int) finding.Finding {
	return p.rule().At(path, line, column, map[string]string{
		"type": p.Type.String(), "offset": fmt.Sprint(p.Offset), "index": fmt.Sprint(p.Index)})
}

// Valid tells whether the text consists of units of t. It does not allocate.
func (t Type) Valid(text []byte) bool {
	bad, _ := scan(text, 0, 0, t.bit())
	return bad == len(text)
}

// ValidString is [Type.Valid] of a string.
func (t Type) ValidString(text string) bool {
	bad, _ := scan(text, 0, 0, t.bit())
	return bad == len(text)
}

// Check returns the first problem of the text, and true if there is none. The
// text is judged as it is: "é" as letter and accent is refused, for it is not
// how the norm writes it. It does not allocate for a valid text.
func (t Type) Check(text string) (problem Problem, ok bool) {
	bad, floor := scan(text, 0, 0, t.bit())
	if bad == len(text) {
		return Problem{}, true
	}
	problem = describe(text, bad, floor, t)
	problem.Offset, problem.Index = bad, utf8.RuneCountInString(text[:bad])
	return problem, false
}

// CheckAll returns the problems of the text from its start, at most limit
// (0 or less: 100), and how many there are altogether.
func (t Type) CheckAll(text string, limit int) (problems []Problem, total int) {
	c := Checker{Type: t, Limit: limit}
	feed(&c, text)
	return c.problems, c.total
}
