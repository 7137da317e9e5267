package simulator_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/simulator"
	"github.com/bausteine/egov/payment/xbezahldienste"
)

// The platform runs on the same server as the service that uses it.
func Example() {
	ctx := context.Background()
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	defer server.Close()
	base := server.URL + "/plattform"
	platform, err := simulator.New(ctx, simulator.Options{BaseURL: base, Clients: []simulator.Client{{ID: "musterstadt", Secret: "geheim"}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	mux.Handle("/plattform/", platform)
	provider, err := xbezahldienste.New(base, "meldewesen", "09999999", &xbezahldienste.Options{
		Credentials: &xbezahldienste.ClientCredentials{TokenURL: base + "/oauth/token", ClientID: "musterstadt", ClientSecret: "geheim"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	payed, err := provider.Create(ctx, payment.CreateRequest{
		Claim:     payment.Claim{Tenant: "musterstadt", ID: "1", Amount: payment.EUR(3070), Purpose: "Meldebescheinigung"},
		RequestID: "R1", ReturnURL: server.URL + "/zahlung/zurueck",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := platform.Settle(ctx, payed.TransactionID, simulator.StatusPayed); err != nil { // or a person on payed.PayPageURL
		fmt.Println(err)
		return
	}
	now, err := provider.Query(ctx, payed.TransactionID)
	if err != nil {
		fmt.Println(err)
		return
	}
	count, sum, err := platform.Paid(ctx)
	fmt.Println(now.State, count, sum.German(), err)
	// Output: paid 1 30,70 € <nil>
}
