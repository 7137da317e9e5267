package codelist

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// New makes a list of its parts, by the rules that [Read] checks: each row has
// the values of the columns in their order, and those that it lacks are null.
// The metadata is put into XRepository's newest generation ([NSXOEV4]); of columns
// and keys that come from another list only the exported fields are taken. The
// list keeps nothing of what it is passed.
//
// A list that breaks a rule gives a *finding.InvalidError, whose paths name the
// elements of the document that [List.WriteTo] would write.
func New(m Metadata, columns []Column, keys []Key, rows [][]Value) (*List, error) {
	draft := &List{meta: m, key: -1}
	draft.kept.prefix = "gc"
	draft.meta.shortLang = ""
	a := &draft.meta.Agency
	a.shortLang = ""
	a.present = a.ShortName != "" || len(a.LongNames) > 0 || len(a.Identifiers) > 0
	draft.kept.annotation = m.Description.annotation()
	marked := false
	for _, c := range columns {
		c.kept, c.shortLang = keptColumn{}, ""
		if c.Type == "" {
			c.Type = "string"
		}
		draft.columns = append(draft.columns, c)
	}
	for _, k := range keys {
		k.kept, k.shortLang = keptColumn{}, ""
		if k.Marked {
			marked = true
			k.kept.annotation = annotation{present: true, hasAppInfo: true, appInfo: []string{"<" + prefixXOEV4 + ":recommendedKeyColumn/>"}}
		}
		draft.keys = append(draft.keys, k)
	}
	if marked || draft.kept.annotation.present {
		draft.kept.scope = []xmlscan.NSDecl{{Prefix: prefixXOEV4, URI: NSXOEV4}}
	}
	if err := draft.fill(rows); err != nil {
		return nil, err
	}
	var doc bytes.Buffer
	if _, err := draft.WriteTo(&doc); err != nil {
		return nil, err
	}
	return Read(&doc, &ReadOptions{MaxBytes: int64(doc.Len()) + 1, MaxRows: len(rows) + 1, MaxColumns: len(columns) + len(keys) + 1})
}

const prefixXOEV4 = "xoev-cl-4"

// fill puts the rows into the table of a list that is being made.
func (l *List) fill(rows [][]Value) error {
	if len(rows)*len(l.columns) > maxCells {
		return &finding.InvalidError{Findings: []finding.Finding{ruleLimit.At("", 0, 0, limit(maxCells))}}
	}
	t, values := &l.table, newInterner()
	t.columns, t.rows = len(l.columns), len(rows)
	t.cells = make([]uint32, len(rows)*len(l.columns))
	for i, row := range rows {
		if len(row) > len(l.columns) {
			f := ruleNoColumn.At("/gc:CodeList/SimpleCodeList/Row"+ordinal(i), 0, 0, map[string]string{"max": strconv.Itoa(len(l.columns))})
			return &finding.InvalidError{Findings: []finding.Finding{f}}
		}
		for j, v := range row {
			if !v.Null {
				t.cells[i*t.columns+j] = values.add([]byte(v.Text))
			}
		}
	}
	t.values = values.finish()
	return nil
}

// annotation writes the description in the newest generation.
func (d *Description) annotation() annotation {
	var elements []string
	add := func(name string, texts ...Text) {
		for _, t := range texts {
			var b strings.Builder
			b.WriteString("<" + prefixXOEV4 + ":" + name)
			if t.Lang != "" {
				b.WriteString(` xml:lang="` + string(appendEscaped(nil, t.Lang, true)) + `"`)
			}
			b.WriteByte('>')
			escapeText(&b, t.Value)
			b.WriteString("</" + prefixXOEV4 + ":" + name + ">")
			elements = append(elements, b.String())
		}
	}
	add("shortName", d.ShortName...)
	add("codelistDescription", d.Codelist...)
	add("agencyShortName", d.AgencyShortName...)
	add("versionDescription", d.Version...)
	if !d.ValidFrom.IsZero() {
		add("validFrom", Text{Value: d.ValidFrom.String()})
	}
	if d.Handbook != "" {
		add("versionHandbook", Text{Value: d.Handbook})
	}
	add("changes", d.Changes...)
	if elements == nil {
		return annotation{}
	}
	return annotation{present: true, descriptions: []description{{elements: elements}}}
}
