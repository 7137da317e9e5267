package xdatenfelder

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/bausteine/egov/xoev/codelist"
)

// latin writes an element of the type String.Latin.
func (e *encoder) latin(name, s string, attrs ...attribute) {
	if e.checking {
		e.push(name)
		for _, a := range attrs {
			e.checkAttribute(a)
		}
		e.checkText(s, true)
		e.end()
		return
	}
	e.simple(name, s, attrs...)
}

// text writes an element of the type xs:string.
func (e *encoder) text(name, s string, attrs ...attribute) {
	if e.checking {
		e.push(name)
		for _, a := range attrs {
			e.checkAttribute(a)
		}
		e.checkText(s, false)
		e.end()
		return
	}
	e.simple(name, s, attrs...)
}

func isToken(s string) bool { return string(collapse([]byte(s))) == s }

// token writes an element of the type xs:token.
func (e *encoder) token(name, s string, attrs ...attribute) {
	e.check(name, "xs:token", isToken(s))
	e.text(name, s, attrs...)
}

// check refuses a value of a child element that does not have its type.
func (e *encoder) check(child, typ string, ok bool) {
	if e.checking && !ok {
		e.refuse(ruleValue, child, map[string]string{"type": typ})
	}
}

// missing refuses an element without a mandatory child.
func (e *encoder) missing(child string) {
	if e.checking {
		e.refuse(ruleMissing, "", map[string]string{"element": child})
	}
}

// has refuses a value for which the version has no place.
func (e *encoder) has(t []slot, child string, id field, present bool) {
	if !e.checking || !present {
		return
	}
	for i := range t {
		if t[i].id == id {
			return
		}
	}
	e.cannot(child)
}

func (e *encoder) cannot(what string) {
	if e.checking {
		e.refuse(ruleCannotHold, "", map[string]string{"element": what})
	}
}

// optLatin writes a child if it is mandatory or not empty.
func (e *encoder) optLatin(s *slot, text string) {
	if s.required || text != "" {
		e.latin(s.name, text)
	}
}

func (e *encoder) optToken(s *slot, text string) {
	if s.required || text != "" {
		e.token(s.name, text)
	}
}

func (e *encoder) datum(s *slot, d Datum) {
	if d == "" {
		if s.required {
			e.missing(s.name)
		}
		return
	}
	e.check(s.name, "xs:date", validDate([]byte(d)))
	e.text(s.name, string(d))
}

func (e *encoder) zeitpunkt(s *slot, z Zeitpunkt) {
	if z == "" {
		if s.required {
			e.missing(s.name)
		}
		return
	}
	e.check(s.name, "xs:dateTime", validDateTime([]byte(z)))
	e.text(s.name, string(z))
}

// coded writes a code of a list that the schema knows.
func (e *encoder) coded(s *slot, spec *codeSpec, code string) {
	if s.required || code != "" {
		e.code(s.name, spec, codelist.Code{Code: code})
	}
}

// code writes a code. What is empty in it comes from the schema; what is not
// must be what the schema says.
func (e *encoder) code(name string, spec *codeSpec, c codelist.Code) {
	if e.checking {
		e.checkCode(name, spec, c)
	}
	version := c.ListVersionID
	if spec.version != "" {
		version = spec.version
	}
	e.start(name, attribute{"listURI", spec.uri}, attribute{"listVersionID", version})
	if !e.checking {
		_, _ = e.w.WriteString("<code>")
		e.escape(c.Code, false)
		_, _ = e.w.WriteString("</code>")
	}
	e.end()
}

func (e *encoder) checkCode(name string, spec *codeSpec, c codelist.Code) {
	switch {
	case c.ListURI != "" && c.ListURI != spec.uri:
		e.refuse(ruleList, name, map[string]string{"listURI": spec.uri})
	case spec.version != "" && c.ListVersionID != "" && c.ListVersionID != spec.version:
		e.refuse(ruleList, name, map[string]string{"listVersionID": spec.version})
	case spec.codes != nil && !contains(spec.codes, c.Code):
		e.refuse(ruleCode, name, map[string]string{"codes": strings.Join(spec.codes, " ")})
	case !isToken(c.Code) || !validXML(c.Code) || len(c.Code) > maxText:
		e.refuse(ruleValue, name, map[string]string{"type": "xs:token"})
	case c.Name != "":
		e.refuse(ruleCannotHold, name, map[string]string{"element": "name"})
	}
}

// identifikation writes an id and its version, which a working copy has not.
func (e *encoder) identifikation(name string, id Identifikation) {
	if e.checking && id.Version != "" && !validVersion([]byte(id.Version), int(e.n.Version)) {
		e.refuse(ruleValue, name+"/xdf:version", map[string]string{"type": "VersionString"})
	}
	e.start(name)
	e.token("id", id.ID)
	if id.Version != "" {
		e.text("version", id.Version)
	}
	e.end()
}

// bezug writes the references, of which XDF2 takes exactly one, without a link.
// Those that are empty say nothing, and are left out, as when reading.
func (e *encoder) bezug(list []Rechtsbezug) {
	if e.n.Version == XDF3 {
		for _, r := range list {
			var attrs []attribute
			if r.Link != "" {
				attrs = []attribute{{"link", r.Link}}
			}
			if r != (Rechtsbezug{}) {
				e.latin("bezug", r.Text, attrs...)
			}
		}
		return
	}
	var text string
	n := 0
	for _, r := range list {
		if r == (Rechtsbezug{}) {
			continue
		}
		if n++; n == 1 {
			text = r.Text
		}
		if r.Link != "" {
			e.cannot("bezug/@link")
		}
	}
	if n > 1 {
		e.cannot("bezug[2]")
	}
	e.latin("bezug", text)
}

// praezisierung writes the limits: XDF3 in attributes, XDF2 as JSON.
func (e *encoder) praezisierung(s *slot, v Praezisierung) {
	if e.checking {
		e.checkPraezisierung(v)
	}
	if e.n.Version == XDF2 {
		e.latin(s.name, v.JSON())
		return
	}
	if v == (Praezisierung{}) {
		return
	}
	var attrs []attribute
	add := func(name, value string) {
		if value != "" {
			attrs = append(attrs, attribute{name, value})
		}
	}
	if v.MinLength > 0 {
		add("minLength", strconv.Itoa(v.MinLength))
	}
	if v.MaxLength > 0 {
		add("maxLength", strconv.Itoa(v.MaxLength))
	}
	add("minValue", v.MinValue)
	add("maxValue", v.MaxValue)
	add("pattern", v.Pattern)
	e.latin(s.name, v.Text, attrs...)
}

func (e *encoder) checkPraezisierung(v Praezisierung) {
	const name = "praezisierung"
	e.check(name, "xs:nonNegativeInteger", v.MinLength >= 0 && v.MinLength < math.MaxInt32 && v.MaxLength >= 0 && v.MaxLength < math.MaxInt32)
	e.check(name, "xs:token", isToken(v.MinValue) && isToken(v.MaxValue) || e.n.Version == XDF2)
	if e.n.Version != XDF2 || v.Text == "" {
		return
	}
	if read, _ := parsePraezisierung(v.Text); read != v {
		e.refuse(ruleContradiction, name, nil)
	}
}

// jsonEscape writes a character as JSON can, in letters that every version has.
func jsonEscape(r rune) string {
	var b strings.Builder
	for _, u := range utf16.Encode([]rune{r}) {
		fmt.Fprintf(&b, `\u%04x`, u)
	}
	return b.String()
}

// JSON returns the limits as XDatenfelder 2.0 writes them: Text if it is set,
// else a JSON object of strings in a fixed order, or nothing if nothing is set.
func (v Praezisierung) JSON() string {
	if v.Text != "" {
		return v.Text
	}
	var b bytes.Buffer
	add := func(key, value string) {
		if value == "" {
			return
		}
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		b.WriteString(`"` + key + `":`)
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		_ = enc.Encode(value) // a string always can be; it ends with a line feed
		b.Truncate(b.Len() - 1)
	}
	length := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	add("minValue", v.MinValue)
	add("maxValue", v.MaxValue)
	add("minLength", length(v.MinLength))
	add("maxLength", length(v.MaxLength))
	add("pattern", v.Pattern)
	if b.Len() == 0 {
		return ""
	}
	return onlyLatin("{"+b.String()+"}", jsonEscape)
}
