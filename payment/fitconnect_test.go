package payment_test

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/xoev/finding"
)

func TestPaymentInformation(t *testing.T) {
	at := time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)
	c := claim("K1")
	base := payment.Attempt{
		Tenant: c.Tenant, ClaimID: c.ID, TransactionID: "9xxd-432x", State: payment.StatePaid, Amount: payment.EUR(3070),
		Method: "CREDITCARD", MethodDetail: "Visa", PaidAt: at,
	}
	want := payment.PaymentInformation{
		TransactionID: "9xxd-432x", TransactionReference: "K1", TransactionTimestamp: "2026-11-23T09:30:00Z", PaymentMethod: "CREDITCARD",
		PaymentMethodDetail: "Visa", Status: "BOOKED", GrossAmount: "30.70",
	}
	for _, tt := range []struct {
		name   string
		change func(*payment.Attempt, *payment.Claim)
		want   func(*payment.PaymentInformation)
	}{
		{"paid", func(*payment.Attempt, *payment.Claim) {}, func(*payment.PaymentInformation) {}},
		{"Kassenzeichen", func(_ *payment.Attempt, c *payment.Claim) { c.Kassenzeichen = "0815" },
			func(i *payment.PaymentInformation) { i.TransactionReference = "0815" }},
		{"the platform's reference", func(a *payment.Attempt, c *payment.Claim) { c.Kassenzeichen, a.Reference = "0815", "R1" },
			func(i *payment.PaymentInformation) { i.TransactionReference = "R1" }},
		{"its address", func(a *payment.Attempt, _ *payment.Claim) { a.TransactionURL = "https://pay.example/1" },
			func(i *payment.PaymentInformation) { i.TransactionURL = "https://pay.example/1" }},
		{"Wero", func(a *payment.Attempt, _ *payment.Claim) { a.Method, a.MethodDetail = "WERO", "" },
			func(i *payment.PaymentInformation) { i.PaymentMethod, i.PaymentMethodDetail = "OTHER", "WERO" }},
		{"a detail that does not fit", func(a *payment.Attempt, _ *payment.Claim) { a.Method, a.MethodDetail = "OTHER", "Wero & mehr" },
			func(i *payment.PaymentInformation) { i.PaymentMethod, i.PaymentMethodDetail = "OTHER", "" }},
		{"invoice", func(a *payment.Attempt, _ *payment.Claim) {
			a.Method, a.MethodDetail, a.PaidAt, a.FinishedAt = "INVOICE", "", time.Time{}, at
		},
			func(i *payment.PaymentInformation) { i.PaymentMethod, i.PaymentMethodDetail = "INVOICE", "" }},
		{"pending", func(a *payment.Attempt, _ *payment.Claim) { a.State = payment.StatePending },
			func(i *payment.PaymentInformation) { i.Status, i.TransactionTimestamp = "INITIAL", "" }},
		{"in review", func(a *payment.Attempt, _ *payment.Claim) { a.State = payment.StateReview },
			func(i *payment.PaymentInformation) { i.Status, i.TransactionTimestamp = "INITIAL", "" }},
		{"failed", func(a *payment.Attempt, _ *payment.Claim) { a.State = payment.StateFailed },
			func(i *payment.PaymentInformation) { i.Status, i.TransactionTimestamp = "FAILED", "" }},
		{"expired", func(a *payment.Attempt, _ *payment.Claim) { a.State = payment.StateExpired },
			func(i *payment.PaymentInformation) { i.Status, i.TransactionTimestamp = "CANCELED", "" }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a, c, want := base, c, want
			tt.change(&a, &c)
			tt.want(&want)
			got, err := c.PaymentInformation(a)
			require.NoError(t, err)
			assert.Equal(t, want, *got)
			followsTheSchema(t, *got)
		})
	}
	for code, change := range map[string]func(*payment.Attempt){
		"PAY-040": func(a *payment.Attempt) { a.TransactionID = "" },
		"PAY-041": func(a *payment.Attempt) { a.TransactionID = strings.Repeat("a", 37) },
		"PAY-042": func(a *payment.Attempt) { a.ClaimID = "K2" },
	} {
		a := base
		change(&a)
		got, err := c.PaymentInformation(a)
		var bad *finding.InvalidError
		require.ErrorAs(t, err, &bad)
		assert.True(t, bad.Has(code))
		assert.Nil(t, got)
	}
	a := base
	a.Refunds = "A0"
	_, err := c.PaymentInformation(a)
	require.Error(t, err)
}

// followsTheSchema compares with FIT-Connect's own words, where they are.
func followsTheSchema(t *testing.T, i payment.PaymentInformation) {
	t.Helper()
	path := "../../shared/data/transport/fit-connect/metadata-2.1.0.schema.json"
	if _, err := os.Stat(path); err != nil && os.Getenv("EGOV_REQUIRE_DATA") == "" {
		return // TestPaymentInformationSchema says so
	}
	schema := informationSchema(t)
	written, err := json.Marshal(i)
	require.NoError(t, err)
	var fields map[string]any
	require.NoError(t, json.Unmarshal(written, &fields))
	for _, name := range schema.Required {
		assert.Contains(t, fields, name)
	}
	for name, value := range fields {
		p, ok := schema.Properties[name]
		if !assert.True(t, ok, "%s is not in the schema", name) {
			continue
		}
		text, isText := value.(string)
		assert.Equal(t, p.Type == "string", isText, name)
		if len(p.Enum) > 0 {
			assert.True(t, slices.Contains(p.Enum, text), "%s: %s", name, text)
		}
		if p.Pattern != "" {
			assert.Regexp(t, regexp.MustCompile(p.Pattern), text)
			assert.LessOrEqual(t, len(text), p.MaxLength)
		}
	}
}

type property struct {
	Type      string
	Enum      []string
	Pattern   string
	MaxLength int
}

type objectSchema struct {
	Required   []string
	Properties map[string]property
}

func informationSchema(t *testing.T) objectSchema {
	t.Helper()
	b, err := os.ReadFile(testenv.Data(t, "transport/fit-connect/metadata-2.1.0.schema.json"))
	require.NoError(t, err)
	var all any
	require.NoError(t, json.Unmarshal(b, &all))
	found := find(all, "paymentInformation")
	require.NotNil(t, found)
	b, err = json.Marshal(found)
	require.NoError(t, err)
	var s objectSchema
	require.NoError(t, json.Unmarshal(b, &s))
	return s
}

func find(v any, key string) any {
	switch v := v.(type) {
	case map[string]any:
		if found, ok := v[key]; ok {
			return found
		}
		for _, inner := range v {
			if found := find(inner, key); found != nil {
				return found
			}
		}
	case []any:
		for _, inner := range v {
			if found := find(inner, key); found != nil {
				return found
			}
		}
	}
	return nil
}

// TestPaymentInformationSchema tells that the comparison takes place.
func TestPaymentInformationSchema(t *testing.T) {
	s := informationSchema(t)
	assert.ElementsMatch(t, []string{"transactionReference", "transactionId", "paymentMethod", "status"}, s.Required)
	assert.Len(t, s.Properties, 8)
}
