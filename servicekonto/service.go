package servicekonto

import (
	"context"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/bausteine/egov/internal/loopback"
)

// Choice is one kind of account that people may log in with.
type Choice struct {
	// ID is part of URLs and stored keys: lower-case letters, digits and
	// hyphens, at most 32. Changing it loses every user.
	ID string
	// Label is the account's name for people: "BundID".
	Label string
	// Hint is one more German sentence on the page of choices; may be empty.
	Hint     string
	Provider Provider
}

// Config is what a [Service] is made of. BaseURL, Choices and Store are
// required.
type Config struct {
	// BaseURL is where people reach the service, with its path prefix and
	// without a final slash: "https://dienste.musterstadt.example/parken".
	// Plain http is accepted for loopback hosts only.
	BaseURL string
	// Tenant is the municipality; part of every stored key. May be empty.
	Tenant  string
	Choices []Choice
	Store   Store
	// Home is where a login without target, and links on error pages, lead to;
	// "" is the base path. A local path.
	Home string
	// Targets are the paths that a login may return to; one that ends in "/"
	// stands for all below it. Empty means every local path.
	Targets []string
	// MinLevel is the lowest level anybody is logged in with; zero is Niedrig.
	MinLevel Level
	// Limits shortens the session limits of a level; see [DefaultLimits].
	Limits map[Level]Limits
	// LoginTimeout is how long a login may take; zero is 10 minutes, which
	// covers reading a card and typing its PIN. At most one hour.
	LoginTimeout time.Duration
	// ServiceName is shown on every page: "Bewohnerparkausweis – Musterstadt".
	ServiceName string
	// Stylesheet is the URL of the caller's style sheet, local or https; ""
	// takes the built-in one.
	Stylesheet string
	// Template replaces the built-in pages; it is executed with a [*Page].
	Template *template.Template
	// Logger gets one line per login, refusal and logout, without personal
	// data; nil discards.
	Logger *slog.Logger
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// Service logs people in and out and keeps their sessions. It is safe for
// concurrent use; any number of processes may share one [Store].
type Service struct {
	cfg     Config
	choices map[string]Choice
	base    *url.URL
	home    string
	secure  bool
	tmpl    *template.Template
	sheet   string
	log     *slog.Logger
	now     func() time.Time
	csrf    *http.CrossOriginProtection
}

// New checks the configuration. It does not ask any account service.
func New(cfg Config) (*Service, error) {
	s := &Service{cfg: cfg, choices: map[string]Choice{}, log: cfg.Logger, now: cfg.Now, csrf: http.NewCrossOriginProtection()}
	if err := s.setBase(cfg.BaseURL); err != nil {
		return nil, err
	}
	if err := s.setChoices(cfg.Choices); err != nil {
		return nil, err
	}
	if cfg.Store == nil {
		return nil, errors.New("servicekonto: Store is missing")
	}
	if err := s.setTargets(); err != nil {
		return nil, err
	}
	if err := s.setLimits(); err != nil {
		return nil, err
	}
	if err := s.setPages(); err != nil {
		return nil, err
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.now == nil {
		s.now = time.Now
	}
	return s, nil
}

func (s *Service) setBase(raw string) error {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return errors.New("servicekonto: BaseURL must be an absolute URL without query")
	}
	s.secure = u.Scheme == "https"
	if !s.secure && (u.Scheme != "http" || !loopback.Host(u.Hostname())) {
		return errors.New("servicekonto: BaseURL must be https, or http on a loopback host")
	}
	u.Path = strings.TrimSuffix(u.Path, "/")
	if u.Path != "" {
		if _, err := ParseReturnPath(u.Path); err != nil || u.RawPath != "" {
			return errors.New("servicekonto: BaseURL has an unusual path")
		}
	}
	s.base = u
	return s.csrf.AddTrustedOrigin(u.Scheme + "://" + u.Host)
}

func (s *Service) setChoices(choices []Choice) error {
	if len(choices) == 0 {
		return errors.New("servicekonto: there is no Choice to log in with")
	}
	for _, c := range choices {
		if !isSlug(c.ID) || c.Label == "" || c.Provider == nil {
			return fmt.Errorf("servicekonto: choice %q needs an ID of [a-z0-9-]{1,32}, a Label and a Provider", c.ID)
		}
		if _, ok := s.choices[c.ID]; ok {
			return fmt.Errorf("servicekonto: choice %q appears twice", c.ID)
		}
		s.choices[c.ID] = c
	}
	return nil
}

func isSlug(id string) bool {
	return len(id) > 0 && len(id) <= 32 && strings.Trim(id, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

func (s *Service) setTargets() error {
	s.home = s.cfg.Home
	if s.home == "" {
		s.home = s.base.Path + "/"
	}
	for _, t := range append([]string{s.home}, s.cfg.Targets...) {
		if _, err := ParseReturnPath(t); err != nil {
			return fmt.Errorf("servicekonto: Home or Targets: %w", err)
		}
	}
	return nil
}

func (s *Service) setLimits() error {
	if s.cfg.MinLevel == 0 {
		s.cfg.MinLevel = Niedrig
	}
	if !s.cfg.MinLevel.Known() {
		return ErrUnknownLevel
	}
	if s.cfg.LoginTimeout == 0 {
		s.cfg.LoginTimeout = 10 * time.Minute
	}
	if s.cfg.LoginTimeout < time.Minute || s.cfg.LoginTimeout > time.Hour {
		return errors.New("servicekonto: LoginTimeout must be between one minute and one hour")
	}
	for level, l := range s.cfg.Limits {
		def := DefaultLimits(level)
		if !level.Known() || l.Max <= 0 || l.Idle <= 0 || l.Max > def.Max || l.Idle > def.Idle {
			return fmt.Errorf("servicekonto: Limits of level %s must be positive and at most those of TR-03160-1", level)
		}
	}
	return nil
}

// LoginURL returns the path of the login page; target is where to come back to
// ("" is Home).
func (s *Service) LoginURL(target string) string {
	return s.loginURL(target, 0)
}

func (s *Service) loginURL(target string, level Level) string {
	q := url.Values{}
	if target != "" {
		q.Set("ziel", target)
	}
	if level > s.cfg.MinLevel {
		q.Set("niveau", level.String())
	}
	return s.path("/anmelden", q)
}

// LogoutURL returns the path of the logout page. A POST to it logs out; a GET
// shows a button that does.
func (s *Service) LogoutURL() string { return s.path("/abmelden", nil) }

// CallbackURL returns the absolute URL that the account service of a choice
// sends its answer to: what to register there as redirect_uri or
// AssertionConsumerService.
func (s *Service) CallbackURL(choice string) string {
	return s.base.Scheme + "://" + s.base.Host + s.path("/anmelden/zurueck/"+choice, nil)
}

// LoggedOutURL returns the absolute URL that an account service sends people
// back to when they have logged out there too: what to register there as
// post_logout_redirect_uri.
func (s *Service) LoggedOutURL() string {
	return s.base.Scheme + "://" + s.base.Host + s.path("/abmelden/fertig", nil)
}

func (s *Service) path(p string, q url.Values) string {
	u := url.URL{Path: s.base.Path + p, RawQuery: q.Encode()}
	return u.String()
}

// Handler serves /anmelden and /abmelden and what lies below them, under the
// BaseURL's path. Mount it on both; it works whether or not a proxy or
// http.StripPrefix has removed the prefix.
func (s *Service) Handler() http.Handler { return http.HandlerFunc(s.serve) }

func (s *Service) serve(w http.ResponseWriter, r *http.Request) {
	p := r.URL.Path
	// Cut only what leaves one of our paths: the BaseURL itself may end in /anmelden.
	if rest, ok := strings.CutPrefix(p, s.base.Path); ok && (strings.HasPrefix(rest, "/anmelden") || strings.HasPrefix(rest, "/abmelden")) {
		p = rest
	}
	if len(r.URL.RawQuery) > maxQuery {
		s.fail(w, r, http.StatusRequestURITooLong, &LoginError{Reason: Malformed, Detail: "query too long"}, "")
		return
	}
	choice, callback := strings.CutPrefix(p, "/anmelden/zurueck/")
	switch {
	case p == "/anmelden" && allow(w, r, http.MethodGet):
		s.login(w, r)
	case callback && allow(w, r, http.MethodGet, http.MethodPost):
		s.callback(w, r, choice)
	case p == "/anmelden/weiter" && allow(w, r, http.MethodGet):
		s.resume(w, r)
	case p == "/anmelden/stil.css" && allow(w, r, http.MethodGet, http.MethodHead):
		serveStylesheet(w, r)
	case p == "/abmelden" && allow(w, r, http.MethodGet, http.MethodPost):
		s.logout(w, r)
	case p == "/abmelden/fertig" && allow(w, r, http.MethodGet):
		s.loggedOut(w, r)
	case w.Header().Get("Allow") != "":
		s.fail(w, r, http.StatusMethodNotAllowed, &LoginError{Reason: Malformed, Detail: "method not allowed"}, "")
	default:
		s.notFound(w)
	}
}

// allow reports whether the method is one of those listed; if not it sets the
// Allow header. HEAD is refused where GET has effects.
func allow(w http.ResponseWriter, r *http.Request, methods ...string) bool {
	for _, m := range methods {
		if r.Method == m {
			return true
		}
	}
	w.Header().Set("Allow", strings.Join(methods, ", "))
	return false
}

// DeleteExpired removes what is no longer valid, for all tenants of the store,
// and returns how many records went. Call it every few minutes; it may run in
// several processes at once.
func (s *Service) DeleteExpired(ctx context.Context) (int, error) {
	return s.cfg.Store.DeleteExpired(ctx, s.now())
}

// DeleteAccount ends all sessions of one account, by the choice's ID and
// [Account.ID], and returns how many there were. Nothing about the person is
// left in the store afterwards.
func (s *Service) DeleteAccount(ctx context.Context, choice, accountID string) (int, error) {
	a := Account{Provider: choice, ID: accountID}
	return s.cfg.Store.DeleteByOwner(ctx, s.cfg.Tenant, fingerprint(forOwner, a.Key()))
}
