// Package rueckweisung rejects messages of XÖV standards: findings become the
// reasons for rejection of XInneres (code list
// urn:de:xinneres:codeliste:fehlercodes 3), and a message that returns the
// rejected one to its author.
//
//	report, err := lint.Check(ctx, bytes.NewReader(received), nil)
//	if err != nil {
//		return err
//	}
//	if report.Verdict == finding.Rejected {
//		err = rueckweisung.Write(w, &rueckweisung.Rueckweisung{
//			Gruende:  rueckweisung.Gruende(report.Findings),
//			Original: bytes.NewReader(received),
//			Envelope: report.Envelope,
//			Autor:    us,
//			Leser:    them, // only needed if report.Envelope is nil
//			Produkt:  "Fachverfahren", Produkthersteller: "Stadt Musterstadt",
//		}, nil)
//	}
//
// [Form] lists the messages that can be written. Their lists of reasons differ:
// where a list lacks a reason of XInneres, S999 is used and the reason stated
// beside it. Explanations are German, for the people who made the message; they
// name rule, line and column and hold nothing of the message.
//
// # Not supported
//
// Single cases of a collective message (nichtVerarbeitbarerEinzelfall, S020):
// a message is rejected as a whole. Rejecting by XInneres up to version 9, by
// XGewerbeanzeige and XJustiz: their schemas were not at hand.
//
// # What can fail
//
// Sentinels of this package say what is missing. What reading the rejected
// message or writing fails with comes back wrapped. No error holds a value of a
// message. Types that hold personal data redact themselves in log/slog.
//
// # Concurrency
//
// Functions may be called by many goroutines at once; a Rueckweisung belongs to
// one, because Write reads its Original and stores UUID and time in it.
package rueckweisung
