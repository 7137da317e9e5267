package xoev_test

import (
	"fmt"
	"log"
	"os"
	"strings"
	"time"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

func ExampleReadEnvelope() {
	envelope, err := xoev.ReadEnvelope(strings.NewReader(qualified), nil)
	if err != nil {
		log.Fatal(err) // names code, path and line, never a value of the message
	}
	if envelope.Family == xoev.FamilyUnknown {
		log.Fatal("not an XÖV-Basisnachricht")
	}
	fmt.Println(envelope.Standard, envelope.Version, envelope.Nachricht.Typ.Code)
	fmt.Println("test message:", envelope.IsTest())
	fmt.Println("from", envelope.Autor.Kennung, "to", envelope.Leser.Kennung)
	// Output:
	// XProbe 1.0 0001
	// test message: true
	// from psw:16000001 to psw:16000000
}

// A broken header gives all findings with code and place.
func ExampleReadEnvelope_findings() {
	broken := strings.NewReplacer(` standard="XProbe"`, "", "urn:de:xoev:codeliste:erreichbarkeit", "urn:example:andere").Replace(qualified)
	_, err := xoev.ReadEnvelope(strings.NewReader(broken), nil)
	if invalid, ok := err.(*finding.InvalidError); ok {
		for _, f := range invalid.Findings {
			fmt.Println(f.Code, f.Line, f.Path)
		}
	}
	// Output:
	// ENV-001 2 /probe.antrag.0001
	// ENV-013 19 /probe.antrag.0001/nachrichtenkopf.g2g/autor/erreichbarkeit[1]/kanal
}

func ExampleWrite() {
	const ns = "urn:example:probe:1"
	dvdv := xoev.Code{Code: "DVDV", ListVersionID: "3"}
	message := &xoev.Message{
		Envelope: xoev.Envelope{
			Root:              xmlscan.Name{Prefix: "m", Local: "probe.antrag.0001", Space: ns},
			Family:            xoev.FamilyUnqualified,
			Standard:          "XProbe",
			Version:           "1.0",
			Produkt:           "Onlinedienst",
			Produkthersteller: "Stadt Musterstadt",
			Nachricht:         xoev.Nachricht{UUID: "3f0a6a52-4b0e-4c6e-9d2b-0f6d3a1c5e77", Typ: xoev.Code{Code: "0001"}},
			Leser:             xoev.Behoerde{Verzeichnisdienst: dvdv, Kennung: "psw:16000000", Name: "Stadt Musterstadt"},
			Autor:             xoev.Behoerde{Verzeichnisdienst: dvdv, Kennung: "psw:16000001", Name: "Amt Beispiel"},
		},
		Body: func(e *xoev.Encoder) error {
			e.Start(xmlscan.Name{Space: ns, Local: "inhalt"})
			e.Element(xmlscan.Name{Local: "ort"}, "Musterstadt") // in no namespace, and stays there
			e.Code(xmlscan.Name{Space: ns, Local: "zone"}, xoev.Code{Code: "07"})
			e.End()
			return nil
		},
	}
	var out strings.Builder
	err := xoev.Write(&out, message, &xoev.WriteOptions{
		Now: func() time.Time { return time.Date(2026, 11, 23, 9, 15, 0, 0, time.FixedZone("", 3600)) },
	})
	if err != nil {
		log.Fatal(err)
	}
	_, content, _ := strings.Cut(out.String(), "</nachrichtenkopf.g2g>")
	fmt.Println(message.Nachricht.Erstellungszeitpunkt)
	fmt.Println(content)
	// Output:
	// 2026-11-23T09:15:00.000+01:00
	// <m:inhalt><ort>Musterstadt</ort><m:zone><code>07</code></m:zone></m:inhalt></m:probe.antrag.0001>
}

// One pass over a message serves the envelope and another consumer.
func ExampleCollector() {
	collector := xoev.NewCollector(nil)
	elements := 0
	count := xmlscan.ConsumerFunc(func(s *xmlscan.Scanner) error {
		if s.Kind() == xmlscan.StartElement {
			elements++
		}
		return nil
	})
	if err := xmlscan.Run(xmlscan.New(strings.NewReader(unqualified), nil), collector, count); err != nil {
		log.Fatal(err)
	}
	envelope, err := collector.Envelope()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(envelope.Number(), elements)
	for _, x := range envelope.Extensions {
		fmt.Println(x.Name.Local)
	}
	// Output:
	// 0001 30
	// referenzUUID
	// dienst
}

func ExampleZeitpunkt() {
	for _, z := range []xoev.Zeitpunkt{"2024-05-24T11:27:50.141+02:00", "2024-05-28T09:00:00"} {
		t, zone, err := z.Time()
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			continue
		}
		fmt.Println(t.UTC().Format(time.TimeOnly), zone, z.Exact())
	}
	// Output:
	// 09:27:50 true true
	// 09:00:00 false false
}
