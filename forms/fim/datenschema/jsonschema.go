package datenschema

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// WriteJSONSchema writes the JSON Schema (2020-12) of the documents in JSON:
// the data schema is an object, a group is an object, what may occur more than
// once is an array. The same schema gives the same bytes.
func (s *Schema) WriteJSONSchema(w io.Writer) error {
	doc := object{
		{"$schema", "https://json-schema.org/draft/2020-12/schema"},
		{"$id", s.root + ".schema.json"},
	}
	if s.annotations && s.top.title != "" {
		doc = append(doc, member{"title", s.top.title})
	}
	doc = append(doc, s.objectOf(s.top)...)
	defs := object{}
	for _, n := range s.nodes {
		def := object{}
		if s.annotations && n.title != "" {
			def = append(def, member{"title", n.title})
		}
		if n.field != nil {
			def = append(def, s.schemaOf(n.field)...)
		} else {
			def = append(def, s.objectOf(n)...)
		}
		defs = append(defs, member{n.def, def})
	}
	if len(defs) > 0 {
		doc = append(doc, member{"$defs", defs})
	}
	b := bufio.NewWriter(w)
	j := jsonWriter{w: b}
	j.value(doc, 0)
	b.WriteByte('\n')
	if j.err == nil {
		j.err = b.Flush()
	}
	if j.err != nil {
		return fmt.Errorf("datenschema: writing the JSON Schema: %w", j.err)
	}
	return nil
}

// objectOf describes a group. Of a choice exactly one key must be there.
func (s *Schema) objectOf(n *node) object {
	properties, required, one := object{}, []any{}, []any{}
	for _, p := range n.parts {
		ref := object{{"$ref", "#/$defs/" + p.def}}
		if p.many() {
			ref = object{{"type", "array"}, {"items", ref}}
			if p.min > 0 {
				ref = append(ref, member{"minItems", p.min})
			}
			if p.max >= 0 {
				ref = append(ref, member{"maxItems", p.max})
			}
		}
		properties = append(properties, member{p.name, ref})
		if p.min > 0 {
			required = append(required, p.name)
		}
		one = append(one, object{{"required", []any{p.name}}})
	}
	o := object{{"type", "object"}, {"properties", properties}, {"additionalProperties", false}}
	switch {
	case n.choice && len(one) > 0:
		o = append(o, member{"oneOf", one})
	case len(required) > 0:
		o = append(o, member{"required", required})
	}
	return o
}

// schemaOf describes a field.
func (s *Schema) schemaOf(t *fieldType) object {
	o := object{{"type", (&node{field: t}).jsonType()}}
	switch t.kind {
	case kindBool:
		return o
	case kindNumber, kindInteger:
		if t.minValue != "" {
			o = append(o, member{"minimum", json.Number(t.minValue)})
		}
		if t.maxValue != "" {
			o = append(o, member{"maximum", json.Number(t.maxValue)})
		}
		return o
	}
	if len(t.codes) > 0 {
		return append(o, s.codesOf(t.codes))
	}
	if t.minLength > 0 {
		o = append(o, member{"minLength", t.minLength})
	}
	if t.maxLength >= 0 {
		o = append(o, member{"maxLength", t.maxLength})
	}
	if t.kind == kindDate {
		o = append(o, member{"format", "date"})
	}
	switch patterns := t.patterns(); {
	case len(patterns) == 1:
		o = append(o, member{"pattern", patterns[0]})
	case len(patterns) > 1:
		var all []any
		for _, p := range patterns {
			all = append(all, object{{"pattern", p}})
		}
		o = append(o, member{"allOf", all})
	}
	return o
}

// patterns are those that JSON has for a text: the form of dates and times, the
// limits of dates, which compare like text, and the pattern of the field.
func (t *fieldType) patterns() (list []string) {
	if form := map[kind]string{kindDate: formDate, kindTime: formTime, kindDateTime: formDateTime}[t.kind]; form != "" {
		list = append(list, "^(?:"+form+")$")
	}
	if t.kind == kindDate && t.minValue != "" {
		list = append(list, limitPattern(t.minValue, func(d byte) string { return digitRange(d+1, '9') }))
	}
	if t.kind == kindDate && t.maxValue != "" {
		list = append(list, limitPattern(t.maxValue, func(d byte) string { return digitRange('0', d-1) }))
	}
	if t.pattern != nil {
		list = append(list, t.pattern.JSON)
	}
	return list
}

// limitPattern matches a date and those beyond it: they begin alike, have at one
// place one of the digits beyond, and then any.
func limitPattern(date string, beyond func(digit byte) string) string {
	alternatives := []string{date}
	for i := range len(date) {
		if digits := beyond(date[i]); date[i] != '-' && digits != "" {
			any := strings.Map(func(r rune) rune {
				if r == '-' {
					return r
				}
				return '.'
			}, date[i+1:])
			alternatives = append(alternatives, date[:i]+digits+any)
		}
	}
	return "^(?:" + strings.Join(alternatives, "|") + ")$"
}

// digitRange is a class of digits, empty if there are none.
func digitRange(low, high byte) string {
	if low < '0' || high > '9' || low > high {
		return ""
	}
	return "[" + string(low) + "-" + string(high) + "]"
}

// codesOf lists codes, with their names where there are any.
func (s *Schema) codesOf(codes []code) member {
	var values, described []any
	names := false
	for _, c := range codes {
		values = append(values, c.value)
		entry := object{{"const", c.value}}
		if c.name != "" {
			names = true
			entry = append(entry, member{"description", c.name})
		}
		described = append(described, entry)
	}
	if names && s.annotations {
		return member{"oneOf", described}
	}
	return member{"enum", values}
}

// object is a JSON object whose keys keep their order.
type object []member

type member struct {
	key   string
	value any
}

type jsonWriter struct {
	w   *bufio.Writer
	err error
}

func (j *jsonWriter) value(v any, depth int) {
	switch v := v.(type) {
	case object:
		if len(v) == 0 {
			j.w.WriteString("{}")
			return
		}
		j.w.WriteString("{")
		for i, m := range v {
			j.comma(i, depth+1)
			j.value(m.key, 0)
			j.w.WriteString(": ")
			j.value(m.value, depth+1)
		}
		j.end("}", depth)
	case []any:
		if len(v) == 0 {
			j.w.WriteString("[]")
			return
		}
		j.w.WriteString("[")
		for i, e := range v {
			j.comma(i, depth+1)
			j.value(e, depth+1)
		}
		j.end("]", depth)
	default:
		var b strings.Builder
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if err := e.Encode(v); err != nil && j.err == nil {
			j.err = err
		}
		j.w.WriteString(strings.TrimSuffix(b.String(), "\n"))
	}
}

func (j *jsonWriter) comma(i, depth int) {
	if i > 0 {
		j.w.WriteByte(',')
	}
	j.w.WriteString("\n" + strings.Repeat("  ", depth))
}

func (j *jsonWriter) end(bracket string, depth int) {
	j.w.WriteString("\n" + strings.Repeat("  ", depth) + bracket)
}
