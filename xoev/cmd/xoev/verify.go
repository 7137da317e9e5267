package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
)

// signatureSuffix is what the name of a signature file ends with.
const signatureSuffix = ".sig.xml"

// verification is one call of xoev verify.
type verification struct {
	file, signature, name, out string
	verifier                   signature.Verifier
}

func (c *command) verify(args []string) int {
	flags := c.flags("verify")
	var v verification
	var trust list
	var at string
	flags.Var(&trust, "trust", "")
	flags.StringVar(&v.signature, "signature", "", "")
	flags.StringVar(&v.name, "name", "", "")
	flags.StringVar(&v.out, "out", "", "")
	flags.StringVar(&at, "at", "", "")
	files, status, done := c.parse(flags, verifyEN, verifyDE, args)
	switch {
	case done:
		return status
	case len(files) != 1:
		return c.usage("verify", c.t("exactly one FILE is needed", "genau eine DATEI ist nötig"))
	case len(trust) == 0:
		return c.usage("verify", c.t("--trust is missing: whose signature counts?", "--trust fehlt: wessen Signatur gilt?"))
	}
	v.file = files[0]
	if at != "" {
		moment, err := time.Parse(time.RFC3339, at)
		if err != nil {
			return c.usage("verify", c.t("--at needs a time such as 2026-11-23T09:00:00Z", "--at braucht einen Zeitpunkt wie 2026-11-23T09:00:00Z"))
		}
		v.verifier.Now = func() time.Time { return moment }
	}
	if problem := v.complete(c, trust); problem != "" {
		return c.usage("verify", problem)
	}
	if c.dry {
		return exitFine
	}
	trusted, err := c.trust(trust)
	if err != nil {
		return c.failed("verify", v.file, err)
	}
	v.verifier.Trust = trusted
	return c.check(&v)
}

// complete fills in what was not given, and finds contradictions.
func (v *verification) complete(c *command, trust []string) string {
	if v.signature == "" && v.file != "-" && exists(v.file+signatureSuffix) {
		v.signature = v.file + signatureSuffix
	}
	switch {
	case v.signature == "" && v.name != "":
		return c.t("--name is for signatures in a file of their own", "--name gibt es nur bei Signaturen in eigener Datei")
	case repeated("-", append(trust, v.file, v.signature)):
		return c.t("standard input cannot be two things at once", "die Standardeingabe kann nicht zweierlei sein")
	case v.signature != "" && v.file == "-" && v.name == "":
		return c.t("--name is needed for a document from standard input", "--name ist nötig für ein Dokument von der Standardeingabe")
	case v.name == "":
		v.name = filepath.Base(v.file)
	}
	for _, in := range append([]string{v.file, v.signature}, trust...) {
		if v.out != "" && v.out != "-" && sameFile(in, v.out) {
			return c.t("--out would overwrite an input", "--out würde eine Eingabe überschreiben")
		}
	}
	return ""
}

func sameFile(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}

func (c *command) check(v *verification) int {
	doc, err := c.read(v.file)
	if err != nil {
		return c.failed("verify", v.file, err)
	}
	var report *signature.Report
	if v.signature == "" {
		report, err = v.verifier.VerifyEnveloped(doc)
	} else {
		var sig []byte
		if sig, err = c.read(v.signature); err != nil {
			return c.failed("verify", v.signature, err)
		}
		report, err = v.verifier.VerifyDetached(doc, sig, v.name)
	}
	var invalid *finding.InvalidError
	switch {
	case errors.As(err, &invalid):
		report = &signature.Report{Verdict: finding.Rejected, Findings: invalid.Findings}
	case err != nil:
		return c.failed("verify", v.file, err)
	case c.ctx.Err() != nil:
		return c.failed("verify", v.file, c.ctx.Err())
	}
	return c.conclude(v, report)
}

// conclude writes content and report.
func (c *command) conclude(v *verification, report *signature.Report) int {
	s := c.sheet()
	s.title(v.file)
	status := exitRefused
	switch report.Verdict {
	case finding.Accepted:
		status = exitFine
		s.mark(green, c.t("ACCEPTED", "ANGENOMMEN"), c.t("the signature is good", "die Signatur ist gültig"))
	case finding.Rejected:
		s.mark(red, c.t("REFUSED", "ABGEWIESEN"), c.t("do not process this file", "diese Datei nicht verarbeiten"))
	default:
		status = exitFailed
		s.mark(red, c.t("UNDETERMINED", "OFFEN"), c.t("the signature could not be checked; do not process this file", "die Signatur ließ sich nicht prüfen; diese Datei nicht verarbeiten"))
	}
	where := c.t("inside the document", "im Dokument")
	if v.signature != "" {
		where = "in " + v.signature + c.t(", for a document named ", ", für ein Dokument namens ") + v.name
	}
	s.line(c.t("Signature", "Signatur"), where)
	if status == exitFine {
		accepted(s, report)
		if err := c.deliver(v, report.Content(), s); err != nil {
			c.fail(c.t("xoev verify: the content could not be written to %s: %s\n", "xoev verify: der Inhalt konnte nicht nach %s geschrieben werden: %s\n"),
				clean(v.out), clean(c.reason(err)))
			return exitFailed
		}
	}
	s.findings(report.Findings)
	if v.out == "-" {
		c.printErr(s.b.String())
	} else {
		c.print(s.b.String())
	}
	return c.status(status)
}

// accepted shows who signed, and what: read from the signed content only.
func accepted(s *sheet, report *signature.Report) {
	t := s.c.t
	if cert := report.Certificate; cert != nil {
		s.line(t("Signed by", "Signiert von"), cert.Subject.String())
		s.line(t("Issued by", "Aussteller"), cert.Issuer.String())
		s.line(t("Valid", "Gültig"), cert.NotBefore.UTC().Format(time.RFC3339)+t(" to ", " bis ")+cert.NotAfter.UTC().Format(time.RFC3339))
		sum := sha256.Sum256(cert.Raw)
		s.line(t("Fingerprint", "Fingerabdruck"), "SHA-256 "+hex.EncodeToString(sum[:]))
	}
	s.line(t("Algorithm", "Verfahren"), algorithm(report.Algorithm)+", "+algorithm(report.Digest)+t(", key of ", ", Schlüssel mit ")+strconv.Itoa(report.KeyBits)+t(" bits", " Bit"))
	envelope, err := xoev.ReadEnvelope(bytes.NewReader(report.Content()), nil)
	if err != nil {
		s.line(t("Content", "Inhalt"), t("XML without a readable XÖV header", "XML ohne lesbaren XÖV-Nachrichtenkopf"))
		return
	}
	m := newMessage(envelope)
	s.line(t("Message", "Nachricht"), strings.TrimSpace(m.Standard+" "+m.Version+" "+m.Root))
	s.line("UUID", m.UUID)
	if m.Test {
		s.mark(yellow, "Test", t("YES, a test message: not for production", "JA, eine Testnachricht: nicht für den Echtbetrieb"))
	}
}

// algorithm is the last part of an algorithm's name.
func algorithm(uri string) string { return uri[strings.LastIndexAny(uri, "#/")+1:] }

// deliver writes the verified content where --out says.
func (c *command) deliver(v *verification, content []byte, s *sheet) error {
	switch v.out {
	case "":
		return nil
	case "-":
		_, err := c.stdout.Write(content)
		return err
	}
	if err := writeFile(v.out, content, 0o600); err != nil {
		return err
	}
	s.line(s.c.t("Written", "Geschrieben"), v.out+" ("+strconv.Itoa(len(content))+s.c.t(" bytes)", " Bytes)"))
	return nil
}

// writeFile writes a file so that it appears complete or not at all, and stays
// after a crash. What stood there before is replaced.
func writeFile(path string, content []byte, mode os.FileMode) (err error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return errNoFile // a folder, a device: replacing it would destroy it
	}
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = f.Close()
			_ = os.Remove(f.Name())
		}
	}()
	if _, err = f.Write(content); err != nil {
		return err
	}
	if err = f.Chmod(mode); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncDir(dir)
}

// syncDir makes a rename durable where the system can sync a folder.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" { // cannot sync folders
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// trusted are the certificates of --trust.
type trusted struct {
	pinned signature.Trust
	issued signature.Trust // nil if there is no CA among them
}

// Trusted asks first for the certificate itself, then for its issuer.
func (t trusted) Trusted(ctx context.Context, cert *x509.Certificate, others []*x509.Certificate, at time.Time) (bool, error) {
	ok, err := t.pinned.Trusted(ctx, cert, others, at)
	if ok || err != nil || t.issued == nil {
		return ok, err
	}
	return t.issued.Trusted(ctx, cert, others, at)
}

var (
	errNoCertificate = errors.New("no certificate in PEM form")
	errNoFile        = errors.New("there is something that is no ordinary file")
	errTrailing      = errors.New("something that is not a certificate in PEM form")
)

// trust reads the files of --trust.
func (c *command) trust(files []string) (signature.Trust, error) {
	var pinned []*x509.Certificate
	roots, haveRoots := x509.NewCertPool(), false
	for _, file := range files {
		data, err := c.read(file)
		if err != nil {
			return nil, errors.New("--trust " + file + ": " + c.reason(err))
		}
		certs, err := certificates(data)
		if err != nil {
			return nil, errors.New("--trust " + file + ": " + c.reason(err))
		}
		for _, cert := range certs {
			pinned = append(pinned, cert)
			if cert.BasicConstraintsValid && cert.IsCA {
				roots.AddCert(cert)
				haveRoots = true
			}
		}
	}
	t := trusted{pinned: signature.Pinned(pinned...)}
	if haveRoots {
		t.issued = signature.Pool(roots)
	}
	return t, nil
}

func certificates(data []byte) ([]*x509.Certificate, error) {
	var certs []*x509.Certificate
	blocks := bytes.Count(data, []byte("-----BEGIN "))
	for {
		block, rest := pem.Decode(data)
		if block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			return nil, errTrailing
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		certs = append(certs, cert)
		data = rest
	}
	switch {
	case len(certs) == 0:
		return nil, errNoCertificate
	case len(certs) != blocks: // pem.Decode passes over what it cannot read
		return nil, errTrailing
	}
	return certs, nil
}
