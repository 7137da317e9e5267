package web_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/draft"
	"github.com/bausteine/egov/forms/web"
)

func Example() {
	type Antrag struct {
		Person struct {
			Familienname string `label:"Familienname" validate:"required,max=120" autocomplete:"family-name" prefill:"familienname"`
		} `step:"person" title:"Angaben zu Ihrer Person"`
	}
	form, err := forms.New("S05000058", "1.0", Antrag{}, &forms.Options{Title: "Bewohnerparkausweis beantragen"})
	if err != nil {
		panic(err)
	}
	dir, err := os.MkdirTemp("", "web")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "drafts.db")+"?_pragma=journal_mode(WAL)&_txlock=immediate")
	if err != nil {
		panic(err)
	}
	defer db.Close()
	drafts, err := draft.NewStore(context.Background(), db, []draft.Key{{ID: "2026", Secret: make([]byte, 32)}}, nil) // a real secret is random
	if err != nil {
		panic(err)
	}

	wizard, err := web.New(web.Config{
		BaseURL: "https://service.musterstadt.example/parkausweis",
		Tenant:  "musterstadt",
		Form:    form,
		Drafts:  drafts,
		Layout:  web.Layout{Authority: "Stadt Musterstadt"},
		Complete: func(_ context.Context, a web.Application) (web.Receipt, error) {
			var antrag Antrag
			if err := a.Bind(&antrag); err != nil {
				return web.Receipt{}, err
			}
			// Hand over the application here, once for each a.ID.
			return web.Receipt{Reference: "MST-2026-0001"}, nil
		},
	})
	if err != nil {
		panic(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/parkausweis/", wizard)

	rec := httptest.NewRecorder()
	mux.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "https://service.musterstadt.example/parkausweis/", nil))
	fmt.Println(rec.Code, strings.Contains(rec.Body.String(), "<h1>Bewohnerparkausweis beantragen</h1>"))
	// Output:
	// 200 true
}

// A gate holds an application back until its fee is paid.
func ExampleGateFunc() {
	paid := map[string]bool{}
	gate := web.GateFunc(func(_ context.Context, a web.Application) (web.GateResult, error) {
		switch {
		case paid[a.ID]:
			return web.Pass(), nil
		case a.Trigger == web.Background:
			return web.GateResult{}, nil // nobody to send to the pay page
		}
		return web.RedirectTo("https://pay.example/?forderung=" + a.ID), nil
	})
	r, err := gate.Check(context.Background(), web.Application{ID: "4711"})
	fmt.Println(r.Pass, r.Redirect, err)
	paid["4711"] = true
	r, err = gate.Check(context.Background(), web.Application{ID: "4711"})
	fmt.Println(r.Pass, r.Redirect, err)
	// Output:
	// false https://pay.example/?forderung=4711 <nil>
	// true  <nil>
}
