package xoev

// visitor takes the parts of a header in the order of its schema.
type visitor interface {
	open(el *element, index int) // a group begins; index is 1-based, 0 = the only one
	close()
	text(el *element, value string)
	code(el *element, c *Code)
	raw(x Extension)
	missing(el *element) // a choice for which the envelope has nothing
}

// walker goes through the table of a header and hands the values of an
// envelope to a visitor: the same way for checking and for writing.
type walker struct {
	at     cursor
	v      visitor
	kopf   *element
	spaces headerSpaces
	holder holder
	seen   []any // pointers to the fields that had a place
}

// holder are the Extensions of a part of the header, and which are through.
type holder struct {
	list []Extension
	used []bool
}

func newHolder(list *[]Extension) holder {
	if len(*list) == 0 {
		return holder{}
	}
	return holder{list: *list, used: make([]bool, len(*list))}
}

// walk goes through the header of env in form f and what follows it.
func (w *walker) walk(env *Envelope, f *form) {
	w.at, w.kopf = cursor{env: env}, f.kopf
	w.spaces = f.spaces(env.Root.Space)
	w.holder = newHolder(&env.Extensions)
	w.see(&env.Extensions)
	w.group(f.kopf, 0)
	for _, el := range f.after {
		w.element(el)
	}
}

func (w *walker) see(field any) { w.seen = append(w.seen, field) }

func (w *walker) element(el *element) {
	switch el.kind {
	case kindOpaque:
		w.opaque(el)
	case kindText:
		w.text(el)
	case kindCode:
		w.at.enter(el.id)
		w.see(w.at.code)
		if el.min > 0 || *w.at.code != (Code{}) {
			w.v.code(el, w.at.code)
		}
	default:
		w.groups(el)
	}
}

func (w *walker) groups(el *element) {
	if el.id == idErreichbarkeit {
		b := w.at.behoerde
		w.see(&b.Erreichbarkeit)
		for i := range b.Erreichbarkeit {
			w.at.erreichbarkeit = &b.Erreichbarkeit[i]
			w.group(el, i+1)
		}
		if len(b.Erreichbarkeit) < el.min {
			w.v.missing(el)
		}
		return
	}
	w.at.enter(el.id)
	if el.min > 0 || w.present(el) {
		w.group(el, 0)
	}
}

// group walks one group or choice.
func (w *walker) group(el *element, index int) {
	outer := w.holder
	w.at.enter(el.id)
	list := w.at.extensions(el.id)
	if list != nil {
		w.see(list)
		w.holder = newHolder(list)
	}
	w.v.open(el, index)
	if el.kind == kindChoice {
		w.choice(el)
	} else {
		for _, child := range el.children {
			w.element(child)
		}
	}
	if list != nil || el == w.kopf {
		w.rest()
	}
	w.v.close()
	w.holder = outer
}

// rest hands on what no declaration has claimed.
func (w *walker) rest() {
	for i, x := range w.holder.list {
		if !w.holder.used[i] {
			w.v.raw(x)
		}
	}
}

// opaque hands on the kept elements of a declared name.
func (w *walker) opaque(el *element) {
	n := 0
	for i, x := range w.holder.list {
		if !w.holder.used[i] && x.Name.Is(w.spaces[el.role], el.local) && (el.max == 0 || n < el.max) {
			w.holder.used[i] = true
			w.v.raw(x)
			n++
		}
	}
}

func (w *walker) text(el *element) {
	if list := w.at.aktenzeichen(el.id); list != nil {
		w.see(list)
		for _, value := range *list {
			w.v.text(el, value)
		}
		return
	}
	value := w.at.text(el.id)
	w.see(value)
	if el.min > 0 || *value != "" {
		w.v.text(el, *value)
	}
}

// choice picks one child.
func (w *walker) choice(el *element) {
	switch {
	case el.part(idPartner) != nil:
		w.partner(el)
	case el.part(idPostfach) != nil:
		if w.at.anschrift.isBuilding() {
			w.group(gebaeude, 0)
		} else {
			w.group(postfach, 0)
		}
	default:
		for _, child := range el.children {
			if w.present(child) {
				w.element(child)
				return
			}
		}
		w.v.missing(el.children[0])
	}
}

// partner picks the kind of a party by its Art; without one it is the kind that
// has no code.
func (w *walker) partner(el *element) {
	b := w.at.behoerde
	kind := b.Art
	if kind == "" {
		kind = partnerWithoutCode
	}
	w.see(&b.Art)
	for _, child := range el.children {
		if art(child.local) == kind {
			w.element(child)
			return
		}
	}
	for i, x := range w.holder.list { // a kind that this package does not know
		if !w.holder.used[i] && art(x.Name.Local) == kind {
			w.holder.used[i] = true
			w.v.raw(x)
			return
		}
	}
	w.v.missing(el.children[0])
}

// has reports whether there is a kept element of a declared name.
func (w *walker) has(el *element) bool {
	for i, x := range w.holder.list {
		if !w.holder.used[i] && x.Name.Is(w.spaces[el.role], el.local) {
			return true
		}
	}
	return false
}

// present reports whether the envelope has anything for an optional element.
func (w *walker) present(el *element) bool {
	w.at.enter(el.id)
	switch el.id {
	case idAnschrift, idAnschriftLeser, idAnschriftAutor:
		return !w.at.anschrift.IsZero()
	}
	switch el.kind {
	case kindOpaque:
		return w.has(el)
	case kindCode:
		return *w.at.code != Code{}
	case kindText:
		if list := w.at.aktenzeichen(el.id); list != nil {
			return len(*list) > 0
		}
		return *w.at.text(el.id) != ""
	}
	for _, child := range el.children {
		if w.present(child) {
			return true
		}
	}
	return false
}
