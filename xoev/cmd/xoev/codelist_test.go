package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
)

const farbe = "urn:de:musterstadt:codeliste:farbe"

// lists is a folder with both versions of the list, without a lock.
func lists(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"farbe-1.xml", "farbe-2.xml"} {
		b, err := os.ReadFile(filepath.Join("testdata/store", name))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), b, 0o600))
	}
	return dir
}

func text(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(b)
}

func TestCodelist(t *testing.T) {
	f := newFolder(t)
	one, two := "testdata/store/farbe-1.xml", "testdata/store/farbe-2.xml"
	lock, list1, list2 := text(t, "testdata/store/codelist.lock"), text(t, one), text(t, two)
	zipped := f.write("listen.zip", archive(t, "codelist.lock", lock, "farbe-1.xml", list1, "farbe-2.xml", list2))
	bare := f.write("ohne.zip", archive(t, "farbe-1.xml", list1))
	changed := f.write("anders.zip", archive(t, "codelist.lock", lock, "farbe-1.xml", strings.Replace(list1, "rot", "rosa", 1), "farbe-2.xml", list2))
	lost := f.write("fehlt.zip", archive(t, "codelist.lock", lock, "farbe-1.xml", list1))
	badLock := f.write("lock.zip", archive(t, "codelist.lock", "x", "farbe-1.xml", list1))
	evil := f.write("boese.xml", []byte(strings.Replace(list1, "rot", "ro\u0085t\u202E", 1)))
	noList := f.path("antrag.xml")
	for name, tc := range map[string]struct {
		args   []string
		stdin  string
		status int
		says   string
	}{
		"show":                     {[]string{"show", one}, "", 0, "3"},
		"show stdin":               {[]string{"show", "-"}, list1, 0, farbe},
		"show in archive":          {[]string{"show", zipped + "!farbe-2.xml"}, "", 0, "grün"},
		"show from archive":        {[]string{"show", "--store", zipped, farbe + "_1"}, "", 0, "2021-01-01"},
		"show valid today":         {[]string{"show", "--store", zipped, farbe}, "", 0, "2022-01-01"},
		"show, no rows":            {[]string{"show", "--rows", "0", one}, "", 0, "Rows          3"},
		"show, one row":            {[]string{"show", "--rows", "1", one}, "", 0, "2 more rows"},
		"show, unsafe":             {[]string{"show", evil}, "", 0, `ro\u0085t\u202e`},
		"show json, unsafe":        {[]string{"show", "--format", "json", evil}, "", 0, `ro\u0085t\u202e`},
		"show a message":           {[]string{"show", noList}, "", 1, "GC-001"},
		"show a message, German":   {[]string{"show", "--lang", "de", noList}, "", 1, "das Wurzelelement ist nicht CodeList"},
		"show, not there":          {[]string{"show", f.path("none.xml")}, "", 2, "no such file"},
		"show, not pinned":         {[]string{"show", "--store", zipped, farbe + "_9"}, "", 2, "not pinned"},
		"show, two":                {[]string{"show", one, two}, "", 2, "exactly one"},
		"show, format":             {[]string{"show", "--format", "xml", one}, "", 2, "--format"},
		"show, store without lock": {[]string{"show", "--store", bare, farbe}, "", 2, "codelist lock --write"},
		"show, refused list":       {[]string{"show", "--store", changed, farbe + "_1"}, "", 1, "PIN-001"},
		"show, refused lock":       {[]string{"show", "--store", badLock, farbe + "_1"}, "", 1, "LOCK-"},
		"find":                     {[]string{"find", "ROT", one}, "", 0, "1 row in 1 list"},
		"find folded":              {[]string{"find", "gruen", one, two}, "", 0, "1 row in 2 lists"},
		"find in archive":          {[]string{"find", "rot", bare}, "", 0, "1 row in 1 list"},
		"find in store archive":    {[]string{"find", "--store", zipped, "rot"}, "", 0, "2 rows in 2 lists"},
		"find one of a store":      {[]string{"find", "--store", zipped, "rot", farbe + "_2"}, "", 0, "1 row in 1 list"},
		"find exactly":             {[]string{"find", "--exact", "1", one}, "", 0, "1 row"},
		"find not exactly":         {[]string{"find", "--exact", "ROT", one}, "", 1, "0 rows"},
		"find in column":           {[]string{"find", "--column", "kurz", "r", one}, "", 0, "1 row"},
		"find in other column":     {[]string{"find", "--column", "code", "rot", one}, "", 1, "0 rows"},
		"find, no column":          {[]string{"find", "--column", "x", "rot", one}, "", 2, "no such column"},
		"find nothing":             {[]string{"find", "lila", one, two}, "", 1, "0 rows in 2 lists"},
		"find, no text":            {[]string{"find"}, "", 2, "TEXT"},
		"find, no list":            {[]string{"find", "rot"}, "", 2, "LIST"},
		"find in a message":        {[]string{"find", "rot", one, noList}, "", 1, "GC-001"},
		"find, not there":          {[]string{"find", "rot", one, f.path("none.xml")}, "", 2, "no such file"},
		"diff same":                {[]string{"diff", "--exit-code", one, one}, "", 0, "3 unchanged"},
		"diff":                     {[]string{"diff", one, two}, "", 0, "1 added, 1 removed, 1 changed, 1 unchanged"},
		"diff, status":             {[]string{"diff", "--exit-code", one, two}, "", 1, "1 added"},
		"diff stdin":               {[]string{"diff", one, "-"}, list2, 0, "1 added"},
		"diff stdin twice":         {[]string{"diff", "-", "-"}, list2, 2, "only once"},
		"diff one":                 {[]string{"diff", one}, "", 2, "two lists"},
		"diff, not a list":         {[]string{"diff", one, noList}, "", 1, "GC-001"},
		"lock":                     {[]string{"lock", "testdata/store"}, "", 0, "2 lists"},
		"lock, archive":            {[]string{"lock", zipped}, "", 0, "2 lists"},
		"lock, changed":            {[]string{"lock", changed}, "", 1, "PIN-001"},
		"lock, changed, German":    {[]string{"lock", "--lang", "de", changed}, "", 1, "nicht den verzeichneten Hashwert"},
		"lock, lost":               {[]string{"lock", lost}, "", 2, "UNDETERMINED"},
		"lock, bad":                {[]string{"lock", badLock}, "", 1, "LOCK-"},
		"lock, no lock":            {[]string{"lock", f.dir}, "", 2, "codelist lock --write"},
		"lock, replace alone":      {[]string{"lock", "--replace", f.dir}, "", 2, "--write"},
		"lock, write to a file":    {[]string{"lock", "--write", one}, "", 2, "not a folder"},
		"lock, write, none":        {[]string{"lock", "--write", t.TempDir()}, "", 2, "no code list"},
		"nothing":                  {nil, "", 2, "xoev codelist show"},
		"unknown":                  {[]string{"fly"}, "", 2, "no command fly"},
		"pull, no folder":          {[]string{"pull", farbe}, "", 2, "--dir"},
		"pull, nothing":            {[]string{"pull", "--dir", "x"}, "", 2, "nothing is asked for"},
		"pull, no https":           {[]string{"pull", "--dir", "x", "--base", "http://www.example.org/api", farbe}, "", 2, "refused host"},
		"pull, standard":           {[]string{"pull", "--dir", "x", "--standard", "urn:x"}, "", 2, "KENNUNG_VERSION"},
	} {
		t.Run(name, func(t *testing.T) {
			r := call(t, tc.stdin, append([]string{"codelist"}, tc.args...)...)
			assert.Equal(t, tc.status, r.status, r.out+r.errOut)
			assert.Contains(t, r.out+r.errOut, tc.says)
			assert.NotContains(t, r.out+r.errOut, "\u0085")
		})
	}
	_, err := os.Stat("x")
	assert.ErrorIs(t, err, os.ErrNotExist, "a call that was refused makes no folder")
}

func TestCodelistLockWrite(t *testing.T) {
	dir := lists(t)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "fremd.xml"), []byte("<x/>"), 0o600))
	r := call(t, "", "codelist", "lock", "--write", dir)
	require.Equal(t, 0, r.status, r.errOut)
	assert.Contains(t, r.out, "Left out      fremd.xml: ")
	assert.Equal(t, text(t, "testdata/store/codelist.lock"), text(t, filepath.Join(dir, "codelist.lock")))
	assert.Equal(t, 0, call(t, "", "codelist", "lock", dir).status)

	r = call(t, "", "codelist", "lock", "--write", dir)
	assert.Equal(t, 2, r.status)
	assert.Contains(t, r.errOut, "--replace")
	changed := strings.Replace(text(t, filepath.Join(dir, "farbe-1.xml")), "rot", "rosa", 1)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "farbe-1.xml"), []byte(changed), 0o600))
	assert.Equal(t, 1, call(t, "", "codelist", "lock", dir).status)
	assert.Equal(t, 0, call(t, "", "codelist", "lock", "--write", "--replace", dir).status)
	assert.Equal(t, 0, call(t, "", "codelist", "lock", dir).status)

	require.NoError(t, os.WriteFile(filepath.Join(dir, "zweite.xml"), []byte(changed+"<!-- -->"), 0o600))
	r = call(t, "", "codelist", "lock", "--write", "--replace", dir)
	assert.Equal(t, 1, r.status, "two files contradict each other")
	assert.Contains(t, r.errOut, "PIN-006")
}

func TestCodelistPull(t *testing.T) {
	one, two := text(t, "testdata/store/farbe-1.xml"), text(t, "testdata/store/farbe-2.xml")
	content := map[string]string{
		"/api/xrepository/" + farbe + "_1:technischerBestandteilGenericode": one,
		"/api/xrepository/" + farbe + "_2:technischerBestandteilGenericode": two,
		"/api/codeliste/" + farbe + "/gueltigeVersion": `<dat:VersionCodeliste xmlns:dat="http://xoev.de/schemata/xrepository/1"><dat:kennung>` +
			farbe + `_2</dat:kennung></dat:VersionCodeliste>`,
		"/api/version_standard/urn:de:musterstadt:standard:xmuster_1.0/genutzteAktuelleCodelisten": string(archive(t, "a.xml", one, "b.xml", two)),
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, ok := content[r.URL.Path]
		if !ok {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		_, _ = w.Write([]byte(body))
	}))
	defer server.Close()
	base := server.URL + "/api"
	dir := filepath.Join(t.TempDir(), "listen")
	pull := func(args ...string) result {
		return call(t, "", append([]string{"codelist", "pull", "--dir", dir, "--base", base}, args...)...)
	}
	r := pull(farbe + "_1")
	require.Equal(t, 0, r.status, r.out+r.errOut)
	assert.Contains(t, r.errOut, base, "says whom it asks")
	assert.Contains(t, r.out, "New           "+farbe+"_1")
	assert.Equal(t, 0, call(t, "", "codelist", "lock", dir).status)

	r = pull("--update", "--lang", "de")
	assert.Equal(t, 0, r.status, r.errOut)
	assert.Contains(t, r.out, "Neu           "+farbe+"_2")
	r = pull("--standard", "urn:de:musterstadt:standard:xmuster_1.0", "--format", "json", farbe)
	assert.Equal(t, 0, r.status, r.errOut)
	var report struct{ Unchanged []struct{ Version string } }
	require.NoError(t, json.Unmarshal([]byte(r.out), &report))
	assert.Len(t, report.Unchanged, 3)
	assert.Equal(t, 0, call(t, "", "codelist", "diff", "--store", dir, farbe+"_1", farbe+"_2").status)
	assert.Equal(t, 2, pull(farbe+"_9").status, "not there")

	content["/api/xrepository/"+farbe+"_1:technischerBestandteilGenericode"] = strings.Replace(one, "rot", "rosa", 1)
	files, err := filepath.Glob(filepath.Join(dir, "*_1*.xml"))
	require.NoError(t, err)
	if len(files) == 0 {
		files, err = filepath.Glob(filepath.Join(dir, "*", "*"))
		require.NoError(t, err)
	}
	require.NotEmpty(t, files)
	for _, file := range files {
		if strings.Contains(text(t, file), "farbe_1<") {
			require.NoError(t, os.Remove(file))
		}
	}
	r = pull(farbe + "_1")
	assert.Equal(t, 1, r.status, "the content differs from what was pinned")
	assert.Contains(t, r.out, "PIN-005")
	assert.Equal(t, 0, pull("--replace", farbe+"_1").status)
}

// TestCodelistData shows every public list.
func TestCodelistData(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(testenv.Data(t, "xoev/codelists-genericode"), "*.xml"))
	require.NoError(t, err)
	more, err := filepath.Glob(filepath.Join(testenv.Data(t, "xoev/xwasser/genericode"), "*.xml"))
	require.NoError(t, err)
	files = append(files, more...)
	require.Greater(t, len(files), 140)
	rows := 0
	for _, file := range files {
		r := call(t, "", "codelist", "show", "--format", "json", file)
		require.Equal(t, 0, r.status, file+r.errOut)
		var l shownList
		require.NoError(t, json.Unmarshal([]byte(r.out), &l))
		assert.Len(t, l.Rows, l.RowCount)
		rows += l.RowCount
		assert.Equal(t, 0, call(t, "", "codelist", "diff", "--exit-code", file, file).status, file)
	}
	t.Logf("%d lists, %d rows", len(files), rows)
	assert.Greater(t, rows, 30_000)
}
