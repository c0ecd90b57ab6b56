package world

import (
	"slices"
	"time"
)

// The lifecycle states of a group and of an instance in it (facts, section 6).
const (
	GroupActive   = "Active"
	GroupInactive = "Inactive"
	GroupDeleting = "Deleting"

	InService = "InService"
	Pending   = "Pending"
	Removing  = "Removing"
)

// How an instance came into its group.
const (
	AutoCreated = "AutoCreated"
	Attached    = "Attached"
)

// DefaultWeight is the weight of an instance behind the group's load balancers (page of AttachInstances).
const DefaultWeight = 50

// NotDesired is the Desired of a group that has no desired capacity.
const NotDesired = -1

// Group is a scaling group.
type Group struct {
	ID, Name, Region string
	Lifecycle        string // GroupActive, GroupInactive or GroupDeleting
	MinSize, MaxSize int
	Desired          int // NotDesired where none was set
	DefaultCooldown  int // seconds
	CreatedAt        time.Time
	// Members are in the group, those that join or leave included.
	Members   []*Instance
	Balancers []*LoadBalancer
	Databases []*Database
	Rules     []*ScalingRule
	// Activities are the latest ones, oldest first. Only the last can be in progress.
	Activities []*Activity
	// CooldownUntil is when the cooldown after the last activity ends. DetachInstances does not ask (document:
	// description).
	CooldownUntil time.Time

	number  int
	deleted time.Time // when a group that is Deleting is gone
}

// ConfigurationID is the scaling configuration that is active in the group. Every group has one from the start.
func (g *Group) ConfigurationID() string { return configurationPrefix + suffix(g.ID, groupPrefix) }

// Count is how many of the members are in that lifecycle state.
func (g *Group) Count(lifecycle string) int {
	n := 0
	for _, m := range g.Members {
		if m.Lifecycle == lifecycle {
			n++
		}
	}
	return n
}

// Instance is an ECS instance.
type Instance struct {
	ID        string
	Status    string // of ECS: "Running" …
	CreatedAt time.Time
	// What follows is about the group that it is in; Group is nil for an instance of its own.
	Group        *Group
	Lifecycle    string // InService, Pending or Removing
	CreationType string // AutoCreated or Attached
	JoinedAt     time.Time
	JoinedBy     string // the activity that brought it, "" for one that was there from the start
	Weight       int    // behind the load balancers
	Entrusted    bool   // the group releases it, though it was attached
}

// LoadBalancer is an SLB instance.
type LoadBalancer struct {
	ID     string `json:"id"`
	Active bool   `json:"active"`
}

// Database is an RDS instance.
type Database struct {
	ID           string    `json:"id"`
	Stopped      bool      `json:"stopped"`
	RestartUntil time.Time `json:"restartUntil"` // it restarts until then
}

// Status is the status of a DB instance at a time.
func (d *Database) Status(now time.Time) string {
	switch {
	case d.Stopped:
		return "Stopped"
	case now.Before(d.RestartUntil):
		return "Restarting"
	}
	return "Running"
}

// ScalingRule is a simple scaling rule.
type ScalingRule struct {
	ID, Name        string
	Group           *Group
	AdjustmentType  string
	AdjustmentValue int
	Cooldown        int // seconds; NoCooldown: that of the group
}

// NoCooldown is the Cooldown of a rule that has none of its own.
const NoCooldown = -1

// account is the account id in the identifiers of rules. The mock has one account.
const account = "1234567890123456"

// Ari is the identifier by which a rule is executed (page of CreateScalingRule).
func (r *ScalingRule) Ari() string {
	return "ari:acs:ess:" + r.Group.Region + ":" + account + ":scalingrule/" + r.ID
}

// NewRule adds a scaling rule to a group. Without a name it is named after its id.
func (w *World) NewRule(g *Group, name string) *ScalingRule {
	r := &ScalingRule{ID: w.settings.ResourceID(rulePrefix), Name: name, Group: g, Cooldown: NoCooldown}
	if name == "" {
		r.Name = r.ID
	}
	w.rules[r.ID] = r
	g.Rules = append(g.Rules, r)
	return r
}

// Rule is the scaling rule of that id, nil when there is none.
func (w *World) Rule(id string) *ScalingRule {
	r := w.rules[id]
	if r == nil || w.Group(r.Group.ID) == nil {
		return nil
	}
	return r
}

// RemoveRule forgets a scaling rule.
func (w *World) RemoveRule(r *ScalingRule) {
	r.Group.Rules = slices.DeleteFunc(r.Group.Rules, func(other *ScalingRule) bool { return other == r })
	delete(w.rules, r.ID)
}
