package main

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// archive makes a ZIP file of names and contents.
func archive(t *testing.T, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		f, err := w.Create(files[i])
		require.NoError(t, err)
		_, err = io.WriteString(f, files[i+1])
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

// outcomes are file and outcome of each line of JSON.
func outcomes(t *testing.T, out string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(out), "\n") {
		var r struct{ File, Outcome string }
		require.NoError(t, json.Unmarshal([]byte(line), &r))
		all[r.File] = r.Outcome
	}
	return all
}

func TestZIP(t *testing.T) {
	f := newFolder(t)
	good := string(sample(t))
	posteingang := f.write("eingang.zip", archive(t, "a.xml", good, "ordner/", "", "ordner/B.XML", "<x", "brief.pdf", "%PDF-1.7", "nested.zip", "PK"))
	fine := f.write("fein.zip", archive(t, "a.xml", good))
	nothing := f.write("leer.zip", archive(t, "brief.pdf", "%PDF-1.7"))
	evil := f.write("evil.zip", archive(t, "../../a.xml", good))
	bomb := f.write("bomb.zip", archive(t, "a.xml", good+strings.Repeat(" ", 64<<20)))
	truncated := f.write("kurz.zip", archive(t, "a.xml", good)[:100])
	flipped := archive(t, "a.xml", good)
	flipped[bytes.Index(flipped, []byte("a.xml"))+40] ^= 1
	f.write("kaputt.zip", flipped)

	r := call(t, "", "inspect", "--format", "json", posteingang)
	assert.Equal(t, 2, r.status)
	assert.Equal(t, map[string]string{posteingang + "!a.xml": "read", posteingang + "!ordner/B.XML": "refused",
		posteingang + "!brief.pdf": "skipped", posteingang + "!nested.zip": "failed"}, outcomes(t, r.out))

	for name, tc := range map[string]struct {
		args   []string
		stdin  string
		status int
		says   string
	}{
		"inspect":            {[]string{"inspect", fine}, "", 0, fine + "!a.xml\n"},
		"lint":               {[]string{"lint", fine}, "", 0, fine + "!a.xml:2:1: warning LINT-017"},
		"sarif":              {[]string{"lint", "--format", "sarif", fine}, "", 0, `{"location":{"uri":"/a.xml"},"parentIndex":0,`},
		"from standard in":   {[]string{"inspect", "-"}, string(archive(t, "a.xml", good)), 0, "-!a.xml\n"},
		"sarif, standard in": {[]string{"lint", "--format", "sarif", "-"}, string(archive(t, "a.xml", good)), 0, `{"description":{"text":"standard input"}}`},
		"one by name":        {[]string{"inspect", posteingang + "!a.xml"}, "", 0, "XProbe 1.0"},
		"c14n, one by name":  {[]string{"c14n", "--method", "c14n", fine + "!a.xml"}, "", 0, "<m:probe.antrag.0001"},
		"c14n of an archive": {[]string{"c14n", "--method", "c14n", fine}, "", 2, "ARCHIVE.zip!NAME"},
		"verify, by name":    {[]string{"verify", "--trust", f.path("cert.pem"), fine + "!a.xml"}, "", 1, "SIG-001"},
		"no such entry":      {[]string{"inspect", fine + "!b.xml"}, "", 2, "no such file"},
		"a folder in it":     {[]string{"inspect", posteingang + "!ordner"}, "", 2, "no such file"},
		"nothing to read":    {[]string{"inspect", nothing}, "", 2, "no file whose name ends in .xml"},
		"leaves the folder":  {[]string{"inspect", evil}, "", 1, "ZIP-004"},
		"a bomb":             {[]string{"inspect", bomb}, "", 1, "ZIP-010"},
		"cut off":            {[]string{"lint", truncated}, "", 1, "ZIP-001"},
		"wrong checksum":     {[]string{"lint", f.path("kaputt.zip")}, "", 1, "kaputt.zip!a.xml"},
		"in German":          {[]string{"inspect", "--lang", "de", posteingang}, "", 2, "ein Archiv in einem Archiv wird nicht geöffnet"},
	} {
		t.Run(name, func(t *testing.T) {
			r := call(t, tc.stdin, tc.args...)
			assert.Equal(t, tc.status, r.status, r.out+r.errOut)
			assert.Contains(t, r.out+r.errOut, tc.says)
		})
	}
}

// TestStatus: of several files the worst counts, wherever it stands.
func TestStatus(t *testing.T) {
	f := newFolder(t)
	fine := f.write("fein.xml", []byte(strings.ReplaceAll(string(sampleFixed(t)), ` test=""`, "")))
	bad, none := f.write("schlecht.xml", []byte("<x")), f.path("none.xml")
	for _, name := range []string{"inspect", "lint"} {
		for _, tc := range []struct {
			status int
			files  []string
		}{
			{0, []string{fine}}, {1, []string{bad}}, {2, []string{none}}, {2, []string{f.dir}},
			{1, []string{bad, fine}}, {1, []string{fine, bad}}, {2, []string{none, fine, bad}}, {2, []string{fine, none, bad}}, {2, []string{bad, none}},
		} {
			for _, format := range []string{"text", "json"} {
				r := call(t, "", append([]string{name, "--format", format}, tc.files...)...)
				assert.Equal(t, tc.status, r.status, "%s %v\n%s", name, tc.files, r.out)
			}
		}
	}
	if os.Geteuid() != 0 && runtime.GOOS != "windows" {
		require.NoError(t, os.Chmod(fine, 0))
		assert.Equal(t, 2, call(t, "", "inspect", fine).status)
	}
}

// sampleFixed is a message without findings.
func sampleFixed(t *testing.T) []byte {
	t.Helper()
	b, err := os.ReadFile("testdata/codes.xml")
	require.NoError(t, err)
	return b
}

// endless is a message of a given size that is never in memory.
func endless(size int) io.Reader {
	return io.MultiReader(strings.NewReader(bigHead[1:]), &repeater{text: bigRecord, left: size / len(bigRecord)}, strings.NewReader(bigTail))
}

const (
	bigRecord = "<m:satz><m:name>Erika Mustermann</m:name><m:ort>Musterstadt</m:ort></m:satz>\n"
	bigTail   = "</m:probe.antrag.0001>"
)

const bigHead = `
<m:probe.antrag.0001 xmlns:m="urn:example:probe:1" produkt="P" produkthersteller="H" standard="XProbe" version="1.0"><nachrichtenkopf.g2g><identifikation.nachricht><nachrichtenUUID>3f0a6a52-4b0e-4c6e-9d2b-0f6d3a1c5e77</nachrichtenUUID><nachrichtentyp listURI="urn:example:codeliste:typ" listVersionID="1"><code>0001</code></nachrichtentyp><erstellungszeitpunkt>2026-11-23T09:15:00.250+01:00</erstellungszeitpunkt></identifikation.nachricht><leser><verzeichnisdienst listVersionID="3"><code>DVDV</code></verzeichnisdienst><kennung>psw:16000000</kennung><name>Stadt Musterstadt</name></leser><autor><verzeichnisdienst listVersionID="3"><code>DVDV</code></verzeichnisdienst><kennung>psw:16000001</kennung><name>Amt Beispiel</name></autor></nachrichtenkopf.g2g>`

type repeater struct {
	text string
	at   int
	left int
}

func (r *repeater) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) && r.left > 0 {
		k := copy(p[n:], r.text[r.at:])
		n, r.at = n+k, r.at+k
		if r.at == len(r.text) {
			r.at, r.left = 0, r.left-1
		}
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// TestBig reads messages that are bigger than the memory they are given.
func TestBig(t *testing.T) {
	const size, most = 192 << 20, 48 << 20
	for _, args := range [][]string{
		{"inspect", "-"}, {"lint", "--latin", "C", "--codelists", "testdata/store", "--allow", "COD-009", "-"}, {"c14n", "--method", "exc-c14n", "-"},
	} {
		t.Run(args[0], func(t *testing.T) {
			before := debug.SetGCPercent(20)
			defer debug.SetGCPercent(before)
			runtime.GC()
			var out, errOut bytes.Buffer
			counted := &countingWriter{}
			w := io.Writer(&out)
			if args[0] == "c14n" {
				w = counted
			}
			peak := make(chan uint64)
			ctx, stop := context.WithCancel(t.Context())
			go func() { peak <- highest(ctx) }()
			status := run(t.Context(), args, endless(size), w, &errOut)
			stop()
			assert.Equal(t, 0, status, out.String()+errOut.String())
			assert.Less(t, <-peak, uint64(most), "heap")
			switch args[0] {
			case "inspect":
				assert.Contains(t, out.String(), fmt.Sprintf("Size          %d bytes", len(bigHead)-1+size/len(bigRecord)*len(bigRecord)+len(bigTail)))
			case "c14n":
				assert.Greater(t, counted.n, int64(size)*9/10)
			}
		})
	}
}

// highest is the highest heap seen until the context ends.
func highest(ctx context.Context) uint64 {
	top := uint64(0)
	for ctx.Err() == nil {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		top = max(top, m.HeapAlloc)
		time.Sleep(10 * time.Millisecond)
	}
	return top
}

type countingWriter struct{ n int64 }

func (w *countingWriter) Write(p []byte) (int, error) {
	w.n += int64(len(p))
	return len(p), nil
}

// TestReadFails: standard input that breaks could not be checked.
func TestReadFails(t *testing.T) {
	broken := func() io.Reader {
		return io.MultiReader(strings.NewReader("<a>"), iotest.ErrReader(errors.New("boom")))
	}
	for _, args := range [][]string{{"inspect", "-"}, {"lint", "-"}, {"lint", "--format", "sarif", "-"}, {"c14n", "--method", "c14n", "-"}, {"codelist", "show", "-"}, {"codelist", "find", "x", "-"}} {
		var out, errOut bytes.Buffer
		assert.Equal(t, 2, run(t.Context(), args, broken(), &out, &errOut), args)
		assert.Contains(t, out.String()+errOut.String(), "boom", args)
	}
}

// TestInterrupted: whatever is going on ends with status 2.
func TestInterrupted(t *testing.T) {
	f := newFolder(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	doc := f.path("antrag.xml")
	zipped := f.write("a.zip", archive(t, "a.xml", "<a/>", "b.xml", "<a/>"))
	for _, args := range [][]string{
		{"inspect", doc}, {"inspect", zipped}, {"lint", doc}, {"lint", "--format", "sarif", doc}, {"c14n", "--method", "c14n", doc},
		{"codelist", "show", "testdata/store/farbe-1.xml"}, {"codelist", "find", "x", "testdata/store/farbe-1.xml"}, {"codelist", "find", "--store", "testdata/store", "x"},
		{"codelist", "diff", "testdata/store/farbe-1.xml", "testdata/store/farbe-2.xml"}, {"codelist", "lock", "testdata/store"},
		{"codelist", "lock", "--write", "--replace", f.dir},
	} {
		assert.Equal(t, 2, run(ctx, args, strings.NewReader(""), io.Discard, io.Discard), args)
	}
}

// TestLostOutput: a report that could not be written is no success.
func TestLostOutput(t *testing.T) {
	for _, args := range [][]string{
		{"lint", "testdata/codes.xml"}, {"lint", "--format", "sarif", "testdata/codes.xml"}, {"c14n", "--method", "c14n", "testdata/codes.xml"},
		{"codelist", "show", "testdata/store/farbe-1.xml"}, {"codelist", "show", "--format", "csv", "testdata/store/farbe-1.xml"},
		{"codelist", "find", "rot", "testdata/store/farbe-1.xml"}, {"codelist", "diff", "testdata/store/farbe-1.xml", "testdata/store/farbe-2.xml"},
		{"codelist", "lock", "testdata/store"}, {"help"}, {"codelist", "--help"}, {"lint", "--help"},
	} {
		assert.Equal(t, 2, run(t.Context(), args, strings.NewReader(""), failing{}, io.Discard), args)
	}
}
