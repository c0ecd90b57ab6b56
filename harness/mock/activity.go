package mock

import (
	"fmt"
	"time"
)

// activityHistory is how many activities a group keeps. A client that attaches and detaches for ever must not fill the memory.
const activityHistory = 200

// The states of an activity that this mock knows (facts, section 6): none of its activities fails.
const (
	InProgress = "InProgress"
	Successful = "Successful"
)

// Activity is a scaling activity.
type Activity struct {
	ID          string
	Group       *Group
	Instances   []*Instance
	Description string
	Cause       string
	Start       time.Time
	End         time.Time // zero: it never ends by itself
	Done        bool      // its end was seen and took effect

	complete func(*World, *Activity)
}

// Current is the activity of the group that is in progress, or nil. It is right after the group was looked up.
func (g *Group) Current() *Activity {
	if n := len(g.Activities); n > 0 && !g.Activities[n-1].Done {
		return g.Activities[n-1]
	}
	return nil
}

// Status is InProgress or Successful.
func (a *Activity) Status() string {
	if a.Done {
		return Successful
	}
	return InProgress
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
func (w *World) Begin(g *Group, instances []*Instance, verb string, change int, complete func(*World, *Activity)) *Activity {
	a := &Activity{
		ID: w.rules.ActivityID(w.ids), Group: g, Instances: instances, Start: w.now,
		End:         w.rules.Ends(w.now, w.takes),
		Description: fmt.Sprintf("%s %d ECS instances", verb, len(instances)),
		Cause: fmt.Sprintf("A user asked to %s instances, which changes the total capacity from %d to %d.",
			verb, len(g.Members), len(g.Members)+change),
		complete: complete,
	}
	g.Activities = append(g.Activities, a)
	if extra := len(g.Activities) - activityHistory; extra > 0 {
		for _, old := range g.Activities[:extra] {
			delete(w.activities, old.ID)
		}
		g.Activities = append([]*Activity(nil), g.Activities[extra:]...)
	}
	w.activities[a.ID] = a
	return a
}

// settle lets the activity of a group take effect when its time has come.
func (w *World) settle(g *Group) {
	if g == nil {
		return
	}
	a := g.Current()
	if a == nil || a.End.IsZero() || w.now.Before(a.End) {
		return
	}
	a.Done = true
	g.CooldownUntil = a.End.Add(time.Duration(g.DefaultCooldown) * time.Second)
	if a.complete != nil {
		a.complete(w, a)
	}
}

// Activity is the activity of that id as it is now, nil when there is none.
func (w *World) Activity(id string) *Activity {
	a := w.activities[id]
	if a != nil {
		w.settle(a.Group)
	}
	return a
}
