package c14n

import (
	"bytes"

	"github.com/bausteine/egov/xoev/xmlscan"
)

// AppendName appends a qualified name as it was written.
func AppendName(dst []byte, n xmlscan.Name) []byte {
	if n.Prefix != "" {
		dst = append(append(dst, n.Prefix...), ':')
	}
	return append(dst, n.Local...)
}

// appendText appends text with the escapes of Canonical XML 1.0, 2.3.
func appendText(dst, text []byte) []byte {
	if len(text) >= 64 && bytes.IndexByte(text, '&') < 0 && bytes.IndexByte(text, '<') < 0 &&
		bytes.IndexByte(text, '>') < 0 && bytes.IndexByte(text, '\r') < 0 {
		return append(dst, text...)
	}
	from := 0
	for i, b := range text {
		if b > '>' {
			continue
		}
		var esc string
		switch b {
		case '&':
			esc = "&amp;"
		case '<':
			esc = "&lt;"
		case '>':
			esc = "&gt;"
		case '\r':
			esc = "&#xD;"
		default:
			continue
		}
		dst = append(append(dst, text[from:i]...), esc...)
		from = i + 1
	}
	return append(dst, text[from:]...)
}

// AppendAttr appends an attribute value with the escapes of Canonical XML 1.0, 2.3.
func AppendAttr[T string | []byte](dst []byte, value T) []byte {
	from := 0
	for i := 0; i < len(value); i++ {
		b := value[i]
		if b > '<' {
			continue
		}
		var esc string
		switch b {
		case '&':
			esc = "&amp;"
		case '<':
			esc = "&lt;"
		case '"':
			esc = "&quot;"
		case '\t':
			esc = "&#x9;"
		case '\n':
			esc = "&#xA;"
		case '\r':
			esc = "&#xD;"
		default:
			continue
		}
		dst = append(append(dst, value[from:i]...), esc...)
		from = i + 1
	}
	return append(dst, value[from:]...)
}
