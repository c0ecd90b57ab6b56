package mock

import (
	"crypto/sha256"
	"sync"
	"time"
)

const (
	// nonceMemory is how long a nonce must be remembered. A timestamp may lie 15 minutes ahead, so that a request can stay valid for
	// twice that time.
	nonceMemory = 2 * timestampWindow
	// nonceCount bounds one generation (32 bytes each), and with it the memory. A busier server than this forgets early: it
	// accepts a repeated nonce rather than grow.
	nonceCount = 1 << 17
)

// nonces remembers which nonces were used. Two generations: the older is dropped whole when the younger is full or old enough, so a
// nonce is remembered for at least nonceMemory unless nonceCount is exceeded, and nothing needs a sweeper.
type nonces struct {
	mu         sync.Mutex
	young, old map[nonceKey]struct{}
	since      time.Time // when the young generation began
	limit      int
	lifetime   time.Duration
}

// nonceKey is a digest, so that a long nonce takes no more memory than a short one.
type nonceKey [sha256.Size]byte

func newNonces() *nonces {
	return &nonces{young: map[nonceKey]struct{}{}, limit: nonceCount, lifetime: nonceMemory}
}

// use records a nonce of an access key and tells whether it is fresh.
func (n *nonces) use(accessKeyID, nonce string, now time.Time) bool {
	key := nonceKey(sha256.Sum256([]byte(accessKeyID + "\x00" + nonce)))
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.since.IsZero() {
		n.since = now
	}
	if now.Sub(n.since) >= 2*n.lifetime {
		n.young, n.old, n.since = map[nonceKey]struct{}{}, nil, now
	}
	if now.Sub(n.since) >= n.lifetime || len(n.young) >= n.limit {
		n.young, n.old, n.since = map[nonceKey]struct{}{}, n.young, now
	}
	_, inYoung := n.young[key]
	_, inOld := n.old[key]
	if inYoung || inOld {
		return false
	}
	n.young[key] = struct{}{}
	return true
}

// count is how many nonces are held, for tests of the bound.
func (n *nonces) count() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.young) + len(n.old)
}
