package oidc_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/servicekonto"
	"github.com/bausteine/egov/servicekonto/oidc"
)

func reason(t *testing.T, err error) servicekonto.Reason {
	t.Helper()
	var le *servicekonto.LoginError
	require.True(t, errors.As(err, &le), "%v", err)
	require.Equal(t, "servicekonto: login failed", le.Error())
	require.NotContains(t, le.LogValue().String(), "Mustermann")
	return le.Reason
}

func TestLogin(t *testing.T) {
	r, e := testKeys(t)
	op := newOP(t, r, e)
	a, err := op.run(t, op.provider(t, nil), true, nil)
	require.NoError(t, err)
	require.Equal(t, "s-1", a.ID)
	require.Equal(t, servicekonto.Person, a.Kind)
	require.Equal(t, servicekonto.Hoch, a.Level)
	require.Equal(t, "Online-Ausweis", a.Method)
	require.True(t, op.now.Equal(a.AuthTime))
	got := map[string]string{}
	for _, attr := range a.Attributes {
		got[attr.Name] = fmt.Sprint(attr.Values[0], "/", attr.Trust.String(), "/", attr.Source)
	}
	require.Equal(t, map[string]string{
		"vornamen": "Erika/hoch/Online-Ausweis", "familienname": "Mustermann/hoch/Online-Ausweis", "geburtsdatum": "1964-08-12/hoch/Online-Ausweis",
		"strasse": "Musterstraße/hoch/Online-Ausweis", "hausnummer": "12a/hoch/Online-Ausweis", "postleitzahl": "12345/hoch/Online-Ausweis",
		"ort": "Musterstadt/hoch/Online-Ausweis", "email": "erika.mustermann@example.org/niedrig/Online-Ausweis",
	}, got)
}

func TestStart(t *testing.T) {
	r, e := testKeys(t)
	op := newOP(t, r, e)
	p := op.provider(t, func(c *oidc.Config) { c.Scopes = []string{"profile"} })
	seen := map[string]bool{}
	for range 2 {
		redirect, err := p.Start(t.Context(), servicekonto.StartRequest{Handle: "handle", CallbackURL: callbackURL, MinLevel: servicekonto.Substanziell, Force: true})
		require.NoError(t, err)
		require.Equal(t, http.MethodGet, redirect.Method)
		u, err := url.Parse(redirect.URL)
		require.NoError(t, err)
		q := u.Query()
		for k, v := range map[string]string{
			"response_type": "code", "client_id": "parken", "redirect_uri": callbackURL, "scope": "openid profile", "state": "handle",
			"code_challenge_method": "S256", "prompt": "login", "max_age": "0",
			"acr_values": "http://eidas.europa.eu/LoA/substantial http://eidas.europa.eu/LoA/high",
		} {
			require.Equal(t, v, q.Get(k), k)
		}
		require.Len(t, q.Get("nonce"), 43)
		require.Len(t, q.Get("code_challenge"), 43)
		require.False(t, seen[q.Get("nonce")] || seen[q.Get("code_challenge")])
		seen[q.Get("nonce")], seen[q.Get("code_challenge")] = true, true
		require.NotContains(t, redirect.URL, "geheim")
	}
	require.Equal(t, "state", p.HandleParam())
}

// TestHostileTokens: everything an issuer, or somebody in between, may get
// wrong about the ID token. Each case breaks one thing.
func TestHostileTokens(t *testing.T) {
	r, e := testKeys(t)
	otherRSA, otherEC := testKeys(t)
	set := func(k string, v any) func(*hostileOP) {
		return func(op *hostileOP) { op.claims = func(c map[string]any) { c[k] = v } }
	}
	drop := func(k string) func(*hostileOP) {
		return func(op *hostileOP) { op.claims = func(c map[string]any) { delete(c, k) } }
	}
	now := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name   string
		change func(*hostileOP)
	}{
		{"alg none", func(op *hostileOP) { op.sign = op.unsigned }},
		{"HS256 with the public key", func(op *hostileOP) { op.sign = op.hmac }},
		{"foreign key with our key ID", func(op *hostileOP) {
			op.sign = func(c map[string]any) string { return op.jwt(jose.RS256, otherRSA, "rsa", c) }
		}},
		{"foreign key with its own ID", func(op *hostileOP) {
			op.sign = func(c map[string]any) string { return op.jwt(jose.ES256, otherEC, "new", c) }
		}},
		{"foreign key without ID", func(op *hostileOP) {
			op.sign = func(c map[string]any) string { return op.jwt(jose.ES256, otherEC, "", c) }
		}},
		{"payload changed after signing", func(op *hostileOP) {
			op.sign = func(c map[string]any) string {
				parts := strings.Split(op.good(c), ".")
				c["sub"] = "s-2"
				return parts[0] + "." + strings.Split(op.good(c), ".")[1] + "." + parts[2]
			}
		}},
		{"signature cut off", func(op *hostileOP) {
			op.sign = func(c map[string]any) string { s := op.good(c); return s[:strings.LastIndex(s, ".")+1] }
		}},
		{"JSON serialization", func(op *hostileOP) {
			op.sign = func(c map[string]any) string {
				p := strings.Split(op.good(c), ".")
				return fmt.Sprintf(`{"protected":%q,"payload":%q,"signature":%q}{}`, p[0], p[1], p[2])
			}
		}},
		{"not a JWT", func(op *hostileOP) { op.sign = func(map[string]any) string { return "x" } }},
		{"no ID token", func(op *hostileOP) { op.token = func(a map[string]any) { delete(a, "id_token") } }},
		{"ID token of another type", func(op *hostileOP) { op.token = func(a map[string]any) { a["id_token"] = 7 } }},
		{"token type mac", func(op *hostileOP) { op.token = func(a map[string]any) { a["token_type"] = "mac" } }},
		{"another issuer", set("iss", "https://boese.example")},
		{"issuer with slash", func(op *hostileOP) { op.claims = func(c map[string]any) { c["iss"] = op.srv.URL + "/" } }},
		{"no issuer", drop("iss")},
		{"another audience", set("aud", "andere")},
		{"no audience", drop("aud")},
		{"one more audience", set("aud", []string{"parken", "andere"})},
		{"azp of another client", set("azp", "andere")},
		{"azp empty", set("azp", "")},
		{"another nonce", set("nonce", strings.Repeat("A", 43))},
		{"no nonce", drop("nonce")},
		{"expired", set("exp", now.Add(-time.Second).Unix())},
		{"no expiry", drop("exp")},
		{"expiry not a number", set("exp", "soon")},
		{"issued in the future", set("iat", now.Add(2*time.Minute).Unix())},
		{"no issue time", drop("iat")},
		{"not valid yet", set("nbf", now.Add(time.Hour).Unix())},
		{"no subject", drop("sub")},
		{"empty subject", set("sub", "")},
		{"long subject", set("sub", strings.Repeat("x", 256))},
		{"wrong at_hash", set("at_hash", "AAAAAAAAAAAAAAAAAAAAAA")},
		{"empty at_hash", set("at_hash", "")},
		{"access token exchanged", func(op *hostileOP) { op.token = func(a map[string]any) { a["access_token"] = "other" } }},
		{"auth_time of an old login", set("auth_time", now.Add(-time.Hour).Unix())},
		{"auth_time in the future", set("auth_time", now.Add(time.Hour).Unix())},
		{"no auth_time", drop("auth_time")},
		{"auth_time not a number", set("auth_time", "now")},
		{"unknown acr", set("acr", "urn:mace:incommon:iap:silver")},
		{"acr 0", set("acr", "0")},
		{"acr not a text", set("acr", 4)},
		{"no acr", drop("acr")},
		{"unknown account_type", set("account_type", "robot")},
		{"claims are a list", func(op *hostileOP) {
			op.sign = func(map[string]any) string { return jwtOf(op, []any{1}) }
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			op := newOP(t, r, e)
			op.discovery = withoutUserInfo
			tt.change(op)
			a, err := op.run(t, op.provider(t, nil), true, nil)
			require.Nil(t, a)
			require.Equal(t, servicekonto.Refused, reason(t, err))
		})
	}
	t.Run("the same issuer unchanged is accepted", func(t *testing.T) {
		op := newOP(t, r, e)
		op.discovery = withoutUserInfo
		_, err := op.run(t, op.provider(t, nil), true, nil)
		require.NoError(t, err)
	})
}

// withoutUserInfo leaves the ID token to stand for itself.
func withoutUserInfo(d map[string]any) { delete(d, "userinfo_endpoint") }

func jwtOf(op *hostileOP, v any) string {
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: op.rsa}, nil)
	if err != nil {
		panic(err)
	}
	payload, _ := json.Marshal(v)
	jws, err := s.Sign(payload)
	if err != nil {
		panic(err)
	}
	out, _ := jws.CompactSerialize()
	return out
}

func TestAcceptedVariants(t *testing.T) {
	r, e := testKeys(t)
	for _, tt := range []struct {
		name   string
		change func(*hostileOP)
		config func(*oidc.Config)
	}{
		{"no at_hash", func(op *hostileOP) { op.claims = func(c map[string]any) { delete(c, "at_hash") } }, nil},
		{"audience as list", func(op *hostileOP) { op.claims = func(c map[string]any) { c["aud"] = []string{"parken"} } }, nil},
		{"azp of ours", func(op *hostileOP) { op.claims = func(c map[string]any) { c["azp"] = "parken" } }, nil},
		{"clock a little ahead", func(op *hostileOP) {
			op.claims = func(c map[string]any) { c["iat"] = op.now.Add(50 * time.Second).Unix() }
		}, nil},
		{"ES256", func(op *hostileOP) {
			op.claims = func(c map[string]any) { delete(c, "at_hash") }
			op.sign = func(c map[string]any) string { return op.jwt(jose.ES256, op.ec, "ec", c) }
		}, nil},
		{"PS256", func(op *hostileOP) {
			op.sign = func(c map[string]any) string { return op.jwt(jose.PS256, op.rsa, "", c) }
		}, nil},
		{"UserInfo as JWT", func(op *hostileOP) { op.serveUserInfoJWT(op.good) }, nil},
		{"UserInfo as JWT with iss and aud", func(op *hostileOP) {
			op.userinfo = func(c map[string]any) { c["iss"], c["aud"] = op.srv.URL, []string{"parken"} }
			op.serveUserInfoJWT(op.good)
		}, nil},
		{"own acr table", func(op *hostileOP) { op.claims = func(c map[string]any) { c["acr"] = "gold" } },
			func(c *oidc.Config) { c.ACR = map[string]servicekonto.Level{"gold": servicekonto.Hoch} }},
		{"missing acr allowed", func(op *hostileOP) { op.claims = func(c map[string]any) { delete(c, "acr") } },
			func(c *oidc.Config) { c.AllowMissingACR = servicekonto.Hoch }},
		{"secret in the body", func(*hostileOP) {}, func(c *oidc.Config) { c.SecretInBody = true }},
		{"public client", func(*hostileOP) {}, func(c *oidc.Config) { c.ClientSecret = "" }},
		{"issuer without iss parameter", func(op *hostileOP) {
			op.discovery = func(d map[string]any) { delete(d, "authorization_response_iss_parameter_supported") }
		}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			op := newOP(t, r, e)
			tt.change(op)
			a, err := op.run(t, op.provider(t, tt.config), true, nil)
			require.NoError(t, err)
			require.Equal(t, servicekonto.Hoch, a.Level)
			require.Equal(t, "Mustermann", a.Value(servicekonto.Familienname))
		})
	}
}

func TestAnswerThroughTheBrowser(t *testing.T) {
	r, e := testKeys(t)
	op := newOP(t, r, e)
	for _, tt := range []struct {
		name   string
		answer map[string]string
		want   servicekonto.Reason
	}{
		{"no iss", map[string]string{"iss": ""}, servicekonto.Refused},
		{"iss of another (mix-up)", map[string]string{"iss": "https://boese.example"}, servicekonto.Refused},
		{"iss of another with an error", map[string]string{"iss": "https://boese.example", "error": "access_denied"}, servicekonto.Refused},
		{"no code", map[string]string{"code": ""}, servicekonto.Refused},
		{"cancelled", map[string]string{"error": "access_denied", "error_description": "Erika Mustermann", "code": ""}, servicekonto.Cancelled},
		{"error beside a code", map[string]string{"error": "access_denied"}, servicekonto.Cancelled},
		{"server_error", map[string]string{"error": "server_error", "code": ""}, servicekonto.ProviderFailed},
		{"temporarily_unavailable", map[string]string{"error": "temporarily_unavailable", "code": ""}, servicekonto.Unavailable},
		{"unmet level", map[string]string{"error": "unmet_authentication_requirements", "code": ""}, servicekonto.LevelTooLow},
		{"error with a name in it", map[string]string{"error": "Erika Mustermann", "code": ""}, servicekonto.ProviderFailed},
		{"long error", map[string]string{"error": strings.Repeat("Mustermann", 100), "code": ""}, servicekonto.ProviderFailed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, err := op.run(t, op.provider(t, nil), false, tt.answer)
			require.Nil(t, a)
			require.Equal(t, tt.want, reason(t, err))
		})
	}
	t.Run("state of another provider", func(t *testing.T) {
		for _, state := range []string{"", "{}", "null", `{"nonce":"a"}`, "\xff"} {
			_, err := op.provider(t, nil).Finish(t.Context(), servicekonto.CallbackRequest{State: []byte(state)})
			require.Equal(t, servicekonto.Refused, reason(t, err))
		}
	})
	t.Run("wrong verifier", func(t *testing.T) {
		p := op.provider(t, nil)
		redirect, err := p.Start(t.Context(), servicekonto.StartRequest{Handle: "h", CallbackURL: callbackURL, MinLevel: servicekonto.Hoch})
		require.NoError(t, err)
		_, err = p.Finish(t.Context(), servicekonto.CallbackRequest{CallbackURL: callbackURL, State: redirect.State,
			Params: url.Values{"code": {"c"}, "iss": {op.srv.URL}}})
		require.Equal(t, servicekonto.ProviderFailed, reason(t, err))
	})
}

func TestHostileUserInfo(t *testing.T) {
	r, e := testKeys(t)
	otherRSA, _ := testKeys(t)
	set := func(k string, v any) func(*hostileOP) {
		return func(op *hostileOP) { op.userinfo = func(c map[string]any) { c[k] = v } }
	}
	signed := func(k string, v any) func(*hostileOP) {
		return func(op *hostileOP) { set(k, v)(op); op.serveUserInfoJWT(op.good) }
	}
	raw := func(contentType, text string) func(*hostileOP) {
		return func(op *hostileOP) {
			op.serve["/userinfo"] = func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", contentType)
				_, _ = w.Write([]byte(text))
			}
		}
	}
	for _, tt := range []struct {
		name   string
		change func(*hostileOP)
	}{
		{"another sub", set("sub", "s-2")},
		{"no sub", set("sub", nil)},
		{"name is a number", set("family_name", 5)},
		{"name is an object", set("family_name", map[string]any{"a": "b"})},
		{"name with control character", set("family_name", "Muster\x00mann")},
		{"name too long", set("family_name", strings.Repeat("x", 5000))},
		{"address is a text", set("address", "Musterstraße 12a")},
		{"organisation is a text", set("organisation", "Muster GmbH")},
		{"not JSON", raw("application/json", "<html>")},
		{"two objects", raw("application/json", `{"sub":"s-1"}{"sub":"s-1"}`)},
		{"null", raw("application/json", "null")},
		{"HTML", raw("text/html", `{"sub":"s-1"}`)},
		{"JWT of another key", func(op *hostileOP) {
			op.serveUserInfoJWT(func(c map[string]any) string { return op.jwt(jose.RS256, otherRSA, "rsa", c) })
		}},
		{"JWT with alg none", func(op *hostileOP) { op.serveUserInfoJWT(op.unsigned) }},
		{"JWT with HMAC", func(op *hostileOP) { op.serveUserInfoJWT(op.hmac) }},
		{"JWT of another issuer", signed("iss", "https://boese.example")},
		{"JWT for another client", signed("aud", "andere")},
		{"JWT for others too", signed("aud", []string{"parken", "andere"})},
		{"JWT with another sub", signed("sub", "s-2")},
		{"JWT that is none", raw("application/jwt", "x.y.z")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			op := newOP(t, r, e)
			tt.change(op)
			a, err := op.run(t, op.provider(t, nil), false, nil)
			require.Nil(t, a)
			require.Equal(t, servicekonto.Refused, reason(t, err))
		})
	}
	t.Run("UserInfo cannot say at which level somebody logged in", func(t *testing.T) {
		op := newOP(t, r, e)
		op.claims = func(c map[string]any) { delete(c, "acr"); delete(c, "amr"); delete(c, "auth_time") }
		op.userinfo = func(c map[string]any) {
			c["acr"], c["amr"], c["auth_time"] = servicekonto.Hoch.EIDAS(), []string{"eid"}, op.now.Unix()
		}
		a, err := op.run(t, op.provider(t, nil), false, nil)
		require.Nil(t, a)
		require.Equal(t, servicekonto.Refused, reason(t, err))
		a, err = op.run(t, op.provider(t, func(c *oidc.Config) { c.AllowMissingACR = servicekonto.Niedrig }), false, nil)
		require.NoError(t, err)
		require.Equal(t, servicekonto.Niedrig, a.Level)
		require.Empty(t, a.Method)
		require.Zero(t, a.AuthTime)
	})
	t.Run("UserInfo does not override the ID token", func(t *testing.T) {
		op := newOP(t, r, e)
		op.claims = func(c map[string]any) { c["acr"] = servicekonto.Niedrig.EIDAS() }
		op.userinfo = func(c map[string]any) { c["acr"], c["amr"] = servicekonto.Hoch.EIDAS(), []string{"pwd"} }
		a, err := op.run(t, op.provider(t, nil), false, nil)
		require.NoError(t, err)
		require.Equal(t, servicekonto.Niedrig, a.Level)
		require.Equal(t, "Online-Ausweis", a.Method)
	})
}

func TestClaims(t *testing.T) {
	r, e := testKeys(t)
	op := newOP(t, r, e)
	op.userinfo = func(c map[string]any) {
		c["family_name"] = "Mu\u0308ller" // not in normal form C
		c["given_name"] = ""
		c["email_verified"] = "true" // a text is not a boolean
		c["nationalities"] = []string{"D", "F"}
		c["organisation"] = map[string]any{"name": "Muster GmbH"}
	}
	p := op.provider(t, func(c *oidc.Config) {
		c.Claims = append(oidc.StandardClaims(), oidc.Claim{Name: "nationalities", Attribute: "staatsangehoerigkeit", MaxTrust: servicekonto.TrustSubstanziell})
	})
	a, err := op.run(t, p, false, nil)
	require.NoError(t, err)
	require.Equal(t, servicekonto.Organisation, a.Kind)
	require.Equal(t, "Müller", a.Value(servicekonto.Familienname))
	_, ok := a.Attribute(servicekonto.Vornamen)
	require.False(t, ok)
	require.Equal(t, servicekonto.TrustUntergeordnet, a.Trust(servicekonto.Email))
	nat, _ := a.Attribute("staatsangehoerigkeit")
	require.Equal(t, []string{"D", "F"}, nat.Values)
	require.Equal(t, servicekonto.TrustSubstanziell, nat.Trust)
}
