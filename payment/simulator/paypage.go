package simulator

import (
	"bytes"
	"cmp"
	"context"
	"crypto/subtle"
	"embed"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

//go:embed pages
var pageFiles embed.FS

const formMax = 4096

// view is what the page template shows.
type view struct {
	Title      string
	Paragraphs []string
	Facts      []fact
	Form       *form
	Links      []link
	Style      string
}

type fact struct{ Name, Value string }

// form is a form with one button for each action; Methods are offered before
// the first.
type form struct {
	Action, Token string
	Methods       []method
	Buttons       []button
}

type button struct{ Value, Label string }

type link struct{ URL, Text string }

// people answers requests for the pages that people see.
func (s *Simulator) people(w http.ResponseWriter, r *http.Request, parts []string) {
	pay := parts[0] == "bezahlseite" && (len(parts) == 2 || len(parts) == 3 && parts[2] == "geschlossen")
	allow := []string{http.MethodGet, http.MethodHead}
	if pay && len(parts) == 2 {
		allow = append(allow, http.MethodPost)
	}
	switch {
	case !pay && (len(parts) > 1 || parts[0] != "" && parts[0] != "stil.css"):
		s.page(w, r, http.StatusNotFound, view{Title: "Diese Seite gibt es nicht"})
	case !slices.Contains(allow, r.Method):
		w.Header().Set("Allow", strings.Join(allow, ", "))
		s.page(w, r, http.StatusMethodNotAllowed, view{Title: "Diese Anfrage ist hier nicht möglich"})
	case parts[0] == "":
		s.page(w, r, http.StatusOK, view{Title: "Bezahlplattform (Simulation)", Paragraphs: []string{
			"Diese Plattform gehört zu einem Test. Hier wird kein Geld bewegt.",
			"Die Bezahlseite einer Zahlung erreichen Sie über den Online-Dienst.",
		}, Links: []link{{s.base + "/verwaltung/kontoauszug", "Kontoauszug von heute herunterladen (camt.053)"}}})
	case parts[0] == "stil.css":
		css, _ := pageFiles.ReadFile("pages/stil.css")
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, _ = w.Write(css)
	default:
		s.payPageOf(w, r, parts[1], len(parts) == 3)
	}
}

func (s *Simulator) payPageOf(w http.ResponseWriter, r *http.Request, token string, closed bool) {
	rec, err := s.books.byPayToken(r.Context(), token)
	switch {
	case errors.Is(err, ErrNotFound):
		s.page(w, r, http.StatusNotFound, view{Title: "Diese Zahlung gibt es nicht"})
	case err != nil:
		s.log.ErrorContext(r.Context(), "simulator: reading a payment", "error", err)
		s.page(w, r, http.StatusServiceUnavailable, view{Title: "Die Bezahlplattform ist gestört", Paragraphs: []string{"Bitte versuchen Sie es später noch einmal."}})
	case r.Method == http.MethodPost:
		s.decide(w, r, rec)
	case rec.Status != StatusInitial:
		s.done(w, r, rec, http.StatusGone)
	case closed:
		s.page(w, r, http.StatusOK, view{
			Title: "Sie haben das Fenster geschlossen", Facts: facts(rec),
			Paragraphs: []string{
				"So sieht es für den Online-Dienst aus, wenn jemand das Fenster der Bezahlseite schließt: Es ist nichts bezahlt, und die Zahlung bleibt offen.",
			},
			Links: []link{{s.payPage(rec), "Zurück zur Bezahlseite"}, {rec.RedirectURL, "Zum Online-Dienst, ohne zu bezahlen"}},
		})
	default:
		s.page(w, r, http.StatusOK, view{
			Title: "Bezahlen", Facts: facts(rec), Form: &form{Action: s.payPage(rec), Token: rec.FormToken, Methods: methods, Buttons: []button{
				{"bezahlen", "Jetzt bezahlen"}, {"abbrechen", "Zahlung abbrechen"}, {"fehlschlagen", "Zahlung fehlschlagen lassen"},
			}},
			Paragraphs: []string{"Wählen Sie, wie diese Zahlung ausgehen soll."},
			Links:      []link{{s.payPage(rec) + "/geschlossen", "Fenster schließen (die Zahlung bleibt offen)"}},
		}, rec.RedirectURL)
	}
}

func facts(rec record) []fact {
	f := []fact{{"Betrag", rec.Amount.German()}, {"Verwendungszweck", rec.Purpose}}
	if rec.Description != "" {
		f = append(f, fact{"Beschreibung", rec.Description})
	}
	return f
}

// decide carries out what the payer chose.
func (s *Simulator) decide(w http.ResponseWriter, r *http.Request, rec record) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, formMax))
	if err != nil {
		s.page(w, r, http.StatusRequestEntityTooLarge, view{Title: "Die Eingabe ist zu lang", Links: []link{{s.payPage(rec), "Zurück zur Bezahlseite"}}})
		return
	}
	values, ok := readForm(r, body)
	do, known := actions[values.Get("aktion")]
	m, offered := methodOf(cmp.Or(values.Get("bezahlart"), methods[0].Key))
	switch {
	case !ok || !known || !offered:
		s.page(w, r, http.StatusBadRequest, view{Title: "Die Eingabe ist fehlerhaft", Links: []link{{s.payPage(rec), "Zurück zur Bezahlseite"}}})
		return
	case subtle.ConstantTimeCompare([]byte(values.Get("formular")), []byte(rec.FormToken)) != 1:
		s.page(w, r, http.StatusForbidden, view{
			Title:      "Diese Eingabe kam nicht von der Bezahlseite",
			Paragraphs: []string{"Bitte benutzen Sie die Schaltflächen auf der Bezahlseite."},
			Links:      []link{{s.payPage(rec), "Zur Bezahlseite"}},
		})
		return
	}
	changed, err := do(s, r.Context(), rec, m)
	switch {
	case err != nil:
		s.log.ErrorContext(r.Context(), "simulator: settling", "error", err)
		s.page(w, r, http.StatusServiceUnavailable, view{Title: "Die Bezahlplattform ist gestört", Paragraphs: []string{"Bitte versuchen Sie es später noch einmal."}})
	case !changed:
		s.done(w, r, rec, http.StatusConflict)
	default:
		http.Redirect(w, r, rec.RedirectURL, http.StatusSeeOther)
	}
}

// actions are what a payer can do. They report whether the payment was in a
// state that allows it.
var actions = map[string]func(*Simulator, context.Context, record, method) (bool, error){
	"bezahlen":     turn(StatusInitial, StatusPayed),
	"abbrechen":    turn(StatusInitial, StatusCanceled),
	"fehlschlagen": turn(StatusInitial, StatusFailed),
	"nachholen": func(s *Simulator, ctx context.Context, rec record, m method) (bool, error) {
		if rec.Status != StatusFailed && rec.Status != StatusCanceled {
			return false, nil
		}
		return turn(rec.Status, StatusPayed)(s, ctx, rec, m)
	},
	"nochmal": func(s *Simulator, ctx context.Context, rec record, _ method) (bool, error) {
		if rec.Status != StatusPayed {
			return false, nil
		}
		return true, s.books.move(ctx, received(rec, movedAgain, "A-"+newSecret(), s.now()))
	},
}

func turn(from, to Status) func(*Simulator, context.Context, record, method) (bool, error) {
	return func(s *Simulator, ctx context.Context, rec record, m method) (bool, error) {
		return s.books.settle(ctx, rec.TransactionID, from, to, m, s.now())
	}
}

// readForm reads an urlencoded form in which each field stands once.
func readForm(r *http.Request, body []byte) (url.Values, bool) {
	t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || t != "application/x-www-form-urlencoded" {
		return nil, false
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, false
	}
	for key, values := range form {
		if len(values) != 1 || !utf8.ValidString(key) || !utf8.ValidString(values[0]) {
			return nil, false
		}
	}
	return form, true
}

// done says that a payment has its result already, and lets a person do what
// platforms should not: pay late, or a second time.
func (s *Simulator) done(w http.ResponseWriter, r *http.Request, rec record, status int) {
	again := &form{Action: s.payPage(rec), Token: rec.FormToken, Buttons: []button{{"nochmal", "Trotzdem ein zweites Mal bezahlen"}}}
	if rec.Status != StatusPayed {
		again.Buttons = []button{{"nachholen", "Trotzdem noch bezahlen"}}
	}
	s.page(w, r, status, view{
		Title: "Diese Zahlung ist bereits abgeschlossen", Facts: facts(rec), Form: again,
		Paragraphs: []string{"Auf einer echten Bezahlseite ginge es hier nicht weiter. Zum Ausprobieren können Sie auslösen, was trotzdem vorkommt: Geld, das zu spät oder doppelt kommt."},
		Links:      []link{{rec.RedirectURL, "Zurück zum Online-Dienst"}},
	}, rec.RedirectURL)
}

// page writes a page. FormTargets are URLs to which a form's answer may
// redirect: browsers check the redirect against form-action too.
func (s *Simulator) page(w http.ResponseWriter, r *http.Request, status int, v view, formTargets ...string) {
	v.Style = s.base + "/stil.css"
	action := "'none'"
	if v.Form != nil {
		action = "'self'"
		for _, t := range formTargets {
			action += originOf(t)
		}
	}
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action "+action)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Type", "text/html; charset=utf-8")
	var b bytes.Buffer
	if err := s.pages.ExecuteTemplate(&b, "seite.html", v); err != nil {
		s.log.ErrorContext(r.Context(), "simulator: rendering a page", "error", err)
		status = http.StatusInternalServerError
		b.Reset()
	}
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}

// originOf is a source of a Content-Security-Policy, after a blank; empty if
// the host has signs that mean something else there.
func originOf(target string) string {
	u, err := url.Parse(target)
	if err != nil || u.Host == "" || strings.IndexFunc(u.Host, func(r rune) bool {
		return (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && (r < '0' || r > '9') && !strings.ContainsRune(".-:[]", r)
	}) >= 0 {
		return ""
	}
	return " " + u.Scheme + "://" + u.Host
}
