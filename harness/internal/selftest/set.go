package selftest

import (
	"slices"
	"time"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/mock/defect"
	"github.com/essconform/essconform/harness/target"
)

// Set is which cases run against a mock, and how.
type Set struct {
	Name string
	// Programs are the kinds of programs that run; Singles tells that the cases with one call do, too.
	Programs []string
	Singles  bool
	// Jobs is how many cases run at a time. One at a time makes it certain which case sees a defect that depends on the
	// calls before.
	Jobs int
	// Lag, Late and Patience are the settings of those names; Patience is that of activities.
	Lag, Late, Patience time.Duration
	// Activities is how long activities take.
	Activities time.Duration
}

const (
	// shortLag is how old a look may be where none is: long beside what the mock needs on a busy machine.
	shortLag = 150 * time.Millisecond
	// met is how long activities take that a second call is to meet, on a machine that has much else to do.
	met = 150 * time.Millisecond
	// ended is how long they take where nothing has to meet them.
	ended = 5 * time.Millisecond
	// atOnce, as a setting of the late look, is not to wait for it.
	atOnce = -time.Nanosecond
	// jobs is the default of the suite.
	jobs = 8
)

// programs are the kinds of cases with several steps.
func programs() []string { return []string{"sequence", "overlap", "late", "generated"} }

// singles are the cases of one call.
func singles() Set {
	return Set{Name: "single", Singles: true, Jobs: 1, Lag: shortLag, Late: atOnce, Patience: time.Second, Activities: ended}
}

// everything is what a run without a selection does, with the waits that it has by default.
func everything() Set {
	return Set{Name: "everything", Singles: true, Programs: programs(), Jobs: jobs, Lag: time.Second, Late: 2500 * time.Millisecond, Patience: 4 * time.Second, Activities: met}
}

// setOf are the cases that can see defects of a kind.
func setOf(kind defect.Kind) Set {
	several := Set{Name: string(kind), Programs: programs(), Jobs: jobs, Lag: shortLag, Late: atOnce, Patience: time.Second, Activities: met}
	switch kind {
	case defect.Sequence:
		several.Programs = []string{"sequence", "generated"}
	case defect.Overlap:
		several.Programs = []string{"overlap"}
	case defect.Late:
		several.Programs = []string{"sequence", "late"}
		several.Late = 2500 * time.Millisecond
	default:
		return singles()
	}
	return several
}

// of are those of the cases that belong to the set.
func (s Set) of(cases []fixtures.Expanded) (out []fixtures.Expanded) {
	for _, x := range cases {
		if len(x.Kinds) == 0 && s.Singles || slices.ContainsFunc(x.Kinds, func(k string) bool { return slices.Contains(s.Programs, k) }) {
			out = append(out, x)
		}
	}
	return out
}

// settle puts the set's settings into those of a run.
func (s Set) settle(t *target.Settings) {
	t.Jobs, t.Lag, t.Late, t.ActivityTimeout = s.Jobs, s.Lag, s.Late, s.Patience
}
