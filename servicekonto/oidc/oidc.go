package oidc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	gooidc "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/bausteine/egov/servicekonto"
)

// Config describes the client at its issuer. Issuer and ClientID are required.
type Config struct {
	// Issuer is the issuer's identifier, exactly as its discovery document has it.
	Issuer string
	// ClientID and ClientSecret are what the issuer registered. Without a secret
	// the client is public and only PKCE protects the code.
	ClientID, ClientSecret string
	// SecretInBody sends the secret as client_secret_post; the default is
	// client_secret_basic.
	SecretInBody bool
	// Scopes are asked for beside "openid"; nil asks for profile, email and
	// address. Ask for no more than the service needs.
	Scopes []string
	// Claims says which claims become attributes; nil is [StandardClaims].
	Claims []Claim
	// ACR maps values of acr to levels; nil is [servicekonto.ParseLevel]. A value
	// that is not in the table is refused.
	ACR map[string]servicekonto.Level
	// AllowMissingACR is the level of a login whose ID token has no acr. The zero
	// value refuses it. Damage: whatever the account let in has this level.
	AllowMissingACR servicekonto.Level
	// ACRValues are sent as acr_values for a level; nil sends its eIDAS name and
	// those above it.
	ACRValues map[servicekonto.Level][]string
	// Methods maps values of amr to German texts; nil is [StandardMethods].
	Methods map[string]string
	// Algorithms are the accepted signature algorithms of tokens; nil is RS256,
	// PS256, ES256 and their longer siblings, and EdDSA. "none" and HMAC are
	// refused whatever this says.
	Algorithms []string
	// Client is the HTTP client; nil is a new one. Its timeout, if zero, becomes
	// Timeout. It follows no redirects.
	Client *http.Client
	// Timeout bounds each request to the issuer; zero is 10 seconds.
	Timeout time.Duration
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// skew is how far the issuer's clock may be ahead of ours.
const skew = time.Minute

// rediscover is how long a discovery document is used; if fetching a new one
// fails, the old one stays.
const rediscover = 24 * time.Hour

// retryDiscovery keeps people who arrive while the issuer is down from waiting
// one after another.
const retryDiscovery = time.Second

// Provider is a [servicekonto.Provider] for one issuer.
type Provider struct {
	cfg    Config
	client *http.Client
	algs   []string
	now    func() time.Time

	mu       sync.Mutex
	meta     *metadata
	failure  error // of the last discovery, at failedAt
	failedAt time.Time
}

var (
	_ servicekonto.Provider       = (*Provider)(nil)
	_ servicekonto.LogoutProvider = (*Provider)(nil)
)

// metadata is what discovery told.
type metadata struct {
	oauth      oauth2.Config
	verifier   *gooidc.IDTokenVerifier
	keys       gooidc.KeySet
	userInfo   string
	endSession string
	issParam   bool // RFC 9207: answers carry iss
	fetched    time.Time
}

// New checks the configuration. It does not ask the issuer.
func New(cfg Config) (*Provider, error) {
	if cfg.ClientID == "" {
		return nil, errors.New("oidc: ClientID is missing")
	}
	if err := checkURL(cfg.Issuer, true); err != nil {
		return nil, fmt.Errorf("oidc: Issuer: %w", err)
	}
	p := &Provider{cfg: cfg, algs: cfg.Algorithms, now: cfg.Now}
	if p.algs == nil {
		p.algs = asymmetric()
	}
	for _, a := range p.algs {
		if !slices.Contains(asymmetric(), a) {
			return nil, fmt.Errorf("oidc: algorithm %q is not an asymmetric signature", a)
		}
	}
	for acr, l := range cfg.ACR {
		if !l.Known() {
			return nil, fmt.Errorf("oidc: ACR %q: %w", acr, servicekonto.ErrUnknownLevel)
		}
	}
	if p.cfg.Scopes == nil {
		p.cfg.Scopes = []string{"profile", "email", "address"}
	}
	if p.cfg.Claims == nil {
		p.cfg.Claims = StandardClaims()
	}
	if p.cfg.Methods == nil {
		p.cfg.Methods = StandardMethods()
	}
	if p.now == nil {
		p.now = time.Now
	}
	p.client = boundedClient(cfg.Client, cfg.Timeout)
	return p, nil
}

func asymmetric() []string {
	return []string{
		gooidc.RS256, gooidc.RS384, gooidc.RS512, gooidc.PS256, gooidc.PS384, gooidc.PS512,
		gooidc.ES256, gooidc.ES384, gooidc.ES512, gooidc.EdDSA,
	}
}

// HandleParam implements [servicekonto.Provider].
func (p *Provider) HandleParam() string { return "state" }

// loginState is what Finish must know of Start.
type loginState struct {
	Nonce    string    `json:"nonce"`
	Verifier string    `json:"verifier"`
	Started  time.Time `json:"started"`
}

// Start implements [servicekonto.Provider].
func (p *Provider) Start(ctx context.Context, req servicekonto.StartRequest) (*servicekonto.Redirect, error) {
	m, err := p.discover(ctx)
	if err != nil {
		return nil, err
	}
	st := loginState{Nonce: oauth2.GenerateVerifier(), Verifier: oauth2.GenerateVerifier(), Started: p.now()}
	state, err := json.Marshal(st)
	if err != nil {
		return nil, err
	}
	options := []oauth2.AuthCodeOption{gooidc.Nonce(st.Nonce), oauth2.S256ChallengeOption(st.Verifier)}
	if acr := p.acrValues(req.MinLevel); acr != "" {
		options = append(options, oauth2.SetAuthURLParam("acr_values", acr))
	}
	if req.Force {
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
	}
	oauth := m.oauth
	oauth.RedirectURL = req.CallbackURL
	return &servicekonto.Redirect{Method: http.MethodGet, URL: oauth.AuthCodeURL(req.Handle, options...), State: state}, nil
}

// Finish implements [servicekonto.Provider].
func (p *Provider) Finish(ctx context.Context, req servicekonto.CallbackRequest) (*servicekonto.Account, error) {
	var st loginState
	if err := json.Unmarshal(req.State, &st); err != nil || st.Nonce == "" || st.Verifier == "" {
		return nil, refused("stored state cannot be read", err)
	}
	m, err := p.discover(ctx)
	if err != nil {
		return nil, err
	}
	if err := p.checkAnswer(m, req.Params); err != nil {
		return nil, err
	}
	oauth := m.oauth
	oauth.RedirectURL = req.CallbackURL
	token, err := oauth.Exchange(gooidc.ClientContext(ctx, p.client), req.Params.Get("code"), oauth2.VerifierOption(st.Verifier))
	if err != nil {
		return nil, tokenError(err)
	}
	claims, err := p.verify(ctx, m, token, &st, req.Force)
	if err != nil {
		return nil, err
	}
	if err := p.addUserInfo(ctx, m, token, claims); err != nil {
		return nil, err
	}
	return p.account(claims)
}

// checkAnswer looks at what came back through the browser.
func (p *Provider) checkAnswer(m *metadata, params url.Values) error {
	// RFC 9207, 2.4: compare iss before anything else is believed, also in errors.
	if iss, ok := params["iss"]; (ok && iss[0] != p.cfg.Issuer) || (!ok && m.issParam) {
		return refused("iss of the answer is missing or another issuer's", nil)
	}
	if code := params.Get("error"); code != "" {
		le := &servicekonto.LoginError{Reason: servicekonto.ProviderFailed, Detail: "error answer", StatusDetail: errorCode(code)}
		switch code {
		case "access_denied":
			le.Reason = servicekonto.Cancelled
		case "temporarily_unavailable":
			le.Reason = servicekonto.Unavailable
		case "unmet_authentication_requirements":
			le.Reason = servicekonto.LevelTooLow
		}
		return le
	}
	if params.Get("code") == "" {
		return refused("answer without code and without error", nil)
	}
	return nil
}

// errorCode keeps a code of RFC 6749, 4.1.2.1, for the log: its characters, and
// not more than such codes have.
func errorCode(s string) string {
	if len(s) > 64 {
		return "(too long)"
	}
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' && r != '-' && r != '.' {
			return "(malformed)"
		}
	}
	return s
}

func tokenError(err error) error {
	var re *oauth2.RetrieveError
	if errors.As(err, &re) {
		return &servicekonto.LoginError{Reason: servicekonto.ProviderFailed, Detail: "token endpoint refused the code", StatusDetail: errorCode(re.ErrorCode), Err: err}
	}
	return unavailable("token endpoint", err)
}

func refused(detail string, err error) error {
	return &servicekonto.LoginError{Reason: servicekonto.Refused, Detail: detail, Err: err}
}

func unavailable(detail string, err error) error {
	return &servicekonto.LoginError{Reason: servicekonto.Unavailable, Detail: detail, Err: err}
}

// LogoutURL implements [servicekonto.LogoutProvider] by OpenID Connect
// RP-Initiated Logout 1.0; "" if the issuer names no end_session_endpoint.
func (p *Provider) LogoutURL(ctx context.Context, returnURL string) (string, error) {
	m, err := p.discover(ctx)
	if err != nil || m.endSession == "" {
		return "", err
	}
	u, err := url.Parse(m.endSession)
	if err != nil {
		return "", unavailable("end_session_endpoint", err)
	}
	q := u.Query()
	q.Set("client_id", p.cfg.ClientID)
	q.Set("post_logout_redirect_uri", returnURL)
	u.RawQuery = q.Encode()
	return u.String(), nil
}
