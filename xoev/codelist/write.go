package codelist

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/bausteine/egov/xoev/xmlscan"
)

// WriteTo writes the list as a genericode 1.0 document in UTF-8 that is valid
// against the schema. The same list gives the same bytes, and reading them again
// gives an equal list: metadata is written as it was read, in its generation and
// with elements that this package does not know. A null is written as a Value
// without SimpleValue. Errors are those of w, wrapped.
func (l *List) WriteTo(w io.Writer) (int64, error) {
	out := &writer{w: w}
	l.write(out)
	out.flush()
	if out.err != nil {
		return out.n, fmt.Errorf("codelist: writing the list: %w", out.err)
	}
	return out.n, nil
}

const flushAt = 32 << 10

// writer collects XML and hands it on in pieces.
type writer struct {
	w      io.Writer
	b      []byte
	indent int
	n      int64
	err    error
}

func (w *writer) flush() {
	if w.err == nil && len(w.b) > 0 {
		n, err := w.w.Write(w.b)
		w.n += int64(n)
		if err == nil && n < len(w.b) {
			err = io.ErrShortWrite
		}
		w.err = err
	}
	w.b = w.b[:0]
}

func (w *writer) raw(s ...string) {
	for _, x := range s {
		w.b = append(w.b, x...)
	}
}

func (w *writer) line() {
	if len(w.b) > flushAt {
		w.flush()
	}
	for range w.indent {
		w.b = append(w.b, ' ', ' ')
	}
}

// attr is an attribute; those with an empty value and not always are left out.
type attr struct {
	name, value string
	always      bool
}

func (w *writer) tag(name string, attrs []attr) {
	w.line()
	w.raw("<", name)
	for _, a := range attrs {
		if a.value != "" || a.always {
			w.raw(" ", a.name, `="`)
			w.b = appendEscaped(w.b, a.value, true)
			w.b = append(w.b, '"')
		}
	}
}

// element writes an element that holds what body writes.
func (w *writer) element(name string, body func(), attrs ...attr) {
	w.tag(name, attrs)
	w.raw(">\n")
	w.indent++
	body()
	w.indent--
	w.line()
	w.raw("</", name, ">\n")
}

func (w *writer) empty(name string, attrs ...attr) {
	w.tag(name, attrs)
	w.raw("/>\n")
}

func (w *writer) text(name, text string, attrs ...attr) {
	w.tag(name, attrs)
	w.b = append(w.b, '>')
	w.b = appendEscaped(w.b, text, false)
	w.raw("</", name, ">\n")
}

func (w *writer) texts(name string, texts Texts) {
	for _, t := range texts {
		w.text(name, t.Value, attr{"Identifier", t.Identifier, false}, attr{"xml:lang", t.Lang, false})
	}
}

func appendEscaped(b []byte, s string, attribute bool) []byte {
	for i := range len(s) {
		switch c := s[i]; {
		case c == '&':
			b = append(b, "&amp;"...)
		case c == '<':
			b = append(b, "&lt;"...)
		case c == '>':
			b = append(b, "&gt;"...)
		case c == '\r', attribute && (c == '\n' || c == '\t'):
			b = append(b, "&#"...)
			b = append(strconv.AppendInt(b, int64(c), 10), ';')
		case c == '"' && attribute:
			b = append(b, "&quot;"...)
		default:
			b = append(b, c)
		}
	}
	return b
}

func escapeText(b *strings.Builder, s string) { b.Write(appendEscaped(nil, s, false)) }

func writeDeclaration(b *strings.Builder, d xmlscan.NSDecl) {
	b.WriteString(" xmlns")
	if d.Prefix != "" {
		b.WriteString(":" + d.Prefix)
	}
	b.WriteString(`="`)
	b.Write(appendEscaped(nil, d.URI, true))
	b.WriteByte('"')
}

func (l *List) write(w *writer) {
	k := &l.kept
	prefix, declared := k.rootPrefix()
	root := prefix + ":CodeList"
	w.raw(`<?xml version="1.0" encoding="UTF-8"?>`, "\n<", root)
	var b strings.Builder
	if !declared {
		writeDeclaration(&b, xmlscan.NSDecl{Prefix: prefix, URI: NSGenericode})
	}
	for _, d := range k.scope {
		writeDeclaration(&b, d)
	}
	w.raw(b.String())
	if k.base != "" {
		w.raw(` xml:base="`)
		w.b = appendEscaped(w.b, k.base, true)
		w.raw(`"`)
	}
	w.raw(">\n")
	w.indent++
	w.annotation(&k.annotation)
	w.identification(&l.meta)
	l.writeColumnSet(w)
	if !k.metadataOnly {
		l.writeRows(w)
	}
	w.indent--
	w.raw("</", root, ">\n")
}

// rootPrefix finds a prefix for the root element that no kept declaration
// contradicts; declared says that one of them binds it already.
func (k *kept) rootPrefix() (prefix string, declared bool) {
	bound := map[string]bool{}
	for _, d := range k.scope {
		if d.URI == NSGenericode {
			return d.Prefix, true
		}
		bound[d.Prefix] = true
	}
	if k.prefix != "" {
		return k.prefix, false
	}
	prefix = "gc"
	for i := 1; bound[prefix]; i++ {
		prefix = "gc" + strconv.Itoa(i)
	}
	return prefix, false
}

func (w *writer) annotation(a *annotation) {
	if !a.present {
		return
	}
	foreign := func(elements []string) func() {
		return func() {
			for _, e := range elements {
				w.line()
				w.raw(e, "\n")
			}
		}
	}
	w.element("Annotation", func() {
		for _, d := range a.descriptions {
			w.element("Description", foreign(d.elements), attr{"xml:lang", d.lang, false})
		}
		if a.hasAppInfo {
			w.element("AppInfo", foreign(a.appInfo))
		}
	})
}

func (w *writer) identification(m *Metadata) {
	w.element("Identification", func() {
		w.text("ShortName", m.ShortName, attr{"xml:lang", m.shortLang, false})
		w.texts("LongName", m.LongNames)
		w.text("Version", m.Version)
		w.text("CanonicalUri", m.CanonicalURI)
		w.text("CanonicalVersionUri", m.CanonicalVersionURI)
		for _, u := range m.LocationURIs {
			w.text("LocationUri", u)
		}
		for _, f := range m.AlternateFormats {
			w.text("AlternateFormatLocationUri", f.URI, attr{"MimeType", f.MIMEType, false})
		}
		a := &m.Agency
		if !a.present {
			return
		}
		w.element("Agency", func() {
			if a.ShortName != "" || a.shortLang != "" {
				w.text("ShortName", a.ShortName, attr{"xml:lang", a.shortLang, false})
			}
			w.texts("LongName", a.LongNames)
			w.texts("Identifier", a.Identifiers)
		})
	})
}

func (l *List) writeColumnSet(w *writer) {
	k := &l.kept
	w.element("ColumnSet", func() {
		for i := range l.columns {
			w.column(&l.columns[i])
		}
		for i := range l.keys {
			w.key(&l.keys[i])
		}
	}, attr{"DatatypeLibrary", k.library, false}, attr{"xml:base", k.columnSetBase, false})
}

// names writes what columns and keys have in common.
func (w *writer) names(k *keptColumn, short, shortLang string, long Texts) {
	w.annotation(&k.annotation)
	w.text("ShortName", short, attr{"xml:lang", shortLang, false})
	w.texts("LongName", long)
	if k.hasURI {
		w.text("CanonicalUri", k.uri)
	}
	if k.hasVersionURI {
		w.text("CanonicalVersionUri", k.versionURI)
	}
}

func (w *writer) column(c *Column) {
	use := "optional"
	if c.Required {
		use = "required"
	}
	w.element("Column", func() {
		w.names(&c.kept, c.ShortName, c.shortLang, c.LongNames)
		data := []attr{{"Type", c.Type, true}, {"DatatypeLibrary", c.DatatypeLibrary, false}, {"Lang", c.Lang, false}}
		if !c.kept.data.present && len(c.kept.facets) == 0 {
			w.empty("Data", data...)
			return
		}
		w.element("Data", func() {
			w.annotation(&c.kept.data)
			for _, f := range c.kept.facets {
				w.text("Parameter", f.value, attr{"ShortName", f.short, true}, attr{"LongName", f.long, f.hasLong})
			}
		}, data...)
	}, attr{"Id", c.ID, true}, attr{"Use", use, true})
}

func (w *writer) key(k *Key) {
	w.element("Key", func() {
		w.names(&k.kept, k.ShortName, k.shortLang, k.LongNames)
		for i, id := range k.Columns {
			ref := attr{"Ref", id, true}
			if i >= len(k.kept.refs) || !k.kept.refs[i].present {
				w.empty("ColumnRef", ref)
				continue
			}
			w.element("ColumnRef", func() { w.annotation(&k.kept.refs[i]) }, ref)
		}
	}, attr{"Id", k.ID, true})
}

func (l *List) writeRows(w *writer) {
	k, t := &l.kept, &l.table
	starts := make([]string, len(l.columns))
	for i := range l.columns {
		starts[i] = `<Value ColumnRef="` + string(appendEscaped(nil, l.columns[i].ID, true)) + `"`
	}
	w.element("SimpleCodeList", func() {
		w.annotation(&k.listAnnotation)
		for row := range t.rows {
			w.element("Row", func() {
				if a, ok := k.rows[row]; ok {
					w.annotation(&a)
				}
				for column := range l.columns {
					l.writeValue(w, starts[column], row, column)
				}
			})
		}
	})
}

func (l *List) writeValue(w *writer, start string, row, column int) {
	value, ok := l.table.at(row, column)
	a, annotated := l.kept.cells[row*len(l.columns)+column]
	w.line()
	w.raw(start)
	if !ok && !annotated {
		w.raw("/>\n")
		return
	}
	w.raw(">\n")
	w.indent++
	if annotated {
		w.annotation(&a)
	}
	if ok {
		w.text("SimpleValue", value)
	}
	w.indent--
	w.line()
	w.raw("</Value>\n")
}
