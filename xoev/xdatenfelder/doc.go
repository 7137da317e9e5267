// Package xdatenfelder reads, writes, converts and checks data schemas of FIM,
// the federal information management (Föderales Informationsmanagement), in
// XDatenfelder 2.0 (urn:xoev-de:fim:standard:xdatenfelder_2) and 3.0.0
// (urn:xoev-de:fim:standard:xdatenfelder_3.0.0), and reads those in version 1. All
// versions become one model: which fields an application has, how often, with
// which limits, code lists and rules.
//
//	n, err := xdatenfelder.Read(file, nil)
//	if err != nil {
//		return err
//	}
//	for depth, s := range n.Strukturen() {
//		if d := s.Datenfeld; d != nil {
//			fmt.Println(depth, s.Anzahl, d.Identifikation, d.BezeichnungEingabe)
//		}
//	}
//
// What there is for which version:
//
//	                                              1     2.0   3.0.0
//	Read    0101 Dokumentsteckbrief               –     yes   yes
//	        0102 Stammdatenschema                 yes   yes   yes
//	        0103 Datenfeldgruppe, 0104 Datenfeld  –     yes   yes
//	        0105 Codeliste (genericode)           –     yes   yes
//	Write   all that is read                      –     yes   yes
//	Convert 0101 to 0104                          –     to 3  to 2
//	Options.Quality                               –     yes   yes
//
// FIM repeats an element wherever it is used; here it is one value for each id and
// version, after a check that it is the same everywhere. Stellen finds the places
// of an element; Regel.Elemente the ids that the text of a rule names.
//
// # What is checked
//
// What the schemas demand: namespaces, order and number of elements, attributes,
// data types, the codes that the schema lists and the versions of lists that it
// fixes, characters (String.Latin 1.1.1). xmllint and this package accept and
// refuse alike, apart from this:
//   - refused here: a repeated element that differs (XDF3-030), an element within
//     itself (031), an empty id (032), numbers beyond 32 bits and other limits
//     (040), xsi:type and xsi:nil (017), digits of other scripts in versions and
//     multiplicities (020);
//   - accepted here: links and URIs whatever their text, and with
//     Options.AllowAnyCharacter all characters; code lists in message 0105, for
//     which the published schemas import no schema of genericode.
//
// The schema of version 1 is not published any more. What is checked there comes
// from schemas of the FIM portal in that version and from version 2.
//
// The limits in the praezisierung of XDF1 and XDF2 are read from JSON; where there
// is something else, which real schemas have, it stays text (XDF2-101).
//
// # Writing
//
// Write checks a whole message before the first byte, and refuses what the version
// has no place for (XDF2-050, XDF3-050): nothing is dropped. The same message
// gives the same bytes; they are valid by the published schema, and reading them
// gives an equal message. A model of few elements can stand for an endless
// document (a group within itself, or twice in each of sixty groups): it is
// refused as soon as that is known.
//
// # Converting
//
// Convert follows the converters of FIM (FIM-XSLT by Volker Schmitz, XDF2_2_XDF3
// 0.14 and XDF3_2_XDF2 0.04), as their defaults are:
//
//	                 2 to 3                                3 to 2
//	id               F60000227: F60000000227               the digits 3 to 5 go
//	version          1.2: 1.2.0                            1.2.0: 1.2; 1.2.3: 1.002003
//	status           inaktiv: 7; with version and date     7: inaktiv; else aktiv
//	                 of release: 6; else 2
//	freigabedatum    statusGesetztAm, from the element     if the status is 6
//	                 around where there is none
//	author           statusGesetztDurch                    fachlicherErsteller
//	last change      time of the message                   description
//	bezug            one for each part between ;           joined with ; and (link)
//	praezisierung    JSON: attributes                      attributes: JSON
//	code list        reference; lists of FIM: values,      reference; values: a list in
//	                 if Liste finds them                   Conversion.Listen
//	hidden, locked                                         label
//	text_latin, time,                                      text
//	datetime
//	rule             definition: freitextRegel, ids in     the other way; script and
//	                 it converted; typ K; script:          type: description
//	                 description
//	no parts         default field F60000000001
//
// What changed or was lost is in the Conversion (codes XDFK-…, see ConvertRules),
// and in the description below "Originalwerte der XDF2-Datei:", which the way back
// removes. Different from the stylesheets, on purpose: JSON is decoded (their
// patterns keep double backslashes, and numbers without quotes are lost); ids that
// are not of FIM stay as they are; an element that inherits two dates gets the
// first, so that it is the same everywhere; a list that is not found leaves the
// reference, not a value that says so; prose in the praezisierung is kept;
// characters are replaced only in texts that are not String.Latin. Renumbering
// (Substitution, Mapping) and asking XRepository are not offered.
//
// # Quality check
//
// Options.Quality adds the messages of the federal editors (code list XDFM 1.8,
// 142 messages) as warnings, as they are meant by the report for XDatenfelder 3
// (QS-DF 1.20); their weight is in Params["typ"]. See Rules for those that are
// given: 114, of which 1127 to 1134 and 1136 to 1138 are for version 3 only. With
// Options.Liste two of them, and three more closely, look into code lists. Not
// given are:
//
//   - what Read refuses: 1026 to 1028, 1030, 1031, 1033, 1034, 1038, 1042, 1046,
//     1092, 1131 (with AllowAnyCharacter it is XDF2-102, XDF3-102);
//   - what needs XRepository or the collection of all schemas: 1115, 1121, 1123,
//     1125, 1126;
//   - what is deactivated in the list: 1089, 1104, 1108, 1110 to 1114, 1119;
//   - 1008, which 1052 says more exactly, and 1035, of which no source says what
//     it means.
//
// # What is not read
//
// Translations, message 0106, and messages of search, catalogue and synchronisation
// (XDF-003). Rules and scripts are kept verbatim and not interpreted; regular
// expressions are not compiled; codes of lists outside of the schema (status,
// relation, document kind) are not looked up, but by the quality check.
//
// # What can fail
//
// Read, Write and Convert give a *finding.InvalidError with all findings, or the
// error of the reader or writer, wrapped. Findings and logs hold no text of the
// document; who wrote a schema can be a person, so AllgemeineAngaben leaves it out
// of logs.
//
// # Limits
//
// A document of 64 MiB (MaxBytes) with 100,000 elements, each counted wherever it
// stands (MaxElements), 256 elements deep; a text of 1 MiB; when writing, an
// attribute of 32 KiB; multiplicities and lengths below 2147483647; 100 errors
// and 1,000 warnings. What goes beyond is refused (XDF3-040, XML-04x). The length
// of a document that is written is not bounded; MaxBytes may have to grow with it.
//
// # Concurrency and memory
//
// What Read and Convert return may be read by many goroutines at once, and written
// by Write meanwhile. Each distinct text is kept once.
//
// # Sources
//
// XDatenfelder 2.0 and 3.0.0, schemas and documentation in them; FIM-XSLT
// (https://github.com/vs5000/FIM-XSLT) for conversion and quality check.
package xdatenfelder
