package web_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms/draft"
	"github.com/bausteine/egov/forms/formstest"
	"github.com/bausteine/egov/forms/web"
)

func TestDoubleClicksSubmitOnce(t *testing.T) {
	b := newBench(t, nil)
	p := b.toSummary(b.browser())
	base := origin + prefix + "/antrag/" + id(p)
	v := url.Values{"_token": {p.Value("_token")}, "_stand": {p.Value("_stand")}}.Encode()
	send := func(method, path, body string) int {
		r, err := http.NewRequest(method, base+path, strings.NewReader(body))
		require.NoError(t, err)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		for _, c := range p.Cookies() {
			r.AddCookie(c)
		}
		resp, err := formstest.Transport(b.wizard).RoundTrip(r)
		require.NoError(t, err)
		defer resp.Body.Close()
		_, err = io.Copy(io.Discard, resp.Body)
		require.NoError(t, err)
		return resp.StatusCode
	}
	var wg sync.WaitGroup
	codes := make([]int, 16)
	for i := range codes {
		wg.Go(func() {
			codes[i] = send(http.MethodPost, "/zusammenfassung", v)
			send(http.MethodGet, "/abschluss", "")
		})
	}
	wg.Wait()
	for _, c := range codes {
		assert.Contains(t, []int{http.StatusSeeOther, http.StatusConflict}, c)
	}
	assert.Equal(t, map[string]int{id(p): 1}, b.done)
}

func TestGateRedirectsWaitsAndPasses(t *testing.T) {
	paid, canceled := false, false
	var triggers []web.Trigger
	b := newBench(t, nil)
	b.gate = func(a web.Application) (web.GateResult, error) {
		triggers = append(triggers, a.Trigger)
		switch {
		case paid:
			return web.Pass(), nil
		case canceled && a.Trigger != web.Pressed:
			r := web.Wait("Die Zahlung wurde abgebrochen", "Es wurde nichts abgebucht.")
			r.Button, r.Changeable = "Erneut bezahlen", true
			return r, nil
		case a.Trigger == web.Background:
			return web.GateResult{}, nil
		}
		return web.RedirectTo("https://pay.example/seite?id=" + a.ID), nil
	}
	b.cfg.Gates = []web.Gate{b}
	var err error
	b.wizard, err = web.New(b.cfg)
	require.NoError(t, err)
	br := b.browser()
	p := b.toSummary(br)
	app := id(p)
	away := p.Submit(absenden, nil)
	assert.Equal(t, "https://pay.example/seite?id="+app, away.Elsewhere)

	n, err := b.wizard.FinishDue(context.Background(), 10)
	require.NoError(t, err)
	assert.Zero(t, n)
	canceled = true
	p = br.Get(b.wizard.URL(app))
	assert.Equal(t, "Die Zahlung wurde abgebrochen", p.Heading())
	assert.Contains(t, p.Text(), "Erneut prüfen")
	assert.Equal(t, "https://pay.example/seite?id="+app, p.Submit("Erneut bezahlen", nil).Elsewhere)

	p = p.Submit("Angaben ändern", nil)
	require.Equal(t, "Prüfen Sie Ihre Angaben", p.Heading())
	p = p.Submit(absenden, nil)
	assert.Equal(t, "Die Zahlung wurde abgebrochen", p.Heading())
	assert.Empty(t, b.done)
	canceled = false
	paid = true
	b.clock = b.clock.Add(2 * time.Minute)
	n, err = b.wizard.FinishDue(context.Background(), 10)
	require.NoError(t, err)
	assert.Equal(t, 1, n, "submitted though the browser never came back")
	assert.Equal(t, web.Background, triggers[len(triggers)-1])
	assert.Equal(t, map[string]int{app: 1}, b.done)
	p = br.Get(b.wizard.URL(app))
	assert.Equal(t, "Status Ihres Antrags", p.Heading())
	assert.Contains(t, p.Text(), "eingegangen")
}

func TestGateMayNotLeadAnywhere(t *testing.T) {
	for _, target := range []string{"javascript:alert(1)", "//anderswo.example/", "data:text/html,x", "relativ", "https:/x", "/\\anderswo.example"} {
		b := newBench(t, func(c *web.Config) {
			c.Gates = []web.Gate{web.GateFunc(func(context.Context, web.Application) (web.GateResult, error) { return web.RedirectTo(target), nil })}
		})
		p := b.toSummary(b.browser()).Submit(absenden, nil)
		assert.Equal(t, http.StatusInternalServerError, p.Status, target)
	}
}

// TestCrashes fails the completion at each of its arrows in turn; the next visit
// carries on with the same ID and answers.
func TestCrashes(t *testing.T) {
	for _, c := range []struct {
		name  string
		fail  func(*bench)
		mend  func(*bench)
		calls int // of Complete in the end
	}{
		{"gate fails", func(b *bench) {
			b.gate = func(web.Application) (web.GateResult, error) { return web.GateResult{}, errors.New("boom") }
		}, func(b *bench) {
			b.gate = func(web.Application) (web.GateResult, error) { return web.Pass(), nil }
		}, 1},
		{"Complete fails", func(b *bench) { b.fail = errors.New("boom") }, func(b *bench) { b.fail = nil }, 2},
		{"receipt cannot be stored", func(b *bench) {
			_, err := b.db.Exec(`CREATE TRIGGER boom BEFORE UPDATE ON draft_drafts WHEN NEW.state = 'submitted' BEGIN SELECT RAISE(ABORT, 'boom'); END`)
			require.NoError(b.t, err)
		}, func(b *bench) {
			_, err := b.db.Exec(`DROP TRIGGER boom`)
			require.NoError(b.t, err)
		}, 2},
	} {
		for next, background := range map[string]bool{"visit": false, "background": true} {
			t.Run(c.name+", then "+next, func(t *testing.T) {
				b := newBench(t, nil)
				b.gate = func(web.Application) (web.GateResult, error) { return web.Pass(), nil }
				b.cfg.Gates = []web.Gate{b}
				var err error
				b.wizard, err = web.New(b.cfg)
				require.NoError(t, err)
				br := b.browser()
				p := b.toSummary(br)
				c.fail(b)
				p = p.Submit(absenden, nil)
				assert.Equal(t, http.StatusServiceUnavailable, p.Status)
				assert.Equal(t, "Ihr Antrag konnte gerade nicht übermittelt werden", p.Heading())
				assert.NotEmpty(t, p.Header.Get("Retry-After"))
				assert.Equal(t, http.StatusServiceUnavailable, p.Click("Erneut versuchen").Status)
				c.mend(b)
				confirmed := b.last.ConfirmedAt
				b.clock = b.clock.Add(time.Hour)
				if background {
					n, err := b.wizard.FinishDue(context.Background(), 10)
					require.NoError(t, err)
					assert.Equal(t, 1, n)
					p = br.Get(prefix + "/antrag/" + id(p) + "/eingang")
				} else {
					p = p.Click("Erneut versuchen")
				}
				assert.Equal(t, "Ihr Antrag ist eingegangen", p.Heading())
				assert.Len(t, b.done, 1)
				assert.GreaterOrEqual(t, b.done[id(p)], c.calls)
				if !confirmed.IsZero() {
					assert.Equal(t, confirmed, b.last.ConfirmedAt, "the repeated call sees the same moment")
				}
				assert.NotContains(t, b.log.String(), "Mustermann")
			})
		}
	}
}

// TestRestart builds a second wizard on the same database, as after a kill.
func TestRestart(t *testing.T) {
	b := newBench(t, nil)
	b.fail = errors.New("boom")
	br := b.browser()
	p := b.toSummary(br).Submit(absenden, nil)
	require.Equal(t, http.StatusServiceUnavailable, p.Status)
	var err error
	b.wizard, err = web.New(b.cfg)
	require.NoError(t, err)
	b.fail = nil
	b.clock = b.clock.Add(time.Hour)
	n, err := b.wizard.FinishDue(context.Background(), 10)
	require.NoError(t, err)
	assert.Equal(t, 1, n)
	n, err = b.wizard.FinishDue(context.Background(), 10)
	require.NoError(t, err)
	assert.Zero(t, n)
}

// TestTwoProcesses lets two wizards on one database hand over the same
// application at the same moment: both call Complete, with the same ID, and both
// lead to the same receipt.
func TestTwoProcesses(t *testing.T) {
	b := newBench(t, nil)
	both := make(chan struct{})
	var calls sync.WaitGroup
	calls.Add(2)
	go func() { calls.Wait(); close(both) }()
	b.cfg.Complete = func(ctx context.Context, a web.Application) (web.Receipt, error) {
		calls.Done()
		select {
		case <-both:
		case <-time.After(time.Minute):
			return web.Receipt{}, errors.New("the other process did not come")
		}
		return b.complete(ctx, a)
	}
	b.gate = func(web.Application) (web.GateResult, error) { return web.GateResult{}, nil }
	b.cfg.Gates = []web.Gate{b}
	one, err := web.New(b.cfg)
	require.NoError(t, err)
	two, err := web.New(b.cfg)
	require.NoError(t, err)
	b.wizard = one
	br := b.browser()
	p := b.toSummary(br).Submit(absenden, nil)
	require.Equal(t, "Ihr Antrag ist noch nicht abgeschlossen", p.Heading())
	b.gate = func(web.Application) (web.GateResult, error) { return web.Pass(), nil }
	elsewhere := formstest.New(t, origin, formstest.Transport(two))
	elsewhere.SetCookie(&http.Cookie{Name: "__Host-antrag", Value: br.Cookies()[0].Value, Path: "/", Secure: true})
	var wg sync.WaitGroup
	for _, browser := range []*formstest.Browser{br, elsewhere} {
		wg.Go(func() { assert.Equal(t, "Ihr Antrag ist eingegangen", browser.Get(p.URL.Path).Heading()) })
	}
	wg.Wait()
	assert.Equal(t, map[string]int{id(p): 2}, b.done)
}

// TestOtherProcessFinishesMeanwhile lets another process take the application
// over while Complete runs, and hand it over at each later step of the first
// one in turn: a store asks for the time in every step.
func TestOtherProcessFinishesMeanwhile(t *testing.T) {
	for reference, want := range map[string]string{
		"":             "Ihr Antrag ist eingegangen",
		"MST-ANDERS-1": "Ihr Antrag konnte gerade nicht übermittelt werden",
	} {
		step := 1
		for otherFinishes(t, step, reference, want) {
			step++
		}
		assert.Greater(t, step, 3, "steps at which the other process came")
	}
}

// otherFinishes reports whether the other process came in time.
func otherFinishes(t *testing.T, step int, reference, want string) bool {
	ctx := context.Background()
	b := newBench(t, nil)
	var held *draft.Draft // by the other process
	asked, came := 0, false
	now := func() time.Time {
		if asked++; held == nil || asked != step {
			return b.clock
		}
		d, err := b.drafts.Load(ctx, held.Tenant, held.ID)
		require.NoError(t, err)
		if came = d.State == draft.Submitting; came {
			_, err = b.drafts.Finish(ctx, held, cmp.Or(reference, "MST-"+strings.ToUpper(held.ID[:8])))
			require.NoError(t, err)
		}
		return b.clock
	}
	var err error
	b.cfg.Drafts, err = draft.NewStore(ctx, b.db, []draft.Key{{ID: "k", Secret: bytes.Repeat([]byte{7}, 32)}}, &draft.Options{Now: now})
	require.NoError(t, err)
	b.cfg.Complete = func(ctx context.Context, a web.Application) (web.Receipt, error) {
		d, err := b.drafts.Load(ctx, b.cfg.Tenant, a.ID)
		require.NoError(t, err)
		held, err = b.drafts.Hold(ctx, d)
		require.NoError(t, err)
		asked = 0
		return b.complete(ctx, a)
	}
	b.wizard, err = web.New(b.cfg)
	require.NoError(t, err)
	p := b.toSummary(b.browser()).Submit(absenden, nil)
	if came {
		assert.Equal(t, want, p.Heading(), "step %d", step)
	}
	return came
}

// TestReopeningLosesAgainstHandingOver has another process hand the application
// over between the gate's "changeable" and the reopening.
func TestReopeningLosesAgainstHandingOver(t *testing.T) {
	b := newBench(t, nil)
	closed := web.Wait("Die Zahlung wurde abgebrochen")
	closed.Changeable = true
	b.gate = func(web.Application) (web.GateResult, error) { return closed, nil }
	b.cfg.Gates = []web.Gate{b}
	var err error
	b.wizard, err = web.New(b.cfg)
	require.NoError(t, err)
	other := b.cfg
	other.Gates = nil
	elsewhere, err := web.New(other)
	require.NoError(t, err)
	br := b.browser()
	p := b.toSummary(br).Submit(absenden, nil)
	b.clock = b.clock.Add(time.Hour)
	asked := 0
	b.gate = func(web.Application) (web.GateResult, error) {
		if asked++; asked == 1 {
			n, err := elsewhere.FinishDue(context.Background(), 1)
			require.NoError(t, err)
			require.Equal(t, 1, n)
		}
		return closed, nil
	}
	p = p.Submit("Angaben ändern", nil)
	assert.Equal(t, "Status Ihres Antrags", p.Heading())
	assert.Contains(t, p.Text(), "eingegangen")
	assert.Len(t, b.done, 1)
}

func TestLongHandoverBlocksNobodyElse(t *testing.T) {
	b := newBench(t, nil)
	release, entered := make(chan struct{}), make(chan struct{}, 1)
	slow := ""
	b.cfg.Complete = func(ctx context.Context, a web.Application) (web.Receipt, error) {
		if a.ID == slow {
			entered <- struct{}{}
			<-release
		}
		return b.complete(ctx, a)
	}
	var err error
	b.wizard, err = web.New(b.cfg)
	require.NoError(t, err)
	first, second := b.browser(), b.browser()
	p, q := b.toSummary(first), b.toSummary(second)
	slow = id(p)
	var wg sync.WaitGroup
	wg.Go(func() { assert.Equal(t, "Ihr Antrag ist eingegangen", p.Submit(absenden, nil).Heading()) })
	<-entered
	assert.Equal(t, "Ihr Antrag ist eingegangen", q.Submit(absenden, nil).Heading())
	limited, cancel := context.WithTimeout(context.Background(), time.Minute) // it would wait for ever
	defer cancel()
	r, err := http.NewRequestWithContext(limited, http.MethodGet, origin+prefix+"/antrag/"+slow+"/status", nil)
	require.NoError(t, err)
	r.AddCookie(first.Cookies()[0])
	resp, err := formstest.Transport(b.wizard).RoundTrip(r)
	require.NoError(t, err)
	assert.Equal(t, http.StatusOK, resp.StatusCode, "and its own status can be seen meanwhile")
	require.NoError(t, resp.Body.Close())
	close(release)
	wg.Wait()
}
