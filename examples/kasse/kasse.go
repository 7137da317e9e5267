package main

import (
	"context"
	"crypto/rand"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/bausteine/egov/forms/ids"
	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/rechnung"
	"github.com/bausteine/egov/payment/sepa/camt"
	"github.com/bausteine/egov/payment/sepa/kassenzeichen"
	"github.com/bausteine/egov/payment/sepa/reconcile"
)

const mandant = "musterstadt"

// kasse is the city's cash office: claims, their ledger, and what reconciles
// them with the account. In an installation the store is payment/sqlstore.
type kasse struct {
	service  *payment.Service
	abgleich *reconcile.Reconciler

	mu    sync.Mutex
	ids   []string // of the claims, in the order of the list
	stand stand
}

// stand is what the last run came to.
type stand struct {
	Laeufe     int
	Auszug     *camt.CheckReport
	Ergebnisse []reconcile.Result
	Gebucht    int
	Fehler     string
}

// neueKasse opens the account's office without claims. The pattern is that of
// the Kassenzeichen, with or without a check digit.
func neueKasse(konto ids.IBAN, muster string) (*kasse, error) {
	key := make([]byte, 32) // of the invoices' addresses; kept in an installation
	_, _ = rand.Read(key)
	rechnungen, err := rechnung.New(rechnung.Config{
		BaseURL: "http://127.0.0.1", Keys: [][]byte{key}, Payee: rechnung.Payee{Name: "Stadt Musterstadt Stadtkasse", IBAN: konto},
	})
	if err != nil {
		return nil, err
	}
	service, err := payment.New(payment.NewMemoryStore(), []payment.Registration{{Key: "rechnung", Version: "1", Provider: rechnungen}}, payment.Config{
		BaseURL: "http://127.0.0.1", Target: func(payment.Claim, payment.State) string { return "/" },
	})
	if err != nil {
		return nil, err
	}
	pruefung := kassenzeichen.Luhn()
	if !strings.Contains(muster, "?") {
		pruefung = kassenzeichen.None()
	}
	format, err := kassenzeichen.Compile(muster, pruefung)
	if err != nil {
		return nil, err
	}
	abgleich, err := reconcile.New(reconcile.Config{
		Tenant: mandant, Accounts: []ids.IBAN{konto}, Ledger: service, Formats: []*kassenzeichen.Format{format},
		BankProviders: []string{"rechnung"}, Actor: "abgleich",
	})
	if err != nil {
		return nil, err
	}
	return &kasse{service: service, abgleich: abgleich}, nil
}

// forderungen opens the claims of a list: Kennung;Kassenzeichen;Betrag;Schon
// bezahlt;Zweck, with a line of headings.
func (k *kasse) forderungen(ctx context.Context, r io.Reader) error {
	list := csv.NewReader(r)
	list.Comma, list.FieldsPerRecord = ';', 5
	rows, err := list.ReadAll()
	if err != nil {
		return fmt.Errorf("die Liste der Forderungen: %w", err)
	}
	for n, row := range rows {
		if n == 0 {
			continue
		}
		if err := k.forderung(ctx, row); err != nil {
			return fmt.Errorf("die Liste der Forderungen, Zeile %d: %w", n+1, err)
		}
	}
	return nil
}

func (k *kasse) forderung(ctx context.Context, row []string) error {
	amount, err := payment.ParseGermanAmount(row[2])
	if err != nil {
		return err
	}
	c, err := k.service.Open(ctx, payment.Claim{Tenant: mandant, ID: row[0], Kassenzeichen: row[1], Amount: amount, Purpose: row[4]})
	if err != nil {
		return err
	}
	k.ids = append(k.ids, c.ID)
	if strings.TrimSpace(row[3]) == "" {
		return nil
	}
	paid, err := payment.ParseGermanAmount(row[3])
	if err != nil {
		return err
	}
	_, err = k.service.Record(ctx, payment.Entry{
		Tenant: mandant, ClaimID: c.ID, Provider: "vortrag", TransactionID: "vortrag-" + c.ID, Kind: payment.KindPayment, Amount: paid,
	})
	return err
}

// laufe reconciles the file once more.
func (k *kasse) laufe(ctx context.Context, file io.ReadSeeker) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	next := stand{Laeufe: k.stand.Laeufe + 1}
	sum, err := k.abgleich.File(ctx, file, func(r *reconcile.Result) error {
		next.Ergebnisse = append(next.Ergebnisse, *r)
		return nil
	})
	if sum != nil {
		next.Auszug, next.Gebucht = sum.Check, sum.Booked
	}
	switch {
	case errors.Is(err, reconcile.ErrRejected):
		next.Fehler = "Der Kontoauszug geht nicht auf. Es wurde nichts gebucht."
	case errors.Is(err, reconcile.ErrAccount):
		next.Fehler = "Der Kontoauszug gehört zu einem anderen Konto (Schalter -konto). Es wurde nichts gebucht."
	case err != nil:
		return err
	}
	k.stand = next
	return nil
}

// konten returns the claims with what is booked on them.
func (k *kasse) konten(ctx context.Context) ([]*payment.Status, error) {
	var out []*payment.Status
	for _, id := range k.ids {
		s, err := k.service.Status(ctx, mandant, id)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}
