// Package camt reads what a bank reports on an account: ISO 20022 camt.052
// (report during the day), camt.053 (statement) and camt.054 (notification) in
// the versions .001.08 and .001.02.
//
//	r := camt.NewReader(file, nil)
//	for r.NextStatement() {
//		for r.NextEntry() {
//			for r.NextDetail() {
//				use(r.Statement(), r.Entry(), r.Detail())
//			}
//		}
//	}
//	if err := r.Err(); err != nil {
//		return err
//	}
//
// A [Reader] goes through the file once and keeps one statement's head, one
// entry and one detail. Nothing it hands out counts before Err has returned nil
// at the end: read a file with [Check] first, which also judges whether the
// balances, the totals and the numbers of the statements agree, and act on a
// second pass.
//
//	element                           version .001.08       .001.02            here
//	Stmt, Rpt, Ntfctn                 yes                   yes                Statement
//	Bal/Tp/CdOrPrtry                  camt.052, .053        camt.052, .053     Balance
//	Ntry/Sts                          Cd or Prtry           plain code         Entry.Status
//	TxDtls/Amt, CdtDbtInd             yes                   no: AmtDtls/TxAmt  Detail.Amount, Debit
//	RltdPties/Dbtr, Cdtr              Pty/Nm or Agt         Nm                 Party
//	FinInstnId                        BICFI                 BIC                BIC
//	Chrgs                             TtlChrgsAndTaxAmt,    repeated           Charges
//	                                  Rcrd
//	RmtInf/Ustrd                      repeated              repeated           Detail.Text
//	RmtInf/Strd/CdtrRefInf/Ref        yes                   yes                Detail.References
//	RtrInf/Rsn                        yes                   yes                Detail.Return
//	NtryDtls/Btch                     yes                   yes                Batch
//
// # Amounts
//
// ISO 20022 allows five decimals and 18 digits. [Amount] holds them exactly, in
// hundred-thousandths; [Amount.Money] refuses what is no whole number of cents
// instead of rounding it. Amounts have no sign: Debit tells money that left the
// account.
//
// # Sources of the rules
//
//	codes                  source
//	CAMT-001 to CAMT-009   the schemas of ISO 20022, camt.052, .053, .054 .001.02 and .001.08
//	CAMT-020, CAMT-021     ISO 20022 Message Definition Report, balance types OPBD, PRCD, CLBD
//	CAMT-022, CAMT-023     the same, ElctrncSeqNb
//	CAMT-024 to CAMT-029   the same, TxsSummry, TxDtls, AcctSvcrRef, MsgPgntn
//
// # Not supported
//
// Versions other than 2 and 8; checking all that the schema demands (what is
// not used is only read for well-formedness); cards, interest, securities,
// taxes.
//
// # Errors and concurrency
//
// A file that cannot be read is a *finding.InvalidError (or the
// *xmlscan.SyntaxError that matches it) with code, path, line and column; a
// reader that fails is an ordinary error. A Reader is for one goroutine.
package camt
