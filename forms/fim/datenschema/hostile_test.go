package datenschema

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xdatenfelder"
)

// TestOddSchemas: whatever a data schema says, libxml2 can read the XML Schema.
func TestOddSchemas(t *testing.T) {
	type limits = xdatenfelder.Praezisierung
	const text, num = xdatenfelder.DatentypText, xdatenfelder.DatentypNum
	b := &builder{}
	codes := b.auswahl("0:1", "Codes", "a", "b\x01", "\ufffe", "\xff", "]]>")
	many := b.feld("0:1", "Viele", text, limits{})
	many.Anzahl.Max = 1<<31 - 1
	for name, part := range map[string]xdatenfelder.Struktur{
		"multiplicity": many, "codes": codes,
		"title":         b.feld("0:1", "x\x01y\xff", text, limits{}),
		"digits":        b.feld("0:1", "x", num, limits{MinValue: strings.Repeat("9", 25)}),
		"contradiction": b.feld("0:1", "x", num, limits{MinValue: "2", MaxValue: "1"}),
		"decimals":      b.feld("0:1", "x", num, limits{MaxValue: "0." + strings.Repeat("9", 25)}),
		"surrogates":    b.feld("0:1", "x", text, limits{Pattern: `\p{Cs}`}),
		"a control":     b.feld("0:1", "x", text, limits{Pattern: "[\x01]"}),
		"its number":    b.feld("0:1", "x", text, limits{Pattern: `a|\u0001`}),
		"no character":  b.feld("0:1", "x", text, limits{Pattern: "[\ufffe]"}),
	} {
		t.Run(name, func(t *testing.T) {
			s, err := Compile(b.schema(part), nil)
			require.NoError(t, err)
			assert.Equal(t, []bool{true}, xmllint(t, s, []string{"<" + s.Root() + ` xmlns="` + Namespace + `"/>`}))
		})
	}
}

// TestLeftOutIsNotChecked: a limit that no value can meet and a list without
// codes are left out of the schemas, so that the checks let any value pass too.
func TestLeftOutIsNotChecked(t *testing.T) {
	type limits = xdatenfelder.Praezisierung
	b := &builder{}
	for name, test := range map[string]struct {
		part     xdatenfelder.Struktur
		code     string
		xml, lit string
	}{
		"numbers":       {b.feld("0:1", "x", xdatenfelder.DatentypNum, limits{MinValue: "2", MaxValue: "1"}), noteRange.Code, "5", "5"},
		"whole numbers": {b.feld("0:1", "x", xdatenfelder.DatentypNumInt, limits{MinValue: "2", MaxValue: "1"}), noteRange.Code, "5", "5"},
		"dates":         {b.feld("0:1", "x", xdatenfelder.DatentypDate, limits{MinValue: "2026-01-02", MaxValue: "2026-01-01"}), noteRange.Code, "2020-01-01", `"2020-01-01"`},
		"codes":         {b.auswahl("0:1", "x", ""), noteEmpty.Code, "a", `"a"`},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := Compile(b.schema(test.part), nil)
			require.NoError(t, err)
			require.Len(t, s.Findings(), 1)
			assert.Equal(t, test.code, s.Findings()[0].Code)
			field := s.Parts()[0].Name
			r, err := s.CheckXML(strings.NewReader("<"+s.Root()+` xmlns="`+Namespace+`"><`+field+">"+test.xml+"</"+field+"></"+s.Root()+">"), nil)
			require.NoError(t, err)
			assert.Equal(t, finding.Accepted, r.Verdict)
			r, err = s.CheckJSON(strings.NewReader(`{"`+field+`":`+test.lit+`}`), nil)
			require.NoError(t, err)
			assert.Equal(t, finding.Accepted, r.Verdict)
			var xsd bytes.Buffer
			require.NoError(t, s.WriteXSD(&xsd))
			assert.NotContains(t, xsd.String(), "Inclusive")
			assert.NotContains(t, xsd.String(), "enumeration")
		})
	}
}

// TestNamesCollide: two building blocks whose names are the same, the name of a
// type of our own, and a group in a copy of itself.
func TestNamesCollide(t *testing.T) {
	b := &builder{}
	named := func(id, version string) xdatenfelder.Struktur {
		f := b.feld("0:1", "x", xdatenfelder.DatentypDate, xdatenfelder.Praezisierung{})
		f.Datenfeld.Identifikation = xdatenfelder.Identifikation{ID: id, Version: version}
		return f
	}
	outer, inner := b.gruppe("1:1", "g", false), b.gruppe("1:1", "g", false, named("F9", "1"))
	inner.Datenfeldgruppe.Identifikation = outer.Datenfeldgruppe.Identifikation
	outer.Datenfeldgruppe.Struktur = []xdatenfelder.Struktur{inner}
	for code, parts := range map[string][]xdatenfelder.Struktur{
		ruleTwice.Code:       {named("F1", "2V3"), b.gruppe("1:1", "g", false, named("F1V2", "3"))},
		ruleTwice.Code + " ": {named(typeDate, "")},
		ruleDeep.Code:        {outer},
	} {
		_, err := Compile(b.schema(parts...), nil)
		var invalid *finding.InvalidError
		require.True(t, errors.As(err, &invalid), code)
		assert.True(t, invalid.Has(strings.TrimSpace(code)), code)
	}
}
