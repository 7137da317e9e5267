package encryption

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// escaped writes a value for between quotation marks.
func escaped(value string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\t", "&#9;", "\n", "&#10;", "\r", "&#13;").Replace(value)
}

// isText reports whether XML can hold a value (XML 1.0, 2.2).
func isText(value string) bool {
	for _, r := range value {
		switch {
		case r == '\t', r == '\n', r == '\r', r >= ' ' && r < 0xFFFE, r > 0xFFFF:
		default:
			return false
		}
	}
	return utf8.ValidString(value)
}

// write writes EncryptedData with an EncryptedKey for each recipient.
func (e *Encrypter) write(out *bytes.Buffer, plain []byte, attributes string) error {
	key := make([]byte, e.suite.keyLen)
	if _, err := io.ReadFull(e.o.Rand, key); err != nil {
		return fmt.Errorf("encryption: reading random octets: %w", err)
	}
	out.WriteString(`<xenc:EncryptedData xmlns:xenc="` + NS + `"` + attributes + `><xenc:EncryptionMethod Algorithm="` + e.suite.uri + `"`)
	if e.o.Policy.sayIV {
		fmt.Fprintf(out, `><osci128:IvLength xmlns:osci128="%s" Value="%d"/></xenc:EncryptionMethod>`, NSOSCI, gcmIV)
	} else {
		out.WriteString(`/>`)
	}
	out.WriteString(`<ds:KeyInfo xmlns:ds="` + nsDS + `">`)
	for _, cert := range e.recipients {
		if err := e.writeKey(out, key, cert); err != nil {
			return err
		}
	}
	out.WriteString(`</ds:KeyInfo>`)
	sealed, err := e.suite.seal(e.o.Rand, key, plain)
	if err != nil {
		return err
	}
	writeCipher(out, sealed)
	out.WriteString(`</xenc:EncryptedData>`)
	return nil
}

func writeCipher(out *bytes.Buffer, octets []byte) {
	out.WriteString(`<xenc:CipherData><xenc:CipherValue>`)
	n := base64.StdEncoding.EncodedLen(len(octets))
	out.Grow(n)
	text := out.AvailableBuffer()[:n]
	base64.StdEncoding.Encode(text, octets)
	out.Write(text)
	out.WriteString(`</xenc:CipherValue></xenc:CipherData>`)
}

func (e *Encrypter) writeKey(out *bytes.Buffer, key []byte, cert *x509.Certificate) error {
	if err := e.timely(cert); err != nil {
		return err
	}
	m := e.transport
	digest, _ := digestOf(m.digest)
	mgf, _ := mgfOf(m.mgf)
	public, ok := cert.PublicKey.(*rsa.PublicKey)
	if !ok {
		return fmt.Errorf("%w: not an RSA key", ErrRecipient)
	}
	wrapped, err := rsa.EncryptOAEPWithOptions(e.o.Rand, public, key, &rsa.OAEPOptions{Hash: digest, MGFHash: mgf, Label: m.label})
	if err != nil {
		return fmt.Errorf("encryption: encrypting the key: %w", err)
	}
	out.WriteString(`<xenc:EncryptedKey><xenc:EncryptionMethod Algorithm="` + m.uri + `">`)
	if len(m.label) > 0 {
		out.WriteString(`<xenc:OAEPparams>` + base64.StdEncoding.EncodeToString(m.label) + `</xenc:OAEPparams>`)
	}
	out.WriteString(`<ds:DigestMethod Algorithm="` + m.digest + `"/>`)
	if m.uri == RSAOAEP {
		out.WriteString(`<xenc11:MGF xmlns:xenc11="` + NS11 + `" Algorithm="` + m.mgf + `"/>`)
	}
	out.WriteString(`</xenc:EncryptionMethod><ds:KeyInfo><ds:X509Data>`)
	switch e.o.KeyReference {
	case ByIssuerSerial:
		out.WriteString(`<ds:X509IssuerSerial><ds:X509IssuerName>` + escaped(cert.Issuer.String()) + `</ds:X509IssuerName><ds:X509SerialNumber>` +
			cert.SerialNumber.String() + `</ds:X509SerialNumber></ds:X509IssuerSerial>`)
	case BySubjectKeyID:
		out.WriteString(`<ds:X509SKI>` + base64.StdEncoding.EncodeToString(cert.SubjectKeyId) + `</ds:X509SKI>`)
	default:
		out.WriteString(`<ds:X509Certificate>` + base64.StdEncoding.EncodeToString(cert.Raw) + `</ds:X509Certificate>`)
	}
	out.WriteString(`</ds:X509Data></ds:KeyInfo>`)
	writeCipher(out, wrapped)
	out.WriteString(`</xenc:EncryptedKey>`)
	return nil
}
