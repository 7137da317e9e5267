package main

import (
	"errors"
	"os"
	"slices"
	"strconv"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// signed says where a signature is. It is not checked here.
const (
	signedNo       = "no"
	signedInside   = "enveloped"
	signedDetached = "detached"
)

// Outcomes of looking at one file.
const (
	outcomeRead    = "read"
	outcomeRefused = "refused"
	outcomeFailed  = "failed"
	outcomeSkipped = "skipped"
)

// inspection is the report on one file; the JSON form is its interface.
type inspection struct {
	File     string `json:"file"`
	Outcome  string `json:"outcome"`
	Error    string `json:"error,omitempty"`
	Size     int64  `json:"size"`
	Signed   string `json:"signed,omitempty"`
	*message `json:",omitempty"`
	Schema   *dataSchema       `json:"schema,omitempty"`
	Findings []finding.Finding `json:"findings,omitempty"`
}

func (c *command) inspect(args []string) int {
	fs := c.flags("inspect")
	format := fs.String("format", "text", "")
	files, status, done := c.parse(fs, inspectEN, inspectDE, args)
	if done {
		return status
	}
	for _, problem := range []string{c.checkFormat(*format, "text", "json"), c.checkFiles(files)} {
		if problem != "" {
			return c.usage("inspect", problem)
		}
	}
	if c.dry {
		return exitFine
	}
	for _, file := range files {
		status = max(status, c.each(file, false, func(in *input) int {
			r, s := c.inspectInput(in)
			if *format == "text" {
				c.print(c.inspectionText(r))
			} else if !c.printJSON("inspect", r) {
				return exitFailed
			}
			return s
		}))
		if c.ctx.Err() != nil {
			return c.status(exitFailed)
		}
	}
	return c.status(status)
}

// scanLimits are those of the scanner, but for the length: files of any size
// are read.
var scanLimits = xmlscan.Options{MaxBytes: 1 << 62}

// inspectInput reads a message once, to its end, and keeps nothing but the
// header.
func (c *command) inspectInput(in *input) (*inspection, int) {
	r := &inspection{File: in.name, Outcome: outcomeFailed, Size: max(in.size, 0)}
	switch {
	case in.skipped:
		r.Outcome = outcomeSkipped
		return r, exitFine
	case in.err != nil:
		return r, c.refuse(r, in.err)
	}
	source := in.r
	schema, err := keepXDF(in)
	if err != nil {
		return r, c.refuse(r, err)
	}
	limits := scanLimits
	collector := xoev.NewCollector(&xoev.ReadOptions{Scan: &limits})
	var seen signatureSeen
	err = xmlscan.Run(xmlscan.New(in.r, &limits), collector, &seen)
	if in.size < 0 {
		if counted, ok := source.(*ctxReader); ok {
			r.Size = counted.read
		}
	}
	status := exitFine
	if err == nil || collector.Done() {
		envelope, broken := collector.Envelope()
		if broken != nil {
			return r, c.refuse(r, broken)
		}
		r.message = newMessage(envelope)
		r.Findings = c.localize(envelope.Findings)
	}
	if err != nil {
		return r, c.refuse(r, err)
	}
	r.Outcome, r.Signed = outcomeRead, signedNo
	if schema != nil {
		r.Schema = newDataSchema(schema)
		if r.Schema != nil { // XDatenfelder 1 has a header of its own
			r.Findings = slices.DeleteFunc(r.Findings, func(f finding.Finding) bool { return f.Code == "ENV-002" })
		}
	}
	switch {
	case seen.found:
		r.Signed = signedInside
	case in.file != "-" && in.entry == "" && exists(in.file+signatureSuffix):
		r.Signed = signedDetached
	}
	return r, status
}

// signatureSeen watches for a Signature that is the root element or one of its
// children, as signature.IsSigned does.
type signatureSeen struct{ found bool }

// Token takes part in the pass.
func (w *signatureSeen) Token(s *xmlscan.Scanner) error {
	if s.Kind() == xmlscan.StartElement && s.Depth() <= 2 && s.Name().Is(signature.NS, "Signature") {
		w.found = true
		return xmlscan.ErrDone
	}
	return nil
}

// refuse sorts an error: a broken file, or a check that could not be made.
func (c *command) refuse(r *inspection, err error) int {
	var invalid *finding.InvalidError
	if !errors.As(err, &invalid) {
		r.Outcome, r.Error = outcomeFailed, c.reason(err)
		return exitFailed
	}
	r.Outcome = outcomeRefused
	r.Findings = append(r.Findings, c.localize(invalid.Findings)...)
	return exitRefused
}

func exists(file string) bool {
	info, err := os.Stat(file)
	return err == nil && info.Mode().IsRegular()
}

func (c *command) inspectionText(r *inspection) string {
	s := c.sheet()
	s.title(r.File)
	switch r.Outcome {
	case outcomeFailed:
		s.mark(red, c.t("Not readable", "Nicht lesbar"), r.Error)
	case outcomeRefused:
		s.mark(red, c.t("REFUSED", "ABGEWIESEN"), c.t("the message is broken", "die Nachricht ist fehlerhaft"))
	case outcomeSkipped:
		s.line(c.t("Skipped", "Übergangen"), c.t("its name does not end in .xml", "der Name endet nicht auf .xml"))
	}
	if r.message != nil {
		s.message(r.message)
	}
	s.dataSchema(r.Schema)
	if r.Outcome == outcomeRead || r.Outcome == outcomeRefused {
		s.line(c.t("Size", "Größe"), strconv.FormatInt(r.Size, 10)+" "+c.t("bytes", "Bytes"))
	}
	unchecked := c.t("not checked (xoev verify checks it)", "nicht geprüft (das tut xoev verify)")
	label := c.t("Signature", "Signatur")
	switch r.Signed {
	case signedInside:
		s.line(label, c.t("inside the document; ", "im Dokument; ")+unchecked)
	case signedDetached:
		s.line(label, c.t("in the file ", "in der Datei ")+r.File+signatureSuffix+"; "+unchecked)
	case signedNo:
		s.line(label, c.t("none", "keine"))
	}
	s.findings(r.Findings)
	return s.b.String() + "\n"
}
