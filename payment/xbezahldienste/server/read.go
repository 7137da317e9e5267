package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/xbezahldienste"
)

// The documented patterns, written for Go's regexp. They are meant to be
// another reading of the standard than the client in package xbezahldienste has.
var (
	idPattern          = regexp.MustCompile(`^[\w\d-]{1,36}$`)
	transactionPattern = regexp.MustCompile(`^[\w\d-]{1,44}$`)
	purposePattern     = regexp.MustCompile(`^[\w\d\s-]{1,27}$`)
	descriptionPattern = regexp.MustCompile(`^[\w\d\s\-,.\x{00C0}-\x{017F}]{1,250}$`)
	countryPattern     = regexp.MustCompile(`^[A-Z]{2}$`)
)

// number is a JSON number; strings are refused.
type number string

func (n *number) UnmarshalJSON(b []byte) error {
	if len(b) == 0 || b[0] != '-' && (b[0] < '0' || b[0] > '9') {
		return errors.New("not a number")
	}
	*n = number(b)
	return nil
}

type wireRequest struct {
	RequestID        string         `json:"requestId"`
	RequestTimestamp string         `json:"requestTimestamp"`
	Currency         string         `json:"currency"`
	GrosAmount       number         `json:"grosAmount"`
	Purpose          string         `json:"purpose"`
	Description      string         `json:"description"`
	RedirectURL      string         `json:"redirectUrl"`
	Items            []wireItem     `json:"items"`
	Requestor        *wireRequestor `json:"requestor"`
}

type wireItem struct {
	ID              string            `json:"id"`
	Reference       string            `json:"reference"`
	Description     string            `json:"description"`
	TaxRate         number            `json:"taxRate"`
	Quantity        int64             `json:"quantity"`
	TotalNetAmount  number            `json:"totalNetAmount"`
	TotalTaxAmount  number            `json:"totalTaxAmount"`
	SingleNetAmount number            `json:"singleNetAmount"`
	SingleTaxAmount number            `json:"singleTaxAmount"`
	BookingData     map[string]string `json:"bookingData"`
}

type wireRequestor struct {
	Name             string       `json:"name"`
	FirstName        string       `json:"firstName"`
	Gender           string       `json:"gender"`
	IsOrganization   bool         `json:"isOrganization"`
	OrganizationName string       `json:"organizationName"`
	Address          *wireAddress `json:"address"`
}

type wireAddress struct {
	Street      string   `json:"street"`
	HouseNumber string   `json:"houseNumber"`
	AddressLine []string `json:"addressLine"`
	PostalCode  string   `json:"postalCode"`
	City        string   `json:"city"`
	Country     string   `json:"country"`
}

// Rules are what an operator demands beyond the standard.
type Rules struct {
	// BookingDataKeys must be present in every item (BOOKING_DATA_MISSING).
	BookingDataKeys []string
	// RefuseNull refuses null, empty bookingData and a requestor, as epay21 does.
	RefuseNull bool
}

func violates(field string) *Problem {
	return refuse(http.StatusBadRequest, xbezahldienste.CodeValidationError, "Feld "+field+" verletzt den Standard")
}

// ReadRequest reads the body of a creation and checks it. The problem is nil
// if the request keeps all rules; it names the field and holds no value.
func ReadRequest(body []byte, rules Rules) (*Request, *Problem) {
	var w wireRequest
	if !utf8.Valid(body) || duplicateKeys(body) {
		return nil, violates("Anfrage")
	}
	if rules.RefuseNull && hasNull(body) {
		return nil, violates("Anfrage, das leer ist,")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if d.Decode(&w) != nil {
		return nil, violates("Anfrage")
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, violates("Anfrage")
	}
	if rules.RefuseNull && w.Requestor != nil {
		return nil, violates("requestor")
	}
	r := &Request{
		RequestID: w.RequestID, Purpose: w.Purpose, Description: w.Description, RedirectURL: w.RedirectURL, Raw: bytes.Clone(body),
	}
	if p := w.head(r); p != nil {
		return nil, p
	}
	if p := w.items(r, rules); p != nil {
		return nil, p
	}
	if w.Requestor != nil {
		if p := w.Requestor.check(); p != nil {
			return nil, p
		}
		r.Requestor = w.Requestor.public()
	}
	return r, nil
}

func (w wireRequest) head(r *Request) *Problem {
	u, urlErr := url.Parse(w.RedirectURL)
	at, timeErr := time.Parse(time.RFC3339, w.RequestTimestamp)
	amount, ok := euro(w.GrosAmount)
	switch {
	case !idPattern.MatchString(w.RequestID):
		return violates("requestId")
	case timeErr != nil:
		return violates("requestTimestamp")
	case w.Currency != "EUR":
		return violates("currency")
	case !ok || amount.Cents == 0:
		return violates("grosAmount")
	case !purposePattern.MatchString(w.Purpose):
		return violates("purpose")
	case w.Description != "" && !descriptionPattern.MatchString(w.Description):
		return violates("description")
	case urlErr != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || len(w.RedirectURL) > 2082:
		return violates("redirectUrl")
	case len(w.Items) < 1 || len(w.Items) > 99:
		return violates("items")
	}
	r.RequestedAt, r.Amount = at, amount
	return nil
}

func (w wireRequest) items(r *Request, rules Rules) *Problem {
	sum := payment.EUR(0)
	for _, i := range w.Items {
		item, total, p := i.read(rules)
		if p != nil {
			return p
		}
		var err error
		if sum, err = sum.Add(total); err != nil {
			return violates("items")
		}
		r.Items = append(r.Items, item)
	}
	if sum != r.Amount {
		return refuse(http.StatusBadRequest, xbezahldienste.CodeCalculationError, "Die Summe der Positionen ist nicht grosAmount")
	}
	return nil
}

// read checks an item and returns it with its total.
func (i wireItem) read(rules Rules) (Item, payment.Amount, *Problem) {
	rate, rateOK := euro(i.TaxRate)
	totalNet, a := euro(i.TotalNetAmount)
	totalTax, b := euro(i.TotalTaxAmount)
	singleNet, c := euro(i.SingleNetAmount)
	singleTax, d := euro(i.SingleTaxAmount)
	field := ""
	switch {
	case !idPattern.MatchString(i.ID):
		field = "items.id"
	case !idPattern.MatchString(i.Reference):
		field = "items.reference"
	case i.Description != "" && !descriptionPattern.MatchString(i.Description):
		field = "items.description"
	case !rateOK || rate.Cents > 100_00:
		field = "items.taxRate"
	case i.Quantity < 1 || i.Quantity > 999999:
		field = "items.quantity"
	case !a || !b || !c || !d:
		field = "items.amount"
	case rules.RefuseNull && i.BookingData != nil && len(i.BookingData) == 0:
		field = "items.bookingData"
	}
	for k, v := range i.BookingData {
		if utf8.RuneCountInString(k) > 250 || utf8.RuneCountInString(v) > 250 {
			field = "items.bookingData"
		}
	}
	if field != "" {
		return Item{}, payment.Amount{}, violates(field)
	}
	for _, k := range rules.BookingDataKeys {
		if i.BookingData[k] == "" {
			return Item{}, payment.Amount{}, refuse(http.StatusBadRequest, xbezahldienste.CodeBookingDataMissing, "Buchungsdaten fehlen")
		}
	}
	net, netErr := singleNet.Times(i.Quantity)
	tax, taxErr := singleTax.Times(i.Quantity)
	total, sumErr := net.Add(tax)
	if netErr != nil || taxErr != nil || sumErr != nil || net != totalNet || tax != totalTax {
		return Item{}, payment.Amount{}, refuse(http.StatusBadRequest, xbezahldienste.CodeCalculationError, "Menge mal Einzelpreis ist nicht der Gesamtpreis")
	}
	return Item{
		ID: i.ID, Reference: i.Reference, Description: i.Description, TaxRate: payment.TaxRate(rate.Cents), Quantity: i.Quantity,
		TotalNet: totalNet, TotalTax: totalTax, SingleNet: singleNet, SingleTax: singleTax, BookingData: i.BookingData,
	}, total, nil
}

func (r *wireRequestor) check() *Problem {
	if r.Gender != "" && r.Gender != "M" && r.Gender != "F" && r.Gender != "D" {
		return violates("requestor.gender")
	}
	texts := []string{r.Name, r.FirstName, r.OrganizationName}
	if a := r.Address; a != nil {
		texts = append(append(texts, a.Street, a.City), a.AddressLine...)
		switch {
		case utf8.RuneCountInString(a.HouseNumber) > 20:
			return violates("requestor.address.houseNumber")
		case utf8.RuneCountInString(a.PostalCode) > 5:
			return violates("requestor.address.postalCode")
		case a.Country != "" && !countryPattern.MatchString(a.Country):
			return violates("requestor.address.country")
		case len(a.AddressLine) > 9:
			return violates("requestor.address.addressLine")
		}
	}
	for _, t := range texts {
		if utf8.RuneCountInString(t) > 250 {
			return violates("requestor")
		}
	}
	return nil
}

func (r *wireRequestor) public() *Requestor {
	p := &Requestor{Name: r.Name, FirstName: r.FirstName, Gender: r.Gender, IsOrganization: r.IsOrganization, OrganizationName: r.OrganizationName}
	if a := r.Address; a != nil {
		p.Address = &Address{Street: a.Street, HouseNumber: a.HouseNumber, AddressLine: a.AddressLine, PostalCode: a.PostalCode, City: a.City, Country: a.Country}
	}
	return p
}

// euro reads a number of 0 to 999999 with at most two decimals.
func euro(n number) (payment.Amount, bool) {
	a, err := payment.ParseAmount(string(n), "EUR")
	return a, err == nil && a.Cents >= 0 && a.Cents <= 999999_00
}

// duplicateKeys reports whether an object has a key twice, in whatever case:
// encoding/json takes keys in any case and lets the last one win.
func duplicateKeys(body []byte) bool {
	twice := false
	walk(body, func(seen map[string]bool, key string) {
		key = strings.ToLower(strings.NewReplacer("ſ", "s", "\u212a", "k").Replace(key)) // all that folds to ASCII
		twice = twice || seen[key]
		seen[key] = true
	}, nil)
	return twice
}

func hasNull(body []byte) bool {
	found := false
	walk(body, nil, func(t json.Token) { found = found || t == nil })
	return found
}

// walk visits keys (with what the same object had before) and values. What is
// no JSON ends it; the decoder refuses that anyway.
func walk(body []byte, key func(map[string]bool, string), value func(json.Token)) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	type level struct {
		object, isKey bool
		seen          map[string]bool
	}
	var open []level
	for {
		t, err := d.Token()
		if err != nil || len(open) > 32 {
			return
		}
		if n := len(open) - 1; n >= 0 && open[n].object && t != json.Delim('}') {
			open[n].isKey = !open[n].isKey
			if s, ok := t.(string); ok && open[n].isKey {
				if key != nil {
					key(open[n].seen, s)
				}
				continue
			}
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			open = append(open, level{object: t == json.Delim('{'), seen: map[string]bool{}})
		case json.Delim('}'), json.Delim(']'):
			open = open[:len(open)-1]
		default:
			if value != nil {
				value(t)
			}
		}
	}
}
