package signature

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	dsig "github.com/russellhaering/goxmldsig"
	"software.sslmate.com/src/go-pkcs12"
)

// SignerOptions choose what a [Signer] writes. Nil means the zero value.
type SignerOptions struct {
	// Algorithm is the signature method as a URI, such as [RSAPSSSHA256] or
	// [ECDSASHA256]. Empty means [RSASHA256] for RSA keys, ECDSA with the
	// digest of the curve's width, or [Ed25519].
	Algorithm string
	// Digest is the digest method of the references as a URI; empty means
	// that of the algorithm, SHA-512 for [Ed25519].
	Digest string
	// PSSHash, where Algorithm is [RSAPSS], is the digest that its parameters
	// name; zero means SHA-256.
	PSSHash crypto.Hash
	// Policy must allow key and algorithms, now and whenever the signer signs;
	// zero is strict.
	Policy Policy
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// NewSigner makes a signer of a key (in memory, in an HSM, anywhere behind
// crypto.Signer) and its certificates: chain[0] is the key's own, the others
// issued it; all are put into KeyInfo. The key must be good enough for the strict
// [Policy]. Errors match [ErrKey].
func NewSigner(key crypto.Signer, chain []*x509.Certificate) (*Signer, error) {
	return NewSignerWith(key, chain, nil)
}

// NewSignerWith is [NewSigner] with options. Ed25519 keys get the octets to sign
// as crypto.Signer wants it; ECDSA keys may answer in ASN.1 as crypto.Signer
// wants it, the signature holds r and s.
//
// An *ecdsa.PrivateKey on a Brainpool curve is refused: the arithmetic at hand
// takes time that depends on the key. Such keys sign in an HSM.
func NewSignerWith(key crypto.Signer, chain []*x509.Certificate, o *SignerOptions) (*Signer, error) {
	if o == nil {
		o = &SignerOptions{}
	}
	if key == nil || len(chain) == 0 || slices.Contains(chain, nil) {
		return nil, fmt.Errorf("%w: key and certificate are required", ErrKey)
	}
	chain = slices.Clone(chain)
	chain[0] = withPSSKey(chain[0])
	public, ok := key.Public().(interface{ Equal(crypto.PublicKey) bool })
	if !ok || !public.Equal(chain[0].PublicKey) {
		return nil, fmt.Errorf("%w: the first certificate is not the key's", ErrKey)
	}
	if k, ok := key.(*ecdsa.PrivateKey); ok && ownCurve(k.Curve) {
		return nil, fmt.Errorf("%w: Brainpool keys sign in an HSM only", ErrKey)
	}
	m, digest, err := o.methods(chain[0].PublicKey)
	if err != nil {
		return nil, err
	}
	if !allowsPSS(chain[0], m) {
		return nil, fmt.Errorf("%w: the certificate is for RSASSA-PSS with another method", ErrKey)
	}
	if leaf, _ := signerOf(chain); leaf != chain[0] {
		return nil, fmt.Errorf("%w: %s", ErrKey, catalogue[ruleCertificateChain].Message)
	}
	return &Signer{Now: o.Now, key: key, chain: chain, method: m, digest: digest, policy: o.Policy}, nil
}

// methods chooses and judges signature method and digest.
func (o *SignerOptions) methods(key crypto.PublicKey) (m method, digest crypto.Hash, err error) {
	ok := true
	switch o.Algorithm {
	case "":
		m, ok = methodFor(key)
	case RSAPSS:
		if o.PSSHash == 0 {
			o = &SignerOptions{Algorithm: RSAPSS, PSSHash: crypto.SHA256, Digest: o.Digest, Policy: o.Policy, Now: o.Now}
		}
		m, ok = pssMethod(o.PSSHash), digestURI(o.PSSHash) != ""
	default:
		m, ok = methodOf(o.Algorithm)
	}
	if !ok {
		return m, 0, fmt.Errorf("%w: no signature method for this key", ErrKey)
	}
	if o.Policy.verifyOnly {
		return m, 0, fmt.Errorf("%w: the policy is for verification only", ErrKey)
	}
	at := clockOf(o.Now)()
	_, _, broken := o.Policy.judgeKey(m, key, at)
	if digest = m.hash; o.Digest != "" {
		digest, _ = digestOf(o.Digest)
	} else if digest == 0 {
		digest = crypto.SHA512
	}
	_, more := o.Policy.judgeDigest(digest, at)
	if broken = append(broken, more...); len(broken) > 0 {
		return m, 0, fmt.Errorf("%w: %s", ErrKey, catalogue[broken[0].rule].Message)
	}
	return m, digest, nil
}

func clockOf(now func() time.Time) func() time.Time {
	if now == nil {
		return time.Now
	}
	return now
}

// SignerFromKeyStore makes a signer of a goxmldsig key store. If the store also
// is a dsig.X509ChainStore, its chain goes into KeyInfo.
func SignerFromKeyStore(store dsig.X509KeyStore) (*Signer, error) {
	if store == nil {
		return nil, fmt.Errorf("%w: no key store", ErrKey)
	}
	key, der, err := store.GetKeyPair()
	if err != nil {
		return nil, fmt.Errorf("signature: reading the key store: %w", err)
	}
	if key == nil {
		return nil, fmt.Errorf("%w: the key store is empty", ErrKey)
	}
	ders := [][]byte{der}
	if chainStore, ok := store.(dsig.X509ChainStore); ok {
		if ders, err = chainStore.GetChain(); err != nil {
			return nil, fmt.Errorf("signature: reading the key store: %w", err)
		}
	}
	chain := make([]*x509.Certificate, 0, len(ders))
	for _, d := range ders {
		cert, err := ParseCertificate(d)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrKey, err)
		}
		chain = append(chain, cert)
	}
	return NewSigner(key, chain)
}

// ErrPKCS12 says that a PKCS#12 file cannot be used: the password is wrong, or it
// does not hold one key with its certificate.
var ErrPKCS12 = errors.New("signature: PKCS#12 file cannot be used")

// maxPKCS12 is the longest PKCS#12 file that is read, in bytes.
const maxPKCS12 = 4 << 20

// SignerFromPKCS12 makes a signer of a PKCS#12 file (RFC 7292) of at most 4 MiB
// with one key, its certificate and, if there, those that issued it. Old files
// with RC2 and triple DES are read too. A file that has the password hashed more
// than five million times is refused, as far as that can be seen from outside.
// Errors match [ErrPKCS12], [ErrKey], or are the reader's own.
func SignerFromPKCS12(r io.Reader, password string, o *SignerOptions) (*Signer, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxPKCS12+1))
	if err != nil {
		return nil, fmt.Errorf("signature: reading the PKCS#12 file: %w", err)
	}
	if len(data) > maxPKCS12 {
		return nil, fmt.Errorf("%w: too long", ErrPKCS12)
	}
	if tooManyIterations(data, 0) {
		return nil, fmt.Errorf("%w: the password would be hashed too often", ErrPKCS12)
	}
	private, cert, issuers, err := pkcs12.DecodeChain(data, password)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrPKCS12, err)
	}
	key, ok := private.(crypto.Signer)
	if !ok || cert == nil {
		return nil, fmt.Errorf("%w: no key that signs", ErrPKCS12)
	}
	return NewSignerWith(key, chainFrom(cert, issuers), o)
}

// chainFrom sorts what issued cert; certificates that belong to nobody in the
// chain are left out.
func chainFrom(cert *x509.Certificate, issuers []*x509.Certificate) []*x509.Certificate {
	chain := []*x509.Certificate{cert}
	used := map[*x509.Certificate]bool{cert: true}
	for next := cert; next != nil && !selfIssued(next); {
		if next = issuerOf(next, issuers, used); next != nil {
			used[next] = true
			chain = append(chain, next)
		}
	}
	return chain
}

// Certificates returns the signer's certificate and those that issued it, as
// they go into KeyInfo.
func (s *Signer) Certificates() []*x509.Certificate { return slices.Clone(s.chain) }

// Algorithm returns the signature method as a URI.
func (s *Signer) Algorithm() string { return s.method.uri }

// ready judges certificate and algorithms before they are used: either may be out
// of date by now.
func (s *Signer) ready() error {
	if s == nil || s.key == nil || len(s.chain) == 0 {
		return fmt.Errorf("%w: the signer was not made by NewSigner", ErrKey)
	}
	at := clockOf(s.Now)()
	if broken := usable(s.chain[0], at); len(broken) > 0 {
		return fmt.Errorf("%w: %s", ErrKey, catalogue[broken[0]].Message)
	}
	_, _, broken := s.policy.judgeKey(s.method, s.chain[0].PublicKey, at)
	_, more := s.policy.judgeDigest(s.digest, at)
	if broken = append(broken, more...); len(broken) > 0 {
		return fmt.Errorf("%w: %s", ErrKey, catalogue[broken[0].rule].Message)
	}
	return nil
}

// value makes the signature value over octets. What a key outside the standard
// library made is checked: an HSM may hold another key than its certificate says.
func (s *Signer) value(octets []byte) ([]byte, error) {
	sum := s.method.sum(octets)
	value, err := s.method.sign(s.key, sum)
	if err != nil {
		return nil, fmt.Errorf("signature: signing: %w", err)
	}
	if !ownKey(s.key) && !s.method.verify(s.chain[0].PublicKey, sum, value) {
		return nil, fmt.Errorf("%w: the key made a signature that its certificate does not verify", ErrKey)
	}
	return value, nil
}

// ownKey reports whether the key is one of the standard library in memory, whose
// public half was compared when the signer was made.
func ownKey(key crypto.Signer) bool {
	switch key.(type) {
	case *rsa.PrivateKey, *ecdsa.PrivateKey, ed25519.PrivateKey:
		return true
	}
	return false
}

// keyInfo writes KeyInfo, with an Id unless that is empty.
func (s *Signer) keyInfo(id string) string {
	var b strings.Builder
	b.WriteString(`<ds:KeyInfo`)
	if id != "" {
		b.WriteString(` Id="` + id + `"`)
	}
	b.WriteString(`><ds:X509Data>`)
	for _, c := range s.chain {
		b.WriteString(`<ds:X509Certificate>` + base64.StdEncoding.EncodeToString(c.Raw) + `</ds:X509Certificate>`)
	}
	b.WriteString(`</ds:X509Data></ds:KeyInfo>`)
	return b.String()
}

// element writes SignatureMethod, in canonical form but for the declaration of
// ds.
func (m method) element() string {
	if m.uri != RSAPSS {
		return `<ds:SignatureMethod Algorithm="` + m.uri + `"></ds:SignatureMethod>`
	}
	digest := `<ds:DigestMethod Algorithm="` + digestURI(m.hash) + `"></ds:DigestMethod>`
	return `<ds:SignatureMethod Algorithm="` + RSAPSS + `"><pss:RSAPSSParams xmlns:pss="` + pssNS + `">` + digest +
		`<pss:MaskGenerationFunction Algorithm="` + more2007 + `MGF1">` + digest + `</pss:MaskGenerationFunction>` +
		`<pss:SaltLength>` + fmt.Sprint(m.hash.Size()) + `</pss:SaltLength><pss:TrailerField>1</pss:TrailerField>` +
		`</pss:RSAPSSParams></ds:SignatureMethod>`
}
