// Package datenschema makes the schemas of FIM data out of a FIM data schema
// (XDatenfelder 2 and 3, and 1 as far as it says anything): XML Schema 1.0 for
// data in XML (XFall, namespace [Namespace]) and JSON Schema 2020-12 for FIM
// JSON. And it checks documents against the data schema itself, with the place
// and the rule of all that is wrong with them.
//
//	n, err := xdatenfelder.Read(file, nil)
//	s, err := datenschema.Compile(n, &datenschema.Options{Codelisten: datenschema.FromStore(store, today)})
//	err = s.WriteXSD(w)
//	report, err := s.CheckXML(document, nil)
//	if report.Verdict != finding.Accepted { … report.Findings … }
//
// # Mapping
//
// It is the one of FIM-XSLT (XDF3_2_XFall 1.01, XDF3_2_JSON 0.02), which the
// FIM-Portal uses: groups are elements and objects, fields are elements and
// values, named by id and version; a multiplicity above one is an array; labels
// are left out.
//
//	Datentyp             XML                        JSON
//	text, text_latin     xs:string                  string
//	date                 xs:date, YYYY-MM-DD        string, format date
//	time                 xs:time, HH:MM:SS          string
//	datetime             xs:dateTime                string
//	bool                 xs:boolean                 boolean
//	num, num_currency    xs:decimal                 number
//	num_int              xs:integer                 integer
//	file, obj            xs:string                  string
//	Feldart select       enumeration of xs:string   oneOf or enum of strings
//
// Every document that these schemas accept the official ones accept too, but for
// the time of day in JSON. Where the two differ:
//
//   - Only the whole is a global element in the XML Schema; officially each group
//     and field is one, so that a part passes as the whole.
//   - In a choice (gruppenart X) exactly one part must be there; officially the
//     XML may have none.
//   - Patterns of JSON match the whole value, as they do in XML. Limits of dates
//     are patterns in JSON Schema: minimum and maximum, which stand there
//     officially, are for numbers. The time of day has no format there, since the one that there
//     is wants a difference from UTC, which FIM does not know.
//   - num is xs:decimal rather than xs:float: neither rounded nor NaN. Dates have
//     no time zone. Files and objects are text, where officially anything goes.
//   - Of a code list each code counts once; officially each name.
//   - The schemas hold no time of creation, so the same input gives the same
//     bytes.
//
// What cannot be written is left out and named by [Schema.Findings]: code lists
// that are not at hand, patterns of other dialects and prose, limits that do not
// fit the type. Rules (Regeln) of a data schema are not part of these schemas.
//
// FIM-XSLT reads XDatenfelder 3; data schemas of XDatenfelder 1 and 2 are mapped
// in the same way, in the same namespace (Options.Namespace changes it). The
// FIM-Portal's own converter for XDatenfelder 2 is said to name namespace and root
// otherwise; that shape is not supported.
//
// # What can fail
//
// [Compile] with a *finding.InvalidError if the data schema contradicts itself.
// [Schema.CheckXML] and [Schema.CheckJSON] with a *finding.InvalidError if the
// document cannot be read, and with the error of the reader. A document that was
// read is judged by [Report.Verdict]; a finding never holds a value of it.
//
// # Concurrency
//
// A [Schema] never changes and may be used by several goroutines at once.
package datenschema
