package signature

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"slices"
	"time"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/ocsp"
)

// ocspData is as much of the ResponseData of an OCSP response as is needed to
// find out which certificates it is about (RFC 6960, 4.2.1).
type ocspData struct {
	Version   int `asn1:"optional,default:0,explicit,tag:0"`
	Responder asn1.RawValue
	Produced  asn1.RawValue
	Responses []ocspSingle
}

type ocspSingle struct {
	ID struct {
		Hash     pkix.AlgorithmIdentifier
		NameHash []byte
		KeyHash  []byte
		Serial   *big.Int
	} // what follows is ignored
}

// oidSHA1 names the digest that nearly all responders use for CertID. It only
// tells issuers apart that the caller trusts; that it is weak does not matter.
var oidSHA1 = asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}

// aboutIssuer reports whether the first answer for the serial number, which is
// the one that counts, is about a certificate of this issuer: one responder may
// answer for several, whose serial numbers may be the same (RFC 6960, 3.2).
func aboutIssuer(der []byte, cert, issuer *x509.Certificate) bool {
	var data ocspData
	if rest, err := asn1.Unmarshal(der, &data); err != nil || len(rest) > 0 {
		return false
	}
	for _, single := range data.Responses {
		id := single.ID
		if id.Serial == nil || id.Serial.Cmp(cert.SerialNumber) != 0 {
			continue
		}
		hash := hashOf(id.Hash.Algorithm)
		if id.Hash.Algorithm.Equal(oidSHA1) {
			hash = crypto.SHA1
		}
		var info pssKey // every SubjectPublicKeyInfo has this form
		if rest, err := asn1.Unmarshal(issuer.RawSubjectPublicKeyInfo, &info); err != nil || len(rest) > 0 || hash == 0 {
			return false
		}
		return bytes.Equal(id.NameHash, hashed(hash, issuer.RawSubject)) &&
			bytes.Equal(id.KeyHash, hashed(hash, info.Key.RightAlign()))
	}
	return false
}

func hashed(hash crypto.Hash, octets []byte) []byte {
	h := hash.New()
	h.Write(octets)
	return h.Sum(nil)
}

// maxOCSP bounds a response in bytes; usual ones have 500 to 5000.
const maxOCSP = 32 << 10

func (q *question) ocspStatus(der []byte) RevocationStatus {
	cert, issuer, at := q.cert, q.issuer, q.at
	if len(der) > maxOCSP || !mentions(der, cert.SerialNumber) || !byAuthorised(der, issuer) {
		return RevocationUnknown
	}
	r, err := ocsp.ParseResponseForCert(der, cert, issuer)
	if err != nil || weakSignature(r.SignatureAlgorithm) || !q.timely(r.ThisUpdate, r.NextUpdate, at) ||
		!aboutIssuer(r.TBSResponseData, cert, issuer) {
		return RevocationUnknown
	}
	if responder := r.Certificate; responder != nil && !responder.Equal(issuer) &&
		(!mayAnswer(responder, issuer, r.ProducedAt) || q.named(responder)) {
		return RevocationUnknown
	}
	switch {
	case r.Status == ocsp.Revoked && !r.RevokedAt.After(at):
		return RevocationRevoked
	case r.Status == ocsp.Revoked, r.Status == ocsp.Good && !expired(cert, r.ThisUpdate):
		return RevocationGood
	}
	return RevocationUnknown
}

// ocspOuter is an OCSP response as far as its certificates (RFC 6960, 4.2.1).
type ocspOuter struct {
	Status asn1.Enumerated
	Bytes  struct {
		Type     asn1.ObjectIdentifier
		Response []byte
	} `asn1:"explicit,tag:0"`
}

type ocspBasic struct {
	Data      asn1.RawValue
	Algorithm pkix.AlgorithmIdentifier
	Signature asn1.BitString
	Certs     []asn1.RawValue `asn1:"explicit,tag:0,optional"`
}

// byAuthorised looks at the responder's certificate before its key is used: it is
// for anybody to choose, and there are keys that take minutes. False is for what
// the issuer has not signed.
func byAuthorised(der []byte, issuer *x509.Certificate) bool {
	var outer ocspOuter
	var basic ocspBasic
	if rest, err := asn1.Unmarshal(der, &outer); err != nil || len(rest) > 0 {
		return false
	}
	if rest, err := asn1.Unmarshal(outer.Bytes.Response, &basic); err != nil || len(rest) > 0 {
		return false
	}
	if len(basic.Certs) == 0 {
		return true
	}
	responder, err := x509.ParseCertificate(basic.Certs[0].FullBytes)
	if err != nil {
		return false
	}
	key, isRSA := responder.PublicKey.(*rsa.PublicKey)
	return responder.Equal(issuer) || !weakSignature(responder.SignatureAlgorithm) && responder.CheckSignatureFrom(issuer) == nil &&
		(!isRSA || len(judgeRSA(key)) == 0)
}

// mentions reports whether the number stands in it; if not, it is about another
// certificate.
func mentions(der []byte, serial *big.Int) bool {
	var b cryptobyte.Builder
	b.AddASN1BigInt(serial)
	number, err := b.Bytes()
	return err == nil && bytes.Contains(der, number)
}

// mayAnswer reports whether the issuer authorised the responder: it issued the
// certificate with the usage OCSPSigning (RFC 6960, 4.2.2.2), for a key that may
// sign and is not too short to prove anything.
func mayAnswer(responder, issuer *x509.Certificate, produced time.Time) bool {
	if weakSignature(responder.SignatureAlgorithm) || responder.CheckSignatureFrom(issuer) != nil ||
		len(responder.UnhandledCriticalExtensions) > 0 || !maySign(responder) ||
		!bytes.Equal(responder.RawIssuer, issuer.RawSubject) ||
		produced.Before(responder.NotBefore) || produced.After(responder.NotAfter) {
		return false
	}
	if key, ok := responder.PublicKey.(*rsa.PublicKey); ok && key.N.BitLen() < 1900 { // ETSI TS 119 312
		return false
	}
	return slices.Contains(responder.ExtKeyUsage, x509.ExtKeyUsageOCSPSigning)
}
