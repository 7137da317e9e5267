package signature_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
)

// genuine is a signed thing of one form, in pieces that can be moved.
type genuine struct {
	form      signature.Form
	request   signature.Request
	doc       string   // whole
	sig       string   // the Signature element
	moved     []string // parts of the document that an attacker moves about
	contents  []string // everything that was really signed
	reference []string // URIs
}

func makeGenuine(t testing.TB, r signature.SignRequest, moved ...string) genuine {
	t.Helper()
	signed, err := signPair().signer(t).Sign(r)
	require.NoError(t, err)
	request := signature.Request{Form: r.Form, Document: signed, Files: r.Files}
	report, err := signPair().verifier().Verify(context.Background(), request)
	require.NoError(t, err)
	require.Equal(t, finding.Accepted, report.Verdict, "%v", report.Findings)
	doc := string(signed)
	from, to := strings.Index(doc, "<ds:Signature "), strings.LastIndex(doc, "</ds:Signature>")+len("</ds:Signature>")
	g := genuine{form: r.Form, request: request, doc: doc, sig: doc[from:to], moved: moved}
	for _, ref := range report.References {
		g.contents = append(g.contents, string(ref.Content()))
		g.reference = append(g.reference, ref.URI)
	}
	return g
}

func genuines(t testing.TB) []genuine {
	const person = `<person Id="p1"><name>Erika Mustermann</name></person>`
	const object = `<ds:Object Id="o1">` + person + `</ds:Object>`
	return []genuine{
		makeGenuine(t, signature.SignRequest{Document: []byte(`<antrag ID="root">` + person + `<betrag>12</betrag></antrag>`), References: []signature.SignReference{{URI: "#root"}, {URI: "#p1"}}},
			`<antrag ID="root">`+person+`<betrag>12</betrag></antrag>`, person),
		makeGenuine(t, signature.SignRequest{Document: []byte(`<antrag>` + person + `</antrag>`), References: []signature.SignReference{{}}}, `<antrag>`+person+`</antrag>`, person),
		makeGenuine(t, signature.SignRequest{Form: signature.SameDocument, Document: []byte(`<antrag>` + person + `<betrag Id="b1">12</betrag></antrag>`), References: []signature.SignReference{{URI: "#p1"}, {URI: "#b1"}}}, person, `<betrag Id="b1">12</betrag>`),
		makeGenuine(t, signature.SignRequest{Form: signature.Enveloping, References: []signature.SignReference{{URI: "#o1"}}, Objects: []signature.Object{{ID: "o1", Content: []byte(person)}}}, object, person),
		makeGenuine(t, signature.SignRequest{Form: signature.Enveloping, References: []signature.SignReference{{URI: "#p1"}}, Objects: []signature.Object{{ID: "o1", Content: []byte(person)}}}, object, person),
		makeGenuine(t, signature.SignRequest{
			Form: signature.Enveloping, References: []signature.SignReference{{URI: "#b1", Base64: true}},
			Objects: []signature.Object{{ID: "b1", Content: []byte(base64.StdEncoding.EncodeToString([]byte("Erika")))}},
		}, `<ds:Object Id="b1">RXJpa2E=</ds:Object>`),
	}
}

// TestWrappingGeneral wraps signed parts of every form in every place that
// signature wrapping attacks use, next to, around and inside a forgery with the
// same, another or no ID. What is accepted hands out nothing that was not signed,
// bound to the reference that signed it; in the forms with a place for the
// signed thing, nothing at all is accepted that moved it.
func TestWrappingGeneral(t *testing.T) {
	v := signPair().verifier()
	tried, harmless := 0, 0
	for n, g := range genuines(t) {
		for _, original := range g.moved {
			for _, id := range []string{` Id="p1"`, ` ID="root"`, ` Id="o1"`, ` Id="b1"`, ` Id="evil"`, ` xml:id="p1"`, ``} {
				evil := func(content string) string {
					return `<person` + id + `><name>Mallory</name>` + content + `</person>`
				}
				inObject := func(content string) string {
					return strings.Replace(g.sig, "</ds:Signature>", "<ds:Object>"+content+"</ds:Object></ds:Signature>", 1)
				}
				bare := strings.Replace(g.sig, original, "", 1)
				objectOut := func(place string) string { return strings.Replace(g.sig, original, place, 1) }
				const ds = `<ds:x xmlns:ds="` + signature.NS + `">`
				for name, doc := range map[string]string{
					"forgery in place":                 strings.Replace(g.doc, original, evil(""), 1),
					"forgery in place, original after": strings.Replace(g.doc, original, evil("")+original, 1),
					"forgery after the original":       strings.Replace(g.doc, original, original+evil(""), 1),
					"forgery around the original":      strings.Replace(g.doc, original, evil(original), 1),
					"original in Object":               strings.Replace(strings.Replace(g.doc, original, evil(""), 1), g.sig, inObject(original), 1),
					"original deep in Object":          strings.Replace(strings.Replace(g.doc, original, evil(""), 1), g.sig, inObject("<x><y>"+original+"</y></x>"), 1),
					"forgery in Object":                strings.Replace(g.doc, g.sig, inObject(evil("")), 1),
					"original and forgery in Object":   strings.Replace(g.doc, g.sig, inObject(evil(original)), 1),
					"everything below a new root":      `<antrag>` + evil("") + strings.TrimPrefix(g.doc, `<?xml version="1.0" encoding="UTF-8"?>`) + `</antrag>`,
					"signature and original apart":     `<antrag>` + evil("") + bare + `<x>` + original + `</x></antrag>`,
					"signature below a new root":       `<antrag>` + evil("") + g.sig + `</antrag>`,
					"object in another object":         objectOut("<ds:Object><w>" + original + "</w></ds:Object><ds:Object" + id + ">evil</ds:Object>"),
					"object in KeyInfo":                strings.Replace(bare, "<ds:X509Data>", original+"<ds:X509Data>", 1),
					"object in SignatureValue":         strings.Replace(bare, "</ds:SignatureValue>", original+"</ds:SignatureValue>", 1),
					"object in SignedInfo":             strings.Replace(bare, "</ds:SignedInfo>", original+"</ds:SignedInfo>", 1),
					"object outside":                   ds + original + bare + "</ds:x>",
				} {
					for _, form := range []signature.Form{signature.Enveloped, signature.Enveloping, signature.SameDocument} {
						report, err := both(t, v, signature.Request{Form: form, Document: []byte(doc)})
						tried++
						var invalid *finding.InvalidError
						if errors.As(err, &invalid) {
							continue // prefixes unbound where they were moved to
						}
						require.NoError(t, err, name)
						if report.Verdict != finding.Accepted {
							require.NotEmpty(t, report.Findings)
							require.True(t, report.Content() == nil && report.Certificate == nil && report.References == nil)
							continue
						}
						harmless++
						require.NotContains(t, string(report.Content()), "Mallory", "%d %s %v", n, name, form)
						require.Len(t, report.References, len(g.reference))
						for i, ref := range report.References {
							require.Equal(t, g.reference[i], ref.URI)
							require.Equal(t, g.contents[i], string(ref.Content()), "%d %s %v: exactly what was signed", n, name, form)
						}
						require.True(t, form == g.form || g.form != signature.SameDocument && form == signature.SameDocument, "%d %s: %v taken for %v", n, name, g.form, form)
					}
				}
			}
		}
	}
	t.Logf("%d tried, %d accepted with exactly the signed content", tried, harmless)
	require.Greater(t, tried, 3000)
}

// TestDetachedSwaps gives files other names, other content, each other's place,
// and leaves some away.
func TestDetachedSwaps(t *testing.T) {
	ctx, v := context.Background(), signPair().verifier()
	a, b := []byte("<a/>"), []byte("<b/>")
	files := map[string][]byte{"a.xml": a, "b.xml": b}
	signed, err := signPair().signer(t).Sign(signature.SignRequest{
		Form: signature.Detached, Files: files, References: []signature.SignReference{{URI: "a.xml"}, {URI: "b.xml", Canonicalization: signature.ExclusiveC14N}},
	})
	require.NoError(t, err)
	for name, tt := range map[string]struct {
		files map[string][]byte
		codes []string
	}{
		"right":           {files, nil},
		"swapped":         {map[string][]byte{"a.xml": b, "b.xml": a}, []string{"SIG-034", "SIG-034"}},
		"one for both":    {map[string][]byte{"a.xml": a, "b.xml": a}, []string{"SIG-034"}},
		"one missing":     {map[string][]byte{"a.xml": a}, []string{"SIG-013"}},
		"both missing":    {nil, []string{"SIG-013", "SIG-013"}},
		"other name":      {map[string][]byte{"./a.xml": a, "b.xml": b}, []string{"SIG-013"}},
		"one more":        {map[string][]byte{"a.xml": a, "b.xml": b, "c.xml": a}, []string{"SIG-013"}},
		"empty file":      {map[string][]byte{"a.xml": nil, "b.xml": b}, []string{"SIG-034"}},
		"byte order mark": {map[string][]byte{"a.xml": append([]byte("\xef\xbb\xbf"), a...), "b.xml": b}, []string{"SIG-034"}},
	} {
		report, err := both(t, v, signature.Request{Form: signature.Detached, Document: signed, Files: tt.files})
		require.NoError(t, err, name)
		if tt.codes == nil {
			require.Equal(t, finding.Accepted, report.Verdict)
			continue
		}
		rejected(t, report, tt.codes...)
	}
	_, err = v.Verify(ctx, signature.Request{Form: signature.Detached, Document: signed, Files: map[string][]byte{"a.xml": a, "b.xml": []byte("<b>")}})
	var invalid *finding.InvalidError
	require.ErrorAs(t, err, &invalid, "a file that is canonicalised must be XML")
	for _, uri := range []string{"", "#x"} {
		_, err = v.Verify(ctx, signature.Request{Form: signature.Detached, Document: signed, Files: map[string][]byte{uri: a}})
		require.ErrorIs(t, err, signature.ErrName)
	}
}

// TestNotXMLGeneral: what is no strict XML is no report.
func TestNotXMLGeneral(t *testing.T) {
	g := sameDocument(t)
	good := string(g.build(t))
	for name, doc := range map[string]string{
		"DOCTYPE": "<!DOCTYPE a>" + good, "second root": good + "<a/>", "relative namespace name": strings.Replace(good, "<c ", `<c xmlns:r="x" `, 1),
		"entity": strings.Replace(good, "text", "&e;", 1), "cut off": good[:len(good)-1], "empty": "",
	} {
		for _, form := range []signature.Form{0, 1, 2, 3} {
			report, err := g.verifier.Verify(context.Background(), signature.Request{Form: form, Document: []byte(doc)})
			var invalid *finding.InvalidError
			require.ErrorAs(t, err, &invalid, name)
			require.Nil(t, report)
		}
	}
	report, err := g.verifier.Verify(context.Background(), signature.Request{Form: 9, Document: []byte(good)})
	require.NoError(t, err)
	require.Equal(t, finding.Rejected, report.Verdict, "no such form")
}

// TestMutationsOfMethods changes every byte of a message of about 2 KB that was
// signed with RSASSA-PSS, with ECDSA and with several references.
func TestMutationsOfMethods(t *testing.T) {
	for name, tt := range map[string]struct {
		k keyed
		o signature.SignerOptions
	}{
		"RSASSA-PSS":              {rsaKey(), signature.SignerOptions{Algorithm: signature.RSAPSSSHA256}},
		"rsa-pss with parameters": {rsaKey(), signature.SignerOptions{Algorithm: signature.RSAPSS}},
		"ECDSA P-256":             {p256Key(), signature.SignerOptions{}},
	} {
		t.Run(name, func(t *testing.T) {
			v := tt.k.verifier(signature.Policy{})
			signed, err := tt.k.signer(t, tt.o).SignEnveloped([]byte(message), nil)
			require.NoError(t, err)
			report, err := v.VerifyEnveloped(signed)
			require.NoError(t, err)
			want := report.Content()
			require.NotNil(t, want)
			var n tally
			mutate(signed, func(kind string, at int, changed []byte) {
				report, err := v.VerifyEnveloped(changed)
				n.judge(t, report, err, want, kind, at)
			})
			require.Equal(t, 5*len(signed), n.accepted+n.rejected+n.unreadable)
			t.Logf("%d bytes: %+v", len(signed), n)
		})
	}
	t.Run("several references", func(t *testing.T) {
		k := p256Key()
		v := k.verifier(signature.Policy{})
		signed, err := k.signer(t, signature.SignerOptions{}).Sign(signature.SignRequest{
			Document: []byte(message), ID: "s", KeyInfoID: "k",
			References: []signature.SignReference{{URI: "#a1"}, {URI: "#k"}, {URI: "#o", Base64: true}},
			Objects:    []signature.Object{{ID: "o", Content: []byte("QUJD")}},
		})
		require.NoError(t, err)
		request := signature.Request{Document: signed}
		report, err := v.Verify(context.Background(), request)
		require.NoError(t, err)
		require.Equal(t, finding.Accepted, report.Verdict)
		want := report
		var n tally
		mutate(signed, func(kind string, at int, changed []byte) {
			report, err := v.Verify(context.Background(), signature.Request{Document: changed})
			n.judge(t, report, err, want.Content(), kind, at)
			if err == nil && report.Verdict == finding.Accepted {
				for i, r := range report.References {
					require.True(t, bytes.Equal(want.References[i].Content(), r.Content()), fmt.Sprint(kind, at))
				}
			}
		})
		require.Equal(t, 5*len(signed), n.accepted+n.rejected+n.unreadable)
		t.Logf("%d bytes: %+v", len(signed), n)
	})
}

// FuzzVerifyRequest verifies anything in every form. What is accepted was signed.
func FuzzVerifyRequest(f *testing.F) {
	v := signPair().verifier()
	contents := map[string]bool{}
	for _, g := range genuines(f) {
		f.Add([]byte(g.doc))
		for _, c := range g.contents {
			contents[c] = true
		}
	}
	for _, tt := range generalVectors {
		g := tt.base(f)
		tt.change(f, g)
		doc := g.build(f)
		if len(doc) > 16<<10 {
			continue
		}
		f.Add(doc)
		report, err := v.Verify(context.Background(), signature.Request{Form: signature.SameDocument, Document: doc})
		if err == nil { // right in another form: that is signed, too
			for _, r := range report.References {
				contents[string(r.Content())] = true
			}
		}
	}
	for _, base := range []func(testing.TB) *shape{enveloping, sameDocument, detachedFile, envelopedShape} {
		g := base(f)
		g.request.Document = g.build(f)
		report, err := g.verifier.Verify(context.Background(), g.request)
		if err != nil || report.Verdict != finding.Accepted {
			f.Fatal(report, err)
		}
		for _, r := range report.References {
			contents[string(r.Content())] = true
		}
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		for _, form := range []signature.Form{signature.Enveloped, signature.Enveloping, signature.Detached, signature.SameDocument} {
			report, err := both(t, v, signature.Request{Form: form, Document: doc})
			if err != nil {
				var invalid *finding.InvalidError
				require.ErrorAs(t, err, &invalid)
				require.Nil(t, report)
				continue
			}
			require.NotEqual(t, finding.Undetermined, report.Verdict)
			for _, r := range report.References {
				require.Equal(t, finding.Accepted, report.Verdict)
				require.True(t, contents[string(r.Content())], "accepted, but never signed")
			}
		}
	})
}
