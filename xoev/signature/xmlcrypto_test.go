package signature_test

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
)

type nodeJob struct {
	Do        string `json:"do"`
	File      string `json:"file"`
	Out       string `json:"out"`
	Key       string `json:"key"`
	Cert      string `json:"cert"`
	Method    string `json:"method"`
	Digest    string `json:"digest"`
	Canonical string `json:"canonical"`
}

func xmlCrypto(t *testing.T, jobs []nodeJob) []string {
	t.Helper()
	folder := testenv.NodePackages(t, "xml-crypto")
	input, err := json.Marshal(jobs)
	require.NoError(t, err)
	cmd := exec.Command(testenv.Tool(t, "node"), filepath.Join("testdata", "xmlcrypto", "peer.js"))
	cmd.Stdin = strings.NewReader(string(input))
	cmd.Stderr = os.Stderr
	cmd.Env = append(os.Environ(), "EGOV_NODE_PEERS="+folder)
	out, err := cmd.Output()
	require.NoError(t, err)
	var answers []string
	require.NoError(t, json.Unmarshal(out, &answers))
	require.Len(t, answers, len(jobs))
	return answers
}

// xmlCryptoMethods are what xml-crypto 6.3.2 has and we allow.
var xmlCryptoMethods = []string{signature.RSASHA256, more2001 + "rsa-sha512", signature.RSAPSSSHA256}

// TestXMLCryptoPeer exchanges signatures with xml-crypto, both ways. It does not
// know Canonical XML 1.1.
func TestXMLCryptoPeer(t *testing.T) {
	dir := t.TempDir()
	k := rsaKey()
	key := k.pemKey(t, dir)
	cert := filepath.Join(dir, "cert.pem")
	writePEM(t, cert, "CERTIFICATE", k.cert.Raw)
	const doc = `<a xmlns="urn:a" xmlns:p="urn:p" Id="root"><b p:x="1" c="2">Grüße &amp; <i>x</i></b></a>`
	write(t, dir, "doc.xml", []byte(doc))
	var ours, theirs []nodeJob
	for _, method := range xmlCryptoMethods {
		s := k.signer(t, signature.SignerOptions{Algorithm: method})
		for _, canonical := range []string{signature.ExclusiveC14N, signature.ExclusiveC14NWithComments, signature.InclusiveC14N, signature.InclusiveC14NWithComments} {
			for _, uri := range []string{"", "#root"} {
				signed, err := s.Sign(signature.SignRequest{
					Document: []byte(doc), Canonicalization: canonical,
					References: []signature.SignReference{{URI: uri, Canonicalization: canonical}},
				})
				require.NoError(t, err)
				name := "ours" + strconv.Itoa(len(ours)) + ".xml"
				write(t, dir, name, signed)
				ours = append(ours, nodeJob{Do: "verify", File: filepath.Join(dir, name), Cert: cert, Method: method + " " + canonical + " " + uri})
			}
			for _, digest := range []string{"http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2001/04/xmlenc#sha512"} {
				out := filepath.Join(dir, "theirs"+strconv.Itoa(len(theirs))+".xml")
				theirs = append(theirs, nodeJob{Do: "sign", File: filepath.Join(dir, "doc.xml"), Out: out, Key: key, Cert: cert, Method: method, Digest: digest, Canonical: canonical})
			}
		}
	}
	good := 0
	for i, answer := range xmlCrypto(t, ours) {
		if assert.Equal(t, "valid", answer, ours[i].Method) {
			good++
		}
	}
	t.Logf("xml-crypto verified %d of %d", good, len(ours))
	good = 0
	for i, answer := range xmlCrypto(t, theirs) {
		require.Equal(t, "signed", answer)
		signed, err := os.ReadFile(theirs[i].Out)
		require.NoError(t, err)
		report, err := k.verifier(signature.Policy{}).Verify(context.Background(), signature.Request{Document: signed})
		require.NoError(t, err)
		if assert.Equal(t, finding.Accepted, report.Verdict, "%s %s: %v", theirs[i].Method, theirs[i].Canonical, report.Findings) {
			good++
		}
	}
	t.Logf("we verified %d of its %d signatures", good, len(theirs))
	require.Len(t, ours, 24)
	require.Len(t, theirs, 24)
}
