package signature_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ocsp"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
)

// caPair is an authority that may also sign revocation lists.
func caPair(name string) pair {
	tm := template()
	tm.Subject.CommonName = name
	tm.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign | x509.KeyUsageDigitalSignature
	tm.IsCA, tm.BasicConstraintsValid = true, true
	tm.SubjectKeyId = []byte(name)
	return issue(other(), tm, nil)
}

func crl(t testing.TB, issuer pair, this, next time.Time, change func(*x509.RevocationList), revoked ...x509.RevocationListEntry) []byte {
	t.Helper()
	list := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: this, NextUpdate: next, RevokedCertificateEntries: revoked}
	if change != nil {
		change(list)
	}
	der, err := x509.CreateRevocationList(rand.Reader, list, issuer.cert, issuer.key)
	require.NoError(t, err)
	return der
}

func ocspResponse(t testing.TB, issuer, responder pair, serial *big.Int, status int, this, next, revoked time.Time) []byte {
	t.Helper()
	r := ocsp.Response{Status: status, SerialNumber: serial, ThisUpdate: this, NextUpdate: next, RevokedAt: revoked, IssuerHash: crypto.SHA256}
	if responder.cert != issuer.cert {
		r.Certificate = responder.cert
	}
	der, err := ocsp.CreateResponse(issuer.cert, responder.cert, r, responder.key)
	require.NoError(t, err)
	return der
}

func TestRevocationData(t *testing.T) {
	ca := caPair("Test CA")
	cert := leaf("Test A", &ca).cert
	stranger := issue(key3072(), func() *x509.Certificate {
		tm := template()
		tm.Subject, tm.KeyUsage = ca.cert.Subject, x509.KeyUsageCertSign|x509.KeyUsageCRLSign
		tm.IsCA, tm.BasicConstraintsValid = true, true
		return tm
	}(), nil)
	helper := func(usages ...x509.ExtKeyUsage) pair {
		tm := template()
		tm.Subject.CommonName, tm.ExtKeyUsage = "Test Responder", usages
		return issue(key3072(), tm, &ca)
	}
	// One responder answers with one key for two authorities.
	twin, responder := caPair("Test CA 2"), helper(x509.ExtKeyUsageOCSPSigning)
	before, after := clock.Add(-time.Hour), clock.Add(time.Hour)
	entry := x509.RevocationListEntry{SerialNumber: cert.SerialNumber, RevocationTime: before}
	other := x509.RevocationListEntry{SerialNumber: big.NewInt(4711), RevocationTime: before}
	future := x509.RevocationListEntry{SerialNumber: cert.SerialNumber, RevocationTime: after}
	const unknown, good, revoked = signature.RevocationUnknown, signature.RevocationGood, signature.RevocationRevoked
	for _, tt := range []struct {
		name string
		crls [][]byte
		ocsp [][]byte
		want signature.RevocationStatus
	}{
		{"nothing", nil, nil, unknown},
		{"list", [][]byte{crl(t, ca, before, after, nil, other)}, nil, good},
		{"empty list", [][]byte{crl(t, ca, before, after, nil)}, nil, good},
		{"listed", [][]byte{crl(t, ca, before, after, nil, other, entry)}, nil, revoked},
		{"revoked later", [][]byte{crl(t, ca, after, after.Add(time.Hour), nil, future)}, nil, good},
		{"old list", [][]byte{crl(t, ca, before.Add(-time.Hour), before, nil)}, nil, unknown},
		{"list made later", [][]byte{crl(t, ca, after, after.Add(time.Hour), nil)}, nil, good},
		{"list of a stranger of the same name", [][]byte{crl(t, stranger, before, after, nil)}, nil, unknown},
		{"list that covers a part", [][]byte{crl(t, ca, before, after, func(l *x509.RevocationList) {
			l.ExtraExtensions = []pkix.Extension{{Id: []int{2, 5, 29, 28}, Critical: true, Value: []byte{0x30, 0}}}
		})}, nil, unknown},
		{"not a list", [][]byte{{1, 2, 3}}, nil, unknown},
		{"OCSP", nil, [][]byte{ocspResponse(t, ca, ca, cert.SerialNumber, ocsp.Good, before, after, time.Time{})}, good},
		{"OCSP revoked", nil, [][]byte{ocspResponse(t, ca, ca, cert.SerialNumber, ocsp.Revoked, before, after, before)}, revoked},
		{"OCSP revoked later", nil, [][]byte{ocspResponse(t, ca, ca, cert.SerialNumber, ocsp.Revoked, after, after.Add(time.Hour), after)}, good},
		{"OCSP unknown", nil, [][]byte{ocspResponse(t, ca, ca, cert.SerialNumber, ocsp.Unknown, before, after, time.Time{})}, unknown},
		{"OCSP too old", nil, [][]byte{ocspResponse(t, ca, ca, cert.SerialNumber, ocsp.Good, before.Add(-time.Hour), before, time.Time{})}, unknown},
		{"OCSP for another", nil, [][]byte{ocspResponse(t, ca, ca, big.NewInt(4711), ocsp.Good, before, after, time.Time{})}, unknown},
		{"OCSP by an authorised responder", nil, [][]byte{ocspResponse(t, ca, helper(x509.ExtKeyUsageOCSPSigning), cert.SerialNumber, ocsp.Good, before, after, time.Time{})}, good},
		{"OCSP by anybody of the authority", nil, [][]byte{ocspResponse(t, ca, helper(x509.ExtKeyUsageServerAuth), cert.SerialNumber, ocsp.Good, before, after, time.Time{})}, unknown},
		{"OCSP by a stranger", nil, [][]byte{ocspResponse(t, ca, stranger, cert.SerialNumber, ocsp.Good, before, after, time.Time{})}, unknown},
		{"OCSP for the same number of another authority", nil, [][]byte{ocspResponse(t, twin, responder, cert.SerialNumber, ocsp.Good, before, after, time.Time{})}, unknown},
		{"list that covers a part and does not say so loudly", [][]byte{crl(t, ca, before, after, func(l *x509.RevocationList) {
			l.ExtraExtensions = []pkix.Extension{{Id: []int{2, 5, 29, 27}, Value: []byte{2, 1, 1}}}
		})}, nil, unknown},
		{"not a response", nil, [][]byte{{0x30, 0}}, unknown},
		{"revoked outweighs", [][]byte{crl(t, ca, before, after, nil, entry)}, [][]byte{ocspResponse(t, ca, ca, cert.SerialNumber, ocsp.Good, before, after, time.Time{})}, revoked},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := &signature.RevocationData{CRLs: tt.crls, OCSPs: tt.ocsp}
			status, err := d.Status(context.Background(), cert, ca.cert, clock)
			require.NoError(t, err)
			assert.Equal(t, tt.want, status)

			signer, err := signature.NewSigner(key3072(), []*x509.Certificate{cert, ca.cert})
			require.NoError(t, err)
			signer.Now = now
			signed, err := signer.SignEnveloped([]byte(message), nil)
			require.NoError(t, err)
			roots := x509.NewCertPool()
			roots.AddCert(ca.cert)
			for name, trust := range map[string]signature.Trust{"pool": signature.Pool(roots), "pinned": signature.Pinned(cert)} {
				report, err := (&signature.Verifier{Trust: trust, Now: now, Revocation: d}).VerifyEnveloped(signed)
				require.NoError(t, err)
				switch tt.want {
				case good:
					require.Equal(t, finding.Accepted, report.Verdict, name)
				case revoked:
					rejected(t, report, "SIG-055")
				default:
					require.Equal(t, finding.Undetermined, report.Verdict, name)
					require.Equal(t, []string{"SIG-056"}, codes(report.Findings))
					require.True(t, report.Content() == nil && report.Scanner(nil) == nil && report.Certificate == nil)
				}
			}
		})
	}
}

// TestRevocationAfterExpiry: an authority forgets about certificates that have
// expired, so that its silence proves nothing about them.
func TestRevocationAfterExpiry(t *testing.T) {
	ca := caPair("Test CA")
	tm := template()
	tm.SerialNumber, tm.NotAfter = big.NewInt(7), clock.Add(time.Hour)
	cert := issue(key3072(), tm, &ca).cert
	before, late := clock.Add(-time.Minute), cert.NotAfter.Add(time.Hour)
	entry := x509.RevocationListEntry{SerialNumber: cert.SerialNumber, RevocationTime: before}
	end := cert.NotAfter
	for _, tt := range []struct {
		name string
		data signature.RevocationData
		want signature.RevocationStatus
	}{
		{"list, in time", signature.RevocationData{CRLs: [][]byte{crl(t, ca, end, end.Add(time.Hour), nil)}}, signature.RevocationGood},
		{"list, later", signature.RevocationData{CRLs: [][]byte{crl(t, ca, late, late.Add(time.Hour), nil)}}, signature.RevocationUnknown},
		{"listed, later", signature.RevocationData{CRLs: [][]byte{crl(t, ca, late, late.Add(time.Hour), nil, entry)}}, signature.RevocationRevoked},
		{"OCSP, in time", signature.RevocationData{OCSPs: [][]byte{ocspResponse(t, ca, ca, cert.SerialNumber, ocsp.Good, end, end.Add(time.Hour), time.Time{})}}, signature.RevocationGood},
		{"OCSP, later", signature.RevocationData{OCSPs: [][]byte{ocspResponse(t, ca, ca, cert.SerialNumber, ocsp.Good, late, late.Add(time.Hour), time.Time{})}}, signature.RevocationUnknown},
		{"OCSP revoked, later", signature.RevocationData{OCSPs: [][]byte{ocspResponse(t, ca, ca, cert.SerialNumber, ocsp.Revoked, late, late.Add(time.Hour), before)}}, signature.RevocationRevoked},
	} {
		t.Run(tt.name, func(t *testing.T) {
			status, err := tt.data.Status(context.Background(), cert, ca.cert, clock)
			require.NoError(t, err)
			require.Equal(t, tt.want, status)
			for _, missing := range [][2]*x509.Certificate{{cert, nil}, {nil, ca.cert}, {}} {
				status, err := tt.data.Status(context.Background(), missing[0], missing[1], clock)
				require.NoError(t, err)
				require.Equal(t, signature.RevocationUnknown, status, "nothing to compare with")
			}
		})
	}
}

// TestOCSPDigests: responders name the issuer by other digests too, most by SHA-1.
func TestOCSPDigests(t *testing.T) {
	ca, twin := caPair("Test CA"), caPair("Test CA 2")
	cert := leaf("Test A", &ca).cert
	for _, hash := range []crypto.Hash{crypto.SHA1, crypto.SHA256, crypto.SHA384, crypto.SHA512} {
		r := ocsp.Response{Status: ocsp.Good, SerialNumber: cert.SerialNumber, ThisUpdate: clock, NextUpdate: clock.Add(time.Hour), IssuerHash: hash}
		for issuer, want := range map[*x509.Certificate]signature.RevocationStatus{ca.cert: signature.RevocationGood, twin.cert: signature.RevocationUnknown} {
			der, err := ocsp.CreateResponse(issuer, ca.cert, r, ca.key)
			require.NoError(t, err)
			status, err := (&signature.RevocationData{OCSPs: [][]byte{der}}).Status(context.Background(), cert, ca.cert, clock)
			require.NoError(t, err)
			assert.Equal(t, want, status, hash)
		}
	}
}

// TestRevocationErrors: what could not be asked is an error; a self-signed pinned
// certificate has nobody to ask; one whose issuer is missing is not known.
func TestRevocationErrors(t *testing.T) {
	g := enveloping(t)
	revocable(t, g, signature.RevocationGood)
	g.verifier.Revocation = revocationSays{err: errStore}
	_, err := g.verify(t)
	require.ErrorIs(t, err, errStore)

	g = enveloping(t)
	g.verifier.Revocation = revocationSays{}
	report, err := g.verify(t)
	require.NoError(t, err)
	require.Equal(t, finding.Accepted, report.Verdict)

	ca := caPair("Test CA")
	l := leaf("Test A", &ca)
	g.key, g.keyInfo = l.key, "<KeyInfo>"+x509Data(l.cert)+"</KeyInfo>"
	g.verifier = &signature.Verifier{Trust: signature.Pinned(l.cert), Now: now, Revocation: revocationSays{status: signature.RevocationGood}}
	report, err = g.verify(t)
	require.NoError(t, err)
	require.Equal(t, finding.Undetermined, report.Verdict)

	// The issuer's name alone makes nobody their own issuer.
	namesake := template()
	namesake.SerialNumber, namesake.Subject = big.NewInt(8), ca.cert.Subject
	l = issue(key3072(), namesake, &ca)
	g.keyInfo = "<KeyInfo>" + x509Data(l.cert) + "</KeyInfo>"
	g.verifier.Trust = signature.Pinned(l.cert)
	report, err = g.verify(t)
	require.NoError(t, err)
	require.Equal(t, finding.Undetermined, report.Verdict)

	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = g.verifier.Verify(ctx, signature.Request{Form: signature.Enveloping, Document: g.build(t)})
	require.ErrorIs(t, err, context.Canceled)
	for status, want := range map[signature.RevocationStatus]string{0: "unknown", 1: "good", 2: "revoked"} {
		assert.Equal(t, want, status.String())
	}
}

// FuzzRevocationData reads anything.
func FuzzRevocationData(f *testing.F) {
	ca := caPair("Test CA")
	cert := leaf("Test A", &ca).cert
	f.Add(crl(f, ca, clock.Add(-time.Hour), clock.Add(time.Hour), nil))
	entry := x509.RevocationListEntry{SerialNumber: cert.SerialNumber, RevocationTime: clock, ReasonCode: 8, ExtraExtensions: []pkix.Extension{{Id: []int{1, 2}, Critical: true, Value: []byte{4, 0}}}}
	f.Add(crl(f, ca, clock.Add(-time.Hour), clock.Add(time.Hour), func(l *x509.RevocationList) {
		l.ExtraExtensions = []pkix.Extension{{Id: []int{2, 5, 29, 28}, Critical: true, Value: []byte{0x30, 3, 0x81, 1, 0xff}}}
	}, entry))
	f.Add(ocspResponse(f, ca, ca, cert.SerialNumber, ocsp.Good, clock.Add(-time.Hour), clock.Add(time.Hour), time.Time{}))
	f.Fuzz(func(t *testing.T, der []byte) {
		d := &signature.RevocationData{CRLs: [][]byte{der}, OCSPs: [][]byte{der}}
		_, err := d.Status(context.Background(), cert, ca.cert, clock)
		require.NoError(t, err)
	})
}
