package xdatenfelder

// changeRule is a kind of change.
type changeRule struct {
	code    string
	lost    bool
	message string
}

var (
	changeHeader = &changeRule{"XDFK-001", true, "the header names product or quality of data, which the version does not know"}
	changeID     = &changeRule{"XDFK-002", false, "the id is not a letter with 8 (XDF2) or 11 digits (XDF3) and stays as it is"}

	changeUnternummernkreis = &changeRule{"XDFK-003", true, "the Unternummernkreis of the id, which XDF2 does not have, is not the expected one"}
	changeStatus            = &changeRule{"XDFK-004", true, "the status is less exact in the new version"}
	changeInherited         = &changeRule{"XDFK-005", false, "the date of the status or of publication is that of the element around"}
	changeAmbiguous         = &changeRule{"XDFK-006", true, "an element that stands in several others inherits from each of them something else; the first counts"}
	changeBezug             = &changeRule{"XDFK-007", false, "references to the law were split (XDF3) or joined (XDF2)"}
	changeCharacters        = &changeRule{"XDFK-008", true, "typographic characters were replaced"}
	changeAusgabe           = &changeRule{"XDFK-009", true, "the label for output of a schema or Dokumentsteckbrief has no place"}
	changeDefaultField      = &changeRule{"XDFK-010", false, "there were no parts, which XDF3 demands: the default field F60000000001 was put in"}
	changeDates             = &changeRule{"XDFK-011", true, "the date of release or of the status has no place"}
	changeLastChange        = &changeRule{"XDFK-012", true, "the time of the last change has no place"}
	changeStichworte        = &changeRule{"XDFK-013", true, "keywords have no place"}
	changeRelationen        = &changeRule{"XDFK-014", true, "relations have no place"}
	changeSteckbrief        = &changeRule{"XDFK-015", true, "the Dokumentsteckbrief of a schema has no place"}
	changeDokumentart       = &changeRule{"XDFK-016", true, "the kind of document is not known by its code or text"}
	changeRegel             = &changeRule{"XDFK-020", true, "general data of a rule (label, status, dates, note on the version) have no place"}
	changeSkript            = &changeRule{"XDFK-021", true, "the script of a rule is in its description only"}
	changeRegelteile        = &changeRule{"XDFK-022", true, "type, parameters, targets or error messages of a rule have no place"}
	changeRegeltext         = &changeRule{"XDFK-023", false, "ids in the text of a rule were converted"}
	changeFeldart           = &changeRule{"XDFK-030", true, "a hidden or locked field became a label"}
	changeHidden            = &changeRule{"XDFK-031", true, "a hidden field was left out"}
	changeDatentyp          = &changeRule{"XDFK-032", true, "the data type became text"}
	changeVorbefuellung     = &changeRule{"XDFK-033", true, "prefilling has no place"}
	changeDatei             = &changeRule{"XDFK-034", true, "size and types of a file have no place"}
	changeAuswahlgruppe     = &changeRule{"XDFK-035", true, "that a group is a choice has no place"}
	changePraezisierung     = &changeRule{"XDFK-036", true, "the praezisierung has text beside its limits, which has no place"}
	changeProsa             = &changeRule{"XDFK-037", false, "the praezisierung is prose, and stays that"}
	changeListe             = &changeRule{"XDFK-040", true, "id of the code list has no place"}
	changeWerte             = &changeRule{"XDFK-041", false, "a code list of FIM became the values of the field"}
	changeListeFehlt        = &changeRule{"XDFK-042", false, "a code list of FIM was not found or has no rows; the reference to it stays"}
	changeWerteliste        = &changeRule{"XDFK-043", false, "the values of the field became a code list, which belongs to the message from now on"}
	changeWerteZuviel       = &changeRule{"XDFK-044", true, "the values of the field have no place: there is a code list, too, or none can hold them"}
	changeListenversion     = &changeRule{"XDFK-045", false, "the version of the code list was open; it is the day of the field's last change"}
	changeOriginals         = &changeRule{"XDFK-050", true, "notes of an earlier conversion were removed from the description"}
	changeSpalten           = &changeRule{"XDFK-046", true, "the columns of the code list have no place"}
)

var changeRules = []*changeRule{changeHeader, changeID, changeUnternummernkreis, changeStatus, changeInherited, changeAmbiguous, changeBezug,
	changeCharacters, changeAusgabe, changeDefaultField, changeDates, changeLastChange, changeStichworte, changeRelationen, changeSteckbrief,
	changeDokumentart, changeRegel, changeSkript, changeRegelteile, changeRegeltext, changeFeldart, changeHidden, changeDatentyp,
	changeVorbefuellung, changeDatei, changeAuswahlgruppe, changePraezisierung, changeProsa, changeListe, changeWerte, changeListeFehlt,
	changeWerteliste, changeWerteZuviel, changeListenversion, changeSpalten, changeOriginals}

// ConvertRules returns the catalogue of changes that [Convert] reports, by code,
// each without an element. The slice is the caller's.
func ConvertRules() []Change {
	list := make([]Change, len(changeRules))
	for i, r := range changeRules {
		list[i] = Change{Code: r.code, Lost: r.lost, Message: r.message}
	}
	return list
}
