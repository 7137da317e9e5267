package payment_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/paymenttest"
)

// clock is a clock that tests move.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func newClock() *clock { return &clock{t: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.t }

func (c *clock) Add(d time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.t = c.t.Add(d) }

// bench is a service on a memory store with a platform in memory.
type bench struct {
	*payment.Service
	store    *payment.MemoryStore
	platform *paymenttest.Provider
	clock    *clock
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{store: payment.NewMemoryStore(), platform: new(paymenttest.Provider), clock: newClock()}
	b.Service = b.restart(t)
	return b
}

func config(c *clock) payment.Config {
	return payment.Config{
		BaseURL: "https://service.musterstadt.example/online", Now: c.Now,
		Target: func(c payment.Claim, s payment.State) string { return "/antrag/" + c.ID + "/" + string(s) },
	}
}

// restart is a new service on the same store and platform.
func (b *bench) restart(t *testing.T) *payment.Service {
	t.Helper()
	s, err := payment.New(b.store, []payment.Registration{{Key: "fake", Version: "1", Provider: b.platform}}, config(b.clock))
	require.NoError(t, err)
	return s
}

func claim(id string) payment.Claim {
	return payment.Claim{Tenant: "musterstadt", ID: id, Amount: payment.EUR(3070), Purpose: "Meldebescheinigung " + id}
}

func (b *bench) open(t *testing.T, id string) payment.Claim {
	t.Helper()
	c, err := b.Open(t.Context(), claim(id))
	require.NoError(t, err)
	return *c
}

func (b *bench) start(t *testing.T, id string) *payment.Attempt {
	t.Helper()
	b.open(t, id)
	a, err := b.Start(t.Context(), "musterstadt", id)
	require.NoError(t, err)
	require.Equal(t, payment.StatePending, a.State)
	return a
}

func (b *bench) status(t *testing.T, id string) *payment.Status {
	t.Helper()
	s, err := b.Status(t.Context(), "musterstadt", id)
	require.NoError(t, err)
	return s
}

func TestFromClaimToMoney(t *testing.T) {
	b := newBench(t)
	a := b.start(t, "K1")
	assert.Equal(t, "https://pay.example/"+a.TransactionID, a.PayPageURL)
	assert.Equal(t, payment.ClaimPending, b.status(t, "K1").State)

	b.platform.Set(a.TransactionID, payment.StatePaid)
	got, err := b.Refresh(t.Context(), a.Tenant, a.ID)
	require.NoError(t, err)
	assert.Equal(t, payment.StatePaid, got.State)
	assert.Empty(t, got.PayPageURL)

	s := b.status(t, "K1")
	assert.Equal(t, payment.ClaimPaid, s.State)
	assert.Equal(t, payment.Balance{Claimed: payment.EUR(3070), Booked: payment.EUR(3070), Open: payment.EUR(0)}, s.Balance)
	require.Len(t, s.Entries, 1)
	_, err = b.Start(t.Context(), "musterstadt", "K1")
	assert.ErrorIs(t, err, payment.ErrPaid)

	events, err := b.Events(t.Context(), 10)
	require.NoError(t, err)
	require.Len(t, events, 1)
	assert.Equal(t, payment.StatePaid, events[0].State)
	require.NoError(t, b.Ack(t.Context(), events[0].ID))
	events, err = b.Events(t.Context(), 10)
	require.NoError(t, err)
	assert.Empty(t, events)
}

func TestTheAttemptIsStoredBeforeThePlatformIsCalled(t *testing.T) {
	b := newBench(t)
	b.open(t, "K1")
	b.platform.BeforeCreate = func(r payment.CreateRequest) error {
		a, err := b.store.Attempt(context.Background(), "musterstadt", r.RequestID)
		require.NoError(t, err)
		require.Equal(t, payment.StateCreated, a.State)
		return nil
	}
	_, err := b.Start(t.Context(), "musterstadt", "K1")
	require.NoError(t, err)
	require.Len(t, b.platform.Requests(), 1)
}
