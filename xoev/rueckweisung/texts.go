package rueckweisung

import (
	"strconv"
	"strings"

	"github.com/bausteine/egov/xoev/finding"
)

// texts are explanations for the people who made the message, by the code of a
// finding or of a reason. They hold nothing of the message.
var texts = map[string]string{
	"LINT-001": "Der Code des Nachrichtentyps ist nicht die Nummer im Namen des Wurzelelements.",
	"LINT-002": "Dem Erstellungszeitpunkt fehlen Millisekunden oder die Zeitzone.",
	"LINT-003": "Der Erstellungszeitpunkt liegt in der Zukunft.",
	"LINT-004": "Eine Kennung des DVDV besteht nicht aus Präfix, Doppelpunkt und Kennung.",
	"LINT-005": "Das Präfix einer Kennung steht nicht in der Codeliste der DVDV-Präfixe.",
	"LINT-006": "Das Präfix einer Kennung steht nicht in der Codeliste der DVDV-Präfixe.",
	"LINT-007": "Ein Pflichtwert ist leer.",
	"LINT-008": "Ein Code ist leer.",
	"LINT-009": "Die Version einer Codeliste ist leer.",
	"LINT-010": "Bei einem Code fehlt die Version der Codeliste.",
	"LINT-011": "Ein Code nennt eine andere Codeliste oder eine andere Version, als sein Datentyp festlegt.",
	"LINT-012": "Der Nachrichtenkopf oder eines seiner Elemente steht im falschen Namensraum.",
	"LINT-013": "Der Kommunikationskanal steht nicht in der genannten Version der Codeliste Erreichbarkeit.",
	"LINT-014": "Die Angabe zur Erreichbarkeit passt nicht zum Kommunikationskanal.",
	"LINT-015": "Mit dieser UUID ist bereits eine andere Nachricht eingegangen.",
	"LINT-016": "Diese Nachricht ist bereits eingegangen.",
	"LINT-017": "Die Nachricht ist als Testnachricht gekennzeichnet.",
	"LINT-018": "Die Nachricht ist als Testnachricht gekennzeichnet und wird im Produktivbetrieb nicht verarbeitet.",
	"LINT-019": "Der Standard oder seine Version wird hier nicht unterstützt.",
	"ENV-016":  "Der Nachrichtenkopf überschreitet eine Größengrenze des Empfängers.",
	"XML-040":  "Die Nachricht überschreitet die Größengrenze des Empfängers.",
	"XML-041":  "Die Elemente sind tiefer verschachtelt, als der Empfänger zulässt.",
	"XML-010":  "Die Nachricht enthält eine Dokumenttypdeklaration.",

	string(S001): "Die Nachricht ist nicht in UTF-8 codiert.",
	string(S010): "Eine Codeliste ist hier nicht gültig.",
	string(S011): "Ein Code steht nicht in seiner Codeliste.",
	string(S020): "Einzelne Datensätze sind fehlerhaft.",
	string(S030): "Ein Pflichtwert ist leer.",
	string(S100): "Die Nachricht wurde erneut geliefert.",
	string(S999): "Die Nachricht verstößt gegen eine Vorgabe des Empfängers.",
	string(T000): "Das Zertifikat ist abgelaufen.",
	string(T001): "Das Zertifikat wurde widerrufen.",
	string(T002): "Das Zertifikat wird nicht anerkannt.",
	string(T003): "Das Zertifikat fehlt.",
	string(T010): "Die Signatur fehlt oder erfüllt die Anforderungen nicht.",
	string(T011): "Die Signatur ist nicht gültig.",
	string(T020): "Die Nachricht konnte nicht entschlüsselt werden.",
	string(T070): "Der Absender ist für diesen Dienst nicht berechtigt.",
	string(T080): "Die Nachricht ist an einen anderen Leser gerichtet.",
	string(T099): "Die Nachricht verstößt gegen das Transportprofil.",
	string(V000): "Die Version der Nachricht wird hier nicht unterstützt.",
	string(X000): "Die Nachricht ist nicht wohlgeformt.",
	string(X001): "Die Nachricht ist nicht schemakonform.",
}

// maxTexts is how many findings of a reason are explained one by one.
const maxTexts = 20

// explain says what was found and where. The path of a finding stays out: the
// names in it come from the message.
func explain(f finding.Finding, code Code) string {
	var b strings.Builder
	if isCode(f.Code) {
		b.WriteString(f.Code)
		b.WriteString(": ")
	}
	text, ok := texts[f.Code]
	if !ok {
		text = texts[string(code)]
	}
	b.WriteString(text)
	if f.Line > 0 {
		b.WriteString(" (Zeile " + strconv.Itoa(f.Line))
		if f.Column > 0 {
			b.WriteString(", Spalte " + strconv.Itoa(f.Column))
		}
		b.WriteString(")")
	}
	return b.String()
}

// isCode keeps out what a caller may have put in the place of a code.
func isCode(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '.' {
			return false
		}
	}
	return s != "" && len(s) <= 20
}

// explanations are the texts of a reason, never none.
func (g Grund) explanations() []string {
	var all []string
	for i, f := range g.Findings {
		if i == maxTexts {
			all = append(all, "Weitere Befunde dieser Art: "+strconv.Itoa(len(g.Findings)-maxTexts))
			break
		}
		all = append(all, explain(f, g.Code))
	}
	if len(all) == 0 {
		all = append(all, texts[string(g.Code)])
	}
	return all
}
