package main

import (
	"context"
	"flag"
	"fmt"
	"runtime"

	"github.com/essconform/essconform/harness/internal/build"
)

func versionCommand(_ context.Context, args []string, s streams) (int, error) {
	fs := flag.NewFlagSet("version", flag.ContinueOnError)
	if err := parse(fs, args, s, "Prints what this program was built from."); err != nil {
		return 0, err
	}
	info := build.Read()
	fmt.Fprintf(s.out, "essconform %s\ncommit %s\ndate %s\n%s %s/%s\n",
		info.Version, info.Commit, info.Date, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return exitConformant, nil
}
