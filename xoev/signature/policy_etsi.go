package signature

import (
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// nsDSSC is the namespace of security suitability policies (RFC 5698), whose form
// ETSI TS 119 322 uses.
const nsDSSC = "urn:ietf:params:xml:ns:dssc"

const (
	maxPolicyBytes = 4 << 20
	maxPolicyRules = 4096
	maxPolicyText  = 4096
)

// ParsePolicy reads an algorithm catalogue in the XML form of ETSI TS 119 322
// (RFC 5698), of at most 4 MiB. Algorithms are taken by their URI, curves and
// RSASSA-PSS also by their object identifier; what this package cannot compute,
// and what it never allows, is left out. A minimum for "moduluslength", "plength"
// or "qlength" is the shortest key in bits. Other parameters, and everything but a
// minimum, make the evaluation unusable, because its meaning is not known: it then
// allows nothing. So does one of an RSA method without a shortest key. The
// document's signature, if any, is not checked.
//
// Errors match [*finding.InvalidError] if the document is not XML (codes of
// package xmlscan) or no such policy (SIG-054), or are the reader's own.
func ParsePolicy(r io.Reader) (Policy, error) {
	d := &policyReader{scan: xmlscan.New(r, &xmlscan.Options{MaxBytes: maxPolicyBytes})}
	for d.scan.Next() {
		d.token()
	}
	if err := d.scan.Err(); err != nil {
		return Policy{}, err
	}
	if d.bad != nil || len(d.rules) == 0 {
		if d.bad == nil {
			d.fail()
		}
		return Policy{}, &finding.InvalidError{Findings: d.bad}
	}
	source := strings.TrimSpace(d.name + " " + d.version)
	if d.issued != "" {
		source += ", issued " + d.issued
	}
	for i := range d.rules {
		d.rules[i].Source = source
	}
	return Policy{name: d.name, rules: d.rules}, nil
}

// policyReader walks over the document; what it does not know it passes by.
type policyReader struct {
	scan    *xmlscan.Scanner
	bad     []finding.Finding
	rules   []PolicyRule
	text    []byte
	path    []string
	name    string
	version string
	issued  string

	names []string // of the Algorithm being read
	evals []evaluation
}

// evaluation is one Evaluation element.
type evaluation struct {
	minBits  int
	start    time.Time
	end      time.Time
	minimum  bool // the Parameter at hand has its Min
	dated    bool // there was a Validity
	unusable bool
}

func (d *policyReader) fail() {
	if d.bad == nil {
		pos := d.scan.Pos()
		d.bad = []finding.Finding{catalogue[rulePolicyDocument].At("", pos.Line, pos.Column, nil)}
	}
}

func (d *policyReader) token() {
	switch d.scan.Kind() {
	case xmlscan.StartElement:
		d.start()
	case xmlscan.Text:
		if len(d.text)+len(d.scan.Text()) <= maxPolicyText {
			d.text = append(d.text, d.scan.Text()...)
		}
	case xmlscan.EndElement:
		d.end(strings.TrimSpace(string(d.text)))
		d.path = d.path[:len(d.path)-1]
		d.text = d.text[:0]
	}
}

// at compares the place with names, below the root.
func (d *policyReader) at(names ...string) bool {
	if len(d.path) != len(names)+1 {
		return false
	}
	for i, n := range names {
		if d.path[i+1] != n {
			return false
		}
	}
	return true
}

func (d *policyReader) start() {
	n := d.scan.Name()
	if len(d.path) == 0 && !n.Is(nsDSSC, "SecuritySuitabilityPolicy") {
		d.fail()
	}
	local := n.Local
	if n.Space != nsDSSC {
		local = "{}" + local // means nothing here
	}
	d.path = append(d.path, local)
	d.text = d.text[:0]
	switch {
	case d.at("Algorithm"):
		d.names, d.evals = nil, nil
	case d.at("Algorithm", "Evaluation"):
		d.evals = append(d.evals, evaluation{})
	case d.at("Algorithm", "Evaluation", "Parameter"):
		name, _ := d.scan.Attr("", "name")
		switch string(name) {
		case "moduluslength", "plength", "qlength":
		default:
			d.evals[len(d.evals)-1].unusable = true
		}
		d.evals[len(d.evals)-1].minimum = false
	case d.at("Algorithm", "Evaluation", "Parameter", "Min"):
		e := &d.evals[len(d.evals)-1]
		e.minimum, e.unusable = true, e.unusable || e.minimum
	case d.at("Algorithm", "Evaluation", "Parameter", local): // Max, Range or anything
		d.evals[len(d.evals)-1].unusable = true
	case d.at("Algorithm", "Evaluation", "Validity"):
		e := &d.evals[len(d.evals)-1]
		e.dated, e.unusable = true, e.unusable || e.dated
	}
}

func (d *policyReader) end(text string) {
	switch {
	case d.at("PolicyName", "Name"):
		d.name = text
	case d.at("PolicyName", "ObjectIdentifier"):
		d.version = text
	case d.at("PolicyIssueDate"):
		d.issued = text
	case d.at("Algorithm", "AlgorithmIdentifier", "URI"):
		d.names = append(d.names, text)
	case d.at("Algorithm", "AlgorithmIdentifier", "ObjectIdentifier"):
		d.names = append(d.names, urnOID+strings.TrimPrefix(text, urnOID))
	case d.at("Algorithm", "Evaluation", "Parameter", "Min"):
		if n, err := strconv.Atoi(text); err != nil || n < 0 {
			d.fail()
		} else if e := &d.evals[len(d.evals)-1]; n > e.minBits {
			e.minBits = n
		}
	case d.at("Algorithm", "Evaluation", "Parameter"):
		e := &d.evals[len(d.evals)-1]
		e.unusable = e.unusable || !e.minimum
	case d.at("Algorithm", "Evaluation", "Validity", "Start"):
		e := &d.evals[len(d.evals)-1]
		e.unusable = e.unusable || !e.start.IsZero()
		e.start = d.date(text, false)
	case d.at("Algorithm", "Evaluation", "Validity", "End"):
		e := &d.evals[len(d.evals)-1]
		e.unusable = e.unusable || !e.end.IsZero()
		e.end = d.date(text, true)
	case d.at("Algorithm"):
		d.algorithm()
	}
}

// date reads an xs:dateTime or, for the whole day, an xs:date.
func (d *policyReader) date(text string, end bool) time.Time {
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC()
		}
	}
	for _, layout := range []string{"2006-01-02Z07:00", "2006-01-02"} {
		if t, err := time.Parse(layout, text); err == nil {
			if end {
				t = t.AddDate(0, 0, 1).Add(-time.Nanosecond)
			}
			return t.UTC()
		}
	}
	d.fail()
	return time.Time{}
}

// algorithm makes rules of what was read about one.
func (d *policyReader) algorithm() {
	name := ""
	for _, n := range d.names {
		if known := ruledName(n); known != "" {
			name = known
			break
		}
	}
	if name == "" {
		return
	}
	for _, e := range d.evals {
		if e.unusable || rsaName(name) && e.minBits == 0 {
			continue
		}
		if len(d.rules) == maxPolicyRules {
			d.fail()
			return
		}
		d.rules = append(d.rules, PolicyRule{Algorithm: name, MinBits: e.minBits, From: e.start, Until: e.end})
	}
}

// ruledName is the name in our rules for what a catalogue names, or "".
func ruledName(name string) string {
	switch name {
	case RSAPSS, urnOID + "1.2.840.113549.1.1.10":
		return RSAPSS
	case Ed25519, urnOID + "1.3.101.112":
		return Ed25519
	}
	if m, ok := methodOf(name); ok {
		return m.ruled()
	}
	if _, ok := digestOf(name); ok {
		return name
	}
	for _, c := range curves {
		if c.urn == name {
			return name
		}
	}
	return ""
}
