package xbezahldienste_test

import (
	"fmt"

	"github.com/bausteine/egov/payment/xbezahldienste"
)

// Texts are checked when a form is configured, not when a citizen pays.
func ExampleCheckTexts() {
	for _, f := range xbezahldienste.CheckTexts("Gebühr/Auslagen", "Gebühr, einfache Auskunft") {
		fmt.Println(f, "at", f.Params["index"])
	}
	// Output: purpose: XBZ-002: character outside the field's alphabet at 3
}

func ExampleTransliterate() {
	text, changes := xbezahldienste.Transliterate("Gebühr/Auslagen", xbezahldienste.Purpose)
	fmt.Println(text)
	for _, c := range changes {
		fmt.Printf("%d: %c becomes %s\n", c.Index, c.From, c.To)
	}
	// Output:
	// Gebuehr-Auslagen
	// 3: ü becomes ue
	// 6: / becomes -
}
