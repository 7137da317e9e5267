package rule

import "strings"

// Expr is a condition or an operand.
type Expr interface {
	// String writes the expression as text for reports: it is meant to be
	// read, not to be parsed.
	String() string

	walk(visit func(Reference))
	check(c *checker) Kind
}

// Condition is true or false. Conditions are made by the functions of this
// package, never change, and are safe for concurrent use.
type Condition interface {
	Expr
	holds(s Scope) bool
	present(s Scope) bool
}

// Operand is a [Value], possibly a missing one. Operands are made by the
// functions of this package, never change, and are safe for concurrent use.
type Operand interface {
	Expr
	value(s Scope) Value
}

// Scope gives the answers that a rule is evaluated on, seen from one place: in
// an entry of a repeated group the paths inside the group mean that entry.
// Package forms implements it.
type Scope interface {
	// Value is the answer to a field; missing if the field is hidden, not
	// answered, or answered with something that is no value of its type.
	Value(path string) Value
	// Answered reports whether a field, or any field in a group, is shown and
	// answered.
	Answered(path string) bool
	// Entries are the entries of a repeated group, each as a scope of its own.
	Entries(group string) []Scope
	// Values are the answers to a field in all entries of the repeated group
	// that it is in; a group is counted by its entries or answered fields.
	Values(path string) []Value
	// Count is what [Count] says.
	Count(path string) int
	// Today is the day that it is in Germany, ISO 8601.
	Today() string
}

// Holds evaluates a condition. A nil condition holds.
func Holds(c Condition, s Scope) bool { return c == nil || c.holds(s) }

// Present reports whether no operand that the condition compares is missing,
// so that it can be judged. Conditions about presence itself ([Answered],
// [Empty]) and counts are always present; [Any] and [All] are if their
// condition is in every entry.
func Present(c Condition, s Scope) bool { return c == nil || c.present(s) }

// Evaluate evaluates an operand. A nil operand is missing.
func Evaluate(o Operand, s Scope) Value {
	if o == nil {
		return Value{}
	}
	return o.value(s)
}

// Paths returns the paths of the fields and groups that the expression reads,
// each once, in the order of the text.
func Paths(e Expr) []string {
	var paths []string
	seen := map[string]bool{}
	for _, r := range References(e) {
		if !seen[r.Path] {
			seen[r.Path] = true
			paths = append(paths, r.Path)
		}
	}
	return paths
}

// Reference is a path that an expression reads.
type Reference struct {
	Path string
	// Entries is set if only the number of entries matters where the path is
	// that of a repeated group, not what is in them.
	Entries bool
}

// References returns what the expression reads, in the order of the text.
func References(e Expr) []Reference {
	var list []Reference
	walk(e, func(r Reference) { list = append(list, r) })
	return list
}

// Field is the answer to a field, by its definition path
// ("fahrzeug.halter"). Inside a repeated group it means the field of the same
// entry.
func Field(path string) Operand { return field{path} }

// Today is the day that it is in Germany when the rule is evaluated.
func Today() Operand { return today{} }

// Equal holds if both are present and equal. A multiple choice equals each
// text that is chosen.
func Equal(a, b Operand) Condition { return compare{"=", a, b} }

// NotEqual holds if both are present and not [Equal].
func NotEqual(a, b Operand) Condition { return compare{"≠", a, b} }

// Less holds if both are present and a is the smaller number, earlier day or
// earlier time.
func Less(a, b Operand) Condition { return compare{"<", a, b} }

// LessOrEqual is [Less] or [Equal].
func LessOrEqual(a, b Operand) Condition { return compare{"≤", a, b} }

// Greater is [Less] with the sides exchanged.
func Greater(a, b Operand) Condition { return compare{">", a, b} }

// GreaterOrEqual is [Greater] or [Equal].
func GreaterOrEqual(a, b Operand) Condition { return compare{"≥", a, b} }

// In holds if the operand is present and one of the values, or, for a multiple
// choice, if one of the values is chosen.
func In(a Operand, values ...string) Condition {
	return in{a, append([]string(nil), values...)}
}

// NotIn holds if the operand is present and none of the values is, or, for a
// multiple choice, is chosen.
func NotIn(a Operand, values ...string) Condition {
	return notIn{in{a, append([]string(nil), values...)}}
}

// Answered holds if the field, or any field of the group, is shown and
// answered. A box that was left unticked is no answer here.
func Answered(path string) Condition { return answered{path} }

// Empty is the opposite of [Answered].
func Empty(path string) Condition { return not{answered{path}} }

// And holds if all hold; without any it holds.
func And(cs ...Condition) Condition { return junction{"und", true, clone(cs)} }

// Or holds if one holds; without any it does not.
func Or(cs ...Condition) Condition { return junction{"oder", false, clone(cs)} }

// Not is the opposite. Mind that a comparison with a missing operand is false,
// so that its opposite is true.
func Not(c Condition) Condition { return not{c} }

// Always holds.
func Always() Condition { return constant(true) }

// Never does not hold.
func Never() Condition { return constant(false) }

// Any holds if the condition does in at least one entry of the repeated group.
func Any(group string, c Condition) Condition { return quantified{group, c, false} }

// All holds if the condition does in every entry of the repeated group; it
// does if there is none.
func All(group string, c Condition) Condition { return quantified{group, c, true} }

// Count counts the entries of a repeated group, the chosen options of a
// multiple choice, the answered fields of any other group. For another field
// it is 1 if it is answered and 0 if not; in a repeated group that the rule is
// not in itself, the number of entries where it is answered. A count is never
// missing.
func Count(path string) Operand { return count{path} }

// CountIf counts the entries of a repeated group in which the condition holds.
func CountIf(group string, c Condition) Operand { return countIf{group, c} }

// Sum adds up the answers to a field in all entries of its innermost repeated
// group, and of outer ones that the rule is not in itself. What is missing
// counts as nothing; the sum of nothing is 0.
func Sum(path string) Operand { return sum{path} }

// Add is a + b.
func Add(a, b Operand) Operand { return arithmetic{"+", a, b} }

// Subtract is a - b.
func Subtract(a, b Operand) Operand { return arithmetic{"-", a, b} }

// Multiply is a · b, exactly.
func Multiply(a, b Operand) Operand { return arithmetic{"·", a, b} }

// AddDays is the day that many days later, or earlier for a negative number.
func AddDays(date Operand, n int) Operand { return shift{date, n, unitDays} }

// AddMonths is the same day that many months later. If that month lacks the
// day, it is the month's last one (BGB § 188(3)).
func AddMonths(date Operand, n int) Operand { return shift{date, n, unitMonths} }

// AddYears is [AddMonths] with twelve times as many.
func AddYears(date Operand, n int) Operand { return shift{date, n, unitYears} }

// YearsBetween counts the full years from a to b, the age of someone born on
// day a on day b. It is negative if b is earlier. Someone born on 29 February
// is a year older on 1 March of other years (BGB §§ 187(2), 188(2)).
func YearsBetween(a, b Operand) Operand { return between{a, b, unitYears} }

// DaysBetween counts the days from a to b; it is negative if b is earlier.
func DaysBetween(a, b Operand) Operand { return between{a, b, unitDays} }

func clone(cs []Condition) []Condition { return append([]Condition(nil), cs...) }

type (
	field    struct{ path string }
	today    struct{}
	answered struct{ path string }
	count    struct{ path string }
	sum      struct{ path string }
	not      struct{ c Condition }
	constant bool

	compare struct {
		op   string
		a, b Operand
	}
	in struct {
		a      Operand
		values []string
	}
	notIn    struct{ in }
	junction struct {
		word string
		all  bool
		cs   []Condition
	}
	quantified struct {
		group string
		c     Condition
		all   bool
	}
	countIf struct {
		group string
		c     Condition
	}
	arithmetic struct {
		op   string
		a, b Operand
	}
	shift struct {
		a    Operand
		n    int
		unit string
	}
	between struct {
		a, b Operand
		unit string
	}
)

// Words for String.
const (
	unitDays   = "Tage"
	unitMonths = "Monate"
	unitYears  = "Jahre"
)

// joined writes the parts with a word between them.
func joined(parts []string, word string) string { return strings.Join(parts, " "+word+" ") }
