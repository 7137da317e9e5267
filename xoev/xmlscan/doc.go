// Package xmlscan reads XML 1.0 (Fifth Edition) with Namespaces in XML 1.0
// (Third Edition) strictly and in one pass. It is the one door through which
// XML from outside enters this library, and is experimental: its API may still
// change.
//
//	s := xmlscan.New(r, nil)
//	for s.Next() {
//		switch s.Kind() {
//		case xmlscan.StartElement:
//			fmt.Println(s.Name().Local, s.Pos().Line)
//		case xmlscan.Text:
//			w.Write(s.Text())
//		}
//	}
//	if err := s.Err(); err != nil {
//		return err
//	}
//
// # What is accepted
//
// Well-formed, namespace-well-formed documents in UTF-8, with or without a byte
// order mark. Refused are, beyond what the two norms forbid: every document
// type declaration and with it all entities but the five predefined ones;
// encodings other than UTF-8, even where declared; XML versions other than 1.0,
// because other parsers would read the same bytes under other rules; and
// namespace names that are relative references, because canonical forms are not
// defined for them. [Options] limits size, depth, attributes, names and
// namespace declarations; the zero value has limits for messages of public
// administration.
//
// # What can fail
//
// Reading ends with the first error: a [*SyntaxError], which names a rule of
// the catalogue [Rules], line, column and byte offset, never the document's
// content, and matches *finding.InvalidError; or the reader's own error,
// wrapped, when the document could not be checked. Tokens are handed out
// before the document has been read to its end, so act on them only once Next
// has returned false and Err nil. To cancel a scan, let the reader fail, for
// example with the body of an HTTP request, which ends with its context.
//
// # Memory and concurrency
//
// A Scanner holds a window of 64 KiB over a reader (more only while a single
// tag, comment or instruction is longer), the distinct names, and the open
// elements; text comes in chunks. In steady state it allocates nothing. Bytes
// that it returns are valid until the next call of Next, strings always. A
// Scanner is for one goroutine at a time; different Scanners are independent.
package xmlscan
