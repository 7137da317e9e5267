package main

import (
	"bytes"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"time"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/signature/xades"
)

// signatureSuffix is what the name of a signature file ends with.
const signatureSuffix = ".sig.xml"

// verification is one call of xoev verify.
type verification struct {
	file, signature, name, out, format, profile string
	policy, element, signatureID                string
	trust, tsa, crls, ocsps                     list
	revocation                                  bool
	level                                       xades.Level // that must be proven
	at                                          time.Time
	verifier                                    signature.Verifier
	tsaTrust                                    signature.Trust
}

func (c *command) verify(args []string) int {
	var v verification
	var at, wanted string
	flags := c.flags("verify")
	flags.Var(&v.trust, "trust", "")
	flags.StringVar(&v.signature, "signature", "", "")
	flags.StringVar(&v.name, "name", "", "")
	flags.StringVar(&v.out, "out", "", "")
	flags.StringVar(&v.profile, "profile", "", "")
	flags.StringVar(&v.format, "format", "text", "")
	flags.StringVar(&at, "at", "", "")
	flags.StringVar(&wanted, "xades", "", "")
	flags.Var(&v.tsa, "tsa", "")
	flags.BoolVar(&v.revocation, "revocation", false, "")
	flags.Var(&v.crls, "crl", "")
	flags.Var(&v.ocsps, "ocsp", "")
	flags.StringVar(&v.policy, "policy", "", "")
	flags.StringVar(&v.element, "element", "", "")
	flags.StringVar(&v.signatureID, "signature-id", "", "")
	files, status, done := c.parse(flags, verifyEN, verifyDE, args)
	switch {
	case done:
		return status
	case len(files) != 1:
		return c.usage("verify", c.t("exactly one FILE is needed", "genau eine DATEI ist nötig"))
	case len(v.trust) == 0:
		return c.usage("verify", c.t("--trust is missing: whose signature counts?", "--trust fehlt: wessen Signatur gilt?"))
	}
	v.file = files[0]
	if problem := v.complete(c, at, wanted); problem != "" {
		return c.usage("verify", problem)
	}
	if c.dry {
		return exitFine
	}
	return c.check(&v)
}

// complete fills in what was not given, and finds contradictions.
func (v *verification) complete(c *command, at, wanted string) (problem string) {
	if v.level, problem = level(wanted, len(levels)); problem != "" {
		return problem
	}
	policy, problem := c.profile(v.profile)
	if problem != "" {
		return problem
	}
	if problem := c.checkFormat(v.format, "text", "json"); problem != "" {
		return problem
	}
	v.verifier.Policy = policy
	v.at = time.Now()
	if at != "" {
		moment, err := time.Parse(time.RFC3339, at)
		if err != nil {
			return c.t("--at needs a time such as 2026-11-23T09:00:00Z", "--at braucht einen Zeitpunkt wie 2026-11-23T09:00:00Z")
		}
		v.at = moment
	}
	v.verifier.Now = func() time.Time { return v.at }
	scan := scanLimits
	v.verifier.Limits.Scan = &scan
	if v.signature == "" && v.file != "-" && v.element == "" && v.signatureID == "" && exists(v.file+signatureSuffix) {
		v.signature = v.file + signatureSuffix
	}
	inputs := slices.Concat([]string{v.file, v.signature, v.policy}, v.trust, v.tsa, v.crls, v.ocsps)
	switch {
	case v.policy != "" && v.profile != "":
		return c.t("--policy and --profile say the same thing in two ways", "--policy und --profile sagen dasselbe zweimal")
	case v.signature != "" && (v.element != "" || v.signatureID != ""):
		return c.t("--element and --signature-id are for signatures in the document", "--element und --signature-id gibt es nur bei Signaturen im Dokument")
	case v.signature == "" && v.name != "":
		return c.t("--name is for signatures in a file of their own", "--name gibt es nur bei Signaturen in eigener Datei")
	case repeated("-", inputs):
		return c.t("standard input cannot be two things at once", "die Standardeingabe kann nicht zweierlei sein")
	case v.signature != "" && v.file == "-" && v.name == "":
		return c.t("--name is needed for a document from standard input", "--name ist nötig für ein Dokument von der Standardeingabe")
	case v.name == "":
		v.name = filepath.Base(v.file)
	}
	return c.overwrites(v.out, inputs...)
}

// check verifies and reports.
func (c *command) check(v *verification) int {
	r := &verified{File: v.file, Outcome: outcomeUnchecked, Profile: v.verifier.Policy.Name(), At: v.at.UTC().Format(time.RFC3339), Revocation: v.revokes()}
	if err := v.read(c); err != nil {
		return c.unverified(v, r, v.file, err)
	}
	r.Profile = v.verifier.Policy.Name()
	in, err := c.one(v.file)
	if err != nil {
		return c.unverified(v, r, v.file, err)
	}
	defer in.Close()
	file := v.file
	if v.signature == "" {
		err = c.checkInside(v, r, in)
	} else {
		file, err = c.checkBeside(v, r, in)
	}
	var invalid *finding.InvalidError
	switch {
	case errors.As(err, &invalid):
		r.Report = &signature.Report{Verdict: finding.Rejected, Findings: invalid.Findings}
	case err != nil:
		return c.unverified(v, r, file, err)
	case c.ctx.Err() != nil:
		return c.unverified(v, r, v.file, c.ctx.Err())
	}
	return c.conclude(v, r)
}

// revokes reports whether certificates are asked about.
func (v *verification) revokes() bool { return v.revocation || len(v.crls)+len(v.ocsps) > 0 }

// read reads policy, certificates and revocation data.
func (v *verification) read(c *command) (err error) {
	if v.policy != "" {
		if v.verifier.Policy, err = c.policy(v.policy); err != nil {
			return err
		}
	}
	if v.verifier.Trust, err = c.trust("--trust", v.trust, v.verifier.Policy); err != nil {
		return err
	}
	if len(v.tsa) > 0 {
		if v.tsaTrust, err = c.trust("--tsa", v.tsa, v.verifier.Policy); err != nil {
			return err
		}
	}
	if v.revokes() {
		v.verifier.Revocation, err = c.revocation(v.crls, v.ocsps)
	}
	return err
}

// checkInside checks a document that holds its signature, or is one.
func (c *command) checkInside(v *verification, r *verified, in *input) error {
	if err := c.readable(in); err != nil {
		return err
	}
	r.Form = signature.Enveloped.String()
	seen, err := shapeOf(io.NewSectionReader(in.at, 0, in.size), v.element, v.signatureID)
	if err != nil {
		return err
	}
	request := signature.Request{Form: signature.Enveloped, SignatureID: v.signatureID}
	switch {
	case v.element != "" && seen.enveloped:
		request.ParentID = v.element
	case v.element != "":
		request.Form = signature.SameDocument
		r.Form = request.Form.String()
	case v.signatureID != "":
	case seen.root:
		request.Form = signature.Enveloping
		r.Form = request.Form.String()
	case seen.streamable() && v.level == xades.LevelNone:
		r.Report, err = v.verifier.VerifyEnvelopedReader(c.ctx, in.at, in.size)
		return err
	}
	if request.Form != signature.Enveloping { // there everything stands in the Signature
		request.Large = io.NewSectionReader(in.at, 0, in.size)
	} else if request.Document, err = whole(in); err != nil {
		return err
	}
	return c.checkGeneral(v, r, seen, request)
}

// checkBeside checks a signature in a file of its own. file is what an error is
// about.
func (c *command) checkBeside(v *verification, r *verified, in *input) (file string, err error) {
	r.Form, r.Signature, r.Name = signature.Detached.String(), v.signature, v.name
	sig, err := c.read(v.signature)
	if err != nil {
		return v.signature, err
	}
	if err := c.readable(in); err != nil {
		return v.file, err
	}
	seen, err := shapeOf(bytes.NewReader(sig), "", "")
	if err != nil {
		return v.signature, err
	}
	if seen.streamable() && v.level == xades.LevelNone {
		r.Report, err = v.verifier.VerifyDetachedReader(c.ctx, in.at, in.size, sig, v.name)
		return v.file, err
	}
	uri, err := signature.FileURI(v.name)
	if err != nil {
		return v.file, err
	}
	large := io.NewSectionReader(in.at, 0, in.size)
	return v.file, c.checkGeneral(v, r, seen, signature.Request{Form: signature.Detached, Document: sig, LargeFiles: map[string]*io.SectionReader{uri: large}})
}

// checkGeneral checks a signature of any form.
func (c *command) checkGeneral(v *verification, r *verified, seen *shape, request signature.Request) (err error) {
	if seen.xades || v.level != xades.LevelNone {
		return c.checkXAdES(v, r, request)
	}
	if r.Report, err = v.verifier.Verify(c.ctx, request); err == nil {
		v.covers(r, request.Form)
	}
	return err
}

// covers finds what was signed of the element that is asked for; a signature that
// covers something else is refused.
func (v *verification) covers(r *verified, form signature.Form) {
	if v.element == "" || form != signature.SameDocument || r.Report.Verdict != finding.Accepted {
		return
	}
	for _, ref := range r.Report.References {
		octets := !slices.Contains(ref.Transforms, signature.Base64Transform)
		if ref.URI == "#"+v.element && octets && (ref.Target == signature.TargetElement || ref.Target == signature.TargetDocument) {
			r.element = &ref
			return
		}
	}
	const doesNotCover = "SIG-051"
	for _, rule := range signature.Rules() {
		if rule.Code == doesNotCover {
			r.Report = &signature.Report{Verdict: finding.Rejected, Findings: []finding.Finding{rule.At("", 0, 0, nil)}}
		}
	}
}

// readable makes an input one that can be read from any place.
func (c *command) readable(in *input) error {
	if in.at != nil {
		return nil
	}
	return c.spool(in, maxSpool)
}

// whole reads an input into memory.
func whole(in *input) ([]byte, error) {
	if in.size > maxFile {
		return nil, errFormTooBig
	}
	doc := make([]byte, in.size)
	_, err := io.ReadFull(io.NewSectionReader(in.at, 0, in.size), doc)
	return doc, err
}

var (
	errFormTooBig = errors.New("a signature of this form is checked in files up to 256 MiB only")
	errManyParts  = errors.New("the signature covers several things, which --out cannot write into one file")
)
