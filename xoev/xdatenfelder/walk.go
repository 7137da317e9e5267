package xdatenfelder

import (
	"iter"
	"slices"
)

// Angaben returns the general data of what stands here, and nil if nothing does.
func (s *Struktur) Angaben() *AllgemeineAngaben {
	if s.Datenfeld == nil && s.Datenfeldgruppe == nil {
		return nil
	}
	a, _ := s.angaben()
	return a
}

// Regeln returns the rules of what stands here, in their order.
func (s *Struktur) Regeln() []*Regel {
	switch {
	case s.Datenfeld != nil:
		return s.Datenfeld.Regeln
	case s.Datenfeldgruppe != nil:
		return s.Datenfeldgruppe.Regeln
	}
	return nil
}

// Stellen finds the places where an element with that id stands, in any version:
// each as the way from the top of the tree down to it, itself last. The slices
// are the caller's. Rules name elements by such ids, see [Regel.Elemente].
func (n *Nachricht) Stellen(id string) iter.Seq[[]*Struktur] {
	return func(yield func([]*Struktur) bool) {
		var way []*Struktur
		for depth, s := range n.Strukturen() {
			way = append(way[:depth], s)
			if a := s.Angaben(); a != nil && a.Identifikation.ID == id && !yield(slices.Clone(way)) {
				return
			}
		}
	}
}

// Elemente returns the ids of fields and groups that the text of a rule names,
// each once, in the order in which they first stand there: F or G with 8 digits
// in XDF2, with 11 in XDF3, and in texts that were never converted with 8 too.
// That they exist, or that the rule reaches them, is not sure (XDFM-1001).
func (r *Regel) Elemente() (ids []string) {
	for _, id := range anyID.FindAllString(r.Text(), -1) {
		if (len(id) == 9 || len(id) == 12) && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}
