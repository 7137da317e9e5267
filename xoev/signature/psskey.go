package signature

import (
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
)

// Object identifiers of RSASSA-PSS keys (RFC 4055, 2.1 and 3.1).
var (
	oidRSASSAPSS = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 10}
	oidMGF1      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 8}
	hashOIDs     = [...]struct {
		oid  asn1.ObjectIdentifier
		hash crypto.Hash
	}{
		{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}, crypto.SHA256},
		{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 2}, crypto.SHA384},
		{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 3}, crypto.SHA512},
		{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 8}, crypto.SHA3_256},
		{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 9}, crypto.SHA3_384},
		{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 10}, crypto.SHA3_512},
	}
)

// pssKey is a SubjectPublicKeyInfo that allows RSASSA-PSS only.
type pssKey struct {
	Algorithm pkix.AlgorithmIdentifier
	Key       asn1.BitString
}

// pssRestriction are the parameters of such a key (RFC 4055, 3.1).
type pssRestriction struct {
	Hash    pkix.AlgorithmIdentifier `asn1:"optional,explicit,tag:0"`
	MGF     pkix.AlgorithmIdentifier `asn1:"optional,explicit,tag:1"`
	Salt    int                      `asn1:"optional,explicit,tag:2,default:20"`
	Trailer int                      `asn1:"optional,explicit,tag:3,default:1"`
}

// readPSSKey reads the key info of a certificate; ok is false if it is no
// RSASSA-PSS key.
func readPSSKey(cert *x509.Certificate) (info pssKey, ok bool) {
	rest, err := asn1.Unmarshal(cert.RawSubjectPublicKeyInfo, &info)
	return info, err == nil && len(rest) == 0 && info.Algorithm.Algorithm.Equal(oidRSASSAPSS)
}

// withPSSKey gives a certificate the key that crypto/x509 does not read because
// it is for RSASSA-PSS only.
func withPSSKey(cert *x509.Certificate) *x509.Certificate {
	if cert.PublicKey != nil {
		return cert
	}
	info, ok := readPSSKey(cert)
	if !ok {
		return cert
	}
	key, err := x509.ParsePKCS1PublicKey(info.Key.Bytes)
	if err != nil || info.Key.BitLength != 8*len(info.Key.Bytes) {
		return cert
	}
	with := *cert
	with.PublicKeyAlgorithm, with.PublicKey = x509.RSA, key
	return &with
}

// allowsPSS reports whether the certificate lets its key be used with the method:
// a key for RSASSA-PSS only, perhaps with one digest (RFC 4055, 3.3).
func allowsPSS(cert *x509.Certificate, m method) bool {
	if _, ok := cert.PublicKey.(*rsa.PublicKey); !ok {
		return true
	}
	info, ok := readPSSKey(cert)
	if !ok {
		return true
	}
	if m.family != familyPSS {
		return false
	}
	if len(info.Algorithm.Parameters.FullBytes) == 0 {
		return true
	}
	var r pssRestriction
	rest, err := asn1.Unmarshal(info.Algorithm.Parameters.FullBytes, &r)
	if err != nil || len(rest) > 0 || !r.MGF.Algorithm.Equal(oidMGF1) || r.Salt > m.hash.Size() || r.Trailer != 1 {
		return false
	}
	var mask pkix.AlgorithmIdentifier
	if rest, err := asn1.Unmarshal(r.MGF.Parameters.FullBytes, &mask); err != nil || len(rest) > 0 {
		return false
	}
	return hashOf(r.Hash.Algorithm) == m.hash && hashOf(mask.Algorithm) == m.hash
}

func hashOf(oid asn1.ObjectIdentifier) crypto.Hash {
	for _, h := range hashOIDs {
		if h.oid.Equal(oid) {
			return h.hash
		}
	}
	return 0
}
