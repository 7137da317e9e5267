package payment_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/paymenttest"
)

// From the claim to the money: open, start, send the browser to the pay page,
// receive it back, and read the balance.
func Example() {
	ctx := context.Background()
	platform := new(paymenttest.Provider)
	service, err := payment.New(payment.NewMemoryStore(),
		[]payment.Registration{{Key: "plattform", Version: "2026-11", Provider: platform}},
		payment.Config{
			BaseURL: "https://service.musterstadt.example",
			Target:  func(c payment.Claim, s payment.State) string { return "/antrag/" + c.ID + "/zahlung" },
		})
	if err != nil {
		fmt.Println(err)
		return
	}
	claim := payment.Claim{Tenant: "musterstadt", ID: "4711", Amount: payment.EUR(3070), Purpose: "Meldebescheinigung 4711"}
	if _, err := service.Open(ctx, claim); err != nil {
		fmt.Println(err)
		return
	}
	attempt, err := service.Start(ctx, "musterstadt", "4711")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("pending:", attempt.State == payment.StatePending && attempt.PayPageURL != "")

	platform.Set(attempt.TransactionID, payment.StatePaid) // the payer pays
	back := httptest.NewRecorder()
	service.ReturnHandler().ServeHTTP(back, httptest.NewRequest(http.MethodGet, platform.Requests()[0].ReturnURL, nil))
	fmt.Println(back.Code, back.Header().Get("Location"))

	status, err := service.Status(ctx, "musterstadt", "4711")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(status.State, status.Balance.Booked.German())
	// Output:
	// pending: true
	// 303 https://service.musterstadt.example/antrag/4711/zahlung
	// paid 30,70 €
}

func ExampleParseGermanAmount() {
	a, err := payment.ParseGermanAmount("1.234,56 €")
	fmt.Println(a, err)
	_, err = payment.ParseGermanAmount("30.70")
	fmt.Println(err)
	// Output:
	// 1234.56 EUR <nil>
	// PAY-001: not a decimal number
}

func ExampleSplitTax() {
	net, tax, err := payment.SplitTax(payment.EUR(11900), 1900)
	fmt.Println(net.German(), tax.German(), err)
	// Output: 100,00 € 19,00 € <nil>
}
