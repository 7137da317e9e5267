package xades

import (
	"github.com/bausteine/egov/xoev/finding"
)

// Indication is the outcome of a validation (ETSI EN 319 102-1, 5.1.3). The zero
// value is [Indeterminate].
type Indication uint8

const (
	// Indeterminate means that neither of the others is proven.
	Indeterminate Indication = iota
	// TotalPassed means that every check succeeded.
	TotalPassed
	// TotalFailed means that the signature cannot be right, now or later.
	TotalFailed
)

// String returns the name in the standard, such as "TOTAL-PASSED".
func (i Indication) String() string {
	switch i {
	case TotalPassed:
		return "TOTAL-PASSED"
	case TotalFailed:
		return "TOTAL-FAILED"
	}
	return "INDETERMINATE"
}

// MarshalText writes the indication as its [Indication.String].
func (i Indication) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// Verdict maps the indication: only [TotalPassed] is accepted, and what is not
// decided is undetermined.
func (i Indication) Verdict() finding.Verdict {
	switch i {
	case TotalPassed:
		return finding.Accepted
	case TotalFailed:
		return finding.Rejected
	}
	return finding.Undetermined
}

// SubIndication says why (ETSI EN 319 102-1, 5.1.3, table 6). It is empty for
// [TotalPassed].
type SubIndication string

// Sub-indications, the first four of [TotalFailed], the others of
// [Indeterminate].
const (
	FormatFailure    SubIndication = "FORMAT_FAILURE"
	HashFailure      SubIndication = "HASH_FAILURE"
	SigCryptoFailure SubIndication = "SIG_CRYPTO_FAILURE"
	NotYetValid      SubIndication = "NOT_YET_VALID"

	SigConstraintsFailure         SubIndication = "SIG_CONSTRAINTS_FAILURE"
	ChainConstraintsFailure       SubIndication = "CHAIN_CONSTRAINTS_FAILURE"
	CryptoConstraintsFailure      SubIndication = "CRYPTO_CONSTRAINTS_FAILURE"
	CryptoConstraintsFailureNoPOE SubIndication = "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"
	NoSigningCertificateFound     SubIndication = "NO_SIGNING_CERTIFICATE_FOUND"
	NoCertificateChainFound       SubIndication = "NO_CERTIFICATE_CHAIN_FOUND"
	RevokedNoPOE                  SubIndication = "REVOKED_NO_POE"
	RevokedCANoPOE                SubIndication = "REVOKED_CA_NO_POE"
	OutOfBoundsNoPOE              SubIndication = "OUT_OF_BOUNDS_NO_POE"
	TryLater                      SubIndication = "TRY_LATER"
	SignedDataNotFound            SubIndication = "SIGNED_DATA_NOT_FOUND"
)

func (s SubIndication) failed() bool {
	switch s {
	case FormatFailure, HashFailure, SigCryptoFailure, NotYetValid:
		return true
	}
	return false
}

// meaning maps the codes of the findings. Those of package signature that are not
// here mean [FormatFailure].
var meaning = map[string]SubIndication{
	"SIG-013": SignedDataNotFound, "SIG-048": SignedDataNotFound, "SIG-001": SignedDataNotFound, "SIG-052": SignedDataNotFound,
	"SIG-015": SigConstraintsFailure, "SIG-046": SigConstraintsFailure, "SIG-051": SigConstraintsFailure,
	"SIG-036": SigConstraintsFailure, "SIG-037": SigConstraintsFailure, "SIG-038": SigConstraintsFailure,
	"SIG-039": SigConstraintsFailure, "SIG-040": SigConstraintsFailure, "SIG-041": SigConstraintsFailure, "SIG-049": SigConstraintsFailure,
	"SIG-017": CryptoConstraintsFailure, "SIG-018": CryptoConstraintsFailure, "SIG-019": CryptoConstraintsFailure,
	"SIG-029": CryptoConstraintsFailure, "SIG-030": CryptoConstraintsFailure, "SIG-031": CryptoConstraintsFailure,
	"SIG-032": CryptoConstraintsFailure, "SIG-042": CryptoConstraintsFailure, "SIG-043": CryptoConstraintsFailureNoPOE,
	"SIG-044": CryptoConstraintsFailure, "SIG-045": CryptoConstraintsFailure,
	"SIG-022": NoSigningCertificateFound, "SIG-023": NoSigningCertificateFound, "SIG-053": NoSigningCertificateFound,
	"SIG-024": NoCertificateChainFound, "SIG-027": ChainConstraintsFailure, "SIG-028": ChainConstraintsFailure,
	"SIG-025": OutOfBoundsNoPOE, "SIG-026": OutOfBoundsNoPOE,
	"SIG-033": SigCryptoFailure, "SIG-034": HashFailure,
	"SIG-055": RevokedNoPOE, "SIG-056": TryLater,
	"XAD-007": NoSigningCertificateFound, "XAD-008": NoSigningCertificateFound, "XAD-009": NoSigningCertificateFound,
	"XAD-010": CryptoConstraintsFailure, "XAD-026": NotYetValid, "XAD-014": SigConstraintsFailure, "XAD-025": SigConstraintsFailure,
}

// subIndication finds the one that weighs most: what has failed for good before
// what is not decided, then the first.
func subIndication(findings []finding.Finding) SubIndication {
	var out SubIndication
	for _, f := range findings {
		if f.Severity != finding.Error {
			continue
		}
		sub, ok := meaning[f.Code]
		if !ok {
			sub = FormatFailure
		}
		if out == "" || sub.failed() && !out.failed() {
			out = sub
		}
	}
	return out
}
