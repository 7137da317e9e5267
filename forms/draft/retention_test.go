package draft_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms/draft"
)

func TestRetention(t *testing.T) {
	ctx := context.Background()
	e := newEnv(t, draft.Options{OpenFor: time.Hour, SubmittingFor: 10 * time.Hour, SubmittedFor: 5 * time.Hour})
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
}

func TestDeleteByOwnerAndAge(t *testing.T) {
	ctx := context.Background()
	e := newEnv(t, draft.Options{})
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
}

func TestDueLeasesTheLongestWaitingFirst(t *testing.T) {
	ctx := context.Background()
	e := newEnv(t, draft.Options{})
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
}
