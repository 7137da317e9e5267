package xmlscan

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
)

// referenceFiles returns the XML files of the reference data: those in UTF-8
// without a document type declaration, and how many others there are.
func referenceFiles(t *testing.T) (docs map[string]string, others map[string]int) {
	root := testenv.Data(t, ".")
	docs, others = make(map[string]string), make(map[string]int)
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		switch strings.ToLower(filepath.Ext(path)) {
		case ".xml", ".xsd", ".wsdl", ".sch", ".gc", ".xsl", ".xslt":
		default:
			return nil
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		head := string(b[:min(len(b), 4096)])
		switch {
		case strings.Contains(head, "<!DOCTYPE"):
			others["with a document type declaration"]++
		case strings.HasPrefix(head, "\xfe\xff") || strings.HasPrefix(head, "\xff\xfe"):
			others["in UTF-16"]++
		case otherEncoding.MatchString(head) && !strings.Contains(strings.ToUpper(head[:min(len(head), 100)]), "UTF-8"):
			others["in another encoding"]++
		default:
			docs[path] = string(b)
		}
		return nil
	})
	require.NoError(t, err)
	return docs, others
}

func TestReferenceDataAgreesWithXmllint(t *testing.T) {
	files, others := referenceFiles(t)
	require.Greater(t, len(files), 400)
	var paths, docs []string
	for path, doc := range files {
		paths, docs = append(paths, path), append(docs, doc)
	}
	said := xmllint(t, docs)
	accepted := 0
	for i, doc := range docs {
		s := NewBytes([]byte(doc), nil) // with the default limits
		for s.Next() {
		}
		require.Equal(t, s.Err() == nil, said[i] == "", "%s: we say %v, xmllint %q", paths[i], s.Err(), said[i])
		if s.Err() == nil {
			accepted++
		}
		if len(doc) > 64<<10 {
			continue
		}
		want, err := dump(NewBytes([]byte(doc), nil), true)
		got, gotErr := dump(newReader(strings.NewReader(doc), nil, 100), true)
		require.Equal(t, want, got)
		require.Equal(t, err, gotErr)
	}
	t.Logf("%d files compared, %d accepted by both, left out: %v", len(docs), accepted, others)
	require.Greater(t, accepted, 400)
}
