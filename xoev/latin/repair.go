package latin

import (
	"fmt"
	"log/slog"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Repairs is a set of repairs, joined with "|". None is made unless asked for,
// because each changes what somebody wrote.
type Repairs uint8

// Repairs. All but Deprecated and NFC touch only what the data type refuses, and
// put in only what it accepts.
const (
	// NFC composes letters and marks (Unicode Normalization Form C, UAX #15). The
	// outcome is canonically equivalent: a reader sees no difference.
	NFC Repairs = 1 << iota
	// Deprecated replaces the entries that the norm keeps for compatibility by
	// those that it wants instead (latin_list_deprecated_1.3), such as "ŉ" by
	// "'n".
	Deprecated
	// Dashes turns hyphens, dashes and minus signs into "-".
	Dashes
	// Quotes turns quotation marks, primes and apostrophes into "'" or, if double,
	// into the quotation mark U+0022, which type A does not have.
	Quotes
	// Spaces turns other white space, line breaks included, into a blank.
	Spaces
	// Invisible removes soft hyphens, zero-width characters, byte order marks,
	// directions and variation selectors. Text that was checked or compared
	// before loses what kept its parts asunder (Unicode TR #36, section 3.5):
	// repair first, then check anything else.
	Invisible
	// LookAlikes turns ligatures, full-width and compatibility characters into
	// plain ones, an ellipsis into three full stops, and a Greek or Cyrillic
	// letter into the Latin one that looks like it ("β" into "ß"). The latter
	// only in a word that has Latin letters, too, and only if all its foreign
	// letters have a look-alike: names in other scripts stay as they are.
	LookAlikes
)

var repairNames = [...]string{"NFC", "Deprecated", "Dashes", "Quotes", "Spaces", "Invisible", "LookAlikes"}

// String names the repairs, joined with "|".
func (r Repairs) String() string {
	var names []string
	for n, name := range repairNames {
		if r&(1<<n) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, "|")
}

// Change is a place that a repair changed. From and To are parts of the text and
// so can be personal data; String and LogValue leave them out.
type Change struct {
	// Repairs that met here, one as a rule.
	Repairs Repairs
	// Offset is the place in bytes of the text before the repair.
	Offset int
	// From stood there, To stands there now; To is empty for what was removed.
	From, To string
}

// String names place and repairs, and nothing of the text.
func (c Change) String() string { return fmt.Sprintf("byte %d: %s", c.Offset, c.Repairs) }

// LogValue gives place and repairs, and nothing of the text.
func (c Change) LogValue() slog.Value {
	return slog.GroupValue(slog.String("repairs", c.Repairs.String()), slog.Int("offset", c.Offset))
}

// Repaired is the outcome of a repair. String and LogValue leave the text out.
type Repaired struct {
	Text string
	// Changes lists every change in the order of the text; changes do not
	// overlap.
	Changes []Change
	// Problems lists what the repairs could not mend, by its place in Text; at
	// most 100. Empty means that Text is valid.
	Problems []Problem
}

// LogValue gives the numbers of changes and problems, and nothing of the text.
func (r Repaired) LogValue() slog.Value {
	return slog.GroupValue(slog.Int("changes", len(r.Changes)), slog.Int("problems", len(r.Problems)))
}

// String gives the numbers of changes and problems, and nothing of the text.
func (r Repaired) String() string {
	return fmt.Sprintf("%d changes, %d problems", len(r.Changes), len(r.Problems))
}

// Repair makes the repairs that the caller asks for and reports each change. A
// second repair of the outcome changes nothing. Text that is not UTF-8 is left as
// it is, with its problems: if something were removed, the bytes beside it could
// join into other characters.
func (t Type) Repair(text string, repairs Repairs) Repaired {
	r := repairer{typ: t, repairs: repairs, text: text}
	if repairs != 0 && utf8.ValidString(text) && !(t.ValidString(text) && repairs&Deprecated == 0) {
		r.run()
	}
	if r.changed {
		text = r.join()
	}
	problems, _ := t.CheckAll(text, 0)
	return Repaired{Text: text, Changes: r.changes(), Problems: problems}
}

// piece is a rune (or a byte that is no UTF-8) of the text in its present
// state, and the stretch of the original text that it came from.
type piece struct {
	text       string
	start, end int
	repairs    Repairs
}

type repairer struct {
	typ     Type
	repairs Repairs
	text    string
	pieces  []piece
	removed []piece
	changed bool
}

// run repeats the repairs until nothing changes, because one can make room for
// another. Each pass that changes something leaves fewer refused characters,
// fewer deprecated units or less to compose; the bound is for texts in which
// Unicode's limits on marks (UAX #15, stream-safe format) meet our removals.
func (r *repairer) run() {
	r.pieces = split(nil, r.text, piece{})
	at := 0
	for n := range r.pieces {
		p := &r.pieces[n]
		p.start, p.end = at, at+len(p.text)
		at = p.end
	}
	for range 16 {
		changed := r.replaceRefused()
		if r.repairs&NFC != 0 && r.compose() {
			changed = true
		}
		if r.repairs&Deprecated != 0 && r.replaceDeprecated() {
			changed = true
		}
		if !changed {
			return
		}
		r.changed = true
	}
}

// split appends the runes of s as pieces with the origin of p.
func split(to []piece, s string, p piece) []piece {
	for len(s) > 0 {
		_, size := utf8.DecodeRuneInString(s)
		p.text, s = s[:size], s[size:]
		to = append(to, p)
	}
	return to
}

func (r *repairer) join() string {
	var out strings.Builder
	for _, p := range r.pieces {
		out.WriteString(p.text)
	}
	return out.String()
}

// replaceRefused applies the repairs of single characters.
func (r *repairer) replaceRefused() bool {
	s, bit := r.join(), r.typ.bit()
	foreign := foreignWords{text: s}
	kept := make([]piece, 0, len(r.pieces))
	changed := false
	at := 0
	next, _ := scan(s, 0, 0, bit)
	for _, p := range r.pieces {
		start := at
		at += len(p.text)
		if start < next {
			kept = append(kept, p)
			continue
		}
		next, _ = scan(s, at, at, bit)
		to, repair, ok := r.substitute(p.text, start, &foreign)
		if !ok {
			kept = append(kept, p)
			continue
		}
		changed = true
		p.repairs |= repair
		if to == "" {
			r.removed = append(r.removed, p)
		}
		kept = split(kept, to, p)
	}
	r.pieces = kept
	return changed
}

// compose brings the text into Normalization Form C.
func (r *repairer) compose() bool {
	s := r.join()
	if norm.NFC.IsNormalString(s) {
		return false
	}
	var out []piece
	changed := false
	for n := 0; n < len(r.pieces); {
		size := norm.NFC.NextBoundaryInString(s, true)
		segment := s[:size]
		s = s[size:]
		first := n
		for length := 0; length < size; n++ {
			length += len(r.pieces[n].text)
		}
		composed := norm.NFC.String(segment)
		if composed == segment {
			out = append(out, r.pieces[first:n]...)
			continue
		}
		changed = true
		out = split(out, composed, merge(r.pieces[first:n], NFC))
	}
	r.pieces = out
	return changed
}

// merge returns a piece that covers the origin of all.
func merge(pieces []piece, repair Repairs) piece {
	whole := pieces[0]
	whole.repairs |= repair
	for _, p := range pieces[1:] {
		whole.start, whole.end = min(whole.start, p.start), max(whole.end, p.end)
		whole.repairs |= p.repairs
	}
	return whole
}

func (r *repairer) replaceDeprecated() bool {
	var out []piece
	changed := false
	for n := 0; n < len(r.pieces); {
		to, count := r.deprecatedAt(n)
		if count == 0 {
			out = append(out, r.pieces[n])
			n++
			continue
		}
		changed = true
		out = split(out, to, merge(r.pieces[n:n+count], Deprecated))
		n += count
	}
	r.pieces = out
	return changed
}

// deprecatedAt returns the replacement of the deprecated unit that begins with
// the piece n, and of how many pieces it consists.
func (r *repairer) deprecatedAt(n int) (to string, count int) {
	for _, d := range deprecated {
		rest, k := d.from, n
		for k < len(r.pieces) && rest != "" && strings.HasPrefix(rest, r.pieces[k].text) {
			rest = rest[len(r.pieces[k].text):]
			k++
		}
		if rest == "" && k-n > count && r.typ.ValidString(d.to) {
			to, count = d.to, k-n
		}
	}
	return to, count
}

// changes lists what differs from the original text.
func (r *repairer) changes() []Change {
	if !r.changed {
		return nil
	}
	all := make([]piece, 0, len(r.pieces)+len(r.removed))
	for _, p := range r.removed {
		p.text = ""
		all = append(all, p)
	}
	for _, p := range r.pieces {
		if p.repairs != 0 {
			all = append(all, p)
		}
	}
	// Pieces of one origin keep their order; what was removed within them adds
	// its repair.
	sort.SliceStable(all, func(i, j int) bool { return all[i].start < all[j].start })
	var changes []Change
	end := 0
	for _, p := range all {
		if len(changes) > 0 && p.start < end {
			last := &changes[len(changes)-1]
			last.Repairs |= p.repairs
			last.To += p.text
			end = max(end, p.end)
			last.From = r.text[last.Offset:end]
			continue
		}
		changes = append(changes, Change{Repairs: p.repairs, Offset: p.start, From: r.text[p.start:p.end], To: p.text})
		end = p.end
	}
	kept := changes[:0]
	for _, c := range changes {
		if c.From != c.To {
			kept = append(kept, c)
		}
	}
	return kept
}

// substitute returns what takes the place of a refused rune, if one of the
// repairs mends it. The rune stands at the offset at of the present text.
func (r *repairer) substitute(s string, at int, foreign *foreignWords) (to string, repair Repairs, ok bool) {
	c, size := utf8.DecodeRuneInString(s)
	if c == utf8.RuneError && size == 1 {
		return "", 0, false
	}
	switch {
	case unicode.Is(dashes, c):
		to, repair = "-", Dashes
	case unicode.Is(singleQuotes, c):
		to, repair = "'", Quotes
	case unicode.Is(doubleQuotes, c):
		to, repair = `"`, Quotes
	case unicode.IsSpace(c) || unicode.Is(unicode.Zs, c):
		to, repair = " ", Spaces
	case unicode.Is(invisible, c):
		to, repair = "", Invisible
	case unicode.Is(compatible, c):
		to, repair = norm.NFKC.String(s), LookAlikes
	default:
		if to = lookAlike(c); to == "" {
			return "", 0, false
		}
		repair = LookAlikes
		if unicode.In(c, unicode.Greek, unicode.Cyrillic) && !foreign.disguised(at) {
			return "", 0, false
		}
	}
	if r.repairs&repair == 0 || !r.typ.ValidString(to) {
		return "", 0, false
	}
	return to, repair, true
}
