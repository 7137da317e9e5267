package fim_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/fim"
	"github.com/bausteine/egov/forms/fim/datenschema"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xdatenfelder"
)

func anzahl(min, max int) xdatenfelder.Anzahl { return xdatenfelder.Anzahl{Min: min, Max: max} }

func angaben(id string) xdatenfelder.AllgemeineAngaben {
	return xdatenfelder.AllgemeineAngaben{Identifikation: xdatenfelder.Identifikation{ID: id, Version: "1.0"}, Name: id}
}

func feld(id string, n xdatenfelder.Anzahl, typ xdatenfelder.Datentyp) xdatenfelder.Struktur {
	return xdatenfelder.Struktur{Anzahl: n, Datenfeld: &xdatenfelder.Datenfeld{
		AllgemeineAngaben: angaben(id), Feldart: xdatenfelder.FeldartInput, Datentyp: typ}}
}

func gruppe(id string, n xdatenfelder.Anzahl, parts ...xdatenfelder.Struktur) xdatenfelder.Struktur {
	return xdatenfelder.Struktur{Anzahl: n, Datenfeldgruppe: &xdatenfelder.Datenfeldgruppe{AllgemeineAngaben: angaben(id), Struktur: parts}}
}

// antrag asks in another order than the data schema below, and as one what the
// schema has many times.
type antrag struct {
	B struct {
		Ja    []string `label:"Ja" options:"01=Ja" fim:"F3V1.0"`
		Zahl  string   `label:"Zahl" fim:"F2V1.0"`
		Viele string   `label:"Viele" fim:"F1V1.0"`
	} `title:"B" fim:"G2V1.0"`
	A struct {
		Frei string `label:"Frei" fim:"G4V1.0/F4V1.0"`
	} `title:"A" fim:"G1V1.0"`
}

func arranged(t *testing.T, ohneVersion bool, more ...xdatenfelder.Struktur) *datenschema.Schema {
	t.Helper()
	n := &xdatenfelder.Nachricht{Version: xdatenfelder.XDF2, Stammdatenschema: &xdatenfelder.Stammdatenschema{AllgemeineAngaben: angaben("S1")}}
	n.Stammdatenschema.Struktur = append([]xdatenfelder.Struktur{
		gruppe("G1", anzahl(1, 1), gruppe("G4", anzahl(1, 1), feld("F4", anzahl(0, 1), xdatenfelder.DatentypText))),
		gruppe("G2", anzahl(1, 1), feld("F1", anzahl(0, xdatenfelder.Unbegrenzt), xdatenfelder.DatentypText),
			feld("F2", anzahl(0, 1), xdatenfelder.DatentypNumInt), feld("F3", anzahl(1, 1), xdatenfelder.DatentypText)),
	}, more...)
	s, err := datenschema.Compile(n, &datenschema.Options{OhneVersion: ohneVersion})
	require.NoError(t, err)
	return s
}

// TestSchemaArranges: with the data schema its order, arrays, types and empty
// groups are written, and what it does not accept is not.
func TestSchemaArranges(t *testing.T) {
	form, err := forms.New("S1", "1.0", antrag{}, nil)
	require.NoError(t, err)
	a := forms.Answers{}.With("b.ja", forms.List("01")).With("b.zahl", forms.Text("7")).With("b.viele", forms.Text("x"))
	o := &fim.EncodeOptions{Schema: arranged(t, false)}
	xml, err := fim.Marshal(form, a, o)
	require.NoError(t, err)
	assert.Equal(t, `<?xml version="1.0" encoding="UTF-8"?>
<S1V1.0 xmlns="urn:fim-de:xfall:datenschema:xdf3">
  <G1V1.0>
    <G4V1.0>
    </G4V1.0>
  </G1V1.0>
  <G2V1.0>
    <F1V1.0>x</F1V1.0>
    <F2V1.0>7</F2V1.0>
    <F3V1.0>01</F3V1.0>
  </G2V1.0>
</S1V1.0>
`, string(xml))
	json, err := fim.MarshalJSON(form, a, o)
	require.NoError(t, err)
	assert.JSONEq(t, `{"G1V1.0":{"G4V1.0":{}},"G2V1.0":{"F1V1.0":["x"],"F2V1.0":7,"F3V1.0":"01"}}`, string(json))
	doc, err := fim.DecodeJSON(strings.NewReader(string(json)), form, &fim.DecodeOptions{Schema: o.Schema})
	require.NoError(t, err)
	assert.True(t, a.Equal(doc.Answers))

	t.Run("not by the schema", func(t *testing.T) {
		for name, test := range map[string]struct {
			a    forms.Answers
			code string
		}{
			"missing":     {a.Without("b.ja"), "DAT-005"},
			"not a value": {a.With("b.zahl", forms.Text("viele")), "DAT-0"},
		} {
			for _, encode := range []func(*forms.Form, forms.Answers, *fim.EncodeOptions) ([]byte, error){fim.Marshal, fim.MarshalJSON} {
				b, err := encode(form, test.a, o)
				var rejected *fim.RejectedError
				require.ErrorAs(t, err, &rejected, name)
				assert.Nil(t, b)
				assert.Contains(t, rejected.Report.Findings[0].Code, test.code, name)
				var invalid *finding.InvalidError
				assert.ErrorAs(t, err, &invalid)
				assert.NotContains(t, err.Error(), "viele")
			}
		}
	})
	t.Run("without versions", func(t *testing.T) {
		s := arranged(t, true)
		xml, err := fim.Marshal(form, a, &fim.EncodeOptions{Schema: s})
		require.NoError(t, err)
		assert.Contains(t, string(xml), `<S1V1.0 xmlns="urn:fim-de:xfall:xdf3:S1V1.0">`)
		assert.Contains(t, string(xml), `<F1>x</F1>`)
		doc, err := fim.Decode(strings.NewReader(string(xml)), form, &fim.DecodeOptions{Schema: s})
		require.NoError(t, err)
		assert.True(t, a.Equal(doc.Answers))
	})
	t.Run("a form that does not fit", func(t *testing.T) {
		other, err := forms.New("S2", "1.0", antrag{}, nil)
		require.NoError(t, err)
		_, err = fim.Marshal(other, a, o)
		assert.ErrorIs(t, err, fim.ErrForm)
		_, err = fim.Marshal(form, a, &fim.EncodeOptions{Schema: schemaWithout(t)})
		assert.ErrorIs(t, err, fim.ErrForm)
	})
}

// schemaWithout lacks what the form has.
func schemaWithout(t *testing.T) *datenschema.Schema {
	t.Helper()
	s, err := datenschema.Compile(&xdatenfelder.Nachricht{Version: xdatenfelder.XDF2, Stammdatenschema: &xdatenfelder.Stammdatenschema{
		AllgemeineAngaben: angaben("S1"), Struktur: []xdatenfelder.Struktur{gruppe("G1", anzahl(1, 1))}}}, nil)
	require.NoError(t, err)
	return s
}
