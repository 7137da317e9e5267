package xdatenfelder

import "slices"

// Elements that were read without errors are compared bottom up: parts that are
// the same are one value already, so that pointers are compared.

func equalAllgemein(a, b *AllgemeineAngaben) bool {
	return a.Identifikation == b.Identifikation && a.Name == b.Name && a.BezeichnungEingabe == b.BezeichnungEingabe &&
		a.BezeichnungAusgabe == b.BezeichnungAusgabe && a.Beschreibung == b.Beschreibung && a.Definition == b.Definition &&
		slices.Equal(a.Bezug, b.Bezug) && a.Status == b.Status && a.StatusGesetztAm == b.StatusGesetztAm &&
		a.StatusGesetztDurch == b.StatusGesetztDurch && a.GueltigAb == b.GueltigAb && a.GueltigBis == b.GueltigBis &&
		a.FachlicherErsteller == b.FachlicherErsteller && a.Versionshinweis == b.Versionshinweis &&
		a.Freigabedatum == b.Freigabedatum && a.Veroeffentlichungsdatum == b.Veroeffentlichungsdatum &&
		a.LetzteAenderung == b.LetzteAenderung && slices.Equal(a.Relationen, b.Relationen) && slices.Equal(a.Stichworte, b.Stichworte)
}

func equalGruppe(a, b *Datenfeldgruppe) bool {
	return equalAllgemein(&a.AllgemeineAngaben, &b.AllgemeineAngaben) && a.Schemaelementart == b.Schemaelementart &&
		a.HilfetextEingabe == b.HilfetextEingabe && a.HilfetextAusgabe == b.HilfetextAusgabe && a.Auswahlgruppe == b.Auswahlgruppe &&
		slices.Equal(a.Regeln, b.Regeln) && slices.EqualFunc(a.Struktur, b.Struktur, equalStruktur)
}

func equalStruktur(a, b Struktur) bool {
	return a.Anzahl == b.Anzahl && slices.Equal(a.Bezug, b.Bezug) && a.Datenfeld == b.Datenfeld && a.Datenfeldgruppe == b.Datenfeldgruppe
}

func equalFeld(a, b *Datenfeld) bool {
	return equalAllgemein(&a.AllgemeineAngaben, &b.AllgemeineAngaben) && a.Schemaelementart == b.Schemaelementart &&
		a.HilfetextEingabe == b.HilfetextEingabe && a.HilfetextAusgabe == b.HilfetextAusgabe && a.Feldart == b.Feldart &&
		a.Datentyp == b.Datentyp && a.Praezisierung == b.Praezisierung && a.Inhalt == b.Inhalt && a.Vorbefuellung == b.Vorbefuellung &&
		slices.Equal(a.Werte, b.Werte) && equalReferenz(a.CodelisteReferenz, b.CodelisteReferenz) && a.CodeKey == b.CodeKey &&
		a.NameKey == b.NameKey && a.HelpKey == b.HelpKey && slices.Equal(a.Regeln, b.Regeln) && a.MaxSize == b.MaxSize &&
		slices.Equal(a.MediaTypes, b.MediaTypes) && equalCodeliste(a.Codeliste, b.Codeliste)
}

// equalCodeliste compares what XDF1 says about a list, which are no rows.
func equalCodeliste(a, b *Codeliste) bool {
	if a == nil || b == nil {
		return a == b
	}
	return equalAllgemein(&a.AllgemeineAngaben, &b.AllgemeineAngaben) && a.Referenz == b.Referenz && a.Langname == b.Langname
}

func equalReferenz(a, b *CodelisteReferenz) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

func equalRegel(a, b *Regel) bool {
	return equalAllgemein(&a.AllgemeineAngaben, &b.AllgemeineAngaben) && a.FreitextRegel == b.FreitextRegel && a.Typ == b.Typ &&
		slices.Equal(a.Parameter, b.Parameter) && slices.Equal(a.Ziele, b.Ziele) && a.Skript == b.Skript && slices.Equal(a.Fehler, b.Fehler)
}
