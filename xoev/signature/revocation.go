package signature

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"time"
)

// RevocationStatus says what is known about a certificate. The zero value is
// [RevocationUnknown], which is never as good as [RevocationGood].
type RevocationStatus uint8

const (
	// RevocationUnknown means that nothing that counts is known.
	RevocationUnknown RevocationStatus = iota
	// RevocationGood means that the issuer says it was not revoked.
	RevocationGood
	// RevocationRevoked means that it was revoked at the time asked for.
	RevocationRevoked
)

// String returns "unknown", "good" or "revoked".
func (s RevocationStatus) String() string {
	switch s {
	case RevocationGood:
		return "good"
	case RevocationRevoked:
		return "revoked"
	}
	return "unknown"
}

// Revocation knows whether certificates were revoked: an OCSP client, a cache of
// revocation lists, or [RevocationData]. Implementations are safe for concurrent
// use.
type Revocation interface {
	// Status answers for cert, which issuer issued, at a time. An error means
	// that it could not be asked; the whole check then fails with it.
	Status(ctx context.Context, cert, issuer *x509.Certificate, at time.Time) (RevocationStatus, error)
}

// RevocationData answers from given revocation lists (RFC 5280) and OCSP
// responses (RFC 6960), in DER. Nothing is fetched. What cannot be read, is not
// signed by the issuer or by a responder that the issuer authorised, is not
// timely or does not cover the certificate does not count; nor does an OCSP
// response of more than 32 KiB, or by a responder that one of the lists names as
// revoked. Evidence is timely if the time asked for lies between its two dates, or
// if it was made later. Made after the end of the certificate's validity, it proves
// a revocation, but not that there was none; so does a list of changes, or of a part
// that does not cover the certificate (RFC 5280, 6.3.3). Indirect lists do not count.
type RevocationData struct {
	CRLs  [][]byte
	OCSPs [][]byte
	// Now is the clock; nil means time.Now. What was made later than it, and later
	// than the time asked for, by more than five minutes, does not count: some
	// authorities sign lists long before they take effect.
	Now func() time.Time
}

// Status implements [Revocation]. A single revocation outweighs what else is
// known.
func (d *RevocationData) Status(_ context.Context, cert, issuer *x509.Certificate, at time.Time) (RevocationStatus, error) {
	status := RevocationUnknown
	if cert == nil || issuer == nil {
		return status, nil // nothing could be compared
	}
	q := &question{RevocationData: d, cert: cert, issuer: issuer, at: at}
	for _, der := range d.CRLs {
		if l := readCRL(der, issuer); l != nil {
			q.lists = append(q.lists, l)
			status = max(status, q.crlStatus(l))
		}
	}
	for _, der := range d.OCSPs {
		status = max(status, q.ocspStatus(der))
	}
	return status, nil
}

// question is one call of Status, in which every list is read once.
type question struct {
	*RevocationData
	cert, issuer *x509.Certificate
	at           time.Time
	lists        []*crl
	responders   map[string]bool // in DER: whether a list names it
}

// maxAhead is how far clocks may be apart.
const maxAhead = 5 * time.Minute

// timely judges the dates of evidence.
func (d *RevocationData) timely(this, next, at time.Time) bool {
	if this.IsZero() || next.Before(this) && !next.IsZero() {
		return false
	}
	if !this.After(at) {
		return !next.IsZero() && !at.After(next)
	}
	now := time.Now
	if d.Now != nil {
		now = d.Now
	}
	return !this.After(at.Add(maxAhead)) || !this.After(now().Add(maxAhead))
}

// expired reports whether evidence was made when the certificate had expired: an
// issuer need not say any more then that it was revoked (RFC 5280, 3.3), so that
// saying nothing, or "good", means nothing.
func expired(cert *x509.Certificate, this time.Time) bool { return this.After(cert.NotAfter) }

// weakSignature reports signatures that prove nothing any more.
func weakSignature(a x509.SignatureAlgorithm) bool {
	switch a {
	case x509.SHA256WithRSA, x509.SHA384WithRSA, x509.SHA512WithRSA, x509.SHA256WithRSAPSS, x509.SHA384WithRSAPSS,
		x509.SHA512WithRSAPSS, x509.ECDSAWithSHA256, x509.ECDSAWithSHA384, x509.ECDSAWithSHA512, x509.PureEd25519:
		return false
	}
	return true
}

// revocation asks about the signer's certificate and those that issued it. One
// way to what is trusted on which nothing is revoked is enough.
func (c *check) revocation(k candidate) error {
	if c.v.Revocation == nil {
		return nil
	}
	chains, err := c.chains(k)
	if err != nil {
		return err
	}
	worst := RevocationUnknown
	for _, chain := range chains {
		status, err := c.chainStatus(chain)
		if err != nil {
			return err
		}
		if status == RevocationGood {
			return nil
		}
		worst = max(worst, status)
	}
	if worst == RevocationRevoked {
		c.judge.add(ruleRevoked, k.at, nil)
	} else {
		c.unknown = append(c.unknown, c.judge.finding(ruleRevocation, k.at, nil))
	}
	return nil
}

// chains finds the issuers to ask.
func (c *check) chains(k candidate) ([][]*x509.Certificate, error) {
	if builder, ok := c.v.Trust.(ChainBuilder); ok {
		return builder.Chains(c.ctx, k.cert, k.others, c.at)
	}
	if selfSigned(k.cert) {
		return [][]*x509.Certificate{{k.cert}}, nil
	}
	for _, issuer := range k.others {
		if k.cert.CheckSignatureFrom(issuer) == nil {
			return [][]*x509.Certificate{{k.cert, issuer}}, nil
		}
	}
	return nil, nil
}

// selfSigned reports whether the certificate is signed with its own key. Of a
// signature that is too weak to be checked the names decide.
func selfSigned(cert *x509.Certificate) bool {
	if !selfIssued(cert) {
		return false
	}
	err := cert.CheckSignature(cert.SignatureAlgorithm, cert.RawTBSCertificate, cert.Signature)
	var weak x509.InsecureAlgorithmError
	return err == nil || errors.As(err, &weak)
}

// selfIssued reports whether issuer and subject have one name.
func selfIssued(cert *x509.Certificate) bool { return bytes.Equal(cert.RawIssuer, cert.RawSubject) }

func (c *check) chainStatus(chain []*x509.Certificate) (RevocationStatus, error) {
	worst := RevocationGood
	for i := 0; i+1 < len(chain); i++ {
		status, err := c.v.Revocation.Status(c.ctx, chain[i], chain[i+1], c.at)
		switch {
		case err != nil:
			return RevocationUnknown, err
		case status == RevocationRevoked:
			return RevocationRevoked, nil
		case status != RevocationGood:
			worst = RevocationUnknown
		}
	}
	return worst, nil
}
