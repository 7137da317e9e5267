package c14n_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/signature/internal/c14n"
	"github.com/bausteine/egov/xoev/signature/internal/randxml"
	"github.com/bausteine/egov/xoev/xmlscan"
)

const xsi = `xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"`

func canonical(doc []byte, prefixes ...string) ([]byte, error) {
	w := c14n.New(nil, prefixes)
	if err := xmlscan.Run(xmlscan.NewBytes(doc, nil), w); err != nil {
		return nil, err
	}
	return w.Bytes(), w.Close()
}

func TestVectors(t *testing.T) {
	long := strings.Repeat("text ", 40)
	for _, tt := range []struct {
		name, in string
		prefixes []string
		want     string
	}{
		{"empty element", `<a/>`, nil, `<a></a>`},
		{"attribute order by namespace name, then local name", `<b xmlns:z="urn:1" xmlns:y="urn:2" y:k="1" z:k="2" y:a="3" z:b="4" n="5"></b>`, nil,
			`<b xmlns:y="urn:2" xmlns:z="urn:1" n="5" z:b="4" z:k="2" y:a="3" y:k="1"></b>`},
		{"xml prefix is not declared", `<a xml:lang="de"/>`, nil, `<a xml:lang="de"></a>`},
		{"declaration moves to where it is used", `<a xmlns:p="urn:p"><b><p:c/><p:c/></b></a>`, nil,
			`<a><b><p:c xmlns:p="urn:p"></p:c><p:c xmlns:p="urn:p"></p:c></b></a>`},
		{"declared once for descendants", `<p:a xmlns:p="urn:p"><p:b p:c="1"/></p:a>`, nil, `<p:a xmlns:p="urn:p"><p:b p:c="1"></p:b></p:a>`},
		{"default namespace is undone", `<a xmlns="urn:a"><b xmlns=""><c/></b></a>`, nil, `<a xmlns="urn:a"><b xmlns=""><c></c></b></a>`},
		{"superfluous declarations", `<a xmlns="" xmlns:p="urn:p"><p:b xmlns:p="urn:p"/></a>`, nil, `<a><p:b xmlns:p="urn:p"></p:b></a>`},
		{"attribute without prefix needs no default", `<p:a xmlns="urn:d" xmlns:p="urn:p" x="1"/>`, nil, `<p:a xmlns:p="urn:p" x="1"></p:a>`},
		{"PrefixList renders at the top", `<a xmlns:p="urn:p" xmlns:q="urn:q"><b/></a>`, []string{"p"}, `<a xmlns:p="urn:p"><b></b></a>`},
		{"PrefixList renders every change", `<a xmlns:p="urn:1"><b xmlns:p="urn:2"><c xmlns:p="urn:2"/></b><b/></a>`, []string{"p"},
			`<a xmlns:p="urn:1"><b xmlns:p="urn:2"><c></c></b><b></b></a>`},
		{"PrefixList #default", `<p:a xmlns="urn:d" xmlns:p="urn:p"><p:b xmlns=""/></p:a>`, []string{"#default"},
			`<p:a xmlns="urn:d" xmlns:p="urn:p"><p:b xmlns=""></p:b></p:a>`},
		{"PrefixList names what is not bound", `<a/>`, []string{"x", "xml", "#default"}, `<a></a>`},
		{"text escapes", "<a>&#13;&lt;&amp;>\"'\t&#9;\n</a>", nil, "<a>&#xD;&lt;&amp;&gt;\"'\t\t\n</a>"},
		{"attribute escapes", "<a b='&#9;&#10;&#13;&lt;&amp;\"&gt;\t\r\n'/>", nil, `<a b="&#x9;&#xA;&#xD;&lt;&amp;&quot;>  "></a>`},
		{"long text", "<a>" + long + "&#13;" + long + "</a>", nil, "<a>" + long + "&#xD;" + long + "</a>"},
		{"long text with escapes", "<a><![CDATA[" + long + "<&>]]>" + long + "</a>", nil, "<a>" + long + "&lt;&amp;&gt;" + long + "</a>"},
		{"line ends", "<a>\r\n\r</a>", nil, "<a>\n\n</a>"},
		{"CDATA is text", "<a><![CDATA[<&>]]>]]&gt;</a>", nil, "<a>&lt;&amp;&gt;]]&gt;</a>"},
		{"comments are dropped", "<!--x--><a>b<!--y-->c</a><!--z-->", nil, "<a>bc</a>"},
		{"processing instructions outside the root", "<?x?>  <?y  z ?><a/>\n\n<?w?>", nil, "<?x?>\n<?y z ?>\n<a></a>\n<?w?>"},
		{"processing instruction inside", "<a>b<?x y\r\nz?></a>", nil, "<a>b<?x y\nz?></a>"},
		{"XML declaration and byte order mark", "\ufeff<?xml version='1.0' encoding='UTF-8' standalone='yes'?><a/>", nil, "<a></a>"},
		{"namespace name with an ampersand", `<a xmlns="urn:a&amp;b"/>`, nil, `<a xmlns="urn:a&amp;b"></a>`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := canonical([]byte(tt.in), tt.prefixes...)
			require.NoError(t, err)
			assert.Equal(t, tt.want, string(got))
			if len(tt.prefixes) == 0 {
				again, err := canonical(got)
				require.NoError(t, err)
				assert.Equal(t, tt.want, string(again), "canonical form of the canonical form")
			}
		})
	}
}

func TestUncovered(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		prefixes []string
		want     int
	}{
		{"prefix dropped", `<a ` + xsi + ` xmlns:t="urn:t" xsi:type="t:B"/>`, nil, 1},
		{"prefix listed", `<a ` + xsi + ` xmlns:t="urn:t" xsi:type="t:B"/>`, []string{"t"}, 0},
		{"prefix used by the element", `<t:a ` + xsi + ` xmlns:t="urn:t" xsi:type=" t:B"/>`, nil, 0},
		{"default used by the element", `<a ` + xsi + ` xmlns="urn:t" xsi:type="B"/>`, nil, 0},
		{"default dropped", `<t:a ` + xsi + ` xmlns:t="urn:t" xmlns="urn:d" xsi:type="B"/>`, nil, 1},
		{"no default at all", `<a ` + xsi + ` xsi:type="B"/>`, nil, 0},
		{"rebound below", `<t:a ` + xsi + ` xmlns:t="urn:t"><b xmlns:t="urn:u" xsi:type="t:B"/></t:a>`, nil, 1},
		{"undone default dropped", `<a ` + xsi + ` xmlns="urn:d" xmlns:t="urn:t"><t:b xmlns="" xsi:type="B"/></a>`, nil, 1},
		{"prefix xml", `<a ` + xsi + ` xsi:type="xml:B"/>`, nil, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := c14n.New(nil, tt.prefixes)
			require.NoError(t, xmlscan.Run(xmlscan.NewBytes([]byte(tt.in), nil), w))
			n, pos := w.Uncovered()
			assert.Equal(t, tt.want, n)
			assert.Equal(t, tt.want > 0, pos.Line > 0)
		})
	}
}

type failing struct{}

var errSink = errors.New("sink is broken")

func (failing) Write([]byte) (int, error) { return 0, errSink }

func TestSink(t *testing.T) {
	doc := []byte("<a>" + strings.Repeat("<b>text</b>", 20_000) + "</a>")
	want, err := canonical(doc)
	require.NoError(t, err)
	var got bytes.Buffer
	w := c14n.New(&got, nil)
	require.NoError(t, xmlscan.Run(xmlscan.NewBytes(doc, nil), w))
	require.NoError(t, w.Close())
	assert.True(t, bytes.Equal(want, got.Bytes()))

	w = c14n.New(failing{}, nil)
	require.ErrorIs(t, xmlscan.Run(xmlscan.NewBytes(doc, nil), w), errSink)
	require.ErrorIs(t, w.Close(), errSink)
}

// TestManyBindings has more prefixes in the output than are searched one by
// one, hidden and shown again.
func TestManyBindings(t *testing.T) {
	var doc, want strings.Builder
	const n = 100
	for i := range n {
		fmt.Fprintf(&doc, `<p%d:a xmlns:p%d="urn:%d">`, i%50, i%50, i)
		fmt.Fprintf(&want, `<p%d:a xmlns:p%d="urn:%d">`, i%50, i%50, i)
	}
	for i := n - 1; i >= 0; i-- {
		fmt.Fprintf(&doc, `<p%d:b/><p%d:c xmlns:p%d="urn:c"/></p%d:a>`, i%50, i%50, i%50, i%50)
		fmt.Fprintf(&want, `<p%d:b></p%d:b><p%d:c xmlns:p%d="urn:c"></p%d:c></p%d:a>`, i%50, i%50, i%50, i%50, i%50, i%50)
	}
	got, err := canonical([]byte(doc.String()))
	require.NoError(t, err)
	require.Equal(t, want.String(), string(got))
	compareWithXmllint(t, []byte(doc.String()))
}

func TestLimit(t *testing.T) {
	w := c14n.New(nil, nil)
	w.Limit(10)
	require.NoError(t, xmlscan.Run(xmlscan.NewBytes([]byte("<ab>1</ab>"), nil), w))
	w = c14n.New(nil, nil)
	w.Limit(10)
	require.ErrorIs(t, xmlscan.Run(xmlscan.NewBytes([]byte("<ab>12</ab>"), nil), w), c14n.ErrTooLarge)
}

// withoutComments cuts the comments out, since xmllint's canonical form keeps
// them.
func withoutComments(doc []byte) ([]byte, error) {
	var out []byte
	last := int64(0)
	s := xmlscan.NewBytes(doc, nil)
	for s.Next() {
		if s.Kind() == xmlscan.Comment {
			at := s.Pos().Offset
			out = append(out, doc[last:at]...)
			last = at + int64(len(s.Raw()))
		}
	}
	return append(out, doc[last:]...), s.Err()
}

var kinds = []struct {
	option string
	kind   c14n.Kind
}{{"--c14n", c14n.Inclusive}, {"--c14n11", c14n.Inclusive11}, {"--exc-c14n", c14n.Exclusive}}

func withMode(t *testing.T, doc []byte, mode c14n.Mode) []byte {
	t.Helper()
	w := c14n.NewMode(nil, mode)
	require.NoError(t, xmlscan.Run(xmlscan.NewBytes(doc, nil), w))
	require.NoError(t, w.Close())
	return w.Bytes()
}

// compareWithXmllint compares canonical forms in all three kinds, those without
// comments through the document without comments.
func compareWithXmllint(t *testing.T, docs ...[]byte) {
	t.Helper()
	tool, dir := testenv.Tool(t, "xmllint"), t.TempDir()
	files := make([]string, len(docs))
	for i, doc := range docs {
		files[i] = filepath.Join(dir, fmt.Sprintf("%d.xml", i))
		require.NoError(t, os.WriteFile(files[i], doc, 0o600))
	}
	for _, k := range kinds {
		var want bytes.Buffer
		for _, doc := range docs {
			want.Write(withMode(t, doc, c14n.Mode{Kind: k.kind, Comments: true}))
			bare, err := withoutComments(doc)
			require.NoError(t, err)
			require.True(t, bytes.Equal(withMode(t, doc, c14n.Mode{Kind: k.kind}), withMode(t, bare, c14n.Mode{Kind: k.kind})), "comments change the canonical form")
		}
		if got := xmllint(t, tool, k.option, files...); !bytes.Equal(got, want.Bytes()) {
			for i, doc := range docs {
				ours := withMode(t, doc, c14n.Mode{Kind: k.kind, Comments: true})
				require.Equal(t, string(xmllint(t, tool, k.option, files[i])), string(ours), "xmllint %s disagrees", k.option)
			}
			t.Fatal("xmllint disagrees")
		}
	}
}

func xmllint(t *testing.T, tool, option string, files ...string) []byte {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := exec.Command(tool, append([]string{"--huge", "--nonet", option}, files...)...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	require.NoError(t, cmd.Run(), stderr.String())
	require.Empty(t, stderr.String())
	return stdout.Bytes()
}

// TestReferenceData compares with libxml2 over every XML file of the reference
// data that the scanner accepts.
func TestReferenceData(t *testing.T) {
	root := testenv.Data(t, "README.md")
	var batch [][]byte
	compared, size, refused := 0, 0, map[string]int{}
	flush := func() {
		compareWithXmllint(t, batch...)
		compared += len(batch)
		batch, size = nil, 0
	}
	err := filepath.WalkDir(filepath.Dir(root), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		doc, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if !bytes.HasPrefix(bytes.TrimLeft(bytes.TrimPrefix(doc, []byte("\ufeff")), " \r\n\t"), []byte("<")) {
			return nil
		}
		_, err = withoutComments(doc)
		var syntax *xmlscan.SyntaxError
		if errors.As(err, &syntax) {
			refused[syntax.Code()]++
			return nil
		}
		if batch, size = append(batch, doc), size+len(doc); len(batch) == 50 || size > 10<<20 {
			flush()
		}
		return nil
	})
	require.NoError(t, err)
	flush()
	t.Logf("%d files are equal in three kinds, refused by the scanner: %v", compared, refused)
	require.Greater(t, compared, 500)
}

// TestGenerated compares with libxml2 over documents made at random.
func TestGenerated(t *testing.T) {
	const n = 600
	docs := make([][]byte, n)
	for seed := range docs {
		docs[seed] = randxml.Generate(rand.New(rand.NewPCG(uint64(seed), 1)))
		_, err := withoutComments(docs[seed])
		require.NoError(t, err, "%s", docs[seed])
	}
	for i := 0; i < n; i += 100 {
		compareWithXmllint(t, docs[i:i+100]...)
	}
}

func FuzzCanonical(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(randxml.Generate(rand.New(rand.NewPCG(seed, 2))))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		for _, k := range kinds {
			for _, comments := range []bool{false, true} {
				checkStable(t, doc, c14n.Mode{Kind: k.kind, Comments: comments})
			}
		}
	})
}

// checkStable looks whether the canonical form of the canonical form is the
// same, and says the same as the document.
func checkStable(t *testing.T, doc []byte, mode c14n.Mode) {
	write := func(doc []byte) ([]byte, error) {
		w := c14n.NewMode(nil, mode)
		if err := xmlscan.Run(xmlscan.NewBytes(doc, nil), w); err != nil {
			return nil, err
		}
		return w.Bytes(), w.Close()
	}
	got, err := write(doc)
	if err != nil {
		require.Nil(t, got)
		var syntax *xmlscan.SyntaxError
		require.ErrorAs(t, err, &syntax)
		return
	}
	again, err := write(got)
	require.NoError(t, err, "the canonical form is not well-formed")
	require.True(t, bytes.Equal(got, again), "the canonical form is not stable")
	require.Equal(t, said(t, doc, mode), said(t, got, mode))
}

// said lists what a document says: names with namespaces, attributes in any
// order, text, instructions, and comments if they count; and with an inclusive
// kind which prefixes are bound.
func said(t *testing.T, doc []byte, mode c14n.Mode) []string {
	var all []string
	text := ""
	s := xmlscan.NewBytes(doc, nil)
	for s.Next() {
		if s.Kind() == xmlscan.Text {
			text += string(s.Text())
			continue
		}
		if s.Kind() == xmlscan.Comment && !mode.Comments {
			continue
		}
		if text != "" {
			all, text = append(all, "text "+text), ""
		}
		name := s.Name()
		all = append(all, fmt.Sprintf("%v %s %s %s", s.Kind(), name.Space, name.Local, s.Text()))
		var attrs []string
		for _, a := range s.Attrs() {
			attrs = append(attrs, fmt.Sprintf("%s %s=%s", a.Space, a.Local, a.Value))
		}
		if s.Kind() == xmlscan.StartElement && mode.Kind != c14n.Exclusive {
			for _, d := range s.InScope(nil) {
				attrs = append(attrs, d.Prefix+" is "+d.URI)
			}
		}
		slices.Sort(attrs)
		all = append(all, attrs...)
	}
	require.NoError(t, s.Err())
	return all
}
