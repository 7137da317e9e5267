// Package submission carries signed submissions to the authority's software
// and takes them in there: an outbox that stores the final bytes before
// anything is sent, a seam for senders with a folder as the first of them, the
// receiving side, and the receipt (Eingangsbestätigung) that comes back. The
// formats of packages and receipts are this library's own, version 1.0, below.
//
// # Sending
//
//	outbox, err := submission.NewOutbox(ctx, db, directory, nil)
//	entry, err := outbox.SubmitOnce(ctx, "musterstadt", id, func() (submission.Message, error) {
//		signature, err := submission.SignXAdES(ctx, signer, document, "antrag.xml", nil)
//		return submission.Message{Name: "antrag.xml", Document: document, Signature: signature}, err
//	})
//	// from a ticker or a job queue, on any number of nodes:
//	_, err = outbox.SendDue(ctx, 100)
//	_, err = outbox.CollectReceipts(ctx, receipts)
//
// When Submit or SubmitOnce returns nil, the message is committed and will be
// sent, with the same id and the same bytes however often it takes: at least
// once. A [Sender] must let a repetition do no harm, and a [Receiver] drops it.
// What a person must look at stays visible: entries that are refused or
// rejected, and receipts that fit no entry.
//
// # Receiving
//
//	receiver, err := submission.NewReceiver(inbox, verifier, []submission.Kind{{
//		Name: "Bewohnerparkausweis",
//		Root: xmlscan.Name{Space: "urn:example:antrag", Local: "antrag"},
//		ID:   submission.IDAttribute("", "id"),
//		Take: fachverfahren.Import,
//	}}, nil)
//	n, err := receiver.ReceiveDirectory(ctx, packages, receipts)
//
// [Receiver.Receive] scans the document, checks the signature, and looks at
// nothing but the signed content from there on. Content is handed on (Take)
// before its receipt exists, and at least once: Take is idempotent by tenant
// and id. Whatever step the process dies at, the next run finishes.
//
// # The package format 1.0
//
//  1. Tenant and id are plain names as [Message] defines them.
//  2. A package is a document and at most one detached signature, whose file
//     name is the document's and [SignatureSuffix]. In a [Directory] it is the
//     folder <tenant>/<id>/ with these files and nothing else.
//  3. Neither file is empty or bigger than the receiver's limit (50 MiB).
//  4. Each tenant has senders whom it trusts; others cannot submit for it.
//  5. The receiver accepts the kinds of documents that it was told; the root
//     element of the signed content decides.
//  6. The signed content names the submission's id, and it is the package's:
//     the nachrichtenUUID of an XÖV message (upper and lower case are the same),
//     an attribute of the root element ([IDAttribute]), or the file name that
//     the detached signature covers ([IDFileName]).
//  7. One id stands for one content, and one content for one tenant and id.
//     The same package may come any number of times.
//
// # The receipt format 1.0
//
// A receipt is an XML document in UTF-8 of at most 1 MiB in the namespace
// [NSReceipt]; eingangsbestaetigung.xsd beside the source is its schema:
//
//	<eingangsbestaetigung xmlns="https://github.com/bausteine/egov/xoev/submission/eingangsbestaetigung/1.0">
//	  <mandant>musterstadt</mandant>
//	  <kennung>A-1</kennung>
//	  <referenz>EB-D6EM7-N3X9R-4GDTK</referenz>
//	  <eingang>2026-11-02T09:30:00.000000Z</eingang>
//	  <dokument>
//	    <name>antrag.xml</name>
//	    <sha256>e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855</sha256>
//	  </dokument>
//	  <ergebnis>abgewiesen</ergebnis>
//	  <befund>SUB-021</befund>
//	</eingangsbestaetigung>
//
// It holds, in this order: tenant, id, the receiver's reference number, the
// time of receipt in UTC with six decimals, the document's file name (left out
// if it was no plain file name) and SHA-256, the verdict (angenommen or
// abgewiesen), the codes of the findings, and an XML signature if the receiver
// signs. It confirms that a submission came in; it decides nothing.
//
// # Signatures
//
// Keys are RSA or ECDSA, as package signature takes them. [SignXAdES] makes an
// XAdES signature, which says when and with which certificate it was made, and
// [XAdESVerifier] makes a receiver take those. Other signatures come from
// signature.Signer and are checked by a signature.Verifier.
//
// # What is not here
//
// Encryption, ASiC containers, schema and code list checks (a [Kind]'s Check
// does them), and senders for other transports: they implement [Sender].
// Receipts are not signed unless the receiver is told to; see
// [ReceiverOptions].SignReceipt and [OutboxOptions].ReceiptVerifier. Tenants
// whose receivers differ need ReceiptVerifierOf.
//
// # Errors, concurrency, data
//
// Errors, logs and the String methods hold tenants, ids, references and codes,
// never content. [Outbox], [Receiver], [Directory], [ReceiptDirectory] and the
// inboxes are safe for concurrent use, by several processes too. The database
// is the caller's, SQLite or PostgreSQL, and must not lose what it committed
// (PRAGMA synchronous FULL; fsync and synchronous_commit); give SQLite a
// busy_timeout. Documents lie in the outbox until they are deleted
// ([Outbox.DeleteSentBefore], [Outbox.Delete]), in a Directory until the
// receiver took them, and put-aside or stale ones until [Directory.RemoveStale]
// or the caller removes them. The inbox keeps digests and receipts only.
package submission
