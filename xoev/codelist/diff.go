package codelist

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// ErrNoKey means that lists cannot be compared row by row, because one of them
// has no column of codes (see [List.Key]).
var ErrNoKey = errors.New("codelist: list has no key")

// Diff is what differs between two versions of a list. It can be printed with
// [Diff.WriteTo] and marshalled as JSON.
type Diff struct {
	Old VersionKennung `json:"old"`
	New VersionKennung `json:"new"`
	// Metadata are the fields of the lists' metadata that differ, other than
	// the version itself.
	Metadata []Change `json:"metadata,omitempty"`
	// ColumnsAdded and ColumnsRemoved are IDs of columns, in the order of the
	// list that has them.
	ColumnsAdded   []string `json:"columnsAdded,omitempty"`
	ColumnsRemoved []string `json:"columnsRemoved,omitempty"`
	// Columns are properties of columns that both lists have. Field names
	// column and property ("code.type").
	Columns []Change `json:"columns,omitempty"`
	// Key is the ID of the column by whose values rows are matched; OldKey is
	// set if it has another ID in the old list.
	Key    string `json:"key"`
	OldKey string `json:"oldKey,omitempty"`
	// Added is in the order of the new list, Removed in that of the old.
	Added   []RowDiff `json:"added,omitempty"`
	Removed []RowDiff `json:"removed,omitempty"`
	// Changed holds, for each row, the columns of both lists whose values differ.
	Changed []RowDiff `json:"changed,omitempty"`
	// Unchanged is the number of rows that are equal in all columns that both
	// lists have.
	Unchanged int `json:"unchanged"`
}

// Change is a value before and after. nil means that there was or is none, which
// differs from an empty text.
type Change struct {
	// Field is the name of the metadata's field, or the ID of a column.
	Field string  `json:"field"`
	Old   *string `json:"old"`
	New   *string `json:"new"`
}

// RowDiff is a row that was added, removed or changed.
type RowDiff struct {
	// Code is the row's value in the key column.
	Code string `json:"code"`
	// Cells has the columns other than the key: those that have a value if the
	// row was added or removed, those that differ if it was changed.
	Cells []Change `json:"cells,omitempty"`
}

// DiffLists compares two lists, normally two versions of one. Rows are matched
// by code: each list's own column of codes counts, even if its name changed. If
// a code stands several times in a list, its first row is matched with the
// other list's first, and so on. Columns are matched by ID. The order of rows
// does not matter. If a list has rows and no column of codes it is [ErrNoKey].
func DiffLists(old, new *List) (*Diff, error) {
	d := &Diff{Old: old.Kennung(), New: new.Kennung(), Metadata: diffMetadata(old.Metadata(), new.Metadata())}
	oldColumns, newColumns := old.Columns(), new.Columns()
	c := &comparison{old: old, new: new, oldKey: keyColumn(old, oldColumns), newKey: keyColumn(new, newColumns)}
	if c.oldKey < 0 && old.Len() > 0 || c.newKey < 0 && new.Len() > 0 {
		return nil, ErrNoKey
	}
	if c.newKey >= 0 {
		d.Key = newColumns[c.newKey].ID
	}
	if c.oldKey >= 0 && oldColumns[c.oldKey].ID != d.Key {
		d.OldKey = oldColumns[c.oldKey].ID
	}
	c.columns(d, oldColumns, newColumns)
	c.rows(d)
	return d, nil
}

// keyColumn returns the index of the column of codes, -1 if there is none.
func keyColumn(l *List, columns []Column) int {
	k, ok := l.Key()
	if !ok {
		return -1
	}
	return slices.IndexFunc(columns, func(c Column) bool { return c.ID == k.Columns[0] })
}

type comparison struct {
	old, new       *List
	oldKey, newKey int
	oldOnly        []column
	newOnly        []column
	both           []column
}

// column is a column by its ID and its index in each list.
type column struct {
	id       string
	old, new int
}

func (c *comparison) columns(d *Diff, oldColumns, newColumns []Column) {
	in := func(columns []Column, id string) int {
		return slices.IndexFunc(columns, func(c Column) bool { return c.ID == id })
	}
	for i, col := range newColumns {
		j := in(oldColumns, col.ID)
		if j < 0 {
			d.ColumnsAdded = append(d.ColumnsAdded, col.ID)
		} else {
			d.Columns = append(d.Columns, diffColumn(oldColumns[j], col)...)
		}
		switch {
		case i == c.newKey:
		case j < 0 || j == c.oldKey:
			c.newOnly = append(c.newOnly, column{col.ID, -1, i})
		default:
			c.both = append(c.both, column{col.ID, j, i})
		}
	}
	for j, col := range oldColumns {
		i := in(newColumns, col.ID)
		if i < 0 {
			d.ColumnsRemoved = append(d.ColumnsRemoved, col.ID)
		}
		if j != c.oldKey && (i < 0 || i == c.newKey) {
			c.oldOnly = append(c.oldOnly, column{col.ID, j, -1})
		}
	}
}

func diffColumn(a, b Column) []Change {
	var out changes
	use := map[bool]string{true: "required", false: "optional"}
	out.add(b.ID+".shortName", a.ShortName, b.ShortName)
	out.add(b.ID+".longName", texts(a.LongNames), texts(b.LongNames))
	out.add(b.ID+".use", use[a.Required], use[b.Required])
	out.add(b.ID+".type", a.Type, b.Type)
	out.add(b.ID+".datatypeLibrary", a.DatatypeLibrary, b.DatatypeLibrary)
	out.add(b.ID+".lang", a.Lang, b.Lang)
	return out
}

func diffMetadata(a, b Metadata) []Change {
	var out changes
	out.add("canonicalUri", a.CanonicalURI, b.CanonicalURI)
	out.add("shortName", a.ShortName, b.ShortName)
	out.add("longName", texts(a.LongNames), texts(b.LongNames))
	out.add("agency.shortName", a.Agency.ShortName, b.Agency.ShortName)
	out.add("agency.longName", texts(a.Agency.LongNames), texts(b.Agency.LongNames))
	out.add("agency.identifier", texts(a.Agency.Identifiers), texts(b.Agency.Identifiers))
	out.add("locationUri", strings.Join(a.LocationURIs, " "), strings.Join(b.LocationURIs, " "))
	out.add("alternateFormatLocationUri", formats(a.AlternateFormats), formats(b.AlternateFormats))
	x, y := a.Description, b.Description
	out.add("description.shortName", texts(x.ShortName), texts(y.ShortName))
	out.add("description.codelistDescription", texts(x.Codelist), texts(y.Codelist))
	out.add("description.agencyShortName", texts(x.AgencyShortName), texts(y.AgencyShortName))
	out.add("description.versionDescription", texts(x.Version), texts(y.Version))
	out.add("description.changes", texts(x.Changes), texts(y.Changes))
	out.add("description.validFrom", x.ValidFrom.String(), y.ValidFrom.String())
	out.add("description.versionHandbook", x.Handbook, y.Handbook)
	return out
}

func formats(f []AlternateFormat) string {
	var out []string
	for _, x := range f {
		out = append(out, strings.TrimSpace(x.URI+" "+x.MIMEType))
	}
	return strings.Join(out, "; ")
}

type changes []Change

// add notes a change of a field for which the empty text means that there is
// none.
func (c *changes) add(field, a, b string) {
	if a != b {
		*c = append(*c, Change{field, some(a), some(b)})
	}
}

func some(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// texts makes one text of several languages.
func texts(t Texts) string {
	parts := make([]string, 0, len(t))
	for _, x := range t {
		if x.Lang != "" && len(t) > 1 {
			parts = append(parts, x.Lang+": "+x.Value)
		} else {
			parts = append(parts, x.Value)
		}
	}
	return strings.Join(parts, "; ")
}

func (c *comparison) rows(d *Diff) {
	unmatched := map[string][]Row{}
	for r := range c.old.Rows() {
		code, _ := r.At(c.oldKey)
		unmatched[code] = append(unmatched[code], r)
	}
	for r := range c.new.Rows() {
		code, _ := r.At(c.newKey)
		before := unmatched[code]
		if len(before) == 0 {
			d.Added = append(d.Added, RowDiff{code, c.cells(nil, &r)})
			continue
		}
		unmatched[code] = before[1:]
		if cells := c.cells(&before[0], &r); len(cells) > 0 {
			d.Changed = append(d.Changed, RowDiff{code, cells})
		} else {
			d.Unchanged++
		}
	}
	for r := range c.old.Rows() {
		code, _ := r.At(c.oldKey)
		if left := unmatched[code]; len(left) > 0 && left[0].Index() == r.Index() {
			unmatched[code] = left[1:]
			d.Removed = append(d.Removed, RowDiff{code, c.cells(&r, nil)})
		}
	}
}

// cells compares two rows of the same code; one may be nil.
func (c *comparison) cells(before, after *Row) []Change {
	var out []Change
	columns := c.both
	if before == nil {
		columns = slices.Concat(c.both, c.newOnly)
	} else if after == nil {
		columns = slices.Concat(c.both, c.oldOnly)
	}
	for _, col := range columns {
		a, b := cell(before, col.old), cell(after, col.new)
		if (a == nil) != (b == nil) || a != nil && *a != *b {
			out = append(out, Change{col.id, a, b})
		}
	}
	return out
}

func cell(r *Row, column int) *string {
	if r == nil || column < 0 {
		return nil
	}
	if s, ok := r.At(column); ok {
		return &s
	}
	return nil
}

// Empty reports whether nothing differs, the version aside.
func (d *Diff) Empty() bool {
	return len(d.Metadata)+len(d.ColumnsAdded)+len(d.ColumnsRemoved)+len(d.Columns)+
		len(d.Added)+len(d.Removed)+len(d.Changed) == 0 && d.OldKey == ""
}

// WriteTo writes the difference as text for people: one line for each field,
// column and row, which begins with + (added), - (removed) or ~ (changed), and
// a last line with numbers. Values are quoted as in Go; a value that is not
// there is written as -.
func (d *Diff) WriteTo(w io.Writer) (int64, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "%s -> %s\n", d.Old.shown(), d.New.shown())
	for _, m := range d.Metadata {
		fmt.Fprintf(&b, "~ metadata %s: %s -> %s\n", m.Field, quote(m.Old), quote(m.New))
	}
	if d.OldKey != "" {
		fmt.Fprintf(&b, "~ key column: %q -> %q\n", d.OldKey, d.Key)
	}
	for _, id := range d.ColumnsRemoved {
		fmt.Fprintf(&b, "- column %q\n", id)
	}
	for _, id := range d.ColumnsAdded {
		fmt.Fprintf(&b, "+ column %q\n", id)
	}
	for _, c := range d.Columns {
		fmt.Fprintf(&b, "~ column %s: %s -> %s\n", c.Field, quote(c.Old), quote(c.New))
	}
	for _, r := range d.Removed {
		fmt.Fprintf(&b, "- %q%s\n", r.Code, cellText(r.Cells, func(c Change) string { return quote(c.Old) }))
	}
	for _, r := range d.Added {
		fmt.Fprintf(&b, "+ %q%s\n", r.Code, cellText(r.Cells, func(c Change) string { return quote(c.New) }))
	}
	for _, r := range d.Changed {
		fmt.Fprintf(&b, "~ %q%s\n", r.Code, cellText(r.Cells, func(c Change) string { return quote(c.Old) + " -> " + quote(c.New) }))
	}
	fmt.Fprintf(&b, "rows: %d added, %d removed, %d changed, %d unchanged\n", len(d.Added), len(d.Removed), len(d.Changed), d.Unchanged)
	n, err := io.WriteString(w, b.String())
	if err != nil {
		err = fmt.Errorf("codelist: writing the difference: %w", err)
	}
	return int64(n), err
}

func cellText(cells []Change, value func(Change) string) string {
	var b strings.Builder
	for _, c := range cells {
		b.WriteString(" " + c.Field + ": " + value(c))
		b.WriteByte(',')
	}
	return strings.TrimSuffix(b.String(), ",")
}

func quote(s *string) string {
	if s == nil {
		return "-"
	}
	return strconv.Quote(*s)
}
