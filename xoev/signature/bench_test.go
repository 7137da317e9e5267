package signature_test

import (
	"crypto/x509"
	"fmt"
	"strings"
	"testing"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
)

// lines is a message of many small elements, about size bytes long.
func lines(size int) []byte {
	var b strings.Builder
	b.WriteString(`<liste xmlns="urn:example:liste" ID="x">`)
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, "\n  <person nr=\"%d\" art=\"n\"><vorname>Erika</vorname><name>Mustermann</name><ort plz=\"12345\">Musterstadt</ort></person>", i)
	}
	b.WriteString("\n</liste>")
	return []byte(b.String())
}

// blob is a message with one base64 element.
func blob(size int) []byte {
	return []byte(`<akte xmlns="urn:example:akte" ID="x"><inhalt>` + strings.Repeat("QmF1c3RlaW5l", size/12) + `</inhalt></akte>`)
}

func benchMessages() []struct {
	name string
	doc  []byte
} {
	return []struct {
		name string
		doc  []byte
	}{{"5KB-lines", lines(5 << 10)}, {"1MB-lines", lines(1 << 20)}, {"1MB-blob", blob(1 << 20)}}
}

func BenchmarkSign(b *testing.B) {
	p := signPair()
	for _, m := range benchMessages() {
		b.Run(m.name+"/ours", func(b *testing.B) {
			s := p.signer(b)
			b.SetBytes(int64(len(m.doc)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.SignEnveloped(m.doc, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(m.name+"/goxmldsig", func(b *testing.B) {
			store := dsig.TLSCertKeyStore{Certificate: [][]byte{p.cert.Raw}, PrivateKey: p.key}
			b.SetBytes(int64(len(m.doc)))
			b.ReportAllocs()
			for b.Loop() {
				tree := etree.NewDocument()
				require.NoError(b, tree.ReadFromBytes(m.doc))
				ctx := dsig.NewDefaultSigningContext(store)
				ctx.Canonicalizer = dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("")
				root, err := ctx.SignEnveloped(tree.Root())
				if err != nil {
					b.Fatal(err)
				}
				tree.SetRoot(root)
				if _, err := tree.WriteToBytes(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// signatureFirst moves the signature to the front of the root, since goxmldsig
// gives up before it finds one behind many elements.
func signatureFirst(b *testing.B, signed []byte) []byte {
	s := string(signed)
	from, to := strings.Index(s, "<ds:Signature "), strings.Index(s, "</ds:Signature>")+len("</ds:Signature>")
	require.Positive(b, from)
	start := strings.Index(s, ">") + 1
	return []byte(s[:start] + s[from:to] + s[start:from] + s[to:])
}

func BenchmarkVerify(b *testing.B) {
	p := signPair()
	for _, m := range benchMessages() {
		signed, err := p.signer(b).SignEnveloped(m.doc, &signature.SignOptions{ByID: true})
		require.NoError(b, err)
		first := signatureFirst(b, signed)
		b.Run(m.name+"/ours", func(b *testing.B) {
			v := p.verifier()
			b.SetBytes(int64(len(signed)))
			b.ReportAllocs()
			for b.Loop() {
				report, err := v.VerifyEnveloped(signed)
				if err != nil || report.Verdict != finding.Accepted {
					b.Fatal(report, err)
				}
			}
		})
		b.Run(m.name+"/goxmldsig", func(b *testing.B) {
			b.SetBytes(int64(len(first)))
			b.ReportAllocs()
			for b.Loop() {
				tree := etree.NewDocument()
				require.NoError(b, tree.ReadFromBytes(first))
				ctx := dsig.NewDefaultValidationContext(&dsig.MemoryX509CertificateStore{Roots: []*x509.Certificate{p.cert}})
				ctx.Clock = dsig.NewFakeClockAt(clock)
				if _, err := ctx.Validate(tree.Root()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkRSA is the bare RSA operation in every signature and verification.
func BenchmarkRSA(b *testing.B) {
	p := signPair()
	s, v := p.signer(b), p.verifier()
	signed, err := s.SignEnveloped([]byte("<a/>"), nil)
	require.NoError(b, err)
	b.Run("sign-empty", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.SignEnveloped([]byte("<a/>"), nil); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("verify-empty", func(b *testing.B) {
		for b.Loop() {
			if _, err := v.VerifyEnveloped(signed); err != nil {
				b.Fatal(err)
			}
		}
	})
}
