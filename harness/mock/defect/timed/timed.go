// Package timed holds broken behaviours that a single call does not show: they need a history, calls that overlap,
// or a later look.
package timed

import "github.com/essconform/essconform/harness/mock"

// Entry is one such behaviour.
type Entry struct {
	// Name is a slug: sequence, overlap or late, then what is wrong.
	Name string
	// Requirements are those of the catalogue on which a finding makes sense.
	Requirements []string
	// Note says in one line what the broken server does.
	Note string
	// Break puts the behaviour into fresh rules.
	Break func(*mock.Rules)
	// Source is the public report that it is modelled on, as owner/repository#number; "" when it was thought up here.
	Source string
}

// on lists the requirements of an entry.
func on(ids ...string) []string { return ids }

// The requirements that come up more than once.
const (
	oneWorks   = "detach.one"
	leaves     = "detach.leaves-group"
	runs       = "detach.keeps-running"
	lives      = "detach.independent"
	enabled    = "group.enabled"
	idleGroup  = "group.idle"
	cooldown   = "group.cooldown"
	sizeKept   = "group.min-size"
	sizeBound  = "group.min-size-boundary"
	settings   = "group.settings-kept"
	groupKnown = "group.exists"
	instKnown  = "instance.exists"
	inGroup    = "instance.in-group"
	balanced   = "group.load-balancer"
	dbRuns     = "group.db-instance"
	permission = "auth.unauthorized"
	noEffect   = "error.no-effect"
	uniqueID   = "response.request-id-unique"
	uniqueAct  = "activity.unique"
	observable = "activity.observable"
)
