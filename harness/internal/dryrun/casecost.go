package dryrun

import (
	"cmp"
	"slices"
	"time"

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
	pause     time.Duration
	sees      aspects
	undo      []string // operations that put back what the steps changed
	unawaited int      // activities of accepted calls that were not waited for
	attaching int      // activities of AttachInstances that were not
	awaited   bool     // the end of an activity was seen
	// left are the instances that accepted calls take out of the groups, joined those that the case attached to the
	// second group; by selector, such as given.1.
	left, joined map[string]bool
	switched     map[string]string // the last of OpEnable and OpDisable, by group
}

// aspects say what a look of the engine is about.
type aspects struct{ members, settings, status, activities bool }

// run counts the calls of a case on a target that conforms, to the late look and the undoing of its steps.
func (c *caseRun) run() {
	c.left, c.joined, c.switched = map[string]bool{}, map[string]bool{}, map[string]string{}
	c.sees = c.aspects()
	first := c.sees
	first.members = true
	c.look(c.groups(), first)
	for _, step := range c.x.Steps {
		c.step(step)
	}
	c.effects()
	if len(c.x.Kinds) > 0 { // the last word on what ran when
		c.callN(support.OpActivities, c.groups())
	}
	c.look(c.groups(), aspects{members: true, settings: c.sees.settings, status: c.sees.status, activities: c.awaited})
	c.call(c.undo...)
	for group, last := range c.switched {
		was := support.OpEnable
		if group == "given" && slices.Contains(c.kind.Arrange, "disable the group") {
			was = support.OpDisable
		}
		if c.owned && last != was {
			c.call(was)
		}
	}
}

// aspects are what the case must see before its first call.
func (c *caseRun) aspects() (a aspects) {
	for _, e := range c.x.Observe {
		a.members = true
		a.status = a.status || e == fixtures.KeepsRunning || e == fixtures.Unchanged || e == fixtures.AsAnswered
		a.settings = a.settings || e == fixtures.Unchanged || e == fixtures.AsAnswered
		a.activities = a.activities || e == fixtures.Unchanged && !c.kind.Busy
	}
	if len(c.x.Kinds) > 0 {
		a.settings, a.activities = true, true
	}
	for _, s := range c.x.Steps {
		a.settings = a.settings || s.Modify != nil || s.Enable != "" || s.Disable != ""
	}
	return a
}

func (c *caseRun) groups() int { return len(c.x.States()) }

// look is one picture of some groups.
func (c *caseRun) look(groups int, a aspects) {
	for operation, wanted := range map[string]bool{
		support.OpMembers: a.members, support.OpGroups: a.settings, support.OpActivities: a.activities,
	} {
		if wanted {
			c.callN(operation, groups)
		}
	}
	instances := 0
	for _, s := range c.x.States() {
		instances += s.Instances
	}
	if a.status && instances > 0 {
		c.callN(support.OpInstances, pages(instances, support.PageSize))
	}
}

func (c *caseRun) step(s fixtures.Step) {
	switch {
	case s.Detach != nil:
		c.detach(*s.Detach, s.Detach.Expect.Accepted)
	case s.Together != nil:
		c.overlap(s)
	case s.Attach != nil:
		c.attach(*s.Attach)
	case s.Enable != "" || s.Disable != "":
		operation, group := support.OpEnable, s.Enable
		if s.Disable != "" {
			operation, group = support.OpDisable, s.Disable
		}
		c.call(operation, support.OpGroups) // until it is shown
		c.later(support.OpGroups)           // is it as it was?
		c.switched[group] = operation
	case s.Modify != nil:
		c.call(support.OpModify, support.OpGroups)
		c.later(support.OpModify)
	case s.Settle != "":
		c.awaitAll()
		groups := 1
		if s.Settle == "all" {
			groups = c.groups()
		}
		c.look(groups, aspects{members: true})
	case s.Pause != "":
		c.pauses += c.pause
	}
}

// later notes an operation that undoes a step, where the group is not thrown away.
func (c *caseRun) later(operation string) {
	if c.owned {
		c.undo = append(c.undo, operation)
	}
}

// detach is one call of the operation under test.
func (c *caseRun) detach(call fixtures.Call, accepted bool) {
	for _, s := range call.Request.Instances {
		switch s {
		case fixtures.OneBelowMinSize:
			c.call(support.OpGroups, support.OpMembers)
			if c.owned { // MinSize is raised
				c.call(support.OpModify)
				c.later(support.OpModify)
			}
		case fixtures.DownToMinSize:
			c.call(support.OpGroups, support.OpMembers)
		}
	}
	c.call(cmp.Or(call.Request.Action, c.operation))
	if call.Throughout && c.running {
		times := c.throughout()
		c.callN(c.operation, times)
		c.callN(support.OpActivities, times+1)
	}
	if !accepted {
		return
	}
	c.take(call)
	c.starts()
	c.unawaited++
	if call.Wait {
		c.awaitOne()
	}
}

// overlap are calls at one moment.
func (c *caseRun) overlap(s fixtures.Step) {
	var busy []string
	for i, starts := range s.Starting() {
		call := s.Together[i]
		c.detach(call, starts)
		if group := cmp.Or(call.Request.Group, "given"); starts && !slices.Contains(busy, group) {
			busy = append(busy, group)
		}
	}
	c.callN(support.OpActivities, len(busy)) // a look as soon as they are answered
}

func (c *caseRun) attach(a fixtures.Attach) {
	c.call(support.OpAttach)
	c.starts()
	for _, s := range a.Instances {
		if from, first, last, ok := s.Range(); ok {
			for n := first; n <= last; n++ {
				c.home(key(from, n), cmp.Or(a.Group, "given"))
			}
		}
	}
	if a.Started {
		c.attaching++
		return
	}
	c.wait()
	c.awaited = true
}

// home notes in which group an attached instance is.
func (c *caseRun) home(instance, group string) {
	if isOf(instance, group) {
		delete(c.left, instance)
	} else if group == "other" {
		c.joined[instance] = true
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
			if k := key(from, n); c.joined[k] {
				delete(c.joined, k)
			} else {
				c.left[k] = true
			}
		}
	}
}

func (c *caseRun) awaitOne() {
	c.wait()
	c.unawaited--
	c.awaited = true
}

// awaitAll waits for all activities that were not waited for.
func (c *caseRun) awaitAll() {
	for c.unawaited > 0 {
		c.awaitOne()
	}
	for ; c.attaching > 0; c.attaching-- {
		c.wait()
		c.awaited = true
	}
}

// effects is what observing the program takes.
func (c *caseRun) effects() {
	if len(c.x.Observe) == 0 {
		return
	}
	if !slices.Contains(c.x.Observe, fixtures.Unchanged) {
		for c.unawaited > 0 {
			c.awaitOne()
		}
	}
	for _, e := range c.x.Observe {
		switch e {
		case fixtures.LeftGroup:
			c.look(c.groups(), aspects{members: true})
		case fixtures.KeepsRunning:
			c.look(0, aspects{status: true})
		case fixtures.AsAnswered:
			c.look(c.groups(), aspects{members: true, settings: true, status: true})
		case fixtures.Unchanged:
			c.look(c.groups(), c.sees)
		case fixtures.AttachesElsewhere:
			c.move(support.OpAttach, 1)
			c.call(support.OpMembers)
			c.awaited = true
			for k := range c.left {
				c.joined[k] = true
			}
		}
	}
}
