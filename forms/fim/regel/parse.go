package regel

import "strings"

// parser reads tokens. Its methods return ok = false without saying where they
// stopped: a sentence fits a shape as a whole or not at all.
type parser struct {
	tokens []token
	at     int
}

func (p *parser) peek() token {
	if p.at < len(p.tokens) {
		return p.tokens[p.at]
	}
	return token{}
}

func (p *parser) done() bool { return p.at == len(p.tokens) }

// word takes one of the words.
func (p *parser) word(words ...string) bool {
	if p.peek().is(words...) {
		p.at++
		return true
	}
	return false
}

// words takes all of the words, in this order, or nothing.
func (p *parser) words(phrase string) bool {
	start := p.at
	for _, w := range strings.Fields(phrase) {
		if !p.word(w) {
			p.at = start
			return false
		}
	}
	return true
}

// oneOf takes the first of the phrases that stands here.
func (p *parser) oneOf(phrases ...string) bool {
	for _, phrase := range phrases {
		if p.words(phrase) {
			return true
		}
	}
	return false
}

func (p *parser) take(k kind) (token, bool) {
	if t := p.peek(); t.kind == k {
		p.at++
		return t, true
	}
	return token{}, false
}

// parse reads a rule: one or more sentences, each of a known shape.
func parse(tokens []token) ([]satz, bool) {
	var out []satz
	for len(tokens) > 0 {
		end := len(tokens)
		for i, t := range tokens {
			if t.kind == period {
				end = i
				break
			}
		}
		s, ok := parseSentence(tokens[:end])
		if !ok {
			return nil, false
		}
		out = append(out, s...)
		tokens = tokens[min(end+1, len(tokens)):]
	}
	return out, len(out) > 0
}

// parseSentence reads a sentence, without its period.
func parseSentence(tokens []token) ([]satz, bool) {
	for _, shape := range []func(*parser) ([]satz, bool){ifThen, onlyThen, eitherOr, someOf, howOften} {
		p := &parser{tokens: tokens}
		if s, ok := shape(p); ok && p.done() {
			return s, true
		}
	}
	return nil, false
}

// ifThen reads "Wenn …, dann …".
func ifThen(p *parser) ([]satz, bool) {
	if !p.word("wenn") {
		return nil, false
	}
	c, ok := p.condition()
	if !ok {
		return nil, false
	}
	p.take(comma)
	if !p.word("dann") {
		return nil, false
	}
	s, ok := p.consequence()
	if !ok {
		return nil, false
	}
	s.wenn = &c
	return []satz{s}, true
}

// consequence reads what follows "dann".
func (p *parser) consequence() (satz, bool) {
	verb := p.peek()
	if !p.word("ist", "sind", "wird", "werden", "muss", "müssen", "darf", "dürfen") {
		return satz{}, false
	}
	refs, join, ok := p.refs()
	if !ok || join == "oder" || !agrees(verb, refs) {
		return satz{}, false
	}
	s := satz{what: requireIf, refs: refs}
	switch {
	case verb.is("ist", "sind"):
		if p.oneOf("nicht anzuzeigen", "auszublenden") {
			s.what = hideIf
			return s, true
		}
		return s, p.oneOf("eine Pflichtangabe", "Pflichtangabe", "Pflichtangaben", "ein Pflichtfeld", "Pflichtfeld",
			"Pflichtfelder", "Pflicht", "verpflichtend", "zu befüllen", "auszufüllen", "anzugeben",
			"verpflichtend anzugeben", "zwingend anzugeben", "zwingend zu befüllen", "zwingend auszufüllen")
	case verb.is("wird", "werden"):
		return s, p.oneOf("zur Pflichtangabe", "eine Pflichtangabe", "Pflichtangabe", "zu Pflichtangaben", "Pflichtangaben",
			"zum Pflichtfeld", "zu Pflichtfeldern", "ein Pflichtfeld", "Pflichtfelder", "Pflicht", "verpflichtend")
	case verb.is("muss", "müssen"):
		return s, p.filled()
	default:
		s.what = hideIf
		return s, p.word("nicht") && p.filledPassive()
	}
}

// agrees reports whether a verb has the number of what it speaks of. Groups and
// lists of fields are told apart by it nowhere else, and a sentence at odds with
// itself may lack a word.
func agrees(verb token, refs []ref) bool {
	if verb.is("sind", "werden", "müssen", "dürfen") {
		return len(refs) > 1
	}
	return len(refs) == 1
}

// filled reads "befüllt werden", "ausgefüllt sein".
func (p *parser) filled() bool {
	return p.word("befüllt", "ausgefüllt", "angegeben") && p.word("werden", "sein")
}

// filledPassive reads "befüllt werden".
func (p *parser) filledPassive() bool {
	return p.word("befüllt", "ausgefüllt", "angegeben") && p.word("werden")
}

// onlyThen reads "… ist nur dann zu befüllen, wenn …".
func onlyThen(p *parser) ([]satz, bool) {
	refs, join, ok := p.refs()
	if !ok || join == "oder" {
		return nil, false
	}
	verb := p.peek()
	if !p.word("ist", "sind", "darf", "dürfen") || !agrees(verb, refs) || !p.word("nur") {
		return nil, false
	}
	p.word("dann")
	if verb.is("ist", "sind") {
		ok = p.oneOf("zu befüllen", "auszufüllen", "anzugeben", "anzuzeigen")
	} else {
		ok = p.filledPassive()
	}
	if !ok {
		return nil, false
	}
	p.take(comma)
	if !p.word("wenn") {
		return nil, false
	}
	c, ok := p.condition()
	return []satz{{what: onlyIf, refs: refs, wenn: &c}}, ok
}

// eitherOr reads "Es muss entweder … oder … befüllt werden".
func eitherOr(p *parser) ([]satz, bool) {
	must := p.words("Es muss entweder")
	if !must && !p.words("Es ist entweder") {
		return nil, false
	}
	refs, join, ok := p.refs()
	if !ok || join != "oder" {
		return nil, false
	}
	if must {
		ok = p.filled()
	} else {
		ok = p.oneOf("zu befüllen", "auszufüllen", "anzugeben")
	}
	return []satz{{what: exactlyOne, refs: refs}}, ok
}

// someOf reads "Es muss mindestens eines der Felder … befüllt werden", "… den Wert
// "wahr" haben", and both with "muss" behind the fields.
func someOf(p *parser) ([]satz, bool) {
	before := p.words("Es muss")
	if !p.oneOf("mindestens eines der", "mindestens eine der", "mindestens einer der") {
		return nil, false
	}
	noun := p.peek()
	refs, join, ok := p.refs()
	if !ok || join == "" || !noun.is("Felder", "Datenfelder", "Gruppen", "Feldgruppen", "Datenfeldgruppen") {
		return nil, false
	}
	if !before && !p.word("muss") {
		return nil, false
	}
	s := satz{what: atLeastOne, refs: refs}
	if p.words("den Wert") {
		v, ok := p.value()
		s.value = &v
		return []satz{s}, ok && p.oneOf("haben", "aufweisen")
	}
	return []satz{s}, p.filled()
}

// howOften reads "Der Wert in … gibt an, wie oft … befüllt sein muss".
func howOften(p *parser) ([]satz, bool) {
	if !p.oneOf("Der Wert in", "Der Wert im", "Die Angabe in", "Die Angabe im", "Der Wert aus") {
		return nil, false
	}
	n, ok := p.ref()
	if !ok || !p.oneOf("gibt an", "bestimmt", "legt fest") {
		return nil, false
	}
	p.take(comma)
	if !p.words("wie oft") {
		return nil, false
	}
	g, ok := p.ref()
	ok = ok && p.word("befüllt", "ausgefüllt", "angegeben") && p.oneOf("sein muss", "werden muss")
	return []satz{{what: countOf, refs: []ref{g}, number: n}}, ok
}
