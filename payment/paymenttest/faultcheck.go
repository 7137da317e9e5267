package paymenttest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
)

// faultCheck compares the ledger with the books of platform and bank.
type faultCheck struct {
	world   *world
	service *payment.Service
	reviews []payment.Attempt
	entries map[string]int64 // cents by attempt or, from the bank, by transaction
	report  FaultReport
}

func (c *faultCheck) t() *testing.T { return c.world.t }

// claims looks at every claim before anybody has resolved anything: what was
// paid at the platform is booked once or lies in review; nothing is left half
// done.
func (c *faultCheck) claims() {
	t := c.t()
	booked := make(map[string]int)
	review := make(map[string]bool)
	for n := range c.world.options.Claims {
		s, err := c.service.Status(t.Context(), tenant, claimID(n+1))
		require.NoError(t, err)
		for _, a := range s.Attempts {
			if a.State == payment.StateReview {
				c.reviews = append(c.reviews, a)
				review[a.ID] = true
			}
			if a.State == payment.StateOrphaned {
				c.report.Orphaned++
			}
			assert.False(t, a.State.Open(), "claim %s is left %s", a.ClaimID, a.State)
		}
		for _, e := range s.Entries {
			if e.Kind == payment.KindPayment && e.AttemptID != "" {
				booked[e.AttemptID]++
			}
		}
	}
	c.report.Reviews = len(c.reviews)
	for _, one := range c.world.platform.order {
		switch {
		case one.state == payment.StatePaid && !review[one.requestID]:
			assert.Equal(t, 1, booked[one.requestID], "payment %s of claim %s is booked %d times", one.transactionID, one.claimID, booked[one.requestID])
		case one.state == payment.StatePaid:
			assert.Zero(t, booked[one.requestID], "payment %s is booked and in review", one.transactionID)
		default:
			assert.Zero(t, booked[one.requestID], "payment %s is booked and was not paid", one.transactionID)
		}
		if one.state == payment.StatePaid {
			assert.True(t, one.shown)
			c.report.Payments++
		}
	}
}

// resolve is a person who looks into the platform's books.
func (c *faultCheck) resolve() {
	t := c.t()
	for _, a := range c.reviews {
		received := payment.EUR(0)
		if a.Refunds != "" {
			if r := c.world.platform.refunds[a.ID]; r != nil {
				received = r.amount.Neg()
			}
		} else if one := c.world.platform.payments[a.ID]; one != nil && one.state == payment.StatePaid {
			received = one.amount
		}
		_, err := c.service.Resolve(t.Context(), tenant, a.ID, received, "sb-17")
		require.NoError(t, err)
	}
}

// compare adds everything up.
func (c *faultCheck) compare() FaultReport {
	t, w := c.t(), c.world
	ledger, expected := payment.EUR(0), payment.EUR(0)
	entries := 0
	for n := range w.options.Claims {
		s, err := c.service.Status(t.Context(), tenant, claimID(n+1))
		require.NoError(t, err)
		ledger, err = ledger.Add(s.Balance.Booked)
		require.NoError(t, err)
		entries += len(s.Entries)
		for _, e := range s.Entries {
			c.entries[e.Provider+" "+e.AttemptID+" "+string(e.Kind)] += e.Amount.Cents
			if e.Late {
				c.report.Late++
			}
		}
		switch s.State {
		case payment.ClaimOverpaid:
			c.report.Overpaid++
		case payment.ClaimOpen:
			c.report.Abandoned++
		case payment.ClaimReview, payment.ClaimPending:
			assert.Fail(t, "undecided", "claim %s is %s", s.Claim.ID, s.State)
		}
	}
	for _, one := range w.platform.order {
		want := int64(0)
		if one.state == payment.StatePaid {
			want = one.amount.Cents
		}
		assert.Equal(t, want, c.entries["plattform "+one.requestID+" payment"], "payment %s", one.transactionID)
		expected.Cents += want
	}
	for id, r := range w.platform.refunds {
		assert.Equal(t, -r.amount.Cents, c.entries["plattform "+id+" refund"], "refund %s", id)
		expected.Cents -= r.amount.Cents
	}
	for _, e := range w.bank {
		expected.Cents += e.Amount.Cents
	}
	assert.Equal(t, expected, ledger, "the ledger equals the books of platform and bank")
	booked := 0
	for _, e := range w.events {
		if e.Kind != "" {
			booked++
		}
	}
	assert.Equal(t, entries, booked, "each entry was told of once")
	assert.Greater(t, c.report.Payments, w.options.Claims/20, "hardly anything was paid: the run shows nothing")
	assert.NotZero(t, w.faults.Load()*w.kills.Load())
	c.report.Claims, c.report.Entries, c.report.Refunds, c.report.Events = w.options.Claims, entries, len(w.platform.refunds), len(w.events)
	c.report.Faults, c.report.Kills, c.report.Booked = w.faults.Load(), w.kills.Load(), ledger
	return c.report
}
