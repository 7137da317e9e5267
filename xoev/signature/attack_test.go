package signature_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// TestWrapping puts a genuine signed message, its signature and a forged message
// together in every way that signature wrapping attacks use (Somorovsky et al.
// 2012, XSW 1 to 8, and permutations): the original before, after, inside and
// around the forgery, in the signature's Object, with or without its signature,
// with the same, another or no ID.
func TestWrapping(t *testing.T) {
	tried := 0
	for _, reference := range []string{"", "#root"} {
		f := forge()
		f.uri = reference
		sig := f.signature(t)
		report, err := f.verify(t, signPair().verifier(), false)
		accepted(t, report, err)
		bare := strings.ReplaceAll(f.doc, "@", "")
		whole := strings.ReplaceAll(f.doc, "@", sig)
		withObject := func(content string) string {
			return strings.Replace(sig, "</KeyInfo>", "</KeyInfo><Object>"+content+"</Object>", 1)
		}
		for _, id := range []string{` ID="root"`, ` ID="evil"`, ` Id="root"`, ` xml:id="root"`, ``} {
			evil := func(content string) string { return `<a` + id + `><b>evil</b>` + content + `</a>` }
			for name, doc := range map[string]string{
				"original in Object":                       evil(withObject(bare)),
				"signed original in Object":                evil(withObject(whole)),
				"original before the signature":            evil(bare + sig),
				"original after the signature":             evil(sig + bare),
				"signed original inside":                   evil(whole),
				"signed original inside, signature copied": evil(whole + sig),
				"signed original deep inside":              evil("<x><y>" + whole + "</y></x>"),
				"signed original first":                    strings.Replace(evil(""), "<b>", whole+"<b>", 1),
				"original inside, signature deeper":        evil(bare + "<x>" + sig + "</x>"),
				"original below a sibling of signature":    evil("<x>" + bare + "</x>" + sig),
				"forgery inside the original":              strings.Replace(whole, "<b ", evil("")+"<b ", 1),
				"forgery inside the signature":             strings.ReplaceAll(f.doc, "@", withObject(evil(""))),
				"forgery as Signature's child":             strings.ReplaceAll(f.doc, "@", strings.Replace(sig, "<KeyInfo>", evil("")+"<KeyInfo>", 1)),
				"forgery in SignedInfo":                    strings.ReplaceAll(f.doc, "@", strings.Replace(sig, "<Reference ", evil("")+"<Reference ", 1)),
				"forgery in KeyInfo":                       strings.ReplaceAll(f.doc, "@", strings.Replace(sig, "<X509Data>", evil("")+"<X509Data>", 1)),
				"forgery around, signature at the top":     evil(sig + "<x>" + bare + "</x>"),
				"signature only":                           evil(sig),
				"signature around everything":              strings.Replace(sig, "</Signature>", evil(bare)+"</Signature>", 1),
			} {
				report, err := verifyEnveloped(t, signPair().verifier(), []byte(doc))
				require.NoError(t, err, name)
				require.Equal(t, finding.Rejected, report.Verdict, "%s, ID %q, reference %q", name, id, reference)
				require.NotEmpty(t, report.Findings)
				require.True(t, report.Content() == nil && report.Certificate == nil)
				tried++
			}
		}
	}
	require.Equal(t, 180, tried)
}

// TestNotXML shows that what is not strict XML never reaches the signature: the
// finding's code is the scanner's.
func TestNotXML(t *testing.T) {
	catalogue := map[string]bool{}
	for _, r := range xmlscan.Rules() {
		catalogue[r.Code] = true
	}
	f := forge()
	good := string(f.enveloped(t))
	d := detachedForgery()
	goodSig := d.signature(t)
	for name, change := range map[string]func(string) string{
		"DOCTYPE":                 func(s string) string { return `<!DOCTYPE x>` + s },
		"DOCTYPE with an entity":  func(s string) string { return `<!DOCTYPE a [<!ENTITY e "x">]>` + s },
		"second root":             func(s string) string { return s + "<a/>" },
		"the document twice":      func(s string) string { return s + s },
		"text after the root":     func(s string) string { return s + "x" },
		"NUL after the root":      func(s string) string { return s + "\x00" },
		"relative namespace name": func(s string) string { return strings.Replace(s, " ", ` xmlns:r="relative" `, 1) },
		"empty namespace name":    func(s string) string { return strings.Replace(s, " ", ` xmlns:r="" `, 1) },
		"unbound prefix":          func(s string) string { return strings.Replace(s, " ", ` r:x="" `, 1) },
		"attribute twice":         func(s string) string { return strings.Replace(s, " ", ` x="1" x="2" `, 1) },
		"same name by two prefixes": func(s string) string {
			return strings.Replace(s, " ", ` xmlns:p="urn:1" xmlns:q="urn:1" p:x="1" q:x="2" `, 1)
		},
		"undefined entity":            func(s string) string { return strings.Replace(s, "</", "&e;</", 1) },
		"not UTF-8":                   func(s string) string { return strings.Replace(s, "</", "\xff</", 1) },
		"another encoding":            func(s string) string { return `<?xml version="1.0" encoding="ISO-8859-1"?>` + s },
		"XML 1.1":                     func(s string) string { return `<?xml version="1.1"?>` + s },
		"cut off":                     func(s string) string { return s[:len(s)-1] },
		"empty":                       func(string) string { return "" },
		"reference to a control code": func(s string) string { return strings.Replace(s, "</", "&#1;</", 1) },
	} {
		t.Run(name, func(t *testing.T) {
			v := signPair().verifier()
			report, err := verifyEnveloped(t, v, []byte(change(good)))
			assert.Nil(t, report)
			notXML(t, err, catalogue)
			report, err = verifyDetached(t, v, []byte(d.plain()), []byte(change(goodSig)))
			assert.Nil(t, report)
			notXML(t, err, catalogue)
			report, err = verifyDetached(t, v, []byte(change(d.plain())), []byte(goodSig))
			assert.Nil(t, report)
			notXML(t, err, catalogue)
			out, err := signPair().signer(t).SignEnveloped([]byte(change(d.plain())), nil)
			assert.Nil(t, out)
			notXML(t, err, catalogue)
			_, err = signature.IsSigned([]byte(change(good)))
			notXML(t, err, catalogue)
		})
	}
}

func notXML(t *testing.T, err error, catalogue map[string]bool) {
	t.Helper()
	var invalid *finding.InvalidError
	require.ErrorAs(t, err, &invalid)
	require.Len(t, invalid.Findings, 1)
	assert.True(t, catalogue[invalid.Findings[0].Code])
}

// TestHarmless shows what may change without harm: it is not signed and not
// handed out.
func TestHarmless(t *testing.T) {
	f := forge()
	want := f.plain()
	for name, change := range map[string]func(string) string{
		"comment before the root":        func(s string) string { return "<!-- x -->" + s },
		"comment in the document":        func(s string) string { return strings.Replace(s, "text", "te<!-- x -->xt", 1) },
		"quotes":                         func(s string) string { return strings.Replace(s, `"body"`, `'body'`, 1) },
		"CDATA":                          func(s string) string { return strings.Replace(s, ">text<", "><![CDATA[text]]><", 1) },
		"white space in a tag":           func(s string) string { return strings.Replace(s, `<b `, "<b\n  ", 1) },
		"unused namespace":               func(s string) string { return strings.Replace(s, `<b `, `<b xmlns:x="urn:x" `, 1) },
		"XML declaration":                func(s string) string { return `<?xml version="1.0"?>` + "\n" + s },
		"line feeds in the base64":       func(s string) string { return strings.Replace(s, "<SignatureValue>", "<SignatureValue>\r\n\t ", 1) },
		"blanks between elements of sig": func(s string) string { return strings.Replace(s, "<KeyInfo>", "\n  <KeyInfo>\n", 1) },
	} {
		t.Run(name, func(t *testing.T) {
			f := forge()
			f.document = change
			report, err := f.verify(t, signPair().verifier(), false)
			accepted(t, report, err)
			assert.Equal(t, want, string(report.Content()))
		})
	}
}

const message = `<?xml version="1.0" encoding="UTF-8"?>
<?vorlage nr="7"?>
<antrag xmlns="urn:example:antrag" xmlns:t="urn:example:typen" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ID="a1">
  <!-- Testdaten -->
  <person t:art="n&#228;chste" xsi:type="t:Person"><name>Erika Mustermann</name><ort>Musterstadt &amp; Umland</ort></person>
  <betrag w="EUR">12.50</betrag><leer/><text><![CDATA[<frei>]]></text>
</antrag>
`

// mutate calls try with every byte changed in its lowest bit, its case bit and
// its highest bit, deleted and doubled.
func mutate(b []byte, try func(kind string, at int, changed []byte)) {
	for i := range b {
		for _, bits := range []byte{0x01, 0x20, 0x80} {
			m := bytes.Clone(b)
			m[i] ^= bits
			try("flip", i, m)
		}
		try("delete", i, append(bytes.Clone(b[:i]), b[i+1:]...))
		try("double", i, append(bytes.Clone(b[:i+1]), b[i:]...))
	}
}

type tally struct{ unreadable, rejected, accepted int }

// judge fails unless the changed message is refused or its content is the same.
func (n *tally) judge(t *testing.T, report *signature.Report, err error, want []byte, kind string, at int) {
	t.Helper()
	var invalid *finding.InvalidError
	switch {
	case err != nil:
		require.True(t, report == nil && errors.As(err, &invalid), "%s %d: %v", kind, at, err)
		n.unreadable++
	case report.Verdict == finding.Accepted:
		require.Equal(t, string(want), string(report.Content()), "%s %d", kind, at)
		n.accepted++
	default:
		require.True(t, report.Content() == nil && len(report.Findings) > 0 && report.Verdict == finding.Rejected, "%s %d", kind, at)
		n.rejected++
	}
}

// TestMutations changes every byte of a signed message of about 2 KB in turn.
func TestMutations(t *testing.T) {
	p := signPair()
	v := p.verifier()
	signed, err := p.signer(t).SignEnveloped([]byte(message), nil)
	require.NoError(t, err)
	report, err := verifyEnveloped(t, v, signed)
	accepted(t, report, err)
	want := report.Content()

	var enveloped tally
	mutate(signed, func(kind string, at int, changed []byte) {
		report, err := verifyEnveloped(t, v, changed)
		enveloped.judge(t, report, err, want, kind, at)
	})
	require.Equal(t, 5*len(signed), enveloped.accepted+enveloped.rejected+enveloped.unreadable)
	require.NotZero(t, enveloped.rejected)
	t.Logf("enveloped, %d bytes: %+v", len(signed), enveloped)

	sig, err := p.signer(t).SignDetached([]byte(message), "antrag.xml", nil)
	require.NoError(t, err)
	var detached tally
	mutate(sig, func(kind string, at int, changed []byte) {
		report, err := verifyDetached(t, v, []byte(message), changed)
		detached.judge(t, report, err, want, kind, at)
	})
	mutate([]byte(message), func(kind string, at int, changed []byte) {
		report, err := verifyDetached(t, v, changed, sig)
		detached.judge(t, report, err, want, kind, at)
	})
	require.Equal(t, 5*(len(sig)+len(message)), detached.accepted+detached.rejected+detached.unreadable)
	t.Logf("detached, %d bytes: %+v", len(sig)+len(message), detached)
}

// TestTruncated cuts a signed message at every byte.
func TestTruncated(t *testing.T) {
	p := signPair()
	signed, err := p.signer(t).SignEnveloped([]byte(message), nil)
	require.NoError(t, err)
	whole := len(bytes.TrimRight(signed, "\n"))
	for i := range whole {
		report, err := verifyEnveloped(t, p.verifier(), signed[:i])
		require.Error(t, err, "%d", i)
		require.Nil(t, report)
	}
}

func FuzzVerify(f *testing.F) {
	p := signPair()
	v := p.verifier()
	signer, err := signature.NewSigner(p.key, chainOf(p))
	if err != nil {
		f.Fatal(err)
	}
	signer.Now = now
	contents := map[string]bool{}
	for i, doc := range append([]string{message}, fuzzSeeds()...) {
		for _, o := range []*signature.SignOptions{nil, {ByID: true}} {
			signed, err := signer.SignEnveloped([]byte(doc), o)
			if errors.Is(err, signature.ErrNoID) {
				continue
			}
			if err != nil {
				f.Fatal(i, err)
			}
			report, err := v.VerifyEnveloped(signed)
			if err != nil || report.Verdict != finding.Accepted {
				f.Fatal(i, report, err)
			}
			contents[string(report.Content())] = true
			f.Add(signed)
		}
		f.Add([]byte(doc))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		report, err := verifyEnveloped(t, v, doc)
		fuzzed(t, report, err, contents)
		report, err = verifyDetached(t, v, []byte(message), doc)
		fuzzed(t, report, err, contents)
		if _, err := signature.IsSigned(doc); err != nil {
			var invalid *finding.InvalidError
			require.ErrorAs(t, err, &invalid)
		}
	})
}

func fuzzed(t *testing.T, report *signature.Report, err error, contents map[string]bool) {
	t.Helper()
	if err != nil {
		var invalid *finding.InvalidError
		require.ErrorAs(t, err, &invalid)
		require.Nil(t, report)
		return
	}
	if report.Verdict == finding.Accepted {
		require.True(t, contents[string(report.Content())], "accepted, but never signed")
		return
	}
	require.NotEmpty(t, report.Findings)
	require.Nil(t, report.Content())
}

func fuzzSeeds() []string {
	var seeds []string
	for _, s := range samples {
		seeds = append(seeds, s.doc)
	}
	return append(seeds, fmt.Sprintf(`<a ID="x">%s</a>`, strings.Repeat("<b/>", 50)))
}
