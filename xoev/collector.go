package xoev

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// Limits of reading a header. Real headers have two to five kilobytes.
const (
	defaultHeaderBytes    = 256 << 10
	defaultExtensionBytes = 64 << 10
	defaultExtensions     = 64
	maxFindings           = 100 // of each severity
)

type state uint8

const (
	beforeRoot state = iota
	beforeHeader
	inHeader
	behindHeader // addresses may follow
	done
)

// Collector reads the envelope from the tokens of a scanner that someone else
// drives, so that one pass over a message serves several consumers (it is an
// [xmlscan.Consumer]). It is used for one message and by one goroutine.
//
//	c := xoev.NewCollector(nil)
//	if err := xmlscan.Run(s, c, digest); err != nil {
//		return err
//	}
//	envelope, err := c.Envelope()
type Collector struct {
	o        ReadOptions
	state    state
	env      *Envelope
	at       cursor
	form     *form
	standard *Standard // what the table says of the root's namespace
	spaces   headerSpaces
	stack    []frame
	text     []byte
	skip     int // depth of a rejected subtree
	findings []finding.Finding
	errors   int  // how many of findings are errors
	fatal    bool // a limit: no further findings make sense

	rootPos   xmlscan.Position
	uniform   bool     // the root has all mandatory attributes
	missing   []string // or these are missing
	behind    int      // how many declarations behind the header are through
	stray     bool     // there is text in the root, before what comes next
	contentAt int64    // offset of the first byte behind what belongs to the header
	ext       extensionWriter
	extCount  int
	extTarget *[]Extension
}

// frame is an open header element.
type frame struct {
	el       *element
	pos      xmlscan.Position
	index    int // among equals, 1-based; 0 where only one may stand
	last     int // position of the last declared child
	counts   [maxChildren]uint16
	children uint16
	extended bool
	mixed    bool
}

// NewCollector returns a collector. o may be nil.
func NewCollector(o *ReadOptions) *Collector {
	c := &Collector{stack: make([]frame, 0, 6), text: make([]byte, 0, 64), env: new(Envelope)}
	c.at.env = c.env
	if o != nil {
		c.o = *o
	}
	setDefault(&c.o.MaxHeaderBytes, defaultHeaderBytes)
	setDefault(&c.o.MaxExtensionBytes, defaultExtensionBytes)
	setDefault(&c.o.MaxExtensions, defaultExtensions)
	return c
}

func setDefault(limit *int, value int) {
	if *limit <= 0 {
		*limit = value
	}
}

// Done reports that the header has ended, or that the message turned out to
// have none that is known: further tokens change nothing.
func (c *Collector) Done() bool { return c.state == done }

// Token takes the scanner's current token. It returns [xmlscan.ErrDone] after
// the token that ended the header, else nil; what is wrong with the header
// comes out of [Collector.Envelope].
func (c *Collector) Token(s *xmlscan.Scanner) error {
	if c.state != done {
		c.token(s)
	}
	if c.state == done {
		return xmlscan.ErrDone
	}
	return nil
}

func (c *Collector) token(s *xmlscan.Scanner) {
	if s.Pos().Offset-c.rootPos.Offset > int64(c.o.MaxHeaderBytes) {
		if c.complete() {
			c.finish()
			return
		}
		c.limit(s.Pos(), "bytes", c.o.MaxHeaderBytes)
		return
	}
	switch s.Kind() {
	case xmlscan.StartElement:
		c.start(s)
	case xmlscan.EndElement:
		c.end(s)
	case xmlscan.Text:
		c.chars(s)
	}
}

// complete reports that the header has ended and nothing must follow, though
// something of it might: all addresses are through and must not come again, or
// the namespace is not in the table.
func (c *Collector) complete() bool {
	return c.state == behindHeader && len(c.stack) == 0 && c.skip == 0 && (c.form == formUnqualified || c.behind == len(c.form.after))
}

// Envelope returns what was collected. The error is a *finding.InvalidError
// if the header is broken or has not ended yet; the envelope is then nil. Every
// call returns the same envelope.
func (c *Collector) Envelope() (*Envelope, error) {
	if c.complete() {
		c.finish()
	}
	findings := c.findings
	if c.state != done {
		missing := elKopf
		if c.form != nil {
			missing = c.form.kopf
		}
		errors := c.errors
		c.report(ruleMissing, c.rootPos, map[string]string{"element": missing.local})
		findings, c.findings, c.errors = c.findings, slices.Clip(findings), errors // it may still come
	}
	if finding.Judge(findings) != finding.Accepted {
		return nil, &finding.InvalidError{Findings: findings}
	}
	c.env.Findings = c.findings
	return c.env, nil
}

func (c *Collector) start(s *xmlscan.Scanner) {
	switch {
	case c.ext.depth > 0:
		c.extension(s, c.ext.start)
	case c.skip > 0:
		c.skip++
	case c.state == beforeRoot:
		c.root(s)
	case c.state == beforeHeader:
		c.header(s)
	case len(c.stack) == 0:
		c.sibling(s)
	default:
		c.child(s)
	}
}

func (c *Collector) end(s *xmlscan.Scanner) {
	switch {
	case c.ext.depth > 0:
		c.extension(s, c.ext.end)
	case c.skip > 0:
		c.skip--
	case c.state == beforeHeader: // the root has no child
		c.unknown(s.Pos())
	case len(c.stack) == 0: // the root ends behind the header
		c.finish()
	default:
		c.close(s)
	}
}

func (c *Collector) chars(s *xmlscan.Scanner) {
	switch {
	case c.ext.depth > 0:
		c.extension(s, c.ext.chars)
	case c.skip > 0:
	case len(c.stack) == 0:
		c.stray = c.stray || !blankBytes(s.Text())
	case c.top().el.kind == kindText:
		c.text = append(c.text, s.Text()...)
	case !c.top().mixed && !blankBytes(s.Text()):
		c.top().mixed = true
		c.report(ruleText, c.top().pos, nil)
	}
}

func (c *Collector) top() *frame { return &c.stack[len(c.stack)-1] }

// header decides by the first child of the root which family this is.
func (c *Collector) header(s *xmlscan.Scanner) {
	c.standard = c.o.Standards.find(c.env.Root.Space)
	form, fit := formFor(s, c.env.Root, c.standard, c.uniform)
	switch fit {
	case fitUnknown:
		c.unknown(s.Pos())
		return
	case fitForeign:
		c.report(ruleNamespace, s.Pos(), map[string]string{"element": s.Name().Local})
		c.state = done
		return
	}
	c.form = form
	c.spaces = form.spaces(c.env.Root.Space)
	c.env.Family, c.env.FamilyVersion = form.family, form.version
	if form.version == "" && c.standard != nil && c.standard.Family == form.family {
		c.env.FamilyVersion = c.standard.FamilyVersion
	}
	c.rootAttributes()
	c.state = inHeader
	c.strayText()
	c.push(form.kopf, s, 0)
}

// strayText reports text in the root, before the header or inside what belongs to it.
func (c *Collector) strayText() {
	if c.stray {
		c.report(ruleText, c.rootPos, nil)
	}
	c.stray = false
}

func (c *Collector) unknown(pos xmlscan.Position) {
	if c.standard != nil && c.env.Standard == "" {
		c.env.Standard, c.env.Version = c.standard.Name, c.standard.Version
	}
	c.report(ruleFamily, pos, nil)
	c.state = done
}

// child handles a start tag inside the header.
func (c *Collector) child(s *xmlscan.Scanner) {
	f, name := c.top(), s.Name()
	i, el := f.el.child(name.Local)
	f.children = count(f.children)
	switch {
	case el == nil:
		c.foreign(s)
		return
	case name.Space != c.spaces[el.role]:
		f.counts[i] = count(f.counts[i]) // one fault, one finding: it is not missing as well
		c.reportAt(ruleNamespace, name.Local, s.Pos(), map[string]string{"namespace": c.spaces[el.role]})
		c.skip = 1
		return
	}
	f.counts[i] = count(f.counts[i])
	switch {
	case el.max > 0 && int(f.counts[i]) > el.max, f.el.kind == kindChoice && f.children > 1:
		c.reportAt(ruleRepeated, name.Local, s.Pos(), map[string]string{"max": strconv.Itoa(max(el.max, 1))})
		c.skip = 1
		return
	case (i < f.last || f.extended) && !f.el.open:
		c.reportAt(ruleMisplaced, name.Local, s.Pos(), nil)
	}
	f.last = max(f.last, i)
	if el.kind == kindOpaque {
		c.keep(s)
		return
	}
	index := 0
	if el.max != 1 {
		index = int(f.counts[i])
	}
	c.push(el, s, index)
}

// count adds one; a flood of elements ends at the largest number.
func count(n uint16) uint16 {
	if n < math.MaxUint16 {
		n++
	}
	return n
}

// foreign handles a start tag that the schema does not declare here.
func (c *Collector) foreign(s *xmlscan.Scanner) {
	f, name := c.top(), s.Name()
	switch {
	case !f.el.extensible && !f.el.open:
		c.reportAt(ruleUnexpected, name.Local, s.Pos(), nil)
		c.skip = 1
	case isBasisnachricht(name.Space),
		c.form.kopf.role == roleG2G && name.Space == c.spaces[roleG2G] && distinctive(name.Local):
		c.reportAt(ruleMisplaced, name.Local, s.Pos(), nil)
		c.skip = 1
	case f.el.kind == kindChoice && f.children > 1:
		c.reportAt(ruleRepeated, name.Local, s.Pos(), map[string]string{"max": "1"})
		c.skip = 1
	default:
		f.extended = true
		if f.el.kind == kindChoice {
			c.at.behoerde.Art = art(name.Local)
		}
		c.keep(s)
	}
}

// sibling handles a start tag behind the header, in the root.
func (c *Collector) sibling(s *xmlscan.Scanner) {
	after, name := c.form.after, s.Name()
	if c.form == formUnqualified { // perhaps XInneres of a namespace that is not in the table
		after = x7Addresses
	}
	for i, el := range after {
		switch {
		case el.local != name.Local:
			continue
		case i < c.behind && name.Space == c.spaces[el.role]:
			c.passed(i, s)
			return
		case i < c.behind:
			continue
		case name.Space != c.spaces[el.role] && c.form == formUnqualified:
			continue
		case name.Space != c.spaces[el.role]:
			c.reportAt(ruleNamespace, name.Local, s.Pos(), map[string]string{"namespace": c.spaces[el.role]})
			c.state = done
			return
		}
		if c.form == formUnqualified {
			c.form, c.env.Family = formXInneresG2G, FamilyXInneresG2G
		}
		c.skipped(after[c.behind:i])
		c.behind = i + 1
		c.strayText()
		c.push(el, s, 0)
		return
	}
	c.finish()
}

// passed refuses what comes again behind the header, or too late.
func (c *Collector) passed(i int, s *xmlscan.Scanner) {
	el := c.form.after[i]
	if i == c.behind-1 {
		c.reportAt(ruleRepeated, el.local, s.Pos(), map[string]string{"max": strconv.Itoa(el.max)})
	} else {
		c.reportAt(ruleMisplaced, el.local, s.Pos(), nil)
	}
	c.state = done
}

// skipped reports what had to stand behind the header and does not.
func (c *Collector) skipped(after []*element) {
	for _, el := range after {
		if el.min > 0 {
			c.report(ruleMissing, c.rootPos, map[string]string{"element": el.local})
		}
	}
}

// extensions is where an element goes that has no field.
func (c *Collector) extensions() *[]Extension {
	for i := len(c.stack) - 1; i >= 0; i-- {
		if target := c.at.extensions(c.stack[i].el.id); target != nil {
			return target
		}
	}
	return &c.env.Extensions
}

// keep begins an element that is kept as it is.
func (c *Collector) keep(s *xmlscan.Scanner) {
	c.extCount++
	if c.extCount > c.o.MaxExtensions {
		c.limit(s.Pos(), "extensions", c.o.MaxExtensions)
		return
	}
	c.extTarget = c.extensions()
	c.ext.begin(s, c.o.MaxExtensionBytes-c.ext.total)
}

// extension passes a token on to the element that is being kept.
func (c *Collector) extension(s *xmlscan.Scanner, take func(*xmlscan.Scanner) bool) {
	if !take(s) {
		c.limit(s.Pos(), "extensionBytes", c.o.MaxExtensionBytes)
		return
	}
	if c.ext.depth == 0 {
		*c.extTarget = append(*c.extTarget, c.ext.finish())
		if c.ext.total > c.o.MaxExtensionBytes {
			c.limit(s.Pos(), "extensionBytes", c.o.MaxExtensionBytes)
		}
	}
}

func (c *Collector) limit(pos xmlscan.Position, what string, limit int) {
	if !c.fatal {
		c.report(ruleLimit, pos, map[string]string{what: strconv.Itoa(limit)})
	}
	c.fatal = true
	c.state = done
}

// report adds a finding at the element that is open.
func (c *Collector) report(r finding.Rule, pos xmlscan.Position, params map[string]string) {
	c.reportAt(r, "", pos, params)
}

// reportAt adds a finding at a child of the element that is open.
func (c *Collector) reportAt(r finding.Rule, child string, pos xmlscan.Position, params map[string]string) {
	// Errors and warnings are bounded each on their own: a flood of warnings
	// must not hide the error that rejects the message.
	kept := len(c.findings) - c.errors
	if r.Severity == finding.Error {
		kept = c.errors
	}
	if kept >= maxFindings {
		return
	}
	if r.Severity == finding.Error {
		c.errors++
	}
	f := r.At(c.path(child), pos.Line, pos.Column, params)
	if rest, ok := strings.CutPrefix(r.Source, srcKopf); ok && c.form != nil {
		f.Source = c.form.source + rest // the catalogue names all headers
	}
	c.findings = append(c.findings, f)
}

func (c *Collector) path(child string) string {
	path := ""
	if c.env.Root.Local != "" {
		path = "/" + c.env.Root.Local
	}
	for _, f := range c.stack {
		path += "/" + f.el.local
		if f.index > 0 {
			path += "[" + strconv.Itoa(f.index) + "]"
		}
	}
	if child != "" {
		path += "/" + child
	}
	return path
}
