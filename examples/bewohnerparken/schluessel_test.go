package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/signature/xades"
	"github.com/bausteine/egov/xoev/submission"
)

// TestNewKeysAreECDSA, in PKCS #8, and what they sign is XAdES B-B.
func TestNewKeysAreECDSA(t *testing.T) {
	stored, err := newSigningKey()
	require.NoError(t, err)
	block, _ := pem.Decode(stored)
	require.Equal(t, "PRIVATE KEY", block.Type)

	u, err := openUmgebung(t.Context(), ordner(t), "http://127.0.0.1:1", slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	defer u.DB.Close()
	require.Equal(t, signature.ECDSASHA256, u.Signer.Algorithm())
	doc := []byte("<a/>")
	sig, err := submission.SignXAdES(t.Context(), u.Signer, doc, "a.xml", nil)
	require.NoError(t, err)
	verifier := &xades.Verifier{Trust: signature.Pinned(u.Signer.Certificates()[0]), SkipRevocation: true}
	report, err := verifier.Verify(t.Context(), signature.Request{Form: signature.Detached, Document: sig, Files: map[string][]byte{"a.xml": doc}})
	require.NoError(t, err)
	require.Equal(t, xades.LevelB, report.Level, report)
}

// TestOldKeysAreRead: a folder from before, whose key is RSA in PKCS #1.
func TestOldKeysAreRead(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 3072)
	require.NoError(t, err)
	cert, err := certificateFor(key)
	require.NoError(t, err)
	old := append(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)}),
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert})...)

	folder := ordner(t)
	db, err := openDB(filepath.Join(folder, "bewohnerparken.db"))
	require.NoError(t, err)
	_, err = db.Exec(`UPDATE beispiel_schluessel SET wert = ? WHERE name = 'signatur'`, old)
	require.NoError(t, err)
	require.NoError(t, db.Close())
	u, err := openUmgebung(context.Background(), folder, "http://127.0.0.1:1", slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	defer u.DB.Close()
	require.Equal(t, signature.RSASHA256, u.Signer.Algorithm())
	require.Equal(t, cert, u.Signer.Certificates()[0].Raw)
}

// TestCertificateIsNotWrittenAgain: the authority's side may read it while the
// service starts.
func TestCertificateIsNotWrittenAgain(t *testing.T) {
	folder := ordner(t)
	file := filepath.Join(folder, "zertifikat.pem")
	before := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	require.NoError(t, os.Chtimes(file, before, before))
	u, err := openUmgebung(t.Context(), folder, "http://127.0.0.1:1", slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	defer u.DB.Close()
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.True(t, info.ModTime().Equal(before))
}
