package sammelnachricht_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/latin"
	"github.com/bausteine/egov/xoev/sammelnachricht"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// spot is where something was found, in the words of the test: path behind the
// record, and the text of the message from there on.
type spot struct{ path, text string }

func spots(t *testing.T, message string, found []finding.Finding) []spot {
	lines := strings.SplitAfter(message, "\n")
	var all []spot
	for _, f := range found {
		require.NotEmpty(t, f.Source)
		require.Positive(t, f.Line)
		require.LessOrEqual(t, f.Line, len(lines), "%v", f)
		rest := strings.Join(lines[f.Line-1:], "")
		require.LessOrEqual(t, f.Column, len(rest))
		rest = rest[f.Column-1:]
		all = append(all, spot{strings.TrimPrefix(f.Path, "/m:bestand.lieferung.0007/m:satz"), rest[:min(len(rest), 6)]})
	}
	return all
}

func TestLatin(t *testing.T) {
	for name, tc := range map[string]struct {
		content string
		want    []spot
	}{
		"fine":                       {"<m:satz>\n <m:a> Erika Mustermann, Straße 5 &amp; \t </m:a>\n</m:satz>", nil},
		"composed letter":            {"<m:satz><a>Bu\u0308ro</a></m:satz>", []spot{{"[1]/a", "\u0308ro</"}}},
		"listed sequence":            {"<m:satz><a>C\u0328\u0306</a></m:satz>", nil},
		"at the end":                 {"<m:satz><a>Bu\u0308</a></m:satz>", []spot{{"[1]/a", "\u0308</a>"}}},
		"two lines, second record":   {"<m:satz/><m:satz><a>ja\nnein \u2260</a></m:satz>", []spot{{"[2]/a", "\u2260</a"}}},
		"across a comment":           {"<m:satz><a>Bu<!-- c -->\u0308ro</a></m:satz>", []spot{{"[1]/a", "\u0308ro</"}}},
		"sequence across a comment":  {"<m:satz><a>C<!-- c -->\u0328\u0306</a></m:satz>", nil},
		"sequence by references":     {"<m:satz><a>C&#x328;&#x306;</a></m:satz>", nil},
		"not across an element":      {"<m:satz>C<a/>\u0328x</m:satz>", []spot{{"[1]", "\u0328x</m"}}},
		"mixed content":              {"<m:satz>\u2260<a>\u2260</a>\u2260</m:satz>", []spot{{"[1]", "\u2260<a>"}, {"[1]/a", "\u2260</a"}, {"[1]", "\u2260</m"}}},
		"attribute":                  {"<m:satz x='1' y='\u2260'><a xml:lang='\u2260' b='u\u0308'/></m:satz>", []spot{{"[1]/@y", "y='\u2260"}, {"[1]/a/@b", "b='u\u0308"}}},
		"reference":                  {"<m:satz><a>ab&#x2260;</a></m:satz>", []spot{{"[1]/a", "&#x226"}}},
		"layout is not text":         {"<m:satz>\n\u0009<a>x</a>\r\n<a/></m:satz>", nil},
		"beside the records":         {"<m:x>\u2260</m:x><m:satz/>", nil},
		"two in one text":            {"<m:satz><a>\u2260a\u2260b</a></m:satz>", []spot{{"[1]/a", "\u2260a\u2260"[:6]}, {"[1]/a", "\u2260b</"}}},
		"line feed in type C":        {"<m:satz><a>a\nb</a></m:satz>", nil},
		"CDATA":                      {"<m:satz><a><![CDATA[a\u2260]]></a></m:satz>", []spot{{"[1]/a", "\u2260]]>"}}},
		"a carriage return is layer": {"<m:satz><a>a\r\nb\r\u2260</a></m:satz>", []spot{{"[1]/a", "\u2260</a"}}},
	} {
		t.Run(name, func(t *testing.T) {
			text := with(t, tc.content)
			for _, how := range []string{"skip", "decode", "raw"} {
				r := reader(t, text, &sammelnachricht.Options{Latin: &sammelnachricht.Latin{Type: latin.C}})
				var each []finding.Finding
				_, err := drain(r, func(rec *sammelnachricht.Record) (err error) {
					switch how {
					case "decode":
						err = rec.Decode(new(struct{}))
					case "raw":
						_, _, err = rec.Raw()
					default:
						for rec.Next() {
						}
					}
					each = append(each, rec.Findings()...)
					return err
				})
				require.NoError(t, err)
				report := r.Report()
				var found []finding.Finding
				for _, f := range report.Findings {
					if !strings.HasPrefix(f.Code, "SAM-") {
						found = append(found, f)
					}
				}
				require.Equal(t, tc.want, spots(t, text, found), how)
				require.Equal(t, found, each, how)
				want := finding.Accepted
				if tc.want != nil {
					want = finding.Rejected
				}
				require.Equal(t, want, report.Verdict)
			}
		})
	}
}

// TestLatinPieces: how the reader delivers changes no finding.
func TestLatinPieces(t *testing.T) {
	text := with(t, strings.Repeat("<m:satz y='\u2260'>\n<a>Erika C\u0328\u0306 Bu\u0308ro\n\u2260 x</a>\n<b>\u2260</b></m:satz>", 3))
	o := &sammelnachricht.Options{Latin: &sammelnachricht.Latin{Type: latin.C}}
	whole := reader(t, text, o)
	_, err := drain(whole, nil)
	require.NoError(t, err)
	require.Len(t, whole.Report().Findings, 12)
	for size := 1; size < 100; size++ {
		r, err := sammelnachricht.NewReader(context.Background(), pieces(text, size), saetze, o)
		require.NoError(t, err)
		_, err = drain(r, nil)
		require.NoError(t, err)
		require.Equal(t, codes(nil, whole.Report().Findings), codes(nil, r.Report().Findings))
		for i, f := range r.Report().Findings {
			w := whole.Report().Findings[i]
			require.Equal(t, w.Path, f.Path)
			require.Equal(t, w.Line, f.Line, "pieces of %d", size)
		}
	}
}

func TestLatinSelect(t *testing.T) {
	text := with(t, "<m:satz nr='5'><m:name>Erika5</m:name><m:strasse>Weg 5</m:strasse><frei>5 \u2260</frei>5<anlage>UVVV</anlage></m:satz>")
	asked := map[string]int{}
	r := reader(t, text, &sammelnachricht.Options{Latin: &sammelnachricht.Latin{Select: func(element, attribute xmlscan.Name) (latin.Type, bool) {
		asked[element.Local+"@"+attribute.Local]++
		switch {
		case element.Is(ns, "name"):
			return latin.A, true
		case element.Is(ns, "strasse"):
			return latin.B, true
		case element.Is(ns, "satz"):
			return latin.A, true
		}
		return 0, false
	}}})
	_, err := drain(r, nil)
	require.NoError(t, err)
	require.Equal(t, []spot{{"[1]/@nr", "nr='5'"}, {"[1]/m:name", "5</m:n"}, {"[1]", "5<anla"}}, spots(t, text, r.Report().Findings))
	require.Equal(t, map[string]int{"satz@nr": 1, "name@": 1, "strasse@": 1, "frei@": 1, "satz@": 1, "anlage@": 1}, asked)
}

func TestLatinIsBounded(t *testing.T) {
	text := with(t, "<m:satz>"+strings.Repeat("\u2260", 50)+"</m:satz><m:satz><a/></m:satz>"+strings.Repeat("<m:satz a='\u2260'>\u2260</m:satz>", 50))
	r := reader(t, text, &sammelnachricht.Options{MaxFindings: 10, Latin: &sammelnachricht.Latin{Type: latin.E}})
	var perRecord []int
	_, err := drain(r, func(rec *sammelnachricht.Record) error {
		for rec.Next() {
		}
		perRecord = append(perRecord, len(rec.Findings()))
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, []int{10, 0, 2, 2}, perRecord[:4])
	require.Len(t, r.Report().Findings, 10)
	require.EqualValues(t, 50+100-10, r.Report().Dropped)
	require.Equal(t, finding.Rejected, r.Report().Verdict)
	for _, f := range r.Report().Findings {
		require.NotContains(t, fmt.Sprint(f), "\u2260")
	}

	r = reader(t, text, &sammelnachricht.Options{Latin: &sammelnachricht.Latin{Type: latin.E}})
	r.SkipTo(60)
	_, err = drain(r, nil)
	require.NoError(t, err)
	require.Empty(t, r.Report().Findings, "records that are not delivered are not judged")
}
