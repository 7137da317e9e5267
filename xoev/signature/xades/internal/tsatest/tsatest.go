// Package tsatest is a small public key infrastructure and a time stamping
// authority for the tests of packages xades and tsa. Its tokens are made by another
// implementation (github.com/digitorus/timestamp).
package tsatest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/digitorus/timestamp"
	"golang.org/x/crypto/ocsp"
)

// start is when everything begins to be valid; it is never changed.
var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// Start returns the time from which certificates are valid, ten years long unless
// their template says otherwise.
func Start() time.Time { return start }

// Entity is a certificate and its key.
type Entity struct {
	Cert *x509.Certificate
	Key  *ecdsa.PrivateKey

	parent *Entity
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// NewCA makes a root.
func NewCA(name string) *Entity {
	e := &Entity{}
	return e.issue(&x509.Certificate{
		Subject: pkix.Name{CommonName: name}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign | x509.KeyUsageDigitalSignature,
	}, nil)
}

// Issue makes a certificate for signatures; change adapts it and may be nil.
func (e *Entity) Issue(name string, change func(*x509.Certificate)) *Entity {
	t := &x509.Certificate{Subject: pkix.Name{CommonName: name}, KeyUsage: x509.KeyUsageDigitalSignature}
	if change != nil {
		change(t)
	}
	return (&Entity{}).issue(t, e)
}

func (e *Entity) issue(t *x509.Certificate, parent *Entity) *Entity {
	e.Key = must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	e.parent = parent
	t.SerialNumber = must(rand.Int(rand.Reader, big.NewInt(1<<62)))
	if t.NotBefore.IsZero() {
		t.NotBefore, t.NotAfter = start, start.AddDate(10, 0, 0)
	}
	issuer, key := t, e.Key
	if parent != nil {
		issuer, key = parent.Cert, parent.Key
	}
	e.Cert = must(x509.ParseCertificate(must(x509.CreateCertificate(rand.Reader, t, issuer, &e.Key.PublicKey, key))))
	return e
}

// Again makes another certificate for the same key.
func (e *Entity) Again(name string) *x509.Certificate {
	t := &x509.Certificate{
		Subject: pkix.Name{CommonName: name}, KeyUsage: x509.KeyUsageDigitalSignature,
		SerialNumber: big.NewInt(4711), NotBefore: start, NotAfter: start.AddDate(10, 0, 0),
	}
	return must(x509.ParseCertificate(must(x509.CreateCertificate(rand.Reader, t, e.parent.Cert, &e.Key.PublicKey, e.parent.Key))))
}

// Namesake makes a certificate with the issuer's name and the number of another,
// for a key of its own.
func (e *Entity) Namesake(of *x509.Certificate) *x509.Certificate {
	t := &x509.Certificate{
		Subject: of.Subject, KeyUsage: x509.KeyUsageDigitalSignature, SerialNumber: of.SerialNumber,
		NotBefore: start, NotAfter: start.AddDate(10, 0, 0),
	}
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	return must(x509.ParseCertificate(must(x509.CreateCertificate(rand.Reader, t, e.Cert, &key.PublicKey, e.Key))))
}

// Usage writes an extended key usage; the time stamping one must be critical.
func Usage(critical bool, usages ...asn1.ObjectIdentifier) func(*x509.Certificate) {
	return func(t *x509.Certificate) {
		t.ExtraExtensions = append(t.ExtraExtensions, pkix.Extension{
			Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Critical: critical, Value: must(asn1.Marshal(usages)),
		})
	}
}

// TimeStamping is the extended key usage of time stamping authorities.
func TimeStamping() asn1.ObjectIdentifier { return asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 8} }

// CRL makes a list of one day.
func (e *Entity) CRL(this time.Time, revoked map[*Entity]time.Time) []byte {
	t := &x509.RevocationList{Number: big.NewInt(this.Unix()), ThisUpdate: this, NextUpdate: this.AddDate(0, 0, 1)}
	for r, at := range revoked {
		t.RevokedCertificateEntries = append(t.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: r.Cert.SerialNumber, RevocationTime: at})
	}
	return must(x509.CreateRevocationList(rand.Reader, t, e.Cert, e.Key))
}

// OCSP makes a response of one day that says good.
func (e *Entity) OCSP(about *Entity, this time.Time) []byte {
	return must(ocsp.CreateResponse(e.Cert, e.Cert, ocsp.Response{
		Status: ocsp.Good, SerialNumber: about.Cert.SerialNumber, ThisUpdate: this, NextUpdate: this.AddDate(0, 0, 1),
	}, e.Key))
}

// TSA is a time stamping authority.
type TSA struct {
	*Entity
	// Time is genTime.
	Time time.Time
	// Policy is its policy; zero means 1.2.3.4.
	Policy asn1.ObjectIdentifier
	// Change, if not nil, adapts what is about to be signed.
	Change func(*timestamp.Timestamp)
	// Asked counts requests.
	Asked int
}

// NewTSA makes an authority below ca.
func NewTSA(ca *Entity) *TSA {
	return &TSA{Entity: ca.Issue("Zeitstempel Musterstadt", Usage(true, TimeStamping())), Time: start.AddDate(0, 1, 0)}
}

// Respond answers a request with a response, both in DER.
func (a *TSA) Respond(query []byte) ([]byte, error) {
	a.Asked++
	r, err := timestamp.ParseRequest(query)
	if err != nil {
		return nil, err
	}
	policy := a.Policy
	if policy == nil {
		policy = asn1.ObjectIdentifier{1, 2, 3, 4}
	}
	t := &timestamp.Timestamp{
		HashAlgorithm: r.HashAlgorithm, HashedMessage: r.HashedMessage, Time: a.Time, Nonce: r.Nonce, Policy: policy,
		Accuracy: time.Second, AddTSACertificate: true, Certificates: []*x509.Certificate{a.parent.Cert},
	}
	if a.Change != nil {
		a.Change(t)
	}
	return t.CreateResponseWithOpts(a.Cert, a.Key, crypto.SHA256)
}

// Server serves the authority over HTTP; close it after use.
func (a *TSA) Server() *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query, err := io.ReadAll(io.LimitReader(r.Body, 1<<16))
		if err != nil || r.Header.Get("Content-Type") != "application/timestamp-query" {
			http.Error(w, "not a query", http.StatusBadRequest)
			return
		}
		reply, err := a.Respond(query)
		if err != nil {
			http.Error(w, "not a query", http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/timestamp-reply")
		_, _ = w.Write(reply)
	}))
}
