package codelist

import (
	"slices"

	"github.com/bausteine/egov/xoev/finding"
)

// Type is one of the four code types of XÖV. It says where list and version of
// a code stand: fixed in the schema, or in the message. The zero Type is none of
// them. Source: XÖV-Handbuch 3.0.1, NDR-4.
//
//	type   listURI           listVersionID     values
//	1      optional, fixed   optional, fixed   in the schema
//	2      optional, fixed   optional, fixed   in the list
//	3      optional, fixed   mandatory         in the list
//	4      mandatory         mandatory         in the list
type Type uint8

// The four code types.
const (
	Type1 Type = 1 + iota
	Type2
	Type3
	Type4
)

// Spec says what a schema says about one code: the metadata by which a code is
// checked, and by which its list is found. The zero Spec accepts nothing. A Spec
// may be used by several goroutines at once as long as nobody changes it.
type Spec struct {
	Type Type
	// ListURI is the fixed kennung of types 1 to 3.
	ListURI string
	// ListVersionID is the fixed version of types 1 and 2.
	ListVersionID string
	// Codes are the values that the schema lists; type 1 needs them.
	Codes []string
	// AllowName says that the type kept the element name; most types drop it.
	AllowName bool
	// Column is the column of the list that holds the codes
	// (genutzteCodeSpalte), by ID or ShortName; empty means that of [List.Key].
	Column string
}

// Check judges a code by its type alone, without the list: whether the
// attributes may or must be there and have their fixed values, whether a name is
// allowed, and for type 1 whether the code is one of those listed. White space is
// treated as [Code.Normalized] does. No findings means that the code keeps to its
// type, not that it is in its list. Paths are relative to the element: "code",
// "name", "@listURI", "@listVersionID", or empty. An attribute that is there and
// empty looks like one that is not; [ReadCode] tells them apart.
func (s *Spec) Check(c Code) []finding.Finding {
	return s.check(c.Normalized(), presence{uri: c.ListURI != "", version: c.ListVersionID != "", name: c.Name != ""})
}

// presence says what a code has, even if it is empty.
type presence struct{ uri, version, name bool }

func (s *Spec) check(c Code, has presence) []finding.Finding {
	var f []finding.Finding
	add := func(r finding.Rule, path string, params map[string]string) {
		f = append(f, r.At(path, 0, 0, params))
	}
	if !s.complete() {
		add(ruleCodeType, "", nil)
		return f
	}
	if c.Code == "" {
		add(ruleCodeEmpty, "code", nil)
	} else if s.Type == Type1 && !slices.Contains(s.Codes, c.Code) {
		add(ruleCodeEnum, "code", nil)
	}
	switch {
	case s.Type == Type4 && c.ListURI == "":
		add(ruleCodeNoURI, "@listURI", nil)
	case s.Type != Type4 && has.uri && c.ListURI != s.ListURI:
		add(ruleCodeURI, "@listURI", map[string]string{"fixed": s.ListURI})
	}
	switch {
	case s.Type >= Type3 && c.ListVersionID == "":
		add(ruleCodeNoVersion, "@listVersionID", nil)
	case s.Type <= Type2 && has.version && c.ListVersionID != s.ListVersionID:
		add(ruleCodeVersion, "@listVersionID", map[string]string{"fixed": s.ListVersionID})
	}
	if has.name && !s.AllowName {
		add(ruleCodeName, "name", nil)
	}
	return f
}

// complete reports whether the Spec names a type and what that type fixes.
func (s *Spec) complete() bool {
	switch s.Type {
	case Type1:
		return s.ListURI != "" && s.ListVersionID != "" && len(s.Codes) > 0
	case Type2:
		return s.ListURI != "" && s.ListVersionID != ""
	case Type3:
		return s.ListURI != ""
	case Type4:
		return true
	}
	return false
}

// List returns which version of which list applies to a code: what the code
// says, else what the type fixes. ok is false if one of the two is unknown.
func (s *Spec) List(c Code) (v VersionKennung, ok bool) {
	c = c.Normalized()
	v = VersionKennung{Kennung: c.ListURI, Version: c.ListVersionID}
	if v.Kennung == "" {
		v.Kennung = s.ListURI
	}
	if v.Version == "" {
		v.Version = s.ListVersionID
	}
	return v, v.Kennung != "" && v.Version != ""
}

// Resolve does what Check does and looks the code up in its list, which must be
// the one that [Spec.List] names; nil means that there is none, and a list without
// its rows ([List.MetadataOnly]) counts as none. It returns the code's row, the zero Row if there is none. A name that the code has must stand
// somewhere in that row, else there is a warning. With nil findings the code is
// valid.
func (s *Spec) Resolve(c Code, l *List) (Row, []finding.Finding) {
	f := s.Check(c)
	add := func(r finding.Rule, path string) { f = append(f, r.At(path, 0, 0, nil)) }
	v, ok := s.List(c)
	switch {
	case !ok || l == nil || l.MetadataOnly():
		add(ruleCodeUnresolved, "")
		return Row{}, f
	case v != l.Kennung():
		add(ruleCodeOtherList, "")
		return Row{}, f
	}
	c = c.Normalized()
	column := l.codeColumn()
	if s.Column != "" {
		column = l.column(s.Column)
	}
	if column < 0 {
		add(ruleCodeNoColumn, "")
		return Row{}, f
	}
	row, ok := l.first(column, c.Code)
	switch {
	case c.Code == "":
	case !ok:
		add(ruleCodeUnknown, "code")
	case c.Name != "" && !row.holds(c.Name):
		add(ruleCodeOtherName, "name")
	}
	if c.Code == "" {
		return Row{}, f
	}
	return row, f
}

// holds reports whether a value of the row is the text.
func (r Row) holds(text string) bool {
	for i := range r.list.columns {
		if v, ok := r.At(i); ok && replaceSpace(v) == text {
			return true
		}
	}
	return false
}
