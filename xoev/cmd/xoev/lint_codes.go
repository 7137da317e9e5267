package main

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/bausteine/egov/xoev"
	"github.com/bausteine/egov/xoev/codelist"
	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// maxCode bounds the text of a code; what is longer is in no list.
const maxCode = 4 << 10

// codeCheck looks codes up in a pinned store: those that name list and version
// themselves, and those of the header whose list the XÖV-Basisnachricht fixes.
// Which list other codes come from only a schema tells; they are counted.
type codeCheck struct {
	store *codelist.Store
	found *gathered
	open  []openElement
	text  []byte
	// numbers of codes
	checked, unknown int
	missing          map[codelist.VersionKennung]int
}

// openElement is an element that could turn out to be a code.
type openElement struct {
	pos     xmlscan.Position
	fixed   string // the list that the header's schema fixes
	code    codelist.Code
	has     bool // it has a child code
	reading byte // 'c' in the child code, 'n' in the child name
	header  bool // it is the header or stands in it
}

// codeCount says what became of the codes of a message.
type codeCount struct {
	Checked int `json:"checked"`
	// Unknown are codes whose list the message does not name.
	Unknown int `json:"unknown"`
	// NotPinned are lists that the message names and the store does not have.
	NotPinned []listCount `json:"notPinned,omitempty"`
}

type listCount struct {
	List  string `json:"list"`
	Codes int    `json:"codes"`
}

func newCodeCheck(store *codelist.Store, found *gathered) *codeCheck {
	return &codeCheck{store: store, found: found, missing: map[codelist.VersionKennung]int{}}
}

// Token takes part in the pass.
func (k *codeCheck) Token(s *xmlscan.Scanner) error {
	switch s.Kind() {
	case xmlscan.StartElement:
		k.start(s)
	case xmlscan.Text:
		if top := &k.open[len(k.open)-1]; top.reading != 0 && len(k.text) < maxCode {
			text := s.Text()
			k.text = append(k.text, text[:min(len(text), maxCode)]...)
		}
	case xmlscan.EndElement:
		return k.end(s)
	}
	return nil
}

func (k *codeCheck) start(s *xmlscan.Scanner) {
	name := s.Name()
	e := openElement{pos: s.Pos()}
	if n := len(k.open); n > 0 {
		parent := &k.open[n-1]
		e.header = parent.header || n == 1 && name.Local == "nachrichtenkopf.g2g"
		if name.Space == "" && (name.Local == "code" || name.Local == "name" && parent.has) {
			e.reading = name.Local[0]
			parent.has = true
			k.text = k.text[:0]
		}
	}
	if e.header {
		e.fixed = fixedList(name)
	}
	if v, ok := s.Attr("", "listURI"); ok {
		e.code.ListURI = string(v[:min(len(v), maxCode)])
	}
	if v, ok := s.Attr("", "listVersionID"); ok {
		e.code.ListVersionID = string(v[:min(len(v), maxCode)])
	}
	k.open = append(k.open, e)
}

// fixedList is the list that the schema of the XÖV-Basisnachricht fixes.
func fixedList(name xmlscan.Name) string {
	switch {
	case name.Local == "verzeichnisdienst" && slices.Contains([]string{"", xoev.NSBehoerde10, xoev.NSBehoerde11}, name.Space):
		return xoev.ListVerzeichnisdienst
	case name.Local == "kanal" && slices.Contains([]string{"", xoev.NSKommunikation10, xoev.NSKommunikation11}, name.Space):
		return xoev.ListErreichbarkeit
	}
	return ""
}

func (k *codeCheck) end(s *xmlscan.Scanner) error {
	n := len(k.open) - 1
	e := k.open[n]
	k.open = k.open[:n]
	if e.reading != 0 && n > 0 {
		parent := &k.open[n-1]
		if e.reading == 'c' {
			parent.code.Code = string(k.text)
		} else {
			parent.code.Name = string(k.text)
		}
	}
	if !e.has {
		return nil
	}
	return k.judge(s, &e)
}

func (k *codeCheck) judge(s *xmlscan.Scanner, e *openElement) error {
	spec := codelist.Spec{Type: codelist.Type4, AllowName: true}
	if e.code.ListURI == "" && e.fixed != "" {
		spec.Type, spec.ListURI = codelist.Type3, e.fixed
	}
	version, ok := spec.List(e.code)
	if !ok {
		k.unknown++
		return nil
	}
	l, err := k.store.List(version.Kennung, version.Version)
	switch {
	case errors.Is(err, codelist.ErrNotPinned):
		k.missing[version]++
	case err != nil:
		return fmt.Errorf("code list: %w", err)
	default:
		k.checked++
	}
	for _, f := range resolve(spec, e.code, l) {
		if f.Path != "" {
			f.Path = "/" + f.Path
		}
		f.Path, f.Line, f.Column = s.Path()+f.Path, e.pos.Line, e.pos.Column
		k.found.add(f)
	}
	return nil
}

// resolve looks a code up in every key of a single column: which of them a code
// type uses, only its schema tells.
func resolve(spec codelist.Spec, code codelist.Code, l *codelist.List) []finding.Finding {
	_, findings := spec.Resolve(code, l)
	if l == nil || !finding.Has(findings, "COD-011") && !finding.Has(findings, "COD-013") {
		return findings
	}
	for _, key := range l.Keys() {
		if len(key.Columns) != 1 {
			continue
		}
		spec.Column = key.Columns[0]
		if _, other := spec.Resolve(code, l); len(other) == 0 {
			return nil
		}
	}
	return findings
}

func (k *codeCheck) count() *codeCount {
	n := &codeCount{Checked: k.checked, Unknown: k.unknown}
	for v, codes := range k.missing {
		n.NotPinned = append(n.NotPinned, listCount{shown(v), codes})
	}
	slices.SortFunc(n.NotPinned, func(a, b listCount) int { return strings.Compare(a.List, b.List) })
	return n
}

var (
	urnForm     = regexp.MustCompile(`^urn:[A-Za-z0-9][A-Za-z0-9.:_-]{0,200}$`)
	versionForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.-]{0,40}$`)
)

// shown names a list, unless the text has not the form of a kennung: reports on
// findings repeat nothing of a message that could be anything.
func shown(v codelist.VersionKennung) string {
	if urnForm.MatchString(v.Kennung) && versionForm.MatchString(v.Version) {
		return v.String()
	}
	return ""
}

func (c *command) codesText(n *codeCount) string {
	var b strings.Builder
	b.WriteString(c.t("    codes: ", "    Codes: ") + strconv.Itoa(n.Checked) + c.t(" looked up, ", " nachgeschlagen, ") +
		strconv.Itoa(n.Unknown) + c.t(" whose list only a schema tells\n", ", deren Liste nur ein Schema nennt\n"))
	for _, l := range n.NotPinned {
		name := l.List
		if name == "" {
			name = c.t("(not a kennung)", "(keine Kennung)")
		}
		b.WriteString(c.t("    not in the store: ", "    nicht im Bestand: ") + clean(name) + " (" + strconv.Itoa(l.Codes) + c.t(" codes)\n", " Codes)\n"))
	}
	return b.String()
}

var errNoLock = errors.New("there is no " + codelist.LockName + "; make one with xoev codelist lock --write")

// openStore opens a folder or archive of pinned lists.
func (c *command) openStore(path string) (*codelist.Store, func() error, error) {
	nothing := func() error { return nil }
	in, err := c.open(path)
	if err != nil {
		return nil, nil, err
	}
	var store *codelist.Store
	if in.isZIP() {
		var z *codelist.ZIP
		if z, err = c.archive(in); err == nil {
			store, err = codelist.Open(z, nil)
		}
	} else {
		_ = in.Close()
		in.closers = append(in.closers, nothing)
		store, err = codelist.OpenDir(path, nil)
	}
	if errors.Is(err, fs.ErrNotExist) {
		err = errNoLock
	}
	if err != nil {
		_ = in.Close()
		return nil, nil, err
	}
	return store, in.Close, nil
}
