package main

import (
	"bufio"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/bausteine/egov/xoev/finding"
)

// The parts of SARIF 2.1.0 (OASIS, 27 March 2020, with errata 01) that are
// written, with the sections that they follow.
const (
	sarifVersion = "2.1.0"
	sarifSchema  = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)

type (
	sarifLog struct { // 3.13
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct { // 3.14
		Tool        sarifTool         `json:"tool"`
		Language    string            `json:"language"`
		ColumnKind  string            `json:"columnKind"`
		Invocations []sarifInvocation `json:"invocations"`
		Artifacts   []sarifArtifact   `json:"artifacts"`
		Results     []sarifResult     `json:"results"`
	}
	sarifTool struct { // 3.18
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct { // 3.19
		Name  string      `json:"name"`
		Rules []sarifRule `json:"rules"`
	}
	sarifRule struct { // 3.49
		ID               string             `json:"id"`
		ShortDescription sarifText          `json:"shortDescription"`
		Configuration    sarifConfiguration `json:"defaultConfiguration"`
		Properties       *sarifProperties   `json:"properties,omitempty"`
	}
	sarifConfiguration struct { // 3.50
		Level string `json:"level"`
	}
	sarifProperties struct { // 3.8
		Source string `json:"source"`
	}
	sarifText struct { // 3.11, 3.12
		Text string `json:"text"`
	}
	sarifInvocation struct { // 3.20
		ExecutionSuccessful bool                `json:"executionSuccessful"`
		Notifications       []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct { // 3.58
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations,omitempty"`
	}
	sarifArtifact struct { // 3.24
		Location    *sarifArtifactLocation `json:"location,omitempty"`
		Description *sarifText             `json:"description,omitempty"`
		ParentIndex *int                   `json:"parentIndex,omitempty"`
		Length      *int64                 `json:"length,omitempty"`
	}
	sarifArtifactLocation struct { // 3.4
		URI   string `json:"uri,omitempty"`
		Index *int   `json:"index,omitempty"`
	}
	sarifResult struct { // 3.27
		RuleID    string          `json:"ruleId"`
		RuleIndex int             `json:"ruleIndex"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
	}
	sarifLocation struct { // 3.28
		Physical *sarifPhysical `json:"physicalLocation,omitempty"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
	}
	sarifPhysical struct { // 3.29
		Artifact sarifArtifactLocation `json:"artifactLocation"`
		Region   *sarifRegion          `json:"region,omitempty"`
	}
	sarifRegion struct { // 3.30
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn,omitempty"`
	}
	sarifLogical struct { // 3.33
		FullyQualifiedName string `json:"fullyQualifiedName"`
		Kind               string `json:"kind"`
	}
)

// sarifRunner gathers one run.
type sarifRunner struct {
	c         *command
	run       sarifRun
	rules     map[string]int
	artifacts map[string]int
}

// sarif makes one log of all reports.
func (c *command) sarif(all []*linted, status int) *sarifLog {
	r := &sarifRunner{c: c, rules: map[string]int{}, artifacts: map[string]int{}}
	r.run = sarifRun{
		Tool: sarifTool{sarifDriver{Name: "xoev", Rules: []sarifRule{}}}, Language: c.t("en", "de"), ColumnKind: "unicodeCodePoints",
		Invocations: []sarifInvocation{{ExecutionSuccessful: status != exitFailed}}, Artifacts: []sarifArtifact{}, Results: []sarifResult{},
	}
	for _, l := range all {
		r.file(l)
	}
	return &sarifLog{Schema: sarifSchema, Version: sarifVersion, Runs: []sarifRun{r.run}}
}

func (r *sarifRunner) file(l *linted) {
	if l.Outcome == outcomeSkipped {
		return
	}
	where := r.artifact(l)
	for _, n := range l.Findings {
		loc := sarifLocation{Physical: &sarifPhysical{Artifact: where}}
		if n.Line > 0 {
			loc.Physical.Region = &sarifRegion{StartLine: n.Line, StartColumn: n.Column}
		}
		if n.Path != "" {
			loc.Logical = []sarifLogical{{FullyQualifiedName: n.Path, Kind: "element"}}
		}
		r.run.Results = append(r.run.Results, sarifResult{RuleID: n.Code, RuleIndex: r.rule(n.Finding), Level: n.Severity.String(),
			Message: sarifText{r.c.sarifMessage(n)}, Locations: []sarifLocation{loc}})
	}
	what := ""
	switch l.Outcome {
	case outcomeFailed:
		what = r.c.t("could not be checked: ", "konnte nicht geprüft werden: ") + l.Error
	case finding.Undetermined.String():
		what = r.c.t("no header that is known, so most rules had nothing to check", "kein bekannter Kopf, daher hatten die meisten Regeln nichts zu prüfen")
	default:
		return
	}
	in := &r.run.Invocations[0]
	in.Notifications = append(in.Notifications, sarifNotification{Level: "error", Message: sarifText{what},
		Locations: []sarifLocation{{Physical: &sarifPhysical{Artifact: where}}}})
}

// sarifMessage is the rule's message with its limits.
func (c *command) sarifMessage(n note) string {
	text := n.Message
	for _, key := range sortedKeys(n.Params) {
		text += "; " + key + " = " + n.Params[key]
	}
	if n.Grund != "" {
		text += "; XInneres " + string(n.Grund)
	}
	return text
}

func (r *sarifRunner) rule(f finding.Finding) int {
	if i, ok := r.rules[f.Code]; ok {
		return i
	}
	i := len(r.run.Tool.Driver.Rules)
	r.rules[f.Code] = i
	rule := sarifRule{ID: f.Code, ShortDescription: sarifText{f.Message}, Configuration: sarifConfiguration{f.Severity.String()}}
	if f.Source != "" {
		rule.Properties = &sarifProperties{f.Source}
	}
	r.run.Tool.Driver.Rules = append(r.run.Tool.Driver.Rules, rule)
	return i
}

// artifact lists a file once. A file in an archive is nested in it (3.24.3),
// standard input has no address.
func (r *sarifRunner) artifact(l *linted) sarifArtifactLocation {
	in := l.again
	outer := sarifArtifact{Description: &sarifText{r.c.t("standard input", "Standardeingabe")}}
	if in.file != "-" {
		outer = sarifArtifact{Location: &sarifArtifactLocation{URI: fileURI(in.file)}}
	}
	if in.entry == "" {
		outer.Length = length(l)
		return r.add(in.file, outer)
	}
	parent := r.add(in.file, outer)
	u := url.URL{Path: "/" + in.entry}
	return r.add(l.File, sarifArtifact{Location: &sarifArtifactLocation{URI: u.EscapedPath()}, ParentIndex: parent.Index, Length: length(l)})
}

func length(l *linted) *int64 {
	if l.Outcome == outcomeFailed {
		return nil
	}
	return &l.Size
}

func (r *sarifRunner) add(name string, a sarifArtifact) sarifArtifactLocation {
	i, ok := r.artifacts[name]
	if !ok {
		i = len(r.run.Artifacts)
		r.artifacts[name] = i
		r.run.Artifacts = append(r.run.Artifacts, a)
	}
	loc := sarifArtifactLocation{Index: &i}
	if at := r.run.Artifacts[i].Location; at != nil {
		loc.URI = at.URI
	}
	return loc
}

// fileURI is the address of a file relative to the working folder; where there
// is no way from here to there (another drive), it is absolute.
func fileURI(file string) string {
	if filepath.IsAbs(file) {
		dir, err := os.Getwd()
		if err == nil {
			var rel string
			if rel, err = filepath.Rel(dir, file); err == nil {
				file = rel
			}
		}
		if err != nil {
			u := url.URL{Scheme: "file", Path: "/" + strings.TrimPrefix(filepath.ToSlash(file), "/")}
			return u.String()
		}
	}
	u := url.URL{Path: filepath.ToSlash(filepath.Clean(file))}
	return u.String()
}

// codePoints turns columns, which findings count in bytes, into columns in code
// points, which SARIF asks for (3.14.17). The file is read once more; a column
// that cannot be had is left out.
func (c *command) codePoints(r *linted) {
	last := 0
	for _, n := range r.Findings {
		last = max(last, n.Line)
	}
	if last == 0 {
		return
	}
	done := 0
	if r.again.again != nil {
		if f, err := r.again.again(); err == nil {
			done = columns(r.Findings, &ctxReader{ctx: c.ctx, r: f, name: r.File, size: r.Size, progress: c.progress})
			_ = f.Close()
		}
	}
	for i := done; i < len(r.Findings); i++ {
		r.Findings[i].Column = 0
	}
}

// columns converts the columns of notes, which are in the order of the
// document, and returns how many it could.
func columns(notes []note, r io.Reader) int {
	b := bufio.NewReaderSize(r, 64<<10)
	if head, _ := b.Peek(3); string(head) == "\uFEFF" {
		_, _ = b.Discard(len(head))
		shift(notes, len(head))
	}
	line, column, points := 1, 1, 1
	for i := range notes {
		n := &notes[i]
		for n.Line > 0 && (line < n.Line || column < n.Column) {
			x, err := b.ReadByte()
			switch {
			case err != nil:
				return i
			case x == '\n':
				line, column, points = line+1, 1, 1
				continue
			case x&0xC0 != 0x80: // the first byte of a character
				points++
			}
			column++
		}
		if n.Line > 0 {
			n.Column = points
		}
	}
	return len(notes)
}

// shift leaves a byte order mark out of the columns of the first line (3.30.1).
func shift(notes []note, mark int) {
	for i := range notes {
		if notes[i].Line == 1 {
			notes[i].Column = max(1, notes[i].Column-mark)
		}
	}
}
