package submission

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"strings"
	"unicode"
)

// Errors of [ParseReference] and [NewReference].
var (
	// ErrReferenceFormat means that a text does not have the form of a
	// reference, or a prefix is not 1 to 8 characters of A–Z and 0–9.
	ErrReferenceFormat = errors.New("submission: not a reference number")
	// ErrReferenceCheck means that a reference has a typing error: its check
	// character does not fit.
	ErrReferenceCheck = errors.New("submission: reference number with a typing error")
)

const (
	// referenceAlphabet has no two characters that look alike: of 0 O Q, 1 I L,
	// 2 Z, 5 S, 8 B and U V none is in it.
	referenceAlphabet = "34679ACDEFGHJKMNPRTWXY"
	referenceLength   = 15 // 14 characters and the check character
	referenceGroup    = 5
	checkAlphabet     = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" // ISO 7064 MOD 37,36
)

// NewReference returns the reference number of a submission: always the same
// one for the same prefix, tenant and id, so that it need not be stored first.
// It looks like "PARKEN-D6EM7-N3X9R-4GDTK": the prefix (1 to 8 characters of
// A–Z and 0–9), then 14 characters of an alphabet without look-alikes and a
// check character after ISO/IEC 7064:2003, MOD 37,36, over all characters from
// the prefix on. It carries 62 bits: among a million references with the same
// prefix, the chance that any two are equal is below one in ten million.
//
// It is no secret and tells nothing about the id.
func NewReference(prefix, tenant, id string) (string, error) {
	if !referencePrefix(prefix) || id == "" {
		return "", ErrReferenceFormat
	}
	// The check character must be free of look-alikes too: of the candidates,
	// the first whose check character is in the alphabet counts.
	for n := uint64(0); ; n++ {
		h := sha256.New()
		for _, s := range []string{"egov reference 1", prefix, tenant, id} {
			h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(s))))
			h.Write([]byte(s))
		}
		h.Write(binary.BigEndian.AppendUint64(nil, n))
		body := referenceBody(h.Sum(nil))
		if check := checkCharacter(prefix + body); strings.IndexByte(referenceAlphabet, check) >= 0 {
			return spellReference(prefix, body+string(check)), nil
		}
	}
}

// RandomReference returns a reference number of its own; store it before
// anyone sees it.
func RandomReference(prefix string) (string, error) {
	return NewReference(prefix, "", rand.Text())
}

// ParseReference checks a reference number as people type it, in lower case,
// with or without hyphens and spaces, and returns it as NewReference spells it.
// The error is [ErrReferenceFormat] or [ErrReferenceCheck]. Every single wrong
// character is found, and nearly every swap of two neighbours.
func ParseReference(s string) (string, error) {
	var b strings.Builder
	for i, r := range s {
		switch {
		case i > 100:
			return "", ErrReferenceFormat
		case r == '-' || unicode.Is(unicode.Pd, r) || unicode.IsSpace(r):
		case 'a' <= r && r <= 'z':
			b.WriteRune(r - 'a' + 'A')
		default:
			b.WriteRune(r)
		}
	}
	bare := b.String()
	cut := len(bare) - referenceLength
	if cut < 1 || !referencePrefix(bare[:cut]) {
		return "", ErrReferenceFormat
	}
	// A character outside the alphabet is a typing error as well.
	if strings.Trim(bare, checkAlphabet) != "" {
		return "", ErrReferenceFormat
	}
	if strings.Trim(bare[cut:], referenceAlphabet) != "" || checkCharacter(bare[:len(bare)-1]) != bare[len(bare)-1] {
		return "", ErrReferenceCheck
	}
	return spellReference(bare[:cut], bare[cut:]), nil
}

func referencePrefix(s string) bool {
	return len(s) >= 1 && len(s) <= 8 && strings.Trim(s, checkAlphabet) == ""
}

func spellReference(prefix, body string) string {
	s := prefix
	for len(body) > 0 {
		s += "-" + body[:referenceGroup]
		body = body[referenceGroup:]
	}
	return s
}

// referenceBody draws characters from a hash; a byte that would favour some
// characters is passed over. 32 bytes suffice but for a chance of about 10^-13;
// then the hash is hashed again.
func referenceBody(hash []byte) string {
	const n = len(referenceAlphabet)
	var body []byte
	for {
		for _, c := range hash {
			if int(c) < 256/n*n {
				body = append(body, referenceAlphabet[int(c)%n])
			}
			if len(body) == referenceLength-1 {
				return string(body)
			}
		}
		sum := sha256.Sum256(hash)
		hash = sum[:]
	}
}

// checkCharacter is ISO/IEC 7064:2003, hybrid system MOD 37,36. The text has
// only characters of checkAlphabet.
func checkCharacter(s string) byte {
	const m = len(checkAlphabet)
	p := m
	for i := range len(s) {
		v := (p + strings.IndexByte(checkAlphabet, s[i])) % m
		if v == 0 {
			v = m
		}
		p = 2 * v % (m + 1)
	}
	return checkAlphabet[(m+1-p)%m]
}
