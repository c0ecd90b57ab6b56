package shard

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/reports"
)

// Flags are -shard and -shard-by.
type Flags struct {
	part Part
	by   string
}

// Register adds the flags to a flag set.
func Register(fs *flag.FlagSet) *Flags {
	f := &Flags{}
	fs.Func("shard", "run only this `PART` of the cases, such as 2/5; `essconform merge` joins the reports",
		func(s string) (err error) {
			f.part, err = parse(s)
			return err
		})
	fs.Func("shard-by",
		"a report.json, `FILE`, by whose durations the shards are balanced; the same one for all shards",
		func(s string) error {
			if s == "" {
				return errors.New("name a report.json")
			}
			f.by = s
			return nil
		})
	return f
}

// Resolve reads what the flags name. base is the directory against which a relative path is resolved; "" means the
// working directory. Call it before reportDir is cleared for the run; a file of durations in there is refused, for the
// next shard would not find it.
func (f *Flags) Resolve(base, reportDir string) (Split, error) {
	s := Split{Part: f.part}
	switch {
	case f.by == "":
		return s, nil
	case f.part.Whole():
		return s, fmt.Errorf("-shard-by is given without -shard; say which shard to run, such as -shard 2/5")
	}
	path := f.by
	if base != "" && !filepath.IsAbs(path) {
		path = filepath.Join(base, path)
	}
	if standsIn(path, reportDir) {
		return s, fmt.Errorf(
			"-shard-by %s stands in the report directory, which every run clears; keep a copy elsewhere", f.by)
	}
	file, err := os.Open(path)
	if err != nil {
		return s, fmt.Errorf("-shard-by: %w", err)
	}
	defer file.Close()
	report, err := reports.ReadJSON(path, file)
	if err != nil {
		return s, fmt.Errorf("-shard-by: %w", err)
	}
	s.Durations = map[string]float64{}
	for _, c := range report.Cases {
		s.Durations[c.ID] = c.DurationMs
	}
	return s, nil
}

// standsIn tells whether a file is one of a directory, however both are spelled and linked.
func standsIn(path, dir string) bool {
	if filepath.Dir(path) == filepath.Clean(dir) {
		return true
	}
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return false // opening it says why
	}
	for _, p := range []string{path, real} {
		parent, err := os.Stat(filepath.Dir(p))
		if err != nil {
			continue
		}
		if reports, err := os.Stat(dir); err == nil && os.SameFile(parent, reports) {
			return true
		}
	}
	return false
}

// Split is how a selection is shared. The zero value keeps all of it.
type Split struct {
	Part      Part
	Durations map[string]float64 // milliseconds by case id; nil: by the id alone
}

// Choose keeps the cases of the part, in their order. shard is what the report says of it, nil for the whole; rest are
// the cases of the other shards. A part without a case is an error: it would judge nothing.
func (s Split) Choose(selected []fixtures.Expanded) (
	chosen, rest []fixtures.Expanded, shard *reports.Shard, err error,
) {
	if s.Part.Whole() {
		return selected, nil, nil, nil
	}
	ids := make([]string, len(selected))
	for i, x := range selected {
		ids[i] = x.Name
	}
	mine := s.Part.Of(ids, s.Durations)
	for _, x := range selected {
		if mine[x.Name] {
			chosen = append(chosen, x)
		} else {
			rest = append(rest, x)
		}
	}
	if len(chosen) == 0 {
		return nil, nil, nil, fmt.Errorf("-shard %s holds none of the %d selected cases; use fewer shards", s.Part,
			len(selected))
	}
	return chosen, rest, &reports.Shard{Index: s.Part.Index, Count: s.Part.Count, Of: len(selected)}, nil
}
