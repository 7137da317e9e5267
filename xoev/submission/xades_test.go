package submission_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/signature/xades"
	"github.com/bausteine/egov/xoev/submission"
)

// ecdsaIdentity is a P-256 key with a certificate of the same dates as those of
// newIdentity.
func ecdsaIdentity(t *testing.T, now func() time.Time) (*signature.Signer, *x509.Certificate) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "Onlinedienst Musterstadt"},
		NotBefore: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC),
		KeyUsage: x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	signer, err := signature.NewSigner(key, []*x509.Certificate{cert})
	require.NoError(t, err)
	signer.Now = now
	return signer, cert
}

// TestReceiveXAdES: a submission signed with XAdES B-B and an ECDSA key, changed
// in every place that must not be changed, and what a receiver takes that does or
// does not take plain signatures.
func TestReceiveXAdES(t *testing.T) {
	c := newClock()
	signer, cert := ecdsaIdentity(t, c.Now)
	doc := form("a-1", "")
	sig, err := submission.SignXAdES(t.Context(), signer, doc, "antrag.xml", nil)
	require.NoError(t, err)
	plain, err := signer.SignDetached(doc, "antrag.xml", nil)
	require.NoError(t, err)
	enveloped, err := xades.Sign(t.Context(), signer, xades.SignRequest{SignRequest: signature.SignRequest{Document: doc}})
	require.NoError(t, err)
	plainEnveloped, err := signer.SignEnveloped(doc, nil)
	require.NoError(t, err)
	_, err = submission.SignXAdES(t.Context(), signer, doc, "a/b.xml", nil)
	require.ErrorIs(t, err, signature.ErrName)

	trust := signature.Pinned(cert)
	pure := &submission.XAdESVerifier{XAdES: &xades.Verifier{Trust: trust, SkipRevocation: true, Now: c.Now}}
	both := &submission.XAdESVerifier{XAdES: pure.XAdES, Plain: &signature.Verifier{Trust: trust, Now: c.Now}}
	demanding := &submission.XAdESVerifier{XAdES: &xades.Verifier{Trust: trust, SkipRevocation: true, Now: c.Now, MinLevel: xades.LevelT}}
	untrusting := &submission.XAdESVerifier{XAdES: &xades.Verifier{Trust: signature.Pinned(newDesk(t, submission.NewMemoryInbox(), nil).id.cert), SkipRevocation: true, Now: c.Now}}
	for name, tc := range map[string]struct {
		verifier submission.Verifier
		doc, sig string
		verdict  finding.Verdict
	}{
		"XAdES":                          {pure, string(doc), string(sig), finding.Accepted},
		"XAdES, where both are taken":    {both, string(doc), string(sig), finding.Accepted},
		"XAdES inside the document":      {pure, string(enveloped), "", finding.Accepted},
		"plain, where both are taken":    {both, string(doc), string(plain), finding.Accepted},
		"plain inside, both are taken":   {both, string(plainEnveloped), "", finding.Accepted},
		"plain":                          {pure, string(doc), string(plain), finding.Rejected},
		"plain inside the document":      {pure, string(plainEnveloped), "", finding.Rejected},
		"level is too low":               {demanding, string(doc), string(sig), finding.Rejected},
		"somebody else's":                {untrusting, string(doc), string(sig), finding.Rejected},
		"document changed":               {both, string(form("a-1", "<neu/>")), string(sig), finding.Rejected},
		"time of signing changed":        {both, string(doc), strings.Replace(string(sig), "<xades:SigningTime>2026", "<xades:SigningTime>2025", 1), finding.Rejected},
		"not even a signature":           {both, string(doc), "<a/>", finding.Rejected},
		"properties named and not there": {both, string(doc), strings.ReplaceAll(string(plain), "<ds:KeyInfo>", `<ds:KeyInfo xmlns:x="`+xades.NS+`">`), finding.Accepted},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, submission.NewMemoryInbox(), func(o *submission.ReceiverOptions) {
				o.VerifierOf = func(string) submission.Verifier { return tc.verifier }
			})
			r, err := d.Receive(context.Background(), submission.Package{Tenant: tenant, ID: "a-1", Name: "antrag.xml", Document: []byte(tc.doc), Signature: []byte(tc.sig)})
			require.NoError(t, err)
			require.Equal(t, tc.verdict, r.Verdict, r)
			if tc.verdict == finding.Accepted {
				require.Equal(t, cert.Raw, r.Submitted.Signer.Raw)
				require.NotContains(t, string(r.Submitted.Content), "Signature")
			}
		})
	}
}

// TestReceiptsSignedWithECDSA: receivers sign receipts with keys of this kind, too.
func TestReceiptsSignedWithECDSA(t *testing.T) {
	both(t, func(t *testing.T, on kind) {
		c := newClock()
		signer, cert := ecdsaIdentity(t, c.Now)
		l := newLine(t, on,
			func(o *submission.ReceiverOptions) {
				o.SignReceipt = func(b []byte) ([]byte, error) { return signer.SignEnveloped(b, nil) }
			},
			func(o *submission.OutboxOptions) {
				o.ReceiptVerifier = &signature.Verifier{Trust: signature.Pinned(cert), Now: c.Now}
			})
		l.submit(l.good("a-1"))
		_, err := l.outbox.SendDue(t.Context(), 10)
		require.NoError(t, err)
		_, err = l.ReceiveDirectory(t.Context(), l.packages, l.receipts)
		require.NoError(t, err)
		n, err := l.outbox.CollectReceipts(t.Context(), l.receipts)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		e, err := l.outbox.Get(t.Context(), tenant, "a-1")
		require.NoError(t, err)
		require.Equal(t, submission.StateConfirmed, e.State)
	})
}

// TestUndeterminedStays: while nothing is known about revocation a package is not
// judged, neither with XAdES nor without, and comes to its verdict later.
func TestUndeterminedStays(t *testing.T) {
	c := newClock()
	signer, cert := ecdsaIdentity(t, c.Now)
	doc := form("a-1", "")
	advanced, err := submission.SignXAdES(t.Context(), signer, doc, "antrag.xml", nil)
	require.NoError(t, err)
	plain, err := signer.SignDetached(doc, "antrag.xml", nil)
	require.NoError(t, err)
	for name, sig := range map[string][]byte{"XAdES": advanced, "plain": plain} {
		known := &revocation{}
		trust := chain{signature.Pinned(cert), cert}
		verifier := &submission.XAdESVerifier{
			XAdES: &xades.Verifier{Trust: trust, Revocation: known, Now: c.Now},
			Plain: &signature.Verifier{Trust: trust, Revocation: known, Now: c.Now},
		}
		d := newDesk(t, submission.NewMemoryInbox(), func(o *submission.ReceiverOptions) {
			o.VerifierOf = func(string) submission.Verifier { return verifier }
		})
		p := submission.Package{Tenant: tenant, ID: "a-1", Name: "antrag.xml", Document: doc, Signature: sig}
		_, err := d.Receive(t.Context(), p)
		require.Error(t, err, name)
		known.status = signature.RevocationRevoked
		require.Equal(t, finding.Rejected, d.receive(p).Verdict, name)
		known.status = signature.RevocationGood
		require.Equal(t, finding.Accepted, d.receive(p).Verdict, name)
	}
}

// revocation knows the same about every certificate.
type revocation struct{ status signature.RevocationStatus }

func (r *revocation) Status(context.Context, *x509.Certificate, *x509.Certificate, time.Time) (signature.RevocationStatus, error) {
	return r.status, nil
}

// chain gives a pinned certificate an issuer, itself, that can be asked.
type chain struct {
	signature.Trust
	cert *x509.Certificate
}

func (c chain) Chains(context.Context, *x509.Certificate, []*x509.Certificate, time.Time) ([][]*x509.Certificate, error) {
	return [][]*x509.Certificate{{c.cert, c.cert}}, nil
}

// TestSeveralThings: a signature that covers more than the document, or it twice, is
// good, but there is not one content to go on with. It is refused, not put off.
func TestSeveralThings(t *testing.T) {
	c := newClock()
	signer, cert := ecdsaIdentity(t, c.Now)
	doc := form("a-1", "")
	files := map[string][]byte{"antrag.xml": doc}
	sig, err := xades.Sign(t.Context(), signer, xades.SignRequest{SignRequest: signature.SignRequest{
		Form: signature.Detached, Files: files,
		References: []signature.SignReference{{URI: "antrag.xml", Canonicalization: signature.ExclusiveC14N}, {URI: "antrag.xml"}},
	}})
	require.NoError(t, err)
	v := &submission.XAdESVerifier{XAdES: &xades.Verifier{Trust: signature.Pinned(cert), SkipRevocation: true, Now: c.Now}}
	report, err := v.VerifyDetached(doc, sig, "antrag.xml")
	require.NoError(t, err)
	require.Nil(t, report.Content())
	require.Equal(t, finding.Rejected, report.Verdict)
	require.True(t, finding.Has(report.Findings, "SIG-051"))
}
