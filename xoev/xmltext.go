package xoev

import "github.com/bausteine/egov/xoev/xmlscan"

// xmlWriter is bytes.Buffer or strings.Builder: writing does not fail.
type xmlWriter interface {
	WriteString(string) (int, error)
	WriteByte(byte) error
}

func writeName(w xmlWriter, name xmlscan.Name) {
	if name.Prefix != "" {
		_, _ = w.WriteString(name.Prefix)
		_ = w.WriteByte(':')
	}
	_, _ = w.WriteString(name.Local)
}

func writeDecl(w xmlWriter, d xmlscan.NSDecl) {
	if d.Prefix == "" {
		_, _ = w.WriteString(` xmlns="`)
	} else {
		_, _ = w.WriteString(" xmlns:" + d.Prefix + `="`)
	}
	escape(w, d.URI, true)
	_ = w.WriteByte('"')
}

func writeAttr(w xmlWriter, name xmlscan.Name, value string) {
	_ = w.WriteByte(' ')
	writeName(w, name)
	_, _ = w.WriteString(`="`)
	escape(w, value, true)
	_ = w.WriteByte('"')
}

func writeAttrs(w xmlWriter, attrs []xmlscan.Attr) {
	for i := range attrs {
		writeAttr(w, attrs[i].Name, string(attrs[i].Value))
	}
}

// escape writes character data or an attribute value so that a parser gets
// exactly s back: white space that parsers would normalise becomes a reference.
func escape(w xmlWriter, s string, attribute bool) {
	last := 0
	for i := 0; i < len(s); i++ {
		ref := ""
		switch s[i] {
		case '&':
			ref = "&amp;"
		case '<':
			ref = "&lt;"
		case '>':
			ref = "&gt;"
		case '\r':
			ref = "&#xD;"
		case '"':
			if attribute {
				ref = "&quot;"
			}
		case '\t':
			if attribute {
				ref = "&#x9;"
			}
		case '\n':
			if attribute {
				ref = "&#xA;"
			}
		}
		if ref != "" {
			_, _ = w.WriteString(s[last:i])
			_, _ = w.WriteString(ref)
			last = i + 1
		}
	}
	_, _ = w.WriteString(s[last:])
}
