package selftest

import (
	"context"
	"slices"
	"testing"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/mock/variant"
	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/spec"
)

// What a service may do in its own time, with the cases that would accuse it if they took the first look for the truth.
// `make selftest` does all variants.
func TestServicesThatActInTheirOwnTimeAreNotAccused(t *testing.T) {
	t.Parallel()
	for name, ids := range map[string][]string{
		"activities-fail":           {"auth.repeated-nonce", "detach.during-cooldown", "detach.one"},
		"activities-end-in-warning": {"auth.repeated-nonce", "detach.during-cooldown", "detach.one"},
		"replaced-at-once":          {"sequence.after-min-size"},
		"replaced-by-activity":      {"sequence.after-min-size"},
		"locked-briefly":            {"overlap.swapped-groups"},
		"lag-groups":                {"detach.many-to-min-size"},
		"lag-activities":            {"sequence.activity-of-another-group"},
		"lag-ecs":                   {"effect.keeps-running"},
		"no-host-id":                {"near-miss.several"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v, ok := variant.Find(name)
			if !ok {
				t.Fatalf("no variant %q", name)
			}
			b := bench(t).Only(func(x fixtures.Expanded) bool { return slices.Contains(ids, x.ID) })
			report, err := b.Run(context.Background(), everything(), v.Options)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range report.Cases {
				accused := slices.ContainsFunc(c.Findings,
					func(f reports.Finding) bool { return f.Level == string(spec.Must) })
				if accused || c.Outcome != reports.Passed && !v.Partial {
					t.Errorf("wanted case %s passed; got %s: %s%s", c.ID, c.Outcome, c.Reason, firstFinding(c))
				}
			}
		})
	}
}
