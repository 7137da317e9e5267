package datenschema

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp/syntax"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms/fim/internal/pattern"
	"github.com/bausteine/egov/forms/fim/internal/peertest"
	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/xdatenfelder"
)

// samples are the data schemas that tests use: real ones, and one of our own
// that has everything.
var samples = []struct{ name, file string }{
	{"Gewerbeanmeldung", "xsd-glykon/examples/2.0/gewerbeanmeldung/S00000009_xdatenfelder.xml"},
	{"Bewohnerparken", "xsd-glykon/examples/2.0/bewohnerparken/S05000058V1.0_xdf2.xml"},
	{"BlaueKarte", "ozg-xdf2-samples/BlaueKarte.xml"},
	{"WaBeKa", "ozg-xdf2-samples/WaBeKa.xml"}, // XDatenfelder 1
	{"label", "flxbe/tests/v2-data/label.xml"},
	{"xmlstruct", "flxbe-xmlstruct/xdf3.xml"},
}

func sample(t testing.TB, name string) *xdatenfelder.Nachricht {
	t.Helper()
	for _, s := range samples {
		if s.name == name {
			return readFile(t, testenv.Data(t, "xoev/xdatenfelder/"+s.file))
		}
	}
	return alles()
}

func readFile(t testing.TB, path string) *xdatenfelder.Nachricht {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	n, err := xdatenfelder.Read(f, nil)
	require.NoError(t, err)
	require.NotNil(t, n.Stammdatenschema)
	return n
}

// lists finds the code lists that lie beside a sample.
func lists(t testing.TB) func(*xdatenfelder.CodelisteReferenz) (*codelist.List, error) {
	return func(r *xdatenfelder.CodelisteReferenz) (*codelist.List, error) {
		if r.Identifikation.ID == "" {
			return nil, nil
		}
		folder := testenv.Data(t, "xoev/xdatenfelder/xsd-glykon/examples/2.0/bewohnerparken")
		f, err := os.Open(filepath.Join(folder, r.Identifikation.ID+"_genericode.xml"))
		if os.IsNotExist(err) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		defer f.Close()
		return codelist.Read(f, &codelist.ReadOptions{AllowFIM: true})
	}
}

// allSamples compiles every sample, with code lists where there are any, with
// names of both kinds.
func allSamples(t *testing.T, test func(t *testing.T, s *Schema)) {
	names := []string{"alles"}
	for _, s := range samples {
		names = append(names, s.name)
	}
	for _, name := range names {
		for _, ohne := range []bool{false, true} {
			t.Run(name+map[bool]string{true: " ohne Version"}[ohne], func(t *testing.T) {
				s, err := Compile(sample(t, name), &Options{OhneVersion: ohne, Codelisten: lists(t)})
				require.NoError(t, err)
				test(t, s)
			})
		}
	}
}

// element is a document: a group or a field at one of its places. Mutations
// change it; the writers write it as it is.
type element struct {
	*node
	name     string
	text     string
	literal  string // JSON that is written in place of the text
	children []*element
}

// maker makes documents of a schema at random.
type maker struct {
	*rand.Rand
	full    bool // all that is optional
	minimal bool // nothing that is optional
}

func (m *maker) document(n *node) *element {
	e := &element{node: n, name: n.name}
	if n.field != nil {
		e.text = m.value(n.field)
		return e
	}
	chosen := -1
	if n.choice && len(n.parts) > 0 {
		chosen = m.IntN(len(n.parts))
	}
	for i, p := range n.parts {
		if chosen >= 0 && chosen != i {
			continue
		}
		for range m.times(p) {
			e.children = append(e.children, m.document(p.node))
		}
	}
	return e
}

func (m *maker) times(p part) int {
	high := p.max
	if high < 0 || high > p.min+2 {
		high = p.min + 2
	}
	switch {
	case m.full:
		return max(high, 1)
	case m.minimal:
		return p.min
	}
	return p.min + m.IntN(high-p.min+1)
}

func (m *maker) value(t *fieldType) string {
	for range 2000 {
		s := m.guess(t)
		if _, _, ok := t.value(s); ok && isXML(s) {
			return s
		}
	}
	panic("no value found for a field of type " + t.kind.String() + " " + t.minValue + t.maxValue)
}

func (m *maker) guess(t *fieldType) string {
	two := func(low, high int) string { s := "0" + strconv.Itoa(low+m.IntN(high-low+1)); return s[len(s)-2:] }
	date := func() string { return strconv.Itoa(1900+m.IntN(140)) + "-" + two(1, 12) + "-" + two(1, 31) }
	clock := func() string { return two(0, 23) + ":" + two(0, 59) + ":" + two(0, 59) }
	switch {
	case len(t.codes) > 0:
		return t.codes[m.IntN(len(t.codes))].value
	case t.pattern != nil && t.kind == kindText:
		return m.matching(t.pattern)
	case t.kind == kindDate:
		return date()
	case t.kind == kindTime:
		return clock()
	case t.kind == kindDateTime:
		return date() + "T" + clock() + []string{"", "Z", "+01:00", ".5"}[m.IntN(4)]
	case t.kind == kindBool:
		return []string{"true", "false"}[m.IntN(2)]
	case t.kind == kindInteger:
		return strconv.Itoa(m.IntN(3000))
	case t.kind == kindNumber:
		return strconv.Itoa(m.IntN(300)-20) + []string{"", ".5", ".25"}[m.IntN(3)]
	case t.kind == kindFile:
		return "JVBERi0xLjcK"
	}
	low, high := t.minLength, t.maxLength
	if high < 0 || high > low+20 {
		high = low + 20
	}
	letters := []rune("abcäöüß ÄÖÜ0123456789&<>\"'.,-/😀\n")
	s := make([]rune, low+m.IntN(high-low+1))
	for i := range s {
		s[i] = letters[m.IntN(len(letters))]
	}
	return string(s)
}

// matching makes a text of a pattern.
func (m *maker) matching(p *pattern.Pattern) string {
	tree, err := syntax.Parse(p.RE2, syntax.Perl)
	if err != nil {
		panic(err)
	}
	var b strings.Builder
	m.walk(&b, tree)
	return b.String()
}

func (m *maker) walk(b *strings.Builder, e *syntax.Regexp) {
	low, high := 1, 1
	switch e.Op {
	case syntax.OpAlternate:
		m.walk(b, e.Sub[m.IntN(len(e.Sub))])
		return
	case syntax.OpLiteral:
		b.WriteString(string(e.Rune))
	case syntax.OpCharClass:
		b.WriteRune(m.oneOf(e.Rune))
	case syntax.OpQuest:
		low = 0
	case syntax.OpStar:
		low, high = 0, 5
	case syntax.OpPlus:
		high = 6
	case syntax.OpRepeat:
		low, high = e.Min, e.Max
		if high < 0 || high > low+5 {
			high = low + 5
		}
	}
	for range low + m.IntN(high-low+1) {
		for _, part := range e.Sub {
			m.walk(b, part)
		}
	}
}

// oneOf picks a character of ranges, if it can a letter that all versions of
// Unicode have: libxml2 knows an old one.
func (m *maker) oneOf(ranges []rune) rune {
	n := 0
	for n < len(ranges) && ranges[n] < 0x180 {
		n += 2
	}
	if n == 0 {
		n = len(ranges)
	}
	i := 2 * m.IntN(n/2)
	low, high := ranges[i], ranges[i+1]
	if low < 0x180 {
		high = min(high, 0x17F)
	}
	return low + rune(m.IntN(int(high-low+1)))
}

func (e *element) xml(s *Schema) string {
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<" + e.name + ` xmlns="` + s.namespace + `">`)
	e.inner(&b)
	b.WriteString("</" + e.name + ">\n")
	return b.String()
}

func (e *element) inner(b *strings.Builder) {
	b.WriteString(attribute(e.text))
	for _, c := range e.children {
		b.WriteString("\n<" + c.name + ">")
		c.inner(b)
		b.WriteString("</" + c.name + ">")
	}
}

// json writes the element as the data format wants it.
func (e *element) json(b *strings.Builder) {
	if e.literal != "" {
		b.WriteString(e.literal)
		return
	}
	if e.node != nil && e.field != nil || e.node == nil {
		if e.node != nil && (e.field.kind == kindBool || e.field.kind == kindNumber || e.field.kind == kindInteger) && json.Valid([]byte(e.text)) {
			b.WriteString(e.text)
			return
		}
		text, err := json.Marshal(e.text)
		if err != nil {
			panic(err)
		}
		b.Write(text)
		return
	}
	b.WriteByte('{')
	var order []string
	byName := map[string][]*element{}
	for _, c := range e.children {
		if byName[c.name] == nil {
			order = append(order, c.name)
		}
		byName[c.name] = append(byName[c.name], c)
	}
	for i, name := range order {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Quote(name) + ":")
		at := e.find(name)
		if at < 0 || !e.parts[at].many() {
			byName[name][0].json(b)
			continue
		}
		b.WriteByte('[')
		for k, c := range byName[name] {
			if k > 0 {
				b.WriteByte(',')
			}
			c.json(b)
		}
		b.WriteByte(']')
	}
	b.WriteByte('}')
}

func (e *element) jsonText() string {
	var b strings.Builder
	e.json(&b)
	return b.String()
}

// clone copies the tree, so that a mutation leaves the original alone.
func (e *element) clone() *element {
	c := *e
	c.children = nil
	for _, child := range e.children {
		c.children = append(c.children, child.clone())
	}
	return &c
}

// all lists the elements of the tree, parents first.
func (e *element) all() []*element {
	list := []*element{e}
	for _, c := range e.children {
		list = append(list, c.all()...)
	}
	return list
}

// xmllint judges documents with libxml2.
func xmllint(t testing.TB, s *Schema, documents []string) []bool {
	t.Helper()
	var xsd bytes.Buffer
	require.NoError(t, s.WriteXSD(&xsd))
	return peertest.XMLLint(t, xsd.Bytes(), documents)
}

// jsonSchema compiles the JSON Schema.
func jsonSchema(t testing.TB, s *Schema) func(document string) bool {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, s.WriteJSONSchema(&b))
	return peertest.JSONSchema(t, b.Bytes())
}

// job is what ajv is asked about a schema.
func job(t testing.TB, s *Schema, documents []string) peertest.Job {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, s.WriteJSONSchema(&b))
	j := peertest.Job{Schema: b.Bytes()}
	for _, d := range documents {
		j.Documents = append(j.Documents, json.RawMessage(d))
	}
	return j
}
