// Package lint checks messages of XÖV standards for what their schemas cannot
// say: the rules of the XÖV-Handbuch, of the XÖV-Basisnachricht's
// documentation, of the DVDV and of XInneres.
//
//	report, err := lint.Check(ctx, r, nil)
//	if err != nil {
//		return err // could not be checked
//	}
//	if report.Verdict != finding.Accepted {
//		for _, f := range report.Findings {
//			fmt.Println(f)
//		}
//	}
//
// Check reads the whole message once: XML, header, and the elements of the
// content that Options.Body names. [Rules] lists what it finds itself: type and
// time of the message, identifiers and their prefixes, empty values, codes and
// their lists, contact data in the wrong channel, versions that are not
// supported, test messages, and messages that came in before. A rule that the
// standard states as MUST gives an error, else a warning. Package rueckweisung
// turns errors into the codes with which XInneres rejects a message, and into
// the message that does so.
//
// # Not supported
//
// It is no schema validation and knows no content by itself. Characters are
// checked to be XML's, not those of DIN 91379. Whether a code is in its list is
// checked for the channels of communication, for the DVDV's prefixes, and where
// a [CodeType] does.
//
// # What can fail
//
// What is wrong with a message never is an error. Errors are those of the
// reader, the context and the store of seen messages. Real messages break
// rules: let those of a known peer pass one by one, with Options.Allow.
//
// # Concurrency
//
// Check may be called by many goroutines at once, with the same Options if what
// they hold may be shared.
package lint
