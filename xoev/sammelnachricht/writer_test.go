package sammelnachricht_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"os"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/sammelnachricht"
	"github.com/bausteine/egov/xoev/xmlscan"
)

func TestWriterRoundTrip(t *testing.T) {
	sel := saetze.Below(ns, "liste")
	var out bytes.Buffer
	w, err := sammelnachricht.NewWriter(&out, message(), sel, nil)
	require.NoError(t, err)
	for i := range 100 {
		if i%2 == 0 {
			require.NoError(t, w.RecordXML(el("satz"), []byte(record(i))))
			continue
		}
		require.NoError(t, w.Record(el("satz"), func(e *xoev.Encoder) error {
			e.Element(el("name"), "Erika Mustermann")
			e.Element(el("ort"), "Musterstadt")
			e.Element(no("notiz"), fmt.Sprintf("Nr. %d", i))
			return nil
		}, xoev.Attribute{Name: no("nr"), Value: fmt.Sprint(i)}))
	}
	require.EqualValues(t, 100, w.Progress().Records)
	require.NoError(t, w.Record(el("satz"), nil))
	require.NoError(t, w.Close())
	require.NoError(t, w.Close())
	require.EqualValues(t, out.Len(), w.Progress().Bytes)

	r, err := sammelnachricht.NewReader(t.Context(), bytes.NewReader(out.Bytes()), sel, nil)
	require.NoError(t, err)
	env := message().Envelope
	require.Equal(t, &env, r.Envelope())
	n, err := drain(r, func(rec *sammelnachricht.Record) error {
		var s satz
		if err := rec.Decode(&s); err != nil || rec.Index() == 100 {
			require.Equal(t, satz{}, s)
			return err
		}
		i := int(rec.Index())
		require.Equal(t, satz{i, "Erika Mustermann", []string{"Musterstadt"}, fmt.Sprintf("Nr. %d", i)}, s)
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, 101, n)
	require.Empty(t, r.Report().Findings)
}

// TestWriterWritesWhatWriteWrites: the same message in one piece.
func TestWriterWritesWhatWriteWrites(t *testing.T) {
	m := message()
	m.BodyXML = []byte(records(500))
	var want bytes.Buffer
	require.NoError(t, xoev.Write(&want, m, nil))
	require.Equal(t, want.String(), string(writeAll(t, 500, nil)))
}

// TestCopy takes the records of a message over into another one, byte for byte.
func TestCopy(t *testing.T) {
	text := with(t, records(50))
	r := reader(t, text, nil)
	var out bytes.Buffer
	w, err := sammelnachricht.NewWriter(&out, &xoev.Message{Envelope: *r.Envelope()}, saetze, nil)
	require.NoError(t, err)
	_, err = drain(r, func(rec *sammelnachricht.Record) error {
		raw, _, err := rec.Raw()
		if err != nil {
			return err
		}
		return w.RecordXML(rec.Name(), raw)
	})
	require.NoError(t, err)
	require.NoError(t, w.Close())
	require.Equal(t, text, out.String())
}

func TestWriterErrors(t *testing.T) {
	boom := errors.New("boom")
	for name, tc := range map[string]struct {
		write func(*sammelnachricht.Writer) error
		code  string
	}{
		"not closed element": {func(w *sammelnachricht.Writer) error {
			return w.Record(el("satz"), func(e *xoev.Encoder) error { e.Start(el("a")); return nil })
		}, "ENV-112"},
		"record ended": {func(w *sammelnachricht.Writer) error {
			return w.Record(el("satz"), func(e *xoev.Encoder) error { e.End(); return nil })
		}, "ENV-112"},
		"base64 not closed": {func(w *sammelnachricht.Writer) error {
			return w.Record(el("satz"), func(e *xoev.Encoder) error { e.Base64Writer(0); return nil })
		}, "ENV-112"},
		"broken XML":          {func(w *sammelnachricht.Writer) error { return w.RecordXML(el("satz"), []byte("<m:satz>")) }, "ENV-111"},
		"other XML":           {func(w *sammelnachricht.Writer) error { return w.RecordXML(el("satz"), []byte("<satz/>")) }, "ENV-111"},
		"two records as one":  {func(w *sammelnachricht.Writer) error { return w.RecordXML(el("satz"), []byte("<m:satz/><m:satz/>")) }, "ENV-111"},
		"text beside the XML": {func(w *sammelnachricht.Writer) error { return w.RecordXML(el("satz"), []byte("<m:satz/>x")) }, "ENV-111"},
		"no XML":              {func(w *sammelnachricht.Writer) error { return w.RecordXML(el("satz"), nil) }, "ENV-111"},
		"character": {func(w *sammelnachricht.Writer) error {
			return w.Record(el("satz"), func(e *xoev.Encoder) error { e.Text("\x00"); return nil })
		}, "ENV-104"},
		"error of the caller's": {func(w *sammelnachricht.Writer) error {
			return w.Record(el("satz"), func(*xoev.Encoder) error { return boom })
		}, "boom"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			w, err := sammelnachricht.NewWriter(&out, message(), saetze, nil)
			require.NoError(t, err)
			require.NoError(t, w.Record(el("satz"), nil))
			for _, err := range []error{tc.write(w), w.Record(el("satz"), nil), w.Close(), w.Close()} {
				if tc.code == "boom" {
					require.ErrorIs(t, err, boom)
				} else {
					require.Equal(t, []string{tc.code}, codes(err, nil))
				}
			}
			require.EqualValues(t, 1, w.Progress().Records)
			require.Error(t, scan(out.Bytes()))
		})
	}
	w, err := sammelnachricht.NewWriter(io.Discard, message(), saetze, nil)
	require.NoError(t, err)
	require.ErrorIs(t, w.Record(no("satz"), nil), sammelnachricht.ErrSelector)
	require.ErrorIs(t, w.RecordXML(el("anderer"), []byte("<m:anderer/>")), sammelnachricht.ErrSelector)
	require.NoError(t, w.Record(el("satz"), nil), "nothing was begun")
	require.NoError(t, w.Close())
	require.Equal(t, []string{"ENV-112"}, codes(w.Record(el("satz"), nil), nil), "behind the end")

	m := message()
	m.Standard = ""
	_, err = sammelnachricht.NewWriter(io.Discard, m, saetze, nil)
	require.Equal(t, []string{"ENV-103"}, codes(err, nil))
	_, err = sammelnachricht.NewWriter(io.Discard, message(), saetze.Below("", "a b"), nil)
	require.Equal(t, []string{"ENV-110"}, codes(err, nil))
	w, err = sammelnachricht.NewWriter(failing{boom}, message(), saetze, nil)
	require.NoError(t, err)
	require.NoError(t, w.Record(el("satz"), nil))
	require.ErrorIs(t, w.Close(), boom)
}

// TestMarshalWouldChangeNamespaces keeps the reason why structs are not written.
func TestMarshalWouldChangeNamespaces(t *testing.T) {
	type record struct {
		XMLName xml.Name `xml:"urn:example:probe:1 satz"`
		Notiz   string   `xml:"notiz"` // in no namespace
	}
	b, err := xml.Marshal(record{Notiz: "x"})
	require.NoError(t, err)
	var out bytes.Buffer
	w, err := sammelnachricht.NewWriter(&out, message(), saetze, nil)
	require.NoError(t, err)
	require.NoError(t, w.RecordXML(el("satz"), b))
	require.NoError(t, w.Close())
	_, err = drain(reader(t, out.String(), nil), func(rec *sammelnachricht.Record) error {
		for rec.Next() {
			if s := rec.Scanner(); s.Kind() == xmlscan.StartElement {
				require.Equal(t, ns, s.Name().Space, "it is in the namespace of its parent now")
			}
		}
		return nil
	})
	require.NoError(t, err)
}

// TestXmllintReadsWhatWeWrite lets libxml2 read a message with records and an
// attachment, broken into lines and not.
func TestXmllintReadsWhatWeWrite(t *testing.T) {
	tool := testenv.Tool(t, "xmllint")
	file := filepath.Join(t.TempDir(), "message.xml")
	f, err := os.Create(file)
	require.NoError(t, err)
	w, err := sammelnachricht.NewWriter(f, message(), saetze.Below(ns, "liste"), nil)
	require.NoError(t, err)
	for i := range 3000 {
		require.NoError(t, w.RecordXML(el("satz"), []byte(record(i))))
	}
	for _, line := range []int{0, 76} {
		require.NoError(t, w.Record(el("satz"), func(e *xoev.Encoder) error {
			e.Start(el("anlage"))
			b := e.Base64Writer(line)
			_, _ = io.Copy(b, &counter{n: 300_000})
			_ = b.Close()
			e.End()
			return nil
		}))
	}
	require.NoError(t, w.Close())
	require.NoError(t, f.Close())
	out, err := exec.Command(tool, "--huge", "--nonet", "--noout", file).CombinedOutput()
	require.NoError(t, err)
	require.Empty(t, strings.TrimSpace(string(out)), "no warning either")
	schema := filepath.Join(t.TempDir(), "a.xsd")
	require.NoError(t, os.WriteFile(schema, []byte(`<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="`+ns+`" elementFormDefault="qualified">
<xs:element name="bestand.lieferung.0007"><xs:complexType><xs:sequence><xs:any namespace="##local" processContents="skip"/>
<xs:element name="liste"><xs:complexType><xs:sequence><xs:element name="satz" maxOccurs="unbounded"><xs:complexType><xs:choice>
<xs:element name="anlage" type="xs:base64Binary"/><xs:sequence><xs:element name="name"/><xs:element name="ort"/><xs:element name="notiz" form="unqualified"/></xs:sequence>
</xs:choice><xs:attribute name="nr" type="xs:int"/></xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element></xs:sequence>
<xs:anyAttribute processContents="skip" namespace="##any"/></xs:complexType></xs:element></xs:schema>`), 0o600))
	out, err = exec.Command(tool, "--huge", "--nonet", "--noout", "--schema", schema, file).CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Contains(t, string(out), " validates")
}

// TestRecordsInsideRecords: readers would take the outer one alone.
func TestRecordsInsideRecords(t *testing.T) {
	var out bytes.Buffer
	w, err := sammelnachricht.NewWriter(&out, message(), saetze, nil)
	require.NoError(t, err)
	require.NoError(t, w.Record(el("satz"), func(*xoev.Encoder) error {
		require.ErrorIs(t, w.RecordXML(el("satz"), []byte(record(1))), sammelnachricht.ErrInside)
		require.ErrorIs(t, w.Record(el("satz"), nil), sammelnachricht.ErrInside)
		return nil
	}))
	require.NoError(t, w.RecordXML(el("satz"), []byte(record(1))))
	require.NoError(t, w.Close())
	require.EqualValues(t, 2, w.Progress().Records)
	n, err := drain(reader(t, out.String(), nil), nil)
	require.NoError(t, err)
	require.Equal(t, 2, n)
}

// TestPanicInARecord: who recovers has half a record, and no message.
func TestPanicInARecord(t *testing.T) {
	var out bytes.Buffer
	w, err := sammelnachricht.NewWriter(&out, message(), saetze, nil)
	require.NoError(t, err)
	require.Panics(t, func() { _ = w.Record(el("satz"), func(e *xoev.Encoder) error { panic("boom") }) })
	require.ErrorIs(t, w.RecordXML(el("satz"), []byte(record(1))), sammelnachricht.ErrInside)
	require.Error(t, w.Close())
	require.Error(t, scan(out.Bytes()))
}
