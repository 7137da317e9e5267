// Package submission carries signed submissions to the authority's software
// and takes them in there: an outbox that stores the final bytes before
// anything is sent, a seam for senders with a folder as the first of them, the
// receiving side, and the receipt (Eingangsbestätigung) that comes back.
//
// # Sending
//
//	outbox, err := submission.NewOutbox(ctx, db, directory, nil)
//	entry, err := outbox.SubmitOnce(ctx, "musterstadt", applicationID, func() (submission.Message, error) {
//		... make the document, sign it ...
//	})
//	// later, from a ticker or a job queue, on any number of nodes:
//	_, err = outbox.SendDue(ctx, 100)
//
// When Submit or SubmitOnce returns nil, the message is committed and will be
// sent, with the same id and the same bytes however often it takes: at least
// once. A [Sender] must let a repetition do no harm, and the receiver drops it.
package submission
