package servicekonto_test

import (
	"fmt"

	"github.com/bausteine/egov/servicekonto"
)

func ExampleParseLevel() {
	level, err := servicekonto.ParseLevel("STORK-QAA-Level-3")
	fmt.Println(level, level.EIDAS(), err)
	_, err = servicekonto.ParseLevel("STORK-QAA-Level-9")
	fmt.Println(err)
	// Output:
	// substanziell http://eidas.europa.eu/LoA/substantial <nil>
	// servicekonto: unknown level of assurance
}

// A form package defines its own plain struct; an account fills it without
// either knowing the other.
func ExampleAccount_Prefill() {
	type Prefilled struct { // as another package declares it
		Value  string
		Locked bool
		Source string
		Trust  string
	}
	account := &servicekonto.Account{ProviderName: "BundID", Attributes: []servicekonto.Attribute{
		{Name: servicekonto.Familienname, Values: []string{"Mustermann"}, Trust: servicekonto.TrustHoch, Source: "Online-Ausweis"},
		{Name: servicekonto.Email, Values: []string{"erika.mustermann@example.org"}},
	}}
	form := map[string]Prefilled{}
	for name, p := range account.Prefill() {
		form[name] = Prefilled(p)
	}
	fmt.Println(form["familienname"].Value, form["familienname"].Locked, form["familienname"].Trust)
	fmt.Println(form["email"].Value, form["email"].Locked, form["email"].Trust)
	// Output:
	// Mustermann true hoch (Online-Ausweis)
	// erika.mustermann@example.org false eigene Angabe
}

func ExampleParseReturnPath() {
	for _, target := range []string{"/parken/antrag?schritt=2", "//boese.example/", "https://boese.example/"} {
		p, err := servicekonto.ParseReturnPath(target)
		fmt.Printf("%q %v\n", p, err)
	}
	// Output:
	// "/parken/antrag?schritt=2" <nil>
	// "" servicekonto: not a local path
	// "" servicekonto: not a local path
}

func ExamplePrefill() {
	// Prefill prints without its value, so that it cannot end up in a log.
	fmt.Println(servicekonto.Prefill{Value: "Mustermann", Trust: "hoch"})
	// Output: prefill(hoch)
}
