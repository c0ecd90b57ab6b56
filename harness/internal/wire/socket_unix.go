//go:build unix

package wire

import (
	"syscall"
)

// lookAtSocket looks at the next byte of an idle socket and leaves it there.
func lookAtSocket(raw syscall.RawConn) rest {
	if raw == nil {
		return gone
	}
	var n int
	var err error
	var next [1]byte
	// The socket does not block, so this returns at once; true keeps the runtime from waiting for more.
	failed := raw.Read(func(fd uintptr) bool {
		n, _, err = syscall.Recvfrom(int(fd), next[:], syscall.MSG_PEEK)
		return true
	})
	switch {
	case failed != nil:
		return gone
	case err == syscall.EAGAIN || err == syscall.EWOULDBLOCK:
		return quiet
	case err == nil && n > 0:
		return speaks
	}
	return gone
}
