package servicekonto

import (
	"context"
	"errors"
	"sync"
	"time"
)

var errDuplicate = errors.New("servicekonto: this login or session exists already")

// MemoryStore is a [Store] in memory, for tests and for one process whose users
// may log in again after a restart. It is safe for concurrent use.
type MemoryStore struct {
	mu       sync.Mutex
	logins   map[storeKey]*memoryLogin
	sessions map[storeKey]SessionRecord
}

type storeKey struct{ tenant, id string }

type memoryLogin struct {
	LoginRecord
	used bool
}

var _ Store = (*MemoryStore)(nil)

// NewMemoryStore returns an empty store. Call DeleteExpired now and then, or it
// grows with every abandoned login.
func NewMemoryStore() *MemoryStore {
	return &MemoryStore{logins: map[storeKey]*memoryLogin{}, sessions: map[storeKey]SessionRecord{}}
}

// SaveLogin implements [LoginStore].
func (m *MemoryStore) SaveLogin(_ context.Context, l LoginRecord) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	k := storeKey{l.Tenant, l.ID}
	if _, ok := m.logins[k]; ok {
		return errDuplicate
	}
	m.logins[k] = &memoryLogin{LoginRecord: l}
	return nil
}

// TakeLogin implements [LoginStore].
func (m *MemoryStore) TakeLogin(_ context.Context, tenant, id, browser string, now time.Time) (*LoginRecord, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	l, ok := m.logins[storeKey{tenant, id}]
	switch {
	case !ok:
		return nil, ErrNotFound
	case browser != "" && browser != l.Browser:
		return nil, ErrOtherBrowser
	case l.used:
		return nil, ErrUsed
	case !l.ExpiresAt.After(now):
		return nil, ErrExpired
	}
	out := l.LoginRecord
	l.used, l.Sealed = true, nil
	return &out, nil
}

// CreateSession implements [SessionStore].
func (m *MemoryStore) CreateSession(_ context.Context, s SessionRecord) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	k := storeKey{s.Tenant, s.ID}
	if _, ok := m.sessions[k]; ok {
		return errDuplicate
	}
	m.sessions[k] = s
	return nil
}

// Session implements [SessionStore].
func (m *MemoryStore) Session(_ context.Context, tenant, id string) (*SessionRecord, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.sessions[storeKey{tenant, id}]
	if !ok {
		return nil, ErrNotFound
	}
	return &s, nil
}

// TouchSession implements [SessionStore].
func (m *MemoryStore) TouchSession(_ context.Context, tenant, id string, idleUntil time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	k := storeKey{tenant, id}
	if s, ok := m.sessions[k]; ok && s.IdleUntil.Before(idleUntil) {
		s.IdleUntil = idleUntil
		m.sessions[k] = s
	}
	return nil
}

// DeleteSession implements [SessionStore].
func (m *MemoryStore) DeleteSession(_ context.Context, tenant, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.sessions, storeKey{tenant, id})
	return nil
}

// DeleteByOwner implements [SessionStore].
func (m *MemoryStore) DeleteByOwner(_ context.Context, tenant, owner string) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for k, s := range m.sessions {
		if k.tenant == tenant && s.Owner == owner {
			delete(m.sessions, k)
			n++
		}
	}
	return n, nil
}

// DeleteExpired implements [Store].
func (m *MemoryStore) DeleteExpired(_ context.Context, now time.Time) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for k, l := range m.logins {
		if !l.ExpiresAt.After(now) {
			delete(m.logins, k)
			n++
		}
	}
	for k, s := range m.sessions {
		if !s.ExpiresAt.After(now) || !s.IdleUntil.After(now) {
			delete(m.sessions, k)
			n++
		}
	}
	return n, nil
}
