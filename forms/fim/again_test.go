package fim_test

import (
	"bytes"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/fim"
)

// again writes what was read and reads it once more. Blank fields are not
// written, so that only the second reading must be like the third.
func again(t *testing.T, form *forms.Form, doc *fim.Document,
	encode func(io.Writer, *forms.Form, forms.Answers, *fim.EncodeOptions) error,
	decode func(io.Reader, *forms.Form, *fim.DecodeOptions) (*fim.Document, error)) {
	t.Helper()
	write := func(doc *fim.Document) []byte {
		blobs := map[string][]byte{}
		for _, u := range doc.Uploads {
			blobs[u.Path] = u.Content
		}
		var b bytes.Buffer
		require.NoError(t, encode(&b, form, doc.Answers, &fim.EncodeOptions{
			Content: func(path string, _ forms.File) ([]byte, error) { return blobs[path], nil }}), "what was read cannot be written")
		return b.Bytes()
	}
	first := write(doc)
	second, err := decode(bytes.NewReader(first), form, nil)
	require.NoError(t, err, "what was written cannot be read: %s", first)
	require.Equal(t, string(first), string(write(second)))
}
