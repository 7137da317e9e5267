package signature

import (
	"strings"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/signature/internal/c14n"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// maxNesting is the deepest element below Signature that is read; the profile
// itself needs five levels.
const maxNesting = 16

// element is an element of a signature, kept small and only as long as it is
// judged.
type element struct {
	name       xmlscan.Name
	attrs      []attribute
	children   []*element
	text       []byte
	pos        xmlscan.Position
	start, end int64 // offsets of the whole element in the input
	// subtracts is what an XPath element takes away, if it is one of the two
	// expressions that are known; see filterOf.
	subtracts filter
}

type attribute struct {
	name  xmlscan.Name
	value string
}

// path names the element for findings; parents are given by the caller.
func (e *element) path(parent string) string { return parent + "/" + e.name.Local }

// reader builds the tree of one Signature element out of tokens.
type reader struct {
	base  string // path of the parent of Signature
	limit int64  // bytes
	root  *element
	open  []*element
	scope []xmlscan.NSDecl
	// inherited are the xml: attributes of Signature's ancestors.
	inherited []c14n.XMLAttr
	broken    []finding.Finding
	tooLong   bool
	tooDeep   bool
	ignored   int // open elements of a signature that is too long
	// general passes over what stands in Object, which is data.
	general bool
	object  *element // the Object that is open
	below   int      // open elements in it
	passed  int64    // bytes of Objects
}

// path is the place of the innermost open element.
func (r *reader) path() string {
	var b strings.Builder
	b.WriteString(r.base)
	for _, e := range r.open {
		b.WriteByte('/')
		b.WriteString(e.name.Local)
	}
	return b.String()
}

func (r *reader) add(rule ruleID, pos xmlscan.Position, params map[string]string) {
	r.broken = append(r.broken, catalogue[rule].At(r.path(), pos.Line, pos.Column, params))
}

// token takes the current token; done is true after the end of Signature.
func (r *reader) token(s *xmlscan.Scanner) (done bool) {
	if r.object != nil && r.passOver(s) {
		return false
	}
	if r.root != nil && !r.tooLong && s.Pos().Offset+int64(len(s.Raw()))-r.root.start-r.passed > r.limit {
		r.tooLong = true
		r.add(ruleSignatureSize, r.root.pos, limit(int(r.limit)))
		for _, e := range r.open { // nobody will judge them
			e.children, e.text = nil, nil
		}
	}
	switch s.Kind() {
	case xmlscan.StartElement:
		if r.tooLong && r.root != nil {
			r.ignored++
			return false
		}
		r.start(s)
	case xmlscan.EndElement:
		if r.ignored > 0 {
			r.ignored--
			return false
		}
		return r.finish(s)
	case xmlscan.Text:
		if top := r.top(); top != nil && !r.tooLong {
			top.text = append(top.text, s.Text()...)
		}
	case xmlscan.Comment, xmlscan.ProcInst:
		if len(r.broken) == 0 {
			r.add(ruleComment, s.Pos(), nil)
		}
	}
	return false
}

// passOver takes a token of Object; false is for its end tag.
func (r *reader) passOver(s *xmlscan.Scanner) bool {
	switch s.Kind() {
	case xmlscan.StartElement:
		r.below++
	case xmlscan.EndElement:
		if r.below == 0 {
			r.passed += s.Pos().Offset - r.object.start
			r.object = nil
			return false
		}
		r.below--
	}
	return true
}

func (r *reader) top() *element {
	if len(r.open) == 0 {
		return nil
	}
	return r.open[len(r.open)-1]
}

func (r *reader) start(s *xmlscan.Scanner) {
	e := &element{name: s.Name(), pos: s.Pos()}
	e.start = e.pos.Offset
	if top := r.top(); top == nil {
		r.root = e
		if !r.tooLong {
			r.scope = s.InScope(nil)
		}
	} else if !r.tooLong && len(r.open) <= maxNesting {
		top.children = append(top.children, e)
	}
	if !r.tooLong {
		for _, a := range s.Attrs() {
			e.attrs = append(e.attrs, attribute{a.Name, string(a.Value)})
		}
	}
	r.open = append(r.open, e)
	if r.general && len(r.open) == 2 && e.name.Is(NS, "Object") && !r.tooLong {
		r.object = e
	}
	if len(r.open) == maxNesting+1 && !r.tooDeep {
		r.tooDeep = true
		r.add(ruleNesting, e.pos, limit(maxNesting))
	}
}

func (r *reader) finish(s *xmlscan.Scanner) bool {
	last := len(r.open) - 1
	e := r.open[last]
	e.end = s.Pos().Offset + int64(len(s.Raw()))
	if s.IsEmptyTag() {
		e.end = s.Pos().Offset
	}
	r.open = r.open[:last]
	if e.name.Is(XPathFilter2, "XPath") && !r.tooLong { // its prefix is still bound
		e.subtracts = filterOf(string(e.text), s)
	}
	return last == 0
}
