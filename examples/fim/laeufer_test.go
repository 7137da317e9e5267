package main

import (
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/formstest"
)

// laeufer fills in any form: each field with something that it takes.
type laeufer struct {
	t      *testing.T
	fields map[string]forms.FieldDefinition // by definition path
	asked  map[string]bool                  // definition paths that were filled in
	other  map[string]bool                  // definition paths of the parts of choices that are not used
	added  map[string]bool                  // buttons that were pressed
	slips  bool                             // send each page blank first
}

func neuerLaeufer(t *testing.T, d forms.Definition) *laeufer {
	l := &laeufer{t: t, fields: map[string]forms.FieldDefinition{}, asked: map[string]bool{}, other: map[string]bool{}, added: map[string]bool{}}
	var walk func(string, []forms.Element)
	walk = func(prefix string, list []forms.Element) {
		for _, e := range list {
			switch e := e.(type) {
			case forms.FieldDefinition:
				l.fields[prefix+e.Name] = e
			case forms.GroupDefinition:
				walk(prefix+e.Name+".", e.Elements)
				for i, part := range e.Elements {
					if part, ok := part.(forms.GroupDefinition); ok && e.Choice && i > 0 {
						l.other[prefix+e.Name+"."+part.Name+"."] = true
					}
				}
			}
		}
	}
	for _, s := range d.Steps {
		walk(s.ID+".", s.Elements)
	}
	return l
}

var entryNumber = regexp.MustCompile(`\[\d+\]`)

// antworten are answers to all controls of a page that have none yet.
func (l *laeufer) antworten(p *formstest.Page) (map[string]string, map[string]formstest.Upload) {
	values, files := map[string]string{}, map[string]formstest.Upload{}
	for _, name := range p.Names() {
		path := entryNumber.ReplaceAllString(name, "")
		if part := path[strings.LastIndexByte(path, '.')+1:]; part == "tag" || part == "monat" || part == "jahr" {
			if f, ok := l.fields[strings.TrimSuffix(path, "."+part)]; ok && f.Type == forms.TypeDate {
				values[name] = map[string]string{"tag": "3", "monat": "4", "jahr": "2020"}[part]
				l.asked[strings.TrimSuffix(path, "."+part)] = true
				continue
			}
		}
		f, ok := l.fields[path]
		for part := range l.other {
			ok = ok && !strings.HasPrefix(path, part)
		}
		if !ok || p.Value(name) != "" {
			continue
		}
		l.asked[path] = true
		if f.Type == forms.TypeFile {
			files[name] = formstest.Upload{FileName: "nachweis.pdf", Content: []byte("%PDF-1.7\n" + name)}
			continue
		}
		values[name] = l.antwort(f)
	}
	return values, files
}

// antwort is an answer that a field takes.
func (l *laeufer) antwort(f forms.FieldDefinition) string {
	switch f.Type {
	case forms.TypeBool:
		return "true"
	case forms.TypeChoice:
		return f.Options[len(f.Options)-1].Value
	case forms.TypeMulti:
		return f.Options[0].Value
	case forms.TypeNumber, forms.TypeDecimal:
		if f.Min != "" {
			return f.Min
		}
		return "7"
	case forms.TypeMoney:
		return "12,50"
	case forms.TypeTime:
		return "08:30"
	case forms.TypeDateTime:
		return "2026-04-03T08:30"
	case forms.TypeEmail:
		return "erika@mustermann.example"
	}
	switch f.Identifier {
	case "plz":
		return "99084"
	case "iban":
		return "DE02120300000000202051"
	}
	for _, s := range []string{"Mustermann", "a", "99084", "276098800345727", "Musterstadt", "12345678", "123456789012"} {
		n := len(s)
		if n >= f.MinLength && (f.MaxLength == 0 || n <= f.MaxLength) && (f.Pattern == "" || regexp.MustCompile(`^(?:`+f.Pattern+`)$`).MatchString(s)) {
			return s
		}
	}
	require.Fail(l.t, "no answer for "+f.Name)
	return ""
}

// gehe fills in page after page until the summary, adding an entry to each group
// that can have one.
func (l *laeufer) gehe(p *formstest.Page) *formstest.Page {
	l.t.Helper()
	for range 60 {
		if strings.HasSuffix(p.URL.Path, "/zusammenfassung") {
			return p
		}
		here := p.URL.Path
		if l.slips {
			p = p.SubmitFiles("Weiter", nil, nil)
		}
		for try := 0; p.URL.Path == here; try++ {
			require.Less(l.t, try, 6, "%s: %v", p.Title(), p.Errors())
			p = l.ergaenze(p)
			values, files := l.antworten(p)
			p = p.SubmitFiles("Weiter", values, files)
			if p.Status != 200 && try > 0 { // what has become visible is missing at first
				require.Equal(l.t, 200, p.Status, "%s: %v %v", p.Title(), p.Errors(), p.ErrorLinks())
			}
		}
	}
	require.Fail(l.t, "no end")
	return nil
}

var addButton = regexp.MustCompile(`value="([^"]+)">([^<]+ hinzufügen)(?:<span class="kern-sr-only">([^<]+)</span>)?</button>`)

// ergaenze adds an entry to each group of a page that has none of its own.
func (l *laeufer) ergaenze(p *formstest.Page) *formstest.Page {
	for range 100 {
		pressed := false
		labels := map[string]bool{}
		for _, m := range addButton.FindAllStringSubmatch(p.HTML, -1) {
			label := html.UnescapeString(m[2] + m[3])
			if labels[label] || l.added[m[1]] {
				labels[label] = true
				continue
			}
			l.added[m[1]], pressed = true, true
			values, files := l.antworten(p)
			p = p.SubmitFiles(label, values, files)
			break
		}
		if !pressed {
			return p
		}
	}
	require.Fail(l.t, "no end of adding")
	return nil
}
