package xmlscan

import (
	"log/slog"
	"strconv"

	"github.com/bausteine/egov/xoev/finding"
)

// Position is a place in the input.
type Position struct {
	// Offset counts bytes from the start of the input, from 0; a byte order
	// mark counts.
	Offset int64
	// Line counts from 1; lines end with a line feed.
	Line int
	// Column counts bytes from 1.
	Column int
}

// SyntaxError says that the input cannot be read as XML. It holds one finding,
// since nothing after the first error in a document can be trusted.
//
// It matches [*finding.InvalidError] with errors.As. It never quotes the
// document.
type SyntaxError struct {
	// Finding names the rule and the place; its Path is empty, because element
	// names of a broken document are not to be trusted either.
	Finding finding.Finding
	// Pos is the place of the offending byte, or of the token that broke the
	// rule as a whole.
	Pos Position
}

// Code returns the code of the broken rule, for example "XML-025".
func (e *SyntaxError) Code() string { return e.Finding.Code }

// Error gives line, column, code and the rule's message.
func (e *SyntaxError) Error() string { return e.Finding.String() }

// Unwrap returns the finding as a [*finding.InvalidError].
func (e *SyntaxError) Unwrap() error {
	return &finding.InvalidError{Findings: []finding.Finding{e.Finding}}
}

// LogValue gives code, line and column.
func (e *SyntaxError) LogValue() slog.Value {
	return slog.GroupValue(slog.String("code", e.Finding.Code),
		slog.Int("line", e.Pos.Line), slog.Int("column", e.Pos.Column))
}

// newError makes the error of a rule at a place; limit is the value of the
// exceeded limit, or 0.
func newError(r rule, pos Position, limit int64) *SyntaxError {
	var params map[string]string
	if limit > 0 {
		params = map[string]string{"max": strconv.FormatInt(limit, 10)}
	}
	return &SyntaxError{Finding: catalogue[r].At("", pos.Line, pos.Column, params), Pos: pos}
}

// limitOf returns the limit that a rule of the catalogue checks, or 0.
func (s *Scanner) limitOf(r rule) int64 {
	switch r {
	case ruleMaxBytes:
		return s.opt.MaxBytes
	case ruleMaxDepth:
		return int64(s.opt.MaxDepth)
	case ruleMaxAttrs:
		return int64(s.opt.MaxAttrs)
	case ruleMaxTokenBytes:
		return int64(s.opt.MaxTokenBytes)
	case ruleMaxNames:
		return int64(s.opt.MaxNames)
	case ruleMaxNameLen:
		return int64(s.opt.MaxNameLen)
	case ruleMaxNamespaces:
		return int64(s.opt.MaxNamespaces)
	}
	return 0
}

// fail ends the scan with a broken rule at an index of the window.
func (s *Scanner) fail(r rule, at int) bool {
	s.err = newError(r, s.positionAt(at), s.limitOf(r))
	s.kind, s.state = 0, stopped
	return false
}

// failShort ends the scan where more input is needed than there is: because
// of an I/O error, the size limit, or the end of the input.
func (s *Scanner) failShort(r rule) bool {
	switch {
	case s.ioErr != nil:
		s.err = s.ioErr
		s.kind, s.state = 0, stopped
		return false
	case s.over:
		return s.fail(ruleMaxBytes, len(s.buf))
	}
	return s.fail(r, len(s.buf))
}
