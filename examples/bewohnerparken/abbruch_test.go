package main

import (
	"bufio"
	"context"
	"crypto/x509"
	"database/sql"
	"encoding/pem"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms/fim"
	"github.com/bausteine/egov/payment"
	kassenstore "github.com/bausteine/egov/payment/sqlstore"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/signature/xades"
	"github.com/bausteine/egov/xoev/submission"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// runAsService, in the environment, makes the test binary the service itself.
const runAsService = "BEWOHNERPARKEN_RUN"

// prozess is the service as a process of its own, which can be killed.
type prozess struct {
	t            *testing.T
	folder, addr string
	cmd          *exec.Cmd
	starts       int
}

func neuerProzess(t *testing.T) *prozess {
	t.Helper()
	p := &prozess{t: t, folder: ordner(t), addr: freieAdresse(t)}
	p.start()
	t.Cleanup(p.kill)
	return p
}

func (p *prozess) base() string { return "http://" + p.addr }

// start runs the service and waits until it listens.
func (p *prozess) start() {
	p.t.Helper()
	self, err := os.Executable()
	require.NoError(p.t, err)
	p.cmd = exec.Command(self, "-addr", p.addr, "-daten", p.folder)
	p.cmd.Env = append(os.Environ(), runAsService+"=1")
	p.cmd.Stderr = os.Stderr
	out, err := p.cmd.StdoutPipe()
	require.NoError(p.t, err)
	require.NoError(p.t, p.cmd.Start())
	p.starts++
	lines := bufio.NewScanner(out)
	require.True(p.t, lines.Scan(), "the service did not start")
	require.Contains(p.t, lines.Text(), p.addr, "another port was taken: the citizen's addresses no longer lead anywhere")
	go func() { _, _ = io.Copy(io.Discard, out) }()
}

// kill ends the process with SIGKILL: it gets no chance to tidy up.
func (p *prozess) kill() {
	if p.cmd == nil {
		return
	}
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
	p.cmd = nil
}

func (p *prozess) restart() {
	p.t.Helper()
	p.kill()
	p.start()
}

// genauEinmal checks what must hold however often the process died: one claim
// with one payment of the fee in our books, one in the platform's, and one
// application in the outbox folder with the reference the citizen was told.
func (p *prozess) genauEinmal(reference string) {
	t := p.t
	t.Helper()
	db, err := openDB(filepath.Join(p.folder, "bewohnerparken.db"))
	require.NoError(t, err)
	defer db.Close()
	require.Eventually(t, func() bool {
		return zahl(t, db, `SELECT COUNT(*) FROM submission_outbox WHERE state = 'sent'`) == 1
	}, 2*time.Minute, 50*time.Millisecond, "no application was sent")
	p.kill()
	require.Equal(t, 1, zahl(t, db, `SELECT COUNT(*) FROM payment_claims`), "claims")
	require.Equal(t, 1, zahl(t, db, `SELECT COUNT(*) FROM payment_entries`), "bookings")
	require.Equal(t, 1, zahl(t, db, `SELECT COUNT(*) FROM submission_outbox`), "applications in the outbox")
	require.Equal(t, 1, zahl(t, db, `SELECT COUNT(*) FROM payment_simulator_transactions WHERE status = 'PAYED'`), "payments at the platform")
	var claim string
	require.NoError(t, db.QueryRow(`SELECT id FROM payment_claims`).Scan(&claim))
	store, err := kassenstore.New(context.Background(), db)
	require.NoError(t, err)
	record, err := store.Claim(context.Background(), mandant, claim)
	require.NoError(t, err)
	require.Len(t, record.Entries, 1)
	require.Equal(t, payment.EUR(3070), record.Entries[0].Amount)

	accepted := empfange(t, p.folder)
	require.Len(t, accepted, 1)
	require.Contains(t, accepted[0], reference)
}

func zahl(t *testing.T, db *sql.DB, query string) (n int) {
	t.Helper()
	require.NoError(t, db.QueryRow(query).Scan(&n))
	return n
}

// kundenzeichen is the reference on the receipt page.
func (b *buerger) kundenzeichen(t *testing.T) string {
	t.Helper()
	text := textOf(b.page.doc)
	i := strings.Index(text, "BWP-")
	require.GreaterOrEqual(t, i, 0, "no reference on the receipt")
	return strings.Fields(text[i:])[0]
}

// TestKilledAfterEachStep kills the process after each step in turn, once per
// run, and lets the citizen reload the page she is on.
func TestKilledAfterEachStep(t *testing.T) {
	steps := []string{seiteStart, seiteAnmelden, seitePerson, seiteFahrzeug, seiteZeitraum, seiteSumme, seiteBezahlen, seiteEingang}
	for _, step := range steps {
		t.Run("on "+step, func(t *testing.T) {
			t.Parallel()
			p := neuerProzess(t)
			b := neuerBuerger(p.base())
			b.bisZum(t, step)
			p.restart()
			require.NoError(t, b.get(b.page.url.String()))
			if step != seiteStart && step != seiteAnmelden {
				require.Equal(t, step, b.wo(), "the citizen did not go on where she was")
			}
			b.bisZum(t, seiteEingang)
			p.genauEinmal(b.kundenzeichen(t))
		})
	}
}

// TestKilledAfterEachResponse kills the process after every single response,
// redirects included, in one run.
func TestKilledAfterEachResponse(t *testing.T) {
	t.Parallel()
	p := neuerProzess(t)
	b := neuerBuerger(p.base())
	b.hop = p.restart
	b.bisZum(t, seiteEingang)
	b.hop = func() {}
	require.Greater(t, p.starts, 15, "hardly anything was killed")
	p.genauEinmal(b.kundenzeichen(t))
}

// TestKilledAtRandomMoments kills the process while it works on a request. The
// citizen reloads the page she was on, as often as it takes.
func TestKilledAtRandomMoments(t *testing.T) {
	if testing.Short() {
		t.Skip("a long run of killed processes is left out in -short")
	}
	for seed := range uint64(6) {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 20260101))
			p := neuerProzess(t)
			b := neuerBuerger(p.base())
			kills := 0
			require.NoError(t, b.get(b.base+"/"))
			for range 200 {
				if b.wo() == seiteEingang {
					break
				}
				stop := p.killSoon(random)
				err := b.weiter()
				if stop() {
					kills++
					p.restart()
					err = b.get(b.page.url.String())
				}
				require.NoError(t, err)
				if b.page.status >= 400 { // such as a used return address: begin at the start page
					require.NoError(t, b.get(b.base+"/"))
				}
			}
			require.Equal(t, seiteEingang, b.wo())
			t.Logf("%d kills", kills)
			p.genauEinmal(b.kundenzeichen(t))
		})
	}
}

// killSoon kills the process within the next 12 ms, one time in three. What it
// returns calls the kill off, or reports that it was too late for that.
func (p *prozess) killSoon(random *rand.Rand) (stop func() bool) {
	if random.IntN(3) > 0 {
		return func() bool { return false }
	}
	process := p.cmd.Process
	timer := time.AfterFunc(time.Duration(random.IntN(12_000))*time.Microsecond, func() { _ = process.Kill() })
	return func() bool { return !timer.Stop() }
}

// empfange is the authority: it returns what it accepts, by reference and id.
func empfange(t *testing.T, folder string) []string {
	t.Helper()
	block, _ := pem.Decode(lies(t, filepath.Join(folder, "zertifikat.pem")))
	cert, err := x509.ParseCertificate(block.Bytes)
	require.NoError(t, err)
	verifier := &submission.XAdESVerifier{XAdES: &xades.Verifier{Trust: signature.Pinned(cert), SkipRevocation: true}}
	receiver, err := submission.NewReceiver(submission.NewMemoryInbox(), verifier, []submission.Kind{{
		Name: "antrag", Root: xmlscan.Name{Space: fim.Namespace, Local: "S99000000002V1.0.0"},
		ID: submission.IDAttribute("", "id"), Reference: submission.IDAttribute("", "referenz"),
		Take: func(context.Context, *submission.Submitted) error { return nil },
	}}, nil)
	require.NoError(t, err)
	packages, err := submission.NewDirectory(filepath.Join(folder, "ausgang"), nil)
	require.NoError(t, err)
	var accepted []string
	for pkg, err := range packages.Packages(context.Background()) {
		require.NoError(t, err)
		result, err := receiver.Receive(context.Background(), pkg)
		require.NoError(t, err)
		require.Equal(t, finding.Accepted, result.Verdict, "%v", result.Findings)
		require.False(t, result.Repeat)
		accepted = append(accepted, result.Receipt.Reference+" "+pkg.ID)
	}
	return accepted
}

func lies(t *testing.T, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	return b
}
