package signature

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	dsig "github.com/russellhaering/goxmldsig"
)

// ErrNoTrust says that a [Verifier] has nothing to trust: the check cannot be
// made. It is a mistake in the configuration.
var ErrNoTrust = errors.New("signature: no trusted certificate is configured")

// Trust decides whether a certificate may sign. KeyInfo only selects the
// certificate; trust never comes from the document.
//
// The [Verifier] itself judges the certificate's validity, key usage and key;
// Trust answers only whether the caller wants signatures of this certificate.
// Implementations are safe for concurrent use.
type Trust interface {
	// Trusted reports whether cert may sign at the time at. Others are the
	// other certificates of KeyInfo, from an untrusted document. An error
	// means that the question could not be answered.
	Trusted(cert *x509.Certificate, others []*x509.Certificate, at time.Time) (bool, error)
}

// Pinned trusts exactly the given certificates, compared byte by byte; it does
// not trust certificates issued by them.
func Pinned(certs ...*x509.Certificate) Trust {
	return pinned(append([]*x509.Certificate(nil), certs...))
}

type pinned []*x509.Certificate

func (p pinned) Trusted(cert *x509.Certificate, _ []*x509.Certificate, _ time.Time) (bool, error) {
	if len(p) == 0 {
		return false, ErrNoTrust
	}
	for _, c := range p {
		if c != nil && c.Equal(cert) {
			return true, nil
		}
	}
	return false, nil
}

// CertificateStore trusts exactly the certificates of a goxmldsig store, as
// goxmldsig does. The store is asked at every check, so that it may change.
func CertificateStore(store dsig.X509CertificateStore) Trust { return fromStore{store} }

type fromStore struct{ store dsig.X509CertificateStore }

func (f fromStore) Trusted(cert *x509.Certificate, others []*x509.Certificate, at time.Time) (bool, error) {
	if f.store == nil {
		return false, ErrNoTrust
	}
	certs, err := f.store.Certificates()
	if err != nil {
		return false, fmt.Errorf("signature: reading the certificate store: %w", err)
	}
	return pinned(certs).Trusted(cert, others, at)
}

// Pool trusts certificates with a chain to one of the roots, valid at the time
// of the check. The other certificates of KeyInfo serve as intermediates; every
// intermediate needs an RSA key of at least 3000 bits or an elliptic curve of at
// least 250 bits. Revocation is not checked: wrap Pool in a Trust of your own
// to ask a CRL or OCSP responder.
func Pool(roots *x509.CertPool) Trust { return pool{roots} }

type pool struct{ roots *x509.CertPool }

func (p pool) Trusted(cert *x509.Certificate, others []*x509.Certificate, at time.Time) (bool, error) {
	if p.roots == nil {
		return false, ErrNoTrust
	}
	between := x509.NewCertPool()
	for _, c := range others {
		if strongIssuer(c) {
			between.AddCert(c)
		}
	}
	_, err := cert.Verify(x509.VerifyOptions{
		Roots: p.roots, Intermediates: between, CurrentTime: at,
		KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	})
	return err == nil, nil
}

func strongIssuer(c *x509.Certificate) bool {
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		return key.N.BitLen() >= minRSABits && key.N.BitLen() <= maxRSABits && key.E >= minRSAExponent
	case *ecdsa.PublicKey:
		return key.Curve.Params().BitSize >= 250
	default:
		return false
	}
}
