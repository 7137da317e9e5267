// Package rule holds the rules of a form as typed values: when a field is
// shown, required or forbidden, how it is computed, what must hold.
//
//	rule.Equal(rule.Field("fahrzeug.halter"), rule.Text("02"))
//	rule.Less(rule.YearsBetween(rule.Field("person.geburt"), rule.Today()), rule.Number("18"))
//	rule.Any("kinder.kind", rule.Answered("kinder.kind.schule"))
//
// Rules are made by functions, never change, and are no text that could be
// parsed: package forms checks them when it compiles a form and evaluates them
// through [Scope]. Paths are definition paths, without entry numbers; inside a
// repeated group they mean the same entry.
//
// # Missing operands
//
// An operand is missing if its field is hidden, not answered, or answered with
// something that is no value of its type.
//
//   - A comparison with a missing operand is false, [NotEqual] too; so is [In].
//   - [Not] is plain negation: Not(Equal(a, b)) holds if a is missing.
//   - Arithmetic and dates with a missing operand are missing, and so is a
//     number of more than some 120 digits.
//   - [Count], [CountIf] and [Sum] are never missing: they skip what is.
//   - [Any] of no entries is false, [All] is true.
//
// # Kinds
//
// [Equal] and [NotEqual] compare text, numbers, days, times (with or without
// seconds) and yes or no with their like; the order of text means nothing, so
// [Less] and its kin take numbers, days and times. Numbers are exact decimals. A
// multiple choice equals each text that is chosen. [Check] reports everything
// else when the form is compiled.
//
// The package is a leaf: it imports the standard library and xoev/finding.
package rule
