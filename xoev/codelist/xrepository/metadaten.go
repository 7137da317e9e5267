package xrepository

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/bausteine/egov/xoev/xmlscan"
)

// Metadaten is what XRepository says about a list, a standard, or a version.
// Names are those of the service. Fields that it does not send are empty.
type Metadaten struct {
	Kennung string `json:"kennung"`
	// Version is empty where Kennung names all versions.
	Version                    string    `json:"version,omitempty"`
	ZeitpunktLetzteBearbeitung time.Time `json:"zeitpunktLetzteBearbeitung,omitzero"`
	// AlleVersionsKennungen are kennungen with version, in no certain order.
	AlleVersionsKennungen []string   `json:"alleVersionsKennungen,omitempty"`
	Referenzen            []Referenz `json:"referenzen,omitempty"`
	Dokumente             []Dokument `json:"dokumente,omitempty"`
}

// Referenz is something that a standard or list is made of or uses.
type Referenz struct {
	// Typ is one of the constants Typ…, or another text.
	Typ     string `json:"typ"`
	Kennung string `json:"kennung"`
	Version string `json:"version,omitempty"`
	// StatusVerwendung is AKTUELL, VERALTET, ZUR_AUSSONDERUNG or AUSGESONDERT.
	StatusVerwendung string `json:"statusVerwendung,omitempty"`
	// StatusFassung is ENTWURF or ENDFASSUNG.
	StatusFassung              string    `json:"statusFassung,omitempty"`
	ZeitpunktLetzteBearbeitung time.Time `json:"zeitpunktLetzteBearbeitung,omitzero"`
}

// Dokument is a document that belongs to a version.
type Dokument struct {
	// Dokumentenkategorie is for example XSD, WSDL or SPEZIFIKATION.
	Dokumentenkategorie string  `json:"dokumentenkategorie"`
	Kennung             string  `json:"kennung"`
	Name                string  `json:"name,omitempty"`
	Datei               []Datei `json:"datei,omitempty"`
}

// Datei is a file of a document.
type Datei struct {
	Kennung string `json:"kennung"`
	// MimeType is what the service says it is, which is not reliable.
	MimeType string `json:"mimeType,omitempty"`
}

// Suchergebnis is one page of what a search found.
type Suchergebnis struct {
	// Treffer are the results of this page.
	Treffer []Treffer `json:"treffer"`
	// Gesamt is the number of results on all pages; -1 if the service did not
	// say.
	Gesamt int `json:"gesamt"`
}

// Treffer is one result of a search.
type Treffer struct {
	// Typ is one of the constants Typ….
	Typ                        string     `json:"typ"`
	Kennung                    string     `json:"kennung"`
	NameKurz                   string     `json:"nameKurz,omitempty"`
	NameLang                   string     `json:"nameLang,omitempty"`
	ZeitpunktLetzteBearbeitung time.Time  `json:"zeitpunktLetzteBearbeitung,omitzero"`
	Referenzen                 []Referenz `json:"referenzen,omitempty"`
}

// zeit reads timestamps with a zone written with or without colon; null and
// the empty text are the zero time.
type zeit struct{ time.Time }

func (z *zeit) UnmarshalJSON(b []byte) error {
	var s *string
	if err := json.Unmarshal(b, &s); err != nil {
		return ErrFormat
	}
	if s == nil || *s == "" {
		return nil
	}
	for _, layout := range []string{"2006-01-02T15:04:05Z0700", time.RFC3339} {
		if t, err := time.Parse(layout, *s); err == nil {
			z.Time = t
			return nil
		}
	}
	return ErrFormat
}

type jsonReferenz struct {
	Typ, Kennung, Version, StatusVerwendung, StatusFassung string
	ZeitpunktLetzteBearbeitung                             zeit
}

func referenzen(in []jsonReferenz) []Referenz {
	var out []Referenz
	for _, r := range in {
		out = append(out, Referenz{r.Typ, r.Kennung, r.Version, r.StatusVerwendung, r.StatusFassung, r.ZeitpunktLetzteBearbeitung.Time})
	}
	return out
}

// unmarshal reads one JSON value. Errors hold nothing of it.
func unmarshal(b []byte, v any) error {
	if !utf8.Valid(b) || json.Unmarshal(bytes.TrimPrefix(b, []byte("\ufeff")), v) != nil {
		return fmt.Errorf("%w: JSON cannot be read", ErrFormat)
	}
	return nil
}

func decodeMetadaten(b []byte) (*Metadaten, error) {
	var in struct {
		Kennung, Version           string
		ZeitpunktLetzteBearbeitung zeit
		AlleVersionsKennungen      []string
		Referenzen                 []jsonReferenz
		Dokumente                  []Dokument
	}
	if err := unmarshal(b, &in); err != nil {
		return nil, err
	}
	if in.Kennung == "" {
		return nil, fmt.Errorf("%w: metadata without kennung", ErrFormat)
	}
	return &Metadaten{
		Kennung: in.Kennung, Version: in.Version, ZeitpunktLetzteBearbeitung: in.ZeitpunktLetzteBearbeitung.Time,
		AlleVersionsKennungen: in.AlleVersionsKennungen, Referenzen: referenzen(in.Referenzen), Dokumente: in.Dokumente,
	}, nil
}

func decodeSuche(b []byte) (*Suchergebnis, error) {
	type hit struct {
		Typ, Kennung               string
		ZeitpunktLetzteBearbeitung zeit
		I18n                       map[string]json.RawMessage
		Referenzen                 []jsonReferenz
	}
	var in struct {
		Hits  []hit
		Total *int
	}
	var err error
	if firstByte(b) == '[' {
		err = unmarshal(b, &in.Hits)
	} else if err = unmarshal(b, &in); err == nil && in.Hits == nil {
		err = fmt.Errorf("%w: no search results", ErrFormat)
	}
	if err != nil {
		return nil, err
	}
	out := &Suchergebnis{Gesamt: -1, Treffer: make([]Treffer, 0, len(in.Hits))}
	if in.Total != nil && *in.Total >= 0 {
		out.Gesamt = *in.Total
	}
	for _, h := range in.Hits {
		out.Treffer = append(out.Treffer, Treffer{
			Typ: h.Typ, Kennung: h.Kennung, NameKurz: i18n(h.I18n, "nameKurz"), NameLang: i18n(h.I18n, "nameLang"),
			ZeitpunktLetzteBearbeitung: h.ZeitpunktLetzteBearbeitung.Time, Referenzen: referenzen(h.Referenzen),
		})
	}
	return out, nil
}

// i18n finds a name where the service puts it: beside the languages, or in one
// of them.
func i18n(names map[string]json.RawMessage, key string) string {
	var s string
	if json.Unmarshal(names[key], &s) == nil {
		return s
	}
	for _, language := range []string{"no-lang", "de", "de-DE", "en", "en-US"} {
		var in map[string]json.RawMessage
		if json.Unmarshal(names[language], &in) == nil && json.Unmarshal(in[key], &s) == nil && s != "" {
			return s
		}
	}
	return ""
}

// decodeGueltigeVersion reads the kennung from a VersionCodeliste, which the
// service writes as XML to those who accept anything and as JSON to those who
// prefer it. The namespace of the XML is not documented; the root's counts.
func decodeGueltigeVersion(b []byte) (string, error) {
	if firstByte(b) == '{' {
		var in struct{ Kennung string }
		if err := unmarshal(b, &in); err != nil {
			return "", err
		}
		return nonEmpty(in.Kennung)
	}
	s := xmlscan.NewBytes(b, nil)
	root, kennung, found := xmlscan.Name{}, "", 0
	for s.Next() {
		if s.Kind() != xmlscan.StartElement {
			continue
		}
		switch {
		case s.Depth() == 1:
			root = s.Name()
		case s.Depth() == 2 && s.Name().Is(root.Space, "kennung"):
			text, err := s.ElementText(2048)
			if err != nil {
				return "", fmt.Errorf("%w: kennung in XML", ErrFormat)
			}
			kennung, found = strings.Trim(text, " \t\r\n"), found+1
		}
	}
	if s.Err() != nil || root.Local != "VersionCodeliste" || found != 1 {
		return "", fmt.Errorf("%w: no VersionCodeliste in XML", ErrFormat)
	}
	return nonEmpty(kennung)
}

func nonEmpty(kennung string) (string, error) {
	if kennung == "" {
		return "", fmt.Errorf("%w: version without kennung", ErrFormat)
	}
	return kennung, nil
}
