package datenschema

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xdatenfelder"
)

// Namespace is the namespace of FIM data in XML (XFall).
const Namespace = "urn:fim-de:xfall:datenschema:xdf3"

// namespaceOhneVersion is the beginning of the namespace where names are
// without version; the schema's id and version follow.
const namespaceOhneVersion = "urn:fim-de:xfall:xdf3:"

// ErrNachricht is returned by [Compile] for a message that holds no data schema.
var ErrNachricht = errors.New("datenschema: the message holds no Stammdatenschema")

// Options are the optional parts of [Compile]. The zero value, and a nil
// *Options, mean what is said at the fields.
type Options struct {
	// OhneVersion names elements and keys by the id alone ("F60000000227"). By
	// default they are named by id and version ("F60000000227V1.1.0"), as the
	// FIM method wants. The root element has its version always.
	OhneVersion bool
	// Namespace of the XML; by default [Namespace], with OhneVersion
	// "urn:fim-de:xfall:xdf3:" and the schema's id and version.
	Namespace string
	// RootAttributes are attributes that may stand on the root element of the
	// XML, such as those of fim.Header. By default none may.
	RootAttributes []string
	// Codelisten gives the code list that a field refers to, or nil if it is not
	// at hand: then any text is accepted, and there is the warning DAT-101. An
	// error ends Compile. nil is never asked, and has no list. See [FromStore].
	Codelisten func(*xdatenfelder.CodelisteReferenz) (*codelist.List, error)
	// OmitAnnotations leaves the names of elements and codes out of the schemas.
	OmitAnnotations bool
}

// FromStore gives code lists of a store in the version that a reference names.
// If it names none it is the version valid on day, or none for the zero Date.
// What the store does not pin is not at hand.
func FromStore(store *codelist.Store, day codelist.Date) func(*xdatenfelder.CodelisteReferenz) (*codelist.List, error) {
	return func(r *xdatenfelder.CodelisteReferenz) (*codelist.List, error) {
		version := r.Version
		if version == "" {
			version, _ = strings.CutPrefix(r.CanonicalVersionURI, r.CanonicalIdentification+"_")
			if version == r.CanonicalVersionURI {
				version = ""
			}
		}
		var list *codelist.List
		var err error
		switch {
		case version != "":
			list, err = store.List(r.CanonicalIdentification, version)
		case day.IsZero():
			return nil, nil
		default:
			list, err = store.At(r.CanonicalIdentification, day)
		}
		if errors.Is(err, codelist.ErrNotPinned) || errors.Is(err, codelist.ErrNoVersion) {
			return nil, nil
		}
		return list, err
	}
}

// Schema is a data schema, ready to write its XML Schema and JSON Schema and to
// check documents. It never changes and may be used by several goroutines at once.
type Schema struct {
	id, version, title string
	root               string
	namespace          string
	attributes         []string
	annotations        bool
	ohneVersion        bool
	top                *node
	nodes              []*node // every group and field once, in the order of names
	findings           []finding.Finding
}

// node is a group or a field.
type node struct {
	id     xdatenfelder.Identifikation
	def    string // name in $defs and of the type: id and version
	name   string // of the element: def, or the id alone
	title  string
	parts  []part // of a group
	choice bool
	field  *fieldType // nil: a group
}

// part is a place in a group.
type part struct {
	*node
	min, max int // max -1: no limit
}

// jsonType is the type of the node's values in JSON.
func (n *node) jsonType() string {
	if n.field == nil {
		return "object"
	}
	switch n.field.kind {
	case kindBool:
		return "boolean"
	case kindNumber:
		return "number"
	case kindInteger:
		return "integer"
	}
	return "string"
}

// many reports whether the part is an array in JSON.
func (p part) many() bool { return p.max != 1 }

func (n *node) find(name string) int {
	return slices.IndexFunc(n.parts, func(p part) bool { return p.name == name })
}

const maxDepth = 64

// Compile makes a Schema of a message that holds a Stammdatenschema, of
// XDatenfelder 2 or 3. A schema that cannot be one gives a
// *finding.InvalidError (codes from DAT-120), a message of another kind
// [ErrNachricht], and an error of Options.Codelisten is returned, wrapped. What
// is left out of the schemas is in [Schema.Findings].
func Compile(n *xdatenfelder.Nachricht, o *Options) (*Schema, error) {
	if n == nil || n.Stammdatenschema == nil {
		return nil, ErrNachricht
	}
	if o == nil {
		o = &Options{}
	}
	sds := n.Stammdatenschema
	s := &Schema{
		id: sds.Identifikation.ID, version: sds.Identifikation.Version, title: sds.Name, root: sds.Identifikation.String(),
		attributes: slices.Clone(o.RootAttributes), annotations: !o.OmitAnnotations, ohneVersion: o.OhneVersion,
	}
	standard := Namespace
	if o.OhneVersion {
		standard = namespaceOhneVersion + s.root
	}
	s.namespace = cmp.Or(o.Namespace, standard)
	c := &compiler{o: o, schema: s, done: map[string]*node{}, open: map[*xdatenfelder.Datenfeldgruppe]bool{}, filling: map[*node]bool{}}
	s.top = &node{def: s.root, name: s.root, title: sds.Name}
	c.name(s.root, "/"+s.root)
	if err := c.parts(s.top, sds.Struktur, "/"+s.root, 0); err != nil {
		return nil, err
	}
	if len(c.errors) > 0 {
		return nil, &finding.InvalidError{Findings: c.errors}
	}
	for _, n := range c.done {
		s.nodes = append(s.nodes, n)
	}
	slices.SortFunc(s.nodes, func(a, b *node) int { return cmp.Compare(a.def, b.def) })
	return s, nil
}

type compiler struct {
	o       *Options
	schema  *Schema
	done    map[string]*node
	open    map[*xdatenfelder.Datenfeldgruppe]bool
	filling map[*node]bool // the groups around
	errors  []finding.Finding
}

const maxFindings = 1000

func (c *compiler) find(r finding.Rule, path string, params map[string]string) {
	list := &c.errors
	if r.Severity == finding.Warning {
		list = &c.schema.findings
	}
	if len(*list) < maxFindings {
		*list = append(*list, r.At(path, 0, 0, params))
	}
}

// name checks that a name can be that of an element.
func (c *compiler) name(s, path string) {
	for i, r := range s {
		letter := r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r == '_'
		if !letter && (i == 0 || (r < '0' || r > '9') && r != '.' && r != '-') {
			c.find(ruleName, path, nil)
			return
		}
	}
	if s == "" {
		c.find(ruleName, path, nil)
	}
}

func (c *compiler) parts(n *node, struktur []xdatenfelder.Struktur, path string, depth int) error {
	for i := range struktur {
		st := &struktur[i]
		var child *node
		var err error
		switch {
		case st.Datenfeld != nil && st.Datenfeld.Feldart == xdatenfelder.FeldartLabel:
			continue
		case st.Datenfeld != nil:
			child, err = c.feld(st.Datenfeld, path)
		case st.Datenfeldgruppe != nil:
			child, err = c.gruppe(st.Datenfeldgruppe, path, depth+1)
		}
		if err != nil {
			return err
		}
		if child == nil {
			continue
		}
		p := part{child, st.Anzahl.Min, st.Anzahl.Max}
		if n.choice && p.min == 0 { // each is optional in the model; the one that is used is there
			p.min = 1
		}
		at := path + "/" + child.name
		switch {
		case p.max == 0:
			continue
		case p.max != xdatenfelder.Unbegrenzt && st.Anzahl.Min > p.max:
			c.find(ruleRange, at, nil)
		case n.find(child.name) >= 0:
			c.find(ruleTwice, at, nil)
		}
		n.parts = append(n.parts, p)
	}
	return nil
}

// known returns the node of an element that was met before, and the node that
// is to be filled if it was not.
func (c *compiler) known(a *xdatenfelder.AllgemeineAngaben, path string) (n *node, isNew bool) {
	def := a.Identifikation.String()
	if n = c.done[def]; n != nil {
		if n.id != a.Identifikation {
			c.find(ruleTwice, path+"/"+def, nil)
		}
		return n, false
	}
	n = &node{id: a.Identifikation, def: def, name: def, title: strings.Join(strings.Fields(a.Name), " ")}
	if c.o.OhneVersion {
		n.name = a.Identifikation.ID
	}
	c.name(def, path+"/"+def)
	if def == typeDate || def == typeTime || def == typeDateTime {
		c.find(ruleTwice, path+"/"+def, nil)
	}
	c.done[def] = n
	return n, true
}

func (c *compiler) gruppe(g *xdatenfelder.Datenfeldgruppe, path string, depth int) (*node, error) {
	if depth > maxDepth || c.open[g] {
		c.find(ruleDeep, path, limit("max", maxDepth))
		return nil, nil
	}
	n, isNew := c.known(&g.AllgemeineAngaben, path)
	if !isNew {
		switch {
		case n.field != nil:
			c.find(ruleTwice, path+"/"+n.name, nil)
		case c.filling[n]: // it holds itself, in another copy
			c.find(ruleDeep, path, limit("max", maxDepth))
			return nil, nil
		}
		return n, nil
	}
	n.choice = g.Auswahlgruppe
	c.open[g] = true
	c.filling[n] = true
	defer delete(c.open, g)
	defer delete(c.filling, n)
	return n, c.parts(n, g.Struktur, path+"/"+n.name, depth)
}

func (c *compiler) feld(f *xdatenfelder.Datenfeld, path string) (*node, error) {
	n, isNew := c.known(&f.AllgemeineAngaben, path)
	if !isNew {
		if n.field == nil {
			c.find(ruleTwice, path+"/"+n.name, nil)
		}
		return n, nil
	}
	n.field = &fieldType{maxLength: -1, kind: kindOf(f)}
	path += "/" + n.name
	if f.Feldart == xdatenfelder.FeldartSelect {
		n.field.selectField = true
		if f.Datentyp != xdatenfelder.DatentypText && f.Datentyp != xdatenfelder.DatentypTextLatin {
			c.find(noteBoolCode, path, nil)
		}
		if err := c.codes(n.field, f, path); err != nil {
			return nil, fmt.Errorf("datenschema: code list of %s: %w", n.def, err)
		}
		return n, nil
	}
	c.limits(n.field, &f.Praezisierung, path)
	if f.MaxSize > 0 || len(f.MediaTypes) > 0 {
		c.find(noteFile, path, nil)
	}
	return n, nil
}

func kindOf(f *xdatenfelder.Datenfeld) kind {
	if f.Feldart == xdatenfelder.FeldartSelect {
		return kindText
	}
	switch f.Datentyp {
	case xdatenfelder.DatentypDate:
		return kindDate
	case xdatenfelder.DatentypTime:
		return kindTime
	case xdatenfelder.DatentypDatetime:
		return kindDateTime
	case xdatenfelder.DatentypBool:
		return kindBool
	case xdatenfelder.DatentypNum, xdatenfelder.DatentypNumCurrency:
		return kindNumber
	case xdatenfelder.DatentypNumInt:
		return kindInteger
	case xdatenfelder.DatentypFile, xdatenfelder.DatentypObj:
		return kindFile
	}
	return kindText
}

// OhneVersion reports whether elements and keys are named by the id alone.
func (s *Schema) OhneVersion() bool { return s.ohneVersion }

// Root is the name of the root element: id and version ("S60000011V1.0").
func (s *Schema) Root() string { return s.root }

// Namespace is the namespace of all elements.
func (s *Schema) Namespace() string { return s.namespace }

// Findings returns what the data schema says and the generated schemas and the
// checks leave out or change, as warnings (codes from DAT-101) with the path of
// the element. The slice is the caller's own.
func (s *Schema) Findings() []finding.Finding { return slices.Clone(s.findings) }

// Read reads a data schema (XDatenfelder, message 0102) and compiles it. The
// errors are those of [xdatenfelder.Read] and [Compile].
func Read(r io.Reader, o *Options) (*Schema, error) {
	n, err := xdatenfelder.Read(r, nil)
	if err != nil {
		return nil, err
	}
	return Compile(n, o)
}

// Part is a place in a group of a [Schema].
type Part struct {
	Name     string // of the element and the key
	Type     string // of JSON: object, string, number, integer, boolean
	Many     bool   // an array of them in JSON: it may occur more than once
	Required bool   // it must occur; false in a choice
}

// Parts returns the places in a group, in their order. The group is named by the
// names of the elements that lead to it from the root, which is not named itself;
// no names mean the whole. It is nil if there is no such group.
func (s *Schema) Parts(group ...string) []Part {
	n := s.top
	for _, name := range group {
		i := n.find(name)
		if i < 0 || n.parts[i].field != nil {
			return nil
		}
		n = n.parts[i].node
	}
	list := make([]Part, len(n.parts))
	for i, p := range n.parts {
		list[i] = Part{Name: p.name, Type: p.jsonType(), Many: p.many(), Required: p.min > 0 && !n.choice}
	}
	return list
}
