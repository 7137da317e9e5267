package signature

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha1" // SHA-1 for crypto.Hash; only dated policies allow it
	_ "crypto/sha256"
	_ "crypto/sha3"
	_ "crypto/sha512"
	"encoding/asn1"
	"errors"
	"math/big"
	"strings"
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
	// SHA256 is the digest SHA-256 (XML Encryption 1.1, 5.8.2).
	SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
	// SHA384 is the digest SHA-384 (RFC 9231, 2.1.3).
	SHA384 = more2001 + "sha384"
	// SHA512 is the digest SHA-512 (XML Encryption 1.1, 5.8.3).
	SHA512 = "http://www.w3.org/2001/04/xmlenc#sha512"
	// RSASHA256 is RSASSA-PKCS1-v1_5 with SHA-256 (RFC 9231, 2.3.2). The names
	// with 384 and 512 end likewise.
	RSASHA256 = more2001 + "rsa-sha256"
	// RSAPSSSHA256 is RSASSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of
	// 32 bytes (RFC 9231, 2.3.10). The names with sha384, sha512, sha3-256,
	// sha3-384 and sha3-512 differ in the digest's name.
	RSAPSSSHA256 = more2007 + "sha256-rsa-MGF1"
	// RSAPSS is RSASSA-PSS with its parameters in the signature (RFC 9231,
	// 2.3.9).
	RSAPSS = more2007 + "rsa-pss"
	// ECDSASHA256 is ECDSA with SHA-256 (RFC 9231, 2.3.6). The names with 384
	// and 512 end likewise.
	ECDSASHA256 = more2001 + "ecdsa-sha256"
	// Ed25519 is EdDSA on edwards25519 (RFC 9231, 2.3.12).
	Ed25519 = more2021 + "eddsa-ed25519"

	more2001 = "http://www.w3.org/2001/04/xmldsig-more#"
	more2007 = "http://www.w3.org/2007/05/xmldsig-more#"
	more2021 = "http://www.w3.org/2021/04/xmldsig-more#"
	sha1URI  = NS + "sha1"
)

const (
	maxRSABits     = 8192
	minRSAExponent = 1<<16 + 1
)

// family is the mathematics of a signature method.
type family uint8

const (
	familyPKCS1 family = iota + 1
	familyPSS
	familyECDSA
	familyEdDSA
)

// method is a signature method as it stands in a signature. The zero value is
// none.
type method struct {
	uri    string
	family family
	hash   crypto.Hash // 0 where the method signs the octets themselves
}

// methods are all that this package can compute; whether one is allowed is
// the policy's to say. The table is never changed.
var methods = [...]method{
	{RSASHA256, familyPKCS1, crypto.SHA256},
	{more2001 + "rsa-sha384", familyPKCS1, crypto.SHA384},
	{more2001 + "rsa-sha512", familyPKCS1, crypto.SHA512},
	{NS + "rsa-sha1", familyPKCS1, crypto.SHA1},
	{RSAPSSSHA256, familyPSS, crypto.SHA256},
	{more2007 + "sha384-rsa-MGF1", familyPSS, crypto.SHA384},
	{more2007 + "sha512-rsa-MGF1", familyPSS, crypto.SHA512},
	{more2007 + "sha3-256-rsa-MGF1", familyPSS, crypto.SHA3_256},
	{more2007 + "sha3-384-rsa-MGF1", familyPSS, crypto.SHA3_384},
	{more2007 + "sha3-512-rsa-MGF1", familyPSS, crypto.SHA3_512},
	{ECDSASHA256, familyECDSA, crypto.SHA256},
	{more2001 + "ecdsa-sha384", familyECDSA, crypto.SHA384},
	{more2001 + "ecdsa-sha512", familyECDSA, crypto.SHA512},
	{more2001 + "ecdsa-sha1", familyECDSA, crypto.SHA1},
	{more2021 + "ecdsa-sha3-256", familyECDSA, crypto.SHA3_256},
	{more2021 + "ecdsa-sha3-384", familyECDSA, crypto.SHA3_384},
	{more2021 + "ecdsa-sha3-512", familyECDSA, crypto.SHA3_512},
	{Ed25519, familyEdDSA, 0},
}

// digests are the digest methods that this package can compute.
var digests = [...]struct {
	uri  string
	hash crypto.Hash
}{
	{SHA256, crypto.SHA256},
	{SHA384, crypto.SHA384},
	{SHA512, crypto.SHA512},
	{more2007 + "sha3-256", crypto.SHA3_256},
	{more2007 + "sha3-384", crypto.SHA3_384},
	{more2007 + "sha3-512", crypto.SHA3_512},
	{sha1URI, crypto.SHA1},
}

// methodOf looks up a signature method by its URI; [RSAPSS] needs pssMethod.
func methodOf(uri string) (method, bool) {
	for _, m := range methods {
		if m.uri == uri {
			return m, true
		}
	}
	return method{}, false
}

// pssMethod is the method that rsa-pss with these parameters is; the salt is as
// long as the digest.
func pssMethod(hash crypto.Hash) method { return method{RSAPSS, familyPSS, hash} }

// digestOf looks up a digest method by its URI.
func digestOf(uri string) (crypto.Hash, bool) {
	for _, d := range digests {
		if d.uri == uri {
			return d.hash, true
		}
	}
	return 0, false
}

// digestURI is the name of a digest.
func digestURI(hash crypto.Hash) string {
	for _, d := range digests {
		if d.hash == hash {
			return d.uri
		}
	}
	return ""
}

// neverAllowed reports whether a URI names what no policy can allow: HMAC, whose
// key everybody has who can verify, DSA and MD5.
func neverAllowed(uri string) bool {
	_, name, _ := strings.Cut(uri, "#")
	name = strings.ToLower(name)
	return strings.Contains(name, "hmac") || strings.Contains(name, "md5") || strings.HasPrefix(name, "dsa")
}

// ruled is the name under which a policy holds the method.
func (m method) ruled() string {
	if m.family == familyPSS {
		return RSAPSS
	}
	return m.uri
}

// sum prepares the octets that are signed.
func (m method) sum(message []byte) []byte {
	if m.hash == 0 {
		return message
	}
	h := m.hash.New()
	h.Write(message)
	return h.Sum(nil)
}

// verify reports whether sig is a signature of key over what sum has returned.
func (m method) verify(key crypto.PublicKey, sum, sig []byte) bool {
	switch m.family {
	case familyPKCS1:
		pub, ok := key.(*rsa.PublicKey)
		return ok && rsa.VerifyPKCS1v15(pub, m.hash, sum, sig) == nil
	case familyPSS:
		pub, ok := key.(*rsa.PublicKey)
		return ok && rsa.VerifyPSS(pub, m.hash, sum, sig, &rsa.PSSOptions{SaltLength: m.hash.Size(), Hash: m.hash}) == nil
	case familyECDSA:
		pub, ok := key.(*ecdsa.PublicKey)
		if !ok {
			return false
		}
		der, ok := derOf(sig, orderBytes(pub))
		return ok && ecdsa.VerifyASN1(pub, sum, der)
	case familyEdDSA:
		pub, ok := key.(ed25519.PublicKey)
		return ok && len(pub) == ed25519.PublicKeySize && ed25519.Verify(pub, sum, sig)
	}
	return false
}

// sign makes the value of a signature over what sum has returned.
func (m method) sign(key crypto.Signer, sum []byte) ([]byte, error) {
	var opts crypto.SignerOpts = m.hash
	if m.family == familyPSS {
		opts = &rsa.PSSOptions{SaltLength: m.hash.Size(), Hash: m.hash}
	}
	value, err := key.Sign(rand.Reader, sum, opts)
	if err != nil || m.family != familyECDSA {
		return value, err
	}
	pub, ok := key.Public().(*ecdsa.PublicKey)
	if !ok {
		return nil, ErrKey
	}
	return plainOf(value, orderBytes(pub))
}

// ecdsaValue is an ECDSA signature in ASN.1 (RFC 3279, 2.2.3).
type ecdsaValue struct{ R, S *big.Int }

var errECDSAValue = errors.New("signature: the key made an ECDSA signature that cannot be read")

// orderBytes is the width of r and of s in bytes: that of the order of the
// curve's base point (XML Signature 1.1, 6.4.3).
func orderBytes(key *ecdsa.PublicKey) int { return (key.Curve.Params().N.BitLen() + 7) / 8 }

// derOf turns r and s of exactly size bytes each into ASN.1.
func derOf(sig []byte, size int) ([]byte, bool) {
	if len(sig) != 2*size {
		return nil, false
	}
	der, err := asn1.Marshal(ecdsaValue{new(big.Int).SetBytes(sig[:size]), new(big.Int).SetBytes(sig[size:])})
	return der, err == nil
}

// plainOf turns ASN.1 into r and s of size bytes each.
func plainOf(der []byte, size int) ([]byte, error) {
	var v ecdsaValue
	rest, err := asn1.Unmarshal(der, &v)
	if err != nil || len(rest) > 0 || v.R.Sign() <= 0 || v.S.Sign() <= 0 ||
		v.R.BitLen() > 8*size || v.S.BitLen() > 8*size {
		return nil, errECDSAValue
	}
	out := make([]byte, 2*size)
	v.R.FillBytes(out[:size])
	v.S.FillBytes(out[size:])
	return out, nil
}

// methodFor chooses the method that a key signs with where the caller names
// none: for RSA what every receiver knows, for a curve the digest of its width.
func methodFor(key crypto.PublicKey) (method, bool) {
	switch k := key.(type) {
	case *rsa.PublicKey:
		return methodOf(RSASHA256)
	case *ecdsa.PublicKey:
		switch bits := k.Curve.Params().BitSize; {
		case bits <= 256:
			return methodOf(ECDSASHA256)
		case bits <= 384:
			return methodOf(more2001 + "ecdsa-sha384")
		default:
			return methodOf(more2001 + "ecdsa-sha512")
		}
	case ed25519.PublicKey:
		return methodOf(Ed25519)
	}
	return method{}, false
}
