package selftest

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/mock/defect"
	"github.com/essconform/essconform/harness/mock/variant"
	"github.com/essconform/essconform/harness/target"
)

// Set is which cases run against a mock, and how.
type Set struct {
	Name string
	// Programs are the kinds of programs that run; Singles tells that the cases with one call do, too.
	Programs []string
	Singles  bool
	// About keeps only the cases that are judged on one of these requirements; nil keeps all.
	About []string
	// Jobs is how many cases run at a time. One at a time makes it certain which case sees a defect that depends on the
	// calls before.
	Jobs int
	// Processes is how many runners share the cases, as the processes of Ginkgo do; 0 is one. Seed, when set, gives the
	// cases another order.
	Processes int
	Seed      uint64
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
	// jobs and late are the defaults of the suite.
	jobs = 8
	late = 2500 * time.Millisecond
)

// programs are the kinds of cases with several steps.
func programs() []string { return []string{"sequence", "overlap", "late", "generated"} }

// singles are the cases of one call.
func singles() Set {
	return Set{
		Name: "single", Singles: true, Jobs: 1, Lag: shortLag, Late: atOnce, Patience: time.Second, Activities: ended,
	}
}

// everything is what a run without a selection does, with the waits that it has by default.
func everything() Set {
	return Set{
		Name: "everything", Singles: true, Programs: programs(), Jobs: jobs, Lag: time.Second, Late: late,
		Patience: 4 * time.Second, Activities: met,
	}
}

// setOf are the cases that can see a defect. Of those with one call that are only the ones judged on what the defect
// breaks.
func setOf(d defect.Defect) Set {
	set := Set{Name: string(d.Kind), Jobs: jobs, Lag: shortLag, Late: atOnce, Patience: time.Second, Activities: met}
	switch d.Kind {
	case defect.Sequence:
		set.Programs = []string{"sequence"}
	case defect.Overlap:
		set.Programs = []string{"overlap"}
	case defect.Late:
		set.Programs = []string{"sequence", "late"}
		set.Late = late
	case defect.Single:
		set = singles()
		set.About = d.Requirements
	case defect.Wire:
		set = singles()
		set.About, set.Programs, set.Activities = d.Requirements, []string{"sequence", "late"}, met
	}
	return set
}

// setFor are the cases that may accuse a variant: all of them where it differs in time.
func setFor(v variant.Variant) Set {
	if v.Timed {
		return everything()
	}
	set := singles()
	set.Jobs, set.Lag = jobs, time.Second
	return set
}

// of are those of the cases that belong to the set.
func (s Set) of(cases []fixtures.Expanded) (out []fixtures.Expanded) {
	for _, x := range cases {
		program := slices.ContainsFunc(x.Kinds, func(k string) bool { return slices.Contains(s.Programs, k) })
		about := s.About == nil ||
			slices.ContainsFunc(x.Requirements, func(id string) bool { return slices.Contains(s.About, id) })
		if (len(x.Kinds) == 0 && s.Singles || program) && about {
			out = append(out, x)
		}
	}
	if s.Seed != 0 {
		rand.New(rand.NewPCG(s.Seed, s.Seed)).Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	}
	return out
}

// settle puts the set's settings into those of a run.
func (s Set) settle(t *target.Settings) {
	t.Jobs, t.Lag, t.Late, t.ActivityTimeout = s.Jobs, s.Lag, s.Late, s.Patience
}
