package main

import (
	"cmp"
	"errors"
	"flag"
	"slices"
	"strconv"
	"strings"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/latin"
	"github.com/bausteine/egov/xoev/lint"
	"github.com/bausteine/egov/xoev/rueckweisung"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// maxFindings is how many errors, and how many warnings, are kept of one file.
const maxFindings = 1000

// linted is the report on one file; the JSON form is its interface.
type linted struct {
	File    string `json:"file"`
	Outcome string `json:"outcome"` // "accepted", "rejected", "undetermined", "failed", "skipped"
	Error   string `json:"error,omitempty"`
	Size    int64  `json:"size"`
	// Standard, Version and Root say which message it is, where the header
	// could be read.
	Standard string `json:"standard,omitempty"`
	Version  string `json:"version,omitempty"`
	Root     string `json:"root,omitempty"`
	Findings []note `json:"findings"`
	// Codes says what became of codes with --codelists.
	Codes *codeCount `json:"codes,omitempty"`

	again *input
}

// note is a finding with the reason for which XInneres rejects a message.
type note struct {
	finding.Finding
	// Grund is a code of urn:de:xinneres:codeliste:fehlercodes 3, only of errors.
	Grund rueckweisung.Code `json:"grund,omitempty"`
}

// linting is one call of xoev lint.
type linting struct {
	format, lists, latin string
	production           bool
	allow                list
	store                *codelist.Store
	latinType            latin.Type
}

func (c *command) lint(args []string) int {
	var l linting
	fs := c.flags("lint")
	l.flags(fs)
	files, status, done := c.parse(fs, lintEN, lintDE, args)
	if done {
		return status
	}
	for _, problem := range []string{c.checkFormat(l.format, "text", "json", "sarif"), c.checkFiles(files), l.check(c)} {
		if problem != "" {
			return c.usage("lint", problem)
		}
	}
	if c.dry {
		return exitFine
	}
	if l.lists != "" {
		store, closer, err := c.openStore(l.lists)
		if err != nil {
			return c.failed("lint", l.lists, err)
		}
		defer closer()
		l.store = store
	}
	var all []*linted // for SARIF, which is one document
	for _, file := range files {
		status = max(status, c.each(file, l.format == "sarif", func(in *input) int {
			r, s := c.lintInput(&l, in)
			switch l.format {
			case "text":
				c.print(c.lintText(r))
			case "json":
				if !c.printJSON("lint", r) {
					return exitFailed
				}
			default:
				c.codePoints(r)
				all = append(all, r)
			}
			return s
		}))
		if c.ctx.Err() != nil {
			return c.status(exitFailed)
		}
	}
	if l.format == "sarif" && !c.printJSON("lint", c.sarif(all, status)) {
		return exitFailed
	}
	return c.status(status)
}

func (l *linting) flags(fs *flag.FlagSet) {
	fs.StringVar(&l.format, "format", "text", "")
	fs.StringVar(&l.lists, "codelists", "", "")
	fs.StringVar(&l.latin, "latin", "", "")
	fs.BoolVar(&l.production, "production", false, "")
	fs.Var(&l.allow, "allow", "")
}

// latinTypes are the names of --latin.
var latinNames = []string{"A", "B", "C", "D", "E", "spec-A", "spec-B", "spec-C", "spec-D", "spec-E", "String.Latin-1.1"}

// check completes what was given, and finds contradictions.
func (l *linting) check(c *command) string {
	if l.latin != "" {
		i := slices.IndexFunc(latinNames, func(n string) bool { return strings.EqualFold(n, l.latin) })
		if i < 0 {
			return "--latin: " + strings.Join(latinNames, ", ")
		}
		l.latinType = latin.Type(i)
	}
	for _, code := range l.allow {
		if _, ok := germanRule(code); !ok {
			return c.t("--allow: there is no rule ", "--allow: es gibt keine Regel ") + clean(code)
		}
		if strings.HasPrefix(code, "XML-") {
			return c.t("--allow: what is not well-formed cannot be allowed", "--allow: was nicht wohlgeformt ist, lässt sich nicht zulassen")
		}
	}
	return ""
}

// lintInput checks one message.
func (c *command) lintInput(l *linting, in *input) (*linted, int) {
	r := &linted{File: in.name, Outcome: outcomeFailed, Size: max(in.size, 0), Findings: []note{}, again: in}
	switch {
	case in.skipped:
		r.Outcome = outcomeSkipped
		return r, exitFine
	case in.err != nil:
		return r, c.lintError(r, in.err)
	}
	schema, err := keepXDF(in)
	if err != nil {
		return r, c.lintError(r, err)
	}
	limits := scanLimits
	o := &lint.Options{Read: &xoev.ReadOptions{Scan: &limits}, Production: l.production, Allow: l.allow, MaxFindings: maxFindings}
	var more gathered
	var codes *codeCheck
	if l.store != nil {
		codes = newCodeCheck(l.store, &more)
		o.With = append(o.With, codes)
	}
	if l.latin != "" {
		o.With = append(o.With, &latinCheck{typ: l.latinType, found: &more})
	}
	more.allow = l.allow
	report, err := lint.Check(c.ctx, in.r, o)
	if err != nil {
		return r, c.lintError(r, err)
	}
	if report.Size > 0 {
		r.Size = report.Size
	}
	if e := report.Envelope; e != nil {
		r.Standard, r.Version, r.Root = e.Standard, e.Version, e.Root.Local
	}
	if e := report.Envelope; schema == nil && e != nil && strings.HasPrefix(e.Root.Space, xdfPrefix) {
		return r, c.lintError(r, errDataSchema)
	}
	if schema != nil {
		judged, err := lintXDF(schema, l.store, &more)
		if err != nil {
			return r, c.lintError(r, err)
		}
		if judged && report.Verdict == finding.Undetermined { // XDatenfelder 1 has a header of its own
			report.Verdict = finding.Accepted
			report.Findings = slices.DeleteFunc(report.Findings, func(f finding.Finding) bool { return f.Code == "ENV-002" })
		}
	}
	r.take(c, append(report.Findings, more.all...))
	if codes != nil {
		r.Codes = codes.count()
	}
	verdict := report.Verdict
	if more.errors > 0 {
		verdict = finding.Rejected
	}
	r.Outcome = verdict.String()
	switch verdict {
	case finding.Accepted:
		return r, exitFine
	case finding.Rejected:
		return r, exitRefused
	}
	return r, exitFailed
}

// lintError sorts an error: an archive that is broken, or a check that could
// not be made.
func (c *command) lintError(r *linted, err error) int {
	var invalid *finding.InvalidError
	var refused *codelist.RefusedError
	if errors.As(err, &invalid) && !errors.As(err, &refused) {
		r.Outcome = finding.Rejected.String()
		r.take(c, invalid.Findings)
		return exitRefused
	}
	r.Error = c.reason(err)
	return exitFailed
}

// take keeps findings in the order of the document.
func (r *linted) take(c *command, findings []finding.Finding) {
	for _, f := range c.localize(findings) {
		n := note{Finding: f}
		if f.Severity == finding.Error && !strings.HasPrefix(f.Code, "XDF") { // no message between authorities
			n.Grund = rueckweisung.CodeOf(f)
		}
		r.Findings = append(r.Findings, n)
	}
	slices.SortStableFunc(r.Findings, func(a, b note) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
}

// gathered are findings of our own consumers, bounded by severity as those of
// package lint are.
type gathered struct {
	all              []finding.Finding
	allow            []string
	errors, warnings int
}

func (g *gathered) add(f finding.Finding) {
	if slices.Contains(g.allow, f.Code) {
		f.Severity = finding.Warning
	}
	n := &g.errors
	if f.Severity == finding.Warning {
		n = &g.warnings
	}
	if *n++; *n <= maxFindings {
		g.all = append(g.all, f)
	}
}

// lintText is the report for people: FILE:LINE:COLUMN first, as editors and
// terminals know it.
func (c *command) lintText(r *linted) string {
	var b strings.Builder
	errors, warnings := 0, 0
	for _, n := range r.Findings {
		color, more := red, ""
		if n.Severity == finding.Warning {
			color = yellow
			warnings++
		} else {
			errors++
			if n.Grund != "" {
				more = " [" + string(n.Grund) + "]"
			}
		}
		place := clean(r.File)
		if n.Line > 0 {
			place += ":" + strconv.Itoa(n.Line) + ":" + strconv.Itoa(n.Column)
		}
		b.WriteString(c.paint(bold, place) + ": " + c.paint(color, c.severity(n.Severity)) + " " + n.Code + more + ": " + clean(n.Message) + "\n")
		if n.Path != "" {
			b.WriteString("    " + clean(n.Path) + "\n")
		}
		if text := c.explain(n.Finding); text != "" {
			b.WriteString("    " + clean(strings.TrimSpace(text)) + "\n")
		}
	}
	b.WriteString(c.paint(bold, clean(r.File)) + ": " + c.lintSummary(r, errors, warnings) + "\n")
	if r.Codes != nil {
		b.WriteString(c.codesText(r.Codes))
	}
	return b.String()
}

func (c *command) lintSummary(r *linted, errors, warnings int) string {
	counts := ""
	if errors+warnings > 0 {
		counts = ", " + plural(errors, c.t("error", "Fehler"), c.t("errors", "Fehler")) + ", " + plural(warnings, c.t("warning", "Warnung"), c.t("warnings", "Warnungen"))
	}
	switch r.Outcome {
	case "accepted":
		return c.paint(green, c.t("accepted", "angenommen")) + counts
	case "rejected":
		return c.paint(red, c.t("REFUSED", "ABGEWIESEN")) + counts
	case outcomeSkipped:
		return c.t("skipped: its name does not end in .xml", "übergangen: der Name endet nicht auf .xml")
	case outcomeFailed:
		return c.paint(red, c.t("could not be checked: ", "konnte nicht geprüft werden: ")) + clean(r.Error)
	}
	return c.paint(yellow, c.t("UNDETERMINED", "NICHT ENTSCHIEDEN")) +
		c.t(": no header that is known, so most rules had nothing to check", ": kein bekannter Kopf, daher hatten die meisten Regeln nichts zu prüfen") + counts
}

// compile-time: our consumers take part in the pass of package lint.
var _ = []xmlscan.Consumer{(*codeCheck)(nil), (*latinCheck)(nil)}
