package xdatenfelder

import "github.com/bausteine/egov/xoev/finding"

// qualityRule is a message of the list XDFM that this package can give. typ is
// its weight there; here all are warnings.
type qualityRule struct {
	number, typ, message string
}

func (q *qualityRule) rule() finding.Rule {
	return finding.Rule{Code: "XDFM-" + q.number, Severity: finding.Warning,
		Source:  "FIM-Baustein Datenfelder, code list urn:xoev-de:fim-datenfelder:codeliste:xdfm 1.8, code " + q.number,
		Message: q.message}
}

const (
	kritisch  = "FehlerKritisch"
	methodik  = "FehlerMethodisch"
	warnung   = "Warnung"
	hinweis   = "Hinweis"
	defaultF  = "F60000000001"
	defaultD  = "D99000000001"
	redaktion = "60" // Nummernkreis of the federal editors
)

var qualityRules = []qualityRule{
	{"1002", kritisch, "the name of an element is empty"},
	{"1003", warnung, "an element occurs in several versions"},
	{"1004", warnung, "a group has the same element in the same version twice"},
	{"1005", kritisch, "the kennung of a code list is no URN"},
	{"1006", kritisch, "an element bound to law (RNG) names no legal basis"},
	{"1009", kritisch, "the label for input is empty"},
	{"1010", kritisch, "the label for output is empty"},
	{"1011", kritisch, "a field of the kind select has a data type other than text"},
	{"1012", methodik, "a field of the kind select or label has limits of length"},
	{"1013", methodik, "an abstract element (ABS) is used in a schema or group"},
	{"1014", kritisch, "a field is abstract (ABS)"},
	{"1015", kritisch, "a field that is no text has limits of length"},
	{"1016", kritisch, "a field that is neither number nor time has limits of value"},
	{"1017", kritisch, "a field with a list of codes or values is not of the kind select"},
	{"1018", warnung, "a field of the kind select has no list of codes or values"},
	{"1022", methodik, "an abstract or harmonised element in a group bound to law names no legal basis for its multiplicity"},
	{"1023", kritisch, "a group is empty"},
	{"1024", methodik, "a rule has no text"},
	{"1025", methodik, "a schema has the same element in the same version twice on its top level"},
	{"1032", kritisch, "the status is none of 1 to 8"},
	{"1037", warnung, "a code list is used in several versions"},
	{"1039", kritisch, "an id does not have the form of FIM"},
	{"1040", kritisch, "the kennung of a code list is empty"},
	{"1043", methodik, "a choice group has fewer than two parts"},
	{"1044", methodik, "a list of values has fewer than two entries"},
	{"1045", kritisch, "a list of values has a code twice"},
	{"1047", kritisch, "a multiplicity has a minimum above the maximum"},
	{"1049", kritisch, "the definition of a Dokumentsteckbrief is empty"},
	{"1050", kritisch, "the label of a schema or Dokumentsteckbrief is empty"},
	{"1052", kritisch, "a concrete Dokumentsteckbrief names no legal basis"},
	{"1056", kritisch, "a field that is no file has a limit of file size"},
	{"1057", kritisch, "a field that is no file has media types"},
	{"1058", methodik, "columns of a code list are named without a code list"},
	{"1061", kritisch, "the minimum length is above the maximum length"},
	{"1062", kritisch, "the lower limit of a number is no number"},
	{"1063", kritisch, "the upper limit of a number is no number"},
	{"1064", kritisch, "the lower limit is above the upper limit"},
	{"1065", kritisch, "the lower limit of an integer is no integer"},
	{"1066", kritisch, "the upper limit of an integer is no integer"},
	{"1067", kritisch, "the lower limit of a date is no date"},
	{"1068", kritisch, "the upper limit of a date is no date"},
	{"1069", kritisch, "the content of a number is no number"},
	{"1070", kritisch, "the content of an integer is no integer"},
	{"1071", kritisch, "the content of a date is no date"},
	{"1072", kritisch, "the content is below the lower limit"},
	{"1073", kritisch, "the content is above the upper limit"},
	{"1074", kritisch, "the content is shorter than the minimum length"},
	{"1075", kritisch, "the content is longer than the maximum length"},
	{"1077", kritisch, "the content of a boolean is neither true nor false"},
	{"1078", kritisch, "a schema is empty"},
	{"1079", kritisch, "the lower limit of a point in time is none"},
	{"1080", kritisch, "the upper limit of a point in time is none"},
	{"1081", kritisch, "the lower limit of a time is no time"},
	{"1082", kritisch, "the upper limit of a time is no time"},
	{"1083", kritisch, "the content of a point in time is none"},
	{"1084", kritisch, "the content of a time is no time"},
	{"1085", methodik, "the content is none of the values of the list"},
	{"1090", kritisch, "a field of the kind label has a data type other than obj, text and text_latin"},
	{"1093", warnung, "a list of values has a name twice"},
	{"1094", methodik, "a schema or group with other parts has the default field F60000000001"},
	{"1095", warnung, "a schema or group has the default field F60000000001"},
	{"1096", warnung, "a schema belongs to the default Dokumentsteckbrief D99000000001"},
	{"1097", methodik, "a released schema belongs to the default Dokumentsteckbrief D99000000001"},
	{"1098", methodik, "label and help text are the same"},
	{"1099", methodik, "name and help text are the same"},
	{"1100", kritisch, "a field of the type file or obj has content"},
	{"1101", warnung, "a harmonised element (HAR) names no legal basis"},
	{"1102", warnung, "a text to be entered lacks limits of length"},
	{"1103", warnung, "a number or date lacks limits of value"},
	{"1106", warnung, "a group has only one part"},
	{"1107", warnung, "the help text of a Dokumentsteckbrief is empty"},
	{"1109", warnung, "a field of the kind label has no content"},
	{"1116", warnung, "an inactive element is used"},
	{"1118", kritisch, "a part of a choice group has a multiplicity other than 0:1"},
	{"1120", methodik, "a field of the type file or obj has a pattern"},
	{"1135", kritisch, "a versioned schema or group has an element without version"},
	{"1139", hinweis, "a file may be given only a limited number of times"},
	{"1140", methodik, "an element or rule outside of Nummernkreis 60 names FIM-Baustein Datenfelder as its author"},
	{"1142", kritisch, "an element's status demands the date on which it was set"},
	{"1143", kritisch, "a schema's status demands the date on which it was set"},
	{"1144", kritisch, "a Dokumentsteckbrief's status demands the date on which it was set"},
}
