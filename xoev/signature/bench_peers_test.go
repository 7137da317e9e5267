//go:build unix

package signature_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// BenchmarkPeers does what .ci/bench/xmlbench.c does with libxml2 and libxmlsec1,
// which reads the same documents: those that this writes to the folder in the
// environment variable EGOV_BENCH_FILES. It is started by .ci/bench/run, which
// prints the ratios; the metric is processor time.
func BenchmarkPeers(b *testing.B) {
	ctx := context.Background()
	sizes := []struct {
		name string
		doc  []byte
	}{{"lines-5KB", lines(5 << 10)}, {"lines-1MB", lines(1 << 20)}, {"lines-50MB", lines(50 << 20)}, {"blob-50MB", blob(50 << 20)}}
	for _, d := range sizes {
		benchFile(b, d.name+".xml", d.doc)
		turns(b, "sax-"+d.name, func(b *testing.B) {
			s := xmlscan.New(bytes.NewReader(d.doc), nil)
			for s.Next() {
				s.Name()
				s.Attrs()
				s.Text()
			}
			require.NoError(b, s.Err())
		})
		turns(b, "c14n-"+d.name, func(b *testing.B) {
			h := sha256.New()
			require.NoError(b, signature.Canonicalize(h, bytes.NewReader(d.doc), signature.ExclusiveC14N, nil))
			h.Sum(nil)
		})
	}
	for _, m := range []struct {
		name string
		k    keyed
		uri  string
	}{{"rsa", rsaKey(), signature.RSASHA256}, {"ecdsa", p256Key(), signature.ECDSASHA256}} {
		s, v := m.k.signer(b, signature.SignerOptions{Algorithm: m.uri}), m.k.verifier(signature.Policy{})
		benchKey(b, m.name, m.k)
		for _, d := range sizes[:3] {
			if m.name != "rsa" && d.name != "lines-5KB" {
				continue
			}
			signed, err := s.SignEnveloped(d.doc, nil)
			require.NoError(b, err)
			benchFile(b, m.name+"-signed-"+d.name+".xml", signed)
			benchFile(b, m.name+"-template-"+d.name+".xml", blankTemplate(signed))
			file := d.name + ".xml"
			sig, err := s.SignDetached(d.doc, file, nil)
			require.NoError(b, err)
			benchFile(b, m.name+"-detached-"+d.name+".xml", sig)
			verify := func(name string, check func() (*signature.Report, error)) {
				turns(b, name+"-"+m.name+"-"+d.name, func(b *testing.B) {
					report, err := check()
					require.NoError(b, err)
					require.Equal(b, finding.Accepted, report.Verdict)
				})
			}
			verify("verify", func() (*signature.Report, error) { return v.VerifyEnveloped(signed) })
			verify("detached", func() (*signature.Report, error) { return v.VerifyDetached(d.doc, sig, file) })
			verify("verify-reader", func() (*signature.Report, error) {
				return v.VerifyEnvelopedReader(ctx, bytes.NewReader(signed), int64(len(signed)))
			})
			verify("detached-reader", func() (*signature.Report, error) {
				return v.VerifyDetachedReader(ctx, bytes.NewReader(d.doc), int64(len(d.doc)), sig, file)
			})
			turns(b, "sign-"+m.name+"-"+d.name, func(b *testing.B) {
				_, err := s.SignEnveloped(d.doc, nil)
				require.NoError(b, err)
			})
		}
	}
}

// turns is byTurns of one.
func turns(b *testing.B, name string, work func(b *testing.B)) {
	b.Run(name, func(b *testing.B) { byTurns(b, contestant{"cpu", work}) })
}

// benchFile writes a document for the peers.
func benchFile(b *testing.B, name string, content []byte) {
	if dir := os.Getenv("EGOV_BENCH_FILES"); dir != "" {
		require.NoError(b, os.WriteFile(filepath.Join(dir, name), content, 0o600))
	}
}

func benchKey(b *testing.B, name string, k keyed) {
	if dir := os.Getenv("EGOV_BENCH_FILES"); dir != "" {
		writePEM(b, filepath.Join(dir, name+".cert.pem"), "CERTIFICATE", k.cert.Raw)
		der, err := x509.MarshalPKCS8PrivateKey(crypto.PrivateKey(k.key))
		require.NoError(b, err)
		writePEM(b, filepath.Join(dir, name+".key.pem"), "PRIVATE KEY", der)
	}
}

// blankTemplate empties what xmlsec1 fills.
func blankTemplate(signed []byte) []byte {
	return regexp.MustCompile(`(<ds:(DigestValue|SignatureValue)>)[^<]*`).ReplaceAll(signed, []byte("$1"))
}
