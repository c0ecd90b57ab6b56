//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package runlock

import "os"

// tryLock locks nothing where the system has no locks that end with their process: one that outlived it would be worse
// than none.
func tryLock(*os.File) (ok bool, err error) { return true, nil }
