package main

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/bausteine/egov/xoev/finding"
)

// clean makes a value from outside safe for a terminal: one line, and no
// control or invisible character that could pretend to be something else.
func clean(s string) string {
	var b strings.Builder
	for _, r := range s {
		if unicode.IsPrint(r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// sheet is a report of lines with a label.
type sheet struct{ b strings.Builder }

func (s *sheet) title(text string) { s.b.WriteString(clean(text) + "\n") }

// line adds a line unless the text is empty.
func (s *sheet) line(label, text string) {
	if text != "" {
		fmt.Fprintf(&s.b, "  %-13s %s\n", label, clean(text))
	}
}

func (s *sheet) findings(all []finding.Finding) {
	for i, f := range all {
		label := ""
		if i == 0 {
			label = "Findings"
		}
		s.line(label, strings.TrimSpace(f.Severity.String()+" "+f.String()))
		s.line("", explain(f))
	}
}

// explain gives limits and source of a finding's rule.
func explain(f finding.Finding) string {
	var parts []string
	for _, key := range sortedKeys(f.Params) {
		parts = append(parts, key+" = "+f.Params[key])
	}
	if f.Source != "" {
		parts = append(parts, "rule: "+f.Source)
	}
	if len(parts) == 0 {
		return ""
	}
	return "  " + strings.Join(parts, "; ")
}
