package encryption

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/subtle"
	"errors"
	"fmt"

	"github.com/bausteine/egov/xoev/xmlscan"
)

// unwrapID names one use of a private key.
type unwrapID struct {
	e      *encrypted
	own    int
	keyLen int
}

// unwrapResult is a key of the right length: what was encrypted or, if that failed,
// random octets; or why the key could not be asked.
type unwrapResult struct {
	key []byte
	err error
}

func (w *work) tick(operation string) {
	if w.count != nil {
		w.count(operation)
	}
}

// run decrypts one EncryptedData. Every pair is worked through to the end whatever
// the others gave, and a key that cannot be decrypted is replaced by a random one,
// so that all failures take the same path.
func (w *work) run(j job) ([]byte, error) {
	var content []byte
	won := -1
	wonIV := 0
	var unreachable error
	for i, p := range j.pairs {
		key, err := w.unwrap(p, j.suite.keyLen)
		if err != nil {
			if unreachable == nil {
				unreachable = err
			}
			continue // another key may do
		}
		for n, iv := range j.ivs {
			w.tick("open")
			octets, ok := j.suite.open(key, j.e.cipher, iv)
			if j.suite.mode == modeCBC {
				// Nothing proves that these octets are what was encrypted: only
				// whether they can be read does, and that must not be told apart
				// from bad padding.
				w.tick("scan")
				ok = w.readable(j.kind, octets, j.e.scope) && ok
			}
			if ok && won < 0 {
				content, won, wonIV = octets, i, n
			}
		}
	}
	switch {
	case won < 0 && unreachable != nil:
		return nil, unreachable
	case won < 0:
		return nil, ErrDecrypt
	}
	if j.suite.mode == modeGCM && !w.readable(j.kind, content, j.e.scope) {
		rule := ruleElement
		if j.kind == Content {
			rule = ruleContent
		}
		return nil, invalid(j.e.at(violation{rule: rule}))
	}
	if content == nil {
		content = []byte{}
	}
	w.note(j, j.pairs[won], wonIV)
	return content, nil
}

// note records how an EncryptedData was decrypted.
func (w *work) note(j job, p pair, iv int) {
	m := p.e.method
	w.done = append(w.done, Decrypted{
		Path: j.e.path, Line: j.e.pos.Line, Column: j.e.pos.Column, Level: j.level,
		Kind: j.kind, Algorithm: j.suite.uri, IVBytes: j.ivs[iv],
		KeyTransport: m.uri, Digest: m.digest, MGF: m.mgf, Recipient: p.e.recipient,
		Key: p.own, KeyBits: w.publics[p.own].N.BitLen(), Certificate: w.Keys[p.own].Certificate,
		Grounds: append([]Ground{j.grounds[iv]}, p.grounds...),
	})
}

// unwrap decrypts the key of the content. The error is one that says that the key
// cannot be reached; every other failure gives random octets.
func (w *work) unwrap(p pair, keyLen int) ([]byte, error) {
	id := unwrapID{p.e, p.own, keyLen}
	if old, ok := w.unwrapped[id]; ok {
		return old.key, old.err
	}
	w.operations++
	w.tick("unwrap")
	key := make([]byte, keyLen)
	if _, err := rand.Read(key); err != nil {
		return nil, fmt.Errorf("encryption: reading random octets: %w", err)
	}
	octets, err := w.Keys[p.own].Decrypter.Decrypt(rand.Reader, p.e.cipher, p.e.method.options(keyLen))
	if errors.Is(err, ErrKeyUnavailable) {
		err = fmt.Errorf("encryption: using the key: %w", err)
		w.unwrapped[id] = unwrapResult{err: err} // asked once only
		return nil, err
	}
	good := 0
	// Shorter than the modulus is not a ciphertext (RFC 8017, 7.1.2, 7.2.2), even
	// where the number is the same.
	if err == nil && len(p.e.cipher) == w.publics[p.own].Size() {
		good = subtle.ConstantTimeEq(int32(len(octets)), int32(keyLen)) // #nosec G115 -- both are short
	}
	padded := make([]byte, keyLen)
	copy(padded, octets)
	subtle.ConstantTimeCopy(good, key, padded)
	w.unwrapped[id] = unwrapResult{key: key}
	return key, nil
}

// options are what the own key gets.
func (m method) options(keyLen int) crypto.DecrypterOpts {
	if m.uri == RSA15 {
		//lint:ignore SA1019 what was encrypted in the past; LegacyDecryptOnly
		return &rsa.PKCS1v15DecryptOptions{SessionKeyLen: keyLen}
	}
	digest, _ := digestOf(m.digest)
	mgf, _ := mgfOf(m.mgf)
	return &rsa.OAEPOptions{Hash: digest, MGFHash: mgf, Label: m.label}
}

// readable reports whether octets are what they are meant to be.
func (w *work) readable(kind Kind, octets []byte, scope []xmlscan.NSDecl) bool {
	switch kind {
	case Element:
		return oneElement(octets, scope, w.limits.Scan)
	case Content:
		return balanced(octets, scope, w.limits.Scan)
	}
	return true
}

// oneElement reports whether octets are exactly one element, with nothing before
// or after it: no white space, no comment, no instruction.
func oneElement(octets []byte, scope []xmlscan.NSDecl, o *xmlscan.Options) bool {
	s := xmlscan.NewFragment(octets, scope, o)
	first, end := int64(-1), int64(-1)
	for s.Next() {
		if first < 0 {
			if s.Kind() != xmlscan.StartElement {
				return false
			}
			first = s.Pos().Offset
		}
		if s.Kind() == xmlscan.EndElement && s.Depth() == 1 {
			end = s.End()
		}
	}
	return s.Err() == nil && first == 0 && end == int64(len(octets))
}

const wrapStart, wrapEnd = "<c>", "</c>"

// balanced reports whether octets are the content of an element. Whoever closes the
// element that is put around them leaves an end tag, a comment, an instruction or a
// section open, or a second root.
func balanced(octets []byte, scope []xmlscan.NSDecl, o *xmlscan.Options) bool {
	wrapped := bytes.Join([][]byte{[]byte(wrapStart), octets, []byte(wrapEnd)}, nil)
	s := xmlscan.NewFragment(wrapped, scope, o)
	for s.Next() {
	}
	return s.Err() == nil
}
