package signature

import (
	"crypto/x509"
	"encoding/asn1"
	"slices"
	"time"
)

// candidate is a certificate that may be the signer's.
type candidate struct {
	cert   *x509.Certificate
	others []*x509.Certificate // of KeyInfo
	at     *element            // where KeyInfo selects it, for findings; may be nil
}

// candidates finds out which certificates KeyInfo selects. It returns nothing if
// a finding was added or, with an error, if the trust could not be asked.
func (c *check) candidates(p *parts) ([]candidate, error) {
	if len(p.certificates) == 0 {
		return c.selected(p)
	}
	certs := c.certificates(p)
	if len(certs) == 0 {
		return nil, nil
	}
	leaf, others := signerOf(certs)
	if leaf == nil {
		c.judge.add(ruleCertificateChain, p.keyInfo, nil)
		return nil, nil
	}
	at := p.certificates[slices.Index(certs, leaf)]
	return []candidate{{leaf, others, at}}, nil
}

// selected looks for the certificate among those that are trusted by name.
func (c *check) selected(p *parts) ([]candidate, error) {
	var at *element
	if at = p.keyInfo; at == nil {
		at = p.signatureValue
	}
	source, ok := c.v.Trust.(CertificateSource)
	if !ok {
		c.judge.add(ruleNoKey, at, nil)
		return nil, nil
	}
	certs, err := source.TrustedCertificates(c.ctx)
	if err != nil {
		return nil, err
	}
	var out []candidate
	for _, cert := range certs {
		if cert == nil || len(out) == c.judge.limits.MaxCertificates {
			continue
		}
		if len(p.selectors) == 0 || slices.ContainsFunc(p.selectors, func(s selector) bool { return s.selects(cert) }) {
			out = append(out, candidate{withPSSKey(cert), nil, at})
		}
	}
	if len(out) == 0 {
		c.judge.add(ruleNoKey, at, nil)
	}
	return out, nil
}

// certificate judges a candidate. It returns false if anything is broken, so
// that the key of an untrusted or unsuitable certificate is never used.
func (c *check) certificate(m method, k candidate) (bool, error) {
	before := len(c.judge.findings)
	trusted, err := c.v.Trust.Trusted(c.ctx, k.cert, k.others, c.at)
	if err != nil {
		return false, err
	}
	if !trusted {
		c.judge.add(ruleUntrusted, k.at, nil)
	}
	for _, rule := range usable(k.cert, c.at) {
		c.judge.add(rule, k.at, nil)
	}
	bits, grounds, broken := c.v.Policy.judgeKey(m, k.cert.PublicKey, c.at)
	c.report.KeyBits = bits
	for _, b := range broken {
		c.judge.add(b.rule, k.at, b.params)
	}
	if len(broken) == 0 && !allowsPSS(k.cert, m) {
		c.judge.add(ruleKeyType, k.at, nil)
	}
	if len(c.judge.findings) > before {
		return false, nil
	}
	c.keyGrounds = grounds
	return true, nil
}

// certificates decodes all of KeyInfo, or adds findings and returns nothing.
func (c *check) certificates(p *parts) []*x509.Certificate {
	certs := make([]*x509.Certificate, 0, len(p.certificates))
	for _, e := range p.certificates {
		der, ok := decodeBase64(dropSpace(e.text))
		if !ok || len(e.children) > 0 {
			c.judge.add(ruleCertificateData, e, nil)
			return nil
		}
		cert, err := ParseCertificate(der)
		if err != nil {
			c.judge.add(ruleCertificateData, e, nil)
			return nil
		}
		certs = append(certs, cert)
	}
	return certs
}

// signerOf finds the one certificate that issued none of the others; the others
// must be its chain. The order does not matter (XML Signature 1.1, 4.5.4).
func signerOf(certs []*x509.Certificate) (leaf *x509.Certificate, others []*x509.Certificate) {
	for i, c := range certs {
		if !issuedAny(c, certs, i) {
			if leaf != nil {
				return nil, nil
			}
			leaf = c
		}
	}
	if leaf == nil {
		return nil, nil
	}
	used := map[*x509.Certificate]bool{leaf: true}
	for next := leaf; next != nil; {
		next = issuerOf(next, certs, used)
		if next != nil {
			used[next] = true
			others = append(others, next)
		}
	}
	if len(used) != len(certs) {
		return nil, nil
	}
	return leaf, others
}

func issuedAny(c *x509.Certificate, certs []*x509.Certificate, self int) bool {
	for i, other := range certs {
		if i != self && string(other.RawIssuer) == string(c.RawSubject) {
			return true
		}
	}
	return false
}

func issuerOf(c *x509.Certificate, certs []*x509.Certificate, used map[*x509.Certificate]bool) *x509.Certificate {
	for _, other := range certs {
		if !used[other] && string(other.RawSubject) == string(c.RawIssuer) {
			return other
		}
	}
	return nil
}

// usable judges what does not depend on trust and algorithm.
func usable(cert *x509.Certificate, at time.Time) []ruleID {
	var broken []ruleID
	if at.After(cert.NotAfter) {
		broken = append(broken, ruleExpired)
	}
	if at.Before(cert.NotBefore) {
		broken = append(broken, ruleNotYetValid)
	}
	if !maySign(cert) {
		broken = append(broken, ruleKeyUsage)
	}
	if len(cert.UnhandledCriticalExtensions) > 0 {
		broken = append(broken, ruleCritical)
	}
	return broken
}

// maySign reports whether the key usage allows signatures over messages:
// digitalSignature or contentCommitment (nonRepudiation), or no key usage
// extension at all.
func maySign(cert *x509.Certificate) bool {
	if cert.KeyUsage&(x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment) != 0 {
		return true
	}
	keyUsage := asn1.ObjectIdentifier{2, 5, 29, 15}
	for _, e := range cert.Extensions {
		if e.Id.Equal(keyUsage) {
			return false
		}
	}
	return true
}
