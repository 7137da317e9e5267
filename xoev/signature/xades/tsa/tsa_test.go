package tsa_test

import (
	"context"
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/digitorus/timestamp"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/signature/xades/internal/rfc3161"
	"github.com/bausteine/egov/xoev/signature/xades/internal/tsatest"
	"github.com/bausteine/egov/xoev/signature/xades/tsa"
)

func pool(certs ...*x509.Certificate) signature.Trust {
	p := x509.NewCertPool()
	for _, c := range certs {
		p.AddCert(c)
	}
	return signature.Pool(p)
}

func digest() []byte {
	sum := sha256.Sum256([]byte("SignatureValue"))
	return sum[:]
}

func TestClient(t *testing.T) {
	other := asn1.ObjectIdentifier{1, 2, 3, 5}
	tests := []struct {
		name   string
		policy string
		tsa    func(ca *tsatest.Entity, a *tsatest.TSA)
		client func(ca *tsatest.Entity, c *tsa.Client)
		want   error
	}{
		{name: "good"},
		{name: "good, with policy", policy: "1.2.3.4"},
		{name: "nonce of another request", tsa: func(_ *tsatest.Entity, a *tsatest.TSA) {
			a.Change = func(t *timestamp.Timestamp) { t.Nonce = new(big.Int).Add(t.Nonce, big.NewInt(1)) }
		}, want: tsa.ErrNonce},
		{name: "no nonce", tsa: func(_ *tsatest.Entity, a *tsatest.TSA) {
			a.Change = func(t *timestamp.Timestamp) { t.Nonce = nil }
		}, want: tsa.ErrNonce},
		{name: "other policy", policy: "1.2.3.4", tsa: func(_ *tsatest.Entity, a *tsatest.TSA) { a.Policy = other }, want: tsa.ErrPolicy},
		{name: "other data", tsa: func(_ *tsatest.Entity, a *tsatest.TSA) {
			a.Change = func(t *timestamp.Timestamp) { t.HashedMessage = make([]byte, 32) }
		}, want: tsa.ErrImprint},
		{name: "other digest", tsa: func(_ *tsatest.Entity, a *tsatest.TSA) {
			a.Change = func(t *timestamp.Timestamp) { t.HashAlgorithm, t.HashedMessage = crypto.SHA512, make([]byte, 64) }
		}, want: tsa.ErrImprint},
		{name: "no certificate", tsa: func(_ *tsatest.Entity, a *tsatest.TSA) {
			a.Change = func(t *timestamp.Timestamp) { t.AddTSACertificate = false }
		}, want: tsa.ErrToken},
		{name: "not for time stamps", tsa: func(ca *tsatest.Entity, a *tsatest.TSA) { a.Entity = ca.Issue("TSA", nil) }, want: tsa.ErrToken},
		{name: "time before the certificate", tsa: func(_ *tsatest.Entity, a *tsatest.TSA) { a.Time = tsatest.Start().Add(-time.Hour) }, want: tsa.ErrToken},
		{name: "time ahead", tsa: func(_ *tsatest.Entity, a *tsatest.TSA) { a.Time = a.Time.Add(time.Hour) }, want: tsa.ErrToken},
		{name: "critical extension", tsa: func(_ *tsatest.Entity, a *tsatest.TSA) {
			a.Change = func(t *timestamp.Timestamp) {
				t.ExtraExtensions = append(t.ExtraExtensions, extension())
			}
		}, want: tsa.ErrToken},
		{name: "not trusted", client: func(_ *tsatest.Entity, c *tsa.Client) { c.Trust = pool(tsatest.NewCA("x").Cert) }, want: tsa.ErrUntrusted},
		{name: "expired", client: func(_ *tsatest.Entity, c *tsa.Client) {
			c.Now = func() time.Time { return tsatest.Start().AddDate(20, 0, 0) }
		}, want: tsa.ErrUntrusted},
		{name: "nothing known about revocation", client: func(_ *tsatest.Entity, c *tsa.Client) { c.Revocation = &signature.RevocationData{} }, want: tsa.ErrUntrusted},
		{name: "not revoked", client: func(ca *tsatest.Entity, c *tsa.Client) {
			c.Revocation = &signature.RevocationData{CRLs: [][]byte{ca.CRL(c.Now(), nil)}}
		}},
		{name: "no trust", client: func(_ *tsatest.Entity, c *tsa.Client) { c.Trust = nil }, want: tsa.ErrConfig},
		{name: "no URL", client: func(_ *tsatest.Entity, c *tsa.Client) { c.URL = "file:///etc" }, want: tsa.ErrConfig},
		{name: "policy is no identifier", policy: "1.x", want: tsa.ErrConfig},
		{name: "nobody there", client: func(_ *tsatest.Entity, c *tsa.Client) { c.URL = "http://127.0.0.1:1/" }, want: tsa.ErrUnavailable},
		{name: "not found", client: func(_ *tsatest.Entity, c *tsa.Client) { c.URL += "%%" }, want: tsa.ErrConfig},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ca := tsatest.NewCA("Wurzel Zeitstempel")
			a := tsatest.NewTSA(ca)
			now := a.Time.Add(time.Second)
			if tt.tsa != nil {
				tt.tsa(ca, a)
			}
			server := a.Server()
			defer server.Close()
			client := &tsa.Client{URL: server.URL, Trust: pool(ca.Cert), TSAPolicy: tt.policy, Now: func() time.Time { return now }}
			if tt.client != nil {
				tt.client(ca, client)
			}
			token, err := client.TimeStamp(context.Background(), crypto.SHA256, digest())
			if tt.want != nil {
				require.ErrorIs(t, err, tt.want)
				require.Nil(t, token)
				return
			}
			require.NoError(t, err)
			read, err := rfc3161.Parse(token)
			require.NoError(t, err)
			require.Equal(t, a.Time, read.Time)
		})
	}
}

func TestAnswers(t *testing.T) {
	refusal, err := timestamp.CreateErrorResponse(timestamp.Rejection, timestamp.UnacceptedPolicy)
	require.NoError(t, err)
	tests := []struct {
		name string
		kind string
		code int
		body []byte
		want error
	}{
		{"refused", "application/timestamp-reply", 200, refusal, &tsa.RefusedError{}},
		{"other content type", "text/html", 200, refusal, tsa.ErrUnavailable},
		{"no content type", "", 200, refusal, tsa.ErrUnavailable},
		{"status", "application/timestamp-reply", 500, refusal, tsa.ErrUnavailable},
		{"redirect", "application/timestamp-reply", 302, refusal, tsa.ErrUnavailable},
		{"too long", "application/timestamp-reply", 200, make([]byte, 1<<20), tsa.ErrUnavailable},
		{"not DER", "application/timestamp-reply", 200, []byte("hello"), tsa.ErrToken},
		{"empty", "application/timestamp-reply", 200, nil, tsa.ErrToken},
		{"granted without token", "application/timestamp-reply", 200, []byte{0x30, 5, 0x30, 3, 2, 1, 0}, tsa.ErrToken},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header()["Content-Type"] = []string{tt.kind}
				w.Header().Set("Location", "http://127.0.0.1:1/")
				w.WriteHeader(tt.code)
				_, _ = w.Write(tt.body)
			}))
			defer server.Close()
			client := &tsa.Client{URL: server.URL, Trust: pool(tsatest.NewCA("x").Cert)}
			token, err := client.TimeStamp(context.Background(), crypto.SHA256, digest())
			require.Nil(t, token)
			var refused *tsa.RefusedError
			if _, ok := tt.want.(*tsa.RefusedError); ok {
				require.ErrorAs(t, err, &refused)
				require.Equal(t, tsa.RefusedError{Status: 2, Failure: 15}, *refused)
				return
			}
			require.ErrorIs(t, err, tt.want)
		})
	}
}

// TestSlow ends with the context and with the timeout.
func TestSlow(t *testing.T) {
	done := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-done:
		case <-r.Context().Done():
		}
	}))
	defer server.Close()
	defer close(done)
	client := &tsa.Client{URL: server.URL, Trust: pool(tsatest.NewCA("x").Cert), Timeout: 20 * time.Millisecond}
	_, err := client.TimeStamp(context.Background(), crypto.SHA256, digest())
	require.ErrorIs(t, err, tsa.ErrUnavailable)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	client.Timeout = 0
	_, err = client.TimeStamp(ctx, crypto.SHA256, digest())
	require.ErrorIs(t, err, context.DeadlineExceeded)
	_, err = client.TimeStamp(context.Background(), crypto.SHA1, make([]byte, 20))
	require.ErrorIs(t, err, tsa.ErrConfig)
}

const opensslConfig = `[req]
distinguished_name = dn
[dn]
[ca]
basicConstraints = critical,CA:true
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[tsacert]
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
[tsa]
default_tsa = t
[t]
serial = ./serial
default_policy = 1.2.3.4.1
other_policies = 1.2.3.4.5
digests = sha256, sha384, sha512
signer_digest = %DIGEST%
accuracy = secs:1
ordering = no
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = %ESS%
`

// TestOpenSSL lets OpenSSL be the authority, with RSA and ECDSA and every digest.
func TestOpenSSL(t *testing.T) {
	openssl := testenv.Tool(t, "openssl")
	tests := []struct{ name, key, digest, ess, policy string }{
		{"RSA", "rsa:3072", "sha256", "sha256", ""},
		{"RSA, ESSCertID with SHA-1", "rsa:3072", "sha384", "sha1", "1.2.3.4.5"},
		{"ECDSA P-256", "ec:P-256", "sha256", "sha256", ""},
		{"ECDSA P-384", "ec:P-384", "sha384", "sha384", ""},
		{"ECDSA P-521", "ec:P-521", "sha512", "sha512", ""},
		{"ECDSA brainpoolP256r1", "ec:brainpoolP256r1", "sha256", "sha256", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			run := func(args ...string) {
				cmd := exec.Command(openssl, args...)
				cmd.Dir = dir
				out, err := cmd.CombinedOutput()
				require.NoError(t, err, "%v\n%s", args, out)
			}
			config := replaced(opensslConfig, "%DIGEST%", tt.digest, "%ESS%", tt.ess)
			require.NoError(t, os.WriteFile(filepath.Join(dir, "c.cnf"), []byte(config), 0o600))
			require.NoError(t, os.WriteFile(filepath.Join(dir, "serial"), []byte("01\n"), 0o600))
			key := func(file string) []string {
				if size, ok := cut(tt.key, "rsa:"); ok {
					return []string{"genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:" + size, "-out", file}
				}
				curve, _ := cut(tt.key, "ec:")
				return []string{"genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:" + curve, "-out", file}
			}
			run("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "ca.key")
			run(key("tsa.key")...)
			run("req", "-x509", "-new", "-config", "c.cnf", "-extensions", "ca", "-key", "ca.key", "-subj", "/CN=CA", "-days", "2", "-out", "ca.pem")
			run("req", "-new", "-config", "c.cnf", "-key", "tsa.key", "-subj", "/CN=TSA", "-out", "tsa.csr")
			run("x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-set_serial", "7", "-days", "2", "-extfile", "c.cnf", "-extensions", "tsacert", "-out", "tsa.pem")
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				query, _ := io.ReadAll(r.Body)
				_ = os.WriteFile(filepath.Join(dir, "q.tsq"), query, 0o600)
				run("ts", "-reply", "-config", "c.cnf", "-section", "t", "-queryfile", "q.tsq", "-signer", "tsa.pem", "-inkey", "tsa.key", "-out", "r.tsr")
				reply, _ := os.ReadFile(filepath.Join(dir, "r.tsr"))
				w.Header().Set("Content-Type", "application/timestamp-reply")
				_, _ = w.Write(reply)
			}))
			defer server.Close()
			data, err := os.ReadFile(filepath.Join(dir, "ca.pem"))
			require.NoError(t, err)
			block, _ := pem.Decode(data)
			ca, err := x509.ParseCertificate(block.Bytes)
			require.NoError(t, err)
			client := &tsa.Client{URL: server.URL, Trust: pool(ca), TSAPolicy: tt.policy}
			token, err := client.TimeStamp(context.Background(), crypto.SHA256, digest())
			require.NoError(t, err)
			require.NotEmpty(t, token)
			run("ts", "-verify", "-queryfile", "q.tsq", "-in", "r.tsr", "-CAfile", "ca.pem")
		})
	}
}
