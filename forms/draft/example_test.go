package draft_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/bausteine/egov/forms/draft"
)

func Example() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "draft")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "drafts.db")+"?_pragma=journal_mode(WAL)&_txlock=immediate")
	if err != nil {
		panic(err)
	}
	defer db.Close()
	secret := make([]byte, 32) // from the installation's secret store
	rand.Read(secret)
	store, err := draft.NewStore(ctx, db, []draft.Key{{ID: "2026-11", Secret: secret}}, nil)
	if err != nil {
		panic(err)
	}

	token := draft.NewToken()
	d, err := store.Create(ctx, draft.New{Tenant: "musterstadt", Form: "S05000058", FormVersion: "1.0", Tokens: []draft.Token{token}})
	if err != nil {
		panic(err)
	}
	saved, err := store.Save(ctx, d, draft.Change{Answers: []byte(`{"ort":"Musterstadt"}`)})
	if err != nil {
		panic(err)
	}
	_, err = store.Save(ctx, d, draft.Change{Answers: []byte(`{"ort":"anderswo"}`)}) // a second tab
	fmt.Println(errors.Is(err, draft.ErrConflict))

	frozen, err := store.Freeze(ctx, saved, draft.Change{Answers: saved.Answers})
	if err != nil {
		panic(err)
	}
	if _, err := store.Finish(ctx, frozen, "MST-2026-0001"); err != nil {
		panic(err)
	}
	d, err = store.LoadByToken(ctx, "musterstadt", token)
	if err != nil {
		panic(err)
	}
	fmt.Println(d.State, d.Reference, string(d.Answers))
	// Output:
	// true
	// submitted MST-2026-0001 {"ort":"Musterstadt"}
}
