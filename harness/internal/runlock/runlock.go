// Package runlock keeps two runs from using the same thing at once. A lock ends with the process that holds it, however
// that ends.
package runlock

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// Holder is the run that holds a lock.
type Holder struct {
	PID     int       `json:"pid"`
	Started time.Time `json:"started"`
}

// ErrHeld is the error of a lock that another run holds.
var ErrHeld = errors.New("another run uses it")

// attempts bounds how often a lock file is opened again that its holder removed in between.
const attempts = 5

// Acquire takes the lock of a file, which it makes, and which release removes. what names the thing that is locked, and
// todo says what to do, for the message. A lock that this process holds already is no obstacle: then release does
// nothing.
func Acquire(path, what, todo string) (release func(), err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, fmt.Errorf("lock %s: %w", what, err)
	}
	for range attempts {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
		if err != nil {
			return nil, fmt.Errorf("lock %s: %w", what, err)
		}
		ok, err := tryLock(f)
		switch {
		case err != nil:
			_ = f.Close()
			return nil, fmt.Errorf("lock %s: %w", what, err)
		case !ok:
			_ = f.Close()
			return other(path, what, todo)
		case !current(f, path): // removed by its last holder after it was opened here
			_ = f.Close()
			continue
		}
		if err := write(f); err != nil {
			_ = f.Close()
			return nil, fmt.Errorf("lock %s: %w", what, err)
		}
		return func() {
			_ = os.Remove(path) // while it is held, so that no other run loses it
			_ = f.Close()
		}, nil
	}
	return nil, fmt.Errorf("lock %s: %s is removed again and again; %s", what, path, todo)
}

// other is the answer when the lock is held.
func other(path, what, todo string) (func(), error) {
	h, err := read(path)
	switch {
	case err == nil && h.PID == os.Getpid():
		return func() {}, nil
	case err != nil:
		return nil, fmt.Errorf("%s: %w (see %s); %s", what, ErrHeld, path, todo)
	}
	return nil, fmt.Errorf("%s: %w: process %d, started %s; %s", what, ErrHeld, h.PID,
		h.Started.Local().Format("2006-01-02 15:04:05"), todo)
}

func current(f *os.File, path string) bool {
	open, err := f.Stat()
	if err != nil {
		return false
	}
	named, err := os.Stat(path)
	return err == nil && os.SameFile(open, named)
}

func write(f *os.File) error {
	text, err := json.Marshal(Holder{os.Getpid(), time.Now().UTC().Truncate(time.Second)})
	if err != nil {
		return err
	}
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err = f.WriteAt(append(text, '\n'), 0)
	return err
}

func read(path string) (h Holder, err error) {
	f, err := os.Open(path)
	if err != nil {
		return h, err
	}
	defer f.Close()
	const most = 1 << 10
	return h, json.NewDecoder(io.LimitReader(f, most)).Decode(&h)
}
