package camt

import (
	"github.com/bausteine/egov/forms/ids"
)

// statementHead reads up to the first entry.
func (r *Reader) statementHead() {
	st := Statement{Pos: r.s.Pos()}
	r.state = inStatement
	for r.child(3) {
		switch r.s.Name().Local {
		case "Id":
			r.text(&st.ID)
		case "ElctrncSeqNb":
			r.number(&st.Number)
		case "LglSeqNb":
			r.number(&st.LegalNumber)
		case "CreDtTm":
			r.text(&st.Created)
		case "CpyDplctInd":
			r.code(&st.Copy)
		case "Acct":
			r.account(&st.Account)
		case "Bal":
			r.balance(&st)
		case "TxsSummry":
			r.totals(&st)
		case "AddtlStmtInf", "AddtlRptInf", "AddtlNtfctnInf":
			r.text(&st.Info)
		case "Ntry":
			r.pending = true
		default:
			r.skip()
		}
		if r.pending {
			break
		}
	}
	switch {
	case r.err != nil:
	case st.ID == "":
		r.failAt(ruleMissing, "Id")
	case st.Account.Key() == "":
		r.failAt(ruleMissing, "Acct")
	}
	if !r.pending {
		r.state = inMessage
	}
	r.statement = st
}

func (r *Reader) account(a *Account) {
	depth := r.s.Depth()
	if a.Key() != "" {
		r.fail(ruleRepeated)
		return
	}
	for r.child(depth) {
		switch r.s.Name().Local {
		case "Id":
			r.accountID(&a.IBAN, &a.Other)
		case "Ccy":
			r.code(&a.Currency)
		case "Ownr":
			r.name(&a.Owner)
		case "Svcr":
			r.bic(&a.BIC)
		default:
			r.skip()
		}
	}
}

// accountID reads IBAN, or Othr with its Id.
func (r *Reader) accountID(iban *ids.IBAN, other *string) {
	depth := r.s.Depth()
	for r.child(depth) {
		switch r.s.Name().Local {
		case "IBAN":
			r.iban(iban, other)
		case "Othr":
			inner := r.s.Depth()
			for r.child(inner) {
				if r.s.Name().Local == "Id" {
					r.text(other)
				} else {
					r.skip()
				}
			}
		default:
			r.fail(ruleOrder)
		}
	}
}

// name reads Nm, in version 8 also within Pty.
func (r *Reader) name(dst *string) {
	depth := r.s.Depth()
	for r.child(depth) {
		switch r.s.Name().Local {
		case "Nm":
			r.text(dst)
		case "Pty":
			r.name(dst)
		default:
			r.skip()
		}
	}
}

// bic reads FinInstnId with BICFI or BIC.
func (r *Reader) bic(dst *ids.BIC) {
	depth := r.s.Depth()
	for r.child(depth) {
		switch r.s.Name().Local {
		case "FinInstnId":
			r.bic(dst)
		case "BICFI", "BIC":
			s := string(*dst)
			r.code(&s)
			*dst = ids.BIC(s)
		default:
			r.skip()
		}
	}
}

func (r *Reader) balance(st *Statement) {
	depth := r.s.Depth()
	var b Balance
	var dir direction
	var amount *Amount
	for r.child(depth) {
		switch r.s.Name().Local {
		case "Tp":
			for r.child(depth + 1) {
				if r.s.Name().Local == "CdOrPrtry" {
					r.choice(&b.Type)
				} else {
					r.skip()
				}
			}
		case "Amt":
			r.amountOnce(&amount)
		case "CdtDbtInd":
			r.direction(&dir)
		case "Dt":
			r.date(&b.Date)
		default:
			r.skip()
		}
	}
	switch {
	case r.err != nil:
		return
	case amount == nil:
		r.failAt(ruleMissing, "Amt")
		return
	case dir == 0:
		r.failAt(ruleMissing, "CdtDbtInd")
		return
	case len(st.Balances) >= r.maxTexts:
		r.fail(ruleLong)
		return
	}
	b.Amount, b.Debit = *amount, dir == debit
	st.Balances = append(st.Balances, b)
}

// choice reads Cd or Prtry.
func (r *Reader) choice(dst *string) {
	depth := r.s.Depth()
	for r.child(depth) {
		switch r.s.Name().Local {
		case "Cd", "Prtry":
			r.code(dst)
		default:
			r.fail(ruleOrder)
		}
	}
}

func (r *Reader) totals(st *Statement) {
	depth := r.s.Depth()
	for r.child(depth) {
		if r.s.Name().Local != "TtlNtries" {
			r.skip()
			continue
		}
		if st.Totals != nil {
			r.fail(ruleRepeated)
			return
		}
		st.Totals = &Totals{Entries: -1, Units: -1}
		for r.child(depth + 1) {
			switch r.s.Name().Local {
			case "NbOfNtries":
				r.number(&st.Totals.Entries)
			case "Sum":
				if units, rule := parseUnits(r.value()); rule != nil {
					r.fail(*rule)
				} else {
					st.Totals.Units = units
				}
			default:
				r.skip()
			}
		}
	}
}

// entryHead reads up to the details.
func (r *Reader) entryHead() {
	e := &r.entry
	*e = Entry{Pos: r.s.Pos()}
	r.state = inEntry
	var amount *Amount
	var dir direction
	for !r.pending && r.child(4) {
		switch r.s.Name().Local {
		case "NtryRef":
			r.text(&e.Ref)
		case "Amt":
			r.amountOnce(&amount)
		case "CdtDbtInd":
			r.direction(&dir)
		case "RvslInd":
			r.flag(&e.Reversal)
		case "Sts":
			r.status(&e.Status)
		case "BookgDt":
			r.date(&e.BookingDate)
		case "ValDt":
			r.date(&e.ValueDate)
		case "AcctSvcrRef":
			r.text(&e.ServicerRef)
		case "BkTxCd":
			r.bankCode(&e.Code)
		case "AmtDtls":
			r.amountDetails(&e.Instructed, nil)
		case "Chrgs":
			r.charges(&e.Charges)
		case "NtryDtls", "AddtlNtryInf":
			r.pending = true
		default:
			r.skip()
		}
	}
	switch {
	case r.err != nil:
	case amount == nil:
		r.failAt(ruleMissing, "Amt")
	case dir == 0:
		r.failAt(ruleMissing, "CdtDbtInd")
	case e.Status == "":
		r.failAt(ruleMissing, "Sts")
	default:
		e.Amount, e.Debit = *amount, dir == debit
	}
	if r.err == nil && !r.pending {
		r.state = inStatement
	}
}

// status is a plain code in version 2, a choice in version 8.
func (r *Reader) status(dst *string) {
	if r.message.Version == 2 {
		r.code(dst)
		return
	}
	r.choice(dst)
}

func (r *Reader) bankCode(c *BankCode) {
	depth := r.s.Depth()
	for r.child(depth) {
		switch r.s.Name().Local {
		case "Domn":
			for r.child(depth + 1) {
				switch r.s.Name().Local {
				case "Cd":
					r.code(&c.Domain)
				case "Fmly":
					for r.child(depth + 2) {
						switch r.s.Name().Local {
						case "Cd":
							r.code(&c.Family)
						case "SubFmlyCd":
							r.code(&c.SubFamily)
						default:
							r.fail(ruleOrder)
						}
					}
				default:
					r.fail(ruleOrder)
				}
			}
		case "Prtry":
			for r.child(depth + 1) {
				switch r.s.Name().Local {
				case "Cd":
					r.code(&c.Proprietary)
				case "Issr":
					r.code(&c.Issuer)
				default:
					r.fail(ruleOrder)
				}
			}
		default:
			r.fail(ruleOrder)
		}
	}
}

// amountDetails reads the instructed amount and that of the transaction.
func (r *Reader) amountDetails(instructed, transaction **Amount) {
	depth := r.s.Depth()
	for r.child(depth) {
		dst := instructed
		switch name := r.s.Name().Local; {
		case name == "TxAmt" && transaction != nil:
			dst = transaction
		case name != "InstdAmt":
			r.skip()
			continue
		}
		for r.child(depth + 1) {
			if r.s.Name().Local == "Amt" {
				r.amountOnce(dst)
			} else {
				r.skip()
			}
		}
	}
}

// charges reads both versions: records within one element, or one element for
// each.
func (r *Reader) charges(c *Charges) {
	depth := r.s.Depth()
	var amount *Amount
	var dir direction
	for r.child(depth) {
		switch r.s.Name().Local {
		case "TtlChrgsAndTaxAmt":
			var total *Amount
			r.amountOnce(&total)
			if c.Total == nil {
				c.Total = total
			}
		case "Rcrd":
			r.charge(c, depth+1)
		case "Amt": // version 2: this element is the record
			r.amountOnce(&amount)
		case "CdtDbtInd":
			r.direction(&dir)
		default:
			r.skip()
		}
	}
	if r.err == nil && amount != nil && dir != credit {
		r.addCharge(c, *amount)
	}
}

func (r *Reader) charge(c *Charges, depth int) {
	var amount *Amount
	var dir direction
	for r.child(depth) {
		switch r.s.Name().Local {
		case "Amt":
			r.amountOnce(&amount)
		case "CdtDbtInd":
			r.direction(&dir)
		default:
			r.skip()
		}
	}
	if r.err == nil && amount != nil && dir != credit {
		r.addCharge(c, *amount)
	}
}

func (r *Reader) addCharge(c *Charges, a Amount) {
	if c.Records == nil {
		c.Records = &Amount{Currency: a.Currency}
	}
	sum, ok := plus(c.Records.Units, a.Units)
	switch {
	case !ok:
		r.fail(ruleLarge)
	case c.Records.Currency != a.Currency:
		r.fail(ruleAmount)
	default:
		c.Records.Units = sum
	}
}

func (r *Reader) batch() {
	depth := r.s.Depth()
	var b Batch
	for r.child(depth) {
		switch r.s.Name().Local {
		case "MsgId":
			r.text(&b.MsgID)
		case "PmtInfId":
			r.text(&b.PaymentInfoID)
		case "NbOfTxs":
			r.number(&b.Transactions)
		case "TtlAmt":
			r.amountOnce(&b.Total)
		default:
			r.skip()
		}
	}
	if len(r.entry.Batches) >= r.maxTexts {
		r.fail(ruleLong)
	}
	r.entry.Batches = append(r.entry.Batches, b)
}
