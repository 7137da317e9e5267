package simulator

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/bausteine/egov/internal/loopback"
)

// Lifetimes of what the simulator issues.
const (
	requestTime = 15 * time.Minute // a person on the log-in page
	codeTime    = time.Minute
	tokenTime   = 5 * time.Minute
)

// Limits on what a request may hold.
const (
	maxQuery = 8 << 10
	maxBody  = 64 << 10
)

// Client is a service that may send people here.
type Client struct {
	// ID and Secret are what the client authenticates with; both are required.
	ID, Secret string
	// RedirectURIs are compared exactly; at least one.
	RedirectURIs []string
	// PostLogoutRedirectURIs are compared exactly; may be empty.
	PostLogoutRedirectURIs []string
}

// Options configure a [Simulator]. Issuer and Clients are required.
type Options struct {
	// Issuer is the URL of the simulator with its path prefix, without a final
	// slash: "http://127.0.0.1:8080/simulator".
	Issuer  string
	Clients []Client
	// Citizens are the test accounts; nil takes [Citizens].
	Citizens []Citizen
	// Key is 32 secret bytes from which the signing key and the keys of codes
	// and tokens are derived, so that they outlive a restart; nil is random.
	Key []byte
	// SignedUserInfo answers UserInfo requests with a signed JWT instead of JSON.
	SignedUserInfo bool
	// Now is the clock; nil is time.Now.
	Now func() time.Time
	// Logger gets a line per log-in and refusal; nil discards.
	Logger *slog.Logger
	// InsecureAllowNetwork answers requests that reach other addresses than
	// loopback, for containers. Damage: whoever reaches the port is logged in
	// as anybody.
	InsecureAllowNetwork bool
}

// Simulator is the provider as an [http.Handler]. It is safe for concurrent use.
type Simulator struct {
	issuer   *url.URL
	clients  map[string]Client
	citizens []Citizen
	keys     *keys
	signed   bool
	network  bool
	now      func() time.Time
	log      *slog.Logger
	tmpl     *template.Template

	mu   sync.Mutex
	used map[string]time.Time // codes redeemed, until they expire
}

// New checks the options and derives the keys.
func New(o Options) (*Simulator, error) {
	s := &Simulator{
		clients: map[string]Client{}, citizens: o.Citizens, signed: o.SignedUserInfo, network: o.InsecureAllowNetwork,
		now: o.Now, log: o.Logger, used: map[string]time.Time{},
	}
	u, err := url.Parse(o.Issuer)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || u.RawQuery != "" || u.Fragment != "" || strings.HasSuffix(o.Issuer, "/") {
		return nil, errors.New("simulator: Issuer must be an http(s) URL without query and final slash")
	}
	s.issuer = u
	if err := s.setClients(o.Clients); err != nil {
		return nil, err
	}
	if s.citizens == nil {
		s.citizens = Citizens()
	}
	seen := map[string]bool{}
	for i := range s.citizens {
		c := &s.citizens[i]
		if !c.valid() || seen[c.ID] {
			return nil, fmt.Errorf("simulator: citizen %d is incomplete or repeated", i)
		}
		seen[c.ID] = true
	}
	key := o.Key
	if key == nil {
		key = make([]byte, 32)
		_, _ = rand.Read(key)
	}
	if s.keys, err = deriveKeys(key); err != nil {
		return nil, err
	}
	if s.tmpl, err = template.New("seite").Parse(pageTemplate); err != nil {
		return nil, fmt.Errorf("simulator: page template: %w", err)
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	return s, nil
}

func (s *Simulator) setClients(clients []Client) error {
	for _, c := range clients {
		if _, ok := s.clients[c.ID]; ok || c.ID == "" || c.Secret == "" || len(c.RedirectURIs) == 0 {
			return fmt.Errorf("simulator: client %q is incomplete or repeated", c.ID)
		}
		for _, r := range append(append([]string(nil), c.RedirectURIs...), c.PostLogoutRedirectURIs...) {
			if u, err := url.Parse(r); err != nil || u.Host == "" || u.Fragment != "" || (u.Scheme != "http" && u.Scheme != "https") {
				return fmt.Errorf("simulator: client %q has a redirect URI that is no absolute http(s) URL", c.ID)
			}
		}
		s.clients[c.ID] = c
	}
	if len(s.clients) == 0 {
		return errors.New("simulator: there is no client")
	}
	return nil
}

// ServeHTTP answers below the issuer's path; it also works behind
// http.StripPrefix.
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("X-Simulator", "egov servicekonto/simulator; fictional test accounts only")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	if !s.network && (!local(r) || !s.named(r)) {
		s.message(w, http.StatusForbidden, "Nur auf diesem Rechner", "Der Simulator antwortet nur auf Verbindungen vom selben Rechner.")
		return
	}
	if len(r.URL.RawQuery) > maxQuery {
		s.message(w, http.StatusRequestURITooLong, "Anfrage zu lang", "Die Adresse ist zu lang.")
		return
	}
	p := r.URL.Path
	if rest, ok := strings.CutPrefix(p, s.issuer.Path); ok && (rest == "" || rest[0] == '/') {
		p = rest
	}
	handler, methods := s.route(p)
	if handler == nil {
		s.message(w, http.StatusNotFound, "Seite nicht gefunden", "Diese Seite gibt es im Simulator nicht.")
		return
	}
	for _, m := range strings.Fields(methods) {
		if r.Method == m {
			handler(w, r)
			return
		}
	}
	h.Set("Allow", strings.ReplaceAll(methods, " ", ", "))
	s.message(w, http.StatusMethodNotAllowed, "Methode nicht erlaubt", "Diese Adresse nimmt solche Anfragen nicht an.")
}

// route returns the handler of a path and the methods it takes.
func (s *Simulator) route(p string) (h http.HandlerFunc, methods string) {
	switch p {
	case "/.well-known/openid-configuration":
		return s.discovery, "GET HEAD"
	case "/jwks":
		return s.jwks, "GET HEAD"
	case "/authorize":
		return s.authorize, "GET"
	case "/anmelden":
		return s.decide, "POST"
	case "/token":
		return s.token, "POST"
	case "/userinfo":
		return s.userinfo, "GET POST"
	case "/end_session":
		return s.endSession, "GET"
	case "/stil.css":
		return s.stylesheet, "GET HEAD"
	case "/", "":
		return s.index, "GET HEAD"
	}
	return nil, ""
}

// local reports whether the connection came in on a loopback address.
func local(r *http.Request) bool {
	addr, ok := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
	return ok && addr.IP.IsLoopback()
}

// named reports whether a request names us: by the host of the issuer or by
// that of a loopback address. A name of somebody else's that leads here (DNS
// rebinding) would let that site's scripts log people in.
func (s *Simulator) named(r *http.Request) bool {
	host := strings.ToLower((&url.URL{Host: r.Host}).Hostname())
	return host != "" && (host == strings.ToLower(s.issuer.Hostname()) || loopback.Host(host))
}

func (s *Simulator) url(p string) string { return s.issuer.String() + p }

func (s *Simulator) discovery(w http.ResponseWriter, _ *http.Request) {
	doc := map[string]any{
		"issuer": s.issuer.String(), "authorization_endpoint": s.url("/authorize"), "token_endpoint": s.url("/token"),
		"userinfo_endpoint": s.url("/userinfo"), "jwks_uri": s.url("/jwks"), "end_session_endpoint": s.url("/end_session"),
		"response_types_supported": []string{"code"}, "response_modes_supported": []string{"query"},
		"grant_types_supported": []string{"authorization_code"}, "subject_types_supported": []string{"pairwise"},
		"id_token_signing_alg_values_supported":          []string{"ES256"},
		"scopes_supported":                               []string{"openid", "profile", "email", "address", "organisation"},
		"token_endpoint_auth_methods_supported":          []string{"client_secret_basic", "client_secret_post"},
		"code_challenge_methods_supported":               []string{"S256"},
		"authorization_response_iss_parameter_supported": true,
		"acr_values_supported":                           acrValues(),
		"claims_supported": []string{"sub", "acr", "account_type", "amr", "auth_time", "given_name", "family_name", "birth_family_name",
			"birthdate", "address", "email", "email_verified", "organisation"},
		"claims_parameter_supported": false, "request_parameter_supported": false, "request_uri_parameter_supported": false,
		"ui_locales_supported": []string{"de"},
	}
	if s.signed {
		doc["userinfo_signing_alg_values_supported"] = []string{"ES256"}
	}
	s.json(w, http.StatusOK, doc)
}

func (s *Simulator) jwks(w http.ResponseWriter, _ *http.Request) {
	s.json(w, http.StatusOK, s.keys.public)
}

func (s *Simulator) json(w http.ResponseWriter, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		http.Error(w, "internal error", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// redeem marks a code as used; false if it was already.
func (s *Simulator) redeem(id string, until time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	for k, exp := range s.used {
		if exp.Before(now) {
			delete(s.used, k)
		}
	}
	if _, ok := s.used[id]; ok {
		return false
	}
	s.used[id] = until
	return true
}

func (s *Simulator) citizen(id string) *Citizen {
	for i := range s.citizens {
		if s.citizens[i].ID == id {
			return &s.citizens[i]
		}
	}
	return nil
}
