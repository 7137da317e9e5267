package codelist_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/finding"
)

// TestStoreOfPublishedLists pins the lists of the reference data, verifies them
// all, and compares neighbouring versions.
func TestStoreOfPublishedLists(t *testing.T) {
	cases := []struct {
		folder                string
		lists, skipped, diffs int
	}{
		{"xoev/codelists-genericode", 81, 0, 37},
		{"xoev/xwasser/genericode", 72, 0, 0},
		{"xoev/xdomea/schemes", 60, 0, 11},
	}
	for _, c := range cases {
		t.Run(c.folder, func(t *testing.T) {
			source := os.DirFS(testenv.Data(t, c.folder))
			lock, skipped, err := codelist.LockFiles(t.Context(), source, nil, nil)
			require.NoError(t, err)
			t.Logf("%d lists, %d skipped", len(lock.Pins), len(skipped))
			assert.Len(t, lock.Pins, c.lists)
			assert.Len(t, skipped, c.skipped)
			s, err := codelist.Open(source, &codelist.StoreOptions{Lock: lock})
			require.NoError(t, err)
			r, err := s.Verify(t.Context(), nil)
			require.NoError(t, err)
			require.NoError(t, r.Err())
			assert.Equal(t, finding.Accepted, r.Verdict)
			diffs := 0
			for _, kennung := range s.Kennungen() {
				_, err := s.Newest(kennung)
				require.NoError(t, err)
				versions := s.Versions(kennung)
				for i := range versions[1:] {
					compare(t, s, kennung, versions[i], versions[i+1])
					diffs++
				}
			}
			t.Logf("%d comparisons", diffs)
			assert.Equal(t, c.diffs, diffs)
		})
	}
}

// compare checks what must hold for the difference of any two lists.
func compare(t *testing.T, s *codelist.Store, kennung, from, to string) {
	t.Helper()
	old, err := s.List(kennung, from)
	require.NoError(t, err)
	new, err := s.List(kennung, to)
	require.NoError(t, err)
	d, err := codelist.DiffLists(old, new)
	require.NoError(t, err)
	assert.Equal(t, old.Len(), len(d.Removed)+len(d.Changed)+d.Unchanged)
	assert.Equal(t, new.Len(), len(d.Added)+len(d.Changed)+d.Unchanged)
	back, err := codelist.DiffLists(new, old)
	require.NoError(t, err)
	assert.Equal(t, [3]int{len(d.Added), len(d.Removed), len(d.Changed)}, [3]int{len(back.Removed), len(back.Added), len(back.Changed)})
	js, err := json.Marshal(d)
	require.NoError(t, err)
	var again codelist.Diff
	require.NoError(t, json.Unmarshal(js, &again))
	assert.Equal(t, *d, again)
	var text bytes.Buffer
	n, err := d.WriteTo(&text)
	require.NoError(t, err)
	assert.EqualValues(t, text.Len(), n)
	same, err := codelist.DiffLists(new, new)
	require.NoError(t, err)
	assert.True(t, same.Empty())
}

// TestImportOfAStandardsLists goes the way of XRepository's archive: all lists
// of XWasser in a ZIP, under names that people gave them.
func TestImportOfAStandardsLists(t *testing.T) {
	source := os.DirFS(testenv.Data(t, "xoev/xwasser/genericode"))
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	require.NoError(t, w.AddFS(source))
	require.NoError(t, w.Close())
	z, err := codelist.OpenZIP(bytes.NewReader(b.Bytes()), int64(b.Len()), nil)
	require.NoError(t, err)
	folder := t.TempDir()
	r, err := codelist.Import(t.Context(), folder, z, nil)
	require.NoError(t, err)
	assert.Len(t, r.Added, 72)
	s, err := codelist.OpenDir(folder, nil)
	require.NoError(t, err)
	report, err := s.Verify(t.Context(), nil)
	require.NoError(t, err)
	require.NoError(t, report.Err())
	ags, err := s.Newest("urn:de:bund:destatis:bevoelkerungsstatistik:schluessel:ags")
	require.NoError(t, err)
	assert.Equal(t, 11_227, ags.Len())
	files, err := fs.Glob(os.DirFS(folder), "*.xml")
	require.NoError(t, err)
	assert.Len(t, files, 72)
	for _, f := range files {
		assert.False(t, strings.ContainsAny(f, ": äöü"), f)
	}
}

// BenchmarkStoreLookup finds a pinned version and looks a code up in it.
func BenchmarkStoreLookup(b *testing.B) {
	source := os.DirFS(testenv.Data(b, "xoev/xwasser/genericode"))
	lock, _, err := codelist.LockFiles(b.Context(), source, nil, nil)
	require.NoError(b, err)
	s, err := codelist.Open(source, &codelist.StoreOptions{Lock: lock})
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		l, err := s.List("urn:de:bund:destatis:bevoelkerungsstatistik:schluessel:ags", "2026-04-30")
		if err != nil {
			b.Fatal(err)
		}
		if _, ok := l.Lookup("16051000"); !ok {
			b.Fatal("Erfurt is not there")
		}
	}
}

// BenchmarkStoreVerify opens a store of XWasser's 72 lists and checks them all.
func BenchmarkStoreVerify(b *testing.B) {
	source := os.DirFS(testenv.Data(b, "xoev/xwasser/genericode"))
	lock, _, err := codelist.LockFiles(b.Context(), source, nil, nil)
	require.NoError(b, err)
	for b.Loop() {
		s, err := codelist.Open(source, &codelist.StoreOptions{Lock: lock})
		require.NoError(b, err)
		r, err := s.Verify(b.Context(), nil)
		require.NoError(b, err)
		require.NoError(b, r.Err())
	}
}
