package suites

import (
	"github.com/onsi/ginkgo/v2"

	"github.com/essconform/essconform/fixtures"
)

// looks are about how many exchanges an effect takes to observe in one group, before and after the call.
var looks = map[fixtures.Effect]int{
	fixtures.LeftGroup: 3, fixtures.KeepsRunning: 3, fixtures.AttachesElsewhere: 4, fixtures.Activity: 1,
	fixtures.Unchanged: 8,
}

// priority lets the longest cases begin first where several processes share the run: one that begins last keeps a
// single process busy while the others have nothing left to do. Cases of one length stay in the order of the seed, and
// so do all in a single process or when every spec is to be shuffled.
func priority(x fixtures.Expanded) ginkgo.SpecPriority {
	config, _ := ginkgo.GinkgoConfiguration()
	if config.ParallelTotal < 2 || config.RandomizeAllSpecs {
		return 0
	}
	return ginkgo.SpecPriority(exchanges(x))
}

// exchanges is about how many a case takes. Only the order hangs on it.
func exchanges(x fixtures.Expanded) int {
	states := 1
	if x.Other != nil {
		states = 2
	}
	n := 2*states + len(x.Calls) // each state is set up and torn down
	for _, call := range x.Calls {
		if call.Wait {
			n++
		}
	}
	for _, e := range x.Observe {
		n += looks[e] * states
	}
	return n
}
