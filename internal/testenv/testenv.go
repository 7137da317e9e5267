// Package testenv finds what a test needs beside Go: reference data and tools
// that this project did not write. Where something is missing the test skips
// and says why. As .ci/run does, set EGOV_REQUIRE_PEERS to let it fail instead
// for a missing tool, and EGOV_REQUIRE_DATA for missing reference data.
package testenv

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Missing ends the test for want of a tool: skipped with the reason, or failed
// where EGOV_REQUIRE_PEERS is set.
func Missing(t testing.TB, reason string) {
	t.Helper()
	skip(t, "EGOV_REQUIRE_PEERS", reason)
}

func skip(t testing.TB, required, reason string) {
	t.Helper()
	if os.Getenv(required) != "" {
		t.Fatalf("needed here: %s", reason)
	}
	t.Skip(reason)
}

// Tool returns the path of an installed program, or ends the test.
func Tool(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		Missing(t, name+" is not installed")
	}
	return path
}

// Root returns the module's folder.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Fatal("no go.mod above the test's folder")
		}
		dir = parent
	}
}

// Data returns the path of a file or folder in ../shared/data beside the
// module, or ends the test.
func Data(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(Root(t), "..", "shared", "data", filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		skip(t, "EGOV_REQUIRE_DATA", "reference data shared/data/"+name+" is not beside the module")
	}
	return path
}

// NodePackages returns the folder that EGOV_NODE_PEERS names, in which npm has
// installed the packages, or ends the test.
func NodePackages(t testing.TB, names ...string) string {
	t.Helper()
	folder := os.Getenv("EGOV_NODE_PEERS")
	if folder == "" {
		Missing(t, "EGOV_NODE_PEERS names no folder in which npm has installed "+strings.Join(names, ", "))
	}
	for _, name := range names {
		if _, err := os.Stat(filepath.Join(folder, "node_modules", name)); err != nil {
			Missing(t, "the npm package "+name+" is not installed in the folder that EGOV_NODE_PEERS names")
		}
	}
	return folder
}
