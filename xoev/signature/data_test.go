package signature_test

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
)

// trustAll trusts every certificate: what is refused then is refused by the
// profile alone.
type trustAll struct{}

func (trustAll) Trusted(context.Context, *x509.Certificate, []*x509.Certificate, time.Time) (bool, error) {
	return true, nil
}

// TestForeignSignatures checks the signed documents of the reference data. All
// are outside the narrow form (XAdES with Object, several references, XPath,
// RSA-PSS, SHA-1, a DTD, wrapping): none is accepted.
func TestForeignSignatures(t *testing.T) {
	root := filepath.Dir(testenv.Data(t, "README.md"))
	checked, found := 0, map[string]int{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".xml" {
			return err
		}
		doc, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if !bytes.Contains(doc, []byte("SignatureValue")) {
			return nil
		}
		checked++
		report, err := (&signature.Verifier{Trust: trustAll{}, Now: now}).VerifyEnveloped(doc)
		var invalid *finding.InvalidError
		if errors.As(err, &invalid) {
			found[invalid.Findings[0].Code]++
			return nil
		}
		require.NoError(t, err, path)
		require.Equal(t, finding.Rejected, report.Verdict, path)
		require.Nil(t, report.Content())
		for _, code := range codes(report.Findings) {
			found[code]++
		}
		return nil
	})
	require.NoError(t, err)
	require.Greater(t, checked, 40)
	t.Logf("%d documents, codes: %v", checked, found)
}

// TestXMLCrypto looks at messages that xml-crypto signed with RSA and SHA-256.
// It writes a child without meaning into the enveloped-signature transform; the
// profile refuses that and finds nothing else to say about the structure.
func TestXMLCrypto(t *testing.T) {
	dir := testenv.Data(t, "servicekonto/bundid-like")
	cert := readCertificate(t, filepath.Join(dir, "idp_cert.pem"))
	v := &signature.Verifier{Trust: signature.Pinned(cert), Now: func() time.Time { return cert.NotBefore.Add(time.Hour) }}
	files, err := filepath.Glob(filepath.Join(dir, "rsasha256_*.xml"))
	require.NoError(t, err)
	checked := 0
	for _, file := range files {
		doc, err := os.ReadFile(file)
		require.NoError(t, err)
		if !bytes.Contains(doc, []byte("<ds:SignatureValue>")) {
			continue
		}
		report, err := v.VerifyEnveloped(doc)
		require.NoError(t, err)
		assert.Equal(t, []string{"SIG-005"}, codes(report.Findings), file)
		checked++
	}
	require.Equal(t, 4, checked)
}

func readCertificate(t testing.TB, file string) *x509.Certificate {
	t.Helper()
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	block, _ := pem.Decode(raw)
	require.NotNil(t, block)
	cert, err := x509.ParseCertificate(block.Bytes)
	require.NoError(t, err)
	return cert
}
