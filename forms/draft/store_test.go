package draft_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms/draft"
)

const tenant = "musterstadt"

func secret(b byte) []byte { return bytes.Repeat([]byte{b}, 32) }

var key = draft.Key{ID: "k1", Secret: secret(1)}

func (e *env) create(t testing.TB, n draft.New) *draft.Draft {
	t.Helper()
	if n.Tenant == "" {
		n.Tenant = tenant
	}
	n.Form, n.FormVersion = "S05000058", "1.0"
	d, err := e.Create(context.Background(), n)
	require.NoError(t, err)
	return d
}

func TestLifeOfADraft(t *testing.T) {
	both(t, func(t *testing.T, on database) {
		ctx := context.Background()
		e := newEnv(t, on, draft.Options{})
		d := e.create(t, draft.New{Answers: []byte(`{}`)})
		assert.Equal(t, draft.Open, d.State)
		assert.Len(t, d.ID, 36)

		e.clock.t = e.clock.t.Add(time.Hour)
		d, err := e.Save(ctx, d, draft.Change{Answers: []byte(`{"a":1}`), Add: []draft.Blob{{ID: "b1", Name: "Ausweis.pdf", Type: "application/pdf", Data: []byte("%PDF-1.7")}}})
		require.NoError(t, err)
		loaded, err := e.Load(ctx, tenant, d.ID)
		require.NoError(t, err)
		assert.Equal(t, d, loaded)
		assert.Equal(t, e.clock.t.Add(30*24*time.Hour), loaded.Expires)

		b, err := e.Blob(ctx, tenant, d.ID, "b1")
		require.NoError(t, err)
		assert.Equal(t, &draft.Blob{ID: "b1", Name: "Ausweis.pdf", Type: "application/pdf", Data: []byte("%PDF-1.7"), Size: 8}, b)
		list, err := e.Blobs(ctx, tenant, d.ID)
		require.NoError(t, err)
		assert.Equal(t, []draft.Blob{{ID: "b1", Name: "Ausweis.pdf", Type: "application/pdf", Size: 8}}, list)

		_, err = e.Finish(ctx, d, "R-1")
		require.ErrorIs(t, err, draft.ErrState)
		_, err = e.Reopen(ctx, d)
		require.ErrorIs(t, err, draft.ErrState)
		d, err = e.Freeze(ctx, d, draft.Change{Answers: []byte(`{"a":2}`)})
		require.NoError(t, err)
		_, err = e.Save(ctx, d, draft.Change{})
		require.ErrorIs(t, err, draft.ErrState)
		d, err = e.Reopen(ctx, d)
		require.NoError(t, err)
		assert.Equal(t, `{"a":2}`, string(d.Answers))
		d, err = e.Freeze(ctx, d, draft.Change{Answers: []byte(`{"a":3}`)})
		require.NoError(t, err)

		done, err := e.Finish(ctx, d, "R-1")
		require.NoError(t, err)
		assert.Equal(t, draft.Submitted, done.State)
		assert.Equal(t, e.clock.t.Add(90*24*time.Hour), done.Expires)
		again, err := e.Finish(ctx, d, "R-1")
		require.NoError(t, err)
		assert.Equal(t, done, again)
		_, err = e.Finish(ctx, d, "R-2")
		require.ErrorIs(t, err, draft.ErrConflict)
		_, err = e.Finish(ctx, d, "")
		require.Error(t, err)
		loaded, err = e.Load(ctx, tenant, d.ID)
		require.NoError(t, err)
		assert.Equal(t, "R-1", loaded.Reference)
		assert.Equal(t, `{"a":3}`, string(loaded.Answers))
	})
}

func TestTwoTabs(t *testing.T) {
	both(t, func(t *testing.T, on database) {
		ctx := context.Background()
		e := newEnv(t, on, draft.Options{})
		d := e.create(t, draft.New{})
		_, err := e.Save(ctx, d, draft.Change{Answers: []byte("first")})
		require.NoError(t, err)
		n, err := e.Save(ctx, d, draft.Change{Answers: []byte("second"), Add: []draft.Blob{{ID: "b"}}})
		require.ErrorIs(t, err, draft.ErrConflict)
		assert.Nil(t, n)
		_, err = e.Freeze(ctx, d, draft.Change{Answers: []byte("third")})
		require.ErrorIs(t, err, draft.ErrConflict)
		loaded, err := e.Load(ctx, tenant, d.ID)
		require.NoError(t, err)
		assert.Equal(t, "first", string(loaded.Answers))
		_, err = e.Blob(ctx, tenant, d.ID, "b")
		require.ErrorIs(t, err, draft.ErrNotFound, "a lost race leaves no file behind")
	})
}

func TestHoldShutsOutReopen(t *testing.T) {
	both(t, func(t *testing.T, on database) {
		ctx := context.Background()
		e := newEnv(t, on, draft.Options{})
		open := e.create(t, draft.New{})
		_, err := e.Hold(ctx, open)
		require.ErrorIs(t, err, draft.ErrState)
		before, err := e.Freeze(ctx, open, draft.Change{Answers: []byte("a")})
		require.NoError(t, err)
		held, err := e.Hold(ctx, before)
		require.NoError(t, err)
		assert.Equal(t, draft.Submitting, held.State)
		assert.Equal(t, "a", string(held.Answers))
		_, err = e.Reopen(ctx, before)
		require.ErrorIs(t, err, draft.ErrConflict)
		_, err = e.Hold(ctx, before)
		require.ErrorIs(t, err, draft.ErrConflict)
		_, err = e.Finish(ctx, before, "R-1")
		require.ErrorIs(t, err, draft.ErrConflict)
		_, err = e.Finish(ctx, held, "R-1")
		require.NoError(t, err)
	})
}

func TestConcurrentSavesHaveOneWinner(t *testing.T) {
	both(t, func(t *testing.T, on database) {
		ctx := context.Background()
		e := newEnv(t, on, draft.Options{})
		d := e.create(t, draft.New{})
		for round := range 5 {
			var wg sync.WaitGroup
			results := make([]*draft.Draft, 8)
			errs := make([]error, 8)
			for i := range results {
				wg.Go(func() {
					id := fmt.Sprintf("%d-%d", round, i)
					results[i], errs[i] = e.Save(ctx, d, draft.Change{Answers: []byte(id), Add: []draft.Blob{{ID: id}}})
				})
			}
			wg.Wait()
			var winner *draft.Draft
			for i, r := range results {
				if errs[i] == nil {
					require.Nil(t, winner, "two winners")
					winner = r
				} else {
					require.ErrorIs(t, errs[i], draft.ErrConflict)
				}
			}
			require.NotNil(t, winner)
			loaded, err := e.Load(ctx, tenant, d.ID)
			require.NoError(t, err)
			require.Equal(t, winner, loaded)
			d = loaded
		}
		blobs, err := e.Blobs(ctx, tenant, d.ID)
		require.NoError(t, err)
		require.Len(t, blobs, 5, "one file for each winner")
	})
}

func TestOwner(t *testing.T) {
	both(t, func(t *testing.T, on database) {
		ctx := context.Background()
		e := newEnv(t, on, draft.Options{})
		guest := e.create(t, draft.New{})
		e.create(t, draft.New{Owner: "konto-b"})
		bound, err := e.Save(ctx, guest, draft.Change{Owner: "konto-a"})
		require.NoError(t, err)
		assert.Equal(t, "konto-a", bound.Owner)
		bound, err = e.Save(ctx, bound, draft.Change{Answers: []byte("x")})
		require.NoError(t, err)
		assert.Equal(t, "konto-a", bound.Owner)
		_, err = e.Save(ctx, bound, draft.Change{Owner: "konto-b"})
		require.ErrorIs(t, err, draft.ErrConflict)

		list, err := e.List(ctx, tenant, "konto-a", 10)
		require.NoError(t, err)
		require.Len(t, list, 1)
		assert.Equal(t, bound, list[0])
		list, err = e.List(ctx, "other", "konto-a", 10)
		require.NoError(t, err)
		assert.Empty(t, list)
		list, err = e.List(ctx, tenant, "", 10)
		require.NoError(t, err)
		assert.Empty(t, list, "guests have no list")
	})
}

func TestTokens(t *testing.T) {
	both(t, func(t *testing.T, on database) {
		ctx := context.Background()
		e := newEnv(t, on, draft.Options{MaxTokens: 3})
		first := draft.NewToken()
		d := e.create(t, draft.New{Tokens: []draft.Token{first}})
		other := e.create(t, draft.New{})

		loaded, err := e.LoadByToken(ctx, tenant, first)
		require.NoError(t, err)
		assert.Equal(t, d.ID, loaded.ID)
		for name, token := range map[string]draft.Token{"unknown": draft.NewToken(), "zero": {}} {
			_, err = e.LoadByToken(ctx, tenant, token)
			require.ErrorIs(t, err, draft.ErrNotFound, name)
		}
		_, err = e.LoadByToken(ctx, "other", first)
		require.ErrorIs(t, err, draft.ErrNotFound)
		require.ErrorIs(t, e.Grant(ctx, tenant, other.ID, first), draft.ErrNotFound, "a token opens one draft")
		require.ErrorIs(t, e.Grant(ctx, tenant, "no-such-draft", draft.NewToken()), draft.ErrNotFound)
		require.Error(t, e.Grant(ctx, tenant, d.ID, draft.Token{}))

		var last draft.Token
		for range 3 {
			e.clock.t = e.clock.t.Add(time.Second)
			last = draft.NewToken()
			require.NoError(t, e.Grant(ctx, tenant, d.ID, last))
			require.NoError(t, e.Grant(ctx, tenant, d.ID, last))
		}
		_, err = e.LoadByToken(ctx, tenant, first)
		require.ErrorIs(t, err, draft.ErrNotFound, "the oldest was dropped")
		_, err = e.LoadByToken(ctx, tenant, last)
		require.NoError(t, err)
		opens := func(id string, token draft.Token) bool {
			ok, err := e.Opens(ctx, tenant, id, token)
			require.NoError(t, err)
			return ok
		}
		assert.True(t, opens(d.ID, last))
		assert.False(t, opens(other.ID, last))
		assert.False(t, opens(d.ID, draft.Token{}))
		require.NoError(t, e.Revoke(ctx, tenant, d.ID))
		assert.False(t, opens(d.ID, last))
		_, err = e.LoadByToken(ctx, tenant, last)
		require.ErrorIs(t, err, draft.ErrNotFound)
	})
}

func TestParseToken(t *testing.T) {
	token := draft.NewToken()
	back, err := draft.ParseToken(token.Reveal())
	require.NoError(t, err)
	assert.Equal(t, token.Reveal(), back.Reveal())
	for name, s := range map[string]string{
		"empty": "", "short": token.Reveal()[1:], "long": token.Reveal() + "A",
		"not base64url":           "!" + token.Reveal()[1:],
		"line feed":               "\n" + token.Reveal()[1:],
		"spare bits":              strings.Repeat("A", 42) + "B",
		"standard base64 and pad": base64.StdEncoding.EncodeToString(make([]byte, 32)),
	} {
		_, err := draft.ParseToken(s)
		require.ErrorIs(t, err, draft.ErrNotFound, name)
	}
	var buf bytes.Buffer
	slog.New(slog.NewTextHandler(&buf, nil)).Info("x", "token", token)
	fmt.Fprintf(&buf, "%v %s %#v", token, token, token)
	assert.NotContains(t, buf.String(), token.Reveal()[:10])
}

func TestNothingPersonalInLogs(t *testing.T) {
	var buf bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&buf, nil))
	log.Info("x", "draft", &draft.Draft{ID: "id-1", Owner: "geheim", Answers: []byte("geheim"), Reference: "geheim"},
		"copy", draft.Draft{Owner: "geheim", Answers: []byte("geheim")}, "new", draft.New{Owner: "geheim", Answers: []byte("geheim")},
		"change", draft.Change{Owner: "geheim", Answers: []byte("geheim")},
		"blob", draft.Blob{ID: "b", Name: "geheim", Data: []byte("geheim")}, "key", draft.Key{ID: "k", Secret: []byte("geheim")}, "none", (*draft.Draft)(nil))
	fmt.Fprintf(&buf, "%v %#v", draft.Key{ID: "k", Secret: []byte("geheim")}, draft.Key{ID: "k", Secret: []byte("geheim")})
	assert.Contains(t, buf.String(), "id-1")
	assert.NotContains(t, buf.String(), "geheim")
	assert.NotContains(t, buf.String(), base64.StdEncoding.EncodeToString([]byte("geheim")))
}

func TestLimits(t *testing.T) {
	both(t, func(t *testing.T, on database) {
		ctx := context.Background()
		e := newEnv(t, on, draft.Options{MaxAnswers: 10, MaxBlob: 10, MaxBlobs: 2, MaxBlobBytes: 15})
		blob := func(id string, n int) draft.Blob { return draft.Blob{ID: id, Data: make([]byte, n)} }
		d := e.create(t, draft.New{})
		d, err := e.Save(ctx, d, draft.Change{Answers: make([]byte, 10), Add: []draft.Blob{blob("a", 10)}})
		require.NoError(t, err)
		for name, c := range map[string]draft.Change{
			"answers":      {Answers: make([]byte, 11)},
			"one file":     {Add: []draft.Blob{blob("b", 11)}},
			"sum of files": {Add: []draft.Blob{blob("b", 6)}},
			"files":        {Add: []draft.Blob{blob("b", 1), blob("c", 1)}},
			"file name":    {Add: []draft.Blob{{ID: "b", Name: strings.Repeat("n", 1001)}}},
		} {
			_, err := e.Save(ctx, d, c)
			require.ErrorIs(t, err, draft.ErrTooLarge, name)
		}
		_, err = e.Save(ctx, d, draft.Change{Add: []draft.Blob{blob("a", 1)}})
		require.ErrorIs(t, err, draft.ErrConflict, "a file is never overwritten")
		_, err = e.Save(ctx, d, draft.Change{Add: []draft.Blob{blob("", 1)}})
		require.Error(t, err)
		_, err = e.Save(ctx, d, draft.Change{Remove: []string{"a", "missing"}, Add: []draft.Blob{blob("a", 10), blob("b", 5)}})
		require.NoError(t, err, "removing makes room")
		_, err = e.Create(ctx, draft.New{Tenant: tenant, Form: "f", Answers: make([]byte, 11)})
		require.ErrorIs(t, err, draft.ErrTooLarge)
		_, err = e.Create(ctx, draft.New{Form: "f"})
		require.Error(t, err)
		_, err = e.Create(ctx, draft.New{Tenant: "\xff", Form: "f"})
		require.Error(t, err)
	})
}

func TestKeyRollover(t *testing.T) {
	both(t, func(t *testing.T, on database) {
		ctx := context.Background()
		e := newEnv(t, on, draft.Options{})
		token := draft.NewToken()
		d := e.create(t, draft.New{Owner: "konto", Answers: []byte("alt"), Tokens: []draft.Token{token}})
		d, err := e.Save(ctx, d, draft.Change{Answers: []byte("alt"), Add: []draft.Blob{{ID: "b", Name: "n", Data: []byte("datei")}}})
		require.NoError(t, err)
		openWith := func(keys ...draft.Key) *draft.Store {
			s, err := draft.NewStore(ctx, e.db, keys, &draft.Options{Now: e.clock.now})
			require.NoError(t, err)
			return s
		}
		key2 := draft.Key{ID: "k2", Secret: secret(2)}
		onlyNew, both := openWith(key2), openWith(key2, key)

		_, err = onlyNew.Load(ctx, tenant, d.ID)
		require.ErrorIs(t, err, draft.ErrUnknownKey)
		_, err = onlyNew.Blob(ctx, tenant, d.ID, "b")
		require.ErrorIs(t, err, draft.ErrUnknownKey)
		_, err = openWith(draft.Key{ID: "k1", Secret: secret(9)}).Load(ctx, tenant, d.ID)
		require.ErrorIs(t, err, draft.ErrSealBroken)

		list, err := both.List(ctx, tenant, "konto", 5)
		require.NoError(t, err)
		require.Equal(t, []*draft.Draft{d}, list, "found under the old key")
		n, err := both.Reseal(ctx, 10)
		require.NoError(t, err)
		assert.Equal(t, 2, n)
		n, err = both.Reseal(ctx, 10)
		require.NoError(t, err)
		assert.Zero(t, n)
		got, err := onlyNew.LoadByToken(ctx, tenant, token)
		require.NoError(t, err)
		assert.Equal(t, d, got, "nothing but the key has changed")
		list, err = onlyNew.List(ctx, tenant, "konto", 5)
		require.NoError(t, err)
		assert.Len(t, list, 1)
		b, err := onlyNew.Blob(ctx, tenant, d.ID, "b")
		require.NoError(t, err)
		assert.Equal(t, "datei", string(b.Data))
		_, err = e.Load(ctx, tenant, d.ID)
		require.ErrorIs(t, err, draft.ErrUnknownKey)
	})
}

func TestNewStoreRefusesBadKeys(t *testing.T) {
	db := sqlite(t).open(t)
	for name, keys := range map[string][]draft.Key{
		"none": nil, "no ID": {{Secret: secret(1)}}, "short": {{ID: "k", Secret: make([]byte, 31)}}, "twice": {key, key},
	} {
		_, err := draft.NewStore(context.Background(), db, keys, nil)
		require.Error(t, err, name)
	}
}

func TestClosedDatabaseIsNoTypedError(t *testing.T) {
	both(t, func(t *testing.T, on database) {
		ctx := context.Background()
		e := newEnv(t, on, draft.Options{})
		d := e.create(t, draft.New{Owner: "konto"})
		canceled, cancel := context.WithCancel(ctx)
		cancel()
		calls := map[string]func() error{
			"Create":        func() error { _, err := e.Create(canceled, draft.New{Tenant: tenant, Form: "f"}); return err },
			"Load":          func() error { _, err := e.Load(canceled, tenant, d.ID); return err },
			"Save":          func() error { _, err := e.Save(canceled, d, draft.Change{}); return err },
			"List":          func() error { _, err := e.List(canceled, tenant, "konto", 1); return err },
			"Blob":          func() error { _, err := e.Blob(canceled, tenant, d.ID, "b"); return err },
			"Blobs":         func() error { _, err := e.Blobs(canceled, tenant, d.ID); return err },
			"Grant":         func() error { return e.Grant(canceled, tenant, d.ID, draft.NewToken()) },
			"Revoke":        func() error { return e.Revoke(canceled, tenant, d.ID) },
			"Due":           func() error { _, err := e.Due(canceled, tenant, "f", 0, 1); return err },
			"Delete":        func() error { return e.Delete(canceled, tenant, d.ID) },
			"DeleteExpired": func() error { _, err := e.DeleteExpired(canceled, 1); return err },
			"Reseal":        func() error { _, err := e.Reseal(canceled, 1); return err },
		}
		for name, call := range calls {
			err := call()
			require.ErrorIs(t, err, context.Canceled, name)
			for _, typed := range []error{draft.ErrNotFound, draft.ErrConflict, draft.ErrExpired, draft.ErrSealBroken} {
				require.False(t, errors.Is(err, typed), name)
			}
		}
	})
}

func TestDiscardSparesWhatWasConfirmedMeanwhile(t *testing.T) {
	both(t, func(t *testing.T, on database) {
		ctx := context.Background()
		e := newEnv(t, on, draft.Options{})
		seen := e.create(t, draft.New{})
		saved, err := e.Save(ctx, seen, draft.Change{Answers: []byte("a"), Add: []draft.Blob{{ID: "b"}}})
		require.NoError(t, err)
		require.ErrorIs(t, e.Discard(ctx, seen), draft.ErrConflict)
		frozen, err := e.Freeze(ctx, saved, draft.Change{Answers: []byte("a")})
		require.NoError(t, err)
		require.ErrorIs(t, e.Discard(ctx, saved), draft.ErrState)
		require.ErrorIs(t, e.Discard(ctx, frozen), draft.ErrState)
		_, err = e.Blob(ctx, tenant, frozen.ID, "b")
		require.NoError(t, err, "the files stay too")
		open, err := e.Reopen(ctx, frozen)
		require.NoError(t, err)
		require.NoError(t, e.Discard(ctx, open))
		_, err = e.Load(ctx, tenant, open.ID)
		require.ErrorIs(t, err, draft.ErrNotFound)
		_, err = e.Blob(ctx, tenant, open.ID, "b")
		require.ErrorIs(t, err, draft.ErrNotFound)
		require.ErrorIs(t, e.Discard(ctx, open), draft.ErrNotFound)
	})
}

func TestListForm(t *testing.T) {
	both(t, func(t *testing.T, on database) {
		ctx := context.Background()
		e := newEnv(t, on, draft.Options{})
		mine := e.create(t, draft.New{Owner: "konto"})
		_, err := e.Create(ctx, draft.New{Tenant: tenant, Form: "S2", FormVersion: "1", Owner: "konto"})
		require.NoError(t, err)
		for _, tt := range []struct {
			tenant, owner, form string
			want                int
		}{{tenant, "konto", "S05000058", 1}, {tenant, "konto", "S3", 0}, {tenant, "konto", "", 0}, {tenant, "", "S05000058", 0}, {tenant, "fremd", "S05000058", 0}, {"fremd", "konto", "S05000058", 0}} {
			list, err := e.ListForm(ctx, tt.tenant, tt.owner, tt.form, 10)
			require.NoError(t, err)
			assert.Len(t, list, tt.want, tt)
			if tt.want == 1 {
				assert.Equal(t, mine.ID, list[0].ID)
			}
		}
	})
}

// TestResealFromTwoNodes: nought means that nothing is left under another key,
// whatever other nodes did meanwhile and however much was asked for.
func TestResealFromTwoNodes(t *testing.T) {
	both(t, func(t *testing.T, on database) {
		ctx := context.Background()
		e := newEnv(t, on, draft.Options{})
		for range 3 {
			e.create(t, draft.New{Answers: []byte("alt")})
		}
		key2 := draft.Key{ID: "k2", Secret: secret(2)}
		open := func(now func() time.Time) *draft.Store {
			s, err := draft.NewStore(ctx, e.db, []draft.Key{key2, key}, &draft.Options{Now: now})
			require.NoError(t, err)
			return s
		}
		faster, asked := open(e.clock.now), 0
		slower := open(func() time.Time {
			if asked++; asked == 2 { // it has chosen a draft and has not resealed it
				n, err := faster.Reseal(ctx, 1)
				require.NoError(t, err)
				require.Equal(t, 1, n)
			}
			return e.clock.now()
		})
		n, err := slower.Reseal(ctx, 1)
		require.NoError(t, err)
		require.Equal(t, 1, n, "others are left")

		d := e.create(t, draft.New{Answers: []byte("alt")})
		_, err = e.Save(ctx, d, draft.Change{Add: []draft.Blob{{ID: "b", Data: []byte("datei")}}})
		require.NoError(t, err)
		for n > 0 {
			n, err = slower.Reseal(ctx, -1)
			require.NoError(t, err)
		}
		for _, table := range []string{"draft_drafts", "draft_blobs"} {
			var left int
			require.NoError(t, e.sql.QueryRowContext(ctx, `SELECT COUNT(*) FROM `+table+` WHERE key_id <> ?`, key2.ID).Scan(&left))
			require.Zero(t, left, table)
		}
	})
}
