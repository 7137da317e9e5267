package kassenzeichen

import "strings"

// Hit is a place of a text that has the form of a Kassenzeichen.
type Hit struct {
	// Kassenzeichen is the normal form.
	Kassenzeichen string
	// Valid says that the check characters fit, or that the format has none.
	Valid  bool
	Format *Format
}

// seam stands between the pieces of a text: a number may go on behind it, or
// begin and end at it.
const seam = 0x1f

const (
	maxHits = 20
	maxScan = 16 << 10 // bytes of text in which a number may begin
)

// Find looks for Kassenzeichen of the formats in the pieces of a remittance
// text, in the order of their places, each once. Banks cut the text anywhere,
// so a number may go over a seam. It may hold blanks, points, hyphens and
// slashes, up to two in a row, and must not go on with further digits (letters,
// where it ends in a letter) on either side. Numbers whose check characters do
// not fit are listed too, not valid, where they do not overlap a valid one.
// Not more than 20 hits that begin in the first 16 KiB are returned.
func Find(pieces []string, formats ...*Format) []Hit {
	text := strings.Join(pieces, string(rune(seam)))
	type span struct{ from, to int }
	var valid []span
	var hits []Hit
	seen := map[string]bool{}
	for _, want := range []bool{true, false} {
		for from := range min(len(text), maxScan) {
			for _, f := range formats {
				number, to, ok := f.at(text, from)
				if !ok || f.checks(number) != want || seen[number] || len(hits) >= maxHits {
					continue
				}
				overlaps := false
				for _, v := range valid {
					overlaps = overlaps || from < v.to && v.from < to
				}
				if !want && overlaps {
					continue
				}
				seen[number] = true
				valid = append(valid, span{from, to})
				hits = append(hits, Hit{Kassenzeichen: number, Valid: want, Format: f})
			}
		}
	}
	return hits
}

// at matches the format at a place of a text and returns the normal form and
// where it ends.
func (f *Format) at(text string, from int) (number string, to int, ok bool) {
	if !matches(f.core[0], upper(text[from])) || from > 0 && joins(text[from], text[from-1]) {
		return "", 0, false
	}
	var buf [maxLength]byte
	n, gap := 0, 0
	for i := from; i < len(text); i++ {
		c := upper(text[i])
		if n > 0 && (c == seam || strings.IndexByte(separators, c) >= 0) {
			if c != seam {
				gap++
			}
			if gap > 2 {
				return "", 0, false
			}
			continue
		}
		if !matches(f.core[n], c) {
			return "", 0, false
		}
		buf[n], gap = c, 0
		if n++; n == len(f.core) {
			if i+1 < len(text) && joins(text[i], text[i+1]) {
				return "", 0, false
			}
			return string(buf[:n]), i + 1, true
		}
	}
	return "", 0, false
}

// joins reports whether a character beside the end of a number would belong to
// it: a digit beside a digit, a digit or letter beside a letter.
func joins(end, beside byte) bool {
	e, b := upper(end), upper(beside)
	return isDigit(b) || isLetter(e) && isLetter(b)
}
