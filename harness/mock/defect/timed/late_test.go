package timed

import "testing"

func TestLates(t *testing.T) {
	prove(t, Lates(), map[string]func(*server) bool{
		"late.refused-executed": lateAfterRefusal(func(g group) reply { return g.detach(g.ids[1], "i-none") }),
		"late.refused-busy-executed": lateAfterRefusal(func(g group) reply {
			g.detach(g.ids[0])
			return g.detach(g.ids[1])
		}),
		"late.refused-min-size-executed": lateAfterRefusal(group.detachAll),
		"late.back-in-group":             late(func(g group) bool { return g.has(g.ids[0]) }),
		"late.stopped":                   late(func(g group) bool { return g.ecs(g.ids[0]) == "Stopped" }),
		"late.released":                  late(func(g group) bool { return g.ecs(g.ids[0]) == "" }),
		"late.member-leaves":             late(func(g group) bool { return len(g.members()) < 4 }),
		"late.member-stopped":            late(func(g group) bool { return g.ecs(g.members()[0]) == "Stopped" }),
		"late.other-group-loses": func(s *server) bool {
			other := s.setup(detachable, 2)
			return late(func(group) bool { return len(other.members()) < 4 })(s)
		},
		"late.activity-fails":          lateStatus("Failed"),
		"late.activity-runs-again":     lateStatus("InProgress"),
		"late.activity-unknown":        lateStatus(""),
		"late.min-size-changes":        late(func(g group) bool { return g.shown()["MinSize"] == 0.0 }),
		"late.max-size-changes":        late(func(g group) bool { return g.shown()["MaxSize"] == 4.0 }),
		"late.group-disabled":          late(func(g group) bool { return g.shown()["LifecycleState"] == "Inactive" }),
		"late.lock-freed-by-denied":    freedBy(func(g group) { g.as(g.denied, "DetachInstances", g.ids[2]) }),
		"late.lock-freed-by-not-found": freedBy(func(g group) { g.detach("i-none") }),
		"late.lock-freed-by-enabling":  freedBy(func(g group) { g.call("EnableScalingGroup") }),
		"late.back-for-a-moment": func(s *server) bool {
			return late(func(g group) bool {
				back := g.has(g.ids[0])
				s.pass(moment)
				return back && !g.has(g.ids[0])
			})(s)
		},
		"late.detach-lock-expires": expired("DetachInstances"),
		"late.attach-lock-expires": expired("AttachInstances"),
		"late.min-size-forgotten":  idleFor(atMinSize, func(g group) reply { return g.detach(g.ids[0]) }),
		"late.inactive-forgotten":  idleFor(disabled, func(g group) reply { return g.detach(g.ids[0]) }),
		"late.denied-forgotten": idleFor(denied,
			func(g group) reply { return g.as(g.denied, "DetachInstances", g.ids[0]) }),
		"late.members-forgotten": func(s *server) bool {
			other := s.setup(detachable, 1)
			return idleFor(detachable, func(g group) reply { return g.detach(other.ids[0]) })(s)
		},
	})
}

// late looks twice at a group that an instance was detached from: seen must be false at first, and true later.
func late(seen func(g group) bool) func(*server) bool {
	return func(s *server) bool {
		g := s.setup(detachable, 3)
		if !g.detached(g.ids[0]).ok() || len(g.members()) != 4 || seen(g) {
			return false
		}
		s.pass(2 * later)
		return seen(g)
	}
}

func lateAfterRefusal(call func(g group) reply) func(*server) bool {
	return func(s *server) bool {
		g := s.setup(detachable, 3)
		if call(g).ok() || !g.has(g.ids[1]) {
			return false
		}
		s.pass(2 * later)
		return !g.has(g.ids[1])
	}
}

func lateStatus(status string) func(*server) bool {
	return func(s *server) bool {
		g := s.setup(detachable, 3)
		id := g.detached(g.ids[0]).text(activityID)
		if g.activity(id) != "Successful" {
			return false
		}
		s.pass(2 * later)
		return g.activity(id) == status
	}
}
