package servicekonto

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"
)

// ErrNoSession means that nobody is logged in, or not any more.
var ErrNoSession = errors.New("servicekonto: no session")

// Limits bound a session.
type Limits struct {
	// Max is how long a session lasts, however busy.
	Max time.Duration
	// Idle is how long a session lasts without a request.
	Idle time.Duration
}

// DefaultLimits returns the longest limits that BSI TR-03160-1 allows for a
// session of the level, as BundID passes them on (FAQ 01/2025, 7.5.3): niedrig
// 12 h / 60 min, substanziell 2 h / 30 min, hoch 30 min / 5 min. An unknown
// level gets none.
func DefaultLimits(l Level) Limits {
	switch l {
	case Niedrig:
		return Limits{Max: 12 * time.Hour, Idle: time.Hour}
	case Substanziell:
		return Limits{Max: 2 * time.Hour, Idle: 30 * time.Minute}
	case Hoch:
		return Limits{Max: 30 * time.Minute, Idle: 5 * time.Minute}
	default:
		return Limits{}
	}
}

// Session is a logged-in browser.
type Session struct {
	// ID names the session in the store. It is no secret: knowing it opens
	// nothing. Bind CSRF tokens to it.
	ID        string
	Account   Account
	CreatedAt time.Time
	// IdleUntil is when the session ends without further requests; ExpiresAt
	// when it ends in any case.
	IdleUntil time.Time
	ExpiresAt time.Time
}

// LogValue logs the account without personal data.
func (s Session) LogValue() slog.Value { return s.Account.LogValue() }

// Format prints the account without personal data, for every verb.
func (s Session) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "session(%v)", s.Account) }

// sessionData is the sealed part of a SessionRecord.
type sessionData struct {
	Account   Account   `json:"account"`
	CreatedAt time.Time `json:"created_at"`
}

func (s *Service) limits(l Level) Limits {
	if custom, ok := s.cfg.Limits[l]; ok {
		return custom
	}
	return DefaultLimits(l)
}

func (s *Service) sessionCookie() string { return s.cookieName("servicekonto") }
func (s *Service) loginCookie() string   { return s.cookieName("anmeldung") }

func (s *Service) cookieName(name string) string {
	if s.secure {
		return "__Host-" + name
	}
	return name
}

func (s *Service) setCookie(w http.ResponseWriter, name, value string, maxAge int) {
	http.SetCookie(w, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: maxAge,
		Secure: s.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// token returns the value of one of our cookies, "" unless it is there exactly
// once and well-formed.
func token(r *http.Request, name string) string {
	if c := r.CookiesNamed(name); len(c) == 1 && isToken(c[0].Value) {
		return c[0].Value
	}
	return ""
}

// startSession stores a session for the account under a new token and sets the
// cookie. The browser's previous session, if any, ends.
func (s *Service) startSession(ctx context.Context, w http.ResponseWriter, r *http.Request, a *Account) error {
	now, limits, secret := s.now(), s.limits(a.Level), newToken()
	box, err := seal(forSession, s.cfg.Tenant, secret, sessionData{Account: *a, CreatedAt: now})
	if err != nil {
		return err
	}
	err = s.cfg.Store.CreateSession(ctx, SessionRecord{
		Tenant: s.cfg.Tenant, ID: fingerprint(forSession, secret), Owner: fingerprint(forOwner, a.Key()),
		Sealed: box, IdleUntil: now.Add(limits.Idle), ExpiresAt: now.Add(limits.Max),
	})
	if err != nil {
		return fmt.Errorf("storing the session: %w", err)
	}
	if old := token(r, s.sessionCookie()); old != "" {
		if err := s.cfg.Store.DeleteSession(ctx, s.cfg.Tenant, fingerprint(forSession, old)); err != nil {
			return fmt.Errorf("ending the previous session: %w", err)
		}
	}
	s.setCookie(w, s.sessionCookie(), secret, 0)
	return nil
}

// Lookup returns the session of the request and counts as its use. The error
// is [ErrNoSession], or that of a store which could not be asked.
func (s *Service) Lookup(r *http.Request) (*Session, error) {
	secret := token(r, s.sessionCookie())
	if secret == "" {
		return nil, ErrNoSession
	}
	ctx, now, id := r.Context(), s.now(), fingerprint(forSession, secret)
	rec, err := s.cfg.Store.Session(ctx, s.cfg.Tenant, id)
	if errors.Is(err, ErrNotFound) {
		return nil, ErrNoSession
	}
	if err != nil {
		return nil, fmt.Errorf("reading the session: %w", err)
	}
	if !rec.ExpiresAt.After(now) || !rec.IdleUntil.After(now) {
		if err := s.cfg.Store.DeleteSession(ctx, s.cfg.Tenant, id); err != nil {
			return nil, fmt.Errorf("ending the session: %w", err)
		}
		return nil, ErrNoSession
	}
	var data sessionData
	if err := open(forSession, s.cfg.Tenant, secret, rec.Sealed, &data); err != nil || !data.Account.Level.Known() {
		return nil, ErrNoSession
	}
	idle := s.limits(data.Account.Level).Idle
	until := now.Add(idle)
	if until.After(rec.ExpiresAt) {
		until = rec.ExpiresAt
	}
	// A write per request is spared: the limit may come a tenth early, never late.
	if until.Sub(rec.IdleUntil) > idle/10 {
		if err := s.cfg.Store.TouchSession(ctx, s.cfg.Tenant, id, until); err != nil {
			return nil, fmt.Errorf("extending the session: %w", err)
		}
		rec.IdleUntil = until
	}
	return &Session{ID: id, Account: data.Account, CreatedAt: data.CreatedAt, IdleUntil: rec.IdleUntil, ExpiresAt: rec.ExpiresAt}, nil
}

// Session is [Service.Lookup] for pages that work without login too: a store
// that cannot be asked is logged and counts as nobody logged in.
func (s *Service) Session(r *http.Request) (*Session, bool) {
	sess, err := s.Lookup(r)
	if err != nil {
		if !errors.Is(err, ErrNoSession) {
			s.log.ErrorContext(r.Context(), "session not readable", "tenant", s.cfg.Tenant, "error", err)
		}
		return nil, false
	}
	return sess, true
}

// Require lets a request pass to next only from somebody logged in with at
// least the level. Others are sent to the login, or asked to log in again at
// the higher level (which must bring the same account); requests other than GET
// and HEAD get a page that says so, with status 403. Panics if the level is
// unknown.
func (s *Service) Require(level Level, next http.Handler) http.Handler {
	if !level.Known() {
		panic("servicekonto: Require with an unknown level")
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sess, err := s.Lookup(r)
		switch {
		case err == nil && sess.Account.Level >= level:
			w.Header().Set("Cache-Control", "no-store")
			next.ServeHTTP(w, r)
		case err != nil && !errors.Is(err, ErrNoSession):
			s.log.ErrorContext(r.Context(), "session not readable", "tenant", s.cfg.Tenant, "error", err)
			s.unavailable(w)
		case r.Method == http.MethodGet || r.Method == http.MethodHead:
			http.Redirect(w, r, s.loginURL(s.publicPath(r, true), level), http.StatusSeeOther)
		default:
			s.sessionOver(w, s.loginURL(s.publicPath(r, false), level))
		}
	})
}

// publicPath is the request's path as the browser sees it, or "" if it cannot
// be a return target.
func (s *Service) publicPath(r *http.Request, query bool) string {
	p := r.URL.EscapedPath()
	if p != s.base.Path && !strings.HasPrefix(p, s.base.Path+"/") {
		p = s.base.Path + p
	}
	if query && r.URL.RawQuery != "" {
		p += "?" + r.URL.RawQuery
	}
	if t, err := s.target(p); err == nil {
		return t
	}
	return ""
}
