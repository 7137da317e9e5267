package rfc3161

import (
	"crypto"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"math/big"
)

// Request is a TimeStampReq (RFC 3161, 2.4.1) that asks for the certificate.
type Request struct {
	Hash   crypto.Hash
	Digest []byte
	Policy asn1.ObjectIdentifier // nil for any
	Nonce  *big.Int
}

// Marshal writes the request in DER.
func (r Request) Marshal() ([]byte, error) {
	for _, d := range digests {
		if d.hash != r.Hash || len(r.Digest) != r.Hash.Size() {
			continue
		}
		return asn1.Marshal(struct {
			Version int
			Imprint imprint
			Policy  asn1.ObjectIdentifier `asn1:"optional"`
			Nonce   *big.Int              `asn1:"optional"`
			CertReq bool
		}{1, imprint{pkix.AlgorithmIdentifier{Algorithm: d.oid, Parameters: asn1.NullRawValue}, r.Digest}, r.Policy, r.Nonce, true})
	}
	return nil, fmt.Errorf("%w: no digest that time stamps have", ErrToken)
}

// Response is a TimeStampResp (RFC 3161, 2.4.2).
type Response struct {
	// Status is PKIStatus; 0 and 1 mean that there is a token.
	Status int
	// Failure is the number of the first bit of PKIFailureInfo, or -1.
	Failure int
	Token   *Token
}

// ParseResponse reads a response. Errors match [ErrToken].
func ParseResponse(der []byte) (*Response, error) {
	var r struct {
		Status struct {
			Status  int
			Strings []asn1.RawValue `asn1:"optional"`
			Failure asn1.BitString  `asn1:"optional"`
		}
		Token asn1.RawValue `asn1:"optional"`
	}
	if len(der) > MaxToken+4096 {
		return nil, fmt.Errorf("%w: too long", ErrToken)
	}
	if err := unmarshal(der, &r); err != nil {
		return nil, err
	}
	out := &Response{Status: r.Status.Status, Failure: -1}
	for i := range r.Status.Failure.BitLength {
		if r.Status.Failure.At(i) == 1 {
			out.Failure = i
			break
		}
	}
	granted := out.Status == 0 || out.Status == 1
	if granted != (len(r.Token.FullBytes) > 0) || out.Status < 0 {
		return nil, fmt.Errorf("%w: status and token do not fit", ErrToken)
	}
	if granted {
		token, err := Parse(r.Token.FullBytes)
		if err != nil {
			return nil, err
		}
		out.Token = token
	}
	return out, nil
}
