//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package runlock

import (
	"errors"
	"os"
	"syscall"
)

// tryLock locks an open file, until it is closed or the process ends.
func tryLock(f *os.File) (ok bool, err error) {
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}
