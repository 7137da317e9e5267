package forms

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/bausteine/egov/xoev/finding"
)

const tagSource = "package forms, struct tags and definitions"

func tagRule(code, message string) finding.Rule {
	return finding.Rule{Code: code, Source: tagSource, Message: message}
}

var (
	ruleNotStruct    = tagRule("FORM-001", "a form is made of a struct whose exported fields are structs, one for each step")
	ruleID           = tagRule("FORM-002", "the form needs an ID and a version")
	ruleNoFields     = tagRule("FORM-003", "a form, a step and a group need at least one exported field")
	ruleTagSyntax    = tagRule("FORM-004", "the struct tag is not of the form key:\"value\" key:\"value\"")
	ruleTagTypo      = tagRule("FORM-005", "this tag looks like a misspelt one of package forms")
	ruleTagPlace     = tagRule("FORM-006", "this tag has no meaning here")
	ruleSlug         = tagRule("FORM-007", "the name needs lower-case letters, digits and hyphens, and must start with a letter")
	rulePathTwice    = tagRule("FORM-008", "two steps, groups or fields have the same path")
	ruleNoLabel      = tagRule("FORM-009", "a step needs a title, a group a legend, a field a label")
	ruleFieldType    = tagRule("FORM-010", "a field is a string, whole number, bool, forms.Date, forms.Money, a pointer to one of these, []string or forms.File, and of a type that fits")
	ruleNesting      = tagRule("FORM-011", "groups are struct values, repeated ones slices of structs; they nest at most 16 deep and do not hold themselves")
	ruleEmbedded     = tagRule("FORM-012", "embedded structs are not supported: give the field a name")
	ruleWidget       = tagRule("FORM-013", "this widget does not fit the type of the field")
	ruleOptions      = tagRule("FORM-014", "options are written value=label, joined by |, each value once")
	ruleNoOptions    = tagRule("FORM-015", "this field needs options, in its tag or in Options.Choices")
	ruleShow         = tagRule("FORM-016", "a condition is written path=value|value, several joined by &")
	ruleShowPath     = tagRule("FORM-017", "the condition names a field that the form does not have")
	ruleShowValue    = tagRule("FORM-018", "the condition names a value that the field cannot have")
	ruleShowCycle    = tagRule("FORM-019", "the condition depends on itself")
	ruleValidate     = tagRule("FORM-020", "validator/v10 cannot use this rule")
	ruleValidateRef  = tagRule("FORM-021", "the rule names a field that this struct does not have")
	ruleNeedsPointer = tagRule("FORM-022", "this rule needs a pointer field: without one, zero and absent look alike")
	ruleNumber       = tagRule("FORM-023", "the tag needs a whole number greater than zero")
	ruleAccept       = tagRule("FORM-024", "a file field names the media types it accepts, joined by commas")
	ruleFIM          = tagRule("FORM-025", "a FIM reference is an id with version (F05000059V1.0), groups before it joined by /")
	ruleFIMTwice     = tagRule("FORM-026", "two fields have the same FIM reference")
	ruleOptionsPath  = tagRule("FORM-027", "Options name a field that the form does not have, or one without choices")
	ruleMessageCode  = tagRule("FORM-028", "this message belongs to no code of the catalogue")
	ruleRegister     = tagRule("FORM-029", "Options.Register failed")
	ruleConstraint   = tagRule("FORM-030", "the rule can never be met: its minimum is above its maximum")
	ruleToken        = tagRule("FORM-031", "HTML has no such token for this tag")
	ruleLimit        = tagRule("FORM-033", "this limit does not fit the type of the field")
	ruleRepeat       = tagRule("FORM-034", "a group repeats from a minimum to a maximum within the limits of the form, written \"min,max\", \"min,\" or \"min\"")
	ruleChoiceGroup  = tagRule("FORM-035", "a choice group has at least two elements, and only fields and groups")
	ruleDefault      = tagRule("FORM-036", "the default is no answer to this field")
	ruleComputed     = tagRule("FORM-037", "the result of the rule is no answer to this field, or the field cannot be computed")
	ruleCheck        = tagRule("FORM-038", "a check needs a condition, and a code of upper-case letters, digits and _")
	ruleEmpty        = tagRule("FORM-039", "an element of the definition is nil, or a text that it needs is missing")
	ruleLanguage     = tagRule("FORM-040", "there is no catalogue for this language: give all its texts in Options.Messages")
	ruleIdentifier   = tagRule("FORM-041", "there is no such identifier, or its parameter has no meaning, or the field is no text")
	rulePattern      = tagRule("FORM-042", "the pattern is no regular expression of RE2, or the field is no text")
	ruleAlias        = tagRule("FORM-032", "an alias must not hide required: write required itself")
)

// CompileRules returns the catalogue of what [New] can object to.
func CompileRules() []finding.Rule {
	return []finding.Rule{
		ruleNotStruct, ruleID, ruleNoFields, ruleTagSyntax, ruleTagTypo, ruleTagPlace, ruleSlug,
		rulePathTwice, ruleNoLabel, ruleFieldType, ruleNesting, ruleEmbedded, ruleWidget, ruleOptions,
		ruleNoOptions, ruleShow, ruleShowPath, ruleShowValue, ruleShowCycle, ruleValidate, ruleValidateRef,
		ruleNeedsPointer, ruleNumber, ruleAccept, ruleFIM, ruleFIMTwice, ruleOptionsPath, ruleMessageCode,
		ruleRegister, ruleConstraint, ruleToken, ruleAlias, ruleLimit, ruleRepeat, ruleChoiceGroup,
		ruleDefault, ruleComputed, ruleCheck, ruleEmpty, ruleLanguage, ruleIdentifier, rulePattern,
	}
}

// Where a tag may stand.
type place uint8

const (
	onStep place = 1 << iota
	onGroup
	onField
	onNote
)

// tagPlaces is the list of our tags. "msg-CODE" comes on top.
var tagPlaces = map[string]place{
	"step":         onStep,
	"title":        onStep | onNote,
	"intro":        onStep,
	"legend":       onGroup,
	"repeat":       onGroup,
	"entry":        onGroup,
	"choice":       onGroup,
	"note":         onNote,
	"label":        onField,
	"name":         onGroup | onField | onNote,
	"help":         onGroup | onField,
	"show":         onStep | onGroup | onField | onNote,
	"fim":          onStep | onGroup | onField | onNote,
	"validate":     onField,
	"options":      onField,
	"type":         onField,
	"widget":       onField,
	"phrase":       onField,
	"autocomplete": onField,
	"inputmode":    onField,
	"prefill":      onField,
	"default":      onField,
	"locked":       onField,
	"min":          onField,
	"max":          onField,
	"decimals":     onField,
	"pattern":      onField,
	"rows":         onField,
	"accept":       onField,
	"maxsize":      onField,
	"sensitive":    onField,
}

// autocompleteTokens are those of the HTML Living Standard (4.10.18.7.1) that
// say something about a person; WCAG 2.2, section 7, names the same purposes.
var autocompleteTokens = strings.Fields(`name honorific-prefix given-name additional-name family-name
	honorific-suffix nickname organization-title username new-password current-password one-time-code
	organization street-address address-line1 address-line2 address-line3 address-level4 address-level3
	address-level2 address-level1 country country-name postal-code language bday bday-day bday-month
	bday-year sex url photo tel tel-country-code tel-national tel-area-code tel-local tel-extension email
	impp off`)

var inputModes = []string{"none", "text", "decimal", "numeric", "tel", "search", "email", "url"}

// tokens checks the tags whose words HTML defines. The last word of an
// autocomplete is the purpose; those before it ("section-x", "billing",
// "work") only qualify it.
func (c *compiler) tokens(d *FieldDefinition, at string) {
	if d.Autocomplete != "" {
		words := strings.Fields(d.Autocomplete)
		if len(words) == 0 || !slices.Contains(autocompleteTokens, words[len(words)-1]) {
			c.object(ruleToken, at, "autocomplete")
		}
	}
	if d.InputMode != "" && !slices.Contains(inputModes, d.InputMode) {
		c.object(ruleToken, at, "inputmode")
	}
}

// foreignTags belong to other well-known packages and are left alone.
var foreignTags = []string{"json", "xml", "yaml", "toml", "db", "form", "mapstructure", "bson", "env"}

// parseTag splits a struct tag strictly; reflect's own lookup silently stops
// at the first mistake.
func parseTag(tag string) (map[string]string, bool) {
	out := map[string]string{}
	for s := strings.TrimLeft(tag, " "); s != ""; s = strings.TrimLeft(s, " ") {
		key, rest, ok := strings.Cut(s, ":")
		if !ok || key == "" || strings.ContainsAny(key, " \"") {
			return nil, false
		}
		quoted, err := strconv.QuotedPrefix(rest)
		if err != nil || quoted[0] != '"' {
			return nil, false
		}
		value, err := strconv.Unquote(quoted)
		if err != nil {
			return nil, false
		}
		if _, twice := out[key]; twice {
			return nil, false
		}
		out[key] = value
		if s = rest[len(quoted):]; s != "" && s[0] != ' ' {
			return nil, false
		}
	}
	return out, true
}

// tagsOf reads the tags of a struct field and objects to those that are
// misspelt or stand in the wrong place; nil if they cannot be read.
func (c *walker) tagsOf(sf reflect.StructField, at string, where place) map[string]string {
	tags, ok := parseTag(string(sf.Tag))
	if !ok {
		c.object(ruleTagSyntax, at, "")
		return nil
	}
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		places, known := tagPlaces[key]
		switch {
		case known && places&where == 0:
			c.object(ruleTagPlace, at, key)
		case known, slices.Contains(foreignTags, key):
		case strings.HasPrefix(key, "msg-"):
			if where != onField {
				c.object(ruleTagPlace, at, key)
			}
		case resemblesTag(key):
			c.object(ruleTagTypo, at, key)
		}
	}
	return tags
}

// resemblesTag reports whether the key is one slip away from one of our tags.
func resemblesTag(key string) bool {
	for ours := range tagPlaces {
		if len(ours) > 3 && oneSlip(strings.ToLower(key), ours) {
			return true
		}
	}
	return false
}

// oneSlip reports whether a and b are equal or differ by one letter added,
// left out, replaced, or swapped with its neighbour.
func oneSlip(a, b string) bool {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	a, b = a[i:], b[i:]
	if a == b {
		return true
	}
	skip := func(s string, n int) string { return s[min(n, len(s)):] }
	if skip(a, 1) == b || a == skip(b, 1) || skip(a, 1) == skip(b, 1) {
		return true
	}
	return len(a) > 1 && len(b) > 1 && a[0] == b[1] && a[1] == b[0] && a[2:] == b[2:]
}
