package testenv_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
)

func TestPostgresGivesEachTestItsOwn(t *testing.T) {
	_, err := testenv.Postgres(t).Exec(`CREATE TABLE a (n BIGINT)`)
	require.NoError(t, err)
	_, err = testenv.Postgres(t).Exec(`CREATE TABLE a (n BIGINT)`)
	require.NoError(t, err)
}

const victim = "EGOV_POSTGRES_VICTIM"

// TestPostgresEndsWithTheTest kills a test that uses the server: neither
// processes nor files may stay behind.
func TestPostgresEndsWithTheTest(t *testing.T) {
	if os.Getenv(victim) != "" {
		fmt.Println("dsn: " + testenv.PostgresDSN(t))
		select {}
	}
	testenv.PostgresDSN(t) // where it is missing, this test ends here
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), victim+"=1")
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	dir := ""
	for lines := bufio.NewScanner(out); dir == "" && lines.Scan(); {
		if dsn, ok := strings.CutPrefix(lines.Text(), "dsn: host="); ok {
			dir, _, _ = strings.Cut(dsn, " ")
		}
	}
	require.DirExists(t, dir)
	require.NoError(t, cmd.Process.Kill())
	require.Error(t, cmd.Wait())
	require.Eventually(t, func() bool {
		_, err := os.Stat(dir)
		return os.IsNotExist(err)
	}, 2*time.Minute, 20*time.Millisecond)
}
