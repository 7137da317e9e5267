package ids

import "unicode/utf8"

// problem is an error on its way out of a check, without allocation.
type problem struct {
	code string
	pos  int
}

func (p problem) err(id, s string) error {
	e := &Error{ID: id, Code: p.code, Pos: p.pos, Rune: p.pos}
	if p.pos > 0 && p.pos <= len(s) {
		e.Rune = utf8.RuneCountInString(s[:p.pos])
	}
	return e
}

// bufLen is enough for every identifier made of letters and digits.
const bufLen = 48

// buf is a text without separators, in capital letters, with the byte offset
// that each character had.
type buf struct {
	d, at [bufLen]byte
	n     int
}

// gathered reads the digits and letters of s.
func gathered(s, separators string) (b buf, p problem) {
	b.n, p = gather(b.d[:], b.at[:], s, separators, "")
	return b, p
}

// gatheredDigits reads s, which must hold digits only, of one of the lengths.
func gatheredDigits(s, separators string, length, orLength int) (b buf, p problem) {
	if b, p = gathered(s, separators); p.code != "" {
		return b, p
	}
	if p = b.digits(0, b.n); p.code == "" && b.n != length && b.n != orLength {
		p = problem{Length, -1}
	}
	return b, p
}

func (b *buf) text() []byte { return b.d[:b.n] }

// digits asks for digits between from and to.
func (b *buf) digits(from, to int) problem {
	for i := from; i < to; i++ {
		if !isDigit(b.d[i]) {
			return problem{Charset, int(b.at[i])}
		}
	}
	return problem{}
}

// number is the value of the digits between from and to.
func (b *buf) number(from, to int) int {
	n := 0
	for _, c := range b.d[from:to] {
		n = n*10 + int(c-'0')
	}
	return n
}

// structure asks for a pattern from a place on: a count and n (digits), a
// (letters) or c (either), or a capital letter itself. "4a14n", "9cB2c".
func (b *buf) structure(from int, pattern string) problem {
	i := from
	for k := 0; k < len(pattern); {
		if isLetter(pattern[k]) {
			if i >= b.n || b.d[i] != pattern[k] {
				return b.misfit(i)
			}
			i, k = i+1, k+1
			continue
		}
		count := 0
		for ; isDigit(pattern[k]); k++ {
			count = count*10 + int(pattern[k]-'0')
		}
		class := pattern[k]
		for k++; count > 0; count-- {
			if i >= b.n || class == 'n' && !isDigit(b.d[i]) || class == 'a' && !isLetter(b.d[i]) {
				return b.misfit(i)
			}
			i++
		}
	}
	return problem{}
}

func (b *buf) misfit(i int) problem {
	if i >= b.n {
		return problem{Length, -1}
	}
	return problem{Structure, int(b.at[i])}
}

// patternLen is the length that a pattern of [buf.structure] asks for.
func patternLen(pattern string) int {
	n, count := 0, 0
	for i := range len(pattern) {
		switch c := pattern[i]; {
		case isDigit(c):
			count = count*10 + int(c-'0')
		case isLetter(c):
			n++
		default:
			n, count = n+count, 0
		}
	}
	return n
}

// parsed is the end of a Parse function.
func parsed[T ~string](id, s string, b buf, p problem) (T, error) {
	if p.code != "" {
		return "", p.err(id, s)
	}
	return T(b.text()), nil
}

// masked writes what was read through a mask, in which # is the next
// character; what is longer than the mask follows it. What could not be read
// is returned as it was.
func masked(s string, b buf, p problem, mask string) string {
	if p.code != "" {
		return s
	}
	out := make([]byte, 0, b.n+len(mask))
	i := 0
	for k := 0; k < len(mask) && i < b.n; k++ {
		if mask[k] != '#' {
			out = append(out, mask[k])
			continue
		}
		out = append(out, b.d[i])
		i++
	}
	return string(append(out, b.d[i:b.n]...))
}

// byFours groups a text as on paper forms.
func byFours(s string, b buf, p problem) string {
	return masked(s, b, p, "#### #### #### #### #### #### #### #### ####")
}

// gather copies the digits and letters of s to dst in upper case, skipping
// spaces and the separators. Only ASCII passes, and of other characters those
// that are allowed. It returns the number of bytes; at is the offset of each
// in s.
func gather(dst, at []byte, s, separators, allowed string) (int, problem) {
	n := 0
	for i, size := 0, 0; i < len(s); i += size {
		var c byte
		c, size = plain(s, i)
		switch {
		case c == ' ' || contains(separators, c):
			continue
		case c >= 'a' && c <= 'z':
			c -= 'a' - 'A'
		case c >= '0' && c <= '9', c >= 'A' && c <= 'Z', contains(allowed, c):
		default:
			return n, problem{Charset, i}
		}
		if n == len(dst) || i > 255 {
			return n, problem{Length, i}
		}
		dst[n], at[n] = c, byte(i)
		n++
	}
	if n == 0 {
		return 0, problem{Empty, -1}
	}
	return n, problem{}
}

// plain returns the character at i, and its bytes: a space for any kind of
// space and for marks without width, as texts copied from elsewhere have them,
// a hyphen for any kind of dash. Of other characters beyond ASCII it returns
// the first byte.
func plain(s string, i int) (c byte, size int) {
	if c := s[i]; c < utf8.RuneSelf && c != '\t' {
		return c, 1
	}
	return plainWide(s, i)
}

func plainWide(s string, i int) (c byte, size int) {
	if s[i] == '\t' {
		return ' ', 1
	}
	r, size := utf8.DecodeRuneInString(s[i:])
	switch {
	case isWideSpace(r):
		return ' ', size
	case r >= '\u2010' && r <= '\u2015', r == '\u2212':
		return '-', size
	}
	return s[i], 1
}

// isWideSpace knows the spaces and marks without width beyond ASCII.
func isWideSpace(r rune) bool {
	return r == '\u00a0' || r >= '\u2000' && r <= '\u200f' || r == '\u202f' || r >= '\u202a' && r <= '\u202e' ||
		r == '\u205f' || r >= '\u2060' && r <= '\u2069' || r == '\ufeff' || r == '\u00ad' || r == '\u3000'
}

func contains(set string, c byte) bool {
	for i := 0; i < len(set); i++ {
		if set[i] == c {
			return true
		}
	}
	return false
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isLetter(c byte) bool { return c >= 'A' && c <= 'Z' }

// value is what a character counts in check digits that take letters: 0 to 9,
// then A = 10 to Z = 35.
func value(c byte) int {
	if isDigit(c) {
		return int(c - '0')
	}
	return int(c-'A') + 10
}

// remainder97 goes on with the remainder r of a number modulo 97 by the
// characters, letters counting as two digits (ISO/IEC 7064 MOD 97-10).
func remainder97(r int, text []byte) int {
	for _, c := range text {
		if isDigit(c) {
			r = (r*10 + int(c-'0')) % 97
		} else {
			r = (r*100 + value(c)) % 97
		}
	}
	return r
}

// givenOut97 reports whether ISO/IEC 7064 MOD 97-10 makes such check digits:
// 00, 01 and 99 would give the same remainder as 97, 98 and 02.
func givenOut97(a, b byte) bool {
	check := int(a-'0')*10 + int(b-'0')
	return check >= 2 && check <= 98
}

// digitSum is the sum of the digits of a number below 100.
func digitSum(n int) int { return n/10 + n%10 }

// alternating is the sum of the digit sums of the digits weighted first,
// other, first, ...
func alternating(digits []byte, first, other int) int {
	sum := 0
	for i, c := range digits {
		w := first
		if i%2 == 1 {
			w = other
		}
		sum += digitSum(int(c-'0') * w)
	}
	return sum
}
