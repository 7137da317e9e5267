package lint

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"time"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

const (
	defaultSkew     = 5 * time.Minute
	defaultFindings = 1000
)

// Options are the options of [Check]. The zero value and nil are strict, and
// ask no store.
type Options struct {
	// Read limits the header and, in its Scan, the XML. Nil = the defaults.
	Read *xoev.ReadOptions
	// Now is the clock; nil = time.Now. MaxSkew is how far the author's clock
	// may be ahead of it; default 5 minutes.
	Now     func() time.Time
	MaxSkew time.Duration
	// Prefixes are the categories of authorities that the DVDV knows, such as
	// a newer version of the code list; a prefix that is not among them is then
	// an error. Nil = KnownPrefix, and a warning.
	Prefixes interface{ Contains(prefix string) bool }
	// Supports says whether messages of this standard and version are processed
	// here; nil = all are.
	Supports func(standard, version string) bool
	// Production refuses test messages; else they are marked with a warning.
	Production bool
	// Seen remembers the messages of a Tenant; nil = repeats are not noticed. It
	// is asked last, and only about a message without errors: what is rejected
	// leaves no trace. That its author signed it is not known here. Check
	// signatures first, or anyone can occupy the UUID of a message to come.
	Seen   Seen
	Tenant string
	// Body are elements of the content that are checked too.
	Body []Element
	// Lists returns a version of a code list, nil if there is none; the codes of
	// Body are then looked up. Nil = they are checked against their type only.
	Lists func(v codelist.VersionKennung) *codelist.List
	// Allow holds codes of findings ("LINT-002") that count as warnings; those of
	// package xmlscan (XML-…) never do, since nothing behind them was read. The
	// damage: what a standard forbids is accepted, and a receiver that is
	// stricter rejects it.
	Allow []string
	// With take part in the same pass over the message, after the header's
	// reader: a digest, a schema check. Their errors end the check.
	With []xmlscan.Consumer
	// MaxFindings is how many errors, and how many warnings, a report holds;
	// default 1,000.
	MaxFindings int
}

// Report is what a check found.
type Report struct {
	// Verdict is Rejected if a finding is an error; Undetermined if the header
	// is of no known kind, so that most rules had nothing to check; else
	// Accepted.
	Verdict finding.Verdict `json:"verdict"`
	// Envelope is the header; nil where it cannot be relied on. Its Findings
	// are in the report's.
	Envelope *xoev.Envelope `json:"-"`
	// Findings are in the order in which they were made.
	Findings []finding.Finding `json:"findings"`
	// Digest is the SHA-256 of the message's bytes and Size their number. They
	// are zero if the message is not well-formed, since it was not read to its
	// end.
	Digest [sha256.Size]byte `json:"-"`
	Size   int64             `json:"size"`
	// Outcome is what Options.Seen said, Unclaimed if it was not asked.
	Outcome Outcome `json:"outcome"`
}

// Check reads a message to its end, in one pass and with memory that does not
// depend on its size, and judges it. What is wrong with the message, down to
// XML that is not well-formed, is in the report; the error is that of r, of the
// context, of Options.Seen or of one of Options.With, or says that a code type
// in Options.Body is not complete; the report is nil then. No error and no finding holds a value of the message.
func Check(ctx context.Context, r io.Reader, o *Options) (*Report, error) {
	l := newLinter(o)
	if err := checkSpecs(l.o.Body); err != nil {
		return nil, fmt.Errorf("lint: Options.Body: %w", err)
	}
	in := &input{ctx: ctx, r: r, digest: sha256.New()}
	scan := xmlscan.Options{}
	if l.read.Scan != nil {
		scan = *l.read.Scan
	}
	scan.CountSiblings = true
	s := xmlscan.New(in, &scan)
	err := xmlscan.Run(s, append([]xmlscan.Consumer{l}, l.o.With...)...)
	var syntax *xmlscan.SyntaxError
	switch {
	case errors.As(s.Err(), &syntax): // no error of Options.With
		l.keep(syntax.Finding)
	case err != nil:
		return nil, fmt.Errorf("lint: %w", err)
	default:
		in.digest.Sum(l.report.Digest[:0])
		l.report.Size = in.size
	}
	l.header(err == nil)
	if err := l.claim(ctx); err != nil {
		return nil, fmt.Errorf("lint: %w", err)
	}
	return l.verdict(), nil
}

// input ends with its context and sees every byte.
type input struct {
	ctx    context.Context
	r      io.Reader
	digest hash.Hash
	size   int64
}

func (in *input) Read(p []byte) (int, error) {
	if err := in.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := in.r.Read(p)
	in.digest.Write(p[:n])
	in.size += int64(n)
	return n, err
}

// linter is the consumer that gathers findings.
type linter struct {
	o         Options
	read      xoev.ReadOptions
	collector *xoev.Collector
	places    places
	body      body
	report    Report
	kept      [2]int // findings by severity
}

func newLinter(o *Options) *linter {
	l := &linter{}
	if o != nil {
		l.o = *o
	}
	if l.o.Read != nil {
		l.read = *l.o.Read
	}
	if l.o.Now == nil {
		l.o.Now = time.Now
	}
	if l.o.MaxSkew <= 0 {
		l.o.MaxSkew = defaultSkew
	}
	if l.o.MaxFindings <= 0 {
		l.o.MaxFindings = defaultFindings
	}
	l.collector = xoev.NewCollector(&l.read)
	l.body = body{elements: bodyElements(l.o.Body), lists: l.o.Lists}
	return l
}

// Token implements [xmlscan.Consumer].
func (l *linter) Token(s *xmlscan.Scanner) error {
	if !l.collector.Done() {
		l.places.token(s)
		if err := l.collector.Token(s); err != nil && !errors.Is(err, xmlscan.ErrDone) {
			return err
		}
	}
	if l.body.elements == nil {
		if l.collector.Done() {
			return xmlscan.ErrDone
		}
		return nil
	}
	l.body.token(s, l.add)
	return nil
}

// add keeps a finding, as a warning if it is allowed.
func (l *linter) add(f finding.Finding) {
	if slices.Contains(l.o.Allow, f.Code) {
		f.Severity = finding.Warning
	}
	l.keep(f)
}

// keep keeps a finding. Errors and warnings are bounded each on their own: a
// flood of warnings must not hide the error that rejects the message.
func (l *linter) keep(f finding.Finding) {
	i := 0
	if f.Severity == finding.Warning {
		i = 1
	}
	if l.kept[i] < l.o.MaxFindings {
		l.report.Findings = append(l.report.Findings, f)
	}
	l.kept[i]++
}

// claim asks the store about a message that has no errors.
func (l *linter) claim(ctx context.Context) error {
	env := l.report.Envelope
	if l.o.Seen == nil || env == nil || l.kept[0] > 0 || l.report.Size == 0 {
		return nil
	}
	uuid, ok := messageUUID(env)
	if !ok {
		return nil
	}
	outcome, err := l.o.Seen.Claim(ctx, Claim{Tenant: l.o.Tenant, UUID: uuid, Digest: l.report.Digest, At: l.o.Now()})
	if err != nil {
		return err
	}
	l.report.Outcome = outcome
	switch outcome {
	case Duplicate:
		l.at(ruleDuplicate, "", 0, "nachrichtenUUID", nil)
	case Repeat:
		l.at(ruleRepeat, "", 0, "nachrichtenUUID", nil)
	}
	return nil
}

func (l *linter) verdict() *Report {
	r := &l.report
	switch {
	case l.kept[0] > 0:
		r.Verdict = finding.Rejected
	case r.Envelope == nil || r.Envelope.Family == xoev.FamilyUnknown:
		r.Verdict = finding.Undetermined
	default:
		r.Verdict = finding.Judge(r.Findings)
	}
	return r
}
