package xades_test

import (
	"context"
	"crypto/x509"
	"encoding/base64"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/signature/xades"
)

// trustAll trusts every certificate and notes the first.
type trustAll struct{ cert *x509.Certificate }

func (n *trustAll) Trusted(_ context.Context, cert *x509.Certificate, _ []*x509.Certificate, _ time.Time) (bool, error) {
	n.cert = cert
	return true, nil
}

// TestDSS validates the samples of EU DSS at the time of their time stamp, or soon
// after the certificate was issued, with every certificate trusted and without
// revocation; see TestDSSLongTerm for the latter.
func TestDSS(t *testing.T) {
	dir := testenv.Data(t, "xmldsig/dss/xades-validation")
	enveloped, enveloping, detached := signature.Enveloped, signature.Enveloping, signature.Detached
	const passed, failed, unknown = xades.TotalPassed, xades.TotalFailed, xades.Indeterminate
	tests := []struct {
		file    string
		form    signature.Form
		id      string
		want    xades.Indication
		sub     xades.SubIndication
		level   xades.Level
		codes   []string
		unread  string // code of what cannot be read at all
		differs string // why we and the expectation differ
	}{
		{file: "dss-signed.xml", form: enveloped, want: passed, level: xades.LevelB},
		{file: "dss3758/xades-bes-issuer-linebreaks.xml", form: enveloping, want: passed, level: xades.LevelB, codes: []string{"XAD-011"}},
		{file: "xades-extended-epes.xml", form: enveloping, want: passed, level: xades.LevelExtended, codes: []string{"XAD-006", "XAD-015"}},
		{file: "dss2329/xades-with-enveloped-manifest.xml", form: signature.SameDocument, want: passed, level: xades.LevelB},
		{file: "doubleSignedTest.xml", form: enveloped, id: "id-055c01318dbbf5e7f8e59854a1748366", want: unknown, sub: xades.SigConstraintsFailure, codes: []string{"SIG-046", "XAD-020", "XAD-024"}, differs: "XPath 1.0 is refused"},
		{file: "doubleSignedTest.xml", form: enveloped, id: "id-f655a53f9f54656e47d708069fcd2be9", want: unknown, sub: xades.SigConstraintsFailure, codes: []string{"SIG-046", "XAD-020", "XAD-024"}, differs: "XPath 1.0 is refused"},
		{file: "signing-cert-multiple-refs-sig.xml", form: enveloped, want: unknown, sub: xades.SigConstraintsFailure, codes: []string{"SIG-046", "XAD-020", "XAD-024"}, differs: "XPath 1.0 is refused"},
		{file: "xades-extended-t.xml", form: enveloping, want: passed, level: xades.LevelExtended, codes: []string{"XAD-006"}},
		{file: "xades-t-with-tsvd.xml", form: enveloping, want: passed, level: xades.LevelT},
		{file: "sig-with-orphan-ocsp-ref.xml", form: enveloping, want: passed, level: xades.LevelT, codes: []string{"XAD-011"}},
		{file: "xades-lt-with-expired-ocsp-responder.xml", form: enveloping, want: passed, level: xades.LevelT},
		{file: "xades-lta-valid.xml", form: enveloping, want: passed, level: xades.LevelT, codes: []string{"XAD-024"}},
		{file: "xades-extended-epes-with-sigPolStore.xml", form: enveloping, want: passed, level: xades.LevelExtended, codes: []string{"XAD-006", "XAD-015"}},
		{file: "xades-t-copied-sigtst.xml", form: enveloped, want: passed, level: xades.LevelB, codes: []string{"XAD-018", "XAD-024"}},
		{file: "xades-two-sig-copied-tst.xml", form: enveloped, id: "id-c10f30ff1193600b4c01561d2b442f25", want: passed, level: xades.LevelT},
		{file: "xades-two-sig-copied-tst.xml", form: enveloped, id: "id-832a7f25806e9be848163d222a161e70", want: passed, level: xades.LevelB, codes: []string{"XAD-018"}},
		{file: "xades-counter-signature-no-type.xml", form: enveloped, want: passed, level: xades.LevelExtended, codes: []string{"XAD-013"}},
		{file: "xades-counter-signature-no-type.xml", form: signature.SameDocument, id: "id-8b9830f272bdb4a87329593be59ac03b", want: passed, level: xades.LevelB},
		{file: "xades-ecc-brainpool.xml", form: enveloped, want: passed, level: xades.LevelB, codes: []string{"XAD-011"}},
		{file: "dss2208/xades-tsts-empty-c14n.xml", form: enveloping, want: passed, level: xades.LevelB, codes: []string{"XAD-017", "XAD-024"}},
		{file: "xades-sign-cert-v2-wrong-digest.xml", form: enveloping, want: unknown, sub: xades.NoSigningCertificateFound, codes: []string{"XAD-008"}},
		{file: "xades-sign-cert-v2-wrong-issuer-serial.xml", form: enveloping, want: unknown, sub: xades.NoSigningCertificateFound, codes: []string{"XAD-009"}},
		{file: "xades-fake-counter-signature.xml", form: enveloping, want: passed, level: xades.LevelB},
		{file: "xades-lta-corrupted-cert.xml", form: enveloping, want: passed, level: xades.LevelT, codes: []string{"XAD-016", "XAD-024"}},
		{file: "xsw/XSW-enveloping-fake-manifest.xml", form: enveloping, want: failed, sub: xades.FormatFailure, codes: []string{"SIG-047"}},
		{file: "xsw/XSW-enveloping-fake-object.xml", form: enveloping, want: failed, sub: xades.FormatFailure, codes: []string{"SIG-047"}},
		{file: "dss-signed-altered-refRemoved.xml", form: enveloped, want: failed, sub: xades.SigCryptoFailure, codes: []string{"SIG-033"}},
		{file: "dss-signed-altered-signedPropsRemoved.xml", form: enveloped, want: failed, sub: xades.SigCryptoFailure, codes: []string{"SIG-033"}},
		{file: "xades-tampered-keyinfo.xml", form: enveloped, want: unknown, sub: xades.NoSigningCertificateFound, codes: []string{"SIG-022"}},
		{file: "xades-tampered-reference.xml", form: enveloping, want: failed, sub: xades.FormatFailure, codes: []string{"SIG-021"}},
		{file: "xades-unsupported-signature-algorithm.xml", form: enveloping, want: unknown, sub: xades.CryptoConstraintsFailure, codes: []string{"SIG-018"}},
		{file: "xades-unknown-digest-algo.xml", form: detached, want: unknown, sub: xades.CryptoConstraintsFailure, codes: []string{"SIG-019"}},
		{file: "xades-not-base64-sigValue.xml", form: enveloping, want: failed, sub: xades.FormatFailure, codes: []string{"SIG-020"}},
		{file: "xades-with-dtd-injection.xml", form: enveloped, unread: "XML-010"},
		{file: "broken-dom.xml", form: enveloped, unread: "XML-002"},
	}
	files, differ, indications := map[string]bool{}, 0, map[string]int{}
	for _, tt := range tests {
		t.Run(tt.file+" "+tt.id, func(t *testing.T) {
			doc, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(tt.file)))
			require.NoError(t, err)
			report, err := validateDSS(t, signature.Request{Form: tt.form, Document: doc, SignatureID: tt.id})
			files[tt.file] = true
			if tt.unread != "" {
				var invalid *finding.InvalidError
				require.ErrorAs(t, err, &invalid)
				require.Equal(t, []string{tt.unread}, codes(invalid.Findings))
				indications["unread"]++
				return
			}
			require.NoError(t, err)
			indications[report.Indication.String()]++
			assert.Equal(t, tt.want, report.Indication, "%v", report)
			assert.Equal(t, tt.sub, report.SubIndication, "%v", report)
			assert.Equal(t, tt.level, report.Level, "%v", report)
			found := slices.DeleteFunc(codes(report.Findings), func(code string) bool {
				return code == "XAD-027" && report.Level < xades.LevelT // the test's clock is soon after the certificate was issued
			})
			assert.ElementsMatch(t, tt.codes, found)
			require.Equal(t, tt.want == passed, report.Signature() != nil)
			if tt.differs != "" {
				differ++
			}
		})
	}
	require.Len(t, files, 32)
	require.Equal(t, 3, differ)
	require.Equal(t, map[string]int{"TOTAL-PASSED": 19, "TOTAL-FAILED": 6, "INDETERMINATE": 8, "unread": 2}, indications)
}

func validateDSS(t *testing.T, r signature.Request) (*xades.Report, error) {
	t.Helper()
	trust, at := &trustAll{}, time.Date(2025, 9, 1, 0, 0, 0, 0, time.UTC)
	v := &xades.Verifier{
		Trust: trust, TSATrust: &trustAll{}, Policy: signature.ETSI119312(), TSAPolicy: signature.ETSI119312(),
		SkipRevocation: true, MinLevel: xades.LevelExtended, Now: func() time.Time { return at },
	}
	report, err := v.Verify(context.Background(), r)
	if err != nil || trust.cert == nil {
		return report, err
	}
	at = trust.cert.NotBefore.Add(24 * time.Hour)
	if len(report.TimeStamps) > 0 && !report.TimeStamps[0].Time.IsZero() {
		at = report.TimeStamps[0].Time.Add(time.Minute)
	}
	return v.Verify(context.Background(), r)
}

// TestDSSLongTerm judges the samples that carry validation data by it: the roots
// are the self-signed certificates in them, nobody is asked. Where this package is
// stricter than EU DSS, why says how.
func TestDSSLongTerm(t *testing.T) {
	dir := testenv.Data(t, "xmldsig/dss/xades-validation")
	const responder = "root-ca authorised the OCSP responder, and not good-ca, whose certificate it is about (RFC 6960, 4.2.2.2)"
	tests := []struct {
		file string
		sub  xades.SubIndication
		why  string
	}{
		{"xades-t-with-tsvd.xml", xades.NoCertificateChainFound, "the certificate is signed with RSA and SHA3-256, which crypto/x509 does not verify"},
		{"sig-with-orphan-ocsp-ref.xml", xades.TryLater, responder},
		{"xades-lt-with-expired-ocsp-responder.xml", xades.TryLater, ""},
		{"xades-lta-valid.xml", xades.TryLater, responder},
		{"xades-lta-corrupted-cert.xml", xades.TryLater, responder},
	}
	for _, tt := range tests {
		t.Run(tt.file, func(t *testing.T) {
			doc, err := os.ReadFile(filepath.Join(dir, tt.file))
			require.NoError(t, err)
			trust := signature.PoolWith(selfSigned(t, doc), &signature.PoolOptions{Policy: signature.ETSI119312()})
			now := time.Date(2025, 9, 1, 0, 0, 0, 0, time.UTC)
			v := &xades.Verifier{
				Trust: trust, TSATrust: trust, Policy: signature.ETSI119312(), TSAPolicy: signature.ETSI119312(),
				AllowOldTSARevocation: true, Now: func() time.Time { return now },
			}
			r := signature.Request{Form: signature.Enveloping, Document: doc}
			report, err := v.Verify(context.Background(), r)
			require.NoError(t, err)
			require.Len(t, report.TimeStamps, 1)
			require.False(t, report.TimeStamps[0].Valid, "the authority's certificate has expired")
			now = report.TimeStamps[0].Time.Add(time.Minute)
			report, err = v.Verify(context.Background(), r)
			require.NoError(t, err)
			require.True(t, report.TimeStamps[0].Valid, "what the signature carries about the authority counts: %v", report)
			require.Equal(t, xades.Indeterminate, report.Indication)
			require.Equal(t, tt.sub, report.SubIndication, "%v", report)
			v.SkipRevocation = true
			report, err = v.Verify(context.Background(), r)
			require.NoError(t, err)
			require.Equal(t, tt.sub != xades.NoCertificateChainFound, report.Level == xades.LevelT, "%v", report)
		})
	}
}

func selfSigned(t *testing.T, doc []byte) *x509.CertPool {
	t.Helper()
	pool, found := x509.NewCertPool(), 0
	for _, m := range regexp.MustCompile(`X509Certificate[^>]*>([^<]*)<`).FindAllSubmatch(doc, -1) {
		der, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(string(m[1])), ""))
		if err != nil {
			continue
		}
		if cert, err := x509.ParseCertificate(der); err == nil && string(cert.RawIssuer) == string(cert.RawSubject) {
			pool.AddCert(cert)
			found++
		}
	}
	require.NotZero(t, found)
	return pool
}
