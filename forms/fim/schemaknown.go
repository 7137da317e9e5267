package fim

import "github.com/bausteine/egov/forms"

// knownField is what a field of the federal editors (Bundesredaktion) is known to
// hold.
type knownField struct {
	prefill      string // attribute of package servicekonto
	autocomplete string // HTML, WCAG 2.2 criterion 1.3.5
	inputMode    string // HTML
	typ          forms.Type
	identifier   string // of package ids
}

// knownFields are fields of the federal editors by their id in XDatenfelder 2:
// number range 60 (Baukasten optimierter Bausteine), and 00 of older schemas.
// Sources: the fields' names and help texts in S60000011, S00000009, S00000121
// and S05000058.
var knownFields = map[string]knownField{
	"F60000227": {prefill: "familienname", autocomplete: "family-name"},
	"F60000228": {prefill: "vornamen", autocomplete: "given-name"},
	"F60000230": {prefill: "geburtsname"},
	"F60000231": {autocomplete: "bday-day", inputMode: "numeric"},
	"F60000232": {autocomplete: "bday-month", inputMode: "numeric"},
	"F60000233": {autocomplete: "bday-year", inputMode: "numeric"},
	"F60000240": {prefill: "telefon", autocomplete: "tel", inputMode: "tel"},
	"F60000241": {inputMode: "tel"},
	"F60000242": {prefill: "email", autocomplete: "email", typ: forms.TypeEmail},
	"F60000243": {prefill: "strasse"},
	"F60000244": {prefill: "hausnummer"},
	"F60000246": {prefill: "postleitzahl", autocomplete: "postal-code", inputMode: "numeric", identifier: "plz"},
	"F60000247": {prefill: "ort", autocomplete: "address-level2"},
	"F60000319": {prefill: "firmenname", autocomplete: "organization"},
	"F60000321": {autocomplete: "url", inputMode: "url"},
	"F60000328": {prefill: "registernummer"},

	"F00000013": {prefill: "familienname", autocomplete: "family-name"},
	"F00000045": {prefill: "vornamen", autocomplete: "given-name"},
	"F00000154": {prefill: "vornamen", autocomplete: "given-name"},
	"F00000014": {prefill: "geburtsname"},
	"F00000053": {prefill: "strasse"},
	"F00000016": {inputMode: "numeric"},
	"F00000054": {prefill: "postleitzahl", autocomplete: "postal-code", inputMode: "numeric", identifier: "plz"},
	"F00000035": {prefill: "ort", autocomplete: "address-level2"},
	"F00000069": {prefill: "telefon", autocomplete: "tel", inputMode: "tel"},
	"F00000072": {inputMode: "tel"},
	"F00000071": {prefill: "email", autocomplete: "email", typ: forms.TypeEmail},
	"F00000106": {identifier: "iban"},
	"F00000107": {identifier: "bic"},
	"F00000440": {autocomplete: "bday-day", inputMode: "numeric"},
	"F00000441": {autocomplete: "bday-month", inputMode: "numeric"},
	"F00000204": {autocomplete: "bday-year", inputMode: "numeric"},
}

// shortID is the id in XDatenfelder 2: without the sub-range 000 that
// XDatenfelder 3 puts behind the number range.
func shortID(id string) string {
	if len(id) == 12 && id[3:6] == "000" {
		return id[:3] + id[6:]
	}
	return id
}
