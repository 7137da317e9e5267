package rule

import (
	"strconv"
	"strings"
)

// String writes the literal as it stands in a rule. What is shown of a rule
// comes from the form, never from an answer.
func (v Value) String() string {
	switch v.kind {
	case KindText, KindTime:
		return strconv.Quote(v.text)
	case KindNumber, KindDate:
		return v.text
	case KindBool:
		if v.text == "true" {
			return "ja"
		}
		return "nein"
	case KindList:
		return "{" + strings.Join(v.list, ", ") + "}"
	case KindOther:
		return "(Datei)"
	}
	if v.bad {
		return "(kein Wert: " + strconv.Quote(v.text) + ")"
	}
	return "(nichts)"
}

func text(e Expr) string {
	if e == nil {
		return "(nichts)"
	}
	return e.String()
}

func (f field) String() string {
	if f.path == "" {
		return "(kein Pfad)"
	}
	return f.path
}

func (today) String() string      { return "heute" }
func (a answered) String() string { return a.path + " ist ausgefüllt" }
func (c count) String() string    { return "Anzahl(" + c.path + ")" }
func (u sum) String() string      { return "Summe(" + u.path + ")" }
func (c compare) String() string  { return text(c.a) + " " + c.op + " " + text(c.b) }

func (c constant) String() string {
	if c {
		return "immer"
	}
	return "nie"
}

func (n not) String() string {
	if a, ok := n.c.(answered); ok {
		return a.path + " ist leer"
	}
	return "nicht (" + text(n.c) + ")"
}

func (c in) String() string    { return text(c.a) + " aus " + set(c.values) }
func (c notIn) String() string { return text(c.a) + " nicht aus " + set(c.values) }

func set(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = strconv.Quote(v)
	}
	return "{" + strings.Join(quoted, ", ") + "}"
}

func (j junction) String() string {
	if len(j.cs) == 0 {
		return constant(j.all).String()
	}
	parts := make([]string, len(j.cs))
	for i, c := range j.cs {
		parts[i] = text(c)
		if inner, ok := c.(junction); ok && len(inner.cs) > 1 && len(j.cs) > 1 {
			parts[i] = "(" + parts[i] + ")"
		}
	}
	return joined(parts, j.word)
}

func (q quantified) String() string {
	word := "ein "
	if q.all {
		word = "jedes "
	}
	return word + q.group + ": (" + text(q.c) + ")"
}

func (c countIf) String() string { return "Anzahl(" + c.group + ": " + text(c.c) + ")" }

func (a arithmetic) String() string { return "(" + text(a.a) + " " + a.op + " " + text(a.b) + ")" }

func (h shift) String() string {
	sign, n := "+", h.n
	if n < 0 {
		sign, n = "-", -n
	}
	return "(" + text(h.a) + " " + sign + " " + strconv.Itoa(n) + " " + h.unit + ")"
}

func (b between) String() string {
	return b.unit + "(" + text(b.a) + " bis " + text(b.b) + ")"
}

func (Value) walk(func(Reference))              {}
func (today) walk(func(Reference))              {}
func (constant) walk(func(Reference))           {}
func (f field) walk(visit func(Reference))      { visit(Reference{Path: f.path}) }
func (a answered) walk(visit func(Reference))   { visit(Reference{Path: a.path}) }
func (c count) walk(visit func(Reference))      { visit(Reference{c.path, true}) }
func (u sum) walk(visit func(Reference))        { visit(Reference{Path: u.path}) }
func (n not) walk(visit func(Reference))        { walk(n.c, visit) }
func (c compare) walk(visit func(Reference))    { walk(c.a, visit); walk(c.b, visit) }
func (c in) walk(visit func(Reference))         { walk(c.a, visit) }
func (a arithmetic) walk(visit func(Reference)) { walk(a.a, visit); walk(a.b, visit) }
func (b between) walk(visit func(Reference))    { walk(b.a, visit); walk(b.b, visit) }
func (h shift) walk(visit func(Reference))      { walk(h.a, visit) }
func (q quantified) walk(visit func(Reference)) { visit(Reference{q.group, true}); walk(q.c, visit) }
func (c countIf) walk(visit func(Reference))    { visit(Reference{c.group, true}); walk(c.c, visit) }
func (j junction) walk(visit func(Reference)) {
	for _, c := range j.cs {
		walk(c, visit)
	}
}

func walk(e Expr, visit func(Reference)) {
	if e != nil {
		e.walk(visit)
	}
}
