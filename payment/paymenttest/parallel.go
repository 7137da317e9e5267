package paymenttest

import (
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
)

const many = 12

func parallelChanges(t *testing.T, s payment.Store) {
	putClaim(t, s, claimOf("K1"))
	a := attemptOf("K1", "A1")
	require.NoError(t, s.Apply(t.Context(), payment.Change{Attempt: &a}))
	a.Revision = 1
	var won, lost atomic.Int32
	together(many, func(i int) {
		mine := a
		mine.State, mine.Reference = payment.StatePaid, strconv.Itoa(i)
		switch err := s.Apply(t.Context(), payment.Change{Attempt: &mine, Entries: []payment.Entry{entryOf(mine, "T"+strconv.Itoa(i))}}); {
		case err == nil:
			won.Add(1)
		case errors.Is(err, payment.ErrConflict):
			lost.Add(1)
		default:
			t.Errorf("unexpected error: %v", err)
		}
	})
	assert.Equal(t, int32(1), won.Load())
	assert.Equal(t, int32(many-1), lost.Load())
	r, err := s.Claim(t.Context(), tenant, "K1")
	require.NoError(t, err)
	require.Len(t, r.Entries, 1)
	assert.Equal(t, "T"+r.Attempts[0].Reference, r.Entries[0].TransactionID, "entry and attempt are of the same change")
}

func parallelAttempts(t *testing.T, s payment.Store) {
	putClaim(t, s, claimOf("K1"))
	var won atomic.Int32
	together(many, func(i int) {
		a := attemptOf("K1", "A"+strconv.Itoa(i))
		switch err := s.Apply(t.Context(), payment.Change{Attempt: &a}); {
		case err == nil:
			won.Add(1)
		case !errors.Is(err, payment.ErrOpenAttempt):
			t.Errorf("unexpected error: %v", err)
		}
	})
	assert.Equal(t, int32(1), won.Load())
	r, err := s.Claim(t.Context(), tenant, "K1")
	require.NoError(t, err)
	assert.Len(t, r.Attempts, 1)
}

func parallelLeases(t *testing.T, s payment.Store) {
	const attempts = 30
	for n := range attempts {
		id := strconv.Itoa(n)
		putClaim(t, s, claimOf("K"+id))
		a := attemptOf("K"+id, "A"+id)
		a.NextCheck = start
		require.NoError(t, s.Apply(t.Context(), payment.Change{Attempt: &a}))
	}
	var mu sync.Mutex
	seen := make(map[string]int)
	together(many, func(int) {
		for {
			leased, err := s.LeaseDue(t.Context(), start, start.Add(time.Hour), 3)
			if err != nil {
				t.Errorf("unexpected error: %v", err)
				return
			}
			if len(leased) == 0 {
				return
			}
			mu.Lock()
			for _, a := range leased {
				seen[a.ID]++
			}
			mu.Unlock()
		}
	})
	assert.Len(t, seen, attempts)
	for id, n := range seen {
		assert.Equal(t, 1, n, id)
	}
}

// serviceOn returns a new service, as another process would have.
func serviceOn(t *testing.T, s payment.Store, p payment.Provider) *payment.Service {
	t.Helper()
	service, err := payment.New(s, []payment.Registration{{Key: "fake", Version: "1", Provider: p}}, payment.Config{
		BaseURL: "https://service.musterstadt.example", Target: func(payment.Claim, payment.State) string { return "/" },
		CallTimeout: time.Minute, StartWait: time.Minute, Lease: time.Minute, // a busy machine is no dead process
	})
	require.NoError(t, err)
	return service
}

func parallelRefreshes(t *testing.T, s payment.Store) {
	platform := new(Provider)
	first := serviceOn(t, s, platform)
	_, err := first.Open(t.Context(), payment.Claim{Tenant: tenant, ID: "K1", Amount: payment.EUR(3070), Purpose: "Meldebescheinigung"})
	require.NoError(t, err)
	a, err := first.Start(t.Context(), tenant, "K1")
	require.NoError(t, err)
	platform.Set(a.TransactionID, payment.StatePaid)
	services := []*payment.Service{first, serviceOn(t, s, platform), serviceOn(t, s, platform)}
	together(many, func(i int) {
		got, err := services[i%len(services)].Refresh(t.Context(), tenant, a.ID)
		if assert.NoError(t, err) {
			assert.Equal(t, payment.StatePaid, got.State)
		}
	})
	status, err := first.Status(t.Context(), tenant, "K1")
	require.NoError(t, err)
	assert.Len(t, status.Entries, 1)
	assert.Equal(t, payment.EUR(3070), status.Balance.Booked)
	events, err := first.Events(t.Context(), 10)
	require.NoError(t, err)
	assert.Len(t, events, 1)
}

func parallelStarts(t *testing.T, s payment.Store) {
	platform := new(Provider)
	services := []*payment.Service{serviceOn(t, s, platform), serviceOn(t, s, platform)}
	_, err := services[0].Open(t.Context(), payment.Claim{Tenant: tenant, ID: "K1", Amount: payment.EUR(3070), Purpose: "Meldebescheinigung"})
	require.NoError(t, err)
	var mu sync.Mutex
	pages := make(map[string]int)
	together(many, func(i int) {
		a, err := services[i%len(services)].Start(t.Context(), tenant, "K1")
		if assert.NoError(t, err) {
			mu.Lock()
			pages[a.PayPageURL]++
			mu.Unlock()
		}
	})
	assert.Len(t, pages, 1)
	assert.Len(t, platform.Requests(), 1)
}

// parallelPayments are strangers to each other: none may fail because of the
// others.
func parallelPayments(t *testing.T, s payment.Store) {
	platform := new(Provider)
	service := serviceOn(t, s, platform)
	together(many, func(i int) {
		for n := range 5 {
			assert.NoError(t, onePayment(t.Context(), service, platform, strconv.Itoa(i*100+n)))
		}
	})
}

func parallelDeletes(t *testing.T, s payment.Store) {
	const claims = 20
	for n := range claims {
		putClaim(t, s, claimOf("K"+strconv.Itoa(n)))
	}
	var begun [claims]bool
	together(4, func(i int) {
		if i < 2 {
			for range claims {
				if _, err := s.DeleteClaims(t.Context(), tenant, start.Add(time.Hour), 1); err != nil {
					t.Errorf("unexpected error: %v", err)
				}
			}
			return
		}
		for n := i - 2; n < claims; n += 2 {
			a := attemptOf("K"+strconv.Itoa(n), "A"+strconv.Itoa(n))
			err := s.Apply(t.Context(), payment.Change{Attempt: &a, Entries: []payment.Entry{entryOf(a, a.ID)}})
			if begun[n] = err == nil; err != nil && !errors.Is(err, payment.ErrNotFound) {
				t.Errorf("unexpected error: %v", err)
			}
		}
	})
	for n, ok := range begun {
		r, err := s.Claim(t.Context(), tenant, "K"+strconv.Itoa(n))
		if ok && assert.NoError(t, err, "a claim was deleted under its open attempt") {
			assert.Len(t, r.Attempts, 1)
			assert.Len(t, r.Entries, 1)
		} else if !ok {
			assert.ErrorIs(t, err, payment.ErrNotFound)
		}
	}
}
