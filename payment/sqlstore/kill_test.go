package sqlstore_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/internal/testenv"
	"github.com/bausteine/egov/payment"
	"github.com/bausteine/egov/payment/paymenttest"
	"github.com/bausteine/egov/payment/sqlstore"
)

// TestMain lets the test binary be the process that is killed.
func TestMain(m *testing.M) {
	if driver := os.Getenv("PAYMENT_TEST_DRIVER"); driver != "" {
		err := victim(driver, os.Getenv("PAYMENT_TEST_DSN"), os.Getenv("PAYMENT_TEST_PLATFORM"), os.Getenv("PAYMENT_TEST_ROUND"))
		fmt.Fprintln(os.Stderr, "the process that was to be killed ended:", err)
		os.Exit(3)
	}
	os.Exit(m.Run())
}

// remote is the platform of the test, which outlives the process.
type remote struct{ url string }

func (r remote) ask(ctx context.Context, path string, request any) (*payment.Result, error) {
	body, err := json.Marshal(request)
	if err != nil {
		return nil, err
	}
	post, err := http.NewRequestWithContext(ctx, http.MethodPost, r.url+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(post)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", payment.ErrUnavailable, err)
	}
	defer response.Body.Close()
	switch response.StatusCode {
	case http.StatusConflict:
		return nil, payment.ErrExists
	case http.StatusNotFound:
		return nil, payment.ErrNotFound
	}
	var result payment.Result
	return &result, json.NewDecoder(response.Body).Decode(&result)
}

func (r remote) Create(ctx context.Context, c payment.CreateRequest) (*payment.Result, error) {
	return r.ask(ctx, "/create", c)
}

func (r remote) Query(ctx context.Context, id string) (*payment.Result, error) {
	return r.ask(ctx, "/query", id)
}

func serviceOn(ctx context.Context, db *sql.DB, platform string, ahead time.Duration) (*payment.Service, error) {
	store, err := sqlstore.New(ctx, db)
	if err != nil {
		return nil, err
	}
	return payment.New(store, []payment.Registration{{Key: "plattform", Version: "1", Provider: remote{platform}}}, payment.Config{
		BaseURL: "http://127.0.0.1", Target: func(payment.Claim, payment.State) string { return "/" },
		Now: func() time.Time { return time.Now().Add(ahead) },
	})
}

// victim takes one payment after the other until it is killed.
func victim(driver, dsn, platform, round string) error {
	ctx := context.Background()
	db, err := sql.Open(driver, dsn)
	if err != nil {
		return err
	}
	s, err := serviceOn(ctx, db, platform, 0)
	if err != nil {
		return err
	}
	for n := range 10_000 {
		id := fmt.Sprintf("K%s-%d", round, n)
		if _, err := s.Open(ctx, payment.Claim{Tenant: "musterstadt", ID: id, Amount: payment.EUR(3070), Purpose: "Meldebescheinigung"}); err != nil {
			return err
		}
		a, err := s.Start(ctx, "musterstadt", id)
		if err != nil {
			return err
		}
		if _, err := s.Refresh(ctx, "musterstadt", a.ID); err != nil {
			return err
		}
		if _, err := s.RefreshDue(ctx, 10); err != nil {
			return err
		}
	}
	return errors.New("nobody killed it")
}

// killed kills processes at random moments and then looks into the books.
func killed(t *testing.T, driver, dsn string) {
	platform := new(paymenttest.Provider)
	asked := make(chan struct{}, 1000)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		result, err := answer(platform, r)
		asked <- struct{}{}
		switch {
		case errors.Is(err, payment.ErrExists):
			w.WriteHeader(http.StatusConflict)
		case err != nil:
			w.WriteHeader(http.StatusNotFound)
		default:
			_ = json.NewEncoder(w).Encode(result)
		}
	}))
	defer server.Close()
	const rounds, seed = 10, 20261123
	random := rand.New(rand.NewPCG(seed, 1))
	t.Logf("seed %d", seed)
	for round := range rounds {
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), "PAYMENT_TEST_DRIVER="+driver, "PAYMENT_TEST_DSN="+dsn, "PAYMENT_TEST_PLATFORM="+server.URL,
			fmt.Sprint("PAYMENT_TEST_ROUND=", round))
		child.Stderr = os.Stderr
		require.NoError(t, child.Start())
		for range 1 + random.IntN(20) {
			select {
			case <-asked:
			case <-time.After(time.Minute):
				t.Error("the process does nothing")
			}
		}
		time.Sleep(time.Duration(random.IntN(8000)) * time.Microsecond)
		require.NoError(t, child.Process.Kill())
		_ = child.Wait()
		for len(asked) > 0 {
			<-asked
		}
	}
	db, err := sql.Open(driver, dsn)
	require.NoError(t, err)
	defer db.Close()
	for _, ahead := range []time.Duration{time.Minute, 30 * time.Minute, 2 * time.Hour} {
		s, err := serviceOn(t.Context(), db, server.URL, ahead)
		require.NoError(t, err)
		report, err := s.RefreshDue(t.Context(), 1000)
		require.NoError(t, err)
		require.Zero(t, report.Failed)
	}
	compareBooks(t, db, server.URL, platform)
}

// answer lets every payment whose state somebody asks for be paid.
func answer(platform *paymenttest.Provider, r *http.Request) (*payment.Result, error) {
	if r.URL.Path == "/create" {
		var c payment.CreateRequest
		if err := json.NewDecoder(r.Body).Decode(&c); err != nil {
			return nil, err
		}
		return platform.Create(r.Context(), c)
	}
	var id string
	if err := json.NewDecoder(r.Body).Decode(&id); err != nil {
		return nil, err
	}
	platform.Set(id, payment.StatePaid)
	return platform.Query(r.Context(), id)
}

func compareBooks(t *testing.T, db *sql.DB, url string, platform *paymenttest.Provider) {
	s, err := serviceOn(t.Context(), db, url, 0)
	require.NoError(t, err)
	paid, orphaned := 0, 0
	for _, r := range platform.Requests() {
		a, err := s.Attempt(t.Context(), "musterstadt", r.RequestID)
		require.NoError(t, err, "the platform has a payment that nobody here knows")
		status, err := s.Status(t.Context(), "musterstadt", a.ClaimID)
		require.NoError(t, err)
		at, err := platform.Query(t.Context(), paymenttest.TransactionID(r.RequestID))
		require.NoError(t, err)
		booked := 0
		for _, e := range status.Entries {
			if e.AttemptID == a.ID {
				booked++
			}
		}
		switch {
		case at.State == payment.StatePaid:
			paid++
			assert.Equal(t, 1, booked)
		default:
			orphaned++
			assert.Zero(t, booked)
			assert.Equal(t, payment.StateOrphaned, a.State)
		}
	}
	t.Logf("%d paid, %d orphaned by a kill", paid, orphaned)
	assert.Greater(t, paid, 10)
}

func TestKilledOnSQLite(t *testing.T) {
	killed(t, "sqlite", sqliteDSN(filepath.Join(t.TempDir(), "t.db")))
}

func TestKilledOnPostgres(t *testing.T) {
	killed(t, "pgx", testenv.PostgresDSN(t))
}
