package signature_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
)

// verifyEnveloped checks a document in memory and, as if it were none, through
// an io.ReaderAt. The two must agree.
func verifyEnveloped(t testing.TB, v *signature.Verifier, doc []byte) (*signature.Report, error) {
	t.Helper()
	report, err := v.VerifyEnveloped(doc)
	streamed, streamErr := v.VerifyEnvelopedReader(context.Background(), bytes.NewReader(doc), int64(len(doc)))
	agree(t, report, streamed, err, streamErr)
	return report, err
}

// verifyDetached is verifyEnveloped for detached signatures of antrag.xml.
func verifyDetached(t testing.TB, v *signature.Verifier, doc, sig []byte) (*signature.Report, error) {
	t.Helper()
	report, err := v.VerifyDetached(doc, sig, "antrag.xml")
	streamed, streamErr := v.VerifyDetachedReader(context.Background(), bytes.NewReader(doc), int64(len(doc)), sig, "antrag.xml")
	if streamErr == nil && err != nil {
		// The document is not read if the signature is bad.
		require.NotEqual(t, finding.Accepted, streamed.Verdict)
		return report, err
	}
	agree(t, report, streamed, err, streamErr)
	return report, err
}

func agree(t testing.TB, report, streamed *signature.Report, err, streamErr error) {
	t.Helper()
	if err != nil {
		require.Error(t, streamErr)
		require.Nil(t, streamed)
		require.Equal(t, err.Error(), streamErr.Error())
		return
	}
	require.NoError(t, streamErr)
	require.Nil(t, streamed.Content())
	content, err := contentOf(streamed)
	switch {
	case report.Verdict == finding.Accepted:
		require.NoError(t, err)
		require.Equal(t, finding.Accepted, streamed.Verdict, "%v", streamed)
		require.Equal(t, string(report.Content()), content)
		require.Equal(t, report.Certificate, streamed.Certificate)
	case streamed.Verdict == finding.Accepted:
		// Only what the narrow profile in memory does not read.
		require.True(t, finding.Has(report.Findings, "SIG-015") || finding.Has(report.Findings, "SIG-017"), "%v", report)
	default:
		require.ErrorIs(t, err, signature.ErrNotAccepted)
		require.Nil(t, streamed.Scanner(nil))
		require.Equal(t, report.Verdict, streamed.Verdict)
	}
}

func contentOf(report *signature.Report) (string, error) {
	r, err := report.ContentReader(context.Background())
	if err != nil {
		return "", err
	}
	content, err := io.ReadAll(r)
	return string(content), err
}

func TestStreamRoundTrip(t *testing.T) {
	p := signPair()
	ctx := context.Background()
	for _, tt := range samples {
		t.Run(tt.name, func(t *testing.T) {
			doc := strings.NewReader(tt.doc)
			for _, o := range []*signature.SignOptions{nil, {ByID: true}, {PrefixList: []string{"p", "#default"}}} {
				want, wantErr := p.signer(t).SignEnveloped([]byte(tt.doc), o)
				var got bytes.Buffer
				err := p.signer(t).SignEnvelopedReader(ctx, &got, doc, doc.Size(), o)
				require.Equal(t, wantErr, err)
				if err != nil {
					require.Empty(t, got.Bytes())
					continue
				}
				require.Equal(t, string(want), got.String()) // PKCS#1 v1.5 repeats
				report, err := verifyEnveloped(t, p.verifier(), got.Bytes())
				accepted(t, report, err)
			}
			want, err := p.signer(t).SignDetached([]byte(tt.doc), "antrag.xml", nil)
			require.NoError(t, err)
			got, err := p.signer(t).SignDetachedReader(ctx, doc, doc.Size(), "antrag.xml", nil)
			require.NoError(t, err)
			require.Equal(t, string(want), string(got))
			report, err := verifyDetached(t, p.verifier(), []byte(tt.doc), got)
			accepted(t, report, err)
		})
	}
	_, err := p.signer(t).SignDetachedReader(ctx, strings.NewReader("<a/>"), 4, "a/b", nil)
	require.ErrorIs(t, err, signature.ErrName)
	require.ErrorIs(t, p.signer(t).SignEnvelopedReader(ctx, brokenWriter{io.ErrClosedPipe}, strings.NewReader("<a/>"), 4, nil), io.ErrClosedPipe)
}

// TestStreamCanonicalizations verifies what xmlsec1 signed with each of the six
// methods, over the whole document and over the root by its ID.
func TestStreamCanonicalizations(t *testing.T) {
	testenv.Tool(t, "xmlsec1")
	p := signPair()
	const doc = "<?xml version=\"1.0\"?>\n<?outside?>\n<!-- c --><a xmlns=\"urn:d\" xmlns:t=\"urn:types\" xml:lang=\"de\" xml:base=\"http://a.example/\" ID=\"root\">" +
		"<b t:z='1' a='2'>text <!-- comment --> &#13;</b>@</a>\n<!-- d -->"
	for _, method := range methods {
		for _, uri := range []string{"", "#root"} {
			transforms := tEnv + `<Transform Algorithm="` + method.uri + `"/>`
			sig := strings.Replace(tmpl(uri, transforms), "http://www.w3.org/2001/10/xml-exc-c14n#", method.uri, 1)
			signed := xmlsec1Signs(t, t.TempDir(), "in.xml", strings.Replace(doc, "@", sig, 1), p, "--id-attr:ID", "a")
			report, err := p.verifier().VerifyEnvelopedReader(context.Background(), bytes.NewReader(signed), int64(len(signed)))
			require.NoError(t, err)
			require.Equal(t, finding.Accepted, report.Verdict, "%s %s: %v", method.uri, uri, report)
			require.Equal(t, method.uri, report.Canonicalization)
			content, err := contentOf(report)
			require.NoError(t, err)
			assert.Equal(t, uri == "", strings.Contains(content, "outside"))
			assert.NotContains(t, content, "comment")
		}
		dir := t.TempDir()
		plain := strings.Replace(doc, "@", "", 1)
		write(t, dir, "antrag.xml", []byte(plain))
		sig := strings.Replace(tmpl("antrag.xml", `<Transform Algorithm="`+method.uri+`"/>`), "http://www.w3.org/2001/10/xml-exc-c14n#", method.uri, 1)
		file := xmlsec1Signs(t, dir, "sig.xml", sig, p)
		report, err := p.verifier().VerifyDetachedReader(context.Background(), strings.NewReader(plain), int64(len(plain)), file, "antrag.xml")
		require.NoError(t, err)
		require.Equal(t, finding.Accepted, report.Verdict, "%s detached: %v", method.uri, report)
		content, err := contentOf(report)
		require.NoError(t, err)
		assert.Equal(t, strings.HasSuffix(method.uri, "WithComments"), strings.Contains(content, "comment"))
	}
}

var methods = []struct {
	uri, xmllint string // xmllint's option for the method with comments
	comments     bool
}{
	{signature.InclusiveC14N, "", false},
	{signature.InclusiveC14NWithComments, "--c14n", true},
	{signature.InclusiveC14N11, "", false},
	{signature.InclusiveC14N11WithComments, "--c14n11", true},
	{signature.ExclusiveC14N, "", false},
	{signature.ExclusiveC14NWithComments, "--exc-c14n", true},
}

// changing is a document that somebody changes after so many reads.
type changing struct {
	doc   []byte
	reads int
	then  func([]byte)
}

func (c *changing) ReadAt(p []byte, off int64) (int, error) {
	if c.reads--; c.reads < 0 && c.then != nil {
		c.then(c.doc)
		c.then = nil
	}
	return bytes.NewReader(c.doc).ReadAt(p, off)
}

// TestDocumentChanges changes a document while it is verified, between the
// passes and afterwards: what is handed out is what was signed, or nothing more.
func TestDocumentChanges(t *testing.T) {
	p := signPair()
	ctx := context.Background()
	for name, o := range map[string]*signature.SignOptions{"one pass": nil, "two passes": {PrefixList: []string{"q"}}} {
		signed, err := p.signer(t).SignEnveloped(lines(300<<10), o)
		require.NoError(t, err)
		if o != nil { // hide the list from the guess
			signed = bytes.Replace(signed, []byte("PrefixList=\""), []byte("PrefixList =\""), 1)
		}
		good, err := p.verifier().VerifyEnveloped(signed)
		require.NoError(t, err)
		outcomes := map[string]int{}
		for reads := range 25 {
			for _, from := range []string{"Erika", "Musterstadt</ort></person>\n</liste>", "<liste", "</ds:Signature>", "DigestMethod"} {
				at := bytes.LastIndex(signed, []byte(from))
				if from == "Erika" {
					at = bytes.Index(signed[100<<10:], []byte(from)) + 100<<10
				}
				if at < 0 {
					continue
				}
				c := &changing{doc: bytes.Clone(signed), reads: reads, then: func(b []byte) { b[at+1] ^= 1 }}
				report, err := p.verifier().VerifyEnvelopedReader(ctx, c, int64(len(signed)))
				switch {
				case err != nil:
					var invalid *finding.InvalidError
					require.True(t, errors.Is(err, signature.ErrChanged) || errors.As(err, &invalid), "%v", err)
					outcomes["error"]++
					continue
				case report.Verdict != finding.Accepted:
					outcomes["rejected"]++
					continue
				}
				content, err := contentOf(report)
				require.True(t, strings.HasPrefix(string(good.Content()), content), "content that was never signed")
				if err == nil {
					require.Equal(t, len(good.Content()), len(content))
					outcomes["same"]++
					continue
				}
				require.ErrorIs(t, err, signature.ErrChanged)
				outcomes["changed"]++
			}
		}
		t.Logf("%s: %v", name, outcomes)
		require.Len(t, outcomes, 4)
	}
}

func TestSignedDocumentChanges(t *testing.T) {
	p := signPair()
	doc := lines(300 << 10)
	written := 0
	for reads := range 20 {
		c := &changing{doc: bytes.Clone(doc), reads: reads, then: func(b []byte) {
			b[bytes.LastIndex(b, []byte("Erika"))] = 'X'
		}}
		var out bytes.Buffer
		if err := p.signer(t).SignEnvelopedReader(context.Background(), &out, c, int64(len(doc)), nil); err != nil {
			require.ErrorIs(t, err, signature.ErrChanged)
			continue
		}
		report, err := verifyEnveloped(t, p.verifier(), out.Bytes())
		accepted(t, report, err)
		written++
	}
	require.Greater(t, written, 5)
	require.Less(t, written, 20)
}

func TestStreamErrors(t *testing.T) {
	p := signPair()
	signed, err := p.signer(t).SignEnveloped(lines(300<<10), nil)
	require.NoError(t, err)
	size := int64(len(signed))
	ctx, cancel := context.WithCancel(context.Background())
	v := p.verifier()
	report, err := v.VerifyEnvelopedReader(ctx, bytes.NewReader(signed), size)
	require.NoError(t, err)
	require.Equal(t, finding.Accepted, report.Verdict)
	content, err := report.ContentReader(ctx)
	require.NoError(t, err)
	cancel()
	_, err = io.ReadAll(content)
	require.ErrorIs(t, err, context.Canceled)
	_, err = v.VerifyEnvelopedReader(ctx, bytes.NewReader(signed), size)
	require.ErrorIs(t, err, context.Canceled)

	ctx = context.Background()
	_, err = v.VerifyEnvelopedReader(ctx, bytes.NewReader(signed), size+1)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	_, err = v.VerifyEnvelopedReader(ctx, failingAt{}, size)
	require.ErrorIs(t, err, io.ErrClosedPipe)
	_, err = (&signature.Verifier{}).VerifyEnvelopedReader(ctx, bytes.NewReader(signed), size)
	require.ErrorIs(t, err, signature.ErrNoTrust)
	_, err = v.VerifyDetachedReader(ctx, bytes.NewReader(signed), size, signed, "a/b")
	require.ErrorIs(t, err, signature.ErrName)

	v.Limits.MaxIDs = 10
	many := []byte("<a>" + strings.Repeat("<b/>", 10) + "</a>")
	for i := range 11 {
		many = bytes.Replace(many, []byte("<b/>"), []byte(`<b Id="i`+string(rune('a'+i))+`"></b>`), 1)
	}
	_, err = v.VerifyEnvelopedReader(ctx, bytes.NewReader(append(many[:len(many)-4:len(many)-4], `<c Id="x"/></a>`...)), int64(len(many)+11))
	require.ErrorIs(t, err, signature.ErrTooManyIDs)
	doc, err := report.Document(nil)
	require.NoError(t, err)
	require.Equal(t, "liste", doc.Root().Tag)
	s := report.Scanner(nil)
	for s.Next() {
	}
	require.NoError(t, s.Err())
}

// TestContentReadersAtOnce reads the content of one report several times over.
func TestContentReadersAtOnce(t *testing.T) {
	p := signPair()
	signed, err := p.signer(t).SignEnveloped(lines(200<<10), nil)
	require.NoError(t, err)
	report, err := p.verifier().VerifyEnvelopedReader(context.Background(), bytes.NewReader(signed), int64(len(signed)))
	require.NoError(t, err)
	contents, errs := make([]string, 4), make([]error, 4)
	var all sync.WaitGroup
	for i := range contents {
		all.Go(func() { contents[i], errs[i] = contentOf(report) })
	}
	all.Wait()
	for i := range contents {
		require.NoError(t, errs[i])
		require.NotEmpty(t, contents[i])
		require.Equal(t, contents[0], contents[i])
	}
}

// TestManyIDs has more IDs than the first table holds, all different but one.
func TestManyIDs(t *testing.T) {
	p := signPair()
	var doc strings.Builder
	doc.WriteString(`<a Id="root">`)
	for i := range 20_000 {
		fmt.Fprintf(&doc, `<b Id="i%d"/>`, i)
	}
	signed, err := p.signer(t).SignEnveloped([]byte(doc.String()+"</a>"), nil)
	require.NoError(t, err)
	report, err := verifyEnveloped(t, p.verifier(), signed)
	accepted(t, report, err)
	for _, twice := range []string{"root", "i0", "i9999", "i19999"} {
		report, err := verifyEnveloped(t, p.verifier(), bytes.Replace(signed, []byte(`<b Id="i77"/>`), []byte(`<b Id="`+twice+`"/>`), 1))
		require.NoError(t, err)
		require.True(t, finding.Has(report.Findings, "SIG-014"))
	}
}

// TestSizes gives sizes that cannot be.
func TestSizes(t *testing.T) {
	doc := strings.NewReader("<a/>")
	for _, size := range []int64{-1, -1 << 40, 0} {
		_, err := signPair().verifier().VerifyEnvelopedReader(context.Background(), doc, size)
		var invalid *finding.InvalidError
		require.ErrorAs(t, err, &invalid)
		_, err = signPair().signer(t).SignDetachedReader(context.Background(), doc, size, "a.xml", nil)
		require.ErrorAs(t, err, &invalid)
	}
	_, err := signPair().verifier().VerifyEnvelopedReader(context.Background(), doc, 1<<60)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
}

type failingAt struct{}

func (failingAt) ReadAt([]byte, int64) (int, error) { return 0, io.ErrClosedPipe }

func TestSpool(t *testing.T) {
	ctx := context.Background()
	for _, size := range []int{0, 1, 5000, 256<<10 - 1, 256 << 10, 256<<10 + 1, 700 << 10} {
		doc := bytes.Repeat([]byte("0123456789abcdef"), size/16+1)[:size]
		dir := t.TempDir()
		s, err := signature.NewSpool(ctx, iotest.HalfReader(bytes.NewReader(doc)), max(int64(size), 1), dir)
		require.NoError(t, err)
		require.Equal(t, int64(size), s.Size())
		require.NoError(t, iotest.TestReader(io.NewSectionReader(s, 0, s.Size()), doc))
		_, err = s.ReadAt(make([]byte, 1), -1)
		require.Error(t, err)
		n, err := s.ReadAt(make([]byte, 10), s.Size()-min(5, s.Size()))
		require.Equal(t, min(5, size), n)
		require.Equal(t, io.EOF, err)
		require.NoError(t, s.Close())
		require.NoError(t, s.Close())
		if size > 1 {
			_, err = signature.NewSpool(ctx, bytes.NewReader(doc), int64(size)-1, dir)
			require.ErrorIs(t, err, signature.ErrSpoolLimit)
		}
		for _, cut := range []error{io.ErrUnexpectedEOF, io.ErrClosedPipe} {
			_, err = signature.NewSpool(ctx, io.MultiReader(bytes.NewReader(doc), iotest.ErrReader(cut)), 1<<20, dir)
			require.ErrorIs(t, err, cut, "%d", size)
		}
		left, err := os.ReadDir(dir)
		require.NoError(t, err)
		require.Empty(t, left)
	}
	_, err := signature.NewSpool(ctx, strings.NewReader("x"), 0, "")
	require.ErrorIs(t, err, signature.ErrSpoolLimit)
	_, err = signature.NewSpool(ctx, bytes.NewReader(make([]byte, 300<<10)), 1<<20, filepath.Join(t.TempDir(), "none"))
	require.ErrorIs(t, err, os.ErrNotExist)
	done, cancel := context.WithCancel(ctx)
	cancel()
	_, err = signature.NewSpool(done, strings.NewReader("x"), 10, "")
	require.ErrorIs(t, err, context.Canceled)
}
