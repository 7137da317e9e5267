package xdatenfelder

import (
	"bytes"
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
)

// The structs that one would write for encoding/xml, without any check.
type (
	stdID struct {
		ID      string `xml:"id"`
		Version string `xml:"version"`
	}
	stdCode struct {
		ListURI       string `xml:"listURI,attr"`
		ListVersionID string `xml:"listVersionID,attr"`
		Code          string `xml:"code"`
	}
	stdAllgemein struct {
		Identifikation          stdID   `xml:"identifikation"`
		Name                    string  `xml:"name"`
		BezeichnungEingabe      string  `xml:"bezeichnungEingabe"`
		BezeichnungAusgabe      string  `xml:"bezeichnungAusgabe"`
		Beschreibung            string  `xml:"beschreibung"`
		Definition              string  `xml:"definition"`
		Bezug                   string  `xml:"bezug"`
		Status                  stdCode `xml:"status"`
		GueltigAb               string  `xml:"gueltigAb"`
		GueltigBis              string  `xml:"gueltigBis"`
		FachlicherErsteller     string  `xml:"fachlicherErsteller"`
		Versionshinweis         string  `xml:"versionshinweis"`
		Freigabedatum           string  `xml:"freigabedatum"`
		Veroeffentlichungsdatum string  `xml:"veroeffentlichungsdatum"`
	}
	stdRegel struct {
		stdAllgemein
		Script string `xml:"script"`
	}
	stdStruktur struct {
		Anzahl   string `xml:"anzahl"`
		Bezug    string `xml:"bezug"`
		Enthaelt struct {
			Datenfeld       *stdFeld   `xml:"datenfeld"`
			Datenfeldgruppe *stdGruppe `xml:"datenfeldgruppe"`
		} `xml:"enthaelt"`
	}
	stdElement struct {
		stdAllgemein
		Schemaelementart stdCode    `xml:"schemaelementart"`
		HilfetextEingabe string     `xml:"hilfetextEingabe"`
		HilfetextAusgabe string     `xml:"hilfetextAusgabe"`
		Regeln           []stdRegel `xml:"regel"`
	}
	stdGruppe struct {
		stdElement
		Struktur []stdStruktur `xml:"struktur"`
	}
	stdFeld struct {
		stdElement
		Feldart           stdCode `xml:"feldart"`
		Datentyp          stdCode `xml:"datentyp"`
		Praezisierung     string  `xml:"praezisierung"`
		Inhalt            string  `xml:"inhalt"`
		CodelisteReferenz *struct {
			Identifikation stdID `xml:"identifikation"`
			Genericode     struct {
				CanonicalIdentification string `xml:"canonicalIdentification"`
				Version                 string `xml:"version"`
				CanonicalVersionURI     string `xml:"canonicalVersionUri"`
			} `xml:"genericodeIdentification"`
		} `xml:"codelisteReferenz"`
	}
	stdNachricht struct {
		Header struct {
			NachrichtID          string `xml:"nachrichtID"`
			Erstellungszeitpunkt string `xml:"erstellungszeitpunkt"`
		} `xml:"header"`
		Stammdatenschema struct {
			stdAllgemein
			Hilfetext       string        `xml:"hilfetext"`
			Modifikationen  stdCode       `xml:"ableitungsmodifikationenStruktur"`
			Repraesentation stdCode       `xml:"ableitungsmodifikationenRepraesentation"`
			Regeln          []stdRegel    `xml:"regel"`
			Struktur        []stdStruktur `xml:"struktur"`
		} `xml:"stammdatenschema"`
	}
)

func stdFelder(list []stdStruktur) (n int) {
	for _, s := range list {
		if s.Enthaelt.Datenfeld != nil {
			n++
		}
		if g := s.Enthaelt.Datenfeldgruppe; g != nil {
			n += stdFelder(g.Struktur)
		}
	}
	return n
}

// BenchmarkRead reads the Gewerbeanmeldung, 556 KB, with this package and with
// encoding/xml into structs, which checks nothing.
func BenchmarkRead(b *testing.B) {
	doc, err := os.ReadFile(filepath.Join(testenv.Data(b, "xoev/xdatenfelder"), gewerbe))
	require.NoError(b, err)
	b.Run("xdatenfelder", func(b *testing.B) {
		b.SetBytes(int64(len(doc)))
		b.ReportAllocs()
		for b.Loop() {
			n, err := Read(bytes.NewReader(doc), nil)
			if err != nil || len(n.Datenfelder) != 53 {
				b.Fatal("not read")
			}
		}
	})
	b.Run("times", func(b *testing.B) { // in turns, so that a busy machine slows both
		var ours, theirs time.Duration
		for b.Loop() {
			start := time.Now()
			if _, err := Read(bytes.NewReader(doc), nil); err != nil {
				b.Fatal(err)
			}
			middle := time.Now()
			var n stdNachricht
			if err := xml.Unmarshal(doc, &n); err != nil {
				b.Fatal(err)
			}
			ours, theirs = ours+middle.Sub(start), theirs+time.Since(middle)
		}
		b.ReportMetric(float64(theirs)/float64(ours), "times")
	})
	b.Run("encoding-xml", func(b *testing.B) {
		b.SetBytes(int64(len(doc)))
		b.ReportAllocs()
		for b.Loop() {
			var n stdNachricht
			if err := xml.Unmarshal(doc, &n); err != nil || stdFelder(n.Stammdatenschema.Struktur) != 132 {
				b.Fatal("not read")
			}
		}
	})
}

// BenchmarkWrite writes the Gewerbeanmeldung, checks included.
func BenchmarkWrite(b *testing.B) {
	n := readFile(b, filepath.Join(testenv.Data(b, "xoev/xdatenfelder"), gewerbe), nil)
	b.SetBytes(int64(len(write(b, n, nil))))
	b.ReportAllocs()
	for b.Loop() {
		if err := Write(io.Discard, n, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkConvert converts the Gewerbeanmeldung to version 3.
func BenchmarkConvert(b *testing.B) {
	n := readFile(b, filepath.Join(testenv.Data(b, "xoev/xdatenfelder"), gewerbe), nil)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := Convert(n, XDF3, nil); err != nil {
			b.Fatal(err)
		}
	}
}
