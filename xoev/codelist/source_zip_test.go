package codelist

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type zipEntry struct {
	name, content string
	mode          fs.FileMode
	flags         uint16
	method        uint16
}

func zipOf(t testing.TB, entries ...zipEntry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate, Flags: e.flags}
		if e.method != 0 {
			h.Method = zip.Store
		}
		if e.mode != 0 {
			h.SetMode(e.mode)
		}
		f, err := w.CreateHeader(h)
		require.NoError(t, err)
		if !strings.HasSuffix(e.name, "/") {
			_, err = io.WriteString(f, e.content)
			require.NoError(t, err)
		}
	}
	require.NoError(t, w.Close())
	return b.Bytes()
}

// patchDirectory changes a field of the first entry in the archive's directory.
func patchDirectory(t testing.TB, b []byte, offset int, value []byte) []byte {
	t.Helper()
	at := bytes.Index(b, []byte("PK\x01\x02"))
	require.Positive(t, at)
	copy(b[at+offset:], value)
	return b
}

func le32(v uint32) []byte { return binary.LittleEndian.AppendUint32(nil, v) }

func openZIP(b []byte, l *ZIPLimits) (*ZIP, error) {
	return OpenZIP(bytes.NewReader(b), int64(len(b)), l)
}

func TestOpenZIPRefuses(t *testing.T) {
	zeros := strings.Repeat("0", 2<<20)
	cases := []struct {
		name, code, path string
		zip              []byte
		limits           *ZIPLimits
	}{
		{"no archive", "ZIP-001", "", []byte("no archive"), nil},
		{"nothing", "ZIP-001", "", nil, nil},
		{"too long", "ZIP-002", "", zipOf(t, zipEntry{name: "a"}), &ZIPLimits{MaxBytes: 10}},
		{"too many", "ZIP-003", "", zipOf(t, zipEntry{name: "a"}, zipEntry{name: "b"}), &ZIPLimits{MaxEntries: 1}},
		{"parent", "ZIP-004", "entry[1]", zipOf(t, zipEntry{name: "../a"}), nil},
		{"parent inside", "ZIP-004", "entry[2]", zipOf(t, zipEntry{name: "a"}, zipEntry{name: "b/../c"}), nil},
		{"absolute", "ZIP-004", "entry[1]", zipOf(t, zipEntry{name: "/etc/a"}), nil},
		{"backslash", "ZIP-004", "entry[1]", zipOf(t, zipEntry{name: `..\a`}), nil},
		{"drive", "ZIP-004", "entry[1]", zipOf(t, zipEntry{name: "C:a"}), nil},
		{"NUL", "ZIP-004", "entry[1]", zipOf(t, zipEntry{name: "a\x00.xml"}), nil},
		{"not UTF-8", "ZIP-004", "entry[1]", zipOf(t, zipEntry{name: "\x9a.xml"}), nil},
		{"empty name", "ZIP-004", "entry[1]", zipOf(t, zipEntry{name: ""}), nil},
		{"empty element", "ZIP-004", "entry[1]", zipOf(t, zipEntry{name: "a//b"}), nil},
		{"twice", "ZIP-005", "entry[2]", zipOf(t, zipEntry{name: "a"}, zipEntry{name: "a"}), nil},
		{"twice but for case", "ZIP-005", "entry[2]", zipOf(t, zipEntry{name: "Straße"}, zipEntry{name: "STRAßE"}), nil},
		{"file is a folder", "ZIP-005", "entry[2]", zipOf(t, zipEntry{name: "a"}, zipEntry{name: "A/b"}), nil},
		{"folder is a file", "ZIP-005", "entry[2]", zipOf(t, zipEntry{name: "a/b"}, zipEntry{name: "a"}), nil},
		{"symbolic link", "ZIP-006", "entry[1]", zipOf(t, zipEntry{name: "a", content: "/etc/passwd", mode: fs.ModeSymlink | 0o777}), nil},
		{"device", "ZIP-006", "entry[1]", zipOf(t, zipEntry{name: "a", mode: fs.ModeDevice | 0o666}), nil},
		{"folder named as file", "ZIP-006", "entry[1]", zipOf(t, zipEntry{name: "a", mode: fs.ModeDir | 0o777}), nil},
		{"encrypted", "ZIP-007", "entry[1]", patchDirectory(t, zipOf(t, zipEntry{name: "a"}), 8, []byte{1, 0}), nil},
		{"another method", "ZIP-007", "entry[1]", patchDirectory(t, zipOf(t, zipEntry{name: "a"}), 10, []byte{12, 0}), nil},
		{"file too long", "ZIP-008", "entry[1]", zipOf(t, zipEntry{name: "a", content: "0123456789"}), &ZIPLimits{MaxFileBytes: 9}},
		{"too deep", "ZIP-004", "entry[1]", zipOf(t, zipEntry{name: strings.Repeat("d/", 65) + "a"}), nil},
		{"total too long", "ZIP-009", "entry[2]", zipOf(t, zipEntry{name: "a", content: "01234"}, zipEntry{name: "b", content: "56789"}), &ZIPLimits{MaxTotalBytes: 9}},
		{"ratio", "ZIP-010", "entry[1]", zipOf(t, zipEntry{name: "a", content: zeros}), nil},
		{"compressed length longer than the archive", "ZIP-010", "entry[1]", patchDirectory(t, zipOf(t, zipEntry{name: "a"}), 20, le32(1<<20)), nil},
	}
	broken := map[string]bool{"ZIP-011": true} // see TestZIPContent
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			z, err := openZIP(c.zip, c.limits)
			require.Error(t, err)
			assert.Nil(t, z)
			require.Equal(t, []string{c.code}, codes(err))
			assert.NotContains(t, err.Error(), "etc")
			broken[c.code] = true
			assert.Equal(t, c.path, findings(err)[0].Path)
		})
	}
	for _, r := range Rules() {
		if strings.HasPrefix(r.Code, "ZIP-") {
			assert.True(t, broken[r.Code], "%s has no failing vector", r.Code)
		}
	}
}

func TestZIPIsAFileSystem(t *testing.T) {
	b := zipOf(t, zipEntry{name: "Überwachung der Aufbereitung_2.xml", content: "<a/>"}, zipEntry{name: "d/"}, zipEntry{name: "d/urn:de:b_1.xml", content: strings.Repeat("b", 100_000)}, zipEntry{name: "d/stored", content: "s", method: 1})
	z, err := openZIP(b, nil)
	require.NoError(t, err)
	assert.Equal(t, []string{"Überwachung der Aufbereitung_2.xml", "d/urn:de:b_1.xml", "d/stored"}, z.Names())
	assert.EqualValues(t, 100_005, z.Size())
	require.NoError(t, fstest.TestFS(z, z.Names()...))
	_, err = openZIP(zipOf(t, zipEntry{name: strings.Repeat("d/", 64) + "a"}), nil)
	require.NoError(t, err)
	for _, name := range []string{"x", "../x", "", "/"} {
		_, err := z.Open(name)
		assert.Error(t, err, name)
	}
}

func TestZIPContent(t *testing.T) {
	whole := zipOf(t, zipEntry{name: "a", content: "hello hello hello", method: 1})
	at := bytes.Index(whole, []byte("hello"))
	require.Positive(t, at)
	for name, b := range map[string][]byte{
		"changed byte":               append(append(bytes.Clone(whole[:at]), 'j'), whole[at+1:]...),
		"directory says less":        patchDirectory(t, bytes.Clone(whole), 24, le32(3)),
		"directory says more":        patchDirectory(t, bytes.Clone(whole), 24, le32(300)),
		"local header is not there":  append([]byte("XX"), whole[2:]...),
		"compressed data is garbage": func() []byte { z := zipOf(t, zipEntry{name: "a", content: "hello"}); z[31] = 0xff; return z }(),
	} {
		t.Run(name, func(t *testing.T) {
			z, err := openZIP(b, nil)
			require.NoError(t, err)
			got, err := fs.ReadFile(z, "a")
			require.Error(t, err)
			assert.Equal(t, []string{"ZIP-011"}, codes(err))
			assert.LessOrEqual(t, len(got), 17)
		})
	}
}

type failingReader struct{}

func (failingReader) ReadAt([]byte, int64) (int, error) { return 0, os.ErrDeadlineExceeded }

func TestOpenZIPCouldNotCheck(t *testing.T) {
	_, err := OpenZIP(failingReader{}, 1000, nil)
	assert.ErrorIs(t, err, os.ErrDeadlineExceeded)
	assert.Nil(t, codes(err))
}

func TestOpenZIPManySmallEntries(t *testing.T) {
	var entries []zipEntry
	for i := range 25_000 {
		entries = append(entries, zipEntry{name: fmt.Sprint(i), method: 1})
	}
	b := zipOf(t, entries...)
	for _, limit := range []int{10, 24_999} { // the first ends before the directory was read
		_, err := openZIP(b, &ZIPLimits{MaxEntries: limit})
		assert.Equal(t, []string{"ZIP-003"}, codes(err))
	}
	_, err := openZIP(b, &ZIPLimits{MaxEntries: 25_000})
	assert.NoError(t, err)
}

func FuzzOpenZIP(f *testing.F) {
	f.Add(zipOf(f, zipEntry{name: "a", content: "hello"}, zipEntry{name: "b/c", content: "x"}))
	f.Add(zipOf(f, zipEntry{name: "../a"}))
	f.Add(zipOf(f, zipEntry{name: "a", content: "l", mode: fs.ModeSymlink | 0o777}))
	f.Add(patchDirectory(f, zipOf(f, zipEntry{name: "a", content: "hello", method: 1}), 24, le32(3)))
	limits := &ZIPLimits{MaxFileBytes: 1 << 16, MaxTotalBytes: 1 << 18, MaxEntries: 100}
	f.Fuzz(func(t *testing.T, b []byte) {
		z, err := openZIP(b, limits)
		if err != nil {
			require.Nil(t, z)
			require.NotEmpty(t, codes(err))
			return
		}
		total := 0
		for _, name := range z.Names() {
			require.True(t, fs.ValidPath(name))
			content, err := fs.ReadFile(z, name)
			if err != nil && len(codes(err)) == 0 {
				var path *fs.PathError
				require.True(t, errors.As(err, &path), "%v", err)
			}
			total += len(content)
		}
		require.LessOrEqual(t, total, 1<<18)
	})
}
