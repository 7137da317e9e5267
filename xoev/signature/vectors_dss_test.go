package signature_test

import (
	"context"
	"crypto/x509"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
)

// noting trusts everything and notes what it was asked about.
type noting struct{ cert *x509.Certificate }

func (n *noting) Trusted(_ context.Context, cert *x509.Certificate, _ []*x509.Certificate, _ time.Time) (bool, error) {
	n.cert = cert
	return true, nil
}

// verifyForeign checks a document at a time when its signer's certificate was
// valid, under the policy of that time.
func verifyForeign(t *testing.T, r signature.Request) (*signature.Report, error) {
	t.Helper()
	trust := &noting{}
	v := &signature.Verifier{Trust: trust, Policy: signature.ETSI119312(), Now: now}
	report, err := v.Verify(context.Background(), r)
	if trust.cert == nil || err != nil {
		return report, err
	}
	at := trust.cert.NotBefore.Add(time.Hour)
	v.Now = func() time.Time { return at }
	return v.Verify(context.Background(), r)
}

// TestDSS checks the samples of EU DSS: the core of the signature, that is value,
// references and places. What XAdES adds is not judged here.
func TestDSS(t *testing.T) {
	dir := testenv.Data(t, "xmldsig/dss/xades-validation")
	enveloped, enveloping, detached := signature.Enveloped, signature.Enveloping, signature.Detached
	const sp, doc, obj = signature.TargetSignedProperties, signature.TargetDocument, signature.TargetObject
	tests := []struct {
		file    string
		form    signature.Form
		id      string
		want    string // code, or "" for accepted
		targets []signature.Target
		why     string // where we and the expectation differ
	}{
		{file: "dss-signed.xml", form: enveloped, targets: []signature.Target{doc, sp}},
		{file: "dss3758/xades-bes-issuer-linebreaks.xml", form: enveloping, targets: []signature.Target{obj, sp}},
		{file: "xades-extended-epes.xml", form: enveloping, targets: []signature.Target{obj, sp}},
		{file: "dss2329/xades-with-enveloped-manifest.xml", form: signature.SameDocument, targets: []signature.Target{signature.TargetManifest, sp}},
		{file: "doubleSignedTest.xml", form: enveloped, id: "id-055c01318dbbf5e7f8e59854a1748366", want: "SIG-046", why: "XPath 1.0 is refused"},
		{file: "doubleSignedTest.xml", form: enveloped, id: "id-f655a53f9f54656e47d708069fcd2be9", want: "SIG-046", why: "XPath 1.0 is refused"},
		{file: "signing-cert-multiple-refs-sig.xml", form: enveloped, want: "SIG-046", why: "XPath 1.0 is refused"},
		{file: "xades-extended-t.xml", form: enveloping, targets: []signature.Target{obj, sp}},
		{file: "xades-t-with-tsvd.xml", form: enveloping, targets: []signature.Target{obj, sp}},
		{file: "sig-with-orphan-ocsp-ref.xml", form: enveloping, targets: []signature.Target{obj, sp}},
		{file: "xades-lt-with-expired-ocsp-responder.xml", form: enveloping, targets: []signature.Target{obj, sp}},
		{file: "xades-lta-valid.xml", form: enveloping, targets: []signature.Target{obj, sp}},
		{file: "xades-extended-epes-with-sigPolStore.xml", form: enveloping, targets: []signature.Target{obj, sp}},
		{file: "xades-t-copied-sigtst.xml", form: enveloped, targets: []signature.Target{doc, sp}},
		{file: "xades-two-sig-copied-tst.xml", form: enveloped, id: "id-c10f30ff1193600b4c01561d2b442f25", targets: []signature.Target{doc, sp}},
		{file: "xades-two-sig-copied-tst.xml", form: enveloped, id: "id-832a7f25806e9be848163d222a161e70", targets: []signature.Target{doc, sp}},
		{file: "xades-two-sig-copied-tst.xml", form: enveloped, want: "SIG-002"},
		{file: "xades-counter-signature-no-type.xml", form: enveloped, targets: []signature.Target{doc, sp}},
		{file: "xades-counter-signature-no-type.xml", form: signature.SameDocument, id: "id-8b9830f272bdb4a87329593be59ac03b", targets: []signature.Target{signature.TargetSignatureValue, sp}},
		{file: "xades-ecc-brainpool.xml", form: enveloped, targets: []signature.Target{doc, sp}},
		{file: "dss2208/xades-tsts-empty-c14n.xml", form: enveloping, targets: []signature.Target{obj, sp}},
		{file: "xades-sign-cert-v2-wrong-digest.xml", form: enveloping, targets: []signature.Target{obj, sp}},
		{file: "xades-sign-cert-v2-wrong-issuer-serial.xml", form: enveloping, targets: []signature.Target{obj, sp}},
		{file: "xades-fake-counter-signature.xml", form: enveloping, targets: []signature.Target{obj, obj, sp}},
		{file: "xades-lta-corrupted-cert.xml", form: enveloping, targets: []signature.Target{obj, sp}},
		{file: "xsw/XSW-enveloping-fake-manifest.xml", form: enveloping, want: "SIG-047"},
		{file: "xsw/XSW-enveloping-fake-object.xml", form: enveloping, want: "SIG-047"},
		{file: "dss-signed-altered-refRemoved.xml", form: enveloped, want: "SIG-033"},
		{file: "dss-signed-altered-signedPropsRemoved.xml", form: enveloped, want: "SIG-033"},
		{file: "xades-tampered-keyinfo.xml", form: enveloped, want: "SIG-022"},
		{file: "xades-tampered-reference.xml", form: enveloping, want: "SIG-021"},
		{file: "xades-unsupported-signature-algorithm.xml", form: enveloping, want: "SIG-018"},
		{file: "xades-unknown-digest-algo.xml", form: detached, want: "SIG-019"},
		{file: "xades-not-base64-sigValue.xml", form: enveloping, want: "SIG-020"},
		{file: "xades-with-dtd-injection.xml", form: enveloped, want: "XML-010"},
		{file: "broken-dom.xml", form: enveloped, want: "XML-002"},
	}
	files, exceptions := map[string]bool{}, 0
	for _, tt := range tests {
		files[tt.file] = true
		t.Run(tt.file+" "+tt.id, func(t *testing.T) {
			doc, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(tt.file)))
			require.NoError(t, err)
			report, err := verifyForeign(t, signature.Request{Form: tt.form, Document: doc, SignatureID: tt.id})
			var invalid *finding.InvalidError
			if errors.As(err, &invalid) {
				require.Equal(t, []string{tt.want}, codes(invalid.Findings))
				return
			}
			require.NoError(t, err)
			if tt.why != "" {
				exceptions++
			}
			if tt.want != "" {
				require.Equal(t, finding.Rejected, report.Verdict)
				require.Contains(t, codes(report.Findings), tt.want)
				return
			}
			require.Equal(t, finding.Accepted, report.Verdict, "%v", report.Findings)
			var targets []signature.Target
			for _, r := range report.References {
				targets = append(targets, r.Target)
			}
			assert.Equal(t, tt.targets, targets)
		})
	}
	require.Len(t, files, 32)
	require.Equal(t, 3, exceptions)
}

// TestBundIDLike checks responses and assertions as the federal account makes
// them: RSASSA-PSS, and a PrefixList in the wrong transform.
func TestBundIDLike(t *testing.T) {
	dir := testenv.Data(t, "servicekonto/bundid-like")
	cert := readCertificate(t, filepath.Join(dir, "idp_cert.pem"))
	v := &signature.Verifier{Trust: signature.Pinned(cert), Policy: signature.SAML(), Now: func() time.Time { return cert.NotBefore.Add(time.Hour) }}
	files, err := filepath.Glob(filepath.Join(dir, "*.xml"))
	require.NoError(t, err)
	methods := map[string]int{}
	for _, file := range files {
		doc, err := os.ReadFile(file)
		require.NoError(t, err)
		signed, err := signature.IsSigned(doc)
		require.NoError(t, err)
		report, err := v.Verify(context.Background(), signature.Request{Document: doc})
		require.NoError(t, err)
		require.Equal(t, signed, report.Verdict == finding.Accepted, "%s: %v", file, report)
		methods[report.Algorithm]++
	}
	require.Equal(t, map[string]int{signature.RSAPSSSHA256: 6, signature.RSASHA256: 4, "": 5}, methods)
}
