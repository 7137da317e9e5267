package signature

import "hash/maphash"

// idSet holds the IDs of a document as 64-bit hashes with a random seed, 16 to 32
// bytes for each, so that a document with very many of them fits. Equal IDs are
// always found; that different ones are taken for equal happens in one of
// thirty million documents of a million IDs, to nobody's choice, and the document
// is refused then.
type idSet struct {
	seed  maphash.Seed
	slots []uint64 // hash table, at most half full; 0 is free
	n     int
}

// add puts an ID into the set and reports whether it was there already.
func (s *idSet) add(id []byte) bool {
	if s.slots == nil {
		s.seed, s.slots = maphash.MakeSeed(), make([]uint64, 16)
	}
	if 2*(s.n+1) > len(s.slots) {
		s.grow()
	}
	if s.place(max(maphash.Bytes(s.seed, id), 1)) {
		s.n++
		return false
	}
	return true
}

// place reports whether h was not in the table.
func (s *idSet) place(h uint64) bool {
	mask := uint64(len(s.slots) - 1)
	for i := h & mask; ; i = (i + 1) & mask {
		switch s.slots[i] {
		case 0:
			s.slots[i] = h
			return true
		case h:
			return false
		}
	}
}

func (s *idSet) grow() {
	old := s.slots
	s.slots = make([]uint64, 2*len(old))
	for _, h := range old {
		if h != 0 {
			s.place(h)
		}
	}
}
