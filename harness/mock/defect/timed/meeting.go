package timed

import (
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/essconform/essconform/harness/mock"
)

// window is how long a call waits for another one, so that two calls that come at the same time meet for certain.
const window = 20 * time.Millisecond

// meeting brings together in pairs what comes at the same time under the same key.
type meeting[T any] struct {
	mu      sync.Mutex
	waiting map[string]*guest[T]
}

type guest[T any] struct {
	mine   T
	theirs chan T
}

// with waits for another one. first tells which of the two came first; met is false when no other call came.
func (m *meeting[T]) with(key string, mine T) (theirs T, first, met bool) {
	m.mu.Lock()
	if g := m.waiting[key]; g != nil {
		delete(m.waiting, key)
		m.mu.Unlock()
		g.theirs <- mine
		return g.mine, false, true
	}
	g := &guest[T]{mine, make(chan T, 1)}
	if m.waiting == nil {
		m.waiting = map[string]*guest[T]{}
	}
	m.waiting[key] = g
	m.mu.Unlock()
	select {
	case theirs = <-g.theirs:
		return theirs, true, true
	case <-time.After(window):
	}
	m.mu.Lock()
	alone := m.waiting[key] == g
	if alone {
		delete(m.waiting, key)
	}
	m.mu.Unlock()
	if alone {
		return theirs, true, false
	}
	return <-g.theirs, true, true
}

// The keys by which calls meet.
func byGroup(c *mock.Call) string { return c.Group.ID }
func byAny(*mock.Call) string     { return "" }

// byInstances is the same for calls that name the same instances of a group.
func byInstances(c *mock.Call) string {
	ids := slices.Sorted(slices.Values(c.InstanceIDs))
	return c.Group.ID + " " + ids[0] + " " + ids[len(ids)-1]
}

// serverError is the answer of a server that gave up.
var serverError = mock.Problem{
	Status: http.StatusInternalServerError, Code: "InternalError",
	Message: "The request processing has failed due to some unknown error.",
}

// beforeState inserts a precondition before those that look at the state of the group. What comes after it is one
// step with the effect.
func beforeState(problem mock.Problem, refused func(c *mock.Call) bool) seam {
	return func(r *mock.Rules) {
		o := r.Operation(operation)
		at := slices.IndexFunc(o.Preconditions, func(p mock.Precondition) bool { return p.Name == active })
		o.Preconditions = slices.Insert(o.Preconditions, at, mock.Precondition{
			Name:     "window",
			Error:    problem,
			Violated: func(c *mock.Call) (string, bool) { return "", c.Group != nil && refused(c) },
		})
	}
}

// meet lets another call in before the state of the group is looked at. Of two calls that met, those are refused for
// which decide says so.
func meet(
	key func(*mock.Call) string, problem mock.Problem, decide func(c, other *mock.Call, first bool) (refused bool),
) seam {
	return func(r *mock.Rules) {
		var m meeting[*mock.Call]
		beforeState(problem, func(c *mock.Call) bool {
			var other *mock.Call
			var first, met bool
			c.World.Apart(func() { other, first, met = m.with(key(c), c) })
			return met && decide(c, other, first)
		})(r)
	}
}

// early asks some preconditions before it lets another call in, and does not ask them again when one came: what is
// done in two steps. With inTurn the call then waits until the group is idle.
func early(key func(*mock.Call) string, inTurn bool, names ...string) seam {
	return func(r *mock.Rules) {
		var m meeting[*mock.Call]
		passed := map[*mock.Call]bool{}
		var checks []violated
		for _, name := range names {
			checks = append(checks, r.Operation(operation).Precondition(name).Violated)
			dropping(name, func(c *mock.Call) bool { return passed[c] })(r)
		}
		beforeState(mock.Problem{}, func(c *mock.Call) bool {
			refused := slices.ContainsFunc(checks, func(v violated) bool {
				_, refused := v(c)
				return refused
			})
			met := false
			c.World.Apart(func() { _, _, met = m.with(key(c), c) })
			if !met || refused {
				return false
			}
			passed[c] = true
			if inTurn {
				untilIdle(c)
			}
			return false
		})(r)
		after(operation, func(c *mock.Call) { delete(passed, c) })(r)
	}
}

// untilIdle gives the world back until the group has no activity, or for as long as a short activity takes at most.
func untilIdle(c *mock.Call) {
	const attempts = 250
	for range attempts {
		if g := c.World.Group(c.Group.ID); g == nil || g.Current() == nil {
			return
		}
		c.World.Apart(func() { time.Sleep(time.Millisecond) })
	}
}

// giveWay lets another call go first.
func giveWay() { time.Sleep(window / 4) }

// within tells whether it was closed before the window was.
func within(closed <-chan struct{}) bool {
	select {
	case <-closed:
		return true
	case <-time.After(window):
		return false
	}
}
