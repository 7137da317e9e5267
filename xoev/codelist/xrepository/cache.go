package xrepository

import "sync"

// MemoryCache is a [Cache] in memory. Its zero value keeps up to 64 MiB. It is
// safe for concurrent use.
type MemoryCache struct {
	// MaxBytes bounds the bodies kept together; an answer that does not fit any
	// more is not kept. 0 means 64 MiB.
	MaxBytes int64

	mu      sync.Mutex
	size    int64
	entries map[string]cached
}

type cached struct {
	etag string
	body []byte
}

// Load returns what was saved last for the URL.
func (m *MemoryCache) Load(url string) (etag string, body []byte, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e, ok := m.entries[url]
	return e.etag, e.body, ok
}

// Save keeps the answer if it fits.
func (m *MemoryCache) Save(url, etag string, body []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	max := m.MaxBytes
	if max <= 0 {
		max = 64 << 20
	}
	old, known := m.entries[url]
	if known {
		m.size -= int64(len(old.body))
		delete(m.entries, url)
	}
	if m.size+int64(len(body)) > max {
		return
	}
	if m.entries == nil {
		m.entries = make(map[string]cached)
	}
	m.size += int64(len(body))
	m.entries[url] = cached{etag, body}
}
