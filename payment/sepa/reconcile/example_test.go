package reconcile_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/bausteine/egov/forms/ids"
	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/sepa/kassenzeichen"
	"github.com/bausteine/egov/payment/sepa/reconcile"
)

func Example() {
	ctx := context.Background()
	service, err := payment.New(payment.NewMemoryStore(), []payment.Registration{{Key: "rechnung", Version: "1", Provider: platform{payment.StatePending}}},
		payment.Config{BaseURL: "https://service.musterstadt.example", Target: func(payment.Claim, payment.State) string { return "/" }})
	if err != nil {
		panic(err)
	}
	if _, err := service.Open(ctx, payment.Claim{Tenant: "musterstadt", ID: "hund-6", Amount: payment.EUR(1200), Purpose: "Hundesteuer", Kassenzeichen: "4200000000069"}); err != nil {
		panic(err)
	}
	format, err := kassenzeichen.Compile("42.####.####.##?", kassenzeichen.Luhn())
	if err != nil {
		panic(err)
	}
	r, err := reconcile.New(reconcile.Config{
		Tenant: "musterstadt", Accounts: []ids.IBAN{"DE89370400440532013000"}, Ledger: service,
		Formats: []*kassenzeichen.Format{format}, BankProviders: []string{"rechnung"},
	})
	if err != nil {
		panic(err)
	}
	for range 2 { // the second run changes nothing
		file := strings.NewReader(statement(entry{amount: "12.00", ref: "BANK-1", text: "KZ 42.0000.00|00.069 Hund"}.xml()))
		sum, err := r.File(ctx, file, func(res *reconcile.Result) error {
			fmt.Println(res.Outcome, res.By, res.ClaimID, res.Amount.German(), "repeated:", res.Repeated)
			return nil
		})
		if err != nil {
			panic(err)
		}
		fmt.Println("new entries:", sum.Booked)
	}
	// Output:
	// matched kassenzeichen hund-6 12,00 € repeated: false
	// new entries: 1
	// matched kassenzeichen hund-6 12,00 € repeated: true
	// new entries: 0
}
