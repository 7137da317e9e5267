package simulator

import (
	"strings"

	"github.com/bausteine/egov/servicekonto"
)

// Citizen is a test account. All of them must be plainly fictional.
type Citizen struct {
	// ID is lower-case ASCII and stable: "erika".
	ID string
	// GivenNames, FamilyName and BirthName are String.Latin (DIN 91379).
	GivenNames, FamilyName, BirthName string
	// Birthdate is YYYY-MM-DD.
	Birthdate                                      string
	Street, HouseNumber, PostalCode, Town, Country string
	Email                                          string
	// Levels are those the account can log in with, rising; at least one.
	Levels []servicekonto.Level
	// Organisation is set for the account of an organisation; the fields above
	// are those of the person who acts for it.
	Organisation *Organisation
}

// Organisation is what the account of an organisation says about it.
type Organisation struct {
	Name, LegalForm, RegisterNumber, RegisterCourt string
}

// Citizens returns the built-in test accounts: a citizen with an ID card
// (erika), one without (max), one whose names need letters beyond Latin-1
// (dang), and companies with and without an entry in a register.
func Citizens() []Citizen {
	const niedrig, substanziell, hoch = servicekonto.Niedrig, servicekonto.Substanziell, servicekonto.Hoch
	return []Citizen{
		{
			ID: "erika", GivenNames: "Erika", FamilyName: "Mustermann", BirthName: "Gabler", Birthdate: "1964-08-12",
			Street: "Musterstraße", HouseNumber: "12a", PostalCode: "12345", Town: "Musterstadt", Country: "DE",
			Email: "erika.mustermann@example.org", Levels: []servicekonto.Level{niedrig, substanziell, hoch},
		},
		{
			ID: "max", GivenNames: "Max", FamilyName: "Mustermann", Birthdate: "1990-02-28",
			Street: "Am Beispielplatz", HouseNumber: "3", PostalCode: "12345", Town: "Musterstadt", Country: "DE",
			Email: "max.mustermann@example.org", Levels: []servicekonto.Level{niedrig, substanziell},
		},
		{
			ID: "dang", GivenNames: "Thị Ľubica Željka", FamilyName: "Đặng-Großmann", BirthName: "M\u0302ustērņākš", Birthdate: "1987-12-01",
			Street: "Straße der Müßiggänger", HouseNumber: "7 ½", PostalCode: "99998", Town: "Bad Übungsstadt", Country: "DE",
			Email: "dang-grossmann@example.org", Levels: []servicekonto.Level{niedrig, hoch},
		},
		{
			ID: "muster-gmbh", GivenNames: "Petra", FamilyName: "Prokura", Birthdate: "1975-05-05",
			Street: "Gewerbestraße", HouseNumber: "1", PostalCode: "12345", Town: "Musterstadt", Country: "DE",
			Email: "post@muster-gmbh.example", Levels: []servicekonto.Level{substanziell, hoch},
			Organisation: &Organisation{Name: "Muster GmbH", LegalForm: "Gesellschaft mit beschränkter Haftung", RegisterNumber: "HRB 99999", RegisterCourt: "Amtsgericht Musterstadt"},
		},
		{
			ID: "beispiel-ek", GivenNames: "Bernd", FamilyName: "Beispiel", Birthdate: "1958-11-30",
			Street: "Marktplatz", HouseNumber: "10", PostalCode: "12345", Town: "Musterstadt", Country: "DE",
			Email: "laden@beispiel.example", Levels: []servicekonto.Level{niedrig, substanziell},
			Organisation: &Organisation{Name: "Bäckerei Beispiel", LegalForm: "Einzelunternehmen"},
		},
	}
}

// valid reports whether the simulator can use the account.
func (c *Citizen) valid() bool {
	if c.ID == "" || len(c.ID) > 64 || strings.Trim(c.ID, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || c.FamilyName == "" || len(c.Levels) == 0 {
		return false
	}
	for i, l := range c.Levels {
		if !l.Known() || (i > 0 && l <= c.Levels[i-1]) {
			return false
		}
	}
	return true
}

// label names the account on the log-in page.
func (c *Citizen) label() string {
	s := strings.TrimSpace(c.GivenNames + " " + c.FamilyName)
	if c.Organisation != nil {
		s = c.Organisation.Name + ", vertreten durch " + s
	}
	return s
}

func (c *Citizen) levels() string {
	names := make([]string, len(c.Levels))
	for i, l := range c.Levels {
		names[i] = l.String()
	}
	return strings.Join(names, ", ")
}

func (c *Citizen) can(level servicekonto.Level) bool {
	for _, l := range c.Levels {
		if l == level {
			return true
		}
	}
	return false
}

// claims returns what the scopes release, without sub.
func (c *Citizen) claims(scope string) map[string]any {
	out := map[string]any{}
	set := func(m map[string]any, name, value string) {
		if value != "" {
			m[name] = value
		}
	}
	for _, s := range strings.Fields(scope) {
		switch s {
		case "profile":
			set(out, "given_name", c.GivenNames)
			set(out, "family_name", c.FamilyName)
			set(out, "birth_family_name", c.BirthName)
			set(out, "birthdate", c.Birthdate)
		case "email":
			set(out, "email", c.Email)
			out["email_verified"] = c.Email != ""
		case "address":
			a := map[string]any{}
			set(a, "street", c.Street)
			set(a, "house_number", c.HouseNumber)
			set(a, "street_address", strings.TrimSpace(c.Street+" "+c.HouseNumber))
			set(a, "postal_code", c.PostalCode)
			set(a, "locality", c.Town)
			set(a, "country", c.Country)
			out["address"] = a
		case "organisation":
			if o := c.Organisation; o != nil {
				m := map[string]any{}
				set(m, "name", o.Name)
				set(m, "legal_form", o.LegalForm)
				set(m, "register_number", o.RegisterNumber)
				set(m, "register_court", o.RegisterCourt)
				out["organisation"] = m
			}
		}
	}
	return out
}
