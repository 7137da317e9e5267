package simulator

import (
	"net/url"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func FuzzParseAuthorize(f *testing.F) {
	const redirect = "https://dienste.musterstadt.example/zurueck"
	s, err := New(Options{Issuer: "http://127.0.0.1/s", Clients: []Client{{ID: "a", Secret: "b", RedirectURIs: []string{redirect}}}})
	require.NoError(f, err)
	good := url.Values{"response_type": {"code"}, "client_id": {"a"}, "redirect_uri": {redirect}, "scope": {"openid"}, "state": {"s"}, "nonce": {"n"},
		"code_challenge": {"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"}, "code_challenge_method": {"S256"}}
	_, bad := s.parseAuthorize(good.Encode())
	require.Nil(f, bad, "the seed is good")
	f.Add(good.Encode())
	f.Add(good.Encode() + "&prompt=none")
	f.Add(good.Encode() + "&client_id=a")
	f.Add(good.Encode() + "&max_age=99999999999999999999")
	f.Add("client_id=a&redirect_uri=%ff")
	f.Add("%zz")
	f.Fuzz(func(t *testing.T, raw string) {
		req, bad := s.parseAuthorize(raw)
		if bad != nil {
			require.Nil(t, req)
			require.NotEmpty(t, bad.code)
			if bad.redirect != "" {
				require.Equal(t, redirect, bad.redirect, "errors go to registered addresses only")
			}
			return
		}
		require.Equal(t, redirect, req.Redirect)
		require.Equal(t, "a", req.Client)
		require.True(t, isChallenge(req.Challenge))
		require.True(t, slices.Contains([]int{0, 1, 2, 3}, int(req.Asked)))
	})
}

func FuzzOpenSealed(f *testing.F) {
	k, err := deriveKeys(make([]byte, 32))
	require.NoError(f, err)
	good, err := k.seal("code", grant{ID: "x"})
	require.NoError(f, err)
	f.Add(good)
	f.Add("")
	f.Add("AAAA")
	f.Add(good + "=")
	f.Fuzz(func(t *testing.T, s string) {
		var g grant
		if err := k.open("code", s, &g); err != nil {
			require.ErrorIs(t, err, errSealed)
			require.Zero(t, g)
			return
		}
		require.ErrorIs(t, k.open("access", s, &g), errSealed, "one kind is not another")
	})
}
