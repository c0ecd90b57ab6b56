// Package recent remembers what was seen in the last while, within a bound.
package recent

import (
	"crypto/sha256"
	"strings"
	"sync"
	"time"
)

// Memory remembers a value by key. Two generations: the older is dropped whole when the younger is full or old
// enough, so a key is remembered for at least the lifetime unless the limit is exceeded, and nothing needs a sweeper.
// A busier server than that forgets early rather than grow.
type Memory[V any] struct {
	mu         sync.Mutex
	young, old map[Key]V
	since      time.Time // when the young generation began
	limit      int
	lifetime   time.Duration
}

// Key is a digest, so that a long text takes no more memory than a short one.
type Key [sha256.Size]byte

// KeyOf is the key of some texts.
func KeyOf(parts ...string) Key { return sha256.Sum256([]byte(strings.Join(parts, "\x00"))) }

// New is an empty memory. limit bounds one generation.
func New[V any](limit int, lifetime time.Duration) *Memory[V] {
	return &Memory[V]{young: map[Key]V{}, limit: limit, lifetime: lifetime}
}

// Use records the value of a key that is not known, and tells whether it was fresh.
func (m *Memory[V]) Use(key Key, value V, now time.Time) (fresh bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.turn(now)
	if _, known := m.find(key); known {
		return false
	}
	m.young[key] = value
	return true
}

// Find is the value of a key.
func (m *Memory[V]) Find(key Key, now time.Time) (value V, known bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.turn(now)
	return m.find(key)
}

func (m *Memory[V]) find(key Key) (V, bool) {
	if v, ok := m.young[key]; ok {
		return v, true
	}
	v, ok := m.old[key]
	return v, ok
}

// turn begins another generation when it is time.
func (m *Memory[V]) turn(now time.Time) {
	if m.since.IsZero() {
		m.since = now
	}
	if now.Sub(m.since) >= 2*m.lifetime {
		m.young, m.old, m.since = map[Key]V{}, nil, now
	}
	if now.Sub(m.since) >= m.lifetime || len(m.young) >= m.limit {
		m.young, m.old, m.since = map[Key]V{}, m.young, now
	}
}

// Clear forgets everything.
func (m *Memory[V]) Clear() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.young, m.old, m.since = map[Key]V{}, nil, time.Time{}
}

// Count is how many keys are held.
func (m *Memory[V]) Count() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.young) + len(m.old)
}
