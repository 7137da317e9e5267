package signature

import (
	"context"
	"crypto/x509"
)

// VerifyBytes checks a signature over octets, without any XML: that of the SAML
// redirect binding, for example. Algorithm is the signature method as a URI;
// [RSAPSS] is refused, because its parameters are missing. Certificate is the one
// that the caller expects the signature to be made with; it is judged as
// everywhere, by Trust, Revocation and Policy. ECDSA signatures are r and s.
//
// Errors are those of Trust and Revocation and [ErrNoTrust]. Findings have no
// place.
func (v *Verifier) VerifyBytes(ctx context.Context, algorithm string, octets, value []byte, cert *x509.Certificate) (*Report, error) {
	c, err := v.begin(ctx)
	if err != nil {
		return nil, err
	}
	c.signatureMethod(algorithm, 0, nil)
	if cert == nil {
		c.judge.add(ruleNoKey, nil, nil)
	}
	if c.rejected() {
		return c.report, nil
	}
	k := candidate{cert: withPSSKey(cert)}
	ok, err := c.certificate(c.method, k)
	if err != nil {
		return nil, err
	}
	if ok && !c.method.verify(k.cert.PublicKey, c.method.sum(octets), value) {
		c.judge.add(ruleSignatureValue, nil, nil)
	}
	if c.rejected() {
		return c.report, nil
	}
	if err := c.revocation(k); err != nil {
		return nil, err
	}
	if c.rejected() {
		return c.report, nil
	}
	c.report.ground(c.keyGrounds...)
	return c.accept(k.cert, octets)
}

// SignBytes makes a signature over octets, without any XML, with the method that
// [Signer.Algorithm] names; see [Verifier.VerifyBytes]. Errors match [ErrKey] or
// are the key's own.
func (s *Signer) SignBytes(octets []byte) ([]byte, error) {
	if err := s.ready(); err != nil {
		return nil, err
	}
	return s.value(octets)
}
