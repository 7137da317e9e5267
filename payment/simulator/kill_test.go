package simulator_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/simulator"
	"github.com/bausteine/egov/payment/sqlstore"
	"github.com/bausteine/egov/payment/xbezahldienste"
)

// TestMain lets the test binary be the process that is killed.
func TestMain(m *testing.M) {
	if path := os.Getenv("PAYMENT_TEST_VICTIM"); path != "" {
		if err := victim(path, os.Getenv("PAYMENT_TEST_PLATFORM")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(3)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func openDB(path string) (*sql.DB, error) {
	return sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
}

// serviceAt is a service on a database file, hours ahead of the real clock.
func serviceAt(db *sql.DB, platform string, ahead time.Duration) (*payment.Service, error) {
	store, err := sqlstore.New(context.Background(), db)
	if err != nil {
		return nil, err
	}
	provider, err := xbezahldienste.New(platform, account.OriginatorID, account.EndPointID, &xbezahldienste.Options{
		Credentials: &xbezahldienste.ClientCredentials{TokenURL: platform + "/oauth/token", ClientID: "musterstadt", ClientSecret: "geheim"},
	})
	if err != nil {
		return nil, err
	}
	return payment.New(store, []payment.Registration{{Key: "sim", Version: "1", Provider: provider}}, payment.Config{
		BaseURL: "http://127.0.0.1", Target: func(payment.Claim, payment.State) string { return "/" },
		Now: func() time.Time { return time.Now().Add(ahead) },
	})
}

// victim opens a claim, starts a payment and then polls until it is killed.
func victim(path, platform string) error {
	db, err := openDB(path)
	if err != nil {
		return err
	}
	s, err := serviceAt(db, platform, 0)
	if err != nil {
		return err
	}
	ctx := context.Background()
	if _, err := s.Open(ctx, payment.Claim{Tenant: "musterstadt", ID: "K1", Amount: payment.EUR(3070), Purpose: "Meldebescheinigung"}); err != nil {
		return err
	}
	a, err := s.Start(ctx, "musterstadt", "K1")
	if err != nil {
		return err
	}
	for range 500 {
		if _, err := s.Refresh(ctx, a.Tenant, a.ID); err != nil {
			return err
		}
		time.Sleep(10 * time.Millisecond)
	}
	return nil
}

func TestAKilledProcessLosesNoMoney(t *testing.T) {
	for _, tt := range []struct {
		name   string
		method string // the call at which the process dies
		after  bool   // after the platform has done it
		lookup bool   // the platform finds payments by our request id
	}{
		{"before the platform hears of the payment", http.MethodPost, false, false},
		{"after it took the payment, which it can find", http.MethodPost, true, true},
		{"after it took the payment, which it cannot find", http.MethodPost, true, false},
		{"before it is asked whether it was paid", http.MethodGet, false, false},
		{"after it said that it was paid", http.MethodGet, true, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var platform *simulator.Simulator
			child := exec.Command(os.Args[0])
			born, killed := make(chan *os.Process, 1), make(chan struct{})
			var fired atomic.Bool
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == tt.method && strings.Contains(r.URL.Path, "/paymenttransaction/") && !fired.Swap(true) {
					if tt.after {
						if tt.method == http.MethodGet {
							payNewest(t, platform)
						}
						platform.ServeHTTP(httptest.NewRecorder(), r)
					}
					assert.NoError(t, (<-born).Kill())
					close(killed)
					return
				}
				platform.ServeHTTP(w, r)
			}))
			defer server.Close()
			url := "http://" + server.Listener.Addr().String()
			var err error
			platform, err = simulator.New(t.Context(), simulator.Options{
				BaseURL: url, Clients: []simulator.Client{{ID: "musterstadt", Secret: "geheim"}}, RequestIDAsTransactionID: tt.lookup,
			})
			require.NoError(t, err)
			server.Start()
			path := filepath.Join(t.TempDir(), "t.db")
			child.Env = append(os.Environ(), "PAYMENT_TEST_VICTIM="+path, "PAYMENT_TEST_PLATFORM="+url)
			child.Stderr = os.Stderr
			require.NoError(t, child.Start())
			born <- child.Process
			defer child.Wait() //nolint:errcheck // it was killed
			select {
			case <-killed:
			case <-time.After(30 * time.Second):
				require.NoError(t, child.Process.Kill())
				t.Fatal("the process did not reach the call")
			}

			db, err := openDB(path)
			require.NoError(t, err)
			defer db.Close()
			s, err := serviceAt(db, url, time.Minute)
			require.NoError(t, err)
			_, err = s.RefreshDue(t.Context(), 10)
			require.NoError(t, err)
			if status, err := s.Status(t.Context(), "musterstadt", "K1"); assert.NoError(t, err) && status.State != payment.ClaimPaid {
				_, err = s.Start(t.Context(), "musterstadt", "K1")
				require.NoError(t, err)
				payNewest(t, platform)
			}
			for range 2 {
				later, err := serviceAt(db, url, 3*time.Minute)
				require.NoError(t, err)
				_, err = later.RefreshDue(t.Context(), 10)
				require.NoError(t, err)
			}
			status, err := s.Status(t.Context(), "musterstadt", "K1")
			require.NoError(t, err)
			assert.Equal(t, payment.ClaimPaid, status.State)
			count, sum, err := platform.Paid(t.Context())
			require.NoError(t, err)
			assert.Equal(t, 1, count)
			assert.Equal(t, sum, status.Balance.Booked)
			assert.Len(t, status.Entries, 1)
		})
	}
}

// payNewest pays the payment whose pay page a payer has seen.
func payNewest(t *testing.T, platform *simulator.Simulator) {
	all, err := platform.Transactions(t.Context())
	if assert.NoError(t, err) && assert.NotEmpty(t, all) {
		assert.NoError(t, platform.Settle(t.Context(), all[len(all)-1].TransactionID, simulator.StatusPayed))
	}
}
