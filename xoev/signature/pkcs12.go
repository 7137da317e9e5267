package signature

import "encoding/asn1"

const (
	// maxIterations is how often a PKCS#12 file may have its password hashed:
	// many times what is usual, and some seconds of work.
	maxIterations = 5_000_000
	// maxASN1Depth is more than a PKCS#12 file needs.
	maxASN1Depth = 32
)

// tooManyIterations looks, without the password, for the parameters of what
// derives keys from it: a salt and behind it a number, in PKCS12-PBEParams,
// MacData (RFC 7292, 4, C) and PBKDF2-params (RFC 8018, A.2). What is itself
// encrypted cannot be looked at.
func tooManyIterations(der []byte, depth int) bool {
	salted := false
	for len(der) > 0 && depth < maxASN1Depth {
		var v asn1.RawValue
		rest, err := asn1.Unmarshal(der, &v)
		if err != nil {
			return false // no ASN.1, or the decoder will say so
		}
		universal := v.Class == asn1.ClassUniversal
		if universal && v.Tag == asn1.TagInteger && salted {
			var n int
			if _, err := asn1.Unmarshal(v.FullBytes, &n); err != nil || n > maxIterations {
				return true
			}
		}
		salted = universal && v.Tag == asn1.TagOctetString
		if (v.IsCompound || salted) && tooManyIterations(v.Bytes, depth+1) {
			return true
		}
		der = rest
	}
	return false
}
