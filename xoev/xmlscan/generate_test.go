package xmlscan

import (
	"bytes"
	"fmt"
	"io"
)

// generator produces documents of any size without holding them: "lines" is
// many small elements with attributes, "blob" one element of base64.
type generator struct {
	kind   string
	size   int
	n      int
	buf    bytes.Buffer
	closed bool
}

func (g *generator) Read(p []byte) (int, error) {
	for g.buf.Len() < len(p) && !g.closed {
		g.more()
	}
	return g.buf.Read(p)
}

func (g *generator) more() {
	before := g.buf.Len()
	switch {
	case g.n == 0 && g.kind == "lines":
		g.buf.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<n:nachricht xmlns:n=\"urn:example:nachricht\" xmlns:k=\"urn:example:kopf\" version=\"1.0\">\n")
	case g.n == 0:
		g.buf.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<n:anlage xmlns:n=\"urn:example:nachricht\" n:typ=\"base64\">")
	case g.size > 200 && g.kind == "lines":
		fmt.Fprintf(&g.buf, "  <n:person nr=\"%d\" k:status=\"gepr&#252;ft\">\n    <n:name><k:familienname>Mustermann</k:familienname> <k:vorname>Erika</k:vorname></n:name>\n    <n:ort plz=\"99999\">Musterstadt</n:ort>\n    <n:leer/>\n  </n:person>\n", g.n)
	case g.size > 200:
		for range 1 + min(g.size/100, 500) {
			g.buf.WriteString("TWFuIGlzIGRpc3Rpbmd1aXNoZWQsIG5vdCBvbmx5IGJ5IGhpcyByZWFzb24sIGJ1dCBieSB0aGlz\n")
		}
	case g.kind == "lines":
		g.buf.WriteString("</n:nachricht>\n")
		g.closed = true
	default:
		g.buf.WriteString("</n:anlage>\n")
		g.closed = true
	}
	g.n++
	g.size -= g.buf.Len() - before
}

// generate returns a whole document.
func generate(kind string, size int) []byte {
	var b bytes.Buffer
	b.Grow(size + 1024)
	if _, err := io.Copy(&b, &generator{kind: kind, size: size}); err != nil {
		panic(err)
	}
	return b.Bytes()
}
