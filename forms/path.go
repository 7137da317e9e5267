package forms

import (
	"strconv"
	"strings"
)

// maxIndexDigits bounds the digits of an entry's number in a path.
const maxIndexDigits = 6

// parsePath takes an instance path apart: the element, and the number of the
// entry for each repeated group that it is in. The last number of "a.b[2]" may
// be that of the group itself; entry is set then. It reports false for what is
// no path of the form, numbers with leading zeros and too few or too many of
// them included. It does not allocate for paths without numbers.
func (c *compiled) parsePath(path string) (el *element, indexes []int, entry, ok bool) {
	if strings.IndexByte(path, '[') < 0 {
		el = c.elements[path]
		return el, nil, false, el != nil && el.scope.group == nil
	}
	plain := make([]byte, 0, len(path))
	var marks [maxDepth]int // lengths of the path at which a number stood
	for i := 0; i < len(path); {
		if path[i] != '[' {
			plain = append(plain, path[i])
			i++
			continue
		}
		end := strings.IndexByte(path[i:], ']')
		if end < 0 || len(indexes) == maxDepth {
			return nil, nil, false, false
		}
		n, ok := parseIndex(path[i+1 : i+end])
		i += end + 1
		if !ok || i < len(path) && path[i] != '.' {
			return nil, nil, false, false
		}
		marks[len(indexes)] = len(plain)
		indexes = append(indexes, n)
	}
	if el = c.elements[string(plain)]; el == nil {
		return nil, nil, false, false
	}
	def := el.scope
	if el.inner != nil && marks[len(indexes)-1] == len(plain) {
		def, entry = el.inner, true
	}
	for i := len(indexes) - 1; i >= 0; i-- {
		if def.group == nil || len(def.group.path) != marks[i] {
			return nil, nil, false, false
		}
		def = def.parent
	}
	return el, indexes, entry, def.group == nil
}

// parseIndex reads the number of an entry as paths have it.
func parseIndex(s string) (int, bool) {
	if len(s) > maxIndexDigits || !onlyRunes(s, "") || len(s) > 1 && s[0] == '0' {
		return 0, false
	}
	n, err := strconv.Atoi(s)
	return n, err == nil
}

// entryPath is the instance path of an entry.
func entryPath(group string, index int) string { return group + "[" + strconv.Itoa(index) + "]" }

// indexIn returns the number of the entry of the group that the path is in.
func indexIn(path, group string) (int, bool) {
	if len(path) <= len(group) || path[len(group)] != '[' || path[:len(group)] != group {
		return 0, false
	}
	number, _, ok := strings.Cut(path[len(group)+1:], "]")
	i, isIndex := parseIndex(number)
	return i, ok && isIndex
}
