package xades

import (
	"log/slog"
	"time"
)

// Properties are signed properties (ETSI EN 319 132-1, 5.2). They are what the
// signer claims: nobody else vouches for them.
type Properties struct {
	// SigningTime is the time that the signer claims. When signing, zero means
	// the signer's clock; it is written in UTC, in seconds.
	SigningTime time.Time
	// Formats describe what is signed. When signing, the first is for the first
	// reference and so on; those missing are text/xml for what is canonicalised
	// and application/octet-stream for the rest.
	Formats []DataObjectFormat
	// ClaimedRoles are roles of the signer in words; elements in ClaimedRole are
	// read as the text in them.
	ClaimedRoles []string
	// Commitments are what the signer commits to by signing.
	Commitments []Commitment
	// Place is where the signer claims to have signed; nil if not stated.
	Place *Place
	// Policy is the identifier of the signature policy that the signer names; it
	// is read only, and not applied. "implied" stands for SignaturePolicyImplied.
	Policy string
}

// LogValue gives the number of each property only: they may name a person.
func (p Properties) LogValue() slog.Value {
	return slog.GroupValue(slog.Int("formats", len(p.Formats)), slog.Int("roles", len(p.ClaimedRoles)), slog.Int("commitments", len(p.Commitments)))
}

// DataObjectFormat describes a signed data object (ETSI EN 319 132-1, 5.2.4).
type DataObjectFormat struct {
	// ReferenceID is the Id of the Reference; when signing it is set by [Sign].
	ReferenceID string
	// MimeType is such as "text/xml"; Encoding is a URI; Description is text;
	// Identifier is a URI. Empty ones are left out.
	MimeType, Encoding, Description, Identifier string
}

// Commitment is a CommitmentTypeIndication (ETSI EN 319 132-1, 5.2.3).
type Commitment struct {
	// Identifier is a URI, such as [ProofOfApproval].
	Identifier string
	// ReferenceIDs are the Ids of the References it is about; empty means all
	// that is signed.
	ReferenceIDs []string
}

// Types of commitments (ETSI TS 119 172-1, annex B).
const (
	ProofOfOrigin   = "http://uri.etsi.org/01903/v1.2.2#ProofOfOrigin"
	ProofOfReceipt  = "http://uri.etsi.org/01903/v1.2.2#ProofOfReceipt"
	ProofOfDelivery = "http://uri.etsi.org/01903/v1.2.2#ProofOfDelivery"
	ProofOfSender   = "http://uri.etsi.org/01903/v1.2.2#ProofOfSender"
	ProofOfApproval = "http://uri.etsi.org/01903/v1.2.2#ProofOfApproval"
	ProofOfCreation = "http://uri.etsi.org/01903/v1.2.2#ProofOfCreation"
)

// Place is a SignatureProductionPlaceV2 (ETSI EN 319 132-1, 5.2.5). Empty parts
// are left out.
type Place struct {
	City, Street, State, PostalCode, Country string
}
