package sammelnachricht

import (
	"errors"
	"log/slog"
	"strconv"

	"github.com/bausteine/egov/xoev/finding"
	"github.com/bausteine/egov/xoev/xmlscan"
)

// ErrSelector says that a Selector names no records or has empty names, or that
// a record is to be written that it does not name.
var ErrSelector = errors.New("sammelnachricht: the selector does not name such records")

// ErrInside says that a record was to be written inside a record that has not
// ended.
var ErrInside = errors.New("sammelnachricht: a record stands in no other one")

// Error says how far reading had come when it failed. Err is a
// *finding.InvalidError (also inside a *xmlscan.SyntaxError) if the message is
// broken or exceeds a limit; else reading itself failed, or the context ended.
//
// Records that were delivered before stay delivered: whoever may take all
// records or none must be able to take them back.
type Error struct {
	// Records is the number of records that were read to their end before,
	// those that were skipped included. The broken one is not counted, even if
	// its beginning was delivered.
	Records int64
	// Pos is where the message is broken, or how far it was read.
	Pos xmlscan.Position
	Err error
}

// Error names the number of records, place and reason, no value of the message.
func (e *Error) Error() string {
	return "sammelnachricht: after " + strconv.FormatInt(e.Records, 10) + " records, line " +
		strconv.Itoa(e.Pos.Line) + ": " + e.Err.Error()
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// DecodeError says that a record does not fit into a Go type. The record is
// well formed, and reading can go on with the next one.
type DecodeError struct {
	// Finding is SAM-006 with the place where decoding stopped.
	Finding finding.Finding
	// Err is what encoding/xml said. It may quote the message, that is personal
	// data: it is not part of Error, and does not belong in a log.
	Err error
}

// Error names place and rule, no value of the message.
func (e *DecodeError) Error() string { return "sammelnachricht: " + e.Finding.String() }

// Unwrap returns the finding as a *finding.InvalidError.
func (e *DecodeError) Unwrap() error {
	return &finding.InvalidError{Findings: []finding.Finding{e.Finding}}
}

// LogValue gives place and rule only.
func (e *DecodeError) LogValue() slog.Value { return slog.StringValue(e.Error()) }

func invalid(r finding.Rule, path string, pos xmlscan.Position, params map[string]string) error {
	return &finding.InvalidError{Findings: []finding.Finding{r.At(path, pos.Line, pos.Column, params)}}
}
