package xdatenfelder

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
)

// FuzzRead: no panic, a typed error, nil on error, places in the document, the
// same result however the bytes arrive.
func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("testdata/valid/*.xml")
	require.NoError(f, err)
	require.Len(f, files, 11)
	for _, name := range files {
		b, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(b)
	}
	for _, v := range vectors {
		b, err := os.ReadFile(filepath.Join("testdata/valid", v.base+".xml"))
		require.NoError(f, err)
		f.Add(bytes.Replace(b, []byte(v.old), []byte(v.new), 1))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		o := &Options{Quality: true, MaxElements: 1000, MaxBytes: 1 << 20}
		n, err := Read(bytes.NewReader(doc), o)
		slow, err2 := Read(iotest.OneByteReader(bytes.NewReader(doc)), o)
		require.Equal(t, err, err2)
		if err == nil && n.Codeliste != nil { // lists hold a seed of their own
			require.Len(t, slow.Codeliste.Listen, len(n.Codeliste.Listen))
			n.Codeliste.Listen, slow.Codeliste.Listen = nil, nil
		}
		require.Equal(t, n, slow)
		if err != nil {
			require.Nil(t, n)
			var invalid *finding.InvalidError
			require.True(t, errors.As(err, &invalid), "%v", err)
			require.NotEmpty(t, invalid.Findings)
			for _, x := range invalid.Findings {
				require.Positive(t, x.Line)
				require.LessOrEqual(t, x.Line, bytes.Count(doc, []byte("\n"))+1)
			}
			return
		}
		depth := 0
		for d, s := range n.Strukturen() {
			require.LessOrEqual(t, d, depth+1)
			require.True(t, (s.Datenfeld == nil) != (s.Datenfeldgruppe == nil))
			depth = d
		}
	})
}

// seeds are the fictional documents, and their vectors.
func seeds(f *testing.F) {
	files, err := filepath.Glob("testdata/valid/*.xml")
	require.NoError(f, err)
	require.Len(f, files, 11)
	for _, name := range files {
		b, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(b)
	}
	for _, v := range qualityVectors {
		b, err := os.ReadFile(filepath.Join("testdata/valid", v.base+".xml"))
		require.NoError(f, err)
		f.Add(bytes.Replace(b, []byte(v.old), []byte(v.new), 1))
	}
}

// FuzzWrite: what can be read can be written, and is read back equal. The
// exception are texts, ids and attributes at the limits of both.
func FuzzWrite(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, doc []byte) {
		n, err := Read(bytes.NewReader(doc), &Options{MaxElements: 1000, MaxBytes: 1 << 20})
		if err != nil {
			return
		}
		var out bytes.Buffer
		if err := Write(&out, n, nil); err != nil {
			require.Zero(t, out.Len())
			var invalid *finding.InvalidError
			require.ErrorAs(t, err, &invalid)
			for _, x := range invalid.Findings {
				require.True(t, n.Version == XDF1 || x.Code[4:] == "-040", "%v", x)
			}
			return
		}
		again(t, n)
	})
}

// FuzzConvert: what can be read can be converted, there and back; the results
// can be written, and ids and multiplicities are the same in the end.
func FuzzConvert(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, doc []byte) {
		n, err := Read(bytes.NewReader(doc), &Options{MaxElements: 1000, MaxBytes: 1 << 20, AllowAnyCharacter: true})
		if err != nil {
			return
		}
		m, report, err := Convert(n, other(n.Version), nil)
		if err != nil {
			require.Nil(t, m)
			require.Nil(t, report)
			var invalid *finding.InvalidError
			require.ErrorAs(t, err, &invalid)
			return
		}
		var out bytes.Buffer
		if !finding.Has(n.Findings, "XDF2-102") && !finding.Has(n.Findings, "XDF3-102") && len(n.Findings) < maxWarnings {
			require.NoError(t, Write(io.Discard, m, nil), "valid characters stay valid")
		}
		require.NoError(t, Write(&out, m, &WriteOptions{AllowAnyCharacter: true}))
		read, err := Read(&out, &Options{AllowAnyCharacter: true})
		require.NoError(t, err)
		require.Equal(t, len(n.Regeln), len(read.Regeln))
		back, _, err := Convert(read, n.Version, nil)
		if err != nil {
			return // ids that are not of FIM can fall together
		}
		require.NoError(t, Write(io.Discard, back, &WriteOptions{AllowAnyCharacter: true}))
	})
}
