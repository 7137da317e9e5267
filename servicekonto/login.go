package servicekonto

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/bausteine/egov/internal/loopback"
)

// Limits on what a browser may send.
const (
	maxQuery  = 8 << 10
	maxBody   = 512 << 10 // an encrypted SAML response with many attributes is about 40 KiB
	maxParams = 64
	maxState  = 16 << 10
)

// loginData is the sealed part of a LoginRecord.
type loginData struct {
	Choice   string     `json:"choice"`
	Target   string     `json:"target"`
	MinLevel Level      `json:"min_level"`
	Force    bool       `json:"force,omitempty"`
	StepUp   string     `json:"step_up,omitempty"` // owner that must come back
	State    []byte     `json:"state,omitempty"`
	Params   url.Values `json:"params,omitempty"` // a posted answer, waiting for the cookie
}

// checkParams refuses what is not UTF-8, repeated, or too much.
func checkParams(raw string) (url.Values, *LoginError) {
	bad := func(detail string) (url.Values, *LoginError) {
		return nil, &LoginError{Reason: Malformed, Detail: detail}
	}
	v, err := url.ParseQuery(raw)
	if err != nil {
		return bad("parameters are not form-encoded")
	}
	if len(v) > maxParams {
		return bad("too many parameters")
	}
	for k, values := range v {
		if len(values) != 1 {
			return bad("a parameter is repeated")
		}
		if !utf8.ValidString(k) || !utf8.ValidString(values[0]) {
			return bad("a parameter is not UTF-8")
		}
	}
	return v, nil
}

// login shows the choices or, if there is only one or one was chosen, starts.
func (s *Service) login(w http.ResponseWriter, r *http.Request) {
	q, le := checkParams(r.URL.RawQuery)
	if le != nil {
		s.fail(w, r, http.StatusBadRequest, le, "")
		return
	}
	target, err := s.target(q.Get("ziel"))
	if err != nil {
		s.fail(w, r, http.StatusBadRequest, &LoginError{Reason: Malformed, Detail: "return target refused"}, "")
		return
	}
	level := s.cfg.MinLevel
	if q.Has("niveau") {
		asked, err := ParseLevel(q.Get("niveau"))
		if err != nil {
			s.fail(w, r, http.StatusBadRequest, &LoginError{Reason: Malformed, Detail: "unknown level"}, "")
			return
		}
		level = max(level, asked)
	}
	sess, err := s.Lookup(r)
	if err != nil && !errors.Is(err, ErrNoSession) {
		s.log.ErrorContext(r.Context(), "session not readable", "tenant", s.cfg.Tenant, "error", err)
		s.unavailable(w)
		return
	}
	if sess != nil && sess.Account.Level >= level && !q.Has("konto") {
		http.Redirect(w, r, target, http.StatusSeeOther)
		return
	}
	id := q.Get("konto")
	if id == "" && len(s.cfg.Choices) == 1 {
		id = s.cfg.Choices[0].ID
	}
	if id == "" {
		s.showChoices(w, target, level)
		return
	}
	c, ok := s.choices[id]
	if !ok {
		s.fail(w, r, http.StatusBadRequest, &LoginError{Reason: Malformed, Detail: "unknown choice"}, target)
		return
	}
	data := loginData{Choice: c.ID, Target: target, MinLevel: level}
	if sess != nil && sess.Account.Level < level {
		data.Force, data.StepUp = true, fingerprint(forOwner, sess.Account.Key())
	}
	s.start(w, r, c, data)
}

// start begins a login at an account service and sends the browser there.
func (s *Service) start(w http.ResponseWriter, r *http.Request, c Choice, data loginData) {
	ctx, handle := r.Context(), newToken()
	redirect, err := c.Provider.Start(ctx, StartRequest{
		Tenant: s.cfg.Tenant, Handle: handle, CallbackURL: s.CallbackURL(c.ID), MinLevel: data.MinLevel, Force: data.Force,
	})
	if err == nil {
		err = checkRedirect(redirect)
	}
	if err != nil {
		s.failed(w, r, c, asLoginError(err), data.Target)
		return
	}
	data.State = redirect.State
	browser := token(r, s.loginCookie())
	if browser == "" {
		browser = newToken()
	}
	expires := s.now().Add(s.cfg.LoginTimeout)
	if err := s.saveLogin(ctx, handle, fingerprint(forBrowser, browser), expires, data); err != nil {
		s.log.ErrorContext(ctx, "login not stored", "tenant", s.cfg.Tenant, "error", err)
		s.unavailable(w)
		return
	}
	// A minute longer than the login, so that a late answer is told from a foreign one.
	s.setCookie(w, s.loginCookie(), browser, int((s.cfg.LoginTimeout+time.Minute)/time.Second))
	s.log.InfoContext(ctx, "login started", "tenant", s.cfg.Tenant, "provider", c.ID, "level", data.MinLevel.String())
	if redirect.Method == http.MethodPost {
		s.showForward(w, c, redirect)
		return
	}
	protect(w)
	http.Redirect(w, r, redirect.URL, http.StatusSeeOther)
}

func (s *Service) saveLogin(ctx context.Context, handle, browser string, expires time.Time, data loginData) error {
	box, err := seal(forHandle, s.cfg.Tenant, handle, data)
	if err != nil {
		return err
	}
	return s.cfg.Store.SaveLogin(ctx, LoginRecord{
		Tenant: s.cfg.Tenant, ID: fingerprint(forHandle, handle), Browser: browser, Sealed: box, ExpiresAt: expires,
	})
}

func checkRedirect(r *Redirect) error {
	if r == nil || (r.Method != http.MethodGet && r.Method != http.MethodPost) || len(r.State) > maxState {
		return errors.New("servicekonto: provider returned no usable redirect")
	}
	u, err := url.Parse(r.URL)
	if err != nil || u.Host == "" || (u.Scheme != "https" && (u.Scheme != "http" || !loopback.Host(u.Hostname()))) {
		return errors.New("servicekonto: provider's redirect is neither https nor loopback")
	}
	return nil
}

// callback receives the account service's answer.
func (s *Service) callback(w http.ResponseWriter, r *http.Request, choice string) {
	c, ok := s.choices[choice]
	if !ok {
		s.notFound(w)
		return
	}
	params, status, le := callbackParams(w, r)
	if le != nil {
		s.fail(w, r, status, le, "")
		return
	}
	handle := params.Get(c.Provider.HandleParam())
	if !isToken(handle) {
		s.fail(w, r, http.StatusBadRequest, &LoginError{Reason: Malformed, Detail: "answer without a handle of ours"}, "")
		return
	}
	if r.Method == http.MethodPost {
		s.park(w, r, c, handle, params)
		return
	}
	data, le := s.take(r.Context(), handle, token(r, s.loginCookie()))
	if le == nil && (data.Choice != c.ID || data.Params != nil) {
		le = &LoginError{Reason: Refused, Detail: "answer came to another choice's callback"}
	}
	if le != nil {
		s.failed(w, r, c, le, "")
		return
	}
	s.finish(w, r, c, data, params)
}

func callbackParams(w http.ResponseWriter, r *http.Request) (url.Values, int, *LoginError) {
	if r.Method != http.MethodPost {
		v, le := checkParams(r.URL.RawQuery)
		return v, http.StatusBadRequest, le
	}
	if ct, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || ct != "application/x-www-form-urlencoded" {
		return nil, http.StatusUnsupportedMediaType, &LoginError{Reason: Malformed, Detail: "answer is not a posted form"}
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		var tooBig *http.MaxBytesError
		if errors.As(err, &tooBig) {
			return nil, http.StatusRequestEntityTooLarge, &LoginError{Reason: Malformed, Detail: "answer too large"}
		}
		return nil, http.StatusBadRequest, &LoginError{Reason: Malformed, Detail: "answer not readable", Err: err}
	}
	v, le := checkParams(string(body))
	return v, http.StatusBadRequest, le
}

// park keeps a posted answer under a new handle and sends the browser to fetch
// it with GET: a cross-site POST carries no SameSite=Lax cookie, the GET after
// it does.
func (s *Service) park(w http.ResponseWriter, r *http.Request, c Choice, handle string, params url.Values) {
	ctx := r.Context()
	rec, le := s.takeRecord(ctx, handle, "")
	var data loginData
	if le == nil && (open(forHandle, s.cfg.Tenant, handle, rec.Sealed, &data) != nil || data.Choice != c.ID || data.Params != nil) {
		le = &LoginError{Reason: Refused, Detail: "answer came to another choice's callback"}
	}
	if le != nil {
		s.failed(w, r, c, le, "")
		return
	}
	data.Params = params
	next := newToken()
	if err := s.saveLogin(ctx, next, rec.Browser, rec.ExpiresAt, data); err != nil {
		s.log.ErrorContext(ctx, "login not stored", "tenant", s.cfg.Tenant, "error", err)
		s.unavailable(w)
		return
	}
	protect(w)
	http.Redirect(w, r, s.path("/anmelden/weiter", url.Values{"h": {next}}), http.StatusSeeOther)
}

// resume takes up a parked answer.
func (s *Service) resume(w http.ResponseWriter, r *http.Request) {
	q, le := checkParams(r.URL.RawQuery)
	if le == nil && !isToken(q.Get("h")) {
		le = &LoginError{Reason: Malformed, Detail: "handle missing"}
	}
	if le != nil {
		s.fail(w, r, http.StatusBadRequest, le, "")
		return
	}
	data, le := s.take(r.Context(), q.Get("h"), token(r, s.loginCookie()))
	if le == nil && data.Params == nil {
		le = &LoginError{Reason: Refused, Detail: "no posted answer under this handle"}
	}
	var c Choice
	if le == nil {
		var ok bool
		if c, ok = s.choices[data.Choice]; !ok { // another node's configuration has it
			le = &LoginError{Reason: Refused, Detail: "answer for a choice that is not configured"}
		}
	}
	if le != nil {
		s.failed(w, r, Choice{}, le, "")
		return
	}
	s.finish(w, r, c, data, data.Params)
}

// take hands out a login to the browser that started it, once.
func (s *Service) take(ctx context.Context, handle, browser string) (*loginData, *LoginError) {
	if browser == "" {
		return nil, &LoginError{Reason: OtherBrowser, Detail: "browser has no login cookie"}
	}
	rec, le := s.takeRecord(ctx, handle, fingerprint(forBrowser, browser))
	if le != nil {
		return nil, le
	}
	var data loginData
	if err := open(forHandle, s.cfg.Tenant, handle, rec.Sealed, &data); err != nil {
		return nil, &LoginError{Reason: Refused, Detail: "stored login cannot be opened", Err: err}
	}
	return &data, nil
}

func (s *Service) takeRecord(ctx context.Context, handle, browser string) (*LoginRecord, *LoginError) {
	rec, err := s.cfg.Store.TakeLogin(ctx, s.cfg.Tenant, fingerprint(forHandle, handle), browser, s.now())
	switch {
	case err == nil:
		return rec, nil
	case errors.Is(err, ErrNotFound):
		// Records are deleted some time after their end, so "unknown" and "too
		// late" are the same to the person.
		return nil, &LoginError{Reason: Expired, Detail: "no login under this handle"}
	case errors.Is(err, ErrOtherBrowser):
		return nil, &LoginError{Reason: OtherBrowser, Detail: "login cookie of another browser"}
	case errors.Is(err, ErrUsed):
		return nil, &LoginError{Reason: Replayed, Detail: "answer used before"}
	case errors.Is(err, ErrExpired):
		return nil, &LoginError{Reason: Expired, Detail: "answer too late"}
	default:
		return nil, &LoginError{Reason: Unavailable, Detail: "login store", Err: err}
	}
}

// finish lets the provider judge the answer and logs the person in.
func (s *Service) finish(w http.ResponseWriter, r *http.Request, c Choice, data *loginData, params url.Values) {
	account, err := c.Provider.Finish(r.Context(), CallbackRequest{
		Tenant: s.cfg.Tenant, CallbackURL: s.CallbackURL(c.ID), MinLevel: data.MinLevel, Force: data.Force,
		Params: params, State: data.State,
	})
	if err != nil {
		s.failed(w, r, c, asLoginError(err), data.Target)
		return
	}
	if le := s.admit(c, data, account); le != nil {
		s.failed(w, r, c, le, data.Target)
		return
	}
	if err := s.startSession(r.Context(), w, r, account); err != nil {
		s.failed(w, r, c, &LoginError{Reason: Unavailable, Detail: "session store", Err: err}, data.Target)
		return
	}
	s.log.InfoContext(r.Context(), "logged in", "tenant", s.cfg.Tenant, "account", *account)
	protect(w)
	http.Redirect(w, r, data.Target, http.StatusSeeOther)
}

// admit is the service's own check of what a provider returned.
func (s *Service) admit(c Choice, data *loginData, a *Account) *LoginError {
	if a == nil || a.ID == "" || len(a.ID) > 255 || !utf8.ValidString(a.ID) || strings.ContainsFunc(a.ID, isControl) ||
		(a.Kind != Person && a.Kind != Organisation) {
		return &LoginError{Reason: Refused, Detail: "account without usable ID or kind"}
	}
	seen := map[string]bool{}
	for _, attr := range a.Attributes {
		if seen[attr.Name] || attr.Name == "" || len(attr.Values) == 0 || attr.Trust > TrustHoch {
			return &LoginError{Reason: Refused, Detail: "attribute repeated, empty or of unknown trust"}
		}
		seen[attr.Name] = true
	}
	if !a.Level.Known() {
		return &LoginError{Reason: Refused, Detail: "unknown level"}
	}
	if a.Level < data.MinLevel {
		return &LoginError{Reason: LevelTooLow, Detail: "level " + a.Level.String() + " where " + data.MinLevel.String() + " is needed"}
	}
	a.Provider, a.ProviderName = c.ID, c.Label
	if data.StepUp != "" && data.StepUp != fingerprint(forOwner, a.Key()) {
		return &LoginError{Reason: OtherAccount, Detail: "step-up with another account"}
	}
	return nil
}

func isControl(r rune) bool { return r < ' ' || (r >= 0x7f && r <= 0x9f) }
