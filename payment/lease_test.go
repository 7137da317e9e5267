package payment_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/paymenttest"
)

// realTime is a bench on the real clock, or on that of a synctest bubble.
func realTime(t *testing.T, change func(*payment.Config)) *bench {
	t.Helper()
	b := &bench{store: payment.NewMemoryStore(), platform: new(paymenttest.Provider), clock: newClock()}
	c := config(b.clock)
	c.Now = nil
	if change != nil {
		change(&c)
	}
	var err error
	b.Service, err = payment.New(b.store, []payment.Registration{{Key: "fake", Version: "1", Provider: b.platform}}, c)
	require.NoError(t, err)
	return b
}

// TestADeadProcessHoldsAClaimForSeconds: whoever comes after a process that
// died in its call gets a pay page soon.
func TestADeadProcessHoldsAClaimForSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := realTime(t, nil)
		b.open(t, "K1")
		now := time.Now().UTC()
		a := payment.Attempt{ // what the dead process left behind
			Tenant: "musterstadt", ID: "DEAD", ClaimID: "K1", Provider: "fake", ConfigVersion: "1", State: payment.StateCreated,
			Amount: payment.EUR(3070), CreatedAt: now, UpdatedAt: now, ExpiresAt: now.Add(time.Hour),
			LeasedUntil: now.Add(5 * time.Second), NextCheck: now.Add(5 * time.Second),
		}
		require.NoError(t, b.store.Apply(t.Context(), payment.Change{Attempt: &a}))
		got, err := b.Start(t.Context(), "musterstadt", "K1")
		require.NoError(t, err)
		assert.Equal(t, "DEAD", got.ID, "the same attempt")
		assert.NotEmpty(t, got.PayPageURL)
		assert.Less(t, time.Since(now), 6*time.Second)
	})
}

// TestALivingProcessKeepsItsClaim: a call that takes longer than a lease is
// not made twice, and who waits is told soon.
func TestALivingProcessKeepsItsClaim(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := realTime(t, func(c *payment.Config) { c.ReturnWait = 500 * time.Millisecond })
		b.open(t, "K1")
		under, release := make(chan struct{}), make(chan struct{})
		b.platform.BeforeCreate = func(payment.CreateRequest) error { close(under); <-release; return nil }
		done := make(chan *payment.Attempt)
		go func() {
			a, err := b.Start(context.Background(), "musterstadt", "K1")
			assert.NoError(t, err)
			done <- a
		}()
		<-under
		for end := time.Now().Add(7 * time.Second); time.Now().Before(end); time.Sleep(500 * time.Millisecond) {
			_, err := b.Start(t.Context(), "musterstadt", "K1")
			require.ErrorIs(t, err, payment.ErrBusy)
			require.ErrorIs(t, err, payment.ErrUnavailable)
			report, err := b.RefreshDue(t.Context(), 10)
			require.NoError(t, err)
			require.Zero(t, report.Checked)
		}
		close(release)
		a := <-done
		assert.Equal(t, payment.StatePending, a.State)
		assert.Len(t, b.platform.Requests(), 1)
	})
}

// unreadable is a store in which one claim cannot be read.
type unreadable struct {
	*payment.MemoryStore
	id string
}

func (u unreadable) Claim(ctx context.Context, tenant, id string) (*payment.Record, error) {
	if id == u.id {
		return nil, errors.New("stored claim cannot be read")
	}
	return u.MemoryStore.Claim(ctx, tenant, id)
}

// TestAClaimThatFailsForEverStopsNoOther: also where the limit is one.
func TestAClaimThatFailsForEverStopsNoOther(t *testing.T) {
	b := newBench(t)
	lost := true
	b.lose(&lost)
	for n := range 4 {
		b.open(t, fmt.Sprint("K", n))
		_, err := b.Start(t.Context(), "musterstadt", fmt.Sprint("K", n))
		require.Error(t, err)
	}
	lost = false
	s, err := payment.New(unreadable{b.store, "K0"}, []payment.Registration{{Key: "fake", Version: "1", Provider: b.platform}}, config(b.clock))
	require.NoError(t, err)
	changed, failed := 0, 0
	for range 8 {
		b.clock.Add(10 * time.Second)
		report, err := s.RefreshDue(t.Context(), 1)
		require.NoError(t, err)
		changed, failed = changed+report.Changed, failed+report.Failed
	}
	assert.GreaterOrEqual(t, changed, 3)
	assert.NotZero(t, failed)
	for n := 1; n < 4; n++ {
		assert.Equal(t, payment.StatePending, b.attempts(t, fmt.Sprint("K", n))[0].State)
	}
}

// TestASlowPlatformHoldsUpOneWorker: the others go on with what is due.
func TestASlowPlatformHoldsUpOneWorker(t *testing.T) {
	b := newBench(t)
	const claims = 30
	slow := ""
	for n := range claims {
		a := b.start(t, fmt.Sprint("K", n))
		b.platform.Set(a.TransactionID, payment.StatePaid)
		if n == 0 {
			slow = a.TransactionID
		}
	}
	release, others := make(chan struct{}), make(chan struct{}, claims)
	b.platform.OnQuery = func(r *payment.Result) (*payment.Result, error) {
		if r.TransactionID == slow {
			<-release
		} else {
			others <- struct{}{}
		}
		return r, nil
	}
	b.clock.Add(10 * time.Second)
	done := make(chan payment.DueReport)
	go func() {
		report, err := b.RefreshDue(context.Background(), 100)
		assert.NoError(t, err)
		done <- report
	}()
	for range claims - 1 {
		<-others
	}
	close(release)
	assert.Equal(t, payment.DueReport{Checked: claims, Changed: claims}, <-done)
}
