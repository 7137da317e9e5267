//go:build unix

package signature_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
)

// BenchmarkGrowth verifies documents that double in size, depth (up to the limit
// of 256), namespaces in scope and IDs; cpu-MB/s must grow or stay, since the
// operation of the key is a constant part. Packages xmlscan and internal/c14n
// have more of it, beyond the usual limits.
func BenchmarkGrowth(b *testing.B) {
	p := signPair()
	for _, shape := range []struct {
		name  string
		first int
		make  func(n int) string
	}{
		{"size", 8000, func(n int) string { return "<a>" + strings.Repeat("<b>text</b>", n) + "</a>" }},
		{"depth", 15, func(n int) string {
			deep := strings.Repeat("<b>", n) + strings.Repeat("</b>", n)
			return "<a>" + strings.Repeat(deep, 200) + "</a>"
		}},
		{"namespaces", 15, func(n int) string {
			var doc strings.Builder
			for i := range n {
				fmt.Fprintf(&doc, "<p%[1]d:a xmlns:p%[1]d='urn:%[1]d'>", i)
			}
			doc.WriteString(strings.Repeat("<p0:a/>", 20_000))
			for i := n - 1; i >= 0; i-- {
				fmt.Fprintf(&doc, "</p%d:a>", i)
			}
			return doc.String()
		}},
		{"IDs", 8000, func(n int) string {
			var doc strings.Builder
			for i := range n {
				fmt.Fprintf(&doc, "<b ID='id%d'/>", i)
			}
			return "<a>" + doc.String() + "</a>"
		}},
	} {
		for n := shape.first; n <= 16*shape.first; n *= 2 {
			doc := []byte(shape.make(n))
			signed, err := p.signer(b).SignEnveloped(doc, nil)
			require.NoError(b, err)
			check := func(name string, verify func() (*signature.Report, error)) {
				b.Run(fmt.Sprintf("%s/%d/%s", shape.name, n, name), func(b *testing.B) {
					m := byTurns(b, contestant{"cpu", func(b *testing.B) {
						report, err := verify()
						require.NoError(b, err)
						require.Equal(b, finding.Accepted, report.Verdict)
					}})
					b.ReportMetric(float64(len(signed))/m[0], "cpu-MB/s")
				})
			}
			check("memory", func() (*signature.Report, error) { return p.verifier().VerifyEnveloped(signed) })
			check("reader", func() (*signature.Report, error) {
				return p.verifier().VerifyEnvelopedReader(context.Background(), bytes.NewReader(signed), int64(len(signed)))
			})
		}
	}
}
