package fim

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bausteine/egov/forms/fim/regel"
	logic "github.com/bausteine/egov/forms/rule"
	"github.com/bausteine/egov/xoev/xdatenfelder"
)

// placed is an effect with the report that it belongs to.
type placed struct {
	regel.Effect
	report int // index in Report.Rules
	holder *part
}

// rules reads all rules, and decides which groups are asked without entries: a
// rule may make a group mandatory, and conditions on its fields depend on whether
// it has entries, so the rules are read a second time then.
func (b *schemaBuilder) rules() error {
	if err := b.readRules(); err != nil {
		return err
	}
	again := false
	for _, e := range b.effects {
		if n := b.byPath[e.Path]; e.Kind == regel.Require && n != nil && n.kind == nodeGroup && !n.several() && n.entries() {
			n.inline, again = true, true
		}
	}
	if again {
		b.Report.Rules = nil
		if err := b.readRules(); err != nil {
			return err
		}
	}
	b.openUnanswered()
	b.openCycles()
	b.partialDates()
	return nil
}

// readRules fills the report's rules and the effects of those that were read.
func (b *schemaBuilder) readRules() error {
	b.effects = nil
	for _, holder := range b.root.holders() {
		for _, r := range holder.rules() {
			report := RuleReport{ID: r.Identifikation.ID, Version: r.Identifikation.Version, Name: collapse(r.Name),
				Path: holder.path, Text: r.Text(), Verdict: RuleOpen}
			effects, err := b.readRule(r, holder, &report)
			if err != nil {
				return err
			}
			for _, e := range effects {
				b.effects = append(b.effects, placed{e, len(b.Report.Rules), holder})
			}
			b.Report.Rules = append(b.Report.Rules, report)
		}
	}
	return nil
}

func (b *schemaBuilder) readRule(r *xdatenfelder.Regel, holder *part, report *RuleReport) ([]regel.Effect, error) {
	if given, ok := b.SchemaOptions.Rules[report.ID]; ok {
		if given.Elsewhere != "" {
			report.Verdict, report.Reading = RuleElsewhere, []string{given.Elsewhere}
			return nil, nil
		}
		effects, err := b.given(given, holder)
		if err != nil {
			return nil, fmt.Errorf("%w: rule %s: %w", ErrSchema, report.ID, err)
		}
		report.Verdict = RuleSupplied
		for _, e := range effects {
			report.Reading = append(report.Reading, effectText(e))
		}
		return effects, nil
	}
	result := regel.Recognise(r.Text(), &scope{b, holder})
	if result.Open != nil {
		report.open(*result.Open)
		return nil, nil
	}
	report.Verdict, report.Reading = RuleRead, result.Reading
	return result.Effects, nil
}

// given calls the caller's function for a place.
func (b *schemaBuilder) given(r SchemaRule, holder *part) ([]regel.Effect, error) {
	var problems []string
	effects := r.Effects(func(id string) string {
		found := b.reach(holder, id)
		if len(found) == 1 {
			return found[0].path
		}
		problems = append(problems, fmt.Sprintf("%s is at %d places", id, len(found)))
		return ""
	})
	for _, e := range effects {
		if e.Path != "" && b.byPath[e.Path] == nil {
			problems = append(problems, "no element has the path "+e.Path)
		}
		if e.Kind == regel.Count && e.Times == nil || e.Kind != regel.Count && e.If == nil {
			problems = append(problems, "an effect has no condition")
		}
	}
	if len(problems) > 0 {
		return nil, fmt.Errorf("%s", strings.Join(problems, "; "))
	}
	return effects, nil
}

func effectText(e regel.Effect) string {
	if e.Kind == regel.Count {
		return string(e.Kind) + " " + e.Path + ": " + e.Times.String()
	}
	return strings.TrimSpace(string(e.Kind)+" "+e.Path) + ": " + e.If.String()
}

// scope is where a rule stands: ids mean the elements in it, or else in the
// nearest group around it that has them.
type scope struct {
	b      *schemaBuilder
	holder *part
}

// reach returns the nodes that an id means at a place: those in the innermost
// group around it that has any. What the caller leaves out of the form is not
// there.
func (b *schemaBuilder) reach(holder *part, id string) []*part {
	for n := holder; n != nil; n = n.parent {
		found := n.find(id)
		if n.id == id {
			found = append(found, n)
		}
		if found = slices.DeleteFunc(found, b.gone); len(found) > 0 {
			return found
		}
	}
	return nil
}

// gone reports whether the caller leaves an element out of the form, or a group
// around it, or all of its parts.
func (b *schemaBuilder) gone(n *part) bool {
	if n.group != nil && !slices.ContainsFunc(n.children, func(c *part) bool { return !b.gone(c) }) {
		return true
	}
	for ; n != nil; n = n.parent {
		if b.override(n).Hide {
			return true
		}
	}
	return false
}

// Elements implements regel.Scope.
func (s *scope) Elements(id string) []regel.Element {
	var out []regel.Element
	for _, n := range s.b.reach(s.holder, id) {
		out = append(out, s.b.element(n))
	}
	return out
}

func (b *schemaBuilder) element(n *part) regel.Element {
	a := n.general()
	e := regel.Element{ID: n.id, Path: n.path, Label: n.title(), Group: n.group != nil, Text: !n.asksAny(), Min: n.anzahl.Min, Max: n.anzahl.Max}
	for _, name := range []string{a.Name, a.BezeichnungEingabe, a.BezeichnungAusgabe} {
		if collapse(name) != "" {
			e.Names = append(e.Names, name)
		}
	}
	for up := n; up != nil; up = up.parent {
		if e.Optional == "" && (up.anzahl.Min == 0 && up.id != "" || up.chosen()) {
			e.Optional = up.path
		}
		if up != n && up.entries() {
			e.Repeats = append(e.Repeats, regel.Repeat{Path: up.path, Max: up.anzahl.Max})
		}
	}
	slices.Reverse(e.Repeats)
	if n.field == nil || n.field.Feldart == xdatenfelder.FeldartLabel {
		return e
	}
	e.Datentyp = n.field.Datentyp
	if n.field.Feldart == xdatenfelder.FeldartHidden && e.Datentyp != xdatenfelder.DatentypTextLatin {
		e.Datentyp = xdatenfelder.DatentypText // hidden fields hold text
	}
	if e.Select = isSelect(n.field); e.Select {
		for _, o := range slices.Concat(b.lists[n.field], b.long[n.field]) {
			e.Values = append(e.Values, regel.Value{Code: o.Value, Name: o.Label})
		}
	}
	return e
}

// openUnanswered opens rules that take an answer for granted whose field another
// rule can hide.
func (b *schemaBuilder) openUnanswered() {
	open := map[int]regel.Open{}
	for _, e := range b.effects {
		for _, path := range e.Needs {
			for _, other := range b.effects {
				if other.Kind == regel.Show && inside(path, other.Path) && !inside(e.Path, other.Path) {
					open[e.report] = regel.Open{Code: regel.CodeUnanswered, Detail: b.byPath[path].id}
				}
			}
		}
	}
	b.reopen(open)
}

// openCycles opens rules that decide in a circle whether something is shown, until
// there is none. Rules of the caller stay: they come last to be doubted.
func (b *schemaBuilder) openCycles() {
	for {
		open := map[int]regel.Open{}
		for i, e := range b.effects {
			if e.Kind == regel.Show && b.Report.Rules[e.report].Verdict == RuleRead && b.leadsTo(i, i, map[int]bool{}) {
				open[e.report] = regel.Open{Code: regel.CodeCycle, Detail: b.byPath[e.Path].id}
			}
		}
		if len(open) == 0 {
			return
		}
		b.reopen(open)
	}
}

// leadsTo reports whether what effect i decides depends, perhaps by others, on
// what effect goal decides.
func (b *schemaBuilder) leadsTo(i, goal int, seen map[int]bool) bool {
	for _, path := range logic.Paths(b.effects[i].If) {
		for j, other := range b.effects {
			if other.Kind != regel.Show || !inside(path, other.Path) && !inside(other.Path, path) {
				continue
			}
			if j == goal {
				return true
			}
			if !seen[j] {
				seen[j] = true
				if b.leadsTo(j, goal, seen) {
					return true
				}
			}
		}
	}
	return false
}

// reopen takes back rules that were read.
func (b *schemaBuilder) reopen(open map[int]regel.Open) {
	for i, why := range open {
		b.Report.Rules[i].open(why)
	}
	b.effects = slices.DeleteFunc(b.effects, func(e placed) bool { _, gone := open[e.report]; return gone })
}

// inside reports whether a path is that of a group or lies in it.
func inside(path, group string) bool { return path == group || strings.HasPrefix(path, group+".") }

// partialDates adds the rule without text of partly known dates: in a group of
// Tag, Monat and Jahr, of which the first two may be left out, a day needs its
// month.
func (b *schemaBuilder) partialDates() {
	for n := range b.root.all() {
		day, month, ok := partialDate(n)
		if !ok || b.gone(day) || b.gone(month) {
			continue
		}
		b.Report.Rules = append(b.Report.Rules, RuleReport{Name: "Teilbekanntes Datum", Path: n.path, Verdict: RuleImplicit,
			Reading: []string{fmt.Sprintf("Pflicht, wenn %s „%s“ ausgefüllt ist: %s „%s“.", day.id, day.title(), month.id, month.title())}})
		b.effects = append(b.effects, placed{regel.Effect{Kind: regel.Require, Path: month.path, If: logic.Answered(day.path)}, len(b.Report.Rules) - 1, n})
	}
}

// partialDate returns day and month of a group that is a partly known date.
func partialDate(n *part) (day, month *part, ok bool) {
	if n.group == nil || len(n.children) != 3 {
		return nil, nil, false
	}
	var year *part
	for _, c := range n.children {
		if c.field == nil || c.several() || !c.asks() {
			return nil, nil, false
		}
		switch name := c.title(); {
		case name == "Tag" && c.anzahl.Min == 0:
			day = c
		case name == "Monat" && c.anzahl.Min == 0:
			month = c
		case name == "Jahr" && c.anzahl.Min == 1:
			year = c
		}
	}
	return day, month, day != nil && month != nil && year != nil
}
