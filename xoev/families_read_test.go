package xoev_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/finding"
)

// TestFamilies reads a message of every family, whole and byte by byte.
func TestFamilies(t *testing.T) {
	families := map[xoev.Family]bool{}
	for _, v := range familyVectors() {
		t.Run(v.name, func(t *testing.T) {
			got, err := xoev.ReadEnvelope(strings.NewReader(v.message), nil)
			require.NoError(t, err)
			require.Empty(t, cmp.Diff(v.want, got))
			slow, err := xoev.ReadEnvelope(iotest.OneByteReader(strings.NewReader(v.message)), nil)
			require.NoError(t, err)
			require.Empty(t, cmp.Diff(v.want, slow))
			families[got.Family] = true
		})
	}
	assert.Len(t, families, 9, "all but the unknown one")
	for f := range families {
		text, err := json.Marshal(f)
		require.NoError(t, err)
		assert.Equal(t, `"`+f.String()+`"`, string(text))
		assert.NotEqual(t, "unknown", f.String())
	}
	assert.Equal(t, "unknown", xoev.Family(200).String())
}

// TestFamiliesDoNotLog keeps personal data of every family out of logs.
func TestFamiliesDoNotLog(t *testing.T) {
	for _, v := range familyVectors() {
		var out bytes.Buffer
		log := slog.New(slog.NewJSONHandler(&out, nil))
		log.Info("read", "envelope", *v.want, "leser", v.want.Leser, "kennung", v.want.Autor.Behoerdenkennung, "anschrift", v.want.Autor.Anschrift)
		for _, secret := range []string{"Musterstadt", "Musterstraße", "Erika", "16000000", "16000001", "Amt Beispiel", "7 B 1/26", "X0000"} {
			assert.NotContains(t, out.String(), secret, v.name)
		}
	}
}

// TestFamilyVersion: what is in no namespace has its version from the table.
func TestFamilyVersion(t *testing.T) {
	for name, tc := range map[string]struct {
		message string
		entry   xoev.Standard
		family  xoev.Family
		version string
	}{
		"not in the table": {unqualified, xoev.Standard{Namespace: "urn:example:other"}, xoev.FamilyUnqualified, ""},
		"unqualified 1.0":  {unqualified, xoev.Standard{Family: xoev.FamilyUnqualified, FamilyVersion: "1.0"}, xoev.FamilyUnqualified, "1.0"},
		"XInneres 5":       {xinneres, xoev.Standard{Family: xoev.FamilyXInneres, FamilyVersion: "5"}, xoev.FamilyXInneres, "5"},
		"XInneres 26.11":   {xinneresG2G, xoev.Standard{Family: xoev.FamilyXInneresG2G, FamilyVersion: "7"}, xoev.FamilyXInneresG2G, "7"},
		"XBau 2.1, which leaves it open": {strings.Replace(xinneres, "urn:example:probe:1", "http://www.xleitstelle.de/xbau/schema/2/1/", 1),
			xoev.Standard{Namespace: "urn:example:other"}, xoev.FamilyXInneres, ""},
		"family left open":    {xinneresG2G, xoev.Standard{Name: "XProbe", Version: "1.0"}, xoev.FamilyXInneresG2G, ""},
		"qualified, as it is": {qualified, xoev.Standard{Family: xoev.FamilyQualified}, xoev.FamilyQualified, "1.1"},
	} {
		t.Run(name, func(t *testing.T) {
			if tc.entry.Namespace == "" {
				tc.entry.Namespace = "urn:example:probe:1"
			}
			o := &xoev.ReadOptions{Standards: xoev.KnownStandards().With(tc.entry)}
			e, err := xoev.ReadEnvelope(strings.NewReader(tc.message), o)
			require.NoError(t, err)
			assert.Equal(t, tc.family, e.Family)
			assert.Equal(t, tc.version, e.FamilyVersion)
		})
	}
}

// TestWrongHeader: the header of another family, or in another namespace than
// the standard says, is a finding and never accepted.
func TestWrongHeader(t *testing.T) {
	in := func(space, message string) string { return strings.Replace(message, "urn:example:probe:1", space, 1) }
	const xmeld, xbeteiligung = "http://www.osci.de/xmeld2611", "https://www.xleitstelle.de/xbeteiligung/12"
	kopf := func(message, from, to string) string {
		return strings.NewReplacer("<"+from, "<"+to, "</"+from, "</"+to).Replace(message)
	}
	for name, tc := range map[string]struct {
		message, code string
	}{
		"unqualified where qualified is due":     {in(xbeteiligung, unqualified), "ENV-003"},
		"version 1.0 where 1.1 is due":           {in(xbeteiligung, strings.ReplaceAll(qualified, "/1_1", "/1_0")), "ENV-003"},
		"qualified where unqualified is due":     {in(xmeld, qualified), "ENV-003"},
		"XMeld with a qualified header":          {in(xmeld, kopf(xinneresG2G, "nachrichtenkopf.g2g", "m:nachrichtenkopf.g2g")), "ENV-003"},
		"XMeld with a qualified address":         {in(xmeld, kopf(xinneresG2G, "anschrift.autor", "m:anschrift.autor")), "ENV-003"},
		"XMeld without address":                  {in(xmeld, cutElement(t, xinneresG2G, "anschrift.autor")), "ENV-004"},
		"XMeld with an author out of reach":      {in(xmeld, cutElement(t, cutElement(t, xinneresG2G, "erreichbarkeit"), "erreichbarkeit")), "ENV-004"},
		"addresses the wrong way round":          {in(xmeld, kopf(kopf(kopf(xinneresG2G, "anschrift.leser", "a"), "anschrift.autor", "anschrift.leser"), "a", "anschrift.autor")), ""},
		"two versions of the Basisnachricht":     {strings.Replace(qualified, "behoerde/1_1", "behoerde/1_0", 1), "ENV-003"},
		"two headers nested":                     {strings.Replace(qualified, "</bn-g2g:autor>", "</bn-g2g:autor><x:leser xmlns:x=\"http://xoev.de/schemata/basisnachricht/g2g/1_0\"/>", 1), "ENV-003"},
		"XInneres in a foreign namespace":        {kopf(xinneres, "nachrichtenkopf", `x:nachrichtenkopf xmlns:x="urn:x"`), "ENV-003"},
		"leser of XInneres in the root's":        {kopf(xinneres, "leser>", "m:leser>"), "ENV-003"},
		"xdomea with a header in no namespace":   {kopf(xdomea("3.0.0"), "x:Kopf", "Kopf"), "ENV-003"},
		"xdomea 3 in the namespace of 2.3":       {strings.ReplaceAll(xdomea("3.0.0"), "3.0.0", "2.3.0"), "ENV-007"},
		"XDatenfelder with a child elsewhere":    {kopf(xdatenfelder3, "xdf:nachrichtID", "nachrichtID"), "ENV-003"},
		"XDatenfelder 2 with a field of 3":       {strings.ReplaceAll(xdatenfelder3, "_3.0.0", "_2"), "ENV-007"},
		"XJustiz with a header in no namespace":  {kopf(xjustiz36, "tns:nachrichtenkopf", "nachrichtenkopf"), "ENV-003"},
		"XJustiz 3.5 in the clothes of 3.6":      {strings.Replace(xjustiz35, "3.5.1", "3.6.2", 1), "ENV-004"},
		"XZuFi with a header of another version": {kopf(xzufi, "z:nachrichtenkopf", `o:nachrichtenkopf xmlns:o="http://xoev.de/schemata/xzufi/2_1_0"`), "ENV-003"},
		"party of two kinds":                     {strings.Replace(xjustiz36, "</tns:sonstige>", "</tns:sonstige><tns:sonstige>x</tns:sonstige>", 1), "ENV-005"},
		"party of no kind":                       {cutElement(t, xjustiz36, "tns:sonstige"), "ENV-004"},
		"address of a building and a post box":   {strings.Replace(xinneres, "<postfach><postfach>", "<gebaeude/><postfach><postfach>", 1), "ENV-005"},
		"address of nothing":                     {strings.Replace(xinneres, gebaeude, "", 1), "ENV-004"},
	} {
		t.Run(name, func(t *testing.T) {
			message := strings.NewReplacer(`</x:nachrichtenkopf xmlns:x="urn:x"`, "</x:nachrichtenkopf",
				`</o:nachrichtenkopf xmlns:o="http://xoev.de/schemata/xzufi/2_1_0"`, "</o:nachrichtenkopf").Replace(tc.message)
			e, err := xoev.ReadEnvelope(strings.NewReader(message), nil)
			if tc.code == "" {
				require.Error(t, err)
				return
			}
			require.Nil(t, e)
			requireCode(t, err, tc.code)
		})
	}
}

// TestPeeking: where addresses may follow the header, reading looks for them and
// for nothing else.
func TestPeeking(t *testing.T) {
	end := strings.Index(unqualified, "</nachrichtenkopf.g2g>") + len("</nachrichtenkopf.g2g>")
	head := unqualified[:end]
	for name, behind := range map[string]string{
		"the root ends":    "</m:probe.antrag.0001>",
		"content":          "<m:anschrift.autor/>",
		"broken":           "<<< not XML",
		"nothing":          "",
		"endless comments": strings.Repeat("<!-- mehr -->", 40_000),
	} {
		t.Run(name, func(t *testing.T) {
			e, err := xoev.ReadEnvelope(strings.NewReader(head+behind), nil)
			require.NoError(t, err)
			assert.Equal(t, xoev.FamilyUnqualified, e.Family)
		})
	}
	t.Run("the reader fails", func(t *testing.T) {
		_, err := xoev.ReadEnvelope(io.MultiReader(strings.NewReader(head), iotest.ErrReader(io.ErrClosedPipe)), nil)
		require.ErrorIs(t, err, io.ErrClosedPipe, "addresses may follow: it cannot be told")
	})
	t.Run("no address can follow", func(t *testing.T) {
		message := strings.Replace(head, "urn:example:probe:1", "http://www.xleitstelle.de/xbau/2/6", 1)
		e, err := xoev.ReadEnvelope(io.MultiReader(strings.NewReader(message+strings.Repeat(" ", 2*maxBuffer)), iotest.ErrReader(io.ErrClosedPipe)), nil)
		require.NoError(t, err)
		assert.True(t, finding.Has(e.Findings, "ENV-019"), "it says it is XProbe")
	})
	t.Run("broken address", func(t *testing.T) {
		_, err := xoev.ReadEnvelope(strings.NewReader(head+"<anschrift.autor><gebaeude>"), nil)
		require.Error(t, err)
	})
	t.Run("only the reader's address", func(t *testing.T) {
		_, err := xoev.ReadEnvelope(strings.NewReader(head+"<anschrift.leser><postfach><wohnort>X</wohnort><postleitzahl>1</postleitzahl></postfach></anschrift.leser><m:x/>"), nil)
		requireCode(t, err, "ENV-004")
	})
}

// TestStandards: the table is a value, and complete.
func TestStandards(t *testing.T) {
	known := xoev.KnownStandards()
	assert.Len(t, known, 35)
	seen := map[string]bool{}
	families := map[xoev.Family]int{}
	for _, s := range known {
		assert.NotEmpty(t, s.Name, s.Namespace)
		if s.Family == xoev.FamilyUnknown {
			assert.True(t, s.Varies && s.FamilyVersion == "", s.Namespace)
		}
		assert.False(t, seen[s.Namespace], s.Namespace)
		seen[s.Namespace] = true
		families[s.Family]++
	}
	assert.Len(t, families, 10, "every family has a standard, and some are left open")

	known[0].Name = "changed"
	again, ok := xoev.KnownStandards().Lookup(known[0].Namespace)
	require.True(t, ok)
	assert.Equal(t, "XBeteiligung", again.Name)
	_, ok = known.Lookup("urn:example:probe:1")
	assert.False(t, ok)
	fromZero, ok := xoev.Standards(nil).Lookup("http://www.osci.de/xmeld2611")
	require.True(t, ok)
	assert.Equal(t, "26.11", fromZero.Version)

	more := known.With(xoev.Standard{Namespace: known[0].Namespace, Name: "mine"})
	mine, _ := more.Lookup(known[0].Namespace)
	assert.Equal(t, "mine", mine.Name, "additions come first")
	assert.Len(t, known, 35, "the table itself is unchanged")
}

func ExampleStandards_With() {
	o := &xoev.ReadOptions{Standards: xoev.KnownStandards().With(xoev.Standard{
		Namespace: "urn:example:probe:1", Name: "XProbe", Version: "1.0",
		Family: xoev.FamilyUnqualified, FamilyVersion: xoev.Basisnachricht11,
	})}
	e, err := xoev.ReadEnvelope(strings.NewReader(unqualified), o)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(e.Family, e.FamilyVersion)
	// Output:
	// basisnachricht-unqualified 1.1
}

// invalidError is the *finding.InvalidError in an error.
func invalidError(t *testing.T, err error) *finding.InvalidError {
	t.Helper()
	var invalid *finding.InvalidError
	require.ErrorAs(t, err, &invalid)
	return invalid
}

// TestSourceOfFindings: a finding names the schema of the header that was read,
// not all of them.
func TestSourceOfFindings(t *testing.T) {
	sources := map[string]bool{}
	for _, v := range familyVectors() {
		at := strings.Index(v.message, "opf") // behind the start tag of the header
		if v.want.Family == xoev.FamilyXDatenfelder {
			at = strings.Index(v.message, "header>")
		}
		at += strings.IndexByte(v.message[at:], '>') + 1
		_, err := xoev.ReadEnvelope(strings.NewReader(v.message[:at]+"text"+v.message[at:]), nil)
		f := requireCode(t, err, "ENV-008")
		assert.Less(t, len(f.Source), 90, v.name)
		sources[f.Source] = true
	}
	assert.Len(t, sources, 14, "each its own; 26.11 in a namespace that is not in the table shows behind the header")
}
