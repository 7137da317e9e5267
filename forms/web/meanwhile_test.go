package web_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms/draft"
	"github.com/bausteine/egov/forms/formstest"
	"github.com/bausteine/egov/forms/web"
)

// during sends a page's form, with a button's value, while something else
// happens: after the draft was loaded and before the form is read.
func during(p *formstest.Page, button string, meanwhile func()) *formstest.Page {
	form := url.Values{"_token": {p.Value("_token")}, "_aktion": {button}, "_stand": {p.Value("_stand")}}
	body := readerFunc(func([]byte) (int, error) {
		if meanwhile != nil {
			meanwhile()
			meanwhile = nil
		}
		return 0, io.EOF
	})
	return p.Post("", "application/x-www-form-urlencoded", io.MultiReader(body, strings.NewReader(form.Encode())))
}

// load returns the draft as it is now.
func (b *bench) load(id string) *draft.Draft {
	d, err := b.drafts.Load(context.Background(), b.cfg.Tenant, id)
	require.NoError(b.t, err)
	return d
}

// reopened is a confirmed draft that another window has reopened.
func (b *bench) reopened(id string) *draft.Draft {
	d, err := b.drafts.Reopen(context.Background(), b.load(id))
	require.NoError(b.t, err)
	return d
}

// waiting makes a bench whose applications wait at a gate.
func waiting(t *testing.T) *bench {
	b := newBench(t, nil)
	closed := web.Wait("Wir warten auf Ihre Zahlung")
	closed.Button = "Erneut bezahlen"
	b.gate = func(web.Application) (web.GateResult, error) { return closed, nil }
	b.cfg.Gates = []web.Gate{b}
	var err error
	b.wizard, err = web.New(b.cfg)
	require.NoError(t, err)
	return b
}

func TestAdoptedTwiceAtOnce(t *testing.T) {
	b := newBench(t, nil)
	br := b.browser()
	p := br.Get(prefix+"/").Submit("Ohne Anmeldung fortfahren", nil)
	b.login(br, erika())
	ask := br.Get(p.URL.Path)
	again := during(ask, "", func() { ask.Submit("Mit Nutzerkonto fortsetzen", nil) })
	assert.Equal(t, "Angaben zu Ihrer Person", again.Heading())
	assert.Equal(t, "konto-erika", b.load(id(p)).Owner)
}

// TestAdoptedWhileAnotherWindowLoads: the account has taken the draft over when
// the store is asked whether the browser's token opens it.
func TestAdoptedWhileAnotherWindowLoads(t *testing.T) {
	b := newBench(t, nil)
	br := b.browser()
	p := br.Get(prefix+"/").Submit("Ohne Anmeldung fortfahren", nil)
	b.login(br, erika())
	ask := br.Get(p.URL.Path)
	loaded := false
	now := func() time.Time {
		if !loaded {
			loaded = true
			ask.Submit("Mit Nutzerkonto fortsetzen", nil)
		}
		return b.clock
	}
	var err error
	b.cfg.Drafts, err = draft.NewStore(context.Background(), b.db, []draft.Key{{ID: "k", Secret: bytes.Repeat([]byte{7}, 32)}}, &draft.Options{Now: now})
	require.NoError(t, err)
	other, err := web.New(b.cfg)
	require.NoError(t, err)
	elsewhere := formstest.New(t, origin, formstest.Transport(other))
	elsewhere.SetCookie(&http.Cookie{Name: "__Host-antrag", Value: p.Cookies()[0].Value, Path: "/", Secure: true})
	b.login(elsewhere, erika())
	assert.Equal(t, "Angaben zu Ihrer Person", elsewhere.Get(p.URL.Path).Heading())
	assert.True(t, loaded)
}

// TestLinkIntoAnAccountsDraft: the link was granted while the account took the
// draft over, or the process that did so died before it withdrew the links.
func TestLinkIntoAnAccountsDraft(t *testing.T) {
	b := newBench(t, nil)
	br := b.browser()
	p := br.Get(prefix+"/").Submit("Ohne Anmeldung fortfahren", nil)
	link := linkOf(t, br.Get(prefix+"/antrag/"+id(p)+"/pause"))
	d := b.load(id(p))
	_, err := b.drafts.Save(context.Background(), d, draft.Change{Answers: d.Answers, Owner: "konto-erika"})
	require.NoError(t, err)
	assert.Equal(t, "Wir haben keinen Antrag zu diesem Link gefunden", b.browser().Get(link).Heading())
}

func TestDiscardedTwiceAtOnce(t *testing.T) {
	b := newBench(t, nil)
	br := b.browser()
	p := br.Get(prefix+"/").Submit("Ohne Anmeldung fortfahren", nil)
	ask := br.Get(prefix + "/antrag/" + id(p) + "/verwerfen")
	again := during(ask, "", func() { require.NoError(t, b.drafts.Delete(context.Background(), b.cfg.Tenant, id(p))) })
	assert.Equal(t, "Der Antrag wurde gelöscht", again.Heading())
}

// TestConfirmedWhileAnotherWindowSaves: whoever pressed the button that binds is
// told that it did not.
func TestConfirmedWhileAnotherWindowSaves(t *testing.T) {
	b := newBench(t, nil)
	p := b.toSummary(b.browser())
	d := b.load(id(p))
	q := during(p, "", func() {
		_, err := b.drafts.Save(context.Background(), d, draft.Change{Answers: d.Answers})
		require.NoError(t, err)
	})
	assert.Equal(t, http.StatusConflict, q.Status)
	assert.Equal(t, "Prüfen Sie Ihre Angaben", q.Heading())
	assert.Contains(t, q.Text(), "in einem anderen Fenster geändert")
	assert.Equal(t, "Ihr Antrag ist eingegangen", q.Submit(absenden, nil).Heading())
}

func TestReopenedWhileAnotherWindowGoesOn(t *testing.T) {
	b := waiting(t)
	p := b.toSummary(b.browser()).Submit(absenden, nil)
	require.Equal(t, "Wir warten auf Ihre Zahlung", p.Heading())
	q := during(p, "", func() { b.reopened(id(p)) })
	assert.Equal(t, "Prüfen Sie Ihre Angaben", q.Heading())
}

// TestAdoptedWhileAnotherBrowserGoesOn: a browser that the draft's link let in
// asks the gate again while the draft is reopened, bound to an account and
// confirmed once more. It starts no payment for the account, and sees none.
func TestAdoptedWhileAnotherBrowserGoesOn(t *testing.T) {
	b := waiting(t)
	br := b.browser()
	p := b.toSummary(br).Submit(absenden, nil)
	elsewhere := b.browser().Get(linkOf(t, p)).Submit("Meinen Antrag fortsetzen", nil)
	require.Equal(t, p.Heading(), elsewhere.Heading())
	asked := 0
	late := during(elsewhere, "", func() {
		ctx := context.Background()
		d := b.reopened(id(p))
		d, err := b.drafts.Freeze(ctx, d, draft.Change{Answers: d.Answers, Owner: "konto-erika"})
		require.NoError(t, err)
		require.NoError(t, b.drafts.Revoke(ctx, d.Tenant, d.ID))
		b.gate = func(web.Application) (web.GateResult, error) {
			asked++
			return web.Wait("Erikas Zahlung"), nil
		}
	})
	assert.Equal(t, http.StatusForbidden, late.Status)
	assert.Equal(t, "Bitte melden Sie sich an", late.Heading())
	assert.Zero(t, asked)
}

// TestDueButReopenedOrDeleted: what happened to an application since it was due
// is no error.
func TestDueButReopenedOrDeleted(t *testing.T) {
	b := waiting(t)
	var ids []string
	for range 3 {
		ids = append(ids, id(b.toSummary(b.browser()).Submit(absenden, nil)))
		b.clock = b.clock.Add(time.Second)
	}
	b.clock = b.clock.Add(time.Hour)
	asked := 0
	b.gate = func(a web.Application) (web.GateResult, error) {
		if asked++; asked == 1 {
			others := slices.DeleteFunc(ids, func(id string) bool { return id == a.ID })
			b.reopened(others[0])
			require.NoError(t, b.drafts.Delete(context.Background(), b.cfg.Tenant, others[1]))
		}
		return web.GateResult{}, nil
	}
	n, err := b.wizard.FinishDue(context.Background(), 10)
	require.NoError(t, err)
	assert.Zero(t, n)
	assert.Equal(t, 1, asked)
}

// TestDeletedWhileTheGateLetsItThrough: nobody is told that it is stored and
// will be sent.
func TestDeletedWhileTheGateLetsItThrough(t *testing.T) {
	b := waiting(t)
	p := b.toSummary(b.browser()).Submit(absenden, nil)
	b.gate = func(a web.Application) (web.GateResult, error) {
		return web.Pass(), b.drafts.Delete(context.Background(), a.Tenant, a.ID)
	}
	q := p.Submit("Erneut bezahlen", nil)
	assert.Equal(t, http.StatusNotFound, q.Status)
	assert.Empty(t, b.done)
}
