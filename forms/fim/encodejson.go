package fim

import (
	"encoding/json"
	"io"
	"strings"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/fim/datenschema"
)

// EncodeJSON writes the answers as FIM data in JSON: an object for the whole and
// each group, keys by FIM id and version, an array for what may occur more than
// once. It fails as [Encode] does, and if there is a Header. What may occur more
// than once is known from EncodeOptions.Schema; without it those are groups with
// more than one entry, and multiple choices.
func EncodeJSON(w io.Writer, form *forms.Form, answers forms.Answers, o *EncodeOptions) error {
	e, root, err := newEncoder(form, answers, o)
	if err != nil {
		return err
	}
	if e.o.Header != (Header{}) {
		return &EncodeError{Code: CodeHeader}
	}
	if err := e.object(root, nil, 0); err != nil {
		return err
	}
	e.buf.WriteByte('\n')
	return e.finish(w, (*datenschema.Schema).CheckJSON)
}

// object writes the members of a group.
func (e *encoder) object(n *node, x indices, depth int) error {
	e.buf.WriteByte('{')
	first := true
	for _, c := range n.children {
		literals, err := e.literals(c, x)
		if err != nil {
			return err
		}
		places := e.occurrences(c, x)
		if len(places) == 0 {
			continue
		}
		if !first {
			e.buf.WriteByte(',')
		}
		first = false
		e.newline(depth + 1)
		e.quote(c.name)
		e.buf.WriteString(": ")
		if c.field != nil {
			e.list(c, literals, depth+1)
			continue
		}
		if err := e.objects(c, places, depth+1); err != nil {
			return err
		}
	}
	if !first {
		e.newline(depth)
	}
	e.buf.WriteByte('}')
	return nil
}

// objects writes the occurrences of a group.
func (e *encoder) objects(n *node, places []indices, depth int) error {
	if !n.many && len(places) == 1 {
		return e.object(n, places[0], depth)
	}
	e.buf.WriteByte('[')
	for i, place := range places {
		if i > 0 {
			e.buf.WriteByte(',')
		}
		e.newline(depth + 1)
		if err := e.object(n, place, depth+1); err != nil {
			return err
		}
	}
	e.newline(depth)
	e.buf.WriteByte(']')
	return nil
}

// literals are the values of a field at all its places, as JSON; none of a group.
func (e *encoder) literals(n *node, x indices) (list []string, err error) {
	if n.field == nil {
		return nil, nil
	}
	for _, place := range e.occurrences(n, x) {
		values, err := e.values(n.field, place.path(n.field.Path))
		if err != nil {
			return nil, err
		}
		list = append(list, values...)
	}
	return list, nil
}

// list writes the values of a field.
func (e *encoder) list(n *node, values []string, depth int) {
	if !n.many && len(values) == 1 {
		e.literal(n, values[0])
		return
	}
	e.buf.WriteByte('[')
	for i, v := range values {
		if i > 0 {
			e.buf.WriteByte(',')
		}
		e.newline(depth + 1)
		e.literal(n, v)
	}
	e.newline(depth)
	e.buf.WriteByte(']')
}

// literal writes a value in its type. What is not of the type is written as text,
// which the check against the data schema then refuses.
func (e *encoder) literal(n *node, v string) {
	if n.typ != "string" && json.Valid([]byte(v)) {
		e.buf.WriteString(v)
		return
	}
	e.quote(v)
}

func (e *encoder) quote(s string) {
	enc := json.NewEncoder(&e.buf)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(s) // a text in memory
	e.buf.Truncate(e.buf.Len() - 1)
}

func (e *encoder) newline(depth int) { e.buf.WriteString("\n" + strings.Repeat("  ", depth)) }
