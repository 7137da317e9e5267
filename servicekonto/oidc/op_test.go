package oidc_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/servicekonto"
	"github.com/bausteine/egov/servicekonto/oidc"
)

const callbackURL = "https://dienste.musterstadt.example/anmelden/zurueck/konto"

// hostileOP is an issuer that is well-behaved until a test changes what it says.
type hostileOP struct {
	srv     *httptest.Server
	rsa     *rsa.PrivateKey
	ec      *ecdsa.PrivateKey
	now     time.Time
	keyHits atomic.Int32

	mu        sync.Mutex
	nonce     string
	challenge string
	// What a test may change:
	discovery func(map[string]any)
	claims    func(map[string]any)                                // of the ID token
	sign      func(claims map[string]any) string                  // nil: RS256 with the good key
	token     func(map[string]any)                                // of the token answer
	userinfo  func(map[string]any)                                // of UserInfo
	serve     map[string]func(http.ResponseWriter, *http.Request) // replaces an endpoint
}

func testKeys(t *testing.T) (*rsa.PrivateKey, *ecdsa.PrivateKey) {
	t.Helper()
	r, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	e, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	return r, e
}

func newOP(t *testing.T, r *rsa.PrivateKey, e *ecdsa.PrivateKey) *hostileOP {
	t.Helper()
	op := &hostileOP{rsa: r, ec: e, now: time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC), serve: map[string]func(http.ResponseWriter, *http.Request){}}
	mux := http.NewServeMux()
	for path, h := range map[string]http.HandlerFunc{
		"/.well-known/openid-configuration": op.doDiscovery, "/jwks": op.doKeys, "/token": op.doToken, "/userinfo": op.doUserInfo,
	} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			if f := op.serve[path]; f != nil {
				f(w, r)
				return
			}
			h(w, r)
		})
	}
	op.srv = httptest.NewServer(mux)
	t.Cleanup(op.srv.Close)
	return op
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

func (op *hostileOP) doDiscovery(w http.ResponseWriter, _ *http.Request) {
	u := op.srv.URL
	doc := map[string]any{"issuer": u, "authorization_endpoint": u + "/authorize", "token_endpoint": u + "/token", "jwks_uri": u + "/jwks",
		"userinfo_endpoint": u + "/userinfo", "end_session_endpoint": u + "/end?x=1", "authorization_response_iss_parameter_supported": true,
		"id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"}}
	if op.discovery != nil {
		op.discovery(doc)
	}
	writeJSON(w, doc)
}

func (op *hostileOP) doKeys(w http.ResponseWriter, _ *http.Request) {
	op.keyHits.Add(1)
	writeJSON(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{
		{Key: op.rsa.Public(), KeyID: "rsa", Algorithm: "RS256", Use: "sig"}, {Key: op.ec.Public(), KeyID: "ec", Algorithm: "ES256", Use: "sig"},
	}})
}

func (op *hostileOP) jwt(alg jose.SignatureAlgorithm, key any, kid string, claims map[string]any) string {
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: jose.JSONWebKey{Key: key, KeyID: kid}}, nil)
	if err != nil {
		panic(err)
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		panic(err)
	}
	jws, err := s.Sign(payload)
	if err != nil {
		panic(err)
	}
	out, err := jws.CompactSerialize()
	if err != nil {
		panic(err)
	}
	return out
}

func (op *hostileOP) good(claims map[string]any) string {
	return op.jwt(jose.RS256, op.rsa, "rsa", claims)
}

// unsigned is a JWT with alg none.
func (op *hostileOP) unsigned(claims map[string]any) string {
	payload, _ := json.Marshal(claims)
	return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + base64.RawURLEncoding.EncodeToString(payload) + "."
}

// hmac signs with the public key as secret, in PEM, as careless libraries take it.
func (op *hostileOP) hmac(claims map[string]any) string {
	der, err := x509.MarshalPKIXPublicKey(op.rsa.Public())
	if err != nil {
		panic(err)
	}
	return op.jwt(jose.HS256, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), "rsa", claims)
}

func (op *hostileOP) doToken(w http.ResponseWriter, r *http.Request) {
	op.mu.Lock()
	defer op.mu.Unlock()
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	if base64.RawURLEncoding.EncodeToString(sum[:]) != op.challenge || r.FormValue("redirect_uri") != callbackURL {
		w.WriteHeader(http.StatusBadRequest)
		writeJSON(w, map[string]any{"error": "invalid_grant", "error_description": "Erika Mustermann"})
		return
	}
	hash := crypto.SHA256.New()
	hash.Write([]byte("access"))
	claims := map[string]any{"iss": op.srv.URL, "sub": "s-1", "aud": "parken", "iat": op.now.Unix(), "exp": op.now.Add(5 * time.Minute).Unix(),
		"auth_time": op.now.Unix(), "nonce": op.nonce, "acr": servicekonto.Hoch.EIDAS(), "amr": []string{"eid"},
		"at_hash": base64.RawURLEncoding.EncodeToString(hash.Sum(nil)[:16])}
	if op.claims != nil {
		op.claims(claims)
	}
	sign := op.sign
	if sign == nil {
		sign = op.good
	}
	answer := map[string]any{"access_token": "access", "token_type": "Bearer", "expires_in": 60, "id_token": sign(claims)}
	if op.token != nil {
		op.token(answer)
	}
	writeJSON(w, answer)
}

func (op *hostileOP) userClaims() map[string]any {
	claims := map[string]any{"sub": "s-1", "given_name": "Erika", "family_name": "Mustermann", "birthdate": "1964-08-12",
		"email": "erika.mustermann@example.org", "email_verified": true,
		"address": map[string]any{"street": "Musterstraße", "house_number": "12a", "postal_code": "12345", "locality": "Musterstadt"}}
	if op.userinfo != nil {
		op.userinfo(claims)
	}
	return claims
}

func (op *hostileOP) doUserInfo(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer access" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	writeJSON(w, op.userClaims())
}

func (op *hostileOP) serveUserInfoJWT(sign func(map[string]any) string) {
	op.serve["/userinfo"] = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/jwt; charset=utf-8")
		_, _ = w.Write([]byte(sign(op.userClaims())))
	}
}

func (op *hostileOP) provider(t *testing.T, change func(*oidc.Config)) *oidc.Provider {
	t.Helper()
	cfg := oidc.Config{Issuer: op.srv.URL, ClientID: "parken", ClientSecret: "geheim", Now: func() time.Time { return op.now }}
	if change != nil {
		change(&cfg)
	}
	p, err := oidc.New(cfg)
	require.NoError(t, err)
	return p
}

// run goes through a login; answer changes the parameters of the redirect back.
func (op *hostileOP) run(t *testing.T, p *oidc.Provider, force bool, answer map[string]string) (*servicekonto.Account, error) {
	t.Helper()
	redirect, err := p.Start(t.Context(), servicekonto.StartRequest{Handle: "handle", CallbackURL: callbackURL, MinLevel: servicekonto.Substanziell, Force: force})
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(redirect.URL)
	require.NoError(t, err)
	op.mu.Lock()
	op.nonce, op.challenge = u.Query().Get("nonce"), u.Query().Get("code_challenge")
	op.mu.Unlock()
	params := map[string]string{"code": "code", "state": "handle", "iss": op.srv.URL}
	maps.Copy(params, answer)
	values := url.Values{}
	for k, v := range params {
		if v != "" {
			values.Set(k, v)
		}
	}
	return p.Finish(t.Context(), servicekonto.CallbackRequest{CallbackURL: callbackURL, MinLevel: servicekonto.Substanziell, Force: force, Params: values, State: redirect.State})
}
