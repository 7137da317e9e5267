package signature_test

import (
	"context"
	"crypto/x509"
	"fmt"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
)

// Sign two files with an ECDSA key, one octet by octet and one in canonical form,
// and see what the signature covers.
func ExampleSigner_Sign() {
	office := p256Key() // the office's key and certificate
	signer, err := signature.NewSignerWith(office.key, []*x509.Certificate{office.cert}, &signature.SignerOptions{Now: now})
	if err != nil {
		fmt.Println(err)
		return
	}
	files := map[string][]byte{"plan.pdf": []byte("%PDF-1.7"), "antrag.xml": []byte("<antrag/>")}
	sigFile, err := signer.Sign(signature.SignRequest{
		Form:  signature.Detached,
		Files: files,
		References: []signature.SignReference{
			{URI: "plan.pdf"},
			{URI: "antrag.xml", Canonicalization: signature.ExclusiveC14N},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	verifier := &signature.Verifier{Trust: signature.Pinned(office.cert), Now: now}
	report, err := verifier.Verify(context.Background(), signature.Request{Form: signature.Detached, Document: sigFile, Files: files})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report)
	for _, r := range report.References {
		fmt.Printf("%s %s %s\n", r.Target, r.URI, r.Content())
	}
	// Output:
	// accepted
	// file plan.pdf %PDF-1.7
	// file antrag.xml <antrag></antrag>
}

// See under which rules a signature was accepted.
func ExampleGround() {
	office := p256Key()
	signer, err := signature.NewSignerWith(office.key, []*x509.Certificate{office.cert}, &signature.SignerOptions{Now: now})
	if err != nil {
		fmt.Println(err)
		return
	}
	signed, err := signer.SignEnveloped([]byte("<a/>"), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := (&signature.Verifier{Trust: signature.Pinned(office.cert), Now: now}).VerifyEnveloped(signed)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, g := range report.Grounds {
		fmt.Println(g.Policy, g.Algorithm, g.KeyBits, g.Source)
	}
	// Output:
	// BSI http://www.w3.org/2001/04/xmlenc#sha256 0 BSI TR-02102-1, hash functions
	// BSI http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256 256 BSI TR-02102-1, signature schemes, ECDSA
	// BSI urn:oid:1.2.840.10045.3.1.7 256 BSI TR-02102-1, elliptic curves
}

// Check a signature over octets, as the SAML redirect binding has them.
func ExampleVerifier_VerifyBytes() {
	account := signPair()
	signer, err := signature.NewSigner(account.key, []*x509.Certificate{account.cert})
	if err != nil {
		fmt.Println(err)
		return
	}
	signer.Now = now
	query := []byte("SAMLRequest=PHg%2B&RelayState=7&SigAlg=http%3A%2F%2Fwww.w3.org%2F2001%2F04%2Fxmldsig-more%23rsa-sha256")
	value, err := signer.SignBytes(query)
	if err != nil {
		fmt.Println(err)
		return
	}
	verifier := &signature.Verifier{Trust: signature.Pinned(account.cert), Policy: signature.SAML(), Now: now}
	report, err := verifier.VerifyBytes(context.Background(), signer.Algorithm(), query, value, account.cert)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report.Verdict == finding.Accepted, report.KeyBits)
	// Output: true 3072
}
