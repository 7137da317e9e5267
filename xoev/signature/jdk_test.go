package signature_test

import (
	"context"
	"crypto"
	"crypto/x509"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
)

// jdk runs jobs through the peer program; see testdata/jdk.
func jdk(t *testing.T, jobs [][]string) []string {
	t.Helper()
	javac, java := testenv.Tool(t, "javac"), testenv.Tool(t, "java")
	classes := t.TempDir()
	run(t, ".", javac, "-encoding", "UTF-8", "-d", classes, filepath.Join("testdata", "jdk", "Peer.java"))
	var input strings.Builder
	for _, j := range jobs {
		input.WriteString(strings.Join(j, "\t") + "\n")
	}
	cmd := exec.Command(java, "-cp", classes, "Peer")
	cmd.Stdin = strings.NewReader(input.String())
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	require.NoError(t, err)
	answers := strings.Split(strings.TrimRight(string(out), "\n"), "\n")
	require.Len(t, answers, len(jobs))
	return answers
}

// keyFiles writes key (PKCS#8, DER) and certificate (PEM).
func (k keyed) keyFiles(t testing.TB, dir string) (keyFile, certFile string) {
	t.Helper()
	name := strings.NewReplacer(" ", "", "-", "").Replace(k.name)
	keyFile, certFile = filepath.Join(dir, name+".der"), filepath.Join(dir, name+".pem")
	writePEM(t, certFile, "CERTIFICATE", k.cert.Raw)
	key := k.key
	if hidden, ok := key.(hsm); ok {
		key = hidden.Signer
	}
	if strings.HasPrefix(k.name, "brainpool") {
		return "", certFile // crypto/x509 cannot write it
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(keyFile, der, 0o600))
	return keyFile, certFile
}

func (k keyed) javaKind() string {
	switch {
	case strings.HasPrefix(k.name, "RSA"):
		return "RSA"
	case k.name == "Ed25519":
		return "Ed25519"
	}
	return "EC"
}

// notInJDK says what JDK 17 cannot do.
func notInJDK(uri string, k keyed) bool {
	return strings.HasPrefix(k.name, "brainpool") || strings.HasPrefix(uri, more2021+"ecdsa-sha3")
}

// c14nMethods are all canonicalisations.
var c14nMethods = []string{
	signature.ExclusiveC14N, signature.ExclusiveC14NWithComments, signature.InclusiveC14N,
	signature.InclusiveC14NWithComments, signature.InclusiveC14N11, signature.InclusiveC14N11WithComments,
}

// TestJDKVerifiesOurs lets java.xml.crypto verify every algorithm, every form
// and every canonicalisation of ours, with its secure validation on.
func TestJDKVerifiesOurs(t *testing.T) {
	dir := t.TempDir()
	var jobs [][]string
	var names []string
	add := func(name string, k keyed, signed []byte, files map[string][]byte) {
		sub := filepath.Join(dir, fmt.Sprint(len(jobs)))
		require.NoError(t, os.Mkdir(sub, 0o700))
		write(t, sub, "signed.xml", signed)
		for uri, data := range files {
			write(t, sub, uri, data)
		}
		_, cert := k.keyFiles(t, sub)
		jobs = append(jobs, []string{"verify", filepath.Join(sub, "signed.xml"), cert, "true"})
		names = append(names, name)
	}
	for _, row := range algorithmTable {
		for _, make := range row.keys {
			k := make()
			if notInJDK(row.uri, k) {
				continue
			}
			policy := signature.Policy{}
			if row.policy != nil {
				policy = row.policy()
			}
			s := k.signer(t, signature.SignerOptions{Algorithm: row.uri, PSSHash: row.pss, Policy: policy})
			signed, err := s.SignEnveloped([]byte(message), nil)
			require.NoError(t, err)
			add(row.uri+" "+k.name, k, signed, nil)
		}
	}
	k := rsaKey()
	for _, method := range c14nMethods {
		s := k.signer(t, signature.SignerOptions{Algorithm: signature.RSAPSSSHA256})
		for _, r := range formRequests(method) {
			signed, err := s.Sign(r)
			require.NoError(t, err)
			add(method+" "+r.Form.String(), k, signed, r.Files)
		}
	}
	failed := 0
	for i, answer := range jdk(t, jobs) {
		if !assert.Equal(t, "valid", answer, names[i]) {
			failed++
		}
	}
	t.Logf("java.xml.crypto verified %d of %d", len(jobs)-failed, len(jobs))
	require.GreaterOrEqual(t, len(jobs), 45)
}

// formRequests are one signature of each form.
func formRequests(method string) []signature.SignRequest {
	const doc = `<?vor?><a xmlns="urn:a" xmlns:p="urn:p" xml:lang="de" ID="root"><!-- c --><p:b Id="b" x="1">Grüße <i/>&amp; </p:b><c/></a>`
	return []signature.SignRequest{
		{Document: []byte(doc), Canonicalization: method, References: []signature.SignReference{{Canonicalization: method}}},
		{Document: []byte(doc), Canonicalization: method, References: []signature.SignReference{{URI: "#root", Canonicalization: method}, {URI: "#b", Canonicalization: method}}},
		{
			Form: signature.Enveloping, Canonicalization: method, ID: "s",
			References: []signature.SignReference{{URI: "#o", Canonicalization: method}, {URI: "#d", Base64: true}},
			Objects:    []signature.Object{{ID: "o", Content: []byte(`<x xmlns="urn:x">y<!-- c --></x>`)}, {ID: "d", Content: []byte("QUJD\nREVG")}},
		},
		{Form: signature.SameDocument, Document: []byte(doc), Canonicalization: method, References: []signature.SignReference{{URI: "#b", Canonicalization: method}}},
		{
			Form: signature.Detached, Canonicalization: method, Files: map[string][]byte{"a.xml": []byte(doc), "b.bin": {0, 1, 2, 0xff}},
			References: []signature.SignReference{{URI: "a.xml", Canonicalization: method}, {URI: "b.bin"}},
		},
	}
}

// TestOursVerifiesJDK verifies what java.xml.crypto signed.
func TestOursVerifiesJDK(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "antrag.xml", []byte(message))
	type expected struct {
		name, uri, out string
		form           signature.Form
		k              keyed
		policy         signature.Policy
	}
	var jobs [][]string
	var want []expected
	add := func(form, uri string, pss crypto.Hash, k keyed, policy signature.Policy, method string) {
		key, cert := k.keyFiles(t, dir)
		out := filepath.Join(dir, fmt.Sprintf("out%d.xml", len(jobs)))
		digest := ""
		if pss != 0 {
			digest = pss.String()
		}
		jobs = append(jobs, []string{"sign", form, uri, digest, key, k.javaKind(), cert, method, filepath.Join(dir, "antrag.xml"), out})
		f := map[string]signature.Form{"enveloped": signature.Enveloped, "enveloping": signature.Enveloping, "detached": signature.Detached}[form]
		want = append(want, expected{form + " " + uri + " " + k.name + " " + method, uri, out, f, k, policy})
	}
	for _, row := range algorithmTable {
		for _, make := range row.keys {
			if k := make(); !notInJDK(row.uri, k) {
				policy := signature.Policy{}
				if row.policy != nil {
					policy = row.policy()
				}
				add("enveloped", row.uri, row.pss, k, policy, signature.InclusiveC14N)
			}
		}
	}
	for _, method := range c14nMethods {
		for _, form := range []string{"enveloped", "enveloping", "detached"} {
			add(form, signature.RSAPSSSHA256, 0, rsaKey(), signature.Policy{}, method)
		}
	}
	good := 0
	for i, answer := range jdk(t, jobs) {
		w := want[i]
		if !assert.Equal(t, "signed", answer, w.name) {
			continue
		}
		doc, err := os.ReadFile(w.out)
		require.NoError(t, err)
		request := signature.Request{Form: w.form, Document: doc}
		if w.form == signature.Detached {
			request.Files = map[string][]byte{"antrag.xml": []byte(message)}
		}
		report, err := w.k.verifier(w.policy).Verify(context.Background(), request)
		require.NoError(t, err, w.name)
		if assert.Equal(t, finding.Accepted, report.Verdict, "%s: %v", w.name, report.Findings) {
			good++
		}
		assert.Equal(t, w.uri, report.Algorithm)
	}
	t.Logf("%d signatures of java.xml.crypto: %d as expected", len(jobs), good)
	require.GreaterOrEqual(t, len(jobs), 35)
}
