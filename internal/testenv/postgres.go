package testenv

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Postgres returns a database of its own on a PostgreSQL server that runs for
// this test binary alone, or ends the test where PostgreSQL is not installed
// (Debian package postgresql). The server listens on a Unix socket only, keeps
// what it commits, and is gone with the test binary, however that ends. The
// test imports the driver: _ "github.com/jackc/pgx/v5/stdlib".
func Postgres(t testing.TB) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", PostgresDSN(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

// PostgresDSN is [Postgres] for tests that open the database several times.
func PostgresDSN(t testing.TB) string {
	t.Helper()
	if !slices.Contains(sql.Drivers(), "pgx") {
		t.Fatal(`a test on PostgreSQL imports _ "github.com/jackc/pgx/v5/stdlib"`)
	}
	s := startServer(t)
	name := fmt.Sprintf("test%d", s.databases.Add(1))
	run(t, s, "CREATE DATABASE "+name)
	t.Cleanup(func() { run(t, s, "DROP DATABASE "+name+" WITH (FORCE)") })
	return s.dsn(name)
}

func run(t testing.TB, s *server, statement string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	if _, err := s.admin.ExecContext(ctx, statement); err != nil {
		t.Errorf("%s: %v", statement, err)
	}
}

// server is the one server of this test binary.
type server struct {
	dir       string
	admin     *sql.DB
	stop      *os.File // the supervisor ends when this is closed
	databases atomic.Int64
}

func (s *server) dsn(database string) string {
	return "host=" + s.dir + " user=postgres dbname=" + database + " sslmode=disable"
}

// postgres starts at most one server for the test binary: there is no other
// hook that lives as long as it.
var postgres struct {
	once   sync.Once
	server *server
	err    error
}

var errNoPostgres = errors.New("PostgreSQL is not installed (Debian package postgresql)")

func startServer(t testing.TB) *server {
	t.Helper()
	postgres.once.Do(func() { postgres.server, postgres.err = newServer() })
	switch {
	case errors.Is(postgres.err, errNoPostgres):
		Missing(t, postgres.err.Error())
	case postgres.err != nil:
		Missing(t, "PostgreSQL is installed and does not start: "+postgres.err.Error())
	}
	return postgres.server
}

func newServer() (*server, error) {
	initdb, err := postgresTool("initdb")
	if err != nil {
		return nil, err
	}
	program, err := postgresTool("postgres")
	if err != nil {
		return nil, err
	}
	// The path of a Unix socket is short: not the folder of the test.
	dir, err := os.MkdirTemp("/tmp", "egov-pg-")
	if err != nil {
		return nil, err
	}
	s := &server{dir: dir}
	if err := s.start(initdb, program); err != nil {
		log, _ := os.ReadFile(filepath.Join(dir, "log"))
		if s.stop != nil {
			_ = s.stop.Close() // the supervisor removes the folder
		} else {
			_ = os.RemoveAll(dir)
		}
		return nil, fmt.Errorf("%w\n%s", err, log)
	}
	return s, nil
}

// supervise runs the server until its standard input ends, which it does with
// the test binary; then it stops the server at once and removes the folder.
const supervise = `PATH=/usr/bin:/bin:$PATH
"$1" -D "$2/data" -k "$2" -c listen_addresses= -c max_connections=300 -c shared_buffers=32MB &
pid=$!
cat >/dev/null
kill -QUIT $pid
wait $pid
rm -rf "$2"`

func (s *server) start(initdb, program string) error {
	log, err := os.OpenFile(filepath.Join(s.dir, "log"), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o666)
	if err != nil {
		return err
	}
	defer log.Close()
	attr, err := unprivileged(s.dir)
	if err != nil {
		return err
	}
	command := func(name string, args ...string) *exec.Cmd {
		cmd := exec.Command(name, args...)
		cmd.Dir, cmd.Stdout, cmd.Stderr, cmd.SysProcAttr = s.dir, log, log, attr
		return cmd
	}
	if err := command(initdb, "-D", filepath.Join(s.dir, "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N").Run(); err != nil {
		return fmt.Errorf("initdb: %w", err)
	}
	read, write, err := os.Pipe()
	if err != nil {
		return err
	}
	cmd := command("/bin/sh", "-c", supervise, "sh", program, s.dir)
	cmd.Stdin = read
	err = errors.Join(cmd.Start(), read.Close())
	if err != nil {
		return errors.Join(err, write.Close())
	}
	s.stop = write
	go func() { _ = cmd.Wait() }()
	return s.connect()
}

// connect waits until the server answers.
func (s *server) connect() error {
	var err error
	if s.admin, err = sql.Open("pgx", s.dsn("postgres")); err != nil {
		return err
	}
	for deadline := time.Now().Add(5 * time.Minute); ; time.Sleep(50 * time.Millisecond) {
		if err = s.admin.Ping(); err == nil || time.Now().After(deadline) {
			return err
		}
	}
}

// postgresTool finds a program of the server, which Debian does not put into
// PATH; of several versions the last.
func postgresTool(name string) (string, error) {
	if path, err := exec.LookPath(name); err == nil {
		return filepath.EvalSymlinks(path)
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if err != nil || len(found) == 0 {
		return "", errNoPostgres
	}
	slices.Sort(found)
	return found[len(found)-1], nil
}
