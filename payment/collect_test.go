package payment_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
)

func (b *bench) collect(t *testing.T, again bool) *payment.Collection {
	t.Helper()
	c, err := b.Collect(t.Context(), claim("K1"), &payment.CollectOptions{Again: again})
	require.NoError(t, err)
	return c
}

// transaction is the platform's id of the last attempt.
func (b *bench) transaction(t *testing.T) string {
	t.Helper()
	attempts := b.status(t, "K1").Attempts
	return attempts[len(attempts)-1].TransactionID
}

func TestCollectStartsOnceByItself(t *testing.T) {
	b := newBench(t)
	first := b.collect(t, false)
	require.NotEmpty(t, first.PayPageURL)
	require.False(t, first.Paid)

	second := b.collect(t, false) // came back without a result
	require.Empty(t, second.PayPageURL)
	require.True(t, second.Pending)

	third := b.collect(t, true) // wants to go on paying
	require.Equal(t, first.PayPageURL, third.PayPageURL, "a second pay page was opened")
	require.Equal(t, 1, b.platform.Count())
}

func TestCollectAsksAboutAPayerWhoNeverCameBack(t *testing.T) {
	b := newBench(t)
	b.collect(t, false)
	b.platform.Set(b.transaction(t), payment.StatePaid)
	for _, again := range []bool{true, false} {
		c := b.collect(t, again)
		require.True(t, c.Paid)
		require.Empty(t, c.PayPageURL, "whoever has paid was sent to pay again")
	}
	require.Len(t, b.status(t, "K1").Entries, 1)
}

func TestCollectAfterCancelingStartsOnRequestOnly(t *testing.T) {
	b := newBench(t)
	b.collect(t, false)
	b.platform.Set(b.transaction(t), payment.StateCanceled)
	c := b.collect(t, false)
	require.Equal(t, payment.Collection{Status: c.Status, Elsewhere: payment.EUR(0)}, *c)
	require.NotEmpty(t, b.collect(t, true).PayPageURL)
	require.Equal(t, 2, b.platform.Count())
}

func TestCollectLeavesReviewToAPerson(t *testing.T) {
	b := newBench(t)
	b.platform.OnQuery = func(r *payment.Result) (*payment.Result, error) {
		other := payment.EUR(1)
		r.Amount = &other
		return r, nil
	}
	b.collect(t, false)
	b.platform.Set(b.transaction(t), payment.StatePaid)
	c := b.collect(t, true)
	require.True(t, c.Review)
	require.False(t, c.Paid)
	require.Empty(t, c.PayPageURL)
}

func TestCollectGoesOnWhileThePlatformIsAway(t *testing.T) {
	b := newBench(t)
	b.collect(t, false)
	b.platform.OnQuery = func(*payment.Result) (*payment.Result, error) { return nil, payment.ErrUnavailable }
	require.True(t, b.collect(t, false).Pending)
}

func TestCollectRefusesAnotherAmountUnderTheSameID(t *testing.T) {
	b := newBench(t)
	b.collect(t, false)
	other := claim("K1")
	other.Amount = payment.EUR(6140)
	_, err := b.Collect(t.Context(), other, nil)
	require.ErrorIs(t, err, payment.ErrConflict)
}

func TestCollectInParallelOpensOnePayPage(t *testing.T) {
	b := newBench(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			_, err := b.Collect(t.Context(), claim("K1"), &payment.CollectOptions{Again: true})
			assert.NoError(t, err) // require must not be called beside the test's own goroutine
		})
	}
	wg.Wait()
	require.Equal(t, 1, b.platform.Count())
}

// TestCollectLookOnly: what runs in the background begins nothing and leaves
// the platform to the poller.
func TestCollectLookOnly(t *testing.T) {
	b := newBench(t)
	look := &payment.CollectOptions{LookOnly: true, Again: true}
	c, err := b.Collect(t.Context(), claim("K1"), look)
	require.NoError(t, err)
	require.Equal(t, payment.Collection{Status: c.Status, Elsewhere: payment.EUR(0)}, *c)
	require.Zero(t, b.platform.Count())

	require.NotEmpty(t, b.collect(t, false).PayPageURL, "the first visit begins the payment")
	b.platform.OnQuery = func(*payment.Result) (*payment.Result, error) {
		t.Error("the platform was asked")
		return nil, payment.ErrUnavailable
	}
	c, err = b.Collect(t.Context(), claim("K1"), look)
	require.NoError(t, err)
	require.True(t, c.Pending)
}

// TestCollectInsteadOfAnotherClaim: whoever changes what is paid for is not
// sent to pay while money for the former claim may be on its way or is there.
func TestCollectInsteadOfAnotherClaim(t *testing.T) {
	for _, tt := range []struct {
		name  string
		first func(*testing.T, *bench, string) // what becomes of the first claim's payment
		want  func(*testing.T, *payment.Collection)
	}{
		{"canceled", func(t *testing.T, b *bench, id string) {
			b.platform.Set(id, payment.StateCanceled)
			b.collect(t, false)
		}, func(t *testing.T, c *payment.Collection) { require.NotEmpty(t, c.PayPageURL) }},
		{"still open in another tab", func(*testing.T, *bench, string) {}, func(t *testing.T, c *payment.Collection) {
			require.True(t, c.Pending)
			require.Empty(t, c.PayPageURL)
		}},
		{"expired here and paid late", func(t *testing.T, b *bench, id string) {
			b.clock.Add(2 * time.Hour)
			b.collect(t, false)
			require.Equal(t, payment.StateExpired, b.status(t, "K1").Attempts[0].State)
			b.platform.Set(id, payment.StatePaid)
		}, func(t *testing.T, c *payment.Collection) {
			require.True(t, c.Review)
			require.Empty(t, c.PayPageURL)
			require.Equal(t, payment.EUR(3070), c.Elsewhere)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			b.collect(t, false)
			tt.first(t, b, b.transaction(t))
			second := claim("K2")
			second.Amount = payment.EUR(6140)
			c, err := b.Collect(t.Context(), second, &payment.CollectOptions{Replaces: []string{"K1", "K2", "K3"}})
			require.NoError(t, err)
			require.False(t, c.Paid)
			tt.want(t, c)
		})
	}
}

// TestCollectMovedMoney: a person moves what came on the former claim, and the
// new one is paid.
func TestCollectMovedMoney(t *testing.T) {
	b := newBench(t)
	b.collect(t, false)
	b.platform.Set(b.transaction(t), payment.StatePaid)
	b.collect(t, false)
	o := &payment.CollectOptions{Replaces: []string{"K1"}}
	c, err := b.Collect(t.Context(), claim("K2"), o)
	require.NoError(t, err)
	require.True(t, c.Review)
	for _, e := range []payment.Entry{
		{ClaimID: "K1", Kind: payment.KindReversal, Amount: payment.EUR(-3070)}, {ClaimID: "K2", Kind: payment.KindPayment, Amount: payment.EUR(3070)},
	} {
		e.Tenant, e.Provider, e.TransactionID, e.Actor = "musterstadt", "umbuchung", "1", "kasse-1"
		require.NoError(t, b.Book(t.Context(), e))
	}
	c, err = b.Collect(t.Context(), claim("K2"), o)
	require.NoError(t, err)
	require.True(t, c.Paid)
	require.False(t, c.Review)
}

// TestCollectPaidInSpiteOfAReview: a covered claim passes, whatever a person
// still has to find out about another attempt.
func TestCollectPaidInSpiteOfAReview(t *testing.T) {
	b := newBench(t)
	b.collect(t, false)
	b.platform.OnQuery = func(r *payment.Result) (*payment.Result, error) { r.Amount = nil; return r, nil }
	b.platform.Set(b.transaction(t), payment.StatePaid)
	require.True(t, b.collect(t, false).Review)
	require.NoError(t, b.Book(t.Context(), payment.Entry{
		Tenant: "musterstadt", ClaimID: "K1", Provider: "bar", TransactionID: "1", Kind: payment.KindPayment, Amount: payment.EUR(3070), Actor: "kasse-1",
	}))
	c := b.collect(t, false)
	require.True(t, c.Paid)
	require.False(t, c.Review)
}

// TestCollectAfterTheTextsChanged: a release that words the claim differently
// leaves nobody stuck who has paid, or sends them to pay again.
func TestCollectAfterTheTextsChanged(t *testing.T) {
	b := newBench(t)
	b.collect(t, false)
	b.platform.Set(b.transaction(t), payment.StatePaid)
	reworded := claim("K1")
	reworded.Purpose, reworded.Description = "Bescheinigung", "Neuer Text"
	c, err := b.Collect(t.Context(), reworded, nil)
	require.NoError(t, err)
	require.True(t, c.Paid)
	require.Equal(t, claim("K1").Purpose, c.Status.Claim.Purpose)
	require.Equal(t, 1, b.platform.Count())
}

// TestCollectAfterTheFirstCallFailed: whoever comes back has never seen a pay
// page, and is led there, not asked to wait for a result.
func TestCollectAfterTheFirstCallFailed(t *testing.T) {
	b := newBench(t)
	b.platform.BeforeCreate = func(payment.CreateRequest) error { return payment.ErrUnavailable }
	for range 2 {
		_, err := b.Collect(t.Context(), claim("K1"), nil)
		require.ErrorIs(t, err, payment.ErrUnavailable)
	}
	b.platform.BeforeCreate = nil
	require.NotEmpty(t, b.collect(t, false).PayPageURL)
	require.Equal(t, 1, b.platform.Count())
	require.Len(t, b.status(t, "K1").Attempts, 1)
}

// TestCollectDoesNotWaitForADeadProcess: while the call of a process that died
// still holds its lease, the payer is told to ask again, and soon.
func TestCollectDoesNotWaitForADeadProcess(t *testing.T) {
	b := newBench(t)
	under, release := make(chan struct{}), make(chan struct{})
	b.platform.BeforeCreate = func(payment.CreateRequest) error {
		close(under)
		<-release
		return payment.ErrUnavailable
	}
	done := make(chan struct{})
	go func() { // the process that never comes back
		defer close(done)
		_, _ = b.Collect(context.Background(), claim("K1"), nil)
	}()
	<-under
	c := config(b.clock)
	c.ReturnWait = 30 * time.Millisecond
	second, err := payment.New(b.store, []payment.Registration{{Key: "fake", Version: "1", Provider: b.platform}}, c)
	require.NoError(t, err)
	found, err := second.Collect(t.Context(), claim("K1"), nil)
	require.NoError(t, err)
	require.True(t, found.Pending)
	require.Empty(t, found.PayPageURL)
	close(release)
	<-done
}
