package lint

import "strings"

// Channels of communication. Source: code list
// urn:de:xoev:codeliste:erreichbarkeit, versions 1 to 4.1; a code keeps its
// meaning in all of them.
const (
	kanalEMail    = "01"
	kanalFestnetz = "02"
	kanalMobil    = "03"
	kanalFax      = "04"
	kanalDeMail   = "08"
	kanalWeb      = "09"
	kanalWebSafe  = "10"
	kanalFormular = "11"
)

// channels returns how many channels a version of the list has: their codes
// are 01, 02 and so on. It is 0 for a version that is not known here.
func channels(version string) int {
	switch version {
	case "1":
		return 7
	case "2":
		return 8
	case "3":
		return 9
	case "4", "4.1":
		return 15
	}
	return 0
}

// inChannels reports whether a version of the list has the code. A version
// that is not known has every code.
func inChannels(code, version string) bool {
	n := channels(version)
	if n == 0 {
		return true
	}
	return len(code) == 2 && isDigit(code[0]) && isDigit(code[1]) &&
		code != "00" && int(code[0]-'0')*10+int(code[1]-'0') <= n
}

// fits reports whether a number or address can be one of its channel. It
// refuses only what cannot: how people write telephone numbers is no format.
func fits(code, value string) bool {
	scheme, rest := splitScheme(strings.TrimSpace(value))
	switch code {
	case kanalEMail, kanalDeMail:
		return (scheme == "" || scheme == "mailto") && isMail(rest)
	case kanalFestnetz, kanalMobil, kanalFax:
		return (scheme == "" || scheme == "tel" || scheme == "fax") && isPhone(rest)
	case kanalWeb:
		return (scheme == "" || scheme == "http" || scheme == "https") && isWeb(rest)
	case kanalWebSafe, kanalFormular:
		return (scheme == "" || scheme == "https") && isWeb(rest)
	case "12", "13", "14", "15": // social networks: an address or a name there
		return scheme == "" || scheme == "https"
	}
	return true
}

// splitScheme cuts a scheme off that names a channel.
func splitScheme(value string) (scheme, rest string) {
	for _, scheme := range [...]string{"mailto", "tel", "fax", "http", "https"} {
		n := len(scheme)
		if len(value) > n && value[n] == ':' && strings.EqualFold(value[:n], scheme) {
			return scheme, strings.TrimPrefix(value[n+1:], "//")
		}
	}
	return "", value
}

func isMail(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	return ok && local != "" && len(domain) > 1 && !strings.ContainsAny(domain, "@/") && !strings.ContainsAny(s, " \t\r\n")
}

func isPhone(s string) bool {
	digits := 0
	for i := range len(s) {
		if isDigit(s[i]) {
			digits++
		}
	}
	return digits >= 3 && !strings.Contains(s, "@") && !strings.Contains(s, "://") && !strings.HasPrefix(strings.ToLower(s), "www.")
}

func isWeb(s string) bool {
	host := s
	if end := strings.IndexAny(s, "/?#"); end >= 0 {
		host = s[:end]
	}
	return strings.Contains(host, ".") && !strings.ContainsAny(host, "@ \t\r\n") && strings.ContainsFunc(host, func(r rune) bool {
		return r != '.' && r != '-' && (r < '0' || r > '9')
	}) || strings.HasPrefix(host, "[") && strings.Contains(host, "]")
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
