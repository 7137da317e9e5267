package kassenzeichen

import (
	"errors"
	"strconv"
	"strings"

	"github.com/bausteine/egov/xoev/finding"
)

var (
	ruleForm    = finding.Rule{Code: "KZ-001", Source: "the authority's pattern", Message: "the text does not have the form of the Kassenzeichen"}
	ruleCheck   = finding.Rule{Code: "KZ-002", Source: "the authority's check scheme", Message: "the check characters do not fit"}
	ruleCounter = finding.Rule{Code: "KZ-003", Source: "the authority's pattern", Message: "the counter does not fit into the pattern"}
	ruleSkipped = finding.Rule{Code: "KZ-004", Source: "the authority's check scheme", Message: "the scheme gives this number no check character: it is not given out"}
)

// Rules returns the catalogue of this package's findings.
func Rules() []finding.Rule { return []finding.Rule{ruleForm, ruleCheck, ruleCounter, ruleSkipped} }

func invalid(r finding.Rule) error {
	return &finding.InvalidError{Findings: []finding.Finding{r.At("", 0, 0, nil)}}
}

// ErrPattern is returned, wrapped, for a pattern that cannot be compiled.
var ErrPattern = errors.New("kassenzeichen: the pattern cannot be used")

// Format is the form of an authority's Kassenzeichen, made by [Compile].
type Format struct {
	pattern string
	scheme  Scheme
	// core is the pattern without separators.
	core  string
	check int // where the check characters begin in core; -1 for none
}

const (
	separators = " .-/"
	maxLength  = 36 // of a Kassenzeichen, as payment.Claim has it
)

// Compile reads a pattern: digits and capital letters stand for themselves, #
// for a digit, @ for a letter, * for either, ? for a check character of the
// scheme; blank, point, hyphen and slash are shown only. At most 36 characters
// besides the separators, at least four. The check characters stand together.
func Compile(pattern string, scheme Scheme) (*Format, error) {
	f := &Format{pattern: pattern, scheme: scheme, check: -1}
	var core strings.Builder
	for i := range len(pattern) {
		c := pattern[i]
		switch {
		case strings.IndexByte(separators, c) >= 0:
			continue
		case c == '?', c == '#', c >= '0' && c <= '9':
		case c == '@', c == '*', c >= 'A' && c <= 'Z':
			if scheme.compute != nil && !scheme.letters {
				return nil, errors.Join(ErrPattern, errors.New("the check scheme takes no letters"))
			}
		default:
			return nil, errors.Join(ErrPattern, errors.New("a character that a pattern cannot hold"))
		}
		core.WriteByte(c)
	}
	f.core = core.String()
	if len(f.core) < 4 || len(f.core) > maxLength {
		return nil, errors.Join(ErrPattern, errors.New("not 4 to 36 characters long"))
	}
	f.check = strings.IndexByte(f.core, '?')
	if n := strings.Count(f.core, "?"); n != scheme.width || n > 0 && f.core[f.check:f.check+n] != strings.Repeat("?", n) {
		return nil, errors.Join(ErrPattern, errors.New("the check characters are not as many as the scheme has, or apart"))
	}
	if (scheme.compute == nil) != (scheme.width == 0) || scheme.width < 0 {
		return nil, errors.Join(ErrPattern, errors.New("the scheme has no function or no width"))
	}
	return f, nil
}

// String returns the pattern and the name of the scheme.
func (f *Format) String() string { return f.pattern + " (" + f.scheme.String() + ")" }

// Checked reports whether the format has check characters.
func (f *Format) Checked() bool { return f.scheme.width > 0 }

// Make returns the Kassenzeichen of a counter in its normal form, without
// separators. The pattern must have no @ or *. Errors: KZ-003 if the counter
// has more digits than the pattern, KZ-004 if the scheme has no check
// characters for it: take the next counter.
func (f *Format) Make(counter uint64) (string, error) {
	n := strings.Count(f.core, "#")
	digits := strconv.FormatUint(counter, 10)
	if len(digits) > n || strings.ContainsAny(f.core, "@*") {
		return "", invalid(ruleCounter)
	}
	digits = strings.Repeat("0", n-len(digits)) + digits
	out := []byte(f.core)
	for i, c := range out {
		if c == '#' {
			out[i], digits = digits[0], digits[1:]
		}
	}
	if !f.Checked() {
		return string(out), nil
	}
	check, ok := f.compute(string(out))
	if !ok {
		return "", invalid(ruleSkipped)
	}
	copy(out[f.check:], check)
	return string(out), nil
}

// compute returns the check characters of a whole number.
func (f *Format) compute(s string) (string, bool) {
	check, ok := f.scheme.compute(s[:f.check] + s[f.check+f.scheme.width:])
	return check, ok && f.scheme.fits(check)
}

// Parse reads a Kassenzeichen as people write it, with or without separators
// and in small letters, and returns its normal form. Errors: KZ-001, KZ-002.
func (f *Format) Parse(s string) (string, error) {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if strings.IndexByte(separators, c) >= 0 {
			continue
		}
		if b.Len() == len(f.core) {
			return "", invalid(ruleForm)
		}
		c = upper(c)
		if !matches(f.core[b.Len()], c) {
			return "", invalid(ruleForm)
		}
		b.WriteByte(c)
	}
	if b.Len() != len(f.core) {
		return "", invalid(ruleForm)
	}
	if !f.checks(b.String()) {
		return "", invalid(ruleCheck)
	}
	return b.String(), nil
}

// Valid reports whether [Format.Parse] accepts the text.
func (f *Format) Valid(s string) bool {
	_, err := f.Parse(s)
	return err == nil
}

func (f *Format) checks(normal string) bool {
	if !f.Checked() {
		return true
	}
	check, ok := f.compute(normal)
	return ok && check == normal[f.check:f.check+f.scheme.width]
}

// Format writes a Kassenzeichen with the pattern's separators. What is none is
// returned as it is.
func (f *Format) Format(s string) string {
	normal, err := f.Parse(s)
	if err != nil {
		return s
	}
	var b strings.Builder
	for i := range len(f.pattern) {
		if strings.IndexByte(separators, f.pattern[i]) >= 0 {
			b.WriteByte(f.pattern[i])
			continue
		}
		b.WriteByte(normal[0])
		normal = normal[1:]
	}
	return b.String()
}

// Corrections returns the valid Kassenzeichen that a number of the right form
// but with wrong check characters could have been before one slip: one wrong
// character, or two neighbours swapped. It is for suggestions to a person.
func (f *Format) Corrections(s string) []string {
	if len(s) != len(f.core) || !f.Checked() {
		return nil
	}
	var out []string
	try := func(b []byte) {
		for i := range b {
			if !matches(f.core[i], b[i]) {
				return
			}
		}
		if t := string(b); t != s && f.checks(t) {
			out = append(out, t)
		}
	}
	for i := range len(s) {
		for _, c := range []byte("0123456789") {
			b := []byte(s)
			b[i] = c
			try(b)
		}
		if i > 0 && s[i] != s[i-1] {
			b := []byte(s)
			b[i], b[i-1] = b[i-1], b[i]
			try(b)
		}
	}
	return out
}

func upper(c byte) byte {
	if c >= 'a' && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}

func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isLetter(c byte) bool { return c >= 'A' && c <= 'Z' }

// matches reports whether a character may stand at a place of a pattern.
func matches(p, c byte) bool {
	switch p {
	case '#':
		return isDigit(c)
	case '@':
		return isLetter(c)
	case '*':
		return isDigit(c) || isLetter(c)
	case '?':
		return isDigit(c) || isLetter(c) || c == '*'
	}
	return p == c
}
