package paymenttest

import (
	"bytes"
	"context"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
)

// desk is a service on a provider whose clock a test moves.
type desk struct {
	*payment.Service
	t     *testing.T
	h     Harness
	store payment.Store
	ahead *atomic.Int64
}

func newDesk(t *testing.T, h Harness) *desk {
	t.Helper()
	d := &desk{t: t, h: h, store: payment.NewMemoryStore(), ahead: new(atomic.Int64)}
	d.Service = d.on(payment.Registration{Key: "konform", Version: "1", Provider: h.Provider})
	return d
}

// on is another service on the same store, as another process has.
func (d *desk) on(registrations ...payment.Registration) *payment.Service {
	d.t.Helper()
	var log bytes.Buffer
	s, err := payment.New(d.store, registrations, payment.Config{
		BaseURL: "https://service.musterstadt.example", Target: func(payment.Claim, payment.State) string { return "/" },
		Now: func() time.Time { return time.Now().Add(time.Duration(d.ahead.Load())) }, CallTimeout: time.Minute, ReturnWait: time.Minute,
		Logger: slog.New(slog.NewTextHandler(&log, nil)), Workers: 1,
	})
	require.NoError(d.t, err)
	d.t.Cleanup(func() {
		for _, secret := range d.h.Secrets {
			assert.NotContains(d.t, log.String(), secret)
		}
	})
	return s
}

func (d *desk) wait(by time.Duration) { d.ahead.Add(int64(by)) }

func (d *desk) due() payment.DueReport {
	d.t.Helper()
	report, err := d.RefreshDue(d.t.Context(), 10)
	require.NoError(d.t, err)
	return report
}

func (d *desk) start(id string) *payment.Attempt {
	d.t.Helper()
	_, err := d.Open(d.t.Context(), d.h.claim(id, 3070))
	require.NoError(d.t, err)
	a, err := d.Start(d.t.Context(), tenant, id)
	require.NoError(d.t, err)
	require.NotEmpty(d.t, a.PayPageURL)
	return a
}

func (d *desk) status(id string) *payment.Status {
	d.t.Helper()
	s, err := d.Status(d.t.Context(), tenant, id)
	require.NoError(d.t, err)
	return s
}

// pay pays as the provider's payers do: at the platform, or by a transfer.
func (d *desk) pay(a *payment.Attempt) {
	d.t.Helper()
	if !d.h.Offline {
		d.h.Settle(d.t, a.TransactionID, payment.StatePaid)
		return
	}
	_, err := d.Record(d.t.Context(), payment.Entry{
		Tenant: a.Tenant, ClaimID: a.ClaimID, AttemptID: a.ID, Provider: "konto", TransactionID: "B-" + a.ID,
		Kind: payment.KindPayment, Amount: a.Amount,
	})
	require.NoError(d.t, err)
}

func throughTheService(t *testing.T, h Harness) {
	d := newDesk(t, h)
	a := d.start("K1")
	again, err := d.Start(t.Context(), tenant, "K1")
	require.NoError(t, err)
	assert.Equal(t, a.PayPageURL, again.PayPageURL, "a double click gets the same page")
	d.pay(a)
	got, err := d.Refresh(t.Context(), tenant, a.ID)
	require.NoError(t, err)
	assert.Equal(t, payment.StatePaid, got.State)
	assert.Equal(t, payment.EUR(3070), d.status("K1").Balance.Booked)
	assert.Len(t, d.status("K1").Entries, 1)
}

func refreshesBookOnce(t *testing.T, h Harness) {
	d := newDesk(t, h)
	a := d.start("K1")
	d.pay(a)
	d.wait(10 * time.Second)
	together(6, func(i int) {
		if i%2 == 0 {
			_, err := d.RefreshDue(t.Context(), 10)
			assert.NoError(t, err)
		}
		_, err := d.Refresh(t.Context(), tenant, a.ID)
		assert.NoError(t, err)
	})
	assert.Equal(t, payment.ClaimPaid, d.status("K1").State)
	assert.Len(t, d.status("K1").Entries, 1)
	events, err := d.Events(t.Context(), 10)
	require.NoError(t, err)
	assert.Len(t, events, 1)
}

func lateMoney(t *testing.T, h Harness) {
	d := newDesk(t, h)
	a := d.start("K1")
	h.Settle(t, a.TransactionID, payment.StateCanceled)
	got, err := d.Refresh(t.Context(), tenant, a.ID)
	require.NoError(t, err)
	require.Equal(t, payment.StateCanceled, got.State)
	h.Settle(t, a.TransactionID, payment.StatePaid)
	d.wait(2 * time.Hour)
	d.due()
	s := d.status("K1")
	assert.Equal(t, payment.ClaimPaid, s.State)
	require.Len(t, s.Entries, 1)
	assert.True(t, s.Entries[0].Late)
}

func anotherAmount(t *testing.T, h Harness) {
	d := newDesk(t, h)
	a := d.start("K1")
	h.Settle(t, a.TransactionID, payment.StatePaid)
	h.fault(t, FaultAmount)
	got, err := d.Refresh(t.Context(), tenant, a.ID)
	require.NoError(t, err)
	assert.Equal(t, payment.StateReview, got.State)
	assert.Empty(t, d.status("K1").Entries)
}

func pollerGoesOn(t *testing.T, h Harness) {
	d := newDesk(t, h)
	a := d.start("K1")
	h.Settle(t, a.TransactionID, payment.StatePaid)
	h.fault(t, FaultUnavailable)
	for range 3 {
		d.wait(time.Hour / 2)
		assert.Equal(t, payment.DueReport{Checked: 1, Failed: 1}, d.due())
	}
	h.fault(t, FaultNone)
	d.wait(2 * time.Hour)
	assert.Equal(t, payment.DueReport{Checked: 1, Changed: 1}, d.due())
	assert.Equal(t, payment.ClaimPaid, d.status("K1").State)
}

// dying is a provider in whose call the process dies: nothing after it happens.
type dying struct {
	payment.Provider
	after bool // the platform hears of it
	died  chan struct{}
}

func (p dying) Create(ctx context.Context, r payment.CreateRequest) (*payment.Result, error) {
	if p.after {
		_, _ = p.Provider.Create(context.WithoutCancel(ctx), r)
	}
	close(p.died)
	select {} // for ever: what is behind this line is never reached
}

func dies(t *testing.T, h Harness, after bool) {
	d := newDesk(t, h)
	_, err := d.Open(t.Context(), h.claim("K1", 3070))
	require.NoError(t, err)
	p := dying{h.Provider, after, make(chan struct{})}
	// Its lease is not renewed: the store it writes to is gone with it.
	dead, err := payment.New(frozen{d.store, p.died}, []payment.Registration{{Key: "konform", Version: "1", Provider: p}}, payment.Config{
		BaseURL: "https://service.musterstadt.example", Target: func(payment.Claim, payment.State) string { return "/" },
	})
	require.NoError(t, err)
	go func() { _, _ = dead.Start(context.WithoutCancel(t.Context()), tenant, "K1") }()
	<-p.died
	first := d.status("K1").Attempts[0]
	require.Equal(t, payment.StateCreated, first.State, "stored before the call")
	d.wait(time.Minute)
	a := d.start("K1")
	d.pay(a)
	d.wait(3 * time.Hour)
	d.due()
	s := d.status("K1")
	assert.Equal(t, payment.ClaimPaid, s.State)
	assert.Len(t, s.Entries, 1)
	for _, other := range s.Attempts {
		assert.True(t, other.ID == a.ID || other.State == payment.StateOrphaned, "nothing is left open")
	}
}

// frozen is a store that takes no change after a process has died.
type frozen struct {
	payment.Store
	died chan struct{}
}

func (f frozen) Apply(ctx context.Context, c payment.Change) error {
	select {
	case <-f.died:
		return payment.ErrConflict
	default:
		return f.Store.Apply(ctx, c)
	}
}

func diesBeforeTheCall(t *testing.T, h Harness) { dies(t, h, false) }

func diesAfterAccepting(t *testing.T, h Harness) { dies(t, h, true) }

// stranger is a provider that must not be asked.
type stranger struct {
	payment.Provider
	asked atomic.Int64
}

func (p *stranger) Query(context.Context, string) (*payment.Result, error) {
	p.asked.Add(1)
	return nil, payment.ErrNotFound
}

func providerSwitch(t *testing.T, h Harness) {
	d := newDesk(t, h)
	a := d.start("K1")
	next := &stranger{Provider: new(Provider)}
	s := d.on(payment.Registration{Key: "konform", Version: "2", Provider: next}, payment.Registration{Key: "konform", Version: "1", Provider: h.Provider})
	d.Service = s
	d.pay(a)
	got, err := s.Refresh(t.Context(), tenant, a.ID)
	require.NoError(t, err)
	assert.Equal(t, payment.StatePaid, got.State)
	assert.Equal(t, "1", got.ConfigVersion)
	assert.Zero(t, next.asked.Load())
	assert.Equal(t, "2", d.start("K2").ConfigVersion)
}
