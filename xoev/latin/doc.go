// Package latin checks texts against the characters that German public
// administration exchanges: the data types A to E of DIN 91379:2022-08 (schema
// namespace urn:xoev-de:kosit:xoev:datentyp:din-91379_2022-08), those of its
// forerunner DIN SPEC 91379:2019-03 and String.Latin 1.1.
//
//	if problem, ok := latin.A.Check(name); !ok {
//		return fmt.Errorf("family name: %v", problem) // place and reason, no text
//	}
//
// # Lists
//
// The characters and sequences, their search forms and the deprecated ones come
// from "DIN-91379-Characters-and-Sequences" by the String-Latin project
// (https://github.com/String-Latin/DIN-91379-Characters-and-Sequences), lists
// 1.3, licensed under CC BY 4.0 and rearranged here as tables. Which data type
// has which entry was computed from the patterns of the XÖV-Bibliothek.
package latin
