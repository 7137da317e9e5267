package encryption

import (
	"crypto"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"testing"

	"github.com/stretchr/testify/require"
)

// forgery is an encrypted document put together by hand, for what no Encrypter
// writes.
type forgery struct {
	algorithm, transport string
	key                  []byte // of the content
	wrapped              []byte // the encrypted key; nil means encrypt key
	sealed               []byte // the ciphertext; nil means encrypt content
	content              string
	iv                   int    // bytes; 0 means the standard's
	padding              []byte // of CBC; nil means right
	parameters           string // children of the content's EncryptionMethod
	keyInfo              string // KeyInfo of the EncryptedKey
	public               *rsa.PublicKey
}

func forge(algorithm, transport string) forgery {
	s, _ := suiteOf(algorithm)
	key := make([]byte, s.keyLen)
	_, _ = rand.Read(key)
	return forgery{algorithm: algorithm, transport: transport, key: key, content: "<a>Erika Mustermann</a>", public: &keyA().PublicKey}
}

func (f *forgery) wrap(t testing.TB, key []byte) []byte {
	t.Helper()
	var out []byte
	var err error
	switch f.transport {
	case RSA15:
		//lint:ignore SA1019 what was encrypted in the past has to be made somehow
		out, err = rsa.EncryptPKCS1v15(rand.Reader, f.public, key)
	case RSAOAEPMGF1P:
		out, err = rsa.EncryptOAEPWithOptions(rand.Reader, f.public, key, &rsa.OAEPOptions{Hash: crypto.SHA1})
	default:
		out, err = rsa.EncryptOAEPWithOptions(rand.Reader, f.public, key, &rsa.OAEPOptions{Hash: crypto.SHA256})
	}
	require.NoError(t, err)
	return out
}

func (f *forgery) seal(t testing.TB) []byte {
	t.Helper()
	s, _ := suiteOf(f.algorithm)
	var block cipher.Block
	var err error
	if s.block == 8 {
		block, err = des.NewTripleDESCipher(f.key)
	} else {
		block, err = aes.NewCipher(f.key)
	}
	require.NoError(t, err)
	if s.mode == modeGCM {
		n := f.iv
		if n == 0 {
			n = gcmIV
		}
		iv := make([]byte, n)
		_, _ = rand.Read(iv)
		aead, err := cipher.NewGCMWithNonceSize(block, n)
		require.NoError(t, err)
		return aead.Seal(iv, iv, []byte(f.content), nil)
	}
	padding := f.padding
	if padding == nil {
		n := s.block - len(f.content)%s.block
		padding = make([]byte, n)
		_, _ = rand.Read(padding) // any octets but the last (XML Encryption 1.1, 5.2)
		padding[n-1] = byte(n)
	}
	plain := append([]byte(f.content), padding...)
	out := make([]byte, s.block+len(plain))
	_, _ = rand.Read(out[:s.block])
	cipher.NewCBCEncrypter(block, out[:s.block]).CryptBlocks(out[s.block:], plain)
	return out
}

func (f forgery) build(t testing.TB) []byte {
	t.Helper()
	if f.wrapped == nil {
		f.wrapped = f.wrap(t, f.key)
	}
	if f.sealed == nil {
		f.sealed = f.seal(t)
	}
	method := `<EncryptionMethod Algorithm="` + f.transport + `"/>`
	if f.transport == RSAOAEP {
		method = `<EncryptionMethod Algorithm="` + f.transport + `"><DigestMethod xmlns="` + nsDS + `" Algorithm="` + SHA256 + `"/><MGF xmlns="` + NS11 + `" Algorithm="` + MGF1SHA256 + `"/></EncryptionMethod>`
	}
	keyInfo := ""
	if f.keyInfo != "" {
		keyInfo = `<KeyInfo xmlns="` + nsDS + `">` + f.keyInfo + `</KeyInfo>`
	}
	value := func(octets []byte) string {
		return `<CipherData><CipherValue>` + base64.StdEncoding.EncodeToString(octets) + `</CipherValue></CipherData>`
	}
	return []byte(`<r><EncryptedData xmlns="` + NS + `" Type="` + typeElement + `"><EncryptionMethod Algorithm="` + f.algorithm + `">` + f.parameters + `</EncryptionMethod>` +
		`<KeyInfo xmlns="` + nsDS + `"><EncryptedKey xmlns="` + NS + `">` + method + keyInfo + value(f.wrapped) + `</EncryptedKey></KeyInfo>` + value(f.sealed) + `</EncryptedData></r>`)
}
