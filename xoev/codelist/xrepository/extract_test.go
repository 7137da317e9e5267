package xrepository

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/codelist"
)

func openArchive(t testing.TB, files ...string) *codelist.ZIP {
	t.Helper()
	b := archive(t, files...)
	z, err := codelist.OpenZIP(bytes.NewReader(b), int64(len(b)), nil)
	require.NoError(t, err)
	return z
}

func TestExtract(t *testing.T) {
	parent := t.TempDir()
	folder := filepath.Join(parent, "neu", "xmuster")
	z := openArchive(t, "xmuster.xsd", "<a/>", "d/e/typen.xsd", "<bb/>", "comment.xsd", "", "console.txt", "x")
	var seen []int64
	require.NoError(t, Extract(t.Context(), z, folder, func(written, total int64) {
		assert.EqualValues(t, 10, total)
		seen = append(seen, written)
	}))
	assert.Equal(t, []int64{4, 9, 9, 10}, seen)
	b, err := os.ReadFile(filepath.Join(folder, "d", "e", "typen.xsd"))
	require.NoError(t, err)
	assert.Equal(t, "<bb/>", string(b))
	assert.ErrorIs(t, Extract(t.Context(), z, folder, nil), fs.ErrExist)
	left, err := os.ReadDir(filepath.Dir(folder))
	require.NoError(t, err)
	assert.Len(t, left, 1, "nothing is left beside the folder")
}

func TestExtractRefusesNames(t *testing.T) {
	for _, name := range []string{"CON", "d/aux.xsd", "nul.a.b", "com1", "LPT9.txt", "COM¹.x", "conin$", "aa:b", "urn:de:x_1.xml", "a<b", "a?", "a*", `a"b`, "a|b", "d./x", "a.", "d /x", strings.Repeat("x", 256)} {
		parent := t.TempDir()
		err := Extract(t.Context(), openArchive(t, "good.xsd", "x", name, "x"), filepath.Join(parent, "out"), nil)
		assert.ErrorIs(t, err, ErrName, name)
		left, err := os.ReadDir(parent)
		require.NoError(t, err)
		assert.Empty(t, left, name)
	}
	for _, name := range []string{"console", "com", "com10", "COMA", "auxiliary.xsd", "Überwachung (neu).xsd", ".a"} {
		assert.True(t, portable(name), name)
	}
}

func TestExtractAllOrNothing(t *testing.T) {
	parent := t.TempDir()
	done, cancel := context.WithCancelCause(t.Context())
	why := errors.New("why")
	z := openArchive(t, "a", "x", "b", "x")
	err := Extract(done, z, filepath.Join(parent, "out"), func(int64, int64) { cancel(why) })
	assert.ErrorIs(t, err, why)

	b := archive(t, "a", "x", "b", "hello hello")
	at := bytes.LastIndex(b[:bytes.Index(b, []byte("PK\x01\x02"))], []byte("PK\x03\x04"))
	require.Positive(t, at)
	b[at+32] ^= 0xff // in the content of b
	broken, err := codelist.OpenZIP(bytes.NewReader(b), int64(len(b)), nil)
	require.NoError(t, err)
	assert.ErrorContains(t, Extract(t.Context(), broken, filepath.Join(parent, "out"), nil), "ZIP-011")

	left, err := os.ReadDir(parent)
	require.NoError(t, err)
	assert.Empty(t, left)
}

func FuzzExtract(f *testing.F) {
	f.Add(archive(f, "a", "x", "d/b", "y"))
	f.Add(archive(f, "CON", "x"))
	f.Add(archive(f, "../a", "x"))
	f.Fuzz(func(t *testing.T, b []byte) {
		z, err := codelist.OpenZIP(bytes.NewReader(b), int64(len(b)), &codelist.ZIPLimits{MaxTotalBytes: 1 << 16, MaxEntries: 20})
		if err != nil {
			return
		}
		parent := t.TempDir()
		err = Extract(t.Context(), z, filepath.Join(parent, "out"), nil)
		left, listErr := os.ReadDir(parent)
		require.NoError(t, listErr)
		if err != nil {
			require.Empty(t, left)
			return
		}
		require.Len(t, left, 1)
		for _, name := range z.Names() {
			_, err := os.Lstat(filepath.Join(parent, "out", filepath.FromSlash(name)))
			require.NoError(t, err)
		}
	})
}
