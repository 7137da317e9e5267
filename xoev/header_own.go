package xoev

// Headers of standards that have their own. All their elements stand in the
// namespace of the root, but for the children of codes.

func own(e element) *element {
	e.role = roleRoot
	return &e
}

func ownText(i id, local string, least int) *element {
	return own(element{id: i, local: local, kind: kindText, min: least, max: 1, mandatory: least > 0})
}

func ownCode(i id, local string, least int, code codeType) *element {
	return own(element{id: i, local: local, kind: kindCode, min: least, max: 1, code: code, children: codeAndName})
}

func opaque(local string) *element {
	return own(element{local: local, kind: kindOpaque})
}

// xdomeaKopf is the header of xdomea up to 3.0. Source: xdomea-Baukasten.xsd
// 2.3.0, 2.4.0 and 3.0.0, NkBasisType and KontaktType; what messages add to it
// stands at its end.
func xdomeaKopf(schluessel string, system int, typen string) *element {
	kontakt := []*element{
		own(element{id: idBehoerdenkennung, local: "Behoerdenkennung", max: 1, children: []*element{
			ownCode(idSchluessel, schluessel, 0, codeType{}),
			ownCode(idPraefix, "Praefix", 0, codeType{}),
		}}),
		xdomeaName("Institution"),
	}
	return own(element{local: "Kopf", min: 1, max: 1, extensible: true, children: []*element{
		own(element{id: idProzess, local: "ProzessID", kind: kindText, min: 1, max: 1, uuid: true}),
		ownCode(idTyp, "Nachrichtentyp", 1, codeType{typ: 1, list: "urn:xoev-de:xdomea:codeliste:nachrichtentyp", version: typen}),
		own(element{id: idZeitpunkt, local: "Erstellungszeitpunkt", kind: kindText, min: 1, max: 1}),
		own(element{id: idAutor, local: "Absender", min: 1, max: 1, extensible: true, children: kontakt}),
		own(element{id: idLeser, local: "Empfaenger", min: 1, max: 1, extensible: true, children: kontakt}),
		own(element{local: "SendendesSystem", min: system, max: 1, children: []*element{
			own(element{local: "InstanzID", kind: kindOpaque, max: 1}),
			ownText(idProdukt, "Produktname", 0),
			ownText(idProduktversion, "Version", 0),
		}}),
	}})
}

// xdomeaName is the name of an institution (NameOrganisationType).
func xdomeaName(local string) *element {
	return own(element{local: local, max: 1, children: []*element{
		ownText(idName, "Name", 0), ownText(idKurzname, "Kurzbezeichnung", 0),
	}})
}

var (
	elXdomea2Kopf = xdomeaKopf("Kennung", 1, "1.0")
	elXdomea3Kopf = xdomeaKopf("Behoerdenschluessel", 0, "2.0")

	// The header of xdomea 4.0. Source: a published message (LAV NRW) and a
	// public program that checks what it writes against the schema; the schema
	// itself is not at hand, so other elements are kept wherever they stand.
	elXdomea4Kopf = own(element{local: "nachrichtenkopf", min: 1, max: 1, open: true, children: []*element{
		own(element{id: idIdentifikation, local: "identifikation.nachricht", min: 1, max: 1, open: true,
			children: []*element{
				{id: idUUID, local: "nachrichtenUUID", kind: kindText, min: 1, max: 1, uuid: true},
				{id: idTyp, local: "nachrichtentyp", kind: kindCode, min: 1, max: 1, children: codeAndName},
				{id: idZeitpunkt, local: "erstellungszeitpunkt", kind: kindText, min: 1, max: 1},
			}}),
		own(element{id: idLeser, local: "leser", min: 1, max: 1, open: true, children: []*element{xdomeaName("NameInstitution")}}),
		own(element{id: idAutor, local: "autor", min: 1, max: 1, open: true, children: []*element{xdomeaName("NameInstitution")}}),
		own(element{id: idProzess, local: "ProzessID", kind: kindText, max: 1, uuid: true}),
	}})

	// The header of XDatenfelder. Source: xdatenfelder-baukasten.xsd 2.0 and
	// 3.0.0, Header.
	elXdf2Header = own(element{local: "header", min: 1, max: 1, children: xdfChildren})
	elXdf3Header = own(element{local: "header", min: 1, max: 1,
		children: append(xdfChildren[:len(xdfChildren):len(xdfChildren)],
			ownText(idProdukt, "produktbezeichnung", 0),
			ownText(idProdukthersteller, "produkthersteller", 0),
			ownText(idProduktversion, "produktversion", 0),
			own(element{id: idDatenqualitaet, local: "datenqualitaet", kind: kindCode, max: 1, children: onlyCode,
				code: codeType{typ: 1, list: "urn:xoev-de:fim:codeliste:datenfelder.datenqualitaet", version: "1.0",
					values: []string{datenqualitaetProd, datenqualitaetTest}}}),
		)})
	xdfChildren = []*element{
		ownText(idUUID, "nachrichtID", 1),
		own(element{id: idZeitpunkt, local: "erstellungszeitpunkt", kind: kindText, min: 1, max: 1}),
		ownText(idReferenz, "referenzID", 0),
	}

	// The header of XZuFi. Source: a public program that writes messages of
	// version 2.1.0, and ones that read 2.2.0; a schema is not public, so other
	// elements are kept wherever they stand.
	elXZuFiKopf = own(element{local: "nachrichtenkopf", min: 1, max: 1, open: true, children: []*element{
		ownText(idUUID, "nachrichtUUID", 0),
		own(element{id: idZeitpunkt, local: "erstelltDatumZeit", kind: kindText, max: 1}),
		own(element{id: idLeserName, local: "empfaenger", kind: kindText, max: 1}),
		own(element{id: idAutorName, local: "sender", kind: kindText, max: 1}),
	}})
)

// xjustizParty are the kinds of sender and receiver, a choice.
func xjustizParty(prefix string) []*element {
	code := codeType{typ: 3}
	return []*element{
		ownCode(idPartnerCode, prefix+"gericht", 1, code),
		own(element{id: idPartner, local: prefix + partnerWithoutCode, kind: kindText, min: 1, max: 1}),
		ownCode(idPartnerCode, prefix+"rvTraeger", 1, codeType{}),
		ownCode(idPartnerCode, prefix+"polizeibehoerde", 1, code),
		ownCode(idPartnerCode, prefix+"finanzbehoerde", 1, code),
	}
}

// xjustizInformation is Type.GDS.Kommunikationspartner.
func xjustizInformation() *element {
	return own(element{local: "informationen", min: 1, max: 1, children: []*element{
		own(element{local: "auswahl_kommunikationspartner", kind: kindChoice, min: 1, max: 1, open: true, children: xjustizParty("")}),
		opaque("routingInformationAusSafeverzeichnis"),
		opaque("auswahl_verweisGrunddaten"),
	}})
}

var (
	elXJProdukt = []*element{
		ownText(idProdukt, "nameDesProdukts", 1), ownText(idProdukthersteller, "herstellerDesProdukts", 1),
		ownText(idProduktversion, "version", 1),
	}
	elXJProzess = own(element{local: "nachrichtenuebergreifenderProzess", max: 1, children: []*element{
		ownText(idProzess, "prozessID", 1), opaque("nachrichtenNummer"), opaque("nachrichtenAnzahl"),
	}})

	// The nachrichtenkopf of XJustiz from 3.6 on. Source: the tree of
	// Type.GDS.Nachrichtenkopf of xjustiz_0000_grunddatensatz_3_6.xsd as
	// github.com/it-at-m/xjustiz publishes it.
	elXJ36Kopf = own(element{local: "nachrichtenkopf", min: 1, max: 1, extensible: true, children: []*element{
		own(element{id: idZeitpunkt, local: "erstellungszeitpunkt", kind: kindText, min: 1, max: 1}),
		own(element{id: idAutor, local: "absender", min: 1, max: 1, extensible: true, children: []*element{
			xjustizInformation(),
			ownText(idAktenzeichen, "aktenzeichen", 0),
			own(element{id: idUUID, local: "eigeneNachrichtenID", kind: kindText, min: 1, max: 1, uuid: true}),
		}}),
		own(element{id: idLeser, local: "empfaenger", min: 1, max: 1, extensible: true, children: []*element{
			xjustizInformation(),
			own(element{local: "auswahl_aktenzeichen", kind: kindChoice, min: 1, max: 1, children: []*element{
				ownText(idAktenzeichen, "aktenzeichen.freitext", 1),
				opaque("aktenzeichen.neu"), opaque("aktenzeichen.unbekannt"),
			}}),
			ownText(idReferenz, "fremdeNachrichtenID", 0),
		}}),
		elXJProzess,
		opaque("ereignis"),
		own(element{local: "herstellerinformation", min: 1, max: 1, children: elXJProdukt}),
		opaque("sendungsprioritaet"),
		opaque("auswahl_vertraulichkeit"),
	}})

	// The nachrichtenkopf of XJustiz before 3.6. Source: public programs that
	// read and write 2.4 to 3.5.1; only read, since no schema is at hand.
	elXJKopf = own(element{local: "nachrichtenkopf", min: 1, max: 1, open: true, children: []*element{
		own(element{id: idAktenzeichenAutor, local: "aktenzeichen.absender", kind: kindText}),
		own(element{id: idAktenzeichenLeser, local: "aktenzeichen.empfaenger", kind: kindText}),
		own(element{id: idZeitpunkt, local: "erstellungszeitpunkt", kind: kindText, min: 1, max: 1}),
		own(element{id: idAutor, local: "auswahl_absender", kind: kindChoice, min: 1, max: 1, open: true, children: xjustizParty("absender.")}),
		own(element{id: idLeser, local: "auswahl_empfaenger", kind: kindChoice, min: 1, max: 1, open: true, children: xjustizParty("empfaenger.")}),
		ownText(idUUID, "eigeneNachrichtenID", 0),
		ownText(idReferenz, "fremdeNachrichtenID", 0),
		elXJProzess,
		own(element{local: "herstellerinformation", max: 1, open: true, children: elXJProdukt}),
	}})
)
