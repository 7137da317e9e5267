package signature

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"slices"
	"strconv"
	"time"
)

// Policy says which algorithms and keys are good enough at a date. It is a plain
// value, which may be copied and read by several goroutines at once.
//
// The zero value is [BSI], the strict profile. The others are [OSCI12], [SAML],
// [ETSI119312] and [LegacyVerifyOnly]; [ParsePolicy] loads one from an ETSI TS
// 119 322 document. HMAC, DSA and MD5 are refused under every policy.
type Policy struct {
	// MinRSABits raises the shortest accepted RSA key, in bits. Values below
	// the profile's own change nothing.
	MinRSABits int

	name       string
	rules      []PolicyRule // nil means those of BSI
	verifyOnly bool
}

// PolicyRule allows one algorithm. Several rules may name the same one: then the
// most generous that fits key and date counts.
type PolicyRule struct {
	// Algorithm is the URI of a digest method or signature method, for
	// example [SHA256] or [ECDSASHA256]. [RSAPSS] stands for RSASSA-PSS with
	// every digest that is allowed itself. Curves are named by their object
	// identifier ("urn:oid:1.2.840.10045.3.1.7" is P-256).
	Algorithm string `json:"algorithm"`
	// MinBits is the shortest key in bits; 0 where the length is fixed.
	MinBits int `json:"minBits,omitempty"`
	// From and Until are the first and last moment at which the rule holds;
	// zero means no such limit.
	From  time.Time `json:"from,omitzero"`
	Until time.Time `json:"until,omitzero"`
	// Source names document, version and section.
	Source string `json:"source"`
}

// Ground says under which rule a [Verifier] accepted an algorithm or key.
type Ground struct {
	PolicyRule
	// Policy is the name of the policy, such as "BSI".
	Policy string `json:"policy"`
	// KeyBits is the length of the key that was judged; 0 for digests.
	KeyBits int `json:"keyBits,omitempty"`
}

// Name returns the name of the policy: "BSI", "OSCI12", "SAML", "ETSI119312",
// "LegacyVerifyOnly", or what the loaded document calls itself.
func (p Policy) Name() string {
	if p.rules == nil && p.name == "" {
		return "BSI"
	}
	return p.name
}

// Rules returns the rules of the policy. The slice is the caller's.
func (p Policy) Rules() []PolicyRule { return slices.Clone(p.table()) }

// Allow returns a policy that allows more, for a peer that cannot do better. Every
// rule added weakens what an accepted signature proves, as far as its algorithm
// is weak: say why in Source, and give it an Until. What the package never
// allows stays refused.
func (p Policy) Allow(rules ...PolicyRule) Policy {
	p.name = p.Name() + "+"
	p.rules = slices.Concat(p.table(), rules)
	return p
}

func (p Policy) table() []PolicyRule {
	if p.rules == nil {
		return bsiRules[:]
	}
	return p.rules
}

// violation is a broken rule with its limits, still without a place.
type violation struct {
	rule   ruleID
	params map[string]string
}

// knows reports whether any rule names the algorithm, whatever key and date.
func (p Policy) knows(algorithm string) bool {
	return slices.ContainsFunc(p.table(), func(r PolicyRule) bool { return r.Algorithm == algorithm })
}

// allow finds the rule that allows an algorithm with a key of some bits at a
// date, or says what is wrong; unknown is the rule broken where there is none.
func (p Policy) allow(algorithm string, bits int, at time.Time, unknown ruleID) (Ground, []violation) {
	shortest, known, timely := 0, false, false
	var last time.Time
	for _, r := range p.table() {
		if r.Algorithm != algorithm || algorithm == "" { // "" is a curve without a name
			continue
		}
		known = true
		least := r.MinBits
		if rsaName(algorithm) {
			least = max(least, p.MinRSABits)
		}
		inTime := !at.Before(r.From) && (r.Until.IsZero() || !at.After(r.Until))
		switch {
		case inTime && bits >= least:
			r.MinBits = least
			return Ground{PolicyRule: r, Policy: p.Name(), KeyBits: bits}, nil
		case inTime:
			if !timely || least < shortest {
				shortest = least
			}
			timely = true
		case r.Until.After(last):
			last = r.Until
		}
	}
	switch {
	case !known:
		return Ground{}, []violation{{rule: unknown}}
	case timely:
		return Ground{}, []violation{{ruleKeyShort, map[string]string{"min": strconv.Itoa(shortest)}}}
	}
	return Ground{}, []violation{{ruleOutdated, until(last)}}
}

// until is the parameter of a rule that is out of date.
func until(last time.Time) map[string]string {
	if last.IsZero() {
		return nil
	}
	return map[string]string{"until": last.UTC().Format(time.RFC3339)}
}

// rsaName reports whether an algorithm uses RSA keys.
func rsaName(algorithm string) bool {
	if algorithm == RSAPSS {
		return true
	}
	m, ok := methodOf(algorithm)
	return ok && (m.family == familyPKCS1 || m.family == familyPSS)
}

// judgeDigest judges a digest method.
func (p Policy) judgeDigest(hash crypto.Hash, at time.Time) (Ground, []violation) {
	return p.allow(digestURI(hash), 0, at, ruleDigestMethod)
}

// judgeKey judges a signature method together with the key: kind, length,
// curve, digest, date.
func (p Policy) judgeKey(m method, key crypto.PublicKey, at time.Time) (bits int, grounds []Ground, broken []violation) {
	take := func(g Ground, v []violation) {
		if len(v) > 0 {
			broken = append(broken, v...)
		} else {
			grounds = append(grounds, g)
		}
	}
	switch k := key.(type) {
	case *rsa.PublicKey:
		if m.family != familyPKCS1 && m.family != familyPSS || k.N == nil {
			return 0, nil, []violation{{rule: ruleKeyType}}
		}
		bits = k.N.BitLen()
		take(p.allow(m.ruled(), bits, at, ruleMethod))
		broken = append(broken, judgeRSA(k)...)
	case *ecdsa.PublicKey:
		if m.family != familyECDSA || k.Curve == nil {
			return 0, nil, []violation{{rule: ruleKeyType}}
		}
		bits = k.Curve.Params().BitSize
		take(p.allow(m.ruled(), bits, at, ruleMethod))
		take(p.allow(curveURN(k.Curve), bits, at, ruleCurve))
	case ed25519.PublicKey:
		if m.family != familyEdDSA {
			return 0, nil, []violation{{rule: ruleKeyType}}
		}
		bits = 8 * ed25519.PublicKeySize
		take(p.allow(m.ruled(), bits, at, ruleMethod))
	default:
		return 0, nil, []violation{{rule: ruleKeyType}}
	}
	if m.hash != 0 {
		take(p.allow(digestURI(m.hash), 0, at, ruleMethod))
	}
	return bits, grounds, unique(broken)
}

// unique drops repeated rules: a method and its digest may both be out of date.
func unique(broken []violation) []violation {
	var out []violation
	for _, v := range broken {
		if !slices.ContainsFunc(out, func(o violation) bool { return o.rule == v.rule }) {
			out = append(out, v)
		}
	}
	return out
}

func judgeRSA(pub *rsa.PublicKey) []violation {
	var broken []violation
	if pub.N.BitLen() > maxRSABits {
		broken = append(broken, violation{ruleKeyLong, map[string]string{"max": strconv.Itoa(maxRSABits)}})
	}
	if pub.E < minRSAExponent {
		broken = append(broken, violation{ruleExponent, map[string]string{"min": strconv.Itoa(minRSAExponent)}})
	}
	return broken
}

// Allows reports whether the policy allows the signature method, named by its
// URI, with the key at a date, and under which rules. [RSAPSS] needs parameters
// that only a signature has and is not allowed here.
func (p Policy) Allows(algorithm string, key crypto.PublicKey, at time.Time) ([]Ground, bool) {
	m, ok := methodOf(algorithm)
	if !ok {
		return nil, false
	}
	_, grounds, broken := p.judgeKey(m, key, at)
	if len(broken) > 0 {
		return nil, false
	}
	return grounds, true
}
