package xdatenfelder_test

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xdatenfelder"
)

// A fictional schema, read and listed: fields with multiplicity, limits and
// code list.
func ExampleRead() {
	f, err := os.Open("testdata/valid/xdf2-0102.xml")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer f.Close()
	n, err := xdatenfelder.Read(f, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("XDatenfelder", n.Version, n.Stammdatenschema.Identifikation, n.Stammdatenschema.Name)
	for depth, s := range n.Strukturen() {
		indent := strings.Repeat("  ", depth)
		if g := s.Datenfeldgruppe; g != nil {
			fmt.Println(indent+s.Anzahl.String(), g.Identifikation, g.Name)
			continue
		}
		d := s.Datenfeld
		fmt.Println(indent+s.Anzahl.String(), d.Identifikation, d.Name, d.Feldart, d.Datentyp)
		if p := d.Praezisierung; p.MaxLength > 0 {
			fmt.Printf("%s  %d to %d characters\n", indent, p.MinLength, p.MaxLength)
		}
		if c := d.CodelisteReferenz; c != nil {
			fmt.Println(indent+"  code list", c.CanonicalVersionURI)
		}
	}
	// Output:
	// XDatenfelder 2.0 S99000001V1.0 Parkausweis
	// 1:1 G99000001V1.0 Antragsteller
	//   1:1 F99000001V1.0 Familienname input text
	//     1 to 120 characters
	//   0:* F99000002V1.0 Zone select text
	//     code list urn:example:codeliste:zone_2026-01-01
	// 0:2 F99000001V1.0 Familienname input text
	//   1 to 120 characters
	// 1:1 F99000003V1.0 Anzahl input num_int
}

// A schema that does not follow the standard is refused with every reason.
func ExampleRead_refused() {
	doc := `<x:xdatenfelder.datenfeld.0104 xmlns:x="urn:xoev-de:fim:standard:xdatenfelder_3.0.0">
  <x:header><x:nachrichtID>1</x:nachrichtID><x:erstellungszeitpunkt>gestern</x:erstellungszeitpunkt></x:header>
</x:xdatenfelder.datenfeld.0104>`
	_, err := xdatenfelder.Read(strings.NewReader(doc), nil)
	var invalid *finding.InvalidError
	if errors.As(err, &invalid) {
		for _, f := range invalid.Findings {
			fmt.Println(f.Code, f.Line, f.Column, f.Path)
		}
	}
	// Output:
	// XDF3-020 2 45 /x:xdatenfelder.datenfeld.0104/x:header/x:erstellungszeitpunkt
	// XDF3-014 1 1 /x:xdatenfelder.datenfeld.0104
}

// The quality check adds messages of the federal editors as warnings.
func ExampleOptions_quality() {
	b, err := os.ReadFile("testdata/valid/xdf3-0104.xml")
	if err != nil {
		fmt.Println(err)
		return
	}
	doc := strings.Replace(string(b), `minLength="1" maxLength="120"`, `minLength="9" maxLength="5"`, 1)
	n, err := xdatenfelder.Read(strings.NewReader(doc), &xdatenfelder.Options{Quality: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range n.Findings {
		fmt.Println(f.Severity, f.Code, f.Params["typ"], f.Message)
	}
	// Output:
	// warning XDFM-1061 FehlerKritisch the minimum length is above the maximum length
}

// Rules are prose, kept word for word.
func ExampleRegel_Text() {
	f, err := os.Open("testdata/valid/xdf3-0102.xml")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer f.Close()
	n, err := xdatenfelder.Read(f, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range n.Regeln {
		fmt.Println(r.Identifikation, r.Typ, r.Text())
	}
	// Output:
	// R99000000001V1.0.0 V F99000000001 muss befüllt sein.
}

// A schema of XDatenfelder 2 becomes one of version 3; the report says what
// changed.
func ExampleConvert() {
	f, err := os.Open("testdata/valid/xdf2-0102.xml")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer f.Close()
	n, err := xdatenfelder.Read(f, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	m, report, err := xdatenfelder.Convert(n, xdatenfelder.XDF3, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(m.Version, m.Stammdatenschema.Identifikation, "status", m.Stammdatenschema.Status.Code)
	for _, c := range report.Lost() {
		fmt.Println(c.Code, c.Element, c.Identifikation, c.Message)
	}
	// Output:
	// 3.0.0 S99000000001V1.0.0 status 6
	// XDFK-009 stammdatenschema S99000001V1.0 the label for output of a schema or Dokumentsteckbrief has no place
	// XDFK-020 regel R99000001V1.0 general data of a rule (label, status, dates, note on the version) have no place
	// XDFK-040 datenfeld F99000002V1.0 id of the code list has no place
}

// A field is written as message 0104. A value for which the version has no place
// is refused.
func ExampleWrite() {
	feld := &xdatenfelder.Datenfeld{
		AllgemeineAngaben: xdatenfelder.AllgemeineAngaben{
			Identifikation:     xdatenfelder.Identifikation{ID: "F99000001", Version: "1.0"},
			Name:               "Anzahl",
			BezeichnungEingabe: "Anzahl der Kinder",
			Status:             codelist.Code{Code: "aktiv"},
		},
		Schemaelementart: xdatenfelder.Harmonisiert,
		Feldart:          xdatenfelder.FeldartInput,
		Datentyp:         xdatenfelder.DatentypNumInt,
		Praezisierung:    xdatenfelder.Praezisierung{MinValue: "0", MaxValue: "20"},
	}
	n := &xdatenfelder.Nachricht{
		Version:   xdatenfelder.XDF2,
		Header:    xdatenfelder.Header{NachrichtID: "1", Erstellungszeitpunkt: "2026-01-15T10:00:00Z"},
		Datenfeld: feld,
	}
	var b strings.Builder
	if err := xdatenfelder.Write(&b, n, nil); err != nil {
		fmt.Println(err)
		return
	}
	for line := range strings.Lines(b.String()) {
		if strings.Contains(line, "praezisierung") {
			fmt.Println(strings.TrimSpace(line))
		}
	}
	feld.MaxSize = 1000
	fmt.Println(xdatenfelder.Write(&b, n, nil))
	// Output:
	// <xdf:praezisierung>{"minValue":"0","maxValue":"20"}</xdf:praezisierung>
	// /xdf:xdatenfelder.datenfeld.0104/xdf:datenfeld: XDF2-050: the version has no place for a value
}

// The places of an element that a rule names.
func ExampleNachricht_Stellen() {
	f, err := os.Open("testdata/valid/xdf3-0102.xml")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer f.Close()
	n, err := xdatenfelder.Read(f, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range n.Regeln {
		for _, id := range r.Elemente() {
			for way := range n.Stellen(id) {
				for _, s := range way {
					fmt.Print("/", s.Angaben().Name)
				}
				fmt.Println()
			}
		}
	}
	// Output:
	// /Person oder Firma/Familienname
	// /Fahrzeug/Familienname
}
