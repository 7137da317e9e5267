package xbezahldienste

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/bausteine/egov/payment"
)

// FunctionalCode is the standard's code of a refusal.
type FunctionalCode string

// The functional codes of XBezahldienste 1.0.0.
const (
	CodeNoValidOriginatorOrDestination FunctionalCode = "NO_VALID_ORIGINATOR_OR_DESTINATION" // deprecated by the standard
	CodeNoValidOriginatorOrEndpoint    FunctionalCode = "NO_VALID_ORIGINATOR_OR_ENDPOINT"
	CodePaymentExists                  FunctionalCode = "PAYMENT_EXISTS"
	CodeCalculationError               FunctionalCode = "CALCULATION_ERROR" // the sum is not that of the items
	CodeBookingDataMissing             FunctionalCode = "BOOKING_DATA_MISSING"
	CodeValidationError                FunctionalCode = "VALIDATION_ERROR"
	CodeUnspecified                    FunctionalCode = "UNSPECIFIED"
	CodeForbidden                      FunctionalCode = "FORBIDDEN"
)

// decisive tells whether the code alone says that no payment was created.
func (c FunctionalCode) decisive() bool {
	switch c {
	case CodeNoValidOriginatorOrDestination, CodeNoValidOriginatorOrEndpoint, CodeCalculationError,
		CodeBookingDataMissing, CodeValidationError, CodeForbidden:
		return true
	}
	return false
}

// Error is a refusal by the platform (problem+json, RFC 9457). It matches,
// with errors.Is: payment.ErrExists, payment.ErrNotFound (404),
// payment.ErrDenied (401, 403), payment.ErrUnavailable (408, 425, 429 and 5xx
// without a code that decides) and payment.ErrRejected where it is certain that
// no payment was created.
type Error struct {
	Op     string // "create", "query", "status" or "token"
	Status int    // HTTP status
	// Code is empty if the platform gave none of a plausible form.
	Code FunctionalCode
	// Title and Detail are the platform's words (up to 250 and 2000
	// characters). They may repeat what was sent, personal data too, and are
	// therefore in neither Error nor LogValue.
	Title, Detail string

	wait time.Duration // the platform's Retry-After, 0 if it named none
}

// Error holds operation, status and functional code only.
func (e *Error) Error() string {
	s := fmt.Sprintf("xbezahldienste: %s: HTTP %d", e.Op, e.Status)
	if e.Code != "" {
		s += " " + string(e.Code)
	}
	return s
}

// LogValue leaves out the platform's words.
func (e *Error) LogValue() slog.Value { return slog.StringValue(e.Error()) }

// PaymentCode is the functional code, kept with an attempt that was refused.
func (e *Error) PaymentCode() string { return string(e.Code) }

// Is matches the errors of package payment.
func (e *Error) Is(target error) bool {
	switch target {
	case payment.ErrExists:
		return e.Op == opCreate && e.Code == CodePaymentExists
	case payment.ErrRejected:
		return e.Op == opToken && !e.again() || e.Op == opCreate && e.Code != CodePaymentExists &&
			(e.Code.decisive() || e.Status >= 400 && e.Status < 500 && e.Status != http.StatusConflict && !e.again())
	case payment.ErrNotFound:
		return e.Status == http.StatusNotFound && e.Op != opToken
	case payment.ErrDenied:
		return e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden ||
			e.Op == opToken && e.Status == http.StatusBadRequest
	case payment.ErrUnavailable:
		return e.again()
	}
	return false
}

// again tells whether the same call may succeed later. What the platform says in
// a code of its own counts for more than the status, which a gateway may have
// set.
func (e *Error) again() bool {
	if e.Code.decisive() || e.Code == CodePaymentExists {
		return false
	}
	switch e.Status {
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return true
	}
	return e.Status >= 500
}

// AnswerError says that the platform's answer cannot be used. It matches
// payment.ErrBadAnswer.
type AnswerError struct {
	Op     string
	Status int // HTTP status
	// Reason is one of "redirect", "content-type", "too-large", "not-json",
	// "duplicate-key", "transaction-id", "status", "redirect-url", "token".
	Reason string
}

// Error holds no word of the answer.
func (e *AnswerError) Error() string {
	return fmt.Sprintf("xbezahldienste: %s: HTTP %d: unusable answer (%s)", e.Op, e.Status, e.Reason)
}

// Is matches payment.ErrBadAnswer.
func (e *AnswerError) Is(target error) bool { return target == payment.ErrBadAnswer }

// transportError names the operation and drops the URL.
func transportError(op string, err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	return fmt.Errorf("xbezahldienste: %s: %w: %w", op, payment.ErrUnavailable, err)
}

// trustError tells whether the peer could not be trusted; trying again would
// not help and must not.
func trustError(err error) bool {
	var (
		verify    *tls.CertificateVerificationError
		record    tls.RecordHeaderError
		alert     tls.AlertError
		authority x509.UnknownAuthorityError
		host      x509.HostnameError
		invalid   x509.CertificateInvalidError
	)
	return errors.As(err, &verify) || errors.As(err, &record) || errors.As(err, &alert) ||
		errors.As(err, &authority) || errors.As(err, &host) || errors.As(err, &invalid)
}

// retryAfter reads the header's seconds or date (RFC 9110, 10.2.3); what is
// neither, or has passed, is 0.
func retryAfter(header string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseInt(header, 10, 64); err == nil {
		return time.Duration(max(0, min(seconds, 7*24*3600))) * time.Second
	}
	if at, err := http.ParseTime(header); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}
