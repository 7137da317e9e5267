package c14n_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/signature/internal/c14n"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// lines is a document of many small elements, about size bytes long.
func lines(size int) []byte {
	var b bytes.Buffer
	b.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<n:nachricht xmlns:n=\"urn:example:nachricht\" xmlns:k=\"urn:example:kopf\" version=\"1.0\">\n")
	for i := 1; b.Len() < size-200; i++ {
		fmt.Fprintf(&b, "  <n:person nr=\"%d\" k:status=\"gepr&#252;ft\">\n    <n:name><k:familienname>Mustermann</k:familienname> <k:vorname>Erika</k:vorname></n:name>\n    <n:ort plz=\"99999\">Musterstadt</n:ort>\n    <n:leer/>\n  </n:person>\n", i)
	}
	b.WriteString("</n:nachricht>\n")
	return b.Bytes()
}

var limitless = xmlscan.Options{MaxDepth: 1 << 20, MaxNamespaces: 1 << 20, MaxAttrs: 1 << 20, MaxTokenBytes: 1 << 26, MaxNames: 1 << 20}

func digest(b *testing.B, doc []byte, mode c14n.Mode) {
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		h := sha256.New()
		w := c14n.NewMode(h, mode)
		s := xmlscan.NewBytes(doc, &limitless)
		for s.Next() {
			if err := w.Token(s); err != nil {
				b.Fatal(err)
			}
		}
		require.NoError(b, s.Err())
		require.NoError(b, w.Close())
		h.Sum(nil)
	}
}

func BenchmarkDigest(b *testing.B) {
	for _, size := range []int{5 << 10, 1 << 20, 50 << 20} {
		doc := lines(size)
		for _, m := range []struct {
			name string
			mode c14n.Mode
		}{{"exclusive", c14n.Mode{}}, {"inclusive", c14n.Mode{Kind: c14n.Inclusive}}} {
			b.Run(fmt.Sprintf("%dKB/%s", size>>10, m.name), func(b *testing.B) { digest(b, doc, m.mode) })
		}
	}
}

// BenchmarkGrowth doubles size, depth, namespaces and attributes; MB/s must stay,
// but for the sorting of attributes.
func BenchmarkGrowth(b *testing.B) {
	for _, shape := range []struct {
		name string
		make func(n int) string
	}{
		{"size", func(n int) string { return "<a>" + strings.Repeat("<b>text</b>", n) + "</a>" }},
		{"depth", func(n int) string {
			return strings.Repeat("<p:b xmlns:p=\"urn:p\">", n) + strings.Repeat("</p:b>", n)
		}},
		{"depth without repeats", func(n int) string {
			return "<a xmlns:p=\"urn:p\">" + strings.Repeat("<p:b>", n) + strings.Repeat("</p:b>", n) + "</a>"
		}},
		{"namespaces", func(n int) string {
			var doc strings.Builder
			for i := range n {
				fmt.Fprintf(&doc, "<p%d:b xmlns:p%d=\"urn:p%d\">", i%1000, i%1000, i%5000)
			}
			for i := n - 1; i >= 0; i-- {
				fmt.Fprintf(&doc, "</p%d:b>", i%1000)
			}
			return doc.String()
		}},
		{"attributes", func(n int) string {
			var doc strings.Builder
			doc.WriteString("<a")
			for i := range n {
				fmt.Fprintf(&doc, " b%d='c'", n-i)
			}
			return doc.String() + "/>"
		}},
		{"attributes of many prefixes", func(n int) string {
			var doc strings.Builder
			doc.WriteString("<a")
			for i := range n {
				fmt.Fprintf(&doc, " xmlns:p%[1]d='urn:p%[1]d' p%[1]d:b='c'", n-i)
			}
			return doc.String() + "/>"
		}},
	} {
		for _, n := range []int{4000, 8000, 16000, 32000} {
			doc := []byte(shape.make(n))
			for name, kind := range map[string]c14n.Kind{"exclusive": c14n.Exclusive, "inclusive": c14n.Inclusive} {
				b.Run(fmt.Sprintf("%s/%d/%s", shape.name, n, name), func(b *testing.B) { digest(b, doc, c14n.Mode{Kind: kind}) })
			}
		}
	}
}
