package xmlscan

import (
	"fmt"
	"strings"
	"testing"
)

// numbered repeats a format with the numbers below n.
func numbered(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// shapes are documents whose one measure grows with n.
var shapes = []struct {
	name string
	make func(n int) string
}{
	{"size", func(n int) string { return "<a>" + strings.Repeat("<b c='d'>text</b>", n) + "</a>" }},
	{"depth", func(n int) string { return strings.Repeat("<a>", n) + strings.Repeat("</a>", n) }},
	{"attributes", func(n int) string { return "<a" + numbered(" b%d='c'", n) + "/>" }},
	{"attributes of one prefix", func(n int) string { return "<a xmlns:p='urn:p'" + numbered(" p:b%d='c'", n) + "/>" }},
	{"attributes of many prefixes", func(n int) string {
		return "<a" + numbered(" xmlns:p%d='urn:x'", n) + numbered(" p%[1]d:b%[1]d='c'", n) + "/>"
	}},
	{"declarations on one tag", func(n int) string { return "<a" + numbered(" xmlns:p%d='urn:x'", n) + "/>" }},
	{"declarations in depth", func(n int) string {
		return numbered("<p%[1]d:a xmlns:p%[1]d='urn:x%[1]d'>", n) + reversed("</p%d:a>", n)
	}},
	{"one prefix declared again", func(n int) string {
		return numbered("<p:a xmlns:p='urn:x%d'>", n) + strings.Repeat("</p:a>", n)
	}},
	{"names", func(n int) string { return "<a>" + numbered("<b%d/>", n) + "</a>" }},
	{"siblings of many names", func(n int) string { return "<a>" + strings.Repeat(numbered("<b%d/>", 50), n/50) + "</a>" }},
	{"references", func(n int) string {
		return "<a b='" + strings.Repeat("&amp;", n) + "'>" + strings.Repeat("&#65;", n) + "</a>"
	}},
	{"brackets", func(n int) string { return "<a>" + strings.Repeat("]", 8*n) + "</a>" }},
	{"sections", func(n int) string { return "<a>" + strings.Repeat("<![CDATA[]]]>", n) + "]]</a>" }},
	{"comment", func(n int) string { return "<!--" + strings.Repeat(" - \r\n", n) + "--><a/>" }},
	{"carriage returns", func(n int) string {
		return "<a b='" + strings.Repeat("\r\n", n) + "'>" + strings.Repeat("\r", n) + "</a>"
	}},
}

func reversed(format string, n int) string {
	var b strings.Builder
	for i := n - 1; i >= 0; i-- {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// limitless lets all shapes pass at all sizes.
var limitless = Options{
	MaxDepth: 1 << 20, MaxAttrs: 1 << 20, MaxTokenBytes: 1 << 26, MaxNames: 1 << 22, MaxNamespaces: 1 << 20, CountSiblings: true,
}

// BenchmarkGrowth doubles what can grow in a document, beyond the usual limits;
// MB/s must stay about the same until the caches are too small. It reads through
// a window of 512 bytes, so that what is cut by its end counts too.
func BenchmarkGrowth(b *testing.B) {
	for _, shape := range shapes {
		for _, n := range []int{4000, 8000, 16000, 32000, 64000} {
			doc := shape.make(n)
			b.Run(fmt.Sprintf("%s/%d", strings.ReplaceAll(shape.name, " ", "-"), n), func(b *testing.B) {
				b.SetBytes(int64(len(doc)))
				for b.Loop() {
					s := newReader(strings.NewReader(doc), &limitless, 512)
					for s.Next() {
						consume(s)
						s.Pos()
					}
					if s.Err() != nil {
						b.Fatal(s.Err())
					}
				}
			})
		}
	}
}

// TestGrowthShapes: the shapes are documents, and reach what they measure.
func TestGrowthShapes(t *testing.T) {
	for _, shape := range shapes {
		t.Run(shape.name, func(t *testing.T) {
			count := func(n int) (tokens int) {
				s := NewBytes([]byte(shape.make(n)), &limitless)
				for s.Next() {
					tokens += 1 + len(s.Attrs()) + len(s.Namespaces()) + len(s.Text())
				}
				if s.Err() != nil {
					t.Fatal(s.Err())
				}
				return tokens
			}
			if one, two := count(1000), count(2000); two < one+900 {
				t.Fatal(one, two)
			}
		})
	}
}
