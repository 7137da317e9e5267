package xmlscan

import (
	"bytes"
	"encoding/xml"
	"io"
	"testing"
)

var sizes = []struct {
	name  string
	bytes int
}{{"5KB", 5 << 10}, {"1MB", 1 << 20}, {"50MB", 50 << 20}}

// consume asks a token for everything that it has.
func consume(s *Scanner) (n int) {
	switch s.Kind() {
	case StartElement:
		n = len(s.Name().Space) + len(s.Namespaces())
		for i := range s.Attrs() {
			a := &s.attrs[i]
			n += len(a.Space) + len(a.Local) + len(a.Value)
		}
	case EndElement:
		n = len(s.Name().Local)
	default:
		n = len(s.Text())
	}
	return n
}

func BenchmarkScan(b *testing.B) {
	for _, kind := range []string{"lines", "blob"} {
		for _, size := range sizes {
			doc := generate(kind, size.bytes)
			run := func(name string, scan func() error) {
				b.Run(kind+"/"+size.name+"/"+name, func(b *testing.B) {
					b.SetBytes(int64(len(doc)))
					b.ReportAllocs()
					for b.Loop() {
						if err := scan(); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
			all := func(s *Scanner) error {
				for s.Next() {
					consume(s)
				}
				return s.Err()
			}
			run("NewBytes", func() error { return all(NewBytes(doc, nil)) })
			run("New", func() error { return all(New(bytes.NewReader(doc), nil)) })
			again := NewBytes(nil, nil)
			run("ResetBytes", func() error {
				again.ResetBytes(doc)
				return all(again)
			})
			run("New+Pos", func() error {
				s := New(bytes.NewReader(doc), nil)
				for s.Next() {
					s.Pos()
				}
				return s.Err()
			})
			run("encoding-xml", func() error {
				d := xml.NewDecoder(bytes.NewReader(doc))
				for {
					if _, err := d.Token(); err == io.EOF {
						return nil
					} else if err != nil {
						return err
					}
				}
			})
		}
	}
}
