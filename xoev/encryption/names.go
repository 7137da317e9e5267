package encryption

import (
	"crypto"
	_ "crypto/sha1" // #nosec G505 -- RSA-OAEP of peers that name SHA-1; see Policy
	_ "crypto/sha256"
	_ "crypto/sha512"
)

// Namespaces, as they stand in an encrypted document.
const (
	// NS is the namespace of XML Encryption.
	NS = "http://www.w3.org/2001/04/xmlenc#"
	// NS11 is the namespace of what XML Encryption 1.1 added.
	NS11 = "http://www.w3.org/2009/xmlenc11#"
	// NSOSCI is the namespace of IvLength in OSCI-Transport 1.2 with
	// correction 6 (order_zusatz.xsd).
	NSOSCI = "http://xoev.de/transport/osci12/8"
)

// Algorithms for content (XML Encryption 1.1, 5.2).
const (
	// AES128GCM is AES-128 in Galois/Counter Mode.
	AES128GCM = NS11 + "aes128-gcm"
	// AES192GCM is AES-192 in Galois/Counter Mode.
	AES192GCM = NS11 + "aes192-gcm"
	// AES256GCM is AES-256 in Galois/Counter Mode.
	AES256GCM = NS11 + "aes256-gcm"
	// AES128CBC is AES-128 in Cipher Block Chaining, which proves nothing about
	// the content; decryption only, under [LegacyDecryptOnly].
	AES128CBC = NS + "aes128-cbc"
	// AES192CBC is AES-192 in Cipher Block Chaining; see AES128CBC.
	AES192CBC = NS + "aes192-cbc"
	// AES256CBC is AES-256 in Cipher Block Chaining; see AES128CBC.
	AES256CBC = NS + "aes256-cbc"
	// TripleDESCBC is triple DES in Cipher Block Chaining; see AES128CBC.
	TripleDESCBC = NS + "tripledes-cbc"
)

// Algorithms for the key of the content (XML Encryption 1.1, 5.5).
const (
	// RSAOAEP is RSAES-OAEP with digest and mask generation named in the
	// document.
	RSAOAEP = NS11 + "rsa-oaep"
	// RSAOAEPMGF1P is RSAES-OAEP with the digest named in the document, SHA-1 if
	// none is, and mask generation with SHA-1 always.
	RSAOAEPMGF1P = NS + "rsa-oaep-mgf1p"
	// RSA15 is RSAES-PKCS1-v1_5; decryption only, under [LegacyDecryptOnly].
	RSA15 = NS + "rsa-1_5"
)

// Digests and mask generation functions of RSA-OAEP.
const (
	// SHA1 is the digest that RSA-OAEP has if none is named.
	SHA1 = "http://www.w3.org/2000/09/xmldsig#sha1"
	// SHA256 is the digest SHA-256 (XML Encryption 1.1, 5.8.2).
	SHA256 = NS + "sha256"
	// SHA384 is the digest SHA-384 (XML Encryption 1.1, 5.8.3).
	SHA384 = "http://www.w3.org/2001/04/xmldsig-more#sha384"
	// SHA512 is the digest SHA-512 (XML Encryption 1.1, 5.8.4).
	SHA512 = NS + "sha512"
	// MGF1SHA1 is MGF1 with SHA-1, which RSA-OAEP has if none is named.
	MGF1SHA1 = NS11 + "mgf1sha1"
	// MGF1SHA256 is MGF1 with SHA-256. The names with 384 and 512 end likewise.
	MGF1SHA256 = NS11 + "mgf1sha256"
	// MGF1SHA384 is MGF1 with SHA-384.
	MGF1SHA384 = NS11 + "mgf1sha384"
	// MGF1SHA512 is MGF1 with SHA-512.
	MGF1SHA512 = NS11 + "mgf1sha512"
)

const (
	typeElement = NS + "Element"
	typeContent = NS + "Content"
	typeKey     = NS + "EncryptedKey"
	nsDS        = "http://www.w3.org/2000/09/xmldsig#"
	// sha384Other is what XML Encryption 1.1, 5.8.3, calls SHA-384; the name in
	// SHA384 (RFC 9231, 2.1.3) is the one that more peers know.
	sha384Other = NS + "sha384"
)

// mode is how a block cipher is used.
type mode uint8

const (
	modeGCM mode = iota + 1
	modeCBC
)

// suite is an algorithm for content.
type suite struct {
	uri           string
	mode          mode
	keyLen, block int // bytes
}

// suites are all algorithms for content that the package can compute. The table
// is never changed.
var suites = [...]suite{
	{AES128GCM, modeGCM, 16, 16},
	{AES192GCM, modeGCM, 24, 16},
	{AES256GCM, modeGCM, 32, 16},
	{AES128CBC, modeCBC, 16, 16},
	{AES192CBC, modeCBC, 24, 16},
	{AES256CBC, modeCBC, 32, 16},
	{TripleDESCBC, modeCBC, 24, 8},
}

func suiteOf(uri string) (suite, bool) {
	for _, s := range suites {
		if s.uri == uri {
			return s, true
		}
	}
	return suite{}, false
}

// digestOf maps a digest of RSA-OAEP to its hash.
func digestOf(uri string) (crypto.Hash, bool) {
	switch uri {
	case SHA1:
		return crypto.SHA1, true
	case SHA256:
		return crypto.SHA256, true
	case SHA384:
		return crypto.SHA384, true
	case SHA512:
		return crypto.SHA512, true
	}
	return 0, false
}

// mgfOf maps a mask generation function to its hash.
func mgfOf(uri string) (crypto.Hash, bool) {
	switch uri {
	case MGF1SHA1:
		return crypto.SHA1, true
	case MGF1SHA256:
		return crypto.SHA256, true
	case MGF1SHA384:
		return crypto.SHA384, true
	case MGF1SHA512:
		return crypto.SHA512, true
	}
	return 0, false
}

// transportOf reports whether the package knows an algorithm for keys.
func transportOf(uri string) bool { return uri == RSAOAEP || uri == RSAOAEPMGF1P || uri == RSA15 }
