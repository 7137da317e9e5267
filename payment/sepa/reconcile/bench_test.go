package reconcile_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/sepa/reconcile"
	"github.com/bausteine/egov/payment/sqlstore"
)

// BenchmarkFile matches and books a statement of 2,000 entries with as many
// claims, and runs it again.
func BenchmarkFile(b *testing.B) {
	const n = 2000
	for name, open := range map[string]func(b *testing.B) payment.Store{
		"memory": func(*testing.B) payment.Store { return payment.NewMemoryStore() },
		"sqlite": func(b *testing.B) payment.Store {
			db, err := sql.Open("sqlite", "file:"+filepath.Join(b.TempDir(), "t.db")+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
			require.NoError(b, err)
			b.Cleanup(func() { _ = db.Close() })
			store, err := sqlstore.New(b.Context(), db)
			require.NoError(b, err)
			return store
		},
	} {
		b.Run(name, func(b *testing.B) {
			var entries []string
			var o *office
			prepare := func() {
				o = newOffice(b)
				var err error
				o.service, err = payment.New(open(b), []payment.Registration{{Key: "rechnung", Version: "1", Provider: platform{payment.StatePending}}},
					payment.Config{BaseURL: "https://service.musterstadt.example", Target: func(payment.Claim, payment.State) string { return "/" }})
				require.NoError(b, err)
				o.config.Ledger = o.service
				entries = entries[:0]
				for i := range n {
					kz, err := o.config.Formats[0].Make(uint64(i))
					require.NoError(b, err)
					o.claim(fmt.Sprintf("c%d", i), kz, 1200, "")
					entries = append(entries, entry{amount: "12.00", ref: fmt.Sprintf("R%d", i), text: "KZ " + kz + " Hund"}.xml())
				}
			}
			prepare()
			doc := statement(entries...)
			r, err := reconcile.New(o.config)
			require.NoError(b, err)
			booked := 0
			for b.Loop() {
				sum, err := r.File(b.Context(), strings.NewReader(doc), nil)
				require.NoError(b, err)
				booked += sum.Booked
			}
			require.Equal(b, n, booked)
			b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "entries/s")
		})
	}
}
