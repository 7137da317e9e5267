package encryption

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/finding"
)

// sizedMessage is a message of about n bytes in many small elements.
func sizedMessage(n int) []byte {
	const line = "<zeile nr=\"4711\"><name>Erika Mustermann</name><ort>Musterstadt</ort></zeile>\n"
	return []byte(`<nachricht xmlns="urn:test">` + strings.Repeat(line, n/len(line)) + `</nachricht>`)
}

var benchSizes = map[string]int{"5KB": 5 << 10, "1MB": 1 << 20}

// oldName is what every peer knows.
var oldName = EncrypterOptions{KeyTransport: RSAOAEPMGF1P, Digest: SHA1, Policy: SAML()}

func BenchmarkDecrypt(b *testing.B) {
	for name, n := range benchSizes {
		doc, err := encrypter(b, oldName, certA()).EncryptElement(sizedMessage(n), Place{})
		require.NoError(b, err)
		b.Run(name, func(b *testing.B) { benchDecrypt(b, doc, ownA()) })
		key := glass{rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 3071), E: 65537}}
		f := throughGlass(key, AES256GCM, RSAOAEPMGF1P)
		f.content = string(sizedMessage(n))
		doc = f.build(b)
		b.Run(name+" without RSA", func(b *testing.B) { benchDecrypt(b, doc, Key{Decrypter: key}) })
	}
}

func benchDecrypt(b *testing.B, doc []byte, key Key) {
	d := &Decrypter{Keys: []Key{key}, Policy: SAML()}
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		report, err := d.DecryptDocument(doc)
		if err != nil || report.Verdict != finding.Accepted {
			b.Fatal(report, err)
		}
	}
}

func BenchmarkEncrypt(b *testing.B) {
	e := encrypter(b, oldName, certA())
	for name, n := range benchSizes {
		doc := sizedMessage(n)
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(doc)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := e.EncryptElement(doc, Place{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkPeers runs xmlsec1 (with its own loop, one process) and npm's
// xml-encryption on the same documents.
func BenchmarkPeers(b *testing.B) {
	f := keyFiles(b)
	xmlsec1 := testenv.Tool(b, "xmlsec1")
	spki, err := x509.MarshalPKIXPublicKey(&keyA().PublicKey)
	require.NoError(b, err)
	public := string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: spki}))
	key, cert := string(read(b, f.keyPEM)), string(read(b, f.cert))
	for name, n := range benchSizes {
		plain := sizedMessage(n)
		doc, err := encrypter(b, oldName, certA()).EncryptElement(plain, Place{})
		require.NoError(b, err)
		in := f.write(b, name+".xml", doc)
		b.Run(name+" xmlsec1 decrypt", func(b *testing.B) {
			b.SetBytes(int64(len(doc)))
			run(b, f.dir, xmlsec1, "--decrypt", "--repeat", strconv.Itoa(b.N), "--privkey-pem", f.keyPEM, "--output", filepath.Join(f.dir, "out.xml"), in)
		})
		b.Run(name+" xml-encryption decrypt", func(b *testing.B) {
			b.SetBytes(int64(len(doc)))
			benchNode(b, nodeJob{Op: "decrypt", Text: string(doc), Key: key, Times: b.N})
		})
		b.Run(name+" xml-encryption encrypt", func(b *testing.B) {
			b.SetBytes(int64(len(plain)))
			benchNode(b, nodeJob{Op: "encrypt", Text: string(plain), Cert: cert, Public: public, Algorithm: AES256GCM, Transport: RSAOAEPMGF1P, Digest: "sha1", Times: b.N})
		})
	}
}

func benchNode(b *testing.B, job nodeJob) {
	answer := node(b, []nodeJob{job})[0]
	require.True(b, answer.OK, answer.Text)
	b.ReportMetric(answer.MS*1e6/float64(b.N), "inside-ns/op")
}
