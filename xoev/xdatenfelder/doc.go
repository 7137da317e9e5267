// Package xdatenfelder reads data schemas of FIM, the federal information
// management, in XDatenfelder 2.0 (urn:xoev-de:fim:standard:xdatenfelder_2) and
// XDatenfelder 3.0.0 (urn:xoev-de:fim:standard:xdatenfelder_3.0.0), into one
// model: which fields an application has, how often, with which limits, code
// lists and rules.
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
// Messages 0101 to 0105 are read: Dokumentsteckbrief, Stammdatenschema,
// Datenfeldgruppe, Datenfeld and Codeliste; genericode in them by package
// codelist. FIM repeats an element wherever it is used; here it is one value,
// after a check that it is the same everywhere.
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
//     [Options.AllowAnyCharacter] all characters; code lists in message 0105,
//     for which the published schemas import no schema of genericode.
//
// The limits in the praezisierung of XDF2 are read from JSON; where there is
// something else, which real schemas have, it stays text (XDF2-101).
//
// [Options.Quality] adds messages of the quality check of the federal editors
// (list XDFM) as warnings, as far as this document alone can tell.
//
// # What is not read
//
// XDatenfelder 1 (XDF-002); translations, message 0106, and messages of search,
// catalogue and synchronisation (XDF-003). Nothing is written or converted. Rules
// and scripts are kept verbatim and not interpreted; regular expressions are not
// compiled; codes of lists outside of the schema (status, relation, document
// kind) are not looked up. The messages of XDFM that need other documents, a
// network or the editors' judgement are not given: see [Rules] for those that are.
//
// # What can fail
//
// [Read] gives a *finding.InvalidError with all findings, or the reader's own
// error, wrapped. Findings and logs hold no text of the document; who wrote a
// schema can be a person, so [AllgemeineAngaben] leaves it out of logs.
//
// # Concurrency and memory
//
// What Read returns may be read by many goroutines at once. Each distinct text
// is kept once.
package xdatenfelder
