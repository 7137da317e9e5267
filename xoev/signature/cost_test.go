package signature_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// flooded puts a signature below elements with a thousand declarations.
func flooded(signature string) []byte {
	var doc strings.Builder
	for i := range 4 {
		fmt.Fprintf(&doc, `<a`)
		for k := range 250 {
			fmt.Fprintf(&doc, ` xmlns:n%d_%d="urn:x"`, i, k)
		}
		doc.WriteString(">")
	}
	return []byte(doc.String() + signature + strings.Repeat("</a>", 4))
}

// allocated is how many bytes a function allocates in all.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestNamespaceFlood: what anybody may send costs no more memory for having many
// declarations in scope of many expressions or signatures.
func TestNamespaceFlood(t *testing.T) {
	v := signPair().verifier()
	expressions := flooded(`<Signature ` + dsNS + ` Id="s"><SignedInfo xmlns="` + signature.XPathFilter2 + `">` +
		strings.Repeat("<XPath/>", 12_000) + `</SignedInfo></Signature>`)
	used := allocated(func() {
		report, err := v.Verify(context.Background(), signature.Request{Form: signature.SameDocument, Document: expressions, SignatureID: "s"})
		require.NoError(t, err)
		require.Equal(t, finding.Rejected, report.Verdict)
	})
	require.Less(t, used, uint64(32<<20))

	flood := strings.TrimSuffix(string(flooded("")), "</a></a></a></a>")
	one := flood[:strings.Index(flood, "><a")+1] // the root with its declarations
	signatures := []byte(one + strings.Repeat(`<Signature `+dsNS+`/>`, 10_000) + "</a>")
	used = allocated(func() {
		report, err := v.VerifyEnveloped(signatures)
		require.NoError(t, err)
		rejected(t, report, "SIG-002")
	})
	require.Less(t, used, uint64(32<<20))
}

// TestLongSignature: a signature that is longer than the limit is not held in
// memory, wherever the document is.
func TestLongSignature(t *testing.T) {
	doc := newVirtual(part{`<a><Signature ` + dsNS + `>`, 1}, part{strings.Repeat("<b/>", 16<<10), 1 << 10}, part{`</Signature></a>`, 1})
	used := allocated(func() {
		report, err := signPair().verifier().VerifyEnvelopedReader(context.Background(), doc, doc.size())
		require.NoError(t, err)
		require.True(t, finding.Has(report.Findings, "SIG-036"), "%v", report)
	})
	t.Logf("%d MiB allocated in all", used>>20)
	before := liveHeap()
	require.Less(t, int64(doc.heap)-int64(before), int64(4<<20))
	require.Less(t, used, uint64(doc.size())/2)
}

// namesInValues is a document of n prefixes and many values that could be names.
func namesInValues(n int) []byte {
	var doc strings.Builder
	for i := range n {
		if i%250 == 0 {
			doc.WriteString(strings.TrimPrefix("><a", strings.Repeat(">", 1-min(i, 1))))
		}
		fmt.Fprintf(&doc, ` xmlns:n%03d="urn:x"`, i)
	}
	doc.WriteString(">")
	for i := range 200_000 {
		fmt.Fprintf(&doc, "n%03d:b ", i%n)
	}
	doc.WriteString(strings.Repeat("</a>", (n+249)/250))
	return []byte(doc.String())
}

// TestNamesInValues: names in values are found, up to the limit of prefixes.
func TestNamesInValues(t *testing.T) {
	signer := signPair().signer(t)
	_, err := signer.SignEnveloped(namesInValues(120), nil)
	require.NoError(t, err)
	_, err = signer.SignEnveloped(namesInValues(1000), nil)
	var invalid *finding.InvalidError
	require.ErrorAs(t, err, &invalid)
	require.True(t, finding.Has(invalid.Findings, "SIG-039"), "%v", err)
}

// BenchmarkNamesInValues: looking for names in values takes no longer for having
// many prefixes.
func BenchmarkNamesInValues(b *testing.B) {
	signer := signPair().signer(b)
	for _, n := range []int{120, 1000} {
		doc := namesInValues(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				_, _ = signer.SignEnveloped(doc, nil) // 1000 are too many, which is known at the end
			}
		})
	}
}

// TestFileManyTimes: all canonical forms together are bounded, also those of
// files that are signed more than once.
func TestFileManyTimes(t *testing.T) {
	doc := swelling(1 << 20)
	files := map[string][]byte{"a.xml": doc}
	one := signature.SignReference{URI: "a.xml", Canonicalization: signature.ExclusiveC14N}
	signed, err := signPair().signer(t).Sign(signature.SignRequest{Form: signature.Detached, Files: files, References: []signature.SignReference{one}})
	require.NoError(t, err)
	v := signPair().verifier()
	report, err := v.Verify(context.Background(), signature.Request{Form: signature.Detached, Document: signed, Files: files})
	accepted(t, report, err)
	_, err = signPair().signer(t).Sign(signature.SignRequest{Form: signature.Detached, Files: files, References: []signature.SignReference{one, one, one}})
	require.ErrorContains(t, err, "too large")

	g := newShape(signature.Detached)
	g.request.Files = files
	digest := digestOf(canonicalForm(t, xmlscan.NewBytes(doc, nil), nil))
	g.references = strings.Repeat(ref(`URI="a.xml"`, tExc, digest), 3)
	report, err = g.verify(t)
	require.NoError(t, err)
	rejected(t, report, "SIG-041")
}

// TestIDsInSignature: IDs count towards the limit wherever they stand.
func TestIDsInSignature(t *testing.T) {
	var ids strings.Builder
	for i := range 1000 {
		fmt.Fprintf(&ids, `<b Id="i%d"/>`, i)
	}
	ids.WriteString("<b></c>")
	doc := `<a><Signature ` + dsNS + `>` + ids.String() + `</Signature></a>`
	v := signPair().verifier()
	v.Limits.MaxIDs = 1000
	_, err := v.VerifyEnvelopedReader(context.Background(), strings.NewReader(doc), int64(len(doc)))
	var invalid *finding.InvalidError
	require.ErrorAs(t, err, &invalid)
	v.Limits.MaxIDs = 999
	_, err = v.VerifyEnvelopedReader(context.Background(), strings.NewReader(doc), int64(len(doc)))
	require.ErrorIs(t, err, signature.ErrTooManyIDs)
}
