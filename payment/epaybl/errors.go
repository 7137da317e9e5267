package epaybl

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strconv"

	"github.com/bausteine/egov/payment"
)

// The operations of the interface that are used.
const (
	opAlive       = "isAlive"
	opCustomer    = "anlegenKunde"
	opForget      = "loeschenKunde"
	opBook        = "anlegenKassenzeichen"
	opBookMethods = "anlegenKassenzeichenMitZahlverfahrenlisteMitBLP"
	opAccount     = "lesenKassenzeichenInfo"
	opTransaction = "lesenTransaktion"
)

// Result codes that say nothing of what was asked about.
const (
	codeTechnical     = -9999 // a fault inside the platform
	codeConfiguration = -611  // the platform is not set up for the call
)

// Error is a refusal by the platform: a result that is not ok, a SOAP fault,
// or an HTTP status without one. It matches, with errors.Is,
// payment.ErrRejected where it is certain that nothing was booked,
// payment.ErrDenied (401, 403, and code -611 of a question) and
// payment.ErrUnavailable (technical faults, 408, 429, 5xx).
type Error struct {
	Op     string // the operation, such as "anlegenKassenzeichen"
	Status int    // HTTP status
	// Code is ePayBL's result code, such as -506; 0 if there is none.
	Code int
	// Fault is the SOAP fault code without prefix ("Client", "Server"), or empty.
	Fault string
	// Text is the platform's own text. It may repeat what was sent, personal
	// data too, and is therefore in neither Error nor LogValue.
	Text string
}

// Error holds operation and codes only.
func (e *Error) Error() string {
	s := fmt.Sprintf("epaybl: %s: HTTP %d", e.Op, e.Status)
	if e.Fault != "" {
		s += " fault " + e.Fault
	}
	if e.Code != 0 {
		s += " code " + strconv.Itoa(e.Code)
	}
	return s
}

// LogValue leaves out the platform's text.
func (e *Error) LogValue() slog.Value { return slog.StringValue(e.Error()) }

// PaymentCode is the result code, kept with an attempt that was refused.
func (e *Error) PaymentCode() string {
	if e.Code != 0 {
		return strconv.Itoa(e.Code)
	}
	return e.Fault
}

// Is matches the errors of package payment.
func (e *Error) Is(target error) bool {
	switch target {
	case payment.ErrRejected:
		return e.creates() && (e.Code != 0 && e.Code != codeTechnical || e.Fault == "Client")
	case payment.ErrDenied:
		return e.Status == 401 || e.Status == 403 || e.Code == codeConfiguration && !e.creates()
	case payment.ErrUnavailable:
		return e.Code == codeTechnical || e.Fault == "Server" ||
			e.Code == 0 && e.Fault == "" && (e.Status == 408 || e.Status == 429 || e.Status >= 500)
	}
	return false
}

// unknown tells whether a question was refused because the platform does not
// know what was asked about. Which code says so is not known.
func unknown(err error) bool {
	var refused *Error
	return errors.As(err, &refused) && refused.Code != 0 && refused.Code != codeTechnical && refused.Code != codeConfiguration
}

// creates tells whether the operation is one of those that make a payment.
func (e *Error) creates() bool {
	return e.Op == opCustomer || e.Op == opBook || e.Op == opBookMethods
}

// answerError says that an answer cannot be used.
func answerError(op string, status int, reason string) error {
	return fmt.Errorf("epaybl: %s: HTTP %d: unusable answer (%s): %w", op, status, reason, payment.ErrBadAnswer)
}

// transportError names the operation and drops the URL.
func transportError(op string, err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	return fmt.Errorf("epaybl: %s: %w: %w", op, payment.ErrUnavailable, err)
}
