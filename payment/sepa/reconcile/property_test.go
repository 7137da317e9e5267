package reconcile_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/sepa/reconcile"
)

// day makes a random statement of n entries over the claims.
func day(rng *rand.Rand, n int, claims []string) string {
	var entries []string
	for i := range n {
		e := entry{amount: fmt.Sprintf("%d.%02d", rng.IntN(40), rng.IntN(100)), ref: fmt.Sprintf("R%d", i)}
		if rng.IntN(4) == 0 {
			e.ref = ""
		}
		kz := claims[rng.IntN(len(claims))]
		switch rng.IntN(8) {
		case 0:
			e.text = "ohne Angabe"
		case 1:
			e.text, e.rf = "x", rf(kz)
		case 2:
			e.text, e.e2e = "x", kz
		case 3:
			e.text = kz + " " + claims[rng.IntN(len(claims))]
		case 4:
			e.text, e.side = kz, "DBIT"
		case 5:
			e.text, e.side, e.extra = kz, "DBIT", `|<RtrInf><Rsn><Cd>MD06</Cd></Rsn></RtrInf>`
		default:
			e.text, e.amount = kz, "10.00"
		}
		entries = append(entries, e.xml())
		if rng.IntN(10) == 0 {
			entries = append(entries, e.xml()) // the bank repeats itself
		}
	}
	return statement(entries...)
}

// crashing is a ledger that fails at random, before or after it has booked.
type crashing struct {
	*payment.Service
	rng *rand.Rand
	mu  *sync.Mutex
}

var errCrash = errors.New("killed")

func (c crashing) Record(ctx context.Context, e ...payment.Entry) (int, error) {
	c.mu.Lock()
	n := c.rng.IntN(6)
	c.mu.Unlock()
	if n == 0 {
		return 0, errCrash
	}
	booked, err := c.Service.Record(ctx, e...)
	if n == 1 {
		return 0, errCrash
	}
	return booked, err
}

// TestKilledAnywhereItBooksOnce: a run that is killed again and again between
// any two bookings, with two processes at a time, ends with the same books as
// one that goes through; and each cent of the statement is in one result.
func TestKilledAnywhereItBooksOnce(t *testing.T) {
	for seed := range uint64(12) {
		rng := rand.New(rand.NewPCG(seed, 99))
		var kzs []string
		quiet, hard := newOffice(t), newOffice(t)
		for i := range 6 {
			kz, err := quiet.config.Formats[0].Make(uint64(100 + i))
			require.NoError(t, err)
			kzs = append(kzs, kz)
			for _, o := range []*office{quiet, hard} {
				o.claim(fmt.Sprintf("c%d", i), kz, 1000*int64(1+i), "")
			}
		}
		doc := day(rng, 60, kzs)
		results, sum := quiet.run(doc)
		var moved, reported int64
		for _, s := range sum.Check.Statements {
			moved = (s.Credit.Units - s.Debit.Units) / 1000
		}
		for _, r := range results {
			if r.Debit {
				reported -= r.Amount.Cents
			} else {
				reported += r.Amount.Cents
			}
		}
		require.Equal(t, moved, reported, "seed %d: every cent is in one result", seed)

		hard.config.Ledger = crashing{hard.service, rng, &sync.Mutex{}}
		r, err := reconcile.New(hard.config)
		require.NoError(t, err)
		for rounds := 0; ; rounds++ {
			require.Less(t, rounds, 500, "seed %d", seed)
			var errs [2]error
			if rounds%3 == 0 { // two at a time
				var wg sync.WaitGroup
				for i := range errs {
					wg.Go(func() { _, errs[i] = r.File(context.Background(), strings.NewReader(doc), nil) })
				}
				wg.Wait()
			} else {
				_, errs[0] = r.File(t.Context(), strings.NewReader(doc), nil)
			}
			if err := errors.Join(errs[:]...); err == nil {
				break
			} else if !errors.Is(err, errCrash) {
				require.NoError(t, err)
			}
		}
		for i := range kzs {
			id := fmt.Sprintf("c%d", i)
			require.Equal(t, keys(quiet.status(id)), keys(hard.status(id)), "seed %d, claim %s", seed, id)
			require.Equal(t, quiet.status(id).Balance, hard.status(id).Balance, "seed %d, claim %s", seed, id)
		}
		_, sum = quiet.run(doc)
		require.Zero(t, sum.Booked)
	}
}

// keys are what is booked, without order and times.
func keys(s *payment.Status) map[payment.EntryKey]payment.Amount {
	out := map[payment.EntryKey]payment.Amount{}
	for _, e := range s.Entries {
		out[e.Key()] = e.Amount
	}
	return out
}
