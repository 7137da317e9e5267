package codelist

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var errAway = errors.New("not available")

// shelf is a Fetcher that has versions of farbe.
type shelf struct {
	mu      sync.Mutex
	valid   string
	lists   map[string][]byte
	fetched []string
	now     atomic.Int64
	top     atomic.Int64
}

func (s *shelf) Genericode(ctx context.Context, v VersionKennung) ([]byte, error) {
	n := s.now.Add(1)
	for top := s.top.Load(); n > top && !s.top.CompareAndSwap(top, n); top = s.top.Load() {
	}
	defer s.now.Add(-1)
	time.Sleep(time.Millisecond)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fetched = append(s.fetched, v.Version)
	b, ok := s.lists[v.Version]
	if !ok || v.Kennung != farbe {
		return nil, fmt.Errorf("fetching: %w", errAway)
	}
	return b, nil
}

func (s *shelf) GueltigeVersion(_ context.Context, kennung string) (VersionKennung, error) {
	if s.valid == "" {
		return VersionKennung{}, errAway
	}
	return VersionKennung{kennung, s.valid}, nil
}

func versionsOf(v ...string) (out []VersionKennung) {
	for _, v := range v {
		out = append(out, VersionKennung{farbe, v})
	}
	return out
}

func names(pins []Pin) (out []string) {
	for _, p := range pins {
		out = append(out, p.Version)
	}
	return out
}

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func options() *PullOptions { return &PullOptions{Now: func() time.Time { return noon }} }

func newShelf() *shelf {
	return &shelf{valid: "2", lists: map[string][]byte{
		"1": farben("1", "2024-01-01", "1=rot"), "2": farben("2", "2025-01-01", "1=rot", "2=blau"), "3": farben("3", "2098-01-01", "1=rot"),
	}}
}

func verified(t *testing.T, folder string) *Store {
	t.Helper()
	s, err := OpenDir(folder, nil)
	require.NoError(t, err)
	if len(s.Pins()) > 0 {
		r, err := s.Verify(t.Context(), nil)
		require.NoError(t, err)
		require.NoError(t, r.Err())
	}
	return s
}

func TestPull(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "neu", "listen")
	f := newShelf()
	var seen []int
	o := options()
	o.Progress = func(done, total int) { seen = append(seen, done, total) }
	r, err := Pull(t.Context(), folder, f, versionsOf("2", "1", "2"), o)
	require.NoError(t, err)
	assert.Equal(t, []string{"1", "2"}, names(r.Added))
	assert.Equal(t, noon, r.Added[0].Retrieved)
	assert.Equal(t, "urn-de-musterstadt-codeliste-farbe_1."+fmt.Sprintf("%x", sha256.Sum256(f.lists["1"]))[:16]+".xml", r.Added[0].File)
	assert.Equal(t, []int{1, 2, 2, 2}, seen)
	s := verified(t, folder)
	assert.Equal(t, []string{"1", "2"}, s.Versions(farbe))
	before, err := os.ReadFile(filepath.Join(folder, LockName))
	require.NoError(t, err)

	t.Run("again fetches nothing and changes nothing", func(t *testing.T) {
		f.fetched = nil
		later := options()
		later.Now = func() time.Time { return noon.AddDate(1, 0, 0) }
		r, err := Pull(t.Context(), folder, f, versionsOf("1", "2", ""), later)
		require.NoError(t, err)
		assert.Equal(t, &PullReport{Unchanged: r.Unchanged}, r)
		assert.Equal(t, []string{"1", "2"}, names(r.Unchanged))
		assert.Empty(t, f.fetched)
		after, err := os.ReadFile(filepath.Join(folder, LockName))
		require.NoError(t, err)
		assert.Equal(t, string(before), string(after))
	})
	t.Run("a damaged and a missing file come back", func(t *testing.T) {
		require.NoError(t, os.WriteFile(filepath.Join(folder, s.Pins()[0].File), []byte("x"), 0o644))
		require.NoError(t, os.Remove(filepath.Join(folder, s.Pins()[1].File)))
		r, err := Pull(t.Context(), folder, f, versionsOf("1", "2"), options())
		require.NoError(t, err)
		assert.Equal(t, []string{"1", "2"}, names(r.Restored))
		verified(t, folder)
	})
	t.Run("update", func(t *testing.T) {
		f.valid = "3"
		r, err := Update(t.Context(), folder, f, options())
		require.NoError(t, err)
		assert.Equal(t, []string{"3"}, names(r.Added))
		assert.Equal(t, []string{"1", "2", "3"}, verified(t, folder).Versions(farbe))
		r, err = Update(t.Context(), folder, f, options())
		require.NoError(t, err)
		assert.Equal(t, []string{"3"}, names(r.Unchanged))
	})
	t.Run("content of a pinned version that changed is refused", func(t *testing.T) {
		f.lists["1"] = farben("1", "2024-01-01", "1=gelb")
		require.NoError(t, os.Remove(filepath.Join(folder, s.Pins()[0].File)))
		r, err := Pull(t.Context(), folder, f, versionsOf("1"), options())
		assert.Nil(t, r)
		assert.Equal(t, []string{"PIN-005"}, codes(err))
		o := options()
		o.AllowReplace = true
		r, err = Pull(t.Context(), folder, f, versionsOf("1"), o)
		require.NoError(t, err)
		assert.Equal(t, []string{"1"}, names(r.Replaced))
		verified(t, folder)
	})
	left, err := filepath.Glob(filepath.Join(folder, ".codelist-*"))
	require.NoError(t, err)
	assert.Empty(t, left)
}

func TestPullFailures(t *testing.T) {
	f := newShelf()
	f.lists["4"] = f.lists["1"]       // names another version
	f.lists["5"] = []byte("<html/>")  // no list
	f.lists["6"] = f.lists["2"][:200] // cut off
	folder := t.TempDir()
	r, err := Pull(t.Context(), folder, f, append(versionsOf("7", "6", "5", "4", "1"), VersionKennung{"urn:x", ""}), options())
	assert.Nil(t, r)
	var failed *PullError
	require.ErrorAs(t, err, &failed)
	assert.Equal(t, []string{"1"}, names(failed.Report.Added), "what could be had is pinned")
	assert.Equal(t, []string{"1"}, verified(t, folder).Versions(farbe))
	require.Len(t, failed.Failures, 5)
	got := map[string]string{}
	for _, x := range failed.Failures {
		c := "not refused"
		var refused *RefusedError
		if errors.As(x.Err, &refused) {
			c = codes(x.Err)[0]
		}
		got[x.Version] = c
	}
	assert.Equal(t, map[string]string{"4": "PIN-002", "5": "PIN-003", "6": "PIN-003", "7": "not refused", "": "not refused"}, got)
	assert.ErrorIs(t, err, errAway)
	assert.Contains(t, err.Error(), "5 lists")

	f.valid = ""
	_, err = Update(t.Context(), folder, f, options())
	assert.ErrorIs(t, err, errAway)

	require.NoError(t, os.WriteFile(filepath.Join(folder, LockName), []byte("x"), 0o644))
	_, err = Pull(t.Context(), folder, f, versionsOf("1"), options())
	assert.Equal(t, []string{"LOCK-001"}, codes(err), "a lock file that cannot be read is never overwritten")
	_, err = Update(t.Context(), folder, f, nil)
	assert.Equal(t, []string{"LOCK-001"}, codes(err))
}

func TestPullEndsWithTheContext(t *testing.T) {
	f := newShelf()
	ctx, cancel := context.WithCancel(t.Context())
	o := options()
	o.Workers = 1
	o.Progress = func(done, _ int) {
		if done == 1 {
			cancel()
		}
	}
	folder := t.TempDir()
	_, err := Pull(ctx, folder, f, versionsOf("1", "2", "3"), o)
	assert.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, []string{"1"}, verified(t, folder).Versions(farbe), "what was fetched is kept")
	_, err = Pull(t.Context(), folder, f, versionsOf("1", "2", "3"), options())
	require.NoError(t, err)
	assert.ElementsMatch(t, []string{"1", "2", "3"}, f.fetched, "and not fetched again")
}

func TestPullWorkers(t *testing.T) {
	f := newShelf()
	var wanted []string
	for i := range 30 {
		v := fmt.Sprint(100 + i)
		f.lists[v] = farben(v, "", "1=rot")
		wanted = append(wanted, v)
	}
	r, err := Pull(t.Context(), t.TempDir(), f, versionsOf(wanted...), nil)
	require.NoError(t, err)
	assert.Equal(t, wanted, names(r.Added))
	assert.LessOrEqual(t, f.top.Load(), int64(5))
	assert.Greater(t, f.top.Load(), int64(1))
}

// TestPullSurvivesCrash lets the process die at each step of writing: the
// folder must hold a whole store before, and after a second call everything.
func TestPullSurvivesCrash(t *testing.T) {
	errCrash := errors.New("crash")
	for dieAt := 1; ; dieAt++ {
		folder := t.TempDir()
		f := newShelf()
		_, err := Pull(t.Context(), folder, f, versionsOf("1"), options())
		require.NoError(t, err)

		o := options()
		o.Workers = 1
		p, err := newPull(folder, o)
		require.NoError(t, err)
		step, dead := 0, false
		p.folder.crash = func(string) error {
			if step++; step >= dieAt {
				dead = true
				return errCrash
			}
			return nil
		}
		results := []pulled{p.one(t.Context(), f, VersionKennung{farbe, "2"})}
		if !dead {
			results = append(results, p.one(t.Context(), f, VersionKennung{farbe, "3"}))
		}
		if !dead {
			_, err = p.commit(results)
			assert.Equal(t, dead, errors.Is(err, errCrash))
			assert.Equal(t, dead, err != nil)
		}
		s := verified(t, folder)
		assert.Contains(t, s.Versions(farbe), "1", "step %d: what was pinned is pinned", step)
		_, err = Pull(t.Context(), folder, f, versionsOf("2", "3"), options())
		require.NoError(t, err)
		assert.Equal(t, []string{"1", "2", "3"}, verified(t, folder).Versions(farbe))
		if !dead {
			assert.Equal(t, 10, dieAt, "three files of three steps")
			break
		}
		require.Less(t, dieAt, 100)
	}
}

// TestPullSurvivesKill kills a process that pulls, at several moments.
func TestPullSurvivesKill(t *testing.T) {
	f := newShelf()
	var wanted []string
	for i := range 60 {
		v := fmt.Sprint(100 + i)
		f.lists[v] = farben(v, "", "1=rot")
		wanted = append(wanted, v)
	}
	if folder := os.Getenv("CODELIST_PULL_INTO"); folder != "" {
		fmt.Println("begins")
		for i := range wanted { // many locks, one after the other
			_, err := Pull(t.Context(), folder, f, versionsOf(wanted[:i+1]...), options())
			require.NoError(t, err)
		}
		return
	}
	exe, err := os.Executable()
	require.NoError(t, err)
	killed, folder := 0, t.TempDir()
	for _, wait := range []time.Duration{0, 3, 7, 13, 21, 34, 55} {
		cmd := exec.Command(exe, "-test.run", "^TestPullSurvivesKill$")
		cmd.Env = append(os.Environ(), "CODELIST_PULL_INTO="+folder)
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		_, err = out.Read(make([]byte, 10))
		require.NoError(t, err)
		time.Sleep(wait * time.Millisecond)
		require.NoError(t, cmd.Process.Kill())
		if cmd.Wait() != nil {
			killed++
		}
		if _, err := os.Stat(filepath.Join(folder, LockName)); err == nil {
			t.Logf("after %d ms: %d lists pinned, all right", wait, len(verified(t, folder).Pins()))
		}
	}
	require.Positive(t, killed)
	_, err = Pull(t.Context(), folder, f, versionsOf(wanted...), options())
	require.NoError(t, err)
	assert.Equal(t, wanted, verified(t, folder).Versions(farbe))
}

// TestPullKeepsWhatOthersPinned: another process pins a list meanwhile.
func TestPullKeepsWhatOthersPinned(t *testing.T) {
	folder := t.TempDir()
	f := newShelf()
	p, err := newPull(folder, options())
	require.NoError(t, err)
	r := p.one(t.Context(), f, VersionKennung{farbe, "1"})
	require.NoError(t, r.err)
	_, err = Pull(t.Context(), folder, f, versionsOf("2"), options())
	require.NoError(t, err)
	_, err = p.commit([]pulled{r})
	require.NoError(t, err)
	assert.Equal(t, []string{"1", "2"}, verified(t, folder).Versions(farbe))
}

func TestImport(t *testing.T) {
	one, two := farben("1", "", "1=rot"), farben("2", "", "1=rot")
	z, err := openZIP(zipOf(t, zipEntry{name: "Farben der Stadt_1.xml", content: string(one)}, zipEntry{name: "Überfarben_2.xml", content: string(two)},
		zipEntry{name: "again/1.gc", content: string(one)}, zipEntry{name: "readme.pdf", content: "x"}), nil)
	require.NoError(t, err)
	folder := t.TempDir()
	r, err := Import(t.Context(), folder, z, options())
	require.NoError(t, err)
	assert.Equal(t, []string{"1", "2"}, names(r.Added))
	verified(t, folder)
	r, err = Import(t.Context(), folder, z, options())
	require.NoError(t, err)
	assert.Equal(t, []string{"1", "2"}, names(r.Unchanged))

	r, err = Import(t.Context(), folder, fstest.MapFS{
		"a.xml": {Data: []byte("<html/>")}, "b.xml": {Data: farben("1", "", "1=gelb")}, "c.xml": {Data: farben("3", "", "1=rot")},
	}, options())
	assert.Nil(t, r)
	var failed *PullError
	require.ErrorAs(t, err, &failed)
	assert.Equal(t, []string{"3"}, names(failed.Report.Added))
	require.Len(t, failed.Failures, 2)
	assert.Equal(t, "a.xml PIN-003", failed.Failures[0].File+" "+codes(failed.Failures[0].Err)[0])
	assert.Equal(t, "b.xml PIN-005", failed.Failures[1].File+" "+codes(failed.Failures[1].Err)[0])
	verified(t, folder)

	t.Run("two contents of one version in one source", func(t *testing.T) {
		folder := t.TempDir()
		_, err := Import(t.Context(), folder, fstest.MapFS{"a.xml": {Data: one}, "b.xml": {Data: farben("1", "", "1=gelb")}}, options())
		assert.Equal(t, []string{"PIN-006"}, codes(err))
		l, err := verified(t, folder).List(farbe, "1")
		require.NoError(t, err)
		r, _ := l.Lookup("1")
		name, _ := r.Value("name")
		assert.Equal(t, "rot", name, "the first counts")
	})
}

func TestFileNames(t *testing.T) {
	for in, want := range map[VersionKennung]string{
		{"urn:de:a.b:c", "2022-08-01"}:    "urn-de-a-b-c_2022-08-01.",
		{"aux.x", "1.0"}:                  "aux-x_1.0.",
		{"Art des Antrags (kurz)", "1/2"}: "Art-des-Antrags--kurz-_1-2.",
		{"..", ".."}:                      "--_...",
		{strings.Repeat("ü", 200), "1"}:   strings.Repeat("-", 100) + "_1.",
	} {
		name := fileName(Pin{VersionKennung: in})
		assert.Equal(t, want+"0000000000000000.xml", name)
		assert.True(t, validFile(name))
	}
	assert.NotEqual(t, fileName(Pin{}), fileName(Pin{SHA256: sha256.Sum256(nil)}))
}

// TestPinRules: each rule of pinned lists is broken by one vector, and kept by
// its neighbour. Those of LOCK and ZIP are counted where they are tested.
func TestPinRules(t *testing.T) {
	one, other := farben("1", "", "1=rot"), farben("1", "", "1=gelb")
	open := func(b []byte, p Pin, o *ReadOptions) error {
		_, err := checkPinned(b, p, o)
		return err
	}
	pulled := func(b []byte) error {
		folder := t.TempDir()
		_, err := Import(t.Context(), folder, fstest.MapFS{"a.xml": {Data: one}}, nil)
		require.NoError(t, err)
		_, err = Import(t.Context(), folder, fstest.MapFS{"a.xml": {Data: b}}, nil)
		return err
	}
	locked := func(b []byte) error {
		_, _, err := LockFiles(t.Context(), fstest.MapFS{"a.xml": {Data: one}, "b.xml": {Data: b}}, nil, nil)
		return err
	}
	vectors := map[string]struct{ broken, kept error }{
		"PIN-001": {open(other, pinOf("1", one), nil), open(one, pinOf("1", one), nil)},
		"PIN-002": {open(one, Pin{VersionKennung: VersionKennung{farbe, "2"}, SHA256: sha256.Sum256(one)}, nil), open(one, pinOf("1", one), nil)},
		"PIN-003": {open([]byte("<a/>"), pinOf("1", []byte("<a/>")), nil), open(one, pinOf("1", one), nil)},
		"PIN-004": {open(one, pinOf("1", one), &ReadOptions{MaxBytes: int64(len(one)) - 1}), open(one, pinOf("1", one), &ReadOptions{MaxBytes: int64(len(one))})},
		"PIN-005": {pulled(other), pulled(one)},
		"PIN-006": {locked(other), locked(one)},
	}
	for _, r := range Rules() {
		if strings.HasPrefix(r.Code, "PIN-") {
			v := vectors[r.Code]
			if assert.NotEmpty(t, codes(v.broken), r.Code) {
				assert.Equal(t, r.Code, codes(v.broken)[0])
			}
			assert.NoError(t, v.kept, r.Code)
			delete(vectors, r.Code)
		}
	}
	assert.Empty(t, vectors, "vectors of no rule")
}
