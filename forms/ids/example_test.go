package ids_test

import (
	"fmt"

	"github.com/bausteine/egov/forms/ids"
)

func ExampleParseTeilbekanntesDatum() {
	for _, typed := range []string{"1.5.1980", "00.05.1980", "1980", "1.0.1980", "31.2.1980"} {
		date, err := ids.ParseTeilbekanntesDatum(typed)
		fmt.Printf("%q %q %v\n", string(date), date.Format(), err)
	}
	// Output:
	// "1980-05-01" "01.05.1980" <nil>
	// "1980-05" "05.1980" <nil>
	// "1980" "1980" <nil>
	// "" "" ids: Teilbekanntes Datum: STRUCTURE at byte 2
	// "" "" ids: Teilbekanntes Datum: DATE at byte 0
}

func ExampleParseFlurstueckskennzeichen() {
	parcel, err := ids.ParseFlurstueckskennzeichen("152450-8-746/284")
	if err != nil {
		panic(err)
	}
	fmt.Println(string(parcel), parcel.Gemarkung(), parcel.Flur(), parcel.Zaehler(), parcel.Nenner())
	// Output: 152450008007460284__ 152450 8 746 284
}

func ExampleParseKVNR() {
	number, err := ids.ParseKVNR("A123456780 104212505 8")
	if err != nil {
		panic(err)
	}
	fmt.Println(number.Person(), number.Kasse().Format(), number.Warning())
	// Output: A123456780 104 212 505 <nil>
}

func ExampleParseLeitwegID() {
	_, err := ids.ParseLeitwegID("991-03730-18")
	fmt.Println(err)
	address, err := ids.ParseLeitwegID("991-03730-19")
	fmt.Println(address, err)
	// Output:
	// ids: Leitweg-ID: CHECKSUM at byte 10
	// 991-03730-19 <nil>
}

// A form that takes any identifier by its tag, as package forms does.
func ExampleKinds() {
	typed := "DE89 3704 0044 0532 0130 00"
	for _, kind := range ids.Kinds() {
		if kind.Valid(typed) {
			fmt.Println(kind.Tag, kind.Name, kind.Format(typed))
		}
	}
	// Output: iban IBAN DE89 3704 0044 0532 0130 00
}
