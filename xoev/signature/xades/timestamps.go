package xades

import (
	"bytes"
	"crypto/x509"
	"errors"
	"slices"
	"time"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/signature/xades/internal/rfc3161"
)

// validationData is what unsigned properties carry (EN 319 132-1, 5.4).
type validationData struct {
	certificates []*x509.Certificate
	crls, ocsps  [][]byte
	stamps       []*node // SignatureTimeStamp
}

// Limits of validation data.
const (
	maxCertificates = 64
	maxEvidence     = 64
	// maxEvidenceBytes bounds what is looked through for every certificate.
	maxEvidenceBytes = 16 << 20
)

// readValidationData collects what may help. Nothing of it is trusted: chains end
// in what the caller trusts, and evidence is signed by whom it is about.
func (c *check) readValidationData() {
	props := c.qualifying.childOf("UnsignedProperties").childOf("UnsignedSignatureProperties")
	if props == nil {
		return
	}
	for _, n := range props.children {
		switch {
		case n.name.Is(NS, "SignatureTimeStamp"):
			c.data.stamps = append(c.data.stamps, n)
		case n.name.Is(NS, "CertificateValues"):
			c.certificateValues(n)
		case n.name.Is(NS, "RevocationValues"):
			c.revocationValues(n)
		case n.name.Is(NS141, "TimeStampValidationData"), n.name.Is(NS141, "AnyValidationData"):
			for _, v := range n.all(NS, "CertificateValues") {
				c.certificateValues(v)
			}
			for _, v := range n.all(NS, "RevocationValues") {
				c.revocationValues(v)
			}
		case n.name.Local == "ArchiveTimeStamp", n.name.Local == "SigAndRefsTimeStamp", n.name.Local == "RefsOnlyTimeStamp",
			n.name.Local == "SigAndRefsTimeStampV2", n.name.Local == "RefsOnlyTimeStampV2":
			c.unchecked(n)
		}
	}
	d := &c.data
	size := 0
	for _, der := range slices.Concat(d.crls, d.ocsps) {
		size += len(der)
	}
	if size > maxEvidenceBytes || len(d.stamps) > maxTimeStamps || len(d.certificates) > maxCertificates || len(d.crls)+len(d.ocsps) > maxEvidence {
		c.add(ruleSize, props)
	}
}

func (c *check) certificateValues(list *node) {
	for _, n := range list.all(NS, "EncapsulatedX509Certificate") {
		der, ok := n.base64()
		if !ok {
			c.add(ruleValidationData, n)
			continue
		}
		cert, err := signature.ParseCertificate(der)
		if err != nil {
			c.add(ruleValidationData, n)
			continue
		}
		c.data.certificates = append(c.data.certificates, cert)
	}
}

func (c *check) revocationValues(list *node) {
	read := func(group, name string, to *[][]byte) {
		for _, n := range list.childOf(group).allOf(name) {
			if der, ok := n.base64(); ok {
				if !slices.ContainsFunc(*to, func(b []byte) bool { return bytes.Equal(b, der) }) {
					*to = append(*to, der)
				}
			} else {
				c.add(ruleValidationData, n)
			}
		}
	}
	read("CRLValues", "EncapsulatedCRLValue", &c.data.crls)
	read("OCSPValues", "EncapsulatedOCSPValue", &c.data.ocsps)
}

func (n *node) allOf(local string) []*node { return n.all(NS, local) }

// timeStamps judges the time stamps over the signature value. The earliest that
// counts is the best signature time.
func (c *check) timeStamps() error {
	total := 0
	for _, stamp := range c.data.stamps {
		method := signature.InclusiveC14N // EN 319 132-1, 5.1.4.3
		if m := stamp.ds("CanonicalizationMethod"); m != nil {
			method = m.attr("Algorithm")
		}
		tokens := stamp.all(NS, "EncapsulatedTimeStamp")
		if total += len(tokens); total > maxTimeStamps {
			c.add(ruleSize, stamp)
			return nil
		}
		octets, err := c.found.SignatureValue(method)
		if err != nil && !errors.Is(err, signature.ErrCanonicalization) {
			return err
		}
		if octets == nil || len(tokens) == 0 {
			c.add(ruleToken, stamp)
			c.report.TimeStamps = append(c.report.TimeStamps, TimeStamp{})
			continue
		}
		for _, n := range tokens {
			t, err := c.timeStamp(n, octets)
			if err != nil {
				return err
			}
			c.report.TimeStamps = append(c.report.TimeStamps, t)
		}
	}
	return nil
}

// timeStamp judges one token.
func (c *check) timeStamp(n *node, octets []byte) (TimeStamp, error) {
	der, ok := n.base64()
	if !ok {
		c.add(ruleToken, n)
		return TimeStamp{}, nil
	}
	token, err := rfc3161.Parse(der)
	if err != nil {
		c.add(ruleToken, n)
		return TimeStamp{}, nil
	}
	out := TimeStamp{Time: token.Time, Accuracy: token.Accuracy, Policy: token.Policy.String()}
	if c.v.TSATrust == nil {
		c.add(ruleTokenTrust, n)
		return out, nil
	}
	v := signature.Verifier{Trust: c.v.TSATrust, Policy: c.v.TSAPolicy, Now: func() time.Time { return c.at }}
	e := c.gather(token.Time)
	e.stamp, e.old = true, c.v.AllowOldTSARevocation
	if !c.v.SkipRevocation {
		v.Revocation = e
	}
	report, cert, err := token.Verify(c.ctx, v, octets, c.data.certificates)
	rule, known := tokenRules(err)
	switch {
	case known:
		c.add(rule, n)
	case err != nil:
		return out, err
	case report.Verdict == finding.Accepted:
		out.Valid, out.Certificate = true, cert
		if token.Time.Before(c.report.BestSignatureTime) || c.stamped == nil {
			c.stamped = e
			if token.Time.Before(c.report.BestSignatureTime) {
				c.report.BestSignatureTime = token.Time
			}
		}
	case finding.Has(report.Findings, "SIG-056"):
		c.add(ruleTokenRevocation, n)
	default:
		c.add(ruleTokenTrust, n)
	}
	return out, nil
}

func tokenRules(err error) (ruleID, bool) {
	switch {
	case errors.Is(err, rfc3161.ErrImprint):
		return ruleTokenImprint, true
	case errors.Is(err, rfc3161.ErrSignature):
		return ruleTokenSignature, true
	case errors.Is(err, rfc3161.ErrUsage):
		return ruleTokenUsage, true
	case errors.Is(err, rfc3161.ErrTime):
		return ruleTokenTime, true
	}
	return 0, false
}
