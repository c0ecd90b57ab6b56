// Package build says what this program was built from.
package build

import (
	"cmp"
	"runtime/debug"
)

const (
	module  = "github.com/essconform/essconform"
	unknown = "unknown"
)

// What a release build sets with -ldflags -X, because it may be built without the repository. Nothing else writes
// them.
var version, commit, date string

// Info is what a program was built from. What is not known is "unknown".
type Info struct {
	Version string // as v1.2.3, or (devel)
	Commit  string // the full hash
	Date    string // of the commit, RFC 3339
}

// Read is what this program was built from: what the release build set, or else the build information that Go records.
func Read() Info {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		info = &debug.BuildInfo{}
	}
	return read(Info{version, commit, date}, info)
}

func read(set Info, info *debug.BuildInfo) Info {
	recorded := map[string]string{}
	for _, s := range info.Settings {
		recorded[s.Key] = s.Value
	}
	recordedVersion := ""
	if info.Main.Path == module {
		recordedVersion = info.Main.Version
	}
	for _, d := range info.Deps { // imported by the test of another module
		if d.Path == module {
			recordedVersion = d.Version
		}
	}
	return Info{
		Version: cmp.Or(set.Version, recordedVersion, unknown),
		Commit:  cmp.Or(set.Commit, recorded["vcs.revision"], unknown),
		Date:    cmp.Or(set.Date, recorded["vcs.time"], unknown),
	}
}
