package runlock

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
)

// Resources takes the locks of a run that changes resources of the user's own: of its journal, and of each id, which is
// one of a kind, such as group, at an endpoint. The locks are kept beside the journal, and in the user's cache for runs
// with other journals.
func Resources(journal, endpoint, kind string, ids []string) (release func(), err error) {
	var held []func()
	release = func() {
		for _, r := range held {
			r()
		}
	}
	take := func(file, what, todo string) error {
		one, err := Acquire(file, what, todo)
		if err == nil {
			held = append(held, one)
		}
		return err
	}
	err = take(journal+".lock", "the journal "+journal, "wait for its end, or choose another -journal")
	for _, dir := range dirs(journal) {
		for _, id := range ids {
			if id == "" || err != nil {
				continue
			}
			sum := sha256.Sum256([]byte(endpoint + " " + id))
			file := filepath.Join(dir, kind+"-"+hex.EncodeToString(sum[:8])+".lock")
			err = take(file, "the "+kind+" "+id, "wait for its end, or give this run resources of its own")
		}
	}
	if err != nil {
		release()
		return nil, err
	}
	return release, nil
}

// dirs are where the locks are kept.
func dirs(journal string) []string {
	out := []string{filepath.Dir(journal)}
	if cache, err := os.UserCacheDir(); err == nil {
		shared := filepath.Join(cache, "essconform", "locks")
		if os.MkdirAll(shared, 0o700) == nil { // not every user has a home
			out = append(out, shared)
		}
	}
	return out
}
