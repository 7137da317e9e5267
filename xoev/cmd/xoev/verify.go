package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
)

const verifyHelp = `xoev verify --trust CERT.pem [options] FILE

Checks the signature of an XML file. Either the signature stands inside the
document, or in a file of its own beside it: if FILE.sig.xml exists, as for
antrag.xml and antrag.xml.sig.xml, that file is taken.

  --trust CERT.pem   whose signatures count (PEM, may hold several, may be
                     given several times). An ordinary certificate counts
                     itself; of a CA also what it has issued. Required: the
                     certificate inside a signature proves nothing.
  --signature FILE   the signature is in this file
  --name NAME        the name the signature calls the document; default: the
                     name of FILE without folder
  --at TIME          judge certificates at this time (2026-11-23T09:00:00Z);
                     default now
  --out FILE         if the signature is good, write exactly the content that
                     it covers; - for standard output (the report then goes to
                     standard error). Go on with this content, never with FILE:
                     what is not signed is not in it.

FILE may be - for standard input. Whether a certificate has been revoked is not
checked. The file named with --out appears complete or not at all, readable by
you alone, and replaces one of that name; if the signature is refused, the old
one stays, so look at the exit status.

Exit status: 0 the signature is good, 1 it is refused, 2 wrong usage, or it
could not be checked, or the content could not be written.

  xoev verify --trust stadt.pem antrag.xml
  xoev verify --trust stadt.pem --out geprueft.xml antrag.xml && import geprueft.xml
`

// signatureSuffix is what the name of a signature file ends with.
const signatureSuffix = ".sig.xml"

// verification is one call of xoev verify.
type verification struct {
	file, signature, name, out string
	verifier                   signature.Verifier
}

func (c *command) verify(args []string) int {
	flags := flag.NewFlagSet("verify", flag.ContinueOnError)
	var v verification
	var trust list
	var at string
	flags.Var(&trust, "trust", "")
	flags.StringVar(&v.signature, "signature", "", "")
	flags.StringVar(&v.name, "name", "", "")
	flags.StringVar(&v.out, "out", "", "")
	flags.StringVar(&at, "at", "", "")
	files, status, done := c.parse(flags, verifyHelp, args)
	switch {
	case done:
		return status
	case len(files) != 1:
		return c.usage("verify", "exactly one FILE is needed")
	case len(trust) == 0:
		return c.usage("verify", "--trust is missing: whose signature counts?")
	}
	v.file = files[0]
	if at != "" {
		moment, err := time.Parse(time.RFC3339, at)
		if err != nil {
			return c.usage("verify", "--at needs a time such as 2026-11-23T09:00:00Z")
		}
		v.verifier.Now = func() time.Time { return moment }
	}
	if problem := v.complete(trust); problem != "" {
		return c.usage("verify", problem)
	}
	trusted, err := c.trust(trust)
	if err != nil {
		return c.failed(v.file, err)
	}
	v.verifier.Trust = trusted
	return c.check(&v)
}

// complete fills in what was not given, and finds contradictions.
func (v *verification) complete(trust []string) string {
	if v.signature == "" && v.file != "-" && exists(v.file+signatureSuffix) {
		v.signature = v.file + signatureSuffix
	}
	switch {
	case v.signature == "" && v.name != "":
		return "--name is for signatures in a file of their own"
	case repeated("-", append(trust, v.file, v.signature)):
		return "standard input cannot be two things at once"
	case v.signature != "" && v.file == "-" && v.name == "":
		return "--name is needed for a document from standard input"
	case v.name == "":
		v.name = filepath.Base(v.file)
	}
	for _, in := range append([]string{v.file, v.signature}, trust...) {
		if v.out != "" && v.out != "-" && sameFile(in, v.out) {
			return "--out would overwrite an input"
		}
	}
	return ""
}

func repeated(name string, names []string) bool {
	i := slices.Index(names, name)
	return i >= 0 && slices.Contains(names[i+1:], name)
}

func sameFile(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}

// failed reports that something could not be checked.
func (c *command) failed(file string, err error) int {
	c.fail("xoev verify: %s: %s\n", clean(file), clean(err.Error()))
	return exitFailed
}

func (c *command) check(v *verification) int {
	doc, err := c.read(v.file)
	if err != nil {
		return c.failed(v.file, err)
	}
	var report *signature.Report
	if v.signature == "" {
		report, err = v.verifier.VerifyEnveloped(doc)
	} else {
		var sig []byte
		if sig, err = c.read(v.signature); err != nil {
			return c.failed(v.signature, err)
		}
		report, err = v.verifier.VerifyDetached(doc, sig, v.name)
	}
	var invalid *finding.InvalidError
	switch {
	case errors.As(err, &invalid):
		report = &signature.Report{Verdict: finding.Rejected, Findings: invalid.Findings}
	case err != nil:
		return c.failed(v.file, err)
	case c.ctx.Err() != nil:
		return c.failed(v.file, c.ctx.Err())
	}
	return c.conclude(v, report)
}

// conclude writes content and report.
func (c *command) conclude(v *verification, report *signature.Report) int {
	s := &sheet{}
	s.title(v.file)
	status := exitRefused
	switch report.Verdict {
	case finding.Accepted:
		status = exitFine
		s.line("ACCEPTED", "the signature is good")
	case finding.Rejected:
		s.line("REFUSED", "do not process this file")
	default:
		status = exitFailed
		s.line("UNDETERMINED", "the signature could not be checked; do not process this file")
	}
	where := "inside the document"
	if v.signature != "" {
		where = "in " + v.signature + ", for a document named " + v.name
	}
	s.line("Signature", where)
	if status == exitFine {
		accepted(s, report)
		if err := c.deliver(v, report.Content(), s); err != nil {
			c.fail("xoev verify: the content could not be written to %s: %s\n", clean(v.out), clean(reason(err).Error()))
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
	if cert := report.Certificate; cert != nil {
		s.line("Signed by", cert.Subject.String())
		s.line("Issued by", cert.Issuer.String())
		s.line("Valid", cert.NotBefore.UTC().Format(time.RFC3339)+" to "+cert.NotAfter.UTC().Format(time.RFC3339))
		sum := sha256.Sum256(cert.Raw)
		s.line("Fingerprint", "SHA-256 "+hex.EncodeToString(sum[:]))
	}
	s.line("Algorithm", algorithm(report.Algorithm)+", "+algorithm(report.Digest)+", key of "+strconv.Itoa(report.KeyBits)+" bits")
	envelope, err := xoev.ReadEnvelope(bytes.NewReader(report.Content()), nil)
	if err != nil {
		s.line("Content", "XML without a readable XÖV header")
		return
	}
	m := newMessage(envelope)
	s.line("Message", strings.TrimSpace(m.Standard+" "+m.Version+" "+m.Root))
	s.line("UUID", m.UUID)
	if m.Test {
		s.line("Test", "YES, a test message: not for production")
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
	if err := writeFile(v.out, content); err != nil {
		return err
	}
	s.line("Written", v.out+" ("+strconv.Itoa(len(content))+" bytes)")
	return nil
}

// writeFile writes a file so that it appears complete or not at all, and stays
// after a crash. What stood there before is replaced.
func writeFile(path string, content []byte) (err error) {
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
			return nil, errors.New("--trust " + file + ": " + err.Error())
		}
		certs, err := certificates(data)
		if err != nil {
			return nil, errors.New("--trust " + file + ": " + err.Error())
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
