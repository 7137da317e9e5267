package rechnung

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"html/template"
	"net/http"
	"strings"

	"github.com/bausteine/egov/payment"
)

const (
	pagePath  = "/rechnung/"
	styleName = "stil.css"
)

//go:embed seiten
var files embed.FS

var pages = template.Must(template.ParseFS(files, "seiten/*.html"))

// Finder returns the claim that has an attempt with the transaction id, such as
// the one that payment.Service.Find names. The error matches
// payment.ErrNotFound if there is none.
type Finder func(ctx context.Context, transactionID string) (*payment.Status, error)

// Handler serves the invoices, with German pages that can be printed, at
// "/rechnung/" below the path of BaseURL; mount it with or without
// http.StripPrefix. Whoever has the address sees the invoice: it holds a check
// that cannot be guessed.
func (p *Provider) Handler(find Finder) http.Handler { return &handler{p, find} }

type handler struct {
	p    *Provider
	find Finder
}

// view is what the template of an invoice shows.
type view struct {
	Stylesheet, Title string
	Invoice           *Invoice
	Standing          standing
	IBAN, Text        string
	Code              template.HTML
	Items             []viewItem
}

type viewItem struct{ Text, Amount string }

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cache-Control", "no-store")
	name := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		header.Set("Allow", "GET, HEAD")
		h.message(w, http.StatusMethodNotAllowed, "Diese Anfrage ist hier nicht möglich", "Bitte kehren Sie zum Online-Dienst zurück.")
	case name == styleName:
		css, _ := files.ReadFile("seiten/stil.css") // embedded
		header.Set("Content-Type", "text/css; charset=utf-8")
		header.Set("Cache-Control", "max-age=3600")
		_, _ = w.Write(css)
	default:
		h.invoice(w, r, name)
	}
}

func (h *handler) invoice(w http.ResponseWriter, r *http.Request, id string) {
	if _, ok := h.p.open(id); !ok {
		h.notFound(w)
		return
	}
	status, err := h.find(r.Context(), id)
	if errors.Is(err, payment.ErrNotFound) || err == nil && status == nil {
		h.notFound(w)
		return
	}
	if err != nil {
		h.p.config.Logger.ErrorContext(r.Context(), "rechnung: finding an invoice", "error", err)
		w.Header().Set("Retry-After", "120")
		h.message(w, http.StatusServiceUnavailable, "Der Dienst ist zurzeit nicht erreichbar", "Bitte laden Sie diese Seite in einigen Minuten neu.")
		return
	}
	for _, a := range status.Attempts {
		if a.TransactionID == id {
			h.show(w, status, a)
			return
		}
	}
	h.notFound(w)
}

func (h *handler) notFound(w http.ResponseWriter) {
	h.message(w, http.StatusNotFound, "Diese Rechnung gibt es nicht", "Bitte prüfen Sie, ob die Adresse vollständig ist.")
}

func (h *handler) show(w http.ResponseWriter, s *payment.Status, a payment.Attempt) {
	switch {
	case s.Balance.Open.Cents <= 0 || a.State == payment.StatePending || a.State == payment.StatePaid:
	case a.State == payment.StateExpired:
		h.message(w, http.StatusGone, "Diese Rechnung ist abgelaufen", "Bitte wenden Sie sich an die Stelle, bei der Sie den Antrag gestellt haben. Sie nennt Ihnen den Betrag, der noch offen ist.")
		return
	default:
		h.message(w, http.StatusGone, "Diese Rechnung gilt nicht mehr", "Bitte überweisen Sie auf diese Rechnung nichts. Den Stand Ihrer Zahlung sehen Sie im Online-Dienst.")
		return
	}
	invoice, err := h.p.Invoice(s, a)
	if err != nil {
		h.notFound(w)
		return
	}
	v := view{
		Stylesheet: h.stylesheet(), Title: "Rechnung " + invoice.Kassenzeichen, Invoice: invoice, IBAN: invoice.Payee.IBAN.Format(),
		Standing: standingOf(s, a, daysBetween(invoice.Due, h.p.day(h.p.config.Now())) > 0), Text: invoice.Code.Text,
	}
	if v.Text == "" {
		v.Text = string(invoice.Code.Reference)
	}
	for _, i := range invoice.Items {
		if gross, err := i.Gross(); err == nil {
			v.Items = append(v.Items, viewItem{i.Description, gross.German()})
		}
	}
	if v.Standing.Pay() {
		var svg bytes.Buffer
		if err := invoice.Code.SVG(&svg, "GiroCode: "+invoice.Open.German()+" an "+invoice.Payee.Name); err != nil {
			h.p.config.Logger.Error("rechnung: drawing a GiroCode", "error", err)
			h.message(w, http.StatusInternalServerError, "Die Rechnung kann nicht angezeigt werden", "Bitte wenden Sie sich an die Stelle, bei der Sie den Antrag gestellt haben.")
			return
		}
		v.Code = template.HTML(svg.String()) //nolint:gosec // drawn by package epcqr, which escapes the title
	}
	h.render(w, http.StatusOK, "rechnung.html", v)
}

// standing is what an invoice's page has to say.
type standing string

const (
	standsOpen     standing = "open"
	standsOverdue  standing = "overdue"
	standsReturned standing = "returned" // the payer's bank took the money back
	standsPaid     standing = "paid"
	standsNothing  standing = "nothing"  // nothing to pay, but nobody has paid
	standsRefunded standing = "refunded" // paid, and the authority gave it back
)

// Pay tells whether there is something to transfer.
func (s standing) Pay() bool { return s == standsOpen || s == standsOverdue || s == standsReturned }

func standingOf(s *payment.Status, a payment.Attempt, overdue bool) standing {
	var paid, refunded, returned int64
	for _, e := range s.Entries {
		switch e.Kind {
		case payment.KindPayment, payment.KindReversal:
			paid += e.Amount.Cents
		case payment.KindRefund:
			refunded -= e.Amount.Cents
		case payment.KindChargeback:
			returned -= e.Amount.Cents
		}
	}
	switch open := s.Balance.Open.Cents; {
	case open <= 0 && paid > 0:
		return standsPaid
	case open <= 0:
		return standsNothing
	case refunded >= open:
		return standsRefunded
	case returned > 0 && a.State == payment.StatePaid:
		return standsReturned
	case overdue:
		return standsOverdue
	}
	return standsOpen
}

func (h *handler) stylesheet() string {
	if h.p.config.Stylesheet != "" {
		return h.p.config.Stylesheet
	}
	return h.p.base + pagePath + styleName
}

func (h *handler) message(w http.ResponseWriter, status int, title, text string) {
	h.render(w, status, "meldung.html", map[string]string{"Stylesheet": h.stylesheet(), "Title": title, "Text": text})
}

func (h *handler) render(w http.ResponseWriter, status int, name string, data any) {
	var page bytes.Buffer
	if err := pages.ExecuteTemplate(&page, name, data); err != nil {
		http.Error(w, "Interner Fehler", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(page.Bytes())
}
