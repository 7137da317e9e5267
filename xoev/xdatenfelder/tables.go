package xdatenfelder

import "slices"

// field names a child element within the type that reads it.
type field uint8

const (
	fNone field = iota
	fHeader
	fObject
	fNachrichtID
	fZeitpunkt
	fReferenzID
	fProdukt
	fHersteller
	fProduktversion
	fDatenqualitaet
	fIdentifikation
	fID
	fVersion
	fName
	fBezeichnungEingabe
	fBezeichnungAusgabe
	fBeschreibung
	fDefinition
	fBezug
	fStatus
	fStatusAm
	fStatusDurch
	fGueltigAb
	fGueltigBis
	fErsteller
	fHinweis
	fFreigabedatum
	fVeroeffentlicht
	fAenderung
	fRelation
	fStichwort
	fArt
	fHilfeEingabe
	fHilfeAusgabe
	fFeldart
	fDatentyp
	fPraezisierung
	fInhalt
	fVorbefuellung
	fWerte
	fReferenz
	fCodeKey
	fNameKey
	fHelpKey
	fRegel
	fMaxSize
	fMediaType
	fGruppenart
	fStruktur
	fModStruktur
	fModRepraesentation
	fSteckbrief
	fHilfetext
	fAnzahl
	fEnthaelt
	fDatenfeld
	fGruppe
	fAbstrakt
	fDokumentart
	fFreitext
	fTyp
	fParam
	fZiel
	fSkript
	fFehler
	fCode
	fHilfe
	fWert
	fCanonical
	fCanonicalVersion
	fPraedikat
	fObjekt
	fGenericodeID
	fLangname
	fGenericode
	fFimID
	fDatum
	fKennung
	fCodeliste
)

// slot is an element of a sequence of the schema.
type slot struct {
	name     string
	id       field
	required bool
	many     bool
}

func one(name string, id field) slot  { return slot{name: name, id: id, required: true} }
func opt(name string, id field) slot  { return slot{name: name, id: id} }
func any0(name string, id field) slot { return slot{name: name, id: id, many: true} }
func any1(name string, id field) slot { return slot{name: name, id: id, required: true, many: true} }

// join adds elements to a sequence.
func join(list []slot, more ...slot) []slot { return slices.Concat(list, more) }

// The sequences that both versions share.
var (
	tableNachricht      = []slot{one("header", fHeader), one("", fObject)}
	tableIdentifikation = []slot{one("id", fID), opt("version", fVersion)}
	tableCode           = []slot{one("code", fCode)}
	tableEnthaelt       = []slot{opt("datenfeld", fDatenfeld), opt("datenfeldgruppe", fGruppe)}
)

// tables are the sequences of one version.
type tables struct {
	header, steckbrief, schema, gruppe, feld, regel, struktur, codeliste []slot
	referenz, genericodeID                                               []slot
	werte, wert, relation, param                                         []slot
	steckbriefName                                                       string
}

var allgemein2 = []slot{
	one("identifikation", fIdentifikation), one("name", fName), one("bezeichnungEingabe", fBezeichnungEingabe),
	opt("bezeichnungAusgabe", fBezeichnungAusgabe), one("beschreibung", fBeschreibung), one("definition", fDefinition),
	one("bezug", fBezug), one("status", fStatus), opt("gueltigAb", fGueltigAb), opt("gueltigBis", fGueltigBis),
	opt("fachlicherErsteller", fErsteller), opt("versionshinweis", fHinweis), opt("freigabedatum", fFreigabedatum),
	opt("veroeffentlichungsdatum", fVeroeffentlicht),
}

var schemaelement2 = slices.Concat(allgemein2, []slot{
	one("schemaelementart", fArt), one("hilfetextEingabe", fHilfeEingabe), one("hilfetextAusgabe", fHilfeAusgabe),
})

var tables2 = tables{
	steckbriefName: "dokumentensteckbrief",
	header:         []slot{one("nachrichtID", fNachrichtID), one("erstellungszeitpunkt", fZeitpunkt), opt("referenzID", fReferenzID)},
	steckbrief: slices.Concat(allgemein2, []slot{
		one("isReferenz", fAbstrakt), one("dokumentart", fDokumentart), opt("hilfetext", fHilfetext)}),
	schema: slices.Concat(allgemein2, []slot{
		opt("hilfetext", fHilfetext), one("ableitungsmodifikationenStruktur", fModStruktur),
		one("ableitungsmodifikationenRepraesentation", fModRepraesentation), any0("regel", fRegel), any0("struktur", fStruktur)}),
	gruppe: slices.Concat(schemaelement2, []slot{any0("regel", fRegel), any0("struktur", fStruktur)}),
	feld: slices.Concat(schemaelement2, []slot{
		one("feldart", fFeldart), one("datentyp", fDatentyp), one("praezisierung", fPraezisierung), one("inhalt", fInhalt),
		opt("codelisteReferenz", fReferenz), any0("regel", fRegel)}),
	regel:    slices.Concat(allgemein2, []slot{one("script", fSkript)}),
	struktur: []slot{one("anzahl", fAnzahl), one("bezug", fBezug), one("enthaelt", fEnthaelt)},
	codeliste: slices.Concat(allgemein2, []slot{
		one("genericodeIdentification", fGenericodeID), one("langname", fLangname), one("genericode", fGenericode)}),
	referenz: []slot{one("identifikation", fIdentifikation), one("genericodeIdentification", fGenericodeID)},
	genericodeID: []slot{
		one("canonicalIdentification", fCanonical), one("version", fVersion), one("canonicalVersionUri", fCanonicalVersion)},
}

var allgemein3 = []slot{
	one("identifikation", fIdentifikation), one("name", fName), opt("beschreibung", fBeschreibung), opt("definition", fDefinition),
	any0("bezug", fBezug), one("freigabestatus", fStatus), opt("statusGesetztAm", fStatusAm), opt("statusGesetztDurch", fStatusDurch),
	opt("gueltigAb", fGueltigAb), opt("gueltigBis", fGueltigBis), opt("versionshinweis", fHinweis),
	opt("veroeffentlichungsdatum", fVeroeffentlicht), one("letzteAenderung", fAenderung), any0("relation", fRelation),
	any0("stichwort", fStichwort),
}

var schemaelement3 = slices.Concat(allgemein3, []slot{
	one("bezeichnungEingabe", fBezeichnungEingabe), opt("bezeichnungAusgabe", fBezeichnungAusgabe), one("schemaelementart", fArt),
	opt("hilfetextEingabe", fHilfeEingabe), opt("hilfetextAusgabe", fHilfeAusgabe),
})

var tables3 = tables{
	steckbriefName: "dokumentsteckbrief",
	header: []slot{
		one("nachrichtID", fNachrichtID), one("erstellungszeitpunkt", fZeitpunkt), opt("referenzID", fReferenzID),
		opt("produktbezeichnung", fProdukt), opt("produkthersteller", fHersteller), opt("produktversion", fProduktversion),
		opt("datenqualitaet", fDatenqualitaet)},
	steckbrief: slices.Concat(allgemein3, []slot{
		one("istAbstrakt", fAbstrakt), one("dokumentart", fDokumentart), one("bezeichnung", fBezeichnungEingabe),
		opt("hilfetext", fHilfetext)}),
	schema: slices.Concat(allgemein3, []slot{
		one("bezeichnung", fBezeichnungEingabe), opt("hilfetext", fHilfetext),
		one("ableitungsmodifikationenStruktur", fModStruktur), one("ableitungsmodifikationenRepraesentation", fModRepraesentation),
		one("dokumentsteckbrief", fSteckbrief), any0("regel", fRegel), any1("struktur", fStruktur)}),
	gruppe: slices.Concat(schemaelement3, []slot{opt("art", fGruppenart), any0("regel", fRegel), any1("struktur", fStruktur)}),
	feld: slices.Concat(schemaelement3, []slot{
		one("feldart", fFeldart), one("datentyp", fDatentyp), opt("praezisierung", fPraezisierung), opt("inhalt", fInhalt),
		one("vorbefuellung", fVorbefuellung), opt("werte", fWerte), opt("codelisteReferenz", fReferenz), opt("codeKey", fCodeKey),
		opt("nameKey", fNameKey), opt("helpKey", fHelpKey), any0("regel", fRegel), opt("maxSize", fMaxSize),
		any0("mediaType", fMediaType)}),
	regel: []slot{
		one("identifikation", fIdentifikation), one("name", fName), opt("beschreibung", fBeschreibung), opt("freitextRegel", fFreitext),
		any0("bezug", fBezug), any0("stichwort", fStichwort), opt("fachlicherErsteller", fErsteller),
		one("letzteAenderung", fAenderung), one("typ", fTyp), any0("param", fParam), any0("ziel", fZiel), opt("skript", fSkript),
		any0("fehler", fFehler)},
	struktur: []slot{one("anzahl", fAnzahl), any0("bezug", fBezug), one("enthaelt", fEnthaelt)},
	genericodeID: []slot{
		opt("canonicalIdentification", fCanonical), opt("version", fVersion), opt("canonicalVersionUri", fCanonicalVersion)},
	werte:    []slot{any1("wert", fWert)},
	wert:     []slot{one("code", fCode), one("name", fName), opt("hilfe", fHilfe)},
	relation: []slot{one("praedikat", fPraedikat), one("objekt", fObjekt)},
	param:    []slot{one("typ", fTyp)},
}
