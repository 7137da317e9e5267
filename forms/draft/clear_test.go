package draft_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms/draft"
	"github.com/bausteine/egov/internal/testenv"
)

// TestNothingInClear looks for what was typed in the bytes on disk: in the
// database's file and in its log of changes, before and after a checkpoint.
func TestNothingInClear(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) {
		on := sqlite(t)
		nothingInClear(t, on, `PRAGMA wal_checkpoint(TRUNCATE)`, on.path, on.path+"-wal")
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		on := database{driver: "pgx", dsn: testenv.PostgresDSN(t)}
		host, _, ok := strings.Cut(strings.TrimPrefix(on.dsn, "host="), " ")
		require.True(t, ok)
		nothingInClear(t, on, `CHECKPOINT`, filepath.Join(host, "data", "base"), filepath.Join(host, "data", "pg_wal"))
		content, err := os.ReadFile(filepath.Join(host, "log"))
		require.NoError(t, err)
		require.NotContains(t, string(content), "Mustermann")
	})
}

func nothingInClear(t *testing.T, on database, checkpoint string, places ...string) {
	ctx := context.Background()
	e := newEnv(t, on, draft.Options{})
	token := draft.NewToken()
	d := e.create(t, draft.New{Owner: "bpk-Mustermann", Answers: []byte(`{"name":"Mustermann","ort":"Musterstadt"}`), Tokens: []draft.Token{token}})
	d, err := e.Save(ctx, d, draft.Change{Answers: []byte(`{"name":"Mustermann"}`), Add: []draft.Blob{{ID: "b", Name: "Mustermann.pdf", Type: "application/pdf", Data: []byte("%PDF Mustermann")}}})
	require.NoError(t, err)
	d, err = e.Freeze(ctx, d, draft.Change{Answers: d.Answers})
	require.NoError(t, err)
	_, err = e.Finish(ctx, d, "MST-REFERENZ")
	require.NoError(t, err)
	raw, err := base64.RawURLEncoding.DecodeString(token.Reveal())
	require.NoError(t, err)
	clear := []string{"Mustermann", "Musterstadt", "application/pdf", "%PDF", "bpk-", "MST-REFERENZ", token.Reveal(), string(raw), string(secret(1))}

	seen := map[string]bool{}
	check := func() {
		for _, place := range places {
			require.NoError(t, filepath.WalkDir(place, func(path string, f fs.DirEntry, err error) error {
				if errors.Is(err, fs.ErrNotExist) || err == nil && !f.Type().IsRegular() {
					return nil
				}
				content, err := os.ReadFile(path)
				if errors.Is(err, fs.ErrNotExist) { // the server has put it away
					return nil
				}
				seen[place] = seen[place] || bytes.Contains(content, []byte(d.ID))
				for _, s := range clear {
					require.False(t, bytes.Contains(content, []byte(s)), "a secret of %d bytes is in %s", len(s), filepath.Base(path))
				}
				return err
			}))
		}
	}
	check()
	_, err = e.db.Exec(checkpoint)
	require.NoError(t, err)
	check()
	for _, place := range places {
		require.True(t, seen[place], "the test looked where the draft was written: %s", filepath.Base(place))
	}
}
