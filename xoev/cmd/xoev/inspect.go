package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature"
)

const inspectHelp = `xoev inspect [--format text|json] FILE...

Says of each file what it says about itself: standard and version, message
type, number (UUID) and time, who wrote it (autor) and who is to process it
(leser), whether it is a test message, which software made it, and whether it
is signed. Nothing is verified: anyone can write anything into a header. To
check a signature use xoev verify.

The XÖV-Basisnachricht 1.0 and 1.1 is understood (XBeteiligung, XWasser, XBau
and others). Of messages with another header (XJustiz, older XInneres) only the
root element is shown, as family "unknown".

  --format text   for people (default)
  --format json   one JSON object per line and file

FILE may be - for standard input. The report shows names and contact data from
the header; treat it like the message.

Exit status: 0 every file could be read, 1 a file is broken (XML or header),
2 wrong usage or a file could not be read.

  xoev inspect antrag.xml
  xoev inspect --format json eingang/*.xml | jq -r .nachrichtenUUID
`

// signed says where a signature is. It is not checked here.
const (
	signedNo       = "no"
	signedInside   = "enveloped"
	signedDetached = "detached"
)

// inspection is the report on one file; the JSON form is its interface.
type inspection struct {
	File     string `json:"file"`
	Outcome  string `json:"outcome"` // "read", "refused", "failed"
	Error    string `json:"error,omitempty"`
	Size     int    `json:"size"`
	Signed   string `json:"signed,omitempty"`
	*message `json:",omitempty"`
	Findings []finding.Finding `json:"findings,omitempty"`
}

// message is what the envelope says.
type message struct {
	Family         xoev.Family `json:"family"`
	FamilyVersion  string      `json:"familyVersion,omitempty"`
	Root           string      `json:"root"`
	Namespace      string      `json:"namespace,omitempty"`
	Standard       string      `json:"standard,omitempty"`
	Version        string      `json:"version,omitempty"`
	Test           bool        `json:"test"`
	TestValue      string      `json:"testValue,omitempty"`
	Produkt        string      `json:"produkt,omitempty"`
	Hersteller     string      `json:"produkthersteller,omitempty"`
	Produktversion string      `json:"produktversion,omitempty"`
	UUID           string      `json:"nachrichtenUUID,omitempty"`
	Typ            *code       `json:"nachrichtentyp,omitempty"`
	Zeitpunkt      string      `json:"erstellungszeitpunkt,omitempty"`
	Autor          *behoerde   `json:"autor,omitempty"`
	Leser          *behoerde   `json:"leser,omitempty"`
	Extensions     []string    `json:"extensions,omitempty"`
}

type code struct {
	Code          string `json:"code"`
	Name          string `json:"name,omitempty"`
	ListURI       string `json:"listURI,omitempty"`
	ListVersionID string `json:"listVersionID,omitempty"`
}

type behoerde struct {
	Verzeichnisdienst string    `json:"verzeichnisdienst,omitempty"`
	Kennung           string    `json:"kennung"`
	Name              string    `json:"name"`
	Erreichbarkeit    []contact `json:"erreichbarkeit,omitempty"`
}

type contact struct {
	Kanal   string `json:"kanal"`
	Kennung string `json:"kennung"`
	Zusatz  string `json:"zusatz,omitempty"`
}

func (c *command) inspect(args []string) int {
	fs := flag.NewFlagSet("inspect", flag.ContinueOnError)
	format := fs.String("format", "text", "")
	files, status, done := c.parse(fs, inspectHelp, args)
	switch {
	case done:
		return status
	case *format != "text" && *format != "json":
		return c.usage("inspect", "--format is text or json")
	case len(files) == 0:
		return c.usage("inspect", "no FILE is named")
	case repeated("-", files):
		return c.usage("inspect", "standard input can be read only once")
	}
	for _, file := range files {
		r, s := c.inspectFile(file)
		status = max(status, s)
		if *format == "json" {
			line, err := json.Marshal(r)
			if err != nil {
				c.fail("xoev inspect: %v\n", err)
				return exitFailed
			}
			c.print(string(line) + "\n")
		} else {
			c.print(r.text())
		}
	}
	return c.status(status)
}

func (c *command) inspectFile(file string) (*inspection, int) {
	r := &inspection{File: file, Outcome: "failed"}
	data, err := c.read(file)
	if err != nil {
		r.Error = err.Error()
		return r, exitFailed
	}
	r.Size = len(data)
	envelope, err := xoev.ReadEnvelope(bytes.NewReader(data), nil)
	if err != nil {
		return r.refuse(err)
	}
	r.message = newMessage(envelope)
	r.Findings = envelope.Findings
	inside, err := signature.IsSigned(data) // reads to the end
	if err != nil {
		return r.refuse(err)
	}
	switch {
	case inside:
		r.Signed = signedInside
	case file != "-" && exists(file+signatureSuffix):
		r.Signed = signedDetached
	default:
		r.Signed = signedNo
	}
	r.Outcome = "read"
	return r, exitFine
}

// refuse sorts an error: a broken file, or a check that could not be made.
func (r *inspection) refuse(err error) (*inspection, int) {
	var invalid *finding.InvalidError
	if !errors.As(err, &invalid) {
		r.Error = err.Error()
		return r, exitFailed
	}
	r.Outcome = "refused"
	r.Findings = append(r.Findings, invalid.Findings...)
	return r, exitRefused
}

func exists(file string) bool {
	info, err := os.Stat(file)
	return err == nil && info.Mode().IsRegular()
}

func newMessage(e *xoev.Envelope) *message {
	m := &message{
		Family: e.Family, FamilyVersion: e.FamilyVersion, Root: e.Root.Local, Namespace: e.Root.Space,
		Standard: e.Standard, Version: e.Version, Test: e.IsTest(), TestValue: e.Test,
		Produkt: e.Produkt, Hersteller: e.Produkthersteller, Produktversion: e.Produktversion,
	}
	if e.Family == xoev.FamilyUnknown {
		return m
	}
	n := &e.Nachricht
	m.UUID, m.Zeitpunkt = n.UUID, string(n.Erstellungszeitpunkt)
	m.Typ = &code{n.Typ.Code, n.Typ.Name, n.Typ.ListURI, n.Typ.ListVersionID}
	m.Autor, m.Leser = newBehoerde(&e.Autor), newBehoerde(&e.Leser)
	for _, x := range e.Extensions {
		m.Extensions = append(m.Extensions, x.Name.Local)
	}
	return m
}

func newBehoerde(b *xoev.Behoerde) *behoerde {
	r := &behoerde{Verzeichnisdienst: b.Verzeichnisdienst.Code, Kennung: b.Kennung, Name: b.Name}
	for _, e := range b.Erreichbarkeit {
		r.Erreichbarkeit = append(r.Erreichbarkeit, contact{e.Kanal.Code, e.Kennung, e.Zusatz})
	}
	return r
}

func (r *inspection) text() string {
	s := &sheet{}
	s.title(r.File)
	switch r.Outcome {
	case "failed":
		s.line("Not readable", r.Error)
	case "refused":
		s.line("REFUSED", "the message is broken")
	}
	if r.message != nil {
		r.message.lines(s)
	}
	if r.Outcome != "failed" {
		s.line("Size", strconv.Itoa(r.Size)+" bytes")
	}
	switch r.Signed {
	case signedInside:
		s.line("Signature", "inside the document; not checked (xoev verify checks it)")
	case signedDetached:
		s.line("Signature", "in the file "+r.File+signatureSuffix+"; not checked (xoev verify checks it)")
	case signedNo:
		s.line("Signature", "none")
	}
	s.findings(r.Findings)
	return s.b.String() + "\n"
}

func (m *message) lines(s *sheet) {
	s.line("Standard", strings.TrimSpace(m.Standard+" "+m.Version))
	s.line("Message", m.Root)
	s.line("Namespace", m.Namespace)
	switch m.Family {
	case xoev.FamilyQualified:
		s.line("Header", "XÖV-Basisnachricht "+m.FamilyVersion+", elements in its namespaces (qualified)")
	case xoev.FamilyUnqualified:
		s.line("Header", "XÖV-Basisnachricht, elements in no namespace (unqualified)")
	case xoev.FamilyUnknown:
		s.line("Header", "unknown family; only the root element was read")
	default:
		s.line("Header", strings.TrimSpace(m.Family.String()+" "+m.FamilyVersion))
	}
	if m.Typ != nil {
		s.line("Type", m.Typ.text())
	}
	s.line("UUID", m.UUID)
	s.line("Created", m.Zeitpunkt)
	m.Autor.lines(s, "From (autor)")
	m.Leser.lines(s, "To (leser)")
	switch {
	case m.Test:
		s.line("Test", `YES, a test message (test="`+m.TestValue+`"): not for production`)
	case m.Standard != "":
		s.line("Test", "no")
	}
	if m.Produkt != "" {
		s.line("Made with", strings.TrimSpace(m.Produkt+" "+m.Produktversion)+" ("+m.Hersteller+")")
	}
	s.line("Additions", strings.Join(m.Extensions, ", "))
}

func (c *code) text() string {
	text := c.Code
	if c.Name != "" {
		text += " " + c.Name
	}
	if c.ListURI != "" {
		text += " (list " + strings.TrimSpace(c.ListURI+" "+c.ListVersionID) + ")"
	}
	return text
}

func (b *behoerde) lines(s *sheet, label string) {
	if b == nil {
		return
	}
	text := strings.TrimSpace(b.Kennung + "  " + b.Name)
	if b.Verzeichnisdienst != "" {
		text = strings.TrimSpace(b.Verzeichnisdienst + " " + text)
	}
	if text == "" {
		text = "(empty)"
	}
	s.line(label, text)
	for _, e := range b.Erreichbarkeit {
		s.line("", strings.TrimSpace("  channel "+e.Kanal+": "+e.Kennung+"  "+e.Zusatz))
	}
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
