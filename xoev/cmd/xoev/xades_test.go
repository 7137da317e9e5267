package main

import (
	"bytes"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
)

// TestXAdES signs with level B-B and verifies, in every form.
func TestXAdES(t *testing.T) {
	f := newFolder(t)
	f.keyFiles()
	f.write("anlage.bin", []byte{0, 1, 2, '<', 0xff})
	for name, tc := range map[string]struct {
		sign   []string
		verify string
	}{
		"enveloped": {[]string{"--out", f.path("signed.xml"), f.path("antrag.xml")}, "signed.xml"},
		"detached":  {[]string{"--detached", "--out", f.path("antrag.xml.sig.xml"), f.path("antrag.xml")}, "antrag.xml"},
		"bytes":     {[]string{"--detached", "--bytes", "--out", f.path("anlage.bin.sig.xml"), f.path("anlage.bin")}, "anlage.bin"},
	} {
		t.Run(name, func(t *testing.T) {
			r := call(t, "", append([]string{"sign", "--key", f.path("ec8.key"), "--cert", f.path("ec8.pem"), "--xades", "B-B"}, tc.sign...)...)
			require.Equal(t, 0, r.status, r.errOut)
			file := f.path(tc.verify)
			r = call(t, "", "verify", "--trust", f.path("ec8.pem"), "--out", f.path("out"), file)
			require.Equal(t, 0, r.status, r.out+r.errOut)
			assert.Contains(t, r.out, "TOTAL-PASSED, XAdES-B-B")
			assert.Contains(t, r.out, "says the signer alone")
			if name == "bytes" {
				assert.Equal(t, f.read("anlage.bin"), f.read("out"))
			} else {
				assert.Contains(t, string(f.read("out")), "Erika Mustermann")
				assert.NotContains(t, string(f.read("out")), "Signature")
			}
			assert.Equal(t, 0, call(t, "", "verify", "--trust", f.path("ec8.pem"), "--xades", "B-B", file).status)

			r = call(t, "", "verify", "--trust", f.path("ec8.pem"), "--xades", "B-T", "--format", "json", file)
			assert.Equal(t, 1, r.status, "nothing proves the time: %s", r.out)
			assert.Contains(t, r.out, `"XAD-014"`)
			var got struct {
				Outcome string
				XAdES   struct{ Indication, Level string }
				Signer  any
			}
			require.NoError(t, json.Unmarshal([]byte(r.out), &got))
			assert.Equal(t, "INDETERMINATE", got.XAdES.Indication)
			assert.Nil(t, got.Signer)
			assert.Equal(t, 1, call(t, "", "verify", "--trust", f.path("rsa8.pem"), file).status, "somebody else's")
			assert.Equal(t, 1, call(t, "", "verify", "--trust", f.path("ec8.pem"), "--at", "2020-01-01T00:00:00Z", file).status, "not valid yet")
		})
	}
}

// TestXAdESRefused: a change of the content or the properties, a plain signature
// where a level is asked for.
func TestXAdESRefused(t *testing.T) {
	f := newFolder(t)
	f.keyFiles()
	signed := f.path("signed.xml")
	require.Equal(t, 0, call(t, "", "sign", "--key", f.path("ec8.key"), "--cert", f.path("ec8.pem"), "--xades", "B-B", "--out", signed, f.path("antrag.xml")).status)
	doc := f.read("signed.xml")
	f.write("out", []byte("old"))
	for name, change := range map[string][2]string{
		"content":     {"Erika", "Erich"},
		"claimed":     {"<xades:SigningTime>2", "<xades:SigningTime>3"},
		"certificate": {"SigningCertificateV2", "SigningCertificateV3"},
	} {
		changed := strings.ReplaceAll(string(doc), change[0], change[1])
		require.NotEqual(t, string(doc), changed)
		r := call(t, changed, "verify", "--lang", "de", "--trust", f.path("ec8.pem"), "--out", f.path("out"), "-")
		assert.Equal(t, 1, r.status, name+r.out)
		assert.Contains(t, r.out, "TOTAL-FAILED", name)
		assert.Equal(t, "old", string(f.read("out")))
	}
	plain := f.signEnveloped()
	r := call(t, "", "verify", "--trust", f.path("cert.pem"), "--xades", "B-B", plain)
	assert.Equal(t, 1, r.status, r.out)
	assert.Contains(t, r.out, "XAD-00")
	assert.Equal(t, 0, call(t, "", "verify", "--trust", f.path("cert.pem"), plain).status)

	for name, args := range map[string][]string{
		"level of its own":     {"--xades", "B-LTA"},
		"level to verify only": {"--xades", "B-LT"},
		"B-T without TSA":      {"--xades", "B-T"},
		"TSA without B-T":      {"--xades", "B-B", "--tsa-url", "https://tsa.example", "--tsa", f.path("ec8.pem")},
	} {
		args = append([]string{"sign", "--key", f.path("ec8.key"), "--cert", f.path("ec8.pem"), f.path("antrag.xml")}, args...)
		r := call(t, "", args...)
		assert.Equal(t, 2, r.status, name)
		assert.Contains(t, r.errOut, "--xades", name)
	}
	r = call(t, "", "sign", "--key", f.path("ec8.key"), "--cert", f.path("ec8.pem"), "--xades", "B-T", "--tsa-url", "http://127.0.0.1:1/", "--tsa", f.path("ec8.pem"), "--lang=de", f.path("antrag.xml"))
	assert.Equal(t, 2, r.status)
	assert.Contains(t, r.errOut, "keine Antwort")
	assert.Empty(t, r.out)
}

// TestRevocation: with --revocation and without data nothing is accepted; a list
// of the CA says who was revoked.
func TestRevocation(t *testing.T) {
	f := newFolder(t)
	ca := certificate(t, keys()[1], "Test-CA", true, nil)
	f.own = certificate(t, keys()[0], "Stadt Musterstadt", false, &ca)
	f.write("ca.pem", pemOf(ca.cert))
	f.write("own.pem", pemOf(f.own.cert))
	f.write("own.key", pkcs8(t, f.own.key))
	list := func(revoked ...x509.RevocationListEntry) []byte {
		der, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
			Number: big.NewInt(1), ThisUpdate: validFrom, NextUpdate: validTo, RevokedCertificateEntries: revoked,
		}, ca.cert, ca.key)
		require.NoError(t, err)
		return der
	}
	f.write("good.crl", list())
	f.write("good.pem", pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: list()}))
	f.write("bad.crl", list(x509.RevocationListEntry{SerialNumber: f.own.cert.SerialNumber, RevocationTime: validFrom}))
	plain := f.signEnveloped()
	advanced := f.path("advanced.xml")
	r := call(t, "", "sign", "--key", f.path("own.key"), "--cert", f.path("own.pem"), "--xades", "B-B", "--out", advanced, f.path("antrag.xml"))
	require.Equal(t, 0, r.status, r.errOut)
	for _, file := range []string{plain, advanced} {
		for _, tc := range []struct {
			args   []string
			status int
			says   string
		}{
			{nil, 0, "revocation was not checked"},
			{[]string{"--revocation"}, 2, "SIG-056"},
			{[]string{"--crl", f.path("bad.crl")}, 1, "SIG-055"},
			{[]string{"--crl", f.path("antrag.xml")}, 2, ""},
			{[]string{"--crl", f.path("ca.pem")}, 2, ""},
		} {
			r := call(t, "", append([]string{"verify", "--trust", f.path("ca.pem"), file}, tc.args...)...)
			assert.Equal(t, tc.status, r.status, "%v: %s%s", tc.args, r.out, r.errOut)
			assert.Contains(t, r.out, tc.says)
		}
		for _, crl := range []string{"good.crl", "good.pem"} {
			r := call(t, "", "verify", "--trust", f.path("ca.pem"), "--crl", f.path(crl), file)
			assert.Equal(t, 0, r.status, r.out+r.errOut)
			assert.Contains(t, r.out, "revocation was checked")
		}
	}
}

// TestTimeStamp: B-T with openssl as the time stamping authority.
func TestTimeStamp(t *testing.T) {
	tool := testenv.Tool(t, "openssl")
	f := newFolder(t)
	f.keyFiles()
	openssl := func(args ...string) {
		t.Helper()
		cmd := exec.Command(tool, args...)
		cmd.Dir = f.dir
		said, err := cmd.CombinedOutput()
		require.NoError(t, err, "%v: %s", args, said)
	}
	f.write("ts.cnf", []byte(`[req]
distinguished_name = dn
[dn]
[tsa]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[default]
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
serial = `+f.path("serial")+`
signer_cert = `+f.path("tsa.pem")+`
signer_key = `+f.path("tsa.key")+`
signer_digest = sha256
ess_cert_id_alg = sha256
clock_precision_digits = 0
`))
	f.write("serial", []byte("01\n"))
	f.write("tsa.key", pkcs8(t, ecKey(t, elliptic.P256())))
	openssl("req", "-x509", "-new", "-key", "tsa.key", "-config", "ts.cnf", "-extensions", "tsa", "-subj", "/CN=Zeitstempel Muster", "-days", "2", "-out", "tsa.pem")
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		query, err := io.ReadAll(io.LimitReader(r.Body, 1<<16))
		if err == nil {
			err = os.WriteFile(f.path("query"), query, 0o600)
		}
		if err == nil {
			err = exec.Command(tool, "ts", "-reply", "-config", f.path("ts.cnf"), "-section", "default", "-queryfile", f.path("query"), "-out", f.path("reply")).Run()
		}
		reply, readErr := os.ReadFile(filepath.Clean(f.path("reply")))
		if err != nil || readErr != nil {
			http.Error(w, "no reply", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/timestamp-reply")
		_, _ = w.Write(reply)
	}))
	defer server.Close()

	time.Sleep(time.Until(time.Now().Truncate(time.Second).Add(time.Second))) // stamps have no fractions: not before the certificate
	signed := f.path("signed.xml")
	sign := func(cert string) result {
		return call(t, "", "sign", "--key", f.path("ec8.key"), "--cert", f.path("ec8.pem"), "--xades", "B-T", "--tsa-url", server.URL, "--tsa", f.path(cert), "--out", signed, f.path("antrag.xml"))
	}
	r := sign("rsa8.pem")
	require.Equal(t, 2, r.status, "a stamp of somebody else")
	require.NoFileExists(t, signed)
	r = sign("tsa.pem")
	require.Equal(t, 0, r.status, r.errOut)
	require.Equal(t, 2, asked)

	r = call(t, "", "verify", "--trust", f.path("ec8.pem"), "--tsa", f.path("tsa.pem"), "--xades", "B-T", signed)
	assert.Equal(t, 0, r.status, r.out)
	assert.Contains(t, r.out, "TOTAL-PASSED, XAdES-B-T")
	assert.Contains(t, r.out, "by CN=Zeitstempel Muster")
	r = call(t, "", "verify", "--trust", f.path("ec8.pem"), signed)
	assert.Equal(t, 0, r.status, r.out)
	assert.Contains(t, r.out, "does not count", "nobody's stamps are trusted without --tsa")
	assert.Contains(t, r.out, "XAdES-B-B")
	forged := bytes.Replace(f.read("signed.xml"), []byte("Erika"), []byte("Erich"), 1)
	assert.Equal(t, 1, call(t, string(forged), "verify", "--trust", f.path("ec8.pem"), "--tsa", f.path("tsa.pem"), "-").status)
}
