package signature

import (
	"bytes"
	"crypto/x509"
	"math/big"
	"strings"
)

// selector names a certificate without holding it.
type selector struct {
	element *element
	serial  *big.Int
	ski     []byte
}

func (s selector) selects(cert *x509.Certificate) bool {
	if s.serial != nil {
		return cert.SerialNumber != nil && cert.SerialNumber.Cmp(s.serial) == 0
	}
	return len(s.ski) > 0 && bytes.Equal(cert.SubjectKeyId, s.ski)
}

// readAnyKeyInfo collects what selects a certificate: X509Certificate,
// X509IssuerSerial and X509SKI. Everything else, KeyValue above all, is data
// without meaning here.
func (j *judge) readAnyKeyInfo(p *parts) {
	j.attributes(p.keyInfo, nil, "Id")
	if size := p.keyInfo.end - p.keyInfo.start; size > int64(j.limits.MaxKeyInfoBytes) {
		j.add(ruleKeyInfoSize, p.keyInfo, limit(j.limits.MaxKeyInfoBytes))
		return
	}
	for _, data := range p.keyInfo.children {
		j.paths[data] = data.path(j.paths[p.keyInfo])
		if !data.name.Is(NS, "X509Data") {
			continue
		}
		for _, c := range data.children {
			j.paths[c] = c.path(j.paths[data])
			j.readX509(p, c)
		}
	}
	if n := len(p.certificates) + len(p.selectors); n > j.limits.MaxCertificates {
		j.add(ruleCertificates, p.keyInfo, limit(j.limits.MaxCertificates))
	}
}

func (j *judge) readX509(p *parts, c *element) {
	switch {
	case c.name.Is(NS, "X509Certificate"):
		p.certificates = append(p.certificates, c)
	case c.name.Is(NS, "X509SKI"):
		if ski := j.base64(c, ruleCertificateData, true); ski != nil {
			p.selectors = append(p.selectors, selector{element: c, ski: ski})
		}
	case c.name.Is(NS, "X509IssuerSerial"):
		for _, n := range c.children {
			if n.name.Is(NS, "X509SerialNumber") && len(n.text) <= 64 {
				if serial, ok := new(big.Int).SetString(strings.TrimSpace(string(n.text)), 10); ok {
					p.selectors = append(p.selectors, selector{element: c, serial: serial})
				}
			}
		}
	}
}
