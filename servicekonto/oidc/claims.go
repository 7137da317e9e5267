package oidc

import (
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/bausteine/egov/servicekonto"
)

// maxValue is what one value of an attribute may hold, in bytes.
const maxValue = 4096

// Claim says how one claim becomes an attribute.
type Claim struct {
	// Name is the claim, with a dot for a member of an object: "address.locality".
	Name string
	// Attribute is the attribute's name, as package servicekonto lists them.
	Attribute string
	// MaxTrust caps the attribute's trust, which is otherwise that of the login's
	// level: an e-mail address stays self-asserted after a login with an ID card.
	MaxTrust servicekonto.TrustLevel
	// Confirmed names a boolean claim ("email_verified"); unless it is true the
	// attribute counts as self-asserted.
	Confirmed string
}

// StandardClaims maps the claims of OpenID Connect Core 1.0, 5.1, birth_family_name
// of OpenID Connect for Identity Assurance, and the additions that package
// simulator documents.
func StandardClaims() []Claim {
	const hoch, niedrig = servicekonto.TrustHoch, servicekonto.TrustNiedrig
	return []Claim{
		{Name: "given_name", Attribute: servicekonto.Vornamen, MaxTrust: hoch},
		{Name: "family_name", Attribute: servicekonto.Familienname, MaxTrust: hoch},
		{Name: "birth_family_name", Attribute: servicekonto.Geburtsname, MaxTrust: hoch},
		{Name: "birthdate", Attribute: servicekonto.Geburtsdatum, MaxTrust: hoch},
		{Name: "address.street", Attribute: servicekonto.Strasse, MaxTrust: hoch},
		{Name: "address.house_number", Attribute: servicekonto.Hausnummer, MaxTrust: hoch},
		{Name: "address.street_address", Attribute: servicekonto.Anschriftzeile, MaxTrust: hoch},
		{Name: "address.postal_code", Attribute: servicekonto.Postleitzahl, MaxTrust: hoch},
		{Name: "address.locality", Attribute: servicekonto.Ort, MaxTrust: hoch},
		{Name: "address.country", Attribute: servicekonto.Land, MaxTrust: hoch},
		{Name: "email", Attribute: servicekonto.Email, MaxTrust: niedrig, Confirmed: "email_verified"},
		{Name: "phone_number", Attribute: servicekonto.Telefon, MaxTrust: niedrig, Confirmed: "phone_number_verified"},
		{Name: "organisation.name", Attribute: servicekonto.Firmenname, MaxTrust: hoch},
		{Name: "organisation.legal_form", Attribute: servicekonto.Rechtsform, MaxTrust: hoch},
		{Name: "organisation.register_number", Attribute: servicekonto.Registernummer, MaxTrust: hoch},
		{Name: "organisation.register_court", Attribute: servicekonto.Registergericht, MaxTrust: hoch},
	}
}

// StandardMethods maps values of amr to German texts: RFC 8176's pwd, and the
// eid and elster of package simulator.
func StandardMethods() map[string]string {
	return map[string]string{"eid": "Online-Ausweis", "elster": "ELSTER", "pwd": "Benutzername und Passwort"}
}

// acrValues is what Start asks for.
func (p *Provider) acrValues(min servicekonto.Level) string {
	if p.cfg.ACRValues != nil {
		return strings.Join(p.cfg.ACRValues[min], " ")
	}
	var names []string
	for l := min; l.Known(); l++ {
		names = append(names, l.EIDAS())
	}
	return strings.Join(names, " ")
}

func (p *Provider) level(claims claimSet) (servicekonto.Level, error) {
	v, ok := claims["acr"]
	if !ok {
		if p.cfg.AllowMissingACR.Known() {
			return p.cfg.AllowMissingACR, nil
		}
		return 0, refused("ID token: acr is missing", nil)
	}
	acr, _ := v.(string)
	if p.cfg.ACR != nil {
		if l, ok := p.cfg.ACR[acr]; ok {
			return l, nil
		}
		return 0, refused("ID token: acr is not in the table", nil)
	}
	l, err := servicekonto.ParseLevel(acr)
	if err != nil {
		return 0, refused("ID token: acr is not in the table", err)
	}
	return l, nil
}

func (p *Provider) method(claims claimSet) string {
	list, _ := claims["amr"].([]any)
	for _, v := range list {
		if s, ok := v.(string); ok && p.cfg.Methods[s] != "" {
			return p.cfg.Methods[s]
		}
	}
	return ""
}

func authTime(claims claimSet) time.Time {
	n, _ := claims["auth_time"].(json.Number)
	sec, err := n.Int64()
	if err != nil || sec <= 0 {
		return time.Time{}
	}
	return time.Unix(sec, 0).UTC()
}

// account makes an account of verified claims.
func (p *Provider) account(claims claimSet) (*servicekonto.Account, error) {
	level, err := p.level(claims)
	if err != nil {
		return nil, err
	}
	kind, err := claims.kind()
	if err != nil {
		return nil, err
	}
	a := &servicekonto.Account{
		ID: claims.text("sub"), Kind: kind, Level: level, Method: p.method(claims), AuthTime: authTime(claims),
	}
	for _, c := range p.cfg.Claims {
		values, err := claims.values(c.Name)
		if err != nil {
			return nil, err
		}
		if len(values) == 0 {
			continue
		}
		attr := servicekonto.Attribute{Name: c.Attribute, Values: values, Trust: min(level.Trust(), c.MaxTrust), Source: a.Method}
		if c.Confirmed != "" && claims[c.Confirmed] != true {
			attr.Trust = servicekonto.TrustUntergeordnet
		}
		if attr.Trust == servicekonto.TrustUntergeordnet {
			attr.Source = ""
		}
		a.Attributes = append(a.Attributes, attr)
	}
	return a, nil
}

// kind reads account_type ("person", "organisation"). An issuer that does not
// know this claim has accounts of organisations only where it sends an
// organisation.
func (c claimSet) kind() (servicekonto.Kind, error) {
	_, organisation := c["organisation"]
	switch v, ok := c["account_type"]; {
	case v == "organisation", !ok && organisation:
		return servicekonto.Organisation, nil
	case v == "person" && !organisation, !ok:
		return servicekonto.Person, nil
	}
	return 0, refused("claim account_type: unknown, or not that of the other claims", nil)
}

// values returns a claim's texts in normal form C; absent, null and "" count as
// none. What is neither text nor a list of texts is refused.
func (c claimSet) values(name string) ([]string, error) {
	var v any = map[string]any(c)
	for part := range strings.SplitSeq(name, ".") {
		m, ok := v.(map[string]any)
		if !ok {
			return nil, refused("claim "+name+": not inside an object", nil)
		}
		if v = m[part]; v == nil {
			return nil, nil
		}
	}
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	var out []string
	for _, x := range list {
		s, ok := x.(string)
		if !ok || len(s) > maxValue || !utf8.ValidString(s) || strings.ContainsFunc(s, isControl) || len(out) >= 100 {
			return nil, refused("claim "+name+": not a text, or too long", nil)
		}
		if s != "" {
			out = append(out, norm.NFC.String(s))
		}
	}
	return out, nil
}

// isControl reports control characters; line ends may stand in an address.
func isControl(r rune) bool {
	return r != '\n' && r != '\r' && r != '\t' && (r < ' ' || (r >= 0x7f && r <= 0x9f))
}
