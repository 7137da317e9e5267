package lint

import (
	"errors"
	"strings"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/finding"
)

// header judges what the envelope says, once the pass is over. complete says
// that the XML was well-formed to its end; else a header that has not ended is
// no finding of its own.
func (l *linter) header(complete bool) {
	if !complete && !l.collector.Done() {
		return
	}
	env, err := l.collector.Envelope()
	var invalid *finding.InvalidError
	if errors.As(err, &invalid) {
		l.take(invalid.Findings)
		return
	}
	l.report.Envelope = env
	l.take(env.Findings)
	switch {
	case !env.IsTest():
	case l.o.Production:
		l.at(ruleTestInProduction, "", 0, "", nil)
	default:
		l.at(ruleTest, "", 0, "", nil)
	}
	if l.o.Supports != nil && !l.o.Supports(env.Standard, env.Version) {
		l.at(ruleVersion, "", 0, "", nil)
	}
	if t, zone, err := env.Nachricht.Erstellungszeitpunkt.Time(); err == nil && zone && t.After(l.o.Now().Add(l.o.MaxSkew)) {
		l.at(ruleFuture, "", 0, "erstellungszeitpunkt", map[string]string{"maxSkew": l.o.MaxSkew.String()})
	}
	l.party("leser", env.Family, &env.Leser)
	l.party("autor", env.Family, &env.Autor)
}

// take adds the findings of reading, as our own where we have a rule.
func (l *linter) take(findings []finding.Finding) {
	for _, f := range findings {
		if f.Code == "ENV-020" && strings.Contains(f.Path, "/kanal") {
			continue // LINT-013 says it with the list
		}
		if r, ok := ours(f); ok {
			f = r.At(f.Path, f.Line, f.Column, f.Params)
		}
		l.add(f)
	}
}

// emptyRule tells an empty code and an empty version of a list from other
// values: they are different faults of a message.
func emptyRule(f finding.Finding) finding.Rule {
	switch {
	case f.Params["attribute"] == "listVersionID":
		return ruleEmptyVersion
	case strings.HasSuffix(f.Path, "/code"):
		return ruleEmptyCode
	}
	return ruleEmpty
}

// at adds a finding at the place of a header element.
func (l *linter) at(r finding.Rule, party string, number int, name string, params map[string]string) {
	p := l.places.find(party, number, name)
	if name == "" && len(l.places.known) > 0 {
		p = l.places.known[0]
	}
	l.add(r.At(p.path, p.pos.Line, p.pos.Column, params))
}

func (l *linter) party(party string, family xoev.Family, b *xoev.Behoerde) {
	if inDVDV(family, b) {
		l.kennung(party, b)
	}
	for i := range b.Erreichbarkeit {
		e := &b.Erreichbarkeit[i]
		version := e.Kanal.ListVersionID
		if version == "" && family == xoev.FamilyXInneres {
			version = "1" // fixed by xinneres-kommunikation.xsd
		}
		switch {
		case e.Kanal.Code == "" || e.Kanal.ListURI != "" && e.Kanal.ListURI != xoev.ListErreichbarkeit:
		case !inChannels(e.Kanal.Code, version):
			l.at(ruleChannel, party, i+1, "kanal", map[string]string{"list": xoev.ListErreichbarkeit + "_" + version})
		case strings.TrimSpace(e.Kennung) != "" && !fits(e.Kanal.Code, e.Kennung):
			l.at(ruleContact, party, i+1, "kennung", nil)
		}
	}
}

// inDVDV reports whether the identifier is one of the DVDV: that is what
// XInneres prescribes, and what the Basisnachricht says where the directory is
// named so or is left empty.
func inDVDV(family xoev.Family, b *xoev.Behoerde) bool {
	if strings.TrimSpace(b.Kennung) == "" {
		return false
	}
	switch family {
	case xoev.FamilyQualified, xoev.FamilyUnqualified, xoev.FamilyXInneresG2G:
		return b.Verzeichnisdienst.Code == "DVDV" || b.Verzeichnisdienst.Code == ""
	case xoev.FamilyXInneres, xoev.FamilyXInneresQualified:
		return true
	}
	return false
}

func (l *linter) kennung(party string, b *xoev.Behoerde) {
	prefix, id, ok := b.Praefix()
	switch {
	case !ok, strings.TrimSpace(prefix) == "", strings.TrimSpace(id) == "":
		l.at(ruleKennung, party, 0, "kennung", nil)
	case l.o.Prefixes == nil && !KnownPrefix(prefix):
		l.at(rulePrefix, party, 0, "kennung", map[string]string{"list": PrefixList})
	case l.o.Prefixes != nil && !l.o.Prefixes.Contains(prefix):
		l.at(rulePrefixGiven, party, 0, "kennung", nil)
	}
}

// messageUUID returns the nachrichtenUUID in lower case, if the header is of a
// family that has one: what identifies a process, as in xdomea, occurs in
// several messages.
func messageUUID(env *xoev.Envelope) (string, bool) {
	switch env.Family {
	case xoev.FamilyQualified, xoev.FamilyUnqualified, xoev.FamilyXInneresG2G, xoev.FamilyXInneres, xoev.FamilyXInneresQualified:
		return strings.ToLower(env.Nachricht.UUID), env.Nachricht.UUID != ""
	}
	return "", false
}
