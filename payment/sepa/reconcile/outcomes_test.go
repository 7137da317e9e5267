package reconcile_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms/ids"
	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/sepa/reconcile"
)

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
