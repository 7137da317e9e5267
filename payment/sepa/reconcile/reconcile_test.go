package reconcile_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms/ids"
	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/sepa/kassenzeichen"
	"github.com/bausteine/egov/payment/sepa/reconcile"
	"github.com/bausteine/egov/xoev/finding"
)

const (
	tenant  = "musterstadt"
	account = "DE89370400440532013000"
)

// office is an authority with an empty ledger.
type office struct {
	t       testing.TB
	service *payment.Service
	orders  *orders
	config  reconcile.Config
}

// orders remembers what was sent to the bank.
type orders struct {
	endToEnd map[string]string
	batches  map[string][]reconcile.Order
	err      error
}

func (o *orders) EndToEnd(_ context.Context, _, id string) (string, error) {
	return o.endToEnd[id], o.err
}

func (o *orders) Batch(_ context.Context, _, id string) ([]reconcile.Order, error) {
	return o.batches[id], o.err
}

// platform answers what the tests need: invoices stay pending, cards are paid
// at once.
type platform struct{ state payment.State }

func (p platform) Create(_ context.Context, r payment.CreateRequest) (*payment.Result, error) {
	amount := r.Claim.Amount
	return &payment.Result{State: p.state, TransactionID: "TX-" + r.Claim.ID, RequestID: r.RequestID, Amount: &amount, PayPageURL: "https://pay.example/" + r.RequestID}, nil
}

func (p platform) Query(context.Context, string) (*payment.Result, error) {
	return nil, payment.ErrUnavailable
}

func newOffice(t testing.TB) *office {
	t.Helper()
	now := time.Date(2026, 11, 20, 22, 0, 0, 0, time.UTC)
	service, err := payment.New(payment.NewMemoryStore(), []payment.Registration{
		{Key: "rechnung", Version: "1", Provider: platform{payment.StatePending}}, {Key: "karte", Version: "1", Provider: platform{payment.StatePaid}},
	}, payment.Config{BaseURL: "https://service.musterstadt.example", Target: func(payment.Claim, payment.State) string { return "/" }, Now: func() time.Time { return now }})
	require.NoError(t, err)
	o := &office{t: t, service: service, orders: &orders{endToEnd: map[string]string{}, batches: map[string][]reconcile.Order{}}}
	o.config = reconcile.Config{
		Tenant: tenant, Accounts: []ids.IBAN{account}, Ledger: service, Orders: o.orders, BankProviders: []string{"rechnung"}, Actor: "abgleich",
		Formats: []*kassenzeichen.Format{o.compile("42.####.####.##?", kassenzeichen.Luhn()), o.compile("42.####.####.###", kassenzeichen.None())},
	}
	return o
}

func (o *office) compile(pattern string, s kassenzeichen.Scheme) *kassenzeichen.Format {
	f, err := kassenzeichen.Compile(pattern, s)
	require.NoError(o.t, err)
	return f
}

func (o *office) claim(id, kz string, cents int64, provider string) {
	_, err := o.service.Open(o.t.Context(), payment.Claim{Tenant: tenant, ID: id, Amount: payment.EUR(cents), Purpose: "Gebühr", Kassenzeichen: kz, Provider: provider})
	require.NoError(o.t, err)
}

func (o *office) start(id string) *payment.Attempt {
	a, err := o.service.Start(o.t.Context(), tenant, id)
	if !errors.Is(err, payment.ErrPaid) { // the platform took the money at once
		require.NoError(o.t, err)
	}
	return a
}

func (o *office) status(id string) *payment.Status {
	s, err := o.service.Status(o.t.Context(), tenant, id)
	require.NoError(o.t, err)
	return s
}

func (o *office) book(id string, kind payment.Kind, cents int64, voucher string) {
	require.NoError(o.t, o.service.Book(o.t.Context(), payment.Entry{Tenant: tenant, ClaimID: id, Provider: "kasse", TransactionID: voucher, Kind: kind, Amount: payment.EUR(cents), Actor: "a"}))
}

// run matches a file and returns its results.
func (o *office) run(doc string) ([]reconcile.Result, *reconcile.Summary) {
	r, err := reconcile.New(o.config)
	require.NoError(o.t, err)
	var out []reconcile.Result
	sum, err := r.File(o.t.Context(), strings.NewReader(doc), func(res *reconcile.Result) error {
		out = append(out, *res)
		return nil
	})
	require.NoError(o.t, err)
	return out, sum
}

func sample(t testing.TB) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(testenv.Data(t, "payment/iso20022/samples-synthetic"), "camt053.v8.kasse.xml"))
	require.NoError(t, err)
	return string(b)
}

// sampleOffice knows the claims of the synthetic file. Its Kassenzeichen have
// no check digits.
func sampleOffice(t testing.TB) *office {
	o := newOffice(t)
	o.claim("meldung", "4200000000061", 1200, "")
	o.claim("gewerbe", "539007547034", 5000, "")
	for id, c := range map[string]struct {
		kz    string
		cents int64
	}{"buch-1": {"4200000000087", 5000}, "buch-2": {"4200000000095", 7000}, "buch-3": {"4200000000103", 3000}} {
		o.claim(id, c.kz, c.cents, "")
	}
	o.claim("hund", "4200000000111", 2500, "")
	o.book("hund", payment.KindPayment, 2500, "lastschrift-2026-11-02")
	o.orders.endToEnd["HUND-2026-0815"] = "hund"
	o.orders.endToEnd["REFUND-4200000000061-1"] = "meldung"
	return o
}

// TestSample: the cases of the synthetic file land where they belong, and a
// second run changes nothing.
func TestSample(t *testing.T) {
	o := sampleOffice(t)
	type row struct {
		outcome reconcile.Outcome
		claim   string
		by      reconcile.Match
		amount  int64
		kinds   []payment.Kind
	}
	want := []row{
		{reconcile.Matched, "meldung", reconcile.ByKassenzeichen, 1200, []payment.Kind{payment.KindPayment}},
		{reconcile.Part, "gewerbe", reconcile.ByReference, 2000, []payment.Kind{payment.KindPayment}},
		{reconcile.Matched, "buch-1", reconcile.ByKassenzeichen, 5000, []payment.Kind{payment.KindPayment}},
		{reconcile.Matched, "buch-2", reconcile.ByKassenzeichen, 7000, []payment.Kind{payment.KindPayment}},
		{reconcile.Matched, "buch-3", reconcile.ByKassenzeichen, 3000, []payment.Kind{payment.KindPayment}},
		{reconcile.Batch, "", "", 3730, nil},
		{reconcile.Return, "hund", reconcile.ByEndToEndID, 2800, []payment.Kind{payment.KindChargeback}},
		{reconcile.Refund, "meldung", reconcile.ByEndToEndID, 1000, []payment.Kind{payment.KindRefund}},
	}
	check := func(results []reconcile.Result, repeated bool) {
		require.Len(t, results, len(want))
		for i, w := range want {
			got := results[i]
			var kinds []payment.Kind
			for _, e := range got.Entries {
				kinds = append(kinds, e.Kind)
			}
			require.Equal(t, w, row{got.Outcome, got.ClaimID, got.By, got.Amount.Cents, kinds}, "row %d", i)
			if len(w.kinds) > 0 {
				require.True(t, got.Booked)
				require.Equal(t, repeated, got.Repeated, "row %d", i)
			}
		}
		require.Equal(t, payment.EUR(2500), results[6].Returned)
		require.Equal(t, payment.EUR(300), results[6].Charges)
		require.Equal(t, "AC04", results[6].ReturnCode)
		require.Equal(t, reconcile.NoDetails, results[5].Reason)
	}
	results, sum := o.run(sample(t))
	check(results, false)
	require.Equal(t, 7, sum.Booked)
	require.Equal(t, finding.Accepted, sum.Check.Verdict)
	require.Equal(t, reconcile.Total{Count: 4, Credit: payment.EUR(16200)}, sum.Outcomes[reconcile.Matched])

	books := func() (out []payment.Entry) {
		for _, id := range []string{"meldung", "gewerbe", "buch-1", "buch-2", "buch-3", "hund"} {
			out = append(out, o.status(id).Entries...)
		}
		return out
	}
	before := books()
	require.Len(t, before, 8)
	require.EqualValues(t, 2500, o.status("hund").Balance.Open.Cents, "the returned debit is open again, without the bank's charges")
	require.EqualValues(t, 3000, o.status("gewerbe").Balance.Open.Cents)
	for range 3 {
		results, sum = o.run(sample(t))
		check(results, true)
		require.Zero(t, sum.Booked)
		require.Equal(t, before, books())
	}
}

// TestSampleWithOrders: what the authority knows of its own batch fills in what
// the bank left out; the debtor bears the charges.
func TestSampleWithOrders(t *testing.T) {
	o := sampleOffice(t)
	o.config.ChargeDebtor = true
	o.claim("l1", "4200000000129", 1730, "")
	o.claim("l2", "4200000000137", 2000, "")
	o.orders.batches["PAIN008-20261118-1"] = []reconcile.Order{{ClaimID: "l1", Amount: payment.EUR(1730)}, {ClaimID: "l2", Amount: payment.EUR(2000)}}
	results, sum := o.run(sample(t))
	require.Equal(t, 10, sum.Booked)
	require.Equal(t, reconcile.ByBatch, results[5].By)
	require.True(t, results[5].Booked)
	require.Empty(t, results[5].Reason)
	require.Equal(t, payment.ClaimPaid, o.status("l1").State)
	require.Equal(t, payment.ClaimPaid, o.status("l2").State)
	require.EqualValues(t, 2800, o.status("hund").Balance.Open.Cents)
	_, sum = o.run(sample(t))
	require.Zero(t, sum.Booked)
	require.Equal(t, 1, sum.Repeated[reconcile.Batch].Count)

	o = sampleOffice(t) // a batch of another sum is not booked
	o.orders.batches["PAIN008-20261118-1"] = []reconcile.Order{{ClaimID: "meldung", Amount: payment.EUR(1)}, {ClaimID: "hund", Amount: payment.EUR(2)}}
	results, _ = o.run(sample(t))
	require.False(t, results[5].Booked)
	require.Equal(t, reconcile.NoDetails, results[5].Reason)
}

func TestSuggestions(t *testing.T) {
	o := newOffice(t)
	o.config.Formats = o.config.Formats[:1]
	o.claim("a", kz1, 1200, "")
	o.claim("b", kz2, 3000, "")
	results, _ := o.run(statement(entry{amount: "12.00", ref: "1", text: "4200000000068"}.xml(), entry{amount: "42.00", ref: "2", text: kz1 + " " + kz2}.xml()))
	require.Equal(t, []reconcile.Suggestion{{ClaimID: "a", Kassenzeichen: kz1, Open: payment.EUR(1200), Exact: true}}, results[0].Suggestions)
	require.Len(t, results[1].Suggestions, 2)
}

func TestPreviewBooksNothing(t *testing.T) {
	o := sampleOffice(t)
	o.config.Preview = true
	results, sum := o.run(sample(t))
	require.Zero(t, sum.Booked)
	require.Equal(t, reconcile.Matched, results[0].Outcome)
	require.Len(t, results[0].Entries, 1)
	require.False(t, results[0].Booked)
	require.Empty(t, o.status("meldung").Entries)
}

func TestFilesThatAreRefused(t *testing.T) {
	o := newOffice(t)
	o.claim("a", kz1, 1200, "")
	r, err := reconcile.New(o.config)
	require.NoError(t, err)
	run := func(doc string) (*reconcile.Summary, error) {
		return r.File(t.Context(), strings.NewReader(doc), func(*reconcile.Result) error {
			require.Fail(t, "nothing may come of a refused file")
			return nil
		})
	}
	good := statement(entry{amount: "12.00", ref: "1", text: kz1}.xml())
	_, err = run(strings.Replace(good, account, "DE02120300000000202051", 1))
	require.ErrorIs(t, err, reconcile.ErrAccount)
	balance := `<Bal><Tp><CdOrPrtry><Cd>%s</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">%s</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-20</Dt></Dt></Bal>`
	wrong := strings.Replace(good, "<Ntry>", fmt.Sprintf(balance, "OPBD", "0.00")+fmt.Sprintf(balance, "CLBD", "13.00")+"<Ntry>", 1)
	sum, err := run(wrong)
	require.ErrorIs(t, err, reconcile.ErrRejected)
	require.True(t, finding.Has(sum.Check.Findings, "CAMT-020"))
	_, err = run(good[:len(good)-10])
	var invalid *finding.InvalidError
	require.ErrorAs(t, err, &invalid)
	require.EqualValues(t, 1200, o.status("a").Balance.Open.Cents)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = r.File(ctx, strings.NewReader(good), nil)
	require.ErrorIs(t, err, context.Canceled)

	o.config.SkipBalance = true
	_, sum = o.run(wrong)
	require.Equal(t, 1, sum.Booked)
}

// brokenLedger fails where it is told to.
type brokenLedger struct {
	reconcile.Ledger
	find, record error
}

func (b brokenLedger) Find(ctx context.Context, tenant, ref string) ([]*payment.Status, error) {
	if b.find != nil {
		return nil, b.find
	}
	return b.Ledger.Find(ctx, tenant, ref)
}

func (b brokenLedger) Record(ctx context.Context, e ...payment.Entry) (int, error) {
	if b.record != nil {
		return 0, b.record
	}
	return b.Ledger.Record(ctx, e...)
}

func TestErrorsOfOthers(t *testing.T) {
	broken := errors.New("database gone")
	doc := statement(entry{amount: "12.00", ref: "1", e2e: "E", text: kz1}.xml())
	o := newOffice(t)
	o.claim("a", kz1, 1200, "")
	for name, change := range map[string]func(c *reconcile.Config){
		"find":   func(c *reconcile.Config) { c.Ledger = brokenLedger{Ledger: o.service, find: broken} },
		"record": func(c *reconcile.Config) { c.Ledger = brokenLedger{Ledger: o.service, record: broken} },
		"orders": func(c *reconcile.Config) { c.Orders = &orders{err: broken} },
	} {
		c := o.config
		change(&c)
		r, err := reconcile.New(c)
		require.NoError(t, err)
		sum, err := r.File(t.Context(), strings.NewReader(doc), nil)
		require.ErrorIs(t, err, broken, name)
		require.NotNil(t, sum)
	}
	c := o.config
	c.Ledger = brokenLedger{Ledger: o.service, record: payment.ErrNotFound}
	r, err := reconcile.New(c)
	require.NoError(t, err)
	_, err = r.File(t.Context(), strings.NewReader(doc), func(res *reconcile.Result) error {
		require.Equal(t, reconcile.UnknownReference, res.Reason)
		return broken
	})
	require.ErrorIs(t, err, broken, "the caller's own")
}

func TestNewRefuses(t *testing.T) {
	good := newOffice(t).config
	for name, change := range map[string]func(c *reconcile.Config){
		"no ledger": func(c *reconcile.Config) { c.Ledger = nil }, "no tenant": func(c *reconcile.Config) { c.Tenant = "" },
		"no account": func(c *reconcile.Config) { c.Accounts = nil }, "no IBAN": func(c *reconcile.Config) { c.Accounts = []ids.IBAN{"x"} },
		"nil format": func(c *reconcile.Config) { c.Formats = []*kassenzeichen.Format{nil} },
	} {
		c := good
		change(&c)
		r, err := reconcile.New(c)
		require.Error(t, err, name)
		require.Nil(t, r)
	}
}

func TestLogsHidePeople(t *testing.T) {
	o := sampleOffice(t)
	results, _ := o.run(sample(t))
	var b bytes.Buffer
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "r", results[0])
	fmt.Fprintf(&b, "%v %+v %#v", results[0], &results[1], results[2])
	require.NotContains(t, b.String(), "Muster")
	require.NotContains(t, b.String(), "Kassenzeichen")
}
