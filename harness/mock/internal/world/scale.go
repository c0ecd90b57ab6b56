package world

import (
	"fmt"
	"slices"
	"time"
)

// Scale starts the activity that brings a group to a total capacity: it creates instances, or releases the oldest. It
// returns nil when there is nothing to change. complete takes effect when the activity ends; Settle is the usual one.
func (w *World) Scale(g *Group, total int, cause string, complete func(*World, *Activity)) *Activity {
	return w.scale(w.now, g, total, cause, complete)
}

func (w *World) scale(start time.Time, g *Group, total int, cause string, complete func(*World, *Activity)) *Activity {
	change := total - len(g.Members)
	if room := MaxInstances - len(w.instances); change > room {
		change = room
	}
	if change == 0 {
		return nil
	}
	var some []*Instance
	if change < 0 {
		some = slices.Clone(g.Members[:-change])
		for _, i := range some {
			i.Lifecycle = Removing
		}
	} else {
		for range change {
			i := w.NewInstance()
			w.Join(g, i, Pending, AutoCreated)
			some = append(some, i)
		}
	}
	a := w.begin(start, g, some, "scale", cause, complete)
	for _, i := range some {
		if i.Lifecycle == Pending {
			i.JoinedBy = a.ID
		}
	}
	return a
}

// refill brings a group with a desired capacity back to it, from the time on when it fell below
// (DecreaseDesiredCapacity=false).
func (w *World) refill(g *Group, since time.Time) {
	if g.Desired == NotDesired || g.Lifecycle != GroupActive || len(g.Members) >= g.Desired {
		return
	}
	w.scale(
		since,
		g,
		g.Desired,
		fmt.Sprintf("The total capacity %d is below the desired capacity %d.", len(g.Members), g.Desired),
		Settle,
	)
}
