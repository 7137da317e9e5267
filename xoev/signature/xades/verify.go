package xades

import (
	"context"
	"crypto/x509"
	"errors"
	"slices"
	"time"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/signature/xades/internal/rfc3161"
)

// Namespaces of XAdES.
const (
	// NS is that of XAdES 1.3.2, in which everything stands that this package
	// reads and writes.
	NS = "http://uri.etsi.org/01903/v1.3.2#"
	// NS141 is that of what XAdES 1.4.1 has added.
	NS141 = "http://uri.etsi.org/01903/v1.4.1#"

	anyNS = "http://uri.etsi.org/01903/"
)

// Verifier checks signatures. Trust is required; the zero value of everything
// else is strict. It is not changed by its methods; several goroutines may use it
// at once.
type Verifier struct {
	// Trust decides whose signatures count. KeyInfo must hold the signer's
	// certificate.
	Trust signature.Trust
	// TSATrust decides whose time stamps count; nil means nobody's.
	TSATrust signature.Trust
	// Policy judges algorithms and keys of the signature, at the best signature
	// time; TSAPolicy those of time stamps, now.
	Policy, TSAPolicy signature.Policy
	// Revocation is asked beside the validation data in the signature, also about
	// times in the past; nil asks nobody. A certificate about whose revocation
	// nothing is known makes the outcome TRY_LATER.
	Revocation signature.Revocation
	// SkipRevocation asks nobody and reads no revocation data: whoever has stolen
	// a revoked key, signs.
	SkipRevocation bool
	// AllowOldTSARevocation takes the revocation data in the signature for time
	// stamps even where it is not of today, so that a signature is verified
	// years later without asking anybody. A time stamp that was made with the
	// stolen key of an authority, dated back to before the data, counts then.
	AllowOldTSARevocation bool
	// MinLevel is the level that must be proven; zero means [LevelB].
	MinLevel Level
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Limits are those of the signature.
	Limits signature.Limits
	// MaxPropertiesBytes is the length of the Signature element, with everything
	// in it, above which properties are not read; zero means that the limits of the
	// scan are enough. At most 20,000 elements are read in any case.
	MaxPropertiesBytes int
}

// maxTimeStamps bounds the time stamps of one signature.
const maxTimeStamps = 16

// check is one verification on its way.
type check struct {
	v          *Verifier
	ctx        context.Context // of one call
	request    *signature.Request
	at         time.Time
	report     *Report
	qualifying *node
	extended   bool // something that the baseline needs is missing
	noted      bool // ruleUnchecked was added
	data       validationData
	found      *signature.Report // which found the signature
	element    []byte            // Signature as it stands in the document
	evidence   *evidence         // about the signer
	stamped    *evidence         // about the time stamp that counts
}

func (c *check) add(rule ruleID, n *node) {
	f := catalogue[rule].At("", 0, 0, nil)
	if n != nil {
		f.Path = n.path()
	}
	if len(c.report.Findings) < 100 {
		c.report.Findings = append(c.report.Findings, f)
	}
}

// unchecked notes, once, that there is something which is not checked.
func (c *check) unchecked(n *node) {
	if !c.noted {
		c.noted = true
		c.add(ruleUnchecked, n)
	}
}

// Verify checks a signature of any form with its properties.
//
// The signature is judged now; if it does not hold now, and a time stamp over its
// value proves that it existed earlier, it is judged at that time (EN 319 102-1,
// 5.5). Revocation data and certificates in unsigned properties help to decide, by
// their own signatures; nothing unsigned is believed.
//
// Errors are those of signature.Verifier.Verify: signature.ErrNoTrust, those of
// Trust and Revocation, the context's, and *finding.InvalidError for what cannot be
// read.
func (v *Verifier) Verify(ctx context.Context, r signature.Request) (*Report, error) {
	if v == nil || v.Trust == nil {
		return nil, signature.ErrNoTrust
	}
	now := time.Now
	if v.Now != nil {
		now = v.Now
	}
	c := &check{v: v, ctx: ctx, request: &r, at: now(), report: &Report{}}
	c.report.BestSignatureTime = c.at
	core, err := c.locate()
	if err != nil {
		return nil, err
	}
	if c.element == nil {
		return c.conclude(core)
	}
	if !c.failed() {
		if err := c.timeStamps(); err != nil {
			return nil, err
		}
	}
	if core, err = c.verify(c.at); err != nil {
		return nil, err
	}
	if best := c.report.BestSignatureTime; best.Before(c.at) && core.Verdict != finding.Accepted {
		if core, err = c.verify(best); err != nil {
			return nil, err
		}
	}
	if finding.Has(core.Findings, "SIG-025") || finding.Has(core.Findings, "SIG-026") {
		if core, err = c.outOfBounds(core); err != nil {
			return nil, err
		}
	}
	return c.conclude(core)
}

// outOfBounds looks again at a signature whose certificate is expired or not valid
// yet, at a time when it was valid: whether it would hold otherwise. If so, nothing
// but that remains in the report, which stays one of a refusal.
func (c *check) outOfBounds(core *signature.Report) (*signature.Report, error) {
	noted := &noting{Trust: rfc3161.WithOthers(c.v.Trust, c.data.certificates...)}
	if _, err := c.verifier(c.at, nil, noted).Verify(c.ctx, *c.request); err != nil || noted.cert == nil {
		return core, err
	}
	at := noted.cert.NotAfter
	if finding.Has(core.Findings, "SIG-026") {
		at = noted.cert.NotBefore
	}
	then, err := c.verifier(at, nil, noted.Trust).Verify(c.ctx, *c.request)
	if err != nil {
		return nil, err
	}
	findings := then.Findings
	if then.Verdict == finding.Accepted {
		findings = slices.DeleteFunc(slices.Clone(core.Findings), func(f finding.Finding) bool { return f.Code == "SIG-024" })
	}
	return &signature.Report{Verdict: finding.Rejected, Findings: findings}, nil
}

// noting notes the certificate that is asked about.
type noting struct {
	signature.Trust
	cert *x509.Certificate
}

// Trusted implements signature.Trust.
func (n *noting) Trusted(ctx context.Context, cert *x509.Certificate, others []*x509.Certificate, at time.Time) (bool, error) {
	n.cert = cert
	return n.Trust.Trusted(ctx, cert, others, at)
}

// locate finds the signature and reads what is not signed.
func (c *check) locate() (*signature.Report, error) {
	core, err := c.verifier(c.at, nil, nobody{}).Verify(c.ctx, *c.request)
	if err != nil {
		return nil, err
	}
	element, scope := core.Signature()
	if element == nil {
		return core, nil
	}
	c.element, c.found = element, core
	if max := c.v.MaxPropertiesBytes; max > 0 && len(element) > max {
		c.add(ruleSize, nil)
		return core, nil
	}
	tree, err := readTree(element, scope, true, c.v.Limits.Scan)
	if err != nil {
		return nil, err
	}
	if tree.tooMany {
		c.add(ruleSize, nil)
		return core, nil
	}
	c.container(tree.root)
	if !c.failed() {
		c.readValidationData()
	}
	return core, nil
}

// nobody trusts nobody: it is for finding a signature only.
type nobody struct{}

func (nobody) Trusted(context.Context, *x509.Certificate, []*x509.Certificate, time.Time) (bool, error) {
	return false, nil
}

func (c *check) failed() bool { return finding.Judge(c.report.Findings) == finding.Rejected }

func (c *check) verifier(at time.Time, revocation signature.Revocation, trust signature.Trust) *signature.Verifier {
	return &signature.Verifier{
		Trust: trust, Policy: c.v.Policy, Revocation: revocation, Limits: c.v.Limits,
		Now: func() time.Time { return at },
	}
}

// verify judges the signature at a time.
func (c *check) verify(at time.Time) (*signature.Report, error) {
	var revocation signature.Revocation
	c.evidence = c.gather(c.report.BestSignatureTime)
	if !c.v.SkipRevocation {
		revocation = c.evidence
	}
	return c.verifier(at, revocation, rfc3161.WithOthers(c.v.Trust, c.data.certificates...)).Verify(c.ctx, *c.request)
}

// gather makes the evidence for a thing that existed at a time.
func (c *check) gather(at time.Time) *evidence {
	later := func() time.Time { // the caller may judge as if it was long ago
		if now := time.Now(); now.After(c.at) {
			return now
		}
		return c.at
	}
	return &evidence{data: &signature.RevocationData{CRLs: c.data.crls, OCSPs: c.data.ocsps, Now: later}, other: c.v.Revocation, then: at}
}

// conclude judges the properties and draws the verdict.
func (c *check) conclude(core *signature.Report) (*Report, error) {
	r := c.report
	r.Findings = append(slices.Clone(core.Findings), r.Findings...)
	var properties *Properties
	if core.Verdict == finding.Accepted && !c.failed() {
		node, err := c.signedProperties(core, c.v.Limits.Scan)
		if err != nil {
			return nil, err
		}
		if node != nil {
			properties = c.properties(node, core)
		}
	}
	c.times(properties, core)
	level := LevelNone
	if properties != nil && !c.failed() {
		level = c.level()
		if min := c.v.MinLevel; level < min || min == LevelNone && level < LevelB {
			c.add(ruleLevel, nil)
		}
	}
	if core.Verdict != finding.Accepted || properties == nil || c.failed() {
		r.SubIndication = c.subIndication(core)
		if r.SubIndication.failed() {
			r.Indication = TotalFailed
		}
		r.Verdict = r.Indication.Verdict()
		return r, nil
	}
	if core.Certificate == nil {
		return nil, errors.New("xades: no certificate was judged")
	}
	r.core, r.Properties, r.Level = core, properties, level
	r.Indication, r.Verdict = TotalPassed, finding.Accepted
	return r, nil
}

// clockSkew is how far clocks may be apart.
const clockSkew = 5 * time.Minute

// times compares what was proven with the certificate, which existed before it was
// signed with its digest, and with what the signer claims.
func (c *check) times(p *Properties, core *signature.Report) {
	best := c.report.BestSignatureTime
	if cert := core.Certificate; cert != nil && best.Before(cert.NotBefore.Add(-clockSkew)) {
		c.add(ruleOlder, nil)
	}
	if p != nil && p.SigningTime.After(best.Add(clockSkew)) {
		c.add(ruleClaimed, nil)
	}
}

// subIndication maps the findings, with what only this package knows.
func (c *check) subIndication(core *signature.Report) SubIndication {
	sub := subIndication(c.report.Findings)
	proven := c.report.BestSignatureTime.Before(c.at)
	switch {
	case sub == RevokedNoPOE && c.evidence != nil && c.evidence.revokedCA:
		return RevokedCANoPOE
	case sub == OutOfBoundsNoPOE && proven && finding.Has(core.Findings, "SIG-026"):
		return NotYetValid
	case sub == CryptoConstraintsFailureNoPOE && proven:
		return CryptoConstraintsFailure
	}
	return sub
}

func (c *check) level() Level {
	if c.extended {
		return LevelExtended
	}
	switch {
	case c.stamped == nil:
		return LevelB
	case c.v.SkipRevocation || !c.evidence.carried() || !c.stamped.carried():
		return LevelT
	}
	return LevelLT
}

// evidence answers from the signature's own data and from what the caller has. It
// notes whether the former would have been enough.
type evidence struct {
	data      *signature.RevocationData
	other     signature.Revocation
	then      time.Time // when the thing existed
	stamp     bool      // it is a time stamp
	old       bool      // data of then will do
	asked     int
	missing   int // answers that the data alone did not give
	revokedCA bool
}

// carried reports whether the signature's own data is enough.
func (e *evidence) carried() bool { return e.asked > 0 && e.missing == 0 }

// Status implements signature.Revocation. Of several answers the worst counts.
func (e *evidence) Status(ctx context.Context, cert, issuer *x509.Certificate, at time.Time) (signature.RevocationStatus, error) {
	status, err := e.data.Status(ctx, cert, issuer, at)
	if err != nil {
		return status, err
	}
	then, err := e.data.Status(ctx, cert, issuer, e.then)
	if err != nil {
		return then, err
	}
	if e.other != nil {
		s, err := e.other.Status(ctx, cert, issuer, at)
		if err != nil {
			return s, err
		}
		status = max(status, s)
	}
	if e.stamp && (e.old || then == signature.RevocationRevoked) {
		status = max(status, then)
	}
	if e.asked++; then != signature.RevocationGood {
		e.missing++
	}
	e.revokedCA = e.revokedCA || status == signature.RevocationRevoked && cert.IsCA
	return status, nil
}
