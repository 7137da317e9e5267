package xades_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/signature/xades"
	"github.com/bausteine/egov/xoev/signature/xades/internal/tsatest"
)

// TestIndications has one case for each outcome that is not one of times; those
// are in TestTimes.
func TestIndications(t *testing.T) {
	tests := []struct {
		name   string
		signer func(*x509.Certificate)
		after  func(string) string
		verify func(*world, *xades.Verifier)
		want   xades.Indication
		sub    xades.SubIndication
	}{
		{name: "passed", want: xades.TotalPassed},
		{name: "document altered", after: replace("Erika", "Frieda"), want: xades.TotalFailed, sub: xades.HashFailure},
		{name: "properties altered", after: replace("text/xml", "text/css"), want: xades.TotalFailed, sub: xades.HashFailure},
		{name: "references altered", after: replace(`URI=""`, `URI="" Type="urn:x"`), want: xades.TotalFailed, sub: xades.SigCryptoFailure},
		{name: "structure", after: replace("<ds:SignatureValue", "<x/><ds:SignatureValue"), want: xades.TotalFailed, sub: xades.FormatFailure},
		{name: "altered, and expired", after: replace("Erika", "Frieda"), verify: func(w *world, _ *xades.Verifier) { w.now = tsatest.Start().AddDate(11, 0, 0) },
			want: xades.TotalFailed, sub: xades.HashFailure},
		{name: "expired, and not trusted", verify: func(w *world, v *xades.Verifier) {
			w.now, v.Trust = tsatest.Start().AddDate(11, 0, 0), roots(w.tsaCA.Cert)
		}, sub: xades.NoCertificateChainFound},
		{name: "not trusted", verify: func(w *world, v *xades.Verifier) { v.Trust = roots(w.tsaCA.Cert) }, sub: xades.NoCertificateChainFound},
		{name: "no certificate", after: drop("<ds:KeyInfo>", "</ds:KeyInfo>"), sub: xades.NoSigningCertificateFound},
		{name: "no signature", after: drop("<ds:Signature ", "</ds:Signature>"), sub: xades.SignedDataNotFound},
		{name: "reference to nothing", after: replace(`URI="#s1-sp"`, `URI="#s1-xx"`), want: xades.TotalFailed, sub: xades.SigCryptoFailure},
		{name: "unknown method", after: replace("ecdsa-sha256", "ecdsa-sha999"), sub: xades.CryptoConstraintsFailure},
		{name: "nothing known about revocation", verify: func(_ *world, v *xades.Verifier) { v.SkipRevocation = false }, sub: xades.TryLater},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t)
			doc := string(w.sign(t, w.request(false)))
			if tt.after != nil {
				require.NotEqual(t, doc, tt.after(doc))
				doc = tt.after(doc)
			}
			v := w.verifier()
			if tt.verify != nil {
				tt.verify(w, v)
			}
			report := verify(t, v, []byte(doc))
			assert.Equal(t, tt.want, report.Indication, "%v", report)
			assert.Equal(t, tt.sub, report.SubIndication, "%v", report)
		})
	}
}

// TestKeyUsage refuses a certificate that is not for signatures: the key signs,
// and a certificate of the same key for encryption is put into KeyInfo.
func TestKeyUsage(t *testing.T) {
	w := newWorld(t)
	issued := w.signerOf.Cert
	template := &x509.Certificate{
		SerialNumber: issued.SerialNumber, Subject: pkix.Name{CommonName: "Amt Musterstadt"}, KeyUsage: x509.KeyUsageKeyEncipherment,
		NotBefore: issued.NotBefore, NotAfter: issued.NotAfter,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, w.ca.Cert, issued.PublicKey, w.ca.Key)
	require.NoError(t, err)
	other, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	signed := string(w.sign(t, w.request(false)))
	swapped := strings.Replace(signed, base64Of(issued.Raw), base64Of(other.Raw), 1)
	require.NotEqual(t, signed, swapped)
	report := verify(t, w.verifier(), []byte(swapped))
	require.Equal(t, xades.ChainConstraintsFailure, report.SubIndication, "%v", report)
}

// TestOutdated judges an RSA key of 2048 bits, which ETSI TS 119 312 allows until
// 2028, years later: it holds by the time stamp, and not without.
func TestOutdated(t *testing.T) {
	w := newWorld(t)
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(5), Subject: pkix.Name{CommonName: "Amt Musterstadt"}, KeyUsage: x509.KeyUsageDigitalSignature,
		NotBefore: tsatest.Start(), NotAfter: tsatest.Start().AddDate(10, 0, 0),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, w.ca.Cert, &key.PublicKey, w.ca.Key)
	require.NoError(t, err)
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	s, err := signature.NewSignerWith(key, []*x509.Certificate{cert}, &signature.SignerOptions{Policy: signature.ETSI119312(), Now: func() time.Time { return w.now }})
	require.NoError(t, err)
	for _, stamped := range []bool{false, true} {
		signed, err := xades.Sign(context.Background(), s, w.request(stamped))
		require.NoError(t, err)
		v := w.verifier()
		v.Policy = signature.ETSI119312()
		v.Now = func() time.Time { return tsatest.Start().AddDate(9, 0, 0) }
		report := verify(t, v, signed)
		if stamped {
			require.Equal(t, "TOTAL-PASSED", report.String())
			continue
		}
		require.Equal(t, xades.CryptoConstraintsFailureNoPOE, report.SubIndication, "%v", report)
	}
}
