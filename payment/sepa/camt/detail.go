package camt

// transaction reads a TxDtls.
func (r *Reader) transaction() {
	d := &r.detail
	*d = Detail{Pos: r.s.Pos()}
	depth := r.s.Depth()
	var dir direction
	var transaction *Amount
	for r.child(depth) {
		switch r.s.Name().Local {
		case "Refs":
			r.references(d)
		case "Amt":
			r.amountOnce(&d.Amount)
		case "CdtDbtInd":
			r.direction(&dir)
		case "AmtDtls":
			r.amountDetails(&d.Instructed, &transaction)
		case "BkTxCd":
			r.bankCode(&d.Code)
		case "Chrgs":
			r.charges(&d.Charges)
		case "RltdPties":
			r.parties(d)
		case "RltdAgts":
			r.agents(d)
		case "Purp":
			r.choice(&d.Purpose)
		case "RmtInf":
			r.remittance(d)
		case "RtrInf":
			r.returned(d)
		case "AddtlTxInf":
			r.text(&d.Info)
		default:
			r.skip()
		}
	}
	if d.Amount == nil {
		d.Amount = transaction
	}
	d.Debit = dir == debit || dir == 0 && r.entry.Debit
}

func (r *Reader) references(d *Detail) {
	depth := r.s.Depth()
	for r.child(depth) {
		switch r.s.Name().Local {
		case "MsgId":
			r.text(&d.MsgID)
		case "AcctSvcrRef":
			r.text(&d.ServicerRef)
		case "PmtInfId":
			r.text(&d.PaymentInfoID)
		case "InstrId":
			r.text(&d.InstructionID)
		case "EndToEndId":
			r.text(&d.EndToEndID)
		case "TxId":
			r.text(&d.TransactionID)
		case "MndtId":
			r.text(&d.MandateID)
		default:
			r.skip()
		}
	}
}

func (r *Reader) parties(d *Detail) {
	depth := r.s.Depth()
	for r.child(depth) {
		switch r.s.Name().Local {
		case "Dbtr":
			r.name(&d.Debtor.Name)
		case "Cdtr":
			r.name(&d.Creditor.Name)
		case "UltmtDbtr":
			r.name(&d.UltimateDebtor)
		case "DbtrAcct":
			r.partyAccount(&d.Debtor)
		case "CdtrAcct":
			r.partyAccount(&d.Creditor)
		default:
			r.skip()
		}
	}
}

func (r *Reader) partyAccount(p *Party) {
	depth := r.s.Depth()
	for r.child(depth) {
		if r.s.Name().Local == "Id" {
			r.accountID(&p.IBAN, &p.Other)
		} else {
			r.skip()
		}
	}
}

func (r *Reader) agents(d *Detail) {
	depth := r.s.Depth()
	for r.child(depth) {
		switch r.s.Name().Local {
		case "DbtrAgt":
			r.bic(&d.Debtor.BIC)
		case "CdtrAgt":
			r.bic(&d.Creditor.BIC)
		default:
			r.skip()
		}
	}
}

func (r *Reader) remittance(d *Detail) {
	depth := r.s.Depth()
	for r.child(depth) {
		switch r.s.Name().Local {
		case "Ustrd":
			r.appendText(&d.Text)
		case "Strd":
			for r.child(depth + 1) {
				switch r.s.Name().Local {
				case "CdtrRefInf":
					for r.child(depth + 2) {
						if r.s.Name().Local == "Ref" {
							r.appendText(&d.References)
						} else {
							r.skip()
						}
					}
				case "AddtlRmtInf":
					r.appendText(&d.Text)
				default:
					r.skip()
				}
			}
		default:
			r.fail(ruleOrder)
		}
	}
}

func (r *Reader) appendText(list *[]string) {
	if len(*list) >= r.maxTexts {
		r.fail(ruleLong)
		return
	}
	var s string
	if r.text(&s); r.err == nil {
		*list = append(*list, s)
	}
}

func (r *Reader) returned(d *Detail) {
	if d.Return != nil {
		r.fail(ruleRepeated)
		return
	}
	depth := r.s.Depth()
	d.Return = &Return{}
	for r.child(depth) {
		switch r.s.Name().Local {
		case "Rsn":
			r.choice(&d.Return.Reason)
		case "AddtlInf":
			r.appendText(&d.Return.Info)
		default:
			r.skip()
		}
	}
}
