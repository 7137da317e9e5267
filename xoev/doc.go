// Package xoev reads and writes the envelope of messages of German public
// administration (XÖV standards): the root element with its attributes and the
// header (Nachrichtenkopf), whatever standard a message belongs to.
//
// What is this message? The standard need not be known:
//
//	envelope, err := xoev.ReadEnvelope(r, nil)
//	if err != nil {
//		return err // broken XML or a broken header
//	}
//	if envelope.Family == xoev.FamilyUnknown {
//		return errors.New("not a message with a known header")
//	}
//	if envelope.IsTest() {
//		return errors.New("test messages are not processed here")
//	}
//	fmt.Println(envelope.Standard, envelope.Version, envelope.Number())
//
// [ReadEnvelope] reads no further than the header. It accepts header elements
// only in their own namespace, in the order and number that the schemas
// declare; elements that have no field are kept as [Extension]. [ReadMessage]
// reads the whole message, so that it can be written again. [Write] writes a
// message with an exact header and any content, and refuses what a receiver
// would have to refuse, and what the header has no place for; [NewWriter] does
// it for messages of any size. What is checked is listed by [Rules].
//
// # Headers
//
// One [Envelope] serves all families. Which one a message has is told by its
// header and by a table of standards ([KnownStandards]), which a program can
// extend in [ReadOptions] and [WriteOptions]:
//
//   - XÖV-Basisnachricht G2G 1.0 and 1.1, qualified (XBeteiligung) and
//     unqualified (XWasser, XBau 2.6, XBau-Kernmodul from 1.2); read and written,
//     checked against the schemas of the XÖV-Bibliothek
//   - XInneres 26.11 (XMeld, XAusländer, the messages of the Basismodul): the
//     unqualified header with two addresses behind it; read and written, checked
//     against the schemas of Basisnachricht 1.1 and of the addresses of XInneres
//     9, which have the same elements as those of 26.11
//   - XInneres up to 9 (schema basisnachricht 4 and 5), also in XBau 2.0, 2.1 and
//     XBau-Kernmodul 1.0 and 1.1; read and written, checked against the schemas
//   - the copy of it in XGewerbeanzeige 2.0 to 2.2; read and written, checked
//     with the published messages only, since no schema is public
//   - xdomea 2.3, 2.4 and 3.0; read and written, checked against the schemas;
//     xdomea 4.0 read and written as far as a published message shows it
//   - XDatenfelder 2.0 and 3.0.0; read and written, checked against the schemas
//   - XJustiz: from 3.6 on read and written, after the published tree of its
//     schema, not checked against the schema itself; up to 3.5 read only
//   - XZuFi 2.1 and 2.2: read only, after public programs; no schema is public
//
// # Not supported
//
// Other headers give an envelope of [FamilyUnknown] that holds the root and
// what the table knows of its namespace: XDatenfelder 1, the DatML/RAW of
// XGewerbeanzeige 1.3, the headers to and from citizens of XBau
// (nachrichtenkopf.privat2G) and XMeld. Content is neither read nor validated:
// that is the work of a schema. Characters are checked to be XML's, not to be
// those of DIN 91379 (package latin). Whether a code is in its list is not
// checked (packages codelist and lint), but for lists of a few codes that the
// schema of a header itself holds; what a standard narrows in the header that it
// uses, such as the list of its nachrichtentyp, is not known here. Addresses are fields in the families of
// XInneres only; those of xdomea are kept as Extension.
//
// # What can fail
//
// Reading gives a *finding.InvalidError when the message cannot be relied on
// and the reader's own error when it cannot be read; writing likewise. Neither
// holds a value of the message. Envelopes hold personal data: their types
// redact themselves in log/slog, and only there.
//
// # Concurrency
//
// Functions may be called by many goroutines at once. Values are plain data
// and may be read by many; [Collector], [Encoder] and [Writer] belong to one
// goroutine.
package xoev
