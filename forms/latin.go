package forms

import "github.com/bausteine/egov/xoev/latin"

// latinTag is the tag for the characters of DIN 91379.
const latinTag = "latin"

// latinTypes are the types of DIN 91379:2022 by the parameter of the tag.
var latinTypes = map[string]latin.Type{
	"": latin.C, "A": latin.A, "B": latin.B, "C": latin.C, "D": latin.D, "E": latin.E,
}

// latinCheck compiles the tag; nil for a parameter without meaning.
func latinCheck(param string) func(*instance, *slot) bool {
	t, ok := latinTypes[param]
	if !ok {
		return nil
	}
	return func(_ *instance, s *slot) bool { return t.ValidString(s.v.text) }
}

// latin is the check of a definition.
func (c *compiler) latin(f *Field, param, at string) {
	ok := latinCheck(param)
	if ok == nil || !isTextual(f.Type) || f.Type == TypeEmail {
		c.object(ruleIdentifier, at, "identifier")
		return
	}
	f.checks = append(f.checks, check{tag: latinTag, param: param, ok: ok})
}
