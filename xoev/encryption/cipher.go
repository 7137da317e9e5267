package encryption

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des" // #nosec G502 -- decryption of old messages; see LegacyDecryptOnly
	"crypto/subtle"
	"fmt"
	"io"
)

const (
	gcmIV    = 12 // bytes (XML Encryption 1.1, 5.2.4)
	gcmOldIV = 16 // bytes, in OSCI messages of older libraries
	gcmTag   = 16 // bytes
)

// fits reports whether a ciphertext can be one at all, with an initialisation
// vector of iv bytes where the algorithm is GCM.
func (s suite) fits(n, iv int) bool {
	if s.mode == modeGCM {
		return n >= iv+gcmTag
	}
	return n >= 2*s.block && n%s.block == 0
}

// newBlock makes the block cipher; the key has the right length.
func (s suite) newBlock(key []byte) (cipher.Block, error) {
	if s.block == des.BlockSize {
		return des.NewTripleDESCipher(key) // #nosec G405 -- see above
	}
	return aes.NewCipher(key)
}

// open decrypts a ciphertext of a fitting length into new memory. For GCM, ok says
// that the tag is right, and octets is nil if not. For CBC, ok says that the padding
// can be right; octets always has as much as can be content, and neither the time
// that takes nor the memory depends on the padding.
func (s suite) open(key, ciphertext []byte, iv int) (octets []byte, ok bool) {
	block, err := s.newBlock(key)
	if err != nil {
		return nil, false
	}
	if s.mode == modeGCM {
		aead, err := cipher.NewGCMWithNonceSize(block, iv)
		if err != nil {
			return nil, false
		}
		octets, err = aead.Open(nil, ciphertext[:iv], ciphertext[iv:], nil)
		return octets, err == nil
	}
	octets = make([]byte, len(ciphertext)-s.block)
	cipher.NewCBCDecrypter(block, ciphertext[:s.block]).CryptBlocks(octets, ciphertext[s.block:])
	pad := int(octets[len(octets)-1])
	good := subtle.ConstantTimeLessOrEq(1, pad) & subtle.ConstantTimeLessOrEq(pad, s.block)
	pad = subtle.ConstantTimeSelect(good, pad, 0)
	return octets[:len(octets)-pad], good == 1
}

// seal encrypts octets with GCM under a fresh vector of 12 bytes.
func (s suite) seal(random io.Reader, key, octets []byte) ([]byte, error) {
	block, err := s.newBlock(key)
	if err != nil {
		return nil, fmt.Errorf("encryption: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("encryption: %w", err)
	}
	out := make([]byte, gcmIV, gcmIV+len(octets)+gcmTag)
	if _, err := io.ReadFull(random, out); err != nil {
		return nil, fmt.Errorf("encryption: reading random octets: %w", err)
	}
	return aead.Seal(out, out[:gcmIV], octets, nil), nil
}
