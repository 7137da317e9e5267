package fim_test

import (
	"path/filepath"
	"regexp"
	"testing"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/fim"
	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/xdatenfelder"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sampleAnswer is an answer that a field takes.
func sampleAnswer(t testing.TB, f *forms.Field, def forms.FieldDefinition) forms.Value {
	t.Helper()
	switch f.Type {
	case forms.TypeBool:
		return forms.Text("true")
	case forms.TypeChoice:
		return forms.Text(f.Options[len(f.Options)-1].Value)
	case forms.TypeMulti:
		return forms.List(f.Options[0].Value)
	case forms.TypeNumber, forms.TypeDecimal:
		if def.Min != "" {
			return forms.Text(def.Min)
		}
		return forms.Text("3")
	case forms.TypeMoney:
		return forms.Text("12.50")
	case forms.TypeDate:
		return forms.Text("2020-04-03")
	case forms.TypeTime:
		return forms.Text("08:30")
	case forms.TypeEmail:
		return forms.Text("erika@mustermann.example")
	case forms.TypeFile:
		file := forms.NewFile("nachweis.pdf", []byte("%PDF-1.7"))
		file.Blob = file.SHA256
		return forms.FileValue(file)
	}
	switch def.Identifier {
	case "plz":
		return forms.Text("99084")
	case "iban":
		return forms.Text("DE02120300000000202051")
	}
	for _, s := range []string{"Mustermann", "a", "99084", "276098800345727", "Musterstadt", "12345678", "123456789012"} {
		n := len(s)
		if n >= def.MinLength && (def.MaxLength == 0 || n <= def.MaxLength) && (def.Pattern == "" || regexp.MustCompile(`^(?:`+def.Pattern+`)$`).MatchString(s)) {
			return forms.Text(s)
		}
	}
	require.Fail(t, "no answer for "+f.Path)
	return forms.Value{}
}

var entryNumber = regexp.MustCompile(`\[\d+\]`)

// fillIn answers every field that is shown, in groups with at least one entry
// each if all is set, until nothing is missing.
func fillIn(t testing.TB, s *fim.SchemaForm, form *forms.Form, a forms.Answers, all bool) forms.Answers {
	t.Helper()
	for range 10 {
		before := a
		for _, step := range form.VisibleSteps(a) {
			a = fillNodes(t, s, form, form.Page(step.ID, a), a, all)
		}
		if a.Equal(before) {
			return a
		}
	}
	require.Fail(t, "the form never ends")
	return a
}

func fillNodes(t testing.TB, s *fim.SchemaForm, form *forms.Form, nodes []forms.Node, a forms.Answers, all bool) forms.Answers {
	for _, n := range nodes {
		switch {
		case n.Field != nil && n.Value.Answered(), n.Field != nil && !n.Required && !all:
		case n.Field != nil:
			def := find(t, s.Definition, entryNumber.ReplaceAllString(n.Path, "")).(forms.FieldDefinition)
			if !def.Locked && def.Type != forms.TypeHidden {
				a = a.With(n.Path, sampleAnswer(t, n.Field, def))
			}
		case n.Group != nil && n.Group.Repeat == nil:
			parts := n.Nodes
			if n.Group.Choice { // one part
				parts = parts[:1]
			}
			a = fillNodes(t, s, form, parts, a, all)
		case n.Group != nil:
			if all && len(n.Entries) == 0 && n.CanAdd {
				a, _ = form.AddEntry(n.Path, a)
			}
			for _, e := range n.Entries {
				a = fillNodes(t, s, form, e.Nodes, a, all)
			}
		}
	}
	return a
}

// TestUsable fills in the form of each sample, once as little and once as much as
// it takes, and finds it valid; what stays blank is missed.
func TestUsable(t *testing.T) {
	for _, c := range []struct {
		name, path         string
		blank, least, most int // errors of the blank form; answers
	}{
		{"BlaueKarte", "ozg-xdf2-samples/BlaueKarte.xml", 42, 49, 101},
		{"Gewerbeanmeldung", "xsd-glykon/examples/2.0/gewerbeanmeldung/S00000009_xdatenfelder.xml", 12, 23, 146},
		{"Bewohnerparkausweis", "xsd-glykon/examples/2.0/bewohnerparken/S05000058V1.0_xdf2.xml", 16, 30, 34},
		{"Waffenbesitzkarte", "ozg-xdf2-samples/WaBeKa.xml", 19, 25, 42},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(testenv.Data(t, "xoev/xdatenfelder"), c.path)
			s, err := fim.FromSchema(readSchema(t, path), &fim.SchemaOptions{Codelisten: sampleLists(t, filepath.Dir(path))})
			require.NoError(t, err)
			form, err := s.Compile(nil)
			require.NoError(t, err)
			assert.Len(t, form.Validate(form.Initial()), c.blank)
			for _, all := range []bool{false, true} {
				a := fillIn(t, s, form, form.Initial(), all)
				for _, e := range form.Validate(a) {
					assert.Fail(t, "not valid", "%s %s", e.Path, e.Code)
				}
				want := c.least
				if all {
					want = c.most
				}
				assert.Equal(t, want, form.Clean(a).Len())
			}
		})
	}
}

// TestRulesHold plays with the answers that rules look at.
func TestRulesHold(t *testing.T) {
	s, err := fim.FromSchema(hunde(t), nil)
	require.NoError(t, err)
	form, err := s.Compile(nil)
	require.NoError(t, err)
	a := fillIn(t, s, form, form.Initial(), true)
	require.Empty(t, form.Validate(a))
	const dogs, chip = "seite-g99000000003.g99000000003", ".f99000000024"

	a = a.With("angaben.f99000000011", forms.Text("3"))
	assert.Equal(t, 3, form.Entries(dogs, a), "the number of entries is that of the field")
	a = fillIn(t, s, form, a, true)
	require.Empty(t, form.Validate(a))

	a = a.With(dogs+"[1].f99000000023", forms.Text("false"))
	assert.True(t, form.Visible(dogs+"[0]"+chip, a))
	assert.False(t, form.Visible(dogs+"[1]"+chip, a))
	require.Empty(t, form.Validate(a))
	missing := form.Validate(a.Without(dogs + "[2]" + chip))
	require.Len(t, missing, 1)
	assert.Equal(t, []string{dogs + "[2]" + chip, forms.CodeRequired}, []string{missing[0].Path, missing[0].Code})

	born := "g99000000001.g60000000083."
	assert.Empty(t, form.Validate(a.Without(born+"f60000000231", born+"f60000000232")), "only the year is known")
	assert.Empty(t, form.Validate(a.Without(born+"f60000000231")), "year and month are known")
	missing = form.Validate(a.Without(born + "f60000000232"))
	require.Len(t, missing, 1, "a day needs its month")
	assert.Equal(t, born+"f60000000232", missing[0].Path)

	reason := "g99000000004.f99000000030"
	a = a.With(reason, forms.Text("001"))
	assert.False(t, form.Visible("g99000000004.f99000000031", a))
	assert.Empty(t, form.Validate(a.Without("g99000000004.f99000000032")))
	missing = form.Validate(a.With(reason, forms.Text("003")).Without("g99000000004.f99000000032"))
	require.Len(t, missing, 1)
	assert.Equal(t, "g99000000004.f99000000032", missing[0].Path)
}

// TestMandatoryGroupHolds: the holder's data are demanded of another holder, and
// of who begins to give them.
func TestMandatoryGroupHolds(t *testing.T) {
	path := testenv.Data(t, "xoev/xdatenfelder/xsd-glykon/examples/2.0/bewohnerparken/S05000058V1.0_xdf2.xml")
	s, err := fim.FromSchema(readSchema(t, path), &fim.SchemaOptions{Codelisten: sampleLists(t, filepath.Dir(path))})
	require.NoError(t, err)
	form, err := s.Compile(nil)
	require.NoError(t, err)
	const owner, name = "g05000477.f05001047", "seite-g05000499.g05000499.f05001243"
	a := form.Initial()
	demanded := func(a forms.Answers) int {
		n := 0
		for _, e := range form.Validate(a, "seite-g05000499") {
			if e.Code == forms.CodeRequired {
				n++
			}
		}
		return n
	}
	assert.Zero(t, demanded(a.With(owner, forms.Text("01"))))
	assert.Equal(t, 11, demanded(a.With(owner, forms.Text("02"))))
	assert.Equal(t, 10, demanded(a.With(owner, forms.Text("01")).With(name, forms.Text("Mustermann"))))
}

// TestChecksOfUnusedGroups: what a rule says of the parts of a group does not hold
// of a group that is left out, hidden, or not the one that was chosen.
func TestChecksOfUnusedGroups(t *testing.T) {
	one, opt := times(1, 1), times(0, 1)
	const either = "Es muss entweder F99000001 oder F99000002 befüllt werden."
	inner := func(n int, a xdatenfelder.Anzahl) xdatenfelder.Struktur {
		return groupOf(n, a, []string{either}, yesNo(1, opt), yesNo(2, opt))
	}
	choice := groupOf(1, one, nil, inner(2, opt), groupOf(3, opt, nil, yesNo(3, opt)))
	choice.Datenfeldgruppe.Auswahlgruppe = true
	hidden := "G99000002 ist nur dann anzuzeigen, wenn F99000003 bejaht wurde."
	must := "Wenn F99000003 bejaht wurde, dann muss G99000002 befüllt werden."
	for _, c := range []struct {
		name         string
		n            *xdatenfelder.Nachricht
		decides      string // the field that decides whether the group counts
		no, yes      string // its answers then; "" is none
		first, other string // the fields of the group
	}{
		{"a page", schemaOf([]string{hidden}, yesNo(3, one), inner(2, one)), "angaben.f99000003", "false", "true", "g99000002.f99000001", "g99000002.f99000002"},
		{"a group", schemaOf([]string{hidden}, groupOf(4, one, nil, yesNo(3, one), inner(2, one))),
			"g99000004.f99000003", "false", "true", "g99000004.g99000002.f99000001", "g99000004.g99000002.f99000002"},
		{"a choice", schemaOf(nil, groupOf(4, one, nil, choice)),
			"g99000004.g99000001.g99000003.f99000003", "true", "", "g99000004.g99000001.g99000002.f99000001", "g99000004.g99000001.g99000002.f99000002"},
		{"left out", schemaOf([]string{must}, groupOf(4, one, nil, yesNo(3, one), inner(2, opt))),
			"g99000004.f99000003", "false", "true", "g99000004.g99000002.f99000001", "g99000004.g99000002.f99000002"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := fim.FromSchema(c.n, nil)
			require.NoError(t, err)
			require.Empty(t, s.Report.Open())
			form, err := s.Compile(nil)
			require.NoError(t, err)
			require.Empty(t, form.Validate(form.Initial().With(c.decides, forms.Text(c.no))), "it does not count")
			a := form.Initial()
			if c.yes != "" {
				a = a.With(c.decides, forms.Text(c.yes))
			}
			assert.NotEmpty(t, form.Validate(a), "it counts and is blank")
			a = a.With(c.first, forms.Text("true"))
			assert.Empty(t, form.Validate(a), "one of both")
			assert.NotEmpty(t, form.Validate(a.With(c.other, forms.Text("true"))), "both")
		})
	}
}
