package oidc

import (
	"bytes"
	"context"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"

	gooidc "github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	"golang.org/x/oauth2"
)

// claimSet is the decoded claims of the ID token, later with those of UserInfo.
type claimSet map[string]any

func (c claimSet) text(name string) string { s, _ := c[name].(string); return s }

func decodeClaims(b []byte) (claimSet, error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var c claimSet
	if err := d.Decode(&c); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF || c == nil {
		return nil, fmt.Errorf("not one JSON object")
	}
	return c, nil
}

// verify checks the token answer (OpenID Connect Core 1.0, 3.1.3.3 to 3.1.3.8).
func (p *Provider) verify(ctx context.Context, m *metadata, token *oauth2.Token, st *loginState, force bool) (claimSet, error) {
	raw, _ := token.Extra("id_token").(string)
	if raw == "" || token.Type() != "Bearer" {
		return nil, refused("token answer without ID token or not of type Bearer", nil)
	}
	id, err := m.verifier.Verify(ctx, raw)
	if err != nil {
		return nil, refused("ID token: signature, algorithm, issuer, audience or time", err)
	}
	var payload json.RawMessage
	if err := id.Claims(&payload); err != nil {
		return nil, refused("ID token: claims", err)
	}
	claims, err := decodeClaims(payload)
	if err != nil {
		return nil, refused("ID token: claims", err)
	}
	now := p.now()
	azp, hasAZP := claims["azp"]
	switch {
	case subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(st.Nonce)) != 1:
		return nil, refused("ID token: nonce", nil)
	case len(id.Audience) != 1:
		return nil, refused("ID token: other audiences beside this client", nil)
	case hasAZP && azp != p.cfg.ClientID:
		return nil, refused("ID token: azp", nil)
	case id.Subject == "" || len(id.Subject) > 255:
		return nil, refused("ID token: sub", nil)
	case id.IssuedAt.Unix() <= 0 || id.IssuedAt.After(now.Add(skew)):
		return nil, refused("ID token: iat", nil)
	}
	if id.AccessTokenHash != "" {
		if err := id.VerifyAccessToken(token.AccessToken); err != nil {
			return nil, refused("ID token: at_hash", err)
		}
	} else if _, ok := claims["at_hash"]; ok {
		return nil, refused("ID token: at_hash", nil)
	}
	if at := authTime(claims); force && (at.IsZero() || at.Before(st.Started.Add(-skew)) || at.After(now.Add(skew))) {
		return nil, refused("ID token: auth_time shows no fresh login", nil)
	}
	return claims, nil
}

// addUserInfo asks the UserInfo endpoint, if there is one, and adds its claims
// (OpenID Connect Core 1.0, 5.3). Claims of the ID token win; how somebody
// logged in (acr, amr, auth_time) is only ever believed from there.
func (p *Provider) addUserInfo(ctx context.Context, m *metadata, token *oauth2.Token, claims claimSet) error {
	if m.userInfo == "" {
		return nil
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, m.userInfo, nil)
	if err != nil {
		return unavailable("UserInfo", err)
	}
	token.SetAuthHeader(req)
	resp, err := p.client.Do(req)
	if err != nil {
		return unavailable("UserInfo", err)
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end or given up
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return unavailable("UserInfo", err)
	}
	if resp.StatusCode != http.StatusOK {
		return unavailable(fmt.Sprintf("UserInfo answered %d", resp.StatusCode), nil)
	}
	info, err := p.readUserInfo(ctx, m, resp.Header.Get("Content-Type"), body)
	if err != nil {
		return err
	}
	if info.text("sub") != claims.text("sub") {
		return refused("UserInfo: sub of another person", nil)
	}
	for name, v := range info {
		if _, ok := claims[name]; !ok && name != "acr" && name != "amr" && name != "auth_time" {
			claims[name] = v
		}
	}
	return nil
}

func (p *Provider) readUserInfo(ctx context.Context, m *metadata, contentType string, body []byte) (claimSet, error) {
	switch ct, _, _ := mime.ParseMediaType(contentType); ct {
	case "application/json":
		c, err := decodeClaims(body)
		if err != nil {
			return nil, refused("UserInfo: not a JSON object", err)
		}
		return c, nil
	case "application/jwt":
		return p.readSignedUserInfo(ctx, m, body)
	default:
		return nil, refused("UserInfo: neither JSON nor JWT", nil)
	}
}

// readSignedUserInfo verifies a UserInfo JWT. iss and aud should be there (Core
// 5.3.2); where they are, they must be right.
func (p *Provider) readSignedUserInfo(ctx context.Context, m *metadata, body []byte) (claimSet, error) {
	algs := make([]jose.SignatureAlgorithm, len(p.algs))
	for i, a := range p.algs {
		algs[i] = jose.SignatureAlgorithm(a)
	}
	if _, err := jose.ParseSignedCompact(string(body), algs); err != nil {
		return nil, refused("UserInfo: JWT format or algorithm", err)
	}
	payload, err := m.keys.VerifySignature(gooidc.ClientContext(ctx, p.client), string(body))
	if err != nil {
		return nil, refused("UserInfo: JWT signature", err)
	}
	c, err := decodeClaims(payload)
	if err != nil {
		return nil, refused("UserInfo: JWT claims", err)
	}
	if iss, ok := c["iss"]; ok && iss != p.cfg.Issuer {
		return nil, refused("UserInfo: JWT of another issuer", nil)
	}
	if aud, ok := c["aud"]; ok && aud != p.cfg.ClientID {
		list, _ := aud.([]any)
		if len(list) != 1 || list[0] != p.cfg.ClientID {
			return nil, refused("UserInfo: JWT for another client", nil)
		}
	}
	return c, nil
}
