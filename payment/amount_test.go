package payment_test

import (
	"encoding/json"
	"errors"
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/xoev/finding"
)

func codeOf(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	var bad *finding.InvalidError
	require.ErrorAs(t, err, &bad)
	return bad.Findings[0].Code
}

func TestParseAmount(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want int64
		code string
	}{
		{"30.70", 3070, ""}, {"30.7", 3070, ""}, {"30", 3000, ""}, {"0", 0, ""}, {"-0", 0, ""}, {"-0.01", -1, ""},
		{"3.07e1", 3070, ""}, {"3.07E+1", 3070, ""}, {"3070e-2", 3070, ""}, {"30.7000", 3070, ""}, {"0e999", 0, ""},
		{"92233720368547758.07", math.MaxInt64, ""}, {"-92233720368547758.07", -math.MaxInt64, ""},
		{"0.29", 29, ""}, {"1.15", 115, ""}, {"999999.00", 99999900, ""},
		{"92233720368547758.08", 0, "PAY-003"}, {"1e17", 0, "PAY-003"}, {"1e999", 0, "PAY-003"},
		{"30.705", 0, "PAY-002"}, {"1e-3", 0, "PAY-002"}, {"1e-999", 0, "PAY-002"},
		{"", 0, "PAY-001"}, {"-", 0, "PAY-001"}, {".5", 0, "PAY-001"}, {"5.", 0, "PAY-001"}, {"+5", 0, "PAY-001"},
		{"05", 0, "PAY-001"}, {"0x10", 0, "PAY-001"}, {"NaN", 0, "PAY-001"}, {"Inf", 0, "PAY-001"}, {"1_0", 0, "PAY-001"},
		{"30,70", 0, "PAY-001"}, {" 1", 0, "PAY-001"}, {"1e", 0, "PAY-001"}, {"1e+-1", 0, "PAY-001"}, {"1e1234", 0, "PAY-001"},
		{"٣", 0, "PAY-001"}, {"1e1e1", 0, "PAY-001"}, {"--1", 0, "PAY-001"},
	} {
		t.Run(tt.in, func(t *testing.T) {
			got, err := payment.ParseAmount(tt.in, "EUR")
			assert.Equal(t, tt.code, codeOf(t, err))
			if err == nil {
				assert.Equal(t, payment.EUR(tt.want), got)
			} else {
				assert.Equal(t, payment.Amount{}, got)
			}
		})
	}
	for _, currency := range []string{"", "EU", "eur", "EURO", "E€"} {
		_, err := payment.ParseAmount("1", currency)
		assert.Equal(t, "PAY-004", codeOf(t, err), currency)
	}
}

func TestParseGermanAmount(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want int64
		ok   bool
	}{
		{"30,70 €", 3070, true}, {"30,70", 3070, true}, {"30,70€", 3070, true}, {"1.234,56 EUR", 123456, true}, {"1234", 123400, true},
		{"1.234.567", 123456700, true}, {"-1,00 €", -100, true}, {"0,01", 1, true}, {"30,70\u00a0€", 3070, true}, {"007,00", 700, true},
		{"30.70", 0, false}, {"30,7", 0, false}, {"30,705", 0, false}, {"1.23,45", 0, false}, {"12345.678,00", 0, false}, {".123", 0, false},
		{"", 0, false}, {"€", 0, false}, {"1,00 $", 0, false}, {"1,,00", 0, false}, {"1,-0", 0, false}, {"--1,00", 0, false}, {"1 000,00", 0, false},
		{"99999999999999999999,00", 0, false},
	} {
		t.Run(tt.in, func(t *testing.T) {
			got, err := payment.ParseGermanAmount(tt.in)
			assert.Equal(t, tt.ok, err == nil)
			assert.Equal(t, tt.want, got.Cents)
		})
	}
}

func TestWritingAmounts(t *testing.T) {
	for _, tt := range []struct {
		in           payment.Amount
		german, json string
	}{
		{payment.EUR(3070), "30,70 €", "30.70"}, {payment.EUR(0), "0,00 €", "0.00"}, {payment.EUR(5), "0,05 €", "0.05"},
		{payment.EUR(-123456), "-1.234,56 €", "-1234.56"}, {payment.EUR(100000000), "1.000.000,00 €", "1000000.00"},
		{payment.EUR(math.MaxInt64), "92.233.720.368.547.758,07 €", "92233720368547758.07"},
		{payment.EUR(math.MinInt64), "-92.233.720.368.547.758,08 €", "-92233720368547758.08"},
		{payment.Amount{Cents: 100, Currency: "CHF"}, "1,00 CHF", "1.00"},
	} {
		assert.Equal(t, tt.german, tt.in.German())
		b, err := json.Marshal(tt.in.JSONNumber())
		require.NoError(t, err)
		assert.Equal(t, tt.json, string(b))
	}
}

func TestAmountArithmetic(t *testing.T) {
	big := payment.EUR(math.MaxInt64)
	_, err := big.Add(payment.EUR(1))
	assert.Equal(t, "PAY-003", codeOf(t, err))
	_, err = payment.EUR(math.MinInt64).Add(payment.EUR(-1))
	assert.Equal(t, "PAY-003", codeOf(t, err))
	_, err = big.Add(payment.Amount{Cents: 1, Currency: "CHF"})
	assert.Equal(t, "PAY-004", codeOf(t, err))
	_, err = big.Times(2)
	assert.Equal(t, "PAY-003", codeOf(t, err))
	sum, err := payment.EUR(1).Add(payment.Amount{})
	require.NoError(t, err)
	assert.Equal(t, payment.EUR(1), sum)
	sum, err = payment.Amount{}.Add(payment.EUR(-1))
	require.NoError(t, err)
	assert.Equal(t, payment.EUR(-1), sum)
	got, err := payment.EUR(-3).Times(4)
	require.NoError(t, err)
	assert.Equal(t, payment.EUR(-12), got)
	for _, tt := range []struct{ gross, rate, tax int64 }{
		{11900, 1900, 1900}, {10700, 700, 700}, {100, 1900, 16}, {1, 1900, 0}, {3, 1900, 0}, {4, 1900, 1}, {500, 0, 0}, {1e12, 10000, 5e11},
	} {
		net, tax, err := payment.SplitTax(payment.EUR(tt.gross), payment.TaxRate(tt.rate))
		require.NoError(t, err)
		assert.Equal(t, tt.tax, tax.Cents)
		assert.Equal(t, tt.gross, net.Cents+tax.Cents)
	}
	for _, bad := range [][2]int64{{-1, 0}, {1e12 + 1, 0}, {1, -1}, {1, 10001}} {
		_, _, err := payment.SplitTax(payment.EUR(bad[0]), payment.TaxRate(bad[1]))
		assert.Error(t, err)
	}
}

// FuzzParseAmount compares with exact rational arithmetic.
func FuzzParseAmount(f *testing.F) {
	for _, s := range []string{"30.70", "3.07e1", "-0.01", "1e-3", "NaN", "92233720368547758.07", "0e999", "1E+17", "05", "5."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := payment.ParseAmount(s, "EUR")
		if err != nil {
			var bad *finding.InvalidError
			if !errors.As(err, &bad) || got != (payment.Amount{}) {
				t.Fatalf("%q: error %T, amount %v", s, err, got)
			}
			if german, err := payment.ParseGermanAmount(s); err != nil && german != (payment.Amount{}) {
				t.Fatalf("%q: an amount with an error", s)
			}
			return
		}
		want, ok := new(big.Rat).SetString(s)
		if !ok || want.Mul(want, big.NewRat(100, 1)).Cmp(new(big.Rat).SetInt64(got.Cents)) != 0 {
			t.Fatalf("%q became %d cents", s, got.Cents)
		}
		back, err := payment.AmountFromJSON(got.JSONNumber(), "EUR")
		if err != nil || back != got {
			t.Fatalf("%v does not come back: %v", got, err)
		}
		if german, err := payment.ParseGermanAmount(got.German()); err != nil || german != got {
			t.Fatalf("%v does not come back from %q: %v", got, got.German(), err)
		}
	})
}
