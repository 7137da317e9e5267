package latin_test

import (
	"encoding/csv"
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/latin"
)

// allTypes in the order of their values, which is that of the columns in the
// list of memberships.
var allTypes = []latin.Type{latin.A, latin.B, latin.C, latin.D, latin.E,
	latin.SpecA, latin.SpecB, latin.SpecC, latin.SpecD, latin.SpecE, latin.StringLatin11}

// schemaFiles declare the types, each file with its own namespace.
var schemaFiles = map[string]string{
	"din-norm-91379-datatypes.xsd": latin.NS2022,
	"din-91379-datatypes.xsd":      latin.NS2019,
	"latinchars.xsd":               latin.NSLatin11,
}

// patterns returns the pattern of each type as the schemas have it.
func patterns(t testing.TB) map[latin.Type]string {
	found := map[latin.Type]string{}
	for name, namespace := range schemaFiles {
		f, err := os.Open(filepath.Join(testenv.Data(t, "xoev/xoev-bibliothek"), name))
		require.NoError(t, err)
		decoder, simpleType := xml.NewDecoder(f), ""
		for {
			token, err := decoder.Token()
			if err == io.EOF {
				break
			}
			require.NoError(t, err)
			start, ok := token.(xml.StartElement)
			switch {
			case ok && start.Name.Local == "simpleType":
				simpleType = start.Attr[0].Value
			case ok && start.Name.Local == "pattern":
				typ, known := latin.TypeOf(namespace, simpleType)
				require.True(t, known, "%s %s", namespace, simpleType)
				found[typ] = start.Attr[0].Value
			}
		}
		require.NoError(t, f.Close())
	}
	require.Len(t, found, len(allTypes))
	return found
}

// oracle judges by the schema's pattern, which Go's regexp understands.
type oracle struct {
	whole, prefix *regexp.Regexp
	singles       []rune // ranges of the characters that the pattern names alone
}

func newOracle(t testing.TB, pattern string) oracle {
	o := oracle{whole: regexp.MustCompile(`\A(?:` + pattern + `)\z`), prefix: regexp.MustCompile(`\A(?:` + pattern + `)`)}
	o.prefix.Longest()
	tree, err := syntax.Parse(pattern, syntax.Perl)
	require.NoError(t, err)
	require.Equal(t, syntax.OpStar, tree.Op)
	collect(t, tree.Sub[0], &o.singles)
	return o
}

// collect appends the ranges of alternatives of one character.
func collect(t testing.TB, tree *syntax.Regexp, ranges *[]rune) {
	switch tree.Op {
	case syntax.OpCapture, syntax.OpAlternate:
		for _, sub := range tree.Sub {
			collect(t, sub, ranges)
		}
	case syntax.OpCharClass:
		*ranges = append(*ranges, tree.Rune...)
	case syntax.OpLiteral:
		if len(tree.Rune) == 1 {
			*ranges = append(*ranges, tree.Rune[0], tree.Rune[0])
		}
	case syntax.OpConcat: // a sequence
	default:
		t.Fatalf("unexpected part of a pattern: %v", tree.Op)
	}
}

// names tells whether the pattern names the character alone.
func (o oracle) names(r rune) bool {
	for n := 0; n < len(o.singles); n += 2 {
		if r >= o.singles[n] && r <= o.singles[n+1] {
			return true
		}
	}
	return false
}

// firstBad returns the length of the longest start of s that is valid.
func (o oracle) firstBad(s string) int { return len(o.prefix.FindString(s)) }

func oracles(t testing.TB) map[latin.Type]oracle {
	all := map[latin.Type]oracle{}
	for typ, pattern := range patterns(t) {
		all[typ] = newOracle(t, pattern)
	}
	return all
}

// entry is a row of the list of memberships.
type entry struct {
	group, text string
	in          map[latin.Type]bool
}

func entries(t testing.TB) []entry {
	f, err := os.Open(testenv.Data(t, "xoev/din91379/datatype_membership_computed.csv"))
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	var all []entry
	for _, row := range rows[1:] {
		e := entry{group: row[0], text: codePoints(t, row[2]), in: map[latin.Type]bool{}}
		for n, typ := range allTypes {
			e.in[typ] = row[4+n] == "1"
		}
		all = append(all, e)
	}
	require.Len(t, all, 930)
	return all
}

func codePoints(t testing.TB, hex string) string {
	var out strings.Builder
	for _, field := range strings.Fields(hex) {
		n, err := strconv.ParseInt(field, 16, 32)
		require.NoError(t, err)
		out.WriteRune(rune(n))
	}
	return out.String()
}
