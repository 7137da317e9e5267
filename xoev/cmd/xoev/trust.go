package main

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"time"

	"github.com/bausteine/egov/xoev/signature"
)

var (
	errNoCertificate = errors.New("no certificate in PEM form")
	errNoFile        = errors.New("there is something that is no ordinary file")
	errTrailing      = errors.New("something that is not a certificate in PEM form")
)

// profiles are the values of --profile. The first is the strict default.
var profiles = []struct {
	name   string
	policy func() signature.Policy
}{
	{"bsi", signature.BSI},
	{"osci12", signature.OSCI12},
	{"saml", signature.SAML},
	{"etsi119312", signature.ETSI119312},
	{"legacy", signature.LegacyVerifyOnly},
}

// profile finds a profile; the empty name is the strict one.
func (c *command) profile(name string) (p signature.Policy, problem string) {
	known := ""
	for i, entry := range profiles {
		if name == "" || name == entry.name {
			return entry.policy(), ""
		}
		if i > 0 {
			known += ", "
		}
		known += entry.name
	}
	return p, "--profile: " + known
}

// trusted are the certificates of --trust.
type trusted struct {
	pinned signature.Trust
	issued signature.Trust // nil if there is no CA among them
}

// Trusted asks first for the certificate itself, then for its issuer.
func (t trusted) Trusted(ctx context.Context, cert *x509.Certificate, others []*x509.Certificate, at time.Time) (bool, error) {
	ok, err := t.pinned.Trusted(ctx, cert, others, at)
	if ok || err != nil || t.issued == nil {
		return ok, err
	}
	return t.issued.Trusted(ctx, cert, others, at)
}

// TrustedCertificates makes it a [signature.CertificateSource], for signatures
// that name their certificate without holding it.
func (t trusted) TrustedCertificates(ctx context.Context) ([]*x509.Certificate, error) {
	if s, ok := t.pinned.(signature.CertificateSource); ok {
		return s.TrustedCertificates(ctx)
	}
	return nil, nil
}

// Chains makes it a [signature.ChainBuilder], for revocation.
func (t trusted) Chains(ctx context.Context, cert *x509.Certificate, others []*x509.Certificate, at time.Time) ([][]*x509.Certificate, error) {
	ok, err := t.pinned.Trusted(ctx, cert, others, at)
	if ok || err != nil {
		return [][]*x509.Certificate{{cert}}, err
	}
	if b, ok := t.issued.(signature.ChainBuilder); ok {
		return b.Chains(ctx, cert, others, at)
	}
	return nil, nil
}

// trust reads the files of a flag such as --trust. Policy judges the keys of
// certificates between a CA and the signer.
func (c *command) trust(flag string, files []string, policy signature.Policy) (signature.Trust, error) {
	var pinned []*x509.Certificate
	roots, haveRoots := x509.NewCertPool(), false
	for _, file := range files {
		certs, err := c.certificates(file)
		if err != nil {
			return nil, errors.New(flag + " " + file + ": " + c.reason(err))
		}
		for _, cert := range certs {
			pinned = append(pinned, cert)
			if cert.BasicConstraintsValid && cert.IsCA {
				roots.AddCert(cert)
				haveRoots = true
			}
		}
	}
	t := trusted{pinned: signature.Pinned(pinned...)}
	if haveRoots {
		t.issued = signature.PoolWith(roots, &signature.PoolOptions{Policy: policy})
	}
	return t, nil
}

// certificates reads a file of certificates in PEM form.
func (c *command) certificates(file string) ([]*x509.Certificate, error) {
	data, err := c.read(file)
	if err != nil {
		return nil, err
	}
	return certificates(data)
}

func certificates(data []byte) ([]*x509.Certificate, error) {
	var certs []*x509.Certificate
	blocks := bytes.Count(data, []byte("-----BEGIN "))
	for {
		block, rest := pem.Decode(data)
		if block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			return nil, errTrailing
		}
		cert, err := signature.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		certs = append(certs, cert)
		data = rest
	}
	switch {
	case len(certs) == 0:
		return nil, errNoCertificate
	case len(certs) != blocks: // pem.Decode passes over what it cannot read
		return nil, errTrailing
	}
	return certs, nil
}
