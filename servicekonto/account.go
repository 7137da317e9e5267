package servicekonto

import (
	"fmt"
	"log/slog"
	"time"
)

// Names of attributes, the same for every kind of account. Adapters translate
// their own names to these; a form's prefill tags use them. Values are UTF-8 in
// normal form C.
const (
	Familienname    = "familienname"    // family name
	Vornamen        = "vornamen"        // given names, separated by blanks
	Geburtsname     = "geburtsname"     // name at birth
	Geburtsdatum    = "geburtsdatum"    // date of birth, YYYY-MM-DD
	Strasse         = "strasse"         // street without number
	Hausnummer      = "hausnummer"      // house number with addition ("12a")
	Anschriftzeile  = "anschriftzeile"  // street and number in one line, where the account does not split them
	Postleitzahl    = "postleitzahl"    // postal code
	Ort             = "ort"             // town
	Land            = "land"            // country as the account writes it
	Email           = "email"           // e-mail address
	Telefon         = "telefon"         // telephone number
	Firmenname      = "firmenname"      // name of an organisation
	Rechtsform      = "rechtsform"      // legal form of an organisation, as text
	Registernummer  = "registernummer"  // number in the commercial register
	Registergericht = "registergericht" // court that keeps the register
)

// Kind tells accounts of people from accounts of organisations.
type Kind uint8

const (
	// Person is the account of a natural person (Nutzerkonto).
	Person Kind = iota + 1
	// Organisation is the account of a company or other organisation
	// (Organisationskonto); the person attributes are those of whoever acts for it.
	Organisation
)

// String returns "person", "organisation" or "unbekannt".
func (k Kind) String() string {
	switch k {
	case Person:
		return "person"
	case Organisation:
		return "organisation"
	default:
		return "unbekannt"
	}
}

// Attribute is one thing an account says about its owner. It prints and logs
// without its values.
type Attribute struct {
	// Name is one of this package's names or, for what they do not cover, the
	// adapter's own.
	Name string `json:"name"`
	// Values has at least one element; most attributes have exactly one.
	Values []string `json:"values"`
	// Trust is the trust of this attribute, which may be below the login's level.
	Trust TrustLevel `json:"trust"`
	// Source says in German what proves it ("Online-Ausweis", "ELSTER"); may be empty.
	Source string `json:"source,omitempty"`
}

// LogValue logs name and trust, never values.
func (a Attribute) LogValue() slog.Value {
	return slog.GroupValue(slog.String("name", a.Name), slog.String("trust", a.Trust.String()))
}

// Format prints the name only, for every verb.
func (a Attribute) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "attribute(%s)", a.Name) }

// Account is a logged-in person or organisation as an account service described
// it at login. It prints and logs without personal data; encoding/json writes
// it whole. Reading it from several goroutines is safe.
type Account struct {
	// ID is stable for one person at one Provider and one relying party, opaque
	// and at most 255 bytes: BundID's bPK2, OpenID Connect's sub.
	ID string `json:"id"`
	// Provider is the [Choice]'s ID, and ProviderName its label for people
	// ("BundID"). The service sets both.
	Provider     string `json:"provider"`
	ProviderName string `json:"provider_name"`
	Kind         Kind   `json:"kind"`
	// Level is the level of this login.
	Level Level `json:"level"`
	// Method says in German how the person logged in ("Online-Ausweis"); may be empty.
	Method string `json:"method,omitempty"`
	// AuthTime is when the account service authenticated the person.
	AuthTime time.Time `json:"auth_time"`
	// Attributes has each name once.
	Attributes []Attribute `json:"attributes"`
}

// Key is unique within a tenant and stable: the provider's ID, a colon, and the
// account's ID. It identifies a person: treat it as personal data.
func (a *Account) Key() string { return a.Provider + ":" + a.ID }

// Attribute returns the attribute with the name.
func (a *Account) Attribute(name string) (Attribute, bool) {
	for _, attr := range a.Attributes {
		if attr.Name == name {
			return attr, true
		}
	}
	return Attribute{}, false
}

// Value returns the attribute's first value, or "" if there is none.
func (a *Account) Value(name string) string {
	if attr, ok := a.Attribute(name); ok && len(attr.Values) > 0 {
		return attr.Values[0]
	}
	return ""
}

// Trust returns the attribute's trust, the lowest if there is none.
func (a *Account) Trust(name string) TrustLevel {
	attr, _ := a.Attribute(name)
	return attr.Trust
}

// DisplayName returns what to greet the account with: the organisation's name,
// or given names and family name. It may be empty. It is personal data.
func (a *Account) DisplayName() string {
	if name := a.Value(Firmenname); a.Kind == Organisation && name != "" {
		return name
	}
	given, family := a.Value(Vornamen), a.Value(Familienname)
	if given == "" || family == "" {
		return given + family
	}
	return given + " " + family
}

// Prefill is an attribute as a form wants it: plain values, no types of this
// package, so that it converts to another package's struct of the same shape.
type Prefill struct {
	Value string
	// Locked says that the value is verified (substanziell or above) and should
	// not be changed in the form.
	Locked bool
	// Source is the account service's name for people ("BundID").
	Source string
	// Trust is German, for display beside the field: "hoch (Online-Ausweis)".
	Trust string
}

// Prefill returns every single-valued attribute by name, ready for a form.
func (a *Account) Prefill() map[string]Prefill {
	out := make(map[string]Prefill, len(a.Attributes))
	for _, attr := range a.Attributes {
		if len(attr.Values) != 1 {
			continue
		}
		trust := attr.Trust.String()
		if attr.Source != "" && attr.Trust != TrustUntergeordnet {
			trust += " (" + attr.Source + ")"
		}
		out[attr.Name] = Prefill{Value: attr.Values[0], Locked: attr.Trust.Verified(), Source: a.ProviderName, Trust: trust}
	}
	return out
}

// LogValue logs provider, kind, level and the number of attributes, never who
// it is.
func (a Account) LogValue() slog.Value {
	return slog.GroupValue(slog.String("provider", a.Provider), slog.String("kind", a.Kind.String()),
		slog.String("level", a.Level.String()), slog.Int("attributes", len(a.Attributes)))
}

// Format prints provider, kind and level only, for every verb.
func (a Account) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "account(%s %s %s)", a.Provider, a.Kind, a.Level)
}

// LogValue logs that there is a value, not which.
func (p Prefill) LogValue() slog.Value { return slog.StringValue("prefill(" + p.Trust + ")") }

// Format prints the trust only, for every verb.
func (p Prefill) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "prefill(%s)", p.Trust) }
