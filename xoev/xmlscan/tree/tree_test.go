package tree_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
	"github.com/bausteine/egov/xoev/xmlscan/tree"
)

// tokens writes a document's tokens one by one, chunks of text joined, so that
// two documents can be compared.
func tokens(doc []byte) ([]string, error) {
	s := xmlscan.NewBytes(doc, nil)
	var out []string
	text := ""
	for s.Next() {
		if s.Kind() == xmlscan.Text {
			text += string(s.Text())
			continue
		}
		if text != "" {
			out, text = append(out, fmt.Sprintf("text %q", text)), ""
		}
		token := fmt.Sprint(s.Kind(), s.Name(), s.Namespaces())
		for _, a := range s.Attrs() {
			token += fmt.Sprintf(" %v=%q", a.Name, a.Value)
		}
		if s.Kind() == xmlscan.Comment || s.Kind() == xmlscan.ProcInst {
			token += fmt.Sprintf(" %q", s.Text())
		}
		out = append(out, token)
	}
	return out, s.Err()
}

func sameAfterWriting(t *testing.T, doc []byte) {
	t.Helper()
	want, err := tokens(doc)
	require.NoError(t, err)
	built, err := tree.Document(bytes.NewReader(doc), nil)
	require.NoError(t, err)
	written, err := built.WriteToBytes()
	require.NoError(t, err)
	got, err := tokens(written)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

const sample = "<?p q?><a xmlns=\"urn:a\" xmlns:p=\"urn:p\" p:k=\"1 &#10;&lt;\" l=\"2\"><!--c-->x&amp;&#13;<![CDATA[<y>]]><p:b></p:b>]]&gt;</a>"

func TestDocument(t *testing.T) {
	sameAfterWriting(t, []byte(sample))
	doc, err := tree.Document(strings.NewReader(sample), nil)
	require.NoError(t, err)
	require.Equal(t, "urn:p", doc.Root().SelectElement("b").NamespaceURI())
}

func TestReadTakesOneElement(t *testing.T) {
	s := xmlscan.NewBytes([]byte("<a><b><c/><b/></b><d/></a>"), nil)
	for s.Next() && s.Name().Local != "b" {
	}
	doc, err := tree.Read(s)
	require.NoError(t, err)
	out, err := doc.WriteToString()
	require.NoError(t, err)
	require.Equal(t, "<b><c/><b/></b>", out)
	require.Equal(t, xmlscan.EndElement, s.Kind())
	require.True(t, s.Next())
	require.Equal(t, "d", s.Name().Local)
}

func TestRefusesWhatTheScannerRefuses(t *testing.T) {
	for _, doc := range []string{"<a><b></a>", "<a/><b/>", `<!DOCTYPE a><a/>`, `<p:a/>`, `<a b="1" b="2"/>`} {
		built, err := tree.Document(strings.NewReader(doc), nil)
		require.Nil(t, built, doc)
		var invalid *finding.InvalidError
		require.ErrorAs(t, err, &invalid, doc)
	}
}

func TestDefaultLimit(t *testing.T) {
	doc := "<a>" + strings.Repeat("x", tree.DefaultMaxBytes) + "</a>"
	_, err := tree.Document(strings.NewReader(doc), nil)
	var invalid *finding.InvalidError
	require.ErrorAs(t, err, &invalid)
	require.True(t, invalid.Has("XML-040"))
	_, err = tree.Document(strings.NewReader(doc), &xmlscan.Options{MaxBytes: 1 << 30})
	require.NoError(t, err)
}

func FuzzDocument(f *testing.F) {
	for _, seed := range []string{sample, "<a/>", "<a><!-- --></a>", "<a>\r\n&#13;</a>", "<a b='&#9;&quot;'/>", "<a><![CDATA[]]>]]&gt;</a>", "<a"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		if built, err := tree.Document(bytes.NewReader(doc), nil); err != nil {
			require.Nil(t, built)
			return
		}
		sameAfterWriting(t, doc)
	})
}

func ExampleDocument() {
	doc, err := tree.Document(strings.NewReader(`<a xmlns="urn:example"><ort>Musterstadt</ort></a>`), nil)
	if err != nil {
		fmt.Println(err) // names rule and place, never content
		return
	}
	fmt.Println(doc.FindElement("//ort").Text())
	// Output: Musterstadt
}
