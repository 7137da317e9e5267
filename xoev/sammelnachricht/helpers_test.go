package sammelnachricht_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/sammelnachricht"
	"github.com/bausteine/egov/xoev/xmlscan"
)

const ns = "urn:example:probe:1"

func el(local string) xmlscan.Name { return xmlscan.Name{Prefix: "m", Local: local, Space: ns} }
func no(local string) xmlscan.Name { return xmlscan.Name{Local: local} }

// message is a collective message to be written, without content.
func message() *xoev.Message {
	dvdv := xoev.Code{Code: "DVDV", ListVersionID: "3"}
	return &xoev.Message{Envelope: xoev.Envelope{
		Root:              el("bestand.lieferung.0007"),
		Family:            xoev.FamilyUnqualified,
		Standard:          "XProbe",
		Version:           "1.0",
		Produkt:           "Register",
		Produkthersteller: "Stadt Musterstadt",
		Nachricht: xoev.Nachricht{UUID: "3f0a6a52-4b0e-4c6e-9d2b-0f6d3a1c5e77", Typ: xoev.Code{Code: "0007"},
			Erstellungszeitpunkt: "2026-11-23T09:15:00.250+01:00"},
		Leser: xoev.Behoerde{Verzeichnisdienst: dvdv, Kennung: "psw:16000000", Name: "Stadt Musterstadt"},
		Autor: xoev.Behoerde{Verzeichnisdienst: dvdv, Kennung: "psw:16000001", Name: "Amt Beispiel"},
	}}
}

// with returns the message with a content, as bytes.
func with(t testing.TB, content string) string {
	t.Helper()
	var out strings.Builder
	require.NoError(t, xoev.Write(&out, message(), nil))
	start := strings.TrimSuffix(out.String(), "</m:bestand.lieferung.0007>")
	require.NotEqual(t, out.String(), start)
	return start + content + "</m:bestand.lieferung.0007>"
}

// satz is a record as a vendor would decode it.
type satz struct {
	Nr    int      `xml:"nr,attr"`
	Name  string   `xml:"urn:example:probe:1 name"`
	Orte  []string `xml:"urn:example:probe:1 ort"`
	Notiz string   `xml:"notiz"`
}

func record(nr int) string {
	return fmt.Sprintf(`<m:satz nr="%d"><m:name>Erika Mustermann</m:name><m:ort>Musterstadt</m:ort><notiz>&#x4E;r. %d</notiz></m:satz>`, nr, nr)
}

func records(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(record(i))
	}
	return b.String()
}

var saetze = sammelnachricht.Elements(ns, "satz")

func reader(t testing.TB, message string, o *sammelnachricht.Options) *sammelnachricht.Reader {
	t.Helper()
	r, err := sammelnachricht.NewReader(context.Background(), strings.NewReader(message), saetze, o)
	require.NoError(t, err)
	return r
}

// drain reads to the end and returns how many records there were.
func drain(r *sammelnachricht.Reader, each func(*sammelnachricht.Record) error) (n int, err error) {
	for rec, err := range r.Records() {
		if err != nil {
			return n, err
		}
		if each != nil {
			if err := each(rec); err != nil {
				return n, err
			}
		}
		n++
	}
	return n, nil
}

// codes returns the codes of an error and of findings.
func codes(err error, found []finding.Finding) []string {
	var all []string
	broken := invalid(err)
	if err != nil && broken == nil {
		all = append(all, err.Error())
	}
	for _, f := range append(broken, found...) {
		all = append(all, f.Code)
	}
	return all
}

// invalid returns the findings of an error.
func invalid(err error) []finding.Finding {
	var invalid *finding.InvalidError
	if errors.As(err, &invalid) {
		return invalid.Findings[:len(invalid.Findings):len(invalid.Findings)]
	}
	return nil
}

// pieces is a reader that delivers a text in pieces of n bytes.
func pieces(text string, n int) io.Reader {
	return struct{ io.Reader }{&chunked{strings.NewReader(text), n}}
}

type chunked struct {
	r io.Reader
	n int
}

func (c *chunked) Read(p []byte) (int, error) { return c.r.Read(p[:min(c.n, len(p))]) }

func scan(message []byte) error {
	s := xmlscan.NewBytes(message, nil)
	for s.Next() {
	}
	return s.Err()
}

func writeAll(t testing.TB, n int, o *xoev.WriteOptions) []byte {
	var out bytes.Buffer
	w, err := sammelnachricht.NewWriter(&out, message(), saetze, o)
	require.NoError(t, err)
	for i := range n {
		require.NoError(t, w.RecordXML(el("satz"), []byte(record(i))))
	}
	require.NoError(t, w.Close())
	return out.Bytes()
}
