package extreme

import (
	"maps"
	"slices"
	"time"
)

// model is the world as the document describes it, in as few words as possible. It shares no code with the mock or the
// judge.
type model struct {
	now       time.Time
	groups    map[string]*modelGroup
	instances map[string]string    // id → the group that it is in; "" for none
	leaving   map[string]time.Time // id → when it has left the group that it was detached from
}

type modelGroup struct {
	active           bool
	minSize, maxSize int
	busyUntil        time.Time
	balancerDown     bool
	databaseDown     string // the id of the DB instance that is not running; "" when all are
}

// activityTakes is how long the scaling activities of the world take.
const activityTakes = time.Second

func (m *model) members(group string) (ids []string) {
	for _, id := range slices.Sorted(maps.Keys(m.instances)) {
		if m.instances[id] == group {
			ids = append(ids, id)
		}
	}
	return ids
}

func (m *model) busy(g *modelGroup) bool { return m.now.Before(g.busyUntil) }

// objection is one rule of the document that a call breaks.
type objection struct {
	rule string // the requirement
	code string // the documented error; "" where none is printed
	id   string // what the message names
}

// objections are all the rules that detaching ids from a group would break, in no order: the document gives none.
func (m *model) objections(denied bool, group string, ids []string) (out []objection) {
	if denied {
		out = append(out, objection{"auth.unauthorized", "Forbidden.Unauthorized", ""})
	}
	strangers := 0
	for _, id := range ids {
		home, known := m.instances[id]
		switch {
		case !known:
			out = append(out, objection{"instance.exists", "InvalidInstanceId.NotFound", id})
		case home != group:
			strangers++
		}
	}
	g, known := m.groups[group]
	if !known {
		return append(out, objection{"group.exists", "InvalidScalingGroupId.NotFound", ""})
	}
	if strangers > 0 {
		out = append(out, objection{rule: "instance.in-group"})
	}
	if !g.active {
		out = append(out, objection{"group.enabled", "IncorrectScalingGroupStatus", ""})
	}
	if m.busy(g) {
		out = append(out, objection{"group.idle", "ScalingActivityInProgress", ""})
	}
	if g.balancerDown {
		out = append(out, objection{"group.load-balancer", "IncorrectLoadBalancerStatus", ""})
	}
	if g.databaseDown != "" {
		out = append(out, objection{"group.db-instance", "IncorrectDBInstanceStatus", g.databaseDown})
	}
	if len(m.members(group))-len(ids) < g.minSize {
		out = append(out, objection{"group.min-size", "IncorrectCapacity.MinSize", ""})
	}
	return out
}

// detach carries an accepted call out.
func (m *model) detach(group string, ids []string) {
	for _, id := range ids {
		m.instances[id], m.leaving[id] = "", m.now.Add(activityTakes)
	}
	m.groups[group].busyUntil = m.now.Add(activityTakes)
}

// free are the instances that are in no group and on their way out of none.
func (m *model) free() []string {
	return slices.DeleteFunc(m.members(""), func(id string) bool { return m.now.Before(m.leaving[id]) })
}

// attachable tells whether free instances could be attached to a group.
func (m *model) attachable(group string, ids []string) bool {
	g := m.groups[group]
	return g.active && !m.busy(g) && !g.balancerDown && g.databaseDown == "" &&
		len(m.members(group))+len(ids) <= g.maxSize
}

func (m *model) attach(group string, ids []string) {
	for _, id := range ids {
		m.instances[id] = group
	}
	m.groups[group].busyUntil = m.now.Add(activityTakes)
}
