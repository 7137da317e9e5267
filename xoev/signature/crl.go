package signature

import (
	"bytes"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"slices"
	"time"

	"golang.org/x/crypto/cryptobyte"
	casn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// crl is a revocation list (RFC 5280, 5) that was not read whole: its entries,
// of which there may be very many, are only looked through.
type crl struct {
	*x509.RevocationList
	entries cryptobyte.String
	part    bool // it does not say everything about every certificate
	scope   *distributionPoint
}

// distributionPoint is an IssuingDistributionPoint (RFC 5280, 5.2.5).
type distributionPoint struct {
	Point struct {
		FullName []asn1.RawValue `asn1:"optional,tag:0"`
		Relative asn1.RawValue   `asn1:"optional,tag:1"`
	} `asn1:"optional,tag:0"`
	OnlyUsers      bool           `asn1:"optional,tag:1"`
	OnlyCAs        bool           `asn1:"optional,tag:2"`
	SomeReasons    asn1.BitString `asn1:"optional,tag:3"`
	Indirect       bool           `asn1:"optional,tag:4"`
	OnlyAttributes bool           `asn1:"optional,tag:5"`
}

var (
	oidDeltaCRL     = asn1.ObjectIdentifier{2, 5, 29, 27}
	oidDistribution = asn1.ObjectIdentifier{2, 5, 29, 28}
	oidReason       = asn1.ObjectIdentifier{2, 5, 29, 21}
	oidInvalidity   = asn1.ObjectIdentifier{2, 5, 29, 24}
)

// readCRL reads a list that the issuer has signed; nil if it is none, or if it
// cannot be about certificates of that issuer.
func readCRL(der []byte, issuer *x509.Certificate) *crl {
	if !bytes.Contains(der[:min(len(der), 4096)], issuer.RawSubject) {
		return nil // most are about others
	}
	l := &crl{}
	head, whole, ok := l.split(der)
	if !ok {
		return nil
	}
	list, err := x509.ParseRevocationList(head)
	if err != nil {
		return nil
	}
	list.RawTBSRevocationList = whole
	if weakSignature(list.SignatureAlgorithm) || !bytes.Equal(list.RawIssuer, issuer.RawSubject) || list.CheckSignatureFrom(issuer) != nil {
		return nil
	}
	l.RevocationList = list
	if !l.extensions() {
		return nil
	}
	return l
}

// split takes the entries out. Head is the list without them, and whole what was
// signed.
func (l *crl) split(der []byte) (head, whole []byte, ok bool) {
	in, outer, tbs, element := cryptobyte.String(der), cryptobyte.String(nil), cryptobyte.String(nil), cryptobyte.String(nil)
	if !in.ReadASN1(&outer, casn1.SEQUENCE) || !in.Empty() || !outer.ReadASN1Element(&element, casn1.SEQUENCE) {
		return nil, nil, false
	}
	whole = element
	if !element.ReadASN1(&tbs, casn1.SEQUENCE) {
		return nil, nil, false
	}
	var kept []byte
	dated := false
	for !tbs.Empty() {
		var tag casn1.Tag
		if !tbs.ReadAnyASN1Element(&element, &tag) {
			return nil, nil, false
		}
		if dated && tag == casn1.SEQUENCE && l.entries == nil {
			if !element.ReadASN1(&l.entries, casn1.SEQUENCE) {
				return nil, nil, false
			}
			continue
		}
		dated = dated || tag == casn1.UTCTime || tag == casn1.GeneralizedTime
		kept = append(kept, element...)
	}
	var b cryptobyte.Builder
	b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1(casn1.SEQUENCE, func(b *cryptobyte.Builder) { b.AddBytes(kept) })
		b.AddBytes(outer)
	})
	head, err := b.Bytes()
	return head, whole, err == nil
}

// extensions judges what the list says about itself; false means that it cannot
// be used.
func (l *crl) extensions() bool {
	for _, e := range l.Extensions {
		switch {
		case e.Id.Equal(oidDeltaCRL):
			l.part = true
		case e.Id.Equal(oidDistribution):
			l.scope = &distributionPoint{}
			rest, err := asn1.Unmarshal(e.Value, l.scope)
			if err != nil || len(rest) > 0 || len(e.Value) == 2 || l.scope.Indirect || l.scope.OnlyAttributes {
				return false // an indirect list names certificates of other issuers
			}
		case e.Critical:
			return false
		}
	}
	return true
}

// covers reports whether the list would name the certificate if it was revoked.
func (l *crl) covers(cert *x509.Certificate) bool {
	s := l.scope
	switch {
	case l.part:
		return false
	case s == nil:
		return true
	case s.SomeReasons.BitLength > 0, s.OnlyUsers && cert.IsCA, s.OnlyCAs && !cert.IsCA, len(s.Point.Relative.FullBytes) > 0:
		return false
	case len(s.Point.FullName) == 0:
		return true
	}
	const uri = 6
	return slices.ContainsFunc(s.Point.FullName, func(n asn1.RawValue) bool {
		return n.Class == asn1.ClassContextSpecific && n.Tag == uri && slices.Contains(cert.CRLDistributionPoints, string(n.Bytes))
	})
}

// find looks for a serial number. Known is false if there is an entry that says
// what this package does not understand: then the list says nothing about those
// that it does not name (RFC 5280, 5.3).
func (l *crl) find(serial *big.Int, at time.Time) (revoked, known bool) {
	var b cryptobyte.Builder
	b.AddASN1BigInt(serial)
	want := b.BytesOrPanic()
	entries, known := l.entries, true
	for !entries.Empty() {
		var entry, number, when cryptobyte.String
		var tag casn1.Tag
		if !entries.ReadASN1(&entry, casn1.SEQUENCE) || !entry.ReadASN1Element(&number, casn1.INTEGER) || !entry.ReadAnyASN1Element(&when, &tag) {
			return revoked, false
		}
		mine := bytes.Equal(number, want)
		if !mine && entry.Empty() {
			continue
		}
		ok, released := entryExtensions(entry)
		known = known && ok
		if !mine || !ok || released {
			continue
		}
		var then time.Time
		if rest, err := asn1.Unmarshal(when, &then); err != nil || len(rest) > 0 {
			known = false
			continue
		}
		revoked = revoked || !then.After(at)
	}
	return revoked, known
}

// entryExtensions judges those of an entry. Released means that it takes a
// revocation back (RFC 5280, 5.3.1).
func entryExtensions(der cryptobyte.String) (known, released bool) {
	if der.Empty() {
		return true, false
	}
	var list []pkix.Extension
	if rest, err := asn1.Unmarshal(der, &list); err != nil || len(rest) > 0 {
		return false, false
	}
	for _, e := range list {
		switch {
		case e.Id.Equal(oidReason):
			released = bytes.Equal(e.Value, []byte{byte(casn1.ENUM), 1, 8})
		case e.Critical && !e.Id.Equal(oidInvalidity):
			return false, released
		}
	}
	return true, released
}

func (q *question) crlStatus(l *crl) RevocationStatus {
	if !bytes.Equal(l.RawIssuer, q.cert.RawIssuer) || !q.timely(l.ThisUpdate, l.NextUpdate, q.at) {
		return RevocationUnknown
	}
	revoked, known := l.find(q.cert.SerialNumber, q.at)
	switch {
	case revoked:
		return RevocationRevoked
	case !known || !l.covers(q.cert) || expired(q.cert, l.ThisUpdate):
		return RevocationUnknown
	}
	return RevocationGood
}

// named reports whether any of the lists, however old, names a responder.
func (q *question) named(responder *x509.Certificate) bool {
	named, known := q.responders[string(responder.Raw)]
	if !known {
		named = slices.ContainsFunc(q.lists, func(l *crl) bool {
			revoked, _ := l.find(responder.SerialNumber, time.Unix(1<<40, 0))
			return revoked
		})
		if q.responders == nil {
			q.responders = map[string]bool{}
		}
		q.responders[string(responder.Raw)] = named
	}
	return named
}
