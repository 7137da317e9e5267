package submission

import (
	"bytes"
	"context"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/signature/xades"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// SignXAdES makes a detached signature over the canonical form of a document, to
// send beside it as [Message.Signature]: XAdES B-B, and with a stamper B-T. Name
// is the document's file name, which is signed too. Errors are those of
// [xades.Sign] and [signature.ErrName]. A receiver needs an [XAdESVerifier].
func SignXAdES(ctx context.Context, s *signature.Signer, document []byte, name string, stamper xades.TimeStamper) ([]byte, error) {
	uri, err := signature.FileURI(name)
	if err != nil {
		return nil, err
	}
	return xades.Sign(ctx, s, xades.SignRequest{
		SignRequest: signature.SignRequest{
			Form: signature.Detached, Files: map[string][]byte{uri: document},
			References: []signature.SignReference{{URI: uri, Canonicalization: signature.ExclusiveC14N}},
		},
		TimeStamper: stamper,
	})
}

// XAdESVerifier is a [Verifier] that takes XAdES signatures. What is INDETERMINATE
// in the terms of ETSI EN 319 102-1 is rejected, as it is without XAdES, unless
// nothing is known about revocation (TRY_LATER): that is undetermined. So is a
// signature rejected that covers more than the one document. Its fields are not
// changed by its methods; it is safe for concurrent use if Plain is.
type XAdESVerifier struct {
	// XAdES verifies signatures that have properties of XAdES. Required.
	XAdES *xades.Verifier
	// Plain verifies signatures without; nil refuses them, as XAdES does.
	Plain Verifier
}

// VerifyEnveloped checks a document that holds its own signature.
func (v *XAdESVerifier) VerifyEnveloped(doc []byte) (*signature.Report, error) {
	if v.Plain != nil && !hasProperties(doc) {
		return v.Plain.VerifyEnveloped(doc)
	}
	return v.verify(signature.Request{Form: signature.Enveloped, Document: doc})
}

// VerifyDetached checks a signature file over the document that goes by the name.
func (v *XAdESVerifier) VerifyDetached(doc, sigFile []byte, name string) (*signature.Report, error) {
	if v.Plain != nil && !hasProperties(sigFile) {
		return v.Plain.VerifyDetached(doc, sigFile, name)
	}
	uri, err := signature.FileURI(name)
	if err != nil {
		return nil, err
	}
	return v.verify(signature.Request{Form: signature.Detached, Document: sigFile, Files: map[string][]byte{uri: doc}})
}

func (v *XAdESVerifier) verify(r signature.Request) (*signature.Report, error) {
	report, err := v.XAdES.Verify(context.Background(), r)
	if err != nil {
		return nil, err
	}
	accepted := report.Signature()
	if accepted == nil {
		r := &signature.Report{Verdict: report.Verdict, Findings: report.Findings}
		if report.SubIndication != xades.TryLater && finding.Judge(report.Findings) == finding.Rejected {
			r.Verdict = finding.Rejected // INDETERMINATE, but nothing is left to be checked
		}
		return r, nil
	}
	if accepted.Content() == nil {
		return severalThings(), nil
	}
	all := *accepted
	all.Findings = report.Findings
	return &all, nil
}

// severalThings refuses a signature that covers not exactly one thing.
func severalThings() *signature.Report {
	const form = "SIG-051"
	r := &signature.Report{Verdict: finding.Rejected}
	for _, rule := range signature.Rules() {
		if rule.Code == form {
			r.Findings = append(r.Findings, rule.At("", 0, 0, nil))
		}
	}
	return r
}

// hasProperties only chooses who judges: a child of the root, or the root itself,
// is a signature with properties of XAdES. What is broken goes to either.
func hasProperties(b []byte) bool {
	if !bytes.Contains(b, []byte(xades.NS)) {
		return false
	}
	s := xmlscan.NewBytes(b, nil)
	open := 0 // depth of the Signature that is open
	for s.Next() {
		depth := s.Depth()
		switch s.Kind() {
		case xmlscan.StartElement:
			switch {
			case depth <= 2 && s.Name().Is(signature.NS, "Signature"):
				open = depth
			case open > 0 && depth == open+2 && s.Name().Is(xades.NS, "QualifyingProperties"):
				return true
			}
		case xmlscan.EndElement:
			if depth == open {
				open = 0
			}
		}
	}
	return false
}
