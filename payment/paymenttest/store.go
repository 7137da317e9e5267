package paymenttest

import (
	"context"
	"reflect"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bausteine/egov/payment"
)

const tenant = "musterstadt"

var start = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// RunStore checks a store against what payment.Store promises. Make returns an
// empty store for each case.
func RunStore(t *testing.T, make func(t *testing.T) payment.Store) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, payment.Store)
	}{
		{"claims are put once", claimsArePutOnce},
		{"every field comes back", everyFieldComesBack},
		{"changes are compare-and-set", changesAreCompareAndSet},
		{"one open attempt per claim", oneOpenAttempt},
		{"tokens find their attempt", tokensFindTheirAttempt},
		{"an entry is booked once, and a refused change changes nothing", entryIsBookedOnce},
		{"tenants are apart", tenantsAreApart},
		{"due attempts are leased in order", dueAttemptsAreLeased},
		{"an attempt whose work dies lets the others pass", oldestLeaseFirst},
		{"an entry is found by its key", entriesByKey},
		{"references find claims", referencesFindClaims},
		{"events come in order until acknowledged", eventsUntilAcknowledged},
		{"payers are erased", payersAreErased},
		{"old claims are deleted, living ones spared", oldClaimsAreDeleted},
		{"an ended context ends the call", endedContext},
		{"parallel changes of one revision: one wins", parallelChanges},
		{"parallel attempts on one claim: one wins", parallelAttempts},
		{"parallel leases are disjoint", parallelLeases},
		{"parallel refreshes book once", parallelRefreshes},
		{"parallel starts share one attempt", parallelStarts},
		{"parallel payments of many claims", parallelPayments},
		{"parallel refunds pay back no more than was paid", parallelRefunds},
		{"parallel parts settle the attempt", parallelParts},
		{"what cannot be stored is not found", whatCannotBeStoredIsNotFound},
		{"what is deleted has no attempt that begins at the same time", parallelDeletes},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, make(t)) })
	}
}

func claimOf(id string) payment.Claim {
	return payment.Claim{Tenant: tenant, ID: id, Amount: payment.EUR(3070), Purpose: "Meldebescheinigung", OpenedAt: start}
}

func putClaim(t *testing.T, s payment.Store, c payment.Claim) {
	t.Helper()
	_, err := s.PutClaim(t.Context(), c)
	require.NoError(t, err)
}

func attemptOf(claimID, id string) payment.Attempt {
	return payment.Attempt{
		Tenant: tenant, ID: id, ClaimID: claimID, Provider: "p", ConfigVersion: "1", State: payment.StateCreated,
		Amount: payment.EUR(3070), CreatedAt: start, UpdatedAt: start, ExpiresAt: start.Add(time.Hour),
	}
}

func entryOf(a payment.Attempt, transactionID string) payment.Entry {
	return payment.Entry{
		Tenant: a.Tenant, ClaimID: a.ClaimID, AttemptID: a.ID, Provider: a.Provider, TransactionID: transactionID,
		Kind: payment.KindPayment, Amount: a.Amount, BookedAt: start,
	}
}

func claimsArePutOnce(t *testing.T, s payment.Store) {
	putClaim(t, s, claimOf("K1"))
	other := claimOf("K1")
	other.Amount = payment.EUR(1)
	got, err := s.PutClaim(t.Context(), other)
	require.NoError(t, err)
	assert.Equal(t, payment.EUR(3070), got.Amount, "the stored claim is returned")
	_, err = s.Claim(t.Context(), tenant, "K2")
	assert.ErrorIs(t, err, payment.ErrNotFound)
	_, err = s.Attempt(t.Context(), tenant, "A1")
	assert.ErrorIs(t, err, payment.ErrNotFound)
	assert.NoError(t, s.Ping(t.Context()))
}

// fill gives every field of a struct a value that is not zero.
func fill(v reflect.Value, n int) {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(start.Add(time.Duration(n) * time.Microsecond)))
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i), n*31+i+1)
		}
	case reflect.String:
		v.SetString("ä" + strconv.Itoa(n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(n))
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), n)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("Haushaltsstelle"), reflect.ValueOf("1234"))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	default:
		panic("paymenttest: a field of a kind that the suite does not know: " + v.Kind().String())
	}
}

func everyFieldComesBack(t *testing.T, s payment.Store) {
	var c payment.Claim
	fill(reflect.ValueOf(&c).Elem(), 1)
	c.Tenant, c.ID, c.Due = tenant, "K1", payment.Date{Year: 2026, Month: 12, Day: 24}
	got, err := s.PutClaim(t.Context(), c)
	require.NoError(t, err)
	assert.True(t, reflect.DeepEqual(c, got))

	var a payment.Attempt
	fill(reflect.ValueOf(&a).Elem(), 2)
	a.Tenant, a.ID, a.ClaimID, a.State, a.Revision = tenant, "A1", "K1", payment.StatePending, 0
	var e payment.Entry
	fill(reflect.ValueOf(&e).Elem(), 3)
	e.Tenant, e.ClaimID = tenant, "K1"
	var ev payment.Event
	fill(reflect.ValueOf(&ev).Elem(), 4)
	require.NoError(t, s.Apply(t.Context(), payment.Change{Attempt: &a, Entries: []payment.Entry{e}, Events: []payment.Event{ev}}))
	a.Revision = 1
	r, err := s.Claim(t.Context(), tenant, "K1")
	require.NoError(t, err)
	assert.True(t, reflect.DeepEqual(c, r.Claim))
	assert.Equal(t, []payment.Attempt{a}, r.Attempts)
	assert.Equal(t, []payment.Entry{e}, r.Entries)
	events, err := s.Events(t.Context(), 10)
	require.NoError(t, err)
	assert.Equal(t, []payment.Event{ev}, events)

	fill(reflect.ValueOf(&a).Elem(), 5)
	a.Tenant, a.ID, a.ClaimID, a.State, a.Revision = tenant, "A1", "K1", payment.StateReview, 1
	require.NoError(t, s.Apply(t.Context(), payment.Change{Attempt: &a}))
	a.Revision = 2
	stored, err := s.Attempt(t.Context(), tenant, "A1")
	require.NoError(t, err)
	assert.Equal(t, a, stored)
}

func changesAreCompareAndSet(t *testing.T, s payment.Store) {
	a := attemptOf("K1", "A1")
	assert.ErrorIs(t, s.Apply(t.Context(), payment.Change{Attempt: &a}), payment.ErrNotFound, "no such claim")
	putClaim(t, s, claimOf("K1"))
	require.NoError(t, s.Apply(t.Context(), payment.Change{Attempt: &a}))
	assert.ErrorIs(t, s.Apply(t.Context(), payment.Change{Attempt: &a}), payment.ErrConflict, "inserted twice")
	a.Revision = 1
	a.State = payment.StatePending
	require.NoError(t, s.Apply(t.Context(), payment.Change{Attempt: &a}))
	a.State = payment.StateFailed
	assert.ErrorIs(t, s.Apply(t.Context(), payment.Change{Attempt: &a}), payment.ErrConflict, "an old revision")
	got, err := s.Attempt(t.Context(), tenant, "A1")
	require.NoError(t, err)
	assert.Equal(t, payment.StatePending, got.State)
	assert.Equal(t, int64(2), got.Revision)
	b := attemptOf("K1", "A9")
	b.Revision, b.State = 3, payment.StateFailed
	assert.ErrorIs(t, s.Apply(t.Context(), payment.Change{Attempt: &b}), payment.ErrConflict, "an update of nothing")
}

func oneOpenAttempt(t *testing.T, s payment.Store) {
	putClaim(t, s, claimOf("K1"))
	a, b := attemptOf("K1", "A1"), attemptOf("K1", "A2")
	require.NoError(t, s.Apply(t.Context(), payment.Change{Attempt: &a}))
	assert.ErrorIs(t, s.Apply(t.Context(), payment.Change{Attempt: &b}), payment.ErrOpenAttempt)
	a.Revision, a.State = 1, payment.StateFailed
	require.NoError(t, s.Apply(t.Context(), payment.Change{Attempt: &a}))
	b.CreatedAt = start.Add(time.Second)
	require.NoError(t, s.Apply(t.Context(), payment.Change{Attempt: &b}))
	r, err := s.Claim(t.Context(), tenant, "K1")
	require.NoError(t, err)
	require.Len(t, r.Attempts, 2)
	assert.Equal(t, "A1", r.Attempts[0].ID, "oldest first")
}

func tokensFindTheirAttempt(t *testing.T, s payment.Store) {
	putClaim(t, s, claimOf("K1"))
	a := attemptOf("K1", "A1")
	require.NoError(t, s.Apply(t.Context(), payment.Change{Attempt: &a, TokenHash: []byte("first")}))
	a.Revision = 1
	require.NoError(t, s.Apply(t.Context(), payment.Change{Attempt: &a, TokenHash: []byte("second")}))
	for _, hash := range []string{"first", "second"} {
		got, err := s.AttemptByToken(t.Context(), []byte(hash))
		require.NoError(t, err)
		assert.Equal(t, "A1", got.ID)
		assert.Equal(t, int64(2), got.Revision)
	}
	for _, hash := range []string{"third", "", "firs"} {
		_, err := s.AttemptByToken(t.Context(), []byte(hash))
		assert.ErrorIs(t, err, payment.ErrNotFound)
	}
}

func entryIsBookedOnce(t *testing.T, s payment.Store) {
	putClaim(t, s, claimOf("K1"))
	putClaim(t, s, claimOf("K2"))
	a, b := attemptOf("K1", "A1"), attemptOf("K2", "A2")
	require.NoError(t, s.Apply(t.Context(), payment.Change{Attempt: &a, Entries: []payment.Entry{entryOf(a, "T1")}}))
	event := payment.Event{ID: "E1", Tenant: tenant, ClaimID: "K2", At: start}
	err := s.Apply(t.Context(), payment.Change{Attempt: &b, Entries: []payment.Entry{entryOf(b, "T2"), entryOf(b, "T1")}, Events: []payment.Event{event}})
	require.ErrorIs(t, err, payment.ErrDuplicateEntry)
	r, err := s.Claim(t.Context(), tenant, "K2")
	require.NoError(t, err)
	assert.Empty(t, r.Attempts)
	assert.Empty(t, r.Entries)
	events, err := s.Events(t.Context(), 10)
	require.NoError(t, err)
	assert.Empty(t, events)

	twice := payment.Change{Entries: []payment.Entry{entryOf(b, "T3"), entryOf(b, "T3")}}
	assert.ErrorIs(t, s.Apply(t.Context(), twice), payment.ErrDuplicateEntry)
	refund := entryOf(a, "T1")
	refund.Kind, refund.Amount = payment.KindRefund, payment.EUR(-70)
	second := refund
	second.Sequence = 1
	require.NoError(t, s.Apply(t.Context(), payment.Change{Entries: []payment.Entry{refund, second}}))
	r, err = s.Claim(t.Context(), tenant, "K1")
	require.NoError(t, err)
	assert.Equal(t, []payment.Entry{entryOf(a, "T1"), refund, second}, r.Entries)
	lost := entryOf(attemptOf("K9", "A9"), "T9")
	assert.ErrorIs(t, s.Apply(t.Context(), payment.Change{Entries: []payment.Entry{lost}}), payment.ErrNotFound)
}

func tenantsAreApart(t *testing.T, s payment.Store) {
	here, there := claimOf("K1"), claimOf("K1")
	there.Tenant, there.Purpose = "nachbarstadt", "Fischereischein"
	putClaim(t, s, here)
	putClaim(t, s, there)
	a, b := attemptOf("K1", "A1"), attemptOf("K1", "A1")
	b.Tenant = there.Tenant
	require.NoError(t, s.Apply(t.Context(), payment.Change{Attempt: &a, TokenHash: []byte("a"), Entries: []payment.Entry{entryOf(a, "T1")}}))
	require.NoError(t, s.Apply(t.Context(), payment.Change{Attempt: &b, TokenHash: []byte("b"), Entries: []payment.Entry{entryOf(b, "T1")}}))
	r, err := s.Claim(t.Context(), there.Tenant, "K1")
	require.NoError(t, err)
	assert.Equal(t, "Fischereischein", r.Claim.Purpose)
	require.Len(t, r.Attempts, 1)
	require.Len(t, r.Entries, 1)
	got, err := s.AttemptByToken(t.Context(), []byte("b"))
	require.NoError(t, err)
	assert.Equal(t, there.Tenant, got.Tenant)
}

func dueAttemptsAreLeased(t *testing.T, s payment.Store) {
	for n, next := range []time.Time{start.Add(2 * time.Second), start.Add(time.Second), {}, start.Add(time.Hour), start.Add(3 * time.Second)} {
		id := strconv.Itoa(n)
		putClaim(t, s, claimOf("K"+id))
		a := attemptOf("K"+id, "A"+id)
		a.NextCheck = next
		require.NoError(t, s.Apply(t.Context(), payment.Change{Attempt: &a}))
	}
	now, end := start.Add(3*time.Second), start.Add(time.Minute)
	ids := func(limit int, at time.Time) (ids []string) {
		end := at.Add(time.Minute)
		leased, err := s.LeaseDue(t.Context(), at, end, limit)
		require.NoError(t, err)
		for _, a := range leased {
			assert.Equal(t, end, a.LeasedUntil)
			assert.Equal(t, end, a.NextCheck, "whose work fails goes to the end of the row")
			stored, err := s.Attempt(t.Context(), tenant, a.ID)
			require.NoError(t, err)
			assert.Equal(t, stored, a, "with the stored revision")
			ids = append(ids, a.ID)
		}
		return ids
	}
	assert.Empty(t, ids(0, now))
	assert.Empty(t, ids(-1, now))
	assert.Equal(t, []string{"A1", "A0"}, ids(2, now))
	assert.Equal(t, []string{"A4"}, ids(2, now.Add(time.Second)))
	assert.Empty(t, ids(2, end.Add(-time.Microsecond)))
	assert.Equal(t, []string{"A0", "A1", "A4"}, ids(9, end.Add(time.Hour/2)), "leases end")
	assert.Equal(t, []string{"A0", "A1", "A4", "A3"}, ids(9, start.Add(time.Hour)))
}

func oldestLeaseFirst(t *testing.T, s payment.Store) {
	for n := range 3 {
		id := strconv.Itoa(n)
		putClaim(t, s, claimOf("K"+id))
		a := attemptOf("K"+id, "A"+id)
		a.NextCheck = start.Add(time.Duration(n) * time.Millisecond)
		require.NoError(t, s.Apply(t.Context(), payment.Change{Attempt: &a}))
	}
	var got []string
	for n := range 6 { // each dies with its lease and never writes back
		at := start.Add(time.Duration(n+1) * time.Minute)
		leased, err := s.LeaseDue(t.Context(), at, at.Add(time.Second), 1)
		require.NoError(t, err)
		require.Len(t, leased, 1)
		got = append(got, leased[0].ID)
	}
	assert.Equal(t, []string{"A0", "A1", "A2", "A0", "A1", "A2"}, got)
}

func entriesByKey(t *testing.T, s payment.Store) {
	putClaim(t, s, claimOf("K1"))
	a := attemptOf("K1", "A1")
	e := entryOf(a, "T1")
	_, err := s.Entry(t.Context(), e.Key())
	require.ErrorIs(t, err, payment.ErrNotFound)
	require.NoError(t, s.Apply(t.Context(), payment.Change{Entries: []payment.Entry{e}}))
	got, err := s.Entry(t.Context(), e.Key())
	require.NoError(t, err)
	assert.Equal(t, e, got)
	for name, change := range map[string]func(*payment.EntryKey){
		"tenant": func(k *payment.EntryKey) { k.Tenant = "nachbarstadt" }, "provider": func(k *payment.EntryKey) { k.Provider = "x" },
		"transaction": func(k *payment.EntryKey) { k.TransactionID = "t1" }, "kind": func(k *payment.EntryKey) { k.Kind = payment.KindWriteOff },
		"sequence": func(k *payment.EntryKey) { k.Sequence = 1 },
	} {
		key := e.Key()
		change(&key)
		_, err := s.Entry(t.Context(), key)
		assert.ErrorIs(t, err, payment.ErrNotFound, name)
	}
}

func referencesFindClaims(t *testing.T, s payment.Store) {
	for id, sign := range map[string]string{"K1": "01 0123-456", "K2": "010123456", "K3": "", "K4": "--"} {
		c := claimOf(id)
		c.Kassenzeichen = sign
		putClaim(t, s, c)
	}
	there := claimOf("K9")
	there.Tenant, there.Kassenzeichen = "nachbarstadt", "010123456"
	putClaim(t, s, there)
	a := attemptOf("K3", "A3")
	a.TransactionID, a.Reference = "T 3", "RF18539007547034"
	require.NoError(t, s.Apply(t.Context(), payment.Change{Attempt: &a}))
	for _, tt := range []struct {
		reference string
		limit     int
		want      []string
	}{
		{"010123456", 9, []string{"K1", "K2"}}, {"01.0123.456", 1, []string{"K1"}}, {"010123456", 0, nil}, {"010123456", -1, nil},
		{"A3", 9, []string{"K3"}}, {"T 3", 9, []string{"K3"}}, {"RF18539007547034", 9, []string{"K3"}},
		{"T3", 9, nil}, {"a3", 9, nil}, {"", 9, nil}, {"-", 9, nil}, {"unknown", 9, nil},
	} {
		got, err := s.Find(t.Context(), tenant, tt.reference, tt.limit)
		require.NoError(t, err)
		assert.ElementsMatch(t, tt.want, got, tt.reference)
	}
}

func eventsUntilAcknowledged(t *testing.T, s payment.Store) {
	putClaim(t, s, claimOf("K1"))
	var all []payment.Event
	for n := range 5 {
		e := payment.Event{ID: "E" + strconv.Itoa(n), Tenant: tenant, ClaimID: "K1", State: payment.StatePaid, At: start}
		require.NoError(t, s.Apply(t.Context(), payment.Change{Events: []payment.Event{e}}))
		all = append(all, e)
	}
	for range 2 {
		got, err := s.Events(t.Context(), 2)
		require.NoError(t, err)
		assert.Equal(t, all[:2], got)
	}
	require.NoError(t, s.Ack(t.Context(), "E0", "E3", "unknown"))
	require.NoError(t, s.Ack(t.Context(), "E0"))
	require.NoError(t, s.Ack(t.Context()))
	got, err := s.Events(t.Context(), 9)
	require.NoError(t, err)
	assert.Equal(t, []payment.Event{all[1], all[2], all[4]}, got)
}

func payersAreErased(t *testing.T, s payment.Store) {
	c := claimOf("K1")
	c.Payer = &payment.Payer{Name: "Mustermann", FirstName: "Erika"}
	putClaim(t, s, c)
	require.NoError(t, s.ErasePayer(t.Context(), tenant, "K1"))
	r, err := s.Claim(t.Context(), tenant, "K1")
	require.NoError(t, err)
	assert.Nil(t, r.Claim.Payer)
	assert.True(t, r.Claim.PayerErased)
	assert.Equal(t, c.Purpose, r.Claim.Purpose)
	assert.ErrorIs(t, s.ErasePayer(t.Context(), tenant, "K2"), payment.ErrNotFound)
}

func oldClaimsAreDeleted(t *testing.T, s payment.Store) {
	put := func(id string, change func(*payment.Attempt), events ...payment.Event) {
		putClaim(t, s, claimOf(id))
		a := attemptOf(id, "A-"+id)
		a.State = payment.StatePaid
		change(&a)
		require.NoError(t, s.Apply(t.Context(), payment.Change{
			Attempt: &a, TokenHash: []byte(id), Entries: []payment.Entry{entryOf(a, "T-"+id)}, Events: events,
		}))
	}
	put("old", func(*payment.Attempt) {})
	put("open", func(a *payment.Attempt) { a.State = payment.StatePending })
	put("review", func(a *payment.Attempt) { a.State = payment.StateReview })
	put("watched", func(a *payment.Attempt) { a.NextCheck = start.Add(time.Hour) })
	put("event", func(*payment.Attempt) {}, payment.Event{ID: "E", Tenant: tenant, ClaimID: "event", At: start})
	young := claimOf("young")
	young.OpenedAt = start.Add(time.Hour)
	putClaim(t, s, young)
	other := claimOf("old")
	other.Tenant = "nachbarstadt"
	putClaim(t, s, other)

	n, err := s.DeleteClaims(t.Context(), tenant, start.Add(time.Minute), 10)
	require.NoError(t, err)
	assert.Equal(t, 1, n)
	_, err = s.Claim(t.Context(), tenant, "old")
	assert.ErrorIs(t, err, payment.ErrNotFound)
	_, err = s.Attempt(t.Context(), tenant, "A-old")
	assert.ErrorIs(t, err, payment.ErrNotFound)
	_, err = s.AttemptByToken(t.Context(), []byte("old"))
	assert.ErrorIs(t, err, payment.ErrNotFound)
	for _, id := range []string{"open", "review", "watched", "event", "young"} {
		_, err := s.Claim(t.Context(), tenant, id)
		assert.NoError(t, err, id)
	}
	_, err = s.Claim(t.Context(), other.Tenant, "old")
	assert.NoError(t, err)
	for _, id := range []string{"a", "b", "c"} {
		put(id, func(*payment.Attempt) {})
	}
	n, err = s.DeleteClaims(t.Context(), tenant, start.Add(time.Minute), 2)
	require.NoError(t, err)
	assert.Equal(t, 2, n)
}

func endedContext(t *testing.T, s payment.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.PutClaim(ctx, claimOf("K1"))
	assert.ErrorIs(t, err, context.Canceled)
	_, err = s.Claim(ctx, tenant, "K1")
	assert.ErrorIs(t, err, context.Canceled)
	_, err = s.LeaseDue(ctx, start, start, 1)
	assert.ErrorIs(t, err, context.Canceled)
	a := attemptOf("K1", "A1")
	assert.ErrorIs(t, s.Apply(ctx, payment.Change{Attempt: &a}), context.Canceled)
	_, err = s.Claim(t.Context(), tenant, "K1")
	assert.ErrorIs(t, err, payment.ErrNotFound)
}

// together runs f n times at once and waits.
func together(n int, f func(i int)) {
	var wg sync.WaitGroup
	gate := make(chan struct{})
	for i := range n {
		wg.Go(func() { <-gate; f(i) })
	}
	close(gate)
	wg.Wait()
}
