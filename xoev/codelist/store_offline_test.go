package codelist_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
)

// TestNoNetworkInDependencies: what is not linked cannot be used.
func TestNoNetworkInDependencies(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	require.NoError(t, err)
	deps := strings.Fields(string(out))
	require.Greater(t, len(deps), 20)
	require.Contains(t, deps, "github.com/bausteine/egov/xoev/codelist")
	for _, d := range deps {
		root, _, _ := strings.Cut(d, "/")
		assert.False(t, root == "net" || d == "crypto/tls" || d == "os/exec" || d == "plugin" || d == "C", "xoev/codelist reaches %s", d)
	}
	assert.True(t, slices.Contains(deps, "io/fs"))
}

// TestNoNetworkAtRunTime watches a process that opens stores of all kinds,
// verifies, pulls from a Fetcher in memory and imports: it makes no system call
// that concerns the network.
func TestNoNetworkAtRunTime(t *testing.T) {
	strace := testenv.Tool(t, "strace")
	log := filepath.Join(t.TempDir(), "log")
	exe, err := os.Executable()
	require.NoError(t, err)
	// execve is watched too, so that a log of nothing would be noticed
	cmd := exec.Command(strace, "-f", "-qq", "-e", "trace=%network,execve", "-o", log, exe, "-test.v", "-test.run", "^(TestStoreSources|TestStoreAtAndNewest|TestPull|TestImport|TestLockFiles)$")
	out, err := cmd.CombinedOutput()
	calls, _ := os.ReadFile(log)
	if err != nil && !strings.Contains(string(calls), "execve(") {
		testenv.Missing(t, "strace cannot watch processes here")
	}
	require.NoError(t, err, "%s", out)
	require.Equal(t, 5, strings.Count(string(out), "\n--- PASS: "), "%s", out)
	require.Contains(t, string(calls), "execve(", "the watching works")
	network := regexp.MustCompile(`(?m)^.*\b(socket|connect|sendto|sendmsg|recvfrom|recvmsg|bind|listen|accept4?|getsockopt|setsockopt|socketpair)\(.*$`)
	assert.Empty(t, network.FindAllString(string(calls), -1))
}
