package main

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
)

// Outcomes of a verification.
const (
	outcomeAccepted  = "accepted"
	outcomeRejected  = "refused"
	outcomeOpen      = "undetermined"
	outcomeUnchecked = "failed"
)

// verified is the report on a signature; the JSON form is its interface.
type verified struct {
	File      string `json:"file"`
	Outcome   string `json:"outcome"`
	Error     string `json:"error,omitempty"`
	Form      string `json:"form,omitempty"`
	Signature string `json:"signatureFile,omitempty"`
	Name      string `json:"name,omitempty"`
	Profile   string `json:"profile"`
	// Revocation says whether revocation was checked.
	Revocation bool    `json:"revocationChecked"`
	At         string  `json:"at"`
	Signer     *signer `json:"signer,omitempty"`
	// Report has verdict, algorithms, grounds, references and findings.
	Report  *signature.Report `json:"report,omitempty"`
	XAdES   *advanced         `json:"xades,omitempty"`
	Message *message          `json:"message,omitempty"`
	Out     string            `json:"out,omitempty"`
	Bytes   int64             `json:"outBytes,omitempty"`

	element *signature.Reference // that was asked for; nil for all that is signed
}

// signer is a certificate that a signature was accepted with.
type signer struct {
	Subject   string `json:"subject"`
	Issuer    string `json:"issuer"`
	Serial    string `json:"serialNumber"`
	NotBefore string `json:"notBefore"`
	NotAfter  string `json:"notAfter"`
	SHA256    string `json:"sha256"`
}

func newSigner(cert *x509.Certificate) *signer {
	sum := sha256.Sum256(cert.Raw)
	return &signer{
		Subject: cert.Subject.String(), Issuer: cert.Issuer.String(), Serial: cert.SerialNumber.Text(16),
		NotBefore: cert.NotBefore.UTC().Format(time.RFC3339), NotAfter: cert.NotAfter.UTC().Format(time.RFC3339), SHA256: hex.EncodeToString(sum[:]),
	}
}

// unverified reports that the check could not be made.
func (c *command) unverified(v *verification, r *verified, file string, err error) int {
	if v.format == "json" {
		r.Outcome, r.Error, r.Report = outcomeUnchecked, c.reason(err), nil
		c.verdictJSON(v, r)
		return c.status(exitFailed)
	}
	return c.failed("verify", file, err)
}

// conclude writes content and report.
func (c *command) conclude(v *verification, r *verified) int {
	status := exitRefused
	switch r.Report.Verdict {
	case finding.Accepted:
		status, r.Outcome = exitFine, outcomeAccepted
	case finding.Rejected:
		r.Outcome = outcomeRejected
	default:
		status, r.Outcome = exitFailed, outcomeOpen
	}
	if status == exitFine {
		if err := c.describe(r); err != nil {
			return c.unverified(v, r, v.file, err)
		}
		if err := c.deliver(v, r); err != nil {
			return c.undelivered(v, r, err)
		}
	}
	if v.format == "json" {
		c.verdictJSON(v, r)
		return c.status(status)
	}
	text := c.verdictText(v, r)
	if v.out == "-" {
		c.printErr(text)
	} else {
		c.print(text)
	}
	return c.status(status)
}

func (c *command) undelivered(v *verification, r *verified, err error) int {
	if v.format == "json" {
		return c.unverified(v, r, v.file, err)
	}
	c.fail(c.t("xoev verify: the content could not be written to %s: %s\n", "xoev verify: der Inhalt konnte nicht nach %s geschrieben werden: %s\n"),
		clean(v.out), clean(c.reason(err)))
	return exitFailed
}

// verdictJSON prints the report as one object, on standard error if the content
// goes to standard output.
func (c *command) verdictJSON(v *verification, r *verified) {
	if r.Report != nil {
		report := *r.Report
		report.Findings = c.localize(report.Findings)
		r.Report = &report
	}
	line, err := encode(r)
	switch {
	case err != nil:
		c.fail("xoev verify: %v\n", err)
		c.lost = true
	case v.out == "-":
		c.printErr(line)
	default:
		c.print(line)
	}
}

// reader gives what was signed.
func (r *verified) reader(ctx context.Context) (io.Reader, error) {
	if r.element != nil {
		return r.element.ContentReader(ctx)
	}
	return r.Report.ContentReader(ctx)
}

// describe reads who signed, and what: from the signed content only.
func (c *command) describe(r *verified) error {
	if r.Report.Certificate != nil {
		r.Signer = newSigner(r.Report.Certificate)
	}
	content, err := r.reader(c.ctx)
	if errors.Is(err, signature.ErrNotAccepted) {
		return nil // several things
	}
	if err != nil {
		return err
	}
	limits := scanLimits
	envelope, err := xoev.ReadEnvelope(content, &xoev.ReadOptions{Scan: &limits})
	var invalid *finding.InvalidError
	switch {
	case errors.As(err, &invalid):
	case err != nil:
		return err
	default:
		r.Message = newMessage(envelope)
	}
	return nil
}

// deliver writes the verified content where --out says.
func (c *command) deliver(v *verification, r *verified) error {
	if v.out == "" {
		return nil
	}
	content, err := r.reader(c.ctx)
	if errors.Is(err, signature.ErrNotAccepted) {
		return errManyParts
	}
	if err != nil {
		return err
	}
	if v.out == "-" {
		c.progress.clear()
		_, err := io.Copy(c.stdout, content)
		return err
	}
	r.Bytes, err = writeFile(v.out, 0o600, func(w io.Writer) error {
		_, err := io.Copy(w, content)
		return err
	})
	if err == nil {
		r.Out = v.out
	}
	return err
}

func (c *command) verdictText(v *verification, r *verified) string {
	s := c.sheet()
	s.title(v.file)
	switch r.Outcome {
	case outcomeAccepted:
		s.mark(green, c.t("ACCEPTED", "ANGENOMMEN"), c.t("the signature is good", "die Signatur ist gültig"))
	case outcomeRejected:
		s.mark(red, c.t("REFUSED", "ABGEWIESEN"), c.t("do not process this file", "diese Datei nicht verarbeiten"))
	default:
		s.mark(red, c.t("UNDETERMINED", "OFFEN"), c.t("the signature could not be checked; do not process this file", "die Signatur ließ sich nicht prüfen; diese Datei nicht verarbeiten"))
	}
	where := c.t("inside the document", "im Dokument")
	switch {
	case v.signature != "":
		where = "in " + v.signature + c.t(", for a document named ", ", für ein Dokument namens ") + v.name
	case r.Form == signature.Enveloping.String():
		where = c.t("around what is signed", "um das Signierte herum")
	}
	s.line(c.t("Signature", "Signatur"), where)
	if r.XAdES != nil {
		s.advanced(r.XAdES)
	}
	if r.Outcome == outcomeAccepted {
		s.accepted(r)
	}
	revocation := c.t("; revocation was not checked", "; Sperrung nicht geprüft")
	if r.Revocation {
		revocation = c.t("; revocation was checked", "; Sperrung geprüft")
	}
	s.line(c.t("Judged", "Beurteilt"), c.t("at ", "zum ")+r.At+c.t(", profile ", ", Profil ")+r.Profile+revocation)
	s.findings(r.Report.Findings)
	return s.b.String()
}

// accepted shows who signed, how, why that is good enough, and what is covered.
func (s *sheet) accepted(r *verified) {
	t := s.c.t
	if cert := r.Signer; cert != nil {
		s.line(t("Signed by", "Signiert von"), cert.Subject)
		s.line(t("Issued by", "Aussteller"), cert.Issuer)
		s.line(t("Valid", "Gültig"), cert.NotBefore+t(" to ", " bis ")+cert.NotAfter)
		s.line(t("Fingerprint", "Fingerabdruck"), "SHA-256 "+cert.SHA256)
	}
	report := r.Report
	s.line(t("Algorithm", "Verfahren"), algorithm(report.Algorithm)+", "+algorithm(report.Digest)+t(", key of ", ", Schlüssel mit ")+strconv.Itoa(report.KeyBits)+t(" bits", " Bit"))
	label := t("Rules", "Regeln")
	for _, g := range report.Grounds {
		s.line(label, s.ground(g))
		label = ""
	}
	label = t("Covers", "Umfasst")
	for _, ref := range report.References {
		s.line(label, s.target(ref))
		label = ""
	}
	switch m := r.Message; {
	case m == nil:
		s.line(t("Content", "Inhalt"), t("no readable XÖV header", "kein lesbarer XÖV-Nachrichtenkopf"))
	default:
		s.line(t("Message", "Nachricht"), strings.TrimSpace(m.Standard+" "+m.Version+" "+m.Root))
		s.line("UUID", m.UUID)
		if m.Test {
			s.mark(yellow, "Test", t("YES, a test message: not for production", "JA, eine Testnachricht: nicht für den Echtbetrieb"))
		}
	}
	if r.Out != "" {
		s.line(t("Written", "Geschrieben"), r.Out+" ("+strconv.FormatInt(r.Bytes, 10)+t(" bytes)", " Bytes)"))
	}
}

// curves are the names of elliptic curves (RFC 5480, RFC 5639).
var curves = map[string]string{
	"urn:oid:1.2.840.10045.3.1.7": "P-256", "urn:oid:1.3.132.0.34": "P-384", "urn:oid:1.3.132.0.35": "P-521",
	"urn:oid:1.3.36.3.3.2.8.1.1.7": "brainpoolP256r1", "urn:oid:1.3.36.3.3.2.8.1.1.11": "brainpoolP384r1", "urn:oid:1.3.36.3.3.2.8.1.1.13": "brainpoolP512r1",
}

// ground is one rule under which the signature was found good enough.
func (s *sheet) ground(g signature.Ground) string {
	t := s.c.t
	text := algorithm(g.Algorithm)
	if curve, ok := curves[g.Algorithm]; ok {
		text = curve
	}
	if g.KeyBits > 0 {
		text += t(", key of ", ", Schlüssel mit ") + strconv.Itoa(g.KeyBits) + t(" bits", " Bit")
		if g.MinBits > 0 {
			text += t(" (at least ", " (mindestens ") + strconv.Itoa(g.MinBits) + ")"
		}
	}
	if !g.Until.IsZero() {
		text += t(", until ", ", bis ") + g.Until.UTC().Format(time.DateOnly)
	}
	return text + ": " + g.Source
}

// target says what a reference covers.
func (s *sheet) target(ref signature.Reference) string {
	names := map[signature.Target][2]string{
		signature.TargetDocument:         {"the document", "das Dokument"},
		signature.TargetElement:          {"an element of the document", "ein Element des Dokuments"},
		signature.TargetFile:             {"the file", "die Datei"},
		signature.TargetObject:           {"an object in the signature", "ein Objekt in der Signatur"},
		signature.TargetManifest:         {"a list of other things, which were not checked", "ein Verzeichnis anderer Dinge, die nicht geprüft sind"},
		signature.TargetSignedProperties: {"the signed properties (XAdES)", "die signierten Eigenschaften (XAdES)"},
		signature.TargetKeyInfo:          {"the key information", "die Angaben zum Schlüssel"},
		signature.TargetSignatureValue:   {"the value of another signature", "den Wert einer anderen Signatur"},
	}[ref.Target]
	text := s.c.t(names[0], names[1])
	if ref.URI != "" {
		text += " " + ref.URI
	}
	return text + ", " + algorithm(ref.Digest)
}

// algorithm is the last part of an algorithm's name.
func algorithm(uri string) string { return uri[strings.LastIndexAny(uri, "#/")+1:] }
