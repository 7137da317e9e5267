package signature_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// TestGeneralForms signs and verifies every form and looks at what is handed out.
func TestGeneralForms(t *testing.T) {
	signer, verifier := signPair().signer(t), signPair().verifier()
	ctx := context.Background()
	pdf := []byte("%PDF-1.7 \x00\xff")
	for _, tt := range []struct {
		name    string
		request signature.SignRequest
		content string
		targets []signature.Target
	}{
		{"enveloped", signature.SignRequest{Document: []byte(message), References: []signature.SignReference{{}}}, "", []signature.Target{signature.TargetDocument}},
		{"enveloped, inclusive", signature.SignRequest{
			Document:   []byte(`<a xmlns:p="urn:p" xml:lang="de"><b/></a>`),
			References: []signature.SignReference{{Canonicalization: signature.InclusiveC14N}}, Canonicalization: signature.InclusiveC14N,
		}, `<a xmlns:p="urn:p" xml:lang="de"><b></b></a>`, []signature.Target{signature.TargetDocument}},
		{"enveloped at an offset, by ID", signature.SignRequest{
			Document: []byte(`<a ID="x"><i/><b/></a>`), Offset: 14, References: []signature.SignReference{{URI: "#x"}},
		}, `<a ID="x"><i></i><b></b></a>`, []signature.Target{signature.TargetDocument}},
		{"enveloped with properties", signature.SignRequest{
			Document: []byte(`<a/>`), ID: "s", KeyInfoID: "k", SignatureValueID: "v",
			References: []signature.SignReference{{ID: "r"}, {URI: "#p", Type: signature.SignedPropertiesType}, {URI: "#k"}},
			Objects:    []signature.Object{{Content: []byte(`<x:QualifyingProperties xmlns:x="http://uri.etsi.org/01903/v1.3.2#" Target="#s"><x:SignedProperties Id="p"/></x:QualifyingProperties>`)}},
		}, `<a></a>`, []signature.Target{signature.TargetDocument, signature.TargetSignedProperties, signature.TargetKeyInfo}},
		{"enveloping", signature.SignRequest{
			Form: signature.Enveloping, References: []signature.SignReference{{URI: "#o", Type: signature.NS + "Object"}},
			Objects: []signature.Object{{ID: "o", MimeType: "text/plain", Content: []byte("Gr&#252;&#223;e <!-- x -->&amp;")}},
		}, `<ds:Object xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Id="o" MimeType="text/plain">Grüße &amp;</ds:Object>`, []signature.Target{signature.TargetObject}},
		{"enveloping, base64", signature.SignRequest{
			Form: signature.Enveloping, References: []signature.SignReference{{URI: "#o", Base64: true}},
			Objects: []signature.Object{{ID: "o", Encoding: signature.Base64Transform, Content: []byte(" " + base64.StdEncoding.EncodeToString(pdf) + "\n")}},
		}, string(pdf), []signature.Target{signature.TargetObject}},
		{"enveloping a manifest", signature.SignRequest{
			Form: signature.Enveloping, References: []signature.SignReference{{URI: "#m", Type: signature.NS + "Manifest"}},
			Objects: []signature.Object{{Content: []byte(`<ds:Manifest Id="m"><ds:Reference URI="http://nobody.example/"><ds:DigestMethod Algorithm="urn:x"/><ds:DigestValue>AA==</ds:DigestValue></ds:Reference></ds:Manifest>`)}},
		}, `<ds:Manifest xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Id="m"><ds:Reference URI="http://nobody.example/"><ds:DigestMethod Algorithm="urn:x"></ds:DigestMethod><ds:DigestValue>AA==</ds:DigestValue></ds:Reference></ds:Manifest>`, []signature.Target{signature.TargetManifest}},
		{"detached octets", signature.SignRequest{
			Form: signature.Detached, References: []signature.SignReference{{URI: "a.pdf"}}, Files: map[string][]byte{"a.pdf": pdf},
		}, string(pdf), []signature.Target{signature.TargetFile}},
		{"detached XML with comments", signature.SignRequest{
			Form: signature.Detached, References: []signature.SignReference{{URI: "a.xml", Canonicalization: signature.InclusiveC14N11WithComments}},
			Files: map[string][]byte{"a.xml": []byte(`<a><!-- c --></a>`)},
		}, `<a><!-- c --></a>`, []signature.Target{signature.TargetFile}},
		{"detached base64", signature.SignRequest{
			Form: signature.Detached, References: []signature.SignReference{{URI: "cid:1", Base64: true}}, Files: map[string][]byte{"cid:1": []byte("QUJD\n")},
		}, "ABC", []signature.Target{signature.TargetFile}},
		{"two files", signature.SignRequest{
			Form: signature.Detached, References: []signature.SignReference{{URI: "a.pdf"}, {URI: "b.xml", Canonicalization: signature.ExclusiveC14N}},
			Files: map[string][]byte{"a.pdf": pdf, "b.xml": []byte("<b/>")},
		}, "", []signature.Target{signature.TargetFile, signature.TargetFile}},
		{"same document", signature.SignRequest{
			Form: signature.SameDocument, Document: []byte(`<a xmlns="urn:a" xmlns:u="urn:u"><b Id="x"><!-- c -->t</b><c/></a>`), References: []signature.SignReference{{URI: "#x"}},
		}, `<b xmlns="urn:a" Id="x">t</b>`, []signature.Target{signature.TargetElement}},
		{"same document, inclusive", signature.SignRequest{
			Form: signature.SameDocument, Document: []byte(`<a xmlns="urn:a" xmlns:u="urn:u" xml:lang="de"><b Id="x">t</b><c/></a>`),
			References: []signature.SignReference{{URI: "#x", Canonicalization: signature.InclusiveC14NWithComments}}, Canonicalization: signature.InclusiveC14N11,
		}, `<b xmlns="urn:a" xmlns:u="urn:u" Id="x" xml:lang="de">t</b>`, []signature.Target{signature.TargetElement}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			signed, err := signer.Sign(tt.request)
			require.NoError(t, err)
			report, err := verifier.Verify(ctx, signature.Request{Form: tt.request.Form, Document: signed, Files: tt.request.Files, SignatureID: tt.request.ID})
			require.NoError(t, err)
			require.Equal(t, finding.Accepted, report.Verdict, "%v", report.Findings)
			if tt.content != "" {
				assert.Equal(t, tt.content, string(report.Content()))
			} else if len(tt.targets) > 1 {
				assert.Nil(t, report.Content(), "what several references cover is in References")
				_, err := report.Document(nil)
				require.Error(t, err)
				assert.Nil(t, report.Scanner(nil))
			}
			element, scope := report.Signature()
			fragment := xmlscan.NewFragment(element, scope, nil)
			require.True(t, fragment.Next() && fragment.Name().Is(signature.NS, "Signature"))
			var targets []signature.Target
			for i, r := range report.References {
				targets = append(targets, r.Target)
				assert.NotNil(t, r.Content())
				assert.Equal(t, tt.request.References[i].Type, r.Type)
				assert.Equal(t, tt.request.References[i].ID, r.ID)
				assert.Equal(t, tt.request.References[i].URI, r.URI)
			}
			assert.Equal(t, tt.targets, targets)
			for _, form := range []signature.Form{signature.Enveloped, signature.Enveloping, signature.Detached, signature.SameDocument} {
				other, err := verifier.Verify(ctx, signature.Request{Form: form, Document: signed, Files: tt.request.Files, SignatureID: tt.request.ID})
				require.NoError(t, err)
				same := form == tt.request.Form || tt.request.Form == signature.Enveloped && form == signature.SameDocument
				assert.Equal(t, same, other.Verdict == finding.Accepted, "%v as %v: %v", tt.request.Form, form, other)
			}
			if tt.request.Document != nil {
				at := bytes.Index(signed, []byte("<ds:Signature "))
				end := bytes.Index(signed, []byte("</ds:Signature>")) + len("</ds:Signature>")
				rest := string(signed[:at]) + string(signed[end:])
				assert.Contains(t, []string{string(tt.request.Document), strings.Replace(string(tt.request.Document), "/>", "></a>", 1)}, rest)
			}
		})
	}
}
