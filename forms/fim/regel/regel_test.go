package regel_test

import (
	"strings"
	"testing"

	"github.com/bausteine/egov/forms/fim/regel"
	"github.com/bausteine/egov/xoev/xdatenfelder"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tree is a small schema: an application for a dog licence with everything that
// rules speak of.
type tree map[string][]regel.Element

func (t tree) Elements(id string) []regel.Element { return t[id] }

func (t tree) add(e regel.Element) {
	if e.Max == 0 {
		e.Max = 1
	}
	if e.Min == 0 && e.Optional == "" {
		e.Optional = e.Path
	}
	e.Names = append(e.Names, e.Label)
	t[e.ID] = append(t[e.ID], e)
}

func schema() tree {
	t := tree{}
	yesNo := func(id, path, label string, min int) {
		t.add(regel.Element{ID: id, Path: path, Label: label, Min: min, Datentyp: xdatenfelder.DatentypBool})
	}
	text := func(id, path, label string) {
		t.add(regel.Element{ID: id, Path: path, Label: label, Datentyp: xdatenfelder.DatentypText})
	}
	yesNo("F17000000001", "hund.bissig", "Bissiger Hund", 1)
	yesNo("F17000000002", "hund.chip", "Chip vorhanden", 0)
	text("F17000000003", "hund.chipnummer", "Chipnummer")
	text("F17000000004", "hund.rasse", "Rasse")
	text("F17000000005", "hund.farbe", "Farbe")
	choice := regel.Element{ID: "F17000000006", Path: "hund.zweck", Label: "Zweck der Haltung", Min: 1, Select: true,
		Datentyp: xdatenfelder.DatentypText, Values: []regel.Value{{Code: "001", Name: "privat"}, {Code: "002", Name: "gewerblich"}, {Code: "003", Name: "privat"}, {Code: "004", Name: "Rettungshund"}}}
	t.add(choice)
	choice.ID, choice.Path, choice.Label, choice.Min = "F17000000007", "hund.unterbringung", "Unterbringung", 0
	t.add(choice)
	choice.ID, choice.Path, choice.Label, choice.Values = "F17000000008", "hund.steuerklasse", "Steuerklasse", nil
	t.add(choice)
	t.add(regel.Element{ID: "F17000000009", Path: "hund.anzahl", Label: "Anzahl der Hunde", Min: 1, Datentyp: xdatenfelder.DatentypNumInt})
	t.add(regel.Element{ID: "F17000000010", Path: "hund.seit", Label: "Gehalten seit", Min: 1, Datentyp: xdatenfelder.DatentypDate})
	t.add(regel.Element{ID: "G17000000001", Path: "inland", Label: "Anschrift Inland", Group: true})
	t.add(regel.Element{ID: "G17000000002", Path: "ausland", Label: "Anschrift Ausland", Group: true})
	t.add(regel.Element{ID: "G17000000003", Path: "wurf", Label: "Wurf", Group: true, Max: 5})
	t.add(regel.Element{ID: "G17000000004", Path: "pflicht", Label: "Halter", Group: true, Min: 1})
	t.add(regel.Element{ID: "F17000000011", Path: "wurf.geimpft", Label: "Geimpft", Min: 1, Datentyp: xdatenfelder.DatentypBool,
		Repeats: []regel.Repeat{{Path: "wurf", Max: 5}}, Optional: "wurf"})
	t.add(regel.Element{ID: "F17000000012", Path: "wurf.impfdatum", Label: "Impfdatum", Datentyp: xdatenfelder.DatentypDate,
		Repeats: []regel.Repeat{{Path: "wurf", Max: 5}}})
	t.add(regel.Element{ID: "F17000000013", Path: "inland.mieter", Label: "Zur Miete", Min: 1, Datentyp: xdatenfelder.DatentypBool,
		Repeats: []regel.Repeat{{Path: "inland", Max: 1}}, Optional: "inland"})
	t.add(regel.Element{ID: "F17000000014", Path: "hund.hinweis", Label: "Hinweis", Text: true, Min: 1})
	text("F17000000099", "inland.ort", "Ort")
	text("F17000000099", "ausland.ort", "Ort")
	return t
}

func TestRead(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"nur dann, bejaht", `"F17000000003 Chipnummer" ist nur dann zu befüllen, wenn "F17000000002 Chip vorhanden" bejaht wurde.`,
			"zeigen hund.chipnummer: hund.chip = ja"},
		{"nur dann, mehrere", "\"F17000000003 Chipnummer\",\r\n\"F17000000004 Rasse\", und \"F17000000005 Farbe\" sind nur dann zu befüllen, wenn F17000000002 bejaht wurde.",
			"zeigen hund.chipnummer: hund.chip = ja; zeigen hund.rasse: hund.chip = ja; zeigen hund.farbe: hund.chip = ja"},
		{"darf nur", `Das Feld F17000000003 darf nur befüllt werden, wenn F17000000002 = wahr ist.`, "zeigen hund.chipnummer: hund.chip = ja"},
		{"zur Pflichtangabe, Wert im Zitat", `Wenn bei F17000000006 "002 gewerblich" angegeben wird, dann wird G17000000001 zur Pflichtangabe.`,
			`pflicht inland: hund.zweck = "002"`},
		{"Name und Wert im Zitat", `Wenn bei F17000000006 "Zweck der Haltung" "gewerblich" ausgewählt wurde, dann wird G17000000001 eine Pflichtangabe.`,
			`pflicht inland: hund.zweck = "002"`},
		{"ungleich, nicht anzuzeigen", `WENN im Feld F17000000006 "Zweck der Haltung" Auswahl <> 001="privat", DANN sind Felder F17000000004, F17000000005 nicht anzuzeigen.`,
			`zeigen hund.rasse: hund.zweck = "001"; zeigen hund.farbe: hund.zweck = "001"`},
		{"gleich, nicht anzuzeigen", `WENN im Feld F17000000006 Auswahl = 004, DANN ist Feld F17000000004 „Rasse“ nicht anzuzeigen`,
			`zeigen hund.rasse: nicht (hund.zweck = "004")`},
		{"auszublenden", `WENN F17000000001 = wahr, DANN sind die Felder F17000000004 und F17000000005 auszublenden.`,
			"zeigen hund.rasse: nicht (hund.bissig = ja); zeigen hund.farbe: nicht (hund.bissig = ja)"},
		{"ein Text", `F17000000014 "Hinweis" ist nur anzuzeigen, wenn F17000000001 bejaht wurde.`, "zeigen hund.hinweis: hund.bissig = ja"},
		{"nicht leer", `Wenn F17000000004 "Rasse" nicht leer, dann muss F17000000005 "Farbe" befüllt werden.`, "pflicht hund.farbe: hund.rasse ist ausgefüllt"},
		{"und", `Wenn F17000000001 bejaht wurde und F17000000006 = 002, dann müssen F17000000004 und F17000000005 ausgefüllt werden.`,
			`pflicht hund.rasse: hund.bissig = ja und hund.zweck = "002"; pflicht hund.farbe: hund.bissig = ja und hund.zweck = "002"`},
		{"oder, nicht anzuzeigen", `Wenn F17000000001 bejaht wurde oder F17000000006 <> 002, dann ist F17000000004 nicht anzuzeigen.`,
			`zeigen hund.rasse: nicht (hund.bissig = ja) und hund.zweck = "002"`},
		{"darf nicht", `Wenn F17000000001 verneint wurde, dann darf F17000000004 nicht befüllt werden.`, "zeigen hund.rasse: nicht (hund.bissig = nein)"},
		{"Zahl", `Wenn F17000000009 > 2, dann muss F17000000005 ausgefüllt werden.`, "pflicht hund.farbe: hund.anzahl > 2"},
		{"entweder oder", `Es muss entweder Feldgruppe G17000000001 "Anschrift Inland" oder Feldgruppe G17000000002 "Anschrift Ausland" befüllt werden.`,
			"pruefung : (inland ist ausgefüllt oder ausland ist ausgefüllt) und nicht (inland ist ausgefüllt und ausland ist ausgefüllt)"},
		{"mindestens eines, Wert", `Es muss mindestens eines der Felder F17000000001 oder F17000000002 den Wert "wahr" haben.`,
			"pruefung hund: hund.bissig = ja oder hund.chip = ja"},
		{"mindestens eines", `Es muss mindestens eines der Felder F17000000003, F17000000004 oder F17000000005 befüllt sein.`,
			"pruefung hund: hund.chipnummer ist ausgefüllt oder hund.rasse ist ausgefüllt oder hund.farbe ist ausgefüllt"},
		{"Mindestens eines muss", `Mindestens eines der Felder F17000000001 "Bissiger Hund" oder F17000000002 "Chip vorhanden" muss den Wert "wahr" haben.`,
			"pruefung hund: hund.bissig = ja oder hund.chip = ja"},
		{"mehrere Werte", `WENN im Feld F17000000006 Auswahl = 001 "privat", 002 oder 004 "Rettungshund", DANN ist Feld F17000000004 nicht anzuzeigen.`,
			`zeigen hund.rasse: nicht (hund.zweck = "001") und nicht (hund.zweck = "002") und nicht (hund.zweck = "004")`},
		{"mehrere Werte oder etwas anderes", `Wenn F17000000006 = 002 oder 004 oder F17000000001 bejaht wurde, dann muss F17000000004 befüllt werden.`,
			`pflicht hund.rasse: hund.zweck = "002" oder hund.zweck = "004" oder hund.bissig = ja`},
		{"wie oft", `Der Wert in F17000000009 "Anzahl der Hunde" gibt an, wie oft die Gruppe G17000000003 befüllt sein muss.`, "anzahl wurf: hund.anzahl"},
		{"bestimmt, wie oft", `Die Angabe in Feld F17000000009 "Anzahl der Hunde" bestimmt, wie oft die Gruppe G17000000003 "Wurf" befüllt werden muss.`, "anzahl wurf: hund.anzahl"},
		{"im selben Eintrag", `F17000000012 ist nur dann zu befüllen, wenn F17000000011 bejaht wurde.`, "zeigen wurf.impfdatum: wurf.geimpft = ja"},
		{"aus einer Gruppe, die fehlen kann", `F17000000004 ist nur dann zu befüllen, wenn F17000000013 bejaht wurde.`, "zeigen hund.rasse: ein inland: (inland.mieter = ja)"},
		{"zwei Sätze, ohne Überschneidung", `WENN F17000000006 = 002, DANN muss F17000000004 befüllt werden. WENN F17000000006 <> 002, DANN ist F17000000004 nicht anzuzeigen.`,
			`pflicht hund.rasse: hund.zweck = "002"; zeigen hund.rasse: hund.zweck = "002"`},
		{"zwei Sätze, dieselbe Bedingung", `F17000000004 ist nur dann zu befüllen, wenn F17000000001 bejaht wurde. Wenn F17000000001 bejaht wurde, dann muss F17000000004 befüllt werden.`,
			"zeigen hund.rasse: hund.bissig = ja; pflicht hund.rasse: hund.bissig = ja"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := regel.Recognise(c.text, schema())
			require.Nil(t, r.Open)
			assert.Equal(t, c.want, show(r.Effects))
			assert.NotEmpty(t, r.Reading)
		})
	}
}

func show(effects []regel.Effect) string {
	var parts []string
	for _, e := range effects {
		s := string(e.Kind) + " " + e.Path + ": "
		if e.Kind == regel.Count {
			s += e.Times.String()
		} else {
			s += e.If.String()
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, "; ")
}

func TestOpen(t *testing.T) {
	const nurDann = `F17000000003 ist nur dann zu befüllen, wenn F17000000002 bejaht wurde`
	for _, c := range []struct{ name, text, code string }{
		{"leer", " \r\n ", regel.CodeEmpty},
		{"zu lang", strings.Repeat("F17000000003 ", 400), regel.CodeLength},
		{"etwas anderes", "Die Mitgliedstaaten sind alphabetisch sortiert: 124 Belgien", regel.CodeShape},
		{"nicht am Ende", nurDann + " nicht.", regel.CodeNegation},
		{"nicht davor", "F17000000003 ist nicht nur dann zu befüllen, wenn F17000000002 bejaht wurde.", regel.CodeNegation},
		{"nicht bejaht", "F17000000003 ist nur dann zu befüllen, wenn F17000000002 nicht bejaht wurde.", regel.CodeNegation},
		{"nicht verschoben", "WENN F17000000006 nicht = 001, DANN ist F17000000004 anzuzeigen.", regel.CodeNegation},
		{"dann nicht", "WENN F17000000006 = 001, DANN ist nicht F17000000004 anzuzeigen.", regel.CodeNegation},
		{"muss nicht", "WENN F17000000006 = 001, DANN muss F17000000004 nicht befüllt werden.", regel.CodeNegation},
		{"nicht zu befüllen: verboten oder freiwillig", "WENN F17000000006 = 001, DANN ist F17000000004 nicht zu befüllen.", regel.CodeNegation},
		{"keine Pflichtangabe", "WENN F17000000006 = 001, DANN ist F17000000004 keine Pflichtangabe.", regel.CodeNegation},
		{"außer", "WENN F17000000006 = 001, DANN muss F17000000004 befüllt werden, außer F17000000001 wurde bejaht.", regel.CodeNegation},
		{"sonst", "WENN F17000000006 = 001, DANN muss F17000000004 befüllt werden, sonst F17000000005.", regel.CodeNegation},
		{"und mit oder", "Wenn F17000000001 bejaht wurde und F17000000002 bejaht wurde oder F17000000006 = 001, dann muss F17000000004 befüllt werden.", regel.CodeMixed},
		{"oder in der Folge", "Wenn F17000000001 bejaht wurde, dann müssen F17000000004 oder F17000000005 befüllt werden.", regel.CodeShape},
		{"und bei entweder", "Es muss entweder G17000000001 und G17000000002 befüllt werden.", regel.CodeShape},
		{"ohne entweder", "Es muss G17000000001 oder G17000000002 befüllt werden.", regel.CodeShape},
		{"und bei mindestens eines", "Es muss mindestens eines der Felder F17000000003 und F17000000004 und F17000000005 befüllt sein.", regel.CodeShape},
		{"Folge vor Bedingung", "G17000000001 wird zur Pflichtangabe, wenn F17000000001 bejaht wurde.", regel.CodeShape},
		{"Bedingung ohne dann", "Wenn F17000000001 bejaht wurde, muss F17000000004 befüllt werden.", regel.CodeShape},
		{"erscheint", "Wenn in F17000000006 Auswahl = 002, dann erscheint F17000000004 und muss befüllt werden.", regel.CodeElse},
		{"anzuzeigen", "Wenn F17000000001 bejaht wurde, dann ist F17000000004 anzuzeigen.", regel.CodeElse},
		{"aktiviere", "WENN F17000000006 = 002, DANN aktiviere F17000000004 'Rasse' UND mache es zu einer Pflichtangabe.", regel.CodeElse},
		{"nicht ein weiteres Mal", "Wenn in F17000000006 Auswahl gleich = 002, dann ist G17000000003 nicht ein weiteres Mal anzuzeigen.", regel.CodeNegation},
		{"zweiter Satz nimmt zurück", nurDann + ". Dies gilt nicht für Welpen.", regel.CodeSentences},
		{"zweiter Satz ist etwas anderes", nurDann + ". Bitte beachten!", regel.CodeSentences},
		{"zwei Sätze im Widerspruch", "WENN F17000000001 bejaht wurde, DANN muss F17000000004 befüllt werden. WENN F17000000006 = 001, DANN ist F17000000004 nicht anzuzeigen.", regel.CodeSentences},
		{"zwei Sätze, dieselbe Bedingung für beides", "WENN F17000000006 = 001, DANN muss F17000000004 befüllt werden. WENN F17000000006 = 001, DANN ist F17000000004 nicht anzuzeigen.", regel.CodeSentences},
		{"zwei Sätze, Gruppe und Feld darin", "WENN F17000000006 = 001, DANN muss F17000000012 befüllt werden. WENN F17000000001 bejaht wurde, DANN ist G17000000003 nicht anzuzeigen.", regel.CodeSentences},
		{"unbekannte ID", "F17000000077 ist nur dann zu befüllen, wenn F17000000002 bejaht wurde.", regel.CodeUnknown},
		{"unbekannte ID in der Bedingung", "F17000000003 ist nur dann zu befüllen, wenn F17000000077 bejaht wurde.", regel.CodeUnknown},
		{"verkürzte ID", "F17000003 ist nur dann zu befüllen, wenn F17000000002 bejaht wurde.", regel.CodeUnknown},
		{"ID mit Version", "F17000000003V1.0 ist nur dann zu befüllen, wenn F17000000002 bejaht wurde.", regel.CodeSentences},
		{"an zwei Stellen", "F17000000099 ist nur dann zu befüllen, wenn F17000000002 bejaht wurde.", regel.CodeAmbiguous},
		{"zweimal dasselbe", "F17000000003 und F17000000003 sind nur dann zu befüllen, wenn F17000000002 bejaht wurde.", regel.CodeAmbiguous},
		{"falscher Name", `"F17000000003 Nummer des Chips" ist nur dann zu befüllen, wenn F17000000002 bejaht wurde.`, regel.CodeName},
		{"Name anders geschrieben", `"F17000000003 chipnummer" ist nur dann zu befüllen, wenn F17000000002 bejaht wurde.`, regel.CodeName},
		{"falscher Name in der Bedingung", `F17000000003 ist nur dann zu befüllen, wenn "F17000000002 Bissiger Hund" bejaht wurde.`, regel.CodeName},
		{"Feld ist eine Gruppe", "Das Feld G17000000001 ist nur dann zu befüllen, wenn F17000000002 bejaht wurde.", regel.CodeShape},
		{"Einzahl von mehreren", "F17000000003, F17000000004 ist nur dann zu befüllen, wenn F17000000002 bejaht wurde.", regel.CodeShape},
		{"Mehrzahl von einem", "F17000000003 sind nur dann zu befüllen, wenn F17000000002 bejaht wurde.", regel.CodeShape},
		{"unbekannter Code", "WENN F17000000006 = 009, DANN muss F17000000004 befüllt werden.", regel.CodeValue},
		{"mehrere Werte und", "WENN F17000000006 = 002 und 004, DANN muss F17000000004 befüllt werden.", regel.CodeShape},
		{"mehrere Werte, dann und", "WENN F17000000006 = 002 oder 004 und F17000000001 bejaht wurde, DANN muss F17000000004 befüllt werden.", regel.CodeMixed},
		{"und, dann mehrere Werte", "WENN F17000000001 bejaht wurde und F17000000006 = 002 oder 004, DANN muss F17000000004 befüllt werden.", regel.CodeMixed},
		{"mehrere Werte ohne oder", "WENN F17000000006 = 002, 004, DANN muss F17000000004 befüllt werden.", regel.CodeShape},
		{"mehrere Werte, oder erst danach", "WENN F17000000006 = 002, 004 oder F17000000001 bejaht wurde, DANN muss F17000000004 befüllt werden.", regel.CodeShape},
		{"ungleich mehreren", "WENN F17000000006 <> 002 oder 004, DANN muss F17000000004 befüllt werden.", regel.CodeShape},
		{"muss zweimal", `Es muss mindestens eines der Felder F17000000001 oder F17000000002 muss den Wert "wahr" haben.`, regel.CodeShape},
		{"Code ohne Nullen", "WENN F17000000006 = 2, DANN muss F17000000004 befüllt werden.", regel.CodeValue},
		{"Code und falscher Name", `WENN F17000000006 = 002 "privat", DANN muss F17000000004 befüllt werden.`, regel.CodeValue},
		{"Name zweier Codes", `WENN F17000000006 = "privat", DANN muss F17000000004 befüllt werden.`, regel.CodeValue},
		{"Name statt Wert", `Wenn bei F17000000006 "Zweck der Haltung" angegeben wird, dann muss F17000000004 befüllt werden.`, regel.CodeValue},
		{"Codeliste fehlt", "WENN F17000000008 = 001, DANN muss F17000000004 befüllt werden.", regel.CodeList},
		{"Auswahl bejaht", "F17000000003 ist nur dann zu befüllen, wenn F17000000006 bejaht wurde.", regel.CodeValue},
		{"Auswahl kleiner", "WENN F17000000006 < 002, DANN muss F17000000004 befüllt werden.", regel.CodeType},
		{"Text mit Code", "WENN F17000000004 = 002, DANN muss F17000000005 befüllt werden.", regel.CodeType},
		{"Datum", `WENN F17000000010 = "heute", DANN muss F17000000005 befüllt werden.`, regel.CodeType},
		{"Text befüllt", "Wenn F17000000014 befüllt ist, dann muss F17000000004 befüllt werden.", regel.CodeType},
		{"Text als Pflicht", "Wenn F17000000001 bejaht wurde, dann muss F17000000014 befüllt werden.", regel.CodeType},
		{"Text als Wahl", "Es muss entweder F17000000014 oder F17000000004 befüllt werden.", regel.CodeType},
		{"Gruppe mit Wert", `WENN G17000000001 = 001, DANN muss F17000000005 befüllt werden.`, regel.CodeType},
		{"welcher Eintrag", "F17000000004 ist nur dann zu befüllen, wenn F17000000011 bejaht wurde.", regel.CodeRepeat},
		{"Wert einer Gruppe mit Einträgen", `Es muss mindestens eines der Felder F17000000001 oder F17000000011 den Wert "wahr" haben.`, regel.CodeRepeat},
		{"ungleich, ohne Antwort", "WENN F17000000007 <> 001, DANN ist F17000000004 nicht anzuzeigen.", regel.CodeUnanswered},
		{"ungleich, Gruppe fehlt", "WENN F17000000013 <> wahr, DANN ist F17000000004 nicht anzuzeigen.", regel.CodeUnanswered},
		{"von sich selbst", "Wenn F17000000004 nicht leer, dann muss F17000000004 befüllt werden.", regel.CodeSelf},
		{"Gruppe um das Feld", "Wenn F17000000013 bejaht wurde, dann ist G17000000001 nicht anzuzeigen.", regel.CodeSelf},
		{"entweder oder bei Pflicht", "Es muss entweder G17000000001 oder G17000000004 befüllt werden.", regel.CodeMandatory},
		{"wie oft ohne Wiederholung", "Der Wert in F17000000009 gibt an, wie oft die Gruppe G17000000001 befüllt sein muss.", regel.CodeMandatory},
		{"wie oft ohne Zahl", "Der Wert in F17000000004 gibt an, wie oft die Gruppe G17000000003 befüllt sein muss.", regel.CodeType},
		{"offenes Zitat", `"F17000000003 Chipnummer ist nur dann zu befüllen, wenn F17000000002 bejaht wurde.`, regel.CodeShape},
		{"Zitat im Zitat", `"F17000000003 Die "Chipnummer"" ist nur dann zu befüllen, wenn F17000000002 bejaht wurde.`, regel.CodeShape},
		{"Wort davor", "Grundsätzlich: F17000000003 ist nur dann zu befüllen, wenn F17000000002 bejaht wurde.", regel.CodeShape},
		{"Klammer dahinter", "F17000000003 ist nur dann zu befüllen, wenn F17000000002 bejaht wurde (Ausnahmen möglich).", regel.CodeShape},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := regel.Recognise(c.text, schema())
			require.NotNil(t, r.Open)
			assert.Equal(t, c.code, r.Open.Code)
			assert.Empty(t, r.Effects)
			assert.Contains(t, regel.Codes(), r.Open.Code)
		})
	}
}

// TestOneWord breaks texts that are read: with another word anywhere they must be
// open; without one of their words, or with two exchanged, they must be open or
// say the same.
func TestOneWord(t *testing.T) {
	texts := []string{
		`"F17000000003 Chipnummer" ist nur dann zu befüllen, wenn "F17000000002 Chip vorhanden" bejaht wurde.`,
		`Wenn bei F17000000006 "002 gewerblich" angegeben wird, dann wird G17000000001 zur Pflichtangabe.`,
		`WENN im Feld F17000000006 "Zweck der Haltung" Auswahl <> 001="privat", DANN sind Felder F17000000004, F17000000005 nicht anzuzeigen.`,
		`Es muss entweder Feldgruppe G17000000001 "Anschrift Inland" oder Feldgruppe G17000000002 "Anschrift Ausland" befüllt werden.`,
		`Es muss mindestens eines der Felder F17000000001 oder F17000000002 den Wert "wahr" haben.`,
		`Der Wert in F17000000009 "Anzahl der Hunde" gibt an, wie oft die Gruppe G17000000003 befüllt sein muss.`,
	}
	n := 0
	for _, text := range texts {
		want := show(regel.Recognise(text, schema()).Effects)
		require.NotEmpty(t, want)
		words := strings.Fields(text)
		for i := 0; i <= len(words); i++ {
			for _, extra := range []string{"nicht", "kein", "nur", "oder", "immer"} {
				broken := strings.Join(append(append(append([]string{}, words[:i]...), extra), words[i:]...), " ")
				r := regel.Recognise(broken, schema())
				n++
				assert.NotNil(t, r.Open, broken)
			}
		}
		for i := range words {
			less := strings.Join(append(append([]string{}, words[:i]...), words[i+1:]...), " ")
			swapped := append([]string{}, words...)
			swapped[i], swapped[(i+1)%len(words)] = swapped[(i+1)%len(words)], swapped[i]
			for _, broken := range []string{less, strings.Join(swapped, " ")} {
				n++
				if r := regel.Recognise(broken, schema()); r.Open == nil {
					assert.Equal(t, want, show(r.Effects), broken)
				}
			}
		}
	}
	assert.Equal(t, 632, n)
}

func FuzzRecognise(f *testing.F) {
	for _, s := range []string{
		`"F17000000003 Chipnummer" ist nur dann zu befüllen, wenn "F17000000002 Chip vorhanden" bejaht wurde.`,
		`Wenn bei F17000000006 "002 gewerblich" angegeben wird, dann wird G17000000001 zur Pflichtangabe.`,
		`WENN im Feld F17000000006 „Zweck der Haltung“ Auswahl <> 001='privat', DANN sind F17000000004, F17000000005 nicht anzuzeigen.`,
		`Es muss entweder G17000000001 oder G17000000002 befüllt werden.`,
		`Es muss mindestens eines der Felder F17000000001 oder F17000000002 den Wert "wahr" haben.`,
		`Der Wert in F17000000009 gibt an, wie oft die Gruppe G17000000003 befüllt sein muss.`,
		`Wenn F17000000009 >= 1,5 und F17000000001 verneint wurde, dann darf F17000000004 nicht befüllt werden.`,
		"\xff„", "1.", "F17000000003-", "'a'b'",
	} {
		f.Add(s)
	}
	scope := schema()
	f.Fuzz(func(t *testing.T, text string) {
		r := regel.Recognise(text, scope)
		if (r.Open == nil) != (len(r.Effects) > 0) || (r.Open == nil) != (len(r.Reading) > 0) {
			t.Fatalf("neither read nor open: %+v", r)
		}
		if r.Open != nil {
			if regel.Codes()[r.Open.Code] == "" {
				t.Fatalf("unknown code %q", r.Open.Code)
			}
			return
		}
		if again := regel.Recognise(strings.Join(strings.Fields(text), " "), scope); show(again.Effects) != show(r.Effects) {
			t.Fatal("white space changes the meaning")
		}
		if extra := regel.Recognise(text+" nicht", scope); extra.Open == nil {
			t.Fatal("a negation at the end changes nothing")
		}
	})
}
