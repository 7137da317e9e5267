//go:build unix

package xmlscan

import (
	"bytes"
	"encoding/xml"
	"io"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"
)

// contestant is one way to read a document to its end.
type contestant struct {
	name string
	read func(doc []byte) error
}

// contestants are encoding/xml's Token and then ours. A Decoder and a Scanner are
// made anew for each document, as a server does for each message; only ResetBytes
// uses a Scanner again, which encoding/xml cannot do. All ask each token for its
// names, values and text.
func contestants() []contestant {
	all := func(s *Scanner) error {
		for s.Next() {
			consume(s)
		}
		return s.Err()
	}
	again := NewBytes(nil, nil)
	return []contestant{
		{"encoding-xml", func(doc []byte) error {
			d := xml.NewDecoder(bytes.NewReader(doc))
			for {
				t, err := d.Token()
				if err == io.EOF {
					return nil
				} else if err != nil {
					return err
				}
				look(t)
			}
		}},
		{"New", func(doc []byte) error { return all(New(bytes.NewReader(doc), nil)) }},
		{"NewBytes", func(doc []byte) error { return all(NewBytes(doc, nil)) }},
		{"ResetBytes", func(doc []byte) error {
			again.ResetBytes(doc)
			return all(again)
		}},
	}
}

// look is consume for encoding/xml.
func look(t xml.Token) (n int) {
	switch t := t.(type) {
	case xml.StartElement:
		n = len(t.Name.Space) + len(t.Name.Local)
		for i := range t.Attr {
			a := &t.Attr[i]
			n += len(a.Name.Space) + len(a.Name.Local) + len(a.Value)
		}
	case xml.EndElement:
		n = len(t.Name.Local)
	case xml.CharData:
		n = len(t)
	}
	return n
}

// processorTime is what the process has used so far, garbage collection
// included; other processes on the machine do not count.
func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkRatio reads by turns, a few milliseconds each, and reports how many
// times as long as ours encoding/xml takes for the same document: the median of
// all turns, in processor time. The time per operation means nothing here.
func BenchmarkRatio(b *testing.B) {
	for _, kind := range []string{"lines", "blob"} {
		for _, size := range sizes {
			doc := generate(kind, size.bytes)
			b.Run(kind+"/"+size.name, func(b *testing.B) {
				list := contestants()
				took := make([][]float64, len(list))
				for b.Loop() {
					for i, w := range list {
						took[i] = append(took[i], turn(b, w, doc))
					}
				}
				for i := range list {
					slices.Sort(took[i])
					median := took[i][len(took[i])/2]
					b.ReportMetric(median/1e3, list[i].name+"-µs")
					if i > 0 {
						slices.Sort(took[0])
						b.ReportMetric(took[0][len(took[0])/2]/median, "x-"+list[i].name)
					}
				}
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

// turn reads a document for some milliseconds and returns the nanoseconds of
// one time.
func turn(b *testing.B, w contestant, doc []byte) float64 {
	runtime.GC() // or one pays for what another has left behind
	n, start := 0, processorTime(b)
	for n == 0 || processorTime(b)-start < 4*time.Millisecond {
		for range 1 + 100_000/len(doc) {
			if err := w.read(doc); err != nil {
				b.Fatal(err)
			}
			n++
		}
	}
	return float64(processorTime(b)-start) / float64(n)
}
