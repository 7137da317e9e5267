package xdatenfelder

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// json2 is a praezisierung of XDF2, read.
type json2 struct {
	p  Praezisierung
	ok bool // it is a JSON object of known limits, or blank
}

var praezisierungAttributes = []string{"minLength", "maxLength", "minValue", "maxValue", "pattern"}

func (p *reader) praezisierung() (v Praezisierung) {
	if p.n.Version != XDF3 {
		text := p.latin()
		known, ok := p.json[text]
		if !ok {
			known.p, known.ok = parsePraezisierung(text)
			p.json[text] = known
		}
		return known.p
	}
	p.attributes(praezisierungAttributes)
	at := place{pos: p.s.Pos()}
	for _, a := range p.s.Attrs() {
		if a.Space != "" {
			continue
		}
		switch a.Local {
		case "minLength", "maxLength":
			at.path = p.s.Path()
			if a.Local == "minLength" {
				v.MinLength = p.integer(collapse(a.Value), 0, "xs:nonNegativeInteger", at)
			} else {
				v.MaxLength = p.integer(collapse(a.Value), 1, "xs:positiveInteger", at)
			}
		case "minValue":
			v.MinValue = p.intern(collapse(a.Value))
		case "maxValue":
			v.MaxValue = p.intern(collapse(a.Value))
		case "pattern":
			v.Pattern = p.intern(a.Value)
		}
	}
	v.Text = p.latinText()
	return v
}

// parsePraezisierung reads the JSON of XDF2. Values are strings, as FIM tools
// write them, or numbers. ok is false if anything is not understood; then only
// Text is set.
func parsePraezisierung(text string) (v Praezisierung, ok bool) {
	plain := Praezisierung{Text: text}
	v = plain
	if strings.TrimSpace(text) == "" {
		return v, true
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return plain, false
	}
	seen := map[string]bool{}
	for d.More() {
		key, _ := d.Token()
		value, err := d.Token()
		name, _ := key.(string)
		if err != nil || seen[name] || !v.setJSON(name, value) {
			return plain, false
		}
		seen[name] = true
	}
	if t, err := d.Token(); err != nil || t != json.Delim('}') {
		return plain, false
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return plain, false
	}
	return v, true
}

// setJSON sets a limit from a value in JSON: a text, or but for the pattern a
// number.
func (v *Praezisierung) setJSON(key string, value json.Token) bool {
	s, isText := value.(string)
	if n, isNumber := value.(json.Number); isNumber && key != "pattern" {
		s, isText = n.String(), true
	}
	return isText && v.set(key, s)
}

func (v *Praezisierung) set(key, s string) bool {
	length := func(lower int) (n int, ok bool) {
		if s == "" { // an empty field of an editor
			return 0, true
		}
		n, small, ok := parseInteger([]byte(s), lower)
		return n, ok && small
	}
	ok := true
	switch key {
	case "minLength":
		v.MinLength, ok = length(0)
	case "maxLength":
		v.MaxLength, ok = length(1)
	case "minValue":
		v.MinValue = s
	case "maxValue":
		v.MaxValue = s
	case "pattern":
		v.Pattern = s
	default:
		ok = false
	}
	return ok
}

func parseInt32(b []byte) (int, bool) {
	s := string(b)
	n, err := strconv.ParseInt(s, 10, 32)
	return int(n), err == nil
}

// validMediaType checks a PatternString: \w+/[-+.\w]+ in the regular expressions
// of XML Schema, where \w is everything but punctuation, separators and others.
func validMediaType(b []byte) bool {
	major, minor, ok := bytes.Cut(b, []byte("/"))
	return ok && words(major, "") && words(minor, "-+.")
}

func words(b []byte, more string) bool {
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if (unicode.In(r, unicode.P, unicode.Z, unicode.C) || !assigned(r)) && !strings.ContainsRune(more, r) {
			return false
		}
		i += n
	}
	return len(b) > 0
}

func assigned(r rune) bool { return unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.S) }

// genericode reads code lists.
func (p *reader) genericode() (lists []*codelist.List) {
	p.attributes(nil)
	pos, spoken := p.s.Pos(), false
	for p.s.Next() {
		switch p.s.Kind() {
		case xmlscan.EndElement:
			return lists
		case xmlscan.Text:
			if !spoken && !blank(p.s.Text()) {
				spoken = true
				p.findAt(ruleText, place{p.s.Path(), pos}, nil)
			}
		case xmlscan.StartElement:
			if p.s.Name().Space != codelist.NSGenericode {
				p.find(ruleNamespace, nil)
				_ = p.s.Skip()
				continue
			}
			if l := p.list(); l != nil {
				lists = append(lists, l)
			}
		}
	}
	return lists
}

// list cuts one list out, gives it the namespaces around, and lets package
// codelist read it. Places in it are moved to where they are in the message.
func (p *reader) list() *codelist.List {
	pos, path, depth := p.s.Pos(), p.s.Path(), p.s.Depth()
	parent := path[:strings.LastIndexByte(path, '/')]
	var doc, tag bytes.Buffer
	raw := p.s.Raw()
	own := map[string]bool{}
	for _, d := range p.s.Namespaces() {
		own[d.Prefix] = true
	}
	for _, d := range p.s.InScope(nil) {
		if own[d.Prefix] || d.Prefix == "" && d.URI == "" {
			continue
		}
		tag.WriteString(" xmlns")
		if d.Prefix != "" {
			tag.WriteString(":" + d.Prefix)
		}
		tag.WriteString(`="` + strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;").Replace(d.URI) + `"`)
	}
	head := bytes.IndexAny(raw, " \t\r\n/>")
	doc.Write(raw[:head])
	doc.Write(tag.Bytes())
	doc.Write(raw[head:])
	for p.s.Next() {
		doc.Write(p.rawToken())
		if p.s.Kind() == xmlscan.EndElement && p.s.Depth() == depth {
			break
		}
	}
	if p.s.Err() != nil {
		return nil
	}
	l, err := codelist.Read(&doc, nil)
	var invalid *finding.InvalidError
	if errors.As(err, &invalid) {
		for _, f := range invalid.Findings {
			f.Path = parent + f.Path
			if f.Line == 1 {
				f.Column += pos.Column - 1
				if f.Column > pos.Column {
					f.Column = max(pos.Column, f.Column-tag.Len())
				}
			}
			if f.Line > 0 {
				f.Line += pos.Line - 1
			}
			if len(p.errors) < maxErrors {
				p.errors = append(p.errors, f)
			}
		}
		return nil
	}
	return l
}

// rawToken returns the current token as it can stand in a document of its own:
// the text of a CDATA section comes without its brackets.
func (p *reader) rawToken() []byte {
	if p.s.Kind() == xmlscan.Text && p.s.IsCDATA() {
		var b bytes.Buffer
		b.WriteString("<![CDATA[")
		b.Write(p.s.Raw())
		b.WriteString("]]>")
		return b.Bytes()
	}
	return p.s.Raw()
}
