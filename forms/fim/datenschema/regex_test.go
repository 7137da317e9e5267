package datenschema

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
)

// TestPatterns: what a pattern means here is what it means to libxml2.
func TestPatterns(t *testing.T) {
	tests := []struct {
		pattern  string
		json     string // empty: not looked at
		yes, no  []string
		mended   bool
		xsd      string // if it is another one
		anyProse bool
	}{
		{pattern: `[0-9]{5}`, json: `^(?:[0-9]{5})$`, yes: []string{"01234"}, no: []string{"", "1234", "012345", "a01234"}},
		{pattern: `a|bc`, yes: []string{"a", "bc"}, no: []string{"ac", "b", "abc"}},
		{pattern: `(a|b)*c?`, yes: []string{"", "abba", "c"}, no: []string{"cc"}},
		{pattern: `\d{2,}`, yes: []string{"12", "123", "٣٤"}, no: []string{"1", "1a"}},
		{pattern: `\D\S\w+\W`, yes: []string{"a-ß1_", "ab1 "}, no: []string{"1ab-", "a bb-"}},
		{pattern: `[\p{L}0-9. ]*`, yes: []string{"", "Straße 1."}, no: []string{"-", "a-"}},
		{pattern: `\P{Lu}\p{Nd}`, yes: []string{"a1"}, no: []string{"A1"}},
		{pattern: `[^a-c]x`, yes: []string{"dx", "-x", "\nx"}, no: []string{"ax", "x"}},
		{pattern: `[a-z-[aeiou]]{2}`, json: `^(?:[b-df-hj-np-tv-z]{2})$`, yes: []string{"bc"}, no: []string{"ab"}},
		{pattern: `[-a]b[a-]`, yes: []string{"-b-", "aba"}, no: []string{"bb-"}},
		{pattern: `.+`, yes: []string{"a.b", "😀"}, no: []string{"", "a\nb"}},
		{pattern: `a^b$c`, yes: []string{"a^b$c"}, no: []string{"abc"}, anyProse: true},
		{pattern: `\^\.\\\-x*\?`, yes: []string{`^.\-?`}, no: []string{"x"}},
		{pattern: `(\d{3})[/](\d|x)`, yes: []string{"123/x"}, no: []string{"123x"}},
		{pattern: `[&~|\[\]^]+`, yes: []string{"&&~|[]^"}, no: []string{"x"}},
		{pattern: `[\-\^x]`, yes: []string{"-", "^", "x"}, no: []string{`\`}},
		{pattern: `\t\n[\r]`, yes: []string{"\t\n\r"}},
		{pattern: `x{0}y{1,1}z{2}`, yes: []string{"yzz"}, no: []string{"xyzz"}},
		{pattern: `Codeliste Regionalschlüssel`, yes: []string{"Codeliste Regionalschlüssel"}, anyProse: true},
		{pattern: `^\d{5}$`, yes: []string{"12345"}, no: []string{"^12345$"}, mended: true, xsd: `[\d]{5}`},
		{pattern: `^a$|^b$`, yes: []string{"a", "b"}, no: []string{"^a"}, mended: true, xsd: `a|b`},
		{pattern: `(?:a|b)+`, yes: []string{"ab"}, no: []string{"c"}, mended: true, xsd: `(a|b)+`},
		{pattern: `a\/b\@c`, yes: []string{"a/b@c"}, no: []string{`a\/b`}, mended: true, xsd: `a/b@c`},
	}
	for _, test := range tests {
		t.Run(test.pattern, func(t *testing.T) {
			p, err := parsePattern(test.pattern)
			require.NoError(t, err)
			assert.Equal(t, test.mended, p.mended)
			assert.Equal(t, test.anyProse, p.literal)
			if test.json != "" {
				assert.Equal(t, test.json, p.json)
			}
			want := test.pattern
			if test.xsd != "" {
				want = test.xsd
			}
			assert.Equal(t, want, p.xsd)
			for _, s := range test.yes {
				assert.True(t, p.re.MatchString(s), "%q", s)
			}
			for _, s := range test.no {
				assert.False(t, p.re.MatchString(s), "%q", s)
			}
			againstLibxml2(t, p, test.yes, test.no)
		})
	}
}

func againstLibxml2(t *testing.T, p *pattern, yes, no []string) {
	tool := testenv.Tool(t, "xmllint")
	dir := t.TempDir()
	xsd := `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="a"><xs:simpleType><xs:restriction base="xs:string">` +
		`<xs:pattern value="` + attribute(p.xsd) + `"/></xs:restriction></xs:simpleType></xs:element></xs:schema>`
	require.NoError(t, os.WriteFile(filepath.Join(dir, "s.xsd"), []byte(xsd), 0o600))
	for i, s := range append(append([]string{}, yes...), no...) {
		cmd := exec.Command(tool, "--noout", "--schema", filepath.Join(dir, "s.xsd"), "-")
		cmd.Stdin = strings.NewReader("<a>" + attribute(s) + "</a>")
		var out bytes.Buffer
		cmd.Stderr = &out
		assert.Equal(t, i < len(yes), cmd.Run() == nil, "%q: %s", s, &out)
	}
}

func TestPatternsRefused(t *testing.T) {
	for name, s := range map[string]string{
		"lazy":                 `a*?`,
		"possessive":           `a++`,
		"lookahead":            `(?=a)b`,
		"flags":                `(?i)a`,
		"a reference back":     `(a)\1`,
		"a word boundary":      `\bа`,
		"a block":              `\p{IsBasicLatin}`,
		"a script":             `\p{Latin}`,
		"names of XML":         `\i\c*`,
		"a group not closed":   `(a`,
		"a group not opened":   `a)`,
		"a class not closed":   `[a`,
		"an empty class":       `[]`,
		"a bracket in a class": `[a[b]`,
		"a range upside down":  `[z-a]`,
		"a range of a set":     `[\d-x]`,
		"a hyphen in between":  `[a-c-e]`,
		"a quantifier alone":   `*a`,
		"braces":               `{2}`,
		"upside down":          `a{3,2}`,
		"no number":            `a{x}`,
		"braces not closed":    `a{2`,
		"a backslash":          `a\`,
		"too many":             `a{1001}`,
		"too deep":             strings.Repeat("(", 60) + strings.Repeat(")", 60),
		"too many sets":        strings.Repeat(`\W`, 11),
		"too long":             strings.Repeat("a", 5000),
		"not UTF-8":            "\xff",
		"a set of nothing":     `[a-[a]]`,
		"two subtractions":     `[a-z-[a-z-[x]]]`,
		"a stray bracket":      `a]`,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parsePattern(s)
			assert.ErrorIs(t, err, errPattern)
		})
	}
}

func FuzzPattern(f *testing.F) {
	for _, s := range []string{`[a-z-[aeiou]]{2}`, `^\d{5}$`, `(\p{L}|\W)*x{2,3}`, `[^\s\-a]\^$`, `(?:a)\@`, `[`, `a{1,`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := parsePattern(s)
		if err != nil {
			require.ErrorIs(t, err, errPattern)
			require.Nil(t, p)
			return
		}
		again, err := parsePattern(p.xsd)
		require.NoError(t, err, "%q of %q", p.xsd, s)
		dollar := strings.NewReplacer("[$]", `\$`) // how XML Schema writes it
		require.Equal(t, dollar.Replace(p.json), dollar.Replace(again.json), "%q", p.xsd)
	})
}

// TestLimitPatterns compares the patterns of limits with the order of dates.
func TestLimitPatterns(t *testing.T) {
	dates := []string{"0001-01-01", "1899-12-31", "1900-01-01", "1909-10-10", "1999-12-31", "2000-01-01", "2019-05-09", "2019-05-10", "2019-05-11",
		"2019-06-01", "2019-10-01", "2020-02-29", "2026-09-30", "9999-12-31"}
	for _, limit := range dates {
		low := (&fieldType{kind: kindDate, minValue: limit}).patterns()
		high := (&fieldType{kind: kindDate, maxValue: limit}).patterns()
		require.Len(t, low, 2)
		require.Len(t, high, 2)
		for _, d := range dates {
			assert.Equal(t, d >= limit, regexp.MustCompile(low[1]).MatchString(d), "%s from %s", d, limit)
			assert.Equal(t, d <= limit, regexp.MustCompile(high[1]).MatchString(d), "%s to %s", d, limit)
		}
	}
}
