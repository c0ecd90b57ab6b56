package dryrun

import (
	"cmp"
	"slices"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/support"
)

// caseRun is what one case does beside arranging its states.
type caseRun struct {
	*ledger
	x         fixtures.Expanded
	kind      fixtures.StateKind
	operation string // under test
	owned     bool   // the resources are the user's own
	// left are the instances that accepted calls take out of the groups, joined those that the case attached to the second group; by
	// selector, such as given.1.
	left, joined map[string]bool
}

// run counts the calls of a case on a target that conforms.
func (c *caseRun) run() {
	c.left, c.joined = map[string]bool{}, map[string]bool{}
	last := len(c.x.Calls) - 1
	for i, call := range c.x.Calls {
		c.resolve(call)
		observes := i == last && len(c.x.Observe) > 0
		if observes {
			c.look()
		}
		c.call(cmp.Or(call.Request.Action, c.operation))
		if call.Expect.Accepted {
			c.take(call)
			c.starts()
		}
		if call.Wait {
			c.wait()
		}
		if observes {
			c.effects(call)
		}
	}
}

// resolve is what finding the instances of a call takes.
func (c *caseRun) resolve(call fixtures.Call) {
	for _, s := range call.Request.Instances {
		switch s {
		case fixtures.OneBelowMinSize:
			c.call(support.OpGroups, support.OpMembers)
			if c.owned { // MinSize is raised, and lowered afterwards
				c.callN(support.OpModify, 2)
			}
		case fixtures.DownToMinSize:
			c.call(support.OpGroups, support.OpMembers)
		}
	}
}

// take notes the instances of an accepted call.
func (c *caseRun) take(call fixtures.Call) {
	for _, s := range call.Request.Instances {
		from, first, last, ok := s.Range()
		if !ok {
			from, first, last = "given", 1, c.x.State.Instances
		}
		for n := first; n <= last; n++ {
			c.left[key(from, n)] = true
		}
	}
}

// sees tells whether the case looks at one of the effects.
func (c *caseRun) sees(effects ...fixtures.Effect) bool {
	return slices.ContainsFunc(effects, func(e fixtures.Effect) bool { return slices.Contains(c.x.Observe, e) })
}

// groups is how many groups the case looks at.
func (c *caseRun) groups() int {
	if c.x.Other != nil && c.sees(fixtures.Unchanged) {
		return 2
	}
	return 1
}

// look is one snapshot of what the effects are about.
func (c *caseRun) look() {
	if c.sees(fixtures.LeftGroup, fixtures.Unchanged) {
		c.callN(support.OpMembers, c.groups())
	}
	if c.sees(fixtures.Unchanged) && !c.kind.Busy {
		c.callN(support.OpGroups, c.groups())
		c.callN(support.OpActivities, c.groups())
	}
	if c.sees(fixtures.KeepsRunning, fixtures.Unchanged) {
		c.call(support.OpInstances)
	}
}

// effects is what observing a call takes after its answer.
func (c *caseRun) effects(call fixtures.Call) {
	if c.sees(fixtures.Unchanged) {
		if !c.kind.Busy {
			for range c.groups() {
				c.wait()
			}
		}
		c.look()
		return
	}
	c.wait()
	for _, e := range c.x.Observe {
		switch e {
		case fixtures.LeftGroup, fixtures.KeepsRunning:
			c.look()
		case fixtures.AttachesElsewhere:
			c.move(support.OpAttach, 1)
			c.call(support.OpMembers)
			for k := range c.left {
				c.joined[k] = true
			}
		}
	}
}
