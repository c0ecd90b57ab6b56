//go:build unix

package main

import (
	"os"
	"runtime"
	"syscall"
)

// memory is the most that the process, or one that it waited for, held at once, in bytes.
func memory(p *os.ProcessState) int64 {
	usage, ok := p.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "darwin" || runtime.GOOS == "ios" {
		return int64(usage.Maxrss)
	}
	return int64(usage.Maxrss) << 10 // all others count KiB
}
