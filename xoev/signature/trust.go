package signature

import (
	"context"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
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
// A Trust may also be a [CertificateSource] and a [ChainBuilder].
// Implementations are safe for concurrent use.
type Trust interface {
	// Trusted reports whether cert may sign at the time at. Others are the
	// other certificates of KeyInfo, from an untrusted document. An error
	// means that the question could not be answered.
	Trusted(ctx context.Context, cert *x509.Certificate, others []*x509.Certificate, at time.Time) (bool, error)
}

// CertificateSource is a [Trust] that can list the certificates it trusts. Then
// KeyInfo may name a certificate by issuer and serial number or subject key
// identifier, or be missing, where the form of signature allows that.
type CertificateSource interface {
	// TrustedCertificates lists the certificates that may sign.
	TrustedCertificates(ctx context.Context) ([]*x509.Certificate, error)
}

// ChainBuilder is a [Trust] that knows how a certificate is connected to what is
// trusted. A [Verifier] with Revocation needs it for certificates that are not
// trusted by themselves.
type ChainBuilder interface {
	// Chains returns the ways from cert (first) to a trusted certificate
	// (last); of a certificate that is trusted by itself only itself.
	Chains(ctx context.Context, cert *x509.Certificate, others []*x509.Certificate, at time.Time) ([][]*x509.Certificate, error)
}

// Pinned trusts exactly the given certificates, compared byte by byte; it does
// not trust certificates issued by them.
func Pinned(certs ...*x509.Certificate) Trust {
	return pinned(append([]*x509.Certificate(nil), certs...))
}

type pinned []*x509.Certificate

func (p pinned) Trusted(_ context.Context, cert *x509.Certificate, _ []*x509.Certificate, _ time.Time) (bool, error) {
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

// TrustedCertificates makes it a [CertificateSource].
func (p pinned) TrustedCertificates(context.Context) ([]*x509.Certificate, error) {
	if len(p) == 0 {
		return nil, ErrNoTrust
	}
	return p, nil
}

// CertificateStore trusts exactly the certificates of a goxmldsig store, as
// goxmldsig does. The store is asked at every check, so that it may change.
func CertificateStore(store dsig.X509CertificateStore) Trust { return fromStore{store} }

type fromStore struct{ store dsig.X509CertificateStore }

func (f fromStore) Trusted(ctx context.Context, cert *x509.Certificate, others []*x509.Certificate, at time.Time) (bool, error) {
	certs, err := f.TrustedCertificates(ctx)
	if err != nil {
		return false, err
	}
	return pinned(certs).Trusted(ctx, cert, others, at)
}

// TrustedCertificates makes it a [CertificateSource].
func (f fromStore) TrustedCertificates(context.Context) ([]*x509.Certificate, error) {
	if f.store == nil {
		return nil, ErrNoTrust
	}
	certs, err := f.store.Certificates()
	if err != nil {
		return nil, fmt.Errorf("signature: reading the certificate store: %w", err)
	}
	return certs, nil
}

// PoolOptions adapt [PoolWith]. Nil means the zero value.
type PoolOptions struct {
	// Intermediates are further certificates that a chain may pass through,
	// beside those of KeyInfo; nil means none.
	Intermediates []*x509.Certificate
	// ExtKeyUsages: the signer's certificate must have one of them, or
	// anyExtendedKeyUsage, and every issuer must allow it (RFC 5280, 4.2.1.12).
	// Empty means any or none.
	ExtKeyUsages []x509.ExtKeyUsage
	// Policy says which keys of intermediate certificates are good enough;
	// zero is strict.
	Policy Policy
}

// Pool trusts certificates with a chain to one of the roots, valid at the time
// of the check, as a public key infrastructure such as that of the
// administration (Verwaltungs-PKI) has them. The other certificates of KeyInfo
// serve as intermediates; every intermediate needs a key that the strict policy
// allows. Roots on Brainpool curves come from [ParseCertificate].
func Pool(roots *x509.CertPool) Trust { return PoolWith(roots, nil) }

// PoolWith is [Pool] with options.
func PoolWith(roots *x509.CertPool, o *PoolOptions) Trust {
	if o == nil {
		o = &PoolOptions{}
	}
	return pool{roots, *o}
}

type pool struct {
	roots *x509.CertPool
	o     PoolOptions
}

func (p pool) Trusted(ctx context.Context, cert *x509.Certificate, others []*x509.Certificate, at time.Time) (bool, error) {
	chains, err := p.Chains(ctx, cert, others, at)
	return len(chains) > 0, err
}

// Chains makes it a [ChainBuilder].
func (p pool) Chains(_ context.Context, cert *x509.Certificate, others []*x509.Certificate, at time.Time) ([][]*x509.Certificate, error) {
	if p.roots == nil {
		return nil, ErrNoTrust
	}
	between := x509.NewCertPool()
	for _, list := range [][]*x509.Certificate{others, p.o.Intermediates} {
		for _, c := range list {
			if c != nil && p.strongIssuer(c, at) {
				between.AddCert(c)
			}
		}
	}
	usages := p.o.ExtKeyUsages
	if len(usages) == 0 {
		usages = []x509.ExtKeyUsage{x509.ExtKeyUsageAny}
	} else if !hasUsage(cert, usages) {
		return nil, nil // crypto/x509 would take a certificate without any usage
	}
	chains, err := cert.Verify(x509.VerifyOptions{
		Roots: p.roots, Intermediates: between, CurrentTime: at, KeyUsages: usages,
	})
	if err != nil {
		return nil, nil // not trusted, which is an answer
	}
	return chains, nil
}

// hasUsage reports whether the certificate itself names one of the usages, or
// anyExtendedKeyUsage.
func hasUsage(cert *x509.Certificate, usages []x509.ExtKeyUsage) bool {
	return slices.Contains(usages, x509.ExtKeyUsageAny) || slices.ContainsFunc(cert.ExtKeyUsage, func(u x509.ExtKeyUsage) bool {
		return u == x509.ExtKeyUsageAny || slices.Contains(usages, u)
	})
}

// strongIssuer reports whether the policy allows signatures with the key.
func (p pool) strongIssuer(c *x509.Certificate, at time.Time) bool {
	switch key := c.PublicKey.(type) {
	case *rsa.PublicKey:
		_, broken := p.o.Policy.allow(RSASHA256, key.N.BitLen(), at, ruleMethod)
		return len(broken) == 0 && len(judgeRSA(key)) == 0
	case *ecdsa.PublicKey:
		_, broken := p.o.Policy.allow(curveURN(key.Curve), key.Curve.Params().BitSize, at, ruleCurve)
		return len(broken) == 0
	default:
		return false
	}
}
