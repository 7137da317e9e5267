package servicekontotest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/servicekonto"
)

// RunStore checks that a store does what servicekonto.Store promises. Each
// case gets an empty store from open.
func RunStore(t *testing.T, open func(t *testing.T) servicekonto.Store) {
	t.Helper()
	for _, c := range []struct {
		name string
		run  func(*testing.T, servicekonto.Store)
	}{
		{"login is taken once", loginOnce},
		{"login is taken once under contention", loginContention},
		{"login refusals come in order", loginRefusals},
		{"login of another tenant", loginTenants},
		{"login ID twice", loginTwice},
		{"session round trip", sessionRoundTrip},
		{"session touch", sessionTouch},
		{"session delete", sessionDelete},
		{"sessions of an owner", sessionOwner},
		{"delete expired", deleteExpired},
		{"cancelled context", cancelled},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

// start is a whole number of microseconds, so that every store keeps it.
func start() time.Time { return time.Date(2026, 11, 1, 12, 0, 0, 123456000, time.UTC) }

func login(id string) servicekonto.LoginRecord {
	return servicekonto.LoginRecord{Tenant: "musterstadt", ID: id, Browser: "browser", Sealed: []byte("box " + id), ExpiresAt: start().Add(10 * time.Minute)}
}

func session(id string) servicekonto.SessionRecord {
	return servicekonto.SessionRecord{Tenant: "musterstadt", ID: id, Owner: "owner", Sealed: []byte("box " + id),
		IdleUntil: start().Add(5 * time.Minute), ExpiresAt: start().Add(30 * time.Minute)}
}

func loginOnce(t *testing.T, s servicekonto.Store) {
	ctx, want := context.Background(), login("1")
	require.NoError(t, s.SaveLogin(ctx, want))
	got, err := s.TakeLogin(ctx, want.Tenant, "1", "browser", start())
	require.NoError(t, err)
	require.True(t, want.ExpiresAt.Equal(got.ExpiresAt))
	got.ExpiresAt = want.ExpiresAt
	require.Equal(t, &want, got)
	got, err = s.TakeLogin(ctx, want.Tenant, "1", "browser", start())
	require.ErrorIs(t, err, servicekonto.ErrUsed)
	require.Nil(t, got)
	require.NoError(t, s.SaveLogin(ctx, login("2")))
	_, err = s.TakeLogin(ctx, want.Tenant, "2", "", start())
	require.NoError(t, err, "no browser matches any")
}

func loginContention(t *testing.T, s servicekonto.Store) {
	ctx := context.Background()
	const logins, takers = 10, 8
	for i := range logins {
		require.NoError(t, s.SaveLogin(ctx, login(fmt.Sprint(i))))
	}
	var wg sync.WaitGroup
	results := make(chan error, logins*takers)
	for range takers {
		wg.Go(func() {
			for i := range logins {
				_, err := s.TakeLogin(ctx, "musterstadt", fmt.Sprint(i), "browser", start())
				results <- err
			}
		})
	}
	wg.Wait()
	close(results)
	taken, used := 0, 0
	for err := range results {
		switch {
		case err == nil:
			taken++
		case errors.Is(err, servicekonto.ErrUsed):
			used++
		default:
			t.Fatal(err)
		}
	}
	require.Equal(t, logins, taken)
	require.Equal(t, logins*(takers-1), used)
}

func loginRefusals(t *testing.T, s servicekonto.Store) {
	ctx, l := context.Background(), login("1")
	take := func(id, browser string, now time.Time) error {
		rec, err := s.TakeLogin(ctx, l.Tenant, id, browser, now)
		if err != nil {
			require.Nil(t, rec)
		}
		return err
	}
	require.ErrorIs(t, take("1", "browser", start()), servicekonto.ErrNotFound)
	require.NoError(t, s.SaveLogin(ctx, l))
	require.ErrorIs(t, take("1", "other", l.ExpiresAt.Add(time.Hour)), servicekonto.ErrOtherBrowser)
	require.ErrorIs(t, take("1", "browser", l.ExpiresAt), servicekonto.ErrExpired)
	require.NoError(t, take("1", "browser", l.ExpiresAt.Add(-time.Microsecond)), "refusals leave the login usable")
	require.ErrorIs(t, take("1", "browser", l.ExpiresAt.Add(time.Hour)), servicekonto.ErrUsed, "used comes before expired")
	require.ErrorIs(t, take("1", "other", start()), servicekonto.ErrOtherBrowser, "another browser does not learn that it was used")
}

func loginTenants(t *testing.T, s servicekonto.Store) {
	ctx, a, b := context.Background(), login("1"), login("1")
	b.Tenant = "beispielstadt"
	require.NoError(t, s.SaveLogin(ctx, a))
	_, err := s.TakeLogin(ctx, b.Tenant, "1", "browser", start())
	require.ErrorIs(t, err, servicekonto.ErrNotFound)
	require.NoError(t, s.SaveLogin(ctx, b), "the same ID may exist in two tenants")
	_, err = s.TakeLogin(ctx, a.Tenant, "1", "browser", start())
	require.NoError(t, err)
	_, err = s.TakeLogin(ctx, b.Tenant, "1", "browser", start())
	require.NoError(t, err)
}

func loginTwice(t *testing.T, s servicekonto.Store) {
	ctx := context.Background()
	require.NoError(t, s.SaveLogin(ctx, login("1")))
	require.Error(t, s.SaveLogin(ctx, login("1")))
	_, err := s.TakeLogin(ctx, "musterstadt", "1", "browser", start())
	require.NoError(t, err)
	require.Error(t, s.SaveLogin(ctx, login("1")), "a used handle does not come back")
}

func sessionRoundTrip(t *testing.T, s servicekonto.Store) {
	ctx, want := context.Background(), session("1")
	_, err := s.Session(ctx, want.Tenant, "1")
	require.ErrorIs(t, err, servicekonto.ErrNotFound)
	require.NoError(t, s.CreateSession(ctx, want))
	require.Error(t, s.CreateSession(ctx, want))
	got, err := s.Session(ctx, want.Tenant, "1")
	require.NoError(t, err)
	require.True(t, want.IdleUntil.Equal(got.IdleUntil) && want.ExpiresAt.Equal(got.ExpiresAt))
	got.IdleUntil, got.ExpiresAt = want.IdleUntil, want.ExpiresAt
	require.Equal(t, &want, got)
	_, err = s.Session(ctx, "beispielstadt", "1")
	require.ErrorIs(t, err, servicekonto.ErrNotFound)
}

func sessionTouch(t *testing.T, s servicekonto.Store) {
	ctx, rec := context.Background(), session("1")
	require.NoError(t, s.CreateSession(ctx, rec))
	idle := func(id string) time.Time {
		got, err := s.Session(ctx, rec.Tenant, id)
		require.NoError(t, err)
		return got.IdleUntil
	}
	later := rec.IdleUntil.Add(time.Minute)
	require.NoError(t, s.TouchSession(ctx, rec.Tenant, "1", later))
	require.True(t, later.Equal(idle("1")))
	require.NoError(t, s.TouchSession(ctx, rec.Tenant, "1", rec.IdleUntil))
	require.True(t, later.Equal(idle("1")), "never back")
	require.NoError(t, s.TouchSession(ctx, "beispielstadt", "1", later.Add(time.Hour)))
	require.True(t, later.Equal(idle("1")), "not from another tenant")
	require.NoError(t, s.TouchSession(ctx, rec.Tenant, "2", later))
	_, err := s.Session(ctx, rec.Tenant, "2")
	require.ErrorIs(t, err, servicekonto.ErrNotFound, "a touch makes no session")
}

func sessionDelete(t *testing.T, s servicekonto.Store) {
	ctx, rec := context.Background(), session("1")
	require.NoError(t, s.CreateSession(ctx, rec))
	require.NoError(t, s.DeleteSession(ctx, "beispielstadt", "1"))
	_, err := s.Session(ctx, rec.Tenant, "1")
	require.NoError(t, err)
	for range 2 {
		require.NoError(t, s.DeleteSession(ctx, rec.Tenant, "1"))
		require.NoError(t, s.TouchSession(ctx, rec.Tenant, "1", rec.ExpiresAt))
		_, err = s.Session(ctx, rec.Tenant, "1")
		require.ErrorIs(t, err, servicekonto.ErrNotFound)
	}
}

func sessionOwner(t *testing.T, s servicekonto.Store) {
	ctx := context.Background()
	other, foreign := session("3"), session("4")
	other.Owner, foreign.Tenant = "somebody else", "beispielstadt"
	for _, r := range []servicekonto.SessionRecord{session("1"), session("2"), other, foreign} {
		require.NoError(t, s.CreateSession(ctx, r))
	}
	n, err := s.DeleteByOwner(ctx, "musterstadt", "owner")
	require.NoError(t, err)
	require.Equal(t, 2, n)
	n, err = s.DeleteByOwner(ctx, "musterstadt", "owner")
	require.NoError(t, err)
	require.Zero(t, n)
	_, err = s.Session(ctx, "musterstadt", "1")
	require.ErrorIs(t, err, servicekonto.ErrNotFound)
	_, err = s.Session(ctx, "musterstadt", "3")
	require.NoError(t, err)
	_, err = s.Session(ctx, "beispielstadt", "4")
	require.NoError(t, err)
}

func deleteExpired(t *testing.T, s servicekonto.Store) {
	ctx, used := context.Background(), login("used")
	require.NoError(t, s.SaveLogin(ctx, login("open")))
	require.NoError(t, s.SaveLogin(ctx, used))
	_, err := s.TakeLogin(ctx, used.Tenant, used.ID, "browser", start())
	require.NoError(t, err)
	long := session("long")
	long.IdleUntil = long.ExpiresAt
	foreign := session("foreign")
	foreign.Tenant = "beispielstadt"
	for _, r := range []servicekonto.SessionRecord{session("idle"), long, foreign} {
		require.NoError(t, s.CreateSession(ctx, r))
	}
	for _, step := range []struct {
		after time.Duration
		want  int
	}{
		{5*time.Minute - time.Microsecond, 0},
		{5 * time.Minute, 2}, // idle and foreign
		{10 * time.Minute, 2},
		{30*time.Minute - time.Microsecond, 0},
		{30 * time.Minute, 1},
		{24 * time.Hour, 0},
	} {
		n, err := s.DeleteExpired(ctx, start().Add(step.after))
		require.NoError(t, err)
		require.Equal(t, step.want, n, "after %s", step.after)
	}
	_, err = s.TakeLogin(ctx, used.Tenant, used.ID, "browser", start())
	require.ErrorIs(t, err, servicekonto.ErrNotFound)
}

// cancelled: a store either does the work or returns an error; it never says
// that something is not there because it could not look.
func cancelled(t *testing.T, s servicekonto.Store) {
	require.NoError(t, s.CreateSession(context.Background(), session("1")))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := s.Session(ctx, "musterstadt", "1")
	require.NotErrorIs(t, err, servicekonto.ErrNotFound)
}
