package payment_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

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

// A ticker is all the scheduling there has to be: on every node, and none of
// them waits for another. A job queue calls the same two functions; see
// examples/river.
func ExampleService_RefreshDue() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	platform, now := new(paymenttest.Provider), newClock()
	service, err := payment.New(payment.NewMemoryStore(), []payment.Registration{{Key: "plattform", Version: "1", Provider: platform}}, config(now))
	if err != nil {
		fmt.Println(err)
		return
	}
	c, err := service.Collect(ctx, claim("4711"), nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	platform.Set(c.PayPageURL[len("https://pay.example/"):], payment.StatePaid) // and the payer closes the window
	now.Add(time.Minute)
	for ticker := time.NewTicker(10 * time.Millisecond); ; <-ticker.C {
		report, err := service.RefreshDue(ctx, 100)
		if err != nil {
			fmt.Println("the store is away, the next tick tries again:", err)
			continue
		}
		events, _ := service.Events(ctx, 100)
		for _, e := range events {
			fmt.Println("do the work once, by the event's ID:", e.ClaimID, e.State, e.Kind)
			_ = service.Ack(ctx, e.ID)
		}
		if report.Changed > 0 { // a service goes on for ever
			return
		}
	}
	// Output: do the work once, by the event's ID: 4711 paid payment
}

// What the bank reports is booked once, however often the file is read.
func ExampleService_Record() {
	ctx := context.Background()
	service, err := payment.New(payment.NewMemoryStore(),
		[]payment.Registration{{Key: "plattform", Version: "1", Provider: new(paymenttest.Provider)}}, config(newClock()))
	if err != nil {
		fmt.Println(err)
		return
	}
	c := claim("4711")
	c.Kassenzeichen = "1001-0815"
	if _, err := service.Open(ctx, c); err != nil {
		fmt.Println(err)
		return
	}
	found, err := service.Find(ctx, "musterstadt", "10010815") // as it stands in the statement
	if err != nil || len(found) != 1 {
		fmt.Println(len(found), err)
		return
	}
	for range 2 {
		booked, err := service.Record(ctx, payment.Entry{
			Tenant: "musterstadt", ClaimID: found[0].Claim.ID, Provider: "konto-1", TransactionID: "2026112300001",
			Kind: payment.KindPayment, Amount: payment.EUR(3070),
		})
		fmt.Println(booked, err)
	}
	// Output:
	// 1 <nil>
	// 0 <nil>
}

func ExampleClaim_PaymentInformation() {
	c := claim("4711")
	info, err := c.PaymentInformation(payment.Attempt{
		Tenant: c.Tenant, ClaimID: c.ID, TransactionID: "9xxd-432x-6543", Reference: "1001-0815", State: payment.StatePaid,
		Amount: c.Amount, Method: "CREDITCARD", PaidAt: time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	b, err := json.Marshal(info)
	fmt.Println(string(b), err)
	// Output: {"transactionId":"9xxd-432x-6543","transactionReference":"1001-0815","transactionTimestamp":"2026-11-23T09:30:00Z","paymentMethod":"CREDITCARD","status":"BOOKED","grossAmount":30.70} <nil>
}

func ExampleService_Refund() {
	ctx := context.Background()
	platform := new(paymenttest.Provider)
	service, err := payment.New(payment.NewMemoryStore(), []payment.Registration{{Key: "plattform", Version: "1", Provider: platform}}, config(newClock()))
	if err != nil {
		fmt.Println(err)
		return
	}
	if _, err := service.Open(ctx, claim("4711")); err != nil {
		fmt.Println(err)
		return
	}
	attempt, err := service.Start(ctx, "musterstadt", "4711")
	if err != nil {
		fmt.Println(err)
		return
	}
	platform.Set(attempt.TransactionID, payment.StatePaid)
	if _, err := service.Refresh(ctx, "musterstadt", attempt.ID); err != nil {
		fmt.Println(err)
		return
	}
	for range 2 { // a double click
		refund, err := service.Refund(ctx, "musterstadt", attempt.ID, payment.EUR(1000), "antrag-zurueckgezogen")
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(refund.State, refund.Amount.German())
	}
	balance, err := service.Balance(ctx, "musterstadt", "4711")
	fmt.Println(balance.Booked.German(), err)
	// Output:
	// paid -10,00 €
	// paid -10,00 €
	// 20,70 € <nil>
}
