package forms

import "github.com/bausteine/egov/forms/rule"

// element is a step, group, field or note as the evaluation sees it.
type element struct {
	path        string
	at          string    // place for compile errors
	parent      *element  // nil for a step
	scope       *scopeDef // whose instances hold it
	inner       *scopeDef // of a repeated group: that of its entries
	slot        int       // index in the instances of its scope
	visible     []visibility
	computed    rule.Operand
	count       rule.Operand
	preset      Value // instead of an absent answer, where nobody can give one or entries come by themselves
	conditional bool  // it, or what it is in within its scope, has a condition
	field       *Field
	group       *Group
	step        *Step
	note        *Note
	children    []*element
}

// visibility is a condition for being shown, and the tag that it comes from.
type visibility struct {
	cond rule.Condition
	tag  string
}

// scopeDef is the form itself, or a repeated group: elements that occur
// together.
type scopeDef struct {
	index    int
	group    *element // nil for the form
	parent   *scopeDef
	repeated int // number of the group among those of the parent
	elements []*element
	groups   []*element // repeated ones among the elements
	template []slot
	depth    int
}

// node is something that the evaluation decides, after what it depends on.
type node struct {
	what nodeKind
	el   *element
}

type nodeKind uint8

const (
	nodeVisible nodeKind = iota // is it shown?
	nodeValue                   // the answer to a computed field
	nodeCount                   // the number of entries of a repeated group
)

// repeatedPaths are the paths of the repeated groups that an instance of the
// scope is in, outermost first.
func (d *scopeDef) repeatedPaths() []string {
	if d == nil || d.group == nil {
		return nil
	}
	return append(d.parent.repeatedPaths(), d.group.path)
}
