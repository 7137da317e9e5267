package pattern

import (
	"encoding/xml"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms/fim/internal/peertest"
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
		{pattern: `^a|^b`, yes: []string{"a", "b"}, no: []string{"^a"}, mended: true, xsd: `a|b`},
		{pattern: `^(a|b)`, yes: []string{"a", "b"}, no: []string{"ab"}, mended: true, xsd: `(a|b)`},
		{pattern: `a{2}$|b$`, yes: []string{"aa", "b"}, no: []string{"b$"}, mended: true, xsd: `a{2}|b`},
		{pattern: `^$|^\d$`, yes: []string{"", "1"}, no: []string{"^", "11"}, mended: true, xsd: `|[\d]`},
		{pattern: `^a[$]`, yes: []string{"a$"}, no: []string{"a"}, mended: true, xsd: `a[$]`},
		{pattern: `a[$]|\^b`, yes: []string{"a$", "^b"}, no: []string{"a", "b"}},
		{pattern: `a\$`, yes: []string{"a$"}, no: []string{"a"}, mended: true, xsd: `a[$]`},
		{pattern: `a\\$`, yes: []string{`a\`}, no: []string{`a\$`}, mended: true, xsd: `a\\`},
		{pattern: `\u00e4+|[\u0041-\u0043]`, json: `^(?:ä+|[A-C])$`, yes: []string{"ää", "B"}, no: []string{"u00e4", "D"}, mended: true, xsd: `ä+|[A-C]`},
		{pattern: `a\ b`, yes: []string{"a b"}, no: []string{"ab"}, mended: true, xsd: `a b`},
		{pattern: `[a-c-e]+`, yes: []string{"b-e"}, no: []string{"d"}, mended: true, xsd: `[a-c\-e]+`},
		{pattern: `[\d-x]+`, yes: []string{"1-x"}, no: []string{"y", `\`}, mended: true, xsd: `[\d\-x]+`},
		{pattern: `[^\w-.]`, yes: []string{",", " "}, no: []string{"-", ".", "a"}, mended: true, xsd: `[^\w\-.]`},
		{pattern: ` a `, yes: []string{" a "}, no: []string{"a"}, anyProse: true},
		{pattern: `\w+`, json: `^(?:[\p{L}\p{M}\p{N}\p{S}]+)$`, yes: []string{"aß1", "€", "+"}, no: []string{"", "_", "-", " "}},
		{pattern: `[^\w]\W[\W]`, json: `^(?:[^\p{L}\p{M}\p{N}\p{S}][^\p{L}\p{M}\p{N}\p{S}][^\p{L}\p{M}\p{N}\p{S}])$`, yes: []string{"-_ "}, no: []string{"-a ", "a- ", "- a"}},
		{pattern: `[^\W]`, json: `^(?:[\p{L}\p{M}\p{N}\p{S}])$`, yes: []string{"a", "€"}, no: []string{"-"}},
		{pattern: `\s\S[^\S]`, json: `^(?:[ \t\n\r][^ \t\n\r][ \t\n\r])$`, yes: []string{" a\t", "\n\u00a0\r"}, no: []string{"aa ", " a\u00a0"}},
		{pattern: `\D[^\D][\D1]`, json: `^(?:[\P{Nd}][^\P{Nd}][\P{Nd}1])$`, yes: []string{"a21", "a٣b"}, no: []string{"٣11", "aa1", "a12"}},
		{pattern: `[\Sa ]\S`, yes: []string{"  a"[1:], "bb"}, no: []string{"\ta", "a "}},
		{pattern: `x{01}`, yes: []string{"x"}, no: []string{"x{01}"}},
		{pattern: `L|R`, json: `^(?:L|R)$`, yes: []string{"L", "R"}, no: []string{"LR", ""}},
		{pattern: `a\/b\@c`, yes: []string{"a/b@c"}, no: []string{`a\/b`}, mended: true, xsd: `a/b@c`},
	}
	for _, test := range tests {
		t.Run(test.pattern, func(t *testing.T) {
			p, err := Parse(test.pattern)
			require.NoError(t, err)
			assert.Equal(t, test.mended, p.Mended)
			assert.Equal(t, test.anyProse, p.Literal)
			if test.json != "" {
				assert.Equal(t, test.json, p.JSON)
			}
			want := test.pattern
			if test.xsd != "" {
				want = test.xsd
			}
			assert.Equal(t, want, p.XSD)
			for _, s := range test.yes {
				assert.True(t, p.Match(s), "%q", s)
			}
			for _, s := range test.no {
				assert.False(t, p.Match(s), "%q", s)
			}
			againstLibxml2(t, p, test.yes, test.no)
		})
	}
}

// againstLibxml2 asks libxml2 for its verdicts on the same values.
func againstLibxml2(t *testing.T, p *Pattern, yes, no []string) {
	xsd := `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="a"><xs:simpleType><xs:restriction base="xs:string">` +
		`<xs:pattern value="` + escaped(t, p.XSD) + `"/></xs:restriction></xs:simpleType></xs:element></xs:schema>`
	values := slices.Concat(yes, no)
	documents := make([]string, len(values))
	for i, s := range values {
		documents[i] = "<a>" + escaped(t, s) + "</a>"
	}
	for i, accepted := range peertest.XMLLint(t, []byte(xsd), documents) {
		assert.Equal(t, i < len(yes), accepted, "%q", values[i])
	}
}

func escaped(t *testing.T, s string) string {
	var b strings.Builder
	require.NoError(t, xml.EscapeText(&b, []byte(s)))
	return b.String()
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
		"a range to a set":     `[a-\d]`,
		"two hyphens":          `[a-c--e]`,
		"a difference":         `[\w--[0-9]]`,
		"anchors of branches":  `^a|b$`,
		"one anchored branch":  `^a$|b`,
		"an anchor behind":     `a|b$`,
		"an anchor amid":       `a|^b`,
		"anchors in a group":   `(^a$)`,
		"an anchor in a group": `(a|b$)c`,
		"two anchors":          `^^a`,
		"two anchors behind":   `a$$`,
		"half a character":     `\ud83d\ude00`,
		"no number of one":     `\u12`,
		"a number in braces":   `\u{41}`,
		"unassigned":           `\p{Cn}`,
		"a category spaced":    `\p{ L}`,
		"a quantifier alone":   `*a`,
		"braces":               `{2}`,
		"upside down":          `a{3,2}`,
		"no number":            `a{x}`,
		"braces not closed":    `a{2`,
		"a backslash":          `a\`,
		"too many":             `a{1001}`,
		"too deep":             strings.Repeat("(", 60) + strings.Repeat(")", 60),
		"too many sets":        strings.Repeat(`[\Wa]`, 11),
		"too long":             strings.Repeat("a", 2001),
		"not UTF-8":            "\xff",
		"a set of nothing":     `[a-[a]]`,
		"two subtractions":     `[a-z-[a-z-[x]]]`,
		"a stray bracket":      `a]`,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse(s)
			assert.ErrorIs(t, err, ErrUnsupported)
		})
	}
}

func FuzzPattern(f *testing.F) {
	for _, s := range []string{`[a-z-[aeiou]]{2}`, `^\d{5}$`, `(\p{L}|\W)*x{2,3}`, `[^\s\-a]\^$`, `(?:a)\@`, `[`, `a{1,`, `^a$|^\u00e4$`, `[\w-.\Sx]`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := Parse(s)
		if err != nil {
			require.ErrorIs(t, err, ErrUnsupported)
			require.Nil(t, p)
			return
		}
		again, err := Parse(p.XSD)
		require.NoError(t, err, "%q of %q", p.XSD, s)
		dollar := strings.NewReplacer("[$]", `\$`) // how XML Schema writes it
		require.Equal(t, dollar.Replace(p.JSON), dollar.Replace(again.JSON), "%q", p.XSD)
		require.True(t, p.Mended || p.XSD == s)
		require.False(t, again.Mended)
		require.Equal(t, again.Match(s), p.Match(s))
	})
}
