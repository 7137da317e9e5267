package camt_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
)

// validate checks with libxml2 that what these tests read is what the schema
// of ISO 20022 describes.
func validate(t testing.TB, schema, doc string) {
	t.Helper()
	xsd := filepath.Join(testenv.Data(t, "payment/iso20022/xsd"), schema)
	file := filepath.Join(t.TempDir(), "doc.xml")
	require.NoError(t, os.WriteFile(file, []byte(doc), 0o600))
	out, err := exec.Command(testenv.Tool(t, "xmllint"), "--noout", "--schema", xsd, file).CombinedOutput()
	require.NoError(t, err, "%s", out)
}
