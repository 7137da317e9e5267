package payment

import (
	"encoding/json"
	"regexp"
	"strings"
	"time"

	"github.com/bausteine/egov/xoev/finding"
)

// PaymentInformation is what FIT-Connect's metadata (schema 2.1.0, object
// paymentInformation) tells the authority about a payment that was made before
// the application was sent. It is a plain value: its JSON form is that of the
// schema, and it converts to a struct of the same fields.
type PaymentInformation struct {
	// TransactionURL is the platform's address of the transaction; may be empty.
	TransactionURL string `json:"transactionUrl,omitempty"`
	// TransactionID is the platform's, 1 to 36 characters of A-Z a-z 0-9 _ -
	TransactionID string `json:"transactionId"`
	// TransactionReference is the platform's reference, else the claim's
	// Kassenzeichen, else its ID. Not empty.
	TransactionReference string `json:"transactionReference"`
	// TransactionTimestamp is when the payment succeeded (RFC 3339); empty
	// unless BOOKED.
	TransactionTimestamp string `json:"transactionTimestamp,omitempty"`
	// PaymentMethod is GIROPAY, PAYDIRECT, CREDITCARD, PAYPAL, INVOICE or OTHER.
	PaymentMethod string `json:"paymentMethod"`
	// PaymentMethodDetail is 1 to 36 characters of A-Z a-z 0-9 _ - or empty.
	PaymentMethodDetail string `json:"paymentMethodDetail,omitempty"`
	// Status is INITIAL, BOOKED, FAILED or CANCELED.
	Status string `json:"status"`
	// GrossAmount is the sum in euro with two decimals.
	GrossAmount json.Number `json:"grossAmount"`
}

// methods are FIT-Connect's values; the platforms of XBezahldienste have the
// same ones but INVOICE.
var methods = map[string]bool{"GIROPAY": true, "PAYDIRECT": true, "CREDITCARD": true, "PAYPAL": true, "INVOICE": true, "OTHER": true}

var fitID = regexp.MustCompile(`^[0-9A-Za-z_-]{1,36}$`)

// PaymentInformation maps an attempt to pay a claim to FIT-Connect's words:
// PAYED of XBezahldienste, our StatePaid, is BOOKED there, grosAmount is
// grossAmount. A method that FIT-Connect has no word for is OTHER, with the
// platform's word as detail where its form allows that. Attempts in review are
// INITIAL, since nobody knows.
//
// It fails with a *finding.InvalidError for an attempt without transaction
// (PAY-040), one whose transaction id does not fit the schema (PAY-041; the
// platforms' ids may have 44 characters), one of another claim and a refund
// (PAY-042).
func (c Claim) PaymentInformation(a Attempt) (*PaymentInformation, error) {
	rule := (*finding.Rule)(nil)
	switch {
	case a.Tenant != c.Tenant || a.ClaimID != c.ID || a.Refunds != "":
		rule = &ruleFITAttempt
	case a.TransactionID == "":
		rule = &ruleFITNone
	case !fitID.MatchString(a.TransactionID):
		rule = &ruleFITID
	}
	if rule != nil {
		return nil, invalid(rule.At("transactionId", 0, 0, nil))
	}
	i := &PaymentInformation{
		TransactionURL: a.TransactionURL, TransactionID: a.TransactionID, GrossAmount: a.Amount.JSONNumber(), Status: "INITIAL",
		TransactionReference: keep(a.Reference, keep(c.Kassenzeichen, c.ID)), PaymentMethod: strings.ToUpper(a.Method),
	}
	detail := a.MethodDetail
	if !methods[i.PaymentMethod] {
		i.PaymentMethod, detail = "OTHER", keep(detail, a.Method)
	}
	if fitID.MatchString(detail) {
		i.PaymentMethodDetail = detail
	}
	switch a.State {
	case StatePaid:
		at := a.PaidAt
		if at.IsZero() {
			at = a.FinishedAt
		}
		i.Status, i.TransactionTimestamp = "BOOKED", at.Format(time.RFC3339)
	case StateFailed:
		i.Status = "FAILED"
	case StateCanceled, StateExpired, StateOrphaned:
		i.Status = "CANCELED"
	}
	return i, nil
}
