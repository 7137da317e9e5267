package forms

import (
	"fmt"

	"github.com/bausteine/egov/xoev/codelist"
)

// OptionsOf makes the options of a choice from a code list, in the order of
// the list: the codes as values, and as labels what stands in the column with
// the ID or short name. An empty name means the first column beside that of
// the codes. It fails for a list without codes, without the column, or with a
// row that has no label. Rows are not left out: what is no longer to be chosen
// is for the caller to remove.
func OptionsOf(list *codelist.List, column string) ([]Option, error) {
	key, ok := list.Key()
	if !ok {
		return nil, fmt.Errorf("forms: the code list has no codes")
	}
	if column == "" {
		for _, c := range list.Columns() {
			if c.ID != key.Columns[0] {
				column = c.ID
				break
			}
		}
	}
	if _, ok := list.Column(column); !ok {
		return nil, fmt.Errorf("forms: the code list has no column %q", column)
	}
	options := make([]Option, 0, list.Len())
	for row := range list.Rows() {
		label, ok := row.Value(column)
		if !ok || label == "" {
			return nil, fmt.Errorf("forms: row %d of the code list has no label", row.Index())
		}
		options = append(options, Option{row.Code(), label})
	}
	if !validOptions(options) {
		return nil, fmt.Errorf("forms: the code list is empty or has a code twice")
	}
	return options, nil
}
