package latin_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/latin"
)

func TestReason(t *testing.T) {
	for name, test := range map[string]struct {
		typ         latin.Type
		text        string
		reason      latin.Reason
		offset      int
		index, size int
	}{
		"digit in a person's name":         {latin.A, "Max 2", latin.ReasonType, 4, 4, 1},
		"Greek in C":                       {latin.C, "ö α", latin.ReasonType, 3, 2, 2},
		"Cyrillic in D":                    {latin.D, "Иван", latin.ReasonType, 0, 0, 2},
		"line break in D":                  {latin.D, "a\nb", latin.ReasonType, 1, 1, 1},
		"no-break space in String.Latin":   {latin.StringLatin11, "a\u00A0b", latin.ReasonType, 1, 1, 2},
		"en dash":                          {latin.E, "ß–", latin.ReasonCharacter, 2, 1, 3},
		"soft hyphen":                      {latin.E, "a\u00ADb", latin.ReasonCharacter, 1, 1, 2},
		"replacement character":            {latin.E, "\uFFFD", latin.ReasonCharacter, 0, 0, 3},
		"beyond the tables":                {latin.E, "a😀", latin.ReasonCharacter, 1, 1, 4},
		"null":                             {latin.E, "\x00", latin.ReasonCharacter, 0, 0, 1},
		"decomposed umlaut":                {latin.A, "Mu\u0308ller", latin.ReasonNFC, 2, 2, 2},
		"decomposed, mark not of the norm": {latin.A, "a\u0309", latin.ReasonNFC, 1, 1, 2},
		"angstrom sign":                    {latin.A, "\u212B", latin.ReasonNFC, 0, 0, 3},
		"ohm sign in D":                    {latin.D, "\u2126", latin.ReasonNFC, 0, 0, 3},
		"ohm sign in C":                    {latin.C, "\u2126", latin.ReasonCharacter, 0, 0, 3},
		"unlisted sequence":                {latin.A, "b\u0301", latin.ReasonSequence, 1, 1, 2},
		"sequence without its last letter": {latin.A, "K\u035Fx", latin.ReasonSequence, 1, 1, 2},
		"mark after a listed sequence":     {latin.A, "A\u030B\u030B", latin.ReasonSequence, 3, 2, 2},
		"mark after K, macron, H":          {latin.A, "K\u035FH\u0304", latin.ReasonSequence, 4, 3, 2},
		"mark at the start":                {latin.A, "\u0301", latin.ReasonSequence, 0, 0, 2},
		"mark after a blank":               {latin.A, " \u0301", latin.ReasonSequence, 1, 1, 2},
		"sequence of the norm in the spec": {latin.SpecA, "\u0113\u030D", latin.ReasonSequence, 2, 1, 2},
		"prime in the spec":                {latin.SpecE, "\u2032", latin.ReasonType, 0, 0, 3},
		"continuation byte":                {latin.E, "ab\x80", latin.ReasonEncoding, 2, 2, 1},
		"cut off":                          {latin.E, "ab\xC3", latin.ReasonEncoding, 2, 2, 1},
		"cut off, three bytes":             {latin.E, "ab\xE1\xBA", latin.ReasonEncoding, 2, 2, 1},
		"overlong":                         {latin.E, "\xC1\xA1", latin.ReasonEncoding, 0, 0, 1},
		"overlong, three bytes":            {latin.E, "a\xE0\x81\x81", latin.ReasonEncoding, 1, 1, 1},
		"surrogate":                        {latin.E, "\xED\xA0\x80", latin.ReasonEncoding, 0, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			p, ok := test.typ.Check(test.text)
			require.False(t, ok)
			r, _ := decode(test.text[test.offset:])
			assert.Equal(t, latin.Problem{Type: test.typ, Reason: test.reason, Offset: test.offset, Index: test.index, Rune: r, Size: test.size}, p)
			assert.False(t, test.typ.Valid([]byte(test.text)))
		})
	}
}

func TestValid(t *testing.T) {
	for name, test := range map[string]struct {
		typ  latin.Type
		text string
	}{
		"zero value is A":      {0, "Erika Mustermann"},
		"apostrophe":           {latin.A, "D’Angelo"},
		"two marks":            {latin.A, "C\u0328\u0306"},
		"K, macron below, H":   {latin.A, "K\u035FH K\u035Fh k\u035Fh"},
		"shorter of two":       {latin.A, "L\u0325L\u0325\u0304"},
		"deprecated is valid":  {latin.A, "ŉ ḗ"},
		"Greek":                {latin.D, "Ωμέγα"},
		"Cyrillic":             {latin.E, "Щука"},
		"line break":           {latin.C, "a\r\n\tb"},
		"unknown type, empty":  {99, ""},
		"Vietnamese":           {latin.A, "Nguyễn Thị Hạnh"},
		"String.Latin 1.1":     {latin.StringLatin11, "M\u0302 ẞ €"},
		"superscript in D":     {latin.D, "m⁴"},
		"street with a number": {latin.B, "Heidestraße 17 b"},
	} {
		t.Run(name, func(t *testing.T) {
			p, ok := test.typ.Check(test.text)
			assert.True(t, ok)
			assert.Zero(t, p)
		})
	}
	for _, typ := range allTypes {
		assert.True(t, typ.Valid(nil), "%s accepts the empty text", typ)
	}
	assert.False(t, latin.Type(99).ValidString("a"))
}

func TestCheckAll(t *testing.T) {
	text := "a1b2c3\u0301\xFFd–"
	problems, total := latin.A.CheckAll(text, 0)
	require.Len(t, problems, 6)
	assert.Equal(t, 6, total)
	var offsets, indexes []int
	for _, p := range problems {
		offsets, indexes = append(offsets, p.Offset), append(indexes, p.Index)
	}
	assert.Equal(t, []int{1, 3, 5, 6, 8, 10}, offsets)
	assert.Equal(t, []int{1, 3, 5, 6, 7, 9}, indexes)
	first, _ := latin.A.Check(text)
	assert.Equal(t, first, problems[0])

	limited, total := latin.A.CheckAll(text, 2)
	assert.Equal(t, problems[:2], limited)
	assert.Equal(t, 6, total)

	many, total := latin.A.CheckAll(strings.Repeat("1", 1000), -1)
	assert.Len(t, many, 100)
	assert.Equal(t, 1000, total)

	none, total := latin.B.CheckAll("Am Anger 1", 0)
	assert.Empty(t, none)
	assert.Zero(t, total)
}

// Every rule has a text that breaks it and a neighbour that does not.
func TestEveryRuleHasVectors(t *testing.T) {
	vectors := map[string]struct {
		typ         latin.Type
		broken, not string
	}{
		"LATIN-001": {latin.A, "M\xFCller", "Müller"},
		"LATIN-002": {latin.A, "Anna–Lena", "Anna-Lena"},
		"LATIN-003": {latin.A, "Otto 2", "Otto II"},
		"LATIN-004": {latin.A, "B\u0300", "C\u0300"},
		"LATIN-005": {latin.A, "u\u0308", "ü"},
	}
	codes := map[string]bool{}
	for _, rule := range latin.Rules() {
		require.False(t, codes[rule.Code], "%s occurs twice", rule.Code)
		codes[rule.Code] = true
		assert.NotEmpty(t, rule.Source)
		v, found := vectors[rule.Code]
		require.True(t, found, "%s has no vectors", rule.Code)
		p, ok := v.typ.Check(v.broken)
		require.False(t, ok)
		assert.Equal(t, rule.Code, p.Finding("", 0, 0).Code)
		assert.True(t, v.typ.ValidString(v.not), rule.Code)
	}
	assert.Len(t, vectors, len(codes))
}

func TestFinding(t *testing.T) {
	p, ok := latin.C.Check("geheim–")
	require.False(t, ok)
	f := p.Finding("/nachricht/name[1]", 3, 7)
	assert.Equal(t, finding.Error, f.Severity)
	assert.Equal(t, "/nachricht/name[1]", f.Path)
	assert.Equal(t, 3, f.Line)
	assert.Equal(t, 7, f.Column)
	assert.Equal(t, map[string]string{"type": "DIN 91379:2022 C", "offset": "6", "index": "6"}, f.Params)
	assert.Empty(t, latin.Problem{}.Finding("", 0, 0).Code)
}

// Nothing of the text is in what is printed or logged.
func TestNothingLeaks(t *testing.T) {
	const text = "Ян\u2013ﬁ"
	p, ok := latin.C.Check(text)
	require.False(t, ok)
	repaired := latin.C.Repair(text, allRepairs)
	require.NotEmpty(t, repaired.Changes)
	checker := latin.NewChecker(latin.C)
	_, _ = checker.WriteString(text)
	var log bytes.Buffer
	noTime := &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey { // its digits could be those looked for
			return slog.Attr{}
		}
		return a
	}}
	slog.New(slog.NewJSONHandler(&log, noTime)).Info("checked", "problem", p, "change", repaired.Changes[0], "repaired", repaired)
	shown := log.String() + fmt.Sprintf("%v %+v %v %+v %v", p, p, repaired.Changes, repaired, checker)
	for _, part := range []string{"Я", "н", "–", "ﬁ", "fi\"", "1071", "42F", "42f", "2013"} {
		assert.NotContains(t, shown, part)
	}
	assert.Contains(t, shown, "LATIN-003")
	assert.Contains(t, shown, "Dashes")
}

func TestTypeOf(t *testing.T) {
	for n, typ := range allTypes {
		assert.Equal(t, latin.Type(n), typ)
		assert.NotEqual(t, "unknown data type", typ.String())
	}
	typ, ok := latin.TypeOf(latin.NS2022, "datatypeC")
	assert.True(t, ok)
	assert.Equal(t, latin.C, typ)
	typ, ok = latin.TypeOf(latin.NSLatin11, "String.Latin")
	assert.True(t, ok)
	assert.Equal(t, latin.StringLatin11, typ)
	_, ok = latin.TypeOf(latin.NS2022, "datatypeF")
	assert.False(t, ok)
	assert.Equal(t, "unknown data type", latin.Type(11).String())
}

// The loop of the check rests on these facts about the list.
func TestFactsOfTheList(t *testing.T) {
	sequences := latin.Sequences()
	require.Len(t, sequences, 149)
	var units []string
	for r := rune(0); r < 0x3000; r++ {
		if latin.E.ValidString(string(r)) {
			units = append(units, string(r))
		}
	}
	units = append(units, sequences...)
	require.Len(t, units, 910)
	for _, unit := range units {
		assert.True(t, norm.NFC.IsNormalString(unit), "%U is in NFC", []rune(unit))
	}
	for _, s := range sequences {
		first, size := decode(s)
		second, _ := decode(s[size:])
		assert.Less(t, len(s), 8)
		for _, typ := range allTypes {
			assert.False(t, typ.ValidString(string(second)), "%U goes on with a mark", []rune(s))
			if typ.ValidString(s) {
				assert.True(t, typ.ValidString(string(first)), "%U begins with a unit", []rune(s))
			}
		}
	}
	// A valid text is in NFC: no unit composes with the one before it.
	for _, first := range units {
		for _, second := range units {
			if !norm.NFC.IsNormalString(first + second) {
				t.Fatalf("%U %U", []rune(first), []rune(second))
			}
		}
	}
}

func TestNoAllocation(t *testing.T) {
	texts := []string{"Erika Mustermann", "Nguyễn Thị Hạnh", "C\u0328\u0306 K\u035Fh", strings.Repeat("Straße des Friedens 12 ", 100)}
	var c latin.Checker
	for _, text := range texts {
		raw := []byte(text)
		assert.Zero(t, testing.AllocsPerRun(20, func() {
			if !latin.B.ValidString(text) || !latin.B.Valid(raw) {
				t.Fatal("not valid")
			}
			if _, ok := latin.B.Check(text); !ok {
				t.Fatal("not valid")
			}
			c.Reset(latin.B)
			_, _ = c.Write(raw[:len(raw)/2])
			_, _ = c.Write(raw[len(raw)/2:])
			if _ = c.Close(); !c.Valid() {
				t.Fatal("not valid")
			}
		}))
	}
}
