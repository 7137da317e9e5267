package xdatenfelder

import (
	"encoding/json"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/bausteine/egov/xoev/codelist"
)

// The messages here follow the report of the federal editors for XDatenfelder 3
// (FIM-XSLT, QS-DF 1.20), which says how they are meant.

// Lengths in characters that are recommended there (list of field lengths).
const (
	longCode = 20   // code
	longName = 255  // name, labels, note on the version, references, URIs, links
	longHelp = 500  // help texts, keywords, pattern
	longText = 5000 // description, definition, content, text of a rule
)

var (
	anyID         = regexp.MustCompile(`[FG][0-9]+`)
	versionedID   = regexp.MustCompile(`[FG](?:[0-9]{11}|[0-9]{8})V[0-9]*\.[0-9]*`)
	shortID       = regexp.MustCompile(`[FG][0-9]{8}(?:[^0-9]|$)`)
	wellFormedURN = regexp.MustCompile(`^urn:[A-Za-z0-9][A-Za-z0-9-]{0,31}:(?:[A-Za-z0-9()+,\-.:=@;$_!*']|%[0-9A-Fa-f]{2})+$`)
	webAddress    = regexp.MustCompile(`^https?://[a-zA-Z0-9.-]+\.[a-zA-Z]{2,}(?:/.*)?$`)
	isoDate       = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)
)

// nummernkreis returns the two digits of an id that say whose it is.
func nummernkreis(id string) string {
	if len(id) < 3 {
		return ""
	}
	return id[1:3]
}

// length gives a message if a text of XDF3 is longer than so many characters.
func (p *reader) length(number, text string, limit int, at place) {
	p.check(number, p.n.Version == XDF3 && len(text) > limit && utf8.RuneCountInString(text) > limit, at)
}

// qualityLengths checks the lengths of what all elements have in common.
func (p *reader) qualityLengths(a *AllgemeineAngaben, at place) {
	for _, text := range []string{a.Name, a.BezeichnungEingabe, a.BezeichnungAusgabe, a.Versionshinweis, a.StatusGesetztDurch, a.FachlicherErsteller} {
		p.length("1136", text, longName, at)
	}
	p.length("1136", a.Beschreibung, longText, at)
	p.length("1136", a.Definition, longText, at)
	for _, w := range a.Stichworte {
		p.length("1136", w.Text, longHelp, at)
		p.length("1137", w.URI, longName, at)
	}
}

// qualityBezug checks references to the law; XDF2 has but one text for them all.
func (p *reader) qualityBezug(list []Rechtsbezug, at place) {
	if p.n.Version != XDF3 {
		return
	}
	for _, r := range list {
		paragraphs := 0
		for _, c := range r.Text {
			if c == '§' {
				paragraphs++
			}
		}
		p.check("1132", paragraphs > 1, at)
		p.length("1136", r.Text, longName, at)
		if r.Link != "" {
			p.check("1133", !webAddress.MatchString(r.Link), at)
			p.length("1138", r.Link, longName, at)
		}
	}
}

// qualityRelations checks the relations of XDF3. Only Dokumentsteckbriefe are
// linked (VKN), abstract ones with those that they stand for.
func (p *reader) qualityRelations(a *AllgemeineAngaben, letters string, at place) {
	kinds := letters
	if letters == "F" || letters == "G" {
		kinds = "FG"
	}
	for _, r := range a.Relationen {
		id := r.Objekt.ID
		known := contains([]string{"ABL", "ERS", "EQU", "VKN"}, r.Praedikat.Code)
		p.check("1029", !known, at)
		p.check("1088", r.Praedikat.Code == "VKN" && letters != "D", at)
		p.check("1091", id == "", at)
		p.check("1039", id != "" && !p.fimID(id, "SFGD"), at)
		p.check("1087", p.fimID(id, "SFGD") && !p.fimID(id, kinds), at)
	}
}

// qualityLinks checks how many Dokumentsteckbriefe one is linked with.
func (p *reader) qualityLinks(d *Dokumentsteckbrief, at place) {
	if p.n.Version != XDF3 {
		return
	}
	links := 0
	for _, r := range d.Relationen {
		if r.Praedikat.Code == "VKN" {
			links++
		}
	}
	p.check("1053", !d.IstAbstrakt && links > 0, at)
	p.check("1054", d.IstAbstrakt && links < 2, at)
}

// knownDokumentart knows the codes of
// urn:xoev-de:fim-datenfelder:codeliste:dokumentart 2022-01-01: 001 to 014 and
// 999. XDF2 has any text.
func (p *reader) knownDokumentart(code string) bool {
	if p.n.Version != XDF3 {
		return !empty(code)
	}
	return code == "999" || len(code) == 3 && code >= "001" && code <= "014" && isDigits(code)
}

// unbound reports whether a part that is not bound to law names no legal basis
// for its multiplicity.
func unbound(parts []Struktur) bool {
	for i := range parts {
		if _, art := parts[i].angaben(); art != Rechtsnormgebunden && len(parts[i].Bezug) == 0 {
			return true
		}
	}
	return false
}

// ownVersions reports whether a part is a version of an element bound to law of
// the same Nummernkreis.
func ownVersions(id string, parts []Struktur) bool {
	for i := range parts {
		a, art := parts[i].angaben()
		if art == Rechtsnormgebunden && a.Identifikation.Version != "" && nummernkreis(a.Identifikation.ID) == nummernkreis(id) {
			return true
		}
	}
	return false
}

// qualityPublished checks an element of XDF3 within the published root of a
// message; in XDF2 elements share the dates of what is around them.
func (p *reader) qualityPublished(a *AllgemeineAngaben, at place) {
	root := p.quality.root
	if p.n.Version != XDF3 || root == nil || root == a || root.Veroeffentlichungsdatum == "" {
		return
	}
	published, draft := "1127", "1129"
	if p.quality.rootKind == "G" {
		published, draft = "1128", "1130"
	}
	p.check(published, a.Veroeffentlichungsdatum == "", at)
	p.check(draft, a.Status.Code == "1" || a.Status.Code == "2", at)
}

// qualityRules checks whether rules name only what they reach: the element that
// they belong to and what is in it.
func (p *reader) qualityRules(own string, rules []*Regel, parts []Struktur, at place) {
	if len(rules) == 0 {
		return
	}
	reached := map[string]bool{own: true}
	reach(parts, reached, map[*Datenfeldgruppe]bool{})
	length := 9
	if p.n.Version == XDF3 {
		length = 12
	}
	for _, r := range rules {
		broken := false
		for _, id := range anyID.FindAllString(r.Text(), -1) {
			broken = broken || len(id) == length && !reached[id]
		}
		p.check("1001", broken, at)
	}
}

func reach(parts []Struktur, ids map[string]bool, seen map[*Datenfeldgruppe]bool) {
	for i := range parts {
		a, _ := parts[i].angaben()
		ids[a.Identifikation.ID] = true
		if g := parts[i].Datenfeldgruppe; g != nil && !seen[g] {
			seen[g] = true
			reach(g.Struktur, ids, seen)
		}
	}
}

// qualityJSON checks lengths in the JSON of XDF2 that are no lengths, so that
// the praezisierung as a whole could not be read.
func (p *reader) qualityJSON(text string, at place) {
	if p.n.Version != XDF2 || text == "" || p.json[text].ok {
		return
	}
	var raw map[string]any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if d.Decode(&raw) != nil {
		return
	}
	for _, x := range [][2]string{{"minLength", "1059"}, {"maxLength", "1060"}} {
		value, given := raw[x[0]]
		s, isText := value.(string)
		if n, isNumber := value.(json.Number); isNumber {
			s, isText = n.String(), true
		}
		var v Praezisierung
		p.check(x[1], given && (!isText || !v.set(x[0], s)), at)
	}
}

// qualityListIDs checks that two code lists of XDF2 are not the same.
func (p *reader) qualityListIDs(r *CodelisteReferenz, at place) {
	if p.n.Version != XDF2 || r.CanonicalIdentification == "" {
		return
	}
	if p.quality.ids == nil {
		p.quality.ids = map[string]string{}
	}
	key := r.CanonicalIdentification + "\n" + r.Version
	if id, ok := p.quality.ids[key]; ok {
		p.check("1036", id != r.Identifikation.ID, at)
	} else {
		p.quality.ids[key] = r.Identifikation.ID
	}
}

// qualityListContent checks a field against its code list, if that is at hand.
func (p *reader) qualityListContent(d *Datenfeld, r *CodelisteReferenz, at place) {
	if p.opts.Liste == nil {
		return
	}
	l := p.opts.Liste(*r)
	if l == nil {
		return
	}
	missing := false
	for _, key := range []string{d.CodeKey, d.NameKey, d.HelpKey} {
		if _, ok := l.Column(key); !ok && key != "" {
			missing = true
		}
	}
	p.check("1122", missing, at)
	c := p.listContent(l, d)
	p.check("1044", c.rows < 2, at)
	p.check("1045", len(c.codes) < c.rows, at)
	p.check("1093", c.names < c.rows, at)
	p.check("1076", d.Inhalt != "" && !c.codes[d.Inhalt], at)
}

// listKey is a code list as a field reads it.
type listKey struct {
	list       *codelist.List
	code, name string
}

type listContent struct {
	rows, names int
	codes       map[string]bool
}

// listContent goes through a list once, however many fields refer to it.
func (p *reader) listContent(l *codelist.List, d *Datenfeld) *listContent {
	key := listKey{l, d.CodeKey, d.NameKey}
	if c, ok := p.quality.content[key]; ok {
		return c
	}
	list, names := values(l), map[string]bool{}
	c := &listContent{rows: len(list), codes: make(map[string]bool, len(list))}
	for i, w := range list {
		if d.CodeKey != "" {
			w.Code, _ = l.Row(i).Value(d.CodeKey)
		}
		if d.NameKey != "" {
			w.Name, _ = l.Row(i).Value(d.NameKey)
		}
		c.codes[w.Code], names[w.Name] = true, true
	}
	c.names = len(names)
	if p.quality.content == nil {
		p.quality.content = map[listKey]*listContent{}
	}
	p.quality.content[key] = c
	return c
}
