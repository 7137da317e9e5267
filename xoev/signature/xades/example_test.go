package xades_test

import (
	"context"
	"crypto/x509"
	"fmt"
	"time"

	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/signature/xades"
	"github.com/bausteine/egov/xoev/signature/xades/internal/tsatest"
	"github.com/bausteine/egov/xoev/signature/xades/tsa"
)

// exampleClock is a fixed clock; a service leaves Now nil.
func exampleClock() time.Time { return time.Date(2026, 2, 1, 12, 0, 0, 0, time.UTC) }

// Sign a message with the properties of B-B, and verify it.
func ExampleSign() {
	ca := tsatest.NewCA("Wurzel Musterstadt") // in a service: a key file or an HSM
	office := ca.Issue("Amt Musterstadt", nil)
	signer, err := signature.NewSignerWith(office.Key, []*x509.Certificate{office.Cert}, &signature.SignerOptions{Now: exampleClock})
	if err != nil {
		fmt.Println(err)
		return
	}
	signed, err := xades.Sign(context.Background(), signer, xades.SignRequest{
		SignRequest: signature.SignRequest{Document: []byte(`<bescheid><name>Erika Mustermann</name></bescheid>`)},
		Properties: xades.Properties{
			ClaimedRoles: []string{"Sachbearbeitung"},
			Commitments:  []xades.Commitment{{Identifier: xades.ProofOfApproval}},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	roots := x509.NewCertPool()
	roots.AddCert(ca.Cert)
	verifier := &xades.Verifier{
		Trust:      signature.Pool(roots),
		Revocation: &signature.RevocationData{CRLs: [][]byte{ca.CRL(exampleClock(), nil)}},
		Now:        exampleClock,
	}
	report, err := verifier.Verify(context.Background(), signature.Request{Document: signed})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report, report.Level)
	fmt.Println(report.Properties.SigningTime.Format(time.RFC3339), report.Properties.ClaimedRoles[0])
	fmt.Println(string(report.Content()))
	// Output:
	// TOTAL-PASSED XAdES-B-B
	// 2026-02-01T12:00:00Z Sachbearbeitung
	// <bescheid><name>Erika Mustermann</name></bescheid>
}

// A time stamp keeps a signature provable when the certificate has expired.
func ExampleSign_timeStamp() {
	ca, tsaCA := tsatest.NewCA("Wurzel Musterstadt"), tsatest.NewCA("Wurzel Zeitstempel")
	office := ca.Issue("Amt Musterstadt", func(c *x509.Certificate) {
		c.NotBefore, c.NotAfter = exampleClock().AddDate(0, -1, 0), exampleClock().AddDate(0, 1, 0)
	})
	authority := tsatest.NewTSA(tsaCA) // in a service: the URL of a trust service provider
	authority.Time = exampleClock()
	server := authority.Server()
	defer server.Close()
	pool := func(c *x509.Certificate) signature.Trust {
		p := x509.NewCertPool()
		p.AddCert(c)
		return signature.Pool(p)
	}

	signer, err := signature.NewSignerWith(office.Key, []*x509.Certificate{office.Cert}, &signature.SignerOptions{Now: exampleClock})
	if err != nil {
		fmt.Println(err)
		return
	}
	signed, err := xades.Sign(context.Background(), signer, xades.SignRequest{
		SignRequest: signature.SignRequest{Document: []byte(`<bescheid/>`)},
		TimeStamper: &tsa.Client{URL: server.URL, Trust: pool(tsaCA.Cert), TSAPolicy: "1.2.3.4", Now: exampleClock},
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	verifier := &xades.Verifier{
		Trust: pool(ca.Cert), TSATrust: pool(tsaCA.Cert), SkipRevocation: true, // see Verifier.Revocation
		Now: func() time.Time { return exampleClock().AddDate(3, 0, 0) },
	}
	report, err := verifier.Verify(context.Background(), signature.Request{Document: signed})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report, report.Level, report.BestSignatureTime.Format(time.RFC3339))
	// Output:
	// TOTAL-PASSED XAdES-B-T 2026-02-01T12:00:00Z
}
