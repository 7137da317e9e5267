package simulator_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/browsertest"
	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/simulator"
	"github.com/bausteine/egov/payment/xbezahldienste"
)

// rundgang collects every kind of page that a payer can see: those of the pay
// page and those of the service's return address.
type rundgang struct {
	t     *testing.T
	pages []browsertest.Page
}

func (r *rundgang) see(name, method, address string, form url.Values, status int) {
	r.t.Helper()
	req, err := http.NewRequest(method, address, strings.NewReader(form.Encode()))
	require.NoError(r.t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	require.NoError(r.t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(r.t, err)
	require.Equal(r.t, status, resp.StatusCode, "%s: %s", name, body)
	r.pages = append(r.pages, browsertest.Page{Name: name, HTML: string(body), URL: address})
}

// TestPagesAreAccessible has axe and htmlcs judge every page that a payer can see.
func TestPagesAreAccessible(t *testing.T) {
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	defer server.Close()
	var broken atomic.Bool
	platform, err := simulator.New(t.Context(), simulator.Options{
		BaseURL: server.URL + "/plattform", Clients: []simulator.Client{{ID: "musterstadt", Secret: "geheim"}},
		Fault: func(c simulator.Call) simulator.Fault {
			if broken.Load() {
				return simulator.Fault{Status: http.StatusServiceUnavailable}
			}
			return simulator.Fault{}
		},
	})
	require.NoError(t, err)
	provider, err := xbezahldienste.New(server.URL+"/plattform", "meldewesen", "09999999", &xbezahldienste.Options{
		Credentials: &xbezahldienste.ClientCredentials{TokenURL: server.URL + "/plattform/oauth/token", ClientID: "musterstadt", ClientSecret: "geheim"},
	})
	require.NoError(t, err)
	spy := &returnSpy{Provider: provider}
	service, err := payment.New(payment.NewMemoryStore(), []payment.Registration{{Key: "plattform", Version: "1", Provider: spy}}, payment.Config{
		BaseURL: server.URL, Target: func(payment.Claim, payment.State) string { return "/antrag" },
	})
	require.NoError(t, err)
	mux.Handle("/plattform/", platform)
	mux.Handle("/zahlung/", service.ReturnHandler())

	claim := payment.Claim{Tenant: "musterstadt", ID: "K1", Amount: payment.EUR(3070), Purpose: "Bewohnerparkausweis"}
	c, err := service.Collect(t.Context(), claim, nil)
	require.NoError(t, err)
	r := &rundgang{t: t}
	r.see("pay page", http.MethodGet, c.PayPageURL, nil, http.StatusOK)
	r.see("forged form", http.MethodPost, c.PayPageURL, url.Values{"formular": {"falsch"}, "aktion": {"bezahlen"}}, http.StatusForbidden)
	r.see("broken form", http.MethodPost, c.PayPageURL, url.Values{"aktion": {"a", "b"}}, http.StatusBadRequest)
	r.see("no such payment", http.MethodGet, server.URL+"/plattform/bezahlseite/X", nil, http.StatusNotFound)
	r.see("pending", http.MethodGet, spy.url, nil, http.StatusOK)
	broken.Store(true)
	r.see("platform away", http.MethodGet, spy.url, nil, http.StatusOK)
	broken.Store(false)
	transactions, err := platform.Transactions(t.Context())
	require.NoError(t, err)
	require.Len(t, transactions, 1)
	require.NoError(t, platform.Settle(t.Context(), transactions[0].TransactionID, simulator.StatusPayed))
	r.see("paid already", http.MethodGet, c.PayPageURL, nil, http.StatusGone)
	r.see("returns", http.MethodGet, spy.url, nil, http.StatusSeeOther)
	r.pages = r.pages[:len(r.pages)-1] // a redirect is no page
	r.see("return address used", http.MethodGet, spy.url, nil, http.StatusGone)
	r.see("return address broken", http.MethodGet, server.URL+"/zahlung/zurueck?v=x", nil, http.StatusBadRequest)
	r.see("return page not found", http.MethodGet, server.URL+"/zahlung/x", nil, http.StatusNotFound)
	require.Equal(t, len(r.pages), browsertest.Audit(t, r.pages))
}

// returnSpy keeps the return address that the platform is given.
type returnSpy struct {
	payment.Provider
	url string
}

func (p *returnSpy) Create(ctx context.Context, r payment.CreateRequest) (*payment.Result, error) {
	p.url = r.ReturnURL
	return p.Provider.Create(ctx, r)
}
