package paymenttest

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
)

const workers = 4

// RunFaults runs claims through four processes on one database while
// everything fails that can fail: calls that do not reach the platform, or
// whose answer is lost; refusals, wrong and stale answers; notifications that
// come twice and in any order; a database that does not answer; processes that
// die before or after any effect and are started again. Payers pay, cancel, pay
// late and pay twice; the bank reports money, and reports it again; some is paid
// back.
//
// Afterwards, when the faults have ended and time has passed, each payment at
// the platform must be booked exactly once or lie in review, and once a person
// has resolved those, the ledger must equal the books of platform and bank to
// the cent. The seed is printed; with it the run is repeated, step by step
// (unless AtOnce).
func RunFaults(t *testing.T, f Faults) FaultReport {
	if f.FaultRate == 0 {
		f.FaultRate = 0.08
	}
	if f.KillRate == 0 {
		f.KillRate = 0.008
	}
	t.Logf("fault run: seed %d, %d claims, at once: %v", f.Seed, f.Claims, f.AtOnce)
	w := &world{
		t: t, options: f, platform: newPlatform(f.Seed%2 == 0), random: rand.New(rand.NewPCG(f.Seed, 20261123)), now: start,
		done: make(map[string]int), events: make(map[string]payment.Event),
	}
	if !f.AtOnce {
		w.order = newOrder(workers, w.intN)
	}
	var wg sync.WaitGroup
	for i := range workers {
		wg.Go(func() { w.work(i) })
	}
	if w.order != nil {
		w.order.turn[0] <- struct{}{}
	}
	wg.Wait()
	w.calm.Store(true)
	w.order = nil
	return w.settle()
}

// work is a process that is started again whenever it died.
func (w *world) work(i int) {
	if w.order != nil {
		w.order.wait(i)
		defer func() { w.order.pass(i, true) }()
	}
	p := w.start(i)
	for w.more() {
		p.act()
		w.pass(time.Duration(w.intN(20_000)) * time.Millisecond)
		if p.dead.Load() {
			p = w.start(i)
		}
	}
}

// more tells whether anything is left to do: about seven acts for each claim.
func (w *world) more() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.opened < w.options.Claims
}

// act is something that happens to an application. Errors are part of it.
func (p *process) act() {
	w := p.world
	switch n := w.intN(100); {
	case n < 14:
		w.mu.Lock()
		w.opened++
		id := w.opened
		w.mu.Unlock()
		p.visit(id)
	case n < 32:
		p.visit(w.recent())
	case n < 52:
		w.pay()
	case n < 62:
		p.comeBack()
	case n < 72:
		p.notify()
	case n < 92:
		_, _ = p.service.RefreshDue(w.t.Context(), 1+w.intN(8))
	case n < 95:
		p.report()
	case n < 97:
		p.giveBack()
	default:
		p.consume(10)
	}
}

// recent is a claim that somebody is busy with.
func (w *world) recent() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return max(1, w.opened-w.random.IntN(60))
}

func claimID(n int) string { return fmt.Sprintf("K%d", n) }

func (w *world) claim(n int) payment.Claim {
	return payment.Claim{Tenant: tenant, ID: claimID(n), Amount: payment.EUR([]int64{3070, 6140, 1020}[n%3]), Purpose: "Meldebescheinigung"}
}

// visit is a payer who wants to pay; whoever gets a pay page has seen it.
func (p *process) visit(n int) {
	w := p.world
	if _, err := p.service.Open(w.t.Context(), w.claim(n)); err != nil {
		return
	}
	a, err := p.service.Start(w.t.Context(), tenant, claimID(n))
	if err != nil || a.State != payment.StatePending {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.platform.mu.Lock()
	defer w.platform.mu.Unlock()
	if one := w.platform.byTransaction(path.Base(a.PayPageURL)); assert.NotNil(w.t, one, "a pay page of no payment") && !one.shown {
		one.shown = true
		w.pages = append(w.pages, one)
	}
}

// page is a pay page in somebody's browser, mostly a fresh one.
func (w *world) page() *platformPayment {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := len(w.pages)
	if n == 0 {
		return nil
	}
	return w.pages[max(0, n-1-w.random.IntN(80))]
}

// pay is a payer at the pay page.
func (w *world) pay() {
	one := w.page()
	if one == nil {
		return
	}
	switch n := w.intN(10); {
	case n < 6:
		w.platform.settle(one, payment.StatePaid) // also after it was canceled or has failed
	case n < 8:
		w.platform.settle(one, payment.StateCanceled)
	case n < 14:
		w.platform.settle(one, payment.StateFailed)
	}
}

func (p *process) comeBack() {
	if one := p.world.page(); one != nil {
		p.serve(httptest.NewRequest(http.MethodGet, one.returnURL, nil))
	}
}

// notify is a notification about any payment, in any order, any number of times.
func (p *process) notify() {
	if one := p.world.page(); one != nil {
		for range 1 + p.world.intN(2) {
			p.serve(httptest.NewRequest(http.MethodPost, one.notifyURL, nil))
		}
	}
}

func (p *process) serve(r *http.Request) {
	w := httptest.NewRecorder()
	p.service.ReturnHandler().ServeHTTP(w, r)
	assert.NotEqual(p.world.t, http.StatusInternalServerError, w.Code)
}

// report is a statement of account: new money, and all that stood in the last
// statements once more.
func (p *process) report() {
	w := p.world
	n := w.recent()
	w.mu.Lock()
	if w.opened > 0 && w.random.IntN(2) == 0 {
		w.bank = append(w.bank, payment.Entry{
			Tenant: tenant, ClaimID: claimID(n), Provider: "konto-1", TransactionID: fmt.Sprintf("B%d", len(w.bank)),
			Kind: payment.KindPayment, Amount: w.claim(n).Amount, ValueAt: start,
		})
	}
	statement := append([]payment.Entry(nil), w.bank[max(0, len(w.bank)-3):]...)
	w.mu.Unlock()
	for _, e := range statement {
		if _, err := p.service.Open(w.t.Context(), w.claim(atoi(e.ClaimID))); err == nil {
			_, _ = p.service.Record(w.t.Context(), e)
		}
	}
}

func atoi(id string) (n int) {
	_, _ = fmt.Sscanf(id, "K%d", &n)
	return n
}

// giveBack refunds a part of a payment, and asks again for an earlier refund.
func (p *process) giveBack() {
	w := p.world
	if one := w.page(); one != nil && w.intN(2) == 0 {
		w.mu.Lock()
		w.wanted = append(w.wanted, wantedRefund{one.requestID, 1 + int64(w.random.IntN(90))})
		w.mu.Unlock()
	}
	w.mu.Lock()
	wanted := append([]wantedRefund(nil), w.wanted[max(0, len(w.wanted)-3):]...)
	w.mu.Unlock()
	for _, r := range wanted {
		_, _ = p.service.Refund(w.t.Context(), tenant, r.attemptID, payment.EUR(r.cents), fmt.Sprint("r", r.cents))
	}
}

// consume does the work of events once each, and acknowledges it afterwards.
func (p *process) consume(limit int) int {
	w := p.world
	events, err := p.service.Events(w.t.Context(), limit)
	if err != nil {
		return 0
	}
	for _, e := range events {
		w.mu.Lock()
		if w.done[e.ID]++; w.done[e.ID] > 1 {
			assert.Equal(w.t, w.events[e.ID], e, "an event that comes again is the same")
		}
		w.events[e.ID] = e
		w.mu.Unlock()
		if p.step("before the acknowledgement") != nil {
			return 0
		}
		_ = p.service.Ack(w.t.Context(), e.ID)
	}
	return len(events)
}

// settle lets time pass without faults until all is decided, and compares.
func (w *world) settle() FaultReport {
	t := w.t
	p := w.start(0)
	for n := range w.options.Claims {
		_, err := p.service.Open(t.Context(), w.claim(n+1))
		require.NoError(t, err)
	}
	for range 2 { // the bank's statements, once more
		_, err := p.service.Record(t.Context(), w.bank...)
		require.NoError(t, err)
	}
	for range 8 { // four days
		for {
			report, err := p.service.RefreshDue(t.Context(), 1000)
			require.NoError(t, err)
			require.Zero(t, report.Failed)
			if report.Checked == 0 {
				break
			}
		}
		w.pass(12 * time.Hour)
	}
	for p.consume(500) > 0 {
	}
	check := &faultCheck{world: w, service: p.service, entries: make(map[string]int64)}
	check.claims()
	check.resolve()
	for p.consume(500) > 0 {
	}
	return check.compare()
}
