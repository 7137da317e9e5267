package xmlscan

import "strings"

// isAbsoluteURI reports whether u is a URI with a scheme (RFC 3986, 3 and
// appendix A). Fragments are allowed, since namespace names have them.
func isAbsoluteURI(u string) bool {
	scheme, rest, ok := strings.Cut(u, ":")
	if !ok || !isScheme(scheme) {
		return false
	}
	if authority, ok := strings.CutPrefix(rest, "//"); ok {
		end := strings.IndexAny(authority, "/?#")
		if end < 0 {
			end = len(authority)
		}
		if !isAuthority(authority[:end]) {
			return false
		}
		rest = authority[end:]
	}
	rest, fragment, _ := strings.Cut(rest, "#")
	path, query, _ := strings.Cut(rest, "?")
	return hasOnly(path, ":@/") && hasOnly(query, ":@/?") && hasOnly(fragment, ":@/?")
}

func isScheme(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !isLetter(c) && (i == 0 || !isDigit(c) && strings.IndexByte("+-.", c) < 0) {
			return false
		}
	}
	return s != ""
}

// isAuthority checks RFC 3986, 3.2: user information, host, port.
func isAuthority(a string) bool {
	user, host, ok := strings.Cut(a, "@")
	if !ok {
		user, host = "", a
	}
	var port string
	if strings.HasPrefix(host, "[") {
		literal, rest, closed := strings.Cut(host[1:], "]")
		if !closed || rest != "" && rest[0] != ':' || literal == "" || strings.Contains(literal, "%") {
			return false
		}
		if host = literal; rest != "" {
			port = rest[1:]
		}
		if !hasOnly(host, ":") {
			return false
		}
	} else if host, port, _ = strings.Cut(host, ":"); !hasOnly(host, "") {
		return false
	}
	for i := range len(port) {
		if !isDigit(port[i]) {
			return false
		}
	}
	return hasOnly(user, ":")
}

// hasOnly reports whether s consists of unreserved characters, sub-delimiters,
// percent escapes (RFC 3986, 2) and the characters of more.
func hasOnly(s, more string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case isLetter(c), isDigit(c), strings.IndexByte("-._~!$&'()*+,;=", c) >= 0:
		case c == '%':
			if i+2 >= len(s) || !isHex(s[i+1]) || !isHex(s[i+2]) {
				return false
			}
			i += 2
		case strings.IndexByte(more, c) < 0:
			return false
		}
	}
	return true
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isHex(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }
