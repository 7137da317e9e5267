// Package fim writes the answers of a form as FIM data in XML and reads them
// back: the XFall shape of XDatenfelder, in which each element is named by the
// id and version of its FIM building block.
//
//	<S05000058V1.0 xmlns="urn:fim-de:xfall:datenschema:xdf3">
//	  <G05000496V1.0>
//	    <F05000059V1.0>Mustermann</F05000059V1.0>
//	  </G05000496V1.0>
//	</S05000058V1.0>
//
// The root is the form's ID and version, the elements below it come from the
// tag fim of its steps, groups and fields (package forms); fields without the
// tag are left out. Fields of the same group stand together in the group's
// element wherever they stand in the form, in the order of the form. For a
// document that is valid against the XML Schema of the FIM schema, the form
// must ask in the schema's order.
//
//	err := fim.Encode(w, form, answers, nil)
//	doc, err := fim.Decode(r, form, nil)
//
// Values: text as it is, dates as YYYY-MM-DD, true and false, whole numbers
// in decimal digits, the code of a choice, one element for each value of a
// multiple choice, files in Base64 (RFC 4648). Absent and empty answers are
// left out: XFall cannot tell them apart. The name of a file is not sent,
// since a FIM file field has no place for it; Decode makes one up from the
// field and the media type.
//
// Source: FIM-XSLT, XDF3_2_XFall 1.01, which makes the XML Schema of a FIM
// schema (target namespace [Namespace], elementFormDefault qualified, element
// name id + "V" + version). That schema has no attributes; those of [Header]
// are this library's own, and are written only if the header is given.
//
// What can fail: [Encode] with an [*EncodeError] if an answer cannot be
// written; [Decode] with a [*finding.InvalidError] that holds all findings, or
// an [*xmlscan.SyntaxError], which matches it. Both may be called from several
// goroutines at once.
package fim
