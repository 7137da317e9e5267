package latin_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/latin"
)

const allRepairs = latin.NFC | latin.Deprecated | latin.Dashes | latin.Quotes | latin.Spaces | latin.Invisible | latin.LookAlikes

func TestRepair(t *testing.T) {
	for name, test := range map[string]struct {
		typ     latin.Type
		repairs latin.Repairs
		text    string
		want    string
		changes []latin.Change
		valid   bool
	}{
		"nothing to do":     {latin.A, allRepairs, "Jürgen", "Jürgen", nil, true},
		"nothing asked for": {latin.A, 0, "u\u0308", "u\u0308", nil, false},
		"NFC": {latin.A, latin.NFC, "Mu\u0308ller", "Müller",
			[]latin.Change{{Repairs: latin.NFC, Offset: 1, From: "u\u0308", To: "ü"}}, true},
		"NFC leaves a dash": {latin.A, latin.NFC, "u\u0308–", "ü–",
			[]latin.Change{{Repairs: latin.NFC, Offset: 0, From: "u\u0308", To: "ü"}}, false},
		"dash": {latin.A, latin.Dashes, "Groß–Klein−Mittel", "Groß-Klein-Mittel",
			[]latin.Change{{Repairs: latin.Dashes, Offset: 5, From: "–", To: "-"}, {Repairs: latin.Dashes, Offset: 13, From: "−", To: "-"}}, true},
		"listed quotation marks stay": {latin.D, latin.Quotes, "„Zur Post“", "„Zur Post“", nil, true},
		"double quotation marks in B": {latin.B, latin.Quotes, "„Post“", `"Post"`,
			[]latin.Change{{Repairs: latin.Quotes, Offset: 0, From: "„", To: `"`}, {Repairs: latin.Quotes, Offset: 7, From: "“", To: `"`}}, true},
		"A has no double quotation mark": {latin.A, latin.Quotes, "„Post", "„Post", nil, false},
		"apostrophe stays in A":          {latin.A, latin.Quotes, "D’Angelo", "D’Angelo", nil, true},
		"apostrophe in String.Latin": {latin.StringLatin11, latin.Quotes, "D’A", "D'A",
			[]latin.Change{{Repairs: latin.Quotes, Offset: 1, From: "’", To: "'"}}, true},
		"line break": {latin.B, latin.Spaces, "a\nb", "a b", []latin.Change{{Repairs: latin.Spaces, Offset: 1, From: "\n", To: " "}}, true},
		"soft hyphen": {latin.B, latin.Invisible, "Stra\u00ADße", "Straße",
			[]latin.Change{{Repairs: latin.Invisible, Offset: 4, From: "\u00AD", To: ""}}, true},
		"removed between letter and mark": {latin.A, latin.Invisible | latin.NFC, "e\u200B\u0301", "é",
			[]latin.Change{{Repairs: latin.Invisible | latin.NFC, Offset: 0, From: "e\u200B\u0301", To: "é"}}, true},
		"removed between parts of a sequence": {latin.A, latin.Invisible, "K\u200B\u035FH", "K\u035FH",
			[]latin.Change{{Repairs: latin.Invisible, Offset: 1, From: "\u200B", To: ""}}, true},
		"ligature": {latin.A, latin.LookAlikes, "Griﬃn", "Griffin",
			[]latin.Change{{Repairs: latin.LookAlikes, Offset: 3, From: "ﬃ", To: "ffi"}}, true},
		"ligature and mark": {latin.A, latin.LookAlikes | latin.NFC, "ﬁ\u0301", "fí",
			[]latin.Change{{Repairs: latin.LookAlikes | latin.NFC, Offset: 0, From: "ﬁ\u0301", To: "fí"}}, true},
		"full width": {latin.B, latin.LookAlikes, "Ｘ１", "X1",
			[]latin.Change{{Repairs: latin.LookAlikes, Offset: 0, From: "Ｘ", To: "X"}, {Repairs: latin.LookAlikes, Offset: 3, From: "１", To: "1"}}, true},
		"full-width digit in A":          {latin.A, latin.LookAlikes, "１", "１", nil, false},
		"Greek beta for sharp s":         {latin.B, latin.LookAlikes, "Straβe 1", "Straße 1", []latin.Change{{Repairs: latin.LookAlikes, Offset: 4, From: "β", To: "ß"}}, true},
		"Cyrillic letter in Latin word":  {latin.A, latin.LookAlikes, "M\u0430x", "Max", []latin.Change{{Repairs: latin.LookAlikes, Offset: 1, From: "\u0430", To: "a"}}, true},
		"Cyrillic word":                  {latin.A, latin.LookAlikes, "Max \u0421\u043E\u0440", "Max \u0421\u043E\u0440", nil, false},
		"mixed word without look-alikes": {latin.A, latin.LookAlikes, "Max\u0430\u0436", "Max\u0430\u0436", nil, false},
		"Cyrillic is listed in E":        {latin.E, latin.LookAlikes, "M\u0430x", "M\u0430x", nil, true},
		"ellipsis":                       {latin.B, latin.LookAlikes, "etc…", "etc...", []latin.Change{{Repairs: latin.LookAlikes, Offset: 3, From: "…", To: "..."}}, true},
		"deprecated letter": {latin.A, latin.Deprecated, "ŉ Haus", "'n Haus",
			[]latin.Change{{Repairs: latin.Deprecated, Offset: 0, From: "ŉ", To: "'n"}}, true},
		"deprecated sequence": {latin.A, latin.Deprecated, "xo\u0304\u030D", "xo\u0304\u030D", nil, false},
		"deprecated sequence, composed": {latin.A, latin.Deprecated | latin.NFC, "xo\u0304\u030D", "xṓ",
			[]latin.Change{{Repairs: latin.Deprecated | latin.NFC, Offset: 1, From: "o\u0304\u030D", To: "ṓ"}}, true},
		"not UTF-8":    {latin.A, allRepairs, "a\xFFu\u0308", "a\xFFu\u0308", nil, false},
		"bytes beside": {latin.A, allRepairs, "\xC2\u00AD\xAD", "\xC2\u00AD\xAD", nil, false},
		"unknown type": {99, allRepairs, "a–", "a–", nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			got := test.typ.Repair(test.text, test.repairs)
			assert.Equal(t, test.want, got.Text)
			assert.Equal(t, test.changes, got.Changes)
			assert.Equal(t, test.valid, len(got.Problems) == 0)
			checkRepair(t, test.typ, test.text, test.repairs)
		})
	}
}

// checkRepair holds for every text: the changes lead from text to outcome, the
// problems are those of the outcome, and a second repair changes nothing.
func checkRepair(t testing.TB, typ latin.Type, text string, repairs latin.Repairs) {
	got := typ.Repair(text, repairs)
	var rebuilt strings.Builder
	at := 0
	for _, c := range got.Changes {
		require.GreaterOrEqual(t, c.Offset, at, "changes overlap or are out of order in %q", text)
		rebuilt.WriteString(text[at:c.Offset])
		require.True(t, strings.HasPrefix(text[c.Offset:], c.From), "%q", text)
		require.NotEqual(t, c.From, c.To)
		require.NotZero(t, c.Repairs)
		require.Zero(t, c.Repairs&^repairs, "a repair that nobody asked for in %q", text)
		rebuilt.WriteString(c.To)
		at = c.Offset + len(c.From)
	}
	rebuilt.WriteString(text[at:])
	require.Equal(t, got.Text, rebuilt.String(), "%q", text)
	problems, _ := typ.CheckAll(got.Text, 0)
	require.Equal(t, problems, got.Problems)
	require.Equal(t, len(problems) == 0, typ.ValidString(got.Text))
	again := typ.Repair(got.Text, repairs)
	require.Equal(t, got.Text, again.Text, "%q", text)
	require.Empty(t, again.Changes, "%q", text)
	if repairs&latin.Deprecated == 0 && typ.ValidString(text) {
		require.Equal(t, text, got.Text)
	}
}

func TestRepairRandomTexts(t *testing.T) {
	const alphabet = "aeouAKHhC\u0301\u0308\u0304\u0328\u0306\u030D\u035F\u00AD\u200B–„“’ \nß\u0430ж\u0421αβōēŉŀﬃＡⅣ…\u212B\u2126\xFF\u034F\uFE0F\u0323"
	runes := []rune(alphabet)
	random := rand.New(rand.NewPCG(7, 7))
	for range 20_000 {
		var text strings.Builder
		for range random.IntN(9) {
			text.WriteRune(runes[random.IntN(len(runes))])
		}
		checkRepair(t, allTypes[random.IntN(len(allTypes))], text.String(), latin.Repairs(random.IntN(int(allRepairs)+1)))
	}
}

// Every decomposed text of listed units is mended by NFC alone.
func TestRepairNFCOfEveryEntry(t *testing.T) {
	changed := 0
	for _, e := range entries(t) {
		if !e.in[latin.E] {
			continue
		}
		if norm.NFD.String(e.text) != e.text {
			changed++
		}
		got := latin.E.Repair(norm.NFD.String(e.text), latin.NFC)
		require.Equal(t, e.text, got.Text)
		require.Empty(t, got.Problems)
		require.Equal(t, norm.NFD.String(e.text) != e.text, len(got.Changes) == 1)
	}
	assert.Equal(t, 464, changed)
}

// The deprecated entries and their replacements as the list has them.
func TestRepairDeprecatedList(t *testing.T) {
	rows := fieldsOf(t, "xoev/din91379/string-latin/latin_list_deprecated_1.3.txt")
	require.Len(t, rows, 7)
	for _, row := range rows {
		from, to := codePoints(t, row[2]), codePoints(t, row[7])
		got := latin.A.Repair(from, latin.Deprecated)
		if row[0] == "dc" {
			assert.Equal(t, from, got.Text, "a mark alone is valid neither before nor after")
			continue
		}
		assert.Equal(t, to, got.Text)
		assert.Equal(t, []latin.Change{{Repairs: latin.Deprecated, From: from, To: to}}, got.Changes)
	}
}

// Substitutes lead from one script to another as their names say.
func TestLookAlikePairs(t *testing.T) {
	require.NotEmpty(t, latin.LikeCyrillic)
	for pairs, script := range map[string]*unicode.RangeTable{latin.LikeCyrillic: unicode.Cyrillic, latin.LikeGreek: unicode.Greek} {
		runes := []rune(pairs)
		require.Zero(t, len(runes)%2)
		for n := 0; n < len(runes); n += 2 {
			assert.True(t, unicode.Is(script, runes[n]), "%U", runes[n])
			assert.True(t, unicode.Is(unicode.Latin, runes[n+1]), "%U", runes[n+1])
			assert.Equal(t, unicode.IsUpper(runes[n]), unicode.IsUpper(runes[n+1]), "%U", runes[n])
			assert.True(t, latin.A.ValidString(string(runes[n+1])))
		}
	}
}

// Every character that a repair knows becomes valid in type B, or is gone.
func TestEverySubstitute(t *testing.T) {
	mended := map[latin.Repairs]int{}
	for r := rune(0); r <= 0xFFFF; r++ {
		if latin.B.ValidString(string(r)) || r >= 0xD800 && r < 0xE000 {
			continue
		}
		for _, repair := range []latin.Repairs{latin.Dashes, latin.Quotes, latin.Spaces, latin.Invisible} {
			if got := latin.B.Repair(string(r), repair); len(got.Changes) > 0 {
				require.Empty(t, got.Problems, "%U", r)
				mended[repair]++
			}
		}
	}
	assert.Equal(t, map[latin.Repairs]int{latin.Dashes: 11, latin.Quotes: 21, latin.Spaces: 24, latin.Invisible: 39}, mended)
}

func TestRepairsString(t *testing.T) {
	assert.Equal(t, "NFC|Dashes", (latin.Dashes | latin.NFC).String())
	assert.Empty(t, latin.Repairs(0).String())
	assert.Equal(t, 7, strings.Count(allRepairs.String(), "|")+1)
}

// fieldsOf reads a published list.
func fieldsOf(t testing.TB, name string) [][]string {
	var rows [][]string
	for line := range strings.Lines(readFile(t, testenv.Data(t, name))) {
		rows = append(rows, strings.Split(strings.TrimSpace(line), ";"))
	}
	return rows
}
