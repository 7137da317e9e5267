package sqlstore_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/lint"
	"github.com/bausteine/egov/xoev/lint/sqlstore"
)

// seen is what every store can do.
type seen interface {
	lint.Seen
	DeleteBefore(ctx context.Context, before time.Time) (int64, error)
}

// stores runs a test on every store. open gives another node on the same data.
func stores(t *testing.T, test func(t *testing.T, open func(t testing.TB) seen)) {
	t.Helper()
	inSQL := func(driver, dsn string) func(t testing.TB) seen {
		return func(t testing.TB) seen {
			db, err := sql.Open(driver, dsn)
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, db.Close()) })
			s, err := sqlstore.New(context.Background(), db)
			require.NoError(t, err)
			return s
		}
	}
	t.Run("Memory", func(t *testing.T) {
		m := new(lint.Memory)
		test(t, func(testing.TB) seen { return m })
	})
	t.Run("SQLite", func(t *testing.T) {
		test(t, inSQL("sqlite", "file:"+filepath.Join(t.TempDir(), "t.db")+
			"?_pragma=busy_timeout(20000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate"))
	})
	t.Run("PostgreSQL", func(t *testing.T) { test(t, inSQL("pgx", testenv.PostgresDSN(t))) })
	t.Run("PostgreSQL serializable", func(t *testing.T) {
		test(t, inSQL("pgx", testenv.PostgresDSN(t)+" default_transaction_isolation=serializable"))
	})
}

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func claim(tenant, uuid, content string, at time.Time) lint.Claim {
	return lint.Claim{Tenant: tenant, UUID: uuid, Digest: sha256.Sum256([]byte(content)), At: at}
}

const uuid1, uuid2 = "3f0a6a52-4b0e-4c6e-9d2b-0f6d3a1c5e77", "3f0a6a52-4b0e-4c6e-9d2b-0f6d3a1c5e78"

func TestClaim(t *testing.T) {
	stores(t, func(t *testing.T, open func(testing.TB) seen) {
		s := open(t)
		for i, tc := range []struct {
			claim lint.Claim
			want  lint.Outcome
		}{
			{claim("musterstadt", uuid1, "a", noon), lint.First},
			{claim("musterstadt", uuid1, "a", noon), lint.Repeat},
			{claim("musterstadt", uuid1, "b", noon), lint.Duplicate},
			{claim("musterstadt", uuid1, "a", noon), lint.Repeat},
			{claim("beispielstadt", uuid1, "b", noon), lint.First},
			{claim("musterstadt", uuid2, "a", noon), lint.First},
			{claim("", uuid1, "a", noon), lint.First},
		} {
			got, err := s.Claim(context.Background(), tc.claim)
			require.NoError(t, err)
			assert.Equal(t, tc.want, got, i)
		}
		again := open(t)
		got, err := again.Claim(context.Background(), claim("musterstadt", uuid1, "a", noon))
		require.NoError(t, err)
		assert.Equal(t, lint.Repeat, got, "another node")
	})
}

func TestDeleteBefore(t *testing.T) {
	stores(t, func(t *testing.T, open func(testing.TB) seen) {
		s, ctx := open(t), context.Background()
		for i := range 4 {
			_, err := s.Claim(ctx, claim("musterstadt", fmt.Sprint("u", i), "a", noon.Add(time.Duration(i)*time.Hour)))
			require.NoError(t, err)
		}
		n, err := s.DeleteBefore(ctx, noon.Add(2*time.Hour))
		require.NoError(t, err)
		assert.EqualValues(t, 2, n)
		for i, want := range []lint.Outcome{lint.First, lint.First, lint.Duplicate, lint.Duplicate} {
			got, err := s.Claim(ctx, claim("musterstadt", fmt.Sprint("u", i), "b", noon))
			require.NoError(t, err)
			assert.Equal(t, want, got, i)
		}
	})
}

// TestOneWins lets many goroutines on several nodes claim the same UUIDs, half
// of them with other bytes, while retention runs.
func TestOneWins(t *testing.T) {
	stores(t, func(t *testing.T, open func(testing.TB) seen) {
		const nodes, goroutines, uuids = 4, 4, 15
		var first, repeat, duplicate [uuids]atomic.Int64
		var wg sync.WaitGroup
		errs := make(chan error, nodes*goroutines+1)
		for range nodes {
			s := open(t)
			for g := range goroutines {
				wg.Go(func() {
					for u := range uuids {
						got, err := s.Claim(context.Background(), claim("musterstadt", fmt.Sprint("u", u), fmt.Sprint("content ", g%2), noon))
						switch {
						case err != nil:
							errs <- err
						case got == lint.First:
							first[u].Add(1)
						case got == lint.Repeat:
							repeat[u].Add(1)
						default:
							duplicate[u].Add(1)
						}
					}
				})
			}
			wg.Go(func() {
				if _, err := s.DeleteBefore(context.Background(), noon.Add(-time.Hour)); err != nil {
					errs <- err
				}
			})
		}
		wg.Wait()
		close(errs)
		for err := range errs {
			require.NoError(t, err)
		}
		for u := range uuids {
			assert.EqualValues(t, 1, first[u].Load(), "exactly one is the first")
			assert.EqualValues(t, nodes*goroutines/2-1, repeat[u].Load())
			assert.EqualValues(t, nodes*goroutines/2, duplicate[u].Load())
		}
	})
}

func TestClaimEndsWithItsContext(t *testing.T) {
	stores(t, func(t *testing.T, open func(testing.TB) seen) {
		s := open(t)
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		got, err := s.Claim(ctx, claim("musterstadt", uuid1, "a", noon))
		require.ErrorIs(t, err, context.Canceled)
		assert.Equal(t, lint.Unclaimed, got)
		_, err = s.DeleteBefore(ctx, noon)
		require.ErrorIs(t, err, context.Canceled)
	})
}

func TestNewRefuses(t *testing.T) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "t.db")+"?_pragma=synchronous(OFF)")
	require.NoError(t, err)
	_, err = sqlstore.New(context.Background(), db)
	require.Error(t, err)
	require.NoError(t, db.Close())
	_, err = sqlstore.New(context.Background(), db)
	require.Error(t, err)
}

func TestBrokenDatabase(t *testing.T) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "t.db"))
	require.NoError(t, err)
	s, err := sqlstore.New(context.Background(), db)
	require.NoError(t, err)
	_, err = db.Exec(`DROP TABLE lint_seen`)
	require.NoError(t, err)
	_, err = s.Claim(context.Background(), claim("t", uuid1, "a", noon))
	require.Error(t, err)
	_, err = s.DeleteBefore(context.Background(), noon)
	require.Error(t, errors.Join(err, db.Close()))
}
