package sammelnachricht

import (
	"slices"

	"github.com/bausteine/egov/xoev/xmlscan"
)

// Selector says which elements of a message are its records. Names count with
// their namespace, whatever the prefixes are.
type Selector struct {
	// Records are the names of the elements that are records, at least one.
	Records []xmlscan.Name
	// Under are the elements between the root and the records, the outermost
	// first; nil = records are children of the root. An element of that name
	// in another place is no record.
	Under []xmlscan.Name
}

// Elements selects the children of the root with one of the local names in the
// namespace space (empty = in no namespace).
func Elements(space string, locals ...string) Selector {
	var s Selector
	for _, l := range locals {
		s.Records = append(s.Records, xmlscan.Name{Space: space, Local: l})
	}
	return s
}

// Below returns a copy that looks for the records one element deeper: inside
// the elements of this name, which stand where the records stood.
func (s Selector) Below(space, local string) Selector {
	s.Under = append(slices.Clone(s.Under), xmlscan.Name{Space: space, Local: local})
	return s
}

func (s *Selector) check() error {
	empty := func(n xmlscan.Name) bool { return n.Local == "" }
	if len(s.Records) == 0 || slices.ContainsFunc(s.Records, empty) || slices.ContainsFunc(s.Under, empty) {
		return ErrSelector
	}
	return nil
}

func (s *Selector) record(name xmlscan.Name) bool {
	for i := range s.Records {
		if name.Is(s.Records[i].Space, s.Records[i].Local) {
			return true
		}
	}
	return false
}
