package submission_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/submission"
)

func newDirectory(t testing.TB) (*submission.Directory, string) {
	t.Helper()
	dir := t.TempDir()
	d, err := submission.NewDirectory(dir, nil)
	require.NoError(t, err)
	return d, dir
}

// files lists everything below dir with its content.
func files(t testing.TB, dir string) map[string]string {
	t.Helper()
	got := map[string]string{}
	require.NoError(t, filepath.WalkDir(dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		rel, rerr := filepath.Rel(dir, path)
		got[filepath.ToSlash(rel)] = string(b)
		return errors.Join(err, rerr)
	}))
	return got
}

func packageOf(m submission.Message) map[string]string {
	base := m.Tenant + "/" + m.ID + "/" + m.Name
	return map[string]string{base: string(m.Document), base + submission.SignatureSuffix: string(m.Signature)}
}

func TestDirectoryWritesAndRepeats(t *testing.T) {
	d, dir := newDirectory(t)
	m := message("a-1")
	for range 2 {
		_, err := d.Send(t.Context(), m)
		require.NoError(t, err)
		require.Equal(t, packageOf(m), files(t, dir))
	}
	if runtime.GOOS != "windows" {
		info, err := os.Stat(filepath.Join(dir, tenant, "a-1", "antrag.xml"))
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	}
}

func TestDirectoryConflict(t *testing.T) {
	for name, change := range map[string]func(*submission.Message){
		"another document":             func(m *submission.Message) { m.Document = []byte("<x/>") },
		"a longer document":            func(m *submission.Message) { m.Document = append(m.Document[:len(m.Document):len(m.Document)], ' ') },
		"another signature":            func(m *submission.Message) { m.Signature = []byte("<x/>") },
		"no signature":                 func(m *submission.Message) { m.Signature = nil },
		"another name, the same bytes": func(m *submission.Message) { m.Name = "x.xml" },
	} {
		t.Run(name, func(t *testing.T) {
			d, dir := newDirectory(t)
			m := message("a-1")
			_, err := d.Send(t.Context(), m)
			require.NoError(t, err)
			other := m
			change(&other)
			_, err = d.Send(t.Context(), other)
			require.ErrorIs(t, err, submission.ErrConflict)
			var refused *submission.RefusedError
			require.ErrorAs(t, err, &refused)
			require.Equal(t, packageOf(m), files(t, dir), "nothing is changed")
		})
	}
	t.Run("a file in the package's place", func(t *testing.T) {
		d, dir := newDirectory(t)
		require.NoError(t, os.Mkdir(filepath.Join(dir, tenant), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(dir, tenant, "a-1"), nil, 0o600))
		_, err := d.Send(t.Context(), message("a-1"))
		require.ErrorIs(t, err, submission.ErrConflict)
	})
}

func TestDirectoryManyAtOnce(t *testing.T) {
	d, dir := newDirectory(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			_, err := d.Send(t.Context(), message("a-1"))
			assert.NoError(t, err)
		})
	}
	wg.Wait()
	require.Equal(t, packageOf(message("a-1")), files(t, dir))
}

func TestDirectoryThatIsAway(t *testing.T) {
	_, err := submission.NewDirectory(filepath.Join(t.TempDir(), "missing"), nil)
	require.ErrorIs(t, err, os.ErrNotExist)
	d, dir := newDirectory(t)
	require.NoError(t, os.Remove(dir))
	_, err = d.Send(t.Context(), message("a-1"))
	require.ErrorIs(t, err, os.ErrNotExist)
	var refused *submission.RefusedError
	require.False(t, errors.As(err, &refused), "a share that is away may come back")
}

func TestDirectoryRemovesStale(t *testing.T) {
	d, dir := newDirectory(t)
	_, err := d.Send(t.Context(), message("a-1"))
	require.NoError(t, err)
	stale := filepath.Join(dir, tenant, ".tmp-OLD")
	require.NoError(t, os.Mkdir(stale, 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(stale, "antrag.xml"), nil, 0o600))
	n, err := d.RemoveStale(time.Now().Add(-time.Hour))
	require.NoError(t, err)
	require.Zero(t, n, "it may be in use")
	n, err = d.RemoveStale(time.Now().Add(time.Hour))
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.Equal(t, packageOf(message("a-1")), files(t, dir))
}
