package simulator

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/bausteine/egov/servicekonto"
)

// authRequest is an authorization request that passed every check. Sealed, it
// travels through the log-in page and the code.
type authRequest struct {
	Client    string             `json:"c"`
	Redirect  string             `json:"r"`
	State     string             `json:"s,omitempty"`
	Nonce     string             `json:"n,omitempty"`
	Challenge string             `json:"p"`
	Scope     string             `json:"o"`
	Asked     servicekonto.Level `json:"l,omitempty"` // lowest level of acr_values
	Hint      string             `json:"h,omitempty"`
	Expires   time.Time          `json:"e"`
}

// grant is the content of a code.
type grant struct {
	ID       string             `json:"i"`
	Client   string             `json:"c"`
	Redirect string             `json:"r"`
	Nonce    string             `json:"n,omitempty"`
	PKCE     string             `json:"p"`
	Scope    string             `json:"o"`
	Citizen  string             `json:"u"`
	Level    servicekonto.Level `json:"l"`
	AuthTime time.Time          `json:"a"`
	Expires  time.Time          `json:"e"`
}

// oauthError is an error of RFC 6749, 4.1.2.1, or OpenID Connect Core 1.0,
// 3.1.2.6. Before the redirect URI is known good, redirect is empty and the
// error is shown to the person.
type oauthError struct {
	code, description string
	redirect, state   string
}

// single returns the parameters if none is repeated and all are UTF-8 (RFC
// 6749, 3.1: request parameters must not be included more than once).
func single(raw string) (url.Values, string) {
	q, err := url.ParseQuery(raw)
	if err != nil {
		return nil, "parameters are not form-encoded"
	}
	for k, v := range q {
		if len(v) != 1 {
			return nil, "a parameter is repeated"
		}
		if !utf8.ValidString(k) || !utf8.ValidString(v[0]) {
			return nil, "a parameter is not UTF-8"
		}
	}
	return q, ""
}

// parseAuthorize reads an authorization request.
func (s *Simulator) parseAuthorize(raw string) (*authRequest, *oauthError) {
	q, problem := single(raw)
	if problem != "" {
		return nil, &oauthError{code: "invalid_request", description: problem}
	}
	client, ok := s.clients[q.Get("client_id")]
	if !ok {
		return nil, &oauthError{code: "invalid_request", description: "client_id is missing or unknown"}
	}
	redirect := q.Get("redirect_uri")
	if !contains(client.RedirectURIs, redirect) {
		return nil, &oauthError{code: "invalid_request", description: "redirect_uri is missing or not registered"}
	}
	bad := func(code, description string) (*authRequest, *oauthError) {
		return nil, &oauthError{code: code, description: description, redirect: redirect, state: q.Get("state")}
	}
	if code, description := checkAuthorize(q); code != "" {
		return bad(code, description)
	}
	req := &authRequest{
		Client: client.ID, Redirect: redirect, State: q.Get("state"), Nonce: q.Get("nonce"), Challenge: q.Get("code_challenge"),
		Scope: q.Get("scope"), Hint: q.Get("login_hint"), Expires: s.now().Add(requestTime),
	}
	for _, acr := range strings.Fields(q.Get("acr_values")) {
		if l, err := servicekonto.ParseLevel(acr); err == nil && (req.Asked == 0 || l < req.Asked) {
			req.Asked = l
		}
	}
	return req, nil
}

// checkAuthorize checks what does not depend on the client; it returns an error
// code and its description, or "".
func checkAuthorize(q url.Values) (code, description string) {
	switch {
	case q.Has("request"):
		return "request_not_supported", "request objects are not supported"
	case q.Has("request_uri"):
		return "request_uri_not_supported", "request objects are not supported"
	case q.Get("response_type") == "":
		return "invalid_request", "response_type is missing"
	case q.Get("response_type") != "code":
		return "unsupported_response_type", "only the code flow is supported"
	case q.Has("response_mode") && q.Get("response_mode") != "query":
		return "invalid_request", "response_mode must be query"
	case !contains(strings.Fields(q.Get("scope")), "openid"):
		return "invalid_scope", "scope must contain openid"
	case q.Get("code_challenge_method") != "S256":
		return "invalid_request", "code_challenge_method must be S256"
	case !isChallenge(q.Get("code_challenge")):
		return "invalid_request", "code_challenge is not the base64url of a SHA-256"
	case len(q.Get("state")) > 1024 || len(q.Get("nonce")) > 1024 || len(q.Get("login_hint")) > 256 || len(q.Get("scope")) > 1024:
		return "invalid_request", "a parameter is too long"
	}
	if q.Has("max_age") {
		if n, err := strconv.Atoi(q.Get("max_age")); err != nil || n < 0 {
			return "invalid_request", "max_age is not a number of seconds"
		}
	}
	prompts := strings.Fields(q.Get("prompt"))
	for _, p := range prompts {
		switch p {
		case "login", "consent", "select_account":
		case "none":
			if len(prompts) > 1 {
				return "invalid_request", "prompt none goes with nothing else"
			}
			return "login_required", "every log-in asks the person"
		default:
			return "invalid_request", "unknown prompt"
		}
	}
	return "", ""
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// authorize shows the log-in page.
func (s *Simulator) authorize(w http.ResponseWriter, r *http.Request) {
	req, bad := s.parseAuthorize(r.URL.RawQuery)
	if bad != nil {
		s.refuse(w, r, bad)
		return
	}
	s.loginPage(w, http.StatusOK, req, "", "", "")
}

// refuse sends an error back to the client, or shows it where that is not safe.
func (s *Simulator) refuse(w http.ResponseWriter, r *http.Request, e *oauthError) {
	s.log.WarnContext(r.Context(), "authorization request refused", "error", e.code, "description", e.description)
	if e.redirect == "" {
		s.message(w, http.StatusBadRequest, "Fehlerhafte Anfrage", "Der Dienst, von dem Sie kommen, hat eine fehlerhafte Anfrage gestellt: "+e.description+".")
		return
	}
	s.back(w, r, e.redirect, url.Values{"error": {e.code}, "error_description": {e.description}}, e.state)
}

// back sends the browser to the client with an answer.
func (s *Simulator) back(w http.ResponseWriter, r *http.Request, redirect string, answer url.Values, state string) {
	u, err := url.Parse(redirect)
	if err != nil {
		s.message(w, http.StatusInternalServerError, "Fehler", "Die Adresse des Dienstes ist nicht lesbar.")
		return
	}
	q := u.Query()
	for k, v := range answer {
		q[k] = v
	}
	q.Set("iss", s.issuer.String()) // RFC 9207
	if state != "" {
		q.Set("state", state)
	}
	u.RawQuery = q.Encode()
	http.Redirect(w, r, u.String(), http.StatusSeeOther)
}

// decide takes what the person chose on the log-in page.
func (s *Simulator) decide(w http.ResponseWriter, r *http.Request) {
	form, status, problem := readForm(w, r)
	if problem != "" {
		s.message(w, status, "Fehlerhafte Anfrage", "Die übermittelten Angaben sind nicht lesbar.")
		return
	}
	var req authRequest
	if err := s.keys.open("request", form.Get("anfrage"), &req); err != nil {
		s.message(w, http.StatusBadRequest, "Fehlerhafte Anfrage", "Diese Anmeldung ist dem Simulator nicht bekannt. Beginnen Sie sie im Dienst noch einmal.")
		return
	}
	if !req.Expires.After(s.now()) {
		s.message(w, http.StatusGone, "Anmeldung abgelaufen", "Diese Anmeldung hat zu lange gedauert. Beginnen Sie sie im Dienst noch einmal.")
		return
	}
	switch form.Get("aktion") {
	case "abbrechen":
		s.back(w, r, req.Redirect, url.Values{"error": {"access_denied"}, "error_description": {"cancelled by the person"}}, req.State)
	case "fehler":
		s.back(w, r, req.Redirect, url.Values{"error": {"server_error"}, "error_description": {"failure chosen in the simulator"}}, req.State)
	case "anmelden":
		s.logIn(w, r, &req, form)
	default:
		s.loginPage(w, http.StatusUnprocessableEntity, &req, form.Get("konto"), form.Get("niveau"), "Wählen Sie eine der Schaltflächen am Ende der Seite.")
	}
}

func (s *Simulator) logIn(w http.ResponseWriter, r *http.Request, req *authRequest, form url.Values) {
	c := s.citizen(form.Get("konto"))
	if c == nil {
		s.loginPage(w, http.StatusUnprocessableEntity, req, form.Get("konto"), form.Get("niveau"), "Wählen Sie ein Testkonto.")
		return
	}
	level := c.Levels[len(c.Levels)-1]
	if n := form.Get("niveau"); n != highest {
		var err error
		if level, err = servicekonto.ParseLevel(n); err != nil || !c.can(level) {
			s.loginPage(w, http.StatusUnprocessableEntity, req, c.ID, n, "Dieses Testkonto kann sich mit dem gewählten Vertrauensniveau nicht anmelden. Möglich: "+c.levels()+".")
			return
		}
	}
	now := s.now()
	code, err := s.keys.seal("code", grant{
		ID: newID(), Client: req.Client, Redirect: req.Redirect, Nonce: req.Nonce, PKCE: req.Challenge, Scope: req.Scope,
		Citizen: c.ID, Level: level, AuthTime: now, Expires: now.Add(codeTime),
	})
	if err != nil {
		s.message(w, http.StatusInternalServerError, "Fehler", "Der Simulator kann gerade keine Anmeldung ausstellen.")
		return
	}
	s.log.InfoContext(r.Context(), "simulated log-in", "client", req.Client, "citizen", c.ID, "level", level.String())
	s.back(w, r, req.Redirect, url.Values{"code": {code}}, req.State)
}
