package encryption_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"time"

	"github.com/bausteine/egov/xoev/encryption"
	"github.com/bausteine/egov/xoev/finding"
)

// recipient makes a key and a certificate for it, for the examples only.
func recipient() (*rsa.PrivateKey, *x509.Certificate) {
	key, err := rsa.GenerateKey(rand.Reader, 3072)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Stadt Musterstadt"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageKeyEncipherment,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return key, cert
}

// Encrypt one element of a message for an authority, and decrypt it there.
func Example() {
	key, cert := recipient()
	message := []byte(`<antrag><zeichen>4711</zeichen><person id="p1"><name>Erika Mustermann</name></person></antrag>`)

	e, err := encryption.NewEncrypter([]*x509.Certificate{cert}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	encrypted, err := e.EncryptElement(message, encryption.Place{ID: "p1"})
	if err != nil {
		fmt.Println(err)
		return
	}

	d := &encryption.Decrypter{Keys: []encryption.Key{{Decrypter: key, Certificate: cert}}}
	report, err := d.DecryptDocument(encrypted)
	if err != nil {
		fmt.Println(err)
		return
	}
	if report.Verdict != finding.Accepted {
		fmt.Println(report.Findings)
		return
	}
	fmt.Println(string(report.Content()))
	for _, g := range report.Decrypted[0].Grounds {
		fmt.Println(g.Policy, g.Algorithm, g.KeyBits)
	}
	// Output:
	// <antrag><zeichen>4711</zeichen><person id="p1"><name>Erika Mustermann</name></person></antrag>
	// BSI http://www.w3.org/2009/xmlenc11#aes256-gcm 0
	// BSI http://www.w3.org/2009/xmlenc11#rsa-oaep 3072
	// BSI http://www.w3.org/2001/04/xmlenc#sha256 0
	// BSI http://www.w3.org/2009/xmlenc11#mgf1sha256 0
}

// While a key is replaced, the old and the new one decrypt. What comes out of a SAML
// response is an assertion with the namespaces of its place; its signature is still to
// be verified.
func ExampleDecrypter_Decrypt() {
	oldKey, oldCert := recipient()
	newKey, newCert := recipient()
	e, err := encryption.NewEncrypter([]*x509.Certificate{newCert}, &encryption.EncrypterOptions{
		Policy: encryption.SAML(),
		// As the metadata of the service provider say.
		Offered: []encryption.Method{{Algorithm: encryption.AES128GCM}, {Algorithm: encryption.RSAOAEPMGF1P}},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	response := []byte(`<Response xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion"><a:EncryptedAssertion><a:Assertion ID="_1"/></a:EncryptedAssertion></Response>`)
	response, err = e.EncryptElement(response, encryption.Place{ID: "_1"})
	if err != nil {
		fmt.Println(err)
		return
	}

	d := &encryption.Decrypter{
		Keys:   []encryption.Key{{Decrypter: oldKey, Certificate: oldCert}, {Decrypter: newKey, Certificate: newCert}},
		Policy: encryption.SAML(),
	}
	report, err := d.Decrypt(encryption.Request{
		Document: response,
		Place:    encryption.Place{Offset: int64(bytes.Index(response, []byte("<xenc:EncryptedData")))}, // as a scanner says
		Kind:     encryption.Element,
	})
	if err != nil || report.Verdict != finding.Accepted {
		fmt.Println(report, err)
		return
	}
	fmt.Println(string(report.Content()))
	fmt.Println("key", report.Decrypted[0].Key, report.Decrypted[0].KeyTransport)
	// Output:
	// <a:Assertion xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion" ID="_1"/>
	// key 1 http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p
}

// A message that is encrypted in a way of the past is refused, with a reason, until
// somebody asks for it by name.
func ExampleReport() {
	key, cert := recipient()
	e, err := encryption.NewEncrypter([]*x509.Certificate{cert}, &encryption.EncrypterOptions{
		KeyTransport: encryption.RSAOAEPMGF1P, Policy: encryption.SAML(),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	doc, err := e.EncryptElement([]byte("<antrag/>"), encryption.Place{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, policy := range []encryption.Policy{encryption.BSI(), encryption.SAML()} {
		d := &encryption.Decrypter{Keys: []encryption.Key{{Decrypter: key, Certificate: cert}}, Policy: policy}
		report, err := d.DecryptDocument(doc)
		fmt.Println(policy.Name(), report, err)
	}
	// Output:
	// BSI rejected ENC-031 <nil>
	// SAML accepted <nil>
}
