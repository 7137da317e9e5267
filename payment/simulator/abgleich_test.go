package simulator_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/forms/ids"
	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/rechnung"
	"github.com/bausteine/egov/payment/sepa/kassenzeichen"
	"github.com/bausteine/egov/payment/sepa/reconcile"
	"github.com/bausteine/egov/payment/simulator"
	"github.com/bausteine/egov/payment/xbezahldienste"
)

// TestFromClaimToStatement goes the whole way: claims are paid on the platform
// and by invoice, the simulated day's statement of account is matched with
// them, and running it again changes nothing.
func TestFromClaimToStatement(t *testing.T) {
	now := func() time.Time { return time.Date(2026, 4, 3, 12, 0, 0, 0, time.UTC) }
	v := newTown(t, simulator.Options{Now: now, RequestIDAsTransactionID: true}, xbezahldienste.Options{})
	invoices, err := rechnung.New(rechnung.Config{
		BaseURL: v.server.URL + "/online", Keys: [][]byte{[]byte(strings.Repeat("k", 32))}, Now: now,
		Payee: rechnung.Payee{Name: "Stadt Musterstadt Stadtkasse", IBAN: "DE89370400440532013000"},
	})
	require.NoError(t, err)
	service, err := payment.New(payment.NewMemoryStore(), []payment.Registration{
		{Key: "sim", Version: "1", Provider: v.provider}, {Key: "rechnung", Version: "1", Provider: invoices},
	}, payment.Config{BaseURL: v.server.URL + "/online", Target: func(payment.Claim, payment.State) string { return "/" }, Now: now})
	require.NoError(t, err)
	format, err := kassenzeichen.Compile("42.####.####.##?", kassenzeichen.Luhn())
	require.NoError(t, err)
	claim := func(n uint64, provider string) string {
		kz, err := format.Make(n)
		require.NoError(t, err)
		_, err = service.Open(t.Context(), payment.Claim{Tenant: "musterstadt", ID: "K" + kz, Amount: payment.EUR(3070),
			Purpose: "Bewohnerparken " + provider, Kassenzeichen: kz, Provider: provider})
		require.NoError(t, err)
		_, err = service.Start(t.Context(), "musterstadt", "K"+kz)
		require.NoError(t, err)
		return kz
	}
	transfer := func(euro, text string) {
		status, _ := v.admin(t, "POST", "ueberweisungen", map[string]any{"amount": json.Number(euro), "text": text, "payer": "Erika Mustermann"})
		require.Equal(t, 201, status)
	}
	online, invoice, part, open := claim(1, "sim"), claim(2, "rechnung"), claim(3, "rechnung"), claim(4, "rechnung")
	all, err := v.platform.Transactions(t.Context())
	require.NoError(t, err)
	require.Len(t, all, 1)
	require.NoError(t, v.platform.Settle(t.Context(), all[0].TransactionID, simulator.StatusPayed))
	_, err = service.RefreshDue(t.Context(), 10)
	require.NoError(t, err)
	_, err = service.Refresh(t.Context(), "musterstadt", all[0].RequestID)
	require.NoError(t, err)
	transfer("30.70", "KZ "+invoice[:6]+" "+invoice[6:])
	transfer("10.00", part)
	transfer("99.00", "Danke!")

	matcher, err := reconcile.New(reconcile.Config{
		Tenant: "musterstadt", Accounts: []ids.IBAN{"DE89370400440532013000"}, Ledger: service,
		Formats: []*kassenzeichen.Format{format}, BankProviders: []string{"rechnung"},
	})
	require.NoError(t, err)
	file := v.statement(t)
	for run := range 2 {
		var outcomes []reconcile.Outcome
		summary, err := matcher.File(t.Context(), bytes.NewReader(file), func(r *reconcile.Result) error {
			outcomes = append(outcomes, r.Outcome)
			return nil
		})
		require.NoError(t, err)
		assert.Equal(t, []reconcile.Outcome{reconcile.Settlement, reconcile.Matched, reconcile.Part, reconcile.Unmatched}, outcomes)
		assert.Equal(t, 2*(1-run), summary.Booked, "a second run books nothing")
		for kz, want := range map[string]payment.ClaimState{
			online: payment.ClaimPaid, invoice: payment.ClaimPaid, part: payment.ClaimPending, open: payment.ClaimPending,
		} {
			s, err := service.Status(t.Context(), "musterstadt", "K"+kz)
			require.NoError(t, err)
			assert.Equal(t, want, s.State, kz)
		}
	}
	s, err := service.Status(t.Context(), "musterstadt", "K"+part)
	require.NoError(t, err)
	assert.Equal(t, payment.EUR(2070), s.Balance.Open, "a part is booked, the invoice stays open")
	s, err = service.Status(t.Context(), "musterstadt", "K"+invoice)
	require.NoError(t, err)
	assert.Equal(t, payment.StatePaid, s.Attempts[0].State, "the invoice is settled by the bank")
}
