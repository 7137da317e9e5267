package forms_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/ids"
)

var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

// Every text is there in every language, with the same parameters.
func TestCataloguesAreComplete(t *testing.T) {
	german := forms.German.Catalogue()
	require.Greater(t, len(german), 150)
	require.Len(t, forms.Languages(), 3)
	for _, l := range forms.Languages() {
		texts := l.Catalogue()
		require.Len(t, texts, len(german), l)
		for key, text := range german {
			other := texts[key]
			require.NotEmpty(t, other, "%s %s", l, key)
			want, got := placeholder.FindAllString(text, -1), placeholder.FindAllString(other, -1)
			slices.Sort(want)
			slices.Sort(got)
			assert.Equal(t, want, got, "%s %s", l, key)
			assert.True(t, strings.HasSuffix(other, "."), "%s %s", l, key)
			if l != forms.German {
				assert.NotEqual(t, text, other, "%s %s", l, key)
			}
		}
	}
	assert.Nil(t, forms.Language("fr").Catalogue())
	for _, kind := range ids.Kinds() {
		assert.NotEmpty(t, german[strings.ToUpper(kind.Tag)], kind.Tag)
	}
}

// Leichte Sprache: short sentences, no subjunctive, no genitive with "des".
func TestLeichteSprache(t *testing.T) {
	for key, text := range forms.LeichteSprache.Catalogue() {
		for sentence := range strings.SplitSeq(strings.ReplaceAll(text, "? ", ". "), ". ") {
			assert.LessOrEqual(t, len(strings.Fields(sentence)), 15, "%s: %s", key, sentence)
		}
		for _, hard := range []string{" des ", "könnte", "sollte", "würde", ";", "bzw"} {
			assert.NotContains(t, text, hard, key)
		}
	}
}

func TestLanguages(t *testing.T) {
	type antrag struct {
		P struct {
			Name string      `label:"Name" phrase:"Ihren Namen" validate:"required,max=3" msg-max-length:"Zu lang!"`
			Geld forms.Money `label:"Geld" max:"1000.50"`
			Tag  forms.Date  `label:"Tag" max:"2026-04-03"`
		} `title:"P"`
	}
	form, err := forms.New("S1", "1", antrag{}, &forms.Options{Translations: map[forms.Language]forms.Catalogue{forms.English: {"MAX_LENGTH": "Too long: {label}"}}})
	require.NoError(t, err)
	a := with(forms.Answers{}, "p.geld", "2000.00", "p.tag", "2026-05-03")
	messages := func(f *forms.Form, a forms.Answers) []string {
		var list []string
		for _, e := range f.Validate(a) {
			list = append(list, e.Message)
		}
		return list
	}
	assert.Equal(t, []string{"Geben Sie Ihren Namen ein.", "Geben Sie bei „Geld“ höchstens 1000,50 € ein.", "Prüfen Sie „Tag“. Das Datum darf nicht nach dem 3.4.2026 liegen."}, messages(form, a))
	assert.Equal(t, []string{"Fill in “Name”.", "Enter 1000.50 € or less for “Geld”.", "Check “Tag”. The date must not be after 3 April 2026."}, messages(form.In(forms.English), a))
	assert.Equal(t, []string{"Sie müssen bei „Name“ etwas schreiben.", "Die Zahl bei „Geld“ ist zu groß. Die größte Zahl ist 1000,50 €.", "Das Datum bei „Tag“ ist zu spät. Der späteste Tag ist der 3.4.2026."}, messages(form.In(forms.LeichteSprache), a))
	long := with(forms.Answers{}, "p.name", "abcd")
	assert.Equal(t, []string{"Zu lang!"}, messages(form, long))
	assert.Equal(t, []string{"Too long: Name"}, messages(form.In(forms.English), long))
	assert.Same(t, form, form.In("fr"), "an unknown language")
	assert.Equal(t, forms.German, form.In(forms.English).In(forms.German).Language())

	english, err := forms.New("S1", "1", antrag{}, &forms.Options{Language: forms.English})
	require.NoError(t, err)
	assert.Equal(t, []string{"Zu lang!"}, messages(english, long), "the service's own text is in the form's own language")
}
