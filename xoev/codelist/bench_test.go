package codelist_test

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
	"github.com/bausteine/egov/xoev/codelist"
)

// agsDocument is the largest public list: the Amtlicher Gemeindeschlüssel.
func agsDocument(t testing.TB) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(testenv.Data(t, "xoev/xwasser/genericode"), "AGS_2026-04-30.xml"))
	require.NoError(t, err)
	return b
}

func readAGS(t testing.TB) *codelist.List {
	t.Helper()
	l, err := codelist.Read(bytes.NewReader(agsDocument(t)), nil)
	require.NoError(t, err)
	return l
}

// tokenPass reads a document with encoding/xml and does nothing with it.
func tokenPass(doc []byte) error {
	d := xml.NewDecoder(bytes.NewReader(doc))
	for {
		if _, err := d.Token(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func BenchmarkAGS(b *testing.B) {
	doc := agsDocument(b)
	b.Run("Read", func(b *testing.B) {
		b.SetBytes(int64(len(doc)))
		b.ReportAllocs()
		for b.Loop() {
			l, err := codelist.Read(bytes.NewReader(doc), nil)
			if err != nil || l.Len() != 11227 {
				b.Fatal(l.Len(), err)
			}
		}
	})
	b.Run("encoding-xml-Token", func(b *testing.B) {
		b.SetBytes(int64(len(doc)))
		b.ReportAllocs()
		for b.Loop() {
			if err := tokenPass(doc); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkLookup looks up every code of the AGS in turn.
func BenchmarkLookup(b *testing.B) {
	l := readAGS(b)
	codes := make([]string, 0, l.Len())
	for r := range l.Rows() {
		codes = append(codes, r.Code())
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if _, ok := l.Lookup(codes[i]); !ok {
			b.Fatal("not found")
		}
		if i++; i == len(codes) {
			i = 0
		}
	}
}

// BenchmarkAGSRatio loads the AGS and reads its tokens with encoding/xml by
// turns; the best turns give the ratio.
func BenchmarkAGSRatio(b *testing.B) {
	doc := agsDocument(b)
	best := func(old time.Duration, run func() error) time.Duration {
		start := time.Now()
		if err := run(); err != nil {
			b.Fatal(err)
		}
		return min(old, time.Since(start))
	}
	ours, theirs := time.Hour, time.Hour
	for b.Loop() {
		ours = best(ours, func() error { _, err := codelist.Read(bytes.NewReader(doc), nil); return err })
		theirs = best(theirs, func() error { return tokenPass(doc) })
	}
	b.ReportMetric(float64(theirs)/float64(ours), "times")
}
