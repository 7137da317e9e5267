package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/submission"
)

// laufend is the service running in this process.
type laufend struct {
	*dienst
	server *httptest.Server
}

// starte starts the service on a folder. Due work runs when a test calls
// erledige.
func starte(t *testing.T, folder string) *laufend {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	u, err := openUmgebung(context.Background(), folder, "http://"+listener.Addr().String(), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	d, err := neuerDienst(u)
	require.NoError(t, err)
	server := httptest.NewUnstartedServer(d.handler())
	server.Listener.Close()
	server.Listener = listener
	server.Start()
	t.Cleanup(func() {
		server.Close()
		require.NoError(t, u.DB.Close())
	})
	return &laufend{dienst: d, server: server}
}

// erledige does all due work once.
func (l *laufend) erledige(ctx context.Context) error {
	var errs []error
	for _, work := range l.faelliges() {
		errs = append(errs, work(ctx))
	}
	return errors.Join(errs...)
}

// ordner returns a fresh data folder that already has keys.
func ordner(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for _, name := range []string{"bewohnerparken.db", "zertifikat.pem"} {
		b, err := os.ReadFile(filepath.Join(vorlage, name))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), b, 0o600))
	}
	return folder
}

// vorlage is a data folder with keys and nothing else.
var vorlage string

func TestMain(m *testing.M) {
	if os.Getenv(runAsService) != "" {
		main()
		return
	}
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "bewohnerparken")
		if err != nil {
			panic(err)
		}
		defer os.RemoveAll(dir)
		u, err := openUmgebung(context.Background(), dir, "http://127.0.0.1:1", slog.New(slog.DiscardHandler))
		if err != nil {
			panic(err)
		}
		if _, err := u.DB.Exec("PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
			panic(err)
		}
		if err := u.DB.Close(); err != nil {
			panic(err)
		}
		vorlage = dir
		return m.Run()
	}())
}

func neuerBuerger(base string) *buerger { return &buerger{klient: newKlient(), base: base} }

// bisZum lets the citizen go on until the page.
func (b *buerger) bisZum(t *testing.T, seite string) {
	t.Helper()
	if b.page == nil {
		require.NoError(t, b.get(b.base+"/"))
	}
	for range 30 {
		if b.wo() == seite {
			return
		}
		vorher := b.page.url.Path
		require.NoError(t, b.weiter())
		require.Less(t, b.page.status, 400, "%s -> %s: %s", vorher, b.page.url.Path, textOf(b.page.doc))
	}
	t.Fatalf("never came to %s; last page %s: %s", seite, b.page.url.Path, textOf(b.page.doc))
}

func TestFromLoginToReceipt(t *testing.T) {
	for _, tt := range []struct {
		name                  string
		gast, fremdesFahrzeug bool
	}{
		{"with an account", false, false},
		{"as a guest", true, false},
		{"with somebody else's car", false, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := starte(t, ordner(t))
			b := neuerBuerger(l.server.URL)
			b.gast, b.fremdesFahrzeug = tt.gast, tt.fremdesFahrzeug
			b.bisZum(t, seiteEingang)
			require.Contains(t, textOf(b.page.doc), "BWP-")
			require.NoError(t, l.erledige(context.Background()))
			entries, err := l.Ausgang.List(context.Background(), submission.Filter{Tenant: mandant})
			require.NoError(t, err)
			require.Len(t, entries, 1)
			require.Equal(t, submission.StateSent, entries[0].State)
		})
	}
}

// TestTheGuideStaysShort: what a vendor writes is one file of at most 150 lines.
func TestTheGuideStaysShort(t *testing.T) {
	b, err := os.ReadFile("dienst.go")
	require.NoError(t, err)
	require.LessOrEqual(t, strings.Count(string(b), "\n"), 150)
}

func TestStopsCleanly(t *testing.T) {
	for _, tt := range []struct {
		name string
		idle bool // a browser holds a connection that it opened in advance
	}{{"nobody there", false}, {"a connection without a request", true}} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(context.Background())
			var out, errs strings.Builder
			done := make(chan error, 1)
			folder := ordner(t)
			go func() { done <- run(ctx, []string{"-addr", "127.0.0.1:0", "-daten", folder}, &out, &errs) }()
			k := newKlient()
			var addr []byte
			require.Eventually(t, func() bool { // until it answers
				var err error
				if addr, err = os.ReadFile(filepath.Join(folder, "adresse")); err != nil {
					return false
				}
				return k.get("http://"+string(addr)+"/") == nil
			}, 2*time.Minute, 20*time.Millisecond)
			if tt.idle {
				conn, err := net.Dial("tcp", string(addr))
				require.NoError(t, err)
				defer conn.Close()
				time.Sleep(100 * time.Millisecond) // until the server has taken it
			}
			cancel()
			require.NoError(t, <-done)
			require.Contains(t, out.String(), "Der Dienst wird beendet.")
		})
	}
}

func TestTakesAnotherPortAndSaysSo(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	listener, busy, err := listen(taken.Addr().String(), t.TempDir())
	require.NoError(t, err)
	defer listener.Close()
	require.Equal(t, taken.Addr().String(), busy)

	free, busy, err := listen("127.0.0.1:0", t.TempDir())
	require.NoError(t, err)
	defer free.Close()
	require.Empty(t, busy)
}

func TestRefusesAddresses(t *testing.T) {
	for _, addr := range []string{"", "8080", ":8080", "0.0.0.0:8080", "192.0.2.1:8080", "example.org:80", "127.0.0.1:99999", "127.0.0.1:x"} {
		t.Run(addr, func(t *testing.T) {
			listener, _, err := listen(addr, t.TempDir())
			require.Error(t, err)
			require.Nil(t, listener)
		})
	}
}
