package datenschema

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

const nsXSD = "http://www.w3.org/2001/XMLSchema"

// Names of the types for dates and times; ids of FIM begin with a capital
// letter and digits.
const (
	typeDate     = "Typ.Datum"
	typeTime     = "Typ.Uhrzeit"
	typeDateTime = "Typ.Zeitpunkt"
)

// WriteXSD writes the XML Schema (1.0) of the documents: one element for the
// whole, named types for groups and fields. The same schema gives the same bytes.
func (s *Schema) WriteXSD(w io.Writer) error {
	x := &xsdWriter{w: bufio.NewWriter(w), s: s}
	x.line(`<?xml version="1.0" encoding="UTF-8"?>`)
	x.line(`<xs:schema xmlns:xs="%s" xmlns="%s" targetNamespace="%s" elementFormDefault="qualified" attributeFormDefault="unqualified">`,
		nsXSD, attribute(s.namespace), attribute(s.namespace))
	x.depth++
	x.line(`<xs:element name="%s">`, s.root)
	x.depth++
	x.documentation(s.top.title)
	x.line(`<xs:complexType>`)
	x.depth++
	x.content(s.top)
	for _, name := range s.attributes {
		x.line(`<xs:attribute name="%s" type="xs:string"/>`, attribute(name))
	}
	x.close("complexType")
	x.close("element")
	kinds := map[kind]bool{}
	for _, n := range s.nodes {
		x.node(n)
		if n.field != nil {
			kinds[n.field.kind] = true
		}
	}
	x.dates(kinds)
	x.close("schema")
	if err := x.w.Flush(); err != nil {
		return fmt.Errorf("datenschema: writing the XML Schema: %w", err)
	}
	return nil
}

type xsdWriter struct {
	w     *bufio.Writer // keeps its first error
	s     *Schema
	depth int
}

func (x *xsdWriter) line(format string, args ...any) {
	for range x.depth {
		x.w.WriteString("  ")
	}
	fmt.Fprintf(x.w, format, args...)
	x.w.WriteByte('\n')
}

func (x *xsdWriter) close(name string) {
	x.depth--
	x.line("</xs:%s>", name)
}

func (x *xsdWriter) documentation(text string) {
	if x.s.annotations && text != "" {
		x.line(`<xs:annotation><xs:documentation xml:lang="de">%s</xs:documentation></xs:annotation>`, attribute(text))
	}
}

func (x *xsdWriter) node(n *node) {
	if n.field != nil {
		x.line(`<xs:simpleType name="%s">`, n.def)
		x.depth++
		x.documentation(n.title)
		x.field(n.field)
		x.close("simpleType")
		return
	}
	x.line(`<xs:complexType name="%s">`, n.def)
	x.depth++
	x.documentation(n.title)
	x.content(n)
	x.close("complexType")
}

// maxOccurs is the greatest that libxml2 reads without refusing the whole schema;
// beyond it, and beyond any document of 64 MiB, there is no limit.
const maxOccurs = 999999999

func (x *xsdWriter) content(n *node) {
	model := "sequence"
	if n.choice && len(n.parts) > 0 {
		model = "choice"
	}
	if len(n.parts) == 0 {
		x.line(`<xs:sequence/>`)
		return
	}
	x.line("<xs:%s>", model)
	x.depth++
	for _, p := range n.parts {
		occurs := ""
		if p.min != 1 {
			occurs = ` minOccurs="` + strconv.Itoa(p.min) + `"`
		}
		switch {
		case p.max == 1:
		case p.max < 0 || p.max > maxOccurs && p.min <= maxOccurs:
			occurs += ` maxOccurs="unbounded"`
		default:
			occurs += ` maxOccurs="` + strconv.Itoa(p.max) + `"`
		}
		x.line(`<xs:element name="%s" type="%s"%s/>`, p.name, p.def, occurs)
	}
	x.close(model)
}

func (x *xsdWriter) field(t *fieldType) {
	base := map[kind]string{kindDate: typeDate, kindTime: typeTime, kindDateTime: typeDateTime}[t.kind]
	if base == "" {
		base = t.kind.String()
	}
	x.line(`<xs:restriction base="%s">`, base)
	x.depth++
	for _, c := range t.codes {
		if x.s.annotations && c.name != "" {
			x.line(`<xs:enumeration value="%s"><xs:annotation><xs:documentation xml:lang="de">%s</xs:documentation></xs:annotation></xs:enumeration>`,
				attribute(c.value), attribute(c.name))
			continue
		}
		x.line(`<xs:enumeration value="%s"/>`, attribute(c.value))
	}
	if t.minLength > 0 {
		x.line(`<xs:minLength value="%d"/>`, t.minLength)
	}
	if t.maxLength >= 0 {
		x.line(`<xs:maxLength value="%d"/>`, t.maxLength)
	}
	if t.minValue != "" {
		x.line(`<xs:minInclusive value="%s"/>`, t.minValue)
	}
	if t.maxValue != "" {
		x.line(`<xs:maxInclusive value="%s"/>`, t.maxValue)
	}
	if t.pattern != nil {
		x.line(`<xs:pattern value="%s"/>`, attribute(t.pattern.XSD))
	}
	x.close("restriction")
}

// dates writes the types of dates and times that are used.
func (x *xsdWriter) dates(used map[kind]bool) {
	for _, d := range []struct {
		kind          kind
		name, pattern string
	}{
		{kindDate, typeDate, formDate}, {kindTime, typeTime, formTime}, {kindDateTime, typeDateTime, formDateTime},
	} {
		if !used[d.kind] {
			continue
		}
		x.line(`<xs:simpleType name="%s">`, d.name)
		x.depth++
		x.line(`<xs:restriction base="%s"><xs:pattern value="%s"/></xs:restriction>`, d.kind, d.pattern)
		x.close("simpleType")
	}
}

// attribute escapes for an attribute or text.
func attribute(s string) string {
	s = strings.Map(func(r rune) rune { // what XML cannot hold
		if !isXML(string(r)) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\t", "&#9;", "\n", "&#10;", "\r", "&#13;").Replace(s)
}
