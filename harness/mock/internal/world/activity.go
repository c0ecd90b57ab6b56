package world

import (
	"fmt"
	"slices"
	"time"
)

// ActivityHistory is how many activities a group keeps. A client that attaches and detaches for ever must not fill
// the memory.
const ActivityHistory = 200

// The states of an activity that this world knows (facts, section 6): none of its activities fails.
const (
	InProgress = "InProgress"
	Successful = "Successful"
	Warning    = "Warning" // successful for a part of what was asked for
)

// Activity is a scaling activity.
type Activity struct {
	ID          string
	Group       *Group
	Instances   []*Instance
	Verb        string // what it does: "attach", "detach", "remove" or "scale"
	Description string
	Cause       string
	Start       time.Time
	End         time.Time // zero: it never ends by itself
	Done        bool      // its end was seen and took effect
	Ignored     []string  // the ids that were passed over, which makes it a Warning
	Cooldown    int       // seconds after its end; NoCooldown: that of the group

	complete func(*World, *Activity)
}

// Current is the activity of the group that is in progress, or nil. It is right after the group was looked up.
func (g *Group) Current() *Activity {
	for _, a := range slices.Backward(g.Activities) {
		if !a.Done {
			return a
		}
	}
	return nil
}

// due is an activity of the group whose time has come, or nil. Only one can be in progress, unless a rule is broken.
func (g *Group) due(now time.Time) *Activity {
	for _, a := range g.Activities {
		if !a.Done && !a.End.IsZero() && !now.Before(a.End) {
			return a
		}
	}
	return nil
}

// Status is InProgress, Successful or Warning.
func (a *Activity) Status() string {
	switch {
	case !a.Done:
		return InProgress
	case len(a.Ignored) > 0:
		return Warning
	}
	return Successful
}

// Progress is the share of the activity that is over, in per cent.
func (a *Activity) Progress(now time.Time) int {
	switch {
	case a.Done:
		return 100
	case a.End.IsZero():
		return 50 // it stands still half-way
	}
	return max(0, int(100*now.Sub(a.Start)/a.End.Sub(a.Start)))
}

// Begin starts an activity. complete takes effect when it ends.
func (w *World) Begin(
	g *Group,
	instances []*Instance,
	verb string,
	change int,
	complete func(*World, *Activity),
) *Activity {
	cause := fmt.Sprintf("A user asked to %s instances, which changes the total capacity from %d to %d.",
		verb, len(g.Members), len(g.Members)+change)
	return w.begin(w.now, g, instances, verb, cause, complete)
}

func (w *World) begin(
	start time.Time, g *Group, instances []*Instance, verb, cause string, complete func(*World, *Activity),
) *Activity {
	a := &Activity{
		ID: w.settings.ActivityID(), Group: g, Instances: instances, Verb: verb, Start: start,
		End:         w.settings.Ends(start, w.settings.Takes),
		Description: fmt.Sprintf("%s %d ECS instances", verb, len(instances)),
		Cause:       cause, Cooldown: NoCooldown,
		complete: complete,
	}
	w.keep(g, a)
	return a
}

// keep adds an activity to the history of its group, and forgets the oldest.
func (w *World) keep(g *Group, a *Activity) {
	g.Activities = append(g.Activities, a)
	if extra := len(g.Activities) - ActivityHistory; extra > 0 {
		for _, old := range g.Activities[:extra] {
			delete(w.activities, old.ID)
		}
		g.Activities = append([]*Activity(nil), g.Activities[extra:]...)
	}
	w.activities[a.ID] = a
}

// settle lets the activities of a group take effect whose time has come, and tells whether the group is still there.
func (w *World) settle(g *Group) bool {
	for {
		a := g.due(w.now)
		if a == nil {
			break
		}
		a.Done = true
		cooldown := a.Cooldown
		if cooldown == NoCooldown {
			cooldown = g.DefaultCooldown
		}
		g.CooldownUntil = a.End.Add(time.Duration(cooldown) * time.Second)
		if a.complete != nil {
			a.complete(w, a)
		}
		w.refill(g, a.End)
	}
	if g.Lifecycle != GroupDeleting || w.now.Before(g.deleted) {
		return true
	}
	for len(g.Members) > 0 {
		w.Release(g.Members[0])
	}
	w.RemoveGroup(g)
	return false
}

// Activity is the activity of that id as it is now, nil when there is none.
func (w *World) Activity(id string) *Activity {
	if a := w.activities[id]; a != nil {
		w.settle(a.Group)
	}
	return w.seenActivity(w.activities[id])
}

// Arrive puts the instances of an activity into service.
func Arrive(_ *World, a *Activity) {
	for _, i := range a.Instances {
		if i.Group == a.Group {
			i.Lifecycle = InService
		}
	}
}

// Depart lets the instances of an activity go. They run on (document: description).
func Depart(w *World, a *Activity) {
	for _, i := range a.Instances {
		if i.Group == a.Group {
			w.Leave(i)
		}
	}
}

// Settle ends an activity that added or removed instances: what was pending is in service, what was leaving is
// released.
func Settle(w *World, a *Activity) {
	for _, i := range a.Instances {
		switch {
		case i.Group != a.Group:
		case i.Lifecycle == Removing:
			w.Release(i)
		default:
			i.Lifecycle = InService
		}
	}
}
