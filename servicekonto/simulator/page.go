package simulator

import (
	"bytes"
	_ "embed" // the style sheet and the page
	"net/http"
	"net/url"
	"strings"

	"github.com/bausteine/egov/servicekonto"
)

// highest is the value of the level "as high as this account can".
const highest = "hoechstes"

//go:embed seite.html
var pageTemplate string

//go:embed stil.css
var sheet string

type option struct {
	Value, Label, Hint string
	Checked            bool
}

type page struct {
	Title, Stylesheet string
	Text              []string
	Error             string
	// The rest is for the log-in page.
	Action, Request, Client string
	Accounts, Levels        []option
}

func (s *Simulator) show(w http.ResponseWriter, status int, p *page, formTarget string) {
	p.Stylesheet = s.issuer.Path + "/stil.css"
	var body bytes.Buffer
	if err := s.tmpl.Execute(&body, p); err != nil {
		http.Error(w, "Simulator: Die Seite kann nicht angezeigt werden.", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	// Browsers apply form-action to the redirect that follows the form as well.
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'"+formTarget+"; base-uri 'none'; frame-ancestors 'none'")
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", "de")
	w.WriteHeader(status)
	_, _ = w.Write(body.Bytes())
}

func (s *Simulator) message(w http.ResponseWriter, status int, title, text string) {
	s.show(w, status, &page{Title: title, Text: []string{text}}, "")
}

func (s *Simulator) index(w http.ResponseWriter, _ *http.Request) {
	s.message(w, http.StatusOK, "Simulator eines Servicekontos", "Hier melden sich erfundene Personen und Unternehmen an. Beginnen Sie die Anmeldung in dem Dienst, den Sie ausprobieren.")
}

func (s *Simulator) stylesheet(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	_, _ = w.Write([]byte(sheet))
}

// loginPage shows the test accounts and levels; account and level are what was
// chosen before, if anything.
func (s *Simulator) loginPage(w http.ResponseWriter, status int, req *authRequest, account, level, problem string) {
	sealed, err := s.keys.seal("request", req)
	if err != nil {
		s.message(w, http.StatusInternalServerError, "Fehler", "Der Simulator kann gerade keine Anmeldung ausstellen.")
		return
	}
	p := &page{Title: "Anmelden im Simulator", Error: problem, Action: s.issuer.Path + "/anmelden", Request: sealed, Client: req.Client}
	if account == "" {
		account = req.Hint
	}
	if s.citizen(account) == nil {
		account = s.citizens[0].ID
	}
	for i := range s.citizens {
		c := &s.citizens[i]
		p.Accounts = append(p.Accounts, option{Value: c.ID, Label: c.label(), Hint: "möglich: " + c.levels(), Checked: c.ID == account})
	}
	p.Levels = append(p.Levels, option{Value: highest, Label: "das höchste des Testkontos"})
	for _, l := range []servicekonto.Level{servicekonto.Niedrig, servicekonto.Substanziell, servicekonto.Hoch} {
		o := option{Value: l.String(), Label: l.String()}
		if l == req.Asked {
			o.Hint = "vom Dienst mindestens verlangt"
		}
		p.Levels = append(p.Levels, o)
	}
	chosen := 0
	for i := range p.Levels {
		if p.Levels[i].Value == level {
			chosen = i
		}
	}
	p.Levels[chosen].Checked = true
	s.show(w, status, p, originOf(req.Redirect))
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
