package epaybl

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/xoev/finding"
)

var versions = []struct {
	name    string
	version Version
}{{"3.x", Version3}, {"2.x", Version2}}

const back = "https://service.musterstadt.example/zahlung/zurueck?zahlung=geheim"

func requestFor(id string, cents int64) payment.CreateRequest {
	return payment.CreateRequest{
		Claim:     payment.Claim{Tenant: "09999999", ID: id, Amount: payment.EUR(cents), Purpose: "MELDEBESCHEINIGUNG"},
		RequestID: "ABCDEFGHIJKLMNOPQRSTUVWX" + id, RequestedAt: time.Date(2026, 4, 3, 12, 0, 0, 0, time.UTC), ReturnURL: back,
	}
}

func TestPayment(t *testing.T) {
	for _, v := range versions {
		t.Run(v.name, func(t *testing.T) {
			platform := newPlatform(t, v.version)
			p := platform.provider(t)
			got, err := p.Create(t.Context(), requestFor("1", 3070))
			require.NoError(t, err)
			assert.Equal(t, payment.StatePending, got.State)
			assert.Equal(t, payment.EUR(3070), *got.Amount)
			assert.Equal(t, "ABCDEFGHIJKLMNOPQRSTUVWX1", got.RequestID)
			assert.Equal(t, []string{opTransaction, opCustomer, opBook, opForget, opAccount}, platform.calls)
			assert.Empty(t, platform.customers, "the customer is for this payment alone")

			page, err := url.Parse(got.PayPageURL)
			require.NoError(t, err)
			q := page.Query()
			assert.Equal(t, "1610000000", q.Get("mandant"))
			assert.Equal(t, got.TransactionID, q.Get("kassenzeichen"))
			assert.True(t, strings.HasPrefix(q.Get("EShopKundenNr"), "ABCDEFGHIJKLMNOPQRSTUVWX1_"))
			assert.Equal(t, back, q.Get("backlinkSuccess"))
			assert.Equal(t, back, q.Get("backlinkAbort"))

			platform.account(got.TransactionID, func(a *booked) { a.receipts = 3070 })
			paid, err := p.Query(t.Context(), got.TransactionID)
			require.NoError(t, err)
			assert.Equal(t, payment.StatePaid, paid.State)
			assert.Equal(t, payment.EUR(3070), *paid.Amount)
			assert.Equal(t, "KREDITKARTE", paid.Method)
			found, err := p.Lookup(t.Context(), "ABCDEFGHIJKLMNOPQRSTUVWX1")
			require.NoError(t, err)
			assert.Equal(t, paid, found)
			require.NoError(t, p.Health(t.Context()))
		})
	}
}

func TestSameRequestIsBookedOnce(t *testing.T) {
	for _, v := range versions {
		t.Run(v.name, func(t *testing.T) {
			platform := newPlatform(t, v.version)
			p := platform.provider(t)
			first, err := p.Create(t.Context(), requestFor("1", 3070))
			require.NoError(t, err)
			again, err := p.Create(t.Context(), requestFor("1", 3070))
			require.NoError(t, err)
			assert.Equal(t, first, again)
			assert.Equal(t, 1, platform.count())
		})
	}
}

// TestLostAnswer drops the connection at each operation in turn, before and
// after the platform has worked: the repeated call books once.
func TestLostAnswer(t *testing.T) {
	var lost atomic.Int32
	for _, op := range []string{opTransaction, opCustomer, opBook, opForget, opAccount} {
		for _, done := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, after %v", op, done), func(t *testing.T) {
				platform := newPlatform(t, Version3)
				p := platform.provider(t)
				var once atomic.Bool
				platform.answer = func(got string, after bool, w http.ResponseWriter) bool {
					if got != op || after != done || once.Swap(true) {
						return false
					}
					lost.Add(1)
					panic(http.ErrAbortHandler)
				}
				_, err := p.Create(t.Context(), requestFor("1", 3070))
				if op != opForget { // whose failure is ignored
					require.ErrorIs(t, err, payment.ErrUnavailable)
					assert.NotErrorIs(t, err, payment.ErrRejected)
				}
				got, err := p.Create(t.Context(), requestFor("1", 3070))
				require.NoError(t, err)
				assert.Equal(t, payment.StatePending, got.State)
				assert.Equal(t, 1, platform.count())
			})
		}
	}
	assert.EqualValues(t, 10, lost.Load())
}

func TestAccountStates(t *testing.T) {
	for _, c := range []struct {
		name   string
		books  booked
		want   payment.State
		amount int64
	}{
		{"open", booked{claims: 3070}, payment.StatePending, 3070},
		{"part paid", booked{claims: 3070, receipts: 3000}, payment.StatePending, 3070},
		{"paid", booked{claims: 3070, receipts: 3070}, payment.StatePaid, 3070},
		{"overpaid names the greater sum", booked{claims: 3070, receipts: 3100}, payment.StatePaid, 3100},
		{"reversed is canceled, not paid", booked{claims: 3070, reversals: 3070}, payment.StateCanceled, 3070},
		{"debit came back", booked{claims: 3070, receipts: 3070, returns: 3070}, payment.StatePending, 3070},
		{"reversed in part and paid is not the sum asked", booked{claims: 3070, reversals: 1000, receipts: 2070}, payment.StatePaid, 1070},
		{"nothing booked", booked{}, payment.StatePending, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := account{claims: c.books.claims, receipts: c.books.receipts, reversals: c.books.reversals, returns: c.books.returns, balance: c.books.balance()}
			r := a.result()
			assert.Equal(t, c.want, r.State)
			assert.Equal(t, payment.EUR(c.amount), *r.Amount)
		})
	}
}

func TestRefusals(t *testing.T) {
	for _, v := range versions {
		t.Run(v.name, func(t *testing.T) {
			platform := newPlatform(t, v.version)
			p := platform.provider(t, func(c *Config) { c.Mandant = "999" })
			_, err := p.Create(t.Context(), requestFor("1", 3070))
			var refused *Error
			require.ErrorAs(t, err, &refused)
			assert.Equal(t, -611, refused.Code)
			assert.Equal(t, "-611", refused.PaymentCode())
			require.ErrorIs(t, err, payment.ErrDenied)
			assert.Contains(t, refused.Text, "Erika")
			assert.NotContains(t, err.Error(), "Erika")
			assert.NotContains(t, refused.LogValue().String(), "Erika")
			require.Error(t, p.Health(t.Context()))
			p = platform.provider(t)
			_, err = p.Query(t.Context(), "4200000000061")
			require.ErrorIs(t, err, payment.ErrNotFound)
			_, err = p.Lookup(t.Context(), "ABC")
			require.ErrorIs(t, err, payment.ErrNotFound)
		})
	}
}

func TestTechnicalFaultIsNoRefusal(t *testing.T) {
	platform := newPlatform(t, Version3)
	p := platform.provider(t)
	for _, op := range []string{opTransaction, opCustomer, opBook, opAccount} {
		platform.answer = func(got string, done bool, w http.ResponseWriter) bool {
			if got == op && !done {
				platform.write(w, http.StatusOK, platform.refuse(op, codeTechnical))
				return true
			}
			return false
		}
		_, err := p.Create(t.Context(), requestFor("1", 3070))
		require.ErrorIs(t, err, payment.ErrUnavailable, op)
		assert.NotErrorIs(t, err, payment.ErrRejected, op)
		assert.NotErrorIs(t, err, payment.ErrNotFound, op)
	}
}

func TestUnusableAnswers(t *testing.T) {
	const account = `<ep:lesenKassenzeichenInfoResponse xmlns:ep="` + nsEpaybl + `"><return>%s</return></ep:lesenKassenzeichenInfoResponse>`
	const good = `<ergebnis><istOk>true</istOk></ergebnis><saldo>0.00</saldo><betragHauptforderungen>1.00</betragHauptforderungen>`
	platform := newPlatform(t, Version3)
	p := platform.provider(t)
	for _, c := range []struct {
		name, body string
		status     int
		want       error
	}{
		{"no response element", `<other/>`, 200, payment.ErrBadAnswer},
		{"empty body", ``, 200, payment.ErrBadAnswer},
		{"no verdict", fmt.Sprintf(account, `<saldo>0</saldo>`), 200, payment.ErrBadAnswer},
		{"refused without code", fmt.Sprintf(account, `<istOk>false</istOk>`), 200, payment.ErrBadAnswer},
		{"no receipts", fmt.Sprintf(account, good), 200, payment.ErrBadAnswer},
		{"amount is text", fmt.Sprintf(account, good+`<betragZahlungseingaenge>viel</betragZahlungseingaenge>`), 200, payment.ErrBadAnswer},
		{"three decimals", fmt.Sprintf(account, good+`<betragZahlungseingaenge>1.001</betragZahlungseingaenge>`), 200, payment.ErrBadAnswer},
		{"another Kassenzeichen", fmt.Sprintf(account, good+`<kassenzeichen>4711</kassenzeichen><betragZahlungseingaenge>1</betragZahlungseingaenge>`), 200, payment.ErrBadAnswer},
		{"another currency", fmt.Sprintf(account, good+`<waehrung>USD</waehrung><betragZahlungseingaenge>1</betragZahlungseingaenge>`), 200, payment.ErrBadAnswer},
		{"reference to itself", `<ep:lesenKassenzeichenInfoResponse xmlns:ep="` + nsEpaybl + `"><return href="#a"/></ep:lesenKassenzeichenInfoResponse><multiRef id="a" href="#a"/>`, 200, payment.ErrBadAnswer},
		{"fault of the server", `<soap:Fault><faultcode>soap:Server.userException</faultcode><faultstring>Erika</faultstring></soap:Fault>`, 500, payment.ErrUnavailable},
		{"away", ``, 503, payment.ErrUnavailable},
		{"denied", ``, 403, payment.ErrDenied},
	} {
		t.Run(c.name, func(t *testing.T) {
			platform.answer = func(_ string, done bool, w http.ResponseWriter) bool {
				platform.write(w, c.status, c.body)
				return true
			}
			r, err := p.Query(t.Context(), "4200000000061")
			require.ErrorIs(t, err, c.want)
			assert.Nil(t, r)
			assert.NotContains(t, err.Error(), "Erika")
		})
	}
	t.Run("too large", func(t *testing.T) {
		platform.answer = func(_ string, _ bool, w http.ResponseWriter) bool {
			platform.write(w, 200, strings.Repeat("<a/>", 300<<10))
			return true
		}
		_, err := p.Query(t.Context(), "4200000000061")
		require.ErrorIs(t, err, payment.ErrBadAnswer)
	})
	t.Run("not XML", func(t *testing.T) {
		platform.answer = func(_ string, _ bool, w http.ResponseWriter) bool {
			_, _ = w.Write([]byte("<html>"))
			return true
		}
		_, err := p.Query(t.Context(), "4200000000061")
		require.ErrorIs(t, err, payment.ErrBadAnswer)
	})
}

func TestNothingIsSentThatDoesNotFit(t *testing.T) {
	for _, c := range []struct {
		name, code string
		change     func(*payment.CreateRequest)
	}{
		{"lower case purpose", "EPB-002", func(r *payment.CreateRequest) { r.Claim.Purpose = "Meldebescheinigung" }},
		{"long purpose", "EPB-001", func(r *payment.CreateRequest) { r.Claim.Purpose = strings.Repeat("A", 121) }},
		{"no amount", "EPB-004", func(r *payment.CreateRequest) { r.Claim.Amount = payment.EUR(0) }},
		{"too much", "EPB-004", func(r *payment.CreateRequest) { r.Claim.Amount = payment.EUR(maxAmountCents) }},
		{"dollars", "EPB-004", func(r *payment.CreateRequest) { r.Claim.Amount.Currency = "USD" }},
		{"Kassenzeichen", "EPB-002", func(r *payment.CreateRequest) { r.Claim.Kassenzeichen = "4711/1" }},
		{"unknown booking data", "EPB-005", func(r *payment.CreateRequest) { r.Claim.BookingData = map[string]string{"konto": "1"} }},
		{"Belegnummer", "EPB-002", func(r *payment.CreateRequest) { r.Claim.BookingData = map[string]string{"belegNr": "A1"} }},
		{"no return address", "EPB-006", func(r *payment.CreateRequest) { r.ReturnURL = "/zurueck" }},
		{"long request id", "EPB-007", func(r *payment.CreateRequest) { r.RequestID = strings.Repeat("A", 31) }},
		{"control character", "EPB-008", func(r *payment.CreateRequest) { r.Claim.Purpose = "A\x00B" }},
		{"not UTF-8", "EPB-008", func(r *payment.CreateRequest) { r.Claim.Purpose = "A\xff" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			platform := newPlatform(t, Version3)
			p := platform.provider(t)
			r := requestFor("1", 3070)
			c.change(&r)
			_, err := p.Create(t.Context(), r)
			var bad *finding.InvalidError
			require.ErrorAs(t, err, &bad)
			assert.Equal(t, c.code, bad.Findings[0].Code)
			assert.Empty(t, platform.calls)
		})
	}
}

func TestLines(t *testing.T) {
	claim := payment.Claim{Amount: payment.EUR(5000), Purpose: "PASS", Items: []payment.Item{
		{ID: "1", Quantity: 2, UnitNet: payment.EUR(2000), Description: "REISEPASS", BookingData: map[string]string{"haushaltsstelle": "0900", "objektnummer": "7", "href": "stsl=<1>;"}},
		{ID: "2", Quantity: 1, UnitNet: payment.EUR(1000), Description: "EXPRESS", BookingData: map[string]string{"belegNr": "00000001"}},
	}}
	for _, v := range versions {
		t.Run(v.name, func(t *testing.T) {
			platform := newPlatform(t, v.version)
			r := requestFor("1", 0)
			r.Claim.Items, r.Claim.Amount = claim.Items, claim.Amount
			r.Claim.Due = payment.Date{Year: 2026, Month: 5, Day: 31}
			_, err := platform.provider(t).Create(t.Context(), r)
			require.NoError(t, err)
			sent := platform.requests[2]
			for _, want := range []string{"<betrag xsi:type=\"xsd:decimal\">40.00<", ">REISEPASS<", ">0900<", "stsl=&lt;1&gt;;", ">00000001<", ">50.00<", "2026-05-31T00:00:00Z"} {
				assert.Contains(t, sent, want)
			}
			assert.Equal(t, 2, strings.Count(sent, "<buchungstext"))

			r.RequestID = "B"
			_, err = platform.provider(t, func(c *Config) {
				c.PerPayment, c.Zahlverfahren, c.SendPayer, c.Mahnverfahren = true, []Zahlverfahren{Kreditkarte, SEPALastschrift}, true, "01"
			}).Create(t.Context(), r)
			require.NoError(t, err)
			sent = platform.requests[len(platform.requests)-3]
			assert.Equal(t, 1, strings.Count(sent, "<buchungstext"))
			assert.Contains(t, sent, "SEPASDD")
			assert.Contains(t, sent, `<lieferAdresse xsi:nil="true"/>`)
		})
	}
}

func TestPayerIsSentOnlyOnDemand(t *testing.T) {
	platform := newPlatform(t, Version3)
	r := requestFor("1", 3070)
	r.Claim.Payer = &payment.Payer{Name: "Mustermann", FirstName: "Erika"}
	_, err := platform.provider(t).Create(t.Context(), r)
	require.NoError(t, err)
	assert.NotContains(t, strings.Join(platform.requests, ""), "Mustermann")
	r.RequestID = "B"
	_, err = platform.provider(t, func(c *Config) { c.SendPayer = true }).Create(t.Context(), r)
	require.NoError(t, err)
	assert.Contains(t, strings.Join(platform.requests, ""), "Mustermann")
	r.Claim.Payer.Name = strings.Repeat("N", 28)
	assert.NotEmpty(t, platform.provider(t, func(c *Config) { c.SendPayer = true }).Check(r.Claim))
}

func TestEndedContext(t *testing.T) {
	platform := newPlatform(t, Version3)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := platform.provider(t).Create(ctx, requestFor("1", 3070))
	require.ErrorIs(t, err, context.Canceled)
	assert.NotErrorIs(t, err, payment.ErrRejected)
	assert.NotContains(t, err.Error(), "geheim")
}

func TestConfig(t *testing.T) {
	good := newPlatform(t, Version3).config()
	_, err := New(good, nil)
	require.NoError(t, err)
	for name, change := range map[string]func(*Config){
		"http":        func(c *Config) { c.ServiceURL = "http://epaybl.example/soap" },
		"query":       func(c *Config) { c.ServiceURL += "?wsdl" },
		"pay page":    func(c *Config) { c.PayPageURL = "" },
		"user":        func(c *Config) { c.PayPageURL = "https://a:b@epaybl.example/" },
		"no Mandant":  func(c *Config) { c.Mandant = "" },
		"version":     func(c *Config) { c.Version = 9 },
		"method":      func(c *Config) { c.Zahlverfahren = []Zahlverfahren{"A B"} },
		"long Objekt": func(c *Config) { c.Objektnummer = "12345678901" },
	} {
		t.Run(name, func(t *testing.T) {
			c := good
			change(&c)
			_, err := New(c, nil)
			require.Error(t, err)
		})
	}
	_, err = New(good, &Options{HTTPClient: &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}})
	require.Error(t, err)
}

func TestMutualTLS(t *testing.T) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Musterstadt"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	clients, servers := x509.NewCertPool(), x509.NewCertPool()
	clients.AddCert(cert)
	platform := newPlatform(t, Version3)
	server := httptest.NewUnstartedServer(platform)
	server.TLS = &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: clients}
	server.StartTLS()
	t.Cleanup(server.Close)
	servers.AddCert(server.Certificate())
	c := platform.config()
	c.ServiceURL = server.URL
	with, err := New(c, &Options{Certificate: &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, RootCAs: servers})
	require.NoError(t, err)
	require.NoError(t, with.Health(t.Context()))
	without, err := New(c, &Options{RootCAs: servers})
	require.NoError(t, err)
	require.ErrorIs(t, without.Health(t.Context()), payment.ErrUnavailable)
	stranger, err := New(c, nil)
	require.NoError(t, err)
	require.Error(t, stranger.Health(t.Context()))
}

func TestBuchungstext(t *testing.T) {
	for in, want := range map[string]string{
		"Gebühr/Auslagen": "GEBÜHR/AUSLAGEN", "§ 5 Abs. 2 BMG": "PAR. 5 ABS. 2 BMG", "Fischereischein (1 Jahr)": "FISCHEREISCHEIN -1 JAHR-",
		"Müller & Söhne": "MÜLLER & SÖHNE", "Straße": "STRAßE", "Ștefan": "STEFAN", "ﬁnal": "FINAL", "日": "-",
	} {
		got, done := Buchungstext(in)
		assert.Equal(t, want, got)
		assert.True(t, each(got, isBuchungstext), got)
		if strings.ContainsAny(in, "§(Ș日") {
			assert.NotEmpty(t, done)
		}
	}
}

func FuzzAnswer(f *testing.F) {
	for _, v := range versions {
		p := &platform{version: v.version}
		for _, body := range []string{p.respond(opAccount, "<ergebnis>"+p.ok()+"</ergebnis><saldo>1</saldo>"), p.refuse(opAccount, -500), `<soap:Fault><faultcode>a:Client</faultcode></soap:Fault>`} {
			f.Add(`<soap:Envelope xmlns:soap="` + nsSOAP + `"><soap:Body>` + body + `</soap:Body></soap:Envelope>`)
		}
	}
	f.Fuzz(func(t *testing.T, answer string) {
		n, err := readAnswer(opAccount, 200, []byte(answer))
		if err != nil {
			require.Nil(t, n)
			var refused *Error
			require.True(t, errors.As(err, &refused) || errors.Is(err, payment.ErrBadAnswer))
			return
		}
		a, err := readAccount(n, "4711")
		if err == nil {
			require.NotNil(t, a.result().Amount)
		}
	})
}
