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

// contestants are encoding/xml's Token and then ours. Each makes what it needs for one
// document anew, as a server does for each message, but ResetBytes, which uses
// a Scanner again (encoding/xml cannot do that).
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
				if _, err := d.Token(); err == io.EOF {
					return nil
				} else if err != nil {
					return err
				}
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
