package world

import (
	crand "crypto/rand"
	"encoding/binary"
	"math/rand/v2"
	"strings"
	"sync"

	"github.com/google/uuid"
)

// ActivityPrefix begins the id of a scaling activity.
const ActivityPrefix = "asa-"

// The prefixes of the ids that the services hand out today (facts, section 3), and of an access key.
const (
	groupPrefix    = "asg-"
	instancePrefix = "i-"
	balancerPrefix = "lb-"
	databasePrefix = "rm-"
	rulePrefix     = "asr-"
	// configurationPrefix begins the id of a group's scaling configuration, which ends as the group's own id does.
	configurationPrefix = "asc-"
	// KeyPrefix begins an access key id.
	KeyPrefix = "LTAI"
)

const (
	idAlphabet = "abcdefghijklmnopqrstuvwxyz0123456789"
	idLength   = 20
)

// IDs hands out ids. It is safe for concurrent use; the same seed gives the same sequence.
type IDs struct {
	mu     sync.Mutex
	source *rand.ChaCha8
	random *rand.Rand
}

// NewIDs seeds an id source; 0 takes the seed from the system.
func NewIDs(seed uint64) *IDs {
	i := &IDs{}
	i.Seed(seed)
	return i
}

// Seed starts the sequence of a seed again; 0 takes the seed from the system.
func (i *IDs) Seed(seed uint64) {
	i.mu.Lock()
	defer i.mu.Unlock()
	var key [32]byte
	if seed == 0 {
		_, _ = crand.Read(key[:]) // crypto/rand never fails: it ends the program instead
	} else {
		binary.BigEndian.PutUint64(key[:], seed)
	}
	i.source = rand.NewChaCha8(key)
	i.random = rand.New(i.source)
}

// suffix is what an id has behind its prefix.
func suffix(id, prefix string) string { return strings.TrimPrefix(id, prefix) }

// Next is prefix and 20 lower-case alphanumerics.
func (i *IDs) Next(prefix string) string {
	i.mu.Lock()
	defer i.mu.Unlock()
	id := make([]byte, 0, len(prefix)+idLength)
	id = append(id, prefix...)
	for range idLength {
		id = append(id, idAlphabet[i.random.IntN(len(idAlphabet))])
	}
	return string(id)
}

// UUID is an upper-case random UUID, the shape of a RequestId.
func (i *IDs) UUID() string {
	i.mu.Lock()
	defer i.mu.Unlock()
	id, err := uuid.NewRandomFromReader(i.source)
	if err != nil {
		panic(err) // ChaCha8.Read returns no error
	}
	return strings.ToUpper(id.String())
}
