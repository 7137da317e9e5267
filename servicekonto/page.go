package servicekonto

import (
	"bytes"
	_ "embed" // the style sheet and the page
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

//go:embed stil.css
var stylesheet string

//go:embed seite.html
var pageTemplate string

// Page is what the template of a page is executed with. All texts are German
// and plain text.
type Page struct {
	// Name is "auswahl" (choices), "weiter" (on to the account service),
	// "meldung" (a login that did not happen, Reason says why), "abmelden" or
	// "abgemeldet".
	Name string
	// Reason is empty but for "meldung".
	Reason Reason
	// Title is the heading and the first part of the document's title.
	Title string
	// ServiceName and Stylesheet are those of the Config.
	ServiceName, Stylesheet string
	// Text holds the paragraphs.
	Text []string
	// Choices are the accounts to choose from.
	Choices []Link
	// Form is nil if the page has none.
	Form *PageForm
	// Links lead on.
	Links []Link
}

// Link is a link on a [Page].
type Link struct{ URL, Label, Hint string }

// PageForm is a form on a [Page]: hidden fields and one button, method POST.
type PageForm struct {
	Action string
	Fields url.Values
	Button string
}

func (s *Service) setPages() error {
	s.tmpl, s.sheet = s.cfg.Template, s.cfg.Stylesheet
	if s.sheet == "" {
		s.sheet = s.path("/anmelden/stil.css", nil)
	}
	u, err := url.Parse(s.sheet)
	if err != nil || (u.Host != "" && u.Scheme != "https") || strings.ContainsAny(s.sheet, " ;,'\"") {
		return errors.New("servicekonto: Stylesheet must be a local path or an https URL")
	}
	if s.tmpl != nil {
		return nil
	}
	s.tmpl, err = template.New("seite").Parse(pageTemplate)
	if err != nil {
		return fmt.Errorf("servicekonto: page template: %w", err)
	}
	return nil
}

// protect sets the headers every answer has, also a redirect: the URLs around a
// login hold secrets that must not reach other hosts or caches.
func protect(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
}

func (s *Service) show(w http.ResponseWriter, status int, p *Page) {
	p.ServiceName, p.Stylesheet = s.cfg.ServiceName, s.sheet
	style, action := "'self'", "'self'"
	if u, err := url.Parse(s.sheet); err == nil && u.Host != "" {
		style = u.Scheme + "://" + u.Host
	}
	if p.Form != nil {
		if u, err := url.Parse(p.Form.Action); err == nil && u.Host != "" {
			action = u.Scheme + "://" + u.Host
		}
	}
	protect(w)
	var body bytes.Buffer
	if err := s.tmpl.Execute(&body, p); err != nil {
		s.log.Error("page template failed", "tenant", s.cfg.Tenant, "page", p.Name, "error", err)
		http.Error(w, "Die Seite kann gerade nicht angezeigt werden.", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	if p.Name == "abmelden" {
		// Its form posts to us: with no-referrer, browsers send "Origin: null", and
		// those without Sec-Fetch-Site could not be told from a foreign site.
		h.Set("Referrer-Policy", "same-origin")
	}
	h.Set("Content-Security-Policy", "default-src 'none'; style-src "+style+"; img-src 'self'; form-action "+action+"; base-uri 'none'; frame-ancestors 'none'")
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", "de")
	h.Set("Content-Length", strconv.Itoa(body.Len()))
	w.WriteHeader(status)
	_, _ = w.Write(body.Bytes())
}

func serveStylesheet(w http.ResponseWriter, _ *http.Request) {
	h := w.Header()
	h.Set("Content-Type", "text/css; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "public, max-age=3600")
	_, _ = w.Write([]byte(stylesheet))
}

func (s *Service) homeLink() Link { return Link{URL: s.home, Label: "Zur Startseite des Dienstes"} }

func (s *Service) showChoices(w http.ResponseWriter, target string, level Level) {
	p := &Page{Name: "auswahl", Title: "Anmelden", Text: []string{"Wählen Sie, mit welchem Konto Sie sich anmelden möchten."}, Links: []Link{s.homeLink()}}
	if level > Niedrig {
		p.Text = append(p.Text, "Für diesen Dienst ist mindestens das Vertrauensniveau „"+level.String()+"“ nötig.")
	}
	for _, c := range s.cfg.Choices {
		u := s.loginURL(target, level)
		sep := "?"
		if strings.Contains(u, "?") {
			sep = "&"
		}
		p.Choices = append(p.Choices, Link{URL: u + sep + url.Values{"konto": {c.ID}}.Encode(), Label: "Mit „" + c.Label + "“ anmelden", Hint: c.Hint})
	}
	s.show(w, http.StatusOK, p)
}

func (s *Service) showForward(w http.ResponseWriter, c Choice, r *Redirect) {
	s.show(w, http.StatusOK, &Page{
		Name: "weiter", Title: "Weiter zur Anmeldung",
		Text: []string{"Sie verlassen jetzt diesen Dienst und melden sich bei „" + c.Label + "“ an. Danach kommen Sie hierher zurück."},
		Form: &PageForm{Action: r.URL, Fields: r.Form, Button: "Weiter zu „" + c.Label + "“"}, Links: []Link{s.homeLink()},
	})
}

func (s *Service) showLogout(w http.ResponseWriter, r *http.Request) {
	if _, ok := s.Session(r); !ok {
		s.showLoggedOut(w, nil)
		return
	}
	s.show(w, http.StatusOK, &Page{
		Name: "abmelden", Title: "Abmelden", Text: []string{"Möchten Sie sich von diesem Dienst abmelden?"},
		Form: &PageForm{Action: s.LogoutURL(), Button: "Jetzt abmelden"}, Links: []Link{s.homeLink()},
	})
}

func (s *Service) showLoggedOut(w http.ResponseWriter, more []Link) {
	s.show(w, http.StatusOK, &Page{
		Name: "abgemeldet", Title: "Sie sind abgemeldet",
		Text:  []string{"Sie sind bei diesem Dienst nicht mehr angemeldet. Wenn Sie den Computer mit anderen teilen, schließen Sie jetzt den Browser."},
		Links: append(more, Link{URL: s.LoginURL(""), Label: "Erneut anmelden"}, s.homeLink()),
	})
}

// failed shows and logs a login that did not happen.
func (s *Service) failed(w http.ResponseWriter, r *http.Request, c Choice, le *LoginError, target string) {
	if c.ID != "" {
		s.log.WarnContext(r.Context(), "login failed", "tenant", s.cfg.Tenant, "provider", c.ID, "error", le)
	} else {
		s.log.WarnContext(r.Context(), "login failed", "tenant", s.cfg.Tenant, "error", le)
	}
	s.message(w, reasonStatus(le.Reason), le.Reason, target)
}

// fail is failed for requests that never became a login.
func (s *Service) fail(w http.ResponseWriter, r *http.Request, status int, le *LoginError, target string) {
	s.log.WarnContext(r.Context(), "request refused", "tenant", s.cfg.Tenant, "status", status, "error", le)
	s.message(w, status, le.Reason, target)
}

func (s *Service) message(w http.ResponseWriter, status int, reason Reason, target string) {
	title, text := reasonText(reason)
	s.show(w, status, &Page{
		Name: "meldung", Reason: reason, Title: title, Text: text,
		Links: []Link{{URL: s.LoginURL(target), Label: "Erneut anmelden"}, s.homeLink()},
	})
}

func (s *Service) notFound(w http.ResponseWriter) {
	s.show(w, http.StatusNotFound, &Page{Name: "meldung", Reason: Malformed, Title: "Seite nicht gefunden",
		Text: []string{"Diese Seite gibt es nicht. Prüfen Sie die Adresse."}, Links: []Link{s.homeLink()}})
}

func (s *Service) unavailable(w http.ResponseWriter) {
	w.Header().Set("Retry-After", "60")
	s.message(w, http.StatusServiceUnavailable, Unavailable, "")
}

func (s *Service) sessionOver(w http.ResponseWriter, login string) {
	s.show(w, http.StatusForbidden, &Page{Name: "meldung", Reason: Expired, Title: "Bitte melden Sie sich an",
		Text:  []string{"Für diesen Schritt müssen Sie angemeldet sein. Ihre Sitzung ist beendet, oder Ihre Anmeldung reicht für diesen Schritt nicht aus."},
		Links: []Link{{URL: login, Label: "Anmelden"}, s.homeLink()}})
}

func reasonStatus(r Reason) int {
	switch r {
	case Cancelled:
		return http.StatusOK
	case Malformed:
		return http.StatusBadRequest
	case Replayed, Expired:
		return http.StatusGone
	case ProviderFailed:
		return http.StatusBadGateway
	case Unavailable:
		return http.StatusServiceUnavailable
	default:
		return http.StatusForbidden
	}
}

// reasonText is what people read. It never says which check failed.
func reasonText(r Reason) (title string, text []string) {
	switch r {
	case Cancelled:
		return "Anmeldung abgebrochen", []string{"Sie haben die Anmeldung abgebrochen. Es wurden keine Daten übertragen."}
	case LevelTooLow:
		return "Diese Anmeldung reicht nicht aus", []string{"Für diesen Dienst ist ein höheres Vertrauensniveau nötig. Melden Sie sich zum Beispiel mit der Online-Funktion Ihres Personalausweises an."}
	case OtherAccount:
		return "Anderes Konto", []string{"Sie haben sich mit einem anderen Konto angemeldet als zuvor. Melden Sie sich mit demselben Konto an, oder melden Sie sich zuerst ab."}
	case Replayed:
		return "Diese Anmeldung ist schon abgeschlossen", []string{"Der Link dieser Anmeldung wurde bereits verwendet und gilt nicht noch einmal.", "Gehen Sie zur Startseite des Dienstes, oder melden Sie sich erneut an."}
	case Expired:
		return "Die Anmeldung ist abgelaufen", []string{"Die Anmeldung hat zu lange gedauert oder ist nicht mehr bekannt. Bitte melden Sie sich erneut an."}
	case OtherBrowser:
		return "Die Anmeldung gehört nicht zu diesem Browser", []string{"Die Anmeldung wurde in einem anderen Browser begonnen, oder Ihr Browser nimmt keine Cookies an. Erlauben Sie Cookies für diese Seite, und melden Sie sich erneut an."}
	case Unavailable:
		return "Die Anmeldung ist gerade nicht möglich", []string{"Das Konto oder dieser Dienst ist zurzeit nicht erreichbar. Bitte versuchen Sie es in einigen Minuten noch einmal."}
	case Malformed:
		return "Die Anfrage ist nicht lesbar", []string{"Die Adresse oder die übermittelten Angaben sind unvollständig oder fehlerhaft. Bitte beginnen Sie die Anmeldung noch einmal."}
	default:
		return "Die Anmeldung ist fehlgeschlagen", []string{"Sie konnten nicht angemeldet werden. Bitte versuchen Sie es noch einmal. Wenn es wieder nicht gelingt, wenden Sie sich an Ihre Behörde."}
	}
}
