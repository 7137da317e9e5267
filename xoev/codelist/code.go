package codelist

import (
	"log/slog"
	"strings"
)

// Code is a value of a code list as messages carry it. Which list and version
// apply may be fixed by the schema, so that ListURI and ListVersionID can be
// empty. What a code says about a person is personal data: [Code.LogValue]
// leaves it out.
//
// Source: XÖV-Code 1.0 (xoev-code.xsd), Code.
type Code struct {
	// Code is the value, an xs:token; leading zeros matter.
	Code string
	// Name is the optional description; most code types do not allow it.
	Name string
	// ListURI is the kennung of the list without version.
	ListURI string
	// ListVersionID is its version, any string ("3", "2022-08-01").
	ListVersionID string
}

// Normalized returns the code as a schema processor sees it: white space in
// Code (xs:token) and ListURI (xs:anyURI) collapsed, white space in Name and
// ListVersionID (xs:normalizedString) replaced by spaces. It allocates only
// where something changes. Source: XML Schema 1.0 Part 2, section 4.3.6.
func (c Code) Normalized() Code {
	c.Code, c.ListURI = collapse(c.Code), collapse(c.ListURI)
	c.Name, c.ListVersionID = replaceSpace(c.Name), replaceSpace(c.ListVersionID)
	return c
}

// LogValue gives the list and its version, never the code and its name.
func (c Code) LogValue() slog.Value {
	return slog.GroupValue(slog.String("listURI", c.ListURI), slog.String("listVersionID", c.ListVersionID))
}

func isSpace(b byte) bool { return b == ' ' || b == '\t' || b == '\n' || b == '\r' }

// collapse does the white space collapsing of XML Schema, which knows four
// white space characters.
func collapse(s string) string {
	space := true // as if behind a space
	for i := range len(s) {
		if isSpace(s[i]) && (space || s[i] != ' ') {
			return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r < 0x80 && isSpace(byte(r)) }), " ")
		}
		space = isSpace(s[i])
	}
	if s != "" && space {
		return s[:len(s)-1]
	}
	return s
}

func replaceSpace(s string) string {
	if !strings.ContainsAny(s, "\t\n\r") {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r < 0x80 && isSpace(byte(r)) {
			return ' '
		}
		return r
	}, s)
}
