package main

import (
	"errors"
	"strings"

	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/latin"
)

// hit is a row that was found, as JSON; it is an interface.
type hit struct {
	List  string  `json:"list"`
	File  string  `json:"file,omitempty"`
	Row   int     `json:"row"` // counted from 1
	Code  string  `json:"code,omitempty"`
	Cells []value `json:"cells"`
}

type value struct {
	Column string  `json:"column"`
	Value  *string `json:"value"`
}

// finding is one call of xoev codelist find.
type search struct {
	text, folded, column string
	exact                bool
	json                 bool
	lists, hits          int
}

func (c *command) codelistFind(args []string) int {
	var h shelf
	var q search
	fs := c.flags("codelist find")
	h.flag(fs)
	fs.StringVar(&q.column, "column", "", "")
	fs.BoolVar(&q.exact, "exact", false, "")
	format := fs.String("format", "text", "")
	names, status, done := c.parse(fs, findEN, findDE, args)
	if done {
		return status
	}
	problem := c.checkFormat(*format, "text", "json")
	switch {
	case problem != "":
	case len(names) == 0 || names[0] == "":
		problem = c.t("what is to be found? TEXT is missing", "was ist zu finden? TEXT fehlt")
	case len(names) == 1 && h.path == "":
		problem = c.t("no LIST is named, and no --store", "es ist keine LISTE genannt, und kein --store")
	case len(names) > 1:
		problem = c.checkFiles(names[1:])
	}
	if problem != "" {
		return c.usage(fs.Name(), problem)
	}
	if c.dry {
		return exitFine
	}
	q.text, q.json = names[0], *format == "json"
	q.folded = fold(q.text)
	if err := h.open(c); err != nil {
		return c.refused(fs.Name(), h.path, err)
	}
	defer h.close()
	if status = c.findAll(&q, &h, names[1:]); status == exitFine && q.hits == 0 {
		status = exitRefused
	}
	if !q.json && c.ctx.Err() == nil {
		c.print(plural(q.hits, c.t("row in ", "Zeile in "), c.t("rows in ", "Zeilen in ")) + plural(q.lists, c.t("list\n", "Liste\n"), c.t("lists\n", "Listen\n")))
	}
	return c.status(status)
}

// findAll searches the lists that are named, else all of the store.
func (c *command) findAll(q *search, h *shelf, names []string) int {
	status := exitFine
	if len(names) == 0 {
		pins := h.store.Pins()
		for i, pin := range pins {
			if c.ctx.Err() != nil {
				return exitFailed
			}
			c.progress.show(h.path, int64(i), int64(len(pins)), c.t("lists", "Listen"))
			l, err := h.store.List(pin.Kennung, pin.Version)
			status = max(status, c.findIn(q, "", pin.String(), l, err))
		}
	}
	for _, name := range names {
		if h.store != nil && name != "-" && !exists(name) {
			l, err := h.list(c, name)
			status = max(status, c.findIn(q, "", name, l, err))
			continue
		}
		status = max(status, c.each(name, false, func(in *input) int {
			if in.skipped {
				return exitFine
			}
			var l *codelist.List
			err := in.err
			if err == nil {
				l, err = codelist.Read(in.r, nil)
			}
			return c.findIn(q, in.name, in.name, l, err)
		}))
	}
	if c.ctx.Err() != nil {
		return exitFailed
	}
	return status
}

func (c *command) findIn(q *search, file, name string, l *codelist.List, err error) int {
	if err != nil {
		return c.refused("codelist find", name, err)
	}
	q.lists++
	columns := l.Columns()
	if q.column != "" {
		if _, ok := l.Column(q.column); !ok {
			return c.failed("codelist find", name, errNoColumn)
		}
	}
	for row := range l.Rows() {
		if !q.matches(row, columns) {
			continue
		}
		q.hits++
		if err := c.printHit(q, file, l, row, columns); err != nil {
			return exitFailed
		}
	}
	return exitFine
}

var errNoColumn = errors.New("the list has no such column")

func (q *search) matches(row codelist.Row, columns []codelist.Column) bool {
	for i, col := range columns {
		if q.column != "" && q.column != col.ID && q.column != col.ShortName {
			continue
		}
		v, ok := row.At(i)
		if ok && (q.exact && v == q.text || !q.exact && strings.Contains(fold(v), q.folded)) {
			return true
		}
	}
	return false
}

// fold makes texts equal that differ in case, or in how letters are written in
// basic ones ("Müller", "MUELLER").
func fold(s string) string { return strings.ToUpper(latin.SearchForm(s)) }

func (c *command) printHit(q *search, file string, l *codelist.List, row codelist.Row, columns []codelist.Column) error {
	r := hit{List: l.Kennung().String(), File: file, Row: row.Index() + 1, Code: row.Code()}
	var b strings.Builder
	b.WriteString(c.paint(bold, clean(r.List)) + " " + clean(r.Code) + "\n")
	for i, col := range columns {
		p := value{Column: col.ID}
		if v, ok := row.At(i); ok {
			p.Value = &v
			b.WriteString("    " + clean(col.ID) + ": " + clean(v) + "\n")
		}
		r.Cells = append(r.Cells, p)
	}
	if !q.json {
		c.print(b.String())
	} else if !c.printJSON("codelist find", r) {
		return errors.New("not written")
	}
	if c.lost {
		return errors.New("not written")
	}
	return nil
}
