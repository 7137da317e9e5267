package draft_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms/draft"
)

// TestExpiresWhileItIsListed: the account's other drafts are listed all the same.
func TestExpiresWhileItIsListed(t *testing.T) {
	both(t, func(t *testing.T, on database) {
		ctx := context.Background()
		e := newEnv(t, on, draft.Options{})
		e.create(t, draft.New{Owner: "konto"})
		e.clock.t = e.clock.t.Add(time.Hour)
		younger := e.create(t, draft.New{Owner: "konto"})
		asked := 0
		s, err := draft.NewStore(ctx, e.db, []draft.Key{key}, &draft.Options{Now: func() time.Time {
			if asked++; asked == 1 { // for the question to the database
				return e.clock.t
			}
			return younger.Expires.Add(-time.Minute)
		}})
		require.NoError(t, err)
		list, err := s.List(ctx, tenant, "konto", 10)
		require.NoError(t, err)
		require.Len(t, list, 1)
		assert.Equal(t, younger.ID, list[0].ID)
	})
}

// TestReplacedWhileItIsResealed: a node that still seals under the old key puts
// another file in the place of one that is being resealed. That is not undone.
func TestReplacedWhileItIsResealed(t *testing.T) {
	ctx := context.Background()
	on := sqlite(t)
	e := newEnv(t, on, draft.Options{})
	d, err := e.Save(ctx, e.create(t, draft.New{}), draft.Change{Add: []draft.Blob{{ID: "b", Data: []byte("alt")}}})
	require.NoError(t, err)
	begin := func() {}
	db := sql.OpenDB(gate{e.db.Driver(), on.dsn, func() { begin() }})
	defer db.Close()
	s, err := draft.NewStore(ctx, db, []draft.Key{{ID: "k2", Secret: secret(2)}, key}, &draft.Options{Now: e.clock.now})
	require.NoError(t, err)
	begin = func() {
		begin = func() {}
		_, err := e.Save(ctx, d, draft.Change{Remove: []string{"b"}, Add: []draft.Blob{{ID: "b", Data: []byte("neu")}}})
		require.NoError(t, err)
	}
	for n := 1; n > 0; {
		n, err = s.Reseal(ctx, 1)
		require.NoError(t, err)
	}
	b, err := s.Blob(ctx, tenant, d.ID, "b")
	require.NoError(t, err)
	assert.Equal(t, "neu", string(b.Data))
}

// gate opens connections that say when a transaction is about to begin.
type gate struct {
	driver driver.Driver
	dsn    string
	begin  func()
}

func (g gate) Driver() driver.Driver { return g.driver }

func (g gate) Connect(context.Context) (driver.Conn, error) {
	c, err := g.driver.Open(g.dsn)
	return gatedConn{c, g.begin}, err
}

type gatedConn struct {
	driver.Conn
	begin func()
}

func (c gatedConn) BeginTx(ctx context.Context, o driver.TxOptions) (driver.Tx, error) {
	c.begin()
	return c.Conn.(driver.ConnBeginTx).BeginTx(ctx, o)
}
