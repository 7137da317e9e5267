package latin

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// A text is read as units: characters, and sequences of a letter and what
// follows it. A sequence counts only as a whole, and the longest one that is
// listed is taken. Two facts about the list keep the loop simple; a test guards
// them: the first letter of a sequence is itself in every type that has the
// sequence, and a sequence goes on with a combining mark, which is no unit. So
// a character is looked up without regard to its neighbours, and only a mark
// makes the loop look back.

// sequence is a listed unit of two or three code points; third may be 0.
type sequence struct {
	first, second, third rune
	class                uint8
	form                 string
}

// replacement of a deprecated unit.
type replacement struct{ from, to string }

// text is what can be checked without copying.
type text interface{ string | []byte }

// lookup returns the types that have a character.
func lookup(r rune) mask {
	if block := r >> 6; block >= 0 && int(block) < len(blockOf) {
		return classes[members[blockOf[block]][r&63]]
	}
	return 0
}

// scan returns the offset of the first byte, from i on, that no listed unit
// covers, or len(s). It also returns how far back a mark at that place may look
// for its letter: the end of the last sequence. On the way in, floor is the
// same for the text before i.
func scan[T text](s T, i, floor int, bit mask) (bad, newFloor int) {
	for i < len(s) {
		b := s[i]
		if b < utf8.RuneSelf {
			if classes[members[1+b>>6][b&63]]&bit == 0 {
				return i, floor
			}
			i++
			continue
		}
		// No unit is longer than three bytes per code point; a lead byte C0, C1
		// or E0 finds nothing that is listed because a short form is no UTF-8.
		switch {
		case b >= 0xC2 && b < 0xE0 && i+1 < len(s) && s[i+1]&0xC0 == 0x80:
			if classes[members[blockOf[b&0x1F]][s[i+1]&0x3F]]&bit != 0 {
				i += 2
				continue
			}
		case b > 0xE0 && b < 0xF0 && i+2 < len(s) && s[i+1]&0xC0 == 0x80 && s[i+2]&0xC0 == 0x80:
			block := int(b&0x0F)<<6 | int(s[i+1]&0x3F)
			if block < len(blockOf) && classes[members[blockOf[block]][s[i+2]&0x3F]]&bit != 0 {
				i += 3
				continue
			}
		}
		n := continueSequence(s, i, floor, bit)
		if n == 0 {
			return i, floor
		}
		i += n
		floor = i
	}
	return len(s), floor
}

// continueSequence returns how many bytes at i complete a sequence with the
// letter before i; 0 if none does.
func continueSequence[T text](s T, i, floor int, bit mask) int {
	window := string(s[max(floor, i-utf8.UTFMax):min(len(s), i+2*utf8.UTFMax)])
	split := i - max(floor, i-utf8.UTFMax)
	first, _ := utf8.DecodeLastRuneInString(window[:split])
	second, size := utf8.DecodeRuneInString(window[split:])
	if lookup(second)&mark == 0 {
		return 0
	}
	third, thirdSize := utf8.DecodeRuneInString(window[split+size:])
	longest := 0
	for n := firstSequence(first); n < len(sequences) && sequences[n].first == first; n++ {
		q := &sequences[n]
		if q.second != second || classes[q.class]&bit == 0 {
			continue
		}
		switch q.third {
		case 0:
			longest = size
		case third:
			longest = size + thirdSize // comes after the shorter one in the table
		}
	}
	return longest
}

// firstSequence returns the index of the first sequence that starts with r or a
// greater code point.
func firstSequence(r rune) int {
	low, high := 0, len(sequences)
	for low < high {
		middle := int(uint(low+high) >> 1)
		if sequences[middle].first < r {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low
}

// describe says what is wrong with the rune at i, of which scan said that no
// unit covers it.
func describe[T text](s T, i, floor int, t Type) Problem {
	start := max(floor, i-utf8.UTFMax)
	window := string(s[start:min(len(s), i+utf8.UTFMax)])
	r, size := utf8.DecodeRuneInString(window[i-start:])
	p := Problem{Type: t, Rune: r, Size: size}
	if r == utf8.RuneError && size == 1 {
		p.Reason = ReasonEncoding
		return p
	}
	letter, _ := utf8.DecodeLastRuneInString(window[:i-start])
	combining := unicode.Is(unicode.Mn, r)
	alone := !combining || start == i || !unicode.IsLetter(letter)
	switch {
	case alone && composes(string(r), t), !alone && composes(string(letter)+string(r), t):
		p.Reason = ReasonNFC
	case combining:
		p.Reason = ReasonSequence
	case lookup(r) != 0:
		p.Reason = ReasonType
	default:
		p.Reason = ReasonCharacter
	}
	return p
}

// composes tells whether the canonical composition of s is another text, and
// one that t accepts.
func composes(s string, t Type) bool {
	nfc := norm.NFC.String(s)
	return nfc != s && t.ValidString(nfc)
}
