package xoev

import (
	"strconv"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// validator collects what is wrong with an envelope that is to be written.
type validator struct {
	env        *Envelope
	allowEmpty bool
	findings   []finding.Finding
}

func validate(env *Envelope, more []xmlscan.NSDecl, o *WriteOptions) []finding.Finding {
	v := &validator{env: env, allowEmpty: o.AllowEmpty}
	v.root(more)
	kopf := "/" + elKopf.local
	ident := kopf + "/" + elIdentifikation.local
	n := &env.Nachricht
	if !isUUID(n.UUID) {
		v.report(ruleWriteUUID, ident+"/"+elUUID.local, nil)
	}
	if !n.Erstellungszeitpunkt.Exact() || collapse(string(n.Erstellungszeitpunkt)) != string(n.Erstellungszeitpunkt) {
		v.report(ruleWriteTime, ident+"/"+elZeitpunkt.local, nil)
	}
	v.code(&n.Typ, elTyp, ident+"/"+elTyp.local)
	if number := env.Number(); number != "" && n.Typ.Code != "" && number != n.Typ.Code {
		v.report(ruleWriteTyp, ident+"/"+elTyp.local, nil)
	}
	v.behoerde(&env.Leser, kopf+"/"+elLeser.local)
	v.behoerde(&env.Autor, kopf+"/"+elAutor.local)
	return v.findings
}

func (v *validator) report(r finding.Rule, path string, params map[string]string) {
	if len(v.findings) < maxFindings {
		v.findings = append(v.findings, r.At("/"+v.env.Root.Local+path, 0, 0, params))
	}
}

func (v *validator) root(more []xmlscan.NSDecl) {
	env := v.env
	_, known := qualifiedSpaces(env.FamilyVersion)
	switch env.Family {
	case FamilyQualified:
	case FamilyUnqualified:
		known = known || env.FamilyVersion == ""
	default:
		known = false
	}
	if !known {
		v.report(ruleWriteFamily, "", nil)
	}
	if !isNCName(env.Root.Local) || env.Root.Space == "" || !legalXML(env.Root.Space) {
		v.report(ruleWriteRoot, "", nil)
	}
	v.namespaces(more)
	for _, local := range mandatoryAttributes {
		v.text(*env.rootField(xmlscan.Name{Local: local}), true, "/@"+local)
	}
	v.text(env.Produktversion, false, "/@produktversion")
	v.text(env.Test, false, "/@test")
	for _, a := range env.Attributes {
		if env.rootField(a.Name) != nil {
			v.report(ruleWriteName, "", map[string]string{"attribute": a.Name.Local})
		}
	}
}

// namespaces refuses declarations that contradict each other; the default
// namespace is among them, because header elements may be in no namespace.
func (v *validator) namespaces(more []xmlscan.NSDecl) {
	fixed := declarations(v.env, nil)
	for i, d := range append(fixed, more...) {
		bad := !isNCName(d.Prefix) || reservedPrefix(d.Prefix) || d.URI == "" || !legalXML(d.URI) ||
			d.URI == nsXML || d.URI == nsXMLNS
		for _, other := range fixed {
			bad = bad || other.Prefix == d.Prefix && other.URI != d.URI
		}
		if i >= len(fixed) {
			for _, other := range more[:i-len(fixed)] {
				bad = bad || other.Prefix == d.Prefix && other.URI != d.URI
			}
		}
		if bad {
			v.report(ruleWriteNamespace, "", nil)
		}
	}
	// A prefix of the root that is one of the header's would hide it.
	for _, d := range headerDeclarations(v.env) {
		if d.Prefix == v.env.Root.Prefix && d.URI != v.env.Root.Space {
			v.report(ruleWriteNamespace, "", nil)
		}
	}
}

// text checks a value of datatypeC.
func (v *validator) text(s string, mandatory bool, path string) {
	if !legalXML(s) {
		v.report(ruleWriteChar, path, nil)
	}
	if mandatory {
		v.mandatory(s, path)
	}
}

func (v *validator) mandatory(s, path string) {
	if blank(s) && !v.allowEmpty {
		v.report(ruleWriteEmpty, path, nil)
	}
}

func (v *validator) code(c *Code, el *element, path string) {
	v.mandatory(c.Code, path+"/"+elCode.local)
	for _, s := range [...]string{c.Code, c.ListURI} {
		if !legalXML(s) || collapse(s) != s {
			v.report(ruleWriteChar, path, nil)
		}
	}
	for _, s := range [...]string{c.Name, c.ListVersionID} {
		if !legalXML(s) || replaceSpace(s) != s {
			v.report(ruleWriteChar, path, nil)
		}
	}
	if el.fixedList == "" {
		return
	}
	v.mandatory(c.ListVersionID, path+"/@listVersionID")
	if c.Name != "" || c.ListURI != "" && c.ListURI != el.fixedList {
		v.report(ruleWriteCode, path, map[string]string{"listURI": el.fixedList})
	}
}

func (v *validator) behoerde(b *Behoerde, path string) {
	v.code(&b.Verzeichnisdienst, elVerzeichnisdienst, path+"/"+elVerzeichnisdienst.local)
	v.text(b.Kennung, true, path+"/"+elKennung.local)
	v.text(b.Name, true, path+"/"+elName.local)
	for i := range b.Erreichbarkeit {
		r := &b.Erreichbarkeit[i]
		at := path + "/" + elErreichbarkeit.local + "[" + strconv.Itoa(i+1) + "]/"
		v.code(&r.Kanal, elKanal, at+elKanal.local)
		v.text(r.Kennung, true, at+elKanalKennung.local)
		v.text(r.Zusatz, false, at+elZusatz.local)
	}
}
