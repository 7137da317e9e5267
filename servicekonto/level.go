package servicekonto

import (
	"errors"
	"strings"
)

// ErrUnknownLevel is returned for a level name that no table of this package
// knows. An unknown level is never taken for a known one.
var ErrUnknownLevel = errors.New("servicekonto: unknown level of assurance")

// Level is the level of assurance (Vertrauensniveau) of a login. The zero value
// is unknown; nobody is logged in with it.
type Level uint8

const (
	// Niedrig is low: user name and password. STORK QAA levels 1
	// (Basisregistrierung) and 2 both count as Niedrig.
	Niedrig Level = iota + 1
	// Substanziell is substantial: an ELSTER certificate, for example.
	Substanziell
	// Hoch is high: the German ID card's online function (Online-Ausweis).
	Hoch
)

// String returns the German name: "niedrig", "substanziell", "hoch" or
// "unbekannt".
func (l Level) String() string {
	switch l {
	case Niedrig:
		return "niedrig"
	case Substanziell:
		return "substanziell"
	case Hoch:
		return "hoch"
	default:
		return "unbekannt"
	}
}

// Known reports whether l is one of the three levels.
func (l Level) Known() bool { return l >= Niedrig && l <= Hoch }

// STORK returns the name that BundID and BayernID use on the wire for "at least
// this level": "STORK-QAA-Level-1", "-3" or "-4"; "" if unknown. (Level 2 is
// defined but not in use. BundID Schnittstellenbeschreibung 10.2, levels.)
func (l Level) STORK() string {
	switch l {
	case Niedrig:
		return "STORK-QAA-Level-1"
	case Substanziell:
		return "STORK-QAA-Level-3"
	case Hoch:
		return "STORK-QAA-Level-4"
	default:
		return ""
	}
}

// EIDAS returns the URI of Commission Implementing Regulation (EU) 2015/1502's
// level as the eIDAS SAML message format writes it
// ("http://eidas.europa.eu/LoA/high"); "" if unknown.
func (l Level) EIDAS() string {
	switch l {
	case Niedrig:
		return "http://eidas.europa.eu/LoA/low"
	case Substanziell:
		return "http://eidas.europa.eu/LoA/substantial"
	case Hoch:
		return "http://eidas.europa.eu/LoA/high"
	default:
		return ""
	}
}

// Trust returns the trust that an attribute proved by a login of this level has.
func (l Level) Trust() TrustLevel {
	switch l {
	case Niedrig:
		return TrustNiedrig
	case Substanziell:
		return TrustSubstanziell
	case Hoch:
		return TrustHoch
	default:
		return TrustUntergeordnet
	}
}

// ParseLevel reads a level's name: a STORK name ("STORK-QAA-Level-3"), an eIDAS
// URI, a BSI URI of TR-03130 ("http://bsi.bund.de/eID/LoA/hoch"), all exactly
// as written, or one of the German words niedrig, substanziell, substantiell
// and hoch in any case (Mein Unternehmenskonto varies). Anything else, also the
// BSI's "undefined", is [ErrUnknownLevel].
func ParseLevel(name string) (Level, error) {
	switch name {
	case "STORK-QAA-Level-1", "STORK-QAA-Level-2", "http://eidas.europa.eu/LoA/low", "http://bsi.bund.de/eID/LoA/normal":
		return Niedrig, nil
	case "STORK-QAA-Level-3", "http://eidas.europa.eu/LoA/substantial", "http://bsi.bund.de/eID/LoA/substantiell":
		return Substanziell, nil
	case "STORK-QAA-Level-4", "http://eidas.europa.eu/LoA/high", "http://bsi.bund.de/eID/LoA/hoch":
		return Hoch, nil
	}
	if len(name) > len("substanziell") {
		return 0, ErrUnknownLevel
	}
	switch asciiLower(name) {
	case "niedrig":
		return Niedrig, nil
	case "substanziell", "substantiell":
		return Substanziell, nil
	case "hoch":
		return Hoch, nil
	}
	return 0, ErrUnknownLevel
}

// TrustLevel says how well a single attribute is proved. It may be lower than
// the level of the login: a telephone number stays self-asserted even after a
// login with the ID card. The zero value is the lowest.
type TrustLevel uint8

const (
	// TrustUntergeordnet is self-asserted, proved by nobody.
	TrustUntergeordnet TrustLevel = iota
	// TrustNiedrig is low ("NORMAL" on BundID's wire).
	TrustNiedrig
	// TrustSubstanziell is substantial ("SUBSTANTIELL" on BundID's wire).
	TrustSubstanziell
	// TrustHoch is high ("HOCH" on BundID's wire).
	TrustHoch
)

// String returns a German text for people: "eigene Angabe", "niedrig",
// "substanziell" or "hoch".
func (t TrustLevel) String() string {
	switch t {
	case TrustNiedrig:
		return "niedrig"
	case TrustSubstanziell:
		return "substanziell"
	case TrustHoch:
		return "hoch"
	default:
		return "eigene Angabe"
	}
}

// Verified reports whether somebody proved the attribute at level substanziell
// or above, so that a form may lock it.
func (t TrustLevel) Verified() bool { return t >= TrustSubstanziell && t <= TrustHoch }

// ParseTrustLevel reads the tokens of BundID's akdb:TrustLevel and the words of
// its documentation. Unlike [ParseLevel] it takes anything unknown for the
// lowest, because an attribute may always be treated as self-asserted.
func ParseTrustLevel(token string) TrustLevel {
	if len(token) > 32 {
		return TrustUntergeordnet
	}
	switch asciiLower(token) {
	case "normal", "niedrig":
		return TrustNiedrig
	case "substantiell", "substanziell":
		return TrustSubstanziell
	case "hoch":
		return TrustHoch
	default:
		return TrustUntergeordnet
	}
}

// asciiLower lowers ASCII letters only: "K" (Kelvin sign) must not become "k".
func asciiLower(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}
