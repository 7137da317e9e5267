package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/fim"
	"github.com/bausteine/egov/forms/fim/datenschema"
	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/finding"
)

var scan = []byte("%PDF-1.7\nDemonstration\n")

// antworten answers every field; long are answers as long as the form takes.
func antworten(long bool) forms.Answers {
	text := func(short string, max int) forms.Value {
		if long {
			return forms.Text(strings.Repeat("ß", max))
		}
		return forms.Text(short)
	}
	file := forms.NewFile("scan.pdf", scan)
	file.Blob = file.SHA256
	a := forms.Answers{}
	for path, v := range map[string]forms.Value{
		"person.familienname": text("Mustermann", 120), "person.vornamen": text("Erika", 80),
		"person.geburtsdatum": forms.Text("1964-08-12"), "person.email": forms.Text("erika@example.org"),
		"person.telefon": text("030 23125123", 23), "person.handy": text("0171 1234567", 20),
		"person.anschrift.strasse": text("Heidestraße", 55), "person.anschrift.hausnummer": text("17", 9),
		"person.anschrift.zusatz": text("a", 2), "person.anschrift.plz": forms.Text("07743"),
		"person.anschrift.ort": text("Musterstadt", 50), "person.anschrift.land": forms.Text("000"),
		"fahrzeug.kennzeichen": forms.Text("MU-ST 123"), "fahrzeug.fin": forms.Text("012345"), "fahrzeug.halter": forms.Text("02"),
		"halter.familienname": text("Mustermann", 120), "halter.vornamen": text("Max", 80), "halter.strasse": text("Heidestraße", 55),
		"halter.hausnummer": text("17", 9), "halter.zusatz": text("b", 2), "halter.plz": forms.Text("07743"), "halter.ort": text("Musterstadt", 50),
		"halter.land": forms.Text("164"), "halter.email": forms.Text("max@example.org"),
		"halter.ueberlassung": forms.FileValue(file), "halter.fahrzeugschein": forms.FileValue(file),
		"zeitraum.dauer": forms.Text("2"), "zeitraum.zahlart": forms.Text("online"), "zeitraum.art": forms.Text("02"), "zeitraum.nummer": forms.Text(strings.Repeat("4", 20)),
		"zeitraum.ausgestellt": forms.Text("2025-11-30"), "zeitraum.beginn": forms.Text("2199-01-01"),
		"zeitraum.abgleich": forms.List("01"), "zeitraum.daten": forms.List("01"),
	} {
		a = a.With(path, v)
	}
	return a
}

// TestDatenschema: what the form takes, the data schema accepts, and libxml2
// with the XML Schema made of it; what the form would not take is not sent.
func TestDatenschema(t *testing.T) {
	l := starte(t, ordner(t))
	schema := l.schema
	form, err := forms.New("S99000000002", "1.0.0", Antrag{}, &forms.Options{Choices: laender("person.anschrift.land", "halter.land")})
	require.NoError(t, err)
	for _, f := range schema.Findings() {
		assert.Equal(t, "DAT-108", f.Code, "%s: the schema checks less than it says", f.Path)
	}
	options := &fim.EncodeOptions{
		Schema:  schema,
		Header:  fim.Header{ID: "1", Reference: "BWP-1", Created: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)},
		Content: func(string, forms.File) ([]byte, error) { return scan, nil },
	}
	var documents [][]byte
	for name, a := range map[string]forms.Answers{
		"all": antworten(false), "long": antworten(true),
		"own car": antworten(false).With("fahrzeug.halter", forms.Text("01")),
		"new": antworten(false).With("zeitraum.art", forms.Text("01")).Without("zeitraum.beginn").
			Without("person.telefon").Without("person.handy").Without("person.anschrift.zusatz").Without("halter.zusatz"),
	} {
		if name != "long" {
			require.Empty(t, form.Validate(a), name)
		}
		b, err := fim.Marshal(form, a, options)
		require.NoError(t, err, name)
		documents = append(documents, b)
	}
	_, err = fim.Marshal(form, antworten(false).Without("person.familienname"), options)
	var rejected *fim.RejectedError
	require.ErrorAs(t, err, &rejected)
	assert.True(t, finding.Has(rejected.Report.Findings, "DAT-005"))

	tool, dir := testenv.Tool(t, "xmllint"), t.TempDir()
	var xsd bytes.Buffer
	require.NoError(t, schema.WriteXSD(&xsd))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "s.xsd"), xsd.Bytes(), 0o600))
	validate := func(b []byte) error {
		cmd := exec.Command(tool, "--noout", "--nonet", "--schema", filepath.Join(dir, "s.xsd"), "-")
		cmd.Stdin = bytes.NewReader(b)
		return cmd.Run()
	}
	for _, b := range documents {
		assert.NoError(t, validate(b))
		assert.Error(t, validate(bytes.ReplaceAll(b, []byte("F99000000021"), []byte("F99000000022"))))
		r, err := schema.CheckXML(bytes.NewReader(b), &datenschema.CheckOptions{})
		require.NoError(t, err)
		assert.Equal(t, finding.Accepted, r.Verdict)
	}
}
