package datenschema

import (
	"strconv"

	"github.com/bausteine/egov/xoev/xdatenfelder"
)

// builder builds fictional data schemas (Nummernkreis 99 of tests); ids count up.
type builder struct{ next int }

func (b *builder) angaben(letter, name string) xdatenfelder.AllgemeineAngaben {
	b.next++
	id := strconv.Itoa(99000000000 + b.next)
	return xdatenfelder.AllgemeineAngaben{Identifikation: xdatenfelder.Identifikation{ID: letter + id, Version: "1.0.0"}, Name: name}
}

func (b *builder) feld(anzahl, name string, typ xdatenfelder.Datentyp, p xdatenfelder.Praezisierung) xdatenfelder.Struktur {
	return xdatenfelder.Struktur{Anzahl: times(anzahl), Datenfeld: &xdatenfelder.Datenfeld{
		AllgemeineAngaben: b.angaben("F", name), Feldart: xdatenfelder.FeldartInput, Datentyp: typ, Praezisierung: p}}
}

func (b *builder) auswahl(anzahl, name string, codes ...string) xdatenfelder.Struktur {
	s := b.feld(anzahl, name, xdatenfelder.DatentypText, xdatenfelder.Praezisierung{})
	s.Datenfeld.Feldart = xdatenfelder.FeldartSelect
	for _, c := range codes {
		s.Datenfeld.Werte = append(s.Datenfeld.Werte, xdatenfelder.Wert{Code: c, Name: "Wert " + c})
	}
	return s
}

func (b *builder) gruppe(anzahl, name string, auswahl bool, parts ...xdatenfelder.Struktur) xdatenfelder.Struktur {
	return xdatenfelder.Struktur{Anzahl: times(anzahl), Datenfeldgruppe: &xdatenfelder.Datenfeldgruppe{
		AllgemeineAngaben: b.angaben("G", name), Auswahlgruppe: auswahl, Struktur: parts}}
}

func (b *builder) schema(parts ...xdatenfelder.Struktur) *xdatenfelder.Nachricht {
	return &xdatenfelder.Nachricht{Version: xdatenfelder.XDF3, Stammdatenschema: &xdatenfelder.Stammdatenschema{
		AllgemeineAngaben: b.angaben("S", `Alles "auf" <einmal> & mehr`), Struktur: parts}}
}

func times(anzahl string) xdatenfelder.Anzahl {
	min, _ := strconv.Atoi(anzahl[:1])
	if anzahl[2:] == "*" {
		return xdatenfelder.Anzahl{Min: min, Max: xdatenfelder.Unbegrenzt}
	}
	max, _ := strconv.Atoi(anzahl[2:])
	return xdatenfelder.Anzahl{Min: min, Max: max}
}

// alles has every type, limit and multiplicity, a choice, and groups in groups.
func alles() *xdatenfelder.Nachricht {
	type limits = xdatenfelder.Praezisierung
	const (
		text, latin, date, clock = xdatenfelder.DatentypText, xdatenfelder.DatentypTextLatin, xdatenfelder.DatentypDate, xdatenfelder.DatentypTime
		moment, boolean          = xdatenfelder.DatentypDatetime, xdatenfelder.DatentypBool
		num, whole, money        = xdatenfelder.DatentypNum, xdatenfelder.DatentypNumInt, xdatenfelder.DatentypNumCurrency
		file, obj                = xdatenfelder.DatentypFile, xdatenfelder.DatentypObj
	)
	b := &builder{}
	hinweis := b.feld("1:1", "Hinweis", text, limits{})
	hinweis.Datenfeld.Feldart = xdatenfelder.FeldartLabel
	anschrift := b.gruppe("0:1", "Anschrift", false,
		b.feld("1:1", "Straße", latin, limits{MinLength: 1, MaxLength: 55}),
		b.feld("0:1", "Hausnummer", text, limits{MaxLength: 9}))
	again := anschrift
	again.Anzahl = times("1:3")
	return b.schema(
		hinweis,
		b.feld("1:1", "Familienname", latin, limits{MinLength: 1, MaxLength: 120}),
		b.feld("0:1", "Postleitzahl", text, limits{MinLength: 5, MaxLength: 5, Pattern: `([0]{1}[1-9]{1}|[1-9]{1}[0-9]{1})[0-9]{3}`}),
		b.feld("0:1", "Kürzel", text, limits{Pattern: `[a-zäöüß-[aeiou]][\w-[äöü_0-9]]*|\p{Lu}{2,3}\.\d+\W?|[^\s\-a]\^[$]`}),
		b.feld("0:1", "Geboren", date, limits{MinValue: "1900-01-01", MaxValue: "2026-02-28"}),
		b.feld("0:1", "Montags", date, limits{Pattern: `20.*-0[1-6]-.*`}),
		b.feld("0:1", "Uhrzeit", clock, limits{MinValue: "06:00:00", MaxValue: "22:00:00"}),
		b.feld("0:1", "Zeitpunkt", moment, limits{MinValue: "1950-01-01T00:00:00"}),
		b.feld("0:1", "Zustimmung", boolean, limits{}),
		b.feld("0:2", "Messwert", num, limits{MinValue: "-20.5", MaxValue: "200"}),
		b.feld("0:1", "Anzahl", whole, limits{MinValue: "1", MaxValue: "2999", Pattern: "[1-9].*"}),
		b.feld("1:1", "Betrag", money, limits{MinValue: "0", MaxValue: "99999.99"}),
		b.auswahl("1:1", "Anrede", "01", "02", "<&\"'>", "mit Raum"),
		b.auswahl("0:*", "Sprachen", "de", "en", "fr"),
		b.feld("0:1", "Anlage", file, limits{}),
		b.feld("0:1", "Objekt", obj, limits{}),
		b.gruppe("1:1", "Kontakt", true,
			b.feld("0:1", "E-Mail", text, limits{MinLength: 3}),
			b.feld("0:3", "Telefon", text, limits{MaxLength: 23}),
			anschrift),
		b.gruppe("0:*", "Kind", false,
			b.feld("1:1", "Vorname", latin, limits{MinLength: 1}),
			b.gruppe("0:2", "Betreuung", false, b.feld("1:1", "Ort", text, limits{}), again)),
		b.feld("2:5", "Unterschrift", text, limits{}),
	)
}
