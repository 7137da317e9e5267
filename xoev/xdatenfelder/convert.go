package xdatenfelder

import (
	"bufio"
	"errors"
	"io"
	"log/slog"
	"regexp"
	"slices"
	"strings"

	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/latin"
)

// ConvertOptions changes how [Convert] converts. The zero value, and a nil
// *ConvertOptions, mean the defaults of the converters of FIM.
type ConvertOptions struct {
	// Unternummernkreis are the three digits that XDF3 has after the first two of
	// an id, and XDF2 has not; default "000".
	Unternummernkreis string
	// Dokumentsteckbrief is what a schema of XDF3 belongs to, which XDF2 does not
	// say; default D99000000001, the default one of FIM.
	Dokumentsteckbrief Identifikation
	// Liste finds a code list of XDF2 that nobody but FIM has (its kennung is no
	// URN, or contains urn:de:fim: or urn:xoev-de:fim:): in XDF3 its rows become
	// the values of the field. If Liste is nil or returns nil, the reference stays.
	Liste func(CodelisteReferenz) *codelist.List
	// Dokumentart finds the code (XDF3) or the text (XDF2) of a kind of document;
	// without it, or if it returns "", that is "999" and "unbestimmt".
	Dokumentart func(string) string
	// KeepBezug leaves references to the law in one text. By default XDF3 gets
	// one for each part between semicolons.
	KeepBezug bool
	// KeepRuleText leaves ids in the text of rules as they are.
	KeepRuleText bool
	// KeepCharacters leaves typographic characters that the converters of FIM
	// replace on the way to XDF3 („ by ', – by -) in texts that are not String.Latin.
	KeepCharacters bool
	// DropHidden leaves hidden fields out of XDF2, and what is multiplied with
	// them. By default they become labels.
	DropHidden bool
	// MaxElements is as in [WriteOptions]; default 100,000.
	MaxElements int
	// SkipOriginals does not append what changed or was lost to the description
	// of each element: only the Conversion tells it then.
	SkipOriginals bool
}

// Conversion is the report of [Convert].
type Conversion struct {
	// Changes are in the order of the message, each element once.
	Changes []Change
	// Listen are the code lists that XDF2 refers to for what were inline values
	// in XDF3. They belong to the message: nobody else publishes them.
	Listen []*codelist.List
}

// Lost returns the changes by which something was lost.
func (c *Conversion) Lost() []Change {
	return slices.DeleteFunc(slices.Clone(c.Changes), func(x Change) bool { return !x.Lost })
}

// Change is something that is different in the other version, apart from ids,
// versions and names of elements that are spelled by rule.
type Change struct {
	Code           string         // "XDFK-…", see [ConvertRules]
	Element        string         // "datenfeld", "regel", …; "header"
	Identifikation Identifikation // before; empty for the header
	Lost           bool           // something is not in the new message any more, or only in a description
	Message        string         // English
}

// LogValue gives code and element.
func (c Change) LogValue() slog.Value {
	return slog.GroupValue(slog.String("code", c.Code), slog.String("element", c.Element), slog.String("id", c.Identifikation.String()),
		slog.Bool("lost", c.Lost))
}

// Convert returns the message in the other of the versions 2 and 3, by the rules
// of the converters of FIM (documented with the package), and a report of what
// changed or was lost. n stays as it is; the new message shares nothing with it
// that could be changed. Findings are not taken over.
//
// A message that could not be written in its own version, one with characters
// outside of String.Latin apart, gives a *finding.InvalidError as [Write] does;
// so do message 0105 (XDF-006) and elements that are different in XDF3 and would
// have the same id and version in XDF2 (XDF2-030).
func Convert(n *Nachricht, to Version, o *ConvertOptions) (*Nachricht, *Conversion, error) {
	c := &converter{src: n, to: to, report: &Conversion{}, felder: map[*Datenfeld]*Datenfeld{},
		gruppen: map[*Datenfeldgruppe]*Datenfeldgruppe{}, regeln: map[*Regel]*Regel{}}
	if o != nil {
		c.o = *o
	}
	if c.o.Unternummernkreis == "" {
		c.o.Unternummernkreis = "000"
	}
	if c.o.Dokumentsteckbrief.ID == "" {
		c.o.Dokumentsteckbrief = Identifikation{ID: defaultD}
	}
	if len(c.o.Unternummernkreis) != 3 || !isDigits(c.o.Unternummernkreis) {
		return nil, nil, errors.New("xdatenfelder: convert: Unternummernkreis is not three digits")
	}
	if c.o.MaxElements <= 0 {
		c.o.MaxElements = defaultMaxElements
	}
	if err := c.writable(n); err != nil {
		return nil, nil, err
	}
	if n.Version == to || to != XDF2 && to != XDF3 || n.Codeliste != nil {
		return nil, nil, &finding.InvalidError{Findings: []finding.Finding{ruleNoConversion.At("/", 0, 0, nil)}}
	}
	m := c.message()
	if err := c.writable(m); err != nil {
		return nil, nil, err
	}
	return m, c.report, nil
}

// writable finds out whether a message can be written.
func (c *converter) writable(n *Nachricht) error {
	e := newChecker(WriteOptions{MaxElements: c.o.MaxElements, AllowAnyCharacter: true})
	return e.message(n)
}

func newChecker(o WriteOptions) *encoder {
	return &encoder{opts: o, checking: true, w: bufio.NewWriter(io.Discard), memo: map[any]*measured{},
		felder: map[Identifikation]*Datenfeld{}, gruppen: map[Identifikation]*Datenfeldgruppe{}, regeln: map[Identifikation]*Regel{}}
}

// converter converts one message.
type converter struct {
	src, dst *Nachricht
	to       Version
	o        ConvertOptions
	report   *Conversion
	felder   map[*Datenfeld]*Datenfeld
	gruppen  map[*Datenfeldgruppe]*Datenfeldgruppe
	regeln   map[*Regel]*Regel
}

func (c *converter) message() *Nachricht {
	n := c.src
	h := n.Header
	c.dst = &Nachricht{Version: c.to, Header: Header{NachrichtID: h.NachrichtID, Erstellungszeitpunkt: h.Erstellungszeitpunkt, ReferenzID: h.ReferenzID}}
	if h != c.dst.Header {
		c.change(changeHeader, "header", Identifikation{})
	}
	var none inherited
	switch {
	case n.Dokumentsteckbrief != nil:
		c.dst.Dokumentsteckbrief = c.steckbrief(n.Dokumentsteckbrief)
	case n.Stammdatenschema != nil:
		c.dst.Stammdatenschema = c.schema(n.Stammdatenschema)
	case n.Datenfeldgruppe != nil:
		c.dst.Datenfeldgruppe = c.gruppe(n.Datenfeldgruppe, none)
	default:
		c.dst.Datenfeld = c.feld(n.Datenfeld, none)
	}
	return c.dst
}

func (c *converter) change(r *changeRule, element string, id Identifikation) {
	c.report.Changes = append(c.report.Changes, Change{Code: r.code, Element: element, Identifikation: id, Lost: r.lost, Message: r.message})
}

// changeIf notes a change that happened.
func (c *converter) changeIf(happened bool, r *changeRule, element string, id Identifikation) {
	if happened {
		c.change(r, element, id)
	}
}

func isDigits(s string) bool {
	_, rest, ok := digits([]byte(s), 0)
	return ok && len(rest) == 0
}

// id returns an id in the other version: XDF3 has three digits more.
func (c *converter) id(id string) string {
	switch {
	case c.to == XDF3 && len(id) == 9 && isDigits(id[1:]):
		return id[:3] + c.o.Unternummernkreis + id[3:]
	case c.to == XDF2 && len(id) == 12 && isDigits(id[1:]):
		return id[:3] + id[6:]
	}
	return id
}

// identifikation converts id and version: 1.2 and 1.2.0 are the same, and 1.2.3
// is 1.002003 in XDF2.
func (c *converter) identifikation(id Identifikation) Identifikation {
	v := id.Version
	switch {
	case v == "":
	case c.to == XDF3:
		v += ".0"
	default:
		parts := strings.SplitN(v, ".", 3)
		v = parts[0] + "." + parts[1]
		if strings.Trim(parts[2], "0") != "" {
			v = parts[0] + "." + pad(parts[1]) + pad(parts[2])
		}
	}
	return Identifikation{c.id(id.ID), v}
}

func pad(s string) string { return strings.Repeat("0", max(0, 3-len(s))) + s }

// identified converts the identification of an element and tells what is unusual.
func (c *converter) identified(element string, id Identifikation) Identifikation {
	out := c.identifikation(id)
	c.changeIf(out.ID == id.ID, changeID, element, id)
	c.changeIf(c.to == XDF2 && len(id.ID) == 12 && out.ID != id.ID && id.ID[3:6] != c.o.Unternummernkreis, changeUnternummernkreis, element, id)
	return out
}

var idInText = regexp.MustCompile(`[FG][0-9]+`)

// ruleText converts the ids in the text of a rule.
func (c *converter) ruleText(text string) string {
	if c.o.KeepRuleText {
		return text
	}
	return idInText.ReplaceAllStringFunc(text, c.id)
}

// originals begins what converters append to a description.
var originals = map[Version]string{XDF2: "Originalwerte der XDF2-Datei:", XDF3: "Originalwerte der XDF3-Datei:"}

// notes are the values that are not in the new message, for its description.
type notes []string

func (n *notes) add(label, value string) {
	if value != "" {
		*n = append(*n, label+": "+value)
	}
}

// description takes away what an earlier conversion the other way appended, and
// appends the notes.
func (c *converter) description(text string, n notes, element string, id Identifikation) string {
	if i := strings.Index(text, originals[c.to]); i >= 0 {
		text = strings.TrimRight(text[:i], " \t\r\n")
		c.change(changeOriginals, element, id)
	}
	if c.o.SkipOriginals || len(n) == 0 {
		return text
	}
	if text != "" {
		text += "\n"
	}
	text += originals[c.src.Version] + "\n" + onlyLatin(replaceCharacters(strings.Join(n, "\n")), func(rune) string { return "?" })
	if len(text) > maxText { // of a script beyond all measure; the report tells it
		text = strings.ToValidUTF8(text[:maxText], "")
	}
	return text
}

// characters are those that the FIM converter to XDF3 replaces in every text
// (XDF2_2_XDF3 0.14, character map), since String.Latin lacks most of them. Here
// a text that is String.Latin stays as it is.
var characters = strings.NewReplacer("≤", "<=", "≥", ">=", "≠", "<>", "„", "'", "“", "'", "”", "'", "″", "''", "‘", "'", "’", "'",
	"′", "'", "‚", "'", "—", "-", "‐", "-", "−", "-", "\u2011", "-", "–", "-", "•", "*", "…", "...", "⅔", "2/3", "→", "->", "ﬂ", "fl",
	"☐", "", "α", "alpha", "‰", "0/00", "\u0301", "", "\u0080", "€", "\u00a0", " ", "\u202f", " ", "\u2009", " ", "\u0308", "e",
	"\u200b", "", "\r", "")

// replaceCharacters makes a text fit for String.Latin, as far as is known how.
func replaceCharacters(s string) string {
	if latin.StringLatin11.ValidString(s) {
		return s
	}
	return characters.Replace(s)
}

// onlyLatin replaces characters that String.Latin lacks, one by one.
func onlyLatin(s string, by func(rune) string) string {
	if latin.StringLatin11.ValidString(s) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if one := string(r); latin.StringLatin11.ValidString(one) {
			b.WriteString(one)
		} else {
			b.WriteString(by(r))
		}
	}
	return b.String()
}

// clean replaces characters in a text on its way to XDF3.
func (c *converter) clean(s string) string {
	if c.to != XDF3 || c.o.KeepCharacters {
		return s
	}
	return replaceCharacters(s)
}

// cleanAll replaces characters in several texts, and tells if there were any.
func (c *converter) cleanAll(element string, id Identifikation, texts ...*string) {
	changed := false
	for _, t := range texts {
		before := *t
		*t = c.clean(before)
		changed = changed || *t != before
	}
	c.changeIf(changed, changeCharacters, element, id)
}
