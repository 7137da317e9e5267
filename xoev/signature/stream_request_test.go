package signature_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
)

func section(b []byte) *io.SectionReader {
	return io.NewSectionReader(bytes.NewReader(b), 0, int64(len(b)))
}

// large is the same request without anything in memory.
func large(r signature.Request) signature.Request {
	r.Large, r.LargeFiles = section(r.Document), map[string]*io.SectionReader{}
	for uri, f := range r.Files {
		r.LargeFiles[uri] = section(f)
	}
	r.Document, r.Files = nil, nil
	return r
}

// both verifies in memory and in pieces, and fails unless the outcome is the same.
func both(t testing.TB, v *signature.Verifier, r signature.Request) (*signature.Report, error) {
	t.Helper()
	ctx := context.Background()
	report, err := v.Verify(ctx, r)
	if r.Scope != nil {
		return report, err
	}
	streamed, streamErr := v.Verify(ctx, large(r))
	if err != nil {
		require.Error(t, streamErr)
		require.Nil(t, streamed)
		require.Equal(t, err.Error(), streamErr.Error())
		return report, err
	}
	require.NoError(t, streamErr)
	require.Equal(t, report.Verdict, streamed.Verdict)
	require.Equal(t, report.Findings, streamed.Findings, "codes and places")
	require.Equal(t, report.Certificate, streamed.Certificate)
	element, scope := report.Signature()
	again, scopeAgain := streamed.Signature()
	if again == nil { // too long to be fetched
		require.True(t, element == nil || finding.Has(report.Findings, "SIG-036"))
	} else {
		require.Equal(t, string(element), string(again))
		require.Equal(t, scope, scopeAgain)
	}
	require.Len(t, streamed.References, len(report.References))
	for i, ref := range report.References {
		other := streamed.References[i]
		require.Equal(t, []any{ref.URI, ref.Type, ref.ID, ref.Digest, ref.Transforms, ref.Target}, []any{other.URI, other.Type, other.ID, other.Digest, other.Transforms, other.Target})
		if ref.Content() == nil {
			_, err := other.ContentReader(ctx)
			require.ErrorIs(t, err, signature.ErrNotAccepted)
			continue
		}
		for _, r := range []signature.Reference{ref, other} {
			in, err := r.ContentReader(ctx)
			require.NoError(t, err)
			content, err := io.ReadAll(in)
			require.NoError(t, err)
			require.Equal(t, string(ref.Content()), string(content))
		}
	}
	in, err := streamed.ContentReader(ctx)
	if report.Content() == nil {
		require.ErrorIs(t, err, signature.ErrNotAccepted)
		return report, nil
	}
	require.NoError(t, err)
	content, err := io.ReadAll(in)
	require.NoError(t, err)
	require.Equal(t, string(report.Content()), string(content))
	return report, nil
}

// TestLargeReferences signs several things, in every canonicalisation, and verifies
// them in pieces.
func TestLargeReferences(t *testing.T) {
	doc := `<?vorlage nr="7"?><antrag xmlns="urn:a" xmlns:q="urn:q" xml:lang="de" ID="root"><!-- c --><person Id="p1" q:x="1"><name>Erika Mustermann</name></person>` +
		`<daten Id="d1">RXJpa2E=</daten>` + strings.Repeat(`<zeile q:nr="1">`+strings.Repeat("Text ", 200)+`</zeile>`, 200) + `</antrag>`
	text := []byte(strings.Repeat("not XML & not small\n", 20_000))
	verified := 0
	for _, m := range methods {
		for name, r := range map[string]signature.SignRequest{
			"enveloped": {Document: []byte(doc), References: []signature.SignReference{{Canonicalization: m.uri}, {URI: "#p1", Canonicalization: m.uri}, {URI: "#d1", Base64: true}}},
			"by ID":     {Document: []byte(doc), References: []signature.SignReference{{URI: "#root", Canonicalization: m.uri}}},
			"elements":  {Form: signature.SameDocument, Document: []byte(doc), References: []signature.SignReference{{URI: "#d1", Canonicalization: m.uri}, {URI: "#p1", Canonicalization: m.uri}}},
			"files": {Form: signature.Detached, Files: map[string][]byte{"a.xml": []byte(doc), "b.bin": text, "c.txt": []byte("RXJpa2E=")}, References: []signature.SignReference{
				{URI: "a.xml", Canonicalization: m.uri}, {URI: "b.bin"}, {URI: "c.txt", Base64: true}, {URI: "a.xml"}}},
		} {
			signed, err := signPair().signer(t).Sign(r)
			require.NoError(t, err, name)
			request := signature.Request{Form: r.Form, Document: signed, Files: r.Files}
			report, err := both(t, signPair().verifier(), request)
			require.NoError(t, err)
			require.Equal(t, finding.Accepted, report.Verdict, "%s %v", name, report)
			verified++
			forged := request
			if forged.Document = bytes.Replace(signed, []byte("Erika"), []byte("Erich"), 1); name == "files" {
				forged.Document, forged.Files = signed, map[string][]byte{"a.xml": []byte(doc), "b.bin": append(text[:len(text):len(text)], '!'), "c.txt": []byte("RXJpa2E=")}
			}
			report, err = both(t, signPair().verifier(), forged)
			require.NoError(t, err)
			require.Equal(t, finding.Rejected, report.Verdict, name)
		}
	}
	require.Equal(t, 24, verified)
}

// TestLargeRefuses: requests that contradict themselves, files that end early, and
// documents that change.
func TestLargeRefuses(t *testing.T) {
	ctx, v := context.Background(), signPair().verifier()
	files := map[string][]byte{"a.xml": []byte("<a/>"), "b.bin": []byte(strings.Repeat("x", 200_000))}
	signed, err := signPair().signer(t).Sign(signature.SignRequest{Form: signature.Detached, Files: files, References: []signature.SignReference{{URI: "a.xml", Canonicalization: signature.ExclusiveC14N}, {URI: "b.bin"}}})
	require.NoError(t, err)
	good := large(signature.Request{Form: signature.Detached, Document: signed, Files: files})
	report, err := v.Verify(ctx, good)
	require.NoError(t, err)
	require.Equal(t, finding.Accepted, report.Verdict)
	for name, change := range map[string]func(r *signature.Request){
		"document twice": func(r *signature.Request) { r.Document = signed },
		"file twice":     func(r *signature.Request) { r.Files = files },
		"no file":        func(r *signature.Request) { r.LargeFiles = map[string]*io.SectionReader{"a.xml": nil} },
		"file too short": func(r *signature.Request) {
			r.LargeFiles = map[string]*io.SectionReader{"a.xml": section(files["a.xml"]), "b.bin": io.NewSectionReader(strings.NewReader("x"), 0, 5)}
		},
		"unreadable": func(r *signature.Request) { r.Large = io.NewSectionReader(failingAt{}, 0, 10) },
	} {
		r := good
		change(&r)
		report, err := v.Verify(ctx, r)
		assert.Error(t, err, name)
		assert.Nil(t, report, name)
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	_, err = v.Verify(gone, good)
	require.ErrorIs(t, err, context.Canceled)

	doc := signedIDs(t, 2)
	mutable := bytes.Clone(doc)
	report, err = v.Verify(ctx, signature.Request{Form: signature.Enveloped, Large: section(mutable)})
	require.NoError(t, err)
	require.Equal(t, finding.Accepted, report.Verdict)
	copy(mutable[bytes.Index(mutable, []byte("Erika")):], "Erich")
	in, err := report.ContentReader(ctx)
	require.NoError(t, err)
	got, err := io.ReadAll(in)
	require.ErrorIs(t, err, signature.ErrChanged)
	require.NotContains(t, string(got), "Erich")
}

func signedIDs(t testing.TB, n int) []byte {
	t.Helper()
	var b strings.Builder
	b.WriteString("<antrag>")
	for i := range n {
		fmt.Fprintf(&b, `<person Id="p%d">Erika Mustermann</person>`, i)
	}
	b.WriteString("</antrag>")
	signed, err := signPair().signer(t).Sign(signature.SignRequest{Document: []byte(b.String()), References: []signature.SignReference{{}, {URI: "#p0"}}})
	require.NoError(t, err)
	return signed
}

// TestLargeLimits: IDs, and what must be in memory.
func TestLargeLimits(t *testing.T) {
	ctx, v := context.Background(), signPair().verifier()
	v.Limits.MaxIDs = 10
	_, err := v.Verify(ctx, signature.Request{Large: section(signedIDs(t, 11))})
	require.ErrorIs(t, err, signature.ErrTooManyIDs)
	report, err := v.Verify(ctx, signature.Request{Large: section(signedIDs(t, 9))})
	require.NoError(t, err)
	require.Equal(t, finding.Accepted, report.Verdict)

	big := "<d>" + strings.Repeat("x", 33<<20) + "</d>"
	signed, err := signPair().signer(t).Sign(signature.SignRequest{Form: signature.Enveloping, Objects: []signature.Object{{ID: "o", Content: []byte(big)}}, References: []signature.SignReference{{URI: "#o"}}})
	require.NoError(t, err)
	report, err = v.Verify(ctx, signature.Request{Form: signature.Enveloping, Large: section(signed)})
	require.NoError(t, err)
	rejected(t, report, "SIG-036")
	report, err = v.Verify(ctx, signature.Request{Form: signature.Enveloping, Document: signed})
	require.NoError(t, err)
	require.Equal(t, finding.Accepted, report.Verdict, "in memory anyway")
}

// TestLargeMemory verifies documents and files that are not in memory, with several
// references, and looks how much memory that takes: well below 1 MiB.
func TestLargeMemory(t *testing.T) {
	ctx := context.Background()
	doc := largeDocument(largest)
	h := sha256.New()
	_, err := io.Copy(h, io.NewSectionReader(doc, 0, doc.size()))
	require.NoError(t, err)
	g := detachedFile(t)
	canonical := sha256.New()
	require.NoError(t, signature.Canonicalize(canonical, io.NewSectionReader(doc, 0, doc.size()), signature.ExclusiveC14N, nil))
	base64Of := func(h hash.Hash) string { return base64.StdEncoding.EncodeToString(h.Sum(nil)) }
	g.references = ref(`URI="big.xml"`, "", base64Of(h)) + ref(`URI="big.xml" Id="two"`, tExc, base64Of(canonical))
	signed := signedLarge(t, doc)
	signed.heap, doc.heap = 0, 0
	for name, tt := range map[string]struct {
		data    *virtual
		request signature.Request
	}{
		"file, twice": {doc, signature.Request{Form: signature.Detached, Document: g.build(t), LargeFiles: map[string]*io.SectionReader{"big.xml": io.NewSectionReader(doc, 0, doc.size())}}},
		"enveloped":   {signed, signature.Request{Form: signature.Enveloped, Large: io.NewSectionReader(signed, 0, signed.size())}},
	} {
		t.Run(name, func(t *testing.T) {
			before := liveHeap()
			report, err := signPair().verifier().Verify(ctx, tt.request)
			require.NoError(t, err)
			require.Equal(t, finding.Accepted, report.Verdict, "%v", report)
			in, err := report.References[len(report.References)-1].ContentReader(ctx)
			require.NoError(t, err)
			n, err := io.Copy(io.Discard, in)
			require.NoError(t, err)
			require.Equal(t, doc.size(), n)
			used := int64(tt.data.heap) - int64(before)
			t.Logf("%d MB: %d KiB", tt.data.size()>>20, used>>10)
			require.NotZero(t, tt.data.heap)
			require.Less(t, used, int64(1<<20))
		})
	}
}
