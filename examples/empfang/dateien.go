package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/submission"
)

// files judges single files and changes nothing.
func (p *printer) files(verifier submission.Verifier, names []string) error {
	var errs []error
	for _, name := range names {
		if err := p.file(verifier, name); err != nil {
			errs = append(errs, err)
		}
	}
	p.sum()
	return errors.Join(errs...)
}

func (p *printer) file(verifier submission.Verifier, name string) error {
	doc, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	sig, err := os.ReadFile(name + submission.SignatureSuffix)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	var report *signature.Report
	if sig != nil {
		report, err = verifier.VerifyDetached(doc, sig, filepath.Base(name))
	} else {
		report, err = verifier.VerifyEnveloped(doc)
	}
	var invalid *finding.InvalidError
	if errors.As(err, &invalid) {
		p.verdict(finding.Rejected, name, invalid.Findings)
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if report.Verdict != finding.Accepted {
		p.verdict(finding.Rejected, name, report.Findings)
		return nil
	}
	// From here on only what was signed.
	return p.message(name, report)
}

// message prints the envelope of an XÖV message; other content is accepted for
// its signature alone.
func (p *printer) message(name string, report *signature.Report) error {
	envelope, err := xoev.ReadEnvelope(bytes.NewReader(report.Content()), nil)
	var invalid *finding.InvalidError
	if errors.As(err, &invalid) {
		p.verdict(finding.Rejected, name, invalid.Findings)
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	p.verdict(finding.Accepted, name, envelope.Findings)
	fmt.Fprintf(p.w, "            unterschrieben mit dem Zertifikat %q\n", report.Certificate.Subject.CommonName)
	if envelope.Family == xoev.FamilyUnknown {
		fmt.Fprintf(p.w, "            keine XÖV-Basisnachricht; Wurzelelement %s im Namensraum %q\n", envelope.Root.Local, envelope.Root.Space)
		return nil
	}
	test := ""
	if envelope.IsTest() {
		test = ", Testnachricht"
	}
	fmt.Fprintf(p.w, "            %s %s, %s, Nachricht %s%s\n", envelope.Standard, envelope.Version, envelope.Root.Local, envelope.Nachricht.UUID, test)
	return nil
}
