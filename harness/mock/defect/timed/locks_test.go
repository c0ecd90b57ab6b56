package timed

const (
	balancer = "a scaling group with an inactive load balancer"
	database = "a scaling group with a DB instance that is not running"
)

// freedBy makes a call while an activity runs: the next one is accepted, and the one before was not.
func freedBy(call func(g group)) func(*server) bool {
	return func(s *server) bool {
		g := s.setup(denied, 3)
		accepted, before := g.detach(g.ids[0]), g.detach(g.ids[1])
		call(g)
		return accepted.ok() && before.refused(busy) && g.detach(g.ids[1]).ok()
	}
}

// expired looks whether the end of an activity lets a call through.
func expired(action string) func(*server) bool {
	return func(s *server) bool {
		g := s.setup(detachable, 3)
		if action == "AttachInstances" {
			g.detached(g.ids[0])
		}
		accepted, at := g.call(action, g.ids[0]), g.detach(g.ids[1])
		s.pass(takes * 3 / 4)
		return accepted.ok() && at.refused(busy) && g.detach(g.ids[1]).ok()
	}
}

// idleFor makes a call at once, and once more when the group was left alone.
func idleFor(state string, call func(g group) reply) func(*server) bool {
	return func(s *server) bool {
		g := s.setup(state, 2)
		at := call(g)
		s.pass(forgetting + later)
		return !at.ok() && call(g).ok()
	}
}

// atMinSizeToo makes a call that breaks one rule, and once more at the MinSize of the group.
func atMinSizeToo(s *server, state, code string) bool {
	g := s.setup(state, 2)
	alone := g.detach(g.ids[0])
	g.modify("MinSize", len(g.members()))
	return alone.refused(code) && g.detach(g.ids[0]).ok()
}
