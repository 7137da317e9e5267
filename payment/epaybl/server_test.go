package epaybl

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/beevik/etree"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/xoev/xmlscan/tree"
)

// platform is an ePayBL in memory, as strict about requests as the facts known
// allow: order of the parts, types of values, sums, alphabets.
type platform struct {
	version Version
	server  *httptest.Server

	mu        sync.Mutex
	customers map[string]bool
	accounts  map[string]*booked // by Kassenzeichen
	byRequest map[string]string  // Kassenzeichen by EShopTransaktionsNr
	calls     []string           // operations in order
	requests  []string           // bodies, by the order of calls
	next      int

	// answer, if set, may answer an operation in place of the platform, before
	// (done false) or after it has worked.
	answer func(op string, done bool, w http.ResponseWriter) bool
}

type booked struct {
	customer                             string
	claims, receipts, reversals, returns int64
}

func (b booked) balance() int64 { return b.claims - b.reversals - b.receipts + b.returns }

func newPlatform(t *testing.T, v Version) *platform {
	t.Helper()
	p := &platform{version: v, customers: map[string]bool{}, accounts: map[string]*booked{}, byRequest: map[string]string{}}
	p.server = httptest.NewServer(p)
	t.Cleanup(p.server.Close)
	return p
}

func (p *platform) config() Config {
	return Config{
		ServiceURL: p.server.URL + "/soap/servlet/rpcrouter", PayPageURL: "https://epaybl.example/paypage/login.do",
		Mandant: "1610000000", Bewirtschafter: "42", Haushaltsstelle: "1234567890", Version: p.version,
	}
}

func (p *platform) provider(t *testing.T, change ...func(*Config)) *Provider {
	t.Helper()
	c := p.config()
	for _, f := range change {
		f(&c)
	}
	provider, err := New(c, nil)
	require.NoError(t, err)
	return provider
}

// account gives a Kassenzeichen's books to a test.
func (p *platform) account(kassenzeichen string, change func(*booked)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if a := p.accounts[kassenzeichen]; a != nil {
		change(a)
	}
}

func (p *platform) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.accounts)
}

func (p *platform) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	doc, err := tree.Document(bytes.NewReader(body), nil)
	if err != nil || r.Method != http.MethodPost || r.Header.Get("Content-Type") != "text/xml; charset=utf-8" {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	op := child(doc.Root(), "Body").ChildElements()[0]
	if op.NamespaceURI() != nsEpaybl || r.Header.Get("SOAPAction") != `"`+nsEpaybl+"#"+op.Tag+`"` {
		p.write(w, http.StatusInternalServerError, `<soap:Fault><faultcode>soap:Client</faultcode><faultstring>no such operation</faultstring></soap:Fault>`)
		return
	}
	p.mu.Lock()
	p.calls = append(p.calls, op.Tag)
	p.requests = append(p.requests, string(body))
	answer := p.answer
	p.mu.Unlock()
	if answer != nil && answer(op.Tag, false, w) {
		return
	}
	p.mu.Lock()
	result := p.serve(op)
	p.mu.Unlock()
	if answer != nil && answer(op.Tag, true, w) {
		return
	}
	p.write(w, http.StatusOK, result)
}

// serve does the operation and returns the content of the body.
func (p *platform) serve(op *etree.Element) string {
	parts := op.ChildElements()
	name := func(i int) string {
		if i < len(parts) {
			return parts[i].Tag
		}
		return ""
	}
	value := func(i int) string { return parts[i].Text() }
	if name(0) != "mandantNr" || value(0) != "1610000000" {
		return p.refuse(op.Tag, -611)
	}
	switch op.Tag {
	case opAlive:
		return p.respond(op.Tag, p.ok())
	case opCustomer:
		number := textOf(parts[2], "EShopKundenNr")
		if name(1) != "bewirtschafterNr" || name(2) != "kunde" || number == "" || p.customers[number] || len([]rune(textOf(parts[2], "nachname"))) > 27 {
			return p.refuse(op.Tag, -104)
		}
		p.customers[number] = true
		return p.respond(op.Tag, "<ergebnis>"+p.ok()+"</ergebnis>")
	case opForget:
		if name(2) != "EShopKundenNr" || !p.customers[value(2)] {
			return p.refuse(op.Tag, -199)
		}
		delete(p.customers, value(2))
		return p.respond(op.Tag, p.ok())
	case opBook, opBookMethods:
		return p.book(op, parts)
	case opTransaction:
		kassenzeichen := p.byRequest[value(1)]
		if name(1) != "eShopTransaktionsNr" || kassenzeichen == "" {
			return p.refuse(op.Tag, -120)
		}
		return p.respond(op.Tag, "<ergebnis>"+p.ok()+"</ergebnis><buchungsListe><kassenzeichen>"+kassenzeichen+"</kassenzeichen></buchungsListe>")
	case opAccount:
		a := p.accounts[value(1)]
		if name(1) != "kassenzeichen" || a == nil {
			return p.refuse(op.Tag, -500)
		}
		return p.respond(op.Tag, fmt.Sprintf(
			`<ergebnis>%s</ergebnis><kassenzeichen>%s</kassenzeichen><EShopKundenNr>%s</EShopKundenNr><zahlverfahren>KREDITKARTE</zahlverfahren>`+
				`<betragHauptforderungen>%s</betragHauptforderungen><betragZahlungseingaenge>%s</betragZahlungseingaenge>`+
				`<betragStornos>%s</betragStornos><betragRuecklastschriften>%s</betragRuecklastschriften><saldo>%s</saldo><waehrung>EUR</waehrung>`,
			p.ok(), value(1), a.customer, euro(a.claims), euro(a.receipts), euro(a.reversals), euro(a.returns), euro(a.balance())))
	}
	return p.refuse(op.Tag, -9999)
}

func (p *platform) book(op *etree.Element, parts []*etree.Element) string {
	want := []string{"mandantNr", "eShopKundenNr", "buchungsListe"}
	if op.Tag == opBookMethods {
		want = append(want, "lieferAdresse", "buchungsText", "zahlverfahrenListe", "buchungslisteParameterSet")
	}
	for i, name := range want {
		if len(parts) != len(want) || parts[i].Tag != name {
			return p.refuse(op.Tag, -611)
		}
	}
	if !p.customers[parts[1].Text()] {
		return p.refuse(op.Tag, -199)
	}
	list := parts[2]
	total, err := payment.ParseAmount(textOf(list, "betrag"), textOf(list, "waehrungskennzeichen"))
	if err != nil {
		return p.refuse(op.Tag, -611)
	}
	lines := child(list, "buchungen")
	if isArray := lines.SelectAttrValue("soapenc:arrayType", "") == fmt.Sprintf("ep:Buchung[%d]", len(lines.ChildElements())); isArray != (p.version == Version2) {
		return p.refuse(op.Tag, -9999)
	}
	sum := payment.EUR(0)
	for _, b := range lines.ChildElements() {
		amount, err := payment.ParseAmount(textOf(b, "betrag"), "EUR")
		if err != nil || b.Tag != "buchungen" || !each(textOf(b, "buchungstext"), isBuchungstext) || textOf(b, "haushaltsstelle") == "" {
			return p.refuse(op.Tag, -103)
		}
		if sum, err = sum.Add(amount); err != nil {
			return p.refuse(op.Tag, -506)
		}
	}
	if sum != total {
		return p.refuse(op.Tag, -506)
	}
	kassenzeichen := textOf(list, "kassenzeichen")
	if kassenzeichen == "" {
		p.next++
		kassenzeichen = fmt.Sprintf("42%011d", p.next)
	}
	p.accounts[kassenzeichen] = &booked{customer: parts[1].Text(), claims: total.Cents}
	p.byRequest[textOf(list, "EShopTransaktionsNr")] = kassenzeichen
	return p.respond(op.Tag, "<ergebnis>"+p.ok()+"</ergebnis><buchungsListe><kassenzeichen>"+kassenzeichen+"</kassenzeichen></buchungsListe>")
}

func textOf(e *etree.Element, name string) string {
	if c := child(e, name); c != nil {
		return c.Text()
	}
	return ""
}

func euro(cents int64) string { return payment.EUR(cents).JSONNumber().String() }

func (p *platform) ok() string { return p.verdict("true", 0) }

func (p *platform) verdict(ok string, code int) string {
	inner := fmt.Sprintf("<code>%d</code><kurzText>Erika Mustermann</kurzText><langText>Kunde Erika Mustermann, Musterstadt</langText>", code)
	if p.version == Version3 {
		inner = "<text>" + inner + "</text>"
	}
	return "<istOk>" + ok + "</istOk>" + inner
}

func (p *platform) refuse(op string, code int) string {
	if op == opAlive || op == opForget {
		return p.respond(op, p.verdict("false", code))
	}
	return p.respond(op, "<ergebnis>"+p.verdict("false", code)+"</ergebnis>")
}

// respond wraps a result: in place (3.x), or, as servers with SOAP encoding
// do, behind a reference to the end of the body (2.x).
func (p *platform) respond(op, result string) string {
	if p.version == Version2 {
		return `<ep:` + op + `Response xmlns:ep="` + nsEpaybl + `"><` + op + `Return href="#id0"/></ep:` + op + `Response><multiRef id="id0">` + result + `</multiRef>`
	}
	return `<ep:` + op + `Response xmlns:ep="` + nsEpaybl + `"><return>` + result + `</return></ep:` + op + `Response>`
}

func (p *platform) write(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.Copy(w, strings.NewReader(`<?xml version="1.0"?><soap:Envelope xmlns:soap="`+nsSOAP+`"><soap:Body>`+body+`</soap:Body></soap:Envelope>`))
}
