package codelist_test

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/finding"
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
	t.Logf("%d lists: %d strict, %d in the form of FIM, %d in ISO-8859-1; %d rows, %d values, %d nulls; generations %v; warnings %v",
		len(lists), strict, fim, latin1, rows, values, nulls, generations, codes)
	require.Len(t, lists, 255)
	require.Equal(t, []int{249, 6, 1}, []int{strict, fim, latin1})
	require.Equal(t, []int{34050, 109497, 33280}, []int{rows, values, nulls})
	require.Equal(t, map[string]int{"": 6, codelist.NSXOEVOldest: 2, codelist.NSXOEV1: 21, codelist.NSXOEV2: 9, codelist.NSXOEV3: 106, codelist.NSXOEV4: 111}, generations)
	require.Equal(t, map[string]int{"GC-102": 4, "GC-103": 7, "GC-104": 6, "GC-110": 6}, codes)
}

// TestXmllintAcceptsWhatWeAccept asks xmllint whether the lists are well formed;
// it names unbound prefixes and the like on stderr only.
func TestXmllintAcceptsWhatWeAccept(t *testing.T) {
	lint, root := testenv.Tool(t, "xmllint"), testenv.Data(t, "xoev")
	args := []string{"--huge", "--noout", "--nonet"}
	for name := range dataLists(t) {
		args = append(args, filepath.Join(root, name))
	}
	require.Len(t, args, 3+255)
	out, err := exec.Command(lint, args...).CombinedOutput()
	require.NoError(t, err)
	assert.Empty(t, string(out))
}

// TestDocumentsThatAreNoLists shows other XML of the reference data to Read.
func TestDocumentsThatAreNoLists(t *testing.T) {
	lists, root, refused := dataLists(t), testenv.Data(t, "xoev"), 0
	require.NoError(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".xml" {
			return err
		}
		if name, _ := filepath.Rel(root, path); lists[name] != nil {
			return nil
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		l, err := codelist.Read(f, &codelist.ReadOptions{AllowFIM: true})
		assert.Nil(t, l, path)
		var invalid *finding.InvalidError
		require.ErrorAs(t, err, &invalid, path)
		refused++
		return f.Close()
	}))
	assert.Greater(t, refused, 30)
	t.Logf("%d documents are no lists", refused)
}
