package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"

	"github.com/essconform/essconform/harness/internal/runlock"
	"github.com/essconform/essconform/harness/target"
)

// LockReports takes the lock of a directory of reports, before a run removes what is there. release is called when the reports are written.
func LockReports(dir string) (release func(), err error) {
	return runlock.Acquire(filepath.Join(dir, "run.lock"), "the report directory "+dir, "wait for its end, or choose another -report-dir")
}

// lockResources takes the locks of the resources that a run with -arrange api changes: of its groups, or of the instances where it makes
// groups of its own. The locks are kept beside the journal, and in the user's cache for runs with other report directories.
func lockResources(s target.Settings) (release func(), err error) {
	var held []func()
	release = func() {
		for _, r := range held {
			r()
		}
	}
	kind, ids := "group", []string{s.API.ScalingGroupID, s.API.OtherScalingGroupID}
	if s.API.Create {
		kind, ids = "instance", s.API.InstanceIDs
	}
	journal, err := runlock.Acquire(s.JournalFile()+".lock", "the journal "+s.JournalFile(), "wait for its end, or choose another -journal")
	if err != nil {
		return nil, err
	}
	held = append(held, journal)
	for _, dir := range lockDirs(s) {
		for _, id := range ids {
			if id == "" {
				continue
			}
			sum := sha256.Sum256([]byte(s.Endpoint + " " + id))
			file := filepath.Join(dir, kind+"-"+hex.EncodeToString(sum[:8])+".lock")
			one, err := runlock.Acquire(file, "the "+kind+" "+id, "wait for its end, or give this run resources of its own")
			if err != nil {
				release()
				return nil, err
			}
			held = append(held, one)
		}
	}
	return release, nil
}

// lockDirs are where the locks are kept.
func lockDirs(s target.Settings) []string {
	dirs := []string{filepath.Dir(s.JournalFile())}
	if cache, err := os.UserCacheDir(); err == nil {
		shared := filepath.Join(cache, "essconform", "locks")
		if os.MkdirAll(shared, 0o700) == nil { // not every user has a home
			dirs = append(dirs, shared)
		}
	}
	return dirs
}
