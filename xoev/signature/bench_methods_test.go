//go:build unix

package signature_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
)

// cpu reports the processor time of the process for each operation, which other
// processes on the machine do not blur; call it before the loop, and what it
// returns after it.
func cpu(b *testing.B) func() {
	start := processorTime(b)
	return func() { b.ReportMetric(float64(processorTime(b)-start)/float64(b.N), "cpu-ns/op") }
}

// BenchmarkMethods signs and verifies 5 KB with the bare operation of the key
// beside it, so that everything else can be told from it. goxmldsig has RSA with
// PKCS#1 v1.5 only.
func BenchmarkMethods(b *testing.B) {
	doc := lines(5 << 10)
	for _, m := range []struct {
		name string
		k    keyed
		uri  string
	}{
		{"RSA-3072", rsaKey(), signature.RSASHA256}, {"PSS-3072", rsaKey(), signature.RSAPSSSHA256}, {"P-256", p256Key(), signature.ECDSASHA256},
	} {
		s := m.k.signer(b, signature.SignerOptions{Algorithm: m.uri})
		v := m.k.verifier(signature.Policy{})
		signed, err := s.SignEnveloped(doc, &signature.SignOptions{ByID: true})
		require.NoError(b, err)
		b.Run(m.name+"/sign", func(b *testing.B) {
			b.ReportAllocs()
			defer cpu(b)()
			for b.Loop() {
				if _, err := s.SignEnveloped(doc, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(m.name+"/verify", func(b *testing.B) {
			b.ReportAllocs()
			defer cpu(b)()
			for b.Loop() {
				report, err := v.VerifyEnveloped(signed)
				if err != nil || report.Verdict != finding.Accepted {
					b.Fatal(report, err)
				}
			}
		})
		b.Run(m.name+"/verify-request", func(b *testing.B) {
			b.ReportAllocs()
			defer cpu(b)()
			for b.Loop() {
				report, err := v.Verify(context.Background(), signature.Request{Document: signed})
				if err != nil || report.Verdict != finding.Accepted {
					b.Fatal(report, err)
				}
			}
		})
		bare(b, m.name, m.k.key)
		if m.uri == signature.RSASHA256 {
			goxmldsigVerifies(b, m.k, signatureFirst(b, signed))
		}
	}
}

// bare is the operation of the key alone.
func bare(b *testing.B, name string, key crypto.Signer) {
	sum := sha256.Sum256([]byte("x"))
	var opts crypto.SignerOpts = crypto.SHA256
	pss := &rsa.PSSOptions{SaltLength: 32, Hash: crypto.SHA256}
	if name == "PSS-3072" {
		opts = pss
	}
	value, err := key.Sign(rand.Reader, sum[:], opts)
	require.NoError(b, err)
	b.Run(name+"/bare-sign", func(b *testing.B) {
		defer cpu(b)()
		for b.Loop() {
			if _, err := key.Sign(rand.Reader, sum[:], opts); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run(name+"/bare-verify", func(b *testing.B) {
		defer cpu(b)()
		for b.Loop() {
			ok := false
			switch public := key.Public().(type) {
			case *ecdsa.PublicKey:
				ok = ecdsa.VerifyASN1(public, sum[:], value)
			case *rsa.PublicKey:
				if opts == crypto.SignerOpts(pss) {
					ok = rsa.VerifyPSS(public, crypto.SHA256, sum[:], value, pss) == nil
				} else {
					ok = rsa.VerifyPKCS1v15(public, crypto.SHA256, sum[:], value) == nil
				}
			}
			if !ok {
				b.Fatal("wrong")
			}
		}
	})
}

func goxmldsigVerifies(b *testing.B, k keyed, first []byte) {
	b.Run("RSA-3072/goxmldsig-verify", func(b *testing.B) {
		defer cpu(b)()
		for b.Loop() {
			goxmldsigVerify(b, first, k.cert)
		}
	})
}
