package judge

import (
	"fmt"
	"maps"
	"slices"
)

// Member is what DescribeScalingInstances shows of an instance that nothing but an activity of its group changes; ""
// where it is not shown. HealthStatus is left out: health is checked by the service, whatever is called.
type Member struct{ Lifecycle, Creation string }

// lasting are the lifecycle states in which a member stays. From any other it is on its way to one of them by itself
// (facts, section 6).
var lasting = []string{"InService", "Protected", "Standby", "Stopped"}

// shown finds members that refused calls named, and that stayed members, but no longer look as before. An activity that
// no call explains may have changed them, so nothing is said where one is shown, or where none can be looked for.
func (l *Ledger) shown(c *comparison, was, now Group) {
	if was.Activities == nil || now.Activities == nil || l.foreign[now.ID] || len(l.Unexpected(now)) > 0 ||
		slices.ContainsFunc(was.Activities, func(a Activity) bool { return !a.Ended() }) {
		return
	}
	for _, id := range slices.Sorted(maps.Keys(was.Shown)) {
		if !l.refusedOnly(id) || l.left[id] || l.doubtful[id] || l.doubtful[now.ID] || l.where[id] != now.ID {
			continue
		}
		before, after := was.Shown[id], now.Shown[id]
		if slices.Contains(lasting, before.Lifecycle) {
			c.sameShown(id, now.ID, "LifecycleState", before.Lifecycle, after.Lifecycle)
		}
		c.sameShown(id, now.ID, "CreationType", before.Creation, after.Creation)
	}
}

func (c *comparison) sameShown(instance, group, name, before, after string) {
	if before != "" && after != "" && after != before {
		c.passing = true
		c.find(noEffect, "", "no effect of a refused call",
			fmt.Sprintf("instance %s in group %s with %s %s, which was %s", instance, group, name, quoted(after),
				quoted(before)))
	}
}
