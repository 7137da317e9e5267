package servicekonto_test

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/servicekonto"
)

func TestAccountValues(t *testing.T) {
	a := erika(servicekonto.Substanziell)
	a.Provider, a.ProviderName = "konto", "Servicekonto"
	require.Equal(t, "konto:id-of-erika", a.Key())
	require.Equal(t, "Mustermann", a.Value(servicekonto.Familienname))
	require.Empty(t, a.Value(servicekonto.Geburtsname))
	require.Equal(t, servicekonto.TrustSubstanziell, a.Trust(servicekonto.Familienname))
	require.Equal(t, servicekonto.TrustUntergeordnet, a.Trust("nirgends"))
	require.Equal(t, "Erika Mustermann", a.DisplayName())
	a.Attributes = append(a.Attributes, servicekonto.Attribute{Name: servicekonto.Firmenname, Values: []string{"Muster GmbH"}},
		servicekonto.Attribute{Name: "telefon", Values: []string{"1", "2"}})
	require.Equal(t, "Erika Mustermann", a.DisplayName())
	a.Kind = servicekonto.Organisation
	require.Equal(t, "Muster GmbH", a.DisplayName())
	require.Equal(t, "Mustermann", (&servicekonto.Account{Attributes: a.Attributes[:1]}).DisplayName())

	p := a.Prefill()
	require.Equal(t, servicekonto.Prefill{Value: "Mustermann", Locked: true, Source: "Servicekonto", Trust: "substanziell (ELSTER)"}, p[servicekonto.Familienname])
	require.Equal(t, servicekonto.Prefill{Value: "erika.mustermann@example.org", Source: "Servicekonto", Trust: "eigene Angabe"}, p[servicekonto.Email])
	require.NotContains(t, p, "telefon", "a form field has one value")
}

func TestNothingPrintsPersonalData(t *testing.T) {
	a := erika(servicekonto.Hoch)
	a.Provider = "konto"
	session := servicekonto.Session{ID: "abc", Account: *a}
	le := &servicekonto.LoginError{Reason: servicekonto.Refused, Detail: "nonce", StatusDetail: "x", Err: errors.New("Mustermann")}
	var buf bytes.Buffer
	for _, h := range []slog.Handler{slog.NewTextHandler(&buf, nil), slog.NewJSONHandler(&buf, nil)} {
		slog.New(h).Info("x", "a", a, "b", *a, "c", a.Attributes[0], "d", &session, "g", session, "e", le, "f", a.Prefill()[servicekonto.Familienname])
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d"} {
		for _, v := range []any{a, *a, a.Attributes, a.Attributes[0], session, &session, le, a.Prefill()} {
			fmt.Fprintf(&buf, verb+"\n", v)
		}
	}
	for _, secret := range []string{"Mustermann", "Erika", "id-of-erika", "example.org"} {
		require.NotContains(t, buf.String(), secret)
	}
	require.Contains(t, buf.String(), "nonce")
	require.Equal(t, "servicekonto: login failed", le.Error())
	require.Equal(t, "Mustermann", errors.Unwrap(le).Error())
}
