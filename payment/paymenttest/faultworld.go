package paymenttest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
)

// world is what the processes of a fault run share: chance, time, platform,
// bank, payers and the order in which things happen.
type world struct {
	t        *testing.T
	options  Faults
	platform *platform
	calm     atomic.Bool // faults have ended
	faults   atomic.Int64
	kills    atomic.Int64

	order *order // nil: at once

	mu     sync.Mutex
	random *rand.Rand
	now    time.Time
	opened int
	pages  []*platformPayment // pay pages that payers have seen
	bank   []payment.Entry    // what the bank has reported
	done   map[string]int     // work done by consumers, by event id
	events map[string]payment.Event
	wanted []wantedRefund
}

type wantedRefund struct {
	attemptID string
	cents     int64
}

func (w *world) rough() bool { return !w.calm.Load() }

// chance is true with a probability.
func (w *world) chance(p float64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.random.Float64() < p
}

func (w *world) intN(n int) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.random.IntN(n)
}

// fault picks the first kind, nothing, most of the time.
func (w *world) fault(none string, kinds ...string) string {
	if !w.rough() || !w.chance(w.options.FaultRate) {
		return none
	}
	w.faults.Add(1)
	return kinds[w.intN(len(kinds))]
}

// Read is the randomness of the services.
func (w *world) Read(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := range p {
		p[i] = byte(w.random.Uint32())
	}
	return len(p), nil
}

var _ io.Reader = (*world)(nil)

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// order lets one worker run at a time and picks the next one at every step, so
// that a run with the same seed is the same run.
type order struct {
	turn   []chan struct{}
	active []bool
	pick   func(n int) int
}

func newOrder(workers int, pick func(int) int) *order {
	o := &order{pick: pick}
	for range workers {
		o.turn, o.active = append(o.turn, make(chan struct{}, 1)), append(o.active, true)
	}
	return o
}

func (o *order) wait(i int) { <-o.turn[i] }

// pass hands the turn on; the worker that is gone for good waits for nothing.
func (o *order) pass(i int, gone bool) {
	o.active[i] = !gone
	var others []int
	for j, active := range o.active {
		if active {
			others = append(others, j)
		}
	}
	if len(others) == 0 {
		return
	}
	next := others[o.pick(len(others))]
	if next == i {
		return
	}
	o.turn[next] <- struct{}{}
	if !gone {
		o.wait(i)
	}
}

// errDead is what everything says in a process that was killed.
var errDead = errors.New("the process was killed")

// process is one process of an application. Once killed it reaches neither
// database nor platform, wherever it was.
type process struct {
	world   *world
	worker  int
	dead    atomic.Bool
	service *payment.Service
}

// step is a moment between two effects: others may run, and death may come.
func (p *process) step(string) error {
	if p.world.order != nil {
		p.world.order.pass(p.worker, false)
	}
	if p.world.rough() && p.world.chance(p.world.options.KillRate) && !p.dead.Swap(true) {
		p.world.kills.Add(1)
	}
	if p.dead.Load() {
		return errDead
	}
	return nil
}

// start is a process that begins on the database as it is.
func (w *world) start(worker int) *process {
	p := &process{world: w, worker: worker}
	log := slog.New(slog.DiscardHandler)
	if !w.rough() {
		log = slog.New(slog.NewTextHandler(w.t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	}
	registrations := []payment.Registration{{Key: "plattform", Version: "1", Provider: faultyProvider{p}}}
	var err error
	p.service, err = payment.New(mortalStore{p, w.options.Open(w.t)}, registrations, payment.Config{
		BaseURL: "https://service.musterstadt.example", Target: func(payment.Claim, payment.State) string { return "/" },
		Logger: log, Now: w.clock, Rand: w, Workers: 1, StartWait: -1, ReturnWait: time.Hour, CallTimeout: time.Hour, Lease: w.options.lease(), AttemptTTL: time.Hour, LateWindow: 36 * time.Hour,
	})
	require.NoError(w.t, err)
	return p
}

// mortalStore is a store as seen by a process that may die before and after
// each change; what was changed by then stays.
type mortalStore struct {
	process *process
	payment.Store
}

func mortal[T any](s mortalStore, name string, call func() (T, error)) (T, error) {
	var none T
	if err := s.process.step("before " + name); err != nil {
		return none, err
	}
	if s.process.world.fault("", "database") != "" {
		return none, errors.New("the database did not answer")
	}
	value, err := call()
	if dead := s.process.step("after " + name); dead != nil {
		return none, dead
	}
	return value, err
}

func (s mortalStore) PutClaim(ctx context.Context, c payment.Claim) (payment.Claim, error) {
	return mortal(s, "PutClaim", func() (payment.Claim, error) { return s.Store.PutClaim(ctx, c) })
}

func (s mortalStore) Claim(ctx context.Context, tenant, id string) (*payment.Record, error) {
	return mortal(s, "Claim", func() (*payment.Record, error) { return s.Store.Claim(ctx, tenant, id) })
}

func (s mortalStore) Attempt(ctx context.Context, tenant, id string) (payment.Attempt, error) {
	return mortal(s, "Attempt", func() (payment.Attempt, error) { return s.Store.Attempt(ctx, tenant, id) })
}

func (s mortalStore) Apply(ctx context.Context, c payment.Change) error {
	_, err := mortal(s, "Apply", func() (struct{}, error) { return struct{}{}, s.Store.Apply(ctx, c) })
	return err
}

func (s mortalStore) LeaseDue(ctx context.Context, now, until time.Time, limit int) ([]payment.Attempt, error) {
	return mortal(s, "LeaseDue", func() ([]payment.Attempt, error) { return s.Store.LeaseDue(ctx, now, until, limit) })
}

func (s mortalStore) Events(ctx context.Context, limit int) ([]payment.Event, error) {
	return mortal(s, "Events", func() ([]payment.Event, error) { return s.Store.Events(ctx, limit) })
}

func (s mortalStore) Ack(ctx context.Context, ids ...string) error {
	_, err := mortal(s, "Ack", func() (struct{}, error) { return struct{}{}, s.Store.Ack(ctx, ids...) })
	return err
}

// Faults describes a fault run.
type Faults struct {
	Claims int
	Seed   uint64
	// Open is called by each process that starts, on the same database.
	Open func(t *testing.T) payment.Store
	// FaultRate and KillRate are the probabilities that a call fails and that
	// the process dies at a moment between two effects (defaults 0.08, 0.008).
	FaultRate, KillRate float64
	// AtOnce lets the four workers really run at the same time; then chance is
	// not the only thing that decides, and a seed does not repeat the run.
	AtOnce bool
}

func (f Faults) lease() time.Duration {
	if f.AtOnce {
		return 5 * time.Second
	}
	return time.Hour // renewed after 20 minutes, which no call of a run takes
}

// FaultReport says what happened in a fault run.
type FaultReport struct {
	Claims, Payments, Entries, Refunds, Events   int
	Faults, Kills                                int64
	Reviews, Orphaned, Late, Overpaid, Abandoned int
	Booked                                       payment.Amount
}

// String lists the numbers.
func (r FaultReport) String() string {
	return fmt.Sprintf("%d claims: %d payments at the platform, %d entries, %d refunds, %d events; %d faults, %d kills; "+
		"%d reviews, %d orphaned, %d late, %d overpaid, %d abandoned; booked %s", r.Claims, r.Payments, r.Entries, r.Refunds, r.Events,
		r.Faults, r.Kills, r.Reviews, r.Orphaned, r.Late, r.Overpaid, r.Abandoned, r.Booked)
}
