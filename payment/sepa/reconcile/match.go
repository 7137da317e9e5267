package reconcile

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/bausteine/egov/forms/ids"
	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/sepa/camt"
	"github.com/bausteine/egov/payment/sepa/kassenzeichen"
)

// found is what the search for a claim came to.
type found struct {
	by     Match
	claims []*payment.Status
	// weak are claims of Kassenzeichen without check digits, near those whose
	// check digits do not fit.
	weak, near []*payment.Status
	// named says that there was a reference at all.
	named bool
}

// search looks for the claim of a transaction: RF, EndToEndId, Kassenzeichen.
func (r *run) search(d *camt.Detail) (found, error) {
	var f found
	others, rf := references(d)
	for _, readings := range rf {
		f.named = true
		var keys []string
		for _, ref := range readings {
			keys = append(keys, ref, ref[4:])
		}
		if err := r.add(&f.claims, keys...); err != nil {
			return f, err
		}
	}
	if len(f.claims) > 0 {
		f.by = ByReference
		return f, nil
	}
	if err := r.endToEnd(&f, d.EndToEndID); err != nil || len(f.claims) > 0 {
		return f, err
	}
	return f, r.kassenzeichen(&f, append(slices.Clone(d.Text), others...))
}

// references parts the structured references into RF references and others.
// Without any, it looks into the text, where one may be read in several ways.
func references(d *camt.Detail) (others []string, rf [][]string) {
	for _, s := range d.References {
		if ref, err := ids.ParseCreditorReference(s); err == nil {
			rf = append(rf, []string{string(ref)})
		} else {
			others = append(others, s)
		}
	}
	if len(rf) == 0 {
		rf = inText(d.Text)
	}
	return others, rf
}

// seam stands between the pieces of a text: a reference may go on behind it, or
// end at it.
const seam = 0x1f

// inText finds RF references in a text, written without blanks or in groups, at
// most four of them, each with its readings.
func inText(pieces []string) (out [][]string) {
	text := strings.ToUpper(strings.Join(pieces, string(rune(seam))))
	for i := 0; i+5 <= len(text) && len(out) < 4; i++ {
		if text[i] != 'R' || i > 0 && alnum(text[i-1]) {
			continue
		}
		if r := readings(text[i:]); len(r) > 0 {
			out = append(out, r)
		}
	}
	return out
}

// readings returns the references that a text may begin with, the longest
// first. One ends at a blank or seam, where digits turn into letters or back,
// or where something else follows.
func readings(s string) (out []string) {
	var b []byte
	var ends []int
	for i := 0; i < len(s) && len(b) <= 25; i++ {
		switch c := s[i]; {
		case alnum(c):
			if n := len(b); n > 0 && isDigit(b[n-1]) != isDigit(c) {
				ends = append(ends, n)
			}
			b = append(b, c)
		case c == seam || c == ' ' && s[i-1] != ' ':
			ends = append(ends, len(b))
		default:
			i = len(s)
		}
	}
	if len(b) <= 25 {
		ends = append(ends, len(b))
	}
	for _, n := range slices.Backward(ends) {
		ref := ids.CreditorReference(b[:n])
		if n > 4 && b[1] == 'F' && ref.Valid() && !slices.Contains(out, string(ref)) {
			out = append(out, string(ref))
		}
	}
	return out
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func alnum(c byte) bool   { return isDigit(c) || c >= 'A' && c <= 'Z' }

// add appends the claims that the first of the references names which names
// any.
func (r *run) add(dst *[]*payment.Status, refs ...string) error {
	for _, ref := range refs {
		claims, err := r.c.Ledger.Find(r.ctx, r.c.Tenant, ref)
		if err != nil {
			return fmt.Errorf("reconcile: finding a claim: %w", err)
		}
		appendNew(dst, claims...)
		if len(claims) > 0 {
			break
		}
	}
	return nil
}

func appendNew(dst *[]*payment.Status, claims ...*payment.Status) {
	for _, c := range claims {
		if !slices.ContainsFunc(*dst, func(o *payment.Status) bool { return o.Claim.ID == c.Claim.ID }) {
			*dst = append(*dst, c)
		}
	}
}

func (r *run) endToEnd(f *found, id string) error {
	if id == "" || id == "NOTPROVIDED" {
		return nil
	}
	if r.c.Orders != nil {
		claimID, err := r.c.Orders.EndToEnd(r.ctx, r.c.Tenant, id)
		if err != nil {
			return fmt.Errorf("reconcile: finding an order: %w", err)
		}
		if claimID != "" {
			status, err := r.c.Ledger.Status(r.ctx, r.c.Tenant, claimID)
			switch {
			case err == nil:
				f.claims = []*payment.Status{status}
			case !errors.Is(err, payment.ErrNotFound):
				return fmt.Errorf("reconcile: reading a claim: %w", err)
			}
		}
	}
	if len(f.claims) == 0 {
		if err := r.add(&f.claims, id); err != nil {
			return err
		}
	}
	if len(f.claims) > 0 {
		f.by, f.named = ByEndToEndID, true
	}
	return nil
}

func (r *run) kassenzeichen(f *found, pieces []string) error {
	for _, hit := range kassenzeichen.Find(pieces, r.c.Formats...) {
		f.named = true
		dst := &f.claims
		switch {
		case !hit.Valid:
			for _, c := range hit.Format.Corrections(hit.Kassenzeichen) {
				if err := r.add(&f.near, c); err != nil {
					return err
				}
			}
			continue
		case !hit.Format.Checked():
			dst = &f.weak
		}
		if err := r.add(dst, hit.Kassenzeichen); err != nil {
			return err
		}
	}
	if len(f.claims)+len(f.weak) > 0 {
		f.by = ByKassenzeichen
	}
	return nil
}
