package codelist

import (
	"iter"
	"slices"

	"github.com/bausteine/egov/xoev/finding"
)

// List is one version of a code list. It is made by [Read] or [New], never
// changes afterwards, and may be used by several goroutines at once. All
// distinct values lie in one string; strings that a List hands out point into
// it and keep it in memory.
type List struct {
	meta     Metadata
	columns  []Column
	keys     []Key
	key      int // of keys; -1: none serves as code column
	table    table
	kept     kept
	findings []finding.Finding
}

// Metadata says what a list is, which version this is, and who publishes it.
// Source: genericode 1.0, Identification and Annotation.
type Metadata struct {
	// ShortName has no white space ("AGS"); LongNames are for people.
	ShortName string
	LongNames Texts
	// Version is any text ("3", "2022-08-01"); versions are names.
	Version string
	// CanonicalURI names the list in all versions, the Kennung of XRepository.
	CanonicalURI string
	// CanonicalVersionURI names this version; in XRepository it is
	// CanonicalURI, an underscore and Version.
	CanonicalVersionURI string
	// LocationURIs and AlternateFormats say where the list can be fetched. This
	// package never does.
	LocationURIs     []string
	AlternateFormats []AlternateFormat
	// Agency publishes the list.
	Agency Agency
	// Description is what XRepository says about the list.
	Description Description

	shortLang string
}

// AlternateFormat is a place where a list is offered in another format.
type AlternateFormat struct {
	URI string
	// MIMEType may be empty.
	MIMEType string
}

// Agency is who publishes a list. All fields may be empty.
type Agency struct {
	ShortName   string
	LongNames   Texts
	Identifiers Texts

	shortLang string
	present   bool
}

// Description is XRepository's metadata of a list. Its elements changed their
// names four times; the fields are named after the newest generation, and where
// a list carries two generations each field comes from the newer one that has it.
// [Metadata.Description] of a list that is written by hand may be empty.
type Description struct {
	// Generation is the newest namespace found: one of the constants NSXOEV…
	Generation string
	// ShortName is shortName (before: nameKurz).
	ShortName Texts
	// Codelist describes the list: codelistDescription (beschreibung-codeliste,
	// beschreibung).
	Codelist Texts
	// AgencyShortName is agencyShortName (herausgebernameKurz).
	AgencyShortName Texts
	// Version describes this version: versionDescription
	// (beschreibung-versionCodeliste).
	Version Texts
	// Changes says what differs from the version before: changes
	// (aenderungZurVorversion).
	Changes Texts
	// ValidFrom is the first day on which the version may be used: validFrom
	// (datumGueltigkeitAb, datumgueltigkeitab). Zero if not given.
	ValidFrom Date
	// Handbook is the version of the rules by which the list was made:
	// versionHandbook (versionCodelistenHandbuch, versionXOEVHandbuch).
	Handbook string
}

// Column is one column of a list.
type Column struct {
	// ID is an XML name without colon, unique among columns and keys.
	ID string
	// ShortName has no white space and is mostly the same as ID.
	ShortName string
	LongNames Texts
	// Required means that every row has a value here that is not null.
	Required bool
	// Type is the name of the data type ("string", "integer", "date"), by
	// default one of XML Schema; empty means "string" to [New].
	Type string
	// DatatypeLibrary names another library of types; their values are not
	// checked. Empty means XML Schema.
	DatatypeLibrary string
	// Lang is the language of the values ("de-DE"), empty if not given. A list
	// in several languages has several columns.
	Lang string

	kind      valueKind
	shortLang string
	kept      keptColumn
}

// Key is one or more columns whose values together name a row.
type Key struct {
	// ID is an XML name without colon, unique among columns and keys.
	ID        string
	ShortName string
	LongNames Texts
	// Columns are the IDs of the columns.
	Columns []string
	// Marked says that the publisher recommends this key for codes
	// (recommendedKeyColumn, empfohleneCodeSpalte, xoev-code).
	Marked bool

	shortLang string
	kept      keptColumn
}

// Value is one cell of a list that is built with [New].
type Value struct {
	Text string
	// Null means that there is no value, which differs from an empty text.
	Null bool
}

// Metadata returns what the list says about itself. It is the caller's own.
func (l *List) Metadata() Metadata { return l.meta.clone() }

// Kennung names the list and its version, without allocating.
func (l *List) Kennung() VersionKennung {
	return VersionKennung{Kennung: l.meta.CanonicalURI, Version: l.meta.Version}
}

// ValidFrom returns the first day on which this version may be used, zero if
// the list does not say.
func (l *List) ValidFrom() Date { return l.meta.Description.ValidFrom }

// Findings returns the warnings about the list: what a publisher should mend,
// and what hinders nobody from using it. The codes begin with GC-1. The slice is
// the caller's own.
func (l *List) Findings() []finding.Finding { return slices.Clone(l.findings) }

// Columns returns the columns in their order. The slice is the caller's own.
func (l *List) Columns() []Column {
	out := slices.Clone(l.columns)
	for i := range out {
		out[i].LongNames = slices.Clone(out[i].LongNames)
	}
	return out
}

// Column returns the column with that ID or, if there is none, that ShortName.
func (l *List) Column(name string) (Column, bool) {
	i := l.column(name)
	if i < 0 {
		return Column{}, false
	}
	c := l.columns[i]
	c.LongNames = slices.Clone(c.LongNames)
	return c, true
}

// Keys returns all keys in their order. The slice is the caller's own.
func (l *List) Keys() []Key {
	out := slices.Clone(l.keys)
	for i := range out {
		out[i] = out[i].clone()
	}
	return out
}

// Key returns the key whose column holds the codes: the marked one, of several
// the first, else the first key; always of a single column. ok is false if the
// list has no such key.
func (l *List) Key() (k Key, ok bool) {
	if l.key < 0 {
		return Key{}, false
	}
	return l.keys[l.key].clone(), true
}

// MetadataOnly reports whether the document describes a list without holding
// its rows (no SimpleCodeList).
func (l *List) MetadataOnly() bool { return l.kept.metadataOnly }

// Len returns the number of rows.
func (l *List) Len() int { return l.table.rows }

// Row returns a row, counted from 0. It panics if there is no such row.
func (l *List) Row(i int) Row {
	if i < 0 || i >= l.table.rows {
		panic("codelist: no such row")
	}
	return Row{list: l, index: i}
}

// Rows iterates over the rows in the order of the document.
func (l *List) Rows() iter.Seq[Row] {
	return func(yield func(Row) bool) {
		for i := range l.table.rows {
			if !yield(Row{list: l, index: i}) {
				return
			}
		}
	}
}

// Lookup returns the row of a code, by the column of [List.Key]. The code is
// compared byte for byte: leading zeros, case and white space matter. It does
// not allocate once the column has been looked up for the first time.
func (l *List) Lookup(code string) (Row, bool) {
	return l.first(l.codeColumn(), code)
}

// Find returns the first row that has the value in the column with that ID or
// ShortName. ok is false also if there is no such column. It does not allocate
// once the column has been looked up for the first time.
func (l *List) Find(column, value string) (Row, bool) {
	return l.first(l.column(column), value)
}

// FindAll iterates over all rows that have the value in the column with that ID
// or ShortName, in the order of the document.
func (l *List) FindAll(column, value string) iter.Seq[Row] {
	return func(yield func(Row) bool) {
		c := l.column(column)
		if c < 0 {
			return
		}
		for _, row := range l.table.find(c, value) {
			if !yield(Row{list: l, index: int(row)}) {
				return
			}
		}
	}
}

func (l *List) first(column int, value string) (Row, bool) {
	if column < 0 {
		return Row{}, false
	}
	rows := l.table.find(column, value)
	if len(rows) == 0 {
		return Row{}, false
	}
	return Row{list: l, index: int(rows[0])}, true
}

func (l *List) column(name string) int {
	for i := range l.columns {
		if l.columns[i].ID == name {
			return i
		}
	}
	for i := range l.columns {
		if l.columns[i].ShortName == name {
			return i
		}
	}
	return -1
}

func (l *List) codeColumn() int {
	if l.key < 0 {
		return -1
	}
	return l.column(l.keys[l.key].Columns[0])
}

// Row is one entry of a list: a small value that points into it. The zero Row
// has no values.
type Row struct {
	list  *List
	index int
}

// Index counts the rows from 0.
func (r Row) Index() int { return r.index }

// Code returns the value in the column of [List.Key], empty if there is none.
func (r Row) Code() string {
	if r.list == nil {
		return ""
	}
	v, _ := r.At(r.list.codeColumn())
	return v
}

// Value returns the value in the column with that ID or ShortName. ok is false
// if it is null or there is no such column.
func (r Row) Value(column string) (value string, ok bool) {
	if r.list == nil {
		return "", false
	}
	return r.At(r.list.column(column))
}

// At returns the value in a column counted from 0, in the order of
// [List.Columns]. ok is false if it is null or there is no such column.
func (r Row) At(column int) (value string, ok bool) {
	if r.list == nil || column < 0 || column >= len(r.list.columns) {
		return "", false
	}
	return r.list.table.at(r.index, column)
}

func (m Metadata) clone() Metadata {
	m.LongNames = slices.Clone(m.LongNames)
	m.LocationURIs = slices.Clone(m.LocationURIs)
	m.AlternateFormats = slices.Clone(m.AlternateFormats)
	m.Agency.LongNames = slices.Clone(m.Agency.LongNames)
	m.Agency.Identifiers = slices.Clone(m.Agency.Identifiers)
	d := &m.Description
	for _, t := range []*Texts{&d.ShortName, &d.Codelist, &d.AgencyShortName, &d.Version, &d.Changes} {
		*t = slices.Clone(*t)
	}
	return m
}

func (k Key) clone() Key {
	k.LongNames, k.Columns = slices.Clone(k.LongNames), slices.Clone(k.Columns)
	return k
}
