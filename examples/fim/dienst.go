package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"log/slog"
	"net/http"
	"sync"

	_ "modernc.org/sqlite"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/draft"
	"github.com/bausteine/egov/forms/fim"
	"github.com/bausteine/egov/forms/fim/datenschema"
	"github.com/bausteine/egov/forms/web"
)

// dienst is the whole online service: the form, and what was sent.
func dienst(schema *fim.SchemaForm, data *datenschema.Schema, base string, log io.Writer) (http.Handler, error) {
	form, err := schema.Compile(nil)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", "file:"+rand.Text()+"?mode=memory&cache=shared&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // the database lives as long as its connection
	drafts, err := draft.NewStore(context.Background(), db, []draft.Key{{ID: "1", Secret: []byte(rand.Text() + rand.Text())[:32]}}, nil)
	if err != nil {
		return nil, err
	}
	in := &eingang{form: form, data: data, byName: map[string][]byte{}}
	wizard, err := web.New(web.Config{
		BaseURL: base + "/antrag", Tenant: "musterstadt", Form: form, Drafts: drafts, Complete: in.complete,
		Logger: slog.New(slog.NewTextHandler(log, nil)),
		Layout: web.Layout{Authority: "Stadt Musterstadt", Submit: "Absenden",
			Notice: "Beispiel: Musterstadt gibt es nicht. Geben Sie nichts Echtes ein.",
			Next:   []string{"Ihre Angaben stehen jetzt im Eingang, als FIM-JSON und als XFall-XML. Der Link dorthin steht unten auf der Seite."},
			Links:  []web.Link{{Label: "Eingang", URL: "/eingang"}}},
	})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("/antrag/", wizard)
	mux.HandleFunc("/eingang", in.list)
	mux.HandleFunc("/eingang/{name}", in.document)
	mux.Handle("/{$}", http.RedirectHandler("/antrag/", http.StatusSeeOther))
	return mux, nil
}

// eingang keeps what was sent.
type eingang struct {
	form *forms.Form
	data *datenschema.Schema

	mu         sync.Mutex
	references []string          // in the order of arrival
	byName     map[string][]byte // documents by reference and ending
}

// complete writes an application as FIM JSON and XFall XML, both checked against
// the data schema. The wizard calls it again with the same application if it was
// interrupted; the reference is the same then.
func (e *eingang) complete(ctx context.Context, a web.Application) (web.Receipt, error) {
	o := &fim.EncodeOptions{Schema: e.data, Content: func(_ string, f forms.File) ([]byte, error) { return a.Content(ctx, f) }}
	xml, err := fim.Marshal(e.form, a.Answers, o)
	if err != nil {
		return web.Receipt{}, err
	}
	json, err := fim.MarshalJSON(e.form, a.Answers, o)
	if err != nil {
		return web.Receipt{}, err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.byName[a.ID+".xml"] == nil {
		e.references = append(e.references, a.ID)
	}
	e.byName[a.ID+".xml"], e.byName[a.ID+".json"] = xml, json
	return web.Receipt{Reference: a.ID}, nil
}

//go:embed eingang.html
var seite string

var vorlage = template.Must(template.New("eingang").Parse(seite))

// list shows what was sent.
func (e *eingang) list(w http.ResponseWriter, _ *http.Request) {
	e.mu.Lock()
	defer e.mu.Unlock()
	headers(w, "text/html; charset=utf-8")
	_ = vorlage.Execute(w, e.references)
}

// document gives out one document.
func (e *eingang) document(w http.ResponseWriter, r *http.Request) {
	e.mu.Lock()
	defer e.mu.Unlock()
	b, ok := e.byName[r.PathValue("name")]
	headers(w, "text/plain; charset=utf-8")
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprintln(w, "Diese Sendung gibt es nicht.")
		return
	}
	_, _ = w.Write(b)
}

func headers(w http.ResponseWriter, mediaType string) {
	for name, value := range map[string]string{"Content-Type": mediaType, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer",
		"Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"} {
		w.Header().Set(name, value)
	}
}
