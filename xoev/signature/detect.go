package signature

import "github.com/bausteine/egov/xoev/xmlscan"

// IsSigned reports whether a document looks signed: its root element is a
// Signature or has one as a child. Nothing is verified. The whole document is
// scanned, with the default limits; an error matches [*finding.InvalidError].
func IsSigned(doc []byte) (bool, error) {
	signed := false
	s := xmlscan.NewBytes(doc, nil)
	for s.Next() {
		if s.Kind() == xmlscan.StartElement && s.Depth() <= 2 && s.Name().Is(NS, "Signature") {
			signed = true
		}
	}
	if err := s.Err(); err != nil {
		return false, err
	}
	return signed, nil
}
