package regel

import "strings"

// tokens takes the text apart, unless there is nothing, or too much of it.
func tokens(text string) ([]token, *Open) {
	n := 0
	for range text {
		n++
	}
	if n > MaxRunes {
		return nil, &Open{Code: CodeLength}
	}
	t := lex(text)
	if len(t) == 0 {
		return nil, &Open{Code: CodeEmpty}
	}
	return t, nil
}

// whyNot names what keeps a text from having a known shape, as far as single
// words tell.
func whyNot(tokens []token) string {
	var and, or, not, shown bool
	sentences := 1
	for i, t := range tokens {
		and = and || t.is("und")
		or = or || t.is("oder")
		not = not || t.is("nicht", "kein", "keine", "keinen", "keiner", "ohne", "außer", "weder", "sonst", "ansonsten")
		shown = shown || t.is("erscheint", "erscheinen", "anzuzeigen", "angezeigt", "einzublenden", "eingeblendet", "aktiviere", "zeige")
		if t.kind == period && i < len(tokens)-1 {
			sentences++
		}
	}
	switch {
	case sentences > 1:
		return CodeSentences
	case not:
		return CodeNegation
	case shown:
		return CodeElse
	case and && or:
		return CodeMixed
	}
	return CodeShape
}

// reading says what the sentences were read as.
func (b *binder) reading() []string {
	var out []string
	for _, s := range b.bound {
		names := make([]string, len(s.targets))
		for i, t := range s.targets {
			names[i] = t.words()
		}
		list := strings.Join(names, ", ")
		switch s.what {
		case exactlyOne:
			out = append(out, "Genau eines davon ist auszufüllen: "+list+".")
		case atLeastOne:
			if s.value != nil {
				out = append(out, "Mindestens eines davon hat den Wert "+s.value.words+": "+list+".")
			} else {
				out = append(out, "Mindestens eines davon ist auszufüllen: "+list+".")
			}
		case countOf:
			out = append(out, list+" kommt so oft vor, wie "+s.number.words()+" angibt.")
		case onlyIf:
			out = append(out, "Nur gefragt, wenn "+s.wenn.words()+": "+list+".")
		case hideIf:
			out = append(out, "Nicht gefragt, wenn "+s.wenn.words()+": "+list+".")
		case requireIf:
			out = append(out, "Pflicht, wenn "+s.wenn.words()+": "+list+".")
		}
	}
	return out
}

func (e *Element) words() string { return e.ID + " „" + e.Label + "“" }

func (c *boundCondition) words() string {
	if len(c.subs) > 0 {
		join := " und "
		if c.or {
			join = " oder "
		}
		parts := make([]string, len(c.subs))
		for i := range c.subs {
			parts[i] = c.subs[i].words()
		}
		return strings.Join(parts, join)
	}
	switch c.how {
	case answered:
		return c.field.words() + " ausgefüllt ist"
	case empty:
		return c.field.words() + " leer ist"
	}
	return c.field.words() + " " + c.op + " " + c.value.words
}
