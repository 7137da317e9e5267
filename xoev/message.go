package xoev

import (
	"fmt"

	"github.com/bausteine/egov/xoev/xmlscan"
)

// ReadMessage reads a whole message, so that it can be changed or passed on
// with [Write]: the envelope, the namespaces that are declared on the root, and
// the content as XML (BodyXML, which points into b).
//
// What was read and is written again has the same canonical form (C14N) but
// for comments and processing instructions outside the root, which are left
// out, and for the header: white space between its elements, comments and
// processing instructions in it and optional elements that are empty are left
// out; so are attributes that the header has no place for (ENV-017) and
// empty listURI and listVersionID where they are optional; codes, times and
// ids lose white space around them; namespace declarations inside the header
// move to the root or to the elements that need them.
//
// The error is that of [ReadEnvelope]; it covers the document to its end, and
// the limit of ReadOptions.Scan applies. The message is nil then. In
// FamilyUnknown, BodyXML is everything inside the root.
func ReadMessage(b []byte, o *ReadOptions) (*Message, error) {
	c := NewCollector(o)
	s := xmlscan.NewBytes(b, c.o.Scan)
	m := &Message{}
	var from, to int64
	take := xmlscan.ConsumerFunc(func(s *xmlscan.Scanner) error {
		switch {
		case s.Depth() != 1:
		case s.Kind() == xmlscan.StartElement:
			from = s.End()
			m.Namespaces = append(m.Namespaces, s.Namespaces()...)
		case s.Kind() == xmlscan.EndElement:
			to = s.Pos().Offset
		}
		return nil
	})
	if err := xmlscan.Run(s, take, c); err != nil {
		return nil, fmt.Errorf("xoev: reading the message: %w", err)
	}
	env, err := c.Envelope()
	if err != nil {
		return nil, err
	}
	m.Envelope = *env
	if c.contentAt > 0 {
		from = c.contentAt
	}
	if from < to { // else the root is an empty-element tag
		m.BodyXML = b[from:to:to]
	}
	return m, nil
}
