package encryption

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"errors"
	"io"
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// glass is a key that hides nothing, so that fuzzing is not about RSA and the same
// octets mean the same in every process: what is encrypted stands in the ciphertext,
// behind its length.
type glass struct{ public rsa.PublicKey }

func (g glass) Public() crypto.PublicKey { return &g.public }

func (g glass) Decrypt(_ io.Reader, message []byte, o crypto.DecrypterOpts) ([]byte, error) {
	if o, ok := o.(*rsa.OAEPOptions); ok {
		o.Hash.New() // as a real key does, which panics if there is no such hash
		o.MGFHash.New()
	}
	if len(message) == 0 || int(message[0]) >= len(message) {
		return nil, rsa.ErrDecryption
	}
	return message[1 : 1+message[0]], nil
}

func throughGlass(g glass, algorithm, transport string) forgery {
	f := forge(algorithm, transport)
	f.wrapped = make([]byte, g.public.Size())
	f.wrapped[0] = byte(len(f.key))
	copy(f.wrapped[1:], f.key)
	return f
}

// FuzzDecrypt decrypts anything under the strict policy and that of the past: never
// a panic, no report beside an error, and what is accepted can be read.
func FuzzDecrypt(f *testing.F) {
	key := glass{rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 3071), E: 65537}}
	for _, combi := range [][2]string{{AES256GCM, RSAOAEP}, {AES256GCM, RSA15}, {AES128CBC, RSAOAEP}, {TripleDESCBC, RSA15}, {AES128GCM, RSAOAEPMGF1P}} {
		made := throughGlass(key, combi[0], combi[1])
		whole := made.build(f)
		f.Add(whole)
		f.Add([]byte(strings.ReplaceAll(string(whole), typeElement, typeContent)))
		inner := strings.TrimSuffix(strings.TrimPrefix(string(whole), "<r>"), "</r>")
		made.content = inner
		f.Add(made.build(f))
		made.sealed = make([]byte, 32)
		f.Add(made.build(f))
		made.wrapped = []byte{1}
		f.Add(made.build(f))
		f.Add([]byte(strings.ReplaceAll(string(whole), `"`+SHA256, `"`+AES256GCM)))
	}
	for _, doc := range seeds {
		f.Add([]byte(doc))
	}
	keys := []Key{{Decrypter: key}}
	f.Fuzz(func(t *testing.T, doc []byte) {
		for _, policy := range []Policy{BSI(), LegacyDecryptOnly()} {
			d := &Decrypter{Keys: keys, Policy: policy, Limits: Limits{MaxKeyOperations: 8}}
			report, err := d.DecryptDocument(doc)
			checkOutcome(t, report, err)
			for _, kind := range []Kind{AsStated, Element, Content, Octets} {
				report, err = d.Decrypt(Request{Document: doc, Kind: kind})
				checkOutcome(t, report, err)
			}
			report, err = d.Decrypt(Request{Document: doc, Scope: []xmlscan.NSDecl{{Prefix: "p", URI: "urn:p"}}, Place: Place{ID: "d"}, Kind: Element})
			checkOutcome(t, report, err)
		}
	})
}

func checkOutcome(t *testing.T, report *Report, err error) {
	t.Helper()
	if err != nil {
		require.Nil(t, report)
		var broken *finding.InvalidError
		require.True(t, err == ErrDecrypt || errors.As(err, &broken), "%v", err) //nolint:errorlint // the very value
		return
	}
	require.Equal(t, report.Verdict == finding.Accepted, report.Content() != nil)
	require.Equal(t, report.Verdict == finding.Rejected, len(report.Findings) > 0)
	if s := report.Scanner(); s != nil {
		for s.Next() {
		}
		require.NoError(t, s.Err())
	}
}

// seeds are what no Encrypter writes.
var seeds = []string{
	`<r><EncryptedData xmlns="` + NS + `"/></r>`,
	`<EncryptedData xmlns="` + NS + `" Id="d" Type="` + typeElement + `"><EncryptionMethod Algorithm="` + AES256GCM + `"/><KeyInfo xmlns="` + nsDS + `">` + retrieval("#d") + `</KeyInfo><CipherData><CipherValue>AAAA</CipherValue></CipherData></EncryptedData>`,
	`<EncryptedKey xmlns="` + NS + `" Id="d"><EncryptionMethod Algorithm="` + RSAOAEP + `"><OAEPparams>eA==</OAEPparams></EncryptionMethod><CipherData><CipherReference URI="#d"/></CipherData><ReferenceList><DataReference URI="#d"/></ReferenceList><CarriedKeyName>k</CarriedKeyName></EncryptedKey>`,
	`<r xmlns:e="` + NS + `"><e:EncryptedData><e:EncryptedData><e:EncryptedKey><e:EncryptedKey/></e:EncryptedKey></e:EncryptedData></e:EncryptedData></r>`,
	`<r>` + strings.Repeat(`<EncryptedData xmlns="`+NS+`">`, 70) + strings.Repeat(`</EncryptedData>`, 70) + `</r>`,
}

// FuzzContent takes as content exactly what can stand in an element: putting it there
// and taking it out again gives the same.
func FuzzContent(f *testing.F) {
	for _, s := range []string{"", "x", "<a/>", "</c><c>", "</c><!--", "</c><?x ", "<![CDATA[", "]]>", "a<b>c</b>d", "</c", "<p:a/>", "<a/><!-- x -->", "<a/><?x?>", "<a/>\n", "&amp;", "&", "</c><c/>", "<!DOCTYPE a>", "<?xml version='1.0'?>", "\ufeff"} {
		f.Add(s)
	}
	scope := []xmlscan.NSDecl{{Prefix: "p", URI: "urn:p"}}
	f.Fuzz(func(t *testing.T, text string) {
		depthOne := 0
		ok := balanced([]byte(text), scope, nil)
		s := xmlscan.NewBytes([]byte(`<outer xmlns:p="urn:p"><inner>`+text+`</inner></outer>`), nil)
		for s.Next() {
			if s.Kind() == xmlscan.StartElement && s.Depth() <= 2 {
				depthOne++
			}
		}
		require.Equal(t, s.Err() == nil && depthOne == 2, ok)
		if oneElement([]byte(text), scope, nil) {
			require.True(t, ok)
			require.True(t, strings.HasPrefix(text, "<") && strings.HasSuffix(text, ">"))
			require.Equal(t, 1, childrenOf(t, "<c xmlns:p='urn:p'>"+text+"</c>"), "there is something beside the element")
		}
	})
}

// childrenOf counts elements, comments, instructions and runs of text in a root.
func childrenOf(t *testing.T, doc string) int {
	t.Helper()
	n := 0
	s := xmlscan.NewBytes([]byte(doc), nil)
	for s.Next() {
		switch s.Kind() {
		case xmlscan.StartElement:
			if s.Depth() == 2 {
				n++
			}
		case xmlscan.EndElement:
		default:
			if s.Depth() == 1 {
				n++
			}
		}
	}
	require.NoError(t, s.Err())
	return n
}

// FuzzEncrypt encrypts and decrypts any document.
func FuzzEncrypt(f *testing.F) {
	f.Add([]byte(message), "p1")
	f.Add([]byte(plain), "a")
	f.Add([]byte("<a/>"), "")
	f.Add([]byte("\ufeff<a xmlns='urn:a'><b id='x'/></a>"), "x")
	e := encrypter(f, EncrypterOptions{}, certA())
	d := &Decrypter{Keys: []Key{{Decrypter: keyA(), Certificate: certA()}}, Limits: Limits{MaxNesting: 3}}
	f.Fuzz(func(t *testing.T, doc []byte, id string) {
		for i, encrypt := range []func([]byte, Place) ([]byte, error){e.EncryptElement, e.EncryptContent} {
			sealed, err := encrypt(doc, Place{ID: id})
			if err != nil {
				require.Nil(t, sealed)
				continue
			}
			if strings.Contains(string(doc), "Encrypted") {
				continue // what is encrypted already need not be for us
			}
			report, err := d.DecryptDocument(sealed)
			require.NoError(t, err)
			require.Equal(t, finding.Accepted, report.Verdict)
			if i == 1 {
				require.Equal(t, string(doc), string(report.Content()))
			}
			if signature.Canonicalize(io.Discard, bytes.NewReader(doc), signature.ExclusiveC14N, nil) == nil {
				require.Equal(t, canonical(t, doc), canonical(t, report.Content()))
			}
		}
	})
}
