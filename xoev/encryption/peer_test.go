package encryption

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
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
)

// peerFiles are the keys as the peers read them.
type peerFiles struct{ dir, keyPEM, keyDER, cert string }

func keyFiles(t testing.TB) peerFiles {
	t.Helper()
	dir := t.TempDir()
	der, err := x509.MarshalPKCS8PrivateKey(keyA())
	require.NoError(t, err)
	f := peerFiles{dir, filepath.Join(dir, "key.pem"), filepath.Join(dir, "key.der"), filepath.Join(dir, "cert.pem")}
	require.NoError(t, os.WriteFile(f.keyDER, der, 0o600))
	require.NoError(t, os.WriteFile(f.keyPEM, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600))
	require.NoError(t, os.WriteFile(f.cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certA().Raw}), 0o600))
	return f
}

func (f peerFiles) write(t testing.TB, name string, data []byte) string {
	t.Helper()
	file := filepath.Join(f.dir, name)
	require.NoError(t, os.WriteFile(file, data, 0o600))
	return file
}

func read(t testing.TB, file string) []byte {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	return data
}

// suitePair is a combination of algorithms that a peer knows.
type combination struct {
	algorithm, transport, digest, mgf string
	label                             []byte
}

func (c combination) String() string {
	short := func(s string) string { return s[strings.LastIndexByte(s, '#')+1:] }
	return fmt.Sprint(short(c.algorithm), " ", short(c.transport), " ", short(c.digest), " ", short(c.mgf), " label ", len(c.label))
}

func (c combination) options() EncrypterOptions {
	return EncrypterOptions{
		Algorithm: c.algorithm, KeyTransport: c.transport, Digest: c.digest, MGF: c.mgf, Label: c.label,
		Policy: SAML(),
	}
}

func (c combination) legacy() bool {
	return c.transport == RSA15 || strings.HasSuffix(c.algorithm, "cbc")
}

// accept decrypts what a peer wrote and compares it with the message.
func (c combination) accept(t *testing.T, doc []byte) {
	t.Helper()
	d := &Decrypter{Keys: []Key{ownB(), ownA()}, Policy: SAML()}
	report, err := d.DecryptDocument(doc)
	require.NoError(t, err, c)
	if c.legacy() {
		require.Equal(t, finding.Rejected, report.Verdict, c)
		d.Policy = LegacyDecryptOnly()
		report, err = d.DecryptDocument(doc)
		require.NoError(t, err, c)
	}
	require.Equal(t, finding.Accepted, report.Verdict, "%v: %v", c, report)
	require.Equal(t, canonical(t, []byte(message)), canonical(t, report.Content()), c)
	done := report.Decrypted[0]
	assert.Equal(t, c.algorithm, done.Algorithm)
	assert.Equal(t, c.transport, done.KeyTransport)
	assert.Equal(t, 1, done.Key)
	if c.transport != RSA15 {
		assert.Equal(t, c.digest, done.Digest)
		assert.Equal(t, c.mgf, done.MGF)
	}
}

var (
	gcms    = []string{AES128GCM, AES192GCM, AES256GCM}
	cbcs    = []string{AES128CBC, AES192CBC, AES256CBC, TripleDESCBC}
	digests = []string{SHA1, SHA256, SHA384, SHA512}
	mgfs    = []string{MGF1SHA1, MGF1SHA256, MGF1SHA384, MGF1SHA512}
	label   = []byte("Musterstadt")
)

// ours are all combinations that can be written.
func ours() []combination {
	var all []combination
	for _, digest := range digests {
		for _, mgf := range mgfs {
			all = append(all, combination{AES256GCM, RSAOAEP, digest, mgf, nil})
		}
		all = append(all, combination{AES256GCM, RSAOAEPMGF1P, digest, MGF1SHA1, nil})
	}
	for _, gcm := range gcms {
		all = append(all, combination{gcm, RSAOAEP, SHA256, MGF1SHA256, label},
			combination{gcm, RSAOAEPMGF1P, SHA1, MGF1SHA1, label}, combination{gcm, RSAOAEPMGF1P, SHA1, MGF1SHA1, nil})
	}
	return all
}

// legacies are what peers write and we only read.
func legacies() []combination {
	var all []combination
	for _, cbc := range cbcs {
		all = append(all, combination{cbc, RSAOAEPMGF1P, SHA1, MGF1SHA1, nil})
	}
	for _, content := range []string{AES256GCM, AES128CBC, TripleDESCBC} {
		all = append(all, combination{content, RSA15, "", "", nil})
	}
	return all
}

// forms encrypts the message in every form.
func forms(t testing.TB, e *Encrypter) [][]byte {
	t.Helper()
	var docs [][]byte
	for _, encrypt := range []func([]byte, Place) ([]byte, error){e.EncryptElement, e.EncryptContent} {
		for _, p := range []Place{{ID: "p1"}, {}} {
			doc, err := encrypt([]byte(message), p)
			require.NoError(t, err)
			docs = append(docs, doc)
		}
	}
	return docs
}

func run(t testing.TB, dir, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return string(out)
}

// TestXMLSecDecryptsOurs lets xmlsec1 decrypt; 1.2.37 knows RSA-OAEP in the old name
// with SHA-1 only.
func TestXMLSecDecryptsOurs(t *testing.T) {
	xmlsec1, f, n := testenv.Tool(t, "xmlsec1"), keyFiles(t), 0
	for _, c := range ours() {
		if c.transport != RSAOAEPMGF1P || c.digest != SHA1 {
			continue
		}
		for _, recipients := range [][]*x509.Certificate{{certA()}, {certB(), certA()}} {
			for _, doc := range forms(t, encrypter(t, c.options(), recipients...)) {
				in, out := f.write(t, "in.xml", doc), filepath.Join(f.dir, "out.xml")
				run(t, f.dir, xmlsec1, "--decrypt", "--privkey-pem", f.keyPEM, "--output", out, in)
				require.Equal(t, canonical(t, []byte(message)), canonical(t, read(t, out)), c)
				n++
			}
		}
	}
	t.Logf("xmlsec1 decrypted %d of our documents", n)
	require.Equal(t, 7*2*4, n)
}

// TestOursDecryptsXMLSec decrypts what xmlsec1 writes.
func TestOursDecryptsXMLSec(t *testing.T) {
	xmlsec1, f, n := testenv.Tool(t, "xmlsec1"), keyFiles(t), 0
	in := f.write(t, "plain.xml", []byte(message))
	all := legacies()
	for _, gcm := range gcms {
		all = append(all, combination{gcm, RSAOAEPMGF1P, SHA1, MGF1SHA1, nil}, combination{gcm, RSAOAEPMGF1P, SHA1, MGF1SHA1, label})
	}
	session := map[string]string{AES128GCM: "aes-128", AES192GCM: "aes-192", AES256GCM: "aes-256", AES128CBC: "aes-128", AES192CBC: "aes-192", AES256CBC: "aes-256", TripleDESCBC: "des-192"}
	for _, c := range all {
		for _, typ := range []string{typeElement, typeContent} {
			method := `<EncryptionMethod Algorithm="` + c.transport + `"/>`
			if len(c.label) > 0 {
				method = `<EncryptionMethod Algorithm="` + c.transport + `"><OAEPparams>` + base64.StdEncoding.EncodeToString(c.label) + `</OAEPparams></EncryptionMethod>`
			}
			template := f.write(t, "template.xml", []byte(`<EncryptedData xmlns="`+NS+`" Type="`+typ+`"><EncryptionMethod Algorithm="`+c.algorithm+`"/>`+
				`<KeyInfo xmlns="`+nsDS+`"><EncryptedKey xmlns="`+NS+`">`+method+`<KeyInfo xmlns="`+nsDS+`"><X509Data/></KeyInfo>`+
				`<CipherData><CipherValue/></CipherData></EncryptedKey></KeyInfo><CipherData><CipherValue/></CipherData></EncryptedData>`))
			out := filepath.Join(f.dir, "encrypted.xml")
			run(t, f.dir, xmlsec1, "--encrypt", "--pubkey-cert-pem", f.cert, "--session-key", session[c.algorithm],
				"--xml-data", in, "--node-xpath", "//*[local-name()='person']", "--output", out, template)
			c.accept(t, read(t, out))
			n++
		}
	}
	t.Logf("decrypted %d documents of xmlsec1", n)
	require.Equal(t, 13*2, n)
}

// santuario runs jobs through Apache Santuario; see testdata/santuario.
func santuario(t *testing.T, f peerFiles, jobs [][]string) []string {
	t.Helper()
	javac, java := testenv.Tool(t, "javac"), testenv.Tool(t, "java")
	var jars []string
	for _, jar := range []string{"xmlsec", "slf4j-api", "slf4j-nop", "commons-codec", "xml-apis"} {
		path := filepath.Join("/usr/share/java", jar+".jar")
		if _, err := os.Stat(path); err == nil {
			jars = append(jars, path)
		} else if jar == "xmlsec" {
			testenv.Missing(t, "Apache Santuario is not installed (Debian package libxml-security-java)")
		}
	}
	path := strings.Join(jars, string(os.PathListSeparator))
	run(t, ".", javac, "-encoding", "UTF-8", "-cp", path, "-d", f.dir, filepath.Join("testdata", "santuario", "Peer.java"))
	var input strings.Builder
	for _, j := range jobs {
		input.WriteString(strings.Join(j, "\t") + "\n")
	}
	cmd := exec.Command(java, "-cp", path+string(os.PathListSeparator)+f.dir, "Peer")
	cmd.Stdin = strings.NewReader(input.String())
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	require.NoError(t, err, "%s", complaints.String())
	answers := strings.Split(strings.TrimRight(string(out), "\n"), "\n")
	require.Len(t, answers, len(jobs))
	return answers
}

func TestSantuarioDecryptsOurs(t *testing.T) {
	f := keyFiles(t)
	var jobs [][]string
	var names []string
	for i, c := range ours() {
		for _, recipients := range [][]*x509.Certificate{{certA()}, {certA(), certB()}} {
			if len(recipients) > 1 && i%4 > 0 {
				continue
			}
			for _, doc := range forms(t, encrypter(t, c.options(), recipients...)) {
				n := len(jobs)
				jobs = append(jobs, []string{"decrypt", f.keyDER, f.write(t, fmt.Sprint("in", n), doc), filepath.Join(f.dir, fmt.Sprint("out", n))})
				names = append(names, c.String())
			}
		}
	}
	for i, answer := range santuario(t, f, jobs) {
		require.Equal(t, "ok", answer, names[i])
		require.Equal(t, canonical(t, []byte(message)), canonical(t, read(t, jobs[i][3])), names[i])
	}
	t.Logf("Santuario decrypted %d of our documents", len(jobs))
	require.Len(t, jobs, (29+8)*4)
}

func TestOursDecryptsSantuario(t *testing.T) {
	f := keyFiles(t)
	in := f.write(t, "plain.xml", []byte(message))
	all := append(ours(), legacies()...)
	var jobs [][]string
	for i, c := range all {
		mgf := c.mgf
		if c.transport != RSAOAEP {
			mgf = ""
		}
		for _, content := range []string{"true", "false"} {
			out := filepath.Join(f.dir, fmt.Sprint("out", i, content))
			jobs = append(jobs, []string{"encrypt", f.cert, c.algorithm, c.transport, c.digest, mgf, base64.StdEncoding.EncodeToString(c.label), content, "person", in, out})
		}
	}
	for i, answer := range santuario(t, f, jobs) {
		require.Equal(t, "ok", answer, all[i/2])
		all[i/2].accept(t, read(t, jobs[i][10]))
	}
	t.Logf("decrypted %d documents of Santuario", len(jobs))
	require.Len(t, jobs, 36*2)
}

type nodeJob struct {
	Op        string `json:"op"`
	Text      string `json:"text"`
	Key       string `json:"key"`
	Cert      string `json:"cert"`
	Public    string `json:"public"`
	Algorithm string `json:"algorithm"`
	Transport string `json:"transport"`
	Digest    string `json:"digest"`
	MGF       string `json:"mgf"`
	Label     string `json:"label"`
	Insecure  bool   `json:"insecure"`
	Times     int    `json:"times"`
}

type nodeAnswer struct {
	OK   bool    `json:"ok"`
	Text string  `json:"text"`
	MS   float64 `json:"ms"`
}

// node runs jobs through npm's xml-encryption; see testdata/xmlencryption.
func node(t testing.TB, jobs []nodeJob) []nodeAnswer {
	t.Helper()
	folder := testenv.NodePackages(t, "xml-encryption")
	input, err := json.Marshal(jobs)
	require.NoError(t, err)
	cmd := exec.Command(testenv.Tool(t, "node"), filepath.Join("testdata", "xmlencryption", "peer.js"))
	cmd.Stdin = bytes.NewReader(input)
	cmd.Stderr = os.Stderr
	cmd.Env = append(os.Environ(), "EGOV_NODE_PEERS="+folder)
	out, err := cmd.Output()
	require.NoError(t, err)
	var answers []nodeAnswer
	require.NoError(t, json.Unmarshal(out, &answers))
	require.Len(t, answers, len(jobs))
	return answers
}

// inNode reports whether xml-encryption 6.0.1 knows a combination: neither AES-192
// nor, when it reads, SHA-384 as a digest.
func (c combination) inNode() bool {
	return !strings.Contains(c.algorithm, "192") && c.digest != SHA384
}

func TestNodeDecryptsOurs(t *testing.T) {
	f := keyFiles(t)
	key := string(read(t, f.keyPEM))
	var jobs []nodeJob
	var names []string
	for _, c := range ours() {
		if !c.inNode() {
			continue
		}
		doc, err := encrypter(t, c.options(), certA()).EncryptElement([]byte(message), Place{})
		require.NoError(t, err)
		jobs = append(jobs, nodeJob{Op: "decrypt", Text: string(doc), Key: key})
		names = append(names, c.String())
	}
	for i, answer := range node(t, jobs) {
		require.True(t, answer.OK, "%s: %s", names[i], answer.Text)
		require.Equal(t, canonical(t, []byte(message)), canonical(t, []byte(answer.Text)), names[i])
	}
	t.Logf("xml-encryption decrypted %d of our documents", len(jobs))
	require.Len(t, jobs, 15+6)
}

func TestOursDecryptsNode(t *testing.T) {
	f := keyFiles(t)
	spki, err := x509.MarshalPKIXPublicKey(&keyA().PublicKey)
	require.NoError(t, err)
	public := string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: spki}))
	root := message[strings.Index(message, "<n:nachricht"):]
	var jobs []nodeJob
	var all []combination
	for _, c := range append(ours(), legacies()...) {
		if !c.inNode() || c.algorithm == TripleDESCBC {
			continue
		}
		digest := map[string]string{SHA1: "sha1", SHA256: "sha256", SHA512: "sha512"}[c.digest]
		job := nodeJob{Op: "encrypt", Text: strings.TrimSpace(root), Cert: string(read(t, f.cert)), Public: public, Algorithm: c.algorithm,
			Transport: c.transport, Digest: digest, Label: base64.StdEncoding.EncodeToString(c.label), Insecure: c.legacy()}
		if c.transport == RSAOAEP {
			job.MGF = c.mgf
		}
		jobs, all = append(jobs, job), append(all, c)
	}
	for i, answer := range node(t, jobs) {
		require.True(t, answer.OK, "%s: %s", all[i], answer.Text)
		all[i].accept(t, []byte(answer.Text))
	}
	t.Logf("decrypted %d documents of xml-encryption", len(jobs))
	require.Len(t, jobs, 21+4)
}
