package timed

import "testing"

// afterRefusal sees that a valid call is refused after another was.
func afterRefusal(state string, first func(g group) reply, code string) func(*server) bool {
	return func(s *server) bool {
		g := s.setup(state, 3)
		return first(g).refused(code) && !g.detach(g.ids[0]).ok()
	}
}

func foreignID(g group) string { return g.setup(detachable, 1).ids[0] }

const (
	busy       = "ScalingActivityInProgress"
	tooSmall   = "IncorrectCapacity.MinSize"
	noInstance = "InvalidInstanceId.NotFound"
	notIn      = "IncorrectInstanceStatus"
	forbidden  = "Forbidden.Unauthorized"
	inactive   = "IncorrectScalingGroupStatus"
)

func TestSequences(t *testing.T) {
	prove(t, Sequences(), map[string]func(*server) bool{
		"sequence.locked-after-min-size": afterRefusal(detachable, group.detachAll, tooSmall),
		"sequence.locked-after-not-found": afterRefusal(detachable, func(g group) reply {
			return g.detach("i-none")
		}, noInstance),
		"sequence.locked-after-foreign": afterRefusal(detachable, func(g group) reply {
			return g.detach(foreignID(g))
		}, notIn),
		"sequence.locked-after-denied": afterRefusal(denied, func(g group) reply {
			return g.as(g.denied, "DetachInstances", g.ids[1])
		}, forbidden),
		"sequence.locked-after-activity": func(s *server) bool {
			g := s.setup(detachable, 3)
			g.detach(g.ids[0])
			refused := g.detach(g.ids[1]).refused(busy)
			s.idle()
			return refused && g.detach(g.ids[1]).refused(busy)
		},
		"sequence.refused-instance-stuck": func(s *server) bool {
			g := s.setup(detachable, 3)
			return g.detach(g.ids[0], "i-none").refused(noInstance) && !g.detach(g.ids[0]).ok()
		},
		"sequence.refused-counts": func(s *server) bool {
			g := s.setup(toMinSize, 2)
			g.detach(g.ids[0], "i-none")
			return g.detach(g.ids...).refused(tooSmall)
		},
		"sequence.min-size-refusal-sticks": func(s *server) bool {
			g := s.setup(atMinSize, 2)
			g.detach(g.ids[0])
			g.modify("MinSize", 0)
			return g.detach(g.ids[0]).refused(tooSmall)
		},
		"sequence.denied-sticks": afterRefusal(denied, func(g group) reply {
			return g.as(g.denied, "DetachInstances", g.ids[1])
		}, forbidden),
		"sequence.permitted-sticks": func(s *server) bool {
			g := s.setup(denied, 3)
			return g.detached(g.ids[0]).ok() && g.as(g.denied, "DetachInstances", g.ids[1]).ok()
		},
		"sequence.not-found-cached": func(s *server) bool {
			a, b := s.setup(detachable, 2), s.setup(detachable, 2)
			b.detached(a.ids[0])
			a.detached(a.ids[0])
			return b.attached(a.ids[0]).ok() && !b.detach(a.ids[0]).ok()
		},
		"sequence.unknown-created": func(s *server) bool {
			g := s.setup(detachable, 2)
			return g.detach("i-none").refused(noInstance) && g.detach("i-none").ok()
		},
		"sequence.unknown-group-created": func(s *server) bool {
			g := s.setup(detachable, 2)
			none := group{server: s, id: "asg-none"}
			first := none.detach(g.ids[0]).refused("InvalidScalingGroupId.NotFound")
			return first && !none.detach(g.ids[0]).refused("InvalidScalingGroupId.NotFound")
		},
		"sequence.reattached-refused": again(func(g group, id string) bool { return !g.detach(id).ok() }),
		"sequence.reattached-stays": again(func(g group, id string) bool {
			return g.detached(id).ok() && g.has(id)
		}),
		"sequence.back-refused": func(s *server) bool {
			g := s.setup(detachable, 2)
			g.detached(g.ids[0])
			return !g.attached(g.ids[0]).ok()
		},
		"sequence.detached-twice": func(s *server) bool {
			g := s.setup(detachable, 2)
			g.detached(g.ids[0])
			return g.detach(g.ids[0]).ok()
		},
		"sequence.detached-twice-elsewhere": func(s *server) bool {
			g := s.setup(detachable, 2)
			g.alone(g.ids[0])
			g.idle()
			return g.detach(g.ids[0]).ok()
		},
		"sequence.resurrected": func(s *server) bool {
			g := s.setup(detachable, 2)
			g.detached(g.ids[0])
			return g.detach(g.ids[0]).refused(notIn) && g.has(g.ids[0])
		},
		"sequence.tombstone": again(func(g group, id string) bool { return g.detach(id).refused(noInstance) }),
		"sequence.moved-refused": moved(func(_, to group, id string) bool {
			return !to.detach(id).ok()
		}),
		"sequence.moved-detachable-from-old": moved(func(from, to group, id string) bool {
			return from.detached(id).ok() && len(from.members()) > 0 && !to.has(id)
		}),
		"sequence.moved-hits-old": moved(func(from, to group, id string) bool {
			before := len(from.members())
			return to.detached(id).ok() && !to.has(id) && len(from.members()) < before
		}),
		"sequence.attached-stopped": again(func(g group, id string) bool {
			g.detached(id)
			return g.ecs(id) == "Stopped"
		}),
		"sequence.attached-released": again(func(g group, id string) bool {
			g.detached(id)
			return g.ecs(id) == ""
		}),
		"sequence.list-accumulates": again(func(g group, id string) bool {
			return g.detached(g.ids[1]).ok() && !g.has(id)
		}),
		"sequence.second-none": func(s *server) bool {
			g := s.setup(detachable, 2)
			g.detached(g.ids[0])
			return g.detached(g.ids[1]).ok() && g.has(g.ids[1])
		},
		"sequence.fourth-refused": func(s *server) bool {
			g := s.setup(detachable, 4)
			for _, id := range g.ids[:3] {
				g.detached(id)
			}
			return !g.detach(g.ids[3]).ok()
		},
		"sequence.min-size-stale-after-detach": func(s *server) bool {
			g := s.setup(toMinSize, 1)
			g.detached(g.ids[0])
			return g.detach(g.members()[0]).ok()
		},
		"sequence.min-size-stale-after-attach": func(s *server) bool {
			g := s.setup(toMinSize, 1)
			g.attached(free(s))
			return !g.detach(g.others()[0], g.ids[0]).ok()
		},
		"sequence.min-size-first-look": func(s *server) bool {
			g := s.setup(toMinSize, 1)
			g.detached(g.ids[0])
			return g.detach(g.members()[0]).ok()
		},
		"sequence.min-size-attached-twice": func(s *server) bool {
			g := s.setup(toMinSize, 1)
			g.detached(g.ids[0])
			g.attached(g.ids[0])
			return g.detach(g.others()[0], g.ids[0]).ok()
		},
		"sequence.min-size-first-only": func(s *server) bool {
			g := s.setup(toMinSize, 1)
			g.detached(g.ids[0])
			return g.detach(g.members()[0]).ok()
		},
		"sequence.min-size-raised-unseen": func(s *server) bool {
			g := s.setup(detachable, 2)
			g.modify("MinSize", 4)
			return g.detach(g.ids[0]).ok()
		},
		"sequence.min-size-lowered-unseen": func(s *server) bool {
			g := s.setup(atMinSize, 2)
			g.modify("MinSize", 1)
			return g.detach(g.ids[0]).refused(tooSmall)
		},
		"sequence.moved-counts-in-old": func(s *server) bool {
			from, to := s.setup(toMinSize, 1), s.setup(empty, 0)
			from.detached(from.ids[0])
			to.attached(from.ids[0])
			return from.detach(from.members()[0]).ok()
		},
		"sequence.min-size-forgotten": func(s *server) bool {
			g := s.setup(toMinSize, 1)
			g.detached(g.ids[0])
			return g.detach(g.members()[0]).ok()
		},
		"sequence.min-size-ratchet": func(s *server) bool {
			g := s.setup(detachable, 2)
			g.detached(g.ids[0])
			return g.detach(g.ids[1]).refused(tooSmall)
		},
		"sequence.enable-unseen":           onAndOff(func(group) {}),
		"sequence.inactive-refusal-sticks": onAndOff(func(g group) { g.detach(g.ids[0]) }),
		"sequence.disable-unseen": func(s *server) bool {
			g := s.setup(detachable, 2)
			g.detached(g.ids[0])
			g.call("DisableScalingGroup")
			return g.detach(g.ids[1]).ok()
		},
		"sequence.second-disable-unseen": func(s *server) bool {
			g := s.setup(disabled, 2)
			g.call("EnableScalingGroup")
			g.call("DisableScalingGroup")
			return g.detach(g.ids[1]).ok()
		},
		"sequence.lost-when-disabled": running(func(g group, _ string) bool {
			g.call("DisableScalingGroup")
			g.idle()
			return g.has(g.ids[0])
		}),
		"sequence.refused-enables": func(s *server) bool {
			g := s.setup(disabled, 2)
			return g.detach(g.ids[0]).refused(inactive) && g.shown()["LifecycleState"] == "Active"
		},
		"sequence.refused-until-enabled": func(s *server) bool {
			g := s.setup(disabled, 2)
			refused := g.detach(g.ids[0]).refused(inactive)
			g.call("EnableScalingGroup")
			s.pass(2 * later)
			return refused && !g.has(g.ids[0])
		},
		"sequence.refused-until-room": func(s *server) bool {
			g := s.setup(atMinSize, 2)
			refused := g.detach(g.ids[0]).refused(tooSmall)
			g.modify("MinSize", 0)
			s.pass(2 * later)
			return refused && !g.has(g.ids[0])
		},
		"sequence.enable-forgets-min-size": func(s *server) bool {
			g := s.setup(atMinSize, 2)
			g.call("DisableScalingGroup")
			g.call("EnableScalingGroup")
			return g.detach(g.ids[0]).ok()
		},
		"sequence.enable-forgets-members": onAndOff(func(group) {}),
		"sequence.own-activity-ignored": running(func(g group, _ string) bool {
			return g.detach(g.ids[1]).ok()
		}),
		"sequence.attach-call-ignored": func(s *server) bool {
			g := s.setup(detachable, 3)
			g.detached(g.ids[0])
			g.call("AttachInstances", g.ids[0])
			return g.detach(g.ids[1]).ok()
		},
		"sequence.third-accepted": running(func(g group, _ string) bool {
			return g.detach(g.ids[1]).refused(busy) && g.detach(g.ids[1]).ok()
		}),
		"sequence.refused-executed-after-activity": afterActivity(func(g group, _ string) bool {
			return !g.has(g.ids[1])
		}),
		"sequence.refused-queued": afterActivity(func(g group, _ string) bool {
			return !g.detach(g.ids[2]).ok()
		}),
		"sequence.refused-cancels": afterActivity(func(g group, id string) bool {
			return g.activity(id) == "Successful" && g.has(g.ids[0])
		}),
		"sequence.refused-ends-activity": afterActivity(func(g group, id string) bool {
			return g.activity(id) == "Successful" && g.has(g.ids[0])
		}),
		"sequence.refused-forgets-activity": afterActivity(func(g group, id string) bool {
			return g.activity(id) == ""
		}),
		"sequence.activity-id-third": func(s *server) bool {
			g := s.setup(detachable, 4)
			first := g.detached(g.ids[0]).text(activityID)
			g.detached(g.ids[1])
			return g.detached(g.ids[2]).text(activityID) == first
		},
		"sequence.activity-forgotten": func(s *server) bool {
			g := s.setup(detachable, 4)
			first := g.detached(g.ids[0]).text(activityID)
			g.detached(g.ids[1])
			return g.activity(first) == ""
		},
		"sequence.activity-first-only": func(s *server) bool {
			g := s.setup(detachable, 4)
			g.detached(g.ids[0])
			return g.activity(g.detached(g.ids[1]).text(activityID)) == ""
		},
		"sequence.cooldown-after-second": func(s *server) bool {
			g := s.setup(detachable, 4)
			g.detached(g.ids[0])
			g.detached(g.ids[1])
			return g.shown() != nil && !g.detach(g.ids[2]).ok()
		},
		"sequence.min-size-raised-inactive-unseen": func(s *server) bool {
			g := s.setup(detachable, 2)
			g.call("DisableScalingGroup")
			g.modify("MinSize", len(g.members()))
			g.call("EnableScalingGroup")
			return g.detach(g.ids[0]).ok()
		},
		"sequence.denied-and-min-size": func(s *server) bool {
			g := s.setup(denied, 2)
			alone := g.as(g.denied, "DetachInstances", g.ids[0])
			g.modify("MinSize", len(g.members()))
			return alone.refused(forbidden) && g.as(g.denied, "DetachInstances", g.ids[0]).ok()
		},
		"sequence.denied-and-inactive": func(s *server) bool {
			g := s.setup(denied, 2)
			alone := g.as(g.denied, "DetachInstances", g.ids[0])
			g.call("DisableScalingGroup")
			return alone.refused(forbidden) && g.as(g.denied, "DetachInstances", g.ids[0]).ok()
		},
		"sequence.inactive-and-min-size": func(s *server) bool {
			g := s.setup(atMinSize, 2)
			alone := g.detach(g.ids[0])
			g.call("DisableScalingGroup")
			return alone.refused(tooSmall) && g.detach(g.ids[0]).ok()
		},
		"sequence.activity-and-min-size": func(s *server) bool {
			g := s.setup(detachable, 3)
			started, alone := g.detach(g.ids[0]), g.detach(g.ids[1])
			g.modify("MinSize", len(g.members()))
			return started.ok() && alone.refused(busy) && g.detach(g.ids[1]).ok()
		},
		"sequence.places-and-min-size": func(s *server) bool {
			return atMinSizeToo(s, balancer, "IncorrectLoadBalancerStatus") &&
				atMinSizeToo(s, database, "IncorrectDBInstanceStatus")
		},
		"sequence.request-id-third": func(s *server) bool {
			g := s.setup(detachable, 4)
			first := g.detach("i-none").text(requestID)
			g.detach("i-none")
			return g.detach("i-none").text(requestID) == first
		},
	})
}

// free is the id of an instance in no group.
func free(s *server) string {
	g := s.setup(detachable, 1)
	g.detached(g.ids[0])
	return g.ids[0]
}

// again looks at an instance that was detached and attached again.
func again(seen func(g group, id string) bool) func(*server) bool {
	return func(s *server) bool {
		g := s.setup(detachable, 3)
		g.detached(g.ids[0])
		return g.attached(g.ids[0]).ok() && seen(g, g.ids[0])
	}
}

// moved looks at an instance that went from one group to another.
func moved(seen func(from, to group, id string) bool) func(*server) bool {
	return func(s *server) bool {
		from, to := s.setup(detachable, 3), s.setup(detachable, 2)
		from.detached(from.ids[0])
		return to.attached(from.ids[0]).ok() && seen(from, to, from.ids[0])
	}
}

// onAndOff sees that a group which was disabled and enabled again does not accept; while is what happens in between.
func onAndOff(while func(group)) func(*server) bool {
	return func(s *server) bool {
		g := s.setup(detachable, 2)
		g.call("DisableScalingGroup")
		while(g)
		g.call("EnableScalingGroup")
		return !g.detach(g.ids[0]).ok()
	}
}

// running looks while a detaching activity runs.
func running(seen func(g group, activity string) bool) func(*server) bool {
	return func(s *server) bool {
		g := s.setup(detachable, 3)
		return seen(g, g.detach(g.ids[0]).text(activityID))
	}
}

// afterActivity looks when the activity has ended during which a call was refused.
func afterActivity(seen func(g group, activity string) bool) func(*server) bool {
	return running(func(g group, activity string) bool {
		refused := g.detach(g.ids[1]).refused(busy)
		g.idle()
		return refused && seen(g, activity)
	})
}
