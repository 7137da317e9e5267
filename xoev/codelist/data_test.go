package codelist_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/codelist"
)

// dataLists finds all genericode documents in the reference data: name → bytes.
func dataLists(t testing.TB) map[string][]byte {
	t.Helper()
	root := testenv.Data(t, "xoev")
	lists := map[string][]byte{}
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".xml") {
			return err
		}
		b, err := os.ReadFile(path)
		head := b[:min(len(b), 4096)]
		if bytes.Contains(head, []byte(codelist.NSGenericode)) && bytes.Contains(head, []byte("CodeList")) {
			name, _ := filepath.Rel(root, path)
			lists[name] = b
		}
		return err
	}))
	return lists
}

func TestAllLists(t *testing.T) {
	lists := dataLists(t)
	rows, values, nulls, strict, fim, latin1 := 0, 0, 0, 0, 0, 0
	generations, codes := map[string]int{}, map[string]int{}
	for name, doc := range lists {
		l, err := codelist.Read(bytes.NewReader(doc), nil)
		if err == nil {
			strict++
		} else {
			require.Contains(t, name, "xdatenfelder", "%s is refused: %v", name, err)
			l, err = codelist.Read(bytes.NewReader(doc), &codelist.ReadOptions{AllowFIM: true})
			require.NoError(t, err, name)
			fim++
		}
		if bytes.Contains(doc[:60], []byte("ISO-8859-1")) {
			latin1++
		}
		rows += l.Len()
		for r := range l.Rows() {
			for i := range l.Columns() {
				if _, ok := r.At(i); ok {
					values++
				} else {
					nulls++
				}
			}
		}
		generations[l.Metadata().Description.Generation]++
		for _, f := range l.Findings() {
			codes[f.Code]++
		}
	}
	t.Log(len(lists), strict, fim, latin1, rows, values, nulls, generations, codes)
}
