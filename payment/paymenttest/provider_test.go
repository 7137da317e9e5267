package paymenttest_test

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/paymenttest"
)

// memory is the platform in memory with the faults that it can make.
func memory(*testing.T) paymenttest.Harness {
	var fault atomic.Value
	fault.Store(paymenttest.FaultNone)
	answer := func(r *payment.Result) (*payment.Result, error) {
		switch fault.Load() {
		case paymenttest.FaultUnavailable, paymenttest.FaultLost:
			return nil, fmt.Errorf("no answer: %w", payment.ErrUnavailable)
		case paymenttest.FaultNonsense:
			return nil, fmt.Errorf("<html>: %w", payment.ErrBadAnswer)
		case paymenttest.FaultAmount:
			less := payment.EUR(r.Amount.Cents - 1)
			r.Amount = &less
		}
		return r, nil
	}
	away := func() error {
		if fault.Load() == paymenttest.FaultUnavailable {
			return errors.Join(payment.ErrUnavailable)
		}
		return nil
	}
	p := &paymenttest.Provider{
		BeforeCreate: func(payment.CreateRequest) error { return away() }, OnHealth: away,
		OnCreate: func(_ payment.CreateRequest, r *payment.Result) (*payment.Result, error) { return answer(r) },
		OnQuery:  answer,
	}
	return paymenttest.Harness{
		Provider: p, Count: func(*testing.T) int { return p.Count() }, Secrets: []string{"geheim"},
		Settle: func(_ *testing.T, id string, s payment.State) { p.Set(id, s) },
		Fault: func(_ *testing.T, f paymenttest.Fault) bool {
			switch f {
			case paymenttest.FaultNone, paymenttest.FaultUnavailable, paymenttest.FaultLost, paymenttest.FaultNonsense, paymenttest.FaultAmount:
				fault.Store(f)
				return true
			}
			return false
		},
	}
}

func TestTheProviderInMemoryConforms(t *testing.T) {
	paymenttest.RunProvider(t, memory)
}

// limited is a platform with limits.
func TestAProviderWithLimitsConforms(t *testing.T) {
	paymenttest.RunProvider(t, func(t *testing.T) paymenttest.Harness {
		h := memory(t)
		h.Provider.(*paymenttest.Provider).Limits = payment.Capabilities{
			MaxCents: 999999_00, MaxItems: 99, BookingDataKeys: []string{"hhst"},
			Texts: map[string]payment.TextLimit{"purpose": {Max: 27, Alphabet: `[0-9A-Za-z_ \-]`}},
		}
		h.MaxCents = 999999_00
		h.Prepare = func(c *payment.Claim) { c.BookingData = map[string]string{"hhst": "1234"} }
		return h
	})
}
