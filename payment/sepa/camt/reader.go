package camt

import (
	"io"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// Options set limits; nil and zero mean the defaults.
type Options struct {
	// Scan are the limits of the XML scan; nil is xmlscan's default (1 GiB).
	Scan *xmlscan.Options
	// MaxTexts is how many pieces of text or references one detail may have,
	// and how many balances a statement (default 1,000).
	MaxTexts int
}

const (
	maxText   = 4096 // bytes of one text; the schemas have at most 500 characters
	maxIntern = 1000
)

// state is where the reader stands.
type state uint8

const (
	atStart     state = iota
	inMessage         // between statements
	inStatement       // between entries
	inEntry           // between groups of details
	inDetails         // in NtryDtls
	atEnd
)

// Reader reads a file statement by statement, entry by entry, detail by
// detail. What its methods return is valid until the next call that moves it
// on in the same thing; copy the struct to keep it. Inner things may be left
// out: NextStatement skips what is left of a statement.
type Reader struct {
	s         *xmlscan.Scanner
	maxTexts  int
	state     state
	found     bool // a statement
	pending   bool // the scanner is at the start of a Ntry or NtryDtls that is still to be read
	ns        string
	root      string // Stmt, Rpt, Ntfctn
	err       error
	message   Message
	statement Statement
	entry     Entry
	detail    Detail
	buf       []byte
	strings   map[string]string
}

// NewReader returns a reader of a file of any size.
func NewReader(r io.Reader, o *Options) *Reader {
	if o == nil {
		o = &Options{}
	}
	n := o.MaxTexts
	if n <= 0 {
		n = 1000
	}
	return &Reader{s: xmlscan.New(r, o.Scan), maxTexts: n, strings: map[string]string{}}
}

// Err returns nil at the end of a file that could be read and while no error
// has occurred.
func (r *Reader) Err() error { return r.err }

// Pos returns where the reader stands in the file, as for progress.
func (r *Reader) Pos() xmlscan.Position { return r.s.Pos() }

// Statement returns the statement that NextStatement has moved to.
func (r *Reader) Statement() *Statement { return &r.statement }

// Entry returns the entry that NextEntry has moved to.
func (r *Reader) Entry() *Entry { return &r.entry }

// Detail returns the detail that NextDetail has moved to.
func (r *Reader) Detail() *Detail { return &r.detail }

// Message reads the head of the file, if it has not been read, and returns it,
// or nil and the reader's error.
func (r *Reader) Message() (*Message, error) {
	if r.state == atStart && r.err == nil {
		r.head()
	}
	if r.err != nil {
		return nil, r.err
	}
	return &r.message, nil
}

// NextStatement moves to the next statement. It returns false at the end of
// the file, which it has then checked, and on errors.
func (r *Reader) NextStatement() bool {
	for r.state >= inStatement && r.state < atEnd && r.NextEntry() { // skips
	}
	if _, err := r.Message(); err != nil || r.state == atEnd {
		return false
	}
	for r.child(2) {
		switch r.s.Name().Local {
		case r.root:
			r.found = true
			r.statementHead()
			return r.err == nil
		case "SplmtryData":
			r.skip()
		default:
			r.fail(ruleOrder)
		}
	}
	r.finish()
	return false
}

// NextEntry moves to the next entry of the statement. It returns false at the
// statement's end and on errors.
func (r *Reader) NextEntry() bool {
	for r.state >= inEntry && r.state < atEnd && r.NextDetail() { // skips
	}
	for r.err == nil && r.state == inStatement {
		if !r.pending && !r.child(3) {
			r.state = inMessage
			break
		}
		r.pending = false
		switch r.s.Name().Local {
		case "Ntry":
			r.entryHead()
			return r.err == nil
		case "AddtlStmtInf", "AddtlRptInf", "AddtlNtfctnInf":
			r.text(&r.statement.Info)
		default:
			r.fail(ruleOrder)
		}
	}
	return false
}

// NextDetail moves to the next detail of the entry. It returns false at the
// entry's end and on errors.
func (r *Reader) NextDetail() bool {
	for r.err == nil {
		switch r.state {
		case inEntry:
			if !r.pending && !r.child(4) {
				r.state = inStatement
				return false
			}
			r.pending = false
			switch r.s.Name().Local {
			case "NtryDtls":
				r.state = inDetails
			case "AddtlNtryInf":
				r.text(&r.entry.Info)
			default:
				r.fail(ruleOrder)
			}
		case inDetails:
			if !r.child(5) {
				r.state = inEntry
				continue
			}
			switch r.s.Name().Local {
			case "Btch":
				r.batch()
			case "TxDtls":
				r.transaction()
				return r.err == nil
			default:
				r.fail(ruleOrder)
			}
		default:
			return false
		}
	}
	return false
}

// head reads to the end of GrpHdr.
func (r *Reader) head() {
	if !r.next() || !r.identify() {
		return
	}
	if !r.child(1) || r.s.Name().Local != map[Kind]string{Report: "BkToCstmrAcctRpt", StatementDay: "BkToCstmrStmt", Notification: "BkToCstmrDbtCdtNtfctn"}[r.message.Kind] {
		r.fail(ruleMessage)
		return
	}
	if !r.child(2) || r.s.Name().Local != "GrpHdr" {
		r.failAt(ruleMissing, "GrpHdr")
		return
	}
	r.message.LastPage = true
	for r.child(3) {
		switch r.s.Name().Local {
		case "MsgId":
			r.text(&r.message.ID)
		case "CreDtTm":
			r.text(&r.message.Created)
		case "MsgPgntn":
			for r.child(4) {
				switch r.s.Name().Local {
				case "PgNb":
					r.number(&r.message.Page)
				case "LastPgInd":
					r.flag(&r.message.LastPage)
				default:
					r.fail(ruleOrder)
				}
			}
		default:
			r.skip()
		}
	}
	if r.err == nil && r.message.ID == "" {
		r.failAt(ruleMissing, "MsgId")
	}
	r.state = inMessage
}

// next moves to the first start element.
func (r *Reader) next() bool {
	for r.s.Next() {
		if r.s.Kind() == xmlscan.StartElement {
			return true
		}
	}
	r.err = r.s.Err()
	return false
}

func (r *Reader) identify() bool {
	name := r.s.Name()
	r.ns = name.Space
	kinds := []struct {
		ns      string
		kind    Kind
		version int
		root    string
	}{
		{NSStatement08, StatementDay, 8, "Stmt"}, {NSStatement02, StatementDay, 2, "Stmt"}, {NSReport08, Report, 8, "Rpt"},
		{NSReport02, Report, 2, "Rpt"}, {NSNotification08, Notification, 8, "Ntfctn"}, {NSNotification02, Notification, 2, "Ntfctn"},
	}
	for _, k := range kinds {
		if k.ns == name.Space && name.Local == "Document" {
			r.message.Kind, r.message.Version, r.root = k.kind, k.version, k.root
			return true
		}
	}
	r.fail(ruleMessage)
	return false
}

// finish reads what is behind the last statement, which may be SplmtryData.
func (r *Reader) finish() {
	if r.err != nil {
		return
	}
	if !r.found {
		r.failAt(ruleMissing, r.root)
		return
	}
	r.state = atEnd
	if r.child(1) {
		r.fail(ruleOrder)
		return
	}
	for r.err == nil && r.s.Next() {
		if r.s.Kind() == xmlscan.StartElement {
			r.fail(ruleOrder)
		}
	}
	if r.err == nil {
		r.err = r.s.Err()
	}
}

// child moves to the next child of the open element of that depth. It returns
// false at the element's end and on errors.
func (r *Reader) child(depth int) bool {
	if r.err != nil {
		return false
	}
	for r.s.Next() {
		switch r.s.Kind() {
		case xmlscan.StartElement:
			if r.s.Name().Space != r.ns {
				r.fail(ruleMixed)
				return false
			}
			return true
		case xmlscan.EndElement:
			if r.s.Depth() == depth {
				return false
			}
		case xmlscan.Text:
			if len(trim(r.s.Text())) > 0 {
				r.fail(ruleMixed)
				return false
			}
		default:
		}
	}
	r.err = r.s.Err()
	if r.err == nil {
		r.fail(ruleOrder)
	}
	return false
}

func (r *Reader) skip() {
	if r.err == nil {
		r.err = r.s.Skip()
	}
}

// fail ends the reading with a finding at the current token.
func (r *Reader) fail(rule finding.Rule) { r.failAt(rule, "") }

// failAt names an element that is missing at the current place.
func (r *Reader) failAt(rule finding.Rule, missing string) {
	if r.err != nil {
		return
	}
	path := r.s.Path()
	if missing != "" {
		path += "/" + missing
	}
	p := r.s.Pos()
	r.err = &finding.InvalidError{Findings: []finding.Finding{rule.At(path, p.Line, p.Column, nil)}}
}
