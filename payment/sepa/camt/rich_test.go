package camt_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/sepa/camt"
	"github.com/bausteine/egov/xoev/finding"
)

// rich uses what the other files leave out.
const rich = `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-20T21:00:00Z</CreDtTm><MsgRcpt><Nm>Stadt Musterstadt</Nm></MsgRcpt><MsgPgntn><PgNb>2</PgNb><LastPgInd>1</LastPgInd></MsgPgntn></GrpHdr>
<Stmt><Id>S1</Id><StmtPgntn><PgNb>1</PgNb><LastPgInd>true</LastPgInd></StmtPgntn><ElctrncSeqNb>7</ElctrncSeqNb><LglSeqNb>3</LglSeqNb><CreDtTm>2026-11-20T21:00:00Z</CreDtTm><CpyDplctInd>DUPL</CpyDplctInd>
<Acct><Id><Othr><Id>4711</Id><SchmeNm><Cd>BBAN</Cd></SchmeNm></Othr></Id><Tp><Cd>CACC</Cd></Tp><Ccy>EUR</Ccy><Ownr><Nm>Stadt Musterstadt</Nm></Ownr></Acct>
<Bal><Tp><CdOrPrtry><Prtry>EIGENER</Prtry></CdOrPrtry><SubTp><Cd>INTM</Cd></SubTp></Tp><CdtLine><Incl>false</Incl></CdtLine><Amt Ccy="EUR">1.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Dt><DtTm>2026-11-20T01:00:00+01:00</DtTm></Dt></Bal>
<TxsSummry><TtlNtries><NbOfNtries>2</NbOfNtries><Sum>2.5</Sum><TtlNetNtry><Amt>2.5</Amt><CdtDbtInd>CRDT</CdtDbtInd></TtlNetNtry></TtlNtries><TtlCdtNtries><NbOfNtries>2</NbOfNtries></TtlCdtNtries></TxsSummry>
<Ntry><Amt Ccy="EUR"> +2.50000 </Amt><CdtDbtInd>CRDT</CdtDbtInd><RvslInd>false</RvslInd><Sts><Prtry>BOOK</Prtry></Sts><BookgDt><Dt>2028-02-29</Dt></BookgDt><AcctSvcrRef>R</AcctSvcrRef>
<Avlbty><Dt><NbOfDays>1</NbOfDays></Dt><Amt Ccy="EUR">2.5</Amt><CdtDbtInd>CRDT</CdtDbtInd></Avlbty><BkTxCd><Prtry><Cd>NMSC+201</Cd></Prtry></BkTxCd>
<AmtDtls><InstdAmt><Amt Ccy="USD">3.12345</Amt><CcyXchg><SrcCcy>USD</SrcCcy><XchgRate>1.1</XchgRate></CcyXchg></InstdAmt><TxAmt><Amt Ccy="EUR">2.5</Amt></TxAmt></AmtDtls>
<Chrgs><TtlChrgsAndTaxAmt Ccy="EUR">0.1</TtlChrgsAndTaxAmt><Rcrd><Amt Ccy="EUR">0.10</Amt><ChrgInclInd>true</ChrgInclInd></Rcrd></Chrgs>
<NtryDtls><Btch><MsgId>BM</MsgId><PmtInfId>BP</PmtInfId><NbOfTxs>2</NbOfTxs><TtlAmt Ccy="EUR">2.5</TtlAmt><CdtDbtInd>CRDT</CdtDbtInd></Btch>
<TxDtls><Refs><MsgId>1</MsgId><AcctSvcrRef>2</AcctSvcrRef><PmtInfId>3</PmtInfId><InstrId>4</InstrId><EndToEndId>5</EndToEndId><TxId>6</TxId><MndtId>7</MndtId><ChqNb>8</ChqNb></Refs>
<Amt Ccy="EUR">2.5</Amt><CdtDbtInd>CRDT</CdtDbtInd><AmtDtls><CntrValAmt><Amt Ccy="EUR">2.5</Amt></CntrValAmt></AmtDtls>
<RltdPties><InitgPty><Pty><Nm>X</Nm></Pty></InitgPty><Dbtr><Agt><FinInstnId><BICFI>COBADEFFXXX</BICFI></FinInstnId></Agt></Dbtr><DbtrAcct><Id><IBAN>DE02120300000000202051</IBAN></Id><Ccy>EUR</Ccy></DbtrAcct><Cdtr><Pty><Nm>Erika Mustermann</Nm><CtryOfRes>DE</CtryOfRes></Pty></Cdtr><CdtrAcct><Id><IBAN>DE00000000000000000000</IBAN></Id></CdtrAcct></RltdPties>
<RltdAgts><CdtrAgt><FinInstnId><BICFI>COBADEFFXXX</BICFI><Nm>Bank</Nm></FinInstnId></CdtrAgt><IntrmyAgt1><FinInstnId/></IntrmyAgt1></RltdAgts>
<Purp><Prtry>EIGEN</Prtry></Purp><RmtInf><Strd><RfrdDocInf><Nb>1</Nb></RfrdDocInf><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp><Ref>42</Ref></CdtrRefInf></Strd></RmtInf>
<RtrInf><OrgnlBkTxCd><Prtry><Cd>X</Cd></Prtry></OrgnlBkTxCd><Rsn><Prtry>EIGENER</Prtry></Rsn></RtrInf></TxDtls></NtryDtls><NtryDtls/></Ntry>
<!-- what was not read before --><?pi x?>
<Ntry><Amt Ccy="EUR">0</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>INFO</Cd></Sts><BkTxCd/></Ntry>
</Stmt><SplmtryData><Envlp><x xmlns="urn:other"><y/>text</x></Envlp></SplmtryData></BkToCstmrStmt></Document>
`

func TestRichFile(t *testing.T) {
	validate(t, "camt.053.001.08.xsd", rich)
	st, entries := readAll(t, strings.NewReader(rich))
	require.Equal(t, "4711", st[0].Account.Key())
	require.EqualValues(t, 3, st[0].LegalNumber)
	require.Equal(t, "DUPL", st[0].Copy)
	require.Equal(t, "EIGENER", st[0].Balances[0].Type)
	require.Equal(t, &camt.Totals{Entries: 2, Units: 250000}, st[0].Totals)
	require.Len(t, entries, 2)
	e, d := entries[0].Entry, entries[0].Details[0]
	require.Equal(t, camt.Amount{Units: 250000, Currency: "EUR"}, e.Amount)
	require.Equal(t, payment.Date{Year: 2028, Month: 2, Day: 29}, e.BookingDate)
	require.True(t, e.ValueDate.IsZero())
	require.Equal(t, &camt.Amount{Units: 312345, Currency: "USD"}, e.Instructed)
	require.Equal(t, "0.10 EUR", e.Charges.Sum().String())
	require.Equal(t, []camt.Batch{{MsgID: "BM", PaymentInfoID: "BP", Transactions: 2, Total: &camt.Amount{Units: 250000, Currency: "EUR"}}}, e.Batches)
	require.Equal(t, []string{"1", "2", "3", "4", "5", "6", "7"}, []string{d.MsgID, d.ServicerRef, d.PaymentInfoID, d.InstructionID, d.EndToEndID, d.TransactionID, d.MandateID})
	require.Equal(t, camt.Party{IBAN: "DE02120300000000202051"}, d.Debtor)
	require.Equal(t, camt.Party{Name: "Erika Mustermann", Other: "DE00000000000000000000", BIC: "COBADEFFXXX"}, d.Creditor)
	require.Equal(t, "EIGEN", d.Purpose)
	require.Equal(t, []string{"42"}, d.References)
	require.Equal(t, "EIGENER", d.Return.Reason)
	require.Equal(t, "INFO", entries[1].Entry.Status)

	r := camt.NewReader(strings.NewReader(rich), nil)
	m, err := r.Message()
	require.NoError(t, err)
	require.EqualValues(t, 2, m.Page)
	require.True(t, m.LastPage)
	require.Positive(t, r.Pos().Offset)
	for r.NextStatement() {
	}
	require.NoError(t, r.Err())
}

func TestIBANsAsPeopleWriteThem(t *testing.T) {
	_, entries := readAll(t, strings.NewReader(strings.Replace(rich, "DE02120300000000202051", "de02 1203 0000 0000 2020 51", 1)))
	require.EqualValues(t, "DE02120300000000202051", entries[0].Details[0].Debtor.IBAN)
}

func TestWhatCannotBeReadOfARichFile(t *testing.T) {
	for _, tt := range []struct{ name, code, from, to string }{
		{"flag", "CAMT-005", "<RvslInd>false", "<RvslInd>no"},
		{"last page", "CAMT-005", "<LastPgInd>1", "<LastPgInd>2"},
		{"page", "CAMT-005", "<PgNb>2", "<PgNb>-2"},
		{"unknown in the pages", "CAMT-004", "<PgNb>2</PgNb>", "<PgNb>2</PgNb><X/>"},
		{"two dates", "CAMT-003", "<BookgDt><Dt>2028-02-29</Dt></BookgDt>", "<BookgDt><Dt>2028-02-29</Dt></BookgDt><BookgDt><Dt>2028-02-29</Dt></BookgDt>"},
		{"two days in a date", "CAMT-005", "<Dt>2028-02-29</Dt>", "<Dt>2028-02-29</Dt><Dt>2028-02-29</Dt>"},
		{"empty date", "CAMT-002", "<BookgDt><Dt>2028-02-29</Dt></BookgDt>", "<BookgDt></BookgDt>"},
		{"letters in a date", "CAMT-005", "2028-02-29", "2028-O2-29"},
		{"month 13", "CAMT-005", "2028-02-29", "2028-13-01"},
		{"other in a date", "CAMT-004", "<BookgDt><Dt>2028-02-29</Dt></BookgDt>", "<BookgDt><X/></BookgDt>"},
		{"two directions", "CAMT-003", "<CdtDbtInd>CRDT</CdtDbtInd><RvslInd>", "<CdtDbtInd>CRDT</CdtDbtInd><CdtDbtInd>CRDT</CdtDbtInd><RvslInd>"},
		{"two codes", "CAMT-003", "<Sts><Prtry>BOOK</Prtry></Sts>", "<Sts><Prtry>BOOK</Prtry><Cd>BOOK</Cd></Sts>"},
		{"other in a choice", "CAMT-004", "<Sts><Prtry>BOOK</Prtry></Sts>", "<Sts><X/></Sts>"},
		{"other in the bank's code", "CAMT-004", "<BkTxCd><Prtry>", "<BkTxCd><X/><Prtry>"},
		{"two instructed amounts", "CAMT-003", "</InstdAmt>", "</InstdAmt><InstdAmt><Amt Ccy=\"USD\">3</Amt></InstdAmt>"},
		{"two accounts", "CAMT-003", "</Acct>", "</Acct><Acct><Id><Othr><Id>1</Id></Othr></Id></Acct>"},
		{"two numbers of an account", "CAMT-003", "<IBAN>DE02120300000000202051</IBAN>", "<IBAN>DE02120300000000202051</IBAN><IBAN>DE02120300000000202051</IBAN>"},
		{"other in an account", "CAMT-004", "<IBAN>DE02120300000000202051</IBAN>", "<BBAN>1</BBAN>"},
		{"balance without amount", "CAMT-002", `</CdtLine><Amt Ccy="EUR">1.00</Amt>`, "</CdtLine>"},
		{"balance without direction", "CAMT-002", `1.00</Amt><CdtDbtInd>DBIT</CdtDbtInd>`, "1.00</Amt>"},
		{"two summaries", "CAMT-003", "</TtlNtries>", "</TtlNtries><TtlNtries><Sum>1</Sum></TtlNtries>"},
		{"sum of the summary", "CAMT-006", "<Sum>2.5</Sum>", "<Sum>-2.5</Sum>"},
		{"two returns", "CAMT-003", "<RtrInf><OrgnlBkTxCd>", "<RtrInf/><RtrInf><OrgnlBkTxCd>"},
		{"charges of two currencies", "CAMT-006", "</Rcrd></Chrgs>", `</Rcrd><Rcrd><Amt Ccy="USD">1</Amt></Rcrd></Chrgs>`},
		{"other in the remittance", "CAMT-004", "<RmtInf><Strd>", "<RmtInf><X/><Strd>"},
		{"other in the details", "CAMT-004", "<NtryDtls/>", "<NtryDtls><X/></NtryDtls>"},
		{"other beside the statements", "CAMT-004", "<SplmtryData>", "<X/><SplmtryData>"},
		{"other beside the message", "CAMT-004", "</BkToCstmrStmt></Document>", "</BkToCstmrStmt><X/></Document>"},
		{"amount with a long fraction", "CAMT-006", "+2.50000", "+2.5000001"},
		{"large", "CAMT-007", "+2.50000", "99999999999999999999"},
		{"large with decimals", "CAMT-007", "+2.50000", "92233720368547.75808"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			require.Contains(t, rich, tt.from)
			_, err := camt.Check(strings.NewReader(strings.Replace(rich, tt.from, tt.to, 1)), nil)
			var invalid *finding.InvalidError
			require.ErrorAs(t, err, &invalid)
			require.Equal(t, tt.code, invalid.Findings[0].Code, "%v", invalid.Findings[0])
		})
	}
	_, err := camt.Check(strings.NewReader(strings.Replace(rich, "+2.50000", "92233720368547.75807", 1)), nil)
	require.NoError(t, err, "the largest amount")
}
