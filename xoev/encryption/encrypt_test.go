package encryption

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

func TestRecipientsThatCannotBe(t *testing.T) {
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	curve := *certA()
	curve.PublicKey = &ec.PublicKey
	small := *certA()
	public := keyA().PublicKey
	public.E = 3
	small.PublicKey = &public
	for name, tt := range map[string]struct {
		certs  []*x509.Certificate
		policy Policy
		ref    KeyReference
		want   error
	}{
		"good":                   {certs: []*x509.Certificate{certA()}},
		"none":                   {want: ErrRecipient},
		"nil":                    {certs: []*x509.Certificate{certA(), nil}, want: ErrRecipient},
		"2048 bits":              {certs: []*x509.Certificate{certWeak()}, want: ErrRecipient},
		"2048 bits for SAML":     {certs: []*x509.Certificate{certWeak()}, policy: SAML(), want: ErrRecipient},
		"2048 bits for OSCI":     {certs: []*x509.Certificate{certWeak()}, policy: OSCI12()},
		"for signatures":         {certs: []*x509.Certificate{certify(keyA(), 1, func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageDigitalSignature })}, want: ErrRecipient},
		"without key usage":      {certs: []*x509.Certificate{certify(keyA(), 1, func(c *x509.Certificate) { c.KeyUsage = 0 })}},
		"expired":                {certs: []*x509.Certificate{certify(keyA(), 1, func(c *x509.Certificate) { c.NotAfter = clock.Add(-time.Second) })}, want: ErrRecipient},
		"not yet valid":          {certs: []*x509.Certificate{certify(keyA(), 1, func(c *x509.Certificate) { c.NotBefore = clock.Add(time.Second) })}, want: ErrRecipient},
		"elliptic curve":         {certs: []*x509.Certificate{&curve}, want: ErrRecipient},
		"small exponent":         {certs: []*x509.Certificate{&small}, want: ErrRecipient},
		"no key identifier":      {certs: []*x509.Certificate{certify(keyA(), 1, func(c *x509.Certificate) { c.SubjectKeyId = nil })}, ref: BySubjectKeyID, want: ErrRecipient},
		"key identifier there":   {certs: []*x509.Certificate{certA()}, ref: BySubjectKeyID},
		"policy of the past":     {certs: []*x509.Certificate{certA()}, policy: LegacyDecryptOnly(), want: ErrAlgorithm},
		"longer than the policy": {certs: []*x509.Certificate{certA()}, policy: Policy{MinRSABits: 4096}, want: ErrRecipient},
	} {
		e, err := NewEncrypter(tt.certs, &EncrypterOptions{Now: now, Policy: tt.policy, KeyReference: tt.ref})
		require.ErrorIs(t, err, tt.want, name)
		require.Equal(t, tt.want == nil, e != nil, name)
	}
	at := clock
	e, err := NewEncrypter([]*x509.Certificate{certA()}, &EncrypterOptions{Now: func() time.Time { return at }})
	require.NoError(t, err)
	at = at.Add(2 * time.Hour)
	_, err = e.EncryptElement([]byte(plain), Place{})
	require.ErrorIs(t, err, ErrRecipient, "expired since")
}

// TestChoice takes algorithms as options, defaults and metadata say.
func TestChoice(t *testing.T) {
	metadata := []Method{
		{Algorithm: "http://www.w3.org/2001/04/xmldsig-more#camellia256-cbc"},
		{Algorithm: AES128CBC}, {Algorithm: AES128GCM}, {Algorithm: AES256GCM},
		{Algorithm: RSA15}, {Algorithm: RSAOAEPMGF1P, Digest: SHA256}, {Algorithm: RSAOAEP, Digest: SHA512, MGF: MGF1SHA512},
	}
	for name, tt := range map[string]struct {
		o    EncrypterOptions
		want combination
		err  error
	}{
		"default":            {EncrypterOptions{}, combination{algorithm: AES256GCM, transport: RSAOAEP, digest: SHA256, mgf: MGF1SHA256}, nil},
		"old name":           {EncrypterOptions{KeyTransport: RSAOAEPMGF1P, Policy: SAML()}, combination{algorithm: AES256GCM, transport: RSAOAEPMGF1P, digest: SHA256, mgf: MGF1SHA1}, nil},
		"metadata, BSI":      {EncrypterOptions{Offered: metadata}, combination{algorithm: AES128GCM, transport: RSAOAEP, digest: SHA512, mgf: MGF1SHA512}, nil},
		"metadata, SAML":     {EncrypterOptions{Offered: metadata, Policy: SAML()}, combination{algorithm: AES128GCM, transport: RSAOAEPMGF1P, digest: SHA256, mgf: MGF1SHA1}, nil},
		"metadata, bare":     {EncrypterOptions{Offered: []Method{{Algorithm: RSAOAEP}}, Policy: SAML()}, combination{algorithm: AES256GCM, transport: RSAOAEP, digest: SHA1, mgf: MGF1SHA1}, nil},
		"metadata, keys":     {EncrypterOptions{Offered: []Method{{Algorithm: AES192GCM}}}, combination{algorithm: AES192GCM, transport: RSAOAEP, digest: SHA256, mgf: MGF1SHA256}, nil},
		"metadata of old":    {EncrypterOptions{Offered: []Method{{Algorithm: AES128CBC}}}, combination{}, ErrAlgorithm},
		"metadata of old, 2": {EncrypterOptions{Offered: []Method{{Algorithm: RSA15}}, Policy: SAML()}, combination{}, ErrAlgorithm},
		"CBC":                {EncrypterOptions{Algorithm: AES256CBC, Policy: OSCI12()}, combination{}, ErrAlgorithm},
		"RSA PKCS#1 v1.5":    {EncrypterOptions{KeyTransport: RSA15, Policy: OSCI12()}, combination{}, ErrAlgorithm},
		"SHA-1":              {EncrypterOptions{Digest: SHA1}, combination{}, ErrAlgorithm},
		"MGF1 with SHA-1":    {EncrypterOptions{MGF: MGF1SHA1}, combination{}, ErrAlgorithm},
		"old name for BSI":   {EncrypterOptions{KeyTransport: RSAOAEPMGF1P}, combination{}, ErrAlgorithm},
		"contradiction":      {EncrypterOptions{KeyTransport: RSAOAEPMGF1P, MGF: MGF1SHA256, Policy: SAML()}, combination{}, ErrAlgorithm},
		"label too long":     {EncrypterOptions{Label: make([]byte, maxLabel+1)}, combination{}, ErrAlgorithm},
		"unknown":            {EncrypterOptions{Algorithm: "urn:x"}, combination{}, ErrAlgorithm},
	} {
		t.Run(name, func(t *testing.T) {
			tt.o.Now = now
			e, err := NewEncrypter([]*x509.Certificate{certA()}, &tt.o)
			require.ErrorIs(t, err, tt.err)
			if tt.err != nil {
				require.Nil(t, e)
				return
			}
			doc, err := e.EncryptElement([]byte(message), Place{})
			require.NoError(t, err)
			report, err := (&Decrypter{Keys: []Key{ownA()}, Policy: SAML()}).DecryptDocument(doc)
			require.NoError(t, err)
			d := report.Decrypted[0]
			assert.Equal(t, tt.want, combination{algorithm: d.Algorithm, transport: d.KeyTransport, digest: d.Digest, mgf: d.MGF})
		})
	}
}

// TestTwoNamesOfSHA384 takes both and reports one.
func TestTwoNamesOfSHA384(t *testing.T) {
	v := newDraft(t, EncrypterOptions{Digest: SHA384, MGF: MGF1SHA384})
	for _, doc := range []string{v.doc, strings.ReplaceAll(v.doc, SHA384, sha384Other)} {
		report, err := v.d.DecryptDocument([]byte(doc))
		require.NoError(t, err)
		require.Equal(t, finding.Accepted, report.Verdict)
		require.Equal(t, SHA384, report.Decrypted[0].Digest)
	}
	doc, err := encrypter(t, EncrypterOptions{Offered: []Method{{Algorithm: RSAOAEP, Digest: sha384Other, MGF: MGF1SHA256}}}, certA()).EncryptElement([]byte(plain), Place{})
	require.NoError(t, err)
	require.Contains(t, string(doc), SHA384)
}

func TestPlaces(t *testing.T) {
	e := encrypter(t, EncrypterOptions{}, certA())
	for name, tt := range map[string]struct {
		doc  string
		at   Place
		want error
	}{
		"root":            {plain, Place{}, nil},
		"no such ID":      {plain, Place{ID: "x"}, ErrNoElement},
		"ID twice":        {`<a Id="x"><b ID="x"/></a>`, Place{ID: "x"}, ErrNoElement},
		"within a tag":    {plain, Place{Offset: 1}, ErrNoElement},
		"beyond":          {plain, Place{Offset: 1000}, ErrNoElement},
		"foreign ID":      {`<a xmlns:y="urn:y" y:Id="x"/>`, Place{ID: "x"}, ErrNoElement},
		"xml:id":          {`<a xml:id="x">x</a>`, Place{ID: "x"}, nil},
		"byte order mark": {"\ufeff<a>x</a>", Place{}, nil},
	} {
		for _, encrypt := range []func([]byte, Place) ([]byte, error){e.EncryptElement, e.EncryptContent} {
			doc, err := encrypt([]byte(tt.doc), tt.at)
			require.ErrorIs(t, err, tt.want, name)
			if tt.want != nil {
				require.Nil(t, doc)
				continue
			}
			report, err := (&Decrypter{Keys: []Key{ownA()}}).DecryptDocument(doc)
			require.NoError(t, err, name)
			require.Equal(t, finding.Accepted, report.Verdict)
		}
	}
	_, err := e.EncryptContent([]byte("<a/>"), Place{})
	require.ErrorIs(t, err, ErrNoElement)
	var syntax *xmlscan.SyntaxError
	_, err = e.EncryptElement([]byte("<a>"), Place{})
	require.ErrorAs(t, err, &syntax)
	_, err = e.EncryptElement([]byte("<a/><b/>"), Place{})
	require.ErrorAs(t, err, &syntax)
}

// TestNamespaces: what is encrypted can be read alone, and is the same in its place.
func TestNamespaces(t *testing.T) {
	const doc = `<a xmlns="urn:a" xmlns:p="urn:p" xmlns:q="urn:q&amp;1"><b xmlns:p="urn:p2" xmlns="" Id="x"><p:c q:d="1">p:x</p:c></b></a>`
	e := encrypter(t, EncrypterOptions{}, certA())
	d := &Decrypter{Keys: []Key{ownA()}}
	sealed, err := e.EncryptElement([]byte(doc), Place{ID: "x"})
	require.NoError(t, err)
	report, err := d.Decrypt(Request{Document: sealed, Place: place(t, sealed, NS, "EncryptedData")})
	require.NoError(t, err)
	require.Equal(t, `<b xmlns:q="urn:q&amp;1" xmlns:p="urn:p2" xmlns="" Id="x"><p:c q:d="1">p:x</p:c></b>`, string(report.Content()))
	require.ElementsMatch(t, []xmlscan.NSDecl{{Prefix: "", URI: "urn:a"}, {Prefix: "p", URI: "urn:p"}, {Prefix: "q", URI: "urn:q&1"}}, report.Scope())
	s := report.Scanner()
	for s.Next() {
	}
	require.NoError(t, s.Err())

	sealed, err = e.EncryptContent([]byte(doc), Place{ID: "x"})
	require.NoError(t, err)
	report, err = d.Decrypt(Request{Document: sealed, Place: place(t, sealed, NS, "EncryptedData"), Kind: Content})
	require.NoError(t, err)
	require.Equal(t, `<p:c q:d="1">p:x</p:c>`, string(report.Content()))
	require.ElementsMatch(t, []xmlscan.NSDecl{{Prefix: "p", URI: "urn:p2"}, {Prefix: "q", URI: "urn:q&1"}}, report.Scope())
	require.Nil(t, report.Scanner(), "not one element")

	// A fragment brings the namespaces of the place that it was cut from.
	fragment := sealed[place(t, sealed, "", "b").Offset : len(sealed)-len("</a>")]
	scope := []xmlscan.NSDecl{{Prefix: "q", URI: "urn:q"}}
	report, err = d.Decrypt(Request{Document: fragment, Scope: scope, Place: Place{Offset: place(t, sealed, NS, "EncryptedData").Offset - place(t, sealed, "", "b").Offset}})
	require.NoError(t, err)
	require.Equal(t, `<p:c q:d="1">p:x</p:c>`, string(report.Content()))

	// The declarations of EncryptedData itself are not those of its content.
	v := newDraft(t, EncrypterOptions{})
	swap("<xenc:EncryptedData ", `<xenc:EncryptedData xmlns="urn:evil" xmlns:p="urn:evil" `)(t, v)
	report, err = d.Decrypt(Request{Document: []byte(v.doc), Place: place(t, []byte(v.doc), NS, "EncryptedData")})
	require.NoError(t, err)
	require.Equal(t, []xmlscan.NSDecl{{Prefix: "p", URI: "urn:p"}}, report.Scope())
}

func TestOctets(t *testing.T) {
	e := encrypter(t, EncrypterOptions{}, certA())
	d := &Decrypter{Keys: []Key{ownA()}}
	for _, octets := range []string{"", "\x00\xff", strings.Repeat("x", 100_000)} {
		doc, err := e.EncryptOctets([]byte(octets), `text/"x"`)
		require.NoError(t, err)
		report, err := d.Decrypt(Request{Document: doc, Kind: Octets})
		require.NoError(t, err)
		require.Equal(t, finding.Accepted, report.Verdict)
		require.NotNil(t, report.Content())
		require.Equal(t, octets, string(report.Content()))
		require.Nil(t, report.Scanner())
		require.Equal(t, Octets, report.Decrypted[0].Kind)
	}
}

// TestTextThatXMLCannotHold: nothing is written that nobody can read.
func TestTextThatXMLCannotHold(t *testing.T) {
	e := encrypter(t, EncrypterOptions{}, certA())
	d := &Decrypter{Keys: []Key{ownA()}}
	for _, mime := range []string{"a\x01b", "\x00", "\xff", "\ufffe", "\uffff", "\xed\xa0\x80"} {
		doc, err := e.EncryptOctets([]byte("x"), mime)
		require.Error(t, err, "%q", mime)
		require.Nil(t, doc)
	}
	for _, mime := range []string{"", "text/xml; charset=\"utf-8\"", "<&>\t\r\n", "ä\ufffd\U0001F600\U0010FFFF"} {
		doc, err := e.EncryptOctets([]byte("x"), mime)
		require.NoError(t, err)
		report, err := d.Decrypt(Request{Document: doc, Kind: Octets})
		require.NoError(t, err, "%q", mime)
		require.Equal(t, "x", string(report.Content()))
	}
	strange := certify(keyA(), 5, func(c *x509.Certificate) { c.Subject.CommonName = "a\x01b" })
	_, err := NewEncrypter([]*x509.Certificate{strange}, &EncrypterOptions{KeyReference: ByIssuerSerial, Now: now})
	require.ErrorIs(t, err, ErrRecipient)
	_, err = NewEncrypter([]*x509.Certificate{strange}, &EncrypterOptions{Now: now})
	require.NoError(t, err)
}

// TestKeysStayOutOfLogs: neither log handler gets hold of a private key or of a
// document, however deep they stand.
func TestKeysStayOutOfLogs(t *testing.T) {
	key := ownA()
	d := &Decrypter{Keys: []Key{key}}
	request := Request{Document: []byte(message), Kind: Element}
	for name, handler := range map[string]func(io.Writer) slog.Handler{
		"JSON": func(w io.Writer) slog.Handler { return slog.NewJSONHandler(w, nil) },
		"text": func(w io.Writer) slog.Handler { return slog.NewTextHandler(w, nil) },
	} {
		var log strings.Builder
		logger := slog.New(handler(&log))
		logger.Info("x", "key", key, "decrypter", d, "keys", d.Keys, "value", *d, "request", request, "empty", Key{})
		require.Contains(t, log.String(), "3072", name)
		for _, secret := range []string{"Primes", "Precomputed", keyA().D.String(), keyA().Primes[0].String(), "Erika", base64.StdEncoding.EncodeToString([]byte(message))} {
			require.NotContains(t, log.String(), secret, name)
		}
	}
}

// TestSeeded: the same random octets give the same document; without enough of them
// there is none.
func TestSeeded(t *testing.T) {
	var docs []string
	for range 2 {
		doc, err := encrypter(t, EncrypterOptions{Rand: &counter{}}, certA()).EncryptElement([]byte(message), Place{})
		require.NoError(t, err)
		docs = append(docs, string(doc))
	}
	require.Equal(t, docs[0], docs[1])
	other, err := encrypter(t, EncrypterOptions{}, certA()).EncryptElement([]byte(message), Place{})
	require.NoError(t, err)
	require.NotEqual(t, docs[0], string(other))
	errRandom := errors.New("no more")
	for n := range 3 {
		random := &counter{left: []int{0, 40, 70}[n], err: errRandom, limited: true}
		_, err := encrypter(t, EncrypterOptions{Rand: random}, certA()).EncryptElement([]byte(message), Place{})
		require.ErrorIs(t, err, errRandom)
	}
	_, err = encrypter(t, EncrypterOptions{Rand: iotest.ErrReader(errRandom)}, certA()).EncryptOctets(nil, "")
	require.ErrorIs(t, err, errRandom)
}

// counter counts instead of rolling dice.
type counter struct {
	n       byte
	left    int
	limited bool
	err     error
}

func (c *counter) Read(p []byte) (int, error) {
	for i := range p {
		if c.limited && c.left == 0 {
			return i, c.err
		}
		c.left--
		c.n++
		p[i] = c.n
	}
	return len(p), nil
}

// TestNothingPersonalInLogs: reports do not tell what they hold.
func TestNothingPersonalInLogs(t *testing.T) {
	doc, err := encrypter(t, EncrypterOptions{}, certA()).EncryptElement([]byte(message), Place{ID: "p1"})
	require.NoError(t, err)
	doc = []byte(strings.Replace(string(doc), "<xenc:EncryptedKey>", `<xenc:EncryptedKey Recipient="https://erika.example">`, 1))
	report, err := (&Decrypter{Keys: []Key{ownA()}}).DecryptDocument(doc)
	require.NoError(t, err)
	require.Contains(t, string(report.Content()), "Erika")
	var log strings.Builder
	logger := slog.New(slog.NewTextHandler(&log, nil))
	logger.Info("x", "report", report)
	logger.Info("x", "report", &Report{Verdict: finding.Rejected, Findings: []finding.Finding{{Code: "ENC-030"}, {Code: "ENC-031"}}})
	var none *Report
	logger.Info("x", "report", none)
	require.Contains(t, log.String(), "report.verdict=accepted")
	require.Contains(t, log.String(), `report.codes="ENC-030 ENC-031"`)
	require.NotContains(t, strings.ToLower(log.String()), "erika")
	require.Equal(t, "accepted", report.String())
	require.Equal(t, "undetermined", none.String())
	require.Nil(t, none.Content())
	require.Nil(t, (&Report{content: []byte("x")}).Content(), "the zero verdict has no content")
	require.Nil(t, (&Report{}).Scope())
	require.NotNil(t, report.Scanner())
	text, err := report.Decrypted[0].Kind.MarshalText()
	require.NoError(t, err)
	require.Equal(t, "element", string(text))
}
