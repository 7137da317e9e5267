package servicekonto

import (
	"errors"
	"net/url"
	"path"
	"strings"
	"unicode/utf8"
)

// ErrReturnPath is returned for a return target that is not a plain local path.
var ErrReturnPath = errors.New("servicekonto: not a local path")

// maxReturnPath is what a return target may hold, in bytes.
const maxReturnPath = 2048

// ParseReturnPath checks the target of a redirect after login, which comes from
// the browser, and returns it unchanged. It must be an absolute path on this
// host, with an optional query: "/antrag/schritt?nr=2". Anything a browser might
// read as another host is [ErrReturnPath]: scheme, host, "//", backslashes (also
// escaped), control characters, dot segments, a fragment, bytes that are not
// UTF-8, more than 2048 bytes.
func ParseReturnPath(s string) (string, error) {
	if len(s) == 0 || len(s) > maxReturnPath || s[0] != '/' || !utf8.ValidString(s) {
		return "", ErrReturnPath
	}
	for _, r := range s {
		if r <= ' ' || r == 0x7f || r == '\\' || r == '#' || (r >= 0x80 && r <= 0x9f) {
			return "", ErrReturnPath
		}
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" {
		return "", ErrReturnPath
	}
	if strings.Contains(u.Path, "//") || strings.ContainsAny(u.Path, "\\\x00\r\n\t") || !utf8.ValidString(u.Path) {
		return "", ErrReturnPath
	}
	if clean := path.Clean(u.Path); clean != u.Path && clean+"/" != u.Path {
		return "", ErrReturnPath
	}
	if _, err := url.ParseQuery(u.RawQuery); err != nil {
		return "", ErrReturnPath
	}
	return s, nil
}

// target returns where to go after login: what was asked for if it is a local
// path that the configuration allows.
func (s *Service) target(asked string) (string, error) {
	if asked == "" {
		return s.home, nil
	}
	p, err := ParseReturnPath(asked)
	if err != nil {
		return "", err
	}
	if len(s.cfg.Targets) == 0 || p == s.home {
		return p, nil
	}
	plain, _, _ := strings.Cut(p, "?")
	for _, t := range s.cfg.Targets {
		if plain == t || (strings.HasSuffix(t, "/") && strings.HasPrefix(plain, t)) {
			return p, nil
		}
	}
	return "", ErrReturnPath
}
