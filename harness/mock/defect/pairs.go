package defect

import (
	"github.com/essconform/essconform/harness/mock/defect/timed"
)

// pairs are two rules that are broken at once: each is enforced, unless the other is violated, too.
func pairs() (out []single) {
	for _, p := range []struct {
		name, note   string
		one, other   string
		requirements []string
	}{
		{
			"denied-and-instance", "who may not detach does when an instance does not exist",
			authorized, instThere, on("auth.unauthorized", "instance.exists"),
		},
		{
			"denied-and-group", "who may not detach does when the group does not exist",
			authorized, groupThere, on("auth.unauthorized", "group.exists"),
		},
		{
			"group-and-instance", "a group that does not exist is accepted with an instance that does not",
			groupThere, instThere, on("group.exists", "instance.exists"),
		},
		{
			"inactive-and-instance", "an instance that does not exist is passed over in an inactive group",
			active, instThere, on("group.enabled", "instance.exists"),
		},
		{
			"activity-and-instance", "an instance that does not exist is passed over while an activity is in progress",
			idle, instThere, on("group.idle", "instance.exists"),
		},
		{
			"balancer-and-instance", "an instance that does not exist is passed over with an inactive load balancer",
			balancers, instThere, on("group.load-balancer", "instance.exists"),
		},
		{
			"database-and-instance", "an instance that does not exist is passed over with a stopped DB instance",
			databases, instThere, on("group.db-instance", "instance.exists"),
		},
		{
			"min-size-and-instance", "an instance that does not exist is passed over in a group at its MinSize",
			minSize, instThere, on("group.min-size", "instance.exists"),
		},
		{
			"foreign-and-instance", "an instance of another group is accepted beside one that does not exist",
			instInGroup, instThere, on("instance.in-group", "instance.exists"),
		},
	} {
		out = append(out, single{
			"both." + p.name, p.requirements, p.note, both(timed.Cancelling(p.one, p.other), isAccepted),
		})
	}
	return out
}
