package mock

import (
	"testing"
	"time"
)

// What is due happens before the next call, in the order of its times, and nothing happens before.
func TestAfter(t *testing.T) {
	e := unsigned(t)
	var happened []string
	later := func(what string, d time.Duration) {
		defer e.world.Hold()()
		e.world.After(d, func(*World) { happened = append(happened, what) })
	}
	later("second", 2*time.Second)
	later("first", time.Second)
	for _, x := range []struct {
		pass time.Duration
		want int
	}{{0, 0}, {time.Second, 1}, {time.Second, 2}, {time.Second, 2}} {
		e.clock.Advance(x.pass)
		e.ok(t, "DescribeScalingGroups", "RegionId", "cn-hangzhou")
		if len(happened) != x.want {
			t.Errorf("wanted %d; got %v", x.want, happened)
		}
	}
	if happened[0] != "first" {
		t.Errorf("wanted the first one first; got %v", happened)
	}
}

// A call that gives the world back for a while lets another one through, which would wait for ever otherwise.
func TestApart(t *testing.T) {
	var e testMock
	var inside reply
	e = unsigned(t, func(o *Options) {
		o.Rules = DefaultRules()
		detach := o.Rules.Operation("DetachInstances")
		next := detach.Effect
		detach.Effect = func(c *Call) []Field {
			c.World.Apart(func() { inside = e.ess(t, "DescribeScalingGroups", "RegionId", "cn-hangzhou") })
			return next(c)
		}
	})
	v := e.setup(t, detachable, 2)
	e.ok(t, "DetachInstances", numbered(v.group(), v.ids()[0])...)
	accepted(t, inside)
}

// Two activities at once, which only a defect can start, both end.
func TestActivitiesAtOnceEnd(t *testing.T) {
	e := unsigned(t, func(o *Options) {
		o.Rules = DefaultRules()
		p := o.Rules.Operation("DetachInstances").Precondition("no activity is in progress")
		p.Violated = func(*Call) (string, bool) { return "", false }
	})
	v := e.setup(t, detachable, 2)
	e.ok(t, "DetachInstances", numbered(v.group(), v.ids()[0])...)
	e.ok(t, "DetachInstances", numbered(v.group(), v.ids()[1])...)
	e.clock.Advance(time.Second)
	if got := e.members(t, v.group()); len(got) != bystanders {
		t.Errorf("wanted both to have left; got %v", got)
	}
}

// A lens shows other groups, or none, to all operations that look.
func TestThrough(t *testing.T) {
	hidden := ""
	e := unsigned(t, func(o *Options) {
		o.Rules = DefaultRules()
		for _, name := range []string{
			"DescribeScalingGroups", "DescribeScalingInstances",
			"DescribeScalingActivities",
		} {
			operation := o.Rules.Operation(name)
			next := operation.Effect
			operation.Effect = func(c *Call) []Field {
				c.World = c.World.Through(c.World.Now(), func(g *Group) *Group {
					if g.ID == hidden {
						return nil
					}
					return g
				})
				return next(c)
			}
		}
	})
	v := e.setup(t, detachable, 2)
	id := e.ok(t, "DetachInstances", numbered(v.group(), v.ids()[0])...).text("ScalingActivityId")
	look := func() (groups, members, activities int) {
		region := []string{"RegionId", "cn-hangzhou"}
		g := e.ok(t, "DescribeScalingGroups", region...)
		a := e.ok(t, "DescribeScalingActivities", append(region, "ScalingActivityId.1", id)...)
		groups = len(g.items("ScalingGroups", "ScalingGroup"))
		activities = len(a.items("ScalingActivities", "ScalingActivity"))
		return groups, len(e.members(t, v.group())), activities
	}
	if g, m, a := look(); g != 1 || m != 4 || a != 1 {
		t.Errorf("wanted all to show; got %d groups, %d members, %d activities", g, m, a)
	}
	hidden = v.group()
	if g, m, a := look(); g != 0 || m != 0 || a != 0 {
		t.Errorf("wanted nothing to show; got %d groups, %d members, %d activities", g, m, a)
	}
}

// Arranged has the last word on the group of a state.
func TestArranged(t *testing.T) {
	e := unsigned(t, func(o *Options) {
		o.Rules = DefaultRules()
		o.Rules.Arranged = func(_ *World, g *Group) { g.MinSize = len(g.Members) }
	})
	v := e.setup(t, detachable, 2)
	refused(t, e.ess(t, "DetachInstances", numbered(v.group(), v.ids()[0])...), 400, "IncorrectCapacity.MinSize")
}
