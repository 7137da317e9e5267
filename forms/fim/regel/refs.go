package regel

import "strings"

var (
	nounsField = []string{"Feld", "Feldes", "Felds", "Felder", "Feldern", "Datenfeld", "Datenfeldes", "Datenfelds", "Datenfelder", "Datenfeldern"}
	nounsGroup = []string{"Gruppe", "Gruppen", "Feldgruppe", "Feldgruppen", "Datenfeldgruppe", "Datenfeldgruppen"}
)

// refs reads a list of elements: "A", "A und B", "A, B oder C". join is "und",
// "oder", or "" for a single one and for a list with commas only.
func (p *parser) refs() (list []ref, join string, ok bool) {
	r, ok := p.ref()
	if !ok {
		return nil, "", false
	}
	list = append(list, r)
	for {
		_, sep := p.take(comma)
		last := p.peek()
		joined := p.word("und", "oder", "sowie", "bzw")
		if !sep && !joined {
			return list, join, true
		}
		if joined {
			if join = strings.ToLower(last.text); join == "sowie" {
				join = "und"
			}
			if join == "bzw" {
				return nil, "", false
			}
		}
		if r, ok = p.ref(); !ok {
			return nil, "", false
		}
		list = append(list, r)
		if joined {
			return list, join, true
		}
	}
}

// ref reads an element: its id, with article, noun and quoted name where they
// stand, or id and name within quotation marks.
func (p *parser) ref() (ref, bool) {
	r, ok := p.bareRef()
	if !ok || r.name != "" {
		return r, ok
	}
	if q, ok := p.take(quoted); ok {
		if q.text == "" {
			return ref{}, false
		}
		r.name = q.text
	}
	return r, true
}

// bareRef reads an element without a name behind the id.
func (p *parser) bareRef() (ref, bool) {
	p.word("der", "die", "das", "dem", "den")
	field, group := p.word(nounsField...), false
	if !field {
		group = p.word(nounsGroup...)
	}
	var r ref
	if t, ok := p.take(elementI); ok {
		r.id = t.text
	} else if t, ok := p.take(quoted); ok {
		id, name, _ := strings.Cut(t.text, " ")
		if !isID(id) || name == "" {
			return ref{}, false
		}
		r = ref{id, name}
	} else {
		return ref{}, false
	}
	if field && r.id[0] != 'F' || group && r.id[0] != 'G' {
		return ref{}, false
	}
	return r, true
}

// condition reads comparisons, joined all by "und" or all by "oder": what both
// together mean depends on brackets that nobody writes. Several values of one
// field ("= 001 oder 002") are joined by "oder" too.
func (p *parser) condition() (condition, bool) {
	var list []condition
	join := ""
	for {
		c, ok := p.atom()
		if !ok || len(c.subs) > 0 && join == "und" {
			return condition{}, false
		}
		if list = append(list, c); len(c.subs) > 0 {
			list, join = append(list[:len(list)-1], c.subs...), "oder"
		}
		w := strings.ToLower(p.peek().text)
		if !p.word("und", "oder") {
			break
		}
		if join != "" && join != w {
			return condition{}, false
		}
		join = w
	}
	if len(list) == 1 {
		return list[0], true
	}
	return condition{or: join == "oder", subs: list}, true
}

// atom reads one comparison.
func (p *parser) atom() (condition, bool) {
	start := p.at
	for _, form := range []func() (condition, bool){p.compared, p.chosen, p.filledIn} {
		p.at = start
		if c, ok := form(); ok {
			return c, true
		}
	}
	return condition{}, false
}

// compared reads "im Feld F… "…" Auswahl <> 001 = "liegt vor"".
func (p *parser) compared() (condition, bool) {
	p.word("im", "in", "bei")
	r, ok := p.ref()
	if !ok {
		return condition{}, false
	}
	p.oneOf("die Auswahl", "der Wert", "Auswahl")
	isBefore := p.word("ist")
	op, ok := p.operator()
	if !ok {
		return condition{}, false
	}
	v, ok := p.value()
	if !ok {
		return condition{}, false
	}
	c := condition{field: r, how: compare, op: op, value: v}
	if op == "=" {
		if c, ok = p.moreValues(c); !ok {
			return condition{}, false
		}
	}
	if !isBefore {
		p.oneOf("ist", "ausgewählt ist", "ausgewählt wird", "ausgewählt wurde", "gewählt wird", "gewählt wurde", "angegeben wird", "angegeben wurde")
	}
	return c, true
}

// moreValues reads the rest of "001, 002 oder 003".
func (p *parser) moreValues(first condition) (condition, bool) {
	list := []condition{first}
	last := false
	for !last {
		start := p.at
		_, sep := p.take(comma)
		last = p.word("oder")
		if !sep && !last {
			break
		}
		v, ok := p.value()
		if !ok { // what follows is no value
			p.at, last = start, false
			break
		}
		next := first
		next.value = v
		list = append(list, next)
	}
	if len(list) == 1 {
		return first, true
	}
	return condition{or: true, subs: list}, last
}

func (p *parser) operator() (string, bool) {
	equal, unequal := p.word("gleich"), false
	if !equal {
		unequal = p.word("ungleich")
	}
	t, ok := p.take(operator)
	switch {
	case equal:
		return "=", !ok || t.text == "="
	case unequal:
		return "<>", !ok || t.text == "<>"
	}
	return t.text, ok
}

// value reads a code, a name in quotation marks, or both: 001, "liegt vor",
// 001 "liegt vor", 001="liegt vor", "001 liegt vor".
func (p *parser) value() (value, bool) {
	p.word("Auswahl")
	if p.peek().is("wahr", "falsch", "ja", "nein") {
		p.at++
		return value{name: strings.ToLower(p.tokens[p.at-1].text)}, true
	}
	if t, ok := p.take(number); ok {
		v := value{code: t.text}
		equal, sign := p.take(operator)
		if sign && equal.text != "=" {
			return value{}, false
		}
		q, named := p.take(quoted)
		v.name = q.text
		return v, named == (v.name != "") && (named || !sign)
	}
	q, ok := p.take(quoted)
	return value{name: q.text}, ok && q.text != ""
}

// chosen reads "bei F… "02 Verlängerung" angegeben wird" and "F… bejaht wurde".
func (p *parser) chosen() (condition, bool) {
	p.word("im", "in", "bei")
	r, ok := p.bareRef()
	if !ok {
		return condition{}, false
	}
	first, one := p.take(quoted)
	second, two := p.take(quoted)
	if two { // name and value
		if r.name != "" {
			return condition{}, false
		}
		r.name, first = first.text, second
	}
	if one && first.text != "" && p.word("angegeben", "ausgewählt", "gewählt") && p.word("wird", "wurde", "ist") {
		return condition{field: r, how: compare, op: "=", value: value{name: first.text}, beside: r.name == ""}, true
	}
	return condition{}, false
}

// filledIn reads "F… bejaht wurde", "F… nicht leer", "F… befüllt ist".
func (p *parser) filledIn() (condition, bool) {
	p.word("im", "in", "bei")
	r, ok := p.ref()
	if !ok {
		return condition{}, false
	}
	c := condition{field: r, how: answered}
	passive := func() bool { return p.word("wurde", "wird", "ist") }
	switch {
	case p.word("bejaht"):
		c.how, c.op, c.value.name = compare, "=", "wahr"
		return c, passive()
	case p.word("verneint"):
		c.how, c.op, c.value.name = compare, "=", "falsch"
		return c, passive()
	case p.word("befüllt", "ausgefüllt", "angegeben"):
		return c, passive()
	case p.words("nicht leer"), p.words("ist nicht leer"):
		p.word("ist")
		return c, true
	case p.word("leer"), p.words("ist leer"):
		p.word("ist")
		c.how = empty
		return c, true
	}
	return condition{}, false
}
