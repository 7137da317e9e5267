package payment_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/xoev/finding"
)

func full() payment.Claim {
	return payment.Claim{
		Tenant: "musterstadt", ID: "2026:Melde-1.a_b", Amount: payment.EUR(4379), Purpose: "Meldebescheinigung", Kassenzeichen: "0123456789012",
		Due: payment.Date{Year: 2026, Month: time.December, Day: 24},
		Items: []payment.Item{
			{ID: "1", Quantity: 2, UnitNet: payment.EUR(1000), Description: "Auszug", BookingData: map[string]string{"Haushaltsstelle": "1"}},
			{ID: "2", Quantity: 1, UnitNet: payment.EUR(2000), UnitTax: payment.EUR(379), TaxRate: 1895},
		},
		Payer: &payment.Payer{Name: "Mustermann", FirstName: "Erika", AddressLines: []string{"Hinterhaus"}},
	}
}

func TestClaimRules(t *testing.T) {
	require.NoError(t, full().Validate())
	covered := map[string]bool{"PAY-001": true, "PAY-002": true, "PAY-003": true, "PAY-004": true, "PAY-005": true, "PAY-020": true} // in other tests
	for _, tt := range []struct {
		name       string
		change     func(*payment.Claim)
		code, path string
	}{
		{"no tenant", func(c *payment.Claim) { c.Tenant = "" }, "PAY-010", "tenant"},
		{"long tenant", func(c *payment.Claim) { c.Tenant = strings.Repeat("a", 65) }, "PAY-010", "tenant"},
		{"a blank in the ID", func(c *payment.Claim) { c.ID = "a b" }, "PAY-010", "id"},
		{"a slash in the provider", func(c *payment.Claim) { c.Provider = "a/b" }, "PAY-010", "provider"},
		{"item ID", func(c *payment.Claim) { c.Items[1].ID = "" }, "PAY-010", "items[1].id"},
		{"nothing", func(c *payment.Claim) { c.Amount.Cents, c.Items = 0, nil }, "PAY-011", "amount"},
		{"less than nothing", func(c *payment.Claim) { c.Amount.Cents, c.Items = -1, nil }, "PAY-011", "amount"},
		{"francs", func(c *payment.Claim) { c.Amount.Currency, c.Items = "CHF", nil }, "PAY-012", "amount.currency"},
		{"a cent off", func(c *payment.Claim) { c.Amount.Cents++ }, "PAY-013", "items"},
		{"an item in francs", func(c *payment.Claim) { c.Items[0].UnitNet.Currency = "CHF" }, "PAY-013", "items"},
		{"long purpose", func(c *payment.Claim) { c.Purpose = strings.Repeat("ä", 141) }, "PAY-014", "purpose"},
		{"control character", func(c *payment.Claim) { c.Description = "a\nb" }, "PAY-014", "description"},
		{"not UTF-8", func(c *payment.Claim) { c.Kassenzeichen = "\xff" }, "PAY-014", "kassenzeichen"},
		{"booking data", func(c *payment.Claim) { c.Items[0].BookingData["x"] = "\x00" }, "PAY-014", "items[0].bookingData"},
		{"payer", func(c *payment.Claim) { c.Payer.Name = "\x00" }, "PAY-014", "payer.name"},
		{"payer's lines", func(c *payment.Claim) { c.Payer.AddressLines[0] = "\x00" }, "PAY-014", "payer.addressLines[0]"},
		{"no purpose", func(c *payment.Claim) { c.Purpose = " " }, "PAY-015", "purpose"},
		{"no quantity", func(c *payment.Claim) {
			c.Items = append(c.Items, payment.Item{ID: "3"})
		}, "PAY-016", "items[2]"},
		{"one ID twice", func(c *payment.Claim) { c.Items[1].ID = "1" }, "PAY-017", "items[1].id"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := full()
			tt.change(&c)
			var bad *finding.InvalidError
			require.ErrorAs(t, c.Validate(), &bad)
			require.Len(t, bad.Findings, 1)
			assert.Equal(t, tt.code, bad.Findings[0].Code)
			assert.Equal(t, tt.path, bad.Findings[0].Path)
			covered[tt.code] = true
		})
	}
	seen := make(map[string]bool)
	for _, r := range payment.Rules() {
		assert.True(t, covered[r.Code] || platformRules[r.Code] || r.Code >= "PAY-040", "no test breaks %s", r.Code)
		assert.False(t, seen[r.Code], r.Code)
		seen[r.Code] = true
		assert.NotEmpty(t, r.Source)
		assert.NotEmpty(t, r.Message)
	}
}

func TestEntryRules(t *testing.T) {
	good := payment.Entry{
		Tenant: "t", ClaimID: "c", Provider: "kasse", TransactionID: "1", Kind: payment.KindPayment, Amount: payment.EUR(1),
	}
	require.NoError(t, good.Validate())
	for kind, sign := range map[payment.Kind]int64{
		payment.KindPayment: 1, payment.KindWriteOff: 1, payment.KindReversal: -1, payment.KindRefund: -1,
		payment.KindChargeback: -1, payment.KindFee: -1,
	} {
		e := good
		e.Kind, e.Amount = kind, payment.EUR(sign)
		assert.NoError(t, e.Validate(), kind)
		e.Amount = payment.EUR(-sign)
		assert.Equal(t, "PAY-020", codeOf(t, e.Validate()), kind)
		e.Amount = payment.EUR(0)
		assert.Equal(t, "PAY-020", codeOf(t, e.Validate()), kind)
	}
	for name, change := range map[string]func(*payment.Entry){
		"no kind": func(e *payment.Entry) { e.Kind = "" }, "no voucher": func(e *payment.Entry) { e.TransactionID = "" },
		"negative sequence": func(e *payment.Entry) { e.Sequence = -1 },
	} {
		e := good
		change(&e)
		assert.Equal(t, "PAY-020", codeOf(t, e.Validate()), name)
	}
}

func TestPersonsDoNotShow(t *testing.T) {
	c := full()
	for _, format := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d"} {
		for _, v := range []any{c, &c, c.Payer, *c.Payer, []payment.Claim{c}} {
			assert.NotContains(t, fmt.Sprintf(format, v), "Mustermann")
		}
	}
}

func TestDates(t *testing.T) {
	d, err := payment.ParseDate("2026-12-24")
	require.NoError(t, err)
	assert.Equal(t, "24.12.2026", d.German())
	b, err := json.Marshal(d)
	require.NoError(t, err)
	var back payment.Date
	require.NoError(t, json.Unmarshal(b, &back))
	assert.Equal(t, d, back)
	for _, s := range []string{"", "2026-02-30", "24.12.2026", "2026-1-2", "2026-12-24T00:00:00Z"} {
		_, err := payment.ParseDate(s)
		var bad *finding.InvalidError
		assert.True(t, errors.As(err, &bad), s)
		assert.Error(t, back.UnmarshalText([]byte(s)))
	}
	assert.True(t, payment.Date{}.IsZero())
}
