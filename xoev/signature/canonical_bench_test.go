package signature_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"testing"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/signature"
)

// BenchmarkCanonicalize is parsing, exclusive canonicalisation and SHA-256,
// against the canonicaliser of goxmldsig on a tree of etree.
func BenchmarkCanonicalize(b *testing.B) {
	for _, size := range []int{5 << 10, 1 << 20, 50 << 20} {
		for kind, doc := range map[string][]byte{"lines": lines(size), "blob": blob(size)} {
			b.Run(fmt.Sprintf("%s/%dKB/ours", kind, size>>10), func(b *testing.B) {
				b.SetBytes(int64(len(doc)))
				b.ReportAllocs()
				for b.Loop() {
					h := sha256.New()
					require.NoError(b, signature.Canonicalize(h, bytes.NewReader(doc), signature.ExclusiveC14N, nil))
					h.Sum(nil)
				}
			})
			b.Run(fmt.Sprintf("%s/%dKB/goxmldsig", kind, size>>10), func(b *testing.B) {
				b.SetBytes(int64(len(doc)))
				b.ReportAllocs()
				for b.Loop() {
					tree := etree.NewDocument()
					require.NoError(b, tree.ReadFromBytes(doc))
					form, err := dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("").Canonicalize(tree.Root())
					require.NoError(b, err)
					sha256.Sum256(form)
				}
			})
		}
	}
}
