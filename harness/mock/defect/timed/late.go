package timed

import (
	"slices"
	"time"

	"github.com/essconform/essconform/harness/mock"
)

// later is when a late effect comes, after the call or after the activity that it belongs to.
const later = time.Second

// moment is how long an effect is there that goes away again.
const moment = 400 * time.Millisecond

// laterDetached does something to each detached instance later.
func laterDetached(do func(w *mock.World, g *mock.Group, i *mock.Instance)) seam {
	return onEnd(func(w *mock.World, a *mock.Activity) {
		w.After(later, func(w *mock.World) {
			for _, i := range a.Instances {
				if w.Instance(i.ID) == i {
					do(w, a.Group, i)
				}
			}
		})
	})
}

// laterGroup does something to the group of an accepted call later, when it is still there.
func laterGroup(do func(w *mock.World, g *mock.Group)) seam {
	return onEnd(func(w *mock.World, a *mock.Activity) {
		w.After(later, func(w *mock.World) {
			if w.Group(a.Group.ID) == a.Group {
				do(w, a.Group)
			}
		})
	})
}

// executedLater carries some refused calls out later.
func executedLater(when func(code string) bool) seam {
	return onRefusal(func(c *mock.Call, code string) {
		if !when(code) {
			return
		}
		g, instances := c.Group, existing(c)
		c.World.After(later, func(w *mock.World) {
			if w.Group(g.ID) != g {
				return
			}
			for _, i := range instances {
				if i.Group == g {
					w.Leave(i)
				}
			}
		})
	})
}

// statusLater shows another status of detaching activities some time after their end; "" makes them unknown.
func statusLater(status string) seam {
	return fresh(func(detaching map[string]bool) seam {
		return all(
			onStart(func(_ *mock.Call, a *mock.Activity) { detaching[a.ID] = true }),
			listed(func(w *mock.World, fields []mock.Field) bool {
				id := value(fields, activityID)
				a := w.Activity(id)
				if !detaching[id] || a == nil || !a.Done || w.Now().Before(a.End.Add(later)) {
					return true
				}
				set(fields, "StatusCode", status)
				return status != ""
			}),
		)
	})
}

// Lates need a look, or a call, some time after the call.
func Lates() []Entry {
	return slices.Concat(laters(), freeing(), expiring(), forgotten())
}

// laters have an effect that comes later.
func laters() []Entry {
	return []Entry{
		{
			Name: "late.refused-executed", Requirements: on(noEffect), Note: "a refused call is carried out later",
			Break: executedLater(func(string) bool { return true }),
		},
		{
			Name:         "late.refused-busy-executed",
			Requirements: on(noEffect),
			Note:         "a call that was refused for an activity is carried out later",
			Break:        executedLater(func(code string) bool { return code == "ScalingActivityInProgress" }),
		},
		{
			Name:         "late.refused-min-size-executed",
			Requirements: on(noEffect),
			Note:         "a call that was refused for MinSize is carried out later",
			Break:        executedLater(func(code string) bool { return code == "IncorrectCapacity.MinSize" }),
		},
		{
			Name: "late.back-in-group", Requirements: on(leaves), Note: "a detached instance is in the group again " +
				"later",
			Break: laterDetached(func(w *mock.World, g *mock.Group, i *mock.Instance) {
				if i.Group == nil && w.Group(g.ID) == g {
					w.Join(g, i, mock.InService, "AutoCreated")
				}
			}),
		},
		{
			Name:         "late.back-for-a-moment",
			Requirements: on(leaves),
			Note:         "a detached instance is in the group again for a moment",
			Break: laterDetached(func(w *mock.World, g *mock.Group, i *mock.Instance) {
				if i.Group != nil || w.Group(g.ID) != g {
					return
				}
				w.Join(g, i, mock.InService, "AutoCreated")
				w.After(moment, func(w *mock.World) {
					if i.Group == g {
						w.Leave(i)
					}
				})
			}),
		},
		{
			Name: "late.stopped", Requirements: on(runs), Note: "a detached instance is stopped later",
			Break: laterDetached(func(_ *mock.World, _ *mock.Group, i *mock.Instance) { i.Status = "Stopped" }),
		},
		{
			Name: "late.released", Requirements: on(runs, lives), Note: "a detached instance is released later",
			Break: laterDetached(func(w *mock.World, _ *mock.Group, i *mock.Instance) { w.RemoveInstance(i) }),
		},
		{
			Name: "late.member-leaves", Requirements: on(leaves), Note: "another member of the group leaves later",
			Break: laterGroup(func(w *mock.World, g *mock.Group) {
				if len(g.Members) > 0 {
					w.Leave(g.Members[0])
				}
			}),
		},
		{
			Name: "late.member-stopped", Requirements: on(runs), Note: "another member of the group is stopped later",
			Break: laterGroup(func(_ *mock.World, g *mock.Group) {
				if len(g.Members) > 0 {
					g.Members[0].Status = "Stopped"
				}
			}),
		},
		{
			Name: "late.other-group-loses", Requirements: on(leaves), Note: "the oldest other group loses a member " +
				"later",
			Break: laterGroup(func(w *mock.World, g *mock.Group) {
				for _, other := range w.Groups() {
					if other != g && len(other.Members) > 0 {
						w.Leave(other.Members[0])
						return
					}
				}
			}),
		},
		{
			Name:         "late.activity-fails",
			Requirements: on(observable),
			Note:         "the status of an activity changes to Failed after it was Successful",
			Break:        statusLater("Failed"),
		},
		{
			Name:         "late.activity-runs-again",
			Requirements: on(observable),
			Note:         "the status of an activity changes to InProgress after it was Successful",
			Break:        statusLater(mock.InProgress),
		},
		{
			Name:         "late.activity-unknown",
			Requirements: on(observable),
			Note:         "an activity is unknown some time after its end",
			Break:        statusLater(""),
		},
		{
			Name:         "late.min-size-changes",
			Requirements: on(settings),
			Note:         "MinSize is 0 some time after an accepted call",
			Break:        laterGroup(func(_ *mock.World, g *mock.Group) { g.MinSize = 0 }),
		},
		{
			Name:         "late.max-size-changes",
			Requirements: on(settings),
			Note:         "MaxSize is the number of members some time after an accepted call",
			Break:        laterGroup(func(_ *mock.World, g *mock.Group) { g.MaxSize = max(g.MinSize, len(g.Members)) }),
		},
		{
			Name:         "late.group-disabled",
			Requirements: on(settings),
			Note:         "the group is inactive some time after an accepted call",
			Break:        laterGroup(func(_ *mock.World, g *mock.Group) { g.Lifecycle = mock.GroupInactive }),
		},
	}
}
