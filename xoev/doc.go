// Package xoev reads and writes the envelope of messages of German public
// administration (XÖV standards such as XBeteiligung, XWasser, XBau): the root
// element with its attributes and the header (Nachrichtenkopf) of the
// XÖV-Basisnachricht G2G 1.0 and 1.1, in its qualified and its unqualified
// flavour (XÖV-Bibliothek, xoev-basisnachricht-g2g and
// xoev-basisnachricht-unqualified-g2g).
//
// What is this message? The standard need not be known:
//
//	envelope, err := xoev.ReadEnvelope(r, nil)
//	if err != nil {
//		return err // broken XML or a broken header
//	}
//	if envelope.Family == xoev.FamilyUnknown {
//		return errors.New("not an XÖV-Basisnachricht")
//	}
//	if envelope.IsTest() {
//		return errors.New("test messages are not processed here")
//	}
//	fmt.Println(envelope.Standard, envelope.Version, envelope.Nachricht.Typ.Code)
//
// [ReadEnvelope] reads no further than the header. It accepts header elements
// only in their own namespace, in the order and number that the schemas
// declare; elements that a standard adds are kept as [Extension]. [Write]
// writes a message with an exact header and any content, and refuses what a
// receiver would have to refuse. What is checked is listed by [Rules].
//
// # Not supported
//
// The headers of XInneres up to version 9, XGewerbeanzeige, XJustiz, XDOMEA,
// XDatenfelder and XZuFi: such a message gives an envelope of [FamilyUnknown]
// that holds the root and nothing else. XInneres from 26.11 uses the
// unqualified header and is read; its additions beside the header
// (anschrift.leser, anschrift.autor) are content here. Content is neither read
// nor validated: that is the work of a schema. Characters are checked to be
// XML's, not to be those of DIN 91379. Whether a code is in its list is not
// checked.
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
// and may be read by many; [Collector] and [Encoder] belong to one goroutine.
package xoev
