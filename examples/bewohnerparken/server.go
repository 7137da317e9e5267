package main

import (
	"context"
	_ "embed"
	"errors"
	"net/http"
	"time"
)

//go:embed hinweise.html
var hinweise []byte

// handler puts the service's pages below one address: the wizard, the login,
// the return from the pay page, and the simulators where there are any.
func (d *dienst) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", d.wizard)
	for _, path := range []string{"/anmelden", "/anmelden/", "/abmelden", "/abmelden/"} {
		mux.Handle(path, d.konto.Handler())
	}
	mux.Handle("/zahlung/", d.kasse.ReturnHandler())
	mux.HandleFunc("GET /hinweise", showHinweise)
	for path, simulator := range d.Simulatoren {
		mux.Handle(path, simulator)
	}
	return mux
}

func showHinweise(w http.ResponseWriter, _ *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	_, _ = w.Write(hinweise)
}

// faelliges does what no browser waits for: asks the platform about payments,
// hands over applications whose citizen closed the window after paying, sends
// what is in the outbox, takes receipts, and deletes what has expired. Each
// part may run on many nodes at once, and none stops the others.
func (d *dienst) faelliges(ctx context.Context) error {
	_, err1 := d.kasse.RefreshDue(ctx, 100)
	_, err2 := d.wizard.FinishDue(ctx, 100)
	_, err3 := d.Ausgang.SendDue(ctx, 100)
	_, err4 := d.Ausgang.CollectReceipts(ctx, d.Quittung)
	_, err5 := d.konto.DeleteExpired(ctx)
	_, err6 := d.Entwuerfe.DeleteExpired(ctx, 100)
	return errors.Join(err1, err2, err3, err4, err5, err6)
}

// faelligesAlle is how often faelliges runs.
const faelligesAlle = time.Second
