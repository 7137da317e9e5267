package xmlscan

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

// at returns a scanner at the first start tag with that local name.
func at(t *testing.T, doc, local string, o *Options) *Scanner {
	t.Helper()
	s := NewBytes([]byte(doc), o)
	for s.Next() {
		if s.Kind() == StartElement && s.Name().Local == local {
			return s
		}
	}
	t.Fatalf("no element %s: %v", local, s.Err())
	return nil
}

// step calls Next n times.
func step(t *testing.T, s *Scanner, n int) {
	t.Helper()
	for range n {
		require.True(t, s.Next(), s.Err())
	}
}

func TestTokens(t *testing.T) {
	for _, tt := range []struct {
		name, doc string
		want      []string
	}{
		{"line ends", "<a>1\r\n2\r3\n\r4\r</a>", []string{`text false "1\n2\n3\n\n4\n"`}},
		{"line ends in a section", "<a><![CDATA[1\r\n2\r]]></a>", []string{`text true "1\n2\n"`}},
		{"carriage return as reference", "<a>&#13;&#xA;\r\n</a>", []string{`text false "\r\n\n"`}},
		{"section in text", "<a>x<![CDATA[<&]]><![CDATA[]]>y</a>", []string{`text false "x"`, `text true "<&"`, `text false "y"`}},
		{"comment", "<a><!--1\r\n2\r3--></a>", []string{`Comment depth 1 name {"" "" ""} "1\n2\n3"`}},
		{"instruction", "<a><?b  c\r\nd ?></a>", []string{`ProcInst depth 1 name {"" "b" ""} "c\nd "`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			scan := func(s *Scanner) []string {
				tokens, err := dump(s, false)
				require.NoError(t, err)
				for i := range tokens {
					tokens[i] = strings.ReplaceAll(tokens[i], "{ ", `{"" `)
				}
				return tokens[1 : len(tokens)-1]
			}
			for _, w := range ways {
				got := scan(w.open(tt.doc, nil))
				require.Len(t, got, len(tt.want), w.name)
				for i := range got {
					require.Equal(t, strings.ReplaceAll(tt.want[i], `""`, ""), strings.ReplaceAll(got[i], `""`, ""), w.name)
				}
			}
		})
	}
}

func TestAttributeValues(t *testing.T) {
	for _, tt := range []struct{ name, written, want string }{
		{"plain", `"b c"`, "b c"},
		{"tab", "'\t'", " "},
		{"line feed", "'1\n2'", "1 2"},
		{"carriage return and line feed", "'1\r\n2'", "1 2"},
		{"carriage return", "'1\r2\r\r3'", "1 2  3"},
		{"references to white space", "'&#9;&#10;&#13;&#32;'", "\t\n\r "},
		{"other quote", `"it's"`, "it's"},
		{"entities", `'&lt;&gt;&amp;&apos;&quot;'`, `<>&'"`},
		{"character", "'&#x20AC;ä&#x1F600;'", "€ä😀"},
		{"empty", "''", ""},
		{"mixed", "'a&amp;b\tc&#65;d'", "a&b cAd"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, w := range ways {
				s := w.open("<a x="+tt.written+" y='&amp;2'/>", nil)
				require.True(t, s.Next())
				require.Len(t, s.Attrs(), 2)
				require.Equal(t, tt.want, string(s.Attrs()[0].Value), w.name)
				require.Equal(t, "&2", string(s.Attrs()[1].Value), w.name)
			}
		})
	}
}

func TestNamespaces(t *testing.T) {
	const doc = `<a xmlns="urn:a" xmlns:p="urn:p"><p:b xmlns="" xmlns:p="urn:q" p:k="1" xml:lang="de"><c/></p:b><d/></a>`
	s := at(t, doc, "b", nil)
	require.Equal(t, Name{"p", "b", "urn:q"}, s.Name())
	require.True(t, s.Name().Is("urn:q", "b"))
	require.False(t, s.Name().Is("urn:p", "b"))
	require.Equal(t, []NSDecl{{"", ""}, {"p", "urn:q"}}, s.Namespaces())
	require.Equal(t, []NSDecl{{"p", "urn:q"}}, s.InScope(nil))
	value, ok := s.Attr("urn:q", "k")
	require.True(t, ok)
	require.Equal(t, "1", string(value))
	_, ok = s.Attr("", "k")
	require.False(t, ok)
	_, ok = s.Attr("http://www.w3.org/XML/1998/namespace", "lang")
	require.True(t, ok)

	s = at(t, doc, "d", nil)
	require.Equal(t, "urn:a", s.Name().Space)
	require.Equal(t, []NSDecl{{"", "urn:a"}, {"p", "urn:p"}}, s.InScope(nil))
	for prefix, want := range map[string]string{"": "urn:a", "p": "urn:p", "xml": xmlSpace, "xmlns": xmlnsSpace, "q": ""} {
		uri, ok := s.Lookup(prefix)
		require.Equal(t, want, uri)
		require.Equal(t, want != "", ok)
	}
	s = at(t, doc, "c", nil)
	_, ok = s.Lookup("")
	require.False(t, ok)
}

func TestPositions(t *testing.T) {
	const doc = "<a>\n  <b k='1'\n     l='2'/>\n</a>"
	for _, w := range ways {
		s := w.open(doc, nil)
		step(t, s, 3)
		require.Equal(t, "b", s.Name().Local)
		require.Equal(t, Position{6, 2, 3}, s.Pos(), w.name)
		require.Equal(t, int64(27), s.End())
		require.Equal(t, Position{20, 3, 6}, s.Position(s.Attrs()[1].Offset), w.name)
		require.Equal(t, Position{6, 2, 3}, s.Position(6), w.name)
		require.Equal(t, Position{Offset: 5}, s.Position(5))
		require.Equal(t, "<b k='1'\n     l='2'/>", string(s.Raw()))
		require.True(t, s.IsEmptyTag())
		require.True(t, s.Next())
		require.Equal(t, EndElement, s.Kind())
		require.True(t, s.IsEmptyTag())
		require.Equal(t, Position{27, 3, 13}, s.Pos(), w.name)
		require.Empty(t, s.Raw())
		require.Equal(t, 2, s.Depth())
		step(t, s, 2)
		require.Equal(t, "</a>", string(s.Raw()))
		require.Equal(t, 1, s.Depth())
		require.False(t, s.IsEmptyTag())
		require.False(t, s.Next())
		require.Equal(t, 0, s.Depth())
	}
}

func TestPath(t *testing.T) {
	const doc = "<p:a xmlns:p='urn:p'><b/><b><c/><b><c/></b><c/></b><d/><b/></p:a>"
	paths := func(o *Options) (out []string) {
		s := NewBytes([]byte(doc), o)
		require.Equal(t, "/", s.Path())
		for s.Next() {
			if s.Kind() == StartElement {
				out = append(out, s.Path())
			}
		}
		require.NoError(t, s.Err())
		return out
	}
	require.Equal(t, []string{"/p:a", "/p:a/b", "/p:a/b[2]", "/p:a/b[2]/c", "/p:a/b[2]/b", "/p:a/b[2]/b/c", "/p:a/b[2]/c[2]", "/p:a/d", "/p:a/b[3]"},
		paths(&Options{CountSiblings: true}))
	require.Equal(t, []string{"/p:a", "/p:a/b", "/p:a/b", "/p:a/b/c", "/p:a/b/b", "/p:a/b/b/c", "/p:a/b/c", "/p:a/d", "/p:a/b"}, paths(nil))
}

func TestSkip(t *testing.T) {
	s := at(t, "<a><b>x<b/><c>y</c></b>z</a>", "b", nil)
	require.NoError(t, s.Skip())
	require.Equal(t, EndElement, s.Kind())
	require.Equal(t, 2, s.Depth())
	require.NoError(t, s.Skip())
	require.Equal(t, 2, s.Depth())
	require.True(t, s.Next())
	require.Equal(t, "z", string(s.Text()))
	require.NoError(t, s.Skip())
	require.Equal(t, "a", s.Name().Local)
	require.False(t, s.Next())
	require.NoError(t, s.Skip())
	require.Error(t, at(t, "<a><b>&x;</b></a>", "b", nil).Skip())
}

func TestElementText(t *testing.T) {
	const doc = "<a><b>1&amp;<!-- 2 --><![CDATA[3]]></b><c>4<d/></c><e/></a>"
	text, err := at(t, doc, "b", nil).ElementText(10)
	require.NoError(t, err)
	require.Equal(t, "1&3", text)
	text, err = at(t, doc, "e", nil).ElementText(0)
	require.NoError(t, err)
	require.Empty(t, text)

	s := at(t, doc, "c", nil)
	dst, err := s.AppendText([]byte("x"), 10)
	require.Equal(t, "x", string(dst))
	var syntax *SyntaxError
	require.ErrorAs(t, err, &syntax)
	require.Equal(t, "XML-050", syntax.Code())
	require.Equal(t, "d", s.Name().Local)

	s = at(t, doc, "b", nil)
	_, err = s.ElementText(2)
	require.ErrorAs(t, err, &syntax)
	require.Equal(t, "XML-051", syntax.Code())
	require.Equal(t, map[string]string{"max": "2"}, syntax.Finding.Params)
	require.NoError(t, s.Skip())
	require.Equal(t, "b", s.Name().Local)

	_, err = at(t, "<a>&x;</a>", "a", nil).ElementText(10)
	require.ErrorAs(t, err, &syntax)
	require.Equal(t, "XML-011", syntax.Code())
}

func TestFragment(t *testing.T) {
	scope := []NSDecl{{"", "urn:d"}, {"p", "urn:p"}, {"xml", xmlSpace}, {"p", "urn:p2"}}
	s := NewFragment([]byte(" <a p:k='1'><b xmlns=''/></a>"), scope, nil)
	require.True(t, s.Next())
	require.Equal(t, "urn:d", s.Name().Space)
	require.Equal(t, "urn:p2", s.Attrs()[0].Space)
	require.Empty(t, s.Namespaces())
	require.True(t, s.Next())
	require.Empty(t, s.Name().Space)
	for _, tt := range []struct {
		name, code, doc string
		scope           []NSDecl
	}{
		{"declaration", "XML-016", "<?xml version='1.0'?><a/>", nil},
		{"byte order mark", "XML-003", "\ufeff<a/>", nil},
		{"two elements", "XML-004", "<a/><b/>", nil},
		{"unbound", "XML-030", "<q:a/>", scope},
		{"same namespace twice", "XML-031", "<a p:k='' q:k=''/>", []NSDecl{{"p", "urn:p"}, {"q", "urn:p"}}},
		{"relative scope", "XML-035", "<a/>", []NSDecl{{"p", "x"}}},
		{"empty scope", "XML-034", "<a/>", []NSDecl{{"p", ""}}},
		{"reserved scope", "XML-032", "<a/>", []NSDecl{{"xmlns", "urn:x"}}},
		{"xml scope", "XML-033", "<a/>", []NSDecl{{"xml", "urn:x"}, {"p", "urn:p"}}},
		{"colon in scope", "XML-029", "<a/>", []NSDecl{{"p:q", "urn:x"}}},
		{"no name in scope", "XML-020", "<a/>", []NSDecl{{"1", "urn:x"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := dump(NewFragment([]byte(tt.doc), tt.scope, nil), false)
			var syntax *SyntaxError
			require.ErrorAs(t, err, &syntax)
			require.Equal(t, tt.code, syntax.Code())
		})
	}
}

func TestRun(t *testing.T) {
	var first, second int
	stop := errors.New("stop")
	count := func(n *int, end int, err error) Consumer {
		return ConsumerFunc(func(*Scanner) error {
			if *n++; *n == end {
				return err
			}
			return nil
		})
	}
	doc := []byte("<a><b/><b/></a>")
	require.NoError(t, Run(NewBytes(doc, nil), count(&first, 2, ErrDone), count(&second, 0, nil)))
	require.Equal(t, []int{2, 6}, []int{first, second})
	first, second = 0, 0
	require.ErrorIs(t, Run(NewBytes(doc, nil), count(&first, 3, stop), count(&second, 0, nil)), stop)
	require.Equal(t, []int{3, 2}, []int{first, second})
	require.Error(t, Run(NewBytes([]byte("<a>"), nil)))
}

func TestTokenReaderDecodesLikeEncodingXML(t *testing.T) {
	type item struct {
		XMLName xml.Name `xml:"urn:p item"`
		Key     string   `xml:"key,attr"`
		Lang    string   `xml:"http://www.w3.org/XML/1998/namespace lang,attr"`
		Names   []string `xml:"urn:d name"`
		Text    string   `xml:",chardata"`
		Note    string   `xml:",comment"`
	}
	const doc = `<list xmlns="urn:d"><p:item xmlns:p="urn:p" key="1&amp;2" xml:lang="de">a&lt;<![CDATA[b]]><name>x</name><name xmlns="">y</name><!--n--><?q r?><name>z</name></p:item><rest/></list>`
	var want struct {
		Item item `xml:"urn:p item"`
	}
	require.NoError(t, xml.Unmarshal([]byte(doc), &want))
	require.Len(t, want.Item.Names, 2)

	got := want
	got.Item = item{}
	require.NoError(t, xml.NewTokenDecoder(NewBytes([]byte(doc), nil).TokenReader()).Decode(&got))
	require.Equal(t, want, got)

	s := at(t, doc, "item", nil)
	var it item
	require.NoError(t, s.Decode(&it))
	require.Equal(t, want.Item, it)
	require.Equal(t, "item", s.Name().Local)
	require.True(t, s.Next())
	require.Equal(t, "rest", s.Name().Local)

	require.ErrorIs(t, NewBytes([]byte(doc), nil).Decode(&it), ErrNoElement)
	var syntax *SyntaxError
	require.ErrorAs(t, at(t, "<a><item><b></item></a>", "item", nil).Decode(new(struct{})), &syntax)
}

func TestTokenReaderEnds(t *testing.T) {
	read := func(s *Scanner) (n int, err error) {
		r := s.TokenReader()
		for {
			if _, err := r.Token(); err != nil {
				_, again := r.Token()
				require.Equal(t, err, again)
				return n, err
			}
			n++
		}
	}
	n, err := read(NewBytes([]byte("<a><b/>x</a><!-- -->"), nil))
	require.Equal(t, io.EOF, err)
	require.Equal(t, 6, n)
	n, err = read(at(t, "<a><b/>x</a>", "b", nil))
	require.Equal(t, io.EOF, err)
	require.Equal(t, 2, n)
	n, err = read(NewBytes([]byte("<a><b></a>"), nil))
	var syntax *SyntaxError
	require.ErrorAs(t, err, &syntax)
	require.Equal(t, 2, n)
}

func TestReset(t *testing.T) {
	s := NewBytes(nil, &Options{CountSiblings: true})
	compare := func(doc string) {
		want, wantErr := dump(NewBytes([]byte(doc), &Options{CountSiblings: true}), true)
		got, err := dump(s, true)
		require.Equal(t, want, got)
		require.Equal(t, wantErr, err)
	}
	compared := 0
	for _, v := range vectors {
		for _, doc := range []string{v.bad, v.good} {
			s.ResetBytes([]byte(doc))
			compare(doc)
			s.Reset(strings.NewReader(doc))
			compare(doc)
			s.Reset(iotest.OneByteReader(strings.NewReader(doc)))
			s.Next() // abandoned half-way
			compared++
		}
	}
	require.Greater(t, compared, 300)

	var many strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&many, "<a%d/>", i)
	}
	doc := "<a xmlns:p='urn:p'>" + many.String() + "</a>"
	s.ResetBytes([]byte(doc))
	compare(doc)
	s.ResetBytes([]byte("<p:a/>"))
	compare("<p:a/>")

	s.ResetBytes([]byte("<a><b/></a>"))
	step(t, s, 2)
	name := s.Name()
	s.ResetBytes([]byte("<c><d/></c>"))
	step(t, s, 2)
	require.Equal(t, "b", name.Local)
	require.Equal(t, "d", s.Name().Local)
}

func TestKindString(t *testing.T) {
	seen := make(map[string]bool)
	for k := range ProcInst + 1 {
		seen[k.String()] = true
	}
	require.Len(t, seen, 6)
}
