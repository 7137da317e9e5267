package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xdatenfelder"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// maxXDF is how much of a data schema is kept in memory. The biggest published
// ones have a few megabytes.
const maxXDF = 64 << 20

// errDataSchema: xoev lint would have nothing but the header to check.
var errDataSchema = errors.New("the data schema is bigger than 64 MiB, or begins after more than 64 KiB of comments")

// xdfPrefix begins the namespaces of XDatenfelder, but for the version.
const xdfPrefix = "urn:xoev-de:fim:standard:xdatenfelder_"

// dataSchema is what XDatenfelder says; the JSON form is part of inspection.
type dataSchema struct {
	Kind    string `json:"kind,omitempty"` // "stammdatenschema", …
	ID      string `json:"id,omitempty"`
	Version string `json:"version,omitempty"`
	Name    string `json:"name,omitempty"`
	// Felder, Gruppen and Regeln are counted once; Stellen are the places in the
	// tree, Tiefe its depth.
	Felder     int `json:"datenfelder"`
	Gruppen    int `json:"datenfeldgruppen"`
	Regeln     int `json:"regeln"`
	Codelisten int `json:"codelisten"`
	Stellen    int `json:"stellen"`
	Tiefe      int `json:"tiefe"`
	// Errors are counted where the file breaks its schema; xoev lint tells them.
	Errors int `json:"errors,omitempty"`
}

// keepXDF looks whether an input is of XDatenfelder, from its root element, and
// if so reads it into memory. in can be read on as if nothing had happened.
func keepXDF(in *input) ([]byte, error) {
	b := bufio.NewReaderSize(in.r, 64<<10)
	in.r = b
	head, err := b.Peek(64 << 10)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if !isXDF(head) {
		return nil, nil
	}
	doc, err := io.ReadAll(io.LimitReader(b, maxXDF+1))
	if err != nil {
		return nil, err
	}
	in.r = io.MultiReader(bytes.NewReader(doc), b)
	if len(doc) > maxXDF {
		return nil, nil
	}
	return doc, nil
}

// isXDF reports whether a document begins with a root element of XDatenfelder.
func isXDF(head []byte) bool {
	if !bytes.Contains(head, []byte(xdfPrefix)) {
		return false
	}
	s := xmlscan.New(bytes.NewReader(head), nil)
	for s.Next() {
		if s.Kind() == xmlscan.StartElement {
			return strings.HasPrefix(s.Name().Space, xdfPrefix)
		}
	}
	return false
}

// newDataSchema reads a data schema.
func newDataSchema(doc []byte) *dataSchema {
	n, err := xdatenfelder.Read(bytes.NewReader(doc), nil)
	if err != nil {
		d := &dataSchema{Errors: 1}
		var invalid *finding.InvalidError
		if errors.As(err, &invalid) {
			if unread(invalid.Findings) {
				return nil
			}
			d.Errors = 0
			for _, f := range invalid.Findings {
				if f.Severity == finding.Error {
					d.Errors++
				}
			}
		}
		return d
	}
	d := &dataSchema{Felder: len(n.Datenfelder), Gruppen: len(n.Datenfeldgruppen), Regeln: len(n.Regeln)}
	if kind, a := n.Objekt(); a != nil {
		d.Kind, d.ID, d.Version, d.Name = kind, a.Identifikation.ID, a.Identifikation.Version, a.Name
	}
	lists := map[xdatenfelder.CodelisteReferenz]bool{}
	for _, f := range n.Datenfelder {
		if f.CodelisteReferenz != nil {
			lists[*f.CodelisteReferenz] = true
		}
	}
	d.Codelisten = len(lists)
	for depth := range n.Strukturen() {
		d.Stellen++
		d.Tiefe = max(d.Tiefe, depth+1)
	}
	return d
}

// unread reports that a message is of a kind that package xdatenfelder does not
// know: a catalogue, a translation, another version.
func unread(findings []finding.Finding) bool {
	return len(findings) == 1 && (findings[0].Code == "XDF-002" || findings[0].Code == "XDF-003")
}

func (s *sheet) dataSchema(d *dataSchema) {
	if d == nil {
		return
	}
	t := s.c.t
	label := t("Data schema", "Datenschema")
	if d.Errors > 0 {
		s.mark(yellow, label, t("breaks its own standard (", "verletzt den eigenen Standard (")+
			plural(d.Errors, t("error", "Fehler"), t("errors", "Fehler"))+t("); xoev lint tells how", "); xoev lint sagt, wie"))
		return
	}
	id := d.ID
	if d.Version != "" {
		id += " V" + d.Version
	}
	s.line(label, strings.TrimSpace(id+"  "+d.Name))
	s.line(t("Elements", "Elemente"), strings.Join([]string{
		plural(d.Felder, t("field", "Datenfeld"), t("fields", "Datenfelder")),
		plural(d.Gruppen, t("group", "Datenfeldgruppe"), t("groups", "Datenfeldgruppen")),
		plural(d.Regeln, t("rule", "Regel"), t("rules", "Regeln")),
		plural(d.Codelisten, t("code list", "Codeliste"), t("code lists", "Codelisten"))}, ", "))
	if d.Stellen > 0 {
		s.line(t("Structure", "Struktur"), plural(d.Stellen, t("place", "Stelle"), t("places", "Stellen"))+t(", depth ", ", Tiefe ")+strconv.Itoa(d.Tiefe))
	}
}

// lintXDF checks a data schema by its standard, and by the quality check of FIM
// as far as the document and the pinned code lists can tell. judged is false for
// messages that package xdatenfelder does not know.
func lintXDF(doc []byte, store *codelist.Store, found *gathered) (judged bool, err error) {
	o := &xdatenfelder.Options{Quality: true}
	if store != nil {
		o.Liste = func(r xdatenfelder.CodelisteReferenz) *codelist.List {
			l, err := store.List(r.CanonicalIdentification, r.Version)
			if err != nil {
				return nil // that it is not pinned is told for the codes of a message
			}
			return l
		}
	}
	n, err := xdatenfelder.Read(bytes.NewReader(doc), o)
	var invalid *finding.InvalidError
	switch {
	case errors.As(err, &invalid):
		judged = !unread(invalid.Findings)
		if !judged { // it could not be checked, so it is not refused
			invalid.Findings[0].Severity = finding.Warning
		}
		for _, f := range invalid.Findings {
			if !strings.HasPrefix(f.Code, "XML-") { // told already
				found.add(f)
			}
		}
	case err != nil:
		return false, err
	default:
		judged = true
		for _, f := range n.Findings {
			found.add(f)
		}
	}
	return judged, nil
}
