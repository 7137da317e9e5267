package encryption

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/bausteine/egov/xoev/xmlscan"
)

var (
	// ErrRecipient says that nothing can be encrypted for a certificate: it is
	// not an RSA key, too short or too long, not valid now, or not meant for
	// the encryption of keys.
	ErrRecipient = errors.New("encryption: certificate cannot be encrypted for")
	// ErrAlgorithm says that an algorithm is unknown or not allowed by the policy,
	// or that none of those that the recipient offers is.
	ErrAlgorithm = errors.New("encryption: algorithm cannot be used")
	// ErrNoElement says that the document does not have exactly one element at a
	// [Place].
	ErrNoElement = errors.New("encryption: there is not exactly one element at the place")

	errMimeType = errors.New("encryption: XML cannot hold the MimeType")
)

// Method is an EncryptionMethod that a recipient offers, as the metadata of SAML
// list them: of content, or of keys with Digest and MGF where they are named.
type Method struct {
	// Algorithm, Digest and MGF are URIs; the last two may be empty.
	Algorithm, Digest, MGF string
}

// KeyReference says how an EncryptedKey names the recipient's key.
type KeyReference uint8

const (
	// ByCertificate writes the whole certificate.
	ByCertificate KeyReference = iota
	// ByIssuerSerial writes issuer and serial number.
	ByIssuerSerial
	// BySubjectKeyID writes the subject key identifier, which the certificate
	// must have.
	BySubjectKeyID
)

// EncrypterOptions choose what an [Encrypter] writes. Nil means the zero value.
type EncrypterOptions struct {
	// Algorithm is that of the content; empty means [AES256GCM].
	Algorithm string
	// KeyTransport is that of the key; empty means [RSAOAEP].
	KeyTransport string
	// Digest is the digest of RSA-OAEP; empty means [SHA256].
	Digest string
	// MGF is the mask generation function of RSA-OAEP; empty means [MGF1SHA256],
	// or [MGF1SHA1] for [RSAOAEPMGF1P], which has no other.
	MGF string
	// Label is the OAEPparams; empty leaves them out. At most 1,024 bytes.
	Label []byte
	// Offered, if not empty, are the methods that the recipient's metadata name,
	// in its order; the first of content and the first of keys that Policy
	// allows are taken, and Algorithm, KeyTransport, Digest and MGF do not count.
	// A missing kind means the default.
	Offered []Method
	// Policy must allow keys and algorithms; zero is strict.
	Policy Policy
	// KeyReference says how recipients' keys are named.
	KeyReference KeyReference
	// Rand is the source of keys and vectors; nil means crypto/rand. Anything else
	// is for tests only.
	Rand io.Reader
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Scan bounds the documents; nil means the defaults of xmlscan.
	Scan *xmlscan.Options
}

// Encrypter encrypts for one or several recipients. It is not changed by its
// methods; several goroutines may use it at once if its source of randomness
// allows that, as crypto/rand does.
type Encrypter struct {
	o          EncrypterOptions
	suite      suite
	transport  method
	recipients []*x509.Certificate
}

// NewEncrypter makes an encrypter for certificates, each of which will be able to
// decrypt alone. Whether they belong to whom they name is the caller's to know: no
// chain is built. Errors match [ErrRecipient] or [ErrAlgorithm].
func NewEncrypter(recipients []*x509.Certificate, o *EncrypterOptions) (*Encrypter, error) {
	e := &Encrypter{recipients: slices.Clone(recipients)}
	if o != nil {
		e.o = *o
	}
	if e.o.Rand == nil {
		e.o.Rand = rand.Reader
	}
	if e.o.Now == nil {
		e.o.Now = time.Now
	}
	if err := e.choose(); err != nil {
		return nil, err
	}
	if len(recipients) == 0 {
		return nil, fmt.Errorf("%w: none is given", ErrRecipient)
	}
	for _, cert := range recipients {
		if err := e.usable(cert); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// choose takes the algorithms and judges them.
func (e *Encrypter) choose() error {
	o := &e.o
	if o.Policy.decryptOnly {
		return fmt.Errorf("%w: the policy is for decryption only", ErrAlgorithm)
	}
	content := []Method{{Algorithm: o.Algorithm}}
	transport := []Method{{Algorithm: o.KeyTransport, Digest: o.Digest, MGF: o.MGF}}
	if len(o.Offered) > 0 {
		content, transport = offered(o.Offered)
	}
	found := false
	for _, m := range content {
		uri := m.Algorithm
		if uri == "" {
			uri = AES256GCM
		}
		s, known := suiteOf(uri)
		_, refused := o.Policy.allow(uri, ruleAlgorithm)
		if known && s.mode == modeGCM && len(refused) == 0 {
			e.suite, found = s, true
			break
		}
	}
	if !found {
		return fmt.Errorf("%w: %s", ErrAlgorithm, catalogue[ruleAlgorithm].Message)
	}
	var broken []violation
	for _, m := range transport {
		e.transport = transportMethod(m, len(o.Offered) > 0, o.Label)
		if broken = e.judge(); len(broken) == 0 {
			return nil
		}
	}
	return fmt.Errorf("%w: %s", ErrAlgorithm, catalogue[broken[0].rule].Message)
}

// offered splits the methods of a recipient.
func offered(all []Method) (content, transport []Method) {
	for _, m := range all {
		if _, ok := suiteOf(m.Algorithm); ok {
			content = append(content, m)
		} else if transportOf(m.Algorithm) {
			transport = append(transport, m)
		}
	}
	if len(content) == 0 {
		content = []Method{{}}
	}
	if len(transport) == 0 {
		transport = []Method{{}}
	}
	return content, transport
}

// transportMethod fills in the defaults: ours, or those of the standard for a
// method that the recipient offers.
func transportMethod(m Method, peer bool, label []byte) method {
	digest, mgf := SHA256, MGF1SHA256
	if peer && m.Algorithm != "" {
		digest, mgf = SHA1, MGF1SHA1
		if m.Digest != "" {
			digest = m.Digest
		}
	}
	uri := m.Algorithm
	if uri == "" {
		uri = RSAOAEP
	}
	if uri == RSAOAEPMGF1P {
		mgf = MGF1SHA1
	}
	out := method{uri: uri, digest: m.Digest, mgf: m.MGF, label: label}
	if out.digest == "" {
		out.digest = digest
	}
	if out.mgf == "" {
		out.mgf = mgf
	}
	if out.digest == sha384Other {
		out.digest = SHA384
	}
	return out
}

func (e *Encrypter) judge() []violation {
	m := e.transport
	var broken []violation
	if m.uri != RSAOAEP && m.uri != RSAOAEPMGF1P {
		return []violation{{rule: ruleTransport}}
	}
	if m.uri == RSAOAEPMGF1P && m.mgf != MGF1SHA1 || len(m.label) > maxLabel {
		broken = append(broken, violation{rule: ruleParameter})
	}
	_, more := e.o.Policy.allowKey(m.uri, maxRSABits)
	broken = append(broken, more...)
	_, more = e.o.Policy.allowDigest(m.digest)
	broken = append(broken, more...)
	_, more = e.o.Policy.allowMGF(m.mgf)
	return append(broken, more...)
}

const (
	maxRSABits     = 16384
	minRSAExponent = 1<<16 + 1
)

// usable judges a recipient's certificate.
func (e *Encrypter) usable(cert *x509.Certificate) error {
	if cert == nil {
		return fmt.Errorf("%w: it is nil", ErrRecipient)
	}
	public, ok := cert.PublicKey.(*rsa.PublicKey)
	if !ok {
		return fmt.Errorf("%w: not an RSA key", ErrRecipient)
	}
	if _, broken := e.o.Policy.allowKey(e.transport.uri, public.N.BitLen()); len(broken) > 0 {
		return fmt.Errorf("%w: %s", ErrRecipient, catalogue[broken[0].rule].Message)
	}
	if public.N.BitLen() > maxRSABits || public.E < minRSAExponent {
		return fmt.Errorf("%w: the RSA key is too long or its exponent too small", ErrRecipient)
	}
	if cert.KeyUsage != 0 && cert.KeyUsage&x509.KeyUsageKeyEncipherment == 0 {
		return fmt.Errorf("%w: its key usage is not key encipherment", ErrRecipient)
	}
	if e.o.KeyReference == BySubjectKeyID && len(cert.SubjectKeyId) == 0 {
		return fmt.Errorf("%w: it has no subject key identifier", ErrRecipient)
	}
	if e.o.KeyReference == ByIssuerSerial && !isText(cert.Issuer.String()) {
		return fmt.Errorf("%w: XML cannot hold the name of its issuer", ErrRecipient)
	}
	return e.timely(cert)
}

func (e *Encrypter) timely(cert *x509.Certificate) error {
	if now := e.o.Now(); now.Before(cert.NotBefore) || now.After(cert.NotAfter) {
		return fmt.Errorf("%w: it is not valid now", ErrRecipient)
	}
	return nil
}

// EncryptElement returns doc with the element at a place replaced by EncryptedData;
// every other byte stays as it is. Where the root element is chosen, the result is a
// document whose root is EncryptedData. Namespaces that the element inherits are
// declared in what is encrypted, so that it can be read alone.
//
// Errors match *finding.InvalidError if doc cannot be read, [ErrNoElement], or
// [ErrRecipient] if a certificate is not valid any more.
func (e *Encrypter) EncryptElement(doc []byte, at Place) ([]byte, error) {
	f, err := e.locate(doc, at)
	if err != nil {
		return nil, err
	}
	var plain bytes.Buffer
	plain.Grow(f.end - f.start)
	plain.Write(doc[f.start:f.nameEnd])
	for _, d := range f.inherited {
		plain.WriteString(" xmlns")
		if d.Prefix != "" {
			plain.WriteString(":" + d.Prefix)
		}
		plain.WriteString(`="` + escaped(d.URI) + `"`)
	}
	plain.Write(doc[f.nameEnd:f.end])
	return e.splice(doc, f.start, f.end, plain.Bytes(), typeElement)
}

// EncryptContent returns doc with the content of the element at a place replaced by
// EncryptedData; its tags and every other byte stay as they are. Errors are those of
// [Encrypter.EncryptElement]; an element that is an empty-element tag is
// [ErrNoElement], because it has no content.
func (e *Encrypter) EncryptContent(doc []byte, at Place) ([]byte, error) {
	f, err := e.locate(doc, at)
	if err != nil {
		return nil, err
	}
	if f.empty {
		return nil, fmt.Errorf("%w: it is empty", ErrNoElement)
	}
	return e.splice(doc, f.contentStart, f.contentEnd, doc[f.contentStart:f.contentEnd], typeContent)
}

// EncryptOctets returns a document whose root is an EncryptedData without Type that
// stands for any octets; mimeType may be empty. Errors match [ErrRecipient], or say
// that XML cannot hold mimeType.
func (e *Encrypter) EncryptOctets(octets []byte, mimeType string) ([]byte, error) {
	attribute := ""
	if !isText(mimeType) {
		return nil, errMimeType
	}
	if mimeType != "" {
		attribute = ` MimeType="` + escaped(mimeType) + `"`
	}
	var out bytes.Buffer
	if err := e.write(&out, octets, attribute); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

func (e *Encrypter) splice(doc []byte, start, end int, plain []byte, typ string) ([]byte, error) {
	var out bytes.Buffer
	out.Grow(len(doc) - (end - start) + len(plain)*4/3 + 4096*(1+len(e.recipients)))
	out.Write(doc[:start])
	if err := e.write(&out, plain, ` Type="`+typ+`"`); err != nil {
		return nil, err
	}
	out.Write(doc[end:])
	return out.Bytes(), nil
}

// found is where an element of a document is, in bytes.
type found struct {
	start, nameEnd, contentStart, contentEnd, end int
	empty                                         bool
	inherited                                     []xmlscan.NSDecl
}

// locate finds an element; the whole document is scanned.
func (e *Encrypter) locate(doc []byte, at Place) (found, error) {
	s := xmlscan.NewBytes(doc, e.o.Scan)
	if at.ID != "" {
		offsets := locate(xmlscan.NewBytes(doc, e.o.Scan), at.ID)
		if len(offsets) == 1 {
			at.Offset = offsets[0]
		} else {
			at.Offset = -1
		}
	}
	var f found
	depth, ok := 0, false
	for s.Next() {
		here := int(s.Pos().Offset)
		switch {
		case s.Kind() == xmlscan.StartElement && depth == 0 && !ok && (s.Pos().Offset == at.Offset || at == Place{}):
			depth, ok = s.Depth(), true
			name := s.Name()
			f.start, f.contentStart, f.empty = here, int(s.End()), s.IsEmptyTag()
			f.nameEnd = here + 1 + len(name.Local)
			if name.Prefix != "" {
				f.nameEnd += len(name.Prefix) + 1
			}
			f.inherited = inherited(s)
		case s.Kind() == xmlscan.EndElement && ok && s.Depth() == depth:
			f.contentEnd, f.end, depth = here, int(s.End()), 0
		}
	}
	if err := s.Err(); err != nil {
		return found{}, err
	}
	if !ok {
		return found{}, ErrNoElement
	}
	return f, nil
}

// inherited returns the declarations in scope that do not stand on the element.
func inherited(s *xmlscan.Scanner) []xmlscan.NSDecl {
	own := s.Namespaces()
	return slices.DeleteFunc(s.InScope(nil), func(d xmlscan.NSDecl) bool {
		return d.URI == "" || slices.ContainsFunc(own, func(o xmlscan.NSDecl) bool { return o.Prefix == d.Prefix })
	})
}
