package xdatenfelder

import (
	"math/big"
	"strings"
	"unicode/utf8"
)

// quality is what the check of quality remembers of a document.
type quality struct {
	versions map[string]string // by kind and id: the first version
	lists    map[string]string // by kennung: the first version
	ids      map[string]string // by kennung and version: the first id of a code list (XDF2)
	content  map[listKey]*listContent
	root     *AllgemeineAngaben
	rootKind string
}

// q gives a message of the list XDFM.
func (p *reader) q(number string, at place) {
	for i := range qualityRules {
		if r := &qualityRules[i]; r.number == number {
			p.warn(r.rule().At(at.path, at.pos.Line, at.pos.Column, map[string]string{"typ": r.typ}))
			return
		}
	}
}

// check gives a message if the element breaks the rule.
func (p *reader) check(number string, broken bool, at place) {
	if broken {
		p.q(number, at)
	}
}

func empty(s string) bool { return strings.TrimSpace(s) == "" }

// qualityAllgemein checks what all elements have in common.
func (p *reader) qualityAllgemein(a *AllgemeineAngaben, letters string, at place) {
	p.check("1002", empty(a.Name), at)
	p.check("1039", !p.fimID(a.Identifikation.ID, letters), at)
	author := a.FachlicherErsteller
	if p.n.Version == XDF3 && author == "" {
		author = a.StatusGesetztDurch
	}
	number := "1140"
	if letters == "S" {
		number = "1141"
	}
	own := (author == "FIM Baustein Datenfelder" || author == "FIM-Baustein Datenfelder") && letters != "D"
	p.check(number, own && nummernkreis(a.Identifikation.ID) != redaktion, at)
	p.check("1117", empty(author) && letters != "R", at)
	p.qualityRelations(a, letters, at)
	p.qualityBezug(a.Bezug, at)
	p.qualityLengths(a, at)
}

// fimID reports whether an id is a letter and 8 (XDF2) or 11 digits (XDF3).
func (p *reader) fimID(id, letters string) bool {
	n := 8
	if p.n.Version == XDF3 {
		n = 11
	}
	if len(id) != n+1 || !strings.Contains(letters, id[:1]) {
		return false
	}
	_, rest, ok := digits([]byte(id[1:]), n)
	return ok && len(rest) == 0
}

// qualityStatus checks the status of XDF3, of which 3 to 7 need a date.
func (p *reader) qualityStatus(a *AllgemeineAngaben, number string, at place) {
	if p.n.Version != XDF3 {
		return
	}
	code := a.Status.Code
	p.check("1032", len(code) != 1 || code < "1" || code > "8", at)
	p.check(number, len(code) == 1 && code >= "3" && code <= "7" && a.StatusGesetztAm == "", at)
}

func (p *reader) qualitySteckbrief(d *Dokumentsteckbrief, at place) {
	p.qualityAllgemein(&d.AllgemeineAngaben, "D", at)
	p.qualityStatus(&d.AllgemeineAngaben, "1144", at)
	p.check("1049", empty(d.Definition), at)
	p.check("1050", empty(d.BezeichnungEingabe), at)
	p.check("1052", !d.IstAbstrakt && len(d.Bezug) == 0, at)
	p.check("1107", empty(d.Hilfetext), at)
	p.qualityLinks(d, at)
	p.check("1055", !p.knownDokumentart(d.Dokumentart.Code), at)
	p.length("1136", d.Hilfetext, longHelp, at)
}

func (p *reader) qualitySchema(s *Stammdatenschema, at place) {
	p.qualityAllgemein(&s.AllgemeineAngaben, "S", at)
	p.qualityStatus(&s.AllgemeineAngaben, "1143", at)
	p.check("1050", empty(s.BezeichnungEingabe), at)
	p.check("1078", len(s.Struktur) == 0, at)
	p.check("1025", repeated(s.Struktur), at)
	released := p.n.Version == XDF3 && len(s.Status.Code) == 1 && strings.Contains("456", s.Status.Code)
	p.check("1097", s.Dokumentsteckbrief.ID == defaultD && released, at)
	p.check("1096", s.Dokumentsteckbrief.ID == defaultD && !released, at)
	p.check("1007", p.n.Version == XDF3 && s.Dokumentsteckbrief.ID == "", at)
	p.check("1124", p.fimID(s.Dokumentsteckbrief.ID, "D") && nummernkreis(s.Dokumentsteckbrief.ID) != "99", at)
	p.check("1051", len(s.Bezug) == 0, at)
	p.check("1022", unbound(s.Struktur), at)
	p.length("1136", s.Hilfetext, longHelp, at)
	p.qualityRules(s.Identifikation.ID, s.Regeln, s.Struktur, at)
	p.check("1098", same(s.BezeichnungEingabe, s.Hilfetext), at)
	p.check("1099", same(s.Name, s.Hilfetext), at)
	p.qualityParts(s.Identifikation, s.Struktur, at)
}

// same reports whether two texts are the same and not empty.
func same(a, b string) bool { return !empty(a) && strings.TrimSpace(a) == strings.TrimSpace(b) }

// qualityParts checks the parts of a schema or group.
func (p *reader) qualityParts(whole Identifikation, parts []Struktur, at place) {
	unversioned, byDefault := false, false
	for i := range parts {
		a, _ := parts[i].angaben()
		unversioned = unversioned || a.Identifikation.Version == ""
		byDefault = byDefault || a.Identifikation.ID == defaultF
	}
	p.check("1135", whole.Version != "" && unversioned, at)
	p.check("1094", byDefault && len(parts) > 1, at)
	p.check("1095", byDefault && len(parts) == 1, at)
	p.check("1134", p.n.Version == XDF3 && whole.Version == "" && ownVersions(whole.ID, parts), at)
}

// angaben returns the general data of what a Struktur holds, and its binding.
func (s *Struktur) angaben() (*AllgemeineAngaben, Schemaelementart) {
	switch {
	case s.Datenfeld != nil:
		return &s.Datenfeld.AllgemeineAngaben, s.Datenfeld.Schemaelementart
	case s.Datenfeldgruppe != nil:
		return &s.Datenfeldgruppe.AllgemeineAngaben, s.Datenfeldgruppe.Schemaelementart
	}
	return &AllgemeineAngaben{}, ""
}

func repeated(parts []Struktur) bool {
	seen := make(map[Identifikation]bool, len(parts))
	for i := range parts {
		a, _ := parts[i].angaben()
		if seen[a.Identifikation] {
			return true
		}
		seen[a.Identifikation] = true
	}
	return false
}

// qualityStruktur checks a place in a schema or group.
func (p *reader) qualityStruktur(s *Struktur, at place) {
	a, art := s.angaben()
	p.check("1021", s.Anzahl == Anzahl{}, at)
	p.qualityBezug(s.Bezug, at)
	p.check("1047", s.Anzahl.Max != Unbegrenzt && s.Anzahl.Min > s.Anzahl.Max, at)
	p.check("1013", art == Abstrakt, at)
	p.check("1116", a.Status.Code == "inaktiv" || p.n.Version == XDF3 && a.Status.Code == "7", at)
	p.check("1139", s.Datenfeld != nil && s.Datenfeld.Datentyp == DatentypFile && s.Anzahl.Max != Unbegrenzt, at)
}

// qualityElement checks what groups and fields have in common.
func (p *reader) qualityElement(a *AllgemeineAngaben, letter string, art Schemaelementart, help, helpOutput string, at place) {
	p.qualityAllgemein(a, letter, at)
	p.qualityStatus(a, "1142", at)
	p.check("1009", empty(a.BezeichnungEingabe), at)
	p.check("1010", empty(a.BezeichnungAusgabe), at)
	p.check("1006", art == Rechtsnormgebunden && len(a.Bezug) == 0, at)
	p.check("1101", art == Harmonisiert && len(a.Bezug) == 0, at)
	p.check("1098", same(a.BezeichnungEingabe, help) || same(a.BezeichnungAusgabe, helpOutput), at)
	p.check("1099", same(a.Name, help), at)
	p.length("1136", help, longHelp, at)
	p.length("1136", helpOutput, longHelp, at)
	p.qualityPublished(a, at)
	if p.quality.versions == nil {
		p.quality.versions = map[string]string{}
	}
	if v, ok := p.quality.versions[a.Identifikation.ID]; ok {
		p.check("1003", v != a.Identifikation.Version, at)
	} else {
		p.quality.versions[a.Identifikation.ID] = a.Identifikation.Version
	}
}

func (p *reader) qualityGruppe(g *Datenfeldgruppe, at place) {
	p.qualityElement(&g.AllgemeineAngaben, "G", g.Schemaelementart, g.HilfetextEingabe, g.HilfetextAusgabe, at)
	p.check("1023", len(g.Struktur) == 0, at)
	p.check("1106", len(g.Struktur) == 1, at)
	p.check("1004", repeated(g.Struktur), at)
	p.check("1043", g.Auswahlgruppe && len(g.Struktur) < 2, at)
	other := false
	for i := range g.Struktur {
		other = other || g.Struktur[i].Anzahl != Anzahl{0, 1}
	}
	p.check("1022", g.Schemaelementart == Rechtsnormgebunden && unbound(g.Struktur), at)
	p.qualityRules(g.Identifikation.ID, g.Regeln, g.Struktur, at)
	p.check("1118", g.Auswahlgruppe && other, at)
	p.qualityParts(g.Identifikation, g.Struktur, at)
}

func (p *reader) qualityRegel(r *Regel, at place) {
	p.qualityAllgemein(&r.AllgemeineAngaben, "R", at)
	p.check("1024", empty(r.Text()), at)
	p.length("1136", r.FreitextRegel, longText, at)
	p.check("1019", versionedID.MatchString(r.Text()), at)
	p.check("1041", p.n.Version == XDF3 && shortID.MatchString(r.Text()), at)
}

func (p *reader) qualityFeld(d *Datenfeld, at place) {
	p.qualityElement(&d.AllgemeineAngaben, "F", d.Schemaelementart, d.HilfetextEingabe, d.HilfetextAusgabe, at)
	text := d.Datentyp == DatentypText || d.Datentyp == DatentypTextLatin
	file := d.Datentyp == DatentypFile
	static := file || d.Datentyp == DatentypObj
	lengths := d.Praezisierung.MinLength > 0 || d.Praezisierung.MaxLength > 0
	p.check("1014", d.Schemaelementart == Abstrakt, at)
	p.check("1011", d.Feldart == FeldartSelect && d.Datentyp != DatentypText, at)
	p.check("1012", lengths && (d.Feldart == FeldartSelect || d.Feldart == FeldartLabel), at)
	p.check("1015", lengths && !text, at)
	p.check("1056", d.MaxSize > 0 && !file, at)
	p.check("1057", len(d.MediaTypes) > 0 && !file, at)
	p.check("1061", d.Praezisierung.MaxLength > 0 && d.Praezisierung.MinLength > d.Praezisierung.MaxLength, at)
	p.check("1090", d.Feldart == FeldartLabel && !text && d.Datentyp != DatentypObj, at)
	p.check("1100", static && !empty(d.Inhalt), at)
	p.check("1120", static && d.Praezisierung.Pattern != "", at)
	p.check("1102", text && d.Feldart == FeldartInput && (d.Praezisierung.MinLength == 0 || d.Praezisierung.MaxLength == 0), at)
	p.check("1109", d.Feldart == FeldartLabel && text && empty(d.Inhalt), at)
	p.length("1136", d.Praezisierung.Pattern, longHelp, at)
	p.length("1136", d.Inhalt, longText, at)
	p.qualityRules(d.Identifikation.ID, d.Regeln, nil, at)
	p.qualityJSON(d.Praezisierung.Text, at)
	p.qualityList(d, at)
	p.qualityLimits(d, at)
	if text && d.Inhalt != "" {
		n := utf8.RuneCountInString(d.Inhalt)
		p.check("1074", n < d.Praezisierung.MinLength, at)
		p.check("1075", d.Praezisierung.MaxLength > 0 && n > d.Praezisierung.MaxLength, at)
	}
}

// qualityList checks the list of codes or values of a field.
func (p *reader) qualityList(d *Datenfeld, at place) {
	has := d.CodelisteReferenz != nil || len(d.Werte) > 0
	p.check("1017", has && d.Feldart != FeldartSelect, at)
	p.check("1018", !has && d.Feldart == FeldartSelect, at)
	p.check("1058", d.CodelisteReferenz == nil && d.CodeKey+d.NameKey+d.HelpKey != "", at)
	p.check("1044", len(d.Werte) == 1, at)
	codes, names := map[string]bool{}, map[string]bool{}
	for _, w := range d.Werte {
		codes[w.Code], names[w.Name] = true, true
		p.length("1136", w.Code, longCode, at)
		p.length("1136", w.Hilfe, longHelp, at)
	}
	p.check("1045", len(codes) < len(d.Werte), at)
	p.check("1093", len(names) < len(d.Werte), at)
	p.check("1085", len(d.Werte) > 0 && d.Inhalt != "" && !codes[d.Inhalt], at)
	r := d.CodelisteReferenz
	if r == nil {
		return
	}
	kennung := r.CanonicalIdentification
	p.check("1040", kennung == "", at)
	p.check("1005", kennung != "" && !strings.HasPrefix(kennung, "urn:"), at)
	p.check("1048", strings.HasPrefix(kennung, "urn:") && !wellFormedURN.MatchString(kennung), at)
	p.check("1105", r.Version != "" && !isoDate.MatchString(r.Version), at)
	p.length("1137", kennung, longName, at)
	p.length("1137", r.CanonicalVersionURI, longName, at)
	p.qualityListIDs(r, at)
	p.qualityListContent(d, r, at)
	if p.quality.lists == nil {
		p.quality.lists = map[string]string{}
	}
	if v, ok := p.quality.lists[kennung]; ok {
		p.check("1037", v != r.Version, at)
	} else {
		p.quality.lists[kennung] = r.Version
	}
}

// limits names the messages about limits of a data type: of the lower limit, the
// upper limit and the content.
type limits struct {
	lower, upper, content string
	valid                 func([]byte) bool
}

func limitsOf(t Datentyp) (limits, bool) {
	switch t {
	case DatentypNum, DatentypNumCurrency:
		return limits{"1062", "1063", "1069", isNumber}, true
	case DatentypNumInt:
		return limits{"1065", "1066", "1070", isInteger}, true
	case DatentypDate:
		return limits{"1067", "1068", "1071", validDate}, true
	case DatentypDatetime:
		return limits{"1079", "1080", "1083", validDateTime}, true
	case DatentypTime:
		return limits{"1081", "1082", "1084", validTime}, true
	}
	return limits{}, false
}

func (p *reader) qualityLimits(d *Datenfeld, at place) {
	lower, upper, content := d.Praezisierung.MinValue, d.Praezisierung.MaxValue, d.Inhalt
	l, ok := limitsOf(d.Datentyp)
	if !ok {
		p.check("1016", lower+upper != "", at)
		p.check("1077", d.Datentyp == DatentypBool && content != "" && content != "true" && content != "false", at)
		return
	}
	p.check("1103", lower+upper == "" && d.Datentyp != DatentypTime && d.Datentyp != DatentypDatetime, at)
	p.check(l.lower, lower != "" && !l.valid([]byte(lower)), at)
	p.check(l.upper, upper != "" && !l.valid([]byte(upper)), at)
	p.check(l.content, content != "" && !l.valid([]byte(content)), at)
	p.check("1064", less(l, upper, lower), at)
	p.check("1072", less(l, content, lower), at)
	p.check("1073", less(l, upper, content), at)
}

// maxNumber is the length of numbers that are compared.
const maxNumber = 100

// less compares numbers as numbers and dates and times as text; where one is
// missing or wrong, or has a time zone, it says no.
func less(l limits, a, b string) bool {
	if a == "" || b == "" || !l.valid([]byte(a)) || !l.valid([]byte(b)) {
		return false
	}
	if len(a) > maxNumber || len(b) > maxNumber {
		return false
	}
	if l.lower == "1062" || l.lower == "1065" {
		x, _ := new(big.Rat).SetString(a)
		y, _ := new(big.Rat).SetString(b)
		return x != nil && y != nil && x.Cmp(y) < 0
	}
	return len(a) == len(b) && !strings.ContainsAny(a+b, "Z+") && a < b
}

func isInteger(b []byte) bool {
	_, _, ok := parseInteger(b, -1<<31)
	return ok
}

// isNumber accepts decimal numbers with a point, of any size, without exponent.
func isNumber(b []byte) bool {
	if len(b) > 0 && (b[0] == '+' || b[0] == '-') {
		b = b[1:]
	}
	_, rest, ok := digits(b, 0)
	if ok && len(rest) > 0 && rest[0] == '.' {
		_, rest, ok = digits(rest[1:], 0)
	}
	return ok && len(rest) == 0
}

func validTime(b []byte) bool {
	rest, ok := cutTime(b)
	return ok && validZone(rest)
}
