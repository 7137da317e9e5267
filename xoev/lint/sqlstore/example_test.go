package sqlstore_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/bausteine/egov/xoev/lint"
	"github.com/bausteine/egov/xoev/lint/sqlstore"
)

func Example() {
	dir, err := os.MkdirTemp("", "seen")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	// For PostgreSQL: sql.Open("pgx", "postgres://…").
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "seen.db")+"?_pragma=busy_timeout(10000)&_txlock=immediate")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer db.Close()
	ctx := context.Background()
	store, err := sqlstore.New(ctx, db)
	if err != nil {
		fmt.Println(err)
		return
	}
	at := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	for _, content := range []string{"a", "a", "b"} {
		outcome, err := store.Claim(ctx, lint.Claim{Tenant: "musterstadt", UUID: "3f0a6a52-4b0e-4c6e-9d2b-0f6d3a1c5e77",
			Digest: sha256.Sum256([]byte(content)), At: at})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(outcome)
	}
	deleted, err := store.DeleteBefore(ctx, at.AddDate(0, 0, 90))
	fmt.Println(deleted, err)
	// Output:
	// first
	// repeat
	// duplicate
	// 1 <nil>
}
