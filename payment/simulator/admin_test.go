package simulator_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/simulator"
	"github.com/bausteine/egov/payment/xbezahldienste"
)

// admin calls the admin API.
func (v *town) admin(t *testing.T, method, path string, body any) (int, string) {
	t.Helper()
	b, err := json.Marshal(body)
	require.NoError(t, err)
	r, err := http.NewRequest(method, v.server.URL+prefix+"/verwaltung/"+path, bytes.NewReader(b))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/json")
	response, err := v.browser.Do(r)
	require.NoError(t, err)
	return read(t, response)
}

func TestAdmin(t *testing.T) {
	v := newTown(t, simulator.Options{}, xbezahldienste.Options{})
	a := v.start(t, "K1")
	status, body := v.admin(t, "GET", "zahlungen", nil)
	require.Equal(t, 200, status)
	assert.Contains(t, body, a.TransactionID)
	assert.Contains(t, body, `"cents":3070`)
	status, _ = v.admin(t, "POST", "zahlungen/"+a.TransactionID, map[string]string{"status": "PAYED", "method": "wero"})
	require.Equal(t, 200, status)
	got, err := v.Refresh(t.Context(), a.Tenant, a.ID)
	require.NoError(t, err)
	assert.Equal(t, payment.StatePaid, got.State)
	assert.Equal(t, "OTHER", got.Method)
	assert.Equal(t, "WERO", got.MethodDetail)

	for _, c := range []struct {
		method, path string
		body         any
		status       int
	}{
		{"POST", "zahlungen/" + a.TransactionID, map[string]string{"status": "FAILED"}, 409},
		{"POST", "zahlungen/" + a.TransactionID, map[string]string{"status": "AUTHORISED"}, 409},
		{"POST", "zahlungen/" + a.TransactionID, map[string]string{"status": "PAYED", "method": "giropay"}, 400},
		{"POST", "zahlungen/unbekannt", map[string]string{"status": "PAYED"}, 404},
		{"POST", "zahlungen/" + a.TransactionID, []int{1}, 400},
		{"POST", "ueberweisungen", map[string]any{"amount": 0, "text": "x"}, 400},
		{"POST", "ueberweisungen", map[string]any{"amount": 1.005, "text": "x"}, 400},
		{"POST", "ueberweisungen", map[string]any{"amount": 1, "text": strings.Repeat("x", 141)}, 400},
		{"POST", "ueberweisungen", map[string]any{"amount": 1, "text": "x", "y": 1}, 400},
		{"POST", "ruecklastschriften", map[string]string{"transactionId": "unbekannt"}, 404},
		{"PUT", "uhr", map[string]string{"now": "1026-01-01T00:00:00Z"}, 400},
		{"PUT", "stoerungen", map[string]any{"operation": "pay"}, 400},
		{"PUT", "stoerungen", map[string]any{"operation": "query", "calls": 1, "fault": map[string]int{"status": 200}}, 400},
		{"GET", "kontoauszug?tag=gestern", nil, 400},
		{"DELETE", "zahlungen", nil, 405},
		{"GET", "x", nil, 404},
	} {
		status, _ := v.admin(t, c.method, c.path, c.body)
		assert.Equal(t, c.status, status, "%s %s %v", c.method, c.path, c.body)
	}
	response, err := v.browser.Post(v.server.URL+prefix+"/verwaltung/ueberweisungen", "text/plain", strings.NewReader(`{"amount":1}`))
	require.NoError(t, err)
	status, _ = read(t, response)
	assert.Equal(t, 415, status, "what a form of another site can send")
}

func TestAdminFaultsAndClock(t *testing.T) {
	v := newTown(t, simulator.Options{}, xbezahldienste.Options{Retries: -1})
	a := v.start(t, "K1")
	status, _ := v.admin(t, "PUT", "stoerungen", map[string]any{"operation": "query", "calls": 1, "fault": map[string]int{"status": 503}})
	require.Equal(t, 200, status)
	_, err := v.provider.Query(t.Context(), a.TransactionID)
	require.ErrorIs(t, err, payment.ErrUnavailable)
	_, err = v.provider.Query(t.Context(), a.TransactionID)
	require.NoError(t, err, "one call was ordered")

	day := time.Date(2031, 2, 3, 4, 5, 6, 0, time.UTC)
	status, body := v.admin(t, "PUT", "uhr", map[string]time.Time{"now": day})
	require.Equal(t, 200, status)
	assert.Contains(t, body, "2031-02-03T04:05:0")
	require.NoError(t, v.platform.Settle(t.Context(), a.TransactionID, simulator.StatusPayed))
	all, err := v.platform.Transactions(t.Context())
	require.NoError(t, err)
	assert.WithinDuration(t, day, all[0].PaidAt, time.Minute)
}

// TestMoneyThatComesLateOrTwice: the pay page lets a person cause both.
func TestMoneyThatComesLateOrTwice(t *testing.T) {
	v := newTown(t, simulator.Options{}, xbezahldienste.Options{})
	a := v.start(t, "K1")
	v.press(t, a.PayPageURL, "abbrechen")
	press := func(button string) (int, string) {
		status, body := v.get(t, a.PayPageURL)
		require.Equal(t, http.StatusGone, status)
		m := formToken.FindStringSubmatch(body)
		require.NotNil(t, m)
		return v.post(t, a.PayPageURL, map[string][]string{"formular": {m[1]}, "aktion": {button}})
	}
	status, _ := press("nochmal")
	assert.Equal(t, http.StatusConflict, status, "what is not paid is not paid twice")
	press("nachholen")
	status, _ = press("nachholen")
	assert.Equal(t, http.StatusConflict, status)
	press("nochmal")
	got, err := v.Refresh(t.Context(), a.Tenant, a.ID)
	require.NoError(t, err)
	assert.Equal(t, payment.StatePaid, got.State)
	assert.True(t, got.Late)
	var doc struct {
		Entries []struct {
			Amount string `xml:"Amt"`
			End    string `xml:"NtryDtls>TxDtls>Refs>EndToEndId"`
			Bank   string `xml:"AcctSvcrRef"`
		} `xml:"BkToCstmrStmt>Stmt>Ntry"`
	}
	require.NoError(t, xml.Unmarshal(v.statement(t), &doc))
	require.Len(t, doc.Entries, 2)
	assert.Equal(t, a.TransactionID, doc.Entries[0].End)
	assert.Equal(t, a.TransactionID, doc.Entries[1].End)
	assert.NotEqual(t, doc.Entries[0].Bank, doc.Entries[1].Bank)
}

func (v *town) statement(t *testing.T) []byte {
	t.Helper()
	status, body := v.get(t, v.server.URL+prefix+"/verwaltung/kontoauszug")
	require.Equal(t, 200, status)
	return []byte(body)
}

// TestStatement: a day with every kind of movement is valid against the ISO
// schema, in both kinds of books.
func TestStatement(t *testing.T) {
	db, err := openDB(filepath.Join(t.TempDir(), "t.db"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = db.Close() })
	var statements []string
	for _, o := range []simulator.Options{{}, {DB: db}} {
		o.Now = func() time.Time { return time.Date(2026, 4, 3, 12, 0, 0, 0, time.UTC) }
		v := newTown(t, o, xbezahldienste.Options{})
		a := v.start(t, "K1")
		require.NoError(t, v.platform.Settle(t.Context(), a.TransactionID, simulator.StatusPayed))
		status, _ := v.admin(t, "POST", "ruecklastschriften", map[string]string{"transactionId": a.TransactionID})
		require.Equal(t, 201, status)
		for _, text := range []string{"4200000000061 Müller & Söhne <1>", ""} {
			status, _ = v.admin(t, "POST", "ueberweisungen", map[string]any{"amount": json.Number("12.50"), "text": text, "payer": "Erika Mustermann"})
			require.Equal(t, 201, status)
		}
		body := v.statement(t)
		assert.Equal(t, body, v.statement(t), "the same day gives the same bytes")
		for _, want := range []string{">30.70<", ">33.70<", ">3.00<", ">12.50<", "Müller &amp; Söhne &lt;1&gt;", ">22.00<", "<RvslInd>true<"} {
			assert.Contains(t, string(body), want)
		}
		statements = append(statements, string(body))
	}
	v := newTown(t, simulator.Options{DB: db, Now: func() time.Time { return time.Date(2026, 4, 4, 12, 0, 0, 0, time.UTC) }}, xbezahldienste.Options{})
	next := v.statement(t)
	assert.Contains(t, string(next), ">22.00<", "the next day opens with the balance of the last")
	valid(t, append(statements, string(next))...)
}

func valid(t *testing.T, documents ...string) {
	t.Helper()
	schema := testenv.Data(t, "payment/iso20022/xsd/camt.053.001.08.xsd")
	tool := testenv.Tool(t, "xmllint")
	for _, d := range documents {
		file := filepath.Join(t.TempDir(), "camt.xml")
		require.NoError(t, os.WriteFile(file, []byte(d), 0o600))
		out, err := exec.Command(tool, "--noout", "--schema", schema, file).CombinedOutput()
		require.NoError(t, err, "%s\n%s", out, d)
	}
}
