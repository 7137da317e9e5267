// Package latin checks texts against the characters that German public
// administration exchanges: the data types A to E of DIN 91379:2022-08 (schema
// namespace urn:xoev-de:kosit:xoev:datentyp:din-91379_2022-08), those of its
// forerunner DIN SPEC 91379:2019-03 and String.Latin 1.1.
//
//	if problem, ok := latin.A.Check(name); !ok {
//		return fmt.Errorf("family name: %v", problem) // place and reason, no text
//	}
//
// A text consists of units, which are letters, other characters, and sequences
// of a letter and combining marks. A letter with a mark is valid only if the norm
// lists the two together, composed or as a sequence. Texts are judged as they
// are: what came decomposed ("é" as two code points) is refused with [ReasonNFC].
// Every type accepts the empty text.
//
//   - [Type.Valid], [Type.Check], [Type.CheckAll]: a whole text
//   - [Checker]: a text in pieces, as it streams in
//   - [Type.Repair]: repairs on request, each change reported
//   - [SearchForm], [Transliterate], [MRZ]: names in basic letters
//   - [Problem.Finding], [Rules]: problems as findings
//
// # Not supported
//
// Transliteration back to other scripts, and that of letters that the norm does
// not have (Russian "ы", Arabic). The national choices that ICAO Doc 9303 leaves
// open are those of German documents. How many characters a field takes is a
// matter of its schema.
//
// # What can fail
//
// Nothing returns an error. Problems and changes hold parts of the text; they
// leave them out when printed or logged.
//
// # Speed
//
// Check, Valid and Checker read tables, use no regular expressions and do not
// allocate while the text is valid. Best turns on one core of an AMD EPYC:
//
//	                 this package   schema's pattern in Go's regexp   times
//	names, A         785 MB/s       3.7 MB/s                            211
//	addresses, B     875 MB/s       4.0 MB/s                            218
//	10 KB of text, C 959 MB/s       0.3 MB/s                           2921
//
//	go test -run '^$' -bench TimesPattern ./xoev/latin
//
// # Concurrency
//
// Functions and methods may be called by many goroutines at once, except those
// of [Checker], which belongs to one.
//
// # Lists
//
// The characters and sequences, their search forms and the deprecated ones come
// from "DIN-91379-Characters-and-Sequences" by the String-Latin project
// (https://github.com/String-Latin/DIN-91379-Characters-and-Sequences), lists
// 1.3, licensed under CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)
// and rearranged here as tables. Which data type has which entry was computed
// from the patterns of the XÖV-Bibliothek; a test compares both with the tables.
package latin
