package mock

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestInvariants makes random calls, legal and illegal, and looks after each whether the state still makes sense.
func TestInvariants(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		e := unsigned(t)
		var groups, ids []string
		for _, s := range []string{detachable, toMinSize, emptyGroup, detachable} {
			v := e.setup(t, s, 3)
			groups = append(groups, v.group())
			if list, ok := v["instanceIds"].([]string); ok {
				ids = append(ids, list...)
			}
		}
		group := rapid.SampledFrom(append(groups, "asg-none"))
		some := rapid.SliceOfN(rapid.SampledFrom(append(ids, "i-none")), 0, 4)
		capacity := func(id string) int {
			defer e.world.Hold()()
			return leavingCapacity(e.world.Group(id))
		}

		rt.Repeat(map[string]func(*rapid.T){
			"detach": func(rt *rapid.T) {
				id, list := group.Draw(rt, "group"), some.Draw(rt, "instances")
				before := capacity(id)
				r := e.ess(t, "DetachInstances", numbered(id, list...)...)
				defer e.world.Hold()()
				g := e.world.Group(id)
				if after := leavingCapacity(g); r.status == http.StatusOK && after < g.MinSize {
					rt.Fatalf("wanted at least MinSize %d to stay; got %d", g.MinSize, after)
				} else if r.status != http.StatusOK && after != before {
					rt.Fatalf("wanted a refusal without effect: %d; got %d", before, after)
				}
			},
			"attach": func(rt *rapid.T) {
				e.ess(t, "AttachInstances", numbered(group.Draw(rt, "group"), some.Draw(rt, "instances")...)...)
			},
			"switch": func(rt *rapid.T) {
				action := rapid.SampledFrom([]string{"EnableScalingGroup", "DisableScalingGroup"}).Draw(rt, "action")
				e.ess(t, action, "ScalingGroupId", group.Draw(rt, "group"))
			},
			"modify": func(rt *rapid.T) {
				e.ess(t, "ModifyScalingGroup", "ScalingGroupId", group.Draw(rt, "group"),
					"MinSize", strconv.Itoa(rapid.IntRange(0, 5).Draw(rt, "MinSize")))
			},
			"wait": func(rt *rapid.T) {
				e.clock.Advance(time.Duration(rapid.IntRange(1, 1500).Draw(rt, "ms")) * time.Millisecond)
			},
			"": func(rt *rapid.T) { e.consistent(rt) },
		})
	})
}

// leavingCapacity is how many members will stay when the activity in progress has ended.
func leavingCapacity(g *Group) int {
	if g == nil {
		return 0
	}
	return len(g.Members) - g.Count(Removing)
}

func (e testMock) consistent(rt *rapid.T) {
	defer e.world.Hold()()
	home := map[*Instance]*Group{}
	for _, g := range e.world.Groups() {
		for _, m := range g.Members {
			if other, twice := home[m]; twice {
				rt.Fatalf("wanted %s in one group; it is in %s and %s", m.ID, other.ID, g.ID)
			}
			home[m] = g
			if m.Group != g {
				rt.Fatalf("wanted %s to know its group", m.ID)
			}
			if m.Lifecycle != InService && g.Current() == nil {
				rt.Fatalf("wanted %s in service when nothing is in progress; got %s", m.ID, m.Lifecycle)
			}
		}
		running := 0
		for _, a := range g.Activities {
			if !a.Done {
				running++
			}
		}
		if running > 1 {
			rt.Fatalf("wanted one activity in progress in %s; got %d", g.ID, running)
		}
		if len(g.Members) > g.MaxSize {
			rt.Fatalf("wanted at most MaxSize %d; got %d", g.MaxSize, len(g.Members))
		}
	}
	for _, i := range e.world.Instances() {
		if i.Group != home[i] {
			rt.Fatalf("wanted %s to be where it says", i.ID)
		}
	}
}
