package selftest

import (
	"context"
	"fmt"
	"testing"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/mock"
)

// Ids from a clock repeat only where calls come close together. Cases provoke that by themselves: neither how many of
// them run at a time, nor how many processes share them, nor their order decides.
func TestIDsFromAClockAreFoundAtEverySetting(t *testing.T) {
	t.Parallel()
	bursts := bench(t).Only(func(x fixtures.Expanded) bool {
		return x.ID == "overlap.burst" || x.ID == "overlap.burst-of-errors"
	})
	settings := []Set{
		{Jobs: 1},
		{Jobs: 16},
		{Jobs: 16, Seed: 7},
		{Jobs: 1, Seed: 99},
		{Jobs: 8, Processes: 4},
		{Jobs: 1, Processes: 3, Seed: 5},
	}
	for _, d := range some(t,
		"overlap.activity-ids-millisecond", "overlap.activity-ids-second", "overlap.activity-ids-per-connection",
		"overlap.request-ids-millisecond", "overlap.request-ids-second",
	) {
		for _, how := range settings {
			name := fmt.Sprintf("%s with %d jobs, %d processes, seed %d", d.Name, how.Jobs, how.Processes, how.Seed)
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				set := setOf(d)
				set.Jobs, set.Processes, set.Seed = how.Jobs, how.Processes, how.Seed
				report, err := bursts.Run(context.Background(), set, func(o *mock.Options) { d.Break(o.Rules) })
				if err != nil {
					t.Fatal(err)
				}
				if caught := (Caught{d, findings(report)}); len(caught.Sensible()) == 0 {
					t.Errorf("wanted a finding on one of %v; got findings on %v", d.Requirements, caught.By)
				}
			})
		}
	}
}
