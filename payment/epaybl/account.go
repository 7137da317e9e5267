package epaybl

import (
	"net/http"

	"github.com/bausteine/egov/payment"
)

// account is what lesenKassenzeichenInfo says of a Kassenzeichen. Amounts are
// in cents.
type account struct {
	kassenzeichen, customer, method string
	claims                          int64 // betragHauptforderungen
	receipts                        int64 // betragZahlungseingaenge
	reversals                       int64 // betragStornos
	returns                         int64 // betragRuecklastschriften
	balance                         int64 // saldo: above zero is open
}

// readAccount refuses an answer without the sums that a judgement needs, in
// another currency, or about another Kassenzeichen.
func readAccount(n *node, kassenzeichen string) (*account, error) {
	a := &account{
		kassenzeichen: kassenzeichen, customer: n.text("EShopKundenNr"), method: n.text("zahlverfahren"),
	}
	if got := n.text("kassenzeichen"); got != "" && got != kassenzeichen {
		return nil, answerError(opAccount, http.StatusOK, "kassenzeichen")
	}
	if c := n.text("waehrung"); c != "" && c != "EUR" {
		return nil, answerError(opAccount, http.StatusOK, "waehrung")
	}
	for _, f := range []struct {
		name     string
		to       *int64
		required bool
	}{
		{"betragHauptforderungen", &a.claims, true},
		{"betragZahlungseingaenge", &a.receipts, true},
		{"saldo", &a.balance, true},
		{"betragStornos", &a.reversals, false},
		{"betragRuecklastschriften", &a.returns, false},
	} {
		s := n.text(f.name)
		if s == "" && !f.required {
			continue
		}
		amount, err := payment.ParseAmount(s, "EUR")
		if err != nil || amount.Cents <= -maxAmountCents || amount.Cents >= maxAmountCents {
			return nil, answerError(opAccount, http.StatusOK, f.name)
		}
		*f.to = amount.Cents
	}
	if a.claims < 0 || a.receipts < 0 {
		return nil, answerError(opAccount, http.StatusOK, "sign")
	}
	// Which sign what was taken back has is not known. It never makes money.
	a.reversals, a.returns = max(a.reversals, -a.reversals), max(a.returns, -a.returns)
	return a, nil
}

// state judges by sums alone. A balance of zero is no payment if the claim was
// reversed, and a receipt that came back is none either.
func (a *account) state() payment.State {
	switch {
	case a.balance <= 0 && a.received() > 0:
		return payment.StatePaid
	case a.claims > 0 && a.receipts == 0 && a.balance == 0 && a.reversals == a.claims:
		return payment.StateCanceled
	}
	return payment.StatePending
}

// received is the money that came and stayed. Public clients subtract the
// reversals from the receipts; a sum below zero is none.
func (a *account) received() int64 {
	return max(0, a.receipts-a.reversals-a.returns)
}

func (a *account) result() *payment.Result {
	r := &payment.Result{
		State: a.state(), TransactionID: a.kassenzeichen, RequestID: requestOf(a.customer),
		Reference: a.kassenzeichen, Method: a.method,
	}
	amount := payment.EUR(a.claims)
	if r.State == payment.StatePaid {
		amount = payment.EUR(a.received()) // an overpaid claim goes to review
	}
	r.Amount = &amount
	return r
}
