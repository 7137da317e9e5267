package main

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/submission"
	"github.com/bausteine/egov/xoev/xmlscan"
)

const (
	mandant = "musterstadt"
	kennung = "7c0f6c4e-5f5e-4f0e-9a53-0c9a3f1f2b11"
	antrag  = `<S99000000002V1.0.0 xmlns="urn:fim-de:xfall:datenschema:xdf3" id="` + kennung + `" referenz="BWP-1"><F99000000021V1.0.0>Mustermann</F99000000021V1.0.0></S99000000002V1.0.0>`
)

// schluessel is one RSA key for all tests: making one takes a while.
var schluessel = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 3072)
	if err != nil {
		panic(err)
	}
	return key
})

func zertifikat(t *testing.T, from, until time.Time) *x509.Certificate {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: "Absender Muster"},
		NotBefore: from, NotAfter: until, KeyUsage: x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, schluessel().Public(), schluessel())
	require.NoError(t, err)
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	return cert
}

func gueltig(t *testing.T) *x509.Certificate {
	return zertifikat(t, time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
}

func signer(t *testing.T, cert *x509.Certificate, at time.Time) *signature.Signer {
	t.Helper()
	s, err := signature.NewSigner(schluessel(), []*x509.Certificate{cert})
	require.NoError(t, err)
	s.Now = func() time.Time { return at }
	return s
}

// amt is an authority with an empty inbox that trusts the certificate.
type amt struct {
	t      *testing.T
	folder string
}

func neuesAmt(t *testing.T, trusted *x509.Certificate) *amt {
	t.Helper()
	a := &amt{t, filepath.Join(t.TempDir(), "Anträge #1 %41")} // what would mean something else in a URI
	require.NoError(t, os.MkdirAll(filepath.Join(a.folder, "ausgang"), 0o700))
	a.write("zertifikat.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: trusted.Raw}))
	return a
}

func (a *amt) write(name string, b []byte) string {
	a.t.Helper()
	path := filepath.Join(a.folder, name)
	require.NoError(a.t, os.WriteFile(path, b, 0o600))
	return path
}

// send puts a package into the outbox folder, as the service does.
func (a *amt) send(document, sig string) {
	a.t.Helper()
	directory, err := submission.NewDirectory(filepath.Join(a.folder, "ausgang"), nil)
	require.NoError(a.t, err)
	_, err = directory.Send(context.Background(), submission.Message{
		Tenant: mandant, ID: kennung, Name: "antrag.xml", Document: []byte(document), Signature: []byte(sig),
	})
	require.NoError(a.t, err)
}

func (a *amt) run(args ...string) (status int, out string) {
	a.t.Helper()
	var stdout, stderr bytes.Buffer
	status = run(context.Background(), append([]string{"-daten", a.folder}, args...), &stdout, &stderr)
	return status, stdout.String() + stderr.String()
}

func signed(t *testing.T, s *signature.Signer, document string) string {
	t.Helper()
	sig, err := s.SignDetached([]byte(document), "antrag.xml", nil)
	require.NoError(t, err)
	return string(sig)
}

func TestAcceptsWhatWasSignedAndLeavesAReceipt(t *testing.T) {
	cert := gueltig(t)
	a := neuesAmt(t, cert)
	a.send(antrag, signed(t, signer(t, cert, time.Now()), antrag))
	status, out := a.run("-inhalt")
	require.Equal(t, fine, status, out)
	require.Contains(t, out, "1 angenommen, 0 abgewiesen")
	require.Contains(t, out, `"Mustermann"`)
	receipts, err := filepath.Glob(filepath.Join(a.folder, "quittungen", "*", "*"))
	require.NoError(t, err)
	require.Len(t, receipts, 1)

	status, out = a.run() // nothing waits any more
	require.Equal(t, fine, status, out)
	require.Contains(t, out, "wartet kein Antrag")
	require.FileExists(t, filepath.Join(a.folder, "empfang.db"))
	require.Contains(t, out, "0 angenommen, 0 abgewiesen")
}

// TestAcceptsXAdES: what the example bewohnerparken sends, an ECDSA key and XAdES
// B-B, and nothing of it changed.
func TestAcceptsXAdES(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Absender Muster"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	s, err := signature.NewSigner(key, []*x509.Certificate{cert})
	require.NoError(t, err)
	sig, err := submission.SignXAdES(t.Context(), s, []byte(antrag), "antrag.xml", nil)
	require.NoError(t, err)

	a := neuesAmt(t, cert)
	a.send(antrag, string(sig))
	status, out := a.run("-inhalt")
	require.Equal(t, fine, status, out)
	require.Contains(t, out, `"Mustermann"`)
	file := a.write("antrag.xml", []byte(antrag))
	a.write("antrag.xml"+submission.SignatureSuffix, sig)
	status, out = a.run(file)
	require.Equal(t, fine, status, out)

	refuse(t, cert, strings.Replace(antrag, "Mustermann", "Mustermanm", 1), string(sig), "SIG-034")
	later := strings.Replace(string(sig), "<xades:SigningTime>2", "<xades:SigningTime>3", 1)
	require.NotEqual(t, string(sig), later)
	refuse(t, cert, antrag, later, "SIG-034")
}

func TestAnswersShowOnRequestOnly(t *testing.T) {
	cert := gueltig(t)
	a := neuesAmt(t, cert)
	a.send(antrag, signed(t, signer(t, cert, time.Now()), antrag))
	_, out := a.run()
	require.NotContains(t, out, "Mustermann")
}

// refuse sends a package and demands that it is rejected for the rule.
func refuse(t *testing.T, trusted *x509.Certificate, document, sig, code string) {
	t.Helper()
	a := neuesAmt(t, trusted)
	a.send(document, sig)
	status, out := a.run("-inhalt")
	require.Equal(t, rejected, status, out)
	require.Contains(t, out, "0 angenommen, 1 abgewiesen")
	require.Contains(t, out, code)
	require.NotContains(t, out, "Mustermann", "what was not accepted was shown")
}

func TestRefusesAChangedByte(t *testing.T) {
	cert := gueltig(t)
	sig := signed(t, signer(t, cert, time.Now()), antrag)
	refuse(t, cert, strings.Replace(antrag, "Mustermann", "Mustermanm", 1), sig, "SIG-")
}

func TestRefusesAWrappedSignature(t *testing.T) {
	cert := gueltig(t)
	enveloped, err := signer(t, cert, time.Now()).SignEnveloped([]byte(antrag), nil)
	require.NoError(t, err)
	forged := strings.Replace(antrag, "<F99000000021V1.0.0>", "<x>"+string(enveloped)+"</x><F99000000021V1.0.0>", 1)
	refuse(t, cert, forged, "", "SIG-")
}

func TestRefusesASecondSignature(t *testing.T) {
	cert := gueltig(t)
	enveloped, err := signer(t, cert, time.Now()).SignEnveloped([]byte(antrag), nil)
	require.NoError(t, err)
	doc := string(enveloped)
	start, end := strings.Index(doc, "<ds:Signature"), strings.Index(doc, "</ds:Signature>")+len("</ds:Signature>")
	require.Greater(t, start, 0)
	refuse(t, cert, doc[:end]+doc[start:end]+doc[end:], "", "SIG-")
}

func TestRefusesASecondRoot(t *testing.T) {
	cert := gueltig(t)
	sig := signed(t, signer(t, cert, time.Now()), antrag)
	refuse(t, cert, antrag+"<zweite/>", sig, "XML-")
}

func TestRefusesAnExpiredCertificate(t *testing.T) {
	then := time.Now().AddDate(-1, 0, 0)
	cert := zertifikat(t, then.Add(-time.Hour), then.Add(time.Hour))
	refuse(t, cert, antrag, signed(t, signer(t, cert, then), antrag), "SIG-")
}

func TestRefusesAStrangersSignature(t *testing.T) {
	sig := signed(t, signer(t, gueltig(t), time.Now()), antrag)
	refuse(t, gueltig(t), antrag, sig, "SIG-")
}

// TestDropsARepeat: what comes again gets the first receipt again and is not
// taken twice; the same id with other content is refused.
func TestDropsARepeat(t *testing.T) {
	cert := gueltig(t)
	a := neuesAmt(t, cert)
	s := signer(t, cert, time.Now())
	sig := signed(t, s, antrag)
	for _, want := range []string{"ANGENOMMEN", "Wiederholung"} {
		a.send(antrag, sig)
		status, out := a.run()
		require.Equal(t, fine, status, out)
		require.Contains(t, out, want)
	}
	other := strings.Replace(antrag, "Mustermann", "Beispiel", 1)
	a.send(other, signed(t, s, other))
	status, out := a.run()
	require.Equal(t, rejected, status, out)
	require.Contains(t, out, "SUB-030")
}

func TestFiles(t *testing.T) {
	cert := gueltig(t)
	a := neuesAmt(t, cert)
	s := signer(t, cert, time.Now())
	enveloped, err := s.SignEnveloped(nachricht(t), nil)
	require.NoError(t, err)
	message := a.write("nachricht.xml", enveloped)
	plain := a.write("antrag.xml", []byte(antrag))
	a.write("antrag.xml"+submission.SignatureSuffix, []byte(signed(t, s, antrag)))
	unsigned := a.write("ohne.xml", nachricht(t))
	broken := a.write("kaputt.xml", []byte("<a>"))

	status, out := a.run(message, plain)
	require.Equal(t, fine, status, out)
	require.Contains(t, out, "XMuster 1.0")
	require.Contains(t, out, "2 angenommen, 0 abgewiesen")
	status, out = a.run(unsigned, broken)
	require.Equal(t, rejected, status, out)
	require.Contains(t, out, "0 angenommen, 2 abgewiesen")
	status, out = a.run(filepath.Join(a.folder, "fehlt.xml"))
	require.Equal(t, unknown, status, out)
}

// nachricht is an XÖV message of a fictional standard.
func nachricht(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	amt := xoev.Behoerde{Verzeichnisdienst: xoev.Code{Code: "DVDV", ListVersionID: "3"}, Kennung: "psw:16000000", Name: "Stadt Musterstadt"}
	require.NoError(t, xoev.Write(&b, &xoev.Message{Envelope: xoev.Envelope{
		Root:   xmlscan.Name{Prefix: "m", Local: "muster.antrag.0001", Space: "urn:example:muster:1"},
		Family: xoev.FamilyUnqualified, Standard: "XMuster", Version: "1.0", Produkt: "Onlinedienst", Produkthersteller: "Stadt Musterstadt",
		Nachricht: xoev.Nachricht{Typ: xoev.Code{Code: "0001"}}, Leser: amt, Autor: amt,
	}}, nil))
	return b.Bytes()
}

func TestUsage(t *testing.T) {
	a := neuesAmt(t, gueltig(t))
	status, _ := a.run("-gibt-es-nicht")
	require.Equal(t, unknown, status)
	status, _ = a.run("-help")
	require.Equal(t, fine, status)
	require.NoError(t, os.Remove(filepath.Join(a.folder, "zertifikat.pem")))
	status, out := a.run()
	require.Equal(t, unknown, status)
	require.Contains(t, out, "Zertifikat")
}

// TestRealMessages: public messages carry no signature, so none is accepted,
// and each is refused for that and nothing else.
func TestRealMessages(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(testenv.Data(t, "xoev/xbeteiligung/samples"), "*.xml"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	a := neuesAmt(t, gueltig(t))
	status, out := a.run(files...)
	require.Equal(t, rejected, status, out)
	require.Equal(t, len(files), strings.Count(out, "ABGEWIESEN"))
	require.Equal(t, len(files), strings.Count(out, "SIG-0"))
}
