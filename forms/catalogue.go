package forms

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/bausteine/egov/forms/rule"
)

// Language is that of messages, as a BCP 47 tag.
type Language string

// The languages that this package has catalogues of.
const (
	German         Language = "de"
	LeichteSprache Language = "de-x-leicht" // easy-to-read German (BITV 2.0, annex 2)
	English        Language = "en"
)

// Languages returns those that this package has catalogues of.
func Languages() []Language { return slices.Sorted(maps.Keys(catalogues)) }

// Catalogue returns a copy of the texts in the language, to start changed ones
// from; nil for a language that this package does not have.
func (l Language) Catalogue() Catalogue { return maps.Clone(catalogues[l]) }

// Codes returns all codes of the catalogues, sorted.
func Codes() []string {
	seen := map[string]bool{}
	for key := range catalogues[German] {
		code, _, _ := strings.Cut(key, "/")
		seen[code] = true
	}
	return slices.Sorted(maps.Keys(seen))
}

func (c *compiled) knowsCode(code string) bool { return catalogues[German][code] != "" }

// catalogues takes over the texts of the options.
func (c *compiler) catalogues() {
	f := c.form
	f.texts = map[Language]Catalogue{}
	for _, l := range Languages() {
		f.texts[l] = l.Catalogue()
	}
	if f.texts[f.own] == nil {
		f.texts[f.own] = Catalogue{}
		for _, code := range Codes() {
			if c.options.Messages[code] == "" {
				c.objectParams(ruleLanguage, c.root, map[string]string{"language": string(f.own), "code": code})
				break
			}
		}
	}
	for _, l := range slices.Sorted(maps.Keys(c.options.Translations)) {
		if f.texts[l] == nil {
			c.objectParams(ruleLanguage, c.root, map[string]string{"language": string(l)})
			continue
		}
		maps.Copy(f.texts[l], c.options.Translations[l])
	}
	maps.Copy(f.texts[f.own], c.options.Messages)
	for _, path := range slices.Sorted(maps.Keys(c.options.FieldMessages)) {
		field := f.byPath[path]
		if field == nil {
			c.objectParams(ruleOptionsPath, c.root, map[string]string{"path": path})
			continue
		}
		for code, text := range c.options.FieldMessages[path] {
			c.fieldMessage(field, code, text, c.root, "")
		}
	}
}

// fieldMessages takes over the texts of a field's definition.
func (c *compiler) fieldMessages(f *Field, texts map[string]string, at string) {
	for _, code := range slices.Sorted(maps.Keys(texts)) {
		tag := "messages"
		if f.bound != nil {
			tag = "msg-" + strings.ToLower(strings.ReplaceAll(code, "_", "-"))
		}
		c.fieldMessage(f, code, texts[code], at, tag)
	}
}

func (c *compiler) fieldMessage(f *Field, code, text, at, tag string) {
	_, added := c.options.Messages[code]
	own := slices.ContainsFunc(f.tests, func(t Check) bool { return t.Code == code })
	if !c.form.knowsCode(code) && !added && !own {
		c.objectParams(ruleMessageCode, at, map[string]string{"tag": tag, "code": code})
	}
	if f.messages == nil {
		f.messages = map[string]string{}
	}
	f.messages[code] = text
}

// In returns the form with its messages in another language: one of
// [Languages], or that of the form. For any other it returns the form as it
// is. Texts of the service itself (labels, and messages for single fields and
// checks) are in the form's own language: in another one the catalogue's text
// stands for a message, and labels stay.
func (f *Form) In(l Language) *Form {
	if l == f.language || f.texts[l] == nil {
		return f
	}
	return f.compiled.in(l)
}

func (c *compiled) in(l Language) *Form {
	return &Form{compiled: c, language: l, ready: c.ready[l]()}
}

// fieldTexts are the errors that a field outside of repeated groups can have,
// made ahead of time.
type fieldTexts struct {
	codes  map[string]FieldError
	checks []FieldError
}

// prepare makes the errors of each language when it is first asked for.
func (c *compiler) prepare() {
	form := c.form
	form.ready = map[Language]func() []fieldTexts{}
	for l := range form.texts {
		form.ready[l] = sync.OnceValue(func() []fieldTexts {
			f := &Form{compiled: form, language: l}
			list := make([]fieldTexts, len(f.fields))
			for i, field := range f.fields {
				if field.element.scope.group == nil {
					list[i] = f.prepareField(field)
				}
			}
			return list
		})
	}
}

// ownCodes are the codes that our own checks find in a field, by type.
var ownCodes = map[Type][]string{
	TypeNumber:   {CodeNumber},
	TypeDecimal:  {CodeDecimal, CodeDecimals},
	TypeMoney:    {CodeMoney},
	TypeDate:     {CodeDate, CodeDateUnreal},
	TypeTime:     {CodeTime},
	TypeDateTime: {CodeDateTime},
	TypeBool:     {CodeBool},
	TypeChoice:   {CodeChoice},
	TypeMulti:    {CodeChoice},
	TypeFile:     {CodeFileEmpty, CodeFileSize, CodeFileType},
}

func (f *Form) prepareField(field *Field) fieldTexts {
	root := &instance{def: f.scopes[0]}
	t := fieldTexts{codes: map[string]FieldError{}, checks: make([]FieldError, len(field.checks))}
	codes := append([]string{CodeRequired, CodeExcluded, CodeKind}, ownCodes[field.Type]...)
	if field.Identifier != "" {
		prefix := strings.ToUpper(field.Identifier)
		for code := range f.texts[f.language] {
			if code == prefix || strings.HasPrefix(code, prefix+"_") {
				codes = append(codes, code)
			}
		}
	}
	for _, code := range codes {
		t.codes[code] = f.errorOf(root, field.element, code, "", "")
	}
	for i := range field.checks {
		switch c := &field.checks[i]; {
		case c.code != "":
			t.checks[i] = f.errorOf(root, field.element, c.code, c.name, c.param)
		case c.tag != field.Identifier:
			t.checks[i] = f.tagError(root, field, c.tag, c.param)
		}
	}
	return t
}

// Language returns that of the messages.
func (f *Form) Language() Language { return f.language }

// text finds the most special text for a code at a field.
func (f *Form) text(field *Field, code string) string {
	texts := f.texts[f.language]
	if f.language == f.own {
		if text, ok := field.messages[code]; ok {
			return text
		}
	}
	kind := string(field.Type)
	if field.Type == TypeBool && field.Widget == WidgetRadio {
		kind = "yesno"
	}
	// A phrase is for what is typed in, and in the form's own language.
	if field.phrase != "" && field.Options == nil && field.Type != TypeFile && f.language == f.own {
		if text, ok := texts[code+"/phrase"]; ok {
			return text
		}
	}
	if text, ok := texts[code+"/"+kind]; ok {
		return text
	}
	return f.general(code)
}

// general finds the text for a code; for one of an identifier that has none,
// that of the identifier.
func (f *Form) general(code string) string {
	texts := f.texts[f.language]
	if text, ok := texts[code]; ok {
		return text
	}
	family, _, _ := strings.Cut(code, "_")
	if text, ok := texts[family]; ok {
		return text
	}
	return texts[CodeInvalid]
}

// quotable takes the full stop off a label that is a sentence, as German does
// for a sentence quoted within another: „Ich stimme zu“. The dot of an
// abbreviation stays.
func quotable(label string) string {
	words := strings.Fields(label)
	if len(words) < 3 {
		return label
	}
	last, ok := strings.CutSuffix(words[len(words)-1], ".")
	if !ok || strings.HasSuffix(last, ".") || len(last) < 2 || slices.Contains(abbreviations, strings.ToLower(last)) {
		return label
	}
	return strings.TrimSuffix(strings.TrimSpace(label), ".")
}

// abbreviations that labels end with.
var abbreviations = strings.Fields("nr str tel usw etc bzw ggf inkl zzgl geb max min st std ca")

func itoa(n int) string { return strconv.Itoa(n) }

// errorOf makes the error of a code at a field or group.
func (f *Form) errorOf(in *instance, el *element, code, name, value string) FieldError {
	var params map[string]string
	if name != "" && value != "" {
		params = map[string]string{name: value}
	}
	if field := el.field; field != nil {
		if f.ready != nil && name == "" {
			if e, ok := f.ready[field.index].codes[code]; ok {
				return e
			}
		}
		switch code {
		case CodeFileSize:
			params = map[string]string{"max": formatSize(field.MaxSize)}
		case CodeFileType:
			params = map[string]string{"types": formatTypes(field.Accept)}
		case CodeDecimals:
			params = map[string]string{"max": itoa(field.Decimals)}
		}
		return f.fieldError(in, field, code, params)
	}
	return f.groupError(in, el.group, code, params, "")
}

// tagError is the error of a broken rule of validator/v10.
func (f *Form) tagError(in *instance, field *Field, tag, param string) FieldError {
	code, name := codeOf(field, tag)
	if own := strings.ToUpper(tag); code == CodeInvalid && f.texts[f.own][own] != "" {
		code = own
	}
	params := map[string]string{}
	switch {
	case name != "" && param != "":
		params[name] = param
	case code == CodeInvalid:
		params["rule"] = tag
	}
	if how := refersTo[tag]; how == 1 || how == 4 {
		params["other"] = f.labelOf(field, how, param)
	}
	return f.fieldError(in, field, code, params)
}

// labelOf returns the label of the field that a cross-field rule names.
func (f *Form) labelOf(field *Field, how int, name string) string {
	at := field.bound.parent
	if how == 4 {
		at = f.root
	}
	for _, other := range f.fields {
		if other.bound != nil && other.bound.at == join(at, name) {
			return quotable(other.Label)
		}
	}
	return ""
}

// fieldError makes the error of a code at a field.
func (f *Form) fieldError(in *instance, field *Field, code string, params map[string]string) FieldError {
	e := FieldError{Path: in.path(field.element), Code: code, Label: field.Label, Step: field.Step.ID}
	if len(params) > 0 {
		e.Params = params
	}
	e.Message = f.fill(f.text(field, code), field, in, params)
	return e
}

// groupError makes the error of a code at a group.
func (f *Form) groupError(in *instance, g *Group, code string, params map[string]string, text string) FieldError {
	e := FieldError{Path: g.Path, Code: code, Label: g.Legend, Step: g.Step.ID, Params: params}
	if in.def == g.element.scope {
		e.Path = in.path(g.element)
	}
	if text == "" {
		text = f.general(code)
	}
	pairs := []string{"{label}", f.inEntry(quotable(g.Legend), in)}
	for name, value := range params {
		pairs = append(pairs, "{"+name+"}", value)
	}
	e.Message = strings.NewReplacer(pairs...).Replace(text)
	return e
}

// checkError makes the error of a broken check at a field, group or, if both
// are missing, the form.
func (f *Form) checkError(in *instance, el *element, c *Check, path string) FieldError {
	text := c.Message
	if f.language != f.own {
		text = ""
	}
	switch {
	case el == nil:
		if text == "" {
			text = f.general(c.Code)
		}
		return FieldError{Code: c.Code, Label: f.title, Message: strings.ReplaceAll(text, "{label}", f.title)}
	case el.field == nil:
		e := f.groupError(in, el.group, c.Code, nil, text)
		e.Path = path
		return e
	case text == "":
		return f.fieldError(in, el.field, c.Code, nil)
	}
	e := FieldError{Path: path, Code: c.Code, Label: el.field.Label, Step: el.field.Step.ID}
	e.Message = f.fill(text, el.field, in, nil)
	return e
}

// fill puts label, phrase and parameters into a text.
func (f *Form) fill(text string, field *Field, in *instance, params map[string]string) string {
	pairs := make([]string, 0, 8)
	pairs = append(pairs, "{label}", f.inEntry(quotable(field.Label), in), "{phrase}", f.inEntry(field.phrase, in))
	for name, value := range params {
		if name == "min" || name == "max" {
			value = f.formatLimit(field, value)
		}
		pairs = append(pairs, "{"+name+"}", value)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// inEntry says which entries of repeated groups a label is meant in:
// "Vorname (Kind 2)".
func (f *Form) inEntry(label string, in *instance) string {
	where := ""
	for ; in != nil && in.def.group != nil; in = in.parent {
		name := in.def.group.group.Repeat.Entry + " " + itoa(in.index+1)
		if where != "" {
			name += ", "
		}
		where = name + where
	}
	if where == "" {
		return label
	}
	return label + " (" + where + ")"
}

// formatLimit writes a limit as the citizen reads it.
func (f *Form) formatLimit(field *Field, value string) string {
	english := f.language == English
	switch field.kind {
	case rule.KindDate:
		if d, ok := parseISODate(value); ok {
			if english {
				return d.Time(time.UTC).Format("2 January 2006")
			}
			return d.Format()
		}
	case rule.KindNumber:
		if field.Type == TypeMoney {
			if cents, ok := roundCents(value); ok {
				value = formatCents(cents)
			}
		}
		if !english {
			value = strings.Replace(value, ".", ",", 1)
		}
		if field.Type == TypeMoney {
			value += " €"
		}
	}
	return value
}
