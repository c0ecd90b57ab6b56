package judge

import (
	"slices"
	"strings"

	"github.com/essconform/essconform/spec"
)

// Group is a scaling group as it was observed.
type Group struct {
	ID        string
	Instances []string // ids of its members, in any order
	// Shown is what else is shown of its members, by id; nil when it was not looked at.
	Shown map[string]Member
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

func statusName(status string) string {
	if status == "" {
		return "released"
	}
	return status
}
