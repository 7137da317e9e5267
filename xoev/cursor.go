package xoev

import "strings"

// cursor knows where in an envelope the values of header elements are. Reading
// and writing walk the same table with it.
type cursor struct {
	env            *Envelope
	behoerde       *Behoerde
	erreichbarkeit *Erreichbarkeit
	anschrift      *Anschrift
	code           *Code
}

// enter moves to the part of the envelope that an element stands for.
func (c *cursor) enter(i id) {
	switch i {
	case idLeser, idAnschriftLeser:
		c.behoerde = &c.env.Leser
	case idAutor, idAnschriftAutor:
		c.behoerde = &c.env.Autor
	case idTyp:
		c.code = &c.env.Nachricht.Typ
	case idDatenqualitaet:
		c.code = &c.env.Datenqualitaet
	case idVerzeichnisdienst:
		c.code = &c.behoerde.Verzeichnisdienst
	case idPraefix:
		c.code = &c.behoerde.Behoerdenkennung.Praefix
	case idSchluessel, idPartnerCode:
		c.code = &c.behoerde.Behoerdenkennung.Kennung
	case idKanal:
		c.code = &c.erreichbarkeit.Kanal
	}
	switch i {
	case idAnschrift, idAnschriftLeser, idAnschriftAutor:
		c.anschrift = &c.behoerde.Anschrift
	}
}

// text is where the value of a text element goes, but for the time and for
// Aktenzeichen, of which there may be many.
func (c *cursor) text(i id) *string {
	n := &c.env.Nachricht
	switch i {
	case idUUID:
		return &n.UUID
	case idReferenz:
		return &n.Referenz
	case idProzess:
		return &n.ProzessID
	case idZeitpunkt:
		return (*string)(&n.Erstellungszeitpunkt)
	case idProdukt:
		return &c.env.Produkt
	case idProdukthersteller:
		return &c.env.Produkthersteller
	case idProduktversion:
		return &c.env.Produktversion
	case idAutorName:
		return &c.env.Autor.Name
	case idLeserName:
		return &c.env.Leser.Name
	case idKennung:
		return &c.behoerde.Kennung
	case idName, idPartner:
		return &c.behoerde.Name
	case idKurzname:
		return &c.behoerde.Kurzname
	case idKanalKennung:
		return &c.erreichbarkeit.Kennung
	case idZusatz:
		return &c.erreichbarkeit.Zusatz
	case idCode:
		return &c.code.Code
	case idCodeName:
		return &c.code.Name
	}
	return c.addressText(i)
}

func (c *cursor) addressText(i id) *string {
	a := c.anschrift
	switch i {
	case idStrasse:
		return &a.Strasse
	case idHausnummer:
		return &a.Hausnummer
	case idHausnummerZusatz:
		return &a.HausnummerZusatz
	case idPostleitzahl:
		return &a.Postleitzahl
	case idOrt:
		return &a.Ort
	case idPostfach:
		return &a.Postfach
	case idAnschriftZusatz:
		return &a.Zusatz
	}
	return nil
}

// aktenzeichen is where a file number goes, or nil for another id.
func (c *cursor) aktenzeichen(i id) *[]string {
	switch i {
	case idAktenzeichen:
		return &c.behoerde.Aktenzeichen
	case idAktenzeichenAutor:
		return &c.env.Autor.Aktenzeichen
	case idAktenzeichenLeser:
		return &c.env.Leser.Aktenzeichen
	}
	return nil
}

// extensions is where further children of an element go; nil if the element is
// no part of its own.
func (c *cursor) extensions(i id) *[]Extension {
	switch i {
	case idIdentifikation:
		return &c.env.Nachricht.Extensions
	case idLeser, idAutor:
		return &c.behoerde.Extensions
	case idErreichbarkeit:
		return &c.erreichbarkeit.Extensions
	case idAnschrift, idAnschriftLeser, idAnschriftAutor:
		return &c.anschrift.Extensions
	}
	return nil
}

// joined is the Kennung that a pair of codes stands for.
func (k *Behoerdenkennung) joined() string {
	if k.Praefix.Code == "" {
		return k.Kennung.Code
	}
	return k.Praefix.Code + ":" + k.Kennung.Code
}

// art is the kind of party that an element of XJustiz stands for: what is
// behind the last point of "absender.gericht".
func art(local string) string { return local[strings.LastIndexByte(local, '.')+1:] }
