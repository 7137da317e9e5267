package simulator

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/bausteine/egov/payment"
)

var errExists = errors.New("simulator: request id exists")

// method is how a payment was made, in the standard's words.
type method struct{ Key, Label, Name, Detail string }

// methods are what the pay page offers. The standard has no value for Wero.
var methods = []method{
	{"kreditkarte", "Kreditkarte", "CREDITCARD", ""},
	{"paypal", "PayPal", "PAYPAL", ""},
	{"wero", "Wero", "OTHER", "WERO"},
}

func methodOf(key string) (method, bool) {
	i := slices.IndexFunc(methods, func(m method) bool { return m.Key == key })
	if i < 0 {
		return method{}, false
	}
	return methods[i], true
}

// record is a payment with what only the platform knows.
type record struct {
	Account                  Account
	RequestID, TransactionID string
	PayToken, FormToken      string
	Status                   Status
	Amount                   payment.Amount
	Purpose, Description     string
	Kassenzeichen            string
	RedirectURL              string
	Request                  []byte // as it came
	CreatedAt, PaidAt        time.Time
	Method                   method
}

// movement is money on the authority's account. Its ID is unique.
type movement struct {
	ID            string
	Kind          movementKind
	TransactionID string // empty for transfers past the platform
	Amount        payment.Amount
	Payer, Text   string
	At            time.Time
}

type movementKind string

const (
	movedPayment  movementKind = "payment"  // a payment by the platform
	movedAgain    movementKind = "again"    // the same payment, paid a second time
	movedTransfer movementKind = "transfer" // a transfer by the payer
	movedReturn   movementKind = "return"   // a debit of a payment that came back
)

// books keep payments and movements; settle is compare-and-set and adds the
// movement of a payment that gets paid.
type books interface {
	add(ctx context.Context, r record) error
	byID(ctx context.Context, transactionID string) (record, error)
	byPayToken(ctx context.Context, token string) (record, error)
	settle(ctx context.Context, transactionID string, from, to Status, m method, at time.Time) (bool, error)
	all(ctx context.Context) ([]record, error)
	move(ctx context.Context, m movement) error
	// giveBack moves a payment back; false if nothing is left of it.
	giveBack(ctx context.Context, m movement) (bool, error)
	// moved returns the movements of from <= time < to, oldest first.
	moved(ctx context.Context, from, to time.Time) ([]movement, error)
}

// received is the movement of a payment.
func received(r record, kind movementKind, id string, at time.Time) movement {
	text := r.Purpose
	if r.Kassenzeichen != "" {
		text = r.Kassenzeichen + " " + text
	}
	return movement{ID: id, Kind: kind, TransactionID: r.TransactionID, Amount: r.Amount, Text: text, At: at.UTC().Truncate(time.Microsecond)}
}

type memoryBooks struct {
	mu        sync.Mutex
	records   []*record
	movements []movement
}

func newMemoryBooks() *memoryBooks { return &memoryBooks{} }

func (b *memoryBooks) find(match func(*record) bool) *record {
	for _, r := range b.records {
		if match(r) {
			return r
		}
	}
	return nil
}

func (b *memoryBooks) add(_ context.Context, r record) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.find(func(have *record) bool {
		return have.Account == r.Account && have.RequestID == r.RequestID || have.TransactionID == r.TransactionID
	}) != nil {
		return errExists
	}
	b.records = append(b.records, &r)
	return nil
}

func (b *memoryBooks) get(match func(*record) bool) (record, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if r := b.find(match); r != nil {
		return *r, nil
	}
	return record{}, ErrNotFound
}

func (b *memoryBooks) byID(_ context.Context, id string) (record, error) {
	return b.get(func(r *record) bool { return r.TransactionID == id })
}

func (b *memoryBooks) byPayToken(_ context.Context, token string) (record, error) {
	return b.get(func(r *record) bool { return r.PayToken == token })
}

func (b *memoryBooks) settle(_ context.Context, id string, from, to Status, m method, at time.Time) (bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r := b.find(func(r *record) bool { return r.TransactionID == id })
	if r == nil || r.Status != from {
		return false, nil
	}
	r.Status = to
	if to == StatusPayed {
		r.PaidAt, r.Method = at.UTC().Truncate(time.Microsecond), m
		b.movements = append(b.movements, received(*r, movedPayment, r.TransactionID, at))
	}
	return true, nil
}

func (b *memoryBooks) all(context.Context) ([]record, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []record
	for _, r := range b.records {
		all = append(all, *r)
	}
	return all, nil
}

func (b *memoryBooks) move(_ context.Context, m movement) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.movements = append(b.movements, m)
	return nil
}

func (b *memoryBooks) giveBack(_ context.Context, m movement) (bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	left := 0
	for _, have := range b.movements {
		switch {
		case have.TransactionID != m.TransactionID:
		case have.Kind == movedReturn:
			left--
		default:
			left++
		}
	}
	if left <= 0 {
		return false, nil
	}
	b.movements = append(b.movements, m)
	return true, nil
}

func (b *memoryBooks) moved(_ context.Context, from, to time.Time) ([]movement, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var found []movement
	for _, m := range b.movements {
		if !m.At.Before(from) && m.At.Before(to) {
			found = append(found, m)
		}
	}
	slices.SortStableFunc(found, func(a, b movement) int { return a.At.Compare(b.At) })
	return found, nil
}
