// Package rfc3161 reads and checks time-stamp tokens (RFC 3161, RFC 5816) in DER,
// and writes requests for them.
//
// A token is a CMS SignedData (RFC 5652) over TSTInfo. [Token.Verify] checks all
// that RFC 3161, 2.4.2 asks of the one who relies on it; trust, policy and
// revocation are those of a signature.Verifier.
package rfc3161

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/bausteine/egov/xoev/signature"
)

var (
	// ErrToken says that a token or response cannot be read: it is not DER, not
	// CMS over TSTInfo, or breaks the rules of either.
	ErrToken = errors.New("rfc3161: not a time-stamp token")
	// ErrImprint says that a token is for other data.
	ErrImprint = errors.New("rfc3161: the time stamp is for other data")
	// ErrSignature says that the token's signature, or its signed attributes, do
	// not fit.
	ErrSignature = errors.New("rfc3161: the time stamp's signature does not fit")
	// ErrUsage says that the certificate is not for time stamps only (RFC 3161,
	// 2.3).
	ErrUsage = errors.New("rfc3161: the certificate is not for time stamps")
	// ErrTime says that the time lies outside the certificate's validity, or
	// ahead of the clock.
	ErrTime = errors.New("rfc3161: the time of the time stamp cannot be")
)

// MaxToken is the longest token that is read, in bytes.
const MaxToken = 256 << 10

const (
	maxCertificates = 16
	more2001        = "http://www.w3.org/2001/04/xmldsig-more#"
	more2007        = "http://www.w3.org/2007/05/xmldsig-more#"
)

var (
	oidSignedData     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidTSTInfo        = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 1, 4}
	oidContentType    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidMessageDigest  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidSigningCert    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 12}
	oidSigningCertV2  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}
	oidExtKeyUsage    = asn1.ObjectIdentifier{2, 5, 29, 37}
	oidRSA            = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
	oidPSS            = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 10}
	oidMGF1           = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 8}
	oidTimeStampUsage = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 8}
)

// digests are the hash functions that tokens may use.
var digests = []struct {
	oid            asn1.ObjectIdentifier
	hash           crypto.Hash
	rsa, pss, ec   string // signature methods with it
	oidRSA, oidECC asn1.ObjectIdentifier
}{
	{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}, crypto.SHA256, signature.RSASHA256, signature.RSAPSSSHA256, signature.ECDSASHA256,
		asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11}, asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}},
	{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 2}, crypto.SHA384, more2001 + "rsa-sha384", more2007 + "sha384-rsa-MGF1", more2001 + "ecdsa-sha384",
		asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 12}, asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 3}},
	{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 3}, crypto.SHA512, more2001 + "rsa-sha512", more2007 + "sha512-rsa-MGF1", more2001 + "ecdsa-sha512",
		asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 13}, asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 4}},
}

func hashOf(oid asn1.ObjectIdentifier) crypto.Hash {
	for _, d := range digests {
		if d.oid.Equal(oid) {
			return d.hash
		}
	}
	return 0
}

// Token is a time-stamp token that was read. What it says counts only once
// [Token.Verify] has returned nil.
type Token struct {
	// Time is genTime; Accuracy is what it may be off, 0 if not stated.
	Time     time.Time
	Accuracy time.Duration
	// Policy is that of the authority.
	Policy asn1.ObjectIdentifier
	Serial *big.Int
	// Nonce is nil if there is none.
	Nonce *big.Int
	// Hash and Imprint are the digest of the data.
	Hash    crypto.Hash
	Imprint []byte
	// Certificates are those that the token carries; nobody vouches for them.
	Certificates []*x509.Certificate
	// Raw is the token in DER.
	Raw []byte

	content []byte // TSTInfo
	signer  signerInfo
	attrs   []attribute
}

type contentInfo struct {
	Type    asn1.ObjectIdentifier
	Content asn1.RawValue `asn1:"explicit,tag:0"`
}

type signedData struct {
	Version int
	Digests []pkix.AlgorithmIdentifier `asn1:"set"`
	Content encapsulated
	Certs   asn1.RawValue `asn1:"optional,tag:0"`
	CRLs    asn1.RawValue `asn1:"optional,tag:1"`
	Signers []signerInfo  `asn1:"set"`
}

type encapsulated struct {
	Type    asn1.ObjectIdentifier
	Content asn1.RawValue `asn1:"explicit,tag:0"`
}

type signerInfo struct {
	Version     int
	ID          asn1.RawValue
	Digest      pkix.AlgorithmIdentifier
	Attrs       asn1.RawValue `asn1:"optional,tag:0"`
	Algorithm   pkix.AlgorithmIdentifier
	Value       []byte
	UnsignedAll asn1.RawValue `asn1:"optional,tag:1"`
}

type attribute struct {
	Type   asn1.ObjectIdentifier
	Values asn1.RawValue
}

type imprint struct {
	Algorithm pkix.AlgorithmIdentifier
	Digest    []byte
}

type tstInfo struct {
	Version    int
	Policy     asn1.ObjectIdentifier
	Imprint    imprint
	Serial     *big.Int
	Time       time.Time        `asn1:"generalized"`
	Accuracy   accuracy         `asn1:"optional"`
	Ordering   bool             `asn1:"optional"`
	Nonce      *big.Int         `asn1:"optional"`
	TSA        asn1.RawValue    `asn1:"optional,explicit,tag:0"`
	Extensions []pkix.Extension `asn1:"optional,tag:1"`
}

type accuracy struct {
	Seconds int64 `asn1:"optional"`
	Millis  int64 `asn1:"optional,tag:0"`
	Micros  int64 `asn1:"optional,tag:1"`
}

func unmarshal(der []byte, v any) error {
	rest, err := asn1.Unmarshal(der, v)
	if err != nil || len(rest) > 0 {
		return ErrToken
	}
	return nil
}

// Parse reads a token. Errors match [ErrToken].
func Parse(der []byte) (*Token, error) {
	if len(der) > MaxToken {
		return nil, fmt.Errorf("%w: too long", ErrToken)
	}
	var info contentInfo
	var data signedData
	inner, ok := unwrapped(der)
	if !ok {
		if err := unmarshal(der, &info); err != nil || !info.Type.Equal(oidSignedData) {
			return nil, ErrToken
		}
		inner = info.Content.Bytes
	}
	if err := unmarshal(inner, &data); err != nil {
		return nil, err
	}
	if data.Version != 3 || !data.Content.Type.Equal(oidTSTInfo) || len(data.Signers) != 1 {
		return nil, fmt.Errorf("%w: not one signature over TSTInfo", ErrToken)
	}
	t := &Token{Raw: bytes.Clone(der), signer: data.Signers[0]}
	if err := unmarshal(data.Content.Content.Bytes, &t.content); err != nil {
		return nil, err
	}
	if err := t.info(); err != nil {
		return nil, err
	}
	if err := t.certificates(data.Certs.Bytes); err != nil {
		return nil, err
	}
	if err := t.attributes(); err != nil {
		return nil, err
	}
	return t, nil
}

// unwrapped opens ContentInfo where that alone is written in BER, with indefinite
// lengths, as Bouncy Castle does by default.
func unwrapped(der []byte) ([]byte, bool) {
	var oid asn1.ObjectIdentifier
	der, ok := bytes.CutPrefix(der, []byte{0x30, 0x80})
	if !ok {
		return nil, false
	}
	der, err := asn1.Unmarshal(der, &oid)
	if err != nil || !oid.Equal(oidSignedData) {
		return nil, false
	}
	if der, ok = bytes.CutPrefix(der, []byte{0xa0, 0x80}); !ok {
		return nil, false
	}
	return bytes.CutSuffix(der, []byte{0, 0, 0, 0})
}

// info reads TSTInfo (RFC 3161, 2.4.2).
func (t *Token) info() error {
	var i tstInfo
	if err := unmarshal(t.content, &i); err != nil {
		return err
	}
	t.Hash = hashOf(i.Imprint.Algorithm.Algorithm)
	if i.Version != 1 || t.Hash == 0 || len(i.Imprint.Digest) != t.Hash.Size() || len(i.Policy) == 0 || i.Serial == nil {
		return fmt.Errorf("%w: TSTInfo", ErrToken)
	}
	a := i.Accuracy
	if a.Seconds < 0 || a.Seconds > 1<<20 || a.Millis < 0 || a.Millis > 999 || a.Micros < 0 || a.Micros > 999 {
		return fmt.Errorf("%w: accuracy", ErrToken)
	}
	for _, e := range i.Extensions {
		if e.Critical {
			return fmt.Errorf("%w: critical extension", ErrToken)
		}
	}
	t.Time, t.Policy, t.Serial, t.Nonce, t.Imprint = i.Time, i.Policy, i.Serial, i.Nonce, i.Imprint.Digest
	t.Accuracy = time.Duration(a.Seconds)*time.Second + time.Duration(a.Millis)*time.Millisecond + time.Duration(a.Micros)*time.Microsecond
	return nil
}

func (t *Token) certificates(set []byte) error {
	for len(set) > 0 {
		var v asn1.RawValue
		rest, err := asn1.Unmarshal(set, &v)
		if err != nil || len(t.Certificates) == maxCertificates {
			return fmt.Errorf("%w: certificates", ErrToken)
		}
		cert, err := signature.ParseCertificate(v.FullBytes)
		if err != nil {
			return fmt.Errorf("%w: certificate", ErrToken)
		}
		t.Certificates, set = append(t.Certificates, cert), rest
	}
	return nil
}

// attributes reads the signed attributes; each has one type and one value.
func (t *Token) attributes() error {
	rest := t.signer.Attrs.Bytes
	for len(rest) > 0 {
		var a attribute
		var value asn1.RawValue
		var err error
		if rest, err = asn1.Unmarshal(rest, &a); err != nil {
			return ErrToken
		}
		if a.Values.Class != asn1.ClassUniversal || a.Values.Tag != asn1.TagSet || t.attribute(a.Type) != nil || len(t.attrs) == 64 {
			return fmt.Errorf("%w: signed attribute", ErrToken)
		}
		if err := unmarshal(a.Values.Bytes, &value); err != nil {
			return err
		}
		a.Values = value
		t.attrs = append(t.attrs, a)
	}
	return nil
}

// attribute returns the value of a signed attribute in DER, or nil.
func (t *Token) attribute(oid asn1.ObjectIdentifier) []byte {
	for _, a := range t.attrs {
		if a.Type.Equal(oid) {
			return a.Values.FullBytes
		}
	}
	return nil
}
