package fim_test

import (
	"bytes"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/fim"
	"github.com/bausteine/egov/forms/rule"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xdatenfelder"
	"github.com/bausteine/egov/xoev/xmlscan"
)

func question(name string, typ forms.Type, ref string) forms.FieldDefinition {
	return forms.FieldDefinition{Name: name, Type: typ, Label: name, FIM: ref}
}

// onePage compiles a form S1V1.0 with one page.
func onePage(t testing.TB, elements ...forms.Element) *forms.Form {
	t.Helper()
	form, err := forms.Compile(forms.Definition{ID: "S1", Version: "1.0",
		Steps: []forms.StepDefinition{{ID: "s", Title: "S", Elements: elements}}}, nil)
	require.NoError(t, err)
	return form
}

func inXML(body string) string {
	return `<S1V1.0 xmlns="` + fim.Namespace + `">` + body + `</S1V1.0>`
}

// found are codes and paths of what is wrong with a document.
func found(t testing.TB, doc *fim.Document, err error) (list []string) {
	t.Helper()
	if err == nil {
		return nil
	}
	var invalid *finding.InvalidError
	require.ErrorAs(t, err, &invalid)
	assert.Nil(t, doc)
	for _, f := range invalid.Findings {
		assert.Positive(t, f.Line)
		list = append(list, f.Code+" "+f.Path)
	}
	return list
}

// TestEntriesThatTheFormHasNot: an entry is information even if nothing in it is
// answered; one that the other answers leave no room for is found once.
func TestEntriesThatTheFormHasNot(t *testing.T) {
	hidden := forms.GroupDefinition{Name: "h", Legend: "H", FIM: "G1V1", Repeat: &forms.Repeat{Max: 3},
		Visible: rule.Equal(rule.Field("s.art"), rule.Text("b")), Elements: []forms.Element{question("x", forms.TypeText, "F3V1"),
			forms.GroupDefinition{Name: "i", Legend: "I", FIM: "G2V1", Repeat: &forms.Repeat{Max: 3}, Elements: []forms.Element{question("y", forms.TypeText, "F4V1")}}}}
	counted := forms.GroupDefinition{Name: "c", Legend: "C", FIM: "G3V1", Repeat: &forms.Repeat{Max: 3, Count: rule.Field("s.zahl")},
		Elements: []forms.Element{question("x", forms.TypeText, "F5V1")}}
	form := onePage(t, question("art", forms.TypeText, "F1V1"), question("zahl", forms.TypeNumber, "F2V1"), hidden, counted)
	for name, test := range map[string]struct {
		json, xml string
		want      []string
	}{
		"hidden":             {`{"G1V1":[{},{}]}`, `<G1V1/><G1V1/>`, []string{"FIM-012 s.h[0]", "FIM-012 s.h[1]"}},
		"hidden, in another": {`{"G1V1":[{"G2V1":[{}]}]}`, `<G1V1><G2V1/></G1V1>`, []string{"FIM-012 s.h[0].i[0]"}},
		"hidden and filled":  {`{"G1V1":[{"F3V1":"x"}]}`, `<G1V1><F3V1>x</F3V1></G1V1>`, []string{"FIM-012 s.h[0].x"}},
		"shown":              {`{"F1V1":"b","G1V1":[{},{"G2V1":[{}]}]}`, `<F1V1>b</F1V1><G1V1/><G1V1><G2V1/></G1V1>`, nil},
		"more than counted":  {`{"F2V1":1,"G3V1":[{},{}]}`, `<F2V1>1</F2V1><G3V1/><G3V1/>`, []string{"FIM-013 s.c[1]"}},
		"as many as counted": {`{"F2V1":2,"G3V1":[{},{}]}`, `<F2V1>2</F2V1><G3V1/><G3V1/>`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			doc, err := fim.DecodeJSON(strings.NewReader(test.json), form, nil)
			assert.Equal(t, test.want, found(t, doc, err))
			doc, err = fim.Decode(strings.NewReader(inXML(test.xml)), form, nil)
			assert.Equal(t, test.want, found(t, doc, err))
		})
	}
	t.Run("more than all groups can have", func(t *testing.T) {
		entry := `{"G2V1":[{},{},{}]}`
		small, err := forms.Compile(forms.Definition{ID: "S1", Version: "1.0", Steps: []forms.StepDefinition{{ID: "s", Title: "S",
			Elements: []forms.Element{question("art", forms.TypeText, "F1V1"), hidden}}}}, &forms.Options{Limits: forms.Limits{TotalEntries: 5}})
		require.NoError(t, err)
		doc, err := fim.DecodeJSON(strings.NewReader(`{"F1V1":"b","G1V1":[`+entry+`,`+entry+`]}`), small, nil)
		assert.Equal(t, []string{"FIM-013 s.h[1].i[0]", "FIM-013 s.h[1].i[1]", "FIM-013 s.h[1].i[2]"}, found(t, doc, err))
	})
}

// TestBlankIsNotTheDefault: what was left blank stays blank, where the form has a
// default for answers that were never given.
func TestBlankIsNotTheDefault(t *testing.T) {
	land := question("land", forms.TypeText, "F2V1")
	land.Default = "DE"
	art := question("art", forms.TypeMulti, "F3V1")
	art.Options, art.Default = []forms.Option{{Value: "a", Label: "A"}, {Value: "b", Label: "B"}}, "a|b"
	within := question("intern", forms.TypeHidden, "")
	within.Default = "x"
	form := onePage(t, question("zahl", forms.TypeNumber, "F1V1"), within,
		forms.GroupDefinition{Name: "c", Legend: "C", FIM: "G1V1", Repeat: &forms.Repeat{Max: 3, Count: rule.Field("s.zahl")}, Elements: []forms.Element{land, art}})
	a := forms.Answers{}.With("s.zahl", forms.Text("2")).With("s.c[0].land", forms.Text("")).With("s.c[0].art", forms.List())
	want := sent(form, a)
	require.Equal(t, `"DE"`, want["s.c[1].land"])
	require.NotContains(t, want, "s.c[0].land")
	xml, err := fim.Marshal(form, a, nil)
	require.NoError(t, err)
	json, err := fim.MarshalJSON(form, a, nil)
	require.NoError(t, err)
	fromXML, err := fim.Decode(bytes.NewReader(xml), form, nil)
	require.NoError(t, err)
	fromJSON, err := fim.DecodeJSON(bytes.NewReader(json), form, nil)
	require.NoError(t, err)
	for _, doc := range []*fim.Document{fromXML, fromJSON} {
		assert.Equal(t, want, sent(form, doc.Answers))
		assert.False(t, doc.Answers.Has("s.intern"), "the data has no place for it")
	}
}

// TestNothingIsLost: what would not come back is not written.
func TestNothingIsLost(t *testing.T) {
	multi := question("m", forms.TypeMulti, "F1V1")
	multi.Options = []forms.Option{{Value: "a", Label: "A"}, {Value: "b", Label: "B"}}
	group := forms.GroupDefinition{Name: "g", Legend: "G", FIM: "G1V1", Repeat: &forms.Repeat{Max: 2}, Elements: []forms.Element{question("x", forms.TypeText, "F2V1")}}
	form := onePage(t, multi, group)
	for name, test := range map[string]struct {
		a          forms.Answers
		path, code string
	}{
		"an option twice":  {forms.Answers{}.With("s.m", forms.List("a", "b", "a")), "s.m", forms.CodeChoice},
		"too many entries": {forms.Answers{}.With("s.g[2].x", forms.Text("x")), "s.g", forms.CodeMaxEntries},
		"options":          {forms.Answers{}.With("s.m", forms.List("b", "a")), "", ""},
		"entries":          {forms.Answers{}.With("s.g[1].x", forms.Text("x")), "", ""},
	} {
		for _, marshal := range []func(*forms.Form, forms.Answers, *fim.EncodeOptions) ([]byte, error){fim.Marshal, fim.MarshalJSON} {
			b, err := marshal(form, test.a, nil)
			if test.code == "" {
				require.NoError(t, err, name)
				continue
			}
			var e *fim.EncodeError
			require.ErrorAs(t, err, &e, name)
			assert.Equal(t, []string{test.path, test.code}, []string{e.Path, e.Code}, name)
			assert.Nil(t, b, name)
		}
	}
}

// TestTwoVersionsInAGroup: without versions they would have one name.
func TestTwoVersionsInAGroup(t *testing.T) {
	text := func(name, ref string) forms.Element { return question(name, forms.TypeText, ref) }
	short := &fim.EncodeOptions{OhneVersion: true}
	for name, form := range map[string]*forms.Form{
		"fields":   onePage(t, text("x", "F1V1.0"), text("y", "F1V1.1")),
		"in group": onePage(t, text("x", "G1V1/F1V1.0"), text("y", "G1V1/F1V1.1")),
		"groups":   onePage(t, text("x", "G1V1/F1V1"), text("y", "G1V2/F2V1")),
	} {
		a := forms.Answers{}.With("s.x", forms.Text("1")).With("s.y", forms.Text("2"))
		_, err := fim.MarshalJSON(form, a, nil)
		require.NoError(t, err, name)
		_, err = fim.MarshalJSON(form, a, short)
		assert.ErrorIs(t, err, fim.ErrForm, name)
		_, err = fim.Decode(strings.NewReader(inXML("")), form, &fim.DecodeOptions{OhneVersion: true})
		assert.ErrorIs(t, err, fim.ErrForm, name)
	}
	_, err := fim.MarshalJSON(onePage(t, text("x", "G1V1/F1V1.0"), text("y", "G2V1/F1V1.1")), forms.Answers{}, short)
	assert.NoError(t, err, "in two groups they are apart")
}

// TestHeaderTimes: a point in time comes back, or is refused.
func TestHeaderTimes(t *testing.T) {
	form := onePage(t, question("x", forms.TypeText, "F1V1"))
	for name, test := range map[string]struct {
		at time.Time
		ok bool
	}{
		"the last year":      {time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC), true},
		"too late":           {time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), false},
		"too late in UTC":    {time.Date(9999, 12, 31, 23, 59, 59, 0, time.FixedZone("", -3600)), false},
		"before all years":   {time.Date(-1, 1, 1, 0, 0, 0, 0, time.UTC), false},
		"less than a second": {time.Time{}.Add(time.Millisecond), true},
	} {
		b, err := fim.Marshal(form, forms.Answers{}, &fim.EncodeOptions{Header: fim.Header{Created: test.at}})
		if !test.ok {
			var e *fim.EncodeError
			require.ErrorAs(t, err, &e, name)
			assert.Equal(t, fim.CodeHeader, e.Code, name)
			continue
		}
		require.NoError(t, err, name)
		doc, err := fim.Decode(bytes.NewReader(b), form, nil)
		require.NoError(t, err, name)
		assert.True(t, doc.Header.Created.Equal(test.at.Truncate(time.Second)), name)
	}
	doc, err := fim.Decode(strings.NewReader(`<S1V1.0 xmlns="`+fim.Namespace+`" erstellungszeitpunkt="0001-01-01T00:00:00Z"/>`), form, nil)
	assert.Equal(t, []string{"FIM-009 /S1V1.0"}, found(t, doc, err), "the zero time is none")
}

// TestComputedTimes: a full minute is computed with its seconds or without.
func TestComputedTimes(t *testing.T) {
	for _, at := range []string{"08:30", "08:30:00", "08:30:15"} {
		uhr := question("uhr", forms.TypeTime, "F1V1")
		uhr.Computed = rule.Time(at)
		form := onePage(t, uhr)
		b, err := fim.Marshal(form, forms.Answers{}, nil)
		require.NoError(t, err)
		_, err = fim.Decode(bytes.NewReader(b), form, nil)
		assert.NoError(t, err, at)
	}
	uhr := question("uhr", forms.TypeTime, "F1V1")
	uhr.Computed = rule.Time("08:30:00")
	doc, err := fim.Decode(strings.NewReader(inXML("<F1V1>08:31:00</F1V1>")), onePage(t, uhr), nil)
	assert.Equal(t, []string{"FIM-014 s.uhr"}, found(t, doc, err))
}

// spaces is white space without end; it counts what was read of it.
type spaces struct{ n int64 }

func (s *spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	s.n += int64(len(p))
	return len(p), nil
}

// TestLimits: a limit that is negative means its default, the greatest is one.
func TestLimits(t *testing.T) {
	form := onePage(t, question("x", forms.TypeText, "F1V1"))
	o := &fim.DecodeOptions{Scan: xmlscan.Options{MaxBytes: math.MaxInt64}}
	_, err := fim.DecodeJSON(strings.NewReader(`{"F1V1":"x"}`), form, o)
	assert.NoError(t, err)
	_, err = fim.Decode(strings.NewReader(inXML(`<F1V1>x</F1V1>`)), form, o)
	assert.NoError(t, err)

	endless := &spaces{}
	o.Scan.MaxBytes = -1
	_, err = fim.Decode(io.MultiReader(strings.NewReader(`<S1V1.0 xmlns="`+fim.Namespace+`">`), endless), form, o)
	var invalid *finding.InvalidError
	require.ErrorAs(t, err, &invalid)
	assert.Less(t, endless.n, int64(65<<20))

	file := question("x", forms.TypeFile, "F1V1")
	file.Accept = []string{"text/plain"}
	for _, size := range []int64{1, 3, math.MaxInt64 / 4 * 3, math.MaxInt64} {
		file.MaxSize = size
		doc, err := fim.DecodeJSON(strings.NewReader(`{"F1V1":"YWJj"}`), onePage(t, file), nil)
		if size < 3 {
			assert.NotEmpty(t, found(t, doc, err))
		} else {
			assert.NoError(t, err, size)
		}
	}
}

// TestManyChoices: each option counts once, in the order of the document, however
// often it stands there.
func TestManyChoices(t *testing.T) {
	multi := question("m", forms.TypeMulti, "F2V1")
	multi.Options = []forms.Option{{Value: "a", Label: "A"}, {Value: "b", Label: "B"}}
	form := onePage(t, forms.GroupDefinition{Name: "g", Legend: "G", FIM: "G1V1", Repeat: &forms.Repeat{Max: 2}, Elements: []forms.Element{multi}})
	doc, err := fim.DecodeJSON(strings.NewReader(`{"G1V1":[{"F2V1":["b","a"]},{"F2V1":["b"]}]}`), form, nil)
	require.NoError(t, err)
	assert.Equal(t, []string{"b", "a"}, doc.Answers.Get("s.g[0].m").List())
	assert.Equal(t, []string{"b"}, doc.Answers.Get("s.g[1].m").List())
	doc, err = fim.DecodeJSON(strings.NewReader(`{"G1V1":[{"F2V1":["a"`+strings.Repeat(`,"a"`, 200_000)+`]}]}`), form, nil)
	assert.Len(t, found(t, doc, err), 100)
}

// TestSchemaInItself: a group that holds itself, straight or by way of another,
// is refused with its place.
func TestSchemaInItself(t *testing.T) {
	outer := gruppe("G1", anzahl(1, 1), feld("F1", anzahl(1, 1), xdatenfelder.DatentypText))
	inner := gruppe("G2", anzahl(0, 1), feld("F2", anzahl(0, 1), xdatenfelder.DatentypText))
	form := func(n *xdatenfelder.Nachricht) error {
		_, err := fim.FromSchema(n, nil)
		return err
	}
	whole := &xdatenfelder.Nachricht{Version: xdatenfelder.XDF3, Stammdatenschema: &xdatenfelder.Stammdatenschema{
		AllgemeineAngaben: angaben("S1"), Struktur: []xdatenfelder.Struktur{outer}}}
	part := &xdatenfelder.Nachricht{Version: xdatenfelder.XDF3, Datenfeldgruppe: outer.Datenfeldgruppe}
	outer.Datenfeldgruppe.Struktur = append(outer.Datenfeldgruppe.Struktur, inner)
	require.NoError(t, form(whole))
	for _, test := range []struct {
		in    *xdatenfelder.Datenfeldgruppe
		place string
	}{{inner.Datenfeldgruppe, "G1V1.0/G2V1.0/G1V1.0"}, {outer.Datenfeldgruppe, "G1V1.0/G1V1.0"}} {
		kept := test.in.Struktur
		test.in.Struktur = append([]xdatenfelder.Struktur{outer}, kept...)
		for _, n := range []*xdatenfelder.Nachricht{whole, part} {
			err := form(n)
			assert.ErrorIs(t, err, fim.ErrSchema)
			assert.ErrorContains(t, err, test.place)
		}
		test.in.Struktur = kept
	}
}
