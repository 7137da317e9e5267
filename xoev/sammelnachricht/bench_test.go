package sammelnachricht_test

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/latin"
	"github.com/bausteine/egov/xoev/sammelnachricht"
	"github.com/bausteine/egov/xoev/xmlscan"
)

const benchRecords = 5000

// BenchmarkRecords reads the same message of 5,000 small records in several
// ways; the peer finds the records with encoding/xml's own Token.
func BenchmarkRecords(b *testing.B) {
	text := []byte(with(b, records(benchRecords)))
	ours := func(o *sammelnachricht.Options, each func(*sammelnachricht.Record) error) func(*testing.B) {
		return func(b *testing.B) {
			measure(b, text, func() (int, error) {
				r, err := sammelnachricht.NewReader(context.Background(), bytes.NewReader(text), saetze, o)
				if err != nil {
					return 0, err
				}
				return drain(r, each)
			})
		}
	}
	decode := func(rec *sammelnachricht.Record) error {
		var s satz
		return rec.Decode(&s)
	}
	b.Run("decode", ours(nil, decode))
	b.Run("decode, DIN 91379", ours(&sammelnachricht.Options{Latin: &sammelnachricht.Latin{Type: latin.C}}, decode))
	b.Run("walk", ours(nil, func(rec *sammelnachricht.Record) error {
		for rec.Next() {
			if rec.Scanner().Kind() == xmlscan.Text {
				_ = rec.Scanner().Text()
			}
		}
		return rec.Err()
	}))
	b.Run("raw", ours(nil, func(rec *sammelnachricht.Record) error { _, _, err := rec.Raw(); return err }))
	b.Run("skip", ours(nil, nil))
	b.Run("skip, DIN 91379", ours(&sammelnachricht.Options{Latin: &sammelnachricht.Latin{Type: latin.C}}, nil))
	b.Run("encoding-xml decode", func(b *testing.B) {
		measure(b, text, func() (int, error) {
			return peer(text, func(d *xml.Decoder, start *xml.StartElement) error {
				var s satz
				return d.DecodeElement(&s, start)
			})
		})
	})
	b.Run("encoding-xml skip", func(b *testing.B) {
		measure(b, text, func() (int, error) {
			return peer(text, func(d *xml.Decoder, _ *xml.StartElement) error { return d.Skip() })
		})
	})
}

func measure(b *testing.B, text []byte, run func() (int, error)) {
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		n, err := run()
		if err != nil || n != benchRecords {
			b.Fatal(n, err)
		}
	}
	b.ReportMetric(float64(b.N)*benchRecords/b.Elapsed().Seconds(), "records/s")
}

func peer(text []byte, each func(*xml.Decoder, *xml.StartElement) error) (n int, err error) {
	d := xml.NewDecoder(bytes.NewReader(text))
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
		if start, ok := tok.(xml.StartElement); ok && start.Name.Space == ns && start.Name.Local == "satz" {
			if err := each(d, &start); err != nil {
				return n, err
			}
			n++
		}
	}
}

// BenchmarkWrite writes 5,000 small records.
func BenchmarkWrite(b *testing.B) {
	size := int64(len(writeAll(b, benchRecords, nil)))
	xmlRecord := []byte(record(1))
	for name, one := range map[string]func(*sammelnachricht.Writer) error{
		"encoder": func(w *sammelnachricht.Writer) error {
			return w.Record(el("satz"), func(e *xoev.Encoder) error {
				e.Element(el("name"), "Erika Mustermann")
				e.Element(el("ort"), "Musterstadt")
				e.Element(no("notiz"), "Nr. 1")
				return nil
			}, xoev.Attribute{Name: no("nr"), Value: "1"})
		},
		"XML": func(w *sammelnachricht.Writer) error { return w.RecordXML(el("satz"), xmlRecord) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(size)
			for b.Loop() {
				w, err := sammelnachricht.NewWriter(io.Discard, message(), saetze, nil)
				require.NoError(b, err)
				for range benchRecords {
					if err := one(w); err != nil {
						b.Fatal(err)
					}
				}
				require.NoError(b, w.Close())
			}
			b.ReportMetric(float64(b.N)*benchRecords/b.Elapsed().Seconds(), "records/s")
		})
	}
}

// BenchmarkBase64 reads and writes an attachment of 3 MB.
func BenchmarkBase64(b *testing.B) {
	content := make([]byte, 3<<20)
	_, _ = (&counter{n: int64(len(content))}).Read(content)
	var doc bytes.Buffer
	w, err := xoev.NewWriter(&doc, message(), nil)
	require.NoError(b, err)
	w.Encoder().Base64(el("anlage"), bytes.NewReader(content))
	require.NoError(b, w.Close())
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(doc.Len()))
		for b.Loop() {
			s := xmlscan.New(bytes.NewReader(doc.Bytes()), nil)
			for s.Next() && !s.Name().Is(ns, "anlage") {
			}
			n, err := io.Copy(io.Discard, sammelnachricht.NewBase64Reader(s, 4<<20))
			if err != nil || n != int64(len(content)) {
				b.Fatal(n, err)
			}
		}
	})
	b.Run("write", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(doc.Len()))
		for b.Loop() {
			w, err := xoev.NewWriter(io.Discard, message(), nil)
			require.NoError(b, err)
			w.Encoder().Base64(el("anlage"), bytes.NewReader(content))
			require.NoError(b, w.Close())
		}
	})
}
