package paymenttest

import (
	"errors"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
)

// whatCannotBeStoredIsNotFound: ids come from addresses and statements, and no
// database takes all bytes in a text.
func whatCannotBeStoredIsNotFound(t *testing.T, s payment.Store) {
	putClaim(t, s, claimOf("K1"))
	for _, id := range []string{"K1\x00", "\x00", "K1\xff", "\xff\xfe"} {
		_, err := s.Claim(t.Context(), tenant, id)
		assert.ErrorIs(t, err, payment.ErrNotFound)
		_, err = s.Claim(t.Context(), id, "K1")
		assert.ErrorIs(t, err, payment.ErrNotFound)
		_, err = s.Attempt(t.Context(), tenant, id)
		assert.ErrorIs(t, err, payment.ErrNotFound)
		_, err = s.Entry(t.Context(), payment.EntryKey{Tenant: tenant, Provider: "konto-1", TransactionID: id, Kind: payment.KindPayment})
		assert.ErrorIs(t, err, payment.ErrNotFound)
		_, err = s.Find(t.Context(), tenant, id, 10)
		assert.NoError(t, err)
	}
}

// begun is an attempt on the claim K1.
func begun(t *testing.T, s *payment.Service) *payment.Attempt {
	t.Helper()
	_, err := s.Open(t.Context(), payment.Claim{Tenant: tenant, ID: "K1", Amount: payment.EUR(3070), Purpose: "Meldebescheinigung"})
	require.NoError(t, err)
	a, err := s.Start(t.Context(), tenant, "K1")
	require.NoError(t, err)
	return a
}

// parallelRefunds: whoever pays back at the same time, no more goes back than
// was paid.
func parallelRefunds(t *testing.T, s payment.Store) {
	platform := new(Provider)
	service := serviceOn(t, s, platform)
	a := begun(t, service)
	platform.Set(a.TransactionID, payment.StatePaid)
	_, err := service.Refresh(t.Context(), tenant, a.ID)
	require.NoError(t, err)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			_, err := service.Refund(t.Context(), tenant, a.ID, payment.EUR(1000), strconv.Itoa(i))
			if !errors.Is(err, payment.ErrState) && !errors.Is(err, payment.ErrOpenAttempt) {
				assert.NoError(t, err)
			}
		})
	}
	wg.Wait()
	assert.LessOrEqual(t, platform.Refunded(), int64(3070))
	b, err := service.Balance(t.Context(), tenant, "K1")
	require.NoError(t, err)
	assert.Equal(t, 3070-platform.Refunded(), b.Booked.Cents)
}

// parallelParts: of parts that are recorded at the same time, the last one
// settles the attempt.
func parallelParts(t *testing.T, s payment.Store) {
	service := serviceOn(t, s, new(Provider))
	a := begun(t, service)
	errs := make([]error, 10)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			_, errs[i] = service.Record(t.Context(), payment.Entry{
				Tenant: tenant, ClaimID: "K1", AttemptID: a.ID, Provider: "konto-1", TransactionID: strconv.Itoa(i),
				Kind: payment.KindPayment, Amount: payment.EUR(307),
			})
		})
	}
	wg.Wait()
	require.NoError(t, errors.Join(errs...))
	status, err := service.Status(t.Context(), tenant, "K1")
	require.NoError(t, err)
	assert.Equal(t, payment.ClaimPaid, status.State)
	assert.Equal(t, payment.StatePaid, status.Attempts[0].State)
}
