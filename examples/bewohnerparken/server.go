package main

import (
	"context"
	_ "embed"
	"net/http"
	"time"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/rechnung"
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
	mux.Handle("/rechnung/", d.Rechnungen.Handler(rechnung.FindIn(d.kasse, mandant)))
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

// faelliges is what no browser waits for. Each part may run on many nodes at
// once, and none waits for the others: while the payment platform hangs, paid
// applications are still sent.
func (d *dienst) faelliges() []func(context.Context) error {
	return []func(context.Context) error{
		func(ctx context.Context) error { _, err := d.kasse.RefreshDue(ctx, 100); return err },               // asks the platform about payments
		func(ctx context.Context) error { _, err := d.wizard.FinishDue(ctx, 100); return err },               // whose citizen closed the window after paying
		func(ctx context.Context) error { _, err := d.Ausgang.SendDue(ctx, 100); return err },                // sends what is in the outbox
		func(ctx context.Context) error { _, err := d.Ausgang.CollectReceipts(ctx, d.Quittung); return err }, // takes the authority's receipts
		func(ctx context.Context) error { _, err := d.konto.DeleteExpired(ctx); return err },
		func(ctx context.Context) error { _, err := d.Entwuerfe.DeleteExpired(ctx, 100); return err },
		d.auffaelliges,
	}
}

// auffaelliges tells the authority's staff, here through the log, of money that
// a person has to look at: paid late, too much or in part, or not as agreed.
// Events come until they are acknowledged, so none is missed.
func (d *dienst) auffaelliges(ctx context.Context) error {
	events, err := d.kasse.Events(ctx, 100)
	if err != nil {
		return err
	}
	for _, e := range events {
		s, err := d.kasse.Status(ctx, e.Tenant, e.ClaimID)
		if err != nil {
			return err
		}
		if e.Late || s.State == payment.ClaimOverpaid || s.State == payment.ClaimPartlyPaid || s.State == payment.ClaimReview {
			d.Log.WarnContext(ctx, "a payment needs a person", "claim", s.Claim, "state", s.State, "booked", s.Balance.Booked.String(), "late", e.Late)
		}
		if err := d.kasse.Ack(ctx, e.ID); err != nil {
			return err
		}
	}
	return nil
}

// faelligesAlle is how often each part of faelliges runs.
const faelligesAlle = time.Second
