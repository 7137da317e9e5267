package signature_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/signature/internal/randxml"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// largeRandom is a document of about size bytes out of generated ones. IDs are
// taken out, since those of one document are in the next again.
func largeRandom(t *testing.T, size int) []byte {
	t.Helper()
	var b bytes.Buffer
	b.WriteString("<?x?><sammlung xmlns=\"urn:s\" xmlns:q=\"urn:q\">\n")
	for seed := uint64(0); b.Len() < size; seed++ {
		doc := string(randxml.Generate(rand.New(rand.NewPCG(seed, 5))))
		s := xmlscan.NewBytes([]byte(doc), nil)
		from := int64(-1)
		for s.Next() {
			if s.Depth() == 1 && from < 0 {
				from = s.Pos().Offset
			}
			if s.Depth() == 1 && s.Kind() == xmlscan.EndElement {
				b.WriteString(strings.NewReplacer("xml:id=", "xml:x=", "Id=", "xd=").Replace(doc[from:s.End()]))
			}
		}
		require.NoError(t, s.Err())
	}
	b.WriteString("\n</sammlung><!-- x --><?y?>\n")
	return b.Bytes()
}

// TestLargeWithXmlsec1 exchanges signatures over large generated documents with
// xmlsec1, both ways.
func TestLargeWithXmlsec1(t *testing.T) {
	xmlsec1 := testenv.Tool(t, "xmlsec1")
	p := signPair()
	_, cert := p.files(t)
	ctx := context.Background()
	doc := largeRandom(t, 3<<20)
	dir := t.TempDir()

	var signed bytes.Buffer
	require.NoError(t, p.signer(t).SignEnvelopedReader(ctx, &signed, bytes.NewReader(doc), int64(len(doc)), nil))
	write(t, dir, "signed.xml", signed.Bytes())
	run(t, dir, xmlsec1, "--verify", "--pubkey-cert-pem", cert, "signed.xml")
	sig, err := p.signer(t).SignDetachedReader(ctx, bytes.NewReader(doc), int64(len(doc)), "antrag.xml", nil)
	require.NoError(t, err)
	write(t, dir, "antrag.xml", doc)
	write(t, dir, "antrag.xml.sig", sig)
	run(t, dir, xmlsec1, "--verify", "--pubkey-cert-pem", cert, "antrag.xml.sig")

	for _, m := range methods {
		if m.comments {
			continue
		}
		template := tmpl("", tEnv+`<Transform Algorithm="`+m.uri+`"/>`)
		at := bytes.LastIndex(doc, []byte("</sammlung>"))
		theirs := xmlsec1Signs(t, dir, "in.xml", string(doc[:at])+template+string(doc[at:]), p)
		report, err := p.verifier().VerifyEnvelopedReader(ctx, bytes.NewReader(theirs), int64(len(theirs)))
		require.NoError(t, err)
		require.Equal(t, finding.Accepted, report.Verdict, "%s: %v", m.uri, report)
		content, err := report.ContentReader(ctx)
		require.NoError(t, err)
		var want bytes.Buffer
		require.NoError(t, signature.Canonicalize(&want, bytes.NewReader(doc), m.uri, nil))
		got, err := io.ReadAll(content)
		require.NoError(t, err)
		require.True(t, bytes.Equal(want.Bytes(), got), m.uri)
	}
}

// FuzzCanonicalize cuts elements out of documents in every method.
func FuzzCanonicalize(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(randxml.Generate(rand.New(rand.NewPCG(seed, 3))), "x1", "p #default")
	}
	f.Add([]byte(`<a xml:base="../.."><b Id="x" xml:base="//c/.."/></a>`), "x", "")
	f.Fuzz(func(t *testing.T, doc []byte, id, list string) {
		for _, m := range methods {
			o := &signature.CanonicalOptions{ID: id, OmitSignature: len(doc)%2 == 0}
			if strings.HasPrefix(m.uri, signature.ExclusiveC14N) {
				o.PrefixList = strings.Fields(list)
			}
			var first, second bytes.Buffer
			if err := signature.Canonicalize(&first, bytes.NewReader(doc), m.uri, o); err != nil {
				var invalid *finding.InvalidError
				if !assert.ObjectsAreEqual(signature.ErrNoElement, err) {
					require.ErrorAs(t, err, &invalid)
				}
				continue
			}
			if id != "" && m.uri != signature.ExclusiveC14N {
				continue // what the element inherited may be beyond the limits of a document
			}
			require.NoError(t, signature.Canonicalize(&second, bytes.NewReader(first.Bytes()), m.uri, &signature.CanonicalOptions{PrefixList: o.PrefixList}))
			require.Equal(t, first.String(), second.String())
		}
	})
}

// Verify a large file without reading it into memory, and go on with what was
// signed.
func ExampleVerifier_VerifyEnvelopedReader() {
	if err := verifyFile(); err != nil {
		fmt.Println(err)
	}
	// Output:
	// accepted
	// <antrag><name>Erika Mustermann</name></antrag>
}

func verifyFile() error {
	ctx := context.Background()
	authority := signPair()
	signer, err := signature.NewSigner(authority.key, chainOf(authority))
	if err != nil {
		return err
	}
	signer.Now = now
	doc := strings.NewReader(`<antrag><name>Erika Mustermann</name></antrag>`)
	file, err := os.CreateTemp("", "egov-example-*.xml")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(file.Name()) }()
	defer func() { _ = file.Close() }()
	if err := signer.SignEnvelopedReader(ctx, file, doc, doc.Size(), nil); err != nil {
		return err
	}

	info, err := file.Stat()
	if err != nil {
		return err
	}
	verifier := &signature.Verifier{Trust: signature.Pinned(authority.cert), Now: now}
	report, err := verifier.VerifyEnvelopedReader(ctx, file, info.Size())
	if err != nil {
		return err
	}
	fmt.Println(report)
	content, err := report.ContentReader(ctx)
	if err != nil {
		return err
	}
	all, err := io.ReadAll(content) // or scan it: report.Scanner
	fmt.Println(string(all))
	return err
}

// Verify a stream, such as the body of a request: it is spooled up to a limit.
func ExampleNewSpool() {
	body := strings.NewReader(`<antrag><name>Erika Mustermann</name></antrag>`)
	spool, err := signature.NewSpool(context.Background(), body, 100<<20, "")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer func() { _ = spool.Close() }()
	verifier := &signature.Verifier{Trust: signature.Pinned(signPair().cert), Now: now}
	report, err := verifier.VerifyEnvelopedReader(context.Background(), spool, spool.Size())
	fmt.Println(report, err)
	// Output: rejected (SIG-001) <nil>
}
