package xades_test

import (
	"context"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"io"
	"testing"
	"time"

	"github.com/digitorus/timestamp"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/signature/xades"
	"github.com/bausteine/egov/xoev/signature/xades/internal/tsatest"
)

const message = `<antrag xmlns="urn:example:antrag"><name>Erika Mustermann</name></antrag>`

// world is a signer and a time stamping authority of one root each.
type world struct {
	ca, signerOf *tsatest.Entity
	tsaCA        *tsatest.Entity
	tsa          *tsatest.TSA
	now          time.Time
	signer       *signature.Signer
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{ca: tsatest.NewCA("Wurzel Musterstadt"), tsaCA: tsatest.NewCA("Wurzel Zeitstempel")}
	w.signerOf = w.ca.Issue("Amt Musterstadt", nil)
	w.tsa = tsatest.NewTSA(w.tsaCA)
	w.now = w.tsa.Time.Add(time.Minute)
	w.signer = signerFor(t, w, w.signerOf.Cert)
	return w
}

func signerFor(t testing.TB, w *world, cert *x509.Certificate) *signature.Signer {
	t.Helper()
	s, err := signature.NewSignerWith(w.signerOf.Key, []*x509.Certificate{cert}, &signature.SignerOptions{Now: func() time.Time { return w.now }})
	require.NoError(t, err)
	return s
}

// TimeStamp makes the world a TimeStamper without a network, that checks nothing.
func (w *world) TimeStamp(_ context.Context, hash crypto.Hash, digest []byte) ([]byte, error) {
	query, err := (&timestamp.Request{HashAlgorithm: hash, HashedMessage: digest, Certificates: true}).Marshal()
	if err != nil {
		return nil, err
	}
	response, err := w.tsa.Respond(query)
	if err != nil {
		return nil, err
	}
	var r struct {
		Status asn1.RawValue
		Token  asn1.RawValue
	}
	_, err = asn1.Unmarshal(response, &r)
	return r.Token.FullBytes, err
}

func roots(certs ...*x509.Certificate) signature.Trust {
	pool := x509.NewCertPool()
	for _, c := range certs {
		pool.AddCert(c)
	}
	return signature.Pool(pool)
}

func (w *world) verifier() *xades.Verifier {
	return &xades.Verifier{
		Trust: roots(w.ca.Cert), TSATrust: roots(w.tsaCA.Cert), SkipRevocation: true, Now: func() time.Time { return w.now },
	}
}

// request is the plainest one; level B-T if stamped.
func (w *world) request(stamped bool) xades.SignRequest {
	r := xades.SignRequest{SignRequest: signature.SignRequest{Document: []byte(message), ID: "s1"}}
	if stamped {
		r.TimeStamper = w
	}
	return r
}

func (w *world) sign(t testing.TB, r xades.SignRequest) []byte {
	t.Helper()
	signed, err := xades.Sign(context.Background(), w.signer, r)
	require.NoError(t, err)
	return signed
}

func verify(t testing.TB, v *xades.Verifier, doc []byte) *xades.Report {
	t.Helper()
	report, err := v.Verify(context.Background(), signature.Request{Document: doc})
	require.NoError(t, err)
	large := signature.Request{Large: section(doc)}
	streamed, err := v.Verify(context.Background(), large)
	require.NoError(t, err)
	require.Equal(t, report.String(), streamed.String(), "in pieces as in memory")
	require.Equal(t, []any{report.Findings, report.Level, report.Properties, report.TimeStamps}, []any{streamed.Findings, streamed.Level, streamed.Properties, streamed.TimeStamps})
	if report.Indication == xades.TotalPassed {
		in, err := streamed.ContentReader(context.Background())
		require.NoError(t, err)
		content, err := io.ReadAll(in)
		require.NoError(t, err)
		require.Equal(t, string(report.Content()), string(content))
	} else {
		_, err := streamed.ContentReader(context.Background())
		require.ErrorIs(t, err, signature.ErrNotAccepted)
	}
	require.Equal(t, report.Indication.Verdict(), report.Verdict)
	require.Equal(t, report.Indication == xades.TotalPassed, report.SubIndication == "")
	if report.Indication != xades.TotalPassed {
		require.Nil(t, report.Content())
		require.Nil(t, report.Signature())
		require.Nil(t, report.Properties)
		require.Equal(t, xades.LevelNone, report.Level)
	}
	return report
}

func codes(findings []finding.Finding) []string {
	out := []string{}
	for _, f := range findings {
		out = append(out, f.Code)
	}
	return out
}

type certificate = x509.Certificate

const caUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign

// chainOf is the signer's certificate and what lies below the root.
func chainOf(w *world) []*x509.Certificate {
	chain := []*x509.Certificate{w.signerOf.Cert}
	if w.ca.Cert.CheckSignatureFrom(w.ca.Cert) != nil {
		chain = append(chain, w.ca.Cert)
	}
	return chain
}

type invalidError = finding.InvalidError

type stamper func() ([]byte, error)

func (s stamper) TimeStamp(context.Context, crypto.Hash, []byte) ([]byte, error) { return s() }

func signatureDigest(b []byte) string {
	sum := sha256.Sum256(b)
	return base64Of(sum[:])
}

func base64Of(b []byte) string { return base64.StdEncoding.EncodeToString(b) }
