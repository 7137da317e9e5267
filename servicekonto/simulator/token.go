package simulator

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/bausteine/egov/servicekonto"
)

// access is the content of an access token.
type access struct {
	Client  string    `json:"c"`
	Citizen string    `json:"u"`
	Scope   string    `json:"o"`
	Expires time.Time `json:"e"`
}

// acr and amr of each level.
func acrValues() []string {
	return []string{servicekonto.Niedrig.EIDAS(), servicekonto.Substanziell.EIDAS(), servicekonto.Hoch.EIDAS()}
}

func amr(l servicekonto.Level) []string {
	switch l {
	case servicekonto.Hoch:
		return []string{"eid"}
	case servicekonto.Substanziell:
		return []string{"elster"}
	default:
		return []string{"pwd"}
	}
}

func isChallenge(s string) bool {
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	return err == nil && len(b) == sha256.Size
}

// isVerifier: 43 to 128 unreserved characters (RFC 7636, 4.1).
func isVerifier(s string) bool {
	const unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
	return len(s) >= 43 && len(s) <= 128 && strings.Trim(s, unreserved) == ""
}

// readForm reads a posted form; problem is "" if it can be used.
func readForm(w http.ResponseWriter, r *http.Request) (form url.Values, status int, problem string) {
	if ct, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || ct != "application/x-www-form-urlencoded" {
		return nil, http.StatusUnsupportedMediaType, "the body is not a form"
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		var tooBig *http.MaxBytesError
		if errors.As(err, &tooBig) {
			return nil, http.StatusRequestEntityTooLarge, "the body is too large"
		}
		return nil, http.StatusBadRequest, "the body cannot be read"
	}
	form, problem = single(string(body))
	return form, http.StatusBadRequest, problem
}

func (s *Simulator) tokenError(w http.ResponseWriter, r *http.Request, status int, code, description string) {
	s.log.WarnContext(r.Context(), "token request refused", "error", code, "description", description)
	if code == "invalid_client" {
		w.Header().Set("WWW-Authenticate", `Basic realm="simulator"`)
	}
	s.json(w, status, map[string]string{"error": code, "error_description": description})
}

// client authenticates the client of a token request, by exactly one method
// (RFC 6749, 2.3).
func (s *Simulator) client(r *http.Request, form url.Values) (*Client, string) {
	id, secret, basic := r.BasicAuth()
	if basic {
		if form.Has("client_secret") {
			return nil, "two ways of client authentication"
		}
		var err1, err2 error
		id, err1 = url.QueryUnescape(id)
		secret, err2 = url.QueryUnescape(secret)
		if err1 != nil || err2 != nil || (form.Has("client_id") && form.Get("client_id") != id) {
			return nil, "client authentication cannot be read"
		}
	} else {
		id, secret = form.Get("client_id"), form.Get("client_secret")
	}
	c, ok := s.clients[id]
	if !ok || subtle.ConstantTimeCompare([]byte(c.Secret), []byte(secret)) != 1 {
		return nil, "client is unknown or its secret wrong"
	}
	return &c, ""
}

// token redeems a code.
func (s *Simulator) token(w http.ResponseWriter, r *http.Request) {
	form, status, problem := readForm(w, r)
	if problem != "" {
		s.tokenError(w, r, status, "invalid_request", problem)
		return
	}
	c, problem := s.client(r, form)
	if problem != "" {
		s.tokenError(w, r, http.StatusUnauthorized, "invalid_client", problem)
		return
	}
	if g := form.Get("grant_type"); g != "authorization_code" {
		code := "unsupported_grant_type"
		if g == "" {
			code = "invalid_request"
		}
		s.tokenError(w, r, http.StatusBadRequest, code, "grant_type must be authorization_code")
		return
	}
	var g grant
	if err := s.keys.open("code", form.Get("code"), &g); err != nil || g.Client != c.ID {
		s.tokenError(w, r, http.StatusBadRequest, "invalid_grant", "the code was not issued to this client")
		return
	}
	if problem := s.redeemable(&g, form); problem != "" {
		s.tokenError(w, r, http.StatusBadRequest, "invalid_grant", problem)
		return
	}
	s.issue(w, r, &g)
}

// redeemable checks a code of this client; whatever the outcome, it is used up.
func (s *Simulator) redeemable(g *grant, form url.Values) string {
	first := s.redeem(g.ID, g.Expires)
	sum := sha256.Sum256([]byte(form.Get("code_verifier")))
	challenge := base64.RawURLEncoding.EncodeToString(sum[:])
	switch {
	case !first:
		return "the code has been used"
	case !g.Expires.After(s.now()):
		return "the code has expired"
	case form.Get("redirect_uri") != g.Redirect:
		return "redirect_uri is not that of the authorization request"
	case !isVerifier(form.Get("code_verifier")) || subtle.ConstantTimeCompare([]byte(challenge), []byte(g.PKCE)) != 1:
		return "code_verifier does not match"
	case s.citizen(g.Citizen) == nil:
		return "the test account is gone"
	}
	return ""
}

func (s *Simulator) issue(w http.ResponseWriter, r *http.Request, g *grant) {
	now := s.now()
	token, err := s.keys.seal("access", access{Client: g.Client, Citizen: g.Citizen, Scope: g.Scope, Expires: now.Add(tokenTime)})
	if err != nil {
		s.tokenError(w, r, http.StatusInternalServerError, "server_error", "no access token")
		return
	}
	hash := sha256.Sum256([]byte(token))
	claims := map[string]any{
		"iss": s.issuer.String(), "sub": subject(g.Client, g.Citizen), "aud": g.Client, "iat": now.Unix(),
		"exp": now.Add(tokenTime).Unix(), "auth_time": g.AuthTime.Unix(), "acr": g.Level.EIDAS(), "amr": amr(g.Level), "account_type": "person",
		"at_hash": base64.RawURLEncoding.EncodeToString(hash[:16]),
	}
	if g.Nonce != "" {
		claims["nonce"] = g.Nonce
	}
	if s.citizen(g.Citizen).Organisation != nil {
		claims["account_type"] = "organisation"
	}
	id, err := s.keys.sign(claims)
	if err != nil {
		s.tokenError(w, r, http.StatusInternalServerError, "server_error", "no ID token")
		return
	}
	s.json(w, http.StatusOK, map[string]any{
		"access_token": token, "token_type": "Bearer", "expires_in": int(tokenTime / time.Second), "id_token": id, "scope": g.Scope,
	})
}

// subject is pairwise: another for each client.
func subject(client, citizen string) string {
	sum := sha256.Sum256([]byte("egov simulator subject\x00" + client + "\x00" + citizen))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// userinfo answers with the claims of the access token's scopes.
func (s *Simulator) userinfo(w http.ResponseWriter, r *http.Request) {
	var a access
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		w.Header().Set("WWW-Authenticate", `Bearer realm="simulator"`)
		s.json(w, http.StatusUnauthorized, map[string]string{"error": "invalid_request"})
		return
	}
	err := s.keys.open("access", token, &a)
	c := s.citizen(a.Citizen)
	if err != nil || c == nil || !a.Expires.After(s.now()) {
		w.Header().Set("WWW-Authenticate", `Bearer realm="simulator", error="invalid_token"`)
		s.json(w, http.StatusUnauthorized, map[string]string{"error": "invalid_token"})
		return
	}
	claims := c.claims(a.Scope)
	claims["sub"] = subject(a.Client, a.Citizen)
	if !s.signed {
		s.json(w, http.StatusOK, claims)
		return
	}
	claims["iss"], claims["aud"] = s.issuer.String(), a.Client
	jwt, err := s.keys.sign(claims)
	if err != nil {
		s.json(w, http.StatusInternalServerError, map[string]string{"error": "server_error"})
		return
	}
	w.Header().Set("Content-Type", "application/jwt")
	_, _ = w.Write([]byte(jwt))
}

// endSession takes a person back after logout (OpenID Connect RP-Initiated
// Logout 1.0). There is no session here that could end.
func (s *Simulator) endSession(w http.ResponseWriter, r *http.Request) {
	q, problem := single(r.URL.RawQuery)
	if problem != "" {
		s.message(w, http.StatusBadRequest, "Fehlerhafte Anfrage", "Die übermittelten Angaben sind nicht lesbar.")
		return
	}
	back := q.Get("post_logout_redirect_uri")
	if back == "" {
		s.message(w, http.StatusOK, "Abgemeldet", "Der Simulator kennt keine Sitzung. Jede Anmeldung fragt neu.")
		return
	}
	c, ok := s.clients[q.Get("client_id")]
	u, err := url.Parse(back)
	if !ok || !contains(c.PostLogoutRedirectURIs, back) || err != nil {
		s.message(w, http.StatusBadRequest, "Fehlerhafte Anfrage", "Der Dienst, von dem Sie kommen, hat eine Rückkehradresse genannt, die nicht eingetragen ist.")
		return
	}
	if q.Has("state") {
		v := u.Query()
		v.Set("state", q.Get("state"))
		u.RawQuery = v.Encode()
	}
	http.Redirect(w, r, u.String(), http.StatusSeeOther)
}
