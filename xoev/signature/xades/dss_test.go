package xades_test

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
	"github.com/bausteine/egov/xoev/signature/xades"
)

// trustAll trusts every certificate and notes the first.
type trustAll struct{ cert *x509.Certificate }

func (n *trustAll) Trusted(_ context.Context, cert *x509.Certificate, _ []*x509.Certificate, _ time.Time) (bool, error) {
	n.cert = cert
	return true, nil
}

func TestDSS(t *testing.T) {
	dir := testenv.Data(t, "xmldsig/dss/xades-validation")
	enveloped, enveloping, detached := signature.Enveloped, signature.Enveloping, signature.Detached
	tests := []struct {
		file string
		form signature.Form
		id   string
	}{
		{file: "dss-signed.xml", form: enveloped},
		{file: "dss3758/xades-bes-issuer-linebreaks.xml", form: enveloping},
		{file: "xades-extended-epes.xml", form: enveloping},
		{file: "dss2329/xades-with-enveloped-manifest.xml", form: signature.SameDocument},
		{file: "doubleSignedTest.xml", form: enveloped, id: "id-055c01318dbbf5e7f8e59854a1748366"},
		{file: "signing-cert-multiple-refs-sig.xml", form: enveloped},
		{file: "xades-extended-t.xml", form: enveloping},
		{file: "xades-t-with-tsvd.xml", form: enveloping},
		{file: "sig-with-orphan-ocsp-ref.xml", form: enveloping},
		{file: "xades-lt-with-expired-ocsp-responder.xml", form: enveloping},
		{file: "xades-lta-valid.xml", form: enveloping},
		{file: "xades-extended-epes-with-sigPolStore.xml", form: enveloping},
		{file: "xades-t-copied-sigtst.xml", form: enveloped},
		{file: "xades-two-sig-copied-tst.xml", form: enveloped, id: "id-c10f30ff1193600b4c01561d2b442f25"},
		{file: "xades-two-sig-copied-tst.xml", form: enveloped, id: "id-832a7f25806e9be848163d222a161e70"},
		{file: "xades-counter-signature-no-type.xml", form: enveloped},
		{file: "xades-counter-signature-no-type.xml", form: signature.SameDocument, id: "id-8b9830f272bdb4a87329593be59ac03b"},
		{file: "xades-ecc-brainpool.xml", form: enveloped},
		{file: "dss2208/xades-tsts-empty-c14n.xml", form: enveloping},
		{file: "xades-sign-cert-v2-wrong-digest.xml", form: enveloping},
		{file: "xades-sign-cert-v2-wrong-issuer-serial.xml", form: enveloping},
		{file: "xades-fake-counter-signature.xml", form: enveloping},
		{file: "xades-lta-corrupted-cert.xml", form: enveloping},
		{file: "xsw/XSW-enveloping-fake-manifest.xml", form: enveloping},
		{file: "xsw/XSW-enveloping-fake-object.xml", form: enveloping},
		{file: "dss-signed-altered-refRemoved.xml", form: enveloped},
		{file: "dss-signed-altered-signedPropsRemoved.xml", form: enveloped},
		{file: "xades-tampered-keyinfo.xml", form: enveloped},
		{file: "xades-tampered-reference.xml", form: enveloping},
		{file: "xades-unsupported-signature-algorithm.xml", form: enveloping},
		{file: "xades-unknown-digest-algo.xml", form: detached},
		{file: "xades-not-base64-sigValue.xml", form: enveloping},
		{file: "xades-with-dtd-injection.xml", form: enveloped},
		{file: "broken-dom.xml", form: enveloped},
	}
	for _, tt := range tests {
		t.Run(tt.file+" "+tt.id, func(t *testing.T) {
			doc, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(tt.file)))
			require.NoError(t, err)
			trust := &trustAll{}
			at := time.Date(2025, 9, 1, 0, 0, 0, 0, time.UTC)
			v := &xades.Verifier{Trust: trust, TSATrust: &trustAll{}, Policy: signature.ETSI119312(), TSAPolicy: signature.ETSI119312(), SkipRevocation: true, MinLevel: xades.LevelExtended, Now: func() time.Time { return at }}
			r := signature.Request{Form: tt.form, Document: doc, SignatureID: tt.id}
			report, err := v.Verify(context.Background(), r)
			if err == nil && trust.cert != nil {
				at = trust.cert.NotBefore.Add(24 * time.Hour)
				report, err = v.Verify(context.Background(), r)
			}
			var invalid *finding.InvalidError
			if errors.As(err, &invalid) {
				t.Log("INVALID", invalid.Findings[0].Code)
				return
			}
			require.NoError(t, err)
			t.Log(report, report.Level, report.TimeStamps, at)
			if report.Properties != nil {
				t.Log(report.Properties)
			}
			assert.True(t, true)
		})
	}
}
