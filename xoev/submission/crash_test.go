package submission_test

import (
	"bytes"
	"crypto/x509"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/submission"
)

// crashEnv makes the test binary the victim: "dir|step|xx" kills the process
// when it comes to the step for the second time.
const crashEnv = "EGOV_SUBMISSION_CRASH"

func TestMain(m *testing.M) {
	if spec := os.Getenv(crashEnv); spec != "" {
		victim(spec)
		return
	}
	os.Exit(m.Run())
}

func victim(spec string) {
	part := strings.Split(spec, "|")
	dir, step, left := part[0], part[1], len(part[2])
	die := func(now string) {
		if now != step {
			return
		}
		if left--; left > 0 {
			return
		}
		self, err := os.FindProcess(os.Getpid())
		if err == nil {
			err = self.Kill()
		}
		if err != nil {
			panic(err)
		}
		time.Sleep(time.Minute) // the kill is on its way
	}
	o, err := openOffice(dir, &clock{now: testNow}, die)
	if err == nil {
		err = o.everything()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
	os.Exit(0)
}

// officeDir makes the folder of an office, with the trusted key.
func officeDir(t *testing.T, on kind) string {
	t.Helper()
	id, err := trusted()
	require.NoError(t, err)
	key, err := x509.MarshalPKCS8PrivateKey(id.key)
	require.NoError(t, err)
	dir := t.TempDir()
	d := on.fresh(t)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "database"), []byte(d.driver+" "+d.dsn), 0o600))
	for _, name := range []string{"einreichungen", "quittungen", "uebernommen"} {
		require.NoError(t, os.Mkdir(filepath.Join(dir, name), 0o700))
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "key"), key, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "cert"), id.cert.Raw, 0o600))
	return dir
}

// Several processes work on one database and the same folders.
func TestManyProcesses(t *testing.T) {
	both(t, func(t *testing.T, on kind) {
		dir := officeDir(t, on)
		o, err := openOffice(dir, &clock{now: testNow}, func(string) {})
		require.NoError(t, err)
		defer func() { require.NoError(t, o.db.Close()) }()
		const n = 30
		for i := range n {
			doc := form(fmt.Sprint("b-", i), "")
			sig, err := o.id.signer.SignDetached(doc, "antrag.xml", nil)
			require.NoError(t, err)
			_, err = o.outbox.Submit(t.Context(), submission.Message{
				Tenant: tenant, ID: fmt.Sprint("b-", i), Name: "antrag.xml", Document: doc, Signature: sig,
			})
			require.NoError(t, err)
		}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				cmd := exec.Command(os.Args[0])
				cmd.Env = append(os.Environ(), crashEnv+"="+dir+"|never|x")
				out, err := cmd.CombinedOutput()
				assert.NoError(t, err, "%s", out)
			})
		}
		wg.Wait()
		for range 2 { // what the processes left to each other
			require.NoError(t, o.everything())
		}
		c, err := o.outbox.Counts(t.Context(), tenant)
		require.NoError(t, err)
		require.Equal(t, submission.Counts{Confirmed: n + 1}, c)
		list, err := o.outbox.List(t.Context(), submission.Filter{})
		require.NoError(t, err)
		for _, e := range list {
			require.Equal(t, 1, e.Attempts, "leased once")
		}
		require.Len(t, files(t, filepath.Join(dir, "uebernommen")), n+1)
		require.Empty(t, files(t, filepath.Join(dir, "einreichungen")))
		require.Empty(t, files(t, filepath.Join(dir, "quittungen")))
	})
}

// A submission goes from the outbox through the folder to the receiver and its
// receipt back. The process is killed at every step; the next run finishes, and
// nothing is lost, doubled or changed.
func TestKilledBetweenAnyTwoSteps(t *testing.T) {
	both(t, func(t *testing.T, on kind) {
		steps := []string{
			"built|x", "inserted|x", "stored|x", // Submit
			"claimed|x", "delivered|x", "noted|x", // SendDue
			"temp|x", "file|x", "file|xx", "renamed|x", "synced|x", // Directory.Send
			"reserved|x", "taken|x", "completed|x", "receipt|x", "away|x", // ReceiveDirectory
			"confirmed|x", // CollectReceipts
		}
		for _, step := range steps {
			t.Run(step, func(t *testing.T) {
				t.Parallel()
				dir := officeDir(t, on)
				cmd := exec.Command(os.Args[0])
				cmd.Env = append(os.Environ(), crashEnv+"="+dir+"|"+step)
				out, err := cmd.CombinedOutput()
				var exit *exec.ExitError
				require.ErrorAs(t, err, &exit, "it was to die: %s", out)
				require.NotEqual(t, 3, exit.ExitCode(), "%s", out)

				c := &clock{now: testNow}
				o, err := openOffice(dir, c, func(string) {})
				require.NoError(t, err)
				defer func() { require.NoError(t, o.db.Close()) }()
				// What was stored before the kill, if anything, is what arrives.
				before, err := o.outbox.Message(t.Context(), tenant, "a-1")
				durable := err == nil
				require.Equal(t, !strings.HasPrefix(step, "built") && !strings.HasPrefix(step, "inserted"), durable)
				c.Add(3 * time.Minute) // past the lease
				require.NoError(t, o.everything())

				after, err := o.outbox.Message(t.Context(), tenant, "a-1")
				require.NoError(t, err)
				if durable {
					require.Equal(t, before, after, "the bytes are those of the first run")
				}
				e, err := o.outbox.Get(t.Context(), tenant, "a-1")
				require.NoError(t, err)
				require.Equal(t, submission.StateConfirmed, e.State)
				taken := files(t, filepath.Join(dir, "uebernommen"))
				require.Len(t, taken, 1)
				nonce := bytes.Split(after.Document, []byte("nonce>"))[1]
				require.Contains(t, taken["a-1"], string(nonce), "what was taken is what was stored")
				_, err = o.packages.RemoveStale(time.Now().Add(time.Hour))
				require.NoError(t, err)
				require.Empty(t, files(t, filepath.Join(dir, "einreichungen")))
				require.Empty(t, files(t, filepath.Join(dir, "quittungen")))

				// Another run finds nothing to do.
				n, err := o.outbox.SendDue(t.Context(), 10)
				require.NoError(t, err)
				require.Zero(t, n)
			})
		}
	})
}

// The same for the sender alone: one package, complete, with the stored bytes.
func TestKilledWhileSending(t *testing.T) {
	both(t, func(t *testing.T, on kind) {
		for _, step := range []string{"claimed", "temp", "file", "renamed", "synced", "delivered"} {
			t.Run(step, func(t *testing.T) {
				c := newClock()
				d, dir := newDirectory(t)
				o := newOutbox(t, newDB(t, on), d, c)
				type killed struct{}
				die := func(now string) {
					if now == step {
						panic(killed{})
					}
				}
				o.SetHook(die)
				d.SetHook(die)
				_, err := o.Submit(t.Context(), message("a-1"))
				require.NoError(t, err)
				require.PanicsWithValue(t, killed{}, func() { _, _ = o.SendDue(t.Context(), 1) })
				for name := range files(t, dir) {
					hidden := strings.Contains(name, "/.tmp-")
					require.Equal(t, step == "temp" || step == "file", hidden, "nobody sees half a package: %s", name)
				}
				o.SetHook(func(string) {})
				d.SetHook(func(string) {})
				c.Add(3 * time.Minute)
				n, err := o.SendDue(t.Context(), 1)
				require.NoError(t, err)
				require.Equal(t, 1, n)
				_, err = d.RemoveStale(time.Now().Add(time.Hour))
				require.NoError(t, err)
				require.Equal(t, packageOf(message("a-1")), files(t, dir))
			})
		}
	})
}
