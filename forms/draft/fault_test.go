package draft_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms/draft"
	"github.com/bausteine/egov/internal/sqldb"
	"github.com/bausteine/egov/internal/testenv"
)

// TestAlteredRowsDoNotOpen swaps and edits rows as somebody with the database
// but without the key could.
func TestAlteredRowsDoNotOpen(t *testing.T) {
	type attack struct {
		sql    string // ?1 is the victim's ID, ?2 the attacker's
		onBlob bool
	}
	each(t, map[string]attack{
		"answers of another draft":       {sql: `UPDATE draft_drafts SET sealed = (SELECT sealed FROM draft_drafts WHERE id = ?2) WHERE id = ?1`},
		"whole row under another id":     {sql: `UPDATE draft_drafts SET id = CASE id WHEN ?1 THEN ?2 || 'x' ELSE ?1 END WHERE id IN (?1, ?2)`},
		"owner's hash of another draft":  {sql: `UPDATE draft_drafts SET owner = (SELECT owner FROM draft_drafts WHERE id = ?2) WHERE id = ?1`},
		"owner removed":                  {sql: `UPDATE draft_drafts SET owner = NULL WHERE id = ?1 AND id <> ?2`},
		"state":                          {sql: `UPDATE draft_drafts SET state = 'submitted' WHERE id = ?1 AND id <> ?2`},
		"revision":                       {sql: `UPDATE draft_drafts SET revision = revision + 1 WHERE id = ?1 AND id <> ?2`},
		"life extended":                  {sql: `UPDATE draft_drafts SET expires = expires + 1 WHERE id = ?1 AND id <> ?2`},
		"form version":                   {sql: `UPDATE draft_drafts SET form_version = '2.0' WHERE id = ?1 AND id <> ?2`},
		"empty seal":                     {sql: `UPDATE draft_drafts SET sealed = x'' WHERE id = ?1 AND id <> ?2`},
		"one bit":                        {sql: `UPDATE draft_drafts SET sealed = substr(sealed, 1, length(sealed) - 1) || x'00' WHERE id = ?1 AND id <> ?2`},
		"file of another draft":          {onBlob: true, sql: `UPDATE draft_blobs SET data = (SELECT data FROM draft_blobs WHERE draft = ?2) WHERE draft = ?1`},
		"whole file of another draft":    {onBlob: true, sql: `UPDATE draft_blobs SET (data, meta) = (SELECT data, meta FROM draft_blobs WHERE draft = ?2) WHERE draft = ?1`},
		"file under another id":          {onBlob: true, sql: `UPDATE draft_blobs SET id = 'renamed' WHERE draft = ?1 AND draft <> ?2`},
		"file size":                      {onBlob: true, sql: `UPDATE draft_blobs SET size = size + 1 WHERE draft = ?1 AND draft <> ?2`},
		"file data in place of its name": {onBlob: true, sql: `UPDATE draft_blobs SET meta = data WHERE draft = ?1 AND draft <> ?2`},
	}, func(t *testing.T, on database, c attack) {
		ctx := context.Background()
		e := newEnv(t, on, draft.Options{})
		var ids []string
		for _, owner := range []string{"konto-a", "konto-b"} {
			d := e.create(t, draft.New{Owner: owner, Answers: []byte("answers of " + owner)})
			d, err := e.Save(ctx, d, draft.Change{Answers: d.Answers, Add: []draft.Blob{{ID: "b", Data: []byte("file of " + owner)}}})
			require.NoError(t, err)
			ids = append(ids, d.ID)
		}
		res, err := e.sql.ExecContext(ctx, strings.NewReplacer("x''", e.blob(""), "x'00'", e.blob("00")).Replace(c.sql), ids[0], ids[1])
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

// TestFailureBetweenFileAndAnswers lets each statement of a change fail in turn:
// then neither the answers nor the files have changed.
func TestFailureBetweenFileAndAnswers(t *testing.T) {
	each(t, map[string]struct{ before, when string }{
		"answers":      {before: `UPDATE ON draft_drafts`},
		"first file":   {before: `INSERT ON draft_blobs`},
		"second file":  {before: `INSERT ON draft_blobs`, when: `NEW.id = 'c'`},
		"removed file": {before: `DELETE ON draft_blobs`},
	}, func(t *testing.T, on database, c struct{ before, when string }) {
		ctx := context.Background()
		e := newEnv(t, on, draft.Options{})
		d := e.create(t, draft.New{})
		d, err := e.Save(ctx, d, draft.Change{Answers: []byte("a"), Add: []draft.Blob{{ID: "a"}}})
		require.NoError(t, err)
		repair := e.boom(t, c.before, c.when)
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
		repair()
		_, err = e.Save(ctx, d, change)
		require.NoError(t, err)
	})
}

// boom lets statements fail until it is repaired.
func (e *env) boom(t *testing.T, before, when string) (repair func()) {
	t.Helper()
	exec := func(statement string) {
		_, err := e.db.Exec(statement)
		require.NoError(t, err)
	}
	if e.sql.Dialect() == sqldb.PostgreSQL {
		if when != "" {
			when = "WHEN (" + when + ")"
		}
		exec(`CREATE FUNCTION boom() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'boom'; END $$`)
		exec(`CREATE TRIGGER boom BEFORE ` + before + ` FOR EACH ROW ` + when + ` EXECUTE FUNCTION boom()`)
		return func() { exec(`DROP FUNCTION boom() CASCADE`) }
	}
	if when != "" {
		when = "WHEN " + when
	}
	exec(`CREATE TRIGGER boom BEFORE ` + before + ` ` + when + ` BEGIN SELECT RAISE(ABORT, 'boom'); END`)
	return func() { exec(`DROP TRIGGER boom`) }
}

const crashEnv = "EGOV_DRAFT_CRASH_DB" // driver and DSN

// TestCrashHelper is the child of TestKilledWriter: it saves until it is killed.
// Every answer is the ID of the file that belongs to it.
func TestCrashHelper(t *testing.T) {
	driver, dsn, ok := strings.Cut(os.Getenv(crashEnv), " ")
	if !ok {
		t.Skip("only runs as the child process of TestKilledWriter")
	}
	ctx := context.Background()
	s, err := draft.NewStore(ctx, database{driver: driver, dsn: dsn}.open(t), []draft.Key{key}, nil)
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

func TestKilledWriter(t *testing.T) { both(t, killedWriter) }

func killedWriter(t *testing.T, on database) {
	ctx := context.Background()
	for _, saves := range []int{1, 4, 9} {
		child := exec.Command(os.Args[0], "-test.run=^TestCrashHelper$", "-test.v")
		child.Env = append(os.Environ(), crashEnv+"="+on.driver+" "+on.dsn)
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

		s, err := draft.NewStore(ctx, on.open(t), []draft.Key{key}, nil)
		require.NoError(t, err)
		d, blobs := settled(t, s, id)
		var reported, stored int
		_, err = fmt.Sscan(last, &reported)
		require.NoError(t, err)
		_, err = fmt.Sscan(string(d.Answers), &stored)
		require.NoError(t, err)
		assert.GreaterOrEqual(t, stored, reported, "what was reported saved is there")
		require.Len(t, blobs, 1)
		assert.Equal(t, string(d.Answers), blobs[0].ID, "answers and file belong together")
	}
}

// settled reads a draft and its files at one moment: a server may still be
// committing what the writer sent before it died.
func settled(t *testing.T, s *draft.Store, id string) (*draft.Draft, []draft.Blob) {
	t.Helper()
	for {
		before, err := s.Load(t.Context(), tenant, id)
		require.NoError(t, err)
		blobs, err := s.Blobs(t.Context(), tenant, id)
		require.NoError(t, err)
		after, err := s.Load(t.Context(), tenant, id)
		require.NoError(t, err)
		if before.Revision == after.Revision {
			return after, blobs
		}
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

// benchmarks runs one on a database of each kind.
func benchmarks(b *testing.B, run func(b *testing.B, e *env)) {
	b.Run("SQLite", func(b *testing.B) { run(b, newEnv(b, sqlite(b), draft.Options{})) })
	b.Run("PostgreSQL", func(b *testing.B) {
		run(b, newEnv(b, database{driver: "pgx", dsn: testenv.PostgresDSN(b)}, draft.Options{}))
	})
}

func BenchmarkSave(b *testing.B) {
	benchmarks(b, func(b *testing.B, e *env) {
		d := e.create(b, draft.New{})
		answers := make([]byte, 2000)
		for b.Loop() {
			n, err := e.Save(context.Background(), d, draft.Change{Answers: answers})
			if err != nil {
				b.Fatal(err)
			}
			d = n
		}
	})
}

func BenchmarkLoad(b *testing.B) {
	benchmarks(b, func(b *testing.B, e *env) {
		d := e.create(b, draft.New{Answers: make([]byte, 2000)})
		for b.Loop() {
			if _, err := e.Load(context.Background(), tenant, d.ID); err != nil {
				b.Fatal(err)
			}
		}
	})
}
