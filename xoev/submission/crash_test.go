package submission_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/submission"
)

// crashEnv makes the test binary the victim: "dir|step|n" kills the process at
// the n-th time it comes to the step.
const crashEnv = "EGOV_SUBMISSION_CRASH"

func TestMain(m *testing.M) {
	if spec := os.Getenv(crashEnv); spec != "" {
		victim(spec)
		return
	}
	os.Exit(m.Run())
}

// victim submits one message, signed differently each time as ECDSA does, and
// sends what is due.
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
	if err := runVictim(dir, die); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
	os.Exit(0)
}

func TestKilledBetweenAnyTwoSteps(t *testing.T) {
	steps := []string{
		"built|x", "inserted|x", "stored|x", // Submit
		"claimed|x", "delivered|x", "noted|x", // SendDue
		"temp|x", "file|x", "file|xx", "renamed|x", "synced|x", // Directory
	}
	for _, step := range steps {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			require.NoError(t, os.Mkdir(filepath.Join(dir, "out"), 0o700))
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), crashEnv+"="+dir+"|"+step)
			out, err := cmd.CombinedOutput()
			var exit *exec.ExitError
			require.ErrorAs(t, err, &exit, "it was to die: %s", out)
			require.NotEqual(t, 3, exit.ExitCode(), "%s", out)

			// What was stored before the kill, if anything, is what goes out.
			db := openDB(t, filepath.Join(dir, "t.db"))
			directory, err := submission.NewDirectory(filepath.Join(dir, "out"), nil)
			require.NoError(t, err)
			c := &clock{now: time.Now()}
			o := newOutbox(t, db, directory, c)
			before, err := o.Message(t.Context(), tenant, "a-1")
			durable := err == nil
			require.Equal(t, !strings.HasPrefix(step, "built") && !strings.HasPrefix(step, "inserted"), durable)

			require.NoError(t, runVictimOn(o, c))
			after, err := o.Message(t.Context(), tenant, "a-1")
			require.NoError(t, err)
			if durable {
				require.Equal(t, before, after, "the bytes are those of the first run")
			}
			e, err := o.Get(t.Context(), tenant, "a-1")
			require.NoError(t, err)
			require.Equal(t, submission.StateSent, e.State)
			_, err = directory.RemoveStale(time.Now().Add(time.Hour))
			require.NoError(t, err)
			require.Equal(t, packageOf(after), files(t, filepath.Join(dir, "out")), "one package, complete")
		})
	}
}
