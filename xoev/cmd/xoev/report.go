package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bausteine/egov/xoev/finding"
)

// clean makes a value from outside safe for a terminal: one line, and no
// control or invisible character that could pretend to be something else.
func clean(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"):
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// encode writes JSON on one line that is safe for a terminal, too: what clean
// would not print is escaped.
func encode(v any) (string, error) {
	var raw strings.Builder
	enc := json.NewEncoder(&raw)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return "", err
	}
	var b strings.Builder
	for _, r := range strings.TrimSuffix(raw.String(), "\n") {
		switch {
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r > 0xFFFF:
			r -= 0x10000
			fmt.Fprintf(&b, `\u%04x\u%04x`, 0xD800+r>>10, 0xDC00+r&0x3FF)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	b.WriteByte('\n')
	return b.String(), nil
}

// printJSON prints one object on one line.
func (c *command) printJSON(name string, v any) (ok bool) {
	line, err := encode(v)
	if err != nil {
		c.fail("xoev %s: %v\n", name, err)
		return false
	}
	c.print(line)
	return true
}

// sheet is a report of lines with a label.
type sheet struct {
	c *command
	b strings.Builder
}

func (c *command) sheet() *sheet { return &sheet{c: c} }

func (s *sheet) title(text string) { s.b.WriteString(s.c.paint(bold, clean(text)) + "\n") }

// line adds a line unless the text is empty.
func (s *sheet) line(label, text string) { s.mark("", label, text) }

// mark adds a line whose label is coloured.
func (s *sheet) mark(color, label, text string) {
	if text != "" {
		fmt.Fprintf(&s.b, "  %s %s\n", s.c.paint(color, fmt.Sprintf("%-13s", label)), clean(text))
	}
}

// findings adds all findings, already in the language of the report.
func (s *sheet) findings(all []finding.Finding) {
	for i, f := range s.c.localize(all) {
		label := ""
		if i == 0 {
			label = s.c.t("Findings", "Befunde")
		}
		color := red
		if f.Severity == finding.Warning {
			color = yellow
		}
		fmt.Fprintf(&s.b, "  %-13s %s %s\n", label, s.c.paint(color, s.c.severity(f.Severity)), clean(f.String()))
		s.line("", s.c.explain(f))
	}
}

// explain gives limits and source of a finding's rule.
func (c *command) explain(f finding.Finding) string {
	var parts []string
	for _, key := range sortedKeys(f.Params) {
		parts = append(parts, key+" = "+f.Params[key])
	}
	if f.Source != "" {
		parts = append(parts, c.t("rule: ", "Regel: ")+f.Source)
	}
	if len(parts) == 0 {
		return ""
	}
	return "  " + strings.Join(parts, "; ")
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }

// plural is a number with its noun.
func plural(n int, one, many string) string {
	if n != 1 {
		one = many
	}
	return strconv.Itoa(n) + " " + one
}
