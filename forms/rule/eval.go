package rule

import "time"

func (v Value) value(Scope) Value   { return v }
func (f field) value(s Scope) Value { return s.Value(f.path) }
func (today) value(s Scope) Value   { return Date(s.Today()) }
func (c count) value(s Scope) Value { return wholeNumber(s.Count(c.path)) }

func (c countIf) value(s Scope) Value {
	n := 0
	for _, entry := range s.Entries(c.group) {
		if Holds(c.c, entry) {
			n++
		}
	}
	return wholeNumber(n)
}

func (u sum) value(s Scope) Value {
	total := Number("0").num
	for _, v := range s.Values(u.path) {
		if v.kind == KindNumber {
			total = total.calculate("+", v.num)
		}
	}
	return number(total)
}

func (a arithmetic) value(s Scope) Value {
	x, y := Evaluate(a.a, s), Evaluate(a.b, s)
	if x.kind != KindNumber || y.kind != KindNumber {
		return Value{}
	}
	return number(x.num.calculate(a.op, y.num))
}

// Dates outside these years do not come out of rules.
const minYear, maxYear = 1, 9999

func (h shift) value(s Scope) Value {
	v := Evaluate(h.a, s)
	const most = (maxYear - minYear) * 366
	if v.kind != KindDate || h.n > most || h.n < -most {
		return Value{}
	}
	t := v.time()
	switch h.unit {
	case unitDays:
		t = t.AddDate(0, 0, h.n)
	case unitMonths:
		t = addMonths(t, h.n)
	default:
		t = addMonths(t, 12*h.n)
	}
	if t.Year() < minYear || t.Year() > maxYear {
		return Value{}
	}
	return dateOf(t)
}

// addMonths keeps the day, or takes the month's last one.
func addMonths(t time.Time, n int) time.Time {
	first := time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC).AddDate(0, n, 0)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(t.Day(), last)-1)
}

func (b between) value(s Scope) Value {
	from, to := Evaluate(b.a, s), Evaluate(b.b, s)
	if from.kind != KindDate || to.kind != KindDate {
		return Value{}
	}
	if b.unit == unitDays {
		return wholeNumber(to.day - from.day)
	}
	sign := 1
	if to.day < from.day {
		from, to, sign = to, from, -1
	}
	return wholeNumber(sign * (ordinal(to.time()) - ordinal(from.time())) / 10000)
}

// ordinal is the day as YYYYMMDD: the difference of two, divided by 10000, is
// the number of full years.
func ordinal(t time.Time) int { return t.Year()*10000 + int(t.Month())*100 + t.Day() }

func (c compare) holds(s Scope) bool {
	a, b := Evaluate(c.a, s), Evaluate(c.b, s)
	if a.kind == KindMissing || b.kind == KindMissing {
		return false
	}
	if a.kind == KindList || b.kind == KindList {
		return (c.op == "=" || c.op == "≠") && equalList(a, b) == (c.op == "=")
	}
	n, ok := a.Compare(b)
	if !ok {
		return false
	}
	switch c.op {
	case "=":
		return n == 0
	case "≠":
		return n != 0
	case "<":
		return n < 0
	case "≤":
		return n <= 0
	case ">":
		return n > 0
	}
	return n >= 0
}

// equalList compares where at least one side is a list: a text is equal if it
// is chosen, another list if the same is.
func equalList(a, b Value) bool {
	if a.kind == KindList && b.kind == KindList {
		for _, s := range a.list {
			if !b.is(s) {
				return false
			}
		}
		return len(a.list) == len(b.list)
	}
	if b.kind == KindList {
		a, b = b, a
	}
	return a.is(b.text)
}

func (c in) holds(s Scope) bool {
	v := Evaluate(c.a, s)
	for _, want := range c.values {
		if v.is(want) {
			return true
		}
	}
	return false
}

func (c notIn) holds(s Scope) bool {
	return !Evaluate(c.a, s).Missing() && !c.in.holds(s)
}

func (a answered) holds(s Scope) bool { return s.Answered(a.path) }
func (n not) holds(s Scope) bool      { return !Holds(n.c, s) }
func (c constant) holds(Scope) bool   { return bool(c) }

func (j junction) holds(s Scope) bool {
	for _, c := range j.cs {
		if Holds(c, s) != j.all {
			return !j.all
		}
	}
	return j.all
}

func (q quantified) holds(s Scope) bool {
	for _, entry := range s.Entries(q.group) {
		if Holds(q.c, entry) != q.all {
			return !q.all
		}
	}
	return q.all
}

func (c compare) present(s Scope) bool {
	return !Evaluate(c.a, s).Missing() && !Evaluate(c.b, s).Missing()
}
func (c in) present(s Scope) bool   { return !Evaluate(c.a, s).Missing() }
func (answered) present(Scope) bool { return true }
func (n not) present(s Scope) bool  { return Present(n.c, s) }
func (constant) present(Scope) bool { return true }

func (j junction) present(s Scope) bool {
	for _, c := range j.cs {
		if !Present(c, s) {
			return false
		}
	}
	return true
}

func (q quantified) present(s Scope) bool {
	for _, entry := range s.Entries(q.group) {
		if !Present(q.c, entry) {
			return false
		}
	}
	return true
}
