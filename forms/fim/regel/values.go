package regel

import (
	"strings"

	"github.com/bausteine/egov/forms/rule"
	"github.com/bausteine/egov/xoev/xdatenfelder"
)

// resolve turns the value of a sentence into one of the field's type.
func resolve(e Element, op string, v value) (boundValue, *Open) {
	if e.Group {
		return boundValue{}, &Open{CodeType, e.ID}
	}
	ordered := op != "=" && op != "<>"
	switch {
	case e.Select:
		if ordered {
			return boundValue{}, &Open{CodeType, e.ID}
		}
		return resolveCode(e, v)
	case e.Datentyp == xdatenfelder.DatentypBool:
		if ordered {
			return boundValue{}, &Open{CodeType, e.ID}
		}
		return resolveBool(v)
	case e.Datentyp == xdatenfelder.DatentypNum, e.Datentyp == xdatenfelder.DatentypNumInt, e.Datentyp == xdatenfelder.DatentypNumCurrency:
		if v.code == "" || v.name != "" || !clear(v.code, e.Datentyp) {
			return boundValue{}, &Open{CodeValue, v.String()}
		}
		n := normal(v.code)
		return boundValue{rule.Number(n), n, n}, nil
	case e.Datentyp == xdatenfelder.DatentypText, e.Datentyp == xdatenfelder.DatentypTextLatin:
		if ordered || v.code != "" {
			return boundValue{}, &Open{CodeType, e.ID}
		}
		if !literally(v.name) {
			return boundValue{}, &Open{CodeValue, v.String()}
		}
		return boundValue{rule.Text(v.name), v.name, "„" + v.name + "“"}, nil
	}
	return boundValue{}, &Open{CodeType, e.ID}
}

// clear reports whether a number can mean one only: "1.000" is a thousand to some
// and one to others, and "1,2" of a whole number may be a list.
func clear(s string, t xdatenfelder.Datentyp) bool {
	i := strings.IndexAny(s, ".,")
	return i < 0 || len(s)-i-1 != 3 && t != xdatenfelder.DatentypNumInt
}

// literally reports whether a text stands for itself: not for whether the field is
// filled in, for yes or no, or for another element.
func literally(s string) bool {
	id, _, _ := strings.Cut(s, " ")
	switch strings.ToLower(s) {
	case "wahr", "falsch", "ja", "nein", "true", "false", "leer", "nicht leer", "befüllt", "nicht befüllt", "ausgefüllt", "nicht ausgefüllt":
		return false
	}
	return !isID(id)
}

// normal writes a number with a point and without needless zeros in front.
func normal(s string) string {
	s = strings.TrimLeft(strings.Replace(s, ",", ".", 1), "0")
	if s == "" || s[0] == '.' {
		s = "0" + s
	}
	return s
}

func resolveBool(v value) (boundValue, *Open) {
	if v.code == "" {
		switch strings.ToLower(v.name) {
		case "wahr", "ja", "true":
			return boundValue{rule.Bool(true), "true", "ja"}, nil
		case "falsch", "nein", "false":
			return boundValue{rule.Bool(false), "false", "nein"}, nil
		}
	}
	return boundValue{}, &Open{CodeValue, v.String()}
}

// resolveCode finds the one entry of the field's code list that is meant. A name
// beside a code must be that of the code.
func resolveCode(e Element, v value) (boundValue, *Open) {
	if len(e.Values) == 0 {
		return boundValue{}, &Open{CodeList, e.ID}
	}
	var found *Value
	for i := range e.Values {
		if !v.means(e.Values[i]) {
			continue
		}
		if found != nil {
			return boundValue{}, &Open{CodeValue, v.String()}
		}
		found = &e.Values[i]
	}
	if found == nil {
		return boundValue{}, &Open{CodeValue, v.String()}
	}
	return boundValue{rule.Text(found.Code), found.Code, found.Code + " „" + collapse(found.Name) + "“"}, nil
}

// means reports whether the value names the entry: by code, by code and name,
// by name, or by both in one text.
func (v value) means(w Value) bool {
	name := collapse(w.Name)
	if v.code != "" {
		return v.code == w.Code && (v.name == "" || strings.EqualFold(v.name, name))
	}
	return v.name == w.Code || strings.EqualFold(v.name, name) || strings.EqualFold(v.name, w.Code+" "+name)
}

func (v value) String() string { return strings.TrimSpace(v.code + " " + v.name) }
