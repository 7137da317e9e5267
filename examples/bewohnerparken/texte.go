package main

import (
	_ "embed"
	"io"
	"strings"

	"github.com/bausteine/egov/forms"
	"github.com/bausteine/egov/forms/web"
)

//go:embed datenschema.xml
var datenschemaDatei string

// datenschemaXML is the FIM data schema (XDatenfelder 3) of the application.
func datenschemaXML() io.Reader { return strings.NewReader(datenschemaDatei) }

// What the pages of this service say.

var layout = web.Layout{
	Service:   "Bewohnerparkausweis",
	Authority: "Stadt Musterstadt",
	Notice:    "Demonstration: Musterstadt ist erfunden. Konto und Bezahlung sind Simulatoren auf diesem Rechner.",
	Intro: []string{
		"Mit einem Bewohnerparkausweis parken Sie in der Nähe Ihrer Wohnung auf den dafür gekennzeichneten Plätzen.",
		"Sie können ihn beantragen, wenn Sie im Bewohnerparkgebiet mit Hauptwohnung gemeldet sind. Die Gebühr beträgt 30,70 € für 12 Monate und 61,40 € für 24 Monate.",
	},
	Needs: []string{
		"die Zulassungsbescheinigung Teil I (Fahrzeugschein)",
		"eine Erklärung zur Nutzungsüberlassung, wenn das Fahrzeug auf eine andere Person zugelassen ist",
		"ein Zahlungsmittel für die Gebühr, wenn Sie online bezahlen",
	},
	Links: []web.Link{
		{Label: "Impressum", URL: "/hinweise#impressum"},
		{Label: "Datenschutz", URL: "/hinweise#datenschutz"},
		{Label: "Barrierefreiheit", URL: "/hinweise#barrierefreiheit"},
	},
	Confirm: "Mit dem Absenden bestätigen Sie, dass Ihre Angaben richtig und vollständig sind. Danach bezahlen Sie die Gebühr oder erhalten eine Rechnung. Wenn Sie online bezahlen, gilt Ihr Antrag als gestellt, sobald die Gebühr bezahlt ist.",
	Submit:  "Absenden und bezahlen",
	Next: []string{
		"Wir prüfen Ihre Angaben. Das dauert in der Regel fünf Werktage.",
		"Den Parkausweis schicken wir Ihnen mit der Post.",
	},
}

// laender are the codes of the code list
// urn:de:bund:destatis:bevoelkerungsstatistik:schluessel:staat for Germany and
// its neighbours, for each of the paths.
func laender(paths ...string) map[string][]forms.Option {
	list := []forms.Option{
		{Value: "000", Label: "Deutschland"}, {Value: "124", Label: "Belgien"}, {Value: "126", Label: "Dänemark"},
		{Value: "129", Label: "Frankreich"}, {Value: "143", Label: "Luxemburg"}, {Value: "148", Label: "Niederlande"},
		{Value: "151", Label: "Österreich"}, {Value: "152", Label: "Polen"}, {Value: "158", Label: "Schweiz"},
		{Value: "164", Label: "Tschechien"},
	}
	choices := map[string][]forms.Option{}
	for _, p := range paths {
		choices[p] = list
	}
	return choices
}
