// Package pattern reads the regular expressions of XML Schema 1.0 (Part 2,
// appendix F), which the Präzisierung of a field has, and writes them for XML
// Schema and for what JSON Schema (ECMAScript with the flag u) and Go (RE2) have
// in common.
//
//	p, err := pattern.Parse(`[a-z-[aeiou]]{2}`)
//	p.XSD  // [a-z-[aeiou]]{2}
//	p.RE2  // [b-df-hj-np-tv-z]{2}
//	p.JSON // ^(?:[b-df-hj-np-tv-z]{2})$
//
// A pattern matches the whole value, ^ and $ are ordinary characters, a class can
// subtract another, \d is any decimal digit of Unicode, \w all but punctuation,
// separators and controls.
//
// # Mended
//
// What people write by habit from other dialects and what can mean one thing only
// is mended:
//
//   - anchors around the whole, ^a$, or around all its branches alike, ^a$|^b$
//   - groups that capture nothing, (?:a)
//   - a backslash before punctuation or a space that needs none, \/
//   - a character by its number, \u00e4
//   - a hyphen in a class behind a range or a set, [a-c-e] and [\d-x]
//
// # Refused
//
// [ErrUnsupported] is returned for all else that XML Schema does not have, and of
// what it has for:
//
//   - \i and \c, which are other characters in each edition of XML, and \p{Cn}:
//     other ones in each version of Unicode
//   - blocks of Unicode, \p{IsBasicLatin}: the other dialects have none
//   - ^ and $ where another dialect anchors and the whole is not meant: ^a|b$ is
//     for some the branches ^a and b$, for others (a|b); (^a) and a$$ likewise.
//     The character itself is written \^ and [$]; a^b is one, too
//   - a class that is subtracted and subtracts in turn
//   - more than 2000 bytes, groups 50 deep, more than 1000 repetitions, or
//     more than ten classes that must be written out character by character
//
// A Pattern never changes and may be used by several goroutines at once.
package pattern

import (
	"errors"
	"regexp"
	"unicode/utf8"
)

// Pattern is a pattern in each of its dialects.
type Pattern struct {
	XSD     string // matches the whole value, as everything does there
	RE2     string // without anchors: stands in brackets before it gets any
	JSON    string // RE2 with anchors around
	Mended  bool   // it was written for another dialect: XSD is not what was read
	Literal bool   // it has nothing but ordinary characters: prose, or one value
	re      *regexp.Regexp
}

// ErrUnsupported is the error of a pattern that the dialects do not have in
// common.
var ErrUnsupported = errors.New("not a pattern that all dialects have")

// Limits of a pattern. Classes that must be computed are long when written out.
const (
	maxBytes    = 2000
	maxDepth    = 50
	maxComputed = 10 // classes
)

// Parse reads a pattern of XML Schema. Its error is [ErrUnsupported].
func Parse(s string) (*Pattern, error) {
	if len(s) > maxBytes || !utf8.ValidString(s) {
		return nil, ErrUnsupported
	}
	p := &parser{in: []rune(s), literal: true}
	tree, err := p.alternatives(0)
	if err != nil {
		return nil, err
	}
	if p.pos < len(p.in) || p.computed > maxComputed {
		return nil, ErrUnsupported
	}
	out := &Pattern{XSD: s, RE2: emit(tree, dialectRE2), Mended: p.mended, Literal: p.literal}
	if p.mended {
		out.XSD = emit(tree, dialectXSD)
	}
	out.JSON = "^(?:" + out.RE2 + ")$"
	if out.re, err = regexp.Compile(out.JSON); err != nil {
		return nil, ErrUnsupported
	}
	return out, nil
}

// Match reports whether the pattern matches the whole value.
func (p *Pattern) Match(value string) bool { return p.re.MatchString(value) }
