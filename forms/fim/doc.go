// Package fim makes a form of a FIM data schema (XDatenfelder 1, 2 and 3), and
// writes the answers of a form as FIM data and reads them back: as XML in the
// XFall shape, and as FIM JSON. In both each element or key is named by the id
// and version of its FIM building block.
//
//	<S99000000002V1.0.0 xmlns="urn:fim-de:xfall:datenschema:xdf3">   {
//	  <G99000000011V1.0.0>                                             "G99000000011V1.0.0": {
//	    <F99000000021V1.0.0>Mustermann</F99000000021V1.0.0>              "F99000000021V1.0.0": "Mustermann"
//	  </G99000000011V1.0.0>                                            }
//	</S99000000002V1.0.0>                                            }
//
// # A data schema becomes a form
//
//	n, err := xdatenfelder.Read(file, nil)
//	made, err := fim.FromSchema(n, nil)
//	form, err := forms.Compile(made.Definition, nil)
//
// [FromSchema] keeps multiplicities, choice groups, limits, code lists, presets
// and texts, and the rules that package regel can read for sure; made.Report
// names every rule and whatever the form does not keep.
//
// # Answers become data
//
// The root is the form's ID and version; the elements below it come from the
// FIM references of its steps, groups and fields, whether the form is a data
// schema's, a forms.Definition or a struct with tags. Fields without a reference
// are left out. Fields of the same group stand together in the group's element
// wherever they stand in the form.
//
//	err := fim.Encode(w, form, answers, &fim.EncodeOptions{Schema: schema})
//	doc, err := fim.Decode(r, form, nil)
//	err = fim.EncodeJSON(w, form, answers, &fim.EncodeOptions{Schema: schema})
//
// With the data schema (package datenschema makes it of the same file) elements
// stand in its order, arrays are where it has them, and what it does not accept is
// not written ([RejectedError]). Without it the order is the form's.
//
// The entries of a group are elements of its name, in JSON an array; so are the
// values of a multiple choice. A group with entries and without a reference holds
// one field that may occur several times. An entry in which nothing is answered is
// an empty element; groups without entries in which nothing is answered are left
// out, unless the data schema wants them.
//
// Values: text as it is; dates as YYYY-MM-DD, partly known ones shorter; times
// with seconds (08:30:00) and without time zone; true and false; numbers in decimal
// digits with a point; the code of a choice; files in Base64 (RFC 4648). Numbers
// and yes or no are their own types in JSON. Absent and empty answers are left
// out: the data cannot tell them apart. The name of a file is not sent, since a
// FIM file field has no place for it; Decode makes one up from the field and the
// media type.
//
// Sources: FIM-XSLT, XDF3_2_XFall 1.01 and XDF3_2_JSON 0.02, which make the XML
// Schema and the JSON Schema of a FIM schema (target namespace [Namespace],
// elementFormDefault qualified, element name id + "V" + version, or the id alone).
// The XML Schema has no attributes; those of [Header] are this library's own, and
// are written only if the header is given. FIM JSON has no place for it.
//
// # What can fail
//
// [Encode] and [EncodeJSON] with an [*EncodeError] if an answer cannot be written,
// a [*RejectedError] if the data schema does not accept what they made, and
// [ErrForm] if the form's FIM references contradict each other or the data schema.
// [Decode] and [DecodeJSON] with a [*finding.InvalidError] that holds all findings,
// or an [*xmlscan.SyntaxError], which matches it. [FromSchema] with [ErrSchema]. All
// may be called from several goroutines at once.
//
// Not supported: data of forms made of XDatenfelder 1, whose building blocks have no
// versions; time zones.
package fim
