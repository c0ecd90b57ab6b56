package history

import (
	"testing"
	"time"

	. "github.com/onsi/gomega"
)

// cooling is a group that shows its cooldown, from which one instance was detached.
func cooling(members, minimum int) *story {
	return given(members, minimum).settings(minimum, members, active).call(Detach, "asa-1", "i-1").done("asa-1")
}

// aside is a look at the members at once after a refusal.
func (s *story) aside(ids ...string) *story {
	s.members(ids...)
	s.h.Looks[len(s.h.Looks)-1].Aside = true
	return s
}

// again refuses the last call a second time, by another caller at the same time.
func (s *story) again(ids ...string) *story {
	last := s.h.Operations[len(s.h.Operations)-1]
	return s.span(Detach, last.Sent, last.Done, last.Code, ids...).last(func(o *Operation) { o.Lane = "B" })
}

var caused = map[string]struct {
	story *story
	want  string
}{
	"in the cooldown of a detaching activity": {cooling(3, 0).call(Detach, busyCode, "i-2"), "group.cooldown"},
	"in the cooldown of an attaching activity": {
		cooling(4, 0).call(Detach, "asa-2", "i-2").done("asa-2").call(Attach, "asa-3", "i-free").done("asa-3").
			call(Detach, busyCode, "i-3"),
		"group.cooldown",
	},
	"in the cooldown of the state": {
		func() *story { s := given(3, 0); s.group().Cooling = true; return s.call(Detach, busyCode, "i-1") }(),
		"group.cooldown",
	},
	"before MinSize is looked at": {cooling(3, 2).call(Detach, busyCode, "i-2"), "group.cooldown"},
	"after a refusal of another kind": {
		cooling(3, 0).call(Detach, noID, "i-2", "i-none").call(Detach, busyCode, "i-2"), "group.cooldown",
	},
	"in a cooldown that is shorter than the one shown": {
		cooling(4, 0).wait(10*time.Second).call(Detach, "asa-2", "i-2").done("asa-2").call(Detach, busyCode, "i-3"),
		"group.cooldown",
	},
	"with a code of its own": {
		given(3, 0).call(Detach, "ScalingGroupInCooldown", "i-1"), "group.cooldown",
	},
	"after the cooldown": {cooling(3, 0).wait(301*time.Second).call(Detach, busyCode, "i-2"), "group.idle"},
	"no cooldown is shown": {
		given(3, 0).call(Detach, "asa-1", "i-1").done("asa-1").call(Detach, busyCode, "i-2"), "group.idle",
	},
	"no activity before": {given(3, 0).settings(0, 3, active).call(Detach, busyCode, "i-2"), "group.idle"},
	"on and on after the activity": {
		given(3, 0).settings(0, 3, active).call(Detach, "asa-1", "i-1").call(Detach, busyCode, "i-2").done("asa-1").
			call(Detach, busyCode, "i-2"),
		"group.idle",
	},
	"by a group that does not mind the cooldown": {
		cooling(4, 0).call(Detach, "asa-2", "i-2").done("asa-2").call(Detach, busyCode, "i-3"), "group.idle",
	},
	"of each other": {cooling(4, 0).call(Detach, busyCode, "i-2").again("i-3"), "group.idle"},
	"as the effect of one refused by a group that does not mind the cooldown": {
		cooling(4, 0).call(Detach, "asa-2", "i-2").done("asa-2").call(Detach, foreignI, "i-3", "i-o").
			call(Detach, busyCode, "i-3"),
		noEffect,
	},

	"a member that left with others": {
		given(3, 0).call(Detach, "asa-1", "i-1").call(Detach, noID, "i-2").aside("i-1", "i-3").
			activities("asa-1", inProgress).done("asa-1"),
		leavesGroup,
	},
	"a member that left with others, as one of another group": {
		given(3, 0).call(Detach, "asa-1", "i-1").done("asa-1").call(Detach, foreignI, "i-2").aside("i-3"),
		leavesGroup,
	},
	"a member that left with others, before the call": {
		given(3, 0).call(Detach, "asa-1", "i-1").done("asa-1").members("i-3").call(Detach, noID, "i-2"), leavesGroup,
	},
	"a member that left after the call": {
		given(3, 0).call(Detach, "asa-1", "i-1").done("asa-1").call(Detach, noID, "i-2").members("i-3"),
		"instance.exists",
	},
	"a member that is shown": {
		given(3, 0).call(Detach, "asa-1", "i-1").done("asa-1").call(Detach, noID, "i-2").aside("i-2", "i-3"),
		"instance.exists",
	},
	"a member that is not shown, before anything was detached": {
		given(3, 0).call(Detach, noID, "i-2").aside("i-1", "i-3"), "instance.exists",
	},
	"a member that is not shown, with the error of another call": {
		given(3, 0).call(Detach, "asa-1", "i-1").done("asa-1").call(Detach, noID, "i-none").call(Detach, noID, "i-2").
			aside("i-3"),
		"instance.exists",
	},
	"a member that a refused call named": {
		given(4, 0).call(Detach, "asa-1", "i-1").done("asa-1").call(Detach, foreignI, "i-2", "i-o").
			call(Detach, noID, "i-2").aside("i-3", "i-4"),
		noEffect,
	},
	"a member that the service may have moved": {
		given(3, 0).call(Detach, "asa-1", "i-1").done("asa-1").activities("asa-0", inProgress).
			call(Detach, noID, "i-2").aside("i-3"),
		"group.idle",
	},
}

func TestCauseOfARefusal(t *testing.T) {
	for name, c := range caused {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			found := map[string]bool{}
			for _, v := range Judge(c.story.h, Options{Lag: testLag}) {
				if v.Result == Violated {
					found[v.Requirement] = true
				}
			}
			g.Expect(found).To(HaveKey(c.want), "%s", dump(c.story.h))
			g.Expect(found).To(HaveLen(1), "%v: %s", found, dump(c.story.h))
		})
	}
}

// TestCause: what a single call is about is asked before its history is judged.
func TestCause(t *testing.T) {
	g := NewWithT(t)
	for name, want := range map[string]string{
		"in the cooldown of a detaching activity": "group.cooldown", "after the cooldown": "group.idle",
		"no activity before": "", "a member that left with others": leavesGroup, "a member that is shown": "",
	} {
		h := caused[name].story.h
		g.Expect(Cause(h, Options{Lag: testLag}, len(h.Operations)-1)).To(Equal(want), name)
	}
	h := cooling(3, 0).call(Detach, busyCode, "i-2").h
	for _, v := range Judge(h, Options{Lag: testLag}) {
		if v.Result == Violated {
			g.Expect(v.Want).To(Equal(
				"the call accepted, because no activity is in progress, and the cooldown does not count"))
		}
	}
}
