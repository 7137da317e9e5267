package payment

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// MemoryStore is a [Store] that forgets everything when the program ends: for
// tests and demonstrations. The zero value is not usable; see
// [NewMemoryStore]. It is safe for concurrent use.
type MemoryStore struct {
	mu      sync.Mutex
	claims  map[storeKey]*memoryClaim
	byID    map[storeKey]*Attempt // all attempts
	due     map[storeKey]*Attempt // those with NextCheck set
	tokens  map[string]storeKey   // hash → attempt
	entries map[EntryKey]Entry
	events  []Event
}

type storeKey struct{ tenant, id string }

type memoryClaim struct {
	claim    Claim
	attempts []*Attempt
	entries  []Entry
}

// NewMemoryStore returns an empty store.
func NewMemoryStore() *MemoryStore {
	return &MemoryStore{
		claims: make(map[storeKey]*memoryClaim), byID: make(map[storeKey]*Attempt), due: make(map[storeKey]*Attempt),
		tokens: make(map[string]storeKey), entries: make(map[EntryKey]Entry),
	}
}

// PutClaim implements [Store].
func (m *MemoryStore) PutClaim(ctx context.Context, c Claim) (Claim, error) {
	if err := ctx.Err(); err != nil {
		return Claim{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	key := storeKey{c.Tenant, c.ID}
	if have, ok := m.claims[key]; ok {
		return have.claim.clone(), nil
	}
	m.claims[key] = &memoryClaim{claim: c.clone()}
	return c.clone(), nil
}

// Claim implements [Store].
func (m *MemoryStore) Claim(ctx context.Context, tenant, id string) (*Record, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	c, ok := m.claims[storeKey{tenant, id}]
	if !ok {
		return nil, ErrNotFound
	}
	r := &Record{Claim: c.claim.clone(), Entries: slices.Clone(c.entries)}
	for _, a := range c.attempts {
		r.Attempts = append(r.Attempts, *a)
	}
	return r, nil
}

// Attempt implements [Store].
func (m *MemoryStore) Attempt(ctx context.Context, tenant, id string) (Attempt, error) {
	if err := ctx.Err(); err != nil {
		return Attempt{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.attempt(storeKey{tenant, id})
}

func (m *MemoryStore) attempt(key storeKey) (Attempt, error) {
	a, ok := m.byID[key]
	if !ok {
		return Attempt{}, ErrNotFound
	}
	return *a, nil
}

// AttemptByToken implements [Store].
func (m *MemoryStore) AttemptByToken(ctx context.Context, hash []byte) (Attempt, error) {
	if err := ctx.Err(); err != nil {
		return Attempt{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	key, ok := m.tokens[string(hash)]
	if !ok {
		return Attempt{}, ErrNotFound
	}
	return m.attempt(key)
}

// Apply implements [Store].
func (m *MemoryStore) Apply(ctx context.Context, c Change) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.admit(c); err != nil {
		return err
	}
	if c.Attempt != nil {
		m.putAttempt(*c.Attempt, c.TokenHash)
	}
	for _, e := range c.Entries {
		m.entries[e.Key()] = e
		claim := m.claims[storeKey{e.Tenant, e.ClaimID}]
		claim.entries = append(claim.entries, e)
	}
	m.events = append(m.events, c.Events...)
	return nil
}

// admit checks a change without making it.
func (m *MemoryStore) admit(c Change) error {
	if a := c.Attempt; a != nil {
		claim, ok := m.claims[storeKey{a.Tenant, a.ClaimID}]
		if !ok {
			return ErrNotFound
		}
		have, exists := m.byID[storeKey{a.Tenant, a.ID}]
		if exists != (a.Revision > 0) || exists && have.Revision != a.Revision {
			return ErrConflict
		}
		for _, other := range claim.attempts {
			if a.State.Open() && other.ID != a.ID && other.State.Open() {
				return ErrOpenAttempt
			}
		}
	}
	seen := make(map[EntryKey]bool, len(c.Entries))
	for _, e := range c.Entries {
		key := e.Key()
		if m.claims[storeKey{e.Tenant, e.ClaimID}] == nil {
			return ErrNotFound
		}
		if _, taken := m.entries[key]; taken || seen[key] {
			return ErrDuplicateEntry
		}
		seen[key] = true
	}
	return nil
}

func (m *MemoryStore) putAttempt(a Attempt, tokenHash []byte) {
	key := storeKey{a.Tenant, a.ID}
	stored := m.byID[key]
	if stored == nil {
		stored = new(Attempt)
		claim := m.claims[storeKey{a.Tenant, a.ClaimID}]
		claim.attempts = append(claim.attempts, stored)
		m.byID[key] = stored
	}
	a.Revision++
	*stored = a
	if a.NextCheck.IsZero() {
		delete(m.due, key)
	} else {
		m.due[key] = stored
	}
	if len(tokenHash) > 0 {
		m.tokens[string(bytes.Clone(tokenHash))] = key
	}
}

// LeaseDue implements [Store].
func (m *MemoryStore) LeaseDue(ctx context.Context, now, until time.Time, limit int) ([]Attempt, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	var due []*Attempt
	for _, a := range m.due {
		if !a.NextCheck.After(now) && !a.LeasedUntil.After(now) {
			due = append(due, a)
		}
	}
	slices.SortFunc(due, func(a, b *Attempt) int {
		return cmp.Or(a.NextCheck.Compare(b.NextCheck), cmp.Compare(a.ID, b.ID))
	})
	var leased []Attempt
	for _, a := range due[:min(max(limit, 0), len(due))] {
		a.LeasedUntil, a.NextCheck = until, until
		a.Revision++
		leased = append(leased, *a)
	}
	return leased, nil
}

// Entry implements [Store].
func (m *MemoryStore) Entry(ctx context.Context, key EntryKey) (Entry, error) {
	if err := ctx.Err(); err != nil {
		return Entry{}, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	e, ok := m.entries[key]
	if !ok {
		return Entry{}, ErrNotFound
	}
	return e, nil
}

// Find implements [Store]. It looks at every claim.
func (m *MemoryStore) Find(ctx context.Context, tenant, reference string, limit int) ([]string, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if reference == "" || !utf8.ValidString(reference) || strings.IndexByte(reference, 0) >= 0 {
		return nil, nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	plain := PlainReference(reference)
	var ids []string
	for key, c := range m.claims {
		if key.tenant == tenant && (plain != "" && PlainReference(c.claim.Kassenzeichen) == plain ||
			slices.ContainsFunc(c.attempts, func(a *Attempt) bool {
				return a.ID == reference || a.TransactionID == reference || a.Reference == reference
			})) {
			ids = append(ids, key.id)
		}
	}
	slices.Sort(ids)
	return ids[:min(max(limit, 0), len(ids))], nil
}

// Events implements [Store].
func (m *MemoryStore) Events(ctx context.Context, limit int) ([]Event, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.events[:min(max(limit, 0), len(m.events))]), nil
}

// Ack implements [Store].
func (m *MemoryStore) Ack(ctx context.Context, ids ...string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.events = slices.DeleteFunc(m.events, func(e Event) bool { return slices.Contains(ids, e.ID) })
	return nil
}

// ErasePayer implements [Store].
func (m *MemoryStore) ErasePayer(ctx context.Context, tenant, claimID string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	c, ok := m.claims[storeKey{tenant, claimID}]
	if !ok {
		return ErrNotFound
	}
	c.claim.Payer, c.claim.PayerErased = nil, true
	return nil
}

// DeleteClaims implements [Store].
func (m *MemoryStore) DeleteClaims(ctx context.Context, tenant string, before time.Time, limit int) (int, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	busy := make(map[storeKey]bool)
	for _, e := range m.events {
		busy[storeKey{e.Tenant, e.ClaimID}] = true
	}
	var old []storeKey
	for key, c := range m.claims {
		alive := slices.ContainsFunc(c.attempts, func(a *Attempt) bool {
			return a.State.Open() || a.State == StateReview || !a.NextCheck.IsZero()
		})
		if key.tenant == tenant && c.claim.OpenedAt.Before(before) && !alive && !busy[key] {
			old = append(old, key)
		}
	}
	slices.SortFunc(old, func(a, b storeKey) int {
		return cmp.Or(m.claims[a].claim.OpenedAt.Compare(m.claims[b].claim.OpenedAt), cmp.Compare(a.id, b.id))
	})
	old = old[:min(max(limit, 0), len(old))]
	for _, key := range old {
		m.deleteClaim(key)
	}
	return len(old), nil
}

func (m *MemoryStore) deleteClaim(key storeKey) {
	c := m.claims[key]
	for _, a := range c.attempts {
		attempt := storeKey{a.Tenant, a.ID}
		delete(m.byID, attempt)
		for hash, owner := range m.tokens {
			if owner == attempt {
				delete(m.tokens, hash)
			}
		}
	}
	for _, e := range c.entries {
		delete(m.entries, e.Key())
	}
	delete(m.claims, key)
}

// Ping implements [Store].
func (m *MemoryStore) Ping(ctx context.Context) error { return ctx.Err() }
