package defect

import (
	"slices"
	"testing"

	"github.com/essconform/essconform/harness/mock"
)

// contributed is the worked example of CONTRIBUTING.md, which quotes its entry.
func contributed() []single {
	return []single{
		{
			"effect.ascending-only", on(leaves), "ids that come after a larger one are passed over",
			leaving(func(a *mock.Activity) []*mock.Instance {
				return slices.DeleteFunc(slices.Clone(a.Instances), func(i *mock.Instance) bool {
					return i.ID < a.Instances[0].ID
				})
			}),
		},
	}
}

func TestContributedDefect(t *testing.T) {
	for _, c := range []struct {
		name  string
		order [2]int
		gone  float64
	}{
		{"in ascending order", [2]int{0, 1}, 2},
		{"in another order", [2]int{1, 0}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := drive(t, contributed()[0].Break)
			members := func() float64 {
				n, _ := d.get("Action", "DescribeScalingInstances", "InstanceId.1", "").fields["TotalCount"].(float64)
				return n
			}
			ids, before := slices.Sorted(slices.Values(d.ids)), members()
			if a := d.get("InstanceId.1", ids[c.order[0]], "InstanceId.2", ids[c.order[1]]); !a.ok() {
				t.Fatal(a.body)
			}
			if got := before - members(); got != c.gone {
				t.Errorf("wanted %v instances to leave; got %v", c.gone, got)
			}
		})
	}
}
