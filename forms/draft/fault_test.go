package draft_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms/draft"
)

// TestAlteredRowsDoNotOpen swaps and edits rows as somebody with the database
// but without the key could.
func TestAlteredRowsDoNotOpen(t *testing.T) {
	cases := []struct {
		name   string
		sql    string // ?1 is the victim's ID, ?2 the attacker's
		onBlob bool
	}{
		{name: "answers of another draft", sql: `UPDATE draft_drafts SET sealed = (SELECT sealed FROM draft_drafts WHERE id = ?2) WHERE id = ?1`},
		{name: "whole row under another id", sql: `UPDATE draft_drafts SET id = CASE id WHEN ?1 THEN ?2 || 'x' ELSE ?1 END WHERE id IN (?1, ?2)`},
		{name: "owner's hash of another draft", sql: `UPDATE draft_drafts SET owner = (SELECT owner FROM draft_drafts WHERE id = ?2) WHERE id = ?1`},
		{name: "owner removed", sql: `UPDATE draft_drafts SET owner = NULL WHERE id = ?1 AND id <> ?2`},
		{name: "state", sql: `UPDATE draft_drafts SET state = 'submitted' WHERE id = ?1 AND id <> ?2`},
		{name: "revision", sql: `UPDATE draft_drafts SET revision = revision + 1 WHERE id = ?1 AND id <> ?2`},
		{name: "life extended", sql: `UPDATE draft_drafts SET expires = expires + 1 WHERE id = ?1 AND id <> ?2`},
		{name: "form version", sql: `UPDATE draft_drafts SET form_version = '2.0' WHERE id = ?1 AND id <> ?2`},
		{name: "empty seal", sql: `UPDATE draft_drafts SET sealed = x'' WHERE id = ?1 AND id <> ?2`},
		{name: "one bit", sql: `UPDATE draft_drafts SET sealed = substr(sealed, 1, length(sealed) - 1) || x'00' WHERE id = ?1 AND id <> ?2`},
		{name: "file of another draft", onBlob: true, sql: `UPDATE draft_blobs SET data = (SELECT data FROM draft_blobs WHERE draft = ?2) WHERE draft = ?1`},
		{name: "whole file of another draft", onBlob: true, sql: `UPDATE draft_blobs SET (data, meta) = (SELECT data, meta FROM draft_blobs WHERE draft = ?2) WHERE draft = ?1`},
		{name: "file under another id", onBlob: true, sql: `UPDATE draft_blobs SET id = 'renamed' WHERE draft = ?1 AND draft <> ?2`},
		{name: "file size", onBlob: true, sql: `UPDATE draft_blobs SET size = size + 1 WHERE draft = ?1 AND draft <> ?2`},
		{name: "file data in place of its name", onBlob: true, sql: `UPDATE draft_blobs SET meta = data WHERE draft = ?1 AND draft <> ?2`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			ctx := context.Background()
			e := newEnv(t, draft.Options{})
			var ids []string
			for _, owner := range []string{"konto-a", "konto-b"} {
				d := e.create(t, draft.New{Owner: owner, Answers: []byte("answers of " + owner)})
				d, err := e.Save(ctx, d, draft.Change{Answers: d.Answers, Add: []draft.Blob{{ID: "b", Data: []byte("file of " + owner)}}})
				require.NoError(t, err)
				ids = append(ids, d.ID)
			}
			res, err := e.db.Exec(c.sql, ids[0], ids[1])
			require.NoError(t, err)
			n, err := res.RowsAffected()
			require.NoError(t, err)
			require.NotZero(t, n, "the attack changed nothing")
			if !c.onBlob {
				d, err := e.Load(ctx, tenant, ids[0])
				require.ErrorIs(t, err, draft.ErrSealBroken)
				require.Nil(t, d)
				return
			}
			_, err = e.Load(ctx, tenant, ids[0])
			require.NoError(t, err)
			id := "b"
			if strings.Contains(c.sql, "renamed") {
				id = "renamed"
			}
			b, err := e.Blob(ctx, tenant, ids[0], id)
			require.ErrorIs(t, err, draft.ErrSealBroken)
			require.Nil(t, b)
		})
	}
}

// TestFailureBetweenFileAndAnswers lets each statement of a change fail in turn:
// then neither the answers nor the files have changed.
func TestFailureBetweenFileAndAnswers(t *testing.T) {
	for name, trigger := range map[string]string{
		"answers":      `CREATE TRIGGER boom BEFORE UPDATE ON draft_drafts BEGIN SELECT RAISE(ABORT, 'boom'); END`,
		"first file":   `CREATE TRIGGER boom BEFORE INSERT ON draft_blobs BEGIN SELECT RAISE(ABORT, 'boom'); END`,
		"second file":  `CREATE TRIGGER boom BEFORE INSERT ON draft_blobs WHEN NEW.id = 'c' BEGIN SELECT RAISE(ABORT, 'boom'); END`,
		"removed file": `CREATE TRIGGER boom BEFORE DELETE ON draft_blobs BEGIN SELECT RAISE(ABORT, 'boom'); END`,
	} {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			e := newEnv(t, draft.Options{})
			d := e.create(t, draft.New{})
			d, err := e.Save(ctx, d, draft.Change{Answers: []byte("a"), Add: []draft.Blob{{ID: "a"}}})
			require.NoError(t, err)
			_, err = e.db.Exec(trigger)
			require.NoError(t, err)
			change := draft.Change{Answers: []byte("b"), Remove: []string{"a"}, Add: []draft.Blob{{ID: "b"}, {ID: "c"}}}
			_, err = e.Save(ctx, d, change)
			require.ErrorContains(t, err, "boom")
			loaded, err := e.Load(ctx, tenant, d.ID)
			require.NoError(t, err)
			assert.Equal(t, d, loaded)
			blobs, err := e.Blobs(ctx, tenant, d.ID)
			require.NoError(t, err)
			require.Len(t, blobs, 1)
			assert.Equal(t, "a", blobs[0].ID)
			_, err = e.db.Exec(`DROP TRIGGER boom`)
			require.NoError(t, err)
			_, err = e.Save(ctx, d, change)
			require.NoError(t, err)
		})
	}
}

const crashEnv = "EGOV_DRAFT_CRASH_DB"

// TestCrashHelper is the child of TestKilledWriter: it saves until it is killed.
// Every answer is the ID of the file that belongs to it.
func TestCrashHelper(t *testing.T) {
	path := os.Getenv(crashEnv)
	if path == "" {
		t.Skip("only runs as the child process of TestKilledWriter")
	}
	ctx := context.Background()
	s, err := draft.NewStore(ctx, openDB(t, path), []draft.Key{key}, nil)
	require.NoError(t, err)
	d, err := s.Create(ctx, draft.New{Tenant: tenant, Form: "f"})
	require.NoError(t, err)
	for i := 0; ; i++ {
		id := fmt.Sprintf("%d", i)
		c := draft.Change{Answers: []byte(id), Add: []draft.Blob{{ID: id, Data: make([]byte, 100_000)}}}
		if i > 0 {
			c.Remove = []string{string(d.Answers)}
		}
		d, err = s.Save(ctx, d, c)
		require.NoError(t, err)
		fmt.Printf("saved %s %s\n", d.ID, id)
	}
}

func TestKilledWriter(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "t.db")
	for _, saves := range []int{1, 4, 9} {
		child := exec.Command(os.Args[0], "-test.run=^TestCrashHelper$", "-test.v")
		child.Env = append(os.Environ(), crashEnv+"="+path)
		out, err := child.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, child.Start())
		var id, last string
		lines := bufio.NewScanner(out)
		for n := 0; n < saves && lines.Scan(); {
			if _, err := fmt.Sscanf(lines.Text(), "saved %s %s", &id, &last); err == nil {
				n++
			}
		}
		time.Sleep(time.Duration(saves) * time.Millisecond) // somewhere in the next save
		require.NoError(t, child.Process.Kill())
		for lines.Scan() { // what it still reported
			if _, err := fmt.Sscanf(lines.Text(), "saved %s %s", &id, &last); err != nil {
				t.Log(lines.Text())
			}
		}
		require.Error(t, child.Wait())
		require.NotEmpty(t, id)

		s, err := draft.NewStore(ctx, openDB(t, path), []draft.Key{key}, nil)
		require.NoError(t, err)
		d, err := s.Load(ctx, tenant, id)
		require.NoError(t, err)
		var reported, stored int
		_, err = fmt.Sscan(last, &reported)
		require.NoError(t, err)
		_, err = fmt.Sscan(string(d.Answers), &stored)
		require.NoError(t, err)
		assert.GreaterOrEqual(t, stored, reported, "what was reported saved is there")
		blobs, err := s.Blobs(ctx, tenant, id)
		require.NoError(t, err)
		require.Len(t, blobs, 1)
		assert.Equal(t, string(d.Answers), blobs[0].ID, "answers and file belong together")
	}
}

func FuzzParseToken(f *testing.F) {
	f.Add(draft.Token{}.Reveal())
	f.Add(draft.NewToken().Reveal())
	f.Add("")
	f.Add(strings.Repeat("A", 42) + "=")
	f.Fuzz(func(t *testing.T, s string) {
		token, err := draft.ParseToken(s)
		if err != nil {
			require.ErrorIs(t, err, draft.ErrNotFound)
			require.Equal(t, draft.Token{}, token)
			return
		}
		require.Equal(t, s, token.Reveal())
	})
}

func BenchmarkSave(b *testing.B) {
	e := newEnv(b, draft.Options{})
	d := e.create(b, draft.New{})
	answers := make([]byte, 2000)
	for b.Loop() {
		n, err := e.Save(context.Background(), d, draft.Change{Answers: answers})
		if err != nil {
			b.Fatal(err)
		}
		d = n
	}
}

func BenchmarkLoad(b *testing.B) {
	e := newEnv(b, draft.Options{})
	d := e.create(b, draft.New{Answers: make([]byte, 2000)})
	for b.Loop() {
		if _, err := e.Load(context.Background(), tenant, d.ID); err != nil {
			b.Fatal(err)
		}
	}
}
