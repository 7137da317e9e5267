package simulator

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"time"

	"github.com/bausteine/egov/payment"
)

const (
	camtNamespace = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
	returnCharge  = 300 // cents that a bank asks for a returned debit
)

// Statement writes the authority's statement of account of a day (UTC) as
// camt.053.001.08: what was paid by the platform, also twice, transfers and
// returned debits that the admin API made. The same day gives the same bytes,
// as long as nothing more happens on it.
//
// Real platforms often pay out sums; this one passes every payment on, with the
// transaction id as its EndToEndId.
func (s *Simulator) Statement(ctx context.Context, w io.Writer, day payment.Date) error {
	from := time.Date(day.Year, day.Month, day.Day, 0, 0, 0, 0, time.UTC)
	to := from.AddDate(0, 0, 1)
	before, err := s.books.moved(ctx, time.UnixMicro(0), from)
	if err != nil {
		return fmt.Errorf("simulator: reading the movements: %w", err)
	}
	during, err := s.books.moved(ctx, from, to)
	if err != nil {
		return fmt.Errorf("simulator: reading the movements: %w", err)
	}
	opening := sumOf(before)
	id := "SIM-" + from.Format("20060102")
	stmt := camtStatement{
		ID: id, Sequence: from.YearDay(), Created: to.Format(time.RFC3339), From: from.Format(time.RFC3339), To: to.Format(time.RFC3339),
		IBAN: string(s.options.IBAN), Currency: "EUR", Owner: s.options.Payee,
		Balances: []camtBalance{balanceOf("OPBD", opening, day), balanceOf("CLBD", opening+sumOf(during), day)},
	}
	for _, m := range during {
		stmt.Entries = append(stmt.Entries, entryOf(m, day))
	}
	doc := camtDocument{Message: id, Created: stmt.Created, Statement: stmt}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", " ")
	if err := e.Encode(doc); err != nil {
		return fmt.Errorf("simulator: writing the statement: %w", err)
	}
	_, err = io.WriteString(w, "\n")
	return err
}

// sumOf is in cents; returns take the charge too.
func sumOf(all []movement) (sum int64) {
	for _, m := range all {
		if m.Kind == movedReturn {
			sum -= m.Amount.Cents + returnCharge
		} else {
			sum += m.Amount.Cents
		}
	}
	return sum
}

type camtDocument struct {
	XMLName   xml.Name      `xml:"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08 Document"`
	Message   string        `xml:"BkToCstmrStmt>GrpHdr>MsgId"`
	Created   string        `xml:"BkToCstmrStmt>GrpHdr>CreDtTm"`
	Statement camtStatement `xml:"BkToCstmrStmt>Stmt"`
}

type camtStatement struct {
	ID       string        `xml:"Id"`
	Sequence int           `xml:"ElctrncSeqNb"`
	Created  string        `xml:"CreDtTm"`
	From     string        `xml:"FrToDt>FrDtTm"`
	To       string        `xml:"FrToDt>ToDtTm"`
	IBAN     string        `xml:"Acct>Id>IBAN"`
	Currency string        `xml:"Acct>Ccy"`
	Owner    string        `xml:"Acct>Ownr>Nm"`
	Balances []camtBalance `xml:"Bal"`
	Entries  []camtEntry   `xml:"Ntry"`
}

type camtAmount struct {
	Currency string `xml:"Ccy,attr"`
	Value    string `xml:",chardata"`
}

type camtBalance struct {
	Code      string     `xml:"Tp>CdOrPrtry>Cd"`
	Amount    camtAmount `xml:"Amt"`
	Direction string     `xml:"CdtDbtInd"`
	Date      string     `xml:"Dt>Dt"`
}

type camtEntry struct {
	Amount    camtAmount      `xml:"Amt"`
	Direction string          `xml:"CdtDbtInd"`
	Reversal  string          `xml:"RvslInd,omitempty"`
	State     string          `xml:"Sts>Cd"`
	Booked    string          `xml:"BookgDt>Dt"`
	Valued    string          `xml:"ValDt>Dt"`
	Reference string          `xml:"AcctSvcrRef"`
	Domain    string          `xml:"BkTxCd>Domn>Cd"`
	Family    string          `xml:"BkTxCd>Domn>Fmly>Cd"`
	SubFamily string          `xml:"BkTxCd>Domn>Fmly>SubFmlyCd"`
	Details   camtTransaction `xml:"NtryDtls>TxDtls"`
}

// camtTransaction has pointers to what may be missing: encoding/xml writes the
// parents of an empty leaf.
type camtTransaction struct {
	EndToEnd   string       `xml:"Refs>EndToEndId"`
	Amount     camtAmount   `xml:"Amt"`
	Direction  string       `xml:"CdtDbtInd"`
	Instructed *camtInstr   `xml:"AmtDtls"`
	Charge     *camtCharges `xml:"Chrgs"`
	Payer      *camtParties `xml:"RltdPties"`
	Text       *camtText    `xml:"RmtInf"`
	Reason     *camtReturn  `xml:"RtrInf"`
}

type camtInstr struct {
	Amount camtAmount `xml:"InstdAmt>Amt"`
}

type camtCharges struct {
	Record camtCharge `xml:"Rcrd"`
}

type camtParties struct {
	Debtor string `xml:"Dbtr>Pty>Nm"`
}

type camtText struct {
	Text string `xml:"Ustrd"`
}

type camtReturn struct {
	Code string `xml:"Rsn>Cd"`
}

type camtCharge struct {
	Amount    camtAmount `xml:"Amt"`
	Direction string     `xml:"CdtDbtInd"`
}

func camtEuro(cents int64) camtAmount {
	return camtAmount{"EUR", payment.EUR(cents).JSONNumber().String()}
}

func balanceOf(code string, cents int64, day payment.Date) camtBalance {
	direction := "CRDT"
	if cents < 0 {
		direction, cents = "DBIT", -cents
	}
	return camtBalance{code, camtEuro(cents), direction, day.String()}
}

func entryOf(m movement, day payment.Date) camtEntry {
	hash := sha256.Sum256([]byte(m.ID))
	e := camtEntry{
		Amount: camtEuro(m.Amount.Cents), Direction: "CRDT", State: "BOOK", Booked: day.String(), Valued: day.String(),
		Reference: "SIM" + hex.EncodeToString(hash[:16])[:29], Domain: "PMNT", Family: "RCDT", SubFamily: "ESCT",
		Details: camtTransaction{EndToEnd: "NOTPROVIDED", Amount: camtEuro(m.Amount.Cents), Direction: "CRDT"},
	}
	if m.Payer != "" {
		e.Details.Payer = &camtParties{m.Payer}
	}
	if m.Text != "" {
		e.Details.Text = &camtText{m.Text}
	}
	if m.TransactionID != "" && len(m.TransactionID) <= 35 {
		e.Details.EndToEnd = m.TransactionID
	}
	if m.Kind == movedReturn {
		total := camtEuro(m.Amount.Cents + returnCharge)
		e.Amount, e.Details.Amount, e.Details.Instructed = total, total, &camtInstr{camtEuro(m.Amount.Cents)}
		e.Details.Charge = &camtCharges{camtCharge{camtEuro(returnCharge), "DBIT"}}
		e.Direction, e.Details.Direction, e.Reversal, e.Details.Reason = "DBIT", "DBIT", "true", &camtReturn{"AC04"}
		e.Family, e.SubFamily = "IDDT", "UPDD"
	}
	return e
}
