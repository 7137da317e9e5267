package forms

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/bausteine/egov/xoev/finding"
)

// Errors of [ParseDate].
var (
	ErrDateFormat = errors.New("forms: not a date")
	ErrDateUnreal = errors.New("forms: the calendar has no such day")
)

// CompileError says what is wrong with the definition given to [Compile] or
// the struct given to [New]: everything, not only the first thing. The path of
// a problem is the definition path ("fahrzeug.halter") or the place in the
// struct ("Antrag.Fahrzeug.Halter"), its parameter "tag" the tag or part of
// the definition. The codes are those of [CompileRules], and RULE-… of
// package rule.
type CompileError struct {
	Problems []finding.Finding
}

// Error lists all problems, one a line.
func (e *CompileError) Error() string {
	var b strings.Builder
	b.WriteString("forms: the form cannot be compiled (" + strconv.Itoa(len(e.Problems)) + ")")
	for _, p := range e.Problems {
		b.WriteString("\n\t" + p.String())
		if tag := p.Params["tag"]; tag != "" {
			b.WriteString(" [tag " + tag + "]")
		}
		for _, name := range []string{"expression", "cycle", "rule"} {
			if text := p.Params[name]; text != "" {
				b.WriteString(" [" + text + "]")
			}
		}
	}
	return b.String()
}

// Unwrap gives the problems as the error that unreadable things have
// everywhere in this library.
func (e *CompileError) Unwrap() error { return &finding.InvalidError{Findings: e.Problems} }

// Codes of [DecodeError].
const (
	DecodeUnknownStep    = "UNKNOWN_STEP"    // 404: the form has no such step
	DecodeInvalidUTF8    = "INVALID_UTF8"    // 400
	DecodeNUL            = "NUL"             // 400: a NUL character
	DecodeRepeated       = "REPEATED"        // 400: a field with one value was posted twice
	DecodeTooManyFields  = "TOO_MANY_FIELDS" // 413
	DecodeValueTooLarge  = "VALUE_TOO_LARGE" // 413
	DecodeTooLarge       = "TOO_LARGE"       // 413: all fields together
	DecodeUnreadableFile = "UNREADABLE_FILE" // 400: an upload could not be read
	// 400: the number of an entry that its group does not allow, or none where
	// the path needs one
	DecodeIndex          = "INDEX"
	DecodeTooManyEntries = "TOO_MANY_ENTRIES" // 413: all repeated groups together
)

// DecodeError says that a request cannot have come from the form's page. It
// holds no posted value.
type DecodeError struct {
	Code   string
	Status int    // HTTP status to answer with
	Path   string // the field, if the form has it
	Err    error  // cause, or nil
}

// Error names code and field.
func (e *DecodeError) Error() string {
	if e.Path == "" {
		return "forms: cannot decode the request: " + e.Code
	}
	return "forms: cannot decode the request: " + e.Path + ": " + e.Code
}

// Unwrap returns the cause.
func (e *DecodeError) Unwrap() error { return e.Err }

func decodeError(code, path string) *DecodeError {
	status := http.StatusBadRequest
	switch code {
	case DecodeUnknownStep:
		status = http.StatusNotFound
	case DecodeTooManyFields, DecodeValueTooLarge, DecodeTooLarge, DecodeTooManyEntries:
		status = http.StatusRequestEntityTooLarge
	}
	return &DecodeError{Code: code, Status: status, Path: path}
}

// FieldError says what is wrong with the answer to one field, or with the
// entries of a group. It holds no answer: Message is made of the rule and of
// labels.
type FieldError struct {
	// Path is the instance path of the field or group; empty for a check of the
	// whole form.
	Path string
	Code string // stable, see [Codes]
	// Params are limits of the rule ("max": "120") and must not be changed.
	Params  map[string]string
	Message string // in the language of the form
	Label   string // of the field; legend of the group; title of the form
	Step    string // ID of the step; empty for a check of the whole form
}

// Error names path and code.
func (e FieldError) Error() string { return "forms: " + e.Path + ": " + e.Code }
