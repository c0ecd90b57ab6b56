//go:build !unix

package main

import (
	"os"
	"time"
)

// memory is not known here.
func memory(*os.ProcessState) int64 { return 0 }

// cpuTime is not known here.
func cpuTime() time.Duration { return 0 }
