package signature_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
)

// virtual is a document of any size that is not in memory: parts one after the
// other, one of them repeated. It looks at the heap now and then.
type virtual struct {
	parts  []part
	ends   []int64
	read   int64
	looked int64
	heap   uint64
}

type part struct {
	text  string
	times int64
}

func newVirtual(parts ...part) *virtual {
	v := &virtual{parts: parts}
	end := int64(0)
	for _, p := range parts {
		end += int64(len(p.text)) * p.times
		v.ends = append(v.ends, end)
	}
	return v
}

func (v *virtual) size() int64 { return v.ends[len(v.ends)-1] }

// ReadAt fills b with the document from off on.
func (v *virtual) ReadAt(b []byte, off int64) (n int, err error) {
	for n < len(b) && off < v.size() {
		i := sort.Search(len(v.ends), func(i int) bool { return v.ends[i] > off })
		start := int64(0)
		if i > 0 {
			start = v.ends[i-1]
		}
		text := v.parts[i].text
		m := copy(b[n:], text[(off-start)%int64(len(text)):])
		m = min(m, int(v.ends[i]-off))
		n, off = n+m, off+int64(m)
	}
	if v.read += int64(n); v.read-v.looked > 8<<20 {
		v.looked = v.read
		v.heap = max(v.heap, liveHeap())
	}
	if n < len(b) {
		err = io.EOF
	}
	return n, err
}

func liveHeap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// record is repeated in large documents.
const record = "\n  <person nr=\"4711\" art=\"n\"><vorname>Erika</vorname><name>Mustermann</name><ort plz=\"12345\">Musterstadt</ort></person>"

func largeDocument(size int64) *virtual {
	text := strings.Repeat(record, 500)
	return newVirtual(part{`<liste xmlns="urn:example:liste" ID="x">`, 1}, part{text, size / int64(len(text))}, part{"\n</liste>", 1})
}

// signatureOf takes the signature out of what SignEnvelopedReader writes.
type signatureOf struct{ tail []byte }

func (s *signatureOf) Write(p []byte) (int, error) {
	s.tail = append(s.tail, p...)
	s.tail = s.tail[max(0, len(s.tail)-128<<10):]
	return len(p), nil
}

// signedLarge signs a large document and returns it with the signature inside.
func signedLarge(t testing.TB, doc *virtual) *virtual {
	t.Helper()
	var out signatureOf
	require.NoError(t, signPair().signer(t).SignEnvelopedReader(context.Background(), &out, doc, doc.size(), nil))
	tail := string(out.tail)
	from := strings.Index(tail, "<ds:Signature ")
	require.Positive(t, from)
	end := doc.parts[2].text
	cut := strings.Index(end, "</")
	return newVirtual(doc.parts[0], doc.parts[1], part{end[:cut], 1}, part{tail[from:], 1})
}

const largest = 64 << 20

// TestLargeDocuments signs and verifies documents that are not in memory, and
// looks how much memory that takes: well below 1 MiB.
func TestLargeDocuments(t *testing.T) {
	ctx := context.Background()
	p := signPair()
	before := liveHeap()
	within := func(what string, v *virtual) {
		t.Helper()
		require.NotZero(t, v.heap)
		used := int64(v.heap) - int64(before)
		t.Logf("%s: %d KiB", what, used>>10)
		require.Less(t, used, int64(1<<20), what)
		v.heap = 0
	}
	doc := largeDocument(largest)
	sig, err := p.signer(t).SignDetachedReader(ctx, doc, doc.size(), "antrag.xml", nil)
	require.NoError(t, err)
	within("sign detached", doc)
	report, err := p.verifier().VerifyDetachedReader(ctx, doc, doc.size(), sig, "antrag.xml")
	require.NoError(t, err)
	require.Equal(t, finding.Accepted, report.Verdict)
	within("verify detached", doc)

	signed := signedLarge(t, doc)
	within("sign enveloped", doc)
	report, err = p.verifier().VerifyEnvelopedReader(ctx, signed, signed.size())
	require.NoError(t, err)
	require.Equal(t, finding.Accepted, report.Verdict, "%v", report)
	within("verify enveloped", signed)

	content, err := report.ContentReader(ctx)
	require.NoError(t, err)
	n, err := io.Copy(io.Discard, content)
	require.NoError(t, err)
	require.Equal(t, doc.size(), n) // it was canonical already
	within("content", signed)

	signed.parts[1].text = strings.Replace(signed.parts[1].text, "Erika", "Erich", 1)
	report, err = p.verifier().VerifyEnvelopedReader(ctx, signed, signed.size())
	require.NoError(t, err)
	require.True(t, finding.Has(report.Findings, "SIG-034"))
	within("refuse", signed)
}

// TestLargeSpool reads a stream that is longer than memory should hold.
func TestLargeSpool(t *testing.T) {
	signed := signedLarge(t, largeDocument(8<<20))
	before := liveHeap()
	s, err := signature.NewSpool(context.Background(), io.NewSectionReader(signed, 0, signed.size()), 16<<20, t.TempDir())
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	require.Less(t, int64(liveHeap())-int64(before), int64(1<<20))
	report, err := signPair().verifier().VerifyEnvelopedReader(context.Background(), s, s.Size())
	require.NoError(t, err)
	require.Equal(t, finding.Accepted, report.Verdict)
}

// BenchmarkLarge verifies documents of 50 and 500 MB that are not in memory.
// peak-KiB is the most that the heap held, beyond what it held before.
func BenchmarkLarge(b *testing.B) {
	ctx := context.Background()
	p := signPair()
	for _, size := range []int64{50 << 20, 500 << 20} {
		doc := largeDocument(size)
		sig, err := p.signer(b).SignDetachedReader(ctx, doc, doc.size(), "antrag.xml", nil)
		require.NoError(b, err)
		signed := signedLarge(b, doc)
		verify := func(name string, v *virtual, check func() (*signature.Report, error)) {
			b.Run(fmt.Sprintf("%s/%dMB", name, size>>20), func(b *testing.B) {
				before := liveHeap()
				v.heap = 0
				b.SetBytes(v.size())
				for b.Loop() {
					if report, err := check(); err != nil || report.Verdict != finding.Accepted {
						b.Fatal(report, err)
					}
				}
				b.ReportMetric(float64(int64(v.heap)-int64(before))/1024, "peak-KiB")
			})
		}
		verify("enveloped", signed, func() (*signature.Report, error) {
			return p.verifier().VerifyEnvelopedReader(ctx, signed, signed.size())
		})
		verify("detached", doc, func() (*signature.Report, error) {
			return p.verifier().VerifyDetachedReader(ctx, doc, doc.size(), sig, "antrag.xml")
		})
	}
}

// TestVirtual shows that the large documents are what they seem.
func TestVirtual(t *testing.T) {
	v := newVirtual(part{"ab", 1}, part{"cde", 3}, part{"f", 1})
	all, err := io.ReadAll(io.NewSectionReader(v, 0, v.size()))
	require.NoError(t, err)
	require.Equal(t, "abcdecdecdef", string(all))
	doc := largeDocument(1 << 20)
	all, err = io.ReadAll(io.NewSectionReader(doc, 0, doc.size()))
	require.NoError(t, err)
	require.True(t, bytes.HasSuffix(all, []byte("</person>\n</liste>")))
}
