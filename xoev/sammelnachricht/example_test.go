package sammelnachricht_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"strings"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/latin"
	"github.com/bausteine/egov/xoev/sammelnachricht"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// lieferung writes a message with two records; the first has an attachment.
func lieferung(out io.Writer) error {
	w, err := sammelnachricht.NewWriter(out, message(), sammelnachricht.Elements(ns, "satz"), nil)
	if err != nil {
		return err
	}
	err = w.Record(el("satz"), func(e *xoev.Encoder) error {
		e.Element(el("name"), "Erika Mustermann")
		e.Base64(el("anlage"), strings.NewReader("Geburtsurkunde"))
		return e.Err()
	}, xoev.Attribute{Name: no("nr"), Value: "1"})
	if err != nil {
		return err
	}
	if err := w.RecordXML(el("satz"), []byte(`<m:satz nr="2"><m:name>Max Mustermann</m:name></m:satz>`)); err != nil {
		return err
	}
	return w.Close() // only now is it a message
}

func ExampleReader_Records() {
	var file strings.Builder
	if err := lieferung(&file); err != nil {
		log.Fatal(err)
	}
	type Satz struct {
		Nr   int    `xml:"nr,attr"`
		Name string `xml:"urn:example:probe:1 name"`
	}
	r, err := sammelnachricht.NewReader(context.Background(), strings.NewReader(file.String()),
		sammelnachricht.Elements(ns, "satz"), &sammelnachricht.Options{Latin: &sammelnachricht.Latin{Type: latin.C}})
	if err != nil {
		log.Fatal(err) // broken XML or a header that cannot be relied on
	}
	fmt.Println(r.Envelope().Standard, r.Envelope().Nachricht.Typ.Code)
	for record, err := range r.Records() {
		if err != nil {
			log.Fatal(err) // roll back what was stored of the records before
		}
		var s Satz
		if err := record.Decode(&s); err != nil {
			log.Fatal(err)
		}
		fmt.Println(record.Index(), s.Nr, s.Name)
	}
	fmt.Println(r.Report().Verdict == finding.Accepted) // commit
	// Output:
	// XProbe 0007
	// 0 1 Erika Mustermann
	// 1 2 Max Mustermann
	// true
}

func ExampleWriter() {
	var file strings.Builder
	w, err := sammelnachricht.NewWriter(&file, message(), sammelnachricht.Elements(ns, "satz"), nil)
	if err != nil {
		log.Fatal(err) // the envelope is not in order; nothing was written
	}
	for _, name := range []string{"Erika Mustermann", "Max Mustermann"} {
		err := w.Record(el("satz"), func(e *xoev.Encoder) error {
			e.Element(xmlscan.Name{Local: "name"}, name) // in no namespace, and stays there
			return e.Err()
		})
		if err != nil {
			log.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		log.Fatal(err) // what was written is no message
	}
	_, content, _ := strings.Cut(file.String(), "</nachrichtenkopf.g2g>")
	fmt.Println(content)
	fmt.Println(w.Progress().Records, "records")
	// Output:
	// <m:satz><name>Erika Mustermann</name></m:satz><m:satz><name>Max Mustermann</name></m:satz></m:bestand.lieferung.0007>
	// 2 records
}

func ExampleRecord_Base64() {
	var file strings.Builder
	if err := lieferung(&file); err != nil {
		log.Fatal(err)
	}
	r, err := sammelnachricht.NewReader(context.Background(), strings.NewReader(file.String()), sammelnachricht.Elements(ns, "satz"), nil)
	if err != nil {
		log.Fatal(err)
	}
	for record, err := range r.Records() {
		if err != nil {
			log.Fatal(err)
		}
		for record.Next() {
			if s := record.Scanner(); s.Kind() == xmlscan.StartElement && s.Name().Is(ns, "anlage") {
				fmt.Print(record.Path(), ": ")
				if _, err := io.Copy(os.Stdout, record.Base64(10<<20)); err != nil {
					log.Fatal(err) // names code, path and line
				}
				fmt.Println()
			}
		}
	}
	// Output:
	// /m:bestand.lieferung.0007/m:satz[1]/m:anlage: Geburtsurkunde
}
