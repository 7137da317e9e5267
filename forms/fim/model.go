package fim

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/bausteine/egov/forms"
)

// linksOf are the steps from the form to a field: its page, its groups, itself.
func linksOf(field *forms.Field) []link {
	links := []link{{fim: field.FIM}}
	for g := field.Group; g != nil; g = g.Parent {
		l := link{fim: g.FIM}
		if g.Repeat != nil {
			l.entries, l.max, l.computed = g.Path, g.Repeat.Max, g.Repeat.Count != nil
		}
		links = append(links, l)
	}
	links = append(links, link{fim: field.Step.FIM})
	slices.Reverse(links)
	return links
}

// answersOf makes answers of values by their instance paths.
func answersOf(values map[string]forms.Value) (a forms.Answers, err error) {
	b, err := json.Marshal(values)
	if err == nil {
		err = a.UnmarshalJSON(b)
	}
	if err != nil {
		return forms.Answers{}, fmt.Errorf("fim: gathering the answers: %w", err)
	}
	return a, nil
}
