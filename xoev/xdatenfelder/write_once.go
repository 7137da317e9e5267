package xdatenfelder

import (
	"math"
	"slices"
	"strconv"
)

// visit looks at an element, whose start tag has been written. When checking, it
// does so once for each pointer, however often that stands in the message: the
// number of elements and the depth are added up from what is known then.
func visit[T any](e *encoder, v *T, write func(), known func() (any, bool)) {
	if !e.checking {
		write()
		return
	}
	if slices.Contains(e.open, any(v)) {
		e.refuse(ruleCycle, "", nil)
		return
	}
	m, seen := e.memo[v]
	if !seen {
		m = e.measure(v, write)
		e.memo[v] = m
		canonical, same := known()
		if !same {
			e.refuse(ruleDiffers, "", nil)
		}
		m.canonical = canonical
	}
	e.deepest = max(e.deepest, len(e.stack)+m.height)
	if e.elements > math.MaxInt-m.elements {
		e.elements = math.MaxInt
	} else {
		e.elements += m.elements
	}
	if e.elements > e.opts.MaxElements && !e.tooMany {
		e.tooMany = true
		e.refuse(ruleLimit, "", map[string]string{"elements": strconv.Itoa(e.opts.MaxElements)})
	}
	if len(e.stack)+m.height > maxDepth && !e.tooDeep {
		e.tooDeep = true
		e.refuse(ruleLimit, "", map[string]string{"depth": strconv.Itoa(maxDepth)})
	}
}

// measure goes through an element for the first time.
func (e *encoder) measure(v any, write func()) *measured {
	elements, deepest := e.elements, e.deepest
	e.elements, e.deepest = 0, len(e.stack)
	e.open = append(e.open, v)
	if len(e.stack) <= maxDepth {
		write()
	}
	e.open = e.open[:len(e.open)-1]
	m := &measured{elements: 1, height: e.deepest - len(e.stack)}
	if e.elements < math.MaxInt {
		m.elements += e.elements
	} else {
		m.elements = math.MaxInt
	}
	e.elements, e.deepest = elements, deepest
	return m
}

// first returns the element that stands for all of the same id and version, and
// whether they are the same. The parts of v are such elements already.
func first[T any](list map[Identifikation]*T, id Identifikation, v *T, equal func(a, b *T) bool) (any, bool) {
	earlier, ok := list[id]
	if !ok || id.ID == "" {
		list[id] = v
		return v, true
	}
	return earlier, equal(earlier, v)
}

func canonical1[T any](e *encoder, v *T) *T {
	if v == nil {
		return nil
	}
	if m, ok := e.memo[v]; ok {
		if c, ok := m.canonical.(*T); ok {
			return c
		}
	}
	return v
}

func canonicals[T any](e *encoder, list []*T) []*T {
	out := make([]*T, len(list))
	for i, v := range list {
		out[i] = canonical1(e, v)
	}
	return out
}

func specOf(v Version, xdf2, xdf3 *codeSpec) *codeSpec {
	if v == XDF3 {
		return xdf3
	}
	return xdf2
}
