package xbezahldienste

import (
	"bytes"
	"encoding/json"
	"io"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/bausteine/egov/internal/loopback"
	"github.com/bausteine/egov/payment"
)

type paymentRequest struct {
	RequestID        string        `json:"requestId"`
	RequestTimestamp string        `json:"requestTimestamp"`
	Currency         string        `json:"currency"`
	GrosAmount       json.Number   `json:"grosAmount"` // the standard's spelling
	Purpose          string        `json:"purpose"`
	Description      string        `json:"description,omitempty"`
	RedirectURL      string        `json:"redirectUrl"`
	Items            []paymentItem `json:"items"`
	Requestor        *requestor    `json:"requestor,omitempty"`
}

type paymentItem struct {
	ID              string            `json:"id"`
	Reference       string            `json:"reference"`
	Description     string            `json:"description,omitempty"`
	TaxRate         json.Number       `json:"taxRate"`
	Quantity        int64             `json:"quantity"`
	TotalNetAmount  json.Number       `json:"totalNetAmount"`
	TotalTaxAmount  json.Number       `json:"totalTaxAmount"`
	SingleNetAmount json.Number       `json:"singleNetAmount"`
	SingleTaxAmount json.Number       `json:"singleTaxAmount"`
	BookingData     map[string]string `json:"bookingData,omitempty"`
}

type requestor struct {
	Name             string   `json:"name,omitempty"`
	FirstName        string   `json:"firstName,omitempty"`
	IsOrganization   bool     `json:"isOrganization"`
	OrganizationName string   `json:"organizationName,omitempty"`
	Address          *address `json:"address,omitempty"`
}

type address struct {
	Street      string   `json:"street,omitempty"`
	HouseNumber string   `json:"houseNumber,omitempty"`
	AddressLine []string `json:"addressLine,omitempty"`
	PostalCode  string   `json:"postalCode,omitempty"`
	City        string   `json:"city,omitempty"`
	Country     string   `json:"country,omitempty"`
}

const timestampFormat = "2006-01-02T15:04:05.000Z"

// encode writes the body of a creation; the same request gives the same bytes.
func encode(r payment.CreateRequest, sendRequestor bool) ([]byte, error) {
	c := r.Claim
	body := paymentRequest{
		RequestID: r.RequestID, RequestTimestamp: r.RequestedAt.UTC().Format(timestampFormat),
		Currency: c.Amount.Currency, GrosAmount: c.Amount.JSONNumber(),
		Purpose: c.Purpose, Description: c.Description, RedirectURL: r.ReturnURL,
	}
	items := c.Items
	if len(items) == 0 {
		items = []payment.Item{{
			ID: "1", Reference: c.Kassenzeichen, Description: c.Description, Quantity: 1,
			UnitNet: c.Amount, BookingData: c.BookingData,
		}}
	}
	for _, i := range items {
		item, err := encodeItem(i)
		if err != nil {
			return nil, err
		}
		body.Items = append(body.Items, item)
	}
	if sendRequestor && c.Payer != nil {
		body.Requestor = encodePayer(c.Payer)
	}
	return json.Marshal(body)
}

func encodeItem(i payment.Item) (paymentItem, error) {
	net, err := i.UnitNet.Times(i.Quantity)
	if err != nil {
		return paymentItem{}, err
	}
	tax, err := i.UnitTax.Times(i.Quantity)
	if err != nil {
		return paymentItem{}, err
	}
	reference := i.Reference
	if reference == "" {
		reference = i.ID
	}
	return paymentItem{
		ID: i.ID, Reference: reference, Description: i.Description, Quantity: i.Quantity,
		TaxRate:        payment.Amount{Cents: int64(i.TaxRate)}.JSONNumber(),
		TotalNetAmount: net.JSONNumber(), TotalTaxAmount: tax.JSONNumber(),
		SingleNetAmount: i.UnitNet.JSONNumber(), SingleTaxAmount: i.UnitTax.JSONNumber(),
		BookingData: i.BookingData,
	}, nil
}

func encodePayer(p *payment.Payer) *requestor {
	r := &requestor{
		Name: p.Name, FirstName: p.FirstName, IsOrganization: p.Organization != "", OrganizationName: p.Organization,
	}
	if p.Street != "" || p.HouseNumber != "" || len(p.AddressLines) > 0 || p.PostalCode != "" || p.City != "" || p.Country != "" {
		r.Address = &address{
			Street: p.Street, HouseNumber: p.HouseNumber, AddressLine: p.AddressLines,
			PostalCode: p.PostalCode, City: p.City, Country: p.Country,
		}
	}
	return r
}

type transaction struct {
	Information *struct {
		TransactionID string `json:"transactionId"`
		URL           string `json:"transactionUrl"`
		RedirectURL   string `json:"transactionRedirectUrl"`
		Reference     string `json:"transactionReference"`
		Timestamp     string `json:"transactionTimestamp"`
		Method        string `json:"paymentMethod"`
		MethodDetail  string `json:"paymentMethodDetail"`
		Status        string `json:"status"`
	} `json:"paymentInformation"`
	Request *struct {
		RequestID  string       `json:"requestId"`
		Currency   string       `json:"currency"`
		GrosAmount *json.Number `json:"grosAmount"`
	} `json:"paymentRequest"`
}

// decodeTransaction reads a PaymentTransaction. What only informs (method,
// reference, time, address) is dropped if it is malformed; what identifies the payment
// makes the answer unusable. The error is an *AnswerError without Op.
func decodeTransaction(body []byte, insecureHTTP bool) (*payment.Result, error) {
	var t transaction
	if reason := decodeJSON(body, &t); reason != "" {
		return nil, &AnswerError{Reason: reason}
	}
	info := t.Information
	if info == nil || !validID(info.TransactionID, 44) {
		return nil, &AnswerError{Reason: "transaction-id"}
	}
	if info.Status == "" {
		return nil, &AnswerError{Reason: "status"}
	}
	r := &payment.Result{
		State: stateOf(info.Status), TransactionID: info.TransactionID, Reference: plain(info.Reference, maxID),
		Method: plain(info.Method, 64), MethodDetail: plain(info.MethodDetail, maxText), PaidAt: parseTime(info.Timestamp),
	}
	if r.State == payment.StatePending && info.RedirectURL != "" {
		if !payPageURL(info.RedirectURL, insecureHTTP) {
			return nil, &AnswerError{Reason: "redirect-url"}
		}
		r.PayPageURL = info.RedirectURL
	}
	if payPageURL(info.URL, insecureHTTP) {
		r.TransactionURL = info.URL
	}
	if t.Request != nil {
		r.RequestID = t.Request.RequestID
		r.Amount = amountOf(t.Request.GrosAmount, t.Request.Currency)
	}
	return r, nil
}

// stateOf maps the standard's status. Values that it does not name are pending.
func stateOf(status string) payment.State {
	switch status {
	case "PAYED":
		return payment.StatePaid
	case "FAILED":
		return payment.StateFailed
	case "CANCELED":
		return payment.StateCanceled
	}
	return payment.StatePending
}

// amountOf returns nil where the platform names no sum. A sum that is not one
// in cents becomes the zero Amount, which equals no claim's.
func amountOf(n *json.Number, currency string) *payment.Amount {
	if n == nil || currency == "" {
		return nil
	}
	a, err := payment.AmountFromJSON(*n, currency)
	if err != nil {
		a = payment.Amount{}
	}
	return &a
}

// payPageURL accepts https without user info, and http on a loopback host.
func payPageURL(s string, insecureHTTP bool) bool {
	u, err := url.Parse(s)
	return err == nil && len(s) <= maxURL && u.Host != "" && u.User == nil && secureURL(u, insecureHTTP)
}

func secureURL(u *url.URL, insecureHTTP bool) bool {
	return u.Scheme == "https" || u.Scheme == "http" && (loopback.Host(u.Hostname()) || insecureHTTP)
}

func validID(s string, limit int) bool {
	return s != "" && len(s) <= limit && strings.IndexFunc(s, func(r rune) bool { return !isID(r) }) < 0
}

// plain returns a text that is short and without control characters, else "".
func plain(s string, limit int) string {
	if utf8.RuneCountInString(s) > limit || strings.IndexFunc(s, func(r rune) bool { return !isText(r) }) >= 0 {
		return ""
	}
	return s
}

func parseTime(s string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || t.Year() < 2000 || t.Year() > 2200 {
		return time.Time{}
	}
	return t
}

type problem struct {
	Title          string `json:"title"`
	Detail         string `json:"detail"`
	FunctionalCode string `json:"functionalCode"`
}

// decodeProblem reads a problem document as far as it can be read.
func decodeProblem(op string, status int, body []byte) *Error {
	e := &Error{Op: op, Status: status}
	var p problem
	if decodeJSON(body, &p) != "" {
		return e
	}
	e.Title, e.Detail = plain(p.Title, 250), plain(p.Detail, 2000)
	if len(p.FunctionalCode) <= 64 && strings.IndexFunc(p.FunctionalCode, func(r rune) bool { return (r < 'A' || r > 'Z') && r != '_' }) < 0 {
		e.Code = FunctionalCode(p.FunctionalCode)
	}
	return e
}

// decodeJSON reads one JSON value and refuses what encoding/json would let
// pass in silence: bytes that are not UTF-8, keys that occur twice (also in
// another case, see fold), data after the value. It returns the reason of a refusal.
func decodeJSON(body []byte, into any) string {
	if !utf8.Valid(body) {
		return "not-json"
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if reason := scan(d, 0); reason != "" {
		return reason
	}
	if _, err := d.Token(); err != io.EOF {
		return "not-json"
	}
	if json.Unmarshal(body, into) != nil {
		return "not-json"
	}
	return ""
}

// fold writes a key as encoding/json compares it: Unicode's simple folding, by
// which "ſtatus" is "status" too.
func fold(key string) string {
	return strings.Map(func(r rune) rune {
		for next := unicode.SimpleFold(r); ; next = unicode.SimpleFold(r) {
			if next <= r { // the orbit begins again with its least rune
				return next
			}
			r = next
		}
	}, key)
}

// scan walks over one value.
func scan(d *json.Decoder, depth int) string {
	t, err := d.Token()
	if err != nil || depth > 32 {
		return "not-json"
	}
	open, ok := t.(json.Delim)
	if !ok {
		return ""
	}
	seen := make(map[string]bool)
	for d.More() {
		if open == '{' {
			t, err := d.Token()
			if err != nil {
				return "not-json"
			}
			key := fold(t.(string))
			if seen[key] {
				return "duplicate-key"
			}
			seen[key] = true
		}
		if reason := scan(d, depth+1); reason != "" {
			return reason
		}
	}
	if _, err := d.Token(); err != nil {
		return "not-json"
	}
	return ""
}
