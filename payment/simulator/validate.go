package simulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"regexp"
	"time"
	"unicode/utf8"

	"github.com/bausteine/egov/payment"
)

// The documented patterns, written for Go's regexp. They are meant to be
// another reading of the standard than package xbezahldienste has.
var (
	idPattern          = regexp.MustCompile(`^[\w\d-]{1,36}$`)
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

type request struct {
	RequestID        string     `json:"requestId"`
	RequestTimestamp string     `json:"requestTimestamp"`
	Currency         string     `json:"currency"`
	GrosAmount       number     `json:"grosAmount"`
	Purpose          string     `json:"purpose"`
	Description      string     `json:"description"`
	RedirectURL      string     `json:"redirectUrl"`
	Items            []item     `json:"items"`
	Requestor        *requestor `json:"requestor"`

	amount payment.Amount
}

type item struct {
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

type requestor struct {
	Name             string `json:"name"`
	FirstName        string `json:"firstName"`
	Gender           string `json:"gender"`
	IsOrganization   bool   `json:"isOrganization"`
	OrganizationName string `json:"organizationName"`
	Address          *struct {
		Street      string   `json:"street"`
		HouseNumber string   `json:"houseNumber"`
		AddressLine []string `json:"addressLine"`
		PostalCode  string   `json:"postalCode"`
		City        string   `json:"city"`
		Country     string   `json:"country"`
	} `json:"address"`
}

// refusal is a functional code and what it is about, without values.
type refusal struct{ code, detail string }

func violates(field string) *refusal {
	return &refusal{"VALIDATION_ERROR", "Feld " + field + " verletzt den Standard"}
}

func (s *Simulator) validate(body []byte) (*request, *refusal) {
	var r request
	if !utf8.Valid(body) {
		return nil, violates("Anfrage")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if d.Decode(&r) != nil {
		return nil, violates("Anfrage")
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, violates("Anfrage")
	}
	u, err := url.Parse(r.RedirectURL)
	_, timeErr := time.Parse(time.RFC3339, r.RequestTimestamp)
	var ok bool
	switch r.amount, ok = euro(r.GrosAmount); {
	case !idPattern.MatchString(r.RequestID):
		return nil, violates("requestId")
	case timeErr != nil:
		return nil, violates("requestTimestamp")
	case r.Currency != "EUR":
		return nil, violates("currency")
	case !ok || r.amount.Cents == 0:
		return nil, violates("grosAmount")
	case !purposePattern.MatchString(r.Purpose):
		return nil, violates("purpose")
	case r.Description != "" && !descriptionPattern.MatchString(r.Description):
		return nil, violates("description")
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || len(r.RedirectURL) > 2082:
		return nil, violates("redirectUrl")
	case len(r.Items) < 1 || len(r.Items) > 99:
		return nil, violates("items")
	}
	sum := payment.EUR(0)
	for _, i := range r.Items {
		total, bad := i.validate(s.options.BookingDataKeys)
		if bad != nil {
			return nil, bad
		}
		if sum, err = sum.Add(total); err != nil {
			return nil, violates("items")
		}
	}
	if sum != r.amount {
		return nil, &refusal{"CALCULATION_ERROR", "Die Summe der Positionen ist nicht grosAmount"}
	}
	if bad := r.Requestor.validate(); bad != nil {
		return nil, bad
	}
	return &r, nil
}

// validate checks an item and returns its total.
func (i item) validate(keys []string) (payment.Amount, *refusal) {
	rate, rateOK := euro(i.TaxRate)
	totalNet, a := euro(i.TotalNetAmount)
	totalTax, b := euro(i.TotalTaxAmount)
	singleNet, c := euro(i.SingleNetAmount)
	singleTax, d := euro(i.SingleTaxAmount)
	switch {
	case !idPattern.MatchString(i.ID):
		return payment.Amount{}, violates("items.id")
	case !idPattern.MatchString(i.Reference):
		return payment.Amount{}, violates("items.reference")
	case i.Description != "" && !descriptionPattern.MatchString(i.Description):
		return payment.Amount{}, violates("items.description")
	case !rateOK || rate.Cents > 100_00:
		return payment.Amount{}, violates("items.taxRate")
	case i.Quantity < 1 || i.Quantity > 999999:
		return payment.Amount{}, violates("items.quantity")
	case !a || !b || !c || !d:
		return payment.Amount{}, violates("items.amount")
	}
	for k, v := range i.BookingData {
		if utf8.RuneCountInString(k) > 250 || utf8.RuneCountInString(v) > 250 {
			return payment.Amount{}, violates("items.bookingData")
		}
	}
	for _, k := range keys {
		if i.BookingData[k] == "" {
			return payment.Amount{}, &refusal{"BOOKING_DATA_MISSING", "Buchungsdaten fehlen"}
		}
	}
	net, netErr := singleNet.Times(i.Quantity)
	tax, taxErr := singleTax.Times(i.Quantity)
	if netErr != nil || taxErr != nil || net != totalNet || tax != totalTax {
		return payment.Amount{}, &refusal{"CALCULATION_ERROR", "Menge mal Einzelpreis ist nicht der Gesamtpreis"}
	}
	total, err := net.Add(tax)
	if err != nil {
		return payment.Amount{}, violates("items.amount")
	}
	return total, nil
}

func (r *requestor) validate() *refusal {
	if r == nil {
		return nil
	}
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

// euro reads a number of 0 to 999999 with at most two decimals.
func euro(n number) (payment.Amount, bool) {
	a, err := payment.ParseAmount(string(n), "EUR")
	return a, err == nil && a.Cents >= 0 && a.Cents <= 999999_00
}
