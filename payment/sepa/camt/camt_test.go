package camt_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/sepa/camt"
	"github.com/bausteine/egov/xoev/finding"
)

type record struct {
	Entry   camt.Entry
	Details []camt.Detail
}

func readAll(t testing.TB, r io.Reader) (statements []camt.Statement, entries []record) {
	t.Helper()
	rd := camt.NewReader(r, nil)
	for rd.NextStatement() {
		for rd.NextEntry() {
			var rec record
			for rd.NextDetail() {
				rec.Details = append(rec.Details, *rd.Detail())
			}
			rec.Entry = *rd.Entry()
			entries = append(entries, rec)
		}
		statements = append(statements, *rd.Statement())
	}
	require.NoError(t, rd.Err())
	return statements, entries
}

func sample(t testing.TB) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(testenv.Data(t, "payment/iso20022/samples-synthetic"), "camt053.v8.kasse.xml"))
	require.NoError(t, err)
	return b
}

func TestSample(t *testing.T) {
	statements, entries := readAll(t, iotest.OneByteReader(bytes.NewReader(sample(t))))
	require.Len(t, statements, 1)
	st := statements[0]
	require.Equal(t, "SYN-20261120", st.ID)
	require.EqualValues(t, 226, st.Number)
	require.Equal(t, "DE89370400440532013000", st.Account.Key())
	require.Equal(t, "Stadt Musterstadt Stadtkasse", st.Account.Owner)
	require.EqualValues(t, "COBADEFFXXX", st.Account.BIC)
	require.Equal(t, "EUR", st.Account.Currency)
	require.Len(t, st.Balances, 2)
	require.Equal(t, camt.Amount{Units: 118130000, Currency: "EUR"}, st.Balances[1].Amount)
	require.Equal(t, "CLBD", st.Balances[1].Type)

	require.Len(t, entries, 6)
	first := entries[0]
	require.Equal(t, "BANKREF0001", first.Entry.ServicerRef)
	require.True(t, first.Entry.Booked())
	require.Equal(t, payment.Date{Year: 2026, Month: 11, Day: 20}, first.Entry.BookingDate)
	require.Equal(t, camt.BankCode{Domain: "PMNT", Family: "RCDT", SubFamily: "ESCT"}, first.Entry.Code)
	require.Equal(t, "Erika Mustermann", first.Details[0].Debtor.Name)
	require.EqualValues(t, "DE02120300000000202051", first.Details[0].Debtor.IBAN)
	require.Equal(t, "Kassenzeichen 42.0000.0000.061 Meldebescheinigung", first.Details[0].JoinedText())
	require.Equal(t, []string{"RF18539007547034"}, entries[1].Details[0].References)
	require.Len(t, entries[2].Details, 3)
	require.Equal(t, []camt.Batch{{PaymentInfoID: "PSP-SETTLE-77", Transactions: 3}}, entries[2].Entry.Batches)
	require.Empty(t, entries[3].Details)
	require.Equal(t, []camt.Batch{{MsgID: "PAIN008-20261118", PaymentInfoID: "PAIN008-20261118-1", Transactions: 2}}, entries[3].Entry.Batches)

	back := entries[4]
	require.True(t, back.Entry.Debit)
	require.True(t, back.Entry.Reversal)
	d := back.Details[0]
	require.True(t, d.Debit)
	require.Equal(t, &camt.Amount{Units: 2500000, Currency: "EUR"}, d.Instructed)
	require.Equal(t, &camt.Amount{Units: 300000, Currency: "EUR"}, d.Charges.Sum())
	require.Equal(t, &camt.Return{Reason: "AC04"}, d.Return)
	require.Equal(t, "HUND-2026-0815", d.EndToEndID)
	require.Equal(t, "MANDAT-4711", d.MandateID)

	report, err := camt.Check(bytes.NewReader(sample(t)), nil)
	require.NoError(t, err)
	require.Equal(t, finding.Accepted, report.Verdict)
	require.Empty(t, report.Findings)
	require.Equal(t, camt.StatementDay, report.Message.Kind)
	require.EqualValues(t, 6, report.Statements[0].Entries)
	require.EqualValues(t, 7, report.Statements[0].Details)
	require.Equal(t, "219.30 EUR", report.Statements[0].Credit.String())
	require.Equal(t, "38.00 EUR", report.Statements[0].Debit.String())
}

// part is one entry of the files that these tests make.
const part8 = `<Ntry><NtryRef>1</NtryRef><Amt Ccy="EUR">12.34</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>` +
	`<BookgDt><DtTm>2026-11-20T23:30:00+01:00</DtTm></BookgDt><ValDt><Dt>2026-11-20</Dt></ValDt><AcctSvcrRef>R1</AcctSvcrRef>` +
	`<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn><Prtry><Cd>NTRF+166+00931</Cd><Issr>DK</Issr></Prtry></BkTxCd>` +
	`<NtryDtls><TxDtls><Refs><EndToEndId>E1</EndToEndId></Refs><Amt Ccy="EUR">12.34</Amt><CdtDbtInd>CRDT</CdtDbtInd>` +
	`<Chrgs><Rcrd><Amt Ccy="EUR">0.50</Amt></Rcrd><Rcrd><Amt Ccy="EUR">0.25</Amt><CdtDbtInd>DBIT</CdtDbtInd></Rcrd><Rcrd><Amt Ccy="EUR">9.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Rcrd></Chrgs>` +
	`<RltdPties><Dbtr><Pty><Nm>Erika Mustermann</Nm></Pty></Dbtr><DbtrAcct><Id><Othr><Id>4711</Id></Othr></Id></DbtrAcct><UltmtDbtr><Pty><Nm>Max Mustermann</Nm></Pty></UltmtDbtr></RltdPties>` +
	`<RltdAgts><DbtrAgt><FinInstnId><BICFI>COBADEFFXXX</BICFI></FinInstnId></DbtrAgt></RltdAgts>` +
	`<Purp><Cd>GDDS</Cd></Purp><RmtInf><Ustrd>Kassen</Ustrd><Ustrd>zeichen</Ustrd><Strd><CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf><AddtlRmtInf>mehr</AddtlRmtInf></Strd></RmtInf>` +
	`<RtrInf><Rsn><Cd>MD06</Cd></Rsn><AddtlInf>zurück</AddtlInf></RtrInf><AddtlTxInf>Zusatz</AddtlTxInf></TxDtls></NtryDtls><AddtlNtryInf>Gutschrift</AddtlNtryInf></Ntry>`

const part2 = `<Ntry><NtryRef>1</NtryRef><Amt Ccy="EUR">12.34</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>` +
	`<BookgDt><DtTm>2026-11-20T23:30:00+01:00</DtTm></BookgDt><ValDt><Dt>2026-11-20</Dt></ValDt><AcctSvcrRef>R1</AcctSvcrRef>` +
	`<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn><Prtry><Cd>NTRF+166+00931</Cd><Issr>DK</Issr></Prtry></BkTxCd>` +
	`<NtryDtls><TxDtls><Refs><EndToEndId>E1</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy="EUR">12.34</Amt></TxAmt></AmtDtls>` +
	`<Chrgs><Amt Ccy="EUR">0.50</Amt></Chrgs><Chrgs><Amt Ccy="EUR">0.25</Amt><CdtDbtInd>DBIT</CdtDbtInd></Chrgs><Chrgs><Amt Ccy="EUR">9.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Chrgs>` +
	`<RltdPties><Dbtr><Nm>Erika Mustermann</Nm></Dbtr><DbtrAcct><Id><Othr><Id>4711</Id></Othr></Id></DbtrAcct><UltmtDbtr><Nm>Max Mustermann</Nm></UltmtDbtr></RltdPties>` +
	`<RltdAgts><DbtrAgt><FinInstnId><BIC>COBADEFFXXX</BIC></FinInstnId></DbtrAgt></RltdAgts>` +
	`<Purp><Cd>GDDS</Cd></Purp><RmtInf><Ustrd>Kassen</Ustrd><Ustrd>zeichen</Ustrd><Strd><CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf><AddtlRmtInf>mehr</AddtlRmtInf></Strd></RmtInf>` +
	`<RtrInf><Rsn><Cd>MD06</Cd></Rsn><AddtlInf>zurück</AddtlInf></RtrInf><AddtlTxInf>Zusatz</AddtlTxInf></TxDtls></NtryDtls><AddtlNtryInf>Gutschrift</AddtlNtryInf></Ntry>`

// document puts entries between head and foot of a message.
func document(kind camt.Kind, version int, entries string) string {
	root := map[camt.Kind][2]string{
		camt.Report: {"BkToCstmrAcctRpt", "Rpt"}, camt.StatementDay: {"BkToCstmrStmt", "Stmt"}, camt.Notification: {"BkToCstmrDbtCdtNtfctn", "Ntfctn"},
	}[kind]
	bal := ""
	if kind == camt.StatementDay {
		one := `<Bal><Tp><CdOrPrtry><Cd>%s</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">%s</Amt><CdtDbtInd>%s</CdtDbtInd><Dt><Dt>2026-11-20</Dt></Dt></Bal>`
		bal = fmt.Sprintf(one, "OPBD", "10.00", "DBIT") + fmt.Sprintf(one, "CLBD", "2.34", "CRDT")
	}
	info := map[camt.Kind]string{camt.Report: "Rpt", camt.StatementDay: "Stmt", camt.Notification: "Ntfctn"}[kind]
	return fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?>`+"\n"+`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:%s.001.%02d"><%s><GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-20T21:00:00</CreDtTm></GrpHdr>`+
		`<%s><Id>S1</Id><ElctrncSeqNb>7</ElctrncSeqNb><CreDtTm>2026-11-20T21:00:00</CreDtTm><Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct>%s%s<Addtl%sInf>Hinweis</Addtl%sInf></%s></%s></Document>`,
		kind, version, root[0], root[1], bal, entries, info, info, root[1], root[0])
}

func TestAllMessagesAndVersions(t *testing.T) {
	for _, kind := range []camt.Kind{camt.Report, camt.StatementDay, camt.Notification} {
		var both [][]record
		for _, version := range []int{2, 8} {
			t.Run(fmt.Sprintf("%s.%02d", kind, version), func(t *testing.T) {
				part := map[int]string{2: part2, 8: part8}[version]
				doc := document(kind, version, part)
				t.Run("schema", func(t *testing.T) { validate(t, fmt.Sprintf("%s.001.%02d.xsd", kind, version), doc) }) // may skip
				st, entries := readAll(t, strings.NewReader(doc))
				require.Len(t, st, 1)
				require.Len(t, entries, 1)
				e, d := entries[0].Entry, entries[0].Details[0]
				require.Equal(t, "Gutschrift", e.Info)
				require.Equal(t, "Hinweis", st[0].Info)
				require.Equal(t, payment.Date{Year: 2026, Month: 11, Day: 20}, e.BookingDate)
				require.Equal(t, "NTRF+166+00931", e.Code.Proprietary)
				require.Equal(t, &camt.Amount{Units: 1234000, Currency: "EUR"}, d.Amount)
				require.Equal(t, &camt.Amount{Units: 75000, Currency: "EUR"}, d.Charges.Sum())
				require.Equal(t, "4711", d.Debtor.Other)
				require.EqualValues(t, "COBADEFFXXX", d.Debtor.BIC)
				require.Equal(t, "Max Mustermann", d.UltimateDebtor)
				require.Equal(t, []string{"Kassen", "zeichen", "mehr"}, d.Text)
				require.Equal(t, "GDDS", d.Purpose)
				require.Equal(t, "Zusatz", d.Info)
				require.Equal(t, &camt.Return{Reason: "MD06", Info: []string{"zurück"}}, d.Return)
				for i := range entries { // places differ
					entries[i].Entry.Pos.Offset, entries[i].Entry.Pos.Column = 0, 0
					entries[i].Details[0].Pos.Offset, entries[i].Details[0].Pos.Column = 0, 0
				}
				both = append(both, entries)
				report, err := camt.Check(strings.NewReader(doc), nil)
				require.NoError(t, err)
				require.Equal(t, kind, report.Message.Kind)
				require.Equal(t, version, report.Message.Version)
				require.Empty(t, report.Findings)
				require.Equal(t, finding.Accepted, report.Verdict)
			})
		}
		require.Equal(t, both[0], both[1], "the versions read alike")
	}
}

// TestSkipping reads heads only, and details of some entries only.
func TestSkipping(t *testing.T) {
	doc := document(camt.StatementDay, 8, strings.Repeat(part8, 5))
	r := camt.NewReader(strings.NewReader(doc), nil)
	m, err := r.Message()
	require.NoError(t, err)
	require.Equal(t, "M1", m.ID)
	require.True(t, m.LastPage)
	require.True(t, r.NextStatement())
	require.False(t, r.NextDetail(), "no entry yet")
	require.True(t, r.NextEntry())
	require.True(t, r.NextEntry())
	require.True(t, r.NextDetail())
	require.True(t, r.NextEntry())
	require.False(t, r.NextStatement())
	require.NoError(t, r.Err())
	require.False(t, r.NextStatement())
	require.False(t, r.NextEntry())
}

func TestWhatCannotBeRead(t *testing.T) {
	good := document(camt.StatementDay, 8, part8)
	swap := func(from, to string) string {
		require.Contains(t, good, from)
		return strings.Replace(good, from, to, 1)
	}
	for _, tt := range []struct{ name, code, path, doc string }{
		{"other message", "CAMT-001", "/Document", swap("camt.053.001.08", "pain.001.001.09")},
		{"later version", "CAMT-001", "/Document", swap("camt.053.001.08", "camt.053.001.13")},
		{"wrong root", "CAMT-001", "/Document/BkToCstmrAcctRpt", strings.ReplaceAll(good, "BkToCstmrStmt", "BkToCstmrAcctRpt")},
		{"no statement", "CAMT-002", "/Document/BkToCstmrStmt/Stmt", good[:strings.Index(good, "<Stmt>")] + "</BkToCstmrStmt></Document>"},
		{"no amount", "CAMT-002", "/Document/BkToCstmrStmt/Stmt/Ntry/NtryDtls/Amt", swap(`<Amt Ccy="EUR">12.34</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>`, `<CdtDbtInd>CRDT</CdtDbtInd><Sts>`)},
		{"no direction", "CAMT-002", "", swap(`<CdtDbtInd>CRDT</CdtDbtInd><Sts>`, `<Sts>`)},
		{"no status", "CAMT-002", "", swap(`<Sts><Cd>BOOK</Cd></Sts>`, ``)},
		{"no account", "CAMT-002", "", swap(`<IBAN>DE89370400440532013000</IBAN>`, ``)},
		{"no statement id", "CAMT-002", "", swap(`<Id>S1</Id>`, ``)},
		{"no message id", "CAMT-002", "", swap(`<MsgId>M1</MsgId>`, ``)},
		{"two amounts", "CAMT-003", "/Document/BkToCstmrStmt/Stmt/Ntry/Amt", swap(`<CdtDbtInd>CRDT</CdtDbtInd><Sts>`, `<Amt Ccy="EUR">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>`)},
		{"two references of the bank", "CAMT-003", "", swap(`<AcctSvcrRef>R1</AcctSvcrRef>`, `<AcctSvcrRef>R1</AcctSvcrRef><AcctSvcrRef>R2</AcctSvcrRef>`)},
		{"amount behind the details", "CAMT-004", "", swap(`<AddtlNtryInf>`, `<Amt Ccy="EUR">1.00</Amt><AddtlNtryInf>`)},
		{"balance behind the entries", "CAMT-004", "", swap(`<AddtlStmtInf>`, `<Bal/><AddtlStmtInf>`)},
		{"elements in an amount", "CAMT-004", "", swap(`12.34</Amt>`, `<x/></Amt>`)},
		{"29 February", "CAMT-005", "", swap(`<ValDt><Dt>2026-11-20`, `<ValDt><Dt>2026-02-29`)},
		{"no direction of ours", "CAMT-005", "", swap(`CRDT</CdtDbtInd><Sts>`, `crdt</CdtDbtInd><Sts>`)},
		{"number with letters", "CAMT-005", "", swap(`<ElctrncSeqNb>7`, `<ElctrncSeqNb>7a`)},
		{"negative amount", "CAMT-006", "", swap(`12.34`, `-12.34`)},
		{"six decimals", "CAMT-006", "", swap(`12.34`, `12.345678`)},
		{"comma", "CAMT-006", "", swap(`12.34`, `12,34`)},
		{"exponent", "CAMT-006", "", swap(`12.34`, `1e2`)},
		{"empty amount", "CAMT-006", "", swap(`>12.34<`, `><`)},
		{"no currency", "CAMT-006", "", swap(`<NtryRef>1</NtryRef><Amt Ccy="EUR">`, `<NtryRef>1</NtryRef><Amt>`)},
		{"too large", "CAMT-007", "", swap(`12.34`, `123456789012345.00`)},
		{"long text", "CAMT-008", "", swap(`<Ustrd>Kassen`, `<Ustrd>`+strings.Repeat("x", 5000))},
		{"too many texts", "CAMT-008", "", swap(`<Ustrd>Kassen</Ustrd>`, strings.Repeat(`<Ustrd>x</Ustrd>`, 1001))},
		{"other namespace", "CAMT-009", "", swap(`<NtryRef>1</NtryRef>`, `<NtryRef xmlns="urn:x">1</NtryRef>`)},
		{"text between elements", "CAMT-009", "", swap(`<NtryRef>`, `x<NtryRef>`)},
		{"cut off", "XML-008", "", good[:len(good)-20]},
		{"document type", "XML-010", "", swap("<Document", "<!DOCTYPE Document><Document")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			report, err := camt.Check(strings.NewReader(tt.doc), nil)
			require.Nil(t, report)
			var invalid *finding.InvalidError
			require.ErrorAs(t, err, &invalid)
			require.Len(t, invalid.Findings, 1)
			f := invalid.Findings[0]
			if !strings.HasPrefix(tt.code, "XML") {
				require.Equal(t, tt.code, f.Code, "%v", f)
			} else {
				require.True(t, strings.HasPrefix(f.Code, "XML-"), f.Code)
			}
			require.Positive(t, f.Line)
			require.Positive(t, f.Column)
			if tt.path != "" {
				require.Equal(t, tt.path, f.Path)
			}
		})
	}
	t.Run("the reader's own error", func(t *testing.T) {
		broken := errors.New("disk on fire")
		_, err := camt.Check(io.MultiReader(strings.NewReader(good[:500]), iotest.ErrReader(broken)), nil)
		require.ErrorIs(t, err, broken)
		var invalid *finding.InvalidError
		require.False(t, errors.As(err, &invalid))
	})
}

func TestCheckJudges(t *testing.T) {
	good := document(camt.StatementDay, 8, part8)
	swap := func(from, to string) string {
		require.Contains(t, good, from)
		return strings.Replace(good, from, to, 1)
	}
	totals := func(n, sum string) string {
		return swap("<Ntry>", "<TxsSummry><TtlNtries><NbOfNtries>"+n+"</NbOfNtries><Sum>"+sum+"</Sum></TtlNtries></TxsSummry><Ntry>")
	}
	last := func(n int64, created string) *camt.CheckOptions {
		return &camt.CheckOptions{Last: map[string]camt.Number{"DE89370400440532013000": {Number: n, Created: created}}}
	}
	pending := strings.NewReplacer("BOOK", "PDNG", "R1", "R2").Replace(part8)
	for _, tt := range []struct {
		name, doc string
		o         *camt.CheckOptions
		codes     []string
		verdict   finding.Verdict
	}{
		{"fits", good, nil, nil, finding.Accepted},
		{"opening balance", swap(">10.00<", ">10.01<"), nil, []string{"CAMT-020"}, finding.Rejected},
		{"five decimals count", strings.ReplaceAll(good, "12.34", "12.34001"), nil, []string{"CAMT-020"}, finding.Rejected},
		{"entry missing", document(camt.StatementDay, 8, ""), nil, []string{"CAMT-020"}, finding.Rejected},
		{"what is not booked does not count", document(camt.StatementDay, 8, part8+pending), nil, nil, finding.Accepted},
		{"no opening balance", swap("OPBD", "ITBD"), nil, []string{"CAMT-021"}, finding.Accepted},
		{"opening under its other name", swap("OPBD", "PRCD"), nil, nil, finding.Accepted},
		{"next number", good, last(6, "2026-11-19T21:00:00"), nil, finding.Accepted},
		{"first of the year", swap("<ElctrncSeqNb>7", "<ElctrncSeqNb>1"), last(250, "2025-12-30T21:00:00"), nil, finding.Accepted},
		{"not the first of the year", good, last(250, "2025-12-30T21:00:00"), []string{"CAMT-022"}, finding.Accepted},
		{"gap", good, last(5, "2026-11-18T21:00:00"), []string{"CAMT-022"}, finding.Accepted},
		{"repeated", good, last(7, "2026-11-20T21:00:00"), []string{"CAMT-023"}, finding.Accepted},
		{"summary fits", totals("1", "12.34"), nil, nil, finding.Accepted},
		{"summary counts others", totals("2", "12.34"), nil, []string{"CAMT-024"}, finding.Rejected},
		{"summary adds up others", totals("1", "12.35"), nil, []string{"CAMT-024"}, finding.Rejected},
		{"details", swap(`</Refs><Amt Ccy="EUR">12.34`, `</Refs><Amt Ccy="EUR">12.35`), nil, []string{"CAMT-025"}, finding.Accepted},
		{"twice", strings.Replace(document(camt.StatementDay, 8, part8+part8), "2.34</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt>", "14.68</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt>", 1), nil, []string{"CAMT-026"}, finding.Accepted},
		{"other currency", swap(`<NtryRef>1</NtryRef><Amt Ccy="EUR">`, `<NtryRef>1</NtryRef><Amt Ccy="USD">`), nil, []string{"CAMT-027", "CAMT-020"}, finding.Rejected},
		{"more pages", swap("</GrpHdr>", "<MsgPgntn><PgNb>1</PgNb><LastPgInd>false</LastPgInd></MsgPgntn></GrpHdr>"), nil, []string{"CAMT-028"}, finding.Accepted},
		{"too many to compare", strings.Replace(document(camt.StatementDay, 8, part8+part8), "2.34</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt>", "14.68</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt>", 1), &camt.CheckOptions{MaxRefs: 1}, []string{"CAMT-029"}, finding.Accepted},
	} {
		t.Run(tt.name, func(t *testing.T) {
			report, err := camt.Check(strings.NewReader(tt.doc), tt.o)
			require.NoError(t, err)
			var codes []string
			for _, f := range report.Findings {
				codes = append(codes, f.Code)
			}
			require.Equal(t, tt.codes, codes)
			require.Equal(t, tt.verdict, report.Verdict)
		})
	}
}

func TestCatalogue(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range camt.Rules() {
		require.False(t, seen[r.Code], r.Code)
		seen[r.Code] = true
		require.NotEmpty(t, r.Source)
		require.NotEmpty(t, r.Message)
	}
	require.Len(t, seen, 19)
}

func TestMoney(t *testing.T) {
	for _, tt := range []struct {
		units int64
		cents int64
		text  string
		fails bool
	}{
		{1234000, 1234, "12.34 EUR", false}, {1234500, 0, "12.345 EUR", true}, {1, 0, "0.00001 EUR", true},
		{0, 0, "0.00 EUR", false}, {100000, 100, "1.00 EUR", false}, {-250000, -250, "-2.50 EUR", false},
	} {
		a := camt.Amount{Units: tt.units, Currency: "EUR"}
		require.Equal(t, tt.text, a.String())
		got, err := a.Money()
		require.Equal(t, tt.fails, err != nil)
		if !tt.fails {
			require.Equal(t, payment.EUR(tt.cents), got)
		}
	}
}

func TestLogsHidePeople(t *testing.T) {
	_, entries := readAll(t, strings.NewReader(document(camt.StatementDay, 8, part8)))
	var b bytes.Buffer
	log := slog.New(slog.NewTextHandler(&b, nil))
	log.Info("x", "e", entries[0].Entry, "d", entries[0].Details[0], "p", entries[0].Details[0].Debtor)
	fmt.Fprintf(&b, "%v %+v %#v %v", entries[0].Details[0], entries[0].Entry, entries[0].Details[0].Debtor, entries[0].Details)
	require.NotContains(t, b.String(), "Muster")
	require.NotContains(t, b.String(), "4711")
	require.NotContains(t, b.String(), "Kassen")
	require.Contains(t, b.String(), "12.34 EUR")
}

func FuzzReader(f *testing.F) {
	for _, kind := range []camt.Kind{camt.Report, camt.StatementDay, camt.Notification} {
		f.Add([]byte(document(kind, 8, part8+part8)))
		f.Add([]byte(document(kind, 2, part2)))
	}
	f.Add([]byte(`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>1</MsgId></GrpHdr><Stmt/></BkToCstmrStmt></Document>`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		report, err := camt.Check(bytes.NewReader(doc), nil)
		var invalid *finding.InvalidError
		if err != nil {
			require.Nil(t, report)
			require.ErrorAs(t, err, &invalid)
		} else {
			require.NotEqual(t, finding.Undetermined, report.Verdict)
			require.NotEmpty(t, report.Statements)
		}
		// Whoever leaves the details out gets the same answer.
		r := camt.NewReader(bytes.NewReader(doc), nil)
		statements := 0
		for r.NextStatement() {
			statements++
		}
		require.Equal(t, err == nil, r.Err() == nil)
		if err == nil {
			require.Len(t, report.Statements, statements)
		}
	})
}
