package reconcile

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

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

// minProof is how long a Kassenzeichen with check digits must be to name a claim
// whatever the amount: one in ten numbers of a text has a fitting check digit.
const minProof = 8

// proves tells whether a Kassenzeichen in a text is no coincidence: it has check
// digits, is not short, and does not read like a day.
func proves(hit kassenzeichen.Hit) bool {
	s := hit.Kassenzeichen
	if !hit.Format.Checked() || len(s) < minProof {
		return false
	}
	if len(s) != 8 {
		return true
	}
	for _, layout := range []string{"02012006", "20060102"} {
		if day, err := time.Parse(layout, s); err == nil && day.Year() >= 1900 && day.Year() < 2100 {
			return false
		}
	}
	return true
}

// withoutIBANs blots out the IBANs in a text: in groups of four, they look like
// other numbers.
func withoutIBANs(pieces []string) []string {
	out := slices.Clone(pieces)
	for n, s := range out {
		b := []byte(s)
		for i := 0; i < len(b) && i < maxIBANText; i++ {
			if to := ibanAt(b, i); to > 0 {
				for ; i < to; i++ {
					b[i] = ';'
				}
			}
		}
		out[n] = string(b)
	}
	return out
}

// maxIBANText is how far a piece is searched for IBANs; the schemas have 140
// characters.
const maxIBANText = 4096

// ibanAt returns where an IBAN ends that begins at a place, or 0.
func ibanAt(s []byte, from int) (to int) {
	upper := func(c byte) byte {
		if c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
		}
		return c
	}
	if c := upper(s[from]); c < 'A' || c > 'Z' || from > 0 && alnum(upper(s[from-1])) {
		return 0
	}
	var number []byte
	for i := from; i < len(s) && len(number) < 34; i++ {
		c := upper(s[i])
		if c == ' ' {
			continue
		}
		if !alnum(c) || len(number) < 2 && isDigit(c) || (len(number) == 2 || len(number) == 3) && !isDigit(c) {
			return 0
		}
		if number = append(number, c); len(number) >= 15 && ids.IBAN(number).Valid() {
			return i + 1
		}
	}
	return 0
}

func (r *run) kassenzeichen(f *found, pieces []string) error {
	for _, hit := range kassenzeichen.Find(withoutIBANs(pieces), r.c.Formats...) {
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
		case !proves(hit):
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
