package formstest

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/textproto"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

func (p *Page) forms() []*html.Node {
	var list []*html.Node
	for n := range p.doc.Descendants() {
		if n.DataAtom == atom.Form {
			list = append(list, n)
		}
	}
	return list
}

// formValues are those that a browser would send, without buttons.
func formValues(form *html.Node) url.Values {
	v := url.Values{}
	for n := range form.Descendants() {
		name := value(n, "name")
		if name == "" {
			continue
		}
		switch n.DataAtom {
		case atom.Input:
			_, checked := attr(n, "checked")
			switch t := value(n, "type"); {
			case t == "submit" || t == "button" || t == "file" || (t == "radio" || t == "checkbox") && !checked:
			default:
				v.Add(name, value(n, "value"))
			}
		case atom.Textarea:
			content := ""
			if n.FirstChild != nil {
				content = n.FirstChild.Data
			}
			v.Add(name, content)
		case atom.Select:
			v.Add(name, selected(n))
		}
	}
	return v
}

func selected(n *html.Node) string {
	first, found := "", false
	for o := range n.Descendants() {
		if o.DataAtom != atom.Option {
			continue
		}
		if _, ok := attr(o, "selected"); ok {
			return value(o, "value")
		}
		if !found {
			first, found = value(o, "value"), true
		}
	}
	return first
}

// button finds the button with the label and its form.
func (p *Page) button(label string) (form, button *html.Node) {
	p.b.t.Helper()
	for _, form := range p.forms() {
		for n := range form.Descendants() {
			if n.DataAtom == atom.Button && text(n) == label {
				return form, n
			}
		}
	}
	p.b.t.Fatalf("formstest: no button %q on %q", label, p.Title())
	return nil, nil
}

// Submit fills in controls by name and presses the button with the label.
// What is not named stays as the page has it. A value for a box or radio
// button chooses it, "" unchooses it; several boxes are joined by "|". Naming
// a control that the page does not have fails the test.
func (p *Page) Submit(label string, values map[string]string) *Page {
	p.b.t.Helper()
	return p.submit(label, values, nil)
}

// Upload is a file to choose in a file control.
type Upload struct {
	FileName string
	Content  []byte
}

// SubmitFiles is [Page.Submit] with files, by the name of their control.
func (p *Page) SubmitFiles(label string, values map[string]string, files map[string]Upload) *Page {
	p.b.t.Helper()
	return p.submit(label, values, files)
}

func (p *Page) submit(label string, values map[string]string, files map[string]Upload) *Page {
	p.b.t.Helper()
	form, button := p.button(label)
	names := p.Names()
	v := formValues(form)
	for name, s := range values {
		if !slices.Contains(names, name) {
			p.b.t.Fatalf("formstest: no control %q on %q", name, p.Title())
		}
		v.Del(name)
		if s != "" || !p.choice(name) {
			for part := range strings.SplitSeq(s, "|") {
				v.Add(name, part)
			}
		}
	}
	if name := value(button, "name"); name != "" {
		v.Add(name, value(button, "value"))
	}
	action, err := p.URL.Parse(value(form, "action"))
	if err != nil {
		p.b.t.Fatal(err)
	}
	if value(form, "action") == "" {
		action = p.URL
	}
	if value(form, "enctype") == "multipart/form-data" {
		body, contentType := p.multipart(v, form, files)
		return p.Post(action.String(), contentType, body)
	}
	if len(files) > 0 {
		p.b.t.Fatalf("formstest: the form on %q takes no files", p.Title())
	}
	return p.Post(action.String(), "application/x-www-form-urlencoded", strings.NewReader(v.Encode()))
}

// choice reports whether the control is a box or a radio button.
func (p *Page) choice(name string) bool {
	for n := range p.doc.Descendants() {
		if n.DataAtom == atom.Input && value(n, "name") == name {
			return value(n, "type") == "radio" || value(n, "type") == "checkbox"
		}
	}
	return false
}

// multipart encodes a form as browsers do: a file control left alone sends an
// empty file.
func (p *Page) multipart(v url.Values, form *html.Node, files map[string]Upload) (io.Reader, string) {
	var buf bytes.Buffer
	w := multipart.NewWriter(&buf)
	for name, list := range v {
		for _, s := range list {
			if err := w.WriteField(name, s); err != nil {
				p.b.t.Fatal(err)
			}
		}
	}
	for n := range form.Descendants() {
		if n.DataAtom != atom.Input || value(n, "type") != "file" {
			continue
		}
		file := files[value(n, "name")]
		h := textproto.MIMEHeader{}
		h.Set("Content-Disposition", fmt.Sprintf(`form-data; name=%q; filename=%q`, value(n, "name"), file.FileName))
		h.Set("Content-Type", "application/octet-stream")
		part, err := w.CreatePart(h)
		if err != nil {
			p.b.t.Fatal(err)
		}
		if _, err := part.Write(file.Content); err != nil {
			p.b.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		p.b.t.Fatal(err)
	}
	return &buf, w.FormDataContentType()
}
