package datenschema

import (
	"strconv"

	"github.com/bausteine/egov/xoev/finding"
)

// Report is the judgement of a document. A nil error alone never means that
// the document is valid: Verdict says so.
type Report struct {
	Verdict  finding.Verdict
	Findings []finding.Finding // at most 100
}

// CheckOptions are limits of [Schema.CheckXML] and [Schema.CheckJSON]. A limit
// that is zero or negative means its default.
type CheckOptions struct {
	MaxBytes int64 // of the document; default 64 MiB
	MaxFile  int   // bytes of the text of one file; default 48 MiB. All other texts have 1 MiB.
}

const (
	defaultBytes = 64 << 20
	defaultFile  = 48 << 20
	maxText      = 1 << 20
	maxReported  = 100
)

func (o *CheckOptions) limits() (bytes int64, file int) {
	bytes, file = defaultBytes, defaultFile
	if o != nil && o.MaxBytes > 0 {
		bytes = o.MaxBytes
	}
	if o != nil && o.MaxFile > 0 {
		file = o.MaxFile
	}
	return bytes, file
}

// frame is an element that is open, or an object.
type frame struct {
	*node
	path   string
	line   int
	column int
	at     int   // place in the group that is being filled
	counts []int // of each place
	total  int   // children, unknown ones too
}

// checker holds what the checks of XML and JSON have in common.
type checker struct {
	findings []finding.Finding
	stack    []frame
	maxFile  int
}

// max is how long the text of a field may be.
func (c *checker) max(t *fieldType) int {
	if t.kind == kindFile {
		return c.maxFile
	}
	return maxText
}

func (c *checker) find(r finding.Rule, path string, line, column int, params map[string]string) {
	if len(c.findings) < maxReported {
		c.findings = append(c.findings, r.At(path, line, column, params))
	}
}

func (c *checker) push(n *node, path string, line, column int) {
	c.stack = append(c.stack, frame{node: n, path: path, line: line, column: column, counts: make([]int, len(n.parts))})
}

func (c *checker) top() *frame { return &c.stack[len(c.stack)-1] }

// pop closes a group and finds what is missing in it.
func (c *checker) pop() {
	f := c.top()
	used := 0
	for i, p := range f.parts {
		if f.counts[i] > 0 {
			used++
		}
		if f.counts[i] < p.min && (!f.choice || f.counts[i] > 0) {
			c.find(ruleMissing, f.path+"/"+p.name, f.line, f.column, limit("min", p.min))
		}
	}
	if f.choice && used == 0 && len(f.parts) > 0 {
		c.find(ruleNoChoice, f.path, f.line, f.column, nil)
	}
	c.stack = c.stack[:len(c.stack)-1]
}

// child finds the place of a child and counts it. With order the child must
// not stand behind later ones, as in XML.
func (c *checker) child(name string, line, column int, order bool) (p *part, path string) {
	f := c.top()
	i := f.find(name)
	if i < 0 {
		c.find(ruleUnknown, f.path, line, column, nil)
		return nil, ""
	}
	f.counts[i]++
	path = f.path + "/" + name
	if f.counts[i] > 1 {
		path += "[" + strconv.Itoa(f.counts[i]) + "]"
	}
	p = &f.parts[i]
	switch {
	case p.max >= 0 && f.counts[i] > p.max:
		c.find(ruleTooMany, path, line, column, limit("max", p.max))
	case f.choice && f.total > 0 && f.counts[i] != f.total+1:
		c.find(ruleChoice, path, line, column, nil)
	case !f.choice && order && i < f.at:
		c.find(ruleOrder, path, line, column, nil)
	}
	f.total++
	f.at = max(f.at, i)
	return p, path
}

func (c *checker) report() *Report {
	return &Report{Verdict: finding.Judge(c.findings), Findings: c.findings}
}
