package rfc3161

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
)

const data = "SignatureValue"

var noon = time.Date(2026, 2, 1, 12, 0, 0, 0, time.UTC)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// authority has an RSA key, for PKCS#1 v1.5 and PSS.
type authority struct {
	key  *rsa.PrivateKey
	cert *x509.Certificate
}

func newAuthority() authority {
	key := must(rsa.GenerateKey(rand.Reader, 3072))
	t := &x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "TSA"}, NotBefore: noon.AddDate(0, -1, 0), NotAfter: noon.AddDate(1, 0, 0),
		KeyUsage: x509.KeyUsageDigitalSignature, SubjectKeyId: []byte{1, 2, 3},
		ExtraExtensions: []pkix.Extension{{Id: oidExtKeyUsage, Critical: true, Value: must(asn1.Marshal([]asn1.ObjectIdentifier{oidTimeStampUsage}))}},
	}
	return authority{key, must(x509.ParseCertificate(must(x509.CreateCertificate(rand.Reader, t, t, &key.PublicKey, key))))}
}

// draft is a token about to be made, by hand.
type draft struct {
	info    tstInfo
	attrs   []attribute
	data    signedData
	signer  signerInfo
	pss     bool
	wrapper asn1.ObjectIdentifier
}

func attr(oid asn1.ObjectIdentifier, value any) attribute {
	return attribute{oid, asn1.RawValue{FullBytes: must(asn1.Marshal(asn1.RawValue{Tag: asn1.TagSet, IsCompound: true, Bytes: must(asn1.Marshal(value))}))}}
}

func algorithm(oid asn1.ObjectIdentifier) pkix.AlgorithmIdentifier {
	return pkix.AlgorithmIdentifier{Algorithm: oid}
}

// make builds a token; before adapts it before it is digested, after before it is
// signed.
func (a authority) make(before, after func(*draft)) []byte {
	sum := sha256.Sum256([]byte(data))
	sha := digests[0].oid
	d := &draft{wrapper: oidSignedData, info: tstInfo{Version: 1, Policy: []int{1, 2, 3, 4}, Imprint: imprint{algorithm(sha), sum[:]}, Serial: big.NewInt(1), Time: noon}}
	d.data = signedData{Version: 3, Digests: []pkix.AlgorithmIdentifier{algorithm(sha)}}
	d.data.Content.Type = oidTSTInfo
	d.data.Certs = asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: a.cert.Raw}
	id := must(asn1.Marshal(struct {
		Issuer asn1.RawValue
		Serial *big.Int
	}{asn1.RawValue{FullBytes: a.cert.RawIssuer}, a.cert.SerialNumber}))
	d.signer = signerInfo{Version: 1, ID: asn1.RawValue{FullBytes: id}, Digest: algorithm(sha), Algorithm: algorithm(digests[0].oidRSA)}
	if before != nil {
		before(d)
	}
	content := must(asn1.Marshal(d.info))
	d.data.Content.Content = asn1.RawValue{FullBytes: must(asn1.Marshal(asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: must(asn1.Marshal(content))}))}
	digest, cert := sha256.Sum256(content), sha256.Sum256(a.cert.Raw)
	d.attrs = []attribute{attr(oidContentType, oidTSTInfo), attr(oidMessageDigest, digest[:]), attr(oidSigningCertV2, struct{ Certs []essCertV2 }{[]essCertV2{{Hash: cert[:]}}})}
	if after != nil {
		after(d)
	}
	var attrs []byte
	for _, x := range d.attrs {
		attrs = append(attrs, must(asn1.Marshal(x))...)
	}
	set := must(asn1.Marshal(asn1.RawValue{Tag: asn1.TagSet, IsCompound: true, Bytes: attrs}))
	hash := sha256.Sum256(set)
	if d.pss {
		d.signer.Value = must(rsa.SignPSS(rand.Reader, a.key, crypto.SHA256, hash[:], &rsa.PSSOptions{SaltLength: 32}))
	} else {
		d.signer.Value = must(rsa.SignPKCS1v15(rand.Reader, a.key, crypto.SHA256, hash[:]))
	}
	set[0] = 0xa0
	d.signer.Attrs = asn1.RawValue{FullBytes: set}
	if d.data.Signers == nil {
		d.data.Signers = []signerInfo{d.signer}
	}
	inner := must(asn1.Marshal(d.data))
	return must(asn1.Marshal(struct {
		Type    asn1.ObjectIdentifier
		Content asn1.RawValue
	}{d.wrapper, asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, IsCompound: true, Bytes: inner}}))
}

type pssParams struct {
	Hash pkix.AlgorithmIdentifier `asn1:"explicit,tag:0"`
	Mask pkix.AlgorithmIdentifier `asn1:"explicit,tag:1"`
	Salt int                      `asn1:"explicit,tag:2"`
}

func pss(hash, mask asn1.ObjectIdentifier, salt int) pkix.AlgorithmIdentifier {
	inner := must(asn1.Marshal(algorithm(mask)))
	params := must(asn1.Marshal(pssParams{algorithm(hash), pkix.AlgorithmIdentifier{Algorithm: oidMGF1, Parameters: asn1.RawValue{FullBytes: inner}}, salt}))
	return pkix.AlgorithmIdentifier{Algorithm: oidPSS, Parameters: asn1.RawValue{FullBytes: params}}
}

func check(a authority, der []byte) (finding.Verdict, error) {
	token, err := Parse(der)
	if err != nil {
		return 0, err
	}
	v := signature.Verifier{Trust: signature.Pinned(a.cert), Now: func() time.Time { return noon.Add(time.Minute) }}
	report, _, err := token.Verify(context.Background(), v, []byte(data), nil)
	if err != nil {
		return 0, err
	}
	return report.Verdict, nil
}

// TestTokens breaks one rule each; those without error are good.
func TestTokens(t *testing.T) {
	a := newAuthority()
	sha256ID, sha512ID := digests[0].oid, digests[2].oid
	tests := []struct {
		name          string
		before, after func(*draft)
		want          error
	}{
		{name: "PKCS#1 v1.5"},
		{name: "rsaEncryption", before: func(d *draft) { d.signer.Algorithm = algorithm(oidRSA) }},
		{name: "PSS", before: func(d *draft) { d.pss, d.signer.Algorithm = true, pss(sha256ID, sha256ID, 32) }},
		{name: "by key identifier", before: func(d *draft) {
			d.signer.Version, d.signer.ID = 3, asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, Bytes: []byte{1, 2, 3}}
		}},
		{name: "fractions of seconds", before: func(d *draft) { d.info.Accuracy = accuracy{1, 20, 300} }},
		{name: "PSS, other mask", before: func(d *draft) { d.pss, d.signer.Algorithm = true, pss(sha256ID, sha512ID, 32) }, want: ErrSignature},
		{name: "PSS, other digest", before: func(d *draft) { d.pss, d.signer.Algorithm = true, pss(sha512ID, sha512ID, 32) }, want: ErrSignature},
		{name: "PSS, short salt", before: func(d *draft) { d.pss, d.signer.Algorithm = true, pss(sha256ID, sha256ID, 20) }, want: ErrSignature},
		{name: "PSS named, PKCS#1 made", before: func(d *draft) { d.signer.Algorithm = pss(sha256ID, sha256ID, 32) }, want: ErrSignature},
		{name: "method of another digest", before: func(d *draft) { d.signer.Algorithm = algorithm(digests[2].oidRSA) }, want: ErrSignature},
		{name: "ECDSA with an RSA key", before: func(d *draft) { d.signer.Algorithm = algorithm(digests[0].oidECC) }, want: ErrSignature},
		{name: "digest is not SHA-2", before: func(d *draft) { d.signer.Digest = algorithm(oidRSA) }, want: ErrSignature},
		{name: "another wrapper", before: func(d *draft) { d.wrapper = oidTSTInfo }, want: ErrToken},
		{name: "content is not TSTInfo", before: func(d *draft) { d.data.Content.Type = oidSignedData }, want: ErrToken},
		{name: "version of CMS", before: func(d *draft) { d.data.Version = 1 }, want: ErrToken},
		{name: "version of TSTInfo", before: func(d *draft) { d.info.Version = 2 }, want: ErrToken},
		{name: "imprint too short", before: func(d *draft) { d.info.Imprint.Digest = d.info.Imprint.Digest[1:] }, want: ErrToken},
		{name: "imprint of other data", before: func(d *draft) { d.info.Imprint.Digest = make([]byte, 32) }, want: ErrImprint},
		{name: "imprint with unknown digest", before: func(d *draft) { d.info.Imprint.Algorithm = algorithm(oidRSA) }, want: ErrToken},
		{name: "accuracy", before: func(d *draft) { d.info.Accuracy.Millis = 1000 }, want: ErrToken},
		{name: "critical extension", before: func(d *draft) {
			d.info.Extensions = []pkix.Extension{{Id: []int{1, 2}, Critical: true, Value: []byte{5, 0}}}
		}, want: ErrToken},
		{name: "too early", before: func(d *draft) { d.info.Time = noon.AddDate(-1, 0, 0) }, want: ErrTime},
		{name: "too late", before: func(d *draft) { d.info.Time = noon.AddDate(2, 0, 0) }, want: ErrTime},
		{name: "ahead", before: func(d *draft) { d.info.Time = noon.Add(time.Hour) }, want: ErrTime},
		{name: "no certificate", before: func(d *draft) { d.data.Certs = asn1.RawValue{} }, want: ErrSignature},
		{name: "broken certificate", before: func(d *draft) { d.data.Certs.Bytes = []byte{0x30, 0} }, want: ErrToken},
		{name: "another certificate named", before: func(d *draft) {
			d.signer.ID = asn1.RawValue{Class: asn1.ClassContextSpecific, Tag: 0, Bytes: []byte{9}}
		}, want: ErrSignature},
		{name: "two signatures", after: func(d *draft) {
			d.data.Signers = []signerInfo{{Version: 1, ID: d.signer.ID, Digest: d.signer.Digest, Algorithm: d.signer.Algorithm}, {Version: 2, ID: d.signer.ID, Digest: d.signer.Digest, Algorithm: d.signer.Algorithm}}
		}, want: ErrToken},
		{name: "no signed attributes", after: func(d *draft) { d.attrs = nil }, want: ErrSignature},
		{name: "content type of something else", after: func(d *draft) { d.attrs[0] = attr(oidContentType, oidSignedData) }, want: ErrSignature},
		{name: "no content type", after: func(d *draft) { d.attrs = d.attrs[1:] }, want: ErrSignature},
		{name: "digest of something else", after: func(d *draft) { d.attrs[1] = attr(oidMessageDigest, make([]byte, 32)) }, want: ErrSignature},
		{name: "no message digest", after: func(d *draft) { d.attrs = append(d.attrs[:1], d.attrs[2]) }, want: ErrSignature},
		{name: "digest twice", after: func(d *draft) { d.attrs = append(d.attrs, d.attrs[1]) }, want: ErrToken},
		{name: "no signing certificate", after: func(d *draft) { d.attrs = d.attrs[:2] }, want: ErrSignature},
		{name: "another signing certificate", after: func(d *draft) {
			d.attrs[2] = attr(oidSigningCertV2, struct{ Certs []essCertV2 }{[]essCertV2{{Hash: make([]byte, 32)}}})
		}, want: ErrSignature},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			verdict, err := check(a, a.make(tt.before, tt.after))
			if tt.want != nil {
				require.ErrorIs(t, err, tt.want)
				return
			}
			require.NoError(t, err)
			require.Equal(t, finding.Accepted, verdict)
		})
	}
}

// TestWrapper reads what Bouncy Castle writes, and nothing else in BER.
func TestWrapper(t *testing.T) {
	a := newAuthority()
	der := a.make(nil, nil)
	var info contentInfo
	require.NoError(t, unmarshal(der, &info))
	oid := must(asn1.Marshal(oidSignedData))
	ber := bytes.Join([][]byte{{0x30, 0x80}, oid, {0xa0, 0x80}, info.Content.Bytes, {0, 0, 0, 0}}, nil)
	verdict, err := check(a, ber)
	require.NoError(t, err)
	require.Equal(t, finding.Accepted, verdict)
	for _, broken := range [][]byte{append(bytes.Clone(ber), 0), ber[:len(ber)-2], append(bytes.Clone(der), 0), der[:len(der)-1], nil, make([]byte, MaxToken+1)} {
		token, err := Parse(broken)
		require.ErrorIs(t, err, ErrToken)
		require.Nil(t, token)
	}
}

// TestFlips changes every byte: no token says anything else than the good one.
func TestFlips(t *testing.T) {
	a := newAuthority()
	der := a.make(nil, nil)
	good := must(Parse(der))
	accepted := 0
	for i := range der {
		b := bytes.Clone(der)
		b[i] ^= 2
		verdict, err := check(a, b)
		if err != nil || verdict != finding.Accepted {
			continue
		}
		accepted++
		token := must(Parse(b))
		require.Equal(t, good.content, token.content)
	}
	t.Logf("%d of %d accepted, with the same TSTInfo", accepted, len(der))
	require.Less(t, accepted, 32)
}

func FuzzParse(f *testing.F) {
	a := newAuthority()
	f.Add(a.make(nil, nil))
	f.Add(a.make(func(d *draft) { d.pss, d.signer.Algorithm = true, pss(digests[0].oid, digests[0].oid, 32) }, nil))
	f.Add([]byte{0x30, 0x80, 0, 0})
	f.Fuzz(func(t *testing.T, der []byte) {
		if r, err := ParseResponse(der); err != nil && (r != nil || !errors.Is(err, ErrToken)) {
			t.Fatal(err)
		}
		token, err := Parse(der)
		if err != nil {
			if token != nil || !errors.Is(err, ErrToken) {
				t.Fatal(err)
			}
			return
		}
		_, _ = check(a, der)
	})
}
