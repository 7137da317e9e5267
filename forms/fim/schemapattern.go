package fim

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// convertPattern turns a pattern of XML Schema into one of RE2 that matches the
// same whole values. Editors write both the dialect of XML Schema, in which ^ and
// $ are characters, and that of JavaScript, in which they anchor; an anchor at the
// outside is taken for one, because no value of a form begins with ^ or ends with
// $. It reports false where RE2 has nothing that is the same.
func convertPattern(p string) (string, bool) {
	p = strings.TrimSpace(p)
	whole := p
	p = strings.TrimPrefix(p, "^")
	if strings.HasSuffix(p, "$") && !escaped(p, len(p)-1) {
		p = p[:len(p)-1]
	}
	if p != whole && branches(p) {
		return "", false // the anchors belong to branches
	}
	if p == "" || len(p) > 2000 || !utf8.ValidString(p) || !strings.ContainsAny(p, `[](){}\|.*+?`) {
		return "", false // the last is prose: it would match itself alone
	}
	var out strings.Builder
	for i, depth := 0, 0; i < len(p); {
		if depth == 0 && p[i] == '[' {
			depth = 1
			out.WriteByte('[')
			if i++; strings.HasPrefix(p[i:], "^") {
				out.WriteByte('^')
				i++
			}
			if i < len(p) && p[i] == ']' {
				return "", false // an empty class
			}
			continue
		}
		n, text, ok := convertAtom(p[i:], depth == 1)
		if !ok {
			return "", false
		}
		if depth == 1 && p[i] == ']' {
			depth = 0
		}
		out.WriteString(text)
		i += n
	}
	if _, err := regexp.Compile(`^(?:` + out.String() + `)$`); err != nil {
		return "", false
	}
	return out.String(), true
}

// branches reports whether a pattern has an alternative outside of parentheses.
func branches(p string) bool {
	depth, class := 0, false
	for i := 0; i < len(p); i++ {
		switch c := p[i]; {
		case c == '\\':
			i++
		case class:
			class = c != ']'
		case c == '[':
			class = true
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == '|' && depth == 0:
			return true
		}
	}
	return false
}

// escaped reports whether the byte at i has an odd number of backslashes before
// it.
func escaped(p string, i int) bool {
	n := 0
	for i > n && p[i-1-n] == '\\' {
		n++
	}
	return n%2 == 1
}

// convertAtom converts the character, or what stands for one, at the start of p.
// It returns how many bytes it took.
func convertAtom(p string, class bool) (int, string, bool) {
	switch c := p[0]; {
	case c == '\\':
		return convertEscape(p, class)
	case class && c == '[':
		return 0, "", false // subtraction of classes, or a POSIX class
	case class && c == '-' && strings.HasPrefix(p, "-["):
		return 0, "", false
	case !class && (c == '^' || c == '$'):
		return 0, "", false // an anchor inside, or a character: dialects differ
	case !class && c == '(' && strings.HasPrefix(p, "(?"):
		if strings.HasPrefix(p, "(?:") {
			return 3, "(?:", true
		}
		return 0, "", false // looking ahead or back, named groups, flags
	case !class && c == '{' && (len(p) < 2 || p[1] < '0' || p[1] > '9'):
		return 0, "", false
	case !class && c == '.':
		return 1, `[^\n\r]`, true
	case !class && strings.IndexByte("*+?}", c) >= 0 && len(p) > 1 && (p[1] == '?' || p[1] == '+'):
		return 0, "", false // lazy or possessive: not in XML Schema
	}
	_, size := utf8.DecodeRuneInString(p)
	return size, p[:size], true
}

// convertEscape converts what begins with a backslash.
func convertEscape(p string, class bool) (int, string, bool) {
	if len(p) < 2 {
		return 0, "", false
	}
	switch c := p[1]; c {
	case 'd':
		return 2, unclass(`0-9`, class), true
	case 'w':
		return 2, unclass(`\p{L}\p{M}\p{N}\p{S}`, class), true
	case 's':
		return 2, unclass(` \t\n\r`, class), true
	case 'D':
		return 2, `\D`, !class
	case 'S':
		return 2, `[^ \t\n\r]`, !class
	case 'p', 'P':
		end := strings.IndexByte(p, '}')
		if end < 0 || p[2] != '{' || strings.HasPrefix(p[3:], "Is") || strings.HasPrefix(p[3:], "^") {
			return 0, "", false // blocks of Unicode
		}
		return end + 1, p[:end+1], true
	case 'n', 'r', 't':
		return 2, p[:2], true
	case 'u':
		if len(p) < 6 || strings.Trim(p[2:6], "0123456789abcdefABCDEF") != "" {
			return 0, "", false
		}
		return 6, `\x{` + p[2:6] + `}`, true
	}
	if strings.IndexByte(`\|.?*+(){}[]^$-/,:;@#%&=!"'_~ <>`, p[1]) < 0 {
		return 0, "", false // \i, \c, \b, references
	}
	return 2, p[:2], true
}

// unclass writes characters as a class, unless they stand in one.
func unclass(chars string, class bool) string {
	if class {
		return chars
	}
	return "[" + chars + "]"
}
