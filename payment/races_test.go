package payment_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
)

// between is a store that lets something happen just before changes, as
// another node would.
type between struct {
	payment.Store
	mu     sync.Mutex
	before func()
}

func (s *between) Apply(ctx context.Context, c payment.Change) error {
	s.mu.Lock()
	do := s.before
	s.before = nil
	s.mu.Unlock()
	if do != nil {
		do()
	}
	return s.Store.Apply(ctx, c)
}

// slowNode is a second service on the bench's store, with something happening
// before its next change.
func (b *bench) slowNode(t *testing.T, before func()) *payment.Service {
	t.Helper()
	s, err := payment.New(&between{Store: b.store, before: before},
		[]payment.Registration{{Key: "fake", Version: "1", Provider: b.platform}}, config(b.clock))
	require.NoError(t, err)
	return s
}

func TestTwoRefundsAtOnceNeverPayBackMoreThanWasPaid(t *testing.T) {
	b := newBench(t)
	a := b.paid(t, "K1")
	slow := b.slowNode(t, func() { // all of it goes back between the other's look and its change
		_, err := b.Refund(t.Context(), a.Tenant, a.ID, payment.EUR(3070), "1")
		require.NoError(t, err)
	})
	_, err := slow.Refund(t.Context(), a.Tenant, a.ID, payment.EUR(3070), "2")
	require.ErrorIs(t, err, payment.ErrState)
	assert.Equal(t, int64(3070), b.platform.Refunded())
	s := b.status(t, "K1")
	assert.Equal(t, payment.EUR(0), s.Balance.Booked)
	for _, a := range s.Attempts {
		assert.True(t, a.State.Final(), "the second one was never sent")
	}
}

func TestARefundLeftBehindIsNotSentIfTheMoneyIsGone(t *testing.T) {
	b := newBench(t)
	a := b.paid(t, "K1")
	b.platform.OnRefund = func(payment.RefundRequest, *payment.Result) (*payment.Result, error) { return nil, errLost }
	_, err := b.Refund(t.Context(), a.Tenant, a.ID, payment.EUR(3070), "1")
	require.ErrorIs(t, err, payment.ErrUnavailable)
	b.platform.OnRefund = nil
	asked := b.platform.Refunded()
	_, err = b.Record(t.Context(), bank("K1", "R1", payment.KindChargeback, -3070))
	require.NoError(t, err)
	b.clock.Add(10 * time.Second)
	_, err = b.RefreshDue(t.Context(), 10)
	require.NoError(t, err)
	s := b.status(t, "K1")
	assert.Equal(t, payment.ClaimReview, s.State, "it may have gone through, and a person has to look")
	assert.Equal(t, asked, b.platform.Refunded())
}

func TestMoneyThatTheBankTookBackIsNotPaidBackAgain(t *testing.T) {
	for _, kind := range []payment.Kind{payment.KindChargeback, payment.KindRefund, payment.KindReversal} {
		t.Run(string(kind), func(t *testing.T) {
			b := newBench(t)
			a := b.paid(t, "K1")
			_, err := b.Record(t.Context(), bank("K1", "R1", kind, -3000)) // as reconciliation books it: of no attempt
			require.NoError(t, err)
			_, err = b.Refund(t.Context(), a.Tenant, a.ID, payment.EUR(71), "1")
			require.ErrorIs(t, err, payment.ErrState)
			_, err = b.Refund(t.Context(), a.Tenant, a.ID, payment.EUR(70), "1")
			require.NoError(t, err)
			assert.Equal(t, payment.EUR(0), b.status(t, "K1").Balance.Booked)
		})
	}
}

func part(claimID, attemptID, reference string, cents int64) payment.Entry {
	e := bank(claimID, reference, payment.KindPayment, cents)
	e.AttemptID = attemptID
	return e
}

func TestTwoPartsRecordedAtOnceSettleTheAttempt(t *testing.T) {
	b := newBench(t)
	a := b.start(t, "K1")
	slow := b.slowNode(t, func() {
		_, err := b.Record(t.Context(), part("K1", a.ID, "B1", 1500))
		require.NoError(t, err)
	})
	n, err := slow.Record(t.Context(), part("K1", a.ID, "B2", 1570))
	require.NoError(t, err)
	assert.Equal(t, 1, n)
	s := b.status(t, "K1")
	assert.Equal(t, payment.StatePaid, s.Attempts[0].State)
	assert.Equal(t, payment.ClaimPaid, s.State)
	b.oneEvent(t, a.ID, payment.StatePaid)
}

// oneEvent is that an attempt's state was told exactly once.
func (b *bench) oneEvent(t *testing.T, attemptID string, state payment.State) {
	t.Helper()
	events, err := b.Events(t.Context(), 1000)
	require.NoError(t, err)
	n := 0
	for _, e := range events {
		if e.AttemptID == attemptID && e.State == state {
			n++
		}
	}
	assert.Equal(t, 1, n)
}

func TestManyPartsInParallelSettleTheAttemptOnce(t *testing.T) {
	b := newBench(t)
	a := b.start(t, "K1")
	var wg sync.WaitGroup
	errs := make([]error, 10)
	for i := range errs {
		wg.Go(func() { _, errs[i] = b.Record(t.Context(), part("K1", a.ID, fmt.Sprint(i), 307)) })
	}
	wg.Wait()
	require.NoError(t, errors.Join(errs...))
	assert.Equal(t, payment.StatePaid, b.status(t, "K1").Attempts[0].State)
	b.oneEvent(t, a.ID, payment.StatePaid)
}

func TestOneRecordSettlesTheAttemptsOfSeveralClaims(t *testing.T) {
	b := newBench(t)
	a1, a2 := b.start(t, "K1"), b.start(t, "K2")
	all := []payment.Entry{part("K1", a1.ID, "B1", 70), part("K2", a2.ID, "B1b", 3070), part("K1", a1.ID, "B2", 3000)}
	n, err := b.Record(t.Context(), all...)
	require.NoError(t, err)
	assert.Equal(t, 3, n)
	for claim, a := range map[string]*payment.Attempt{"K1": a1, "K2": a2} {
		s := b.status(t, claim)
		assert.Equal(t, payment.StatePaid, s.Attempts[0].State, claim)
		assert.Equal(t, payment.ClaimPaid, s.State)
		b.oneEvent(t, a.ID, payment.StatePaid)
	}
	n, err = b.Record(t.Context(), all...)
	require.NoError(t, err)
	assert.Zero(t, n)
}

func TestAnAnswerWithAnUnknownStateNeedsAPayPage(t *testing.T) {
	b := newBench(t)
	b.open(t, "K1")
	b.platform.OnCreate = func(_ payment.CreateRequest, r *payment.Result) (*payment.Result, error) {
		r.State, r.PayPageURL = "NEW", ""
		return r, nil
	}
	_, err := b.Start(t.Context(), "musterstadt", "K1")
	require.ErrorIs(t, err, payment.ErrBadAnswer)
}

func TestAnswersWithImpossibleTimesAndTexts(t *testing.T) {
	b := newBench(t)
	b.open(t, "K1")
	far := time.Unix(math.MaxInt64/4, 0)
	b.platform.OnCreate = func(_ payment.CreateRequest, r *payment.Result) (*payment.Result, error) {
		r.ExpiresAt, r.NextCheck, r.PaidAt = far, far, far
		r.Reference, r.Method, r.MethodDetail = "a\x00b\xff", "M\n", string(make([]byte, 100000))
		return r, nil
	}
	a, err := b.Start(t.Context(), "musterstadt", "K1")
	require.NoError(t, err)
	assert.Less(t, a.ExpiresAt.Year(), 9999)
	assert.WithinDuration(t, b.clock.Now(), a.NextCheck, 32*24*time.Hour, "money is looked for, whatever the platform says")
	assert.NotContains(t, a.Reference, "\x00")
	assert.LessOrEqual(t, len(a.MethodDetail), 1000)

	for name, id := range map[string]string{"zero byte": "T\x00", "not UTF-8": "T\xff", "too long": string(make([]byte, 300))} {
		claim := "N" + name[:1]
		b.open(t, claim)
		b.platform.OnCreate = func(_ payment.CreateRequest, r *payment.Result) (*payment.Result, error) {
			r.TransactionID = id
			return r, nil
		}
		_, err := b.Start(t.Context(), "musterstadt", claim)
		require.ErrorIs(t, err, payment.ErrBadAnswer, name)
	}
}

func TestWhatIsPrintedHidesThePayPage(t *testing.T) {
	b := newBench(t)
	a := b.start(t, "K1")
	require.NotEmpty(t, a.PayPageURL)
	for _, v := range []any{a, *a, b.status(t, "K1"), &payment.Collection{PayPageURL: a.PayPageURL}, b.platform.Requests()[0]} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
			s := fmt.Sprintf(verb, v)
			assert.NotContains(t, s, a.PayPageURL)
			assert.NotContains(t, s, "zahlung=")
		}
	}
}
