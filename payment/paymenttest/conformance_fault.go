package paymenttest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
)

func sameRequestAtOnce(t *testing.T, h Harness) {
	r := h.request("1", 3070)
	ids := make([]string, 8)
	together(len(ids), func(i int) {
		got, err := h.Provider.Create(t.Context(), r)
		if err == nil {
			ids[i] = got.TransactionID
		} else if !errors.Is(err, payment.ErrExists) || errors.Is(err, payment.ErrRejected) {
			t.Errorf("unexpected error: %v", err)
		}
	})
	first := ""
	for _, id := range ids {
		if first == "" {
			first = id
		}
		assert.True(t, id == "" || id == first, "one request has two payments")
	}
	assert.NotEmpty(t, first, "nobody got the payment")
	h.count(t, 1)
}

func manyAtOnce(t *testing.T, h Harness) {
	together(16, func(i int) {
		r := h.request(strconv.Itoa(i), int64(100+i))
		created, err := h.Provider.Create(t.Context(), r)
		if errors.Is(err, payment.ErrExists) {
			return // an exchange failed on a busy machine, and the provider repeated it by itself
		}
		if !assert.NoError(t, err) {
			return
		}
		got, err := h.Provider.Query(t.Context(), created.TransactionID)
		if assert.NoError(t, err) {
			assert.Equal(t, payment.EUR(int64(100+i)), *got.Amount)
		}
	})
	h.count(t, 16)
}

func hangingPlatform(t *testing.T, h Harness) {
	got := h.create(t, "1")
	h.fault(t, FaultHang)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	time.AfterFunc(100*time.Millisecond, cancel)
	_, err := h.Provider.Query(ctx, got.TransactionID)
	require.ErrorIs(t, err, context.Canceled, "the provider's own limit would be context.DeadlineExceeded")
	_, err = h.Provider.Create(ctx, h.request("2", 3070))
	require.ErrorIs(t, err, context.Canceled)
	assert.NotErrorIs(t, err, payment.ErrRejected)
}

func lostAnswer(t *testing.T, h Harness) {
	r := h.request("1", 3070)
	h.fault(t, FaultLost)
	_, err := h.Provider.Create(t.Context(), r)
	if err != nil && !errors.Is(err, payment.ErrExists) { // who repeats by itself may know
		require.ErrorIs(t, err, payment.ErrUnavailable)
	}
	assert.NotErrorIs(t, err, payment.ErrRejected, "nobody knows whether there is a payment")
	h.fault(t, FaultNone)
	_, err = h.Provider.Create(t.Context(), r)
	if err != nil {
		require.ErrorIs(t, err, payment.ErrExists)
	}
	h.count(t, 1)
}

func outOfOrder(t *testing.T, h Harness) {
	got := h.create(t, "1")
	h.fault(t, FaultUnavailable)
	for _, err := range []error{second(h.Provider.Query(t.Context(), got.TransactionID)), second(h.Provider.Create(t.Context(), h.request("2", 3070)))} {
		require.ErrorIs(t, err, payment.ErrUnavailable)
		assert.NotErrorIs(t, err, payment.ErrRejected)
		assert.NotErrorIs(t, err, payment.ErrNotFound)
	}
	h.fault(t, FaultNone)
	_, err := h.Provider.Query(t.Context(), got.TransactionID)
	require.NoError(t, err)
	h.count(t, 1)
}

func second(_ *payment.Result, err error) error { return err }

func nonsense(t *testing.T, h Harness) {
	got := h.create(t, "1")
	h.fault(t, FaultNonsense)
	r, err := h.Provider.Query(t.Context(), got.TransactionID)
	require.ErrorIs(t, err, payment.ErrBadAnswer)
	assert.Nil(t, r)
	_, err = h.Provider.Create(t.Context(), h.request("2", 3070))
	require.Error(t, err)
	assert.NotErrorIs(t, err, payment.ErrRejected, "nobody knows whether there is a payment")
}

func unknownState(t *testing.T, h Harness) {
	got := h.create(t, "1")
	h.fault(t, FaultStatus)
	r, err := h.Provider.Query(t.Context(), got.TransactionID)
	require.NoError(t, err)
	assert.Equal(t, payment.StatePending, r.State, "never failed")
}

func payPageKept(t *testing.T, h Harness) {
	got := h.create(t, "1")
	h.Settle(t, got.TransactionID, payment.StatePaid)
	h.fault(t, FaultPayPage)
	r, err := h.Provider.Query(t.Context(), got.TransactionID)
	require.NoError(t, err)
	assert.Equal(t, payment.StatePaid, r.State)
	assert.Empty(t, r.PayPageURL)
}

func forgottenTokens(t *testing.T, h Harness) {
	got := h.create(t, "1")
	h.fault(t, FaultTokens)
	_, err := h.Provider.Query(t.Context(), got.TransactionID)
	require.NoError(t, err)
	h.fault(t, FaultTokens)
	_, err = h.Provider.Create(t.Context(), h.request("2", 3070))
	require.NoError(t, err)
	h.count(t, 2)
}

func untrusted(t *testing.T, h Harness) {
	if h.Untrusted == nil {
		t.Skip("the harness has no platform that cannot be trusted")
	}
	p, calls := h.Untrusted(t)
	_, err := p.Create(t.Context(), h.request("1", 3070))
	require.Error(t, err)
	assert.NotErrorIs(t, err, payment.ErrRejected)
	assert.Equal(t, 1, calls(), "trying again does not make it trustworthy")
}

func health(t *testing.T, h Harness) {
	checker, ok := h.Provider.(payment.HealthChecker)
	if !ok {
		t.Skip("the provider has no health check (payment.HealthChecker)")
	}
	require.NoError(t, checker.Health(t.Context()))
	h.fault(t, FaultUnavailable)
	require.Error(t, checker.Health(t.Context()))
}

// secrets makes every call fail in every way there is and looks at what is said.
func secrets(t *testing.T, h Harness) {
	hidden := append([]string{returnToken, "Mustermann", "Erika"}, h.Secrets...)
	r := h.request("1", 3070)
	r.Claim.Payer = &payment.Payer{Name: "Mustermann", FirstName: "Erika"}
	got, err := h.Provider.Create(t.Context(), r)
	require.NoError(t, err)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	look := func(err error) {
		for _, secret := range hidden {
			assert.False(t, strings.Contains(fmt.Sprintf("%v %+v", err, err), secret), "an error holds %q", secret)
			assert.False(t, strings.Contains(fmt.Sprintf("%v %+v", h.Provider, h.Provider), secret), "the provider shows %q", secret)
		}
	}
	calls := func() {
		_, err := h.Provider.Query(t.Context(), "UNKNOWN")
		look(err)
		for _, ctx := range []context.Context{t.Context(), ended} {
			look(second(h.Provider.Create(ctx, r)))
			look(second(h.Provider.Query(ctx, got.TransactionID)))
			if c, ok := h.Provider.(payment.HealthChecker); ok {
				look(c.Health(ctx))
			}
		}
		bad := r
		bad.Claim.Purpose = "Mustermann\x00"
		look(second(h.Provider.Create(t.Context(), bad)))
	}
	calls()
	if h.Fault == nil {
		return
	}
	for _, f := range []Fault{FaultUnavailable, FaultLost, FaultNonsense, FaultTokens} {
		if h.Fault(t, f) {
			calls()
		}
	}
}

func canceling(t *testing.T, h Harness) {
	c, ok := h.Provider.(payment.Canceler)
	if !ok {
		t.Skip("the provider cancels nothing (payment.Canceler)")
	}
	got := h.create(t, "1")
	for range 2 {
		r, err := c.Cancel(t.Context(), got.TransactionID)
		require.NoError(t, err)
		assert.Equal(t, payment.StateCanceled, r.State)
	}
	got = h.create(t, "2")
	h.Settle(t, got.TransactionID, payment.StatePaid)
	r, err := c.Cancel(t.Context(), got.TransactionID)
	require.NoError(t, err)
	assert.Equal(t, payment.StatePaid, r.State, "the payer was faster")
	_, err = c.Cancel(t.Context(), "UNKNOWN")
	assert.ErrorIs(t, err, payment.ErrNotFound)
}

func refunding(t *testing.T, h Harness) {
	p, ok := h.Provider.(payment.Refunder)
	if !ok {
		t.Skip("the provider refunds nothing (payment.Refunder)")
	}
	got := h.create(t, "1")
	refund := payment.RefundRequest{
		TransactionID: got.TransactionID, RequestID: h.request("2", 1).RequestID, RequestedAt: time.Now(), Amount: payment.EUR(1000),
	}
	_, err := p.Refund(t.Context(), refund)
	require.ErrorIs(t, err, payment.ErrRejected, "nothing was paid")
	h.Settle(t, got.TransactionID, payment.StatePaid)
	first, err := p.Refund(t.Context(), refund)
	require.NoError(t, err)
	assert.Equal(t, payment.EUR(-1000), *first.Amount)
	again, err := p.Refund(t.Context(), refund)
	require.NoError(t, err)
	assert.Equal(t, first.TransactionID, again.TransactionID)
	found, err := p.QueryRefund(t.Context(), first.TransactionID)
	require.NoError(t, err)
	assert.Equal(t, payment.EUR(-1000), *found.Amount)
	refund.Amount, refund.RequestID = payment.EUR(3071), h.request("3", 1).RequestID
	_, err = p.Refund(t.Context(), refund)
	require.ErrorIs(t, err, payment.ErrRejected, "more than was paid")
}

func garbageReports(t *testing.T, h Harness) {
	n, ok := h.Provider.(payment.Notifier)
	if !ok {
		t.Skip("the provider takes no reports (payment.Notifier)")
	}
	for _, r := range []*http.Request{
		httptest.NewRequest(http.MethodPost, "/", strings.NewReader("%zz=\xff")),
		httptest.NewRequest(http.MethodGet, "/?%zz", nil),
		httptest.NewRequest(http.MethodPost, "/", strings.NewReader("{")),
	} {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		transactionID, requestID, err := n.Notification(r)
		assert.True(t, err != nil || transactionID == "" && requestID == "", "a payment was found in nonsense")
	}
}
