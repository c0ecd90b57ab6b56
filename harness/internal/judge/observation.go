package judge

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/essconform/essconform/spec"
)

// Group is a scaling group as it was observed.
type Group struct {
	ID        string
	Instances []string // ids of its members, in any order
	// Settings are what else the group shows, such as LifecycleState and MinSize, by name; nil when it was not
	// looked at.
	Settings map[string]string
	// Gone is set when the group was asked for and is not shown.
	Gone bool
	// Total is the TotalCapacity that the group shows; nil when it was not looked at or is not shown.
	Total *int
	// Activities are those of the group; nil when they were not looked at.
	Activities []Activity
}

// Snapshot is what was observed at one moment. What is not in it was not observed, and nothing is said of it.
type Snapshot struct {
	Groups []Group
	// Status is the ECS status of instances by id; "" for one that ECS was asked for and does not know.
	Status map[string]string
}

// Group is the observed group with this id.
func (s Snapshot) Group(id string) (Group, bool) {
	for _, g := range s.Groups {
		if g.ID == id {
			return g, true
		}
	}
	return Group{}, false
}

// The ECS statuses in which an instance stays (facts, section 6). In any other it is on its way to one of them by
// itself.
const (
	running = "Running"
	stopped = "Stopped"
)

// LeftGroup judges detach.leaves-group: the detached instances are gone from the group and every other member is
// still there. New members do not matter.
func LeftGroup(contract *spec.Contract, before, after Snapshot, group string, detached []string) Comparison {
	const id = "detach.leaves-group"
	c := newComparison(contract)
	was, now, ok := c.bothSides(before, after, group)
	if !ok {
		return c.result()
	}
	for _, instance := range detached {
		switch {
		case !slices.Contains(was.Instances, instance):
			c.giveUp("instance %s was not seen in group %s before the call", instance, group)
		case slices.Contains(now.Instances, instance):
			c.find(id, "", "instance "+instance+" out of group "+group, "it still a member")
		}
	}
	for _, instance := range was.Instances {
		if !slices.Contains(detached, instance) && !slices.Contains(now.Instances, instance) {
			c.find(id, "", "instance "+instance+" still in group "+group+", because it was not to be detached",
				"it gone")
		}
	}
	return c.result()
}

// Unchanged judges that a call had no effect on anything that was observed: the members and settings of each group,
// its activities (one that was recorded as rejected or failed had no effect), and each instance that was in a
// lasting status. requirement is error.no-effect, or another that says the same of its own case.
func Unchanged(contract *spec.Contract, requirement string, before, after Snapshot) Comparison {
	c := newComparison(contract)
	if len(before.Groups) == 0 && len(before.Status) == 0 {
		c.giveUp("nothing was observed before the call")
	}
	for _, group := range before.Groups {
		was, now, ok := c.bothSides(before, after, group.ID)
		if !ok {
			continue
		}
		for _, instance := range without(was.Instances, now.Instances) {
			c.find(requirement, "", "no effect of a refused call", "instance "+instance+" gone from group "+group.ID)
		}
		for _, instance := range without(now.Instances, was.Instances) {
			c.find(requirement, "", "no effect of a refused call", "instance "+instance+" new in group "+group.ID)
		}
		c.sameSettings(requirement, was, now)
		c.noNewActivity(requirement, was, now)
	}
	for _, instance := range slices.Sorted(maps.Keys(before.Status)) {
		was := before.Status[instance]
		now, observed := after.Status[instance]
		switch {
		case was != running && was != stopped:
		case !observed:
			c.giveUp("the status of instance %s was not observed after the call", instance)
		case now != was:
			c.find(requirement, "", "no effect of a refused call",
				"instance "+instance+" "+statusName(now)+", which was "+was)
		}
	}
	return c.result()
}

func (c *comparison) sameSettings(requirement string, was, now Group) {
	for _, name := range slices.Sorted(maps.Keys(was.Settings)) {
		before := was.Settings[name]
		if after, seen := now.Settings[name]; seen && after != before {
			c.find(requirement, "", "no effect of a refused call",
				fmt.Sprintf("group %s with %s %s, which was %s", was.ID, name, quoted(after), quoted(before)))
		}
	}
}

// noNewActivity finds activities that were not there before. Without a look before and after, nothing is said.
func (c *comparison) noNewActivity(requirement string, was, now Group) {
	if was.Activities == nil || now.Activities == nil {
		return
	}
	for _, a := range now.Activities {
		known := slices.ContainsFunc(was.Activities, func(old Activity) bool { return old.ID == a.ID })
		if !known && a.Status != "Rejected" && a.Status != "Failed" {
			c.find(requirement, "", "no effect of a refused call",
				fmt.Sprintf("a new activity %s in group %s, %s", quoted(a.ID), was.ID, quoted(a.Status)))
		}
	}
}

// KeepsRunning judges detach.keeps-running: an instance that was Running before the call still is. One that ECS no
// longer knows was released.
func KeepsRunning(contract *spec.Contract, before, after Snapshot, instances []string) Comparison {
	const id = "detach.keeps-running"
	c := newComparison(contract)
	for _, instance := range instances {
		was, observedBefore := before.Status[instance]
		now, observedAfter := after.Status[instance]
		switch {
		case !observedBefore || was == "":
			c.giveUp("the status of instance %s before the call is not known", instance)
		case was != running:
			c.giveUp("instance %s was %s before the call, not Running", instance, was)
		case !observedAfter:
			c.giveUp("the status of instance %s was not observed after the call", instance)
		case now != running:
			c.find(id, "", "instance "+instance+" still Running", "it "+statusName(now))
		}
	}
	return c.result()
}

// Activity is a scaling activity as it was observed.
type Activity struct{ ID, GroupID, Status string }

// finalStatuses are those in which an activity has ended (facts, section 6).
var finalStatuses = []string{"Successful", "Warning", "Failed", "Rejected"}

// Ended reports whether the activity has reached a final state.
func (a Activity) Ended() bool { return slices.Contains(finalStatuses, a.Status) }

// ActivityObservable judges activity.observable: the activity with the answered id is among those seen, belongs to
// the group, and has reached a final state. seen is the last observation; it is for the caller to wait long enough.
func ActivityObservable(contract *spec.Contract, activity, group string, seen []Activity) Comparison {
	const id = "activity.observable"
	c := newComparison(contract)
	if activity == "" {
		c.giveUp("the answer carried no ScalingActivityId to look for")
		return c.result()
	}
	at := slices.IndexFunc(seen, func(a Activity) bool { return a.ID == activity })
	if at < 0 {
		c.find(id, "", "activity "+activity+" of the answer to be found", "none with this id")
		return c.result()
	}
	found := seen[at]
	if found.GroupID != "" && found.GroupID != group {
		c.find(id, "", "activity "+activity+" in group "+group, "it in group "+found.GroupID)
	}
	if !found.Ended() {
		c.find(id, "", "activity "+activity+" ended as one of "+strings.Join(finalStatuses, ", "),
			"status "+quoted(found.Status))
	}
	return c.result()
}

// bothSides is a group before and after.
func (c *comparison) bothSides(before, after Snapshot, group string) (was, now Group, ok bool) {
	was, okBefore := before.Group(group)
	now, okAfter := after.Group(group)
	if !okBefore {
		c.giveUp("group %s was not observed before the call", group)
	}
	if !okAfter {
		c.giveUp("group %s was not observed after the call", group)
	}
	return was, now, okBefore && okAfter
}

// without are the elements of list that are not in other.
func without(list, other []string) []string {
	var rest []string
	for _, item := range list {
		if !slices.Contains(other, item) {
			rest = append(rest, item)
		}
	}
	return rest
}

func statusName(status string) string {
	if status == "" {
		return "released"
	}
	return status
}
