package timed

import (
	"slices"
	"strings"
	"testing"
)

func TestOverlaps(t *testing.T) {
	prove(t, Overlaps(), map[string]func(*server) bool{
		"overlap.check-then-act": pair(func(g group) []reply {
			return together(g.toDetach(g.ids[0]), g.toDetach(g.ids[1]))
		}, bothAccepted),
		"overlap.same-instance-two-winners": pair(func(g group) []reply {
			return together(g.toDetach(g.ids[0]), g.toDetach(g.ids[0]))
		}, bothAccepted),
		"overlap.same-instance-in-turn": quick(func(g group) bool {
			return bothAccepted(together(g.toDetach(g.ids[0]), g.toDetach(g.ids[0])))
		}),
		"overlap.min-size": quick(func(g group) bool {
			g.modify("MinSize", 4)
			return bothAccepted(together(g.toDetach(g.ids[0]), g.toDetach(g.ids[1])))
		}),
		"overlap.min-size-at-once": func(s *server) bool {
			g, roomy := s.setup(detachable, 3), s.setup(detachable, 3)
			g.modify("MinSize", 4)
			return bothAccepted(together(g.toDetach(g.ids[0]), g.toDetach(g.ids[1]))) &&
				!bothAccepted(together(roomy.toDetach(roomy.ids[0]), roomy.toDetach(roomy.ids[1])))
		},
		"overlap.lost-update": quick(func(g group) bool {
			return bothAccepted(together(g.toDetach(g.ids[0]), g.toDetach(g.ids[1]))) &&
				(g.has(g.ids[0]) || g.has(g.ids[1]))
		}),
		"overlap.lost-store": two(func(a, b group) bool {
			accepted := bothAccepted(together(a.toDetach(a.ids[0]), b.toDetach(b.ids[0])))
			a.idle()
			return accepted && (a.has(a.ids[0]) || b.has(b.ids[0]))
		}),
		"overlap.lock-per-process": twoAnswers(oneIs(busy)),
		"overlap.both-refused": pair(func(g group) []reply {
			return together(g.toDetach(g.ids[0]), g.toDetach(g.ids[1]))
		}, func(r []reply) bool { return r[0].refused(busy) && r[1].refused(busy) }),
		"overlap.server-error":        twoAnswers(oneIs("InternalError")),
		"overlap.parameters-of-other": twoAnswers(oneIs(notIn)),
		"overlap.group-of-other":      twoAnswers(oneIs(notIn)),
		"overlap.callers-swapped": callers(func(permitted, denied reply) bool {
			return permitted.refused(forbidden) && denied.ok()
		}),
		"overlap.denied-passes":     callers(func(_, denied reply) bool { return denied.ok() }),
		"overlap.permitted-refused": callers(func(permitted, _ reply) bool { return permitted.refused(forbidden) }),
		"overlap.describe-fails-call": whileLookedAt(func(_ group, r reply) bool {
			return r.refused("InternalError")
		}),
		"overlap.describe-loses-ids": whileLookedAt(func(g group, r reply) bool {
			g.idle()
			return r.ok() && g.has(g.ids[0])
		}),
		"overlap.answers-swapped": two(func(a, b group) bool {
			r := together(a.toDetach(a.ids[0]), b.toDetach(b.ids[0]))
			return bothAccepted(r) && a.activity(r[0].text(activityID)) == "" && b.activity(r[0].text(activityID)) != ""
		}),
		"overlap.answer-of-other": twoAnswers(func(r []reply) bool { return r[0].raw == r[1].raw }),
		"overlap.formats-swapped": two(func(a, b group) bool {
			r := together(a.toDetach(a.ids[0]), func() reply {
				return b.ess("DetachInstances", "ScalingGroupId", b.id, "InstanceId.1", b.ids[0], "Format", "XML")
			})
			return strings.HasPrefix(r[0].raw, "<") && strings.HasPrefix(r[1].raw, "{")
		}),
		"overlap.message-of-other": twoRefusals(func(r []reply) bool {
			return r[0].text("Message") == r[1].text("Message")
		}),
		"overlap.code-of-other": two(func(a, b group) bool {
			r := together(a.toDetach("i-none"), b.detachAll)
			return r[0].refused(tooSmall) && r[1].refused(noInstance)
		}),
		"overlap.activity-of-other": twoAnswers(func(r []reply) bool {
			return bothAccepted(r) && r[0].text(activityID) == r[1].text(activityID)
		}),
		"overlap.activities-swapped": two(func(a, b group) bool {
			r := together(a.toDetach(a.ids[0]), b.toDetach(b.ids[0]))
			return bothAccepted(r) && b.activity(r[0].text(activityID)) != "" && a.activity(r[1].text(activityID)) != ""
		}),
		"overlap.request-id-of-other": twoRefusals(sameRequestID),
		"overlap.shared-buffer": twoRefusals(func(r []reply) bool {
			return slices.ContainsFunc(r, func(r reply) bool { return r.text(requestID) == "" && r.raw != "" })
		}),
		"overlap.body-missing": twoRefusals(func(r []reply) bool {
			return slices.ContainsFunc(r, func(r reply) bool { return r.status != 0 && r.raw == "" })
		}),
		"overlap.no-answer": twoRefusals(func(r []reply) bool {
			return slices.ContainsFunc(r, func(r reply) bool { return r.status == 0 })
		}),
		"overlap.activity-ids-millisecond": twoAnswers(sameActivity),
		"overlap.activity-ids-second":      twoAnswers(sameActivity),
		"overlap.activity-ids-per-connection": two(func(a, b group) bool {
			return sameActivity([]reply{a.alone(a.ids[0]), b.alone(b.ids[0])})
		}),
		"overlap.request-ids-millisecond": twoRefusals(sameRequestID),
		"overlap.request-ids-second":      twoRefusals(sameRequestID),
	})
}

func bothAccepted(r []reply) bool  { return r[0].ok() && r[1].ok() }
func sameRequestID(r []reply) bool { return r[0].text(requestID) == r[1].text(requestID) }
func sameActivity(r []reply) bool {
	return bothAccepted(r) && r[0].text(activityID) == r[1].text(activityID)
}

// oneIs sees that one of two calls was accepted, and the other refused as such.
func oneIs(code string) func([]reply) bool {
	return func(r []reply) bool {
		return r[0].ok() && r[1].refused(code) || r[1].ok() && r[0].refused(code)
	}
}

// pair is two calls at once on one group.
func pair(calls func(g group) []reply, seen func([]reply) bool) func(*server) bool {
	return func(s *server) bool { return seen(calls(s.setup(detachable, 3))) }
}

// quick is a group whose activities end at once.
func quick(seen func(g group) bool) func(*server) bool {
	return func(s *server) bool {
		s.quick.Store(true)
		return seen(s.setup(detachable, 3))
	}
}

// two is two groups.
func two(seen func(a, b group) bool) func(*server) bool {
	return func(s *server) bool { return seen(s.setup(detachable, 2), s.setup(detachable, 2)) }
}

func twoAnswers(seen func([]reply) bool) func(*server) bool {
	return two(func(a, b group) bool { return seen(together(a.toDetach(a.ids[0]), b.toDetach(b.ids[0]))) })
}

func twoRefusals(seen func([]reply) bool) func(*server) bool {
	return two(func(a, b group) bool { return seen(together(a.toDetach("i-none"), b.toDetach("i-other"))) })
}

// callers are a permitted and a denied one at once on one group.
func callers(seen func(permitted, denied reply) bool) func(*server) bool {
	return func(s *server) bool {
		g := s.setup(denied, 3)
		r := together(g.toDetach(g.ids[0]), func() reply { return g.as(g.denied, "DetachInstances", g.ids[1]) })
		return seen(r[0], r[1])
	}
}

// whileLookedAt is a call while its group is described again and again.
func whileLookedAt(seen func(g group, r reply) bool) func(*server) bool {
	return func(s *server) bool {
		g := s.setup(detachable, 2)
		answered := make(chan struct{})
		r := together(func() reply {
			defer close(answered)
			return g.detach(g.ids[0])
		}, func() reply {
			for {
				g.members()
				select {
				case <-answered:
					return reply{}
				default:
				}
			}
		})
		return seen(g, r[0])
	}
}
