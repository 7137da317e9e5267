package main

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"database/sql"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"time"

	"github.com/bausteine/egov/xoev/signature"
)

// tresor keeps the keys in the same file as everything else, so that the
// example is one file. A real installation keeps them apart from the data, in
// an HSM or a secret store.
type tresor struct{ db *sql.DB }

func (t tresor) create(ctx context.Context, _ tresor) error {
	_, err := t.db.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS beispiel_schluessel (name TEXT PRIMARY KEY, wert BLOB NOT NULL)`)
	return err
}

// get returns the stored value, or stores what generate makes.
func (t tresor) get(ctx context.Context, name string, generate func() ([]byte, error)) ([]byte, error) {
	var value []byte
	err := t.db.QueryRowContext(ctx, `SELECT wert FROM beispiel_schluessel WHERE name = ?`, name).Scan(&value)
	if !errors.Is(err, sql.ErrNoRows) {
		return value, err
	}
	if value, err = generate(); err != nil {
		return nil, err
	}
	// Two first starts at once: the one who was first has said what the key is.
	if _, err := t.db.ExecContext(ctx, `INSERT INTO beispiel_schluessel (name, wert) VALUES (?, ?) ON CONFLICT DO NOTHING`, name, value); err != nil {
		return nil, err
	}
	err = t.db.QueryRowContext(ctx, `SELECT wert FROM beispiel_schluessel WHERE name = ?`, name).Scan(&value)
	return value, err
}

// secret returns 32 random bytes that stay the same.
func (t tresor) secret(ctx context.Context, name string) ([]byte, error) {
	return t.get(ctx, name, func() ([]byte, error) {
		key := make([]byte, 32)
		_, err := rand.Read(key)
		return key, err
	})
}

// passwordFrom makes a client's secret of a simulator's key.
func passwordFrom(key []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte("client secret"))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// signer finds or makes the key that signs applications, and writes its
// certificate to a file for the authority's side, which must trust it.
func (t tresor) signer(ctx context.Context, certificateFile string) (*signature.Signer, error) {
	stored, err := t.get(ctx, "signatur", newSigningKey)
	if err != nil {
		return nil, err
	}
	keyBlock, rest := pem.Decode(stored)
	certBlock, _ := pem.Decode(rest)
	if keyBlock == nil || certBlock == nil {
		return nil, errors.New("the stored signing key is damaged")
	}
	key, err := signingKey(keyBlock)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(certBlock.Bytes)
	if err != nil {
		return nil, err
	}
	text := pem.EncodeToMemory(certBlock)
	// What is there already stays: somebody may be reading it.
	if there, err := os.ReadFile(certificateFile); err != nil || !bytes.Equal(there, text) {
		if err := os.WriteFile(certificateFile, text, 0o600); err != nil {
			return nil, err
		}
	}
	return signature.NewSigner(key, []*x509.Certificate{cert})
}

// signingKey reads a key in PKCS #8, or an RSA key as the example made them
// before.
func signingKey(block *pem.Block) (crypto.Signer, error) {
	if block.Type == "RSA PRIVATE KEY" {
		return x509.ParsePKCS1PrivateKey(block.Bytes)
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, errors.New("the stored signing key is of a kind that does not sign")
	}
	return signer, nil
}

// newSigningKey makes a key on P-256 with a self-signed certificate, PEM-encoded.
// A real service has one of the Verwaltungs-PKI.
func newSigningKey() ([]byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	cert, err := certificateFor(key)
	if err != nil {
		return nil, err
	}
	return append(
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8}),
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert})...), nil
}

// certificateFor makes a self-signed certificate.
func certificateFor(key crypto.Signer) ([]byte, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: "Bewohnerparken Beispiel", Organization: []string{"Stadt Musterstadt (Beispiel)"}, Country: []string{"DE"}},
		NotBefore:    now.Add(-time.Hour), NotAfter: now.AddDate(2, 0, 0),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment, BasicConstraintsValid: true,
	}
	return x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
}
