// Package kassenzeichen makes and checks booking references of authorities
// (Kassenzeichen), and finds them in what payers write.
//
//	format, err := kassenzeichen.Compile("42.####.####.##?", kassenzeichen.Luhn())
//	kz, err := format.Make(6)                                            // 4200000000069
//	hits := kassenzeichen.Find([]string{"KZ 42.0000.00", "00.069 Hund"}, format) // 4200000000069
//
// There is no national form: each authority has its own pattern and its own
// check digits, or none. A pattern holds digits and capital letters that stand
// for themselves, # for a digit, @ for a letter, * for both, ? for a check
// character, and separators (blank . - /) that are only shown.
//
//	scheme              check characters     catches                                  source
//	None                none                 nothing                                  –
//	Luhn                0-9                  single digits, most neighbours swapped   ISO/IEC 7812-1, annex B
//	Mod10(weights...)   0-9                  depends on the weights                   sum of products, modulus 10
//	Mod11(ten, weights...)  0-9, X if wanted single digits, neighbours swapped        sum of products, modulus 11
//	ISO7064Mod11x10     0-9                  single digits, most neighbours swapped   ISO/IEC 7064, hybrid MOD 11,10
//	ISO7064Mod11x2      0-9, X               single digits, neighbours swapped        ISO/IEC 7064, pure MOD 11-2
//	ISO7064Mod37x2      0-9, A-Z, *          the same, of letters too                 ISO/IEC 7064, pure MOD 37-2
//	ISO7064Mod97x10     02-98, two digits    the same, and most other slips           ISO/IEC 7064, pure MOD 97-10
//	Custom              the caller's         –                                        –
//
// Of the products' own schemes only those are here whose rule is published. The
// one that a widespread product calls "Flensburg" and the Prüfziffer of the
// federal HKR procedure are not public and therefore not here: see [Custom].
//
// # Errors and concurrency
//
// What does not fit a pattern is a *finding.InvalidError (codes of [Rules]). A
// [Format] does not change and is safe for concurrent use.
package kassenzeichen
