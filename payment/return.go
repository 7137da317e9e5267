package payment

import (
	"bytes"
	"context"
	"embed"
	"html/template"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	returnPath  = "/zahlung/zurueck"
	stylePath   = "/zahlung/stil.css"
	notifyPath  = "/zahlung/meldung"
	returnParam = "zahlung"
	queryMax    = 2048 // bytes of a query that is still read
	tokenLen    = 43
)

//go:embed pages
var pageFiles embed.FS

// Page is what Config.Template renders: a German page without scripts.
type Page struct {
	Title      string
	Paragraphs []string
	Amount     string // "30,70 €" or empty
	Links      []Link
	Stylesheet string // URL
}

// Link is a link of a [Page].
type Link struct{ URL, Text string }

type returnHandler struct {
	service  *Service
	template *template.Template
	style    []byte
}

// ReturnHandler takes what comes back from the platform, by the payer's browser
// and by the platform's server. It serves the page at BaseURL + "/zahlung/zurueck" to which the
// platform sends the browser, and its style sheet; mount it at "/zahlung/"
// below the path of BaseURL, with or without http.StripPrefix.
//
// It asks the platform. With a result the answer is 303 to Config.Target, once:
// the same return URL is 410 from then on. Without a result, or if the
// platform cannot be reached, the page says that the payment is being checked.
// Parameters that a platform adds to the URL count for nothing.
//
// At BaseURL + "/zahlung/meldung" it takes the notifications of platforms (see
// [CreateRequest].NotifyURL and [Notifier]). Whatever they say, the platform is
// asked; the answer is 204, or 503 if that did not work and the notification
// should come again.
func (s *Service) ReturnHandler() http.Handler {
	h := &returnHandler{service: s, template: s.config.Template}
	if h.template == nil {
		h.template = template.Must(template.ParseFS(pageFiles, "pages/seite.html"))
	}
	h.style, _ = pageFiles.ReadFile("pages/stil.css")
	return h
}

func (h *returnHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cache-Control", "no-store")
	clean := path.Clean(r.URL.Path)
	back, style := strings.HasSuffix(clean, returnPath), strings.HasSuffix(clean, stylePath)
	// Mounted with http.StripPrefix("…/zahlung") only the last part is left.
	back, style = back || clean == "/zurueck", style || clean == "/stil.css"
	if _, rest, ok := cutLast(clean, "/meldung"); ok && (rest == "" || rest[0] == '/') {
		h.notified(w, r, strings.TrimPrefix(rest, "/"))
		return
	}
	switch {
	case !back && !style:
		h.page(w, r, http.StatusNotFound, pageNotFound, nil, "")
	case r.Method != http.MethodGet:
		header.Set("Allow", http.MethodGet)
		h.page(w, r, http.StatusMethodNotAllowed, pageMethod, nil, "")
	case style:
		header.Set("Content-Type", "text/css; charset=utf-8")
		header.Set("Cache-Control", "max-age=3600")
		_, _ = w.Write(h.style)
	default:
		h.back(w, r)
	}
}

// token reads the one parameter that counts.
func token(r *http.Request) (string, int) {
	if len(r.URL.RawQuery) > queryMax {
		return "", http.StatusRequestURITooLong
	}
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || len(values[returnParam]) != 1 {
		return "", http.StatusBadRequest
	}
	t := values[returnParam][0]
	if len(t) != tokenLen || !utf8.ValidString(t) {
		return "", http.StatusBadRequest
	}
	return t, http.StatusOK
}

func (h *returnHandler) back(w http.ResponseWriter, r *http.Request) {
	s := h.service
	t, status := token(r)
	if status != http.StatusOK {
		h.page(w, r, status, pageBadURL, nil, "")
		return
	}
	a, err := s.store.AttemptByToken(r.Context(), hashToken(t))
	if err != nil {
		h.failed(w, r, err)
		return
	}
	record, err := s.store.Claim(r.Context(), a.Tenant, a.ClaimID)
	if err != nil {
		h.failed(w, r, err)
		return
	}
	if !a.ReturnedAt.IsZero() && a.State.Final() {
		h.soon(r.Context(), a)
		h.page(w, r, http.StatusGone, pageGone, h.links(record.Claim, a, ""), "")
		return
	}
	a = h.ask(r.Context(), a)
	self := s.tokenURL(returnPath, t)
	switch {
	case a.State == StateReview:
		h.page(w, r, http.StatusOK, pageReview, h.links(record.Claim, a, ""), a.Amount.German())
	case !a.State.Final():
		h.page(w, r, http.StatusOK, pagePending, h.links(record.Claim, a, self), a.Amount.German())
	default:
		h.redirect(w, r, record.Claim, a)
	}
}

// ask asks the provider, for as long as a person waits, and returns what is
// known then.
func (h *returnHandler) ask(ctx context.Context, a Attempt) Attempt {
	a = h.service.ask(ctx, a)
	if a.State == StatePending {
		return h.soon(ctx, a)
	}
	return a
}

// soon brings the next check of an attempt forward that may still become paid:
// whoever comes back has probably just done something at the platform.
func (h *returnHandler) soon(ctx context.Context, a Attempt) Attempt {
	s := h.service
	at := s.now().Add(pendingDelays[0])
	now, err := s.update(ctx, a, func(a Attempt) (Attempt, *Entry) {
		if a.NextCheck.After(at) && a.State.CanBecome(StatePaid) {
			a.NextCheck = at
			if a.State == StatePending {
				a.Checks = 1
			}
		}
		return a, nil
	})
	if err != nil {
		s.log.WarnContext(ctx, "payment: bringing a check forward", "attempt", a, "error", err)
		return a
	}
	return *now
}

// redirect uses the return URL up and goes to the application.
func (h *returnHandler) redirect(w http.ResponseWriter, r *http.Request, c Claim, a Attempt) {
	s := h.service
	target, ok := s.target(c, a.State)
	if !ok {
		s.log.ErrorContext(r.Context(), "payment: Config.Target gave no local path", "attempt", a)
		h.page(w, r, http.StatusOK, pageResult(a.State), nil, a.Amount.German())
		return
	}
	now := s.now()
	if _, err := s.update(r.Context(), a, func(a Attempt) (Attempt, *Entry) {
		if a.ReturnedAt.IsZero() {
			a.ReturnedAt = now
		}
		return a, nil
	}); err != nil {
		s.log.WarnContext(r.Context(), "payment: marking a return", "attempt", a, "error", err)
	}
	http.Redirect(w, r, target, http.StatusSeeOther)
}

// target is the application's page for a state; never anywhere else.
func (s *Service) target(c Claim, state State) (string, bool) {
	p := s.config.Target(c, state)
	u, err := url.Parse(p)
	if err != nil || !strings.HasPrefix(p, "/") || strings.HasPrefix(p, "//") || u.Host != "" || u.Scheme != "" ||
		strings.ContainsFunc(p, func(r rune) bool { return r == '\\' || r < 0x20 || r == 0x7f }) {
		return "", false
	}
	if len(s.config.Targets) > 0 && !slices.ContainsFunc(s.config.Targets, func(allowed string) bool {
		return u.Path == allowed || strings.HasSuffix(allowed, "/") && strings.HasPrefix(path.Clean(u.Path)+"/", allowed)
	}) {
		return "", false
	}
	return s.base.String() + p, true
}

func (h *returnHandler) links(c Claim, a Attempt, self string) []Link {
	var links []Link
	if self != "" {
		links = append(links, Link{self, "Stand der Zahlung erneut prüfen"})
	}
	if a.State == StatePending && a.PayPageURL != "" {
		links = append(links, Link{a.PayPageURL, "Noch nicht bezahlt? Weiter zur Bezahlseite"})
	}
	if target, ok := h.service.target(c, a.State); ok {
		links = append(links, Link{target, "Zurück zum Online-Dienst"})
	}
	return links
}

// failed answers when the attempt cannot be read.
func (h *returnHandler) failed(w http.ResponseWriter, r *http.Request, err error) {
	if isNotFound(err) {
		h.page(w, r, http.StatusNotFound, pageNotFound, nil, "")
		return
	}
	h.service.log.ErrorContext(r.Context(), "payment: reading an attempt for the return page", "error", err)
	w.Header().Set("Retry-After", "10")
	h.page(w, r, http.StatusServiceUnavailable, pageStore, nil, "")
}

func (h *returnHandler) page(w http.ResponseWriter, r *http.Request, status int, p Page, links []Link, amount string) {
	p.Links, p.Amount, p.Stylesheet = links, amount, h.service.config.Stylesheet
	if p.Stylesheet == "" {
		p.Stylesheet = h.service.base.String() + stylePath
	}
	var b bytes.Buffer
	if err := h.template.Execute(&b, p); err != nil {
		h.service.log.ErrorContext(r.Context(), "payment: rendering a page", "error", err)
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(p.Title + "\n"))
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}
