package encryption

import (
	"slices"
	"strconv"
)

// Policy says which algorithms and keys are good enough. It is a plain value,
// which may be copied and read by several goroutines at once.
//
// The zero value is [BSI], the strict profile. The others are [SAML], [OSCI12]
// and [LegacyDecryptOnly].
type Policy struct {
	// MinRSABits raises the shortest accepted RSA key, in bits. Values below
	// the profile's own change nothing.
	MinRSABits int

	name        string
	rules       []PolicyRule // nil means those of BSI
	decryptOnly bool
	sayIV       bool // write osci128:IvLength
}

// PolicyRule allows one algorithm. Several rules may name the same one: then the
// most generous counts.
type PolicyRule struct {
	// Algorithm is the URI of an algorithm for content or keys, of a digest or of
	// a mask generation function, for example [AES256GCM], [RSAOAEP], [SHA256],
	// [MGF1SHA256].
	Algorithm string `json:"algorithm"`
	// MinBits is the shortest RSA key in bits, for an algorithm for keys; 0 for
	// others. [Policy.Allow] takes 0 there for 3000, so that no length is allowed
	// by forgetting it.
	MinBits int `json:"minBits,omitempty"`
	// IVBytes is the length of the initialisation vector of GCM in bytes; 0
	// means the standard's 12.
	IVBytes int `json:"ivBytes,omitempty"`
	// Source names document, version and section.
	Source string `json:"source"`
}

// Ground says under which rule a [Decrypter] accepted an algorithm or key.
type Ground struct {
	PolicyRule
	// Policy is the name of the policy, such as "BSI".
	Policy string `json:"policy"`
	// KeyBits is the length of the RSA key that was judged; 0 for other
	// algorithms.
	KeyBits int `json:"keyBits,omitempty"`
}

const (
	strictRSABits = 3000 // BSI TR-02102-1, asymmetric encryption

	bsiContent   = "BSI TR-02102-1, block ciphers, modes of operation: GCM with 96 bits of nonce; TR-03116-4, XML security"
	bsiTransport = "BSI TR-02102-1, asymmetric encryption, RSA with OAEP; TR-03116-4, XML security"
	bsiHash      = "BSI TR-02102-1, hash functions"
	samlDoc      = "SAML accounts (BundID connection guide 5.4): RSA-OAEP as XML Encryption 1.1, 5.5.2, has it by default"
	osciDoc      = "OSCI-Transport 1.2 with corrections, oscienc.xsd; key length: profile of this package"
	osciIV       = "OSCI-Transport 1.2, correction 6, order_zusatz.xsd: 16 bytes in messages of older libraries"
	legacyDoc    = "XML Encryption 1.1, 5.2, 5.5; allowed by this profile only, for what was encrypted in the past"
)

// The tables are never changed.
var (
	bsiRules = [...]PolicyRule{
		{Algorithm: AES128GCM, Source: bsiContent},
		{Algorithm: AES192GCM, Source: bsiContent},
		{Algorithm: AES256GCM, Source: bsiContent},
		{Algorithm: RSAOAEP, MinBits: strictRSABits, Source: bsiTransport},
		{Algorithm: SHA256, Source: bsiHash},
		{Algorithm: SHA384, Source: bsiHash},
		{Algorithm: SHA512, Source: bsiHash},
		{Algorithm: MGF1SHA256, Source: bsiHash},
		{Algorithm: MGF1SHA384, Source: bsiHash},
		{Algorithm: MGF1SHA512, Source: bsiHash},
	}
	samlRules = [...]PolicyRule{
		{Algorithm: RSAOAEPMGF1P, MinBits: strictRSABits, Source: samlDoc},
		{Algorithm: SHA1, Source: samlDoc},
		{Algorithm: MGF1SHA1, Source: samlDoc},
	}
	osciRules = [...]PolicyRule{
		{Algorithm: RSAOAEP, MinBits: 2048, Source: osciDoc},
		{Algorithm: RSAOAEPMGF1P, MinBits: 2048, Source: osciDoc},
		{Algorithm: SHA1, Source: osciDoc},
		{Algorithm: MGF1SHA1, Source: osciDoc},
		{Algorithm: AES128GCM, IVBytes: 16, Source: osciIV},
		{Algorithm: AES192GCM, IVBytes: 16, Source: osciIV},
		{Algorithm: AES256GCM, IVBytes: 16, Source: osciIV},
	}
	legacyRules = [...]PolicyRule{
		{Algorithm: AES128CBC, Source: legacyDoc},
		{Algorithm: AES192CBC, Source: legacyDoc},
		{Algorithm: AES256CBC, Source: legacyDoc},
		{Algorithm: TripleDESCBC, Source: legacyDoc},
		{Algorithm: RSA15, MinBits: 2048, Source: legacyDoc},
	}
)

// BSI returns the strict profile, which is also the zero [Policy]: AES-GCM, and
// RSA-OAEP with SHA-256, SHA-384 or SHA-512 as digest and in MGF1, with RSA keys
// of 3000 bits or more (BSI TR-02102-1; TR-03116-4 applies it to XML security).
func BSI() Policy { return Policy{} }

// SAML returns the profile of the accounts that speak SAML (BundID, BayernID, Mein
// Unternehmenskonto): BSI, and besides SHA-1 inside RSA-OAEP, in both names of
// that algorithm, because it is the standard's default. Inside OAEP no attack on
// SHA-1 is known to matter.
func SAML() Policy {
	return Policy{name: "SAML", rules: slices.Concat(bsiRules[:], samlRules[:])}
}

// OSCI12 returns what OSCI-Transport 1.2 with its corrections needs: SAML with
// RSA keys of 2048 bits or more, which is shorter than BSI asks for today, and
// GCM with the initialisation vector of 16 bytes that older libraries write. Use
// it only for messages of that transport.
func OSCI12() Policy {
	return Policy{name: "OSCI12", sayIV: true, rules: slices.Concat(bsiRules[:], osciRules[:])}
}

// LegacyDecryptOnly returns a profile for what was encrypted in the past: OSCI12,
// and besides AES and triple DES in CBC mode and RSA PKCS#1 v1.5. Nothing can be
// encrypted under it.
//
// CBC does not protect content against change: who may send many messages and
// sees which ones are refused can decrypt what he intercepted, even though
// every failure is the same error. Use the profile for stored messages, never to
// answer a network.
func LegacyDecryptOnly() Policy {
	return Policy{name: "LegacyDecryptOnly", decryptOnly: true, rules: slices.Concat(bsiRules[:], osciRules[:], legacyRules[:])}
}

// Allow returns a policy that allows more, for a peer that cannot do better, or an
// own key that is shorter. Every rule added weakens what is kept secret, as far as
// its algorithm is weak: say why in Source. What the package never writes, such as
// CBC, it does not write under such a policy either, and what it cannot compute stays
// refused.
func (p Policy) Allow(rules ...PolicyRule) Policy {
	p.name = p.Name() + "+"
	before := len(p.table())
	p.rules = slices.Concat(p.table(), rules)
	for i := range p.rules[before:] {
		if r := &p.rules[before+i]; transportOf(r.Algorithm) && r.MinBits <= 0 {
			r.MinBits = strictRSABits
		}
	}
	return p
}

// Name returns the name of the policy: "BSI", "SAML", "OSCI12" or
// "LegacyDecryptOnly", with a plus sign if [Policy.Allow] changed it.
func (p Policy) Name() string {
	if p.rules == nil {
		return "BSI"
	}
	return p.name
}

// Rules returns the rules of the policy. The slice is the caller's.
func (p Policy) Rules() []PolicyRule { return slices.Clone(p.table()) }

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

// allow finds the rule that allows an algorithm; unknown is the rule broken where
// there is none.
func (p Policy) allow(algorithm string, unknown ruleID) (Ground, []violation) {
	for _, r := range p.table() {
		if r.Algorithm == algorithm && r.IVBytes == 0 {
			return Ground{PolicyRule: r, Policy: p.Name()}, nil
		}
	}
	return Ground{}, []violation{{rule: unknown}}
}

// allowDigest finds the rule that allows a digest of RSA-OAEP. All URIs stand in one
// table: what is no digest is none, whatever else it is allowed as.
func (p Policy) allowDigest(uri string) (Ground, []violation) {
	if _, known := digestOf(uri); !known {
		return Ground{}, []violation{{rule: ruleDigest}}
	}
	return p.allow(uri, ruleDigest)
}

// allowMGF finds the rule that allows a mask generation function.
func (p Policy) allowMGF(uri string) (Ground, []violation) {
	if _, known := mgfOf(uri); !known {
		return Ground{}, []violation{{rule: ruleMGF}}
	}
	return p.allow(uri, ruleMGF)
}

// allowKey finds the rule that allows an algorithm with an RSA key.
func (p Policy) allowKey(algorithm string, bits int) (Ground, []violation) {
	shortest := 0
	for _, r := range p.table() {
		if r.Algorithm != algorithm {
			continue
		}
		r.MinBits = max(r.MinBits, p.MinRSABits)
		if bits >= r.MinBits {
			return Ground{PolicyRule: r, Policy: p.Name(), KeyBits: bits}, nil
		}
		if shortest == 0 || r.MinBits < shortest {
			shortest = r.MinBits
		}
	}
	if shortest == 0 {
		return Ground{}, []violation{{rule: ruleTransport}}
	}
	return Ground{}, []violation{{ruleKeyShort, map[string]string{"min": strconv.Itoa(shortest)}}}
}

// allowIV finds the rule that allows GCM with an initialisation vector.
func (p Policy) allowIV(algorithm string, length int) (Ground, bool) {
	for _, r := range p.table() {
		if r.Algorithm == algorithm && (r.IVBytes == length || r.IVBytes == 0 && length == gcmIV) {
			return Ground{PolicyRule: r, Policy: p.Name()}, true
		}
	}
	return Ground{}, false
}
