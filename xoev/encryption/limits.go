package encryption

import "github.com/bausteine/egov/xoev/xmlscan"

// Limits bound the work that an untrusted document can cause. The zero value
// means the defaults; a limit that is zero or negative means its default too.
type Limits struct {
	// Scan bounds the documents and what was encrypted in them: size, depth,
	// attributes, names. Nil means the defaults of xmlscan.
	Scan *xmlscan.Options
	// MaxBytes is the length of a document in bytes; default 64 MiB. Decryption
	// needs about three times as much memory.
	MaxBytes int
	// MaxEncryptedData is the number of EncryptedData that a document, and what
	// was encrypted in it, may have; default 64.
	MaxEncryptedData int
	// MaxEncryptedKeys is their number of EncryptedKey; default 64.
	MaxEncryptedKeys int
	// MaxKeyOperations is the number of times that a private key may be used
	// for one document; default 64. Content is decrypted once for each key that
	// may be its own, so that this also bounds how often.
	MaxKeyOperations int
	// MaxNesting is how deep decryption goes: 1 is what stands in the document,
	// 2 also what is encrypted in that; default 2. [Decrypter.Decrypt] goes 1
	// deep, always.
	MaxNesting int
}

const (
	// maxSelectors is the number of ways in which one KeyInfo may name a key.
	maxSelectors = 16
	// maxWrapped is the longest encrypted key in bytes (RSA with 16384 bits).
	maxWrapped = 2048
	// maxLabel is the longest OAEPparams in bytes.
	maxLabel = 1024
	// maxText is the longest text of a small element in bytes.
	maxText = 64 << 10
)

func (l Limits) withDefaults() Limits {
	for _, v := range []struct {
		value *int
		zero  int
	}{
		{&l.MaxBytes, 64 << 20},
		{&l.MaxEncryptedData, 64},
		{&l.MaxEncryptedKeys, 64},
		{&l.MaxKeyOperations, 64},
		{&l.MaxNesting, 2},
	} {
		if *v.value <= 0 {
			*v.value = v.zero
		}
	}
	return l
}
