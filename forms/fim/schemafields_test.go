package fim

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestFormPattern: what a field of a form has of a pattern of XML Schema.
func TestFormPattern(t *testing.T) {
	for pattern, want := range map[string]string{
		`[0-9]{5}`:                 `[0-9]{5}`,
		`^[0-9]{5}$`:               `[0-9]{5}`,
		`\d{2}\.\d`:                `[\p{Nd}]{2}\.[\p{Nd}]`,
		`[\d\-]+`:                  `[\p{Nd}\-]+`,
		`[\p{L}0-9. ]*`:            `[\p{L}0-9.\x20]*`,
		`(a|b)c?`:                  `(?:a|b)c?`,
		`(?:a|b)`:                  `(?:a|b)`,
		`a.b`:                      `a[^\x0A\x0D]b`,
		`\u00e4+`:                  `ä+`,
		`[^\s,]+`:                  `[^ \t\n\r,]+`,
		`\+49 \(0\)`:               `\+49 \(0\)`,
		`[A-ZÄÖÜ]{1,3}-[A-Z]{1,2}`: `[A-ZÄÖÜ]{1,3}-[A-Z]{1,2}`,
		`a\$`:                      `a\$`,
		`a|b`:                      `a|b`,
		" [0-9]{5}\n":              `[0-9]{5}`,
		`[a-z-[aeiou]]`:            `[b-df-hj-np-tv-z]`,
		`^a$|^b$`:                  `a|b`,
		`[A-Z0-9-.]+`:              `[A-Z0-9\-.]+`,
	} {
		got, ok := formPattern(pattern)
		assert.True(t, ok, pattern)
		assert.Equal(t, want, got, pattern)
	}
	for _, pattern := range []string{``, `^$`, `(?=.*\d).+`, `(?<!a)b`, `a{1,3}?`, `a++`, `(a)\1`, `\bwort\b`, `\p{IsBasicLatin}*`,
		`\i\c*`, `^a|b$`, `a^b`, `a$b`, `a{,3}`, `[]`, `a{2000}`, `(a`, `\`, `[\`, `\u12`, `[[:alpha:]]`, `(?i)a`, "\xff", `Codeliste (Regionalschlüssel`, `Codeliste Regionalschlüssel`, `^abc$`, ` `} {
		got, ok := formPattern(pattern)
		assert.False(t, ok, pattern)
		assert.Empty(t, got)
	}
}
