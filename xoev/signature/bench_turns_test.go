//go:build unix

package signature_test

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"io"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
)

// contestant does a piece of work in one way.
type contestant struct {
	name string
	work func(b *testing.B)
}

// processorTime is what the process has used so far, garbage collection
// included; other processes on the machine do not count.
func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// byTurns lets the contestants work by turns, at least 10 ms each, and returns
// and reports the median of each one's processor time, in microseconds.
func byTurns(b *testing.B, list ...contestant) []float64 {
	took := make([][]float64, len(list))
	for b.Loop() {
		for i, c := range list {
			runtime.GC() // or one pays for what another has left behind
			n, start := 0, processorTime(b)
			for n == 0 || processorTime(b)-start < 10*time.Millisecond {
				c.work(b)
				n++
			}
			took[i] = append(took[i], float64(processorTime(b)-start)/float64(n)/1e3)
		}
	}
	medians := make([]float64, len(list))
	for i, c := range list {
		slices.Sort(took[i])
		medians[i] = took[i][len(took[i])/2]
		b.ReportMetric(medians[i], c.name+"-µs")
	}
	b.ReportMetric(0, "ns/op")
	return medians
}

// goxmldsigVerify verifies as goxmldsig does, which needs the signature in front.
func goxmldsigVerify(b *testing.B, doc []byte, cert *x509.Certificate) {
	tree := etree.NewDocument()
	require.NoError(b, tree.ReadFromBytes(doc))
	ctx := dsig.NewDefaultValidationContext(&dsig.MemoryX509CertificateStore{Roots: []*x509.Certificate{cert}})
	ctx.Clock = dsig.NewFakeClockAt(clock)
	_, err := ctx.Validate(tree.Root())
	require.NoError(b, err)
}

func goxmldsigSign(b *testing.B, doc []byte, key crypto.Signer, cert *x509.Certificate) {
	tree := etree.NewDocument()
	require.NoError(b, tree.ReadFromBytes(doc))
	ctx, err := dsig.NewSigningContext(key, [][]byte{cert.Raw})
	require.NoError(b, err)
	ctx.Canonicalizer = dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("")
	root, err := ctx.SignEnveloped(tree.Root())
	require.NoError(b, err)
	tree.SetRoot(root)
	_, err = tree.WriteToBytes()
	require.NoError(b, err)
}

// recorded is a key that does its work only once for each digest.
type recorded struct {
	crypto.Signer
	values map[string][]byte
}

func (k recorded) Sign(r io.Reader, digest []byte, opts crypto.SignerOpts) (value []byte, err error) {
	if value = k.values[string(digest)]; value == nil {
		value, err = k.Signer.Sign(r, digest, opts)
		k.values[string(digest)] = value
	}
	return value, err
}

// BenchmarkRatio is how many times as long as ours goxmldsig takes: x for the whole
// work, x-without-rsa without the bare RSA-3072 operation, which is the same for
// both. Signing, that is taken from a record; ours then verifies the value, as it
// does with all keys that are not in memory, which is subtracted.
func BenchmarkRatio(b *testing.B) {
	for _, size := range []int{5 << 10, 1 << 20, 50 << 20} {
		for i, doc := range [][]byte{lines(size), blob(size)} {
			b.Run(fmt.Sprintf("c14n/%s/%dKB", []string{"lines", "blob"}[i], size>>10), func(b *testing.B) {
				m := byTurns(b, contestant{"ours", func(b *testing.B) {
					h := sha256.New()
					require.NoError(b, signature.Canonicalize(h, bytes.NewReader(doc), signature.ExclusiveC14N, nil))
					h.Sum(nil)
				}}, contestant{"goxmldsig", func(b *testing.B) {
					tree := etree.NewDocument()
					require.NoError(b, tree.ReadFromBytes(doc))
					form, err := dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList("").Canonicalize(tree.Root())
					require.NoError(b, err)
					sha256.Sum256(form)
				}})
				b.ReportMetric(m[1]/m[0], "x")
			})
		}
	}
	p := signPair()
	doc := lines(5 << 10)
	verifier := p.verifier()
	signed, err := p.signer(b).SignEnveloped(doc, &signature.SignOptions{ByID: true})
	require.NoError(b, err)
	first := signatureFirst(b, signed)
	sum := sha256.Sum256(doc)
	value, err := rsa.SignPKCS1v15(rand.Reader, p.key, crypto.SHA256, sum[:])
	require.NoError(b, err)
	bare := contestant{"rsa-verify", func(b *testing.B) {
		require.NoError(b, rsa.VerifyPKCS1v15(&p.key.PublicKey, crypto.SHA256, sum[:], value))
	}}
	b.Run("verify/lines/5KB", func(b *testing.B) {
		m := byTurns(b, contestant{"ours", func(b *testing.B) {
			report, err := verifier.VerifyEnveloped(signed)
			require.NoError(b, err)
			require.Equal(b, finding.Accepted, report.Verdict)
		}}, contestant{"goxmldsig", func(b *testing.B) { goxmldsigVerify(b, first, p.cert) }}, bare)
		b.ReportMetric(m[1]/m[0], "x")
		b.ReportMetric((m[1]-m[2])/(m[0]-m[2]), "x-without-rsa")
	})
	key := recorded{p.key, map[string][]byte{}}
	signer, err := signature.NewSignerWith(key, []*x509.Certificate{p.cert}, &signature.SignerOptions{Now: now})
	require.NoError(b, err)
	b.Run("sign/lines/5KB", func(b *testing.B) {
		m := byTurns(b, contestant{"ours", func(b *testing.B) {
			_, err := signer.SignEnveloped(doc, nil)
			require.NoError(b, err)
		}}, contestant{"goxmldsig", func(b *testing.B) { goxmldsigSign(b, doc, key, p.cert) }}, bare)
		b.ReportMetric(m[1]/(m[0]-m[2]), "x-without-rsa")
	})
}
