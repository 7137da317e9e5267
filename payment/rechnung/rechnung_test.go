package rechnung

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/browsertest"
	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/sepa/epcqr"
	"github.com/bausteine/egov/xoev/finding"
)

// Friday, 3 April 2026, 12:00 in Berlin.
var start = time.Date(2026, 4, 3, 10, 0, 0, 0, time.UTC)

type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func config(c *clock) Config {
	return Config{
		BaseURL: "https://service.musterstadt.example/dienst/", Keys: [][]byte{[]byte(strings.Repeat("k", 32))},
		Payee: Payee{Name: "Stadt Musterstadt Stadtkasse", IBAN: "DE89370400440532013000", Bank: "Musterbank"}, Zahlungsfrist: 30, Now: c.now,
		Stufen: []Stufe{{Name: "Zahlungserinnerung", After: 7}, {Name: "Mahnung", After: 21, Fee: payment.EUR(500)}},
	}
}

// bench is a service with invoices over a memory store.
type bench struct {
	*payment.Service
	provider *Provider
	clock    *clock
}

func newBench(t *testing.T) *bench {
	t.Helper()
	c := &clock{start}
	p, err := New(config(c))
	require.NoError(t, err)
	s, err := payment.New(payment.NewMemoryStore(), []payment.Registration{{Key: "rechnung", Version: "1", Provider: p}}, payment.Config{
		BaseURL: "https://service.musterstadt.example/dienst", Target: func(payment.Claim, payment.State) string { return "/fertig" }, Now: c.now,
	})
	require.NoError(t, err)
	return &bench{s, p, c}
}

func claim() payment.Claim {
	return payment.Claim{Tenant: "09999999", ID: "K1", Amount: payment.EUR(3070), Purpose: "Bewohnerparkausweis", Kassenzeichen: "4200000000061",
		Items: []payment.Item{{ID: "1", Quantity: 1, UnitNet: payment.EUR(3070), Description: "Gebühr <1 Jahr>"}}}
}

func (b *bench) begin(t *testing.T) *payment.Attempt {
	t.Helper()
	_, err := b.Open(t.Context(), claim())
	require.NoError(t, err)
	a, err := b.Start(t.Context(), "09999999", "K1")
	require.NoError(t, err)
	return a
}

func (b *bench) status(t *testing.T) *payment.Status {
	t.Helper()
	s, err := b.Status(t.Context(), "09999999", "K1")
	require.NoError(t, err)
	return s
}

func (b *bench) find(ctx context.Context, id string) (*payment.Status, error) {
	found, err := b.Find(ctx, "09999999", id)
	if err != nil || len(found) == 0 {
		return nil, errors.Join(err, payment.ErrNotFound)
	}
	return found[0], nil
}

func transfer(a *payment.Attempt, cents int64) payment.Entry {
	return payment.Entry{Tenant: a.Tenant, ClaimID: a.ClaimID, AttemptID: a.ID, Provider: "konto-1", TransactionID: "BANK-1",
		Kind: payment.KindPayment, Amount: payment.EUR(cents), ValueAt: start}
}

func TestInvoiceIsSettledByTheBank(t *testing.T) {
	b := newBench(t)
	a := b.begin(t)
	assert.Equal(t, payment.StatePending, a.State)
	assert.Equal(t, "https://service.musterstadt.example/dienst/rechnung/"+a.TransactionID, a.PayPageURL)
	b.clock.at = start.AddDate(0, 0, 60)
	_, err := b.RefreshDue(t.Context(), 10)
	require.NoError(t, err)
	assert.Equal(t, payment.StatePending, b.status(t).Attempts[0].State, "an invoice is not over after an hour")
	n, err := b.Record(t.Context(), transfer(a, 3070))
	require.NoError(t, err)
	assert.Equal(t, 1, n)
	assert.Equal(t, payment.StatePaid, b.status(t).Attempts[0].State)
	assert.Equal(t, payment.ClaimPaid, b.status(t).State)
}

func TestInvoiceLapses(t *testing.T) {
	b := newBench(t)
	a := b.begin(t)
	b.clock.at = start.AddDate(0, 0, 30+90+3)
	_, err := b.RefreshDue(t.Context(), 10)
	require.NoError(t, err)
	assert.Equal(t, payment.StateExpired, b.status(t).Attempts[0].State)
	_, err = b.Record(t.Context(), transfer(a, 3070))
	require.NoError(t, err)
	assert.Equal(t, payment.ClaimPaid, b.status(t).State, "late money is money")
}

func TestTransactionIDs(t *testing.T) {
	c := &clock{start}
	p, err := New(config(c))
	require.NoError(t, err)
	r := payment.CreateRequest{Claim: claim(), RequestID: "ABCDEFGHIJKLMNOPQRSTUVWXYZ", RequestedAt: start}
	first, err := p.Create(t.Context(), r)
	require.NoError(t, err)
	again, err := p.Create(t.Context(), r)
	require.NoError(t, err)
	assert.Equal(t, first, again, "the same request makes the same invoice")
	assert.Equal(t, payment.EUR(3070), *first.Amount)
	assert.LessOrEqual(t, len(first.TransactionID), 100)

	got, err := p.Query(t.Context(), first.TransactionID)
	require.NoError(t, err)
	assert.Equal(t, r.RequestID, got.RequestID)
	flipped := 0
	for i := range first.TransactionID {
		forged := first.TransactionID[:i] + string(first.TransactionID[i]^1) + first.TransactionID[i+1:]
		_, err := p.Query(t.Context(), forged)
		require.ErrorIs(t, err, payment.ErrNotFound, forged)
		flipped++
	}
	assert.Greater(t, flipped, 50)

	rolled := config(c)
	rolled.Keys = [][]byte{[]byte(strings.Repeat("n", 32)), rolled.Keys[0]}
	next, err := New(rolled)
	require.NoError(t, err)
	_, err = next.Query(t.Context(), first.TransactionID)
	require.NoError(t, err, "the old key's invoices are still known")
	rolled.Keys = rolled.Keys[:1]
	next, err = New(rolled)
	require.NoError(t, err)
	_, err = next.Query(t.Context(), first.TransactionID)
	require.ErrorIs(t, err, payment.ErrNotFound)

	withdrawn, err := p.Cancel(t.Context(), first.TransactionID)
	require.NoError(t, err)
	assert.Equal(t, payment.StateCanceled, withdrawn.State)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = p.Create(ctx, r)
	require.ErrorIs(t, err, context.Canceled)
}

func TestRefusedClaims(t *testing.T) {
	p, err := New(config(&clock{start}))
	require.NoError(t, err)
	for _, c := range []struct {
		name, code string
		change     func(*payment.CreateRequest)
	}{
		{"no Kassenzeichen", "RNG-001", func(r *payment.CreateRequest) { r.Claim.Kassenzeichen = "" }},
		{"Kassenzeichen too long for a reference", "RNG-001", func(r *payment.CreateRequest) { r.Claim.Kassenzeichen = strings.Repeat("1", 30) }},
		{"nothing to pay", "PAY-011", func(r *payment.CreateRequest) { r.Claim.Amount = payment.EUR(0) }},
		{"more than a GiroCode holds", "RNG-002", func(r *payment.CreateRequest) {
			r.Claim.Amount, r.Claim.Items = payment.EUR(1_000_000_000_00), nil
		}},
		{"request id", "RNG-003", func(r *payment.CreateRequest) { r.RequestID = "a.b" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := payment.CreateRequest{Claim: claim(), RequestID: "R1", RequestedAt: start}
			c.change(&r)
			_, err := p.Create(t.Context(), r)
			var bad *finding.InvalidError
			require.ErrorAs(t, err, &bad)
			assert.Equal(t, c.code, bad.Findings[0].Code)
		})
	}
}

func TestDue(t *testing.T) {
	may1 := payment.Date{Year: 2026, Month: 5, Day: 1}
	for _, c := range []struct {
		name    string
		due     payment.Date
		issued  time.Time
		days    int
		holiday func(payment.Date) bool
		want    string
	}{
		{"thirty days to a Sunday go on to Monday", payment.Date{}, start, 30, nil, "2026-05-04"},
		{"a working day stays", payment.Date{}, start, 28, nil, "2026-05-01"},
		{"a holiday goes on past the week end", payment.Date{}, start, 28, func(d payment.Date) bool { return d == may1 }, "2026-05-04"},
		{"the claim's own day counts", payment.Date{Year: 2026, Month: 4, Day: 15}, start, 30, nil, "2026-04-15"},
		{"late in the evening it is the next day in Berlin", payment.Date{}, time.Date(2026, 4, 5, 22, 30, 0, 0, time.UTC), 1, nil, "2026-04-07"},
		{"over the turn of the year", payment.Date{}, time.Date(2026, 12, 20, 12, 0, 0, 0, time.UTC), 15, nil, "2027-01-04"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cfg := config(&clock{start})
			cfg.Zahlungsfrist, cfg.Holiday = c.days, c.holiday
			p, err := New(cfg)
			require.NoError(t, err)
			assert.Equal(t, c.want, p.Due(payment.Claim{Due: c.due}, c.issued).String())
		})
	}
}

func TestMahnungen(t *testing.T) {
	b := newBench(t)
	a := b.begin(t)
	due := b.provider.Due(claim(), start) // 4 May
	at := func(days int) {
		d := addDays(due, days)
		b.clock.at = time.Date(d.Year, d.Month, d.Day, 12, 0, 0, 0, time.UTC)
	}
	for _, c := range []struct{ days, stages int }{{0, 0}, {6, 0}, {7, 1}, {20, 1}, {21, 2}, {300, 2}} {
		at(c.days)
		assert.Len(t, b.provider.Mahnungen(b.status(t), *a), c.stages, "%d days after the due date", c.days)
	}
	at(21)
	stages := b.provider.Mahnungen(b.status(t), *a)
	_, costs := stages[0].Entry()
	assert.False(t, costs)
	assert.Equal(t, "2026-05-25", stages[1].Since.String())
	fee, costs := stages[1].Entry()
	require.True(t, costs)
	for range 2 { // booked once
		_, err := b.Record(t.Context(), fee)
		require.NoError(t, err)
	}
	assert.Equal(t, payment.EUR(3570), b.status(t).Balance.Open)
	_, err := b.Record(t.Context(), transfer(a, 3570))
	require.NoError(t, err)
	assert.Empty(t, b.provider.Mahnungen(b.status(t), *a), "who has paid is left alone")
}

func TestConfig(t *testing.T) {
	for name, change := range map[string]func(*Config){
		"http":            func(c *Config) { c.BaseURL = "http://service.musterstadt.example" },
		"no keys":         func(c *Config) { c.Keys = nil },
		"short key":       func(c *Config) { c.Keys[0] = []byte("kurz") },
		"wrong IBAN":      func(c *Config) { c.Payee.IBAN = "DE88370400440532013000" },
		"no name":         func(c *Config) { c.Payee.Name = "" },
		"Frist":           func(c *Config) { c.Zahlungsfrist = 400 },
		"Nachlauf":        func(c *Config) { c.Nachlauf = -1 },
		"stages in order": func(c *Config) { c.Stufen = []Stufe{{Name: "A", After: 7}, {Name: "B", After: 7}} },
		"negative fee":    func(c *Config) { c.Stufen = []Stufe{{Name: "A", After: 7, Fee: payment.EUR(-1)}} },
	} {
		t.Run(name, func(t *testing.T) {
			c := config(&clock{start})
			change(&c)
			_, err := New(c)
			require.Error(t, err)
		})
	}
}

// get asks for a page of the mounted handler.
func (b *bench) get(t *testing.T, method, path string) (status int, body string, header http.Header) {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("/dienst/", http.StripPrefix("/dienst", b.provider.Handler(b.find)))
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest(method, path, nil))
	text, err := io.ReadAll(w.Body)
	require.NoError(t, err)
	return w.Code, string(text), w.Header()
}

func TestPage(t *testing.T) {
	b := newBench(t)
	a := b.begin(t)
	path := "/dienst/rechnung/" + a.TransactionID
	status, body, header := b.get(t, http.MethodGet, path)
	require.Equal(t, 200, status)
	for _, want := range []string{"30,70", "04.05.2026", "4200000000061", "DE89 3704 0044 0532 0130 00", "Stadt Musterstadt Stadtkasse", "<svg", "Gebühr &lt;1 Jahr&gt;", `lang="de"`} {
		assert.Contains(t, body, want)
	}
	assert.NotContains(t, body, "<script")
	assert.NotContains(t, body, "style=")
	assert.Contains(t, header.Get("Content-Security-Policy"), "default-src 'none'")
	assert.Equal(t, "no-store", header.Get("Cache-Control"))

	b.clock.at = start.AddDate(0, 0, 40)
	_, body, _ = b.get(t, http.MethodGet, path)
	assert.Contains(t, body, "abgelaufen")
	_, err := b.Record(t.Context(), transfer(a, 1000))
	require.NoError(t, err)
	_, body, _ = b.get(t, http.MethodGet, path)
	assert.Contains(t, body, "Noch offen")
	assert.Contains(t, body, "20,70")
	rest := transfer(a, 2070)
	rest.TransactionID = "BANK-2"
	_, err = b.Record(t.Context(), rest)
	require.NoError(t, err)
	_, body, _ = b.get(t, http.MethodGet, path)
	assert.Contains(t, body, "ist bezahlt")
	assert.NotContains(t, body, "<svg")

	for _, c := range []struct {
		method, path string
		status       int
	}{
		{http.MethodGet, "/dienst/rechnung/stil.css", 200},
		{http.MethodGet, "/dienst/rechnung/" + a.TransactionID + "A", 404},
		{http.MethodGet, "/dienst/rechnung/", 404},
		{http.MethodPost, path, 405},
	} {
		status, _, header := b.get(t, c.method, c.path)
		assert.Equal(t, c.status, status, c.path)
		assert.NotEmpty(t, header.Get("Content-Security-Policy"))
	}
}

func TestPageOfAWithdrawnInvoice(t *testing.T) {
	b := newBench(t)
	a := b.begin(t)
	b.clock.at = start.AddDate(0, 0, 200)
	_, err := b.RefreshDue(t.Context(), 10)
	require.NoError(t, err)
	status, body, _ := b.get(t, http.MethodGet, "/dienst/rechnung/"+a.TransactionID)
	assert.Equal(t, http.StatusGone, status)
	assert.NotContains(t, body, "<svg")
}

func TestCodeSaysWhatThePageSays(t *testing.T) {
	b := newBench(t)
	a := b.begin(t)
	for _, structured := range []bool{false, true} {
		b.provider.config.Structured = structured
		invoice, err := b.provider.Invoice(b.status(t), *a)
		require.NoError(t, err)
		payload, err := invoice.Code.Payload()
		require.NoError(t, err)
		code, err := epcqr.Parse([]byte(payload))
		require.NoError(t, err)
		assert.Equal(t, payment.EUR(3070), code.Amount)
		assert.Equal(t, invoice.Payee.IBAN, code.IBAN)
		if structured {
			assert.Equal(t, invoice.Reference, code.Reference)
			assert.Equal(t, "RF594200000000061", string(code.Reference))
		} else {
			assert.Equal(t, "4200000000061", code.Text)
		}
	}
}

func TestPagesAreAccessible(t *testing.T) {
	b := newBench(t)
	a := b.begin(t)
	mux := http.NewServeMux()
	mux.Handle("/dienst/", b.provider.Handler(b.find))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	b.provider.base = server.URL + "/dienst"
	var pages []browsertest.Page
	add := func(name, id string) {
		_, body, _ := b.get(t, http.MethodGet, "/dienst/rechnung/"+id)
		pages = append(pages, browsertest.Page{Name: name, HTML: body, URL: server.URL + "/dienst/rechnung/" + id})
	}
	add("open", a.TransactionID)
	add("unknown", "x")
	b.clock.at = start.AddDate(0, 0, 40)
	add("overdue", a.TransactionID)
	require.Equal(t, len(pages), browsertest.Audit(t, pages))
}

func FuzzTransactionID(f *testing.F) {
	p, err := New(config(&clock{start}))
	require.NoError(f, err)
	good := p.sign(p.config.Keys[0], ticket{"R1", 3070, payment.Date{Year: 2026, Month: 5, Day: 4}})
	for _, s := range []string{good, "", "a.b.c.d", "R1.3070.20260504.", "R1.-1.20260231.AAAA"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, id string) {
		ticket, ok := p.open(id)
		if ok {
			require.Equal(t, id, p.sign(p.config.Keys[0], ticket), "an id has one form")
		}
	})
}
