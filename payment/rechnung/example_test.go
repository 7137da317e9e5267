package rechnung_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/rechnung"
)

func ExampleProvider_Due() {
	provider, err := rechnung.New(rechnung.Config{
		BaseURL: "https://service.musterstadt.example", Keys: [][]byte{[]byte(strings.Repeat("k", 32))}, Zahlungsfrist: 30,
		Payee: rechnung.Payee{Name: "Stadt Musterstadt Stadtkasse", IBAN: "DE89370400440532013000"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	issued := time.Date(2026, 4, 3, 12, 0, 0, 0, time.UTC)
	fmt.Println(provider.Due(payment.Claim{}, issued).German()) // 3 May is a Sunday
	// Output: 04.05.2026
}
