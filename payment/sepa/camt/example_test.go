package camt_test

import (
	"fmt"
	"strings"

	"github.com/bausteine/egov/payment/sepa/camt"
)

func ExampleReader() {
	r := camt.NewReader(strings.NewReader(document(camt.StatementDay, 8, part8)), nil)
	for r.NextStatement() {
		for r.NextEntry() {
			for r.NextDetail() {
				amount, err := r.Entry().Amount.Money()
				fmt.Println(amount.German(), r.Entry().BookingDate, r.Detail().EndToEndID, err)
			}
		}
	}
	fmt.Println(r.Err())
	// Output:
	// 12,34 € 2026-11-20 E1 <nil>
	// <nil>
}

func ExampleCheck() {
	report, err := camt.Check(strings.NewReader(document(camt.StatementDay, 8, part8)), nil)
	fmt.Println(report.Verdict, report.Statements[0].Entries, report.Statements[0].Credit, err)
	// Output: accepted 1 12.34 EUR <nil>
}
