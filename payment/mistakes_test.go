package payment_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/paymenttest"
	"github.com/bausteine/egov/xoev/finding"
)

// TestMistakesOfOthers: what is known to go wrong in a published client of
// XBezahldienste, each as a test of this package. What concerns the wire
// (postcodes, form encoding, time limits of one exchange) is tested in package
// xbezahldienste.
func TestMistakesOfOthers(t *testing.T) {
	for _, tt := range []struct {
		name string
		run  func(*testing.T)
	}{
		{"a sum above the maximum is not charged as the maximum", func(t *testing.T) { refusedWhole(t, func(c *payment.Claim) { c.Amount = payment.EUR(999999_01) }) }},
		{"a text is not cut", func(t *testing.T) { refusedWhole(t, func(c *payment.Claim) { c.Purpose = strings.Repeat("a", 28) }) }},
		{"a foreign postcode reaches the provider as it is", foreignPostcode},
		{"the attempt is there before the platform knows of it", storedBefore},
		{"one failed look does not end the looking", looksAgain},
		{"looking every second, on every node, does not ask every second", everySecond},
		{"return and notification at once tell of the money once", toldOnce},
		{"another sum or currency is not booked", otherSum},
		{"what stands in the return URL is no result", noResultInURL},
		{"a platform that is away is no error page", noErrorPage},
		{"a platform that never answers holds nobody for ever", neverAnswers},
	} {
		t.Run(tt.name, tt.run)
	}
}

func refusedWhole(t *testing.T, change func(*payment.Claim)) {
	b := newBench(t)
	b.platform.Limits = payment.Capabilities{MaxCents: 999999_00, Texts: map[string]payment.TextLimit{"purpose": {Max: 27}}}
	c := claim("K1")
	change(&c)
	_, err := b.Open(t.Context(), c)
	require.NoError(t, err)
	_, err = b.Start(t.Context(), c.Tenant, c.ID)
	var bad *finding.InvalidError
	require.ErrorAs(t, err, &bad)
	assert.Empty(t, b.platform.Requests())
	assert.Empty(t, b.attempts(t, "K1"))
}

func foreignPostcode(t *testing.T) {
	b := newBench(t)
	c := claim("K1")
	c.Payer = &payment.Payer{PostalCode: "SW1A 2AA", Country: "GB"}
	_, err := b.Open(t.Context(), c)
	require.NoError(t, err)
	_, err = b.Start(t.Context(), c.Tenant, c.ID)
	require.NoError(t, err)
	assert.Equal(t, "SW1A 2AA", b.platform.Requests()[0].Claim.Payer.PostalCode)
}

func storedBefore(t *testing.T) {
	b := newBench(t)
	b.open(t, "K1")
	seen := false
	b.platform.BeforeCreate = func(r payment.CreateRequest) error {
		a, err := b.store.Attempt(context.Background(), "musterstadt", r.RequestID)
		seen = err == nil && a.State == payment.StateCreated
		return nil
	}
	_, err := b.Start(t.Context(), "musterstadt", "K1")
	require.NoError(t, err)
	assert.True(t, seen)
}

func looksAgain(t *testing.T) {
	b := newBench(t)
	a := b.start(t, "K1")
	b.platform.Set(a.TransactionID, payment.StatePaid)
	b.platform.OnQuery = func(*payment.Result) (*payment.Result, error) { return nil, payment.ErrBadAnswer }
	b.clock.Add(time.Minute)
	report, err := b.RefreshDue(t.Context(), 10)
	require.NoError(t, err)
	require.Equal(t, 1, report.Failed)
	b.platform.OnQuery = nil
	b.clock.Add(time.Hour)
	_, err = b.RefreshDue(t.Context(), 10)
	require.NoError(t, err)
	assert.Equal(t, payment.ClaimPaid, b.status(t, "K1").State)
}

func everySecond(t *testing.T) {
	b := newBench(t)
	b.start(t, "K1")
	nodes := []*payment.Service{b.Service, b.restart(t), b.restart(t)}
	before := b.platform.Queries()
	for range 15 * 60 {
		b.clock.Add(time.Second)
		var wg sync.WaitGroup
		for _, n := range nodes {
			wg.Go(func() {
				_, err := n.RefreshDue(t.Context(), 10)
				assert.NoError(t, err)
			})
		}
		wg.Wait()
	}
	assert.Less(t, b.platform.Queries()-before, 7, "in 15 minutes")
	assert.Greater(t, b.platform.Queries()-before, 2)
}

func toldOnce(t *testing.T) {
	b := newBench(t)
	a := b.start(t, "K1")
	b.platform.Set(a.TransactionID, payment.StatePaid)
	b.clock.Add(time.Minute)
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() { b.notify(http.MethodPost, b.platform.Requests()[0].NotifyURL, "") })
		wg.Go(func() { b.notify(http.MethodGet, b.platform.Requests()[0].ReturnURL, "") })
		wg.Go(func() { _, _ = b.RefreshDue(t.Context(), 10) })
	}
	wg.Wait()
	events, err := b.Events(t.Context(), 10)
	require.NoError(t, err)
	assert.Len(t, events, 1)
	assert.Len(t, b.status(t, "K1").Entries, 1)
}

func otherSum(t *testing.T) {
	for _, other := range []payment.Amount{payment.EUR(1), {Cents: 3070, Currency: "CHF"}} {
		b := newBench(t)
		a := b.start(t, "K1")
		b.platform.Set(a.TransactionID, payment.StatePaid)
		b.platform.OnQuery = func(r *payment.Result) (*payment.Result, error) { r.Amount = &other; return r, nil }
		got, err := b.Refresh(t.Context(), a.Tenant, a.ID)
		require.NoError(t, err)
		assert.Equal(t, payment.StateReview, got.State)
		assert.Empty(t, b.status(t, "K1").Entries)
	}
}

func noResultInURL(t *testing.T) {
	b := newBench(t)
	b.start(t, "K1")
	w := b.visit(t, http.MethodGet, b.returnURL(0)+"&status=PAYED&transactionId=T-1&success=true")
	assert.Equal(t, http.StatusOK, w.Code)
	assert.Contains(t, w.Body.String(), "wird geprüft")
	assert.Empty(t, b.status(t, "K1").Entries)
}

func noErrorPage(t *testing.T) {
	b := newBench(t)
	b.start(t, "K1")
	b.platform.OnQuery = func(*payment.Result) (*payment.Result, error) { return nil, errLost }
	w := b.visit(t, http.MethodGet, b.returnURL(0))
	assert.Equal(t, http.StatusOK, w.Code)
	assert.Contains(t, w.Body.String(), "wird geprüft")
	c, err := b.Collect(t.Context(), claim("K1"), nil)
	require.NoError(t, err)
	assert.True(t, c.Pending)
}

// silent is a provider that answers when it is told to stop waiting.
type silent struct{ payment.Provider }

func (silent) Create(ctx context.Context, _ payment.CreateRequest) (*payment.Result, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func neverAnswers(t *testing.T) {
	b := newBench(t)
	b.open(t, "K1")
	c := config(b.clock)
	c.CallTimeout = 50 * time.Millisecond
	s, err := payment.New(b.store, []payment.Registration{{Key: "fake", Version: "1", Provider: silent{new(paymenttest.Provider)}}}, c)
	require.NoError(t, err)
	_, err = s.Start(context.Background(), "musterstadt", "K1")
	require.ErrorIs(t, err, context.DeadlineExceeded)
	assert.Equal(t, payment.StateUnknown, b.attempts(t, "K1")[0].State)
}
