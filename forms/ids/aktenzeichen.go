package ids

import (
	"errors"
	"fmt"
)

// AktenzeichenMuster is the pattern of the file numbers (Aktenzeichen) of one
// authority; there is no national rule. It is made by [CompileAktenzeichen]
// and does not change; the zero value accepts nothing.
type AktenzeichenMuster struct{ items []akteItem }

type akteItem struct {
	class    byte // '#', '@', '*', '-' (a separator) or a character itself
	char     byte
	min, max int
}

const aktenzeichenName = "Aktenzeichen"

// ErrMuster is returned, wrapped, for a pattern that cannot be compiled.
var ErrMuster = errors.New("ids: the pattern of the Aktenzeichen cannot be read")

// maxAkte is the longest Aktenzeichen, in characters.
const maxAkte = 64

// CompileAktenzeichen reads a pattern: # is a digit, @ a letter from A to Z, *
// one of both, {n} or {n,m} behind them says how often, anything else stands
// for itself. "##.@{2,3}-#{1,5}/####" accepts "61.BA-123/2026". Only ASCII. A
// space needs something before and behind it that cannot be missing.
func CompileAktenzeichen(pattern string) (*AktenzeichenMuster, error) {
	m := &AktenzeichenMuster{}
	total := 0
	for i := 0; i < len(pattern); i++ {
		c := pattern[i]
		item := akteItem{class: c, char: c, min: 1, max: 1}
		switch {
		case c <= ' ' && c != ' ', c > '~', c == '{', c == '}', c >= 'a' && c <= 'z':
			return nil, musterError(i)
		case c == '#', c == '@', c == '*':
			if i+1 < len(pattern) && pattern[i+1] == '{' {
				end := i + 2
				if item.min, end = repeat(pattern, end); end < len(pattern) && pattern[end] == ',' {
					item.max, end = repeat(pattern, end+1)
				} else {
					item.max = item.min
				}
				if end >= len(pattern) || pattern[end] != '}' || item.max < 1 || item.max < item.min {
					return nil, musterError(i)
				}
				i = end
			}
		case !isDigit(c) && !isLetter(c):
			item.class = '-'
		}
		if total += item.max; total > maxAkte {
			return nil, musterError(i)
		}
		m.items = append(m.items, item)
	}
	if pattern == "" || m.spaceAtEdge() {
		return nil, musterError(0)
	}
	return m, nil
}

// spaceAtEdge reports whether an Aktenzeichen could begin or end with a space.
func (m *AktenzeichenMuster) spaceAtEdge() bool {
	begun, space := false, false
	for _, item := range m.items {
		switch {
		case item.char == ' ' && !begun:
			return true
		case item.char == ' ':
			space = true
		case item.min > 0:
			begun, space = true, false
		}
	}
	return space
}

func musterError(at int) error { return fmt.Errorf("%w: byte %d", ErrMuster, at) }

// repeat reads a number of at most two digits.
func repeat(s string, i int) (n, next int) {
	for next = i; next < len(s) && next < i+2 && isDigit(s[next]); next++ {
		n = n*10 + int(s[next]-'0')
	}
	return n, next
}

// GrundsteuerAktenzeichen returns the pattern of the file number that the tax
// office uses for the property tax (Grundsteuer) in a Land: seventeen digits,
// thirteen in Nordrhein-Westfalen of which the seventh is 3, ten in Berlin,
// Bremen and Schleswig-Holstein. Source: the online service
// "Grundsteuererklärung für Privateigentum" of DigitalService.
func GrundsteuerAktenzeichen(land Land) *AktenzeichenMuster {
	digits := func(n int) akteItem { return akteItem{class: '#', char: '#', min: n, max: n} }
	switch land {
	case "NW":
		return &AktenzeichenMuster{items: []akteItem{digits(6), {class: '3', char: '3', min: 1, max: 1}, digits(6)}}
	case "BE", "HB", "SH":
		return &AktenzeichenMuster{items: []akteItem{digits(10)}}
	}
	return &AktenzeichenMuster{items: []akteItem{digits(17)}}
}

// Parse reads an Aktenzeichen and returns it with capital letters and the
// separators of the pattern. Spaces are skipped; separators may be others than
// the pattern's, a space among them, and may be missing behind a part of fixed
// length. Codes: [Empty], [Charset], [Length], [Structure].
func (m *AktenzeichenMuster) Parse(s string) (string, error) {
	var out [maxAkte]byte
	n, p := m.match(&out, s)
	if p.code != "" {
		return "", p.err(aktenzeichenName, s)
	}
	return string(out[:n]), nil
}

// Valid reports whether [AktenzeichenMuster.Parse] accepts the text.
func (m *AktenzeichenMuster) Valid(s string) bool {
	var out [maxAkte]byte
	_, p := m.match(&out, s)
	return p.code == ""
}

const akteSeparators = "-/._:+&,;()[]=%!\"'$?<>\\^`|~"

// match reads the text as it is written if the pattern allows that, so that a
// result is always its own normal form, and loosely otherwise.
func (m *AktenzeichenMuster) match(out *[maxAkte]byte, s string) (int, problem) {
	if n := m.matchExact(out, s); n > 0 {
		return n, problem{}
	}
	var d, at [2 * maxAkte]byte
	n, p := gather(d[:], at[:], s, "", akteSeparators)
	if p.code != "" {
		return 0, p
	}
	run := akteRun{items: m.items, d: d[:n], at: at[:n], out: out}
	if run.match(0, 0, 0, 0) {
		return run.written, problem{}
	}
	if run.far >= n {
		return 0, problem{Length, -1}
	}
	return 0, problem{Structure, int(at[run.far])}
}

// matchExact returns the length of the text, or 0 if the text is not written
// with the separators of the pattern.
func (m *AktenzeichenMuster) matchExact(out *[maxAkte]byte, s string) int {
	var d [maxAkte]byte
	if len(s) > len(d) {
		return 0
	}
	for i := range len(s) {
		d[i] = s[i]
		if 'a' <= s[i] && s[i] <= 'z' {
			d[i] -= 'a' - 'A'
		}
	}
	run := akteRun{items: m.items, d: d[:len(s)], out: out, exact: true}
	if !run.match(0, 0, 0, 0) {
		return 0
	}
	return run.written
}

// akteRun is one comparison; far is how far it got. tried holds, for each place
// of the text, the places of the pattern that were compared from there, as bits,
// so that a comparison takes at most their product.
type akteRun struct {
	items        []akteItem
	d, at        []byte
	exact        bool
	out          *[maxAkte]byte
	far, written int
	tried        [2*maxAkte + 1][2]uint64
}

// again reports whether the place count characters behind the start of item k
// was compared with the text from i on before.
func (r *akteRun) again(k, count, i int) bool {
	place := k + count
	for _, item := range r.items[:k] {
		place += item.max
	}
	word, bit := &r.tried[i][place/64], uint64(1)<<(place%64)
	before := *word&bit != 0
	*word |= bit
	return before
}

// match compares from item k on, of which count characters were read, the text
// from i on.
func (r *akteRun) match(k, count, i, written int) bool {
	r.far = max(r.far, i)
	if k == len(r.items) {
		r.written = written
		return i == len(r.d) && k > 0
	}
	if r.again(k, count, i) {
		return false
	}
	item := r.items[k]
	if item.class == '-' {
		return r.separator(k, i, written)
	}
	if count < item.max && i < len(r.d) && item.takes(r.d[i]) {
		r.out[written] = r.d[i]
		if r.match(k, count+1, i+1, written+1) {
			return true
		}
	}
	return count >= item.min && r.match(k+1, 0, i, written)
}

// separator compares from the separator that item k is.
func (r *akteRun) separator(k, i, written int) bool {
	r.out[written] = r.items[k].char
	if r.exact {
		return i < len(r.d) && r.d[i] == r.items[k].char && r.match(k+1, 0, i+1, written+1)
	}
	next := i
	for next < len(r.d) && contains(akteSeparators, r.d[next]) {
		next++
	}
	loose := k > 0 && r.items[k-1].min != r.items[k-1].max
	spaced := i > 0 && i < len(r.d) && r.at[i] > r.at[i-1]+1
	if next == i && loose && !spaced {
		return false
	}
	for k++; k < len(r.items) && r.items[k].class == '-'; k++ {
		written++
		r.out[written] = r.items[k].char
	}
	return r.match(k, 0, next, written+1)
}

func (item akteItem) takes(c byte) bool {
	switch item.class {
	case '#':
		return isDigit(c)
	case '@':
		return isLetter(c)
	case '*':
		return isDigit(c) || isLetter(c)
	}
	return c == item.char
}
