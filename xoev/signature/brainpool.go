package signature

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/asn1"
	"math/big"

	"github.com/ProtonMail/go-crypto/brainpool"
)

// Object identifiers of the curves (RFC 5480, 2.1.1.1; RFC 5639, 4.1).
var (
	oidECPublicKey = asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1}
	curves         = [...]struct {
		oid   asn1.ObjectIdentifier
		urn   string // as a policy names it
		curve func() elliptic.Curve
	}{
		{asn1.ObjectIdentifier{1, 2, 840, 10045, 3, 1, 7}, urnP256, elliptic.P256},
		{asn1.ObjectIdentifier{1, 3, 132, 0, 34}, urnP384, elliptic.P384},
		{asn1.ObjectIdentifier{1, 3, 132, 0, 35}, urnP521, elliptic.P521},
		{asn1.ObjectIdentifier{1, 3, 36, 3, 3, 2, 8, 1, 1, 7}, urnBrainpoolP256r1, brainpool.P256r1},
		{asn1.ObjectIdentifier{1, 3, 36, 3, 3, 2, 8, 1, 1, 11}, urnBrainpoolP384r1, brainpool.P384r1},
		{asn1.ObjectIdentifier{1, 3, 36, 3, 3, 2, 8, 1, 1, 13}, urnBrainpoolP512r1, brainpool.P512r1},
	}
)

// How a policy names curves.
const (
	urnOID             = "urn:oid:"
	urnP256            = urnOID + "1.2.840.10045.3.1.7"
	urnP384            = urnOID + "1.3.132.0.34"
	urnP521            = urnOID + "1.3.132.0.35"
	urnBrainpoolP256r1 = urnOID + "1.3.36.3.3.2.8.1.1.7"
	urnBrainpoolP384r1 = urnOID + "1.3.36.3.3.2.8.1.1.11"
	urnBrainpoolP512r1 = urnOID + "1.3.36.3.3.2.8.1.1.13"
)

// firstBrainpool is where crypto/x509 stops knowing the curves.
const firstBrainpool = 3

// curveURN is the name of a curve; "" for one that is not known by name.
func curveURN(c elliptic.Curve) string {
	for _, known := range curves {
		if known.curve() == c {
			return known.urn
		}
	}
	return ""
}

// ownCurve reports whether a curve is one that the standard library does not
// know.
func ownCurve(c elliptic.Curve) bool {
	for _, known := range curves[firstBrainpool:] {
		if known.curve() == c {
			return true
		}
	}
	return false
}

// certificateShape is as much of a certificate as is needed to find its key
// (RFC 5280, 4.1).
type certificateShape struct {
	TBS       tbsShape
	Algorithm asn1.RawValue
	Value     asn1.BitString
}

type tbsShape struct {
	Raw       asn1.RawContent
	Version   int `asn1:"optional,explicit,default:0,tag:0"`
	Serial    *big.Int
	Algorithm asn1.RawValue
	Issuer    asn1.RawValue
	Validity  asn1.RawValue
	Subject   asn1.RawValue
	Key       keyShape // what follows is ignored
}

type keyShape struct {
	Raw       asn1.RawContent
	Algorithm struct {
		Raw        asn1.RawContent
		OID        asn1.ObjectIdentifier
		Parameters asn1.RawValue `asn1:"optional"`
	}
	Key asn1.BitString
}

// ParseCertificate parses one certificate in DER as x509.ParseCertificate does,
// and also those whose key lies on brainpoolP256r1, brainpoolP384r1 or
// brainpoolP512r1 (RFC 5639), named by their object identifier, or is an RSA key
// for RSASSA-PSS only (RFC 4055). Curves that are given by explicit parameters are
// refused.
func ParseCertificate(der []byte) (*x509.Certificate, error) {
	cert, err := x509.ParseCertificate(der)
	if err == nil {
		return withPSSKey(cert), nil
	}
	if own, ok := parseBrainpool(der); ok {
		return own, nil
	}
	return nil, err
}

// parseBrainpool lets crypto/x509 read a copy of the certificate in which the
// kind of the key is one that it does not know, and puts key and original bytes
// in their place. The signature over the certificate is made over the original.
func parseBrainpool(der []byte) (*x509.Certificate, bool) {
	key, spki, ok := brainpoolKey(der)
	if !ok {
		return nil, false
	}
	oid, err := asn1.Marshal(oidECPublicKey)
	if err != nil {
		return nil, false
	}
	at := bytes.Index(der, spki)
	if at < 0 || bytes.LastIndex(der, spki) != at {
		return nil, false
	}
	in := bytes.Index(spki, oid)
	if in < 0 {
		return nil, false
	}
	masked := bytes.Clone(der)
	masked[at+in+len(oid)-1] = 0x7f // 1.2.840.10045.2.127 is nothing
	cert, err := x509.ParseCertificate(masked)
	if err != nil || cert.PublicKey != nil || !bytes.Equal(cert.RawSubjectPublicKeyInfo, masked[at:at+len(spki)]) {
		return nil, false
	}
	tbs := bytes.Index(masked, cert.RawTBSCertificate)
	if tbs < 0 {
		return nil, false
	}
	cert.Raw = bytes.Clone(der)
	cert.RawTBSCertificate = cert.Raw[tbs : tbs+len(cert.RawTBSCertificate)]
	cert.RawSubjectPublicKeyInfo = cert.Raw[at : at+len(spki)]
	cert.PublicKeyAlgorithm, cert.PublicKey = x509.ECDSA, key
	return cert, true
}

// brainpoolKey finds the key of a certificate if it is on a named Brainpool
// curve, in uncompressed form.
func brainpoolKey(der []byte) (*ecdsa.PublicKey, []byte, bool) {
	var shape certificateShape
	if rest, err := asn1.Unmarshal(der, &shape); err != nil || len(rest) > 0 {
		return nil, nil, false
	}
	info := shape.TBS.Key
	var named asn1.ObjectIdentifier
	if !info.Algorithm.OID.Equal(oidECPublicKey) {
		return nil, nil, false
	}
	if rest, err := asn1.Unmarshal(info.Algorithm.Parameters.FullBytes, &named); err != nil || len(rest) > 0 {
		return nil, nil, false
	}
	for _, known := range curves[firstBrainpool:] {
		if known.oid.Equal(named) && info.Key.BitLength == 8*len(info.Key.Bytes) {
			key, ok := pointOn(known.curve(), info.Key.Bytes)
			return key, info.Raw, ok
		}
	}
	return nil, nil, false
}

// pointOn reads an uncompressed point (SEC 1, 2.3.4) and checks that it is on
// the curve. The curves have the cofactor 1: every point but infinity, which
// has no such form, is a key.
func pointOn(curve elliptic.Curve, b []byte) (*ecdsa.PublicKey, bool) {
	p := curve.Params()
	size := (p.P.BitLen() + 7) / 8
	if len(b) != 1+2*size || b[0] != 4 {
		return nil, false
	}
	x, y := new(big.Int).SetBytes(b[1:1+size]), new(big.Int).SetBytes(b[1+size:])
	//lint:ignore SA1019 the standard library has nothing else for curves that it does not know
	if x.Cmp(p.P) >= 0 || y.Cmp(p.P) >= 0 || !curve.IsOnCurve(x, y) {
		return nil, false
	}
	//lint:ignore SA1019 as above; the values are public
	return &ecdsa.PublicKey{Curve: curve, X: x, Y: y}, true
}
