package history

import (
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"
)

const testLag = 20 * ms

// story writes a history down in the order in which it happened; every step takes a millisecond unless it overlaps.
type story struct {
	h   History
	now time.Duration
}

func given(members, minimum int) *story {
	g := GroupStart{ID: "g", MinSize: minimum, Lifecycle: active}
	for i := range members {
		g.Members = append(g.Members, "i-"+string(rune('1'+i)))
	}
	other := GroupStart{ID: "other", Members: []string{"i-o"}, Lifecycle: active}
	s := &story{h: History{Start: Start{Groups: []GroupStart{g, other}, Free: []string{"i-free"}}}, now: ms}
	s.activities()
	return s
}

func (s *story) group() *GroupStart { return &s.h.Start.Groups[0] }

// call adds a call on group g. answer is an activity, or a code when it begins with a capital letter; "" for none.
func (s *story) call(kind Kind, answer string, ids ...string) *story {
	return s.span(kind, s.now, s.now+ms, answer, ids...)
}

func (s *story) span(kind Kind, sent, done time.Duration, answer string, ids ...string) *story {
	o := Operation{
		Kind: kind, Lane: "A", Group: "g", IDs: ids, Sent: sent, Done: done, Outcome: Accepted, Activity: answer,
	}
	if answer == "?" {
		o.Outcome, o.Activity = Unanswered, ""
	} else if answer != "" && strings.ToUpper(answer[:1]) == answer[:1] {
		o.Outcome, o.Code, o.Activity = Refused, answer, ""
	}
	s.h.Operations = append(s.h.Operations, o)
	s.now = max(s.now, done+ms)
	return s
}

// last changes the last call.
func (s *story) last(change func(o *Operation)) *story {
	change(&s.h.Operations[len(s.h.Operations)-1])
	return s
}

func (s *story) wait(d time.Duration) *story { s.now += d; return s }

func (s *story) look(l Look) *story {
	l.Sent, l.Done = s.now, s.now+ms
	if l.Group == "" && l.Status == nil {
		l.Group = "g"
	}
	s.h.Looks = append(s.h.Looks, l)
	s.now += 2 * ms
	return s
}

// activities adds a look at the activities: pairs of id and status.
func (s *story) activities(pairs ...string) *story {
	l := Look{Operation: "DescribeScalingActivities", Activities: map[string]string{}}
	for i := 0; i < len(pairs); i += 2 {
		l.Activities[pairs[i]] = pairs[i+1]
	}
	return s.look(l)
}

func (s *story) members(ids ...string) *story {
	l := Look{Operation: "DescribeScalingInstances", Members: map[string]string{}}
	for _, id := range ids {
		l.Members[id] = "InService"
	}
	return s.look(l)
}

func (s *story) settings(minimum, capacity int, life string) *story {
	return s.look(Look{Operation: "DescribeScalingGroups", Settings: &Settings{
		MinSize: minimum, MaxSize: 10, Cooldown: 300, TotalCapacity: capacity, Lifecycle: life,
	}})
}

// done lets an activity end, as a look shows.
func (s *story) done(id string) *story { return s.activities(id, successful) }

func (s *story) settle() *story { return s.wait(2 * testLag) }

const (
	busyCode = "ScalingActivityInProgress"
	minCode  = "IncorrectCapacity.MinSize"
	noID     = "InvalidInstanceId.NotFound"
	inactive = "IncorrectScalingGroupStatus"
	foreignI = "IncorrectInstanceStatus"
)

var planted = map[string]struct {
	story *story
	want  string // requirement
	steps int    // how many steps the finding has
}{
	"second call during an activity that outlasts it": {
		given(4, 0).call(Detach, "asa-1", "i-1").call(Detach, "asa-2", "i-2").wait(50*ms).
			activities("asa-1", inProgress, "asa-2", successful).done("asa-1"),
		"group.idle", 3,
	},
	"two activities at once in one look": {
		given(4, 0).span(Detach, 10*ms, 12*ms, "asa-1", "i-1").span(Detach, 10*ms, 12*ms, "asa-2", "i-2").
			activities("asa-1", inProgress, "asa-2", inProgress),
		"group.idle", 3,
	},
	"accepted while the state keeps the group busy": {
		func() *story { s := given(3, 0); s.group().BusyWith = "asa-0"; return s.call(Detach, "asa-1", "i-1") }(),
		"group.idle", 1,
	},
	"room for one, two accepted": {
		given(2, 1).span(Detach, 10*ms, 12*ms, "asa-1", "i-1").span(Detach, 10*ms, 12*ms, "asa-2", "i-2").
			activities("asa-1", successful, "asa-2", successful),
		"group.min-size", 3,
	},
	"below MinSize one by one": {
		given(2, 1).call(Detach, "asa-1", "i-1").done("asa-1").call(Detach, "asa-2", "i-2").done("asa-2"),
		"group.min-size", 3,
	},
	"MinSize raised and not seen": {
		given(3, 0).call(Modify, "").last(func(o *Operation) { n := 3; o.MinSize = &n }).call(Detach, "asa-1", "i-1"),
		"group.min-size", 2,
	},
	"exactly MinSize refused": {
		given(3, 1).call(Detach, "asa-1", "i-1").done("asa-1").call(Detach, minCode, "i-2"),
		"group.min-size-boundary", 2,
	},
	"MinSize lowered and not seen": {
		given(3, 3).call(Modify, "").last(func(o *Operation) { n := 0; o.MinSize = &n }).call(Detach, minCode, "i-1"),
		"group.min-size", 2,
	},
	"a refused call counted all the same": {
		given(3, 1).call(Detach, foreignI, "i-1", "i-o").call(Detach, minCode, "i-1", "i-2"),
		noEffect, 2,
	},
	"refused as busy for ever after": {
		given(3, 0).call(Detach, "asa-1", "i-1").done("asa-1").call(Detach, busyCode, "i-2"),
		"group.idle", 3,
	},
	"refused calls leave a lock behind": {
		given(3, 1).call(Detach, noID, "i-none").call(Detach, busyCode, "i-2"),
		"group.idle", 1,
	},
	"disabled and not seen": {
		given(3, 0).call(Disable, "").call(Detach, "asa-1", "i-1"),
		"group.enabled", 2,
	},
	"enabled and not seen": {
		given(3, 0).call(Disable, "").call(Enable, "").call(Detach, inactive, "i-1"),
		"group.enabled", 3,
	},
	"detached twice": {
		given(3, 0).call(Detach, "asa-1", "i-1").done("asa-1").call(Detach, "asa-2", "i-1").done("asa-2"),
		"instance.in-group", 3,
	},
	"the same instance for two at once": {
		given(3, 0).span(Detach, 10*ms, 12*ms, "asa-1", "i-1").span(Detach, 10*ms, 12*ms, "asa-2", "i-1").
			activities("asa-1", successful, "asa-2", successful),
		"instance.in-group", 3,
	},
	"an instance of another group":    {given(3, 0).call(Detach, "asa-1", "i-o"), "instance.in-group", 1},
	"an instance that does not exist": {given(3, 0).call(Detach, "asa-1", "i-none"), "instance.exists", 1},
	"found although it is attached": {
		given(3, 0).call(Attach, "asa-1", "i-free").done("asa-1").call(Detach, noID, "i-free"), "instance.exists", 3,
	},
	"the wrong error": {given(3, 0).call(Detach, minCode, "i-none"), "instance.exists", 1},
	"a group that does not exist": {
		given(3, 0).call(Detach, "asa-1", "i-1").last(func(o *Operation) { o.Group = "g-none" }), "group.exists", 1,
	},
	"denied and accepted": {
		given(3, 0).call(Detach, "asa-1", "i-1").last(func(o *Operation) { o.Denied = true }), "auth.unauthorized", 1,
	},
	"permitted after denied": {
		given(3, 0).call(Detach, "Forbidden.Unauthorized", "i-1").last(func(o *Operation) { o.Denied = true }).
			call(Detach, "Forbidden.Unauthorized", "i-1"),
		"auth.unauthorized", 1,
	},
	"a valid call refused": {given(3, 0).call(Detach, "InternalError", "i-1"), "detach.one", 1},
	"a valid list refused": {given(3, 0).call(Detach, "InternalError", "i-1", "i-2"), "detach.many", 1},
	"a load balancer that is down": {func() *story {
		s := given(3, 0)
		s.group().BadLoadBalancer = true
		return s.call(Detach, "asa-1", "i-1")
	}(), "group.load-balancer", 1},
	"a detached instance that no other group takes": {
		given(3, 0).call(Detach, "asa-1", "i-1").done("asa-1").call(Attach, "InvalidInstanceId.InUse", "i-1").
			last(func(o *Operation) { o.Group = "other" }),
		"detach.independent", 1,
	},
	"an activity id twice": {
		given(3, 0).call(Detach, "asa-1", "i-1").done("asa-1").call(Detach, "asa-1", "i-2"), "activity.unique", 2,
	},
	"an activity id from before": {
		given(3, 0).activities("asa-1", successful).call(Detach, "asa-1", "i-1"), "activity.unique", 2,
	},
	"an activity that is never shown": {
		given(3, 0).call(Detach, "asa-1", "i-1").settle().activities(), "activity.observable", 2,
	},
	"still a member": {
		given(2, 0).call(Detach, "asa-1", "i-1").done("asa-1").settle().members("i-1", "i-2"), leavesGroup, 3,
	},
	"a bystander left": {
		given(3, 0).call(Detach, "asa-1", "i-1").done("asa-1").settle().members("i-2"), leavesGroup,
		2,
	},
	"a bystander of another group left": {
		given(3, 0).call(Detach, "asa-1", "i-1").done("asa-1").settle().
			look(Look{Operation: "DescribeScalingInstances", Group: "other", Members: map[string]string{}}),
		leavesGroup, 1,
	},
	"refused and gone": {given(2, 2).call(Detach, minCode, "i-1").settle().members("i-2"), noEffect, 2},
	"refused, and gone where it was": {
		given(2, 0).call(Detach, foreignI, "i-1", "i-o").settle().
			look(Look{Operation: "DescribeScalingInstances", Group: "other", Members: map[string]string{}}),
		noEffect, 1,
	},
	"MinSize changed by the call": {
		given(3, 1).call(Detach, "asa-1", "i-1").done("asa-1").settle().settings(0, 2, active), settingsKept, 2,
	},
	"capacity that does not follow": {
		given(3, 1).settings(1, 3, active).call(Detach, "asa-1", "i-1").done("asa-1").settle().
			members("i-2", "i-3").settings(1, 3, active),
		leavesGroup, 2,
	},
	"disabled by a refused call": {
		given(2, 2).call(Detach, minCode, "i-1").settle().settings(2, 2, "Inactive"), noEffect, 2,
	},
	"stopped later on": {
		given(2, 0).look(Look{Operation: "DescribeInstances", Status: map[string]string{"i-1": "Running"}}).
			call(Detach, "asa-1", "i-1").
			done("asa-1").settle().look(Look{
			Operation: "DescribeInstances",
			Status:    map[string]string{"i-1": "Stopped"},
		}),
		"detach.keeps-running", 2,
	},
}

func TestPlantedViolations(t *testing.T) {
	for name, c := range planted {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			var found []string
			var steps []Line
			for _, v := range Judge(c.story.h, Options{Lag: testLag}) {
				if v.Result == Violated {
					found = append(found, v.Requirement)
					if v.Requirement == c.want {
						steps = v.Steps
					}
				}
			}
			g.Expect(found).To(Equal([]string{c.want}), "%s", dump(c.story.h))
			g.Expect(steps).To(HaveLen(c.steps), "%s", text(steps))
			marked := 0
			for _, l := range steps {
				if l.Marked {
					marked++
				}
			}
			g.Expect(marked).To(Equal(1), "%s", text(steps))
		})
	}
}
