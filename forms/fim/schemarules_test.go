package fim_test

import (
	"strconv"
	"testing"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/fim"
	"github.com/bausteine/egov/forms/fim/regel"
	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/xdatenfelder"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func general(id string) xdatenfelder.AllgemeineAngaben {
	return xdatenfelder.AllgemeineAngaben{Identifikation: xdatenfelder.Identifikation{ID: id, Version: "1.0.0"}, Name: id}
}

func times(min, max int) xdatenfelder.Anzahl { return xdatenfelder.Anzahl{Min: min, Max: max} }

// yesNo is a field; n numbers it.
func yesNo(n int, a xdatenfelder.Anzahl) xdatenfelder.Struktur {
	return xdatenfelder.Struktur{Anzahl: a, Datenfeld: &xdatenfelder.Datenfeld{AllgemeineAngaben: general("F9900" + pad(n)),
		Feldart: xdatenfelder.FeldartInput, Datentyp: xdatenfelder.DatentypBool}}
}

func pad(n int) string { return strconv.Itoa(10000 + n)[1:] }

// groupOf is a group with rules, each given by its text.
func groupOf(n int, a xdatenfelder.Anzahl, rules []string, parts ...xdatenfelder.Struktur) xdatenfelder.Struktur {
	g := &xdatenfelder.Datenfeldgruppe{AllgemeineAngaben: general("G9900" + pad(n)), Struktur: parts}
	for i, text := range rules {
		g.Regeln = append(g.Regeln, &xdatenfelder.Regel{AllgemeineAngaben: general("R99" + pad(n) + pad(i)), FreitextRegel: text})
	}
	return xdatenfelder.Struktur{Anzahl: a, Datenfeldgruppe: g}
}

func schemaOf(rules []string, parts ...xdatenfelder.Struktur) *xdatenfelder.Nachricht {
	s := &xdatenfelder.Stammdatenschema{AllgemeineAngaben: general("S99000000"), Struktur: parts}
	for i, text := range rules {
		s.Regeln = append(s.Regeln, &xdatenfelder.Regel{AllgemeineAngaben: general("R990000" + pad(i)), FreitextRegel: text})
	}
	return &xdatenfelder.Nachricht{Version: xdatenfelder.XDF3, Stammdatenschema: s}
}

// verdicts are the codes of the rules, "" for one that was read.
func verdicts(f *fim.SchemaForm) []string {
	var out []string
	for _, r := range f.Report.Rules {
		out = append(out, r.Code)
	}
	return out
}

// TestPlaces: an id means the element in the group with the rule, or in the
// nearest one around it; where there are two of them it is open.
func TestPlaces(t *testing.T) {
	one, opt := times(1, 1), times(0, 1)
	rule := "F99000002 ist nur dann zu befüllen, wenn F99000001 bejaht wurde."
	address := func(rules ...string) xdatenfelder.Struktur {
		return groupOf(5, one, rules, yesNo(1, one), yesNo(2, opt))
	}
	for _, c := range []struct {
		name string
		n    *xdatenfelder.Nachricht
		want []string
		path string
	}{
		{"in the group, used twice", schemaOf(nil, groupOf(1, one, nil, address(rule)), groupOf(2, one, nil, address(rule))), []string{"", ""}, "g99000002.g99000005.f99000001 = ja"},
		{"in the schema, used twice", schemaOf([]string{rule}, groupOf(1, one, nil, address()), groupOf(2, one, nil, address())), []string{regel.CodeAmbiguous}, ""},
		{"condition outside", schemaOf(nil, groupOf(1, one, nil, yesNo(1, one)), groupOf(2, one, []string{rule}, yesNo(2, opt))), []string{""}, "g99000001.f99000001 = ja"},
		{"condition nearer", schemaOf(nil, groupOf(1, one, nil, yesNo(1, one)), groupOf(2, one, nil, yesNo(1, one), groupOf(3, one, []string{rule}, yesNo(2, opt)))), []string{""}, "g99000002.f99000001 = ja"},
		{"nowhere", schemaOf(nil, groupOf(1, one, nil, yesNo(1, one)), groupOf(2, one, []string{rule}, yesNo(3, opt))), []string{regel.CodeUnknown}, ""},
		{"another entry", schemaOf([]string{rule}, groupOf(1, times(1, 5), nil, yesNo(1, one)), groupOf(2, one, nil, yesNo(2, opt))), []string{regel.CodeRepeat}, ""},
		{"a group that may be left out", schemaOf([]string{rule}, groupOf(1, opt, nil, yesNo(1, one)), groupOf(2, one, nil, yesNo(2, opt))), []string{""},
			"ein seite-g99000001.g99000001: (seite-g99000001.g99000001.f99000001 = ja)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := fim.FromSchema(c.n, nil)
			require.NoError(t, err)
			assert.Equal(t, c.want, verdicts(f))
			paths := f.Paths("F99000002")
			if c.path != "" {
				require.NotEmpty(t, paths)
				assert.Equal(t, c.path, find(t, f.Definition, paths[len(paths)-1]).(forms.FieldDefinition).Visible.String())
			}
		})
	}
}

func TestCycles(t *testing.T) {
	one, opt := times(1, 1), times(0, 1)
	only := func(target, source string) string {
		return target + " ist nur dann zu befüllen, wenn " + source + " bejaht wurde."
	}
	f, err := fim.FromSchema(schemaOf(nil, groupOf(1, one,
		[]string{only("F99000001", "F99000002"), only("F99000002", "F99000003"), only("F99000003", "F99000001"), only("F99000004", "F99000001"), only("F99000001", "F99000005")},
		yesNo(1, opt), yesNo(2, opt), yesNo(3, opt), yesNo(4, opt), yesNo(5, one))), nil)
	require.NoError(t, err)
	assert.Equal(t, []string{regel.CodeCycle, regel.CodeCycle, regel.CodeCycle, "", ""}, verdicts(f))
	assert.Nil(t, field(t, f, "F99000002").Visible)
	assert.Equal(t, "g99000001.f99000005 = ja", field(t, f, "F99000001").Visible.String())

	f, err = fim.FromSchema(schemaOf([]string{only("G99000002", "F99000001"), only("F99000001", "F99000002")},
		groupOf(1, one, nil, yesNo(1, opt)), groupOf(2, one, nil, yesNo(2, one))), nil)
	require.NoError(t, err)
	assert.Equal(t, []string{regel.CodeCycle, regel.CodeCycle}, verdicts(f), "by a field in the group")
}

// TestUnanswered: what holds for another value than one is open if another rule
// can hide the field.
func TestUnanswered(t *testing.T) {
	one, opt := times(1, 1), times(0, 1)
	hide := "Wenn F99000002 <> wahr, dann ist F99000003 nicht anzuzeigen."
	parts := []xdatenfelder.Struktur{yesNo(1, one), yesNo(2, one), yesNo(3, opt)}
	f, err := fim.FromSchema(schemaOf(nil, groupOf(1, one, []string{hide}, parts...)), nil)
	require.NoError(t, err)
	assert.Equal(t, []string{""}, verdicts(f))
	f, err = fim.FromSchema(schemaOf(nil, groupOf(1, one, []string{hide, "F99000002 ist nur dann zu befüllen, wenn F99000001 bejaht wurde."}, parts...)), nil)
	require.NoError(t, err)
	assert.Equal(t, []string{regel.CodeUnanswered, ""}, verdicts(f))
}

// TestMandatory: what rules make mandatory, by kind and multiplicity.
func TestMandatory(t *testing.T) {
	one, opt, many := times(1, 1), times(0, 1), times(0, xdatenfelder.Unbegrenzt)
	must := func(target string) string {
		return "Wenn F99000001 bejaht wurde, dann muss " + target + " befüllt werden."
	}
	f, err := fim.FromSchema(schemaOf(nil, groupOf(1, one, []string{must("F99000002"), must("G99000002"), must("G99000003"), must("F99000006")},
		yesNo(1, one), yesNo(2, opt), groupOf(2, opt, nil, yesNo(3, one), yesNo(4, opt)), groupOf(3, opt, nil, yesNo(5, opt)), yesNo(6, many))), nil)
	require.NoError(t, err)
	assert.Equal(t, []string{"", "", "", ""}, verdicts(f))
	const is = "g99000001.f99000001 = ja"
	assert.Equal(t, is, field(t, f, "F99000002").RequiredIf.String())
	assert.Nil(t, group(t, f, "G99000002").Repeat)
	assert.Equal(t, "g99000001.g99000002 ist ausgefüllt oder "+is, field(t, f, "F99000003").RequiredIf.String())
	assert.Nil(t, field(t, f, "F99000004").RequiredIf)
	empty := group(t, f, "G99000003")
	require.Len(t, empty.Checks, 1)
	assert.Equal(t, fim.CodeGroupRequired, empty.Checks[0].Code)
	assert.Equal(t, &forms.Repeat{Entry: "F99000006"}, group(t, f, "F99000006").Repeat)
	require.Len(t, f.Definition.Checks, 1)
	assert.Equal(t, "nicht ("+is+") oder g99000001.f99000006 ist ausgefüllt", f.Definition.Checks[0].Valid.String())
}

// TestHints gives each hint a schema that has it, and none other.
func TestHints(t *testing.T) {
	one := times(1, 1)
	with := func(change func(*xdatenfelder.Datenfeld)) *xdatenfelder.Nachricht {
		s := yesNo(1, one)
		s.Datenfeld.Datentyp = xdatenfelder.DatentypText
		change(s.Datenfeld)
		return schemaOf(nil, s, yesNo(2, one))
	}
	cases := map[string]*xdatenfelder.Nachricht{
		fim.HintList:  with(func(d *xdatenfelder.Datenfeld) { d.Feldart = xdatenfelder.FeldartSelect }),
		fim.HintLimit: with(func(d *xdatenfelder.Datenfeld) { d.Praezisierung.MinValue = "3" }),
		fim.HintPattern: with(func(d *xdatenfelder.Datenfeld) {
			d.Praezisierung.Pattern = `(?=.*[0-9]).{8}`
		}),
		fim.HintType:    with(func(d *xdatenfelder.Datenfeld) { d.Datentyp = xdatenfelder.DatentypObj }),
		fim.HintAnzahl:  schemaOf(nil, yesNo(1, times(0, 0)), yesNo(2, one)),
		fim.HintPrefill: with(func(d *xdatenfelder.Datenfeld) { d.Vorbefuellung = xdatenfelder.VorbefuellungOptional }),
		fim.HintVersion: with(func(d *xdatenfelder.Datenfeld) { d.Identifikation.Version = "" }),
		fim.HintLocked:  with(func(d *xdatenfelder.Datenfeld) { d.Feldart = xdatenfelder.FeldartLocked }),
		fim.HintDefault: with(func(d *xdatenfelder.Datenfeld) { d.Datentyp, d.Inhalt = xdatenfelder.DatentypDate, "heute" }),
		fim.HintListLength: with(func(d *xdatenfelder.Datenfeld) {
			d.Feldart = xdatenfelder.FeldartSelect
			for i := range 2001 {
				d.Werte = append(d.Werte, xdatenfelder.Wert{Code: strconv.Itoa(i), Name: "Wert"})
			}
		}),
	}
	for code, n := range cases {
		t.Run(code, func(t *testing.T) {
			f, err := fim.FromSchema(n, nil)
			require.NoError(t, err)
			require.Len(t, f.Report.Hints, 1)
			assert.Equal(t, code, f.Report.Hints[0].Code)
			assert.NotEmpty(t, fim.HintCodes()[code])
		})
	}
	assert.Len(t, fim.HintCodes(), len(cases)+2, "and those of lists' columns and hidden elements, tested with options")
}

func staates(t testing.TB) func(*xdatenfelder.CodelisteReferenz) (*codelist.List, error) {
	list, err := codelist.New(codelist.Metadata{ShortName: "Staat", Version: "1", CanonicalURI: "urn:liste", CanonicalVersionURI: "urn:liste_1"},
		[]codelist.Column{{ID: "schluessel", ShortName: "schluessel", Required: true}, {ID: "iso", ShortName: "iso"}, {ID: "staatenname-kurz", ShortName: "staatenname-kurz"}, {ID: "voll", ShortName: "voll"}},
		[]codelist.Key{{ID: "k", ShortName: "k", Columns: []string{"schluessel"}}},
		[][]codelist.Value{{{Text: "000"}, {Text: "DE"}, {Text: "Deutschland"}, {Text: "die Bundesrepublik Deutschland"}}})
	require.NoError(t, err)
	return func(*xdatenfelder.CodelisteReferenz) (*codelist.List, error) { return list, nil }
}

func TestColumnHint(t *testing.T) {
	n := schemaOf(nil, yesNo(2, times(1, 1)))
	d := n.Stammdatenschema.Struktur[0].Datenfeld
	d.Datentyp, d.Feldart, d.CodelisteReferenz = xdatenfelder.DatentypText, xdatenfelder.FeldartSelect, &xdatenfelder.CodelisteReferenz{CanonicalIdentification: "urn:liste"}
	options := &fim.SchemaOptions{Codelisten: staates(t)}
	f, err := fim.FromSchema(n, options)
	require.NoError(t, err)
	require.Len(t, f.Report.Hints, 1)
	assert.Equal(t, []string{fim.HintListColumn, "staatenname-kurz"}, []string{f.Report.Hints[0].Code, f.Report.Hints[0].Detail})
	assert.Equal(t, forms.Option{Value: "000", Label: "Deutschland"}, field(t, f, "F99000002").Options[0])

	d.NameKey, d.CodeKey = "voll", "iso"
	f, err = fim.FromSchema(n, options)
	require.NoError(t, err)
	assert.Empty(t, f.Report.Hints)
	assert.Equal(t, forms.Option{Value: "DE", Label: "die Bundesrepublik Deutschland"}, field(t, f, "F99000002").Options[0])
}

// TestLongList: a list too long to choose from is checked all the same, and rules
// know it.
func TestLongList(t *testing.T) {
	for _, a := range []xdatenfelder.Anzahl{times(1, 1), times(1, 3)} {
		s := yesNo(1, a)
		s.Datenfeld.Datentyp, s.Datenfeld.Feldart = xdatenfelder.DatentypText, xdatenfelder.FeldartSelect
		for _, code := range []string{"01", "02", "03"} {
			s.Datenfeld.Werte = append(s.Datenfeld.Werte, xdatenfelder.Wert{Code: code, Name: "Nummer " + code})
		}
		rules := []string{"F99000002 ist nur dann zu befüllen, wenn F99000001 = 02."}
		f, err := fim.FromSchema(schemaOf(rules, s, yesNo(2, times(0, 1))), &fim.SchemaOptions{MaxChoices: 2})
		require.NoError(t, err)
		form, err := f.Compile(nil)
		require.NoError(t, err)
		path := "angaben.f99000001"
		if a.Max == 1 {
			assert.Equal(t, []string{""}, verdicts(f))
		} else {
			path += "[0].wert"
			assert.Equal(t, []string{regel.CodeRepeat}, verdicts(f))
		}
		assert.Empty(t, form.Validate(form.Initial().With(path, forms.Text("02"))))
		wrong := form.Validate(form.Initial().With(path, forms.Text("04")))
		require.Len(t, wrong, 1)
		assert.Equal(t, []string{path, forms.CodeChoice}, []string{wrong[0].Path, wrong[0].Code})
	}
}

// TestHelp: the help texts of few choices stand at the field.
func TestHelp(t *testing.T) {
	n := schemaOf(nil, yesNo(1, times(1, 1)))
	d := n.Stammdatenschema.Struktur[0].Datenfeld
	d.Datentyp, d.Feldart, d.HilfetextEingabe = xdatenfelder.DatentypText, xdatenfelder.FeldartSelect, "Wählen Sie\r\n  eine Art.\n\nSie gilt sofort."
	d.Werte = []xdatenfelder.Wert{{Code: "1", Name: "Art A", Hilfe: "Für Anfang."}, {Code: "2", Name: "Art B"}}
	f, err := fim.FromSchema(n, nil)
	require.NoError(t, err)
	assert.Equal(t, "Wählen Sie eine Art.\n\nSie gilt sofort.\n\nArt A: Für Anfang.", field(t, f, "F99000001").Help)
}
