package reconcile_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/sepa/camt"
	"github.com/bausteine/egov/payment/sepa/reconcile"
)

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
		{"one detail of two, without amount", batch("42.00", `<TxDtls><RmtInf><Ustrd>`+kz1+`</Ustrd></RmtInf></TxDtls>`), reconcile.DetailsDiffer},
		{"one detail of two, without amount, counted one by one", strings.Replace(batch("42.00", `<TxDtls><RmtInf><Ustrd>`+kz1+`</Ustrd></RmtInf></TxDtls>`),
			"<NtryDtls><Btch><NbOfTxs>2<", "<NtryDtls><Btch><NbOfTxs>1</NbOfTxs></Btch></NtryDtls><NtryDtls><Btch><NbOfTxs>1<", 1), reconcile.DetailsDiffer},
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

// TestBatchTakenBack: a collection that the bank takes back in one sum is no
// refund of the authority's, nor a refund that comes back money of the payers'.
func TestBatchTakenBack(t *testing.T) {
	const batch = `<Ntry><Amt Ccy="EUR">5.00</Amt><CdtDbtInd>%s</CdtDbtInd>%s<Sts><Cd>BOOK</Cd></Sts><AcctSvcrRef>%s</AcctSvcrRef>%s<NtryDtls><Btch><PmtInfId>HUND-1</PmtInfId><NbOfTxs>2</NbOfTxs></Btch></NtryDtls></Ntry>`
	const unpaid = `<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>IDDT</Cd><SubFmlyCd>UPDD</SubFmlyCd></Fmly></Domn></BkTxCd>`
	for name, back := range map[string]string{
		"reversal":         fmt.Sprintf(batch, "DBIT", "<RvslInd>true</RvslInd>", "B2", "<BkTxCd/>"),
		"unpaid":           fmt.Sprintf(batch, "DBIT", "", "B2", unpaid),
		"refund come back": fmt.Sprintf(batch, "CRDT", "<RvslInd>true</RvslInd>", "B2", "<BkTxCd/>"),
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t)
			o.claim("a", kz1, 200, "")
			o.claim("b", kz2, 300, "")
			o.orders.batches["HUND-1"] = []reconcile.Order{{ClaimID: "a", Amount: payment.EUR(200)}, {ClaimID: "b", Amount: payment.EUR(300)}}
			results, sum := o.run(statement(fmt.Sprintf(batch, "CRDT", "", "B1", "<BkTxCd/>"), back))
			require.Equal(t, 2, sum.Booked)
			require.True(t, results[0].Booked)
			require.False(t, results[1].Booked)
			require.Empty(t, results[1].Entries)
			require.Equal(t, [2]any{reconcile.Batch, reconcile.NoDetails}, [2]any{results[1].Outcome, results[1].Reason})
			require.Zero(t, o.status("a").Balance.Open.Cents)
		})
	}
}

// TestAPersonDecides: what a person books under the transaction's key is known
// when the file is run again.
func TestAPersonDecides(t *testing.T) {
	o := newOffice(t)
	o.claim("a", kz1, 1200, "")
	o.book("a", payment.KindPayment, 1200, "1")
	doc := statement(
		entry{amount: "12.00", ref: "1", text: kz1}.xml(), entry{amount: "2.00", ref: "2", text: "ohne Angabe"}.xml(),
		entry{amount: "3.00", ref: "3", side: "DBIT", text: "ohne Angabe"}.xml(),
		entry{amount: "4.00", ref: "4", side: "DBIT", text: "ohne Angabe", extra: "|<RtrInf/>"}.xml(),
		entry{amount: "5.00", ref: "5", text: kz1, status: "PDNG"}.xml(), entry{amount: "5.001", ref: "6", text: kz1}.xml())
	results, sum := o.run(doc)
	require.Zero(t, sum.Booked)
	var kinds []payment.Kind
	for i := range results {
		e, ok := results[i].EntryFor("a")
		require.Equal(t, i < 4, ok)
		if ok {
			kinds = append(kinds, e.Kind)
			n, err := o.service.Record(t.Context(), e)
			require.NoError(t, err)
			require.Equal(t, 1, n)
		}
	}
	require.Equal(t, []payment.Kind{payment.KindPayment, payment.KindPayment, payment.KindRefund, payment.KindChargeback}, kinds)
	require.EqualValues(t, -700, o.status("a").Balance.Open.Cents)
	results, sum = o.run(doc)
	require.Zero(t, sum.Booked)
	require.True(t, results[0].Repeated)
	require.True(t, results[0].Booked)
	require.Equal(t, reconcile.Over, results[0].Outcome)
}
