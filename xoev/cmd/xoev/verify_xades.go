package main

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"strings"
	"time"

	"golang.org/x/crypto/ocsp"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/signature/xades"
)

// levels are the values of --xades when verifying. The first two are those of
// signing, too.
var levels = []struct {
	name  string
	level xades.Level
}{{"B-B", xades.LevelB}, {"B-T", xades.LevelT}, {"B-LT", xades.LevelLT}}

// level finds one of the first n levels; the empty name is none of them.
func level(name string, n int) (l xades.Level, problem string) {
	known := ""
	for i, entry := range levels[:n] {
		if name == entry.name {
			return entry.level, ""
		}
		if i > 0 {
			known += ", "
		}
		known += entry.name
	}
	if name == "" {
		return xades.LevelNone, ""
	}
	return l, "--xades: " + known
}

// advanced is what the properties of XAdES prove, and what the signer claims.
type advanced struct {
	Indication        xades.Indication    `json:"indication"`
	SubIndication     xades.SubIndication `json:"subIndication,omitempty"`
	Level             xades.Level         `json:"level"`
	BestSignatureTime string              `json:"bestSignatureTime"`
	TimeStamps        []xades.TimeStamp   `json:"timeStamps,omitempty"`
	// SigningTime and Roles are claimed by the signer alone.
	SigningTime string   `json:"signingTime,omitempty"`
	Roles       []string `json:"claimedRoles,omitempty"`
}

// checkXAdES checks a signature with its properties.
func (c *command) checkXAdES(v *verification, r *verified, request signature.Request) error {
	verifier := &xades.Verifier{
		Trust: v.verifier.Trust, TSATrust: v.tsaTrust, Policy: v.verifier.Policy, TSAPolicy: v.verifier.Policy,
		Revocation: v.verifier.Revocation, SkipRevocation: v.verifier.Revocation == nil,
		MinLevel: v.level, Now: v.verifier.Now, Limits: v.verifier.Limits,
	}
	if v.level == xades.LevelNone {
		verifier.MinLevel = xades.LevelExtended // the report says which it is
	}
	report, err := verifier.Verify(c.ctx, request)
	if err != nil {
		return err
	}
	r.XAdES = &advanced{
		Indication: report.Indication, SubIndication: report.SubIndication, Level: report.Level,
		BestSignatureTime: report.BestSignatureTime.UTC().Format(time.RFC3339), TimeStamps: report.TimeStamps,
	}
	if p := report.Properties; p != nil {
		r.XAdES.Roles = p.ClaimedRoles
		if !p.SigningTime.IsZero() {
			r.XAdES.SigningTime = p.SigningTime.UTC().Format(time.RFC3339)
		}
	}
	r.Report = &signature.Report{Verdict: report.Verdict, Findings: report.Findings}
	if report.SubIndication != xades.TryLater && finding.Judge(report.Findings) == finding.Rejected {
		r.Report.Verdict = finding.Rejected // INDETERMINATE, but nothing is left to be checked: as without XAdES
	}
	if core := report.Signature(); core != nil {
		all := *core
		all.Findings = report.Findings
		r.Report = &all
		v.covers(r, request.Form)
	}
	return nil
}

// advanced shows indication, level and time stamps.
func (s *sheet) advanced(a *advanced) {
	t := s.c.t
	text := a.Indication.String()
	if a.SubIndication != "" {
		text += ", " + string(a.SubIndication)
	}
	if a.Level != xades.LevelNone {
		text += ", " + a.Level.String()
	}
	s.line("XAdES", text)
	for _, stamp := range a.TimeStamps {
		counts := t("does not count", "zählt nicht")
		if stamp.Valid {
			counts = t("by ", "von ") + stamp.Certificate.Subject.String()
		}
		s.line(t("Time stamp", "Zeitstempel"), stamp.Time.UTC().Format(time.RFC3339)+", "+counts)
	}
	if a.SigningTime != "" {
		s.line(t("Claimed", "Behauptet"), t("signed at ", "signiert am ")+a.SigningTime+t(", says the signer alone", ", das sagt nur der Unterzeichner"))
	}
	if len(a.Roles) > 0 {
		s.line(t("Claimed", "Behauptet"), t("as ", "als ")+strings.Join(a.Roles, ", "))
	}
}

var (
	errNoCRL    = errors.New("not one revocation list (CRL) in DER or PEM")
	errNoOCSP   = errors.New("not one OCSP response in DER")
	errNoPolicy = errors.New("not an algorithm catalogue in the XML form of ETSI TS 119 322")
)

// policy reads the file of --policy.
func (c *command) policy(file string) (p signature.Policy, err error) {
	data, err := c.read(file)
	if err == nil {
		p, err = signature.ParsePolicy(bytes.NewReader(data))
	}
	var invalid *finding.InvalidError
	if errors.As(err, &invalid) {
		err = errNoPolicy
	}
	if err != nil {
		return p, errors.New("--policy " + file + ": " + c.reason(err))
	}
	return p, nil
}

// revocation reads the files of --crl and --ocsp.
func (c *command) revocation(crls, ocsps []string) (*signature.RevocationData, error) {
	data := &signature.RevocationData{}
	for _, file := range crls {
		der, err := c.read(file)
		if err == nil && bytes.Contains(der, []byte("-----BEGIN ")) {
			block, rest := pem.Decode(der)
			if block == nil || block.Type != "X509 CRL" || len(bytes.TrimSpace(rest)) > 0 {
				err = errNoCRL
			} else {
				der = block.Bytes
			}
		}
		if _, bad := x509.ParseRevocationList(der); err == nil && bad != nil {
			err = errNoCRL
		}
		if err != nil {
			return nil, errors.New("--crl " + file + ": " + c.reason(err))
		}
		data.CRLs = append(data.CRLs, der)
	}
	for _, file := range ocsps {
		der, err := c.read(file)
		var broken ocsp.ParseError
		if _, bad := ocsp.ParseResponse(der, nil); err == nil && errors.As(bad, &broken) {
			err = errNoOCSP
		}
		if err != nil {
			return nil, errors.New("--ocsp " + file + ": " + c.reason(err))
		}
		data.OCSPs = append(data.OCSPs, der)
	}
	return data, nil
}
