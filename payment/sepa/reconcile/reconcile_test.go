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
	"github.com/bausteine/egov/payment/sepa/camt"
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

// entry writes one entry of a statement.
type entry struct {
	amount, side, ref, text, e2e, rf, extra, status string
	reversal                                        bool
	entryExtra                                      string
}

func (e entry) xml() string {
	if e.side == "" {
		e.side = "CRDT"
	}
	if e.status == "" {
		e.status = "BOOK"
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<Ntry><Amt Ccy="EUR">%s</Amt><CdtDbtInd>%s</CdtDbtInd>`, e.amount, e.side)
	if e.reversal {
		b.WriteString(`<RvslInd>true</RvslInd>`)
	}
	fmt.Fprintf(&b, `<Sts><Cd>%s</Cd></Sts><BookgDt><Dt>2026-11-20</Dt></BookgDt><ValDt><Dt>2026-11-20</Dt></ValDt>`, e.status)
	if e.ref != "" {
		fmt.Fprintf(&b, `<AcctSvcrRef>%s</AcctSvcrRef>`, e.ref)
	}
	b.WriteString(`<BkTxCd/>` + e.entryExtra + `<NtryDtls><TxDtls>`)
	if e.e2e != "" {
		fmt.Fprintf(&b, `<Refs><EndToEndId>%s</EndToEndId></Refs>`, e.e2e)
	}
	b.WriteString(strings.Split(e.extra+"|", "|")[0] + `<RmtInf>`)
	for piece := range strings.SplitSeq(e.text, "|") {
		fmt.Fprintf(&b, `<Ustrd>%s</Ustrd>`, piece)
	}
	if e.rf != "" {
		fmt.Fprintf(&b, `<Strd><CdtrRefInf><Ref>%s</Ref></CdtrRefInf></Strd>`, e.rf)
	}
	b.WriteString(`</RmtInf>` + strings.Split(e.extra+"|", "|")[1] + `</TxDtls></NtryDtls></Ntry>`)
	return b.String()
}

func statement(entries ...string) string {
	return `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>M</MsgId><CreDtTm>2026-11-20T21:00:00</CreDtTm></GrpHdr>` +
		`<Stmt><Id>S</Id><Acct><Id><IBAN>` + account + `</IBAN></Id></Acct>` + strings.Join(entries, "") + `</Stmt></BkToCstmrStmt></Document>`
}

const (
	kz1 = "4200000000069" // Luhn
	kz2 = "4200000000077"
)

func TestOutcomes(t *testing.T) {
	returned := `|<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>`
	for _, tt := range []struct {
		name    string
		prepare func(o *office)
		e       entry
		outcome reconcile.Outcome
		reason  reconcile.Reason
		by      reconcile.Match
		open    int64 // of claim a afterwards
	}{
		{"exact", nil, entry{amount: "12.00", text: kz1}, reconcile.Matched, "", reconcile.ByKassenzeichen, 0},
		{"cut by the bank", nil, entry{amount: "12.00", text: "KZ 42.0000|.0000.069 Hund"}, reconcile.Matched, "", reconcile.ByKassenzeichen, 0},
		{"part", nil, entry{amount: "5.00", text: kz1}, reconcile.Part, "", reconcile.ByKassenzeichen, 700},
		{"over", nil, entry{amount: "20.00", text: kz1}, reconcile.Over, "", reconcile.ByKassenzeichen, -800},
		{"paid twice", func(o *office) { o.book("a", payment.KindPayment, 1200, "1") }, entry{amount: "12.00", text: kz1}, reconcile.Duplicate, "", reconcile.ByKassenzeichen, 0},
		{"the rest", func(o *office) { o.book("a", payment.KindPayment, 700, "1") }, entry{amount: "5.00", text: kz1}, reconcile.Matched, "", reconcile.ByKassenzeichen, 0},
		{"structured RF", nil, entry{amount: "12.00", rf: rf("4200000009999"), text: "x"}, reconcile.Unmatched, reconcile.UnknownReference, "", 1200},
		{"RF of the Kassenzeichen", nil, entry{amount: "12.00", rf: rf(kz1), text: "x"}, reconcile.Matched, "", reconcile.ByReference, 0},
		{"RF in small groups", nil, entry{amount: "12.00", rf: strings.ToLower(rf(kz1)), text: "x"}, reconcile.Matched, "", reconcile.ByReference, 0},
		{"RF in the text", nil, entry{amount: "12.00", text: "Zahlung " + grouped(rf(kz1)) + " Hund"}, reconcile.Matched, "", reconcile.ByReference, 0},
		{"RF goes before the text", nil, entry{amount: "12.00", rf: rf(kz1), text: kz2}, reconcile.Matched, "", reconcile.ByReference, 0},
		{"structured, not RF", nil, entry{amount: "12.00", rf: kz1, text: "x"}, reconcile.Matched, "", reconcile.ByKassenzeichen, 0},
		{"end to end of an order", func(o *office) { o.orders.endToEnd["E-1"] = "a" }, entry{amount: "12.00", e2e: "E-1", text: "x"}, reconcile.Matched, "", reconcile.ByEndToEndID, 0},
		{"end to end is the Kassenzeichen", nil, entry{amount: "12.00", e2e: kz1, text: "x"}, reconcile.Matched, "", reconcile.ByEndToEndID, 0},
		{"end to end goes before the text", nil, entry{amount: "12.00", e2e: kz1, text: kz2}, reconcile.Matched, "", reconcile.ByEndToEndID, 0},
		{"order of a deleted claim", func(o *office) { o.orders.endToEnd["E-1"] = "gone" }, entry{amount: "12.00", e2e: "E-1", text: "x"}, reconcile.Unmatched, reconcile.NoReference, "", 1200},
		{"two claims", nil, entry{amount: "12.00", text: kz1 + ", " + kz2}, reconcile.Ambiguous, reconcile.SeveralClaims, "", 1200},
		{"two claims exactly", nil, entry{amount: "42.00", text: kz1 + ", " + kz2}, reconcile.Ambiguous, reconcile.SeveralExactly, "", 1200},
		{"nothing", nil, entry{amount: "12.00", text: "Hundesteuer"}, reconcile.Unmatched, reconcile.NoReference, "", 1200},
		{"unknown", nil, entry{amount: "12.00", text: "4200000000093"}, reconcile.Unmatched, reconcile.UnknownReference, "", 1200},
		{"wrong check digit", func(o *office) { o.config.Formats = o.config.Formats[:1] }, entry{amount: "12.00", text: "4200000000068"}, reconcile.Unmatched, reconcile.CheckDigit, "", 1200},
		{"unchecked, exactly what is open", nil, entry{amount: "9.00", text: "42.0000.0000.061"}, reconcile.Matched, "", reconcile.ByKassenzeichen, 1200},
		{"unchecked, another amount", nil, entry{amount: "8.00", text: "42.0000.0000.061"}, reconcile.Unmatched, reconcile.Unchecked, "", 1200},
		{"unchecked, a return of what was paid", func(o *office) { o.book("u", payment.KindPayment, 900, "1") }, entry{amount: "9.00", side: "DBIT", text: "42.0000.0000.061", extra: returned}, reconcile.Return, "", reconcile.ByKassenzeichen, 1200},
		{"unchecked, a return of something else", func(o *office) { o.book("u", payment.KindPayment, 900, "1") }, entry{amount: "8.00", side: "DBIT", text: "42.0000.0000.061", extra: returned}, reconcile.Return, reconcile.Unchecked, "", 1200},
		{"unchecked, a refund", func(o *office) { o.book("u", payment.KindPayment, 900, "1") }, entry{amount: "8.00", side: "DBIT", text: "42.0000.0000.061"}, reconcile.Refund, "", reconcile.ByKassenzeichen, 1200},
		{"not booked yet", nil, entry{amount: "12.00", text: kz1, status: "PDNG"}, reconcile.NotBooked, "", "", 1200},
		{"no cents", nil, entry{amount: "12.001", text: kz1}, reconcile.Unmatched, reconcile.NotCents, "", 1200},
		{"decimals that are zero", nil, entry{amount: "12.00000", text: kz1}, reconcile.Matched, "", reconcile.ByKassenzeichen, 0},

		{"debit came back", paid, entry{amount: "12.00", side: "DBIT", text: kz1, extra: returned}, reconcile.Return, "", reconcile.ByKassenzeichen, 1200},
		{"debit came back with charges", paid, entry{amount: "15.00", side: "DBIT", text: kz1,
			extra: `<AmtDtls><InstdAmt><Amt Ccy="EUR">12.00</Amt></InstdAmt></AmtDtls><Chrgs><Rcrd><Amt Ccy="EUR">3.00</Amt></Rcrd></Chrgs>` + returned}, reconcile.Return, "", reconcile.ByKassenzeichen, 1200},
		{"charges without the instructed amount", paid, entry{amount: "15.00", side: "DBIT", text: kz1, extra: `<Chrgs><TtlChrgsAndTaxAmt Ccy="EUR">3.00</TtlChrgsAndTaxAmt></Chrgs>` + returned}, reconcile.Return, "", reconcile.ByKassenzeichen, 1200},
		{"charges that do not add up", paid, entry{amount: "15.00", side: "DBIT", text: kz1,
			extra: `<AmtDtls><InstdAmt><Amt Ccy="EUR">12.00</Amt></InstdAmt></AmtDtls><Chrgs><TtlChrgsAndTaxAmt Ccy="EUR">4.00</TtlChrgsAndTaxAmt></Chrgs>` + returned}, reconcile.Return, reconcile.ChargesUnclear, reconcile.ByKassenzeichen, 0},
		{"reversal", paid, entry{amount: "12.00", side: "DBIT", text: kz1, reversal: true}, reconcile.Return, "", reconcile.ByKassenzeichen, 1200},
		{"nothing to take back", nil, entry{amount: "12.00", side: "DBIT", text: kz1, extra: returned}, reconcile.Return, reconcile.NothingToReturn, reconcile.ByKassenzeichen, 1200},
		{"return without a claim", nil, entry{amount: "12.00", side: "DBIT", text: "x", extra: returned}, reconcile.Return, reconcile.NoReference, "", 1200},

		{"refund", paid, entry{amount: "5.00", side: "DBIT", text: kz1}, reconcile.Refund, "", reconcile.ByKassenzeichen, 500},
		{"refund above what was paid", paid, entry{amount: "13.00", side: "DBIT", text: kz1}, reconcile.Refund, reconcile.NothingToReturn, reconcile.ByKassenzeichen, 0},
		{"refund booked by hand", func(o *office) { paid(o); o.book("a", payment.KindRefund, -500, "2") }, entry{amount: "5.00", side: "DBIT", text: kz1}, reconcile.Refund, reconcile.BookedElsewhere, reconcile.ByKassenzeichen, 500},
		{"refund came back", func(o *office) { paid(o); o.book("a", payment.KindRefund, -500, "2") }, entry{amount: "5.00", text: kz1, extra: returned}, reconcile.Return, "", reconcile.ByKassenzeichen, 0},
		{"refund came back that never was", paid, entry{amount: "5.00", text: kz1, extra: returned}, reconcile.Return, reconcile.NothingToReturn, reconcile.ByKassenzeichen, 0},
		{"other debit", nil, entry{amount: "5.00", side: "DBIT", text: "Kontoführung"}, reconcile.Unmatched, reconcile.NoReference, "", 1200},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, ref := range []string{"R1", ""} { // with the bank's reference and without
				o := newOffice(t)
				o.claim("a", kz1, 1200, "")
				o.claim("b", kz2, 3000, "")
				o.claim("u", "4200000000061", 900, "")
				if tt.prepare != nil {
					tt.prepare(o)
				}
				tt.e.ref = ref
				doc := statement(tt.e.xml())
				results, sum := o.run(doc)
				require.Len(t, results, 1)
				got := results[0]
				require.Equal(t, tt.outcome, got.Outcome, "%s", got.Reason)
				require.Equal(t, tt.reason, got.Reason)
				require.Equal(t, tt.by, got.By)
				require.Equal(t, tt.open, o.status("a").Balance.Open.Cents)
				require.Equal(t, sum.Booked > 0, got.Booked)
				require.Equal(t, len(got.Entries), sum.Booked)
				before := o.status("a")
				again, sum := o.run(doc)
				require.Zero(t, sum.Booked)
				require.Equal(t, tt.outcome, again[0].Outcome)
				require.Equal(t, tt.reason, again[0].Reason)
				require.Equal(t, got.Booked, again[0].Repeated)
				require.Equal(t, before, o.status("a"))
			}
		})
	}
}

func paid(o *office) { o.book("a", payment.KindPayment, 1200, "1") }

func rf(kz string) string {
	for n := range 100 {
		if ref := ids.CreditorReference(fmt.Sprintf("RF%02d%s", n, kz)); ref.Valid() && n > 1 {
			return string(ref)
		}
	}
	return ""
}

func grouped(s string) string { return ids.CreditorReference(s).Format() }

func TestSuggestions(t *testing.T) {
	o := newOffice(t)
	o.config.Formats = o.config.Formats[:1]
	o.claim("a", kz1, 1200, "")
	o.claim("b", kz2, 3000, "")
	results, _ := o.run(statement(entry{amount: "12.00", ref: "1", text: "4200000000068"}.xml(), entry{amount: "42.00", ref: "2", text: kz1 + " " + kz2}.xml()))
	require.Equal(t, []reconcile.Suggestion{{ClaimID: "a", Kassenzeichen: kz1, Open: payment.EUR(1200), Exact: true}}, results[0].Suggestions)
	require.Len(t, results[1].Suggestions, 2)
}

// TestInvoiceBecomesPaid: a transfer pays the attempt of an invoice, whole or
// in two parts.
func TestInvoiceBecomesPaid(t *testing.T) {
	o := newOffice(t)
	o.claim("a", kz1, 1200, "rechnung")
	a := o.start("a")
	require.Equal(t, payment.StatePending, a.State)
	o.run(statement(entry{amount: "5.00", ref: "1", text: kz1}.xml()))
	require.Equal(t, payment.StatePending, o.status("a").Attempts[0].State)
	o.run(statement(entry{amount: "7.00", ref: "2", text: kz1}.xml()))
	s := o.status("a")
	require.Equal(t, payment.StatePaid, s.Attempts[0].State)
	require.Equal(t, payment.ClaimPaid, s.State)
}

// TestSettlement: what a platform pays out was booked when the attempt was paid.
func TestSettlement(t *testing.T) {
	o := newOffice(t)
	o.claim("a", kz1, 1200, "karte")
	_ = o.start("a")
	s := o.status("a")
	require.Equal(t, payment.ClaimPaid, s.State)
	results, sum := o.run(statement(
		entry{amount: "12.00", ref: "1", e2e: s.Attempts[0].TransactionID, text: kz1 + "/HUND"}.xml(),
		entry{amount: "12.00", ref: "2", text: kz1}.xml()))
	require.Equal(t, reconcile.Settlement, results[0].Outcome)
	require.Equal(t, reconcile.Duplicate, results[1].Outcome)
	require.Zero(t, sum.Booked)
	o.config.Settles = func(e *camt.Entry, _ *camt.Detail) bool { return e.ServicerRef == "2" }
	results, _ = o.run(statement(entry{amount: "12.00", ref: "2", text: kz1}.xml()))
	require.Equal(t, reconcile.Settlement, results[0].Outcome)
}

func TestRepeatedEntries(t *testing.T) {
	t.Run("the same reference twice in a file", func(t *testing.T) {
		o := newOffice(t)
		o.claim("a", kz1, 1200, "")
		e := entry{amount: "12.00", ref: "1", text: kz1}.xml()
		lost := entry{amount: "1.00", ref: "2", text: "x"}.xml()
		results, sum := o.run(statement(e, e, lost, lost))
		require.Equal(t, []bool{false, true, false, true}, []bool{results[0].Repeated, results[1].Repeated, results[2].Repeated, results[3].Repeated})
		require.Equal(t, reconcile.Matched, results[1].Outcome)
		require.Equal(t, 1, sum.Booked)
		require.Zero(t, o.status("a").Balance.Open.Cents)
	})
	t.Run("equal transfers without a reference are two", func(t *testing.T) {
		o := newOffice(t)
		o.claim("a", kz1, 2400, "")
		e := entry{amount: "12.00", text: kz1}.xml()
		_, sum := o.run(statement(e, e))
		require.Equal(t, 2, sum.Booked)
		_, sum = o.run(statement(e, e))
		require.Zero(t, sum.Booked)
		require.Zero(t, o.status("a").Balance.Open.Cents)
	})
	t.Run("references that are none", func(t *testing.T) {
		for _, ref := range []string{"NONREF", "NOTPROVIDED", " ", strings.Repeat("R", 300), "R\t1"} {
			o := newOffice(t)
			o.claim("a", kz1, 2400, "")
			doc := statement(entry{amount: "12.00", ref: ref, text: kz1 + " Mai"}.xml(), entry{amount: "12.00", ref: ref, text: kz1 + " Juni"}.xml())
			results, sum := o.run(doc)
			require.Equal(t, 2, sum.Booked, ref)
			require.True(t, strings.HasPrefix(results[0].Key, "#"))
			_, sum = o.run(doc)
			require.Zero(t, sum.Booked)
		}
	})
	t.Run("one reference for two amounts", func(t *testing.T) {
		o := newOffice(t)
		o.claim("a", kz1, 1500, "")
		_, sum := o.run(statement(entry{amount: "12.00", ref: "1", text: kz1}.xml(), entry{amount: "3.00", ref: "1", text: kz1}.xml()))
		require.Equal(t, 2, sum.Booked)
	})
	t.Run("the report of the day, then the statement", func(t *testing.T) {
		o := newOffice(t)
		o.claim("a", kz1, 1200, "")
		doc := statement(entry{amount: "12.00", ref: "1", text: kz1}.xml())
		report := strings.NewReplacer("camt.053", "camt.052", "BkToCstmrStmt", "BkToCstmrAcctRpt", "Stmt>", "Rpt>").Replace(doc)
		_, sum := o.run(report)
		require.Equal(t, 1, sum.Booked)
		require.Equal(t, camt.Report, sum.Check.Message.Kind)
		results, sum := o.run(doc)
		require.Zero(t, sum.Booked)
		require.True(t, results[0].Repeated)
	})
	t.Run("the claim comes after the money", func(t *testing.T) {
		o := newOffice(t)
		doc := statement(entry{amount: "12.00", ref: "1", text: kz1}.xml())
		results, _ := o.run(doc)
		require.Equal(t, reconcile.Unmatched, results[0].Outcome)
		o.claim("a", kz1, 1200, "")
		results, sum := o.run(doc)
		require.Equal(t, reconcile.Matched, results[0].Outcome)
		require.Equal(t, 1, sum.Booked)
	})
	t.Run("the key tells something else", func(t *testing.T) {
		o := newOffice(t)
		o.claim("a", kz1, 1200, "")
		o.claim("b", kz2, 1200, "")
		o.run(statement(entry{amount: "12.00", ref: "1", text: kz1}.xml()))
		results, sum := o.run(statement(entry{amount: "12.00", ref: "1", text: kz2}.xml()))
		require.Equal(t, reconcile.KeyTaken, results[0].Reason)
		require.False(t, results[0].Booked)
		require.Zero(t, sum.Booked)
		require.EqualValues(t, 1200, o.status("b").Balance.Open.Cents)
	})
}

func TestBatches(t *testing.T) {
	detail := func(amount, text string) string {
		return `<TxDtls><Amt Ccy="EUR">` + amount + `</Amt><CdtDbtInd>CRDT</CdtDbtInd><RmtInf><Ustrd>` + text + `</Ustrd></RmtInf></TxDtls>`
	}
	batch := func(total string, details ...string) string {
		return statement(`<Ntry><Amt Ccy="EUR">` + total + `</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><AcctSvcrRef>B1</AcctSvcrRef><BkTxCd/><NtryDtls><Btch><NbOfTxs>2</NbOfTxs></Btch>` + strings.Join(details, "") + `</NtryDtls></Ntry>`)
	}
	o := newOffice(t)
	o.claim("a", kz1, 1200, "")
	o.claim("b", kz2, 3000, "")
	for _, tt := range []struct {
		name, doc string
		reason    reconcile.Reason
	}{
		{"other sum", batch("43.00", detail("12.00", kz1), detail("30.00", kz2)), reconcile.DetailsDiffer},
		{"no details", batch("42.00"), reconcile.NoDetails},
		{"a detail without amount", batch("42.00", detail("12.00", kz1), `<TxDtls><RmtInf><Ustrd>`+kz2+`</Ustrd></RmtInf></TxDtls>`), reconcile.DetailsDiffer},
	} {
		results, sum := o.run(tt.doc)
		require.Len(t, results, 1, tt.name)
		require.Equal(t, reconcile.Batch, results[0].Outcome)
		require.Equal(t, tt.reason, results[0].Reason)
		require.Zero(t, sum.Booked)
	}
	o.config.MaxDetails = 1
	results, _ := o.run(batch("42.00", detail("12.00", kz1), detail("30.00", kz2)))
	require.Equal(t, reconcile.TooManyDetails, results[0].Reason)
	o.config.MaxDetails = 0
	results, sum := o.run(batch("42.00", detail("12.00", kz1), detail("30.00", kz2)))
	require.Len(t, results, 2)
	require.Equal(t, 2, sum.Booked)
	_, sum = o.run(batch("42.00", detail("12.00", kz1), detail("30.00", kz2)))
	require.Zero(t, sum.Booked)

	// What the bank says in the entry only is searched too.
	o.claim("c", "4200000000085", 100, "")
	_, sum = o.run(statement(`<Ntry><Amt Ccy="EUR">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><AcctSvcrRef>B2</AcctSvcrRef><BkTxCd/><AddtlNtryInf>Bareinzahlung 4200000000085</AddtlNtryInf></Ntry>`))
	require.Equal(t, 1, sum.Booked)
	o.claim("d", "4200000000093", 200, "")
	_, sum = o.run(statement(`<Ntry><Amt Ccy="EUR">2.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><AcctSvcrRef>B3</AcctSvcrRef><BkTxCd/><NtryDtls><TxDtls><AddtlTxInf>Bareinzahlung 4200000000093</AddtlTxInf></TxDtls></NtryDtls></Ntry>`))
	require.Equal(t, 1, sum.Booked)
}

// TestBatchOfRefunds: the bank shows the sum of a pain.001 only.
func TestBatchOfRefunds(t *testing.T) {
	o := newOffice(t)
	o.claim("a", kz1, 1200, "")
	o.claim("b", kz2, 3000, "")
	o.book("a", payment.KindPayment, 1200, "1")
	o.book("b", payment.KindPayment, 3000, "2")
	o.orders.batches["ERST-1"] = []reconcile.Order{{ClaimID: "a", Amount: payment.EUR(200)}, {ClaimID: "b", Amount: payment.EUR(300)}}
	doc := statement(`<Ntry><Amt Ccy="EUR">5.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><AcctSvcrRef>B1</AcctSvcrRef><BkTxCd/><NtryDtls><Btch><PmtInfId>ERST-1</PmtInfId><NbOfTxs>2</NbOfTxs></Btch></NtryDtls></Ntry>`)
	results, sum := o.run(doc)
	require.Equal(t, 2, sum.Booked)
	require.True(t, results[0].Booked)
	require.EqualValues(t, 200, o.status("a").Balance.Open.Cents)
	require.EqualValues(t, 300, o.status("b").Balance.Open.Cents)
	_, sum = o.run(doc)
	require.Zero(t, sum.Booked)
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
