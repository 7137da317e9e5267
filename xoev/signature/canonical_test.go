package signature_test

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
)

func canonicalize(doc, method string, o *signature.CanonicalOptions) (string, error) {
	var out bytes.Buffer
	err := signature.Canonicalize(&out, iotest.OneByteReader(strings.NewReader(doc)), method, o)
	return out.String(), err
}

func TestCanonicalize(t *testing.T) {
	const doc = `<?a?><a xmlns="urn:a" xmlns:p="urn:p" xml:lang="de" xml:base="http://a.example/x/" xml:id="i"><!--c--><b Id="b" xml:base="y/../z"><c/></b>` +
		`<ds:Signature xmlns:ds="` + signature.NS + `"><ds:x/></ds:Signature></a><!--d-->`
	const head = `<a xmlns="urn:a" xmlns:p="urn:p" xml:base="http://a.example/x/" xml:id="i" xml:lang="de">`
	const b = `<b Id="b" xml:base="y/../z"><c></c></b>`
	for _, tt := range []struct {
		name, method string
		o            signature.CanonicalOptions
		want         string
	}{
		{"inclusive", signature.InclusiveC14N, signature.CanonicalOptions{OmitSignature: true}, "<?a?>\n" + head + b + "</a>"},
		{"inclusive with comments", signature.InclusiveC14NWithComments, signature.CanonicalOptions{OmitSignature: true}, "<?a?>\n" + head + "<!--c-->" + b + "</a>\n<!--d-->"},
		{"1.1", signature.InclusiveC14N11, signature.CanonicalOptions{OmitSignature: true}, "<?a?>\n" + head + b + "</a>"},
		{"1.1 with comments", signature.InclusiveC14N11WithComments, signature.CanonicalOptions{OmitSignature: true}, "<?a?>\n" + head + "<!--c-->" + b + "</a>\n<!--d-->"},
		{"exclusive", signature.ExclusiveC14N, signature.CanonicalOptions{OmitSignature: true}, "<?a?>\n" + strings.Replace(head, ` xmlns:p="urn:p"`, "", 1) + b + "</a>"},
		{"exclusive with comments", signature.ExclusiveC14NWithComments, signature.CanonicalOptions{OmitSignature: true, PrefixList: []string{"p"}}, "<?a?>\n" + head + "<!--c-->" + b + "</a>\n<!--d-->"},
		{"element, inclusive", signature.InclusiveC14N, signature.CanonicalOptions{ID: "b"}, `<b xmlns="urn:a" xmlns:p="urn:p" Id="b" xml:base="y/../z" xml:id="i" xml:lang="de"><c></c></b>`},
		{"element, 1.1", signature.InclusiveC14N11, signature.CanonicalOptions{ID: "b"}, `<b xmlns="urn:a" xmlns:p="urn:p" Id="b" xml:base="http://a.example/x/z" xml:lang="de"><c></c></b>`},
		{"element, exclusive", signature.ExclusiveC14N, signature.CanonicalOptions{ID: "b"}, `<b xmlns="urn:a" Id="b" xml:base="y/../z"><c></c></b>`},
		{"element, exclusive, listed", signature.ExclusiveC14N, signature.CanonicalOptions{ID: "b", PrefixList: []string{"p", "#default", "none"}}, `<b xmlns="urn:a" xmlns:p="urn:p" Id="b" xml:base="y/../z"><c></c></b>`},
		{"with the signature", signature.ExclusiveC14N, signature.CanonicalOptions{}, "<?a?>\n" + strings.Replace(head, ` xmlns:p="urn:p"`, "", 1) + b + `<ds:Signature xmlns:ds="` + signature.NS + `"><ds:x></ds:x></ds:Signature></a>`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := canonicalize(doc, tt.method, &tt.o)
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
		})
	}
}

func TestCanonicalizeRefuses(t *testing.T) {
	_, err := canonicalize("<a/>", "http://www.w3.org/TR/1999/REC-xpath-19991116", nil)
	require.ErrorIs(t, err, signature.ErrCanonicalization)
	_, err = canonicalize("<a/>", "", nil)
	require.ErrorIs(t, err, signature.ErrCanonicalization)
	_, err = canonicalize("<a/>", signature.InclusiveC14N, &signature.CanonicalOptions{PrefixList: []string{"p"}})
	require.ErrorIs(t, err, signature.ErrCanonicalization)
	for _, doc := range []string{"<a/>", `<a Id="x"><b ID="x"/></a>`, `<a><b id="x"/><c xml:id="x"/></a>`} {
		_, err = canonicalize(doc, signature.InclusiveC14N, &signature.CanonicalOptions{ID: "x"})
		require.ErrorIs(t, err, signature.ErrNoElement)
	}
	var invalid *finding.InvalidError
	_, err = canonicalize("<a/>", signature.ExclusiveC14N, &signature.CanonicalOptions{PrefixList: []string{"a:b"}})
	require.ErrorAs(t, err, &invalid)
	_, err = canonicalize("<a>", signature.ExclusiveC14N, nil)
	require.ErrorAs(t, err, &invalid)
	broken := errors.New("broken")
	require.ErrorIs(t, signature.Canonicalize(&bytes.Buffer{}, iotest.ErrReader(broken), signature.ExclusiveC14N, nil), broken)
	require.ErrorIs(t, signature.Canonicalize(brokenWriter{broken}, strings.NewReader("<a/>"), signature.ExclusiveC14N, nil), broken)
}

type brokenWriter struct{ err error }

func (b brokenWriter) Write([]byte) (int, error) { return 0, b.err }

// Write the canonical form of a document.
func ExampleCanonicalize() {
	doc := strings.NewReader(`<antrag b='2' a='1'><!-- Entwurf --><leer/></antrag>`)
	if err := signature.Canonicalize(os.Stdout, doc, signature.ExclusiveC14N, nil); err != nil {
		panic(err)
	}
	// Output: <antrag a="1" b="2"><leer></leer></antrag>
}
