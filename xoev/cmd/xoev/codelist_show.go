package main

import (
	"encoding/csv"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bausteine/egov/xoev/codelist"
)

// maxCell is how many characters of a value a table shows.
const maxCell = 60

// shownList is a list as JSON; it is an interface.
type shownList struct {
	Kennung      string        `json:"kennung"`
	Version      string        `json:"version"`
	ShortName    string        `json:"shortName"`
	LongName     string        `json:"longName,omitempty"`
	Agency       string        `json:"agency,omitempty"`
	ValidFrom    string        `json:"validFrom,omitempty"`
	Description  string        `json:"description,omitempty"`
	Changes      string        `json:"changes,omitempty"`
	MetadataOnly bool          `json:"metadataOnly,omitempty"`
	Key          string        `json:"key,omitempty"`
	Columns      []shownColumn `json:"columns"`
	RowCount     int           `json:"rowCount"`
	// Rows has the values in the order of the columns; null where there is none.
	Rows [][]*string `json:"rows"`
}

type shownColumn struct {
	ID        string `json:"id"`
	ShortName string `json:"shortName,omitempty"`
	LongName  string `json:"longName,omitempty"`
	Type      string `json:"type"`
	Required  bool   `json:"required"`
	Lang      string `json:"lang,omitempty"`
}

func (c *command) codelistShow(args []string) int {
	var h shelf
	fs := c.flags("codelist show")
	h.flag(fs)
	format := fs.String("format", "text", "")
	rows := fs.Int("rows", -1, "")
	names, status, done := c.parse(fs, showEN, showDE, args)
	if done {
		return status
	}
	problem := c.checkFormat(*format, "text", "json", "csv")
	if problem == "" && len(names) != 1 {
		problem = c.t("exactly one LIST is needed", "genau eine LISTE ist nötig")
	}
	if problem != "" {
		return c.usage(fs.Name(), problem)
	}
	if c.dry {
		return exitFine
	}
	if err := h.open(c); err != nil {
		return c.refused(fs.Name(), h.path, err)
	}
	defer h.close()
	l, err := h.list(c, names[0])
	if err != nil {
		return c.refused(fs.Name(), names[0], err)
	}
	most := l.Len()
	if *rows >= 0 {
		most = min(most, *rows)
	}
	switch *format {
	case "text":
		c.print(c.listText(l))
		c.printTable(l, most)
	case "csv":
		c.printCSV(l, most)
	default:
		if !c.printJSON(fs.Name(), c.shownList(l, most)) {
			return exitFailed
		}
	}
	return c.status(exitFine)
}

// lang is the language in which texts of lists are preferred.
func (c *command) lang() string { return c.t("en", "de") }

func (c *command) shownList(l *codelist.List, rows int) *shownList {
	m := l.Metadata()
	d := &m.Description
	s := &shownList{
		Kennung: m.CanonicalURI, Version: m.Version, ShortName: m.ShortName, LongName: m.LongNames.In(c.lang()),
		Agency: m.Agency.LongNames.In(c.lang()), Description: d.Codelist.In(c.lang()), Changes: d.Changes.In(c.lang()),
		MetadataOnly: l.MetadataOnly(), RowCount: l.Len(), Rows: [][]*string{},
	}
	if s.Agency == "" {
		s.Agency = m.Agency.ShortName
	}
	if day := l.ValidFrom(); !day.IsZero() {
		s.ValidFrom = day.String()
	}
	if key, ok := l.Key(); ok {
		s.Key = key.Columns[0]
	}
	for _, col := range l.Columns() {
		s.Columns = append(s.Columns, shownColumn{col.ID, col.ShortName, col.LongNames.In(c.lang()), col.Type, col.Required, col.Lang})
	}
	for i := range rows {
		row := make([]*string, len(s.Columns))
		for j := range row {
			if v, ok := l.Row(i).At(j); ok {
				row[j] = &v
			}
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

func (c *command) listText(l *codelist.List) string {
	m := c.shownList(l, 0)
	s := c.sheet()
	s.title(m.ShortName + " " + m.Version)
	s.line("Name", m.LongName)
	s.line("Kennung", m.Kennung)
	s.line("Version", m.Version)
	s.line(c.t("Valid from", "Gültig ab"), m.ValidFrom)
	s.line(c.t("Publisher", "Herausgeber"), m.Agency)
	s.line(c.t("Description", "Beschreibung"), m.Description)
	s.line(c.t("Changes", "Änderungen"), m.Changes)
	for i, col := range m.Columns {
		label, text := "", col.ID+" ("+col.Type
		if i == 0 {
			label = c.t("Columns", "Spalten")
		}
		if col.Lang != "" {
			text += ", " + col.Lang
		}
		if !col.Required {
			text += c.t(", optional", ", optional")
		}
		if col.ID == m.Key {
			text += c.t(", holds the codes", ", enthält die Codes")
		}
		text += ")"
		if col.LongName != "" && col.LongName != col.ID {
			text += " " + col.LongName
		}
		s.line(label, text)
	}
	rows := strconv.Itoa(m.RowCount)
	if m.MetadataOnly {
		rows = c.t("none: the document only describes the list", "keine: das Dokument beschreibt die Liste nur")
	}
	s.line(c.t("Rows", "Zeilen"), rows)
	s.findings(l.Findings())
	return s.b.String() + "\n"
}

// printTable prints the first rows under their columns.
func (c *command) printTable(l *codelist.List, rows int) {
	if rows == 0 {
		return
	}
	columns := l.Columns()
	width := make([]int, len(columns))
	for i, col := range columns {
		width[i] = utf8.RuneCountInString(cell(col.ID, true))
	}
	for r := range rows {
		for i := range columns {
			width[i] = max(width[i], utf8.RuneCountInString(cell(l.Row(r).At(i))))
		}
	}
	line := func(value func(i int) (string, bool)) string {
		var b strings.Builder
		for i := range columns {
			text := cell(value(i))
			b.WriteString(text + strings.Repeat(" ", width[i]-utf8.RuneCountInString(text)+2))
		}
		return strings.TrimRight(b.String(), " ") + "\n"
	}
	c.print(c.paint(bold, line(func(i int) (string, bool) { return columns[i].ID, true })))
	var b strings.Builder
	for r := range rows {
		b.WriteString(line(func(i int) (string, bool) { return l.Row(r).At(i) }))
		if b.Len() > 64<<10 || r == rows-1 {
			c.print(b.String())
			b.Reset()
		}
	}
	if rows < l.Len() {
		c.print(c.t("… and ", "… und ") + strconv.Itoa(l.Len()-rows) + c.t(" more rows\n", " weitere Zeilen\n"))
	}
}

// cell is a value in a table; one that is not there is ∅.
func cell(value string, ok bool) string {
	if !ok {
		return "∅"
	}
	value = clean(value)
	if r := []rune(value); len(r) > maxCell {
		value = string(r[:maxCell-1]) + "…"
	}
	return value
}

// printCSV writes RFC 4180 with line feeds. A value that is not there is empty.
// On a terminal values are made safe as everywhere, else they are unchanged.
func (c *command) printCSV(l *codelist.List, rows int) {
	safe := func(s string) string {
		if c.terminal {
			return clean(s)
		}
		return s
	}
	var b strings.Builder
	w := csv.NewWriter(&b)
	columns := l.Columns()
	record := make([]string, len(columns))
	for i, col := range columns {
		record[i] = safe(col.ID)
	}
	_ = w.Write(record) // a Builder does not fail
	for r := range rows {
		for i := range columns {
			v, _ := l.Row(r).At(i)
			record[i] = safe(v)
		}
		_ = w.Write(record)
	}
	w.Flush()
	c.print(b.String())
}
