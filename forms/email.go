package forms

import (
	"strings"
	"sync"

	"github.com/go-playground/validator/v10"
)

// tagValidator is validator/v10 for single values. It is made when it is first
// needed and never changes.
var tagValidator = sync.OnceValue(func() *validator.Validate { return validator.New() })

// isEmail is the tag email of validator/v10. Addresses as nearly everyone has
// them are recognised here, and validator/v10 decides about the others.
func isEmail(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	if !ok || domain == "" {
		return false
	}
	if isDotAtom(local) && isHostName(domain) {
		return true
	}
	return tagValidator().Var(s, "email") == nil
}

// isDotAtom reports whether s is a dot-atom of RFC 5322, 3.2.3, in ASCII.
func isDotAtom(s string) bool {
	dot := true
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '.':
			if dot {
				return false
			}
			dot = true
		case isASCIILetter(c), isDigit(c), strings.IndexByte("!#$%&'*+-/=?^_`{|}~", c) >= 0:
			dot = false
		default:
			return false
		}
	}
	return !dot
}

// isHostName reports whether s has at least two labels of letters, digits and
// inner hyphens, the last one beginning and ending with a letter.
func isHostName(s string) bool {
	labels, start := 0, 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && s[i] != '.' {
			if !isASCIILetter(s[i]) && !isDigit(s[i]) && s[i] != '-' {
				return false
			}
			continue
		}
		if i == start || s[start] == '-' || s[i-1] == '-' {
			return false
		}
		labels++
		if i == len(s) {
			return labels > 1 && isASCIILetter(s[start]) && isASCIILetter(s[i-1])
		}
		start = i + 1
	}
	return false
}
