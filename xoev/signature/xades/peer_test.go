package xades_test

import (
	"context"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/signature/xades"
)

func run(t testing.TB, tool string, args ...string) {
	t.Helper()
	out, err := exec.Command(tool, args...).CombinedOutput()
	require.NoError(t, err, "%s %v\n%s", filepath.Base(tool), args, out)
}

// outputs are signatures of every form and level.
func outputs(t testing.TB, w *world) map[string][]byte {
	t.Helper()
	rich := xades.Properties{
		ClaimedRoles: []string{"Leitung"}, Commitments: []xades.Commitment{{Identifier: xades.ProofOfApproval}, {Identifier: xades.ProofOfOrigin, ReferenceIDs: []string{"s1-r1"}}},
		Place:   &xades.Place{City: "Musterstadt", Street: "Marktplatz 1", State: "Musterland", PostalCode: "00000", Country: "DE"},
		Formats: []xades.DataObjectFormat{{MimeType: "text/xml", Description: "Antrag", Encoding: "urn:e", Identifier: "urn:i"}},
	}
	out := map[string][]byte{}
	for _, stamped := range []bool{false, true} {
		r := w.request(stamped)
		out[fmt.Sprint("enveloped ", stamped)] = w.sign(t, r)
		r.Properties = rich
		out[fmt.Sprint("enveloped rich ", stamped)] = w.sign(t, r)
		r.SignRequest = signature.SignRequest{Form: signature.Enveloping, ID: "s1", Objects: []signature.Object{{ID: "o1", Content: []byte(message)}}, References: []signature.SignReference{{URI: "#o1"}}}
		out[fmt.Sprint("enveloping ", stamped)] = w.sign(t, r)
	}
	extended, err := xades.AddValidationData(context.Background(), signature.Request{Document: out["enveloped true"]}, w.validationData(w.now))
	require.NoError(t, err)
	out["enveloped B-LT"] = extended
	return out
}

// TestSchema validates what we write against the schemas of XAdES, as whole
// signatures and as QualifyingProperties alone.
func TestSchema(t *testing.T) {
	xmllint := testenv.Tool(t, "xmllint")
	dir := t.TempDir()
	read := func(file, name string) {
		data, err := os.ReadFile(testenv.Data(t, file))
		require.NoError(t, err)
		text := regexp.MustCompile(`(?s)<!DOCTYPE.*?]>`).ReplaceAllString(string(data), "")
		text = strings.ReplaceAll(text, "http://www.w3.org/TR/2008/REC-xmldsig-core-20080610/xmldsig-core-schema.xsd", "ds.xsd")
		text = strings.ReplaceAll(text, "https://forge.etsi.org/rep/esi/x19_13201_XAdES/raw/v1.3.1/1913201-XAdES01903v132.xsd", "x132.xsd")
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	read("xoev/xoev-bibliothek/xmldsig-core-schema.xsd", "ds.xsd")
	read("xmldsig/dss/xsd/specs-xades/XAdES01903v132-202407.xsd", "x132.xsd")
	read("xmldsig/dss/xsd/specs-xades/XAdES01903v141-202407.xsd", "x141.xsd")
	schema := `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:import namespace="` + signature.NS + `" schemaLocation="ds.xsd"/>` +
		`<xs:import namespace="` + xades.NS + `" schemaLocation="x132.xsd"/><xs:import namespace="` + xades.NS141 + `" schemaLocation="x141.xsd"/></xs:schema>`
	require.NoError(t, os.WriteFile(filepath.Join(dir, "all.xsd"), []byte(schema), 0o600))
	valid := func(xml string) error {
		file := filepath.Join(dir, "doc.xml")
		require.NoError(t, os.WriteFile(file, []byte(xml), 0o600))
		out, err := exec.Command(xmllint, "--nonet", "--noout", "--schema", filepath.Join(dir, "all.xsd"), file).CombinedOutput()
		if err != nil {
			return fmt.Errorf("%w: %s", err, out)
		}
		return nil
	}
	sig := regexp.MustCompile(`(?s)<ds:Signature .*</ds:Signature>`)
	checked := 0
	for name, doc := range outputs(t, newWorld(t)) {
		q := strings.Replace(qualifying.FindString(string(doc)), "<xades:QualifyingProperties", `<xades:QualifyingProperties xmlns:ds="`+signature.NS+`"`, 1)
		require.NoError(t, valid(sig.FindString(string(doc))), name)
		require.NoError(t, valid(q), name)
		require.Error(t, valid(strings.Replace(q, "SigningTime>", "SignedTime>", 2)), "the schema checks nothing")
		checked++
	}
	require.Equal(t, 7, checked)
}

// TestXmlsec1 lets xmlsec1 verify what we sign.
func TestXmlsec1(t *testing.T) {
	xmlsec1 := testenv.Tool(t, "xmlsec1")
	w, dir, checked := newWorld(t), t.TempDir(), 0
	cert := filepath.Join(dir, "cert.pem")
	require.NoError(t, os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: w.signerOf.Cert.Raw}), 0o600))
	for name, doc := range outputs(t, w) {
		file := filepath.Join(dir, "doc.xml")
		require.NoError(t, os.WriteFile(file, doc, 0o600))
		args := []string{"--verify", "--id-attr:Id", xades.NS + ":SignedProperties", "--id-attr:Id", signature.NS + ":Object", "--pubkey-cert-pem", cert}
		if strings.HasPrefix(name, "enveloped") {
			args = append(args, "--node-xpath", "/*/*[local-name()='Signature']")
		}
		run(t, xmlsec1, append(args, file)...)
		require.NoError(t, os.WriteFile(file, []byte(strings.Replace(string(doc), ">text/xml<", ">text/css<", 1)), 0o600))
		require.Error(t, exec.Command(xmlsec1, append(args, file)...).Run(), "the properties are not checked")
		checked++
	}
	require.Equal(t, 7, checked)
}

// TestJDK lets java.xml.crypto verify what we sign, with secure validation on and
// the IDs made known.
func TestJDK(t *testing.T) {
	javac, java := testenv.Tool(t, "javac"), testenv.Tool(t, "java")
	w, dir := newWorld(t), t.TempDir()
	run(t, javac, "-encoding", "UTF-8", "-d", dir, filepath.Join("..", "testdata", "jdk", "Peer.java"))
	cert := filepath.Join(dir, "cert.pem")
	require.NoError(t, os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: w.signerOf.Cert.Raw}), 0o600))
	var jobs strings.Builder
	var want []string
	for name, doc := range outputs(t, w) {
		for _, altered := range []bool{false, true} {
			prefix := "valid"
			if altered {
				doc, prefix = []byte(strings.Replace(string(doc), ">text/xml<", ">text/css<", 1)), "invalid"
			}
			file := filepath.Join(dir, fmt.Sprintf("%d.xml", len(want)))
			require.NoError(t, os.WriteFile(file, doc, 0o600))
			fmt.Fprintf(&jobs, "verify\t%s\t%s\ttrue\n", file, cert)
			want = append(want, prefix+" "+name)
		}
	}
	cmd := exec.Command(java, "-cp", dir, "Peer")
	cmd.Stdin, cmd.Stderr = strings.NewReader(jobs.String()), os.Stderr
	out, err := cmd.Output()
	require.NoError(t, err)
	answers := strings.Split(strings.TrimSpace(string(out)), "\n")
	require.Len(t, answers, 14)
	for i, a := range answers {
		prefix, _, _ := strings.Cut(want[i], " ")
		assert.True(t, strings.HasPrefix(a, prefix), "%s: %s", want[i], a)
	}
}
