package submission_test

import (
	"context"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/submission"
)

// line is both sides with the folders between them.
type line struct {
	*desk
	outbox   *submission.Outbox
	dir      string
	packages *submission.Directory
	receipts *submission.ReceiptDirectory
}

func newLine(t testing.TB, on kind, change func(*submission.ReceiverOptions), changeOutbox func(*submission.OutboxOptions)) *line {
	t.Helper()
	inbox, err := submission.NewSQLInbox(t.Context(), newDB(t, on))
	require.NoError(t, err)
	l := &line{desk: newDesk(t, inbox, change), dir: t.TempDir()}
	for _, name := range []string{"einreichungen", "quittungen"} {
		require.NoError(t, os.Mkdir(filepath.Join(l.dir, name), 0o700))
	}
	l.packages, err = submission.NewDirectory(filepath.Join(l.dir, "einreichungen"), &submission.DirectoryOptions{MaxBytes: 100_000})
	require.NoError(t, err)
	l.receipts, err = submission.NewReceiptDirectory(filepath.Join(l.dir, "quittungen"), nil)
	require.NoError(t, err)
	options := &submission.OutboxOptions{Now: l.clock.Now}
	if changeOutbox != nil {
		changeOutbox(options)
	}
	l.outbox, err = submission.NewOutbox(t.Context(), newDB(t, on), l.packages, options)
	require.NoError(t, err)
	return l
}

func (l *line) submit(p submission.Package) {
	l.t.Helper()
	_, err := l.outbox.Submit(l.t.Context(), submission.Message{
		Tenant: p.Tenant, ID: p.ID, Name: p.Name, Document: p.Document, Signature: p.Signature,
	})
	require.NoError(l.t, err)
}

func (l *line) state(id string) submission.State {
	l.t.Helper()
	e, err := l.outbox.Get(l.t.Context(), tenant, id)
	require.NoError(l.t, err)
	return e.State
}

func TestFromOutboxToReceipt(t *testing.T) {
	both(t, func(t *testing.T, on kind) {
		l := newLine(t, on, nil, nil)
		l.submit(l.good("a-1"))
		l.submit(l.enveloped("a-2", form("a-2", "<falsch/>")))
		n, err := l.outbox.SendDue(t.Context(), 10)
		require.NoError(t, err)
		require.Equal(t, 2, n)

		came := l.clock.Now()
		n, err = l.ReceiveDirectory(t.Context(), l.packages, l.receipts)
		require.NoError(t, err)
		require.Equal(t, 2, n)
		require.Len(t, l.taken, 1)
		rest := files(t, filepath.Join(l.dir, "einreichungen"))
		require.Len(t, rest, 1)
		for name := range rest {
			require.Regexp(t, `^musterstadt/\.abgewiesen/a-2\.[0-9a-f]{16}/antrag\.xml$`, name)
		}

		l.clock.Add(time.Hour)
		n, err = l.outbox.CollectReceipts(t.Context(), l.receipts)
		require.NoError(t, err)
		require.Equal(t, 2, n)
		require.Empty(t, files(t, filepath.Join(l.dir, "quittungen")))
		e, err := l.outbox.Get(t.Context(), tenant, "a-1")
		require.NoError(t, err)
		require.Equal(t, submission.StateConfirmed, e.State)
		require.Equal(t, came, e.ReceivedAt)
		reference, err := submission.NewReference("EB", tenant, "a-1")
		require.NoError(t, err)
		require.Equal(t, reference, e.ReceiptReference)
		b, err := l.outbox.ReceiptXML(t.Context(), tenant, "a-1")
		require.NoError(t, err)
		require.Contains(t, string(b), "<ergebnis>angenommen</ergebnis>")
		require.Equal(t, submission.StateRejected, l.state("a-2"))
		counts, err := l.outbox.Counts(t.Context(), "")
		require.NoError(t, err)
		require.Equal(t, submission.Counts{Confirmed: 1, Rejected: 1}, counts)
		n, err = l.outbox.DeleteSentBefore(t.Context(), "", l.clock.Now().Add(time.Hour))
		require.NoError(t, err)
		require.Equal(t, 1, n, "the rejected one stays until a person saw it")

		// The receiver's fault: it is mended, and the same bytes go again.
		require.NoError(t, l.outbox.Retry(t.Context(), tenant, "a-2"))
		for range 2 {
			_, err = l.outbox.SendDue(t.Context(), 10)
			require.NoError(t, err)
			n, err = l.ReceiveDirectory(t.Context(), l.packages, l.receipts)
			require.NoError(t, err)
		}
		require.Zero(t, n)
		require.Equal(t, rest, files(t, filepath.Join(l.dir, "einreichungen")), "put aside once")
	})
}

// What the folder holds verifies where it lies, with a tool that we did not
// write.
func TestXmlsec1VerifiesAPackage(t *testing.T) {
	both(t, func(t *testing.T, on kind) {
		xmlsec1 := testenv.Tool(t, "xmlsec1")
		l := newLine(t, on, nil, nil)
		l.submit(l.good("a-1"))
		_, err := l.outbox.SendDue(t.Context(), 1)
		require.NoError(t, err)
		cert := filepath.Join(t.TempDir(), "cert.pem")
		require.NoError(t, os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: l.id.cert.Raw}), 0o600))
		verify := func() ([]byte, error) {
			cmd := exec.Command(xmlsec1, "--verify", "--pubkey-cert-pem", cert, "antrag.xml"+submission.SignatureSuffix)
			cmd.Dir = filepath.Join(l.dir, "einreichungen", tenant, "a-1")
			return cmd.CombinedOutput()
		}
		out, err := verify()
		require.NoError(t, err, "%s", out)
		put(t, filepath.Join(l.dir, "einreichungen", tenant, "a-1"), "antrag.xml", string(form("a-1", "<neu/>")))
		_, err = verify()
		require.Error(t, err, "it does look")
	})
}

func TestSignedReceipts(t *testing.T) {
	both(t, func(t *testing.T, on kind) {
		id, err := stranger() // the receiver's own identity
		require.NoError(t, err)
		c := newClock()
		l := newLine(t, on,
			func(o *submission.ReceiverOptions) {
				o.SignReceipt = func(b []byte) ([]byte, error) { return id.signer.SignEnveloped(b, nil) }
			},
			func(o *submission.OutboxOptions) {
				o.ReceiptVerifier = &signature.Verifier{Trust: signature.Pinned(id.cert), Now: c.Now}
			})
		l.submit(l.good("a-1"))
		_, err = l.outbox.SendDue(t.Context(), 10)
		require.NoError(t, err)

		// Forged receipts: one without a signature, one with a changed verdict.
		e, err := l.outbox.Get(t.Context(), tenant, "a-1")
		require.NoError(t, err)
		forged := receipt()
		forged.Digest = e.Digest
		b, err := forged.XML()
		require.NoError(t, err)
		require.NoError(t, l.receipts.Write(forged, b))
		signed, err := id.signer.SignEnveloped(b, nil)
		require.NoError(t, err)
		forged.Verdict = finding.Accepted
		require.NoError(t, l.receipts.Write(forged, []byte(strings.Replace(string(signed), "abgewiesen", "angenommen", 1))))
		n, err := l.outbox.CollectReceipts(t.Context(), l.receipts)
		var invalid *finding.InvalidError
		require.ErrorAs(t, err, &invalid)
		require.Zero(t, n)
		require.Equal(t, submission.StateSent, l.state("a-1"))

		_, err = l.ReceiveDirectory(t.Context(), l.packages, l.receipts)
		require.NoError(t, err)
		n, err = l.outbox.CollectReceipts(t.Context(), l.receipts)
		require.Error(t, err, "the unsigned rejection still lies there")
		require.Equal(t, 1, n)
		require.Equal(t, submission.StateConfirmed, l.state("a-1"))
	})
}

func TestReceiptsAreChecked(t *testing.T) {
	both(t, func(t *testing.T, on kind) {
		l := newLine(t, on, nil, nil)
		l.submit(l.good("a-1"))
		e, err := l.outbox.Get(t.Context(), tenant, "a-1")
		require.NoError(t, err)
		write := func(change func(*submission.Receipt)) {
			r := receipt()
			r.Digest, r.Verdict, r.Codes = e.Digest, finding.Accepted, nil
			change(r)
			b, err := r.XML()
			require.NoError(t, err)
			require.NoError(t, l.receipts.Write(r, b))
		}
		collect := func() error {
			_, err := l.outbox.CollectReceipts(t.Context(), l.receipts)
			return err
		}
		clean := func() {
			for name := range files(t, filepath.Join(l.dir, "quittungen")) {
				require.NoError(t, l.receipts.Done(t.Context(), name))
			}
		}
		write(func(r *submission.Receipt) { r.Digest = sha256Hex([]byte("another document")) })
		require.ErrorIs(t, collect(), submission.ErrConflict)
		require.Len(t, files(t, filepath.Join(l.dir, "quittungen")), 1, "it stays for a person to look at")
		clean()
		write(func(r *submission.Receipt) { r.ID = "a-9" })
		require.ErrorIs(t, collect(), submission.ErrNotFound)
		clean()
		write(func(r *submission.Receipt) { r.Tenant = "beispielstadt" })
		require.ErrorIs(t, collect(), submission.ErrNotFound)
		clean()
		require.NoError(t, os.WriteFile(filepath.Join(l.dir, "quittungen", tenant, "x.xml"), []byte("Erika"), 0o600))
		err = collect()
		var failed *submission.ReceiptError
		require.ErrorAs(t, err, &failed)
		require.Equal(t, tenant+"/x.xml", failed.Key)
		require.NotContains(t, err.Error(), "Erika")
		clean()
		require.Equal(t, submission.StatePending, l.state("a-1"))

		// A rejection, then an acceptance, then a rejection that comes too late.
		write(func(r *submission.Receipt) { r.Verdict = finding.Rejected })
		require.NoError(t, collect())
		require.Equal(t, submission.StateRejected, l.state("a-1"), "a receipt proves delivery, though the entry was pending")
		write(func(*submission.Receipt) {})
		require.NoError(t, collect())
		require.Equal(t, submission.StateConfirmed, l.state("a-1"))
		write(func(*submission.Receipt) {})
		require.NoError(t, collect(), "the same again")
		write(func(r *submission.Receipt) { r.Verdict = finding.Rejected })
		require.ErrorIs(t, collect(), submission.ErrConflict)
		require.Equal(t, submission.StateConfirmed, l.state("a-1"))
		_, err = l.outbox.ReceiptXML(t.Context(), tenant, "a-9")
		require.ErrorIs(t, err, submission.ErrNotFound)
	})
}

func TestDirectoryFindsBrokenPackages(t *testing.T) {
	both(t, func(t *testing.T, on kind) {
		for _, tt := range []struct {
			name string
			want string
			make func(t *testing.T, l *line, dir string)
		}{
			{"no file", "SUB-002", func(*testing.T, *line, string) {}},
			{"two documents", "SUB-002", func(t *testing.T, l *line, dir string) {
				put(t, dir, "a.xml", "x")
				put(t, dir, "b.xml", "x")
			}},
			{"a signature of another name", "SUB-002", func(t *testing.T, l *line, dir string) {
				put(t, dir, "a.xml", "x")
				put(t, dir, "b.xml.sig.xml", "x")
			}},
			{"a folder in it", "SUB-002", func(t *testing.T, l *line, dir string) {
				put(t, dir, "a.xml", "x")
				require.NoError(t, os.Mkdir(filepath.Join(dir, "x"), 0o700))
			}},
			{"a link", "SUB-002", func(t *testing.T, l *line, dir string) {
				if runtime.GOOS == "windows" {
					t.Skip("links need a privilege on Windows")
				}
				put(t, l.dir, "geheim.xml", "x")
				require.NoError(t, os.Symlink(filepath.Join(l.dir, "geheim.xml"), filepath.Join(dir, "a.xml")))
			}},
			{"an empty document", "SUB-003", func(t *testing.T, l *line, dir string) { put(t, dir, "a.xml", "") }},
			{"a big document", "SUB-003", func(t *testing.T, l *line, dir string) { put(t, dir, "a.xml", strings.Repeat("x", 300_000)) }},
		} {
			t.Run(tt.name, func(t *testing.T) {
				l := newLine(t, on, nil, nil)
				dir := filepath.Join(l.dir, "einreichungen", tenant, "a-1")
				require.NoError(t, os.MkdirAll(dir, 0o700))
				tt.make(t, l, dir)
				l.submitGoodOne()
				n, err := l.ReceiveDirectory(t.Context(), l.packages, l.receipts)
				require.NoError(t, err)
				require.Equal(t, 2, n)
				require.Len(t, l.taken, 1, "the other package is received")
				got := files(t, filepath.Join(l.dir, "quittungen"))
				require.Len(t, got, 2)
				rejected := ""
				for name, content := range got {
					if strings.HasSuffix(name, ".abgewiesen.xml") {
						rejected = content
					}
				}
				require.Contains(t, rejected, "<befund>"+tt.want+"</befund>")
				if tt.name == "a big document" {
					require.Contains(t, rejected, sha256Hex([]byte(strings.Repeat("x", 300_000))), "the digest is that of the whole file")
				}
				n, err = l.ReceiveDirectory(t.Context(), l.packages, l.receipts)
				require.NoError(t, err)
				require.Zero(t, n, "it was put aside")
			})
		}
	})
}

func (l *line) submitGoodOne() {
	l.t.Helper()
	l.submit(l.good("gut"))
	_, err := l.outbox.SendDue(l.t.Context(), 1)
	require.NoError(l.t, err)
}

func put(t testing.TB, dir, name, content string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600))
}

func TestFolderWithAnImpossibleName(t *testing.T) {
	both(t, func(t *testing.T, on kind) {
		l := newLine(t, on, nil, nil)
		dir := filepath.Join(l.dir, "einreichungen", tenant, "kein guter Name")
		require.NoError(t, os.MkdirAll(dir, 0o700))
		put(t, dir, "a.xml", "x")
		n, err := l.ReceiveDirectory(t.Context(), l.packages, l.receipts)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.Empty(t, files(t, filepath.Join(l.dir, "quittungen")))
		n, err = l.ReceiveDirectory(t.Context(), l.packages, l.receipts)
		require.NoError(t, err)
		require.Zero(t, n)
	})
}

func TestReceiveDirectoryGoesOnAfterAFailure(t *testing.T) {
	both(t, func(t *testing.T, on kind) {
		l := newLine(t, on, nil, nil)
		l.submit(l.detached("a-1", "antrag.xml", form("a-1", "<unklar/>")))
		l.submit(l.good("a-2"))
		_, err := l.outbox.SendDue(t.Context(), 10)
		require.NoError(t, err)
		n, err := l.ReceiveDirectory(t.Context(), l.packages, l.receipts)
		require.ErrorIs(t, err, errSchemaAway)
		require.Equal(t, 1, n)
		require.Len(t, l.taken, 1)
		_, err = os.Stat(filepath.Join(l.dir, "einreichungen", tenant, "a-1"))
		require.NoError(t, err, "it waits")
	})
}

func TestReceiveDirectoryNeedsTake(t *testing.T) {
	both(t, func(t *testing.T, on kind) {
		l := newLine(t, on, nil, nil)
		kinds := l.kinds()
		kinds[0].Take = nil
		r, err := submission.NewReceiver(l.inbox, &signature.Verifier{}, kinds, nil)
		require.NoError(t, err)
		_, err = r.ReceiveDirectory(t.Context(), l.packages, l.receipts)
		require.Error(t, err)
	})
}

func TestManyNodesOnOneFolder(t *testing.T) {
	both(t, func(t *testing.T, on kind) {
		l := newLine(t, on, nil, nil)
		const n = 12
		for i := range n {
			l.submit(l.good("a-" + string(rune('a'+i))))
		}
		_, err := l.outbox.SendDue(t.Context(), n)
		require.NoError(t, err)
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				_, err := l.ReceiveDirectory(context.Background(), l.packages, l.receipts)
				assert.NoError(t, err)
			})
		}
		wg.Wait()
		ids := map[string]bool{}
		for _, s := range l.taken {
			ids[s.ID] = true
		}
		require.Len(t, ids, n)
		for range 3 {
			wg.Go(func() {
				_, err := l.outbox.CollectReceipts(context.Background(), l.receipts)
				assert.NoError(t, err)
			})
		}
		wg.Wait()
		c, err := l.outbox.Counts(t.Context(), tenant)
		require.NoError(t, err)
		require.Equal(t, submission.Counts{Confirmed: n}, c)
	})
}

func TestStaleReceiptsAreRemoved(t *testing.T) {
	both(t, func(t *testing.T, on kind) {
		l := newLine(t, on, nil, nil)
		dir := filepath.Join(l.dir, "quittungen", tenant)
		require.NoError(t, os.Mkdir(dir, 0o700))
		put(t, dir, ".tmp-OLD", "x")
		put(t, dir, "liesmich.txt", "x")
		n, err := l.outbox.CollectReceipts(t.Context(), l.receipts)
		require.NoError(t, err, "neither is a receipt")
		require.Zero(t, n)
		n, err = l.receipts.RemoveStale(time.Now().Add(time.Hour))
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.Error(t, l.receipts.Done(t.Context(), "../x.xml"))
		require.Error(t, l.receipts.Done(t.Context(), "x.xml"))
		require.Error(t, l.receipts.Done(t.Context(), "a/b/x.xml"))
	})
}
