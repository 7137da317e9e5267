package encryption

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	dsig "github.com/russellhaering/goxmldsig"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"software.sslmate.com/src/go-pkcs12"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/finding"
)

// TestSelection: KeyInfo chooses among own keys; where it says nothing all are
// tried, and a key that it names wrongly is not.
func TestSelection(t *testing.T) {
	b64 := base64.StdEncoding.EncodeToString
	x509Data := func(s string) string { return "<X509Data>" + s + "</X509Data>" }
	serial := func(c *x509.Certificate) string {
		return x509Data("<X509IssuerSerial><X509IssuerName>CN=Test Recipient</X509IssuerName><X509SerialNumber> " + c.SerialNumber.String() + " </X509SerialNumber></X509IssuerSerial>")
	}
	cert := func(c *x509.Certificate) string {
		return x509Data("<X509Certificate>" + b64(c.Raw) + "</X509Certificate>")
	}
	ski := func(octets []byte) string { return x509Data("<X509SKI>" + b64(octets) + "</X509SKI>") }
	modulus := func(k *rsa.PrivateKey) string {
		return "<KeyValue><RSAKeyValue><Modulus>" + b64(append([]byte{0}, k.N.Bytes()...)) + "</Modulus><Exponent>AQAB</Exponent></RSAKeyValue></KeyValue>"
	}
	renewed := certify(keyA(), 99, nil)
	sum := sha1.Sum(x509.MarshalPKCS1PublicKey(&keyA().PublicKey))
	bare := []Key{{Decrypter: keyB()}, {Decrypter: keyA()}}
	named := []Key{{Decrypter: keyB(), Name: "alt"}, {Decrypter: keyA(), Name: "neu"}}
	full := []Key{ownB(), ownA()}
	for name, tt := range map[string]struct {
		keyInfo string
		keys    []Key
		tried   int // private key operations
		want    string
	}{
		"nothing said":                            {"", full, 2, ""},
		"certificate":                             {cert(certA()), full, 1, ""},
		"renewed certificate of the same key":     {cert(renewed), full, 1, ""},
		"certificate, keys without":               {cert(certA()), bare, 1, ""},
		"certificate of another key":              {cert(certWeak()), full, 0, "ENC-038"},
		"certificate that cannot be read":         {x509Data("<X509Certificate>AAAA</X509Certificate>"), full, 2, ""},
		"serial number":                           {serial(certA()), full, 1, ""},
		"serial number of another":                {serial(certWeak()), full, 0, "ENC-038"},
		"serial number, keys without certificate": {serial(certA()), bare, 2, ""},
		"serial number that is none":              {x509Data("<X509IssuerSerial><X509SerialNumber>x</X509SerialNumber></X509IssuerSerial>"), full, 2, ""},
		"key identifier":                          {ski(certA().SubjectKeyId), full, 1, ""},
		"key identifier of another":               {ski(certWeak().SubjectKeyId), full, 0, "ENC-038"},
		"key identifier, computed":                {ski(sum[:]), bare, 1, ""},
		"key identifier of unknown making":        {ski([]byte{1}), bare, 2, ""},
		"modulus":                                 {modulus(keyA()), full, 1, ""},
		"modulus of another":                      {modulus(keyWeak()), full, 0, "ENC-038"},
		"name":                                    {"<KeyName>neu</KeyName>", named, 1, ""},
		"unknown name":                            {"<KeyName>fremd</KeyName>", named, 2, ""},
		"wrong and right":                         {serial(certWeak()) + modulus(keyA()), full, 1, ""},
		"subject name says nothing":               {x509Data("<X509SubjectName>CN=x</X509SubjectName>"), full, 2, ""},
		"foreign element says nothing":            {`<x xmlns="urn:x"><EncryptedKey/></x>`, full, 2, ""},
	} {
		t.Run(name, func(t *testing.T) {
			f := forge(AES256GCM, RSAOAEP)
			f.keyInfo = tt.keyInfo
			tried := 0
			d := &Decrypter{Keys: tt.keys, count: func(o string) {
				if o == "unwrap" {
					tried++
				}
			}}
			report, err := d.DecryptDocument(f.build(t))
			require.NoError(t, err)
			assert.Equal(t, tt.tried, tried)
			if tt.want != "" {
				require.True(t, finding.Has(report.Findings, tt.want))
				return
			}
			require.Equal(t, finding.Accepted, report.Verdict, "%v", report)
			assert.Equal(t, 1, report.Decrypted[0].Key)
			assert.Equal(t, 3072, report.Decrypted[0].KeyBits)
		})
	}
}

// TestSeveralRecipients: each decrypts alone; an EncryptedKey for somebody else in an
// algorithm of the past does no harm.
func TestSeveralRecipients(t *testing.T) {
	for _, ref := range []KeyReference{ByCertificate, ByIssuerSerial, BySubjectKeyID} {
		doc, err := encrypter(t, EncrypterOptions{KeyReference: ref}, certA(), certB()).EncryptElement([]byte(message), Place{ID: "p1"})
		require.NoError(t, err)
		for _, key := range []Key{ownA(), ownB()} {
			tried := 0
			d := &Decrypter{Keys: []Key{key}, count: func(o string) { tried++ }}
			report, err := d.DecryptDocument(doc)
			require.NoError(t, err)
			require.Equal(t, finding.Accepted, report.Verdict)
			require.Equal(t, 2, tried, "one key operation, one content")
		}
	}
	v := newDraft(t, EncrypterOptions{})
	old := forge(AES256GCM, RSA15)
	old.public, old.keyInfo = &keyB().PublicKey, `<X509Data><X509Certificate>`+base64.StdEncoding.EncodeToString(certB().Raw)+`</X509Certificate></X509Data>`
	foreign := regexpKey.FindString(string(old.build(t)))
	require.NotEmpty(t, foreign)
	v.doc = strings.Replace(v.doc, "<xenc:EncryptedKey>", foreign+"<xenc:EncryptedKey>", 1)
	require.Empty(t, v.outcome(t))
	v.d.Keys = []Key{ownB()}
	require.Equal(t, []string{"ENC-031"}, v.outcome(t))
}

// TestPlacesOfTheKey finds the EncryptedKey wherever peers put it.
func TestPlacesOfTheKey(t *testing.T) {
	base := newDraft(t, EncrypterOptions{}).doc
	for name, change := range map[string]func(*testing.T, *draft){
		"beside":                      moveKey("", "", ""),
		"RetrievalMethod":             moveKey(retrieval("#k"), `Id="k"`, ""),
		"RetrievalMethod, twice":      moveKey(retrieval("#k")+retrieval("#k"), `Id="k"`, ""),
		"ReferenceList":               both(withID, moveKey("", "", dataReference("#d"))),
		"CarriedKeyName":              moveKey("<ds:KeyName>Schlüssel 1</ds:KeyName>", "", "<xenc:CarriedKeyName>Schlüssel 1</xenc:CarriedKeyName>"),
		"ReferenceList and name":      both(withID, moveKey("<ds:KeyName>s</ds:KeyName>", "", dataReference("#d")+"<xenc:CarriedKeyName>s</xenc:CarriedKeyName>")),
		"with RetrievalMethod inside": both(withID, swap("</xenc:EncryptedKey>", dataReference("#d")+"</xenc:EncryptedKey>")),
	} {
		t.Run(name, func(t *testing.T) {
			v := &draft{doc: base, d: &Decrypter{Keys: []Key{ownA()}}}
			change(t, v)
			require.Empty(t, v.outcome(t))
			v.one, v.kind, v.at = true, Element, place(t, []byte(v.doc), NS, "EncryptedData")
			require.Empty(t, v.outcome(t))
		})
	}
}

// TestOneKeyForTwo decrypts a key once that serves two EncryptedData.
func TestOneKeyForTwo(t *testing.T) {
	f := forge(AES256GCM, RSAOAEP)
	first := string(f.build(t))
	f.content = "<b>Max Mustermann</b>"
	f.wrapped = []byte{1}
	second := string(f.build(t))
	key := regexpKey.FindString(first)
	shared := strings.Replace(strings.Replace(key, "<EncryptedKey ", `<EncryptedKey Id="k" `, 1), "</EncryptedKey>",
		`<ReferenceList><DataReference URI="#d1"/><DataReference URI="#d2"/></ReferenceList></EncryptedKey>`, 1)
	strip := func(doc, id string) string {
		doc = strings.TrimSuffix(strings.TrimPrefix(regexpKey.ReplaceAllString(doc, retrieval("#k")), "<r>"), "</r>")
		return strings.Replace(strings.ReplaceAll(doc, "ds:", ""), "<EncryptedData ", `<EncryptedData Id="`+id+`" `, 1)
	}
	doc := "<r>" + strip(first, "d1") + strip(second, "d2") + shared + "</r>"
	var operations []string
	d := &Decrypter{Keys: []Key{ownA()}, count: func(o string) { operations = append(operations, o) }}
	report, err := d.DecryptDocument([]byte(doc))
	require.NoError(t, err)
	require.Equal(t, finding.Accepted, report.Verdict, "%v", report)
	require.Equal(t, []string{"unwrap", "open", "open"}, operations)
	require.True(t, strings.HasPrefix(string(report.Content()), "<r><a>Erika Mustermann</a><b>Max Mustermann</b>"))
	require.Len(t, report.Decrypted, 2)
}

// TestFlood gives documents that try to cause much work with little; each must be
// done with in a time that is not noticed.
func TestFlood(t *testing.T) {
	one := forge(AES256GCM, RSAOAEP)
	one.keyInfo = strings.Repeat("<KeyName>k</KeyName>", 8) + strings.Repeat("<X509Data><X509Certificate>"+base64.StdEncoding.EncodeToString(certB().Raw)+"</X509Certificate></X509Data>", 8)
	key := strings.Replace(regexpKey.FindString(string(one.build(t))), "</EncryptedKey>", "<CarriedKeyName>k</CarriedKeyName></EncryptedKey>", 1)
	data := `<EncryptedData xmlns="` + NS + `" Id="d%d" Type="` + typeElement + `"><EncryptionMethod Algorithm="` + AES256GCM + `"/><KeyInfo xmlns="` + nsDS + `"><KeyName>k</KeyName>` +
		strings.Repeat(retrieval("#none"), 15) + `</KeyInfo><CipherData><CipherValue>` + strings.Repeat("A", 100) + `</CipherValue></CipherData></EncryptedData>`
	data = strings.ReplaceAll(data, "ds:", "")
	var doc strings.Builder
	doc.WriteString("<r>")
	for range 64 {
		doc.WriteString(data)
	}
	for range 64 {
		doc.WriteString(key)
	}
	doc.WriteString(strings.Repeat("<a/>", 200_000) + "</r>")
	d := &Decrypter{Keys: []Key{ownA(), ownWeak()}}
	start := time.Now()
	_, err := d.DecryptDocument([]byte(doc.String()))
	var broken *finding.InvalidError
	require.ErrorAs(t, err, &broken)
	require.Len(t, broken.Findings, 64*15)
	require.Less(t, time.Since(start), 60*time.Second, "a scan for each reference would take minutes")
	named := strings.ReplaceAll(strings.ReplaceAll(doc.String(), strings.ReplaceAll(retrieval("#none"), "ds:", ""), ""), "<a/>", "")
	report, err := d.DecryptDocument([]byte(named))
	require.NoError(t, err)
	require.True(t, finding.Has(report.Findings, "ENC-038"), "every certificate is of another")
}

// TestFloodInside repeats what may stand inside of small elements as often as it
// fits: twice as much takes about twice as long, not four times, and little is kept.
func TestFloodInside(t *testing.T) {
	v := newDraft(t, EncrypterOptions{})
	var names strings.Builder
	for n := range 9000 {
		fmt.Fprintf(&names, "<n%d/>", n)
	}
	names.WriteString(strings.Repeat("<z/>", 500_000))
	parameters := strings.Replace(v.doc, AES256GCM+`"/>`, AES256GCM+`">`+names.String()+"</xenc:EncryptionMethod>", 1)
	start := time.Now()
	_, err := v.d.DecryptDocument([]byte(parameters))
	var broken *finding.InvalidError
	require.ErrorAs(t, err, &broken)
	require.Len(t, broken.Findings, 20)
	require.True(t, finding.Has(broken.Findings, "ENC-006"))
	require.Less(t, time.Since(start), 15*time.Second, "comparing every parameter with every other takes longer")

	moduli := keyKeyInfo.ReplaceAllString(v.doc, "<ds:KeyInfo><ds:KeyValue><ds:RSAKeyValue>"+strings.Repeat("<ds:Modulus>AQAB</ds:Modulus>", 1000)+"</ds:RSAKeyValue></ds:KeyValue></ds:KeyInfo>")
	p, err := parse([]byte(moduli), nil, Limits{}.withDefaults(), false)
	require.NoError(t, err)
	require.Len(t, p.keys[0].selectors, 1)
}

// TestConcurrent uses one Decrypter and one Encrypter from several goroutines.
func TestConcurrent(t *testing.T) {
	e := encrypter(t, EncrypterOptions{}, certA())
	d := &Decrypter{Keys: []Key{ownB(), ownA()}}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 3 {
				doc, err := e.EncryptElement([]byte(message), Place{ID: "p1"})
				assert.NoError(t, err)
				report, err := d.DecryptDocument(doc)
				assert.NoError(t, err)
				assert.Equal(t, finding.Accepted, report.Verdict)
			}
		})
	}
	all.Wait()
}

// TestAllow lets a shorter key in, by name and with a reason.
func TestAllow(t *testing.T) {
	more := SAML().Allow(PolicyRule{Algorithm: RSAOAEP, MinBits: 2048, Source: "test"}, PolicyRule{Algorithm: AES256CBC, Source: "test"})
	require.Equal(t, "SAML+", more.Name())
	require.Equal(t, "BSI+", Policy{}.Allow().Name())
	rule := PolicyRule{Algorithm: RSAOAEP, Source: "test"}
	forgotten := BSI().Allow(rule, PolicyRule{Algorithm: RSA15, MinBits: -1, Source: "test"})
	require.Zero(t, rule.MinBits, "the caller's rule is not changed")
	for _, transport := range []string{RSAOAEP, RSA15} {
		f := forge(AES256GCM, transport)
		f.public = &keyWeak().PublicKey
		report, err := (&Decrypter{Keys: []Key{ownWeak()}, Policy: forgotten}).DecryptDocument(f.build(t))
		require.NoError(t, err)
		require.True(t, finding.Has(report.Findings, "ENC-034"), "a length that was forgotten is not any length")
	}
	require.Equal(t, 3000, BSI().Rules()[3].MinBits, "the profile is not changed")
	doc, err := encrypter(t, EncrypterOptions{Policy: more}, certWeak()).EncryptElement([]byte(plain), Place{})
	require.NoError(t, err)
	d := &Decrypter{Keys: []Key{ownWeak()}, Policy: more}
	report, err := d.DecryptDocument(doc)
	require.NoError(t, err)
	require.Equal(t, finding.Accepted, report.Verdict)
	require.Equal(t, Ground{PolicyRule: PolicyRule{Algorithm: RSAOAEP, MinBits: 2048, Source: "test"}, Policy: "SAML+", KeyBits: 2048}, report.Decrypted[0].Grounds[1])
	d.Policy = SAML()
	report, err = d.DecryptDocument(doc)
	require.NoError(t, err)
	require.True(t, finding.Has(report.Findings, "ENC-034"))
	_, err = NewEncrypter([]*x509.Certificate{certA()}, &EncrypterOptions{Policy: more, Algorithm: AES256CBC, Now: now})
	require.ErrorIs(t, err, ErrAlgorithm, "CBC is never written")
}

func TestKeysThatCannotDecrypt(t *testing.T) {
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	doc := []byte(newDraft(t, EncrypterOptions{}).doc)
	for name, keys := range map[string][]Key{
		"none":                   nil,
		"empty":                  {{}},
		"nil in an interface":    {{Decrypter: (*rsa.PrivateKey)(nil)}},
		"certificate of another": {{Decrypter: keyA(), Certificate: certB()}},
		"the second":             {ownA(), {}},
		"elliptic curve":         {{Decrypter: elliptical{ownA().Decrypter, ec.Public()}}},
	} {
		d := &Decrypter{Keys: keys}
		_, err := d.DecryptDocument(doc)
		require.ErrorIs(t, err, ErrKey, name)
		_, err = d.Decrypt(Request{Document: doc})
		require.ErrorIs(t, err, ErrKey, name)
	}
	_, err = KeyFromStore(nil)
	require.ErrorIs(t, err, ErrKey)
	_, err = KeyFromStore(store{})
	require.ErrorIs(t, err, ErrKey)
	_, err = KeyFromStore(store{key: keyA(), der: []byte{1}})
	require.ErrorIs(t, err, ErrKey)
	_, err = KeyFromStore(store{key: keyA(), der: certB().Raw})
	require.ErrorIs(t, err, ErrKey)
	errAway := errors.New("the store is away")
	_, err = KeyFromStore(store{err: errAway})
	require.ErrorIs(t, err, errAway)
}

// elliptical is a key that is not RSA.
type elliptical struct {
	crypto.Decrypter
	public crypto.PublicKey
}

func (e elliptical) Public() crypto.PublicKey { return e.public }

type store struct {
	key *rsa.PrivateKey
	der []byte
	err error
}

func (s store) GetKeyPair() (*rsa.PrivateKey, []byte, error) { return s.key, s.der, s.err }

// TestKeyStore takes goxmldsig's key stores.
func TestKeyStore(t *testing.T) {
	var theirs dsig.X509KeyStore = store{key: keyA(), der: certA().Raw}
	key, err := KeyFromStore(theirs)
	require.NoError(t, err)
	v := newDraft(t, EncrypterOptions{})
	v.d.Keys = []Key{key}
	require.Empty(t, v.outcome(t))
}

func TestPKCS12(t *testing.T) {
	data, err := pkcs12.Modern.Encode(keyA(), certA(), nil, "geheim")
	require.NoError(t, err)
	key, err := KeyFromPKCS12(bytes.NewReader(data), "geheim")
	require.NoError(t, err)
	v := newDraft(t, EncrypterOptions{})
	v.d.Keys = []Key{key}
	require.Empty(t, v.outcome(t))
	_, err = KeyFromPKCS12(bytes.NewReader(data), "falsch")
	require.ErrorIs(t, err, ErrPKCS12)
	_, err = KeyFromPKCS12(bytes.NewReader(make([]byte, maxPKCS12+1)), "")
	require.ErrorIs(t, err, ErrPKCS12)
	errRead := errors.New("the reader is away")
	_, err = KeyFromPKCS12(iotest.ErrReader(errRead), "")
	require.ErrorIs(t, err, errRead)
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	data, err = pkcs12.Modern.Encode(ec, certA(), nil, "x")
	require.NoError(t, err)
	_, err = KeyFromPKCS12(bytes.NewReader(data), "x")
	require.ErrorIs(t, err, ErrKey)
}

// TestOSCIKeys encrypts for the certificates of the OSCI test suite that are there
// for it, and decrypts with their PKCS#12 files.
func TestOSCIKeys(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(testenv.Data(t, "transport/osci/certs"), "*.p12"))
	require.NoError(t, err)
	used, refused, other := 0, 0, 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		key, err := KeyFromPKCS12(bytes.NewReader(data), "123456")
		if err != nil {
			require.True(t, errors.Is(err, ErrKey) || errors.Is(err, ErrPKCS12), "%s: %v", file, err)
			other++
			continue
		}
		cert := key.Certificate
		middle := cert.NotBefore.Add(cert.NotAfter.Sub(cert.NotBefore) / 2)
		o := EncrypterOptions{Policy: OSCI12(), Now: func() time.Time { return middle }}
		e, err := NewEncrypter([]*x509.Certificate{cert}, &o)
		if cert.KeyUsage != 0 && cert.KeyUsage&x509.KeyUsageKeyEncipherment == 0 {
			require.ErrorIs(t, err, ErrRecipient, file)
			refused++
			continue
		}
		require.NoError(t, err, file)
		doc, err := e.EncryptElement([]byte(message), Place{})
		require.NoError(t, err)
		require.Contains(t, string(doc), `IvLength`)
		report, err := (&Decrypter{Keys: []Key{ownA(), key}, Policy: OSCI12()}).DecryptDocument(doc)
		require.NoError(t, err)
		require.Equal(t, finding.Accepted, report.Verdict, "%s: %v", file, report)
		require.Equal(t, canonical(t, []byte(message)), canonical(t, report.Content()))
		used++
	}
	t.Logf("%d used, %d refused because they are for signatures, %d without RSA", used, refused, other)
	require.Equal(t, len(files), used+refused+other)
	require.GreaterOrEqual(t, used, 7)
	require.GreaterOrEqual(t, other, 3)
}

var regexpKey = regexp.MustCompile(`(?s)<EncryptedKey .*?</EncryptedKey>`)
