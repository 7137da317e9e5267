package simulator_test

import (
	"context"
	"database/sql"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/simulator"
	"github.com/bausteine/egov/payment/xbezahldienste"
)

const prefix = "/plattform"

// town is an application with a platform on the same server, as in a demo.
type town struct {
	*payment.Service
	platform *simulator.Simulator
	provider *xbezahldienste.Provider
	server   *httptest.Server
	store    *payment.MemoryStore
	browser  *http.Client
}

var account = simulator.Account{OriginatorID: "meldewesen", EndPointID: "09999999"}

func newTown(t *testing.T, o simulator.Options, x xbezahldienste.Options) *town {
	t.Helper()
	mux := http.NewServeMux()
	v := &town{server: httptest.NewServer(mux), store: payment.NewMemoryStore()}
	t.Cleanup(v.server.Close)
	o.BaseURL = v.server.URL + prefix
	o.Clients = []simulator.Client{
		{ID: "musterstadt", Secret: "geheim&=ä", Accounts: []simulator.Account{account}},
		{ID: "andere", Secret: "geheim", Accounts: []simulator.Account{{OriginatorID: "fremd", EndPointID: "1"}}},
	}
	var err error
	v.platform, err = simulator.New(t.Context(), o)
	require.NoError(t, err)
	x.Credentials = &xbezahldienste.ClientCredentials{TokenURL: o.BaseURL + "/oauth/token", ClientID: "musterstadt", ClientSecret: "geheim&=ä"}
	if x.RetryDelay == 0 {
		x.RetryDelay = time.Millisecond
	}
	v.provider, err = xbezahldienste.New(o.BaseURL, account.OriginatorID, account.EndPointID, &x)
	require.NoError(t, err)
	v.Service, err = payment.New(v.store, []payment.Registration{{Key: "sim", Version: "1", Provider: v.provider}}, payment.Config{
		BaseURL: v.server.URL + "/online",
		Target:  func(c payment.Claim, s payment.State) string { return "/antrag/" + c.ID + "/" + string(s) },
	})
	require.NoError(t, err)
	mux.Handle(prefix+"/", v.platform)
	mux.Handle("/online/zahlung/", v.ReturnHandler())
	mux.HandleFunc("/online/antrag/", func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.URL.Path) })
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	v.browser = &http.Client{Jar: jar}
	return v
}

func (v *town) start(t *testing.T, id string) *payment.Attempt {
	t.Helper()
	_, err := v.Open(t.Context(), payment.Claim{
		Tenant: "musterstadt", ID: id, Amount: payment.EUR(3070), Purpose: "Meldebescheinigung " + id, Description: "Gebühr, einfache Auskunft",
	})
	require.NoError(t, err)
	a, err := v.Start(t.Context(), "musterstadt", id)
	require.NoError(t, err)
	return a
}

func (v *town) get(t *testing.T, target string) (int, string) {
	t.Helper()
	r, err := v.browser.Get(target)
	require.NoError(t, err)
	return read(t, r)
}

func (v *town) post(t *testing.T, target string, form url.Values) (int, string) {
	t.Helper()
	r, err := v.browser.PostForm(target, form)
	require.NoError(t, err)
	return read(t, r)
}

func read(t *testing.T, r *http.Response) (int, string) {
	t.Helper()
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	return r.StatusCode, string(b)
}

var formToken = regexp.MustCompile(`name="formular" value="([^"]+)"`)

// press loads a pay page and presses a button.
func (v *town) press(t *testing.T, payPage, button string) (int, string) {
	t.Helper()
	status, body := v.get(t, payPage)
	require.Equal(t, 200, status)
	m := formToken.FindStringSubmatch(body)
	require.NotNil(t, m)
	return v.post(t, payPage, url.Values{"formular": {m[1]}, "aktion": {button}})
}

func TestAPayerGoesThrough(t *testing.T) {
	for _, tt := range []struct {
		button string
		want   payment.State
		booked int64
	}{
		{"bezahlen", payment.StatePaid, 3070},
		{"abbrechen", payment.StateCanceled, 0},
		{"fehlschlagen", payment.StateFailed, 0},
	} {
		t.Run(tt.button, func(t *testing.T) {
			v := newTown(t, simulator.Options{}, xbezahldienste.Options{})
			a := v.start(t, "K1")
			status, body := v.press(t, a.PayPageURL, tt.button)
			assert.Equal(t, 200, status)
			assert.Equal(t, "/online/antrag/K1/"+string(tt.want), body)
			s, err := v.Status(t.Context(), "musterstadt", "K1")
			require.NoError(t, err)
			assert.Equal(t, payment.EUR(tt.booked), s.Balance.Booked)
			_, sum, err := v.platform.Paid(t.Context())
			require.NoError(t, err)
			assert.Equal(t, sum, s.Balance.Booked)
		})
	}
}

func TestClosingTheWindowLeavesThePaymentOpen(t *testing.T) {
	v := newTown(t, simulator.Options{}, xbezahldienste.Options{})
	a := v.start(t, "K1")
	status, body := v.get(t, a.PayPageURL+"/geschlossen")
	require.Equal(t, 200, status)
	back := regexp.MustCompile(`href="([^"]+zurueck[^"]+)"`).FindStringSubmatch(body)
	require.NotNil(t, back)
	status, body = v.get(t, strings.ReplaceAll(back[1], "&amp;", "&"))
	assert.Equal(t, 200, status)
	assert.Contains(t, body, "Die Zahlung wird geprüft")
	again, err := v.Start(t.Context(), "musterstadt", "K1")
	require.NoError(t, err)
	assert.Equal(t, a.PayPageURL, again.PayPageURL)
	status, body = v.press(t, a.PayPageURL, "bezahlen")
	assert.Equal(t, 200, status)
	assert.Equal(t, "/online/antrag/K1/paid", body)
}

func TestTheBooksSurviveARestart(t *testing.T) {
	db, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "t.db")+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
	require.NoError(t, err)
	defer db.Close()
	v := newTown(t, simulator.Options{DB: db}, xbezahldienste.Options{})
	a := v.start(t, "K1")
	v.press(t, a.PayPageURL, "bezahlen")
	second, err := simulator.New(context.Background(), simulator.Options{
		BaseURL: "http://127.0.0.1/x", DB: db, Clients: []simulator.Client{{ID: "a", Secret: "b"}},
	})
	require.NoError(t, err)
	before, err := v.platform.Transactions(t.Context())
	require.NoError(t, err)
	after, err := second.Transactions(t.Context())
	require.NoError(t, err)
	require.Len(t, after, 1)
	before[0].PayPageURL, after[0].PayPageURL = "", ""
	assert.Equal(t, before, after)
	assert.Equal(t, simulator.StatusPayed, after[0].Status)
	assert.False(t, after[0].PaidAt.IsZero())
}
