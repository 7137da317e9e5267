package regel_test

import (
	"fmt"

	"github.com/bausteine/egov/forms/fim/regel"
	"github.com/bausteine/egov/xoev/xdatenfelder"
)

// antrag is where the rules of this example stand: two fields.
type antrag struct{}

func (antrag) Elements(id string) []regel.Element {
	switch id {
	case "F99000000023":
		return []regel.Element{{ID: id, Path: "hund.chip", Label: "Hat der Hund einen Chip?", Names: []string{"Chip vorhanden"},
			Min: 1, Max: 1, Datentyp: xdatenfelder.DatentypBool}}
	case "F99000000024":
		return []regel.Element{{ID: id, Path: "hund.nummer", Label: "Nummer", Names: []string{"Chipnummer"}, Max: 1, Datentyp: xdatenfelder.DatentypText}}
	}
	return nil
}

func ExampleRecognise() {
	for _, text := range []string{
		`F99000000024 "Chipnummer" ist nur dann zu befüllen, wenn F99000000023 "Chip vorhanden" bejaht wurde.`,
		`F99000000024 "Nummer des Chips" ist nur dann zu befüllen, wenn F99000000023 "Chip vorhanden" bejaht wurde.`,
		`Wenn F99000000023 "Chip vorhanden" bejaht wurde, dann erscheint F99000000024 "Chipnummer".`,
	} {
		result := regel.Recognise(text, antrag{})
		if result.Open != nil {
			fmt.Println("ungeklärt:", result.Open.Code)
			continue
		}
		for _, e := range result.Effects {
			fmt.Println(e.Kind, e.Path, "wenn", e.If)
		}
	}
	// Output:
	// zeigen hund.nummer wenn hund.chip = ja
	// ungeklärt: NAME
	// ungeklärt: SONST
}
