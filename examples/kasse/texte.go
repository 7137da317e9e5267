package main

import "github.com/bausteine/egov/payment/sepa/reconcile"

// ausgang words an outcome for the office's staff.
func ausgang(o reconcile.Outcome) string {
	return map[reconcile.Outcome]string{
		reconcile.Matched: "Bezahlt", reconcile.Part: "Teilzahlung", reconcile.Over: "Überzahlung", reconcile.Duplicate: "Doppelt bezahlt",
		reconcile.Settlement: "Auszahlung eines Bezahldienstes", reconcile.Return: "Rückgabe der Bank", reconcile.Refund: "Erstattung",
		reconcile.Batch: "Sammelbuchung ohne passende Einzelheiten", reconcile.Ambiguous: "Mehrere Forderungen genannt",
		reconcile.Unmatched: "Keine Forderung gefunden", reconcile.NotBooked: "Von der Bank nur vorgemerkt",
	}[o]
}

// weg words how the claim was found.
func weg(m reconcile.Match) string {
	return map[reconcile.Match]string{
		reconcile.ByReference: "RF-Referenz", reconcile.ByEndToEndID: "Ende-zu-Ende-Referenz", reconcile.ByKassenzeichen: "Kassenzeichen", reconcile.ByBatch: "Sammelauftrag",
	}[m]
}

// grund says what is to be looked at, and what to do.
func grund(r reconcile.Result) string {
	words := map[reconcile.Reason]string{
		reconcile.NoReference:      "Der Verwendungszweck nennt kein Kassenzeichen. Bitte ordnen Sie den Betrag von Hand zu.",
		reconcile.UnknownReference: "Das genannte Kassenzeichen gibt es nicht. Bitte prüfen Sie, ob es zu einem anderen Amt gehört.",
		reconcile.CheckDigit:       "Die Prüfziffer des Kassenzeichens stimmt nicht. Bitte prüfen Sie die Vorschläge.",
		reconcile.Unchecked:        "Das Kassenzeichen hat keine Prüfziffer, und der Betrag passt nicht genau. Bitte prüfen Sie den Vorschlag.",
		reconcile.SeveralClaims:    "Der Verwendungszweck nennt mehrere Forderungen. Bitte teilen Sie den Betrag auf.",
		reconcile.SeveralExactly:   "Der Verwendungszweck nennt mehrere Forderungen. Zusammen ergeben sie genau den Betrag. Bitte teilen Sie ihn auf.",
		reconcile.NothingToReturn:  "Auf der Forderung ist weniger gebucht, als zurückging. Bitte klären Sie, was zurückgegeben wurde.",
		reconcile.ChargesUnclear:   "Betrag, Ursprungsbetrag und Entgelte passen nicht zusammen. Bitte fragen Sie die Bank.",
		reconcile.BookedElsewhere:  "Diese Erstattung ist schon gebucht.",
		reconcile.KeyTaken:         "Unter dieser Bankreferenz ist schon etwas anderes gebucht. Bitte fragen Sie die Bank.",
		reconcile.NoDetails:        "Die Bank nennt nur die Summe. Bitte fordern Sie die Einzelumsätze an (camt.054).",
		reconcile.DetailsDiffer:    "Die Einzelumsätze ergeben nicht die Summe. Bitte fragen Sie die Bank.",
		reconcile.TooManyDetails:   "Die Sammelbuchung hat zu viele Einzelumsätze.",
		reconcile.NotCents:         "Der Betrag hat Bruchteile von Cent.",
		reconcile.NotEuro:          "Der Betrag ist nicht in Euro.",
	}
	if r.Debit && r.Outcome == reconcile.Unmatched && r.Reason == reconcile.NoReference {
		return "Dieser Ausgang gehört zu keiner Forderung. Bitte ordnen Sie ihn von Hand zu."
	}
	if text, ok := words[r.Reason]; ok {
		return text
	}
	switch r.Outcome {
	case reconcile.Over:
		return "Es kamen " + r.Excess.German() + " zu viel. Bitte erstatten Sie sie."
	case reconcile.Duplicate:
		return "Die Forderung war schon bezahlt. Bitte erstatten Sie den Betrag."
	case reconcile.Return:
		if r.Charges.Cents > 0 {
			return "Zurück gingen " + r.Returned.German() + ", die Bank nahm dazu " + r.Charges.German() + " Entgelt. Die Forderung ist wieder offen."
		}
		return "Zurück gingen " + r.Returned.German() + ". Die Forderung ist wieder offen."
	case reconcile.NotBooked:
		return "Noch nichts zu tun: Der Umsatz kommt mit einem späteren Auszug wieder."
	}
	return ""
}

// zuPruefen reports whether a person has to look at a result.
func zuPruefen(r reconcile.Result) bool {
	switch r.Outcome {
	case reconcile.Matched, reconcile.Part, reconcile.Settlement, reconcile.NotBooked:
		return r.Reason != ""
	case reconcile.Refund:
		return r.Reason != "" && r.Reason != reconcile.BookedElsewhere
	}
	return true
}
