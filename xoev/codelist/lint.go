package codelist

import "strings"

// lint notes what a publisher should mend in a list that can be read.
func (p *reader) lint() {
	l := p.list
	m := &l.meta
	identification := p.root + "/Identification"
	if p.qualified {
		p.warn(ruleFIM, p.root, nil)
	}
	if m.CanonicalVersionURI != m.CanonicalURI+"_"+m.Version {
		p.warn(ruleVersionURI, identification, nil)
	}
	if !isAbsolute(m.CanonicalURI) || !isAbsolute(m.CanonicalVersionURI) {
		p.warn(ruleAbsolute, identification, nil)
	}
	p.lintName(m.ShortName, identification)
	for i, c := range l.columns {
		path := p.root + "/ColumnSet/Column" + ordinal(i)
		p.lintName(c.ShortName, path)
		if c.kind == kindUnknown {
			p.warn(ruleUnknownType, path, nil)
		}
	}
	p.lintDescription()
	p.lintKeys()
	if l.kept.metadataOnly {
		p.warn(ruleMetadataOnly, p.root, nil)
	}
}

func (p *reader) lintName(name, path string) {
	if name == "" || strings.ContainsAny(name, " \t\n\r") {
		p.warn(ruleShortName, path+"/ShortName", nil)
	}
}

// lintDescription demands what the metadata of the generations 2 and up always
// has; lists without XRepository's metadata have none to lack.
func (p *reader) lintDescription() {
	d := &p.list.meta.Description
	g := generation(d.Generation)
	for _, f := range []struct {
		element string
		present bool
		since   int
	}{
		{"shortName", len(d.ShortName) > 0, generation(NSXOEV2)},
		{"codelistDescription", len(d.Codelist) > 0, generation(NSXOEVOldest)},
		{"agencyShortName", len(d.AgencyShortName) > 0, generation(NSXOEV2)},
		{"versionHandbook", d.Handbook != "", generation(NSXOEV2)},
	} {
		if g >= f.since && !f.present {
			p.warn(ruleMetadata, p.root+"/Annotation/Description", map[string]string{"element": f.element})
		}
	}
}

func (p *reader) lintKeys() {
	l := p.list
	marked, columns := 0, 0
	for i, k := range l.keys {
		path := p.root + "/ColumnSet/Key" + ordinal(i)
		p.lintName(k.ShortName, path)
		if k.Marked {
			marked++
		}
		if len(k.Columns) != 1 {
			continue
		}
		columns++
		if row := l.table.repeated(l.column(k.Columns[0])); row >= 0 {
			p.warn(ruleDuplicate, p.root+"/SimpleCodeList/Row"+ordinal(row), nil)
		}
	}
	switch {
	case marked > 1:
		p.warn(ruleMarkedTwice, p.root+"/ColumnSet", nil)
	case marked == 0 && len(l.keys) > 1:
		p.warn(ruleUnmarked, p.root+"/ColumnSet", nil)
	default: // there is no doubt which values are codes
		p.lintCodes()
	}
	if len(l.keys) > 0 && columns == 0 {
		p.warn(ruleNoCodeColumn, p.root+"/ColumnSet", nil)
	}
}

// lintCodes looks for the first code that differs from what a message can carry.
func (p *reader) lintCodes() {
	l := p.list
	column := l.codeColumn()
	if column < 0 {
		return
	}
	for row := range l.table.rows {
		if code, _ := l.table.at(row, column); collapse(code) != code {
			p.warn(ruleCodeSpace, p.root+"/SimpleCodeList/Row"+ordinal(row), nil)
			return
		}
	}
}
