package forms

import (
	"strconv"
	"strings"

	"github.com/bausteine/egov/forms/ids"
)

func displayIdentifier(tag, s string) string {
	if kind, ok := ids.KindOf(tag); ok {
		return kind.Format(s)
	}
	return s
}

// formatSize writes bytes with a decimal comma: "1,5 MB".
func formatSize(n int64) string {
	for _, unit := range []struct {
		size int64
		name string
	}{{1 << 20, " MB"}, {1 << 10, " KB"}} {
		if n >= unit.size {
			tenths := (n*10 + unit.size/2) / unit.size
			s := strconv.FormatInt(tenths/10, 10)
			if tenths%10 != 0 {
				s += "," + strconv.FormatInt(tenths%10, 10)
			}
			return s + unit.name
		}
	}
	return strconv.FormatInt(n, 10) + " Byte"
}

// formatTypes names media types by their usual file name ending.
func formatTypes(mediaTypes []string) string {
	names := make([]string, len(mediaTypes))
	for i, t := range mediaTypes {
		names[i] = t
		if endings := extensions[t]; endings != nil {
			names[i] = strings.ToUpper(endings[0])
		}
	}
	return strings.Join(names, ", ")
}
