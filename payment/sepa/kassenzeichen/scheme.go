package kassenzeichen

import "strings"

// Scheme computes check characters. Make one with a function of this package;
// the zero value is [None].
type Scheme struct {
	name    string
	width   int
	letters bool
	compute func(body string) (check string, ok bool)
}

// String returns the scheme's name.
func (s Scheme) String() string {
	if s.compute == nil {
		return "none"
	}
	return s.name
}

// Width is how many check characters there are; 0 for [None].
func (s Scheme) Width() int { return s.width }

// None is the scheme without check characters.
func None() Scheme { return Scheme{} }

// Custom is a scheme of the caller's: compute returns width check characters
// (0-9, A-Z, *) for a body of digits and, if letters is set, capital letters;
// ok is false for a body that gets none. It must be safe for concurrent use.
func Custom(name string, width int, letters bool, compute func(body string) (check string, ok bool)) Scheme {
	return Scheme{name: name, width: width, letters: letters, compute: compute}
}

// digit returns one digit as text.
func digit(n int) string { return string(rune('0' + n)) }

// Luhn is the check digit of payment cards (ISO/IEC 7812-1, annex B).
func Luhn() Scheme {
	return Custom("Luhn", 1, false, func(body string) (string, bool) {
		sum := 0
		for i := range len(body) {
			d := int(body[len(body)-1-i] - '0')
			if i%2 == 0 {
				if d *= 2; d > 9 {
					d -= 9
				}
			}
			sum += d
		}
		return digit((10 - sum%10) % 10), true
	})
}

// weighted adds up the digits times the weights, which repeat, from the right.
func weighted(body string, weights []int) int {
	sum := 0
	for i := range len(body) {
		sum += int(body[len(body)-1-i]-'0') * weights[i%len(weights)]
	}
	return sum
}

// Mod10 multiplies the digits with the weights from the right, the weights
// repeating; the check digit fills the sum up to a multiple of ten. Mod10(3, 1)
// is that of GS1. Without weights all count once.
func Mod10(weights ...int) Scheme {
	w := positive(weights)
	return Custom("mod 10", 1, false, func(body string) (string, bool) {
		return digit((10 - weighted(body, w)%10) % 10), true
	})
}

// Ten says what a check digit of ten is.
type Ten uint8

// What a check digit of ten becomes.
const (
	TenUnused Ten = iota // such a number is not given out
	TenX                 // the letter X
	TenZero              // 0, as eleven is
)

// Mod11 multiplies the digits with the weights from the right, the weights
// repeating; the check digit fills the sum up to a multiple of eleven, and
// eleven itself is 0. Without weights they are 2 to 7.
func Mod11(ten Ten, weights ...int) Scheme {
	w := positive(weights)
	if len(weights) == 0 {
		w = []int{2, 3, 4, 5, 6, 7}
	}
	return Custom("mod 11", 1, false, func(body string) (string, bool) {
		switch n := (11 - weighted(body, w)%11) % 11; {
		case n < 10:
			return digit(n), true
		case ten == TenX:
			return "X", true
		case ten == TenZero:
			return "0", true
		}
		return "", false
	})
}

func positive(weights []int) []int {
	out := []int{}
	for _, w := range weights {
		out = append(out, (w%110+110)%110) // the same in both moduli
	}
	if len(out) == 0 {
		out = []int{1}
	}
	return out
}

// value is what ISO/IEC 7064 counts a character as: 0-9, A-Z as 10 to 35, * as
// 36.
func value(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c == '*':
		return 36
	}
	return int(c-'A') + 10
}

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"

// ISO7064Mod11x10 is the hybrid system MOD 11,10 with one digit.
func ISO7064Mod11x10() Scheme {
	return Custom("ISO 7064 MOD 11,10", 1, false, func(body string) (string, bool) {
		p := 10
		for i := range len(body) {
			if p = (p + value(body[i])) % 10; p == 0 {
				p = 10
			}
			p = p * 2 % 11
		}
		return digit((11 - p) % 10), true
	})
}

// pure is a pure system with one check character.
func pure(body string, modulus, radix int) int {
	p := 0
	for i := range len(body) {
		p = (p + value(body[i])) * radix % modulus
	}
	return (modulus + 1 - p) % modulus
}

// ISO7064Mod11x2 is the pure system MOD 11-2 with one digit or X.
func ISO7064Mod11x2() Scheme {
	return Custom("ISO 7064 MOD 11-2", 1, false, func(body string) (string, bool) {
		if n := pure(body, 11, 2); n < 10 {
			return digit(n), true
		}
		return "X", true
	})
}

// ISO7064Mod37x2 is the pure system MOD 37-2 with one digit, letter or *.
func ISO7064Mod37x2() Scheme {
	return Custom("ISO 7064 MOD 37-2", 1, true, func(body string) (string, bool) {
		return alphabet[pure(body, 37, 2):][:1], true
	})
}

// ISO7064Mod97x10 is the pure system MOD 97-10 with two digits; letters count
// as two digits, as in an IBAN.
func ISO7064Mod97x10() Scheme {
	return Custom("ISO 7064 MOD 97-10", 2, true, func(body string) (string, bool) {
		rest := 0
		for i := range len(body) {
			if v := value(body[i]); v > 9 {
				rest = (rest*100 + v) % 97
			} else {
				rest = (rest*10 + v) % 97
			}
		}
		n := 98 - rest*100%97
		return digit(n/10) + digit(n%10), true
	})
}

// fits reports whether check is what compute may return.
func (s Scheme) fits(check string) bool {
	return len(check) == s.width && strings.Trim(check, alphabet) == ""
}
