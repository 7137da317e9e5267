package xrepository

import (
	"errors"
	"fmt"
	"net/http"
	"time"
)

var (
	// ErrNotAvailable means that XRepository knows the name but has nothing to
	// give: there is a placeholder only ("NUR PLATZHALTER GEFUNDEN"), or the
	// content is not public ("NICHT SICHTBAR"). Those who fetch many lists skip
	// it.
	ErrNotAvailable = errors.New("xrepository: not available")
	// ErrNotFound means that XRepository does not know the name.
	ErrNotFound = errors.New("xrepository: not found")
	// ErrTooLarge means that an answer is longer than its limit.
	ErrTooLarge = errors.New("xrepository: answer is longer than the limit")
	// ErrFormat means that an answer is not what was asked for.
	ErrFormat = errors.New("xrepository: answer has an unexpected form")
	// ErrHost means that a base URL is not https, or that the service redirected
	// to another host.
	ErrHost = errors.New("xrepository: refused host")
	// ErrKennung means that a kennung or version cannot be asked for, because it
	// is no URN or holds characters that a URN cannot.
	ErrKennung = errors.New("xrepository: kennung cannot be asked for")
	// ErrName means that a file cannot be written under its name on every
	// system.
	ErrName = errors.New("xrepository: file name cannot be used")
)

// StatusError is an answer with another HTTP status than 200. Those of status
// 404 match [ErrNotAvailable] or [ErrNotFound] with errors.Is. It holds nothing
// of the answer's text.
type StatusError struct {
	// Code is the HTTP status.
	Code int
	// RetryAfter is how long the service asked to wait; 0 if it did not say.
	RetryAfter time.Duration

	placeholder bool
}

// Error names the status.
func (e *StatusError) Error() string {
	return fmt.Sprintf("xrepository: HTTP status %d", e.Code)
}

// Is makes the two meanings of status 404 visible to errors.Is.
func (e *StatusError) Is(target error) bool {
	switch target {
	case ErrNotAvailable:
		return e.placeholder
	case ErrNotFound:
		return e.Code == http.StatusNotFound && !e.placeholder
	}
	return false
}

// temporary reports whether the same request may succeed later.
func (e *StatusError) temporary() bool {
	switch e.Code {
	case http.StatusTooManyRequests, http.StatusRequestTimeout:
		return true
	case http.StatusNotImplemented, http.StatusHTTPVersionNotSupported:
		return false
	}
	return e.Code >= 500
}
