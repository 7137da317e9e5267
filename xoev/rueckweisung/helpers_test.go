package rueckweisung_test

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/rueckweisung"
	"github.com/bausteine/egov/xoev/xmlscan"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func options() *xoev.WriteOptions {
	return &xoev.WriteOptions{Now: func() time.Time { return noon }, Rand: bytes.NewReader(bytes.Repeat([]byte{7}, 64))}
}

// original is the header of a message that is rejected; its content is not read.
func original(root, space string) string {
	return `<?xml version="1.0" encoding="UTF-8"?>
<m:` + root + ` xmlns:m="` + space + `" produkt="Anderes" produkthersteller="Amt Beispiel" standard="XProbe" test="1" version="1.0">
  <nachrichtenkopf.g2g>
    <identifikation.nachricht>
      <nachrichtenUUID>3f0a6a52-4b0e-4c6e-9d2b-0f6d3a1c5e77</nachrichtenUUID>
      <nachrichtentyp listURI="urn:example:codeliste:typ" listVersionID="1"><code>0001</code></nachrichtentyp>
      <erstellungszeitpunkt>2026-11-23T09:15:00.250+01:00</erstellungszeitpunkt>
    </identifikation.nachricht>
    <leser>
      <verzeichnisdienst listVersionID="3"><code>DVDV</code></verzeichnisdienst>
      <kennung>psw:16000000</kennung>
      <name>Stadt Musterstadt</name>
    </leser>
    <autor>
      <verzeichnisdienst listVersionID="3"><code>DVDV</code></verzeichnisdienst>
      <kennung>psw:16000001</kennung>
      <name>Amt Beispiel</name>
      <erreichbarkeit><kanal listVersionID="3"><code>01</code></kanal><kennung>erika@example.org</kennung></erreichbarkeit>
    </autor>
  </nachrichtenkopf.g2g>
  ` + anschrift(space) + `<m:inhalt>Erika Mustermann</m:inhalt>
</m:` + root + `>`
}

func anschrift(space string) string {
	if !strings.Contains(space, "osci.de") {
		return ""
	}
	return `<anschrift.autor><gebaeude><postleitzahl>12345</postleitzahl><strasse>Hauptweg</strasse><wohnort>Musterstadt</wohnort></gebaeude></anschrift.autor>`
}

func envelope(t testing.TB, message string) *xoev.Envelope {
	t.Helper()
	e, err := xoev.ReadEnvelope(strings.NewReader(message), nil)
	require.NoError(t, err)
	return e
}

func us() xoev.Behoerde {
	return xoev.Behoerde{
		Verzeichnisdienst: xoev.Code{Code: "DVDV", ListURI: xoev.ListVerzeichnisdienst, ListVersionID: "3"},
		Kennung:           "psw:16000000", Name: "Stadt Musterstadt",
		Erreichbarkeit: []xoev.Erreichbarkeit{{Kanal: xoev.Code{Code: "01", ListURI: xoev.ListErreichbarkeit, ListVersionID: "3"},
			Kennung: "post@musterstadt.example", Zusatz: "Poststelle"}},
		Anschrift: xoev.Anschrift{Strasse: "Marktplatz", Hausnummer: "1", Postleitzahl: "12345", Ort: "Musterstadt"},
	}
}

func them() xoev.Behoerde {
	return xoev.Behoerde{Verzeichnisdienst: xoev.Code{Code: "DVDV", ListVersionID: "3"}, Kennung: "psw:16000001", Name: "Amt Beispiel"}
}

var findings = []finding.Finding{
	{Code: "LINT-014", Severity: finding.Warning, Line: 20, Column: 3},
	{Code: "LINT-002", Line: 7, Column: 7, Path: "/geheim"},
	{Code: "LINT-007", Line: 12, Column: 7},
	{Code: "LINT-001", Line: 6},
	{Code: "LINT-006", Line: 11, Column: 7},
}

// rejection is complete for all forms that are made from the Basisnachricht.
func rejection(t testing.TB, form rueckweisung.Form, message string) *rueckweisung.Rueckweisung {
	return &rueckweisung.Rueckweisung{
		Form: form, Gruende: rueckweisung.Gruende(findings), Original: strings.NewReader(message), Envelope: envelope(t, message),
		Autor: us(), Produkt: "Fachverfahren", Produkthersteller: "Stadt Musterstadt", Produktversion: "1.2",
	}
}

func write(t testing.TB, r *rueckweisung.Rueckweisung) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, rueckweisung.Write(&b, r, options()))
	return b.String()
}

// embedded returns what the message returns to its author, and checks that the
// whole is well-formed.
func embedded(t testing.TB, message string) string {
	t.Helper()
	s := xmlscan.New(strings.NewReader(message), nil)
	var text []byte
	inside := false
	for s.Next() {
		switch {
		case s.Kind() == xmlscan.Text && inside:
			text = append(text, s.Text()...)
		case s.Name().Local == "nachricht":
			inside = s.Kind() == xmlscan.StartElement
		}
	}
	require.NoError(t, s.Err())
	b, err := base64.StdEncoding.DecodeString(string(text))
	require.NoError(t, err)
	return string(b)
}
