package pattern

import (
	"slices"
	"unicode"
)

// runes are ranges of characters, ordered and apart from each other.
type runes [][2]rune

// set computes the characters of the class.
func (c *class) set() runes {
	var all runes
	for _, it := range c.items {
		all = append(all, it.set()...)
	}
	all = all.normal()
	if c.negated {
		all = all.complement()
	}
	if c.subtract != nil {
		all = append(all.complement(), c.subtract.set()...).normal().complement()
	}
	return all
}

func (it item) set() runes {
	switch it.escape {
	case 0:
		return runes{{it.low, it.high}}
	case 's':
		return runes{{'\t', '\n'}, {'\r', '\r'}, {' ', ' '}}
	case 'd':
		return category("Nd")
	case 'w':
		return slices.Concat(category("L"), category("M"), category("N"), category("S")).normal()
	case 'p':
		return category(it.category)
	case 'P':
		return category(it.category).complement()
	}
	return item{escape: unicode.ToLower(it.escape)}.set().complement()
}

func category(name string) runes {
	t := unicode.Categories[name]
	var list runes
	add := func(low, high, stride rune) {
		if stride == 1 {
			list = append(list, [2]rune{low, high})
			return
		}
		for r := low; r <= high; r += stride {
			list = append(list, [2]rune{r, r})
		}
	}
	for _, r := range t.R16 {
		add(rune(r.Lo), rune(r.Hi), rune(r.Stride))
	}
	for _, r := range t.R32 {
		add(rune(r.Lo), rune(r.Hi), rune(r.Stride))
	}
	return list.normal()
}

func (list runes) normal() runes {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b [2]rune) int { return int(a[0] - b[0]) })
	var out runes
	for _, r := range list {
		if n := len(out); n > 0 && r[0] <= out[n-1][1]+1 {
			out[n-1][1] = max(out[n-1][1], r[1])
			continue
		}
		out = append(out, r)
	}
	return out
}

func (list runes) complement() runes {
	var out runes
	next := rune(0)
	for _, r := range list {
		if r[0] > next {
			out = append(out, [2]rune{next, r[0] - 1})
		}
		next = r[1] + 1
	}
	if next <= unicode.MaxRune {
		out = append(out, [2]rune{next, unicode.MaxRune})
	}
	return out
}
