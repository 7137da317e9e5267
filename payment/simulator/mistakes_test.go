package simulator_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/simulator"
	"github.com/bausteine/egov/payment/xbezahldienste"
	"github.com/bausteine/egov/xoev/finding"
)

// TestMistakesOfAPublicClient goes through what a public client of the standard
// does wrong, each a way to lose money, an application or trust.
func TestMistakesOfAPublicClient(t *testing.T) {
	t.Run("an amount above the maximum is not clamped", func(t *testing.T) {
		v := newTown(t, simulator.Options{}, xbezahldienste.Options{})
		v.refused(t, payment.Claim{Amount: payment.EUR(999999_01), Purpose: "Abgabe"})
	})
	t.Run("texts are not cut", func(t *testing.T) {
		v := newTown(t, simulator.Options{}, xbezahldienste.Options{})
		v.refused(t, payment.Claim{Amount: payment.EUR(1), Purpose: strings.Repeat("a", 28)})
		v.refused(t, payment.Claim{Amount: payment.EUR(1), Purpose: "a", Description: "§"})
	})
	t.Run("a foreign postal code keeps its letters, or is refused", func(t *testing.T) {
		v := newTown(t, simulator.Options{}, xbezahldienste.Options{SendRequestor: true})
		c := payment.Claim{Amount: payment.EUR(1), Purpose: "a", Payer: &payment.Payer{Name: "Mustermann", PostalCode: "SW1A 1AA", Country: "GB"}}
		v.refused(t, c)
		c.Payer.PostalCode = "AD500"
		_, err := v.provider.Create(t.Context(), payment.CreateRequest{Claim: c, RequestID: "R1", ReturnURL: "https://service.musterstadt.example/"})
		require.NoError(t, err, "accepted by the platform, which reads it as it is")
	})
	t.Run("the attempt is stored before the platform accepts", func(t *testing.T) {
		stored := 0
		var v *town
		v = newTown(t, simulator.Options{Fault: func(c simulator.Call) simulator.Fault {
			if c.Operation == simulator.OperationCreate {
				r, err := v.store.Claim(t.Context(), "musterstadt", "K1")
				assert.NoError(t, err)
				stored = len(r.Attempts)
			}
			return simulator.Fault{}
		}}, xbezahldienste.Options{})
		v.start(t, "K1")
		assert.Equal(t, 1, stored)
	})
	t.Run("a failed poll is followed by others", func(t *testing.T) {
		v := newTown(t, simulator.Options{Fault: on(simulator.OperationQuery, 1, simulator.Fault{Status: 500})}, xbezahldienste.Options{Retries: -1})
		a := v.start(t, "K1")
		require.NoError(t, v.platform.Settle(t.Context(), a.TransactionID, simulator.StatusPayed))
		_, err := v.Refresh(t.Context(), a.Tenant, a.ID)
		require.Error(t, err)
		got, err := v.Refresh(t.Context(), a.Tenant, a.ID)
		require.NoError(t, err)
		assert.Equal(t, payment.StatePaid, got.State)
	})
	t.Run("return and poller at once book, and tell, once", func(t *testing.T) {
		v := newTown(t, simulator.Options{}, xbezahldienste.Options{})
		a := v.start(t, "K1")
		require.NoError(t, v.platform.Settle(t.Context(), a.TransactionID, simulator.StatusPayed))
		var wait sync.WaitGroup
		for range 8 {
			wait.Go(func() {
				_, err := v.Refresh(t.Context(), a.Tenant, a.ID)
				assert.NoError(t, err)
			})
		}
		wait.Wait()
		s, err := v.Status(t.Context(), "musterstadt", "K1")
		require.NoError(t, err)
		assert.Equal(t, payment.EUR(3070), s.Balance.Booked)
		events, err := v.Events(t.Context(), 10)
		require.NoError(t, err)
		assert.Len(t, events, 1)
	})
	t.Run("amount and currency of the answer are compared", func(t *testing.T) {
		v := newTown(t, simulator.Options{Fault: on(simulator.OperationQuery, 9, simulator.Fault{AmountOff: -1})}, xbezahldienste.Options{})
		a := v.start(t, "K1")
		require.NoError(t, v.platform.Settle(t.Context(), a.TransactionID, simulator.StatusPayed))
		got, err := v.Refresh(t.Context(), a.Tenant, a.ID)
		require.NoError(t, err)
		assert.Equal(t, payment.StateReview, got.State)
	})
	t.Run("parameters of the return address prove nothing", func(t *testing.T) {
		v := newTown(t, simulator.Options{}, xbezahldienste.Options{})
		a := v.start(t, "K1")
		all, err := v.platform.Transactions(t.Context())
		require.NoError(t, err)
		require.Len(t, all, 1)
		_, page := v.get(t, a.PayPageURL+"/geschlossen")
		back := strings.ReplaceAll(between(page, `zurueck?`, `"`), "&amp;", "&")
		status, body := v.get(t, v.server.URL+"/online/zahlung/zurueck?"+back+"&status=PAYED&result=success")
		assert.Equal(t, 200, status)
		assert.Contains(t, body, "wird geprüft")
		s, err := v.Status(t.Context(), "musterstadt", "K1")
		require.NoError(t, err)
		assert.True(t, s.Balance.Booked.IsZero())
	})
	t.Run("a platform that is away shows the citizen no error", func(t *testing.T) {
		v := newTown(t, simulator.Options{Fault: on(simulator.OperationQuery, 9, simulator.Fault{Status: 500})}, xbezahldienste.Options{Retries: -1})
		a := v.start(t, "K1")
		status, body := v.press(t, a.PayPageURL, "bezahlen")
		assert.Equal(t, 200, status)
		assert.Contains(t, body, "wird geprüft")
	})
	t.Run("the secret is encoded in the token request", func(t *testing.T) {
		v := newTown(t, simulator.Options{}, xbezahldienste.Options{}) // its secret holds & and =
		require.NoError(t, v.provider.Health(t.Context()))
	})
	t.Run("a platform that hangs is left", func(t *testing.T) {
		hangs := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
		t.Cleanup(hangs.Close)
		p, err := xbezahldienste.New(hangs.URL, account.OriginatorID, account.EndPointID, &xbezahldienste.Options{
			Basic: &xbezahldienste.Basic{User: "a", Password: "b"}, Timeout: 20 * time.Millisecond, Retries: -1})
		require.NoError(t, err)
		_, err = p.Query(t.Context(), "T1")
		require.ErrorIs(t, err, payment.ErrUnavailable)
	})
}

// refused says that a claim is refused before anything is sent.
func (v *town) refused(t *testing.T, c payment.Claim) {
	t.Helper()
	_, err := v.provider.Create(t.Context(), payment.CreateRequest{Claim: c, RequestID: "R0", ReturnURL: "https://service.musterstadt.example/"})
	var bad *finding.InvalidError
	require.True(t, errors.As(err, &bad))
	all, err := v.platform.Transactions(t.Context())
	require.NoError(t, err)
	require.Empty(t, all)
}

func between(s, from, to string) string {
	_, rest, _ := strings.Cut(s, from)
	inner, _, _ := strings.Cut(rest, to)
	return inner
}
