package main

import (
	"bytes"
	"errors"
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
)

// built is the command as a program.
func built(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "xoev")
	if runtime.GOOS == "windows" {
		binary += ".exe"
	}
	out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput()
	require.NoError(t, err, string(out))
	return binary
}

func exitStatus(err error) int {
	var exit *exec.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitCode()
	}
	return -1
}

func TestProgram(t *testing.T) {
	binary := built(t)
	for _, tc := range []struct {
		status int
		args   []string
	}{
		{0, []string{"inspect", "testdata/codes.xml"}}, {1, []string{"inspect", "testdata/broken.xml"}}, {2, []string{"inspect", "testdata/none.xml"}},
		{0, []string{"lint", "testdata/codes.xml"}}, {1, []string{"lint", "testdata/broken.xml"}}, {2, []string{"lint", "testdata/families/unknown.xml"}},
		{0, []string{"c14n", "--method", "c14n", "testdata/codes.xml"}}, {2, []string{"c14n", "testdata/codes.xml"}},
		{0, []string{"codelist", "lock", "testdata/store"}}, {1, []string{"codelist", "find", "--store", "testdata/store", "lila"}}, {2, nil}, {0, []string{"help"}},
	} {
		out, err := exec.Command(binary, tc.args...).CombinedOutput()
		assert.Equal(t, tc.status, exitStatus(err), "%v\n%s", tc.args, out)
		assert.NotContains(t, string(out), "\x1b", "colours only on a terminal")
	}

	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Log("no /dev/full here")
		return
	}
	defer full.Close()
	cmd := exec.Command(binary, "inspect", "testdata/codes.xml")
	cmd.Stdout = full
	assert.Equal(t, 2, exitStatus(cmd.Run()), "a full disk is noticed")
}

// TestProgramInterrupted: a program that waits for standard input ends with
// status 2 when it is interrupted.
func TestProgramInterrupted(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no signal that a test can send")
	}
	binary := built(t)
	for _, args := range [][]string{{"inspect", "-"}, {"lint", "-"}, {"c14n", "--method", "c14n", "-"}} {
		cmd := exec.Command(binary, args...)
		in, err := cmd.StdinPipe()
		require.NoError(t, err)
		var out bytes.Buffer
		cmd.Stdout = &out
		require.NoError(t, cmd.Start())
		// More than a pipe holds: once it is written, the program reads, and waits
		// for signals since before that.
		_, err = in.Write([]byte(strings.Repeat("\n", 256<<10) + "<a>"))
		require.NoError(t, err)
		require.NoError(t, cmd.Process.Signal(os.Interrupt))
		assert.Equal(t, 2, exitStatus(cmd.Wait()), args)
		assert.NotContains(t, out.String(), "<a>")
		_ = in.Close()
	}
}

// TestColours are for terminals only, and not for those who do not want them.
func TestColours(t *testing.T) {
	show := func(prepare func(c *command)) string {
		var out bytes.Buffer
		c := &command{ctx: t.Context(), stdout: &out, stderr: &out}
		prepare(c)
		c.run([]string{"lint", "testdata/broken.xml"})
		return out.String()
	}
	coloured := show(func(c *command) { c.color = true })
	unpainted := show(func(*command) {})
	assert.Contains(t, coloured, red+"error"+plain)
	assert.NotContains(t, unpainted, "\x1b")
	assert.Equal(t, unpainted, strings.NewReplacer(red, "", yellow, "", bold, "", green, "", plain, "").Replace(coloured))

	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0) // a character device, as a terminal is
	require.NoError(t, err)
	defer null.Close()
	for _, tc := range []struct {
		env  map[string]string
		want bool
	}{{nil, true}, {map[string]string{"NO_COLOR": "1"}, false}, {map[string]string{"TERM": "dumb"}, false}} {
		c := &command{stdout: null, stderr: null}
		c.terminals(func(key string) string { return tc.env[key] })
		assert.Equal(t, tc.want && runtime.GOOS != "windows", c.color)
	}
	c := &command{stdout: &bytes.Buffer{}, stderr: &bytes.Buffer{}}
	c.terminals(os.Getenv)
	assert.False(t, c.color || c.terminal || c.progress != nil)
}

// TestProgress is shown after a while, on one line, and taken away before other
// output.
func TestProgress(t *testing.T) {
	var out syncBuffer
	now := time.Unix(0, 0)
	c := &command{ctx: t.Context(), stdin: endless(4 << 20), stdout: &out, stderr: &out}
	c.progress = &progress{w: &out, now: func() time.Time { now = now.Add(50 * time.Millisecond); return now }}
	assert.Equal(t, 0, c.run([]string{"inspect", "-"}))
	assert.Contains(t, out.String(), "\r\x1b[K-: ")
	assert.Contains(t, out.String(), "MiB\r\x1b[K-\n  Standard")
	assert.NotContains(t, out.String(), "\n\r", "nothing is shown behind the report")

	var none *progress
	none.show("x", 1, 2, "MiB")
	none.clear()
	assert.Equal(t, "…def", shorten("abcdef", 4))
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// TestClean keeps what a value holds from acting on a terminal.
func TestClean(t *testing.T) {
	for in, want := range map[string]string{"Müller": "Müller", "a\x1b[31mb": `a\u001b[31mb`, "a\u009bb": `a\u009bb`, "a\u202eb": `a\u202eb`,
		"a\nb\tc": `a\u000ab\u0009c`, "a\xffb": `a\xffb`, "\uFFFD": "\uFFFD", "a\u00adb": `a\u00adb`} {
		assert.Equal(t, want, clean(in))
	}
	line, err := encode(map[string]string{"a": "x\u009b\u2028\U000e0001<&ä"})
	require.NoError(t, err)
	assert.Equal(t, "{\"a\":\"x\\u009b\\u2028\\udb40\\udc01<&ä\"}\n", line)
}
