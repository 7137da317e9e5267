package pain

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/bausteine/egov/forms/ids"
	"github.com/bausteine/egov/payment"
)

// WriteTransfers writes a pain.001.001.09. Errors: *finding.InvalidError
// (nothing was written), [ErrChanged], those of the sequences and of w.
func WriteTransfers(w io.Writer, f TransferFile) (*Totals, error) {
	l := newLint(f.Header)
	totals, file := make([]Totals, len(f.Batches)), Totals{Sum: payment.EUR(0)}
	for i, b := range f.Batches {
		var err error
		if totals[i], err = l.transfers("batches["+strconv.Itoa(i)+"]", b); err != nil {
			return nil, err
		}
		l.plus(&file, totals[i])
	}
	if len(f.Batches) == 0 {
		l.add(ruleEmpty, "batches")
	}
	if err := l.err(); err != nil {
		return nil, err
	}
	o := &out{w: bufio.NewWriter(w)}
	o.head(NSTransfer, "CstmrCdtTrfInitn", f.Header, file)
	for i, b := range f.Batches {
		if err := o.transfers(b, totals[i], f.Header); err != nil {
			return nil, err
		}
	}
	o.write("</CstmrCdtTrfInitn></Document>\n")
	_ = o.w.Flush()
	if err := o.err(); err != nil {
		return nil, err
	}
	return &file, nil
}

// WriteDebits writes a pain.008.001.08. Errors as for [WriteTransfers].
func WriteDebits(w io.Writer, f DebitFile) (*Totals, error) {
	l := newLint(f.Header)
	totals, file := make([]Totals, len(f.Batches)), Totals{Sum: payment.EUR(0)}
	for i, b := range f.Batches {
		var err error
		if totals[i], err = l.debits("batches["+strconv.Itoa(i)+"]", b); err != nil {
			return nil, err
		}
		l.plus(&file, totals[i])
	}
	if len(f.Batches) == 0 {
		l.add(ruleEmpty, "batches")
	}
	if err := l.err(); err != nil {
		return nil, err
	}
	o := &out{w: bufio.NewWriter(w)}
	o.head(NSDebit, "CstmrDrctDbtInitn", f.Header, file)
	for i, b := range f.Batches {
		if err := o.debits(b, totals[i], f.Header); err != nil {
			return nil, err
		}
	}
	o.write("</CstmrDrctDbtInitn></Document>\n")
	_ = o.w.Flush()
	if err := o.err(); err != nil {
		return nil, err
	}
	return &file, nil
}

// out writes XML; the bufio.Writer keeps the first error.
type out struct{ w *bufio.Writer }

// escaper is enough for text: what would break markup cannot stand in the
// character set but for & with AllowUmlauts.
var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

func (o *out) write(s string) { _, _ = o.w.WriteString(s) }

// err is the first error of the writer.
func (o *out) err() error {
	if _, err := o.w.Write(nil); err != nil {
		return fmt.Errorf("pain: writing: %w", err)
	}
	return nil
}

// leaf writes an element with a text, or nothing for an empty text.
func (o *out) leaf(name, text string) {
	if text == "" {
		return
	}
	o.write("<" + name + ">")
	_, _ = escaper.WriteString(o.w, text)
	o.write("</" + name + ">")
}

func number(a payment.Amount) string { return string(a.JSONNumber()) }

func (o *out) head(ns, root string, h Header, t Totals) {
	o.write(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<Document xmlns="` + ns + `"><` + root + "><GrpHdr>")
	o.leaf("MsgId", h.MessageID)
	o.leaf("CreDtTm", h.Created.Format("2006-01-02T15:04:05-07:00"))
	o.leaf("NbOfTxs", strconv.Itoa(t.Count))
	o.leaf("CtrlSum", number(t.Sum))
	o.write("<InitgPty>")
	o.leaf("Nm", h.Initiator)
	o.write("</InitgPty></GrpHdr>\n")
}

func (o *out) batch(id, method string, single bool, t Totals) {
	o.write("<PmtInf>")
	o.leaf("PmtInfId", id)
	o.leaf("PmtMtd", method)
	o.leaf("BtchBookg", strconv.FormatBool(!single))
	o.leaf("NbOfTxs", strconv.Itoa(t.Count))
	o.leaf("CtrlSum", number(t.Sum))
}

// party writes the elements of name, account and bank, whose order differs.
func (o *out) party(role string, p Party) {
	o.write("<" + role + ">")
	o.leaf("Nm", p.Name)
	if a := p.Address; a != nil {
		o.write("<PstlAdr>")
		o.leaf("StrtNm", a.Street)
		o.leaf("BldgNb", a.HouseNumber)
		o.leaf("PstCd", a.PostalCode)
		o.leaf("TwnNm", a.Town)
		o.leaf("Ctry", a.Country)
		o.write("</PstlAdr>")
	}
	o.write("</" + role + ">")
}

func (o *out) account(role string, iban ids.IBAN) {
	o.write("<" + role + "Acct><Id>")
	o.leaf("IBAN", string(iban))
	o.write("</Id></" + role + "Acct>")
}

func (o *out) agent(role string, bic ids.BIC) {
	o.write("<" + role + "Agt><FinInstnId>")
	if bic == "" {
		o.write("<Othr><Id>NOTPROVIDED</Id></Othr>")
	}
	o.leaf("BICFI", string(bic))
	o.write("</FinInstnId></" + role + "Agt>")
}

func (o *out) amount(a payment.Amount) {
	o.write(`<InstdAmt Ccy="EUR">` + number(a) + "</InstdAmt>")
}

func (o *out) remittance(purpose, text string, ref ids.CreditorReference) {
	if purpose != "" {
		o.write("<Purp>")
		o.leaf("Cd", purpose)
		o.write("</Purp>")
	}
	if text == "" && ref == "" {
		return
	}
	o.write("<RmtInf>")
	o.leaf("Ustrd", text)
	if ref != "" {
		o.write("<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry><Issr>ISO</Issr></Tp>")
		o.leaf("Ref", string(ref))
		o.write("</CdtrRefInf></Strd>")
	}
	o.write("</RmtInf>")
}

func (o *out) transfers(b TransferBatch, want Totals, h Header) error {
	o.batch(b.ID, "TRF", b.Single, want)
	o.write("<PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl>")
	if b.Instant {
		o.write("<LclInstrm><Cd>INST</Cd></LclInstrm>")
	}
	o.write("</PmtTpInf><ReqdExctnDt>")
	o.leaf("Dt", b.Execute.String())
	o.write("</ReqdExctnDt>")
	o.party("Dbtr", b.Debtor)
	o.account("Dbtr", b.Debtor.IBAN)
	o.agent("Dbtr", b.Debtor.BIC)
	o.write("<ChrgBr>SLEV</ChrgBr>\n")
	l, got := newLint(h), Totals{Sum: payment.EUR(0)}
	for t, err := range b.Transfers {
		if err != nil {
			return fmt.Errorf("pain: reading the orders: %w", err)
		}
		if err := o.err(); err != nil {
			return err
		}
		if l.party("", t.Creditor); got.Count == want.Count {
			return ErrChanged
		}
		if l.order("", t.EndToEndID, t.Amount, t.Text, t.Reference, t.Purpose, &got); l.err() != nil {
			return ErrChanged
		}
		o.write("<CdtTrfTxInf><PmtId>")
		o.leaf("EndToEndId", t.EndToEndID)
		o.write("</PmtId><Amt>")
		o.amount(t.Amount)
		o.write("</Amt>")
		if t.Creditor.BIC != "" {
			o.agent("Cdtr", t.Creditor.BIC)
		}
		o.party("Cdtr", t.Creditor)
		o.account("Cdtr", t.Creditor.IBAN)
		o.remittance(t.Purpose, t.Text, t.Reference)
		o.write("</CdtTrfTxInf>\n")
	}
	o.write("</PmtInf>")
	if got != want {
		return ErrChanged
	}
	return nil
}

func (o *out) debits(b DebitBatch, want Totals, h Header) error {
	o.batch(b.ID, "DD", b.Single, want)
	instrument := "CORE"
	if b.B2B {
		instrument = "B2B"
	}
	o.write("<PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl><LclInstrm><Cd>" + instrument + "</Cd></LclInstrm>")
	o.leaf("SeqTp", string(b.Sequence))
	o.write("</PmtTpInf>")
	o.leaf("ReqdColltnDt", b.Due.String())
	o.party("Cdtr", b.Creditor)
	o.account("Cdtr", b.Creditor.IBAN)
	o.agent("Cdtr", b.Creditor.BIC)
	o.write("<ChrgBr>SLEV</ChrgBr><CdtrSchmeId>")
	o.scheme(b.CreditorID)
	o.write("</CdtrSchmeId>\n")
	l, got := newLint(h), Totals{Sum: payment.EUR(0)}
	for d, err := range b.Debits {
		if err != nil {
			return fmt.Errorf("pain: reading the orders: %w", err)
		}
		if err := o.err(); err != nil {
			return err
		}
		if got.Count == want.Count {
			return ErrChanged
		}
		l.party("", d.Debtor)
		l.mandate("", d.Mandate)
		if l.order("", d.EndToEndID, d.Amount, d.Text, d.Reference, d.Purpose, &got); l.err() != nil {
			return ErrChanged
		}
		o.write("<DrctDbtTxInf><PmtId>")
		o.leaf("EndToEndId", d.EndToEndID)
		o.write("</PmtId>")
		o.amount(d.Amount)
		o.mandate(d.Mandate)
		o.agent("Dbtr", d.Debtor.BIC)
		o.party("Dbtr", d.Debtor)
		o.account("Dbtr", d.Debtor.IBAN)
		o.remittance(d.Purpose, d.Text, d.Reference)
		o.write("</DrctDbtTxInf>\n")
	}
	o.write("</PmtInf>")
	if got != want {
		return ErrChanged
	}
	return nil
}

// scheme writes a creditor identifier.
func (o *out) scheme(id ids.GlaeubigerID) {
	o.write("<Id><PrvtId><Othr>")
	o.leaf("Id", string(id))
	o.write("<SchmeNm><Prtry>SEPA</Prtry></SchmeNm></Othr></PrvtId></Id>")
}

func (o *out) mandate(m Mandate) {
	o.write("<DrctDbtTx><MndtRltdInf>")
	o.leaf("MndtId", m.ID)
	o.leaf("DtOfSgntr", m.Signed.String())
	if m.amended() {
		o.write("<AmdmntInd>true</AmdmntInd><AmdmntInfDtls>")
		o.leaf("OrgnlMndtId", m.OriginalID)
		if m.OriginalCreditorID != "" || m.OriginalCreditor != "" {
			o.write("<OrgnlCdtrSchmeId>")
			o.leaf("Nm", m.OriginalCreditor)
			if m.OriginalCreditorID != "" {
				o.scheme(m.OriginalCreditorID)
			}
			o.write("</OrgnlCdtrSchmeId>")
		}
		switch {
		case m.NewAccount:
			o.write("<OrgnlDbtrAcct><Id><Othr><Id>SMNDA</Id></Othr></Id></OrgnlDbtrAcct>")
		case m.OriginalIBAN != "":
			o.account("OrgnlDbtr", m.OriginalIBAN)
		}
		o.write("</AmdmntInfDtls>")
	}
	o.write("</MndtRltdInf></DrctDbtTx>")
}
