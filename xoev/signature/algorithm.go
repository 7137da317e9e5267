package signature

import (
	"crypto"
	"crypto/rsa"
	_ "crypto/sha256" // SHA-256 for crypto.Hash
	"strconv"
)

// Namespaces and algorithm names, as they stand in a signature.
const (
	// NS is the namespace of XML Signature.
	NS = "http://www.w3.org/2000/09/xmldsig#"
	// ExclusiveC14N is Exclusive XML Canonicalization 1.0 without comments; it
	// is also the namespace of InclusiveNamespaces.
	ExclusiveC14N = "http://www.w3.org/2001/10/xml-exc-c14n#"
	// EnvelopedSignature is the transform that leaves the signature out.
	EnvelopedSignature = NS + "enveloped-signature"
	// RSASHA256 is RSASSA-PKCS1-v1_5 with SHA-256 (RFC 9231, 2.3.2).
	RSASHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
	// SHA256 is the digest SHA-256 (XML Encryption 1.1, 5.8.2).
	SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
)

const (
	minRSABits     = 3000
	maxRSABits     = 8192
	minRSAExponent = 1<<16 + 1
)

// Policy says which algorithms and keys are good enough. The zero value is the
// strict profile: RSASSA-PKCS1-v1_5 with SHA-256 and RSA keys of 3000 to 8192
// bits whose public exponent is at least 65537 (BSI TR-02102-1). SHA-1, HMAC,
// DSA and everything that is not named here are refused. A Policy is a plain
// value; it may be read by several goroutines at once.
type Policy struct {
	// MinRSABits raises the shortest accepted RSA key, in bits. Values below
	// 3000 mean 3000.
	MinRSABits int
}

// method is what the package knows about a signature method.
type method struct {
	uri  string
	hash crypto.Hash
	// verify reports whether sig is a signature of key over digest.
	verify func(key crypto.PublicKey, digest, sig []byte) bool
	// judge finds what is wrong with the key; bits is its size.
	judge func(p Policy, key crypto.PublicKey) (bits int, broken []violation)
}

// violation is a broken rule with its limits, still without a place.
type violation struct {
	rule   ruleID
	params map[string]string
}

// method looks up a signature method by its URI.
func (p Policy) method(uri string) (method, bool) {
	if uri == RSASHA256 {
		return method{uri: RSASHA256, hash: crypto.SHA256, verify: verifyPKCS1(crypto.SHA256), judge: judgeRSA}, true
	}
	return method{}, false
}

// digest looks up a digest method by its URI.
func (p Policy) digest(uri string) (crypto.Hash, bool) {
	if uri == SHA256 {
		return crypto.SHA256, true
	}
	return 0, false
}

// methodFor chooses the method that a key signs with.
func (p Policy) methodFor(key crypto.PublicKey) (method, bool) {
	if _, ok := key.(*rsa.PublicKey); ok {
		return p.method(RSASHA256)
	}
	return method{}, false
}

func verifyPKCS1(hash crypto.Hash) func(crypto.PublicKey, []byte, []byte) bool {
	return func(key crypto.PublicKey, digest, sig []byte) bool {
		pub, ok := key.(*rsa.PublicKey)
		return ok && rsa.VerifyPKCS1v15(pub, hash, digest, sig) == nil
	}
}

func judgeRSA(p Policy, key crypto.PublicKey) (int, []violation) {
	pub, ok := key.(*rsa.PublicKey)
	if !ok {
		return 0, []violation{{rule: ruleKeyType}}
	}
	bits, least := pub.N.BitLen(), max(p.MinRSABits, minRSABits)
	var broken []violation
	if bits < least {
		broken = append(broken, violation{ruleKeyShort, map[string]string{"min": strconv.Itoa(least)}})
	}
	if bits > maxRSABits {
		broken = append(broken, violation{ruleKeyLong, map[string]string{"max": strconv.Itoa(maxRSABits)}})
	}
	if pub.E < minRSAExponent {
		broken = append(broken, violation{ruleExponent, map[string]string{"min": strconv.Itoa(minRSAExponent)}})
	}
	return bits, broken
}
