package sqlstore

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/bausteine/egov/internal/sqldb"
	"github.com/bausteine/egov/internal/testenv"
)

// TestClaimsOfTheFirstVersionAreFound: the column that Find asks is filled for
// claims that were stored before it existed.
func TestClaimsOfTheFirstVersionAreFound(t *testing.T) {
	for name, open := range map[string]func() *sql.DB{
		"SQLite": func() *sql.DB {
			db, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "t.db")+"?_txlock=immediate")
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, db.Close()) })
			return db
		},
		"PostgreSQL": func() *sql.DB { return testenv.Postgres(t) },
	} {
		t.Run(name, func(t *testing.T) {
			db := open()
			require.NoError(t, sqldb.Migrate(t.Context(), db, "payment", migrations[0]))
			d, err := sqldb.Open(t.Context(), db)
			require.NoError(t, err)
			const claims = 450 // more than two steps
			for n := range claims {
				data := fmt.Sprintf(`{"tenant":"musterstadt","id":"K%d","amount":{"cents":1,"currency":"EUR"},"purpose":"x","kassenzeichen":"01-%04d"}`, n, n)
				_, err := d.ExecContext(t.Context(), `INSERT INTO payment_claims (tenant, id, opened_at, data) VALUES (?, ?, ?, ?)`,
					"musterstadt", fmt.Sprint("K", n), 1, []byte(data))
				require.NoError(t, err)
			}
			for range 2 {
				s, err := New(t.Context(), db)
				require.NoError(t, err)
				ids, err := s.Find(t.Context(), "musterstadt", "01 0449", 10)
				require.NoError(t, err)
				require.Equal(t, []string{"K449"}, ids)
				r, err := s.Claim(t.Context(), "musterstadt", "K0")
				require.NoError(t, err)
				require.Equal(t, "01-0000", r.Claim.Kassenzeichen)
			}
		})
	}
}
