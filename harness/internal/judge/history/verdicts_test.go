package history

import (
	"fmt"
	"testing"
	"time"

	. "github.com/onsi/gomega"
)

// What a history that is right shows of a requirement: a pass takes proof.
func TestSatisfiedAndCouldNotLook(t *testing.T) {
	for name, c := range map[string]struct {
		story       *story
		requirement string
		want        Result
	}{
		"a second call refused while the first one's activity ran": {
			given(4, 0).call(Detach, "asa-1", "i-1").call(Detach, busyCode, "i-2").activities("asa-1", inProgress).
				done("asa-1"),
			"group.idle", Satisfied,
		},
		"an activity that had ended before the second call came": {
			given(4, 0).call(Detach, "asa-1", "i-1").call(Detach, "asa-2", "i-2").
				activities("asa-1", successful, "asa-2", successful),
			"group.idle", CouldNotLook,
		},
		"one of two at once refused with a conflict": {
			given(4, 0).span(Detach, 10*ms, 12*ms, "asa-1", "i-1").
				span(Detach, 10*ms, 12*ms, "InvalidOperation.Conflict", "i-2"),
			"group.idle", CouldNotLook,
		},
		"refused as if busy, beside one that is refused for a reason of its own": {
			given(4, 0).span(Detach, 10*ms, 12*ms, noID, "i-none").span(Detach, 10*ms, 12*ms, busyCode, "i-2"),
			"group.idle", CouldNotLook,
		},
		"exactly MinSize accepted": {
			given(3, 1).call(Detach, "asa-1", "i-1", "i-2"), "group.min-size-boundary",
			Satisfied,
		},
		"below MinSize refused": {
			given(3, 1).call(Detach, minCode, "i-1", "i-2", "i-3"), "group.min-size",
			Satisfied,
		},
		"another group's instance": {given(3, 1).call(Detach, noID, "i-o"), "instance.in-group", Satisfied},
		"it left": {
			given(3, 1).call(Detach, "asa-1", "i-1").done("asa-1").members("i-2", "i-3"), leavesGroup, Satisfied,
		},
		"it is still listed within the lag": {
			given(3, 1).call(Detach, "asa-1", "i-1").done("asa-1").members("i-1", "i-2", "i-3"), leavesGroup,
			CouldNotLook,
		},
		"an older picture after a newer one": {
			given(3, 1).call(Detach, "asa-1", "i-1").done("asa-1").activities("asa-1", inProgress).settle().
				members("i-2", "i-3"),
			leavesGroup, Satisfied,
		},
		"nothing changed, as a picture shows that may be old": {
			given(3, 3).call(Detach, minCode, "i-1").members("i-1", "i-2", "i-3"), noEffect, CouldNotLook,
		},
		"nothing changed": {
			given(3, 3).call(Detach, minCode, "i-1").settle().members("i-1", "i-2", "i-3"), noEffect, Satisfied,
		},
		"an instance launched in its place": {
			given(3, 3).call(Detach, minCode, "i-1").settle().members("i-1", "i-2", "i-3", "i-new"), noEffect,
			Satisfied,
		},
		"a bystander gone with an activity of the service": {
			given(3, 0).call(Detach, "asa-1", "i-1").done("asa-1").
				activities("asa-1", successful, "own", inProgress).settle().members("i-2"),
			leavesGroup, CouldNotLook,
		},
		"refused for an activity of the service": {
			given(3, 0).activities("own", inProgress).call(Detach, busyCode, "i-1").settle().
				activities("own", inProgress), "group.idle", Satisfied,
		},
		"refused for an activity of the service that may have ended before": {
			given(3, 0).activities("own", inProgress).call(Detach, busyCode, "i-1").done("own"), "group.idle",
			CouldNotLook,
		},
		"below MinSize, as far as that is known": {
			given(3, 2).activities("own", inProgress).done("own").
				call(Detach, minCode, "i-1", "i-2"), "group.min-size", Satisfied,
		},
		"below MinSize beside an activity of the service": {
			given(3, 2).call(Modify, "").activities("own", inProgress).done("own").call(Detach, minCode, "i-1", "i-2"),
			"group.min-size", CouldNotLook,
		},
		"an activity that failed": {
			given(3, 0).call(Detach, "asa-1", "i-1").activities("asa-1", "Failed").settle().members("i-1", "i-2",
				"i-3"),
			leavesGroup, CouldNotLook,
		},
		"an activity that still runs": {
			given(3, 0).call(Detach, "asa-1", "i-1").settle().activities("asa-1", inProgress).members("i-1", "i-2",
				"i-3"),
			leavesGroup, CouldNotLook,
		},
		"an instance that only a call of ours has shown": {
			given(3, 0).call(Attach, "asa-1", "i-later").done("asa-1").call(Detach, "asa-2", "i-later").done("asa-2"),
			"detach.one", Satisfied,
		},
		"no answer": {given(3, 0).call(Detach, "?", "i-1").settle().members("i-2", "i-3"), "detach.one", CouldNotLook},
		"ids that differ": {
			given(3, 0).call(Detach, "asa-1", "i-1").done("asa-1").call(Detach, "asa-2", "i-2"), "activity.unique",
			Satisfied,
		},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			results := map[string]Result{}
			for _, v := range Judge(c.story.h, Options{Lag: testLag}) {
				g.Expect(v.Result).NotTo(Equal(Violated), "%s: wanted %s; got %s", v.Requirement, v.Want, v.Got)
				results[v.Requirement] = v.Result
				g.Expect(v.Reason == "").To(Equal(v.Result != CouldNotLook))
			}
			g.Expect(results).To(HaveKeyWithValue(c.requirement, c.want))
		})
	}
}

func TestLineReads(t *testing.T) {
	g := NewWithT(t)
	s := given(2, 2).call(Detach, "asa-7\n::error", "i-1", "i-2")
	verdicts := Judge(s.h, Options{Lag: testLag})
	g.Expect(verdicts[0].Steps[0].String()).To(Equal(
		`3 ms  A  DetachInstances g: i-1, i-2 -> accepted asa-7\n:\x3aerror  <- nothing explains this`))
}

// A history that is too hard is no finding.
func TestBudget(t *testing.T) {
	g := NewWithT(t)
	s := given(2, 0)
	for i := range 40 {
		s.span(Detach, 10*ms, 100*ms, "?", fmt.Sprintf("i-%d", i%2+1))
	}
	begin := time.Now()
	for _, v := range Judge(s.h, Options{Lag: testLag, Budget: 50 * ms}) {
		g.Expect(v.Result).To(Equal(CouldNotLook))
	}
	g.Expect(time.Since(begin)).To(BeNumerically("<", 5*time.Second))
}

func BenchmarkJudge(b *testing.B) {
	s := given(9, 1)
	for i := range 4 {
		id, activity := fmt.Sprintf("i-%d", i+1), fmt.Sprintf("asa-%d", i)
		s.span(Detach, s.now, s.now+3*ms, activity, id).call(Detach, busyCode, "i-9").
			activities(activity, inProgress).done(activity)
	}
	s.settle().members("i-5", "i-6", "i-7", "i-8", "i-9")
	for b.Loop() {
		Judge(s.h, Options{Lag: testLag})
	}
}

func BenchmarkJudgeOverlap(b *testing.B) {
	s := given(9, 1)
	for i := range 8 {
		answer := busyCode
		if i == 0 {
			answer = "asa-1"
		}
		s.span(Detach, 10*ms, 15*ms, answer, fmt.Sprintf("i-%d", i+1))
	}
	s.done("asa-1").settle().members("i-2", "i-3", "i-4", "i-5", "i-6", "i-7", "i-8", "i-9")
	for b.Loop() {
		Judge(s.h, Options{Lag: testLag})
	}
}

// The search is slowest when there is nothing to find.
func BenchmarkJudgeViolation(b *testing.B) {
	s := given(9, 1)
	for i := range 8 {
		answer := busyCode
		if i < 2 {
			answer = fmt.Sprintf("asa-%d", i)
		}
		s.span(Detach, 10*ms, 15*ms, answer, fmt.Sprintf("i-%d", i+1))
	}
	s.activities("asa-0", inProgress, "asa-1", inProgress).activities("asa-0", successful, "asa-1", successful)
	s.settle().members("i-3", "i-4", "i-5", "i-6", "i-7", "i-8", "i-9")
	for b.Loop() {
		Judge(s.h, Options{Lag: testLag})
	}
}

// A program that waits for slow activities has many looks that say the same.
func BenchmarkJudgeManyLooks(b *testing.B) {
	s := given(9, 1)
	for i := range 4 {
		activity := fmt.Sprintf("asa-%d", i)
		s.call(Detach, activity, fmt.Sprintf("i-%d", i+1))
		for range 200 {
			s.activities(activity, inProgress).members("i-5", "i-6", "i-7", "i-8", "i-9")
		}
		s.done(activity)
	}
	s.call(Detach, "asa-9", "i-1")
	for b.Loop() {
		Judge(s.h, Options{Lag: testLag})
	}
}
