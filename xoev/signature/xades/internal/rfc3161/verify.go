package rfc3161

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/sha1" //nolint:gosec // ESSCertID of RFC 2634 has no other digest; see signingCertificate
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
	"slices"
	"time"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
)

// maxAhead is how far the time of a token may be ahead of the clock.
const maxAhead = 5 * time.Minute

// Fits reports whether the token is for data.
func (t *Token) Fits(data []byte) bool {
	h := t.Hash.New()
	h.Write(data)
	return bytes.Equal(h.Sum(nil), t.Imprint)
}

// Signer finds the certificate that the token names as its signer's, among its
// own and the others; nil if it is not there. Nobody has signed the list, so that
// of several with the same names the one counts that the signed attributes name.
func (t *Token) Signer(others []*x509.Certificate) (found *x509.Certificate) {
	for _, c := range slices.Concat(t.Certificates, others) {
		switch {
		case !t.names(c):
		case t.signingCertificate(c):
			return c
		case found == nil:
			found = c
		}
	}
	return found
}

func (t *Token) names(c *x509.Certificate) bool {
	id := t.signer.ID
	if id.Class == asn1.ClassContextSpecific && id.Tag == 0 {
		return len(id.Bytes) > 0 && bytes.Equal(id.Bytes, c.SubjectKeyId)
	}
	var v struct {
		Issuer asn1.RawValue
		Serial *big.Int
	}
	return unmarshal(id.FullBytes, &v) == nil && bytes.Equal(v.Issuer.FullBytes, c.RawIssuer) && v.Serial.Cmp(c.SerialNumber) == 0
}

// Verify checks the token for data at the clock of v: imprint, signed
// attributes, signature value, the certificate's usage, validity, trust, policy
// and revocation. Others are certificates that may help to build the chain.
//
// The report is that on the signature value; it is nil where the check ended
// before. Errors match [ErrImprint], [ErrSignature], [ErrUsage], [ErrTime], or are
// those of v.VerifyBytes. A nil error says nothing about the report's verdict.
func (t *Token) Verify(ctx context.Context, v signature.Verifier, data []byte, others []*x509.Certificate) (*signature.Report, *x509.Certificate, error) {
	h := t.Hash.New()
	h.Write(data)
	return t.VerifyDigest(ctx, v, h.Sum(nil), others)
}

// VerifyDigest is [Token.Verify] for data of which the digest with t.Hash is known.
func (t *Token) VerifyDigest(ctx context.Context, v signature.Verifier, digest []byte, others []*x509.Certificate) (*signature.Report, *x509.Certificate, error) {
	if !bytes.Equal(digest, t.Imprint) {
		return nil, nil, ErrImprint
	}
	cert := t.Signer(others)
	if cert == nil {
		return nil, nil, fmt.Errorf("%w: its certificate is missing", ErrSignature)
	}
	if err := t.signedAttributes(cert); err != nil {
		return nil, nil, err
	}
	if !onlyForTime(cert) {
		return nil, nil, ErrUsage
	}
	now := time.Now
	if v.Now != nil {
		now = v.Now
	}
	if t.Time.Before(cert.NotBefore) || t.Time.After(cert.NotAfter) || t.Time.After(now().Add(maxAhead)) {
		return nil, nil, ErrTime
	}
	method, value := t.method(cert)
	if method == "" {
		return nil, nil, fmt.Errorf("%w: its method is not known", ErrSignature)
	}
	octets := bytes.Clone(t.signer.Attrs.FullBytes)
	octets[0] = asn1.TagSet | 0x20 // RFC 5652, 5.4
	v.Trust = WithOthers(forTime(v.Trust), slices.Concat(t.Certificates, others)...)
	report, err := v.VerifyBytes(ctx, method, octets, value, cert)
	if err != nil {
		return nil, nil, err
	}
	if report.Verdict == finding.Rejected && finding.Has(report.Findings, "SIG-033") {
		return report, cert, ErrSignature
	}
	return report, cert, nil
}

// signedAttributes checks what must be signed with the content (RFC 5652, 5.3 and
// 11; RFC 3161, 2.4.2; RFC 5816, 2.2).
func (t *Token) signedAttributes(cert *x509.Certificate) error {
	var contentType asn1.ObjectIdentifier
	var digest []byte
	if unmarshal(t.attribute(oidContentType), &contentType) != nil || !contentType.Equal(oidTSTInfo) {
		return fmt.Errorf("%w: content type", ErrSignature)
	}
	hash := hashOf(t.signer.Digest.Algorithm)
	if hash == 0 || unmarshal(t.attribute(oidMessageDigest), &digest) != nil {
		return fmt.Errorf("%w: message digest", ErrSignature)
	}
	h := hash.New()
	h.Write(t.content)
	if !bytes.Equal(h.Sum(nil), digest) {
		return fmt.Errorf("%w: message digest", ErrSignature)
	}
	if !t.signingCertificate(cert) {
		return fmt.Errorf("%w: signing certificate", ErrSignature)
	}
	return nil
}

type essCert struct {
	Hash   []byte
	Issuer asn1.RawValue `asn1:"optional"`
}

type essCertV2 struct {
	Algorithm pkix.AlgorithmIdentifier `asn1:"optional"`
	Hash      []byte
	Issuer    asn1.RawValue `asn1:"optional"`
}

// signingCertificate checks ESSCertIDv2 or, where there is none, ESSCertID: the
// first entry names the signer's certificate. That the latter has SHA-1 only
// weighs little, since the key is bound by the signature itself.
func (t *Token) signingCertificate(cert *x509.Certificate) bool {
	var v2 struct {
		Certs    []essCertV2
		Policies asn1.RawValue `asn1:"optional"`
	}
	var v1 struct {
		Certs    []essCert
		Policies asn1.RawValue `asn1:"optional"`
	}
	if der := t.attribute(oidSigningCertV2); der != nil {
		if unmarshal(der, &v2) != nil || len(v2.Certs) == 0 {
			return false
		}
		hash := crypto.SHA256
		if first := v2.Certs[0]; len(first.Algorithm.Algorithm) > 0 {
			hash = hashOf(first.Algorithm.Algorithm)
		}
		if hash == 0 {
			return false
		}
		h := hash.New()
		h.Write(cert.Raw)
		return bytes.Equal(h.Sum(nil), v2.Certs[0].Hash) && IssuerSerial(v2.Certs[0].Issuer.FullBytes, cert) != Differs
	}
	if unmarshal(t.attribute(oidSigningCert), &v1) != nil || len(v1.Certs) == 0 {
		return false
	}
	sum := sha1.Sum(cert.Raw)
	return bytes.Equal(sum[:], v1.Certs[0].Hash) && IssuerSerial(v1.Certs[0].Issuer.FullBytes, cert) != Differs
}

// Match says whether an IssuerSerial names a certificate.
type Match uint8

const (
	// Differs is the zero value: it names another, or cannot be read.
	Differs Match = iota
	// Missing means that there is nothing to compare.
	Missing
	// Same means that it names the certificate.
	Same
)

// IssuerSerial compares an IssuerSerial (RFC 5035, 5) in DER with a certificate.
func IssuerSerial(der []byte, cert *x509.Certificate) Match {
	if len(der) == 0 {
		return Missing
	}
	var v struct {
		Issuer []asn1.RawValue
		Serial *big.Int
		UID    asn1.BitString `asn1:"optional"`
	}
	if unmarshal(der, &v) != nil || len(v.Issuer) != 1 || v.Serial.Cmp(cert.SerialNumber) != 0 {
		return Differs
	}
	if n := v.Issuer[0]; n.Class != asn1.ClassContextSpecific || n.Tag != 4 || !bytes.Equal(n.Bytes, cert.RawIssuer) {
		return Differs
	}
	return Same
}

// MarshalIssuerSerial writes the IssuerSerial of a certificate.
func MarshalIssuerSerial(cert *x509.Certificate) ([]byte, error) {
	return asn1.Marshal(struct {
		Issuer []asn1.RawValue
		Serial *big.Int
	}{[]asn1.RawValue{{Class: asn1.ClassContextSpecific, Tag: 4, IsCompound: true, Bytes: cert.RawIssuer}}, cert.SerialNumber})
}

// onlyForTime reports whether the certificate has one extended key usage, time
// stamping, in one critical extension (RFC 3161, 2.3).
func onlyForTime(cert *x509.Certificate) bool {
	n := 0
	for _, e := range cert.Extensions {
		if e.Id.Equal(oidExtKeyUsage) {
			var usages []asn1.ObjectIdentifier
			if n++; !e.Critical || unmarshal(e.Value, &usages) != nil || len(usages) != 1 || !usages[0].Equal(oidTimeStampUsage) {
				return false
			}
		}
	}
	return n == 1
}

// method is the signature method as XML Signature names it, and the value as
// it has it; "" if it is not known or does not fit the digest.
func (t *Token) method(cert *x509.Certificate) (string, []byte) {
	oid, value := t.signer.Algorithm.Algorithm, t.signer.Value
	for _, d := range digests {
		if !d.oid.Equal(t.signer.Digest.Algorithm) {
			continue
		}
		switch {
		case oid.Equal(oidRSA) || oid.Equal(d.oidRSA):
			return d.rsa, value
		case oid.Equal(oidPSS) && pssFits(t.signer.Algorithm.Parameters.FullBytes, d.hash):
			return d.pss, value
		case oid.Equal(d.oidECC):
			key, ok := cert.PublicKey.(*ecdsa.PublicKey)
			var v struct{ R, S *big.Int }
			if !ok || unmarshal(value, &v) != nil || v.R.Sign() <= 0 || v.S.Sign() <= 0 {
				return "", nil
			}
			n := (key.Curve.Params().BitSize + 7) / 8
			if v.R.BitLen() > 8*n || v.S.BitLen() > 8*n {
				return "", nil
			}
			out := make([]byte, 2*n)
			v.R.FillBytes(out[:n])
			v.S.FillBytes(out[n:])
			return d.ec, out
		}
	}
	return "", nil
}

// pssFits reports whether RSASSA-PSS-params (RFC 4055, 3.1) name the digest
// everywhere and a salt of its length.
func pssFits(der []byte, hash crypto.Hash) bool {
	var p struct {
		Hash    pkix.AlgorithmIdentifier `asn1:"explicit,tag:0"`
		Mask    pkix.AlgorithmIdentifier `asn1:"explicit,tag:1"`
		Salt    int                      `asn1:"explicit,tag:2"`
		Trailer int                      `asn1:"optional,explicit,tag:3,default:1"`
	}
	var inner pkix.AlgorithmIdentifier
	return unmarshal(der, &p) == nil && p.Mask.Algorithm.Equal(oidMGF1) && unmarshal(p.Mask.Parameters.FullBytes, &inner) == nil &&
		hashOf(p.Hash.Algorithm) == hash && hashOf(inner.Algorithm) == hash && p.Salt == hash.Size() && p.Trailer == 1
}
