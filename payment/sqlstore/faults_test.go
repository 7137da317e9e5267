package sqlstore_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/paymenttest"
	"github.com/bausteine/egov/payment/sqlstore"
)

// faultClaims is how many claims the fault runs of one database have in all:
// 500, or what EGOV_FAULT_CLAIMS says (.ci/run: 10000). Fewer for a seed would
// not meet every kind of fault: -short has fewer seeds instead.
func faultClaims(t *testing.T) int {
	t.Helper()
	if n, err := strconv.Atoi(os.Getenv("EGOV_FAULT_CLAIMS")); err == nil {
		return n
	}
	return 500
}

// runs are fault runs on databases of their own, side by side: nine tenths of
// the claims one step at a time, the rest with four processes at once.
func runs(t *testing.T, open func(t *testing.T) *sql.DB) {
	const parts = 10
	each := max(10, faultClaims(t)/parts)
	for seed := range uint64(parts) {
		if testing.Short() && seed > 1 && seed < parts-1 {
			continue
		}
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			db := open(t)
			report := paymenttest.RunFaults(t, paymenttest.Faults{
				Claims: each, Seed: seed, AtOnce: seed == parts-1,
				Open: func(t *testing.T) payment.Store {
					s, err := sqlstore.New(context.Background(), db)
					require.NoError(t, err)
					return s
				},
			})
			require.Equal(t, each, report.Claims)
			t.Log(report)
		})
	}
}

func TestFaultsOnSQLite(t *testing.T) {
	runs(t, func(t *testing.T) *sql.DB { return open(t, filepath.Join(memoryDir(t), "t.db")) })
}

func TestFaultsOnPostgres(t *testing.T) {
	testenv.Postgres(t) // where it is missing, the test ends here
	runs(t, func(t *testing.T) *sql.DB { return testenv.Postgres(t) })
}

// memoryDir is a folder in memory where the system has one with room for all
// runs: processes die in them, the power does not.
func memoryDir(t *testing.T) string {
	t.Helper()
	const room = 512 << 20
	if freeBytes("/dev/shm") < room {
		return t.TempDir()
	}
	dir, err := os.MkdirTemp("/dev/shm", "egov-faults-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	return dir
}
