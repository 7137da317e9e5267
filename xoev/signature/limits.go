package signature

import (
	"math"

	"github.com/bausteine/egov/xoev/xmlscan"
)

const defaultPrefix = "#default"

// Limits bound the work that an untrusted document can cause. The zero value
// means the defaults; a limit that is zero or negative means its default too.
type Limits struct {
	// Scan bounds the documents themselves: size, depth, attributes, names.
	// Nil means the defaults of xmlscan.
	Scan *xmlscan.Options
	// MaxSignatureBytes is the length of the Signature element, or of the
	// signature file, in bytes; default 128 KiB.
	MaxSignatureBytes int
	// MaxKeyInfoBytes is the length of KeyInfo in bytes; default 64 KiB.
	MaxKeyInfoBytes int
	// MaxCertificates is the number of certificates in KeyInfo, and of those of
	// a [CertificateSource] that are tried where KeyInfo holds none; default 8.
	MaxCertificates int
	// MaxReferences is the number of References; default 100. Each may cover
	// the whole document. The strict forms have one.
	MaxReferences int
	// MaxContentBytes is the length of the canonical form in bytes; default
	// 1 MiB and sixteen times the length of the document. Canonical form may be
	// much longer than the document, since namespace declarations are repeated.
	// Before the signer is known to be trusted it is 1 MiB and twice the length.
	MaxContentBytes int
	// MaxPrefixes is the number of prefixes in one PrefixList; default 128.
	MaxPrefixes int
	// MaxIDs is the number of ID attributes in a document that is read from an
	// io.ReaderAt; default 500,000. They take 16 to 32 bytes of memory each.
	MaxIDs int
}

func (l Limits) withDefaults() Limits {
	for _, v := range []struct {
		value *int
		zero  int
	}{
		{&l.MaxSignatureBytes, 128 << 10},
		{&l.MaxKeyInfoBytes, 64 << 10},
		{&l.MaxCertificates, 8},
		{&l.MaxPrefixes, 128},
		{&l.MaxReferences, 100},
		{&l.MaxIDs, 500_000},
	} {
		if *v.value <= 0 {
			*v.value = v.zero
		}
	}
	return l
}

// unproven is the limit for the canonical form of a document of n bytes that
// anybody may have sent.
func (l Limits) unproven(n int64) int { return min(l.content(n), times(2, n)) }

// content is the limit for the canonical form of a document of n bytes.
func (l Limits) content(n int64) int {
	if l.MaxContentBytes > 0 {
		return l.MaxContentBytes
	}
	return times(16, n)
}

// times is 1 MiB and factor times n, or what an int holds.
func times(factor, n int64) int {
	const base = 1 << 20
	if n > (math.MaxInt-base)/factor {
		return math.MaxInt
	}
	return int(factor*n + base)
}
