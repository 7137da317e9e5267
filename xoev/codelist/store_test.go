package codelist

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
)

//go:embed testdata/store
var embedded embed.FS

const farbe = "urn:de:musterstadt:codeliste:farbe"

// farben is a list of colours, each row code=name.
func farben(version, validFrom string, rows ...string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?>
<gc:CodeList xmlns:gc="http://docs.oasis-open.org/codelist/ns/genericode/1.0/" xmlns:x="http://xoev.de/schemata/genericode/4">
<Annotation><Description><x:shortName>Farbe</x:shortName><x:agencyShortName>Musterstadt</x:agencyShortName>`)
	if validFrom != "" {
		fmt.Fprintf(&b, `<x:validFrom>%s</x:validFrom>`, validFrom)
	}
	fmt.Fprintf(&b, `</Description></Annotation><Identification><ShortName>farbe</ShortName><LongName>Farben</LongName><Version>%s</Version>
<CanonicalUri>%s</CanonicalUri><CanonicalVersionUri>%[2]s_%[1]s</CanonicalVersionUri></Identification>
<ColumnSet><Column Id="code" Use="required"><ShortName>code</ShortName><Data Type="string"/></Column>
<Column Id="name" Use="optional"><ShortName>name</ShortName><Data Type="string"/></Column>
<Key Id="k"><ShortName>k</ShortName><ColumnRef Ref="code"/></Key></ColumnSet><SimpleCodeList>`, version, farbe)
	for _, r := range rows {
		code, name, named := strings.Cut(r, "=")
		fmt.Fprintf(&b, `<Row><Value ColumnRef="code"><SimpleValue>%s</SimpleValue></Value>`, code)
		if named {
			fmt.Fprintf(&b, `<Value ColumnRef="name"><SimpleValue>%s</SimpleValue></Value>`, name)
		}
		b.WriteString("</Row>\n")
	}
	b.WriteString("</SimpleCodeList></gc:CodeList>")
	return []byte(b.String())
}

func pinOf(version string, b []byte) Pin {
	return Pin{VersionKennung: VersionKennung{farbe, version}, SHA256: sha256.Sum256(b), File: version + ".xml"}
}

// sourceOf makes a source with a lock of versions given as version, valid-from.
func sourceOf(t testing.TB, versions ...string) fstest.MapFS {
	t.Helper()
	source, lock := fstest.MapFS{}, &Lock{}
	for i := 0; i < len(versions); i += 2 {
		b := farben(versions[i], versions[i+1], "1=rot", "2=blau "+versions[i])
		source[versions[i]+".xml"] = &fstest.MapFile{Data: b}
		lock.Pins = append(lock.Pins, pinOf(versions[i], b))
	}
	b, err := lock.MarshalText()
	require.NoError(t, err)
	source[LockName] = &fstest.MapFile{Data: b}
	return source
}

// counting counts how often each file is opened.
type counting struct {
	fs.FS
	opened atomic.Int64
}

func (c *counting) Open(name string) (fs.File, error) {
	if name != LockName {
		c.opened.Add(1)
	}
	return c.FS.Open(name)
}

func TestStoreSources(t *testing.T) {
	source := sourceOf(t, "1", "2024-01-01", "2", "2025-01-01")
	folder := t.TempDir()
	require.NoError(t, os.CopyFS(folder, source))
	var entries []zipEntry
	for name, f := range source {
		entries = append(entries, zipEntry{name: name, content: string(f.Data)})
	}
	z, err := openZIP(zipOf(t, entries...), nil)
	require.NoError(t, err)
	inProgram, err := fs.Sub(embedded, "testdata/store")
	require.NoError(t, err)
	for name, source := range map[string]fs.FS{"map": source, "folder": os.DirFS(folder), "ZIP": z, "embed.FS": inProgram} {
		t.Run(name, func(t *testing.T) {
			s, err := Open(source, nil)
			require.NoError(t, err)
			l, err := s.List(farbe, "2")
			require.NoError(t, err)
			r, ok := l.Lookup("2")
			require.True(t, ok)
			name, _ := r.Value("name")
			assert.Equal(t, "blau 2", name)
			report, err := s.Verify(t.Context(), nil)
			require.NoError(t, err)
			assert.Equal(t, finding.Accepted, report.Verdict)
			assert.Equal(t, 2, report.Lists)
			assert.NoError(t, report.Err())
		})
	}
	s, err := OpenDir(folder, nil)
	require.NoError(t, err)
	assert.Equal(t, []string{farbe}, s.Kennungen())
	assert.Equal(t, []string{"1", "2"}, s.Versions(farbe))
	assert.Nil(t, s.Versions("urn:x"))
	assert.Len(t, s.Pins(), 2)
}

func TestStoreReadsEachListOnce(t *testing.T) {
	source := &counting{FS: sourceOf(t, "1", "2024-01-01", "2", "2025-01-01")}
	s, err := Open(source, nil)
	require.NoError(t, err)
	assert.Zero(t, source.opened.Load(), "opening reads the lock only")
	var group sync.WaitGroup
	lists := make([]*List, 20)
	for i := range lists {
		group.Go(func() {
			l, err := s.List(farbe, "2")
			assert.NoError(t, err)
			lists[i] = l
			n, err := s.Newest(farbe)
			assert.NoError(t, err)
			assert.Same(t, l, n)
		})
	}
	group.Wait()
	for _, l := range lists {
		assert.Same(t, lists[0], l)
	}
	assert.EqualValues(t, 2, source.opened.Load())
	allocs := testing.AllocsPerRun(100, func() {
		l, err := s.List(farbe, "2")
		if err != nil {
			panic(err)
		}
		if _, ok := l.Lookup("2"); !ok {
			panic("not found")
		}
	})
	assert.Zero(t, allocs)
}

func TestStoreRefuses(t *testing.T) {
	good := farben("1", "", "1=rot")
	cases := []struct {
		name, code string
		file       []byte
		pin        Pin
		read       *ReadOptions
	}{
		{"a changed byte", "PIN-001", bytes.Replace(good, []byte("rot"), []byte("Rot"), 1), pinOf("1", good), nil},
		{"an empty file", "PIN-001", nil, pinOf("1", good), nil},
		{"another version", "PIN-002", good, func() Pin { p := pinOf("1", good); p.Version = "2"; return p }(), nil},
		{"another list", "PIN-002", good, func() Pin { p := pinOf("1", good); p.Kennung = "urn:de:x"; return p }(), nil},
		{"no list", "PIN-003", []byte("<a/>"), pinOf("1", []byte("<a/>")), nil},
		{"not well-formed", "PIN-003", good[:300], pinOf("1", good[:300]), nil},
		{"too long", "PIN-004", good, pinOf("1", good), &ReadOptions{MaxBytes: 100}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s, err := Open(fstest.MapFS{"1.xml": {Data: c.file}}, &StoreOptions{Lock: &Lock{Pins: []Pin{c.pin}}, Read: c.read})
			require.NoError(t, err)
			l, err := s.List(c.pin.Kennung, c.pin.Version)
			assert.Nil(t, l)
			var refused *RefusedError
			require.ErrorAs(t, err, &refused)
			assert.Equal(t, c.code, codes(err)[0])
			assert.Equal(t, c.pin, refused.Pin)
			_, err = s.At(c.pin.Kennung, Date{2026, 1, 1})
			assert.ErrorAs(t, err, &refused)
			_, err = s.Newest(c.pin.Kennung)
			assert.ErrorAs(t, err, &refused)
			report, err := s.Verify(t.Context(), nil)
			require.NoError(t, err)
			assert.Equal(t, finding.Rejected, report.Verdict)
			assert.ErrorAs(t, report.Err(), &refused)
			assert.NotEmpty(t, refused.LogValue().Group())
		})
	}
}

func TestStoreCouldNotCheck(t *testing.T) {
	source := sourceOf(t, "1", "2024-01-01", "2", "2025-01-01")
	delete(source, "1.xml")
	s, err := Open(source, nil)
	require.NoError(t, err)
	var refused *RefusedError
	_, err = s.List(farbe, "1")
	assert.ErrorIs(t, err, fs.ErrNotExist)
	assert.False(t, errors.As(err, &refused))
	_, err = s.Newest(farbe)
	assert.ErrorIs(t, err, fs.ErrNotExist, "the missing version might be the newest")
	report, err := s.Verify(t.Context(), nil)
	require.NoError(t, err)
	assert.Equal(t, finding.Undetermined, report.Verdict)
	assert.Equal(t, 1, report.Lists)
	assert.ErrorIs(t, report.Err(), fs.ErrNotExist)

	source["1.xml"] = &fstest.MapFile{Data: farben("1", "2024-01-01", "1=rot", "2=blau 1")}
	_, err = s.List(farbe, "1")
	assert.NoError(t, err, "failure is not remembered")

	for _, v := range []VersionKennung{{farbe, "3"}, {farbe, ""}, {"urn:x", "1"}} {
		_, err = s.List(v.Kennung, v.Version)
		assert.ErrorIs(t, err, ErrNotPinned)
	}
	_, err = s.At("urn:x", Date{2026, 1, 1})
	assert.ErrorIs(t, err, ErrNotPinned)
	_, err = s.Newest("urn:x")
	assert.ErrorIs(t, err, ErrNotPinned)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = s.Verify(ctx, nil)
	assert.ErrorIs(t, err, context.Canceled)

	empty, err := Open(fstest.MapFS{LockName: {Data: []byte(lockText())}}, nil)
	require.NoError(t, err)
	report, err = empty.Verify(t.Context(), nil)
	require.NoError(t, err)
	assert.Equal(t, finding.Undetermined, report.Verdict, "nothing was checked")
	assert.ErrorIs(t, report.Err(), ErrNotPinned)

	_, err = Open(fstest.MapFS{}, nil)
	assert.ErrorIs(t, err, fs.ErrNotExist)
	_, err = Open(fstest.MapFS{LockName: {Data: []byte("x")}}, nil)
	assert.Equal(t, []string{"LOCK-001"}, codes(err))
	bad := pinOf("1", nil)
	bad.File = "../1.xml"
	_, err = Open(fstest.MapFS{}, &StoreOptions{Lock: &Lock{Pins: []Pin{bad}}})
	assert.ErrorIs(t, err, ErrBadPin)
}

func TestStoreAtAndNewest(t *testing.T) {
	cases := []struct {
		name     string
		versions []string
		newest   string
		at       map[string]string // day → version
	}{
		{"by date, not by version", []string{"1", "2025-06-01", "2", "2024-01-01", "10", "2026-01-01"}, "10",
			map[string]string{"2023-12-31": "", "2024-01-01": "2", "2025-05-31": "2", "2025-06-01": "1", "2025-12-31": "1", "2026-01-01": "10", "2099-01-01": "10"}},
		{"the higher version of the same day", []string{"1.9", "2024-01-01", "1.10", "2024-01-01", "1.10-a", "2023-01-01"}, "1.10", map[string]string{"2024-01-01": "1.10", "2023-06-01": "1.10-a"}},
		{"dates with a number behind", []string{"20240925-10", "2024-09-25", "20240925-9", "2024-09-25"}, "20240925-10", map[string]string{"2024-09-25": "20240925-10"}},
		{"without date", []string{"1", "", "2", ""}, "2", map[string]string{"2026-01-01": ""}},
		{"some without date", []string{"9", "", "2", "2024-01-01"}, "2", map[string]string{"2026-01-01": "2", "2020-01-01": ""}},
		{"still to come", []string{"1", "2024-01-01", "2", "2098-01-01"}, "2", map[string]string{"2026-11-23": "1"}},
		{"faulty ones are not chosen", []string{"1", "2024-01-01", "fehlerhaft", "2025-01-01", "2-FEHLERHAFT", "2026-01-01"}, "1", map[string]string{"2026-11-23": "1"}},
		{"nothing but a faulty one", []string{"fehlerhaft", "2025-01-01"}, "", map[string]string{"2026-11-23": ""}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s, err := Open(sourceOf(t, c.versions...), nil)
			require.NoError(t, err)
			check := func(l *List, err error, want string) {
				t.Helper()
				if want == "" {
					assert.ErrorIs(t, err, ErrNoVersion)
					assert.Nil(t, l)
				} else if assert.NoError(t, err) {
					assert.Equal(t, want, l.Metadata().Version)
				}
			}
			l, err := s.Newest(farbe)
			check(l, err, c.newest)
			for day, want := range c.at {
				d, err := time.Parse(time.DateOnly, day)
				require.NoError(t, err)
				l, err := s.At(farbe, DateOf(d))
				check(l, err, want)
			}
			for i := 0; i < len(c.versions); i += 2 {
				_, err := s.List(farbe, c.versions[i])
				assert.NoError(t, err, "every pinned version can be had by name")
			}
		})
	}
}

func TestLockFiles(t *testing.T) {
	one := farben("1", "", "1=rot")
	source := fstest.MapFS{
		"b/1.xml": {Data: one}, "a/same.GC": {Data: one}, "2.xml": {Data: farben("2", "", "1=rot")},
		"schema.xml": {Data: []byte("<a/>")}, "readme.txt": {Data: []byte("x")},
	}
	files := 0
	l, skipped, err := LockFiles(t.Context(), source, nil, func(n int) { files = n })
	require.NoError(t, err)
	assert.Equal(t, 3, files)
	require.Len(t, l.Pins, 2)
	assert.Equal(t, "a/same.GC", l.Pins[0].File)
	require.Len(t, skipped, 1)
	assert.Equal(t, "schema.xml", skipped[0].File)
	assert.NotEmpty(t, codes(skipped[0].Err))
	s, err := Open(source, &StoreOptions{Lock: l})
	require.NoError(t, err)
	report, err := s.Verify(t.Context(), nil)
	require.NoError(t, err)
	assert.Equal(t, finding.Accepted, report.Verdict)

	source["c.xml"] = &fstest.MapFile{Data: farben("1", "", "1=grün")}
	l, _, err = LockFiles(t.Context(), source, nil, nil)
	assert.Nil(t, l)
	assert.Equal(t, []string{"PIN-006"}, codes(err))

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err = LockFiles(ctx, source, nil, nil)
	assert.ErrorIs(t, err, context.Canceled)
}

// TestEmbeddedStoreIsCurrent keeps the lock of the embedded folder right.
func TestEmbeddedStoreIsCurrent(t *testing.T) {
	if os.Getenv("UPDATE_STORE") != "" {
		for name, f := range sourceOf(t, "1", "2024-01-01", "2", "2025-01-01") {
			require.NoError(t, os.WriteFile(filepath.Join("testdata", "store", name), f.Data, 0o644))
		}
	}
	for name, f := range sourceOf(t, "1", "2024-01-01", "2", "2025-01-01") {
		b, err := embedded.ReadFile("testdata/store/" + name)
		require.NoError(t, err)
		assert.Equal(t, string(f.Data), string(b))
	}
}

// TestStoreKeepsItsLock: what callers do with their lock and options later does
// not reach an open store.
func TestStoreKeepsItsLock(t *testing.T) {
	b := farben("1", "", "1=rot")
	o := &StoreOptions{Lock: &Lock{Pins: []Pin{pinOf("1", b)}}, Read: &ReadOptions{MaxBytes: int64(len(b))}}
	s, err := Open(fstest.MapFS{"1.xml": {Data: b}}, o)
	require.NoError(t, err)
	o.Lock.Pins[0] = pinOf("2", b)
	o.Read.MaxBytes = 1
	report, err := s.Verify(t.Context(), nil)
	require.NoError(t, err)
	assert.Equal(t, finding.Accepted, report.Verdict)
	assert.Equal(t, "1", s.Pins()[0].Version)
}

// TestErrorsQuoteNoKennungOfAMessage: what stands in a message's attributes is
// looked up, and may be anything.
func TestErrorsQuoteNoKennungOfAMessage(t *testing.T) {
	s, err := Open(sourceOf(t, "1", ""), nil)
	require.NoError(t, err)
	for name, v := range map[string]VersionKennung{
		"line end":         {"urn:a\nlevel=ERROR Mustermann", "1"},
		"version":          {"urn:a", "1\u001b[2JMustermann"},
		"long":             {"urn:" + strings.Repeat("Mustermann", 200), "1"},
		"neither readable": {"\xffMustermann", "\xffMustermann"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.List(v.Kennung, v.Version)
			require.ErrorIs(t, err, ErrNotPinned)
			assert.NotContains(t, err.Error(), "Mustermann")
			refused := refuse(Pin{VersionKennung: v}, rulePinIdentity)
			assert.NotContains(t, refused.Error(), "Mustermann")
			failed := &PullError{Failures: []PullFailure{{VersionKennung: v, Err: ErrNotPinned}}}
			assert.NotContains(t, failed.Error(), "Mustermann")
			var text strings.Builder
			_, err = (&Diff{Old: v, New: v}).WriteTo(&text)
			require.NoError(t, err)
			assert.NotContains(t, text.String(), "Mustermann")
			if name != "version" {
				_, err = s.Newest(v.Kennung)
				require.ErrorIs(t, err, ErrNotPinned)
				assert.NotContains(t, err.Error(), "Mustermann")
			}
		})
	}
	_, err = s.List(farbe, "9")
	assert.ErrorContains(t, err, farbe+"_9", "what can be a kennung is named")
}

// TestLockFilesFollowsLinks: mounted configuration consists of links.
func TestLockFilesFollowsLinks(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(folder, "data"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "data", "1.txt"), farben("1", "", "1=rot"), 0o644))
	if err := os.Symlink(filepath.Join("data", "1.txt"), filepath.Join(folder, "1.xml")); err != nil {
		t.Skip("this system lets nobody make links: ", err)
	}
	require.NoError(t, os.Symlink("data", filepath.Join(folder, "folder.xml")))
	l, skipped, err := LockFiles(t.Context(), os.DirFS(folder), nil, nil)
	require.NoError(t, err)
	assert.Empty(t, skipped)
	require.Len(t, l.Pins, 1)
	assert.Equal(t, "1.xml", l.Pins[0].File)

	require.NoError(t, os.Symlink("nowhere", filepath.Join(folder, "2.xml")))
	_, _, err = LockFiles(t.Context(), os.DirFS(folder), nil, nil)
	assert.ErrorIs(t, err, fs.ErrNotExist, "a link to nothing is no list that is left out in silence")
}

// away knows which version is in force, and cannot fetch it.
type away struct{}

func (away) Genericode(context.Context, VersionKennung) ([]byte, error) { return nil, errAway }

func (away) GueltigeVersion(_ context.Context, kennung string) (VersionKennung, error) {
	return VersionKennung{kennung, "1"}, nil
}

// TestManyPins pulls nothing new into a folder that pins much.
func TestManyPins(t *testing.T) {
	const n = 30_000
	folder, lock := t.TempDir(), &Lock{}
	for i := range n {
		lock.Pins = append(lock.Pins, Pin{VersionKennung: VersionKennung{fmt.Sprintf("urn:example:%06d", i), "1"}, File: "missing.xml"})
	}
	b, err := lock.MarshalText()
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(folder, LockName), b, 0o644))
	start := time.Now()
	_, err = Update(t.Context(), folder, away{}, options())
	var failed *PullError
	require.ErrorAs(t, err, &failed)
	assert.Len(t, failed.Failures, n)
	assert.Less(t, time.Since(start), 60*time.Second, "each pin is found without looking at all others")
}
