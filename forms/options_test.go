package forms_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/rule"
	"github.com/bausteine/egov/xoev/codelist"
)

func testList(t *testing.T, rows ...[2]string) *codelist.List {
	t.Helper()
	var values [][]codelist.Value
	for _, r := range rows {
		values = append(values, []codelist.Value{{Text: r[0]}, {Text: r[1]}})
	}
	list, err := codelist.New(codelist.Metadata{ShortName: "Liste", Version: "1", CanonicalURI: "urn:liste", CanonicalVersionURI: "urn:liste_1"},
		[]codelist.Column{{ID: "name", ShortName: "Name"}, {ID: "code", ShortName: "Code", Required: true}},
		[]codelist.Key{{ID: "codeKey", ShortName: "CodeKey", Columns: []string{"code"}}}, nil)
	if len(rows) > 0 {
		for i := range values {
			values[i][0], values[i][1] = values[i][1], values[i][0]
		}
		list, err = codelist.New(list.Metadata(), list.Columns(), list.Keys(), values)
	}
	require.NoError(t, err)
	return list
}

func TestOptionsOfACodeList(t *testing.T) {
	list := testList(t, [2]string{"02", "Zwei"}, [2]string{"01", "Eins"})
	want := []forms.Option{{Value: "02", Label: "Zwei"}, {Value: "01", Label: "Eins"}}
	for _, column := range []string{"", "name", "Name"} {
		options, err := forms.OptionsOf(list, column)
		require.NoError(t, err)
		assert.Equal(t, want, options)
	}
	options, err := forms.OptionsOf(list, "gibtsnicht")
	assert.ErrorContains(t, err, "gibtsnicht")
	assert.Nil(t, options)
	_, err = forms.OptionsOf(testList(t), "")
	assert.Error(t, err, "no rows")
	_, err = forms.OptionsOf(testList(t, [2]string{"01", ""}), "")
	assert.Error(t, err, "no label")
}

// A step of notes is shown; notes beside hidden fields are not enough.
func TestStepsOfNotes(t *testing.T) {
	note := forms.NoteDefinition{Name: "n", Text: "Text"}
	form, err := forms.Compile(forms.Definition{ID: "S", Version: "1", Steps: []forms.StepDefinition{
		{ID: "a", Title: "A", Elements: []forms.Element{note}},
		{ID: "b", Title: "B", Elements: []forms.Element{note, text("y")}},
		{ID: "c", Title: "C", Elements: []forms.Element{typed("h", forms.TypeHidden)}},
	}}, &forms.Options{Rules: map[string]forms.Rules{"b.y": {Visible: rule.Never()}}})
	require.NoError(t, err)
	steps := form.VisibleSteps(forms.Answers{})
	require.Len(t, steps, 1)
	assert.Equal(t, "a", steps[0].ID)
	assert.True(t, form.Visible("a.n", forms.Answers{}))
	assert.Len(t, form.Page("a", forms.Answers{}), 1)
}
