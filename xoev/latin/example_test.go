package latin_test

import (
	"fmt"

	"github.com/bausteine/egov/xoev/latin"
)

func ExampleType_Check() {
	for _, name := range []string{"Jürgen D’Angelo", "Jurgen Mustermann 2", "Mu\u0308ller"} {
		if problem, ok := latin.A.Check(name); !ok {
			fmt.Println(problem)
			continue
		}
		fmt.Println("valid")
	}
	// Output:
	// valid
	// byte 18, character 18: LATIN-003: a character is not in this data type (DIN 91379:2022 A)
	// byte 2, character 2: LATIN-005: a character is decomposed or compatible with a listed one; normalise the text to NFC (DIN 91379:2022 A)
}

func ExampleType_Repair() {
	got := latin.B.Repair("Am Großen Anger 3–5, „Hinterhaus“", latin.NFC|latin.Dashes|latin.Quotes)
	fmt.Println(got.Text)
	for _, change := range got.Changes {
		fmt.Printf("%s: %s to %s\n", change, change.From, change.To)
	}
	fmt.Println("problems left:", len(got.Problems))
	// Output:
	// Am Großen Anger 3-5, "Hinterhaus"
	// byte 18: Dashes: – to -
	// byte 24: Quotes: „ to "
	// byte 37: Quotes: “ to "
	// problems left: 0
}

// A checker takes a text in the pieces in which it arrives; here a sequence of
// three code points is torn apart.
func ExampleChecker() {
	c := latin.NewChecker(latin.A)
	for _, piece := range []string{"C\u0328", "\u0306edo", " and ", "B", "\u0306"} {
		_, _ = c.WriteString(piece)
	}
	_ = c.Close()
	problems, total := c.Problems()
	fmt.Println(total, problems[0].Offset)
	// Output: 1 14
}

func ExampleSearchForm() {
	fmt.Println(latin.SearchForm("René Müller"))
	fmt.Println(latin.SearchForm("Karl-Bröger Straße 17"))
	// Output:
	// RENE MUELLER
	// KARL-BROEGER STRASSE 17
}

func ExampleTransliterate() {
	fmt.Println(latin.Transliterate("Łukasz Großmüller"))
	fmt.Println(latin.Transliterate("Παύλος"))
	fmt.Println(latin.Transliterate("Цветан"))
	// Output:
	// Lukasz Grossmueller
	// Pavlos
	// Tsvetan
}

func ExampleMRZ() {
	name, ok := latin.MRZ("Müller-Lüdenscheidt, Zoë")
	fmt.Println(name, ok)
	// Output: MUELLER<LUEDENSCHEIDT<ZOE true
}
