package signature_test

import (
	"crypto/x509"
	"fmt"
	"os"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
)

// Sign a message, verify it, and go on with what was signed.
func Example() {
	authority := signPair() // the authority's key and certificate
	signer, err := signature.NewSigner(authority.key, []*x509.Certificate{authority.cert})
	if err != nil {
		fmt.Println(err)
		return
	}
	signer.Now = now
	doc := []byte(`<antrag xmlns="urn:example:antrag"><name>Erika Mustermann</name></antrag>`)
	signed, err := signer.SignEnveloped(doc, nil)
	if err != nil {
		fmt.Println(err)
		return
	}

	verifier := &signature.Verifier{Trust: signature.Pinned(authority.cert), Now: now}
	report, err := verifier.VerifyEnveloped(signed)
	if err != nil {
		fmt.Println("could not check, or not XML:", err)
		return
	}
	if report.Verdict != finding.Accepted {
		fmt.Println(report)
		return
	}
	fmt.Println(report.Verdict, report.KeyBits, report.Algorithm)
	fmt.Println(string(report.Content()))
	// Output:
	// accepted 3072 http://www.w3.org/2001/04/xmldsig-more#rsa-sha256
	// <antrag xmlns="urn:example:antrag"><name>Erika Mustermann</name></antrag>
}

// A signature in its own file leaves the document as it is. It names the file,
// so that it cannot be moved to another document.
func ExampleSigner_SignDetached() {
	authority := signPair()
	signer, err := signature.NewSigner(authority.key, []*x509.Certificate{authority.cert})
	if err != nil {
		fmt.Println(err)
		return
	}
	signer.Now = now
	doc := []byte(`<antrag><name>Erika Mustermann</name></antrag>`)
	sigFile, err := signer.SignDetached(doc, "antrag.xml", nil)
	if err != nil {
		fmt.Println(err)
		return
	}

	verifier := &signature.Verifier{Trust: signature.Pinned(authority.cert), Now: now}
	for _, name := range []string{"antrag.xml", "bescheid.xml"} {
		report, err := verifier.VerifyDetached(doc, sigFile, name)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(name, report)
	}
	// Output:
	// antrag.xml accepted
	// bescheid.xml rejected (SIG-013)
}

// Trust a certification authority instead of single certificates.
func ExamplePool() {
	ca := authority(other(), "Test CA", nil)
	office := leaf("Test Musterstadt", &ca)
	signer, err := signature.NewSigner(office.key, []*x509.Certificate{office.cert, ca.cert})
	if err != nil {
		fmt.Println(err)
		return
	}
	signer.Now = now
	signed, err := signer.SignEnveloped([]byte(`<bescheid/>`), nil)
	if err != nil {
		fmt.Println(err)
		return
	}

	roots := x509.NewCertPool()
	roots.AddCert(ca.cert)
	verifier := &signature.Verifier{Trust: signature.Pool(roots), Now: now}
	report, err := verifier.VerifyEnveloped(signed)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(report, report.Certificate.Subject)
	// Output: accepted CN=Test Musterstadt
}

// Look whether a document is signed at all, without verifying it.
func ExampleIsSigned() {
	signed, err := signature.IsSigned([]byte(`<antrag/>`))
	fmt.Println(signed, err)
	// Output: false <nil>
}

// The catalogue names every rule with its source.
func ExampleRules() {
	for _, rule := range signature.Rules()[:2] {
		fmt.Fprintln(os.Stdout, rule.Code, rule.Message)
	}
	// Output:
	// SIG-001 no Signature element is a child of the root element
	// SIG-002 more than one Signature element is a child of the root element
}
