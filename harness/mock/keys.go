package mock

import "sync"

// keyring holds the callers by access key id. States add and remove some while requests are served.
type keyring struct {
	mu   sync.RWMutex
	keys map[string]Credential
}

func newKeyring(known []Credential) *keyring {
	k := &keyring{keys: make(map[string]Credential, len(known))}
	for _, c := range known {
		k.keys[c.AccessKeyID] = c
	}
	return k
}

func (k *keyring) find(id string) (Credential, bool) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	c, ok := k.keys[id]
	return c, ok
}

func (k *keyring) add(c Credential) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.keys[c.AccessKeyID] = c
}

func (k *keyring) remove(id string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	delete(k.keys, id)
}

func (k *keyring) count() int {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return len(k.keys)
}
