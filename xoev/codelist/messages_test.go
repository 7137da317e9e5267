package codelist_test

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// TestCodesOfMessages resolves the codes of public sample messages that say
// themselves which list they are from.
func TestCodesOfMessages(t *testing.T) {
	lists := map[codelist.VersionKennung]*codelist.List{}
	docs := dataLists(t)
	for _, name := range slices.Sorted(maps.Keys(docs)) {
		l := read(t, string(docs[name]), &codelist.ReadOptions{AllowFIM: true})
		lists[l.Kennung()] = l
	}
	spec := codelist.Spec{Type: codelist.Type4, AllowName: true}
	messages, total, valid, outcomes := 0, 0, 0, map[string]int{}
	for _, folder := range []string{"xoev/xwasser/samples", "xoev/xbeteiligung/samples", "xoev/xdomea"} {
		require.NoError(t, filepath.WalkDir(testenv.Data(t, folder), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) != ".xml" {
				return err
			}
			doc, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			messages++
			s := xmlscan.NewBytes(doc, nil)
			for s.Next() {
				if _, ok := s.Attr("", "listURI"); s.Kind() != xmlscan.StartElement || !ok {
					continue
				}
				total++
				c, found, err := codelist.ReadCode(s, nil)
				require.NoError(t, err, path)
				require.Empty(t, found, path)
				v, _ := spec.List(c)
				row, found := spec.Resolve(c, lists[v])
				if len(found) == 0 {
					valid++
					assert.Equal(t, c.Code, row.Code())
				}
				for _, f := range found {
					outcomes[f.Code]++
				}
			}
			return s.Err()
		}))
	}
	t.Logf("%d messages with %d codes: %d valid; findings %v", messages, total, valid, outcomes)
	assert.Equal(t, []int{130, 365, 161}, []int{messages, total, valid})
	// Empty attributes and codes, lists that are not in the reference data, codes
	// that are in no row, and names of other rows: the samples have them all.
	assert.Equal(t, map[string]int{"COD-001": 6, "COD-004": 50, "COD-005": 68, "COD-009": 183, "COD-011": 14, "COD-012": 4}, outcomes)
}
