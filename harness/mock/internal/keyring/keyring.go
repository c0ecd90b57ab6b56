// Package keyring holds the callers that the mock knows.
package keyring

import (
	"fmt"
	"sync"
)

// Credential is a caller that the mock knows.
type Credential struct {
	AccessKeyID     string
	AccessKeySecret string
	// SecurityToken, when set, must come with every request of this caller (STS).
	SecurityToken string
	// Denied lists the operations that the caller may not call, by name.
	Denied []string
}

// String hides the secret and the token.
func (c Credential) String() string {
	return fmt.Sprintf("{%s, secret and token hidden}", c.AccessKeyID)
}

// GoString is String, so that %#v prints no secret either.
func (c Credential) GoString() string { return c.String() }

// Keyring holds the callers by access key id. States add and remove some while requests are served.
type Keyring struct {
	mu   sync.RWMutex
	keys map[string]Credential
}

// New is a Keyring of these callers.
func New(known []Credential) *Keyring {
	k := &Keyring{}
	k.Reset(known)
	return k
}

// Reset forgets all callers but these.
func (k *Keyring) Reset(known []Credential) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.keys = make(map[string]Credential, len(known))
	for _, c := range known {
		k.keys[c.AccessKeyID] = c
	}
}

// Find is the caller of an access key id.
func (k *Keyring) Find(id string) (Credential, bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	c, ok := k.keys[id]
	return c, ok
}

// Add makes a caller known.
func (k *Keyring) Add(c Credential) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.keys[c.AccessKeyID] = c
}

// Remove forgets a caller.
func (k *Keyring) Remove(id string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.keys, id)
}

// Count is how many callers are known.
func (k *Keyring) Count() int {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return len(k.keys)
}
