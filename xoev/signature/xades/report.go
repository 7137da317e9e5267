package xades

import (
	"context"
	"crypto/x509"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
)

// Level is what a signature has proven (ETSI EN 319 132-1, 6). Each contains
// those before it.
type Level uint8

const (
	// LevelNone is the zero value: nothing.
	LevelNone Level = iota
	// LevelExtended is XAdES without all that the baseline needs, such as
	// SigningTime or DataObjectFormat (E-BES, E-EPES).
	LevelExtended
	// LevelB is XAdES-B-B.
	LevelB
	// LevelT is XAdES-B-T: a time stamp over the signature value was verified.
	LevelT
	// LevelLT is XAdES-B-LT: the signature itself carries what says that no
	// certificate was revoked.
	LevelLT
)

// String returns a name such as "XAdES-B-T".
func (l Level) String() string {
	names := [...]string{"none", "XAdES-E", "XAdES-B-B", "XAdES-B-T", "XAdES-B-LT"}
	if int(l) < len(names) {
		return names[l]
	}
	return names[0]
}

// MarshalText writes the level as its [Level.String].
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// Report is the judgement on a signature. The zero value is undetermined and
// holds no content. It is not changed after it was returned; several goroutines
// may read it.
type Report struct {
	// Verdict is that of Indication.
	Verdict       finding.Verdict `json:"verdict"`
	Indication    Indication      `json:"indication"`
	SubIndication SubIndication   `json:"subIndication,omitempty"`
	// Findings have codes of [Rules] and of signature.Rules. What is wrong with a
	// time stamp is a warning: it does not count, and the signature must do
	// without.
	Findings []finding.Finding `json:"findings,omitempty"`
	// Level is what was proven, [LevelNone] unless TOTAL-PASSED.
	Level Level `json:"level"`
	// BestSignatureTime is the earliest time at which the signature is proven to
	// have existed: that of a time stamp that counts, else the verifier's clock.
	// What does not hold by the clock was judged at this time.
	BestSignatureTime time.Time `json:"bestSignatureTime"`
	// TimeStamps are those over the signature value.
	TimeStamps []TimeStamp `json:"timeStamps,omitempty"`
	// Properties are what was signed with the document; nil unless TOTAL-PASSED.
	Properties *Properties `json:"-"`

	core *signature.Report
}

// TimeStamp is a time stamp over the signature value.
type TimeStamp struct {
	// Valid says that it counts; a finding says why not.
	Valid bool `json:"valid"`
	// Time, Accuracy and Policy (an object identifier) are what it says.
	Time     time.Time     `json:"time"`
	Accuracy time.Duration `json:"accuracy,omitempty"`
	Policy   string        `json:"policy,omitempty"`
	// Certificate is that of the authority; nil unless Valid.
	Certificate *x509.Certificate `json:"-"`
}

// Signature returns the report on the signature itself, with what it covers; nil
// unless TOTAL-PASSED.
func (r *Report) Signature() *signature.Report {
	if r == nil || r.Indication != TotalPassed {
		return nil
	}
	return r.core
}

// Content returns what was signed, as signature.Report has it; nil unless
// TOTAL-PASSED. Go on with it, never with the input.
func (r *Report) Content() []byte { return r.Signature().Content() }

// ContentReader returns what was signed, as signature.Report has it, also of
// documents that are not in memory. The error is signature.ErrNotAccepted unless
// TOTAL-PASSED.
func (r *Report) ContentReader(ctx context.Context) (io.Reader, error) {
	return r.Signature().ContentReader(ctx)
}

// String gives indication, sub-indication and codes on one line.
func (r *Report) String() string {
	if r == nil {
		return Indeterminate.String()
	}
	out := r.Indication.String()
	if r.SubIndication != "" {
		out += " " + string(r.SubIndication)
	}
	if codes := r.codes(); codes != "" {
		out += " (" + codes + ")"
	}
	return out
}

func (r *Report) codes() string {
	codes := make([]string, len(r.Findings))
	for i, f := range r.Findings {
		codes[i] = f.Code
	}
	return strings.Join(codes, " ")
}

// LogValue gives outcome, level and codes; no content and no properties, which may
// name a person.
func (r *Report) LogValue() slog.Value {
	if r == nil {
		return slog.StringValue(Indeterminate.String())
	}
	return slog.GroupValue(
		slog.String("indication", r.Indication.String()),
		slog.String("subIndication", string(r.SubIndication)),
		slog.String("level", r.Level.String()),
		slog.String("codes", r.codes()),
	)
}
