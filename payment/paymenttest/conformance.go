package paymenttest

import (
	"context"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/xoev/finding"
)

// Harness is a provider with a platform behind it that a test can steer.
type Harness struct {
	Provider payment.Provider
	// Prepare makes the platform take a claim, such as by a Kassenzeichen or
	// booking data; nil if it takes plain ones. It must give the same for the
	// same claim.
	Prepare func(*payment.Claim)
	// Settle makes a payment paid, failed or canceled at the platform, also one
	// that was canceled before (late money).
	Settle func(t *testing.T, transactionID string, state payment.State)
	// Count says how many payments the platform has.
	Count func(t *testing.T) int
	// Fault makes the platform misbehave until the next call; false means that
	// it cannot do this. Nil leaves out the cases that need it.
	Fault func(t *testing.T, f Fault) bool
	// Untrusted returns a provider whose platform has a certificate that nobody
	// trusts, and how often that was called. Nil leaves the case out.
	Untrusted func(t *testing.T) (p payment.Provider, calls func() int)
	// Offline providers call nobody and learn of money only by
	// [payment.Service.Record], as invoices. Settle, Count and Fault are nil.
	Offline bool
	// NoFailure says that the platform knows no failed payments.
	NoFailure bool
	// MaxCents is the greatest sum the platform takes; 0 is no limit.
	MaxCents int64
	// Secrets must not show in errors and logs.
	Secrets []string
}

// Fault is a way in which a platform misbehaves.
type Fault string

// The faults of [Harness].Fault.
const (
	FaultNone        Fault = "none"
	FaultUnavailable Fault = "unavailable"   // refuses every call for now (HTTP 503) and does nothing
	FaultLost        Fault = "lost"          // does what it is asked, and the answer gets lost
	FaultHang        Fault = "hang"          // does not answer
	FaultNonsense    Fault = "nonsense"      // answers what cannot be read
	FaultAmount      Fault = "amount"        // names a cent too little
	FaultStatus      Fault = "status"        // names a state that nobody knows
	FaultPayPage     Fault = "pay page"      // names the pay page after payment too
	FaultTokens      Fault = "access tokens" // no longer knows the access tokens that it gave so far
)

// providerCases are what RunProvider checks.
var providerCases = []struct {
	name   string
	online bool // needs a platform
	run    func(*testing.T, Harness)
}{
	{"create and query", false, createAndQuery},
	{"each result", true, eachResult},
	{"the same request twice makes one payment", false, sameRequestTwice},
	{"the same request at the same time makes one payment", false, sameRequestAtOnce},
	{"many payments at the same time stay apart", false, manyAtOnce},
	{"an unknown transaction is not found", false, unknownTransaction},
	{"the smallest and the greatest sum, nothing beyond, nothing cut", false, sums},
	{"one and many items", false, items},
	{"items that do not add up are not sent", false, brokenSum},
	{"texts are taken as they are or refused", false, texts},
	{"limits of the platform are told before", false, describedLimits},
	{"an ended context ends the call", false, endedCall},
	{"a platform that hangs is left in time", true, hangingPlatform},
	{"an answer lost after accepting makes no second payment", true, lostAnswer},
	{"a platform out of order is no refusal", true, outOfOrder},
	{"an answer that cannot be read is no result", true, nonsense},
	{"an unknown state is pending", true, unknownState},
	{"a pay page only while pending", true, payPageKept},
	{"forgotten access tokens are fetched again", true, forgottenTokens},
	{"a platform that cannot be trusted is called once", true, untrusted},
	{"health", true, health},
	{"secrets and persons show in no error and no log", false, secrets},
	{"canceling", true, canceling},
	{"refunding twice pays back once", true, refunding},
	{"a report that is none is refused", false, garbageReports},
	{"a claim is paid through the service", false, throughTheService},
	{"parallel refreshes book once", true, refreshesBookOnce},
	{"late money is booked and flagged", true, lateMoney},
	{"another amount goes to review", true, anotherAmount},
	{"the poller goes on after an error", true, pollerGoesOn},
	{"a process that dies before the call", false, diesBeforeTheCall},
	{"a process that dies after the platform accepted", false, diesAfterAccepting},
	{"another configuration finishes nothing that it has not begun", false, providerSwitch},
}

// RunProvider checks a provider against what payment.Provider promises. Make
// returns a fresh platform for each case.
func RunProvider(t *testing.T, make func(t *testing.T) Harness) {
	for _, c := range providerCases {
		t.Run(c.name, func(t *testing.T) {
			h := make(t)
			if c.online && h.Offline {
				t.Skip("the provider calls no platform")
			}
			c.run(t, h)
		})
	}
}

// fault makes one, or ends the case.
func (h Harness) fault(t *testing.T, f Fault) {
	t.Helper()
	if h.Fault == nil || !h.Fault(t, f) {
		t.Skipf("the platform cannot be made to misbehave in this way: %s", f)
	}
}

func (h Harness) count(t *testing.T, want int) {
	t.Helper()
	if !h.Offline {
		assert.Equal(t, want, h.Count(t), "payments at the platform")
	}
}

func (h Harness) claim(id string, cents int64) payment.Claim {
	c := payment.Claim{Tenant: tenant, ID: id, Amount: payment.EUR(cents), Purpose: "Meldebescheinigung"}
	if h.Prepare != nil {
		h.Prepare(&c)
	}
	return c
}

// request makes 26 characters A-Z 2-7 of a short name, as the service does.
func (h Harness) request(id string, cents int64) payment.CreateRequest {
	letters := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return 'A' + r - '0'
		}
		return r
	}, strings.ToUpper(id))
	return payment.CreateRequest{
		Claim: h.claim(id, cents), RequestID: (letters + strings.Repeat("X", 26))[:26], RequestedAt: time.Now().UTC().Truncate(time.Microsecond),
		ReturnURL: "https://service.musterstadt.example/zahlung/zurueck?zahlung=" + returnToken,
		NotifyURL: "https://service.musterstadt.example/zahlung/meldung?zahlung=" + returnToken,
	}
}

const returnToken = "geheimes-rueckkehr-token-0123456789-0123456"

func (h Harness) create(t *testing.T, id string) *payment.Result {
	t.Helper()
	r, err := h.Provider.Create(t.Context(), h.request(id, 3070))
	require.NoError(t, err)
	return r
}

func createAndQuery(t *testing.T, h Harness) {
	r := h.request("1", 3070)
	got, err := h.Provider.Create(t.Context(), r)
	require.NoError(t, err)
	assert.Equal(t, payment.StatePending, got.State)
	assert.NotEmpty(t, got.TransactionID)
	assert.NotEmpty(t, got.PayPageURL)
	require.NotNil(t, got.Amount)
	assert.Equal(t, r.Claim.Amount, *got.Amount)
	if got.RequestID != "" {
		assert.Equal(t, r.RequestID, got.RequestID)
	}
	again, err := h.Provider.Query(t.Context(), got.TransactionID)
	require.NoError(t, err)
	assert.Equal(t, got.TransactionID, again.TransactionID)
	assert.Equal(t, payment.StatePending, again.State)
	h.count(t, 1)
}

func eachResult(t *testing.T, h Harness) {
	for n, state := range []payment.State{payment.StatePaid, payment.StateFailed, payment.StateCanceled} {
		if state == payment.StateFailed && h.NoFailure {
			continue
		}
		got := h.create(t, strconv.Itoa(n))
		h.Settle(t, got.TransactionID, state)
		again, err := h.Provider.Query(t.Context(), got.TransactionID)
		require.NoError(t, err)
		assert.Equal(t, state, again.State)
		assert.Empty(t, again.PayPageURL, "a pay page only while pending")
		require.NotNil(t, again.Amount)
		assert.Equal(t, payment.EUR(3070), *again.Amount)
	}
}

func sameRequestTwice(t *testing.T, h Harness) {
	r := h.request("1", 3070)
	first, err := h.Provider.Create(t.Context(), r)
	require.NoError(t, err)
	second, err := h.Provider.Create(t.Context(), r)
	if err != nil {
		require.ErrorIs(t, err, payment.ErrExists)
		assert.NotErrorIs(t, err, payment.ErrRejected)
	} else {
		assert.Equal(t, first.TransactionID, second.TransactionID)
	}
	h.count(t, 1)
	l, ok := h.Provider.(payment.Lookuper)
	if !ok {
		return
	}
	found, err := l.Lookup(t.Context(), r.RequestID)
	if err != nil {
		assert.ErrorIs(t, err, payment.ErrNotFound)
		return
	}
	assert.Equal(t, first.TransactionID, found.TransactionID)
	_, err = l.Lookup(t.Context(), h.request("2", 1).RequestID)
	assert.ErrorIs(t, err, payment.ErrNotFound)
}

func unknownTransaction(t *testing.T, h Harness) {
	for _, id := range []string{"UNKNOWN", "", "../status", "Ä", "a b", "\x00"} {
		r, err := h.Provider.Query(t.Context(), id)
		require.ErrorIs(t, err, payment.ErrNotFound)
		assert.Nil(t, r)
	}
}

func sums(t *testing.T, h Harness) {
	for n, cents := range []int64{1, max(h.MaxCents, 1)} {
		got, err := h.Provider.Create(t.Context(), h.request(strconv.Itoa(n), cents))
		require.NoError(t, err)
		assert.Equal(t, payment.EUR(cents), *got.Amount)
	}
	beyond := []int64{0, -1}
	if h.MaxCents > 0 {
		beyond = append(beyond, h.MaxCents+1)
	}
	for n, cents := range beyond {
		_, err := h.Provider.Create(t.Context(), h.request("x"+strconv.Itoa(n), cents))
		var bad *finding.InvalidError
		require.ErrorAs(t, err, &bad, "refused, not cut to what fits")
	}
	h.count(t, 2)
}

func withItems(c *payment.Claim, n int) {
	data := c.BookingData
	c.BookingData, c.Items = nil, nil
	for i := range n {
		c.Items = append(c.Items, payment.Item{
			ID: strconv.Itoa(i + 1), Quantity: 3, UnitNet: payment.EUR(10), UnitTax: payment.EUR(2), TaxRate: 1900, BookingData: data,
		})
	}
	c.Amount = payment.EUR(int64(n) * 36)
}

func items(t *testing.T, h Harness) {
	for _, n := range []int{1, 99} {
		r := h.request(strconv.Itoa(n), 1)
		withItems(&r.Claim, n)
		got, err := h.Provider.Create(t.Context(), r)
		require.NoError(t, err)
		assert.Equal(t, r.Claim.Amount, *got.Amount)
	}
}

func brokenSum(t *testing.T, h Harness) {
	for name, change := range map[string]func(*payment.Claim){
		"a cent more": func(c *payment.Claim) { c.Amount.Cents++ },
		"a cent less": func(c *payment.Claim) { c.Amount.Cents-- },
		"currencies":  func(c *payment.Claim) { c.Items[0].UnitNet.Currency = "CHF" },
	} {
		r := h.request("1", 1)
		withItems(&r.Claim, 2)
		change(&r.Claim)
		var bad *finding.InvalidError
		_, err := h.Provider.Create(t.Context(), r)
		require.ErrorAs(t, err, &bad, name)
	}
	h.count(t, 0)
}

// texts are ordinary in town halls; several are refused by the standard's
// alphabets.
func texts(t *testing.T, h Harness) {
	taken := 0
	for n, text := range []string{
		"Meldebescheinigung", "§ 5 Abs. 2 BMG", "Gebühr/Auslagen", "Fischereischein (1 Jahr)", "Müller & Söhne", "Straße 1: Test",
		"Șerban", "MELDEBESCHEINIGUNG", strings.Repeat("a", 27), strings.Repeat("a", 28), strings.Repeat("a", 140), "a\u0308",
	} {
		r := h.request(strconv.Itoa(n), 3070)
		r.Claim.Purpose = text
		require.NoError(t, r.Claim.Validate())
		refused := false
		if c, ok := h.Provider.(payment.Checker); ok {
			refused = finding.Judge(c.Check(r.Claim)) == finding.Rejected
		}
		if d, ok := h.Provider.(payment.Describer); ok {
			refused = refused || len(d.Capabilities().Check(r.Claim)) > 0
		}
		_, err := h.Provider.Create(t.Context(), r)
		if refused {
			var bad *finding.InvalidError
			require.ErrorAs(t, err, &bad, "what the check refuses is not sent: %q", text)
			continue
		}
		require.NoError(t, err, "what the check takes is taken: %q", text)
		taken++
	}
	assert.NotZero(t, taken)
	h.count(t, taken)
}

func describedLimits(t *testing.T, h Harness) {
	d, ok := h.Provider.(payment.Describer)
	if !ok {
		t.Skip("the provider does not describe its platform (payment.Describer)")
	}
	c := d.Capabilities()
	if h.MaxCents > 0 {
		assert.Equal(t, h.MaxCents, c.MaxCents)
	}
	if n := c.Texts["purpose"].Max; n > 0 {
		for i, length := range []int{n, n + 1} {
			r := h.request(strconv.Itoa(i), 3070)
			r.Claim.Purpose = strings.Repeat("1", length) // in every alphabet
			_, err := h.Provider.Create(t.Context(), r)
			assert.Equal(t, length <= n, err == nil, "%d characters", length)
		}
	}
	if n := c.MaxItems; n > 0 {
		r := h.request("9", 1)
		withItems(&r.Claim, n+1)
		assert.NotEmpty(t, c.Check(r.Claim))
		_, err := h.Provider.Create(t.Context(), r)
		assert.Error(t, err)
	}
}

func endedCall(t *testing.T, h Harness) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	before := time.Now()
	_, err := h.Provider.Create(ctx, h.request("1", 3070))
	require.ErrorIs(t, err, context.Canceled)
	assert.NotErrorIs(t, err, payment.ErrRejected)
	_, err = h.Provider.Query(ctx, "T")
	require.ErrorIs(t, err, context.Canceled)
	assert.Less(t, time.Since(before), 5*time.Second)
}
