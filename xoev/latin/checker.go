package latin

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// Checker checks a text that comes in pieces, such as the content of an XML
// element while it streams in. A piece may end anywhere, inside a character or
// a sequence too: the outcome is that of the whole text. It keeps a few bytes
// of the text and the problems, nothing else, and does not allocate while the
// text is valid.
//
// Set Type (and Limit) or call [NewChecker], write the pieces, then call Close.
// A Checker belongs to one goroutine.
type Checker struct {
	Type Type
	// Limit is how many problems are kept; 0 or less means 100.
	Limit int

	problems      []Problem
	total         int
	offset, index int      // where the text in carry begins
	carry         [16]byte // end of the text so far that the next piece may continue
	carried       int
}

// NewChecker returns a Checker for one text.
func NewChecker(t Type) *Checker { return &Checker{Type: t} }

// Reset makes the checker ready for another text of type t. Problems that
// [Checker.Problems] gave out before remain untouched.
func (c *Checker) Reset(t Type) { *c = Checker{Type: t, Limit: c.Limit} }

// Write takes the next piece of the text. It never fails.
func (c *Checker) Write(piece []byte) (int, error) { return writePiece(c, piece), nil }

// WriteString is [Checker.Write] of a string.
func (c *Checker) WriteString(piece string) (int, error) { return writePiece(c, piece), nil }

// Close says that the text has ended and judges its last characters. It never
// fails.
func (c *Checker) Close() error {
	feed(c, c.carry[:c.carried])
	c.carried = 0
	return nil
}

// Valid tells whether no problem was found so far. It is final after Close.
func (c *Checker) Valid() bool { return c.total == 0 }

// Problems returns the problems found so far, from the start of the text, at
// most Limit, and how many there are altogether. Offset and Index count from
// the start of the text.
func (c *Checker) Problems() (problems []Problem, total int) { return c.problems, c.total }

// String gives data type and number of problems, and nothing of the text.
func (c *Checker) String() string { return fmt.Sprintf("%s: %d problems", c.Type, c.total) }

func writePiece[T text](c *Checker, piece T) int {
	length := len(piece)
	if c.carried > 0 {
		// Join what was kept with the start of the piece. The rest of a long
		// piece is checked in place.
		var joined [64]byte
		kept := copy(joined[:], c.carry[:c.carried])
		end := kept + copy(joined[kept:], piece)
		cut := unfinished(joined[:end])
		feed(c, joined[:cut])
		if end-kept == length {
			c.carried = copy(c.carry[:], joined[cut:end])
			return length
		}
		piece = piece[cut-kept:]
	}
	cut := unfinished(piece)
	feed(c, piece[:cut])
	c.carried = copy(c.carry[:], piece[cut:])
	return length
}

// feed checks a stretch of the text that begins with a unit and after which no
// unit goes on.
func feed[T text](c *Checker, s T) {
	limit, bit := c.Limit, c.Type.bit()
	if limit <= 0 {
		limit = defaultLimit
	}
	counted, index := 0, c.index
	i, floor := 0, 0
	for {
		i, floor = scan(s, i, floor, bit)
		if i == len(s) {
			break
		}
		size := sizeAt(s, i)
		if c.total++; len(c.problems) < limit {
			index += runeCount(s[counted:i])
			counted = i
			p := describe(s, i, floor, c.Type)
			p.Offset, p.Index = c.offset+i, index
			c.problems = append(c.problems, p)
		}
		i += size
		floor = i
	}
	c.index = index + runeCount(s[counted:])
	c.offset += len(s)
}

func runeCount[T text](s T) int {
	n := 0
	for i := 0; i < len(s); n++ {
		if s[i] < utf8.RuneSelf {
			i++
			continue
		}
		i += sizeAt(s, i)
	}
	return n
}

// sizeAt returns the size of the rune at i.
func sizeAt[T text](s T, i int) int {
	_, size := utf8.DecodeRuneInString(string(s[i:min(len(s), i+utf8.UTFMax)]))
	return size
}

// unfinished returns where the end of s begins that a following piece could
// turn into something else: a character whose last bytes are missing, and the
// last letter with the mark after it. At most 11 bytes are unfinished.
//
// After two marks the next one cannot belong to the letter, because a sequence
// has three code points at most. Only one sequence ends with a letter:
// K, double macron below, H.
func unfinished[T text](s T) int {
	end := len(s)
	for n := 1; n <= min(len(s), utf8.UTFMax-1); n++ {
		if b := s[len(s)-n]; utf8.RuneStart(b) {
			if b >= utf8.RuneSelf && !utf8.FullRuneInString(string(s[len(s)-n:])) {
				end = len(s) - n
			}
			break
		}
	}
	cut := end
	for range 2 {
		r, size := lastRune(s, cut)
		if size == 0 {
			return 0
		}
		cut -= size
		if !unicode.Is(unicode.Mn, r) {
			if r == 'H' || r == 'h' {
				return startOfKH(s, cut)
			}
			return cut
		}
	}
	return end
}

// startOfKH returns where the sequence begins whose last letter is at i, or i.
func startOfKH[T text](s T, i int) int {
	const doubleMacronBelow = '\u035F'
	macron, macronSize := lastRune(s, i)
	if macron != doubleMacronBelow {
		return i
	}
	if k, size := lastRune(s, i-macronSize); k == 'K' || k == 'k' {
		return i - macronSize - size
	}
	return i
}

// lastRune decodes the rune that ends before i.
func lastRune[T text](s T, i int) (rune, int) {
	return utf8.DecodeLastRuneInString(string(s[max(0, i-utf8.UTFMax):i]))
}
