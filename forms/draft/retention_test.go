package draft_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms/draft"
	"github.com/bausteine/egov/internal/testenv"
)

func TestRetention(t *testing.T) {
	both(t, func(t *testing.T, on database) {
		ctx := context.Background()
		e := newEnv(t, on, draft.Options{OpenFor: time.Hour, SubmittingFor: 10 * time.Hour, SubmittedFor: 5 * time.Hour})
		token := draft.NewToken()
		open := e.create(t, draft.New{Tokens: []draft.Token{token}})
		open, err := e.Save(ctx, open, draft.Change{Add: []draft.Blob{{ID: "b"}}})
		require.NoError(t, err)
		frozen, err := e.Freeze(ctx, e.create(t, draft.New{Owner: "konto"}), draft.Change{})
		require.NoError(t, err)

		e.clock.t = e.clock.t.Add(time.Hour)
		_, err = e.Load(ctx, tenant, open.ID)
		require.ErrorIs(t, err, draft.ErrExpired)
		_, err = e.LoadByToken(ctx, tenant, token)
		require.ErrorIs(t, err, draft.ErrExpired)
		_, err = e.Save(ctx, open, draft.Change{})
		require.ErrorIs(t, err, draft.ErrExpired, "an expired draft does not come back")
		n, err := e.DeleteExpired(ctx, 100)
		require.NoError(t, err)
		assert.Equal(t, 1, n)
		_, err = e.Load(ctx, tenant, open.ID)
		require.ErrorIs(t, err, draft.ErrNotFound)
		for _, table := range []string{"draft_blobs", "draft_tokens"} {
			var rows int
			require.NoError(t, e.db.QueryRow(`SELECT COUNT(*) FROM `+table).Scan(&rows))
			assert.Zero(t, rows, table)
		}

		_, err = e.Load(ctx, tenant, frozen.ID)
		require.NoError(t, err, "a confirmed draft lives longer")
	})
}

func TestDeleteByOwnerAndAge(t *testing.T) {
	both(t, func(t *testing.T, on database) {
		ctx := context.Background()
		e := newEnv(t, on, draft.Options{})
		_, err := e.Freeze(ctx, e.create(t, draft.New{Owner: "konto"}), draft.Change{})
		require.NoError(t, err)
		second := e.create(t, draft.New{Owner: "konto"})
		third := e.create(t, draft.New{Tenant: "other", Owner: "konto"})
		n, err := e.DeleteByOwner(ctx, tenant, "konto")
		require.NoError(t, err)
		assert.Equal(t, 2, n)
		n, err = e.DeleteByOwner(ctx, tenant, "")
		require.NoError(t, err)
		assert.Zero(t, n)
		_, err = e.Load(ctx, tenant, second.ID)
		require.ErrorIs(t, err, draft.ErrNotFound)
		_, err = e.Save(ctx, second, draft.Change{})
		require.ErrorIs(t, err, draft.ErrNotFound)

		fourth := e.create(t, draft.New{})
		n, err = e.DeleteBefore(ctx, tenant, e.clock.t)
		require.NoError(t, err)
		assert.Zero(t, n)
		n, err = e.DeleteBefore(ctx, tenant, e.clock.t.Add(1))
		require.NoError(t, err)
		assert.Zero(t, n, "below the clock's resolution")
		n, err = e.DeleteBefore(ctx, tenant, e.clock.t.Add(time.Microsecond))
		require.NoError(t, err)
		assert.Equal(t, 1, n)
		_, err = e.Load(ctx, tenant, fourth.ID)
		require.ErrorIs(t, err, draft.ErrNotFound)
		_, err = e.Load(ctx, "other", third.ID)
		require.NoError(t, err, "another tenant's")
		require.NoError(t, e.Delete(ctx, "other", third.ID))
		require.NoError(t, e.Delete(ctx, "other", third.ID))
		_, err = e.Load(ctx, "other", third.ID)
		require.ErrorIs(t, err, draft.ErrNotFound)
	})
}

func TestDueLeasesTheLongestWaitingFirst(t *testing.T) {
	both(t, func(t *testing.T, on database) {
		ctx := context.Background()
		e := newEnv(t, on, draft.Options{})
		var ids []string
		for range 3 {
			d, err := e.Freeze(ctx, e.create(t, draft.New{}), draft.Change{})
			require.NoError(t, err)
			ids = append(ids, d.ID)
			e.clock.t = e.clock.t.Add(time.Second)
		}
		e.create(t, draft.New{}) // open: never due
		due := func(limit int) []string {
			got, err := e.Due(ctx, tenant, "S05000058", time.Minute, limit)
			require.NoError(t, err)
			return got
		}
		assert.Empty(t, due(10), "a browser may still be at it")
		e.clock.t = e.clock.t.Add(time.Minute)
		assert.ElementsMatch(t, ids[:2], due(2))
		assert.Equal(t, ids[2:], due(2))
		assert.Empty(t, due(2), "all are leased")
		e.clock.t = e.clock.t.Add(time.Minute)
		assert.Len(t, due(10), 3)
	})
}

// TestDueByManyNodes: nobody gets what another one has leased, and nothing is
// left over.
func TestDueByManyNodes(t *testing.T) {
	both(t, func(t *testing.T, on database) {
		ctx := context.Background()
		e := newEnv(t, on, draft.Options{})
		const drafts, nodes = 24, 4
		want := map[string]int{}
		for range drafts {
			d, err := e.Freeze(ctx, e.create(t, draft.New{}), draft.Change{})
			require.NoError(t, err)
			want[d.ID] = 1
		}
		e.clock.t = e.clock.t.Add(time.Minute)
		var wg sync.WaitGroup
		var mu sync.Mutex
		got := map[string]int{}
		for range nodes {
			s, err := draft.NewStore(ctx, on.open(t), []draft.Key{key}, &draft.Options{Now: e.clock.now})
			require.NoError(t, err)
			wg.Go(func() {
				for {
					ids, err := s.Due(ctx, tenant, "S05000058", time.Minute, 3)
					assert.NoError(t, err)
					if len(ids) == 0 {
						return
					}
					mu.Lock()
					for _, id := range ids {
						got[id]++
					}
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		assert.Equal(t, want, got)
	})
}

func TestWithoutLimit(t *testing.T) {
	both(t, func(t *testing.T, on database) {
		ctx := context.Background()
		e := newEnv(t, on, draft.Options{})
		for range 3 {
			_, err := e.Freeze(ctx, e.create(t, draft.New{Owner: "konto"}), draft.Change{})
			require.NoError(t, err)
		}
		list, err := e.List(ctx, tenant, "konto", -1)
		require.NoError(t, err)
		assert.Len(t, list, 3)
		list, err = e.List(ctx, tenant, "konto", 0)
		require.NoError(t, err)
		assert.Empty(t, list)
		e.clock.t = e.clock.t.Add(time.Hour)
		ids, err := e.Due(ctx, tenant, "S05000058", 0, -1)
		require.NoError(t, err)
		assert.Len(t, ids, 3)
		e.clock.t = e.clock.t.Add(365 * 24 * time.Hour)
		n, err := e.DeleteExpired(ctx, -1)
		require.NoError(t, err)
		assert.Equal(t, 3, n)
	})
}

// FuzzIDs looks for what cannot be there, on both databases.
func FuzzIDs(f *testing.F) {
	ctx := context.Background()
	stores := []*env{newEnv(f, sqlite(f), draft.Options{}), newEnv(f, database{driver: "pgx", dsn: testenv.PostgresDSN(f)}, draft.Options{})}
	for _, s := range []string{"", "x", "\x00", "a\x00b", "\xff", "ä", "'; --", "?1", "\\"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, e := range stores {
			_, err := e.Load(ctx, tenant, s)
			require.ErrorIs(t, err, draft.ErrNotFound)
			_, err = e.Load(ctx, s, s)
			require.ErrorIs(t, err, draft.ErrNotFound)
			_, err = e.Blob(ctx, tenant, s, s)
			require.ErrorIs(t, err, draft.ErrNotFound)
			require.ErrorIs(t, e.Grant(ctx, tenant, s, draft.NewToken()), draft.ErrNotFound)
			_, err = e.LoadByToken(ctx, s, draft.NewToken())
			require.ErrorIs(t, err, draft.ErrNotFound)
			ok, err := e.Opens(ctx, tenant, s, draft.NewToken())
			require.NoError(t, err)
			require.False(t, ok)
			blobs, err := e.Blobs(ctx, tenant, s)
			require.NoError(t, err)
			require.Empty(t, blobs)
			require.NoError(t, e.Delete(ctx, tenant, s))
			require.NoError(t, e.Revoke(ctx, tenant, s))
		}
	})
}
