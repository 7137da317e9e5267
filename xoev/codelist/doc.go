// Package codelist handles the codes of German public administration: the code
// data type of XÖV messages (XÖV-Code 1.0, namespace
// http://xoev.de/schemata/code/1_0, code types 1 to 4), and the lists they come
// from in OASIS genericode 1.0 as XRepository publishes them
// (http://docs.oasis-open.org/codelist/ns/genericode/1.0/).
//
//	list, err := codelist.Read(file, nil)
//	if err != nil {
//		return err
//	}
//	if row, ok := list.Lookup("07"); ok {
//		name, _ := row.Value("name")
//		fmt.Println(name)
//	}
//
// # Codes
//
// [Code] is what a message carries; [Spec] is what its schema says about it, for
// generated code or by hand. [Spec.Check] judges the code by its type,
// [Spec.List] says which list and version apply, [Spec.Resolve] looks the code
// up. [ReadCode] reads a code from a message that is being scanned.
//
// # Lists
//
// [Read] reads a list with XRepository's metadata of every generation, or with
// none; [List.WriteTo] writes it again, [New] makes one. A [List] is kept small:
// each distinct text once, cells as numbers. The first lookup in a column builds
// the column's index; lookups do not allocate.
//
// [Open] and [OpenDir] open a store of pinned lists, whose lock file names each
// version and the hash of its bytes; [DiffLists] says what changed between two
// versions. Nothing here uses the network: fetching lists is left to
// package xrepository below, and only when it is told to.
//
// # What is not read
//
// Column sets and keys in other documents, sets of code lists, and complex values
// (GC-011), none of which XRepository publishes; data types are checked if they
// are those of XML Schema that code lists use, restrictions of them (Parameter) are
// kept and not checked.
//
// # What can fail
//
// A document that is no valid list gives a *finding.InvalidError with all findings
// of the catalogue [Rules] or of the XML scanner; a reader that fails gives its
// own error, wrapped. What is wrong with a list and hinders nobody stays in
// [List.Findings]. Findings hold no value of a list or message. A code can be
// personal data: [Code.LogValue] leaves it out of logs.
//
// # Concurrency
//
// A [List] never changes and may be used by many goroutines at once; so may a
// [Spec] that nobody changes.
package codelist
