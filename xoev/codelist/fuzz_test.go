package codelist_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// fuzzSeeds are lists of our own of every kind.
func fuzzSeeds() []string {
	seeds := []string{zonen, fimList, strings.Replace(zonen, "UTF-8", "ISO-8859-1", 1)}
	for space := range generations {
		seeds = append(seeds, generationList(space))
	}
	for _, v := range readVectors() {
		seeds = append(seeds, strings.Replace(zonen, v.old, v.bad, 1), strings.Replace(zonen, v.old, v.good, 1))
	}
	return seeds
}

// FuzzReadGenericode holds that a list is refused with a typed error and without
// a list, or can be written so that the strict profile reads an equal one.
func FuzzReadGenericode(f *testing.F) {
	for _, s := range fuzzSeeds() {
		f.Add([]byte(s), true)
		f.Add([]byte(s), false)
	}
	f.Fuzz(func(t *testing.T, doc []byte, fim bool) {
		l, err := codelist.Read(bytes.NewReader(doc), &codelist.ReadOptions{AllowFIM: fim, MaxBytes: 1 << 16})
		if err != nil {
			require.Nil(t, l)
			var invalid *finding.InvalidError
			require.ErrorAs(t, err, &invalid)
			require.NotEmpty(t, invalid.Findings)
			return
		}
		for _, x := range l.Findings() {
			require.Equal(t, finding.Warning, x.Severity)
		}
		out := written(t, l)
		again := read(t, out, nil)
		requireEqual(t, l, again)
		for i := range l.Len() {
			code := l.Row(i).Code()
			if _, ok := l.Key(); ok {
				found, ok := l.Lookup(code)
				require.True(t, ok)
				require.LessOrEqual(t, found.Index(), i)
			}
		}
		require.Equal(t, out, written(t, again))
	})
}

// FuzzReadCode holds that a code is read to its end tag, whatever it holds.
func FuzzReadCode(f *testing.F) {
	f.Add([]byte(codeElement))
	for _, v := range elementVectors() {
		f.Add([]byte(strings.Replace(codeElement, v.old, v.bad[:min(len(v.bad), 200)], 1)))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		s := xmlscan.NewBytes(doc, nil)
		for s.Next() && s.Kind() != xmlscan.StartElement {
		}
		if s.Kind() != xmlscan.StartElement {
			return
		}
		c, found, err := codelist.ReadCode(s, &spec3)
		if err != nil {
			require.Equal(t, codelist.Code{}, c)
			require.Nil(t, found)
			return
		}
		require.Equal(t, xmlscan.EndElement, s.Kind())
		require.Equal(t, 1, s.Depth())
		require.Equal(t, c, c.Normalized())
		if len(found) == 0 {
			assert.NotEmpty(t, c.Code)
			assert.NotEmpty(t, c.ListVersionID)
		}
	})
}
