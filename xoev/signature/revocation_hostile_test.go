package signature_test

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"io"
	"math/big"
	mathrand "math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/ocsp"

	"github.com/bausteine/egov/xoev/signature"
)

// giant is a key that costs whoever verifies with it seconds, and its owner nothing.
type giant struct{ public rsa.PublicKey }

func (g giant) Public() crypto.PublicKey { return &g.public }

func (g giant) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) {
	value := make([]byte, g.public.Size())
	value[len(value)-1] = 2
	return value, nil
}

// TestGiantResponder: anybody can put a response of anybody beside a signature. The
// responder's key is not used unless the issuer has authorised it.
func TestGiantResponder(t *testing.T) {
	ca := caPair("Test CA")
	cert := leaf("Test A", &ca).cert
	n := new(big.Int).Lsh(big.NewInt(1), 80_000)
	g := giant{rsa.PublicKey{N: n.Add(n, big.NewInt(1)), E: 1<<31 - 1}}
	stranger := other()
	tm := template()
	tm.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning}
	tm.SerialNumber = big.NewInt(4711)
	der, err := x509.CreateCertificate(rand.Reader, tm, ca.cert, &g.public, stranger)
	if err != nil { // crypto/x509 looks whether the key is the parent's
		parent := template()
		parent.Subject = ca.cert.Subject
		der, err = x509.CreateCertificate(rand.Reader, tm, issue(stranger, parent, nil).cert, &g.public, stranger)
	}
	require.NoError(t, err)
	responder, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	response, err := ocsp.CreateResponse(ca.cert, responder, ocsp.Response{
		Status: ocsp.Good, SerialNumber: cert.SerialNumber, ThisUpdate: clock.Add(-time.Hour), NextUpdate: clock.Add(time.Hour),
		Certificate: responder, SignatureAlgorithm: x509.SHA256WithRSA,
	}, g)
	require.NoError(t, err)
	require.Less(t, len(response), 32<<10)
	began := time.Now()
	d := &signature.RevocationData{}
	for range 64 {
		d.OCSPs = append(d.OCSPs, response)
	}
	status, err := d.Status(context.Background(), cert, ca.cert, clock)
	require.NoError(t, err)
	require.Equal(t, signature.RevocationUnknown, status)
	t.Logf("64 responses of %d bytes: %v", len(response), time.Since(began))
	require.Less(t, time.Since(began), 30*time.Second) // with the key it takes minutes
}

// distribution writes an IssuingDistributionPoint (RFC 5280, 5.2.5).
func distribution(t testing.TB, critical bool, v any) pkix.Extension {
	t.Helper()
	der, err := asn1.Marshal(v)
	require.NoError(t, err)
	return pkix.Extension{Id: []int{2, 5, 29, 28}, Critical: critical, Value: der}
}

// TestHostileRevocation gives evidence that an attacker would choose.
func TestHostileRevocation(t *testing.T) {
	ca := caPair("Test CA")
	tm := template()
	tm.SerialNumber, tm.CRLDistributionPoints = big.NewInt(7), []string{"http://example.org/a.crl"}
	cert := issue(key3072(), tm, &ca).cert
	before, after := clock.Add(-time.Hour), clock.Add(time.Hour)
	entry := x509.RevocationListEntry{SerialNumber: cert.SerialNumber, RevocationTime: before}
	with := func(e x509.RevocationListEntry, critical bool, id ...int) x509.RevocationListEntry {
		e.ExtraExtensions = []pkix.Extension{{Id: id, Critical: critical, Value: []byte{4, 0}}}
		return e
	}
	another := x509.RevocationListEntry{SerialNumber: big.NewInt(4711), RevocationTime: before}
	part := func(critical bool, v any) func(*x509.RevocationList) {
		return func(l *x509.RevocationList) { l.ExtraExtensions = []pkix.Extension{distribution(t, critical, v)} }
	}
	delta := func(l *x509.RevocationList) {
		l.ExtraExtensions = []pkix.Extension{{Id: []int{2, 5, 29, 27}, Critical: true, Value: []byte{2, 1, 1}}}
	}
	responder := func(key *rsa.PrivateKey, usage x509.KeyUsage) pair {
		tm := template()
		tm.Subject.CommonName, tm.ExtKeyUsage, tm.KeyUsage = "Test Responder", []x509.ExtKeyUsage{x509.ExtKeyUsageOCSPSigning}, usage
		tm.SerialNumber = big.NewInt(99)
		return issue(key, tm, &ca)
	}
	answer := func(by pair) []byte {
		return ocspResponse(t, ca, by, cert.SerialNumber, ocsp.Good, before, after, time.Time{})
	}
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	require.NoError(t, err)
	stolen := responder(key3072(), x509.KeyUsageDigitalSignature)
	oldList := crl(t, ca, before.Add(-48*time.Hour), before.Add(-47*time.Hour), nil,
		x509.RevocationListEntry{SerialNumber: stolen.cert.SerialNumber, RevocationTime: before.Add(-50 * time.Hour)})
	type onlyUsers struct {
		Users bool `asn1:"tag:1"`
	}
	type onlyCAs struct {
		CAs bool `asn1:"tag:2"`
	}
	type someReasons struct {
		Reasons asn1.BitString `asn1:"tag:3"`
	}
	type named struct {
		Point struct {
			Full []asn1.RawValue `asn1:"tag:0"`
		} `asn1:"tag:0"`
	}
	place := func(uri string) (n named) {
		n.Point.Full = []asn1.RawValue{{Class: asn1.ClassContextSpecific, Tag: 6, Bytes: []byte(uri)}}
		return n
	}
	type indirect struct {
		Indirect bool `asn1:"tag:4"`
	}
	const unknown, good, revoked = signature.RevocationUnknown, signature.RevocationGood, signature.RevocationRevoked
	for _, tt := range []struct {
		name string
		crls [][]byte
		ocsp [][]byte
		want signature.RevocationStatus
	}{
		{"an entry that says what nobody understands", [][]byte{crl(t, ca, before, after, nil, with(another, true, 1, 2, 3))}, nil, unknown},
		{"an entry that says more, but need not be understood", [][]byte{crl(t, ca, before, after, nil, with(another, false, 1, 2, 3))}, nil, good},
		{"the certificate of another issuer in an indirect list", [][]byte{crl(t, ca, before, after, part(true, indirect{true}), with(entry, true, 2, 5, 29, 29))}, nil, unknown},
		{"revoked in a list of a part, good by a response", [][]byte{crl(t, ca, before, after, part(true, onlyUsers{true}), entry)}, [][]byte{answer(ca)}, revoked},
		{"in a list of users, which covers it", [][]byte{crl(t, ca, before, after, part(true, onlyUsers{true}), another)}, nil, good},
		{"in a list of authorities only", [][]byte{crl(t, ca, before, after, part(true, onlyCAs{true}), another)}, nil, unknown},
		{"in a list of some reasons", [][]byte{crl(t, ca, before, after, part(true, someReasons{asn1.BitString{Bytes: []byte{0x40}, BitLength: 2}}), another)}, nil, unknown},
		{"in a list of another place", [][]byte{crl(t, ca, before, after, part(true, place("http://example.org/b.crl")), another)}, nil, unknown},
		{"in the list of its place", [][]byte{crl(t, ca, before, after, part(true, place("http://example.org/a.crl")), another)}, nil, good},
		{"in a list whose scope cannot be read", [][]byte{crl(t, ca, before, after, part(false, 5), entry)}, nil, unknown},
		{"revoked in a difference, good by a response", [][]byte{crl(t, ca, before, after, delta, entry)}, [][]byte{answer(ca)}, revoked},
		{"released in a difference", [][]byte{crl(t, ca, before, after, delta, x509.RevocationListEntry{SerialNumber: cert.SerialNumber, RevocationTime: before, ReasonCode: 8})}, [][]byte{answer(ca)}, good},
		{"responder with a short key", nil, [][]byte{answer(responder(short, x509.KeyUsageDigitalSignature))}, unknown},
		{"responder whose key may not sign", nil, [][]byte{answer(responder(key3072(), x509.KeyUsageKeyEncipherment))}, unknown},
		{"responder without key usage", nil, [][]byte{answer(responder(key3072(), 0))}, good},
		{"responder", nil, [][]byte{answer(stolen)}, good},
		{"responder whose own certificate was revoked", [][]byte{oldList}, [][]byte{answer(stolen)}, unknown},
	} {
		t.Run(tt.name, func(t *testing.T) {
			status, err := (&signature.RevocationData{CRLs: tt.crls, OCSPs: tt.ocsp}).Status(context.Background(), cert, ca.cert, clock)
			require.NoError(t, err)
			assert.Equal(t, tt.want, status)
		})
	}
}

// TestListsOfEveryKind compares what is looked through with what crypto/x509 reads
// whole: lists of up to 40 entries with reasons, dates and extensions.
func TestListsOfEveryKind(t *testing.T) {
	ca := caPair("Test CA")
	tm := template()
	r := mathrand.New(mathrand.NewPCG(1, 2))
	seen := map[signature.RevocationStatus]int{}
	for _, serial := range []string{"7", "127", "128", "255", "256", "170141183460469231731687303715884105728"} {
		tm.SerialNumber, _ = new(big.Int).SetString(serial, 10)
		cert := issue(key3072(), tm, &ca).cert
		for range 12 {
			var entries []x509.RevocationListEntry
			for range r.IntN(40) {
				e := x509.RevocationListEntry{SerialNumber: big.NewInt(int64(r.IntN(300) + 1)), RevocationTime: clock.Add(time.Duration(r.IntN(20)-10) * time.Hour), ReasonCode: []int{0, 1, 4, 6, 8}[r.IntN(5)]}
				if r.IntN(20) == 0 {
					e.SerialNumber = cert.SerialNumber
				}
				if r.IntN(60) == 0 {
					e.ExtraExtensions = []pkix.Extension{{Id: []int{1, 2, 3}, Critical: r.IntN(2) == 0, Value: []byte{4, 0}}}
					e.ReasonCode = 0
				}
				entries = append(entries, e)
			}
			der := crl(t, ca, clock.Add(-time.Hour), clock.Add(time.Hour), nil, entries...)
			list, err := x509.ParseRevocationList(der)
			require.NoError(t, err)
			want := expected(list, cert.SerialNumber)
			status, err := (&signature.RevocationData{CRLs: [][]byte{der}}).Status(context.Background(), cert, ca.cert, clock)
			require.NoError(t, err)
			require.Equal(t, want, status)
			seen[status]++
		}
	}
	require.Len(t, seen, 3, "%v", seen)
	t.Log(seen)
}

// expected reads a list entry by entry.
func expected(list *x509.RevocationList, serial *big.Int) signature.RevocationStatus {
	want := signature.RevocationGood
	for _, e := range list.RevokedCertificateEntries {
		switch {
		case slices.ContainsFunc(e.Extensions, func(x pkix.Extension) bool { return x.Critical }):
			want = signature.RevocationUnknown
		case e.SerialNumber.Cmp(serial) == 0 && e.ReasonCode != 8 && !e.RevocationTime.After(clock):
			return signature.RevocationRevoked
		}
	}
	return want
}

// TestRevocationFlood gives much evidence of the right issuer: each item is read
// once, and what cannot be about the certificate is hardly read at all.
func TestRevocationFlood(t *testing.T) {
	ca := caPair("Test CA")
	cert := leaf("Test A", &ca).cert
	entries := make([]x509.RevocationListEntry, 20_000)
	for i := range entries {
		entries[i] = x509.RevocationListEntry{SerialNumber: big.NewInt(int64(i + 1_000_000)), RevocationTime: clock.Add(-time.Hour)}
	}
	big := crl(t, ca, clock.Add(-time.Hour), clock.Add(time.Hour), nil, entries...)
	d := &signature.RevocationData{}
	for range 64 {
		d.CRLs = append(d.CRLs, big)
	}
	began := time.Now()
	used := allocated(func() {
		for range 20 {
			status, err := d.Status(context.Background(), cert, ca.cert, clock)
			require.NoError(t, err)
			require.Equal(t, signature.RevocationGood, status)
		}
	})
	t.Logf("64 lists of %d bytes, 20 times: %v, %d bytes allocated", len(big), time.Since(began), used)
	require.Less(t, used, uint64(20*64*len(big)/4), "entries are read into memory")
	require.Less(t, time.Since(began), 10*time.Minute) // under the race detector on a busy machine it takes a minute
}
