package xmlscan

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// rewrite scans a document and writes its tokens as a document again.
func rewrite(s *Scanner) (string, error) {
	text := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#13;")
	value := strings.NewReplacer("&", "&amp;", "<", "&lt;", "\"", "&quot;", "\t", "&#9;", "\n", "&#10;", "\r", "&#13;")
	written := func(n Name) string {
		if n.Prefix == "" {
			return n.Local
		}
		return n.Prefix + ":" + n.Local
	}
	var b strings.Builder
	for s.Next() {
		switch s.Kind() {
		case StartElement:
			b.WriteString("<" + written(s.Name()))
			for _, d := range s.Namespaces() {
				fmt.Fprintf(&b, " %s=\"%s\"", strings.TrimSuffix("xmlns:"+d.Prefix, ":"), value.Replace(d.URI))
			}
			for _, a := range s.Attrs() {
				fmt.Fprintf(&b, " %s=\"%s\"", written(a.Name), value.Replace(string(a.Value)))
			}
			b.WriteString(">")
		case EndElement:
			b.WriteString("</" + written(s.Name()) + ">")
		case Text:
			if s.IsCDATA() {
				b.WriteString("<![CDATA[" + string(s.Text()) + "]]>")
			} else {
				b.WriteString(text.Replace(string(s.Text())))
			}
		case Comment:
			b.WriteString("<!--" + string(s.Text()) + "-->")
		case ProcInst:
			b.WriteString("<?" + s.Name().Local + " " + string(s.Text()) + "?>")
		}
	}
	return b.String(), s.Err()
}

func checkDocument(t *testing.T, doc string, o *Options) {
	tokens, err := scanEveryWay(t, doc, o)
	if err != nil {
		var syntax *SyntaxError
		require.ErrorAs(t, err, &syntax)
		require.LessOrEqual(t, syntax.Pos.Offset, int64(len(doc)))
		require.Equal(t, 1+strings.Count(doc[:syntax.Pos.Offset], "\n"), syntax.Pos.Line)
		return
	}
	require.NotEmpty(t, tokens)
	again, err := rewrite(NewBytes([]byte(doc), o))
	require.NoError(t, err)
	want, err := dump(NewBytes([]byte(doc), o), false)
	require.NoError(t, err)
	got, err := dump(NewBytes([]byte(again), generous), false)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func FuzzScan(f *testing.F) {
	for _, v := range vectors {
		f.Add([]byte(v.bad))
		f.Add([]byte(v.good))
	}
	for _, doc := range bases {
		f.Add([]byte(doc))
	}
	tight := &Options{MaxBytes: 300, MaxDepth: 5, MaxAttrs: 4, MaxTokenBytes: 60, MaxNames: 12, MaxNameLen: 20, MaxNamespaces: 4, CountSiblings: true}
	f.Fuzz(func(t *testing.T, doc []byte) {
		checkDocument(t, string(doc), nil)
		checkDocument(t, string(doc), tight)
	})
}

// FuzzAgreesWithXmllint looks for documents that libxml2 judges differently.
func FuzzAgreesWithXmllint(f *testing.F) {
	for _, doc := range bases {
		f.Add([]byte(doc))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		doc := string(b)
		if !comparable(doc) {
			t.Skip("not in UTF-8 without a document type declaration")
		}
		said := xmllint(t, []string{doc})[0]
		_, err := dump(NewBytes(b, generous), false)
		var syntax *SyntaxError
		errors.As(err, &syntax)
		if (err == nil) != (said == "") && !known(doc, syntax) {
			t.Fatalf("%q: we say %v, xmllint %q", doc, err, said)
		}
	})
}

func FuzzFragment(f *testing.F) {
	f.Add([]byte("<p:a/>"), "p", "urn:p", "", "urn:d")
	f.Add([]byte("<a xml:b=''/>"), "xml", "http://www.w3.org/XML/1998/namespace", "xmlns", "urn:d")
	f.Add([]byte("<q:a xmlns:q='urn:q' p:b='' q:b=''/>"), "p", "urn:q", "q", "relative")
	f.Fuzz(func(t *testing.T, doc []byte, p1, u1, p2, u2 string) {
		s := NewFragment(doc, []NSDecl{{p1, u1}, {p2, u2}}, nil)
		tokens, err := dump(s, true)
		if err != nil {
			var syntax *SyntaxError
			require.ErrorAs(t, err, &syntax)
			return
		}
		require.NotEmpty(t, tokens)
	})
}
