package sqlstore_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/lint/sqlstore"
)

const claimant = "EGOV_LINT_CLAIMANT"

// TestOneProcessWins lets several processes start on a fresh database and
// claim the same UUIDs.
func TestOneProcessWins(t *testing.T) {
	if where := os.Getenv(claimant); where != "" {
		claimAll(t, where)
		return
	}
	for name, where := range map[string]func(t *testing.T) string{
		"SQLite": func(t *testing.T) string {
			dsn := "file:" + filepath.Join(t.TempDir(), "t.db") + "?_pragma=busy_timeout(30000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate"
			db, err := sql.Open("sqlite", dsn)
			require.NoError(t, err)
			require.NoError(t, db.Ping()) // switching to WAL does not wait for others
			require.NoError(t, db.Close())
			return "sqlite " + dsn
		},
		"PostgreSQL": func(t *testing.T) string { return "pgx " + testenv.PostgresDSN(t) },
	} {
		t.Run(name, func(t *testing.T) {
			const processes = 4
			database := where(t)
			outputs := make([]bytes.Buffer, processes)
			commands := make([]*exec.Cmd, processes)
			for i := range commands {
				commands[i] = exec.Command(os.Args[0], "-test.run=^TestOneProcessWins$")
				commands[i].Env = append(os.Environ(), claimant+"="+database)
				commands[i].Stdout, commands[i].Stderr = &outputs[i], &outputs[i]
				require.NoError(t, commands[i].Start())
			}
			all := ""
			for i := range commands {
				require.NoError(t, commands[i].Wait(), outputs[i].String())
				all += outputs[i].String()
			}
			for u := range claims {
				require.Equal(t, 1, strings.Count(all, fmt.Sprintf("u%d first\n", u)))
				require.Equal(t, processes-1, strings.Count(all, fmt.Sprintf("u%d repeat\n", u)))
			}
		})
	}
}

const claims = 20

func claimAll(t *testing.T, where string) {
	driver, dsn, _ := strings.Cut(where, " ")
	db, err := sql.Open(driver, dsn)
	require.NoError(t, err)
	defer db.Close()
	s, err := sqlstore.New(context.Background(), db)
	require.NoError(t, err)
	for u := range claims {
		got, err := s.Claim(context.Background(), claim("musterstadt", fmt.Sprint("u", u), "a", noon))
		require.NoError(t, err)
		fmt.Printf("u%d %s\n", u, got)
	}
}
