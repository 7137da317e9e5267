package encryption

import (
	"encoding/base64"
	"errors"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// plain is what the vectors are made of.
const plain = `<r xmlns:p="urn:p"><p:a Id="a">x</p:a></r>`

// draft is a vector that is being made.
type draft struct {
	doc  string
	d    *Decrypter
	kind Kind
	at   Place
	one  bool // decrypt one EncryptedData, not the document
}

// vector is a document that breaks one rule, and its neighbour that does not.
type vector struct {
	code, name string
	fail, pass func(t *testing.T, v *draft) // pass may be nil: the document without change
}

func newDraft(t *testing.T, o EncrypterOptions) *draft {
	t.Helper()
	doc, err := encrypter(t, o, certA()).EncryptElement([]byte(plain), Place{ID: "a"})
	require.NoError(t, err)
	return &draft{doc: string(doc), d: &Decrypter{Keys: []Key{ownA()}}}
}

// outcome gives the codes of a decryption.
func (v *draft) outcome(t *testing.T) []string {
	t.Helper()
	var report *Report
	var err error
	if v.one {
		report, err = v.d.Decrypt(Request{Document: []byte(v.doc), Place: v.at, Kind: v.kind})
	} else {
		report, err = v.d.DecryptDocument([]byte(v.doc))
	}
	var found []finding.Finding
	if err != nil {
		require.Nil(t, report)
		var broken *finding.InvalidError
		require.True(t, errors.As(err, &broken), "%v", err)
		found = broken.Findings
	} else {
		found = report.Findings
		if len(found) > 0 {
			require.Equal(t, finding.Rejected, report.Verdict)
			require.Nil(t, report.Content())
			require.Nil(t, report.Scanner())
		} else {
			require.Equal(t, finding.Accepted, report.Verdict)
		}
	}
	var got []string
	for _, f := range found {
		got = append(got, f.Code)
	}
	return got
}

// swap replaces what must be there.
func swap(from, to string) func(*testing.T, *draft) {
	return func(t *testing.T, v *draft) {
		t.Helper()
		require.Contains(t, v.doc, from)
		v.doc = strings.Replace(v.doc, from, to, 1)
	}
}

// again makes the document anew with options and then changes it.
func again(o EncrypterOptions, policy Policy, then ...func(*testing.T, *draft)) func(*testing.T, *draft) {
	return func(t *testing.T, v *draft) {
		t.Helper()
		n := newDraft(t, o)
		v.doc, v.d.Policy = n.doc, policy
		for _, f := range then {
			f(t, v)
		}
	}
}

func both(all ...func(*testing.T, *draft)) func(*testing.T, *draft) {
	return func(t *testing.T, v *draft) {
		t.Helper()
		for _, f := range all {
			f(t, v)
		}
	}
}

var (
	encryptedKey  = regexp.MustCompile(`(?s)<xenc:EncryptedKey>.*?</xenc:EncryptedKey>`)
	encryptedData = regexp.MustCompile(`(?s)<xenc:EncryptedData.*</xenc:EncryptedData>`)
	keyKeyInfo    = regexp.MustCompile(`(?s)<ds:KeyInfo><ds:X509Data>.*?</ds:KeyInfo>`)
	dataCipher    = regexp.MustCompile(`(?s)</ds:KeyInfo><xenc:CipherData><xenc:CipherValue>([^<]*)</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData>`)
)

// moveKey takes the EncryptedKey out of KeyInfo, leaves something there, and puts
// it with attributes and last children beside the EncryptedData.
func moveKey(leave, attributes, last string) func(*testing.T, *draft) {
	return func(t *testing.T, v *draft) {
		t.Helper()
		key := encryptedKey.FindString(v.doc)
		require.NotEmpty(t, key)
		v.doc = strings.Replace(v.doc, key, leave, 1)
		key = strings.Replace(key, "<xenc:EncryptedKey>", `<xenc:EncryptedKey xmlns:xenc="`+NS+`" xmlns:ds="`+nsDS+`" `+attributes+`>`, 1)
		key = strings.Replace(key, "</xenc:EncryptedKey>", last+"</xenc:EncryptedKey>", 1)
		v.doc = strings.Replace(v.doc, "</r>", key+"</r>", 1)
	}
}

func retrieval(uri string) string {
	return `<ds:RetrievalMethod Type="` + typeKey + `" URI="` + uri + `"/>`
}

func dataReference(uri string) string {
	return `<xenc:ReferenceList><xenc:DataReference URI="` + uri + `"/></xenc:ReferenceList>`
}

// ciphertext replaces the ciphertext of the content.
func ciphertext(octets []byte) func(*testing.T, *draft) {
	return func(t *testing.T, v *draft) {
		t.Helper()
		m := dataCipher.FindStringSubmatchIndex(v.doc)
		require.NotNil(t, m)
		v.doc = v.doc[:m[2]] + base64.StdEncoding.EncodeToString(octets) + v.doc[m[3]:]
	}
}

// sealed encrypts any text as if it were of a type, in place of the element a.
func sealed(text, typ string) func(*testing.T, *draft) {
	return func(t *testing.T, v *draft) {
		t.Helper()
		doc, err := encrypter(t, EncrypterOptions{}, certA()).EncryptOctets([]byte(text), "")
		require.NoError(t, err)
		v.doc = `<r xmlns:p="urn:p">` + strings.Replace(string(doc), "<xenc:EncryptedData", `<xenc:EncryptedData Type="`+typ+`"`, 1) + `</r>`
	}
}

// nested encrypts what is encrypted again, some times.
func nested(times int) func(*testing.T, *draft) {
	return func(t *testing.T, v *draft) {
		t.Helper()
		e := encrypter(t, EncrypterOptions{}, certA())
		for range times {
			doc, err := e.EncryptElement([]byte(v.doc), place(t, []byte(v.doc), NS, "EncryptedData"))
			require.NoError(t, err)
			v.doc = string(doc)
		}
	}
}

func set(change func(d *Decrypter)) func(*testing.T, *draft) {
	return func(_ *testing.T, v *draft) { change(v.d) }
}

func one(kind Kind, at Place) func(*testing.T, *draft) {
	return func(_ *testing.T, v *draft) { v.one, v.kind, v.at = true, kind, at }
}

func twice(t *testing.T, v *draft) {
	data := encryptedData.FindString(v.doc)
	require.NotEmpty(t, data)
	v.doc = strings.Replace(v.doc, data, data+data, 1)
}

const dataID = `<xenc:EncryptedData Id="d"`

var withID = swap("<xenc:EncryptedData", dataID)

func structureVectors() []vector {
	return []vector{
		{"ENC-001", "nothing encrypted", func(_ *testing.T, v *draft) { v.doc = plain }, nil},
		{"ENC-001", "another element at the offset", one(Element, Place{Offset: 1}), func(t *testing.T, v *draft) {
			one(Element, place(t, []byte(v.doc), NS, "EncryptedData"))(t, v)
		}},
		{"ENC-001", "no such ID", one(Element, Place{ID: "d"}), both(withID, one(Element, Place{ID: "d"}))},
		{"ENC-001", "the root is not encrypted", one(Element, Place{}), nil},
		{"ENC-001", "the ID of another element", both(swap("<r ", `<r Id="d" `), one(Element, Place{ID: "d"})), nil},
		{"ENC-002", "unknown child", swap("<xenc:EncryptionMethod", "<xenc:X/><xenc:EncryptionMethod"), nil},
		{"ENC-002", "EncryptionMethod twice", swap("<xenc:EncryptionMethod", `<xenc:EncryptionMethod Algorithm="`+AES256GCM+`"/><xenc:EncryptionMethod`), nil},
		{"ENC-002", "KeyInfo first", both(swap(`<xenc:EncryptionMethod Algorithm="`+AES256GCM+`"/>`, ""), swap("<xenc:CipherData><xenc:CipherValue>", "<xenc:CipherData><xenc:CipherValue>"),
			func(t *testing.T, v *draft) {
				at := strings.LastIndex(v.doc, "<xenc:CipherData>")
				v.doc = v.doc[:at] + `<xenc:EncryptionMethod Algorithm="` + AES256GCM + `"/>` + v.doc[at:]
			}), nil},
		{"ENC-002", "ReferenceList of EncryptedData", swap("</xenc:EncryptedData>", "<xenc:ReferenceList/></xenc:EncryptedData>"),
			swap("</xenc:EncryptedData>", "<xenc:EncryptionProperties/></xenc:EncryptedData>")},
		{"ENC-002", "EncryptedData in EncryptedData", swap("<ds:KeyInfo ", "<xenc:EncryptedData/><ds:KeyInfo "), nil},
		{"ENC-002", "another element in CipherData", func(t *testing.T, v *draft) {
			v.doc = dataCipher.ReplaceAllString(v.doc, "</ds:KeyInfo><xenc:CipherData><xenc:X/></xenc:CipherData></xenc:EncryptedData>")
		}, nil},
		{"ENC-003", "unknown attribute", swap("<xenc:EncryptedData", `<xenc:EncryptedData Recipient="x"`), swap("<xenc:EncryptedKey", `<xenc:EncryptedKey Recipient="x"`)},
		{"ENC-003", "Algorithm missing", swap(` Algorithm="`+AES256GCM+`"`, ``), nil},
		{"ENC-003", "qualified attribute", swap("<xenc:EncryptedData", `<xenc:EncryptedData p:Id="x"`), swap("<xenc:EncryptedData", `<xenc:EncryptedData MimeType="text/xml" Encoding="x"`)},
		{"ENC-004", "text between elements", swap("<ds:KeyInfo ", "x<ds:KeyInfo "), swap("<ds:KeyInfo ", " <!-- x --><ds:KeyInfo ")},
		{"ENC-004", "element in CipherValue", swap("<xenc:CipherValue>", "<xenc:CipherValue><x/>"), swap("<xenc:CipherValue>", "<xenc:CipherValue>\n <!-- x -->\t")},
		{"ENC-005", "of the content", swap(`<xenc:EncryptionMethod Algorithm="`+AES256GCM+`"/>`, ""), nil},
		{"ENC-006", "unknown parameter", swap(`<ds:DigestMethod`, `<xenc:X/><ds:DigestMethod`), nil},
		{"ENC-006", "KeySize", swap(AES256GCM+`"/>`, AES256GCM+`"><xenc:KeySize>128</xenc:KeySize></xenc:EncryptionMethod>`),
			swap(AES256GCM+`"/>`, AES256GCM+`"><xenc:KeySize> 256 </xenc:KeySize></xenc:EncryptionMethod>`)},
		{"ENC-006", "DigestMethod twice", swap(`<ds:DigestMethod`, `<ds:DigestMethod Algorithm="`+SHA256+`"/><ds:DigestMethod`), nil},
		{"ENC-006", "MGF where the algorithm has one", again(EncrypterOptions{KeyTransport: RSAOAEPMGF1P, Policy: SAML()}, SAML(),
			swap(`</xenc:EncryptionMethod><ds:KeyInfo><ds:X509Data>`, `<m:MGF xmlns:m="`+NS11+`" Algorithm="`+MGF1SHA1+`"/></xenc:EncryptionMethod><ds:KeyInfo><ds:X509Data>`)),
			again(EncrypterOptions{KeyTransport: RSAOAEPMGF1P, Policy: SAML()}, SAML())},
		{"ENC-006", "a digest without name", swap(`<ds:DigestMethod Algorithm="`+SHA256+`"/>`, `<ds:DigestMethod/>`), nil},
		{"ENC-006", "initialisation vector without length", again(EncrypterOptions{Policy: OSCI12()}, OSCI12(), swap(`Value="12"`, `Value="x"`)), again(EncrypterOptions{Policy: OSCI12()}, OSCI12())},
		{"ENC-007", "no CipherData", func(t *testing.T, v *draft) {
			m := dataCipher.FindStringIndex(v.doc)
			v.doc = v.doc[:m[0]] + "</ds:KeyInfo></xenc:EncryptedData></r>"
		}, nil},
		{"ENC-007", "two CipherValue", func(t *testing.T, v *draft) {
			at := strings.LastIndex(v.doc, "<xenc:CipherValue>")
			v.doc = v.doc[:at] + "<xenc:CipherValue/>" + v.doc[at:]
		}, nil},
		{"ENC-008", "CipherReference", func(t *testing.T, v *draft) {
			m := dataCipher.FindStringIndex(v.doc)
			v.doc = v.doc[:m[0]] + `</ds:KeyInfo><xenc:CipherData><xenc:CipherReference URI="https://id.example/"/></xenc:CipherData></xenc:EncryptedData></r>`
		}, nil},
		{"ENC-009", "not base64", swap("<xenc:CipherValue>", "<xenc:CipherValue>*"), nil},
		{"ENC-009", "the certificate", swap("<ds:X509Certificate>", "<ds:X509Certificate>*"), nil},
		{"ENC-010", "no octets", ciphertext(nil), nil},
		{"ENC-010", "shorter than the vector", ciphertext(make([]byte, 11)), nil},
		{"ENC-010", "shorter than vector and tag", ciphertext(make([]byte, 27)), nil},
		{"ENC-010", "half a block", both(again(EncrypterOptions{}, LegacyDecryptOnly(), swap(AES256GCM, AES256CBC)), ciphertext(make([]byte, 40))), nil},
		{"ENC-010", "OAEPparams", again(EncrypterOptions{Label: make([]byte, maxLabel)}, BSI(), func(t *testing.T, v *draft) {
			old := base64.StdEncoding.EncodeToString(make([]byte, maxLabel))
			swap(old, base64.StdEncoding.EncodeToString(make([]byte, maxLabel+1)))(t, v)
		}), again(EncrypterOptions{Label: make([]byte, maxLabel)}, BSI())},
		{"ENC-010", "the key is empty", func(t *testing.T, v *draft) {
			v.doc = regexp.MustCompile(`(?s)<xenc:CipherValue>[^<]*</xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey>`).ReplaceAllString(v.doc, `<xenc:CipherValue/></xenc:CipherData></xenc:EncryptedKey>`)
		}, nil},
		{"ENC-011", "missing", swap(` Type="`+typeElement+`"`, ""), both(swap(` Type="`+typeElement+`"`, ""), func(t *testing.T, v *draft) {
			one(Element, place(t, []byte(v.doc), NS, "EncryptedData"))(t, v)
		})},
		{"ENC-011", "unknown", swap(` Type="`+typeElement+`"`, ` Type="urn:x"`), nil},
		{"ENC-011", "not what was expected", func(t *testing.T, v *draft) {
			one(Content, place(t, []byte(v.doc), NS, "EncryptedData"))(t, v)
		}, nil},
		{"ENC-012", "elsewhere", moveKey(retrieval("https://id.example/k"), `Id="k"`, ""), moveKey(retrieval("#k"), `Id="k"`, "")},
		{"ENC-012", "XPointer", moveKey(retrieval("#xpointer(id('k'))"), `Id="k"`, ""), nil},
		{"ENC-012", "transforms", moveKey(`<ds:RetrievalMethod Type="`+typeKey+`" URI="#k"><ds:Transforms/></ds:RetrievalMethod>`, `Id="k"`, ""), nil},
		{"ENC-012", "another type", moveKey(`<ds:RetrievalMethod Type="urn:x" URI="#k"/>`, `Id="k"`, ""), nil},
		{"ENC-013", "no such key", moveKey(retrieval("#x"), `Id="k"`, ""), nil},
		{"ENC-013", "another element", both(moveKey(retrieval("#k"), ``, ""), swap("<r ", `<r Id="k" `)), nil},
		{"ENC-014", "elsewhere", moveKey("", "", dataReference("https://id.example/")), both(withID, moveKey("", "", dataReference("#d")))},
		{"ENC-014", "leaves out where it stands", both(withID, swap("</xenc:EncryptedKey>", dataReference("#x")+"</xenc:EncryptedKey>")),
			both(withID, swap("</xenc:EncryptedKey>", dataReference("#d")+"</xenc:EncryptedKey>"))},
		{"ENC-015", "of the key", both(moveKey(retrieval("#k"), `Id="k"`, ""), swap("<r ", `<r ID="k" `)), nil},
		{"ENC-015", "of the content", both(withID, moveKey("", "", dataReference("#d")), swap("<r ", `<r xml:id="d" `)), nil},
		{"ENC-015", "of the place", both(withID, swap("<r ", `<r id="d" `), one(Element, Place{ID: "d"})), nil},
		{"ENC-016", "text", sealed("x", typeElement), sealed("<x/>", typeElement)},
		{"ENC-016", "two elements", sealed("<x/><x/>", typeElement), nil},
		{"ENC-016", "comment and element", sealed("<!-- x --><x/>", typeElement), nil},
		{"ENC-016", "element and white space", sealed("<x/>\n", typeElement), nil},
		{"ENC-016", "element and comment", sealed("<x/><!-- x -->", typeElement), sealed("<x><!-- x --></x>", typeElement)},
		{"ENC-016", "element and instruction", sealed("<x></x><?x y?>", typeElement), sealed("<x><?x y?></x>", typeElement)},
		{"ENC-016", "element, white space and comment", sealed("<x><y/></x>\n<!-- x -->", typeElement), sealed("<x><y/></x>", typeElement)},
		{"ENC-016", "unbound prefix", sealed("<y:x/>", typeElement), sealed("<p:x/>", typeElement)},
		{"ENC-016", "document type", sealed("<!DOCTYPE x><x/>", typeElement), nil},
		{"ENC-016", "nothing", sealed("", typeElement), sealed("", typeContent)},
		{"ENC-017", "end tag", sealed("</c><c>", typeContent), sealed("a<p:x/>b<!-- c --><![CDATA[<]]>", typeContent)},
		{"ENC-017", "open comment", sealed("</c><!--", typeContent), nil},
		{"ENC-017", "open instruction", sealed("</c><?x ", typeContent), nil},
		{"ENC-017", "open section", sealed("<![CDATA[", typeContent), nil},
		{"ENC-017", "start tag", sealed("<x>", typeContent), nil},
		{"ENC-017", "half a tag", sealed("</c><c ", typeContent), nil},
		{"ENC-018", "the root becomes text", func(t *testing.T, v *draft) {
			sealed("x", typeContent)(t, v)
			v.doc = encryptedData.FindString(v.doc)
		}, func(t *testing.T, v *draft) {
			sealed("<x/>", typeContent)(t, v)
			v.doc = encryptedData.FindString(v.doc)
		}},
		{"ENC-019", "two", both(twice, set(func(d *Decrypter) { d.Limits.MaxEncryptedData = 1 })), both(twice, set(func(d *Decrypter) { d.Limits.MaxEncryptedData = 2 }))},
		{"ENC-019", "nested", both(nested(1), set(func(d *Decrypter) { d.Limits.MaxEncryptedData = 1 })), both(nested(1), set(func(d *Decrypter) { d.Limits.MaxEncryptedData = 2 }))},
		{"ENC-020", "two", both(twice, set(func(d *Decrypter) { d.Limits.MaxEncryptedKeys = 1 })), both(twice, set(func(d *Decrypter) { d.Limits.MaxEncryptedKeys = 2 }))},
		{"ENC-021", "two", both(twice, set(func(d *Decrypter) { d.Limits.MaxKeyOperations = 1 })), both(twice, set(func(d *Decrypter) { d.Limits.MaxKeyOperations = 2 }))},
		{"ENC-021", "nested", both(nested(1), set(func(d *Decrypter) { d.Limits.MaxKeyOperations = 1 })), both(nested(1), set(func(d *Decrypter) { d.Limits.MaxKeyOperations = 2 }))},
		{"ENC-022", "three deep", nested(2), nested(1)},
		{"ENC-022", "two deep", both(nested(1), set(func(d *Decrypter) { d.Limits.MaxNesting = 1 })), both(nested(2), set(func(d *Decrypter) { d.Limits.MaxNesting = 3 }))},
		{"ENC-023", "one byte", func(_ *testing.T, v *draft) { v.d.Limits.MaxBytes = len(v.doc) - 1 }, func(_ *testing.T, v *draft) { v.d.Limits.MaxBytes = len(v.doc) }},
		{"ENC-024", "seventeen", swap("<ds:X509Certificate>", strings.Repeat("<ds:X509SubjectName>CN=x</ds:X509SubjectName>", 16)+"<ds:X509Certificate>"),
			swap("<ds:X509Certificate>", strings.Repeat("<ds:X509SubjectName>CN=x</ds:X509SubjectName>", 15)+"<ds:X509Certificate>")},
	}
}

func policyVectors() []vector {
	kw := `<xenc:EncryptionMethod Algorithm="` + NS + `kw-aes256"/>`
	return []vector{
		{"ENC-030", "CBC", both(swap(AES256GCM, AES256CBC), ciphertext(make([]byte, 64))), nil},
		{"ENC-030", "unknown", again(EncrypterOptions{}, LegacyDecryptOnly(), swap(AES256GCM, "http://www.w3.org/2001/04/xmldsig-more#camellia256-cbc")), nil},
		{"ENC-031", "RSA PKCS#1 v1.5", func(t *testing.T, v *draft) {
			v.doc = regexp.MustCompile(`(?s)<xenc:EncryptionMethod Algorithm="[^"]*rsa-oaep">.*?</xenc:EncryptionMethod>`).ReplaceAllString(v.doc, `<xenc:EncryptionMethod Algorithm="`+RSA15+`"/>`)
		}, nil},
		{"ENC-031", "RSA-OAEP in the old name", again(EncrypterOptions{KeyTransport: RSAOAEPMGF1P, Policy: SAML()}, BSI()), again(EncrypterOptions{KeyTransport: RSAOAEPMGF1P, Policy: SAML()}, SAML())},
		{"ENC-031", "key wrap", func(t *testing.T, v *draft) {
			v.doc = regexp.MustCompile(`(?s)<xenc:EncryptionMethod Algorithm="[^"]*rsa-oaep">.*?</xenc:EncryptionMethod>`).ReplaceAllString(v.doc, kw)
		}, nil},
		{"ENC-032", "SHA-1", again(EncrypterOptions{Digest: SHA1, Policy: SAML()}, BSI()), again(EncrypterOptions{Digest: SHA1, Policy: SAML()}, SAML())},
		{"ENC-032", "SHA-1 by default", both(swap(`<ds:DigestMethod Algorithm="`+SHA256+`"/>`, ``)), nil},
		{"ENC-032", "unknown", again(EncrypterOptions{}, LegacyDecryptOnly(), swap(`<ds:DigestMethod Algorithm="`+SHA256, `<ds:DigestMethod Algorithm="`+SHA256+`x`)), nil},
		{"ENC-033", "SHA-1", again(EncrypterOptions{MGF: MGF1SHA1, Policy: SAML()}, BSI()), again(EncrypterOptions{MGF: MGF1SHA1, Policy: SAML()}, SAML())},
		{"ENC-034", "2048 bits", func(t *testing.T, v *draft) {
			doc, err := encrypter(t, EncrypterOptions{Policy: OSCI12()}, certWeak()).EncryptElement([]byte(plain), Place{ID: "a"})
			require.NoError(t, err)
			v.doc, v.d.Keys, v.d.Policy = string(doc), []Key{ownWeak()}, SAML()
		}, func(t *testing.T, v *draft) {
			doc, err := encrypter(t, EncrypterOptions{Policy: OSCI12()}, certWeak()).EncryptElement([]byte(plain), Place{ID: "a"})
			require.NoError(t, err)
			v.doc, v.d.Keys, v.d.Policy = string(doc), []Key{ownWeak()}, OSCI12()
		}},
		{"ENC-034", "raised", set(func(d *Decrypter) { d.Policy.MinRSABits = 3073 }), set(func(d *Decrypter) { d.Policy.MinRSABits = 3072 })},
		{"ENC-035", "16 bytes", swap(AES256GCM+`"/>`, AES256GCM+`"><o:IvLength xmlns:o="`+NSOSCI+`" Value="16"/></xenc:EncryptionMethod>`),
			swap(AES256GCM+`"/>`, AES256GCM+`"><o:IvLength xmlns:o="`+NSOSCI+`" Value="12"/></xenc:EncryptionMethod>`)},
		{"ENC-035", "13 bytes", again(EncrypterOptions{Policy: OSCI12()}, OSCI12(), swap(`Value="12"`, `Value="13"`)), nil},
		{"ENC-036", "of the content", func(t *testing.T, v *draft) {
			v.doc = encryptedKey.ReplaceAllString(v.doc, `<xenc:AgreementMethod Algorithm="http://www.w3.org/2009/xmlenc11#ECDH-ES"/>`)
		}, nil},
		{"ENC-036", "of the key", func(t *testing.T, v *draft) {
			v.doc = keyKeyInfo.ReplaceAllString(v.doc, `<ds:KeyInfo><xenc:AgreementMethod Algorithm="http://www.w3.org/2009/xmlenc11#ECDH-ES"/></ds:KeyInfo>`)
		}, nil},
		{"ENC-036", "derived", func(t *testing.T, v *draft) {
			v.doc = encryptedKey.ReplaceAllString(v.doc, `<x:DerivedKey xmlns:x="`+NS11+`"/>`)
		}, nil},
		{"ENC-037", "a shared key", func(t *testing.T, v *draft) {
			v.doc = encryptedKey.ReplaceAllString(v.doc, `<ds:KeyName>x</ds:KeyName>`)
		}, nil},
		{"ENC-037", "a key for something else", both(withID, moveKey("", "", dataReference("#x"))), both(withID, moveKey("", "", ""))},
		{"ENC-038", "another certificate", set(func(d *Decrypter) { d.Keys = []Key{ownB()} }), set(func(d *Decrypter) { d.Keys = []Key{ownB(), ownA()} })},
		{"ENC-038", "another recipient", both(swap("<xenc:EncryptedKey>", `<xenc:EncryptedKey Recipient="https://a.example">`), set(func(d *Decrypter) { d.Recipient = "https://b.example" })),
			both(swap("<xenc:EncryptedKey>", `<xenc:EncryptedKey Recipient="https://a.example">`), set(func(d *Decrypter) { d.Recipient = "https://a.example" }))},
		{"ENC-039", "a key in the key", func(t *testing.T, v *draft) {
			v.doc = keyKeyInfo.ReplaceAllString(v.doc, `<ds:KeyInfo><xenc:EncryptedKey/></ds:KeyInfo>`)
		}, nil},
		{"ENC-039", "a second hop", func(t *testing.T, v *draft) {
			v.doc = keyKeyInfo.ReplaceAllString(v.doc, `<ds:KeyInfo>`+retrieval("#x")+`</ds:KeyInfo>`)
		}, nil},
	}
}

// TestRules breaks every rule and walks the catalogue.
func TestRules(t *testing.T) {
	broken, passed := map[string]int{}, map[string]int{}
	base := newDraft(t, EncrypterOptions{})
	for _, v := range append(structureVectors(), policyVectors()...) {
		t.Run(v.code+" "+v.name, func(t *testing.T) {
			bad := &draft{doc: base.doc, d: &Decrypter{Keys: []Key{ownA()}}}
			v.fail(t, bad)
			used := 0
			bad.d.count = func(string) { used++ }
			require.Equal(t, []string{v.code}, bad.outcome(t))
			if v.code >= catalogue[ruleAlgorithm].Code {
				require.Zero(t, used, "the policy is asked before a key is used")
			}
			broken[v.code]++
			good := &draft{doc: base.doc, d: &Decrypter{Keys: []Key{ownA()}}}
			if v.pass != nil {
				v.pass(t, good)
			}
			require.Empty(t, good.outcome(t))
			passed[v.code]++
		})
	}
	last := ""
	for _, r := range Rules() {
		assert.Positive(t, broken[r.Code], "%s has no failing vector", r.Code)
		assert.Positive(t, passed[r.Code], "%s has no passing vector", r.Code)
		assert.Greater(t, r.Code, last)
		assert.NotEmpty(t, r.Source)
		assert.NotEmpty(t, r.Message)
		last = r.Code
	}
	require.Len(t, broken, len(Rules()), "a vector for a rule that does not exist")
	require.Len(t, Rules(), 34)
}

// TestPlacesInContent: findings and reports of what stood in encrypted content say
// where it stood there, and nothing of how it is read.
func TestPlacesInContent(t *testing.T) {
	e := encrypter(t, EncrypterOptions{}, certA())
	d := &Decrypter{Keys: []Key{ownA()}}
	inner, err := e.EncryptContent([]byte("<r>\n<a id='x'>t</a></r>"), Place{ID: "x"})
	require.NoError(t, err)
	for _, newline := range []string{"", "\n"} {
		doc := strings.Replace(string(inner), "\n", newline, 1)
		doc2, err := e.EncryptContent([]byte(doc), Place{})
		require.NoError(t, err)
		report, err := d.DecryptDocument(doc2)
		require.NoError(t, err)
		require.Equal(t, "<r>"+newline+"<a id='x'>t</a></r>", string(report.Content()))
		require.Equal(t, "/r/xenc:EncryptedData", report.Decrypted[0].Path)
		require.Equal(t, "/a/xenc:EncryptedData", report.Decrypted[1].Path)
		require.Equal(t, 1+len(newline), report.Decrypted[1].Line)
		require.Equal(t, len("<a id='x'>")+1, report.Decrypted[1].Column)

		broken, err := e.EncryptContent([]byte(strings.Replace(doc, "<ds:KeyInfo", "<ds:KeyInfo Id2='x'", 1)), Place{})
		require.NoError(t, err)
		_, err = d.DecryptDocument(broken)
		var unreadable *finding.InvalidError
		require.ErrorAs(t, err, &unreadable)
		require.Equal(t, "/a/xenc:EncryptedData/ds:KeyInfo", unreadable.Findings[0].Path)
		require.Equal(t, strings.Index(doc[3+len(newline):], "<ds:KeyInfo")+1, unreadable.Findings[0].Column)
	}
}

// TestNotReadable gives what xmlscan says about a broken document, and findings
// have places.
func TestNotReadable(t *testing.T) {
	d := &Decrypter{Keys: []Key{ownA()}}
	for _, doc := range []string{"", "<a>", "<!DOCTYPE a><a/>", "<a/><b/>"} {
		report, err := d.DecryptDocument([]byte(doc))
		require.Nil(t, report)
		var syntax *xmlscan.SyntaxError
		require.ErrorAs(t, err, &syntax)
	}
	v := newDraft(t, EncrypterOptions{})
	swap("<xenc:EncryptedKey>", `<xenc:EncryptedKey Id2="x">`)(t, v)
	_, err := d.DecryptDocument([]byte(v.doc))
	var broken *finding.InvalidError
	require.ErrorAs(t, err, &broken)
	require.Len(t, broken.Findings, 1)
	f := broken.Findings[0]
	assert.Equal(t, "/r/xenc:EncryptedData/ds:KeyInfo/xenc:EncryptedKey", f.Path)
	assert.Equal(t, 1, f.Line)
	assert.Equal(t, strings.Index(v.doc, "<xenc:EncryptedKey")+1, f.Column)
}
