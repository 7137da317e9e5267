// Package sammelnachricht reads and writes collective messages (Sammelnachrichten)
// of XÖV standards: messages that hold many records of the same kind behind one
// header, for example a stock of data that is handed over (Bestandslieferung).
// Memory does not depend on the size of the message (XInneres-Basisnachricht:
// "Nachricht mit mehreren Datensätzen").
//
//	r, err := sammelnachricht.NewReader(ctx, file, sammelnachricht.Elements(ns, "satz"), nil)
//	if err != nil {
//		return err // broken XML or a header that cannot be relied on
//	}
//	for record, err := range r.Records() {
//		if err != nil {
//			return err // the message is broken behind the records before
//		}
//		var s Satz
//		if err := record.Decode(&s); err != nil {
//			return err
//		}
//		...
//	}
//	if r.Report().Verdict != finding.Accepted {
//		...
//	}
//
// # All or nothing
//
// Records are delivered before the end of the message has been seen: that is
// the price of constant memory. A message may turn out to be broken, cut off or
// signed wrongly after a million good records. Whoever must take all records or
// none puts them where they can be taken back: into one database transaction
// that is committed after the loop has ended without error and
// [Reader.Report] says Accepted, or into a staging table; or reads the message
// twice, the first time without using the records. A signature or digest over
// the whole is known only at the end as well.
//
// After a crash, [Reader.SkipTo] goes on with a record by its number. That is
// right only for the same bytes: keep a digest of the message beside the number.
//
// # Reading a record
//
// A [Record] is decoded with encoding/xml behind package xmlscan (Decode), walked
// token by token (Next, Scanner, Text, Skip), taken as bytes (Raw), or its base64
// content is read as a stream (Base64). What is not read of a record is read
// over, and checked to be well formed like everything else. [Options] adds
// limits, checks of characters (DIN 91379, [Latin]), and consumers that see the
// whole message in the same pass.
//
// # Writing
//
// [Writer] writes header and records through a [xoev.Encoder], which is exact
// about namespaces, or takes records that are XML already. Structs are not
// marshalled: encoding/xml cannot write elements in no namespace below elements
// in one.
//
// # Not supported
//
// Records inside records, and records at changing depth. Validation against a
// schema: hand a validator in as a consumer. Signatures inside the message are
// not verified. Writing elements behind the records: use [xoev.NewWriter].
//
// # What can fail
//
// [Error] says after how many records and where reading ended, and wraps a
// *finding.InvalidError (the message is broken or exceeds a limit) or the error
// of the reader or context. [DecodeError] concerns one record. Both name codes and
// places, never a value of the message. [Rules] lists what this package finds.
//
// # Speed
//
// 5,000 small records of 113 bytes, CPU time per pass on one core (x86-64, Go
// 1.26.8), against encoding/xml's own Token and DecodeElement on the same bytes,
// which check less:
//
//	                     time     MB/s   allocations/record
//	decode               26 ms      22   35   (encoding/xml: 36 ms, 43; ratio 1.4)
//	read over            2.4 ms    235    0   (encoding/xml: 27 ms, 31; ratio 11)
//	walk                 2.6 ms    217    0
//	as bytes             3.5 ms    162    0
//	read over, checked
//	by DIN 91379         4.9 ms    116    0
//
// Decoding is encoding/xml's own work nearly all of the time; walking is the way
// for those who need speed. Base64 is read at 380 MB/s and written at 850 MB/s. The command:
//
//	go test -run xxx -bench . -benchmem ./xoev/sammelnachricht
//
// # Memory and concurrency
//
// A Reader holds the scanner's window of 64 KiB, a Writer a buffer of the same
// size; what is decoded or taken as bytes comes on top, bounded by
// Options.MaxRecordBytes. A test reads and writes 1 GB in a process whose heap
// stays below 64 MiB. Readers, Writers and Records belong to one goroutine each;
// only [Reader.Progress] may be called by others.
package sammelnachricht
