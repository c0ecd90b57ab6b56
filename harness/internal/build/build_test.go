package build

import (
	"runtime/debug"
	"testing"
)

func TestRead(t *testing.T) {
	stamped := &debug.BuildInfo{Main: debug.Module{Path: module, Version: "v1.2.3"}, Settings: []debug.BuildSetting{
		{Key: "vcs.revision", Value: "abc"}, {Key: "vcs.time", Value: "2026-11-23T03:30:00Z"},
	}}
	imported := &debug.BuildInfo{
		Main: debug.Module{Path: "example.com/x", Version: "v9"},
		Deps: []*debug.Module{{Path: module, Version: "v1.0.0"}},
	}
	for _, c := range []struct {
		name string
		set  Info
		info *debug.BuildInfo
		want Info
	}{
		{"stamped by Go", Info{}, stamped, Info{"v1.2.3", "abc", "2026-11-23T03:30:00Z"}},
		{"set by the release build", Info{"2.0.0", "def", "d"}, stamped, Info{"2.0.0", "def", "d"}},
		{"built without the repository", Info{"2.0.0", "def", "d"}, &debug.BuildInfo{}, Info{"2.0.0", "def", "d"}},
		{"imported", Info{}, imported, Info{"v1.0.0", unknown, unknown}},
		{"nothing known", Info{}, &debug.BuildInfo{}, Info{unknown, unknown, unknown}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := read(c.set, c.info); got != c.want {
				t.Errorf("wanted %+v; got %+v", c.want, got)
			}
		})
	}
}
