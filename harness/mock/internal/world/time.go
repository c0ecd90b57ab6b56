package world

import (
	"slices"
	"time"
)

// What rules need that deal with time: something that happens later, a call that lets others in between its check
// and its act, and a look at how things were.

// due is something that happens later.
type due struct {
	at time.Time
	do func(*World)
}

// After lets something happen once d has passed, before whatever call comes next. The caller holds the world.
func (w *World) After(d time.Duration, do func(w *World)) {
	w.later = append(w.later, due{w.now.Add(d), do})
}

// catchUp lets happen what is due, in the order of its times.
func (w *World) catchUp() {
	if len(w.later) == 0 {
		return
	}
	slices.SortStableFunc(w.later, func(a, b due) int { return a.at.Compare(b.at) })
	for len(w.later) > 0 && !w.now.Before(w.later[0].at) {
		next := w.later[0]
		w.later = w.later[1:]
		next.do(w)
	}
}

// Apart gives the world back for as long as wait takes, so that other calls come in between. What a call found
// before may have changed when it returns.
func (w *World) Apart(wait func()) {
	w.mu.Unlock()
	wait()
	w.Hold()
}

// Through is the world at another time, as a lens shows its groups; a group for which the lens returns nil is not
// there. It is for reading, by the holder of w.
func (w *World) Through(at time.Time, lens func(*Group) *Group) *World {
	return &World{
		now: at, settings: w.settings, groups: w.groups, instances: w.instances, activities: w.activities,
		rules:   w.rules,
		created: w.created, lens: lens, Balancers: w.Balancers, Databases: w.Databases,
	}
}

// seen is the group as the lens shows it.
func (w *World) seen(g *Group) *Group {
	if g == nil || w.lens == nil {
		return g
	}
	return w.lens(g)
}

// seenActivity is the activity as the lens shows its group.
func (w *World) seenActivity(a *Activity) *Activity {
	if a == nil || w.lens == nil {
		return a
	}
	g := w.lens(a.Group)
	if g == nil {
		return nil
	}
	for _, shown := range g.Activities {
		if shown.ID == a.ID {
			return shown
		}
	}
	return nil
}
