package mock

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

// The bounds of the state, so that a caller who never tears down cannot fill the memory.
const (
	maxGroups    = 20_000
	maxInstances = 100_000
)

// The lifecycle states of a group and of an instance in it (facts, section 6).
const (
	GroupActive   = "Active"
	GroupInactive = "Inactive"

	InService = "InService"
	Pending   = "Pending"
	Removing  = "Removing"
)

// World is the state of all services. One call at a time holds it; everything that depends on time is worked out from Now when somebody
// looks, so nothing runs in between.
type World struct {
	mu  sync.Mutex
	now time.Time

	clock  func() time.Time
	takes  time.Duration
	region string
	rules  *Rules
	ids    *IDs

	groups     map[string]*Group
	instances  map[string]*Instance
	activities map[string]*Activity
	balancers  map[string]*LoadBalancer
	databases  map[string]*Database
	created    int // groups ever created, to list them in that order
}

// Group is a scaling group.
type Group struct {
	ID, Name, Region string
	Lifecycle        string // GroupActive or GroupInactive
	MinSize, MaxSize int
	DefaultCooldown  int // seconds
	CreatedAt        time.Time
	// Members are in the group, those that join or leave included.
	Members   []*Instance
	Balancers []*LoadBalancer
	Databases []*Database
	// Activities are the latest ones, oldest first. Only the last can be in progress.
	Activities []*Activity
	// CooldownUntil is when the cooldown after the last activity ends. DetachInstances does not ask (document: description).
	CooldownUntil time.Time

	number int
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
}

// LoadBalancer is an SLB instance.
type LoadBalancer struct {
	ID     string
	Active bool
}

// Database is an RDS instance.
type Database struct {
	ID           string
	Stopped      bool
	RestartUntil time.Time // it restarts until then
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

func newWorld(o Options, ids *IDs) *World {
	region := o.Region
	if region == "" {
		region = "cn-hangzhou"
	}
	return &World{
		clock: o.Clock, takes: o.ActivityDuration, region: region, rules: o.Rules, ids: ids,
		groups:     map[string]*Group{},
		instances:  map[string]*Instance{},
		activities: map[string]*Activity{},
		balancers:  map[string]*LoadBalancer{},
		databases:  map[string]*Database{},
	}
}

// hold takes the world for one call, as of now, and returns what gives it back.
func (w *World) hold() (release func()) {
	w.mu.Lock()
	w.now = w.clock()
	return w.mu.Unlock
}

// Now is the time of whoever holds the world.
func (w *World) Now() time.Time { return w.now }

// Group is the group of that id as it is now, nil when there is none.
func (w *World) Group(id string) *Group {
	g := w.groups[id]
	w.settle(g)
	return g
}

// Instance is the instance of that id as it is now, nil when there is none.
func (w *World) Instance(id string) *Instance {
	i := w.instances[id]
	if i != nil {
		w.settle(i.Group)
	}
	return i
}

// Groups are all groups as they are now, oldest first.
func (w *World) Groups() []*Group {
	all := make([]*Group, 0, len(w.groups))
	for _, g := range w.groups {
		w.settle(g)
		all = append(all, g)
	}
	slices.SortFunc(all, func(a, b *Group) int { return cmp.Compare(a.number, b.number) })
	return all
}

// NewGroup adds an inactive, empty group.
func (w *World) NewGroup(minSize, maxSize, cooldown int) *Group {
	w.created++
	g := &Group{
		ID: w.rules.ResourceID(w.ids, groupPrefix), Region: w.region, Lifecycle: GroupInactive, MinSize: minSize, MaxSize: maxSize,
		DefaultCooldown: cooldown, CreatedAt: w.now, number: w.created,
	}
	w.groups[g.ID] = g
	return g
}

// NewInstance adds a running instance of its own.
func (w *World) NewInstance() *Instance {
	i := &Instance{ID: w.rules.ResourceID(w.ids, instancePrefix), Status: "Running", CreatedAt: w.now}
	w.instances[i.ID] = i
	return i
}

// NewLoadBalancer adds a load balancer.
func (w *World) NewLoadBalancer(active bool) *LoadBalancer {
	b := &LoadBalancer{ID: w.rules.ResourceID(w.ids, balancerPrefix), Active: active}
	w.balancers[b.ID] = b
	return b
}

// NewDatabase adds a DB instance.
func (w *World) NewDatabase(running bool) *Database {
	d := &Database{ID: w.rules.ResourceID(w.ids, databasePrefix), Stopped: !running}
	w.databases[d.ID] = d
	return d
}

// Join puts an instance into a group.
func (w *World) Join(g *Group, i *Instance, lifecycle, creationType string) {
	i.Group, i.Lifecycle, i.CreationType, i.JoinedAt = g, lifecycle, creationType, w.now
	g.Members = append(g.Members, i)
}

// Leave takes an instance out of the group that it is in. The instance itself runs on (document: description).
func (w *World) Leave(i *Instance) {
	if i.Group == nil {
		return
	}
	i.Group.Members = slices.DeleteFunc(i.Group.Members, func(m *Instance) bool { return m == i })
	i.Group, i.Lifecycle, i.CreationType, i.JoinedAt = nil, "", "", time.Time{}
}

// RemoveGroup forgets a group and its activities. Its members stay, as instances of their own.
func (w *World) RemoveGroup(g *Group) {
	for _, i := range slices.Clone(g.Members) {
		w.Leave(i)
	}
	for _, a := range g.Activities {
		delete(w.activities, a.ID)
	}
	delete(w.groups, g.ID)
}

// RemoveInstance forgets an instance, wherever it is.
func (w *World) RemoveInstance(i *Instance) {
	w.Leave(i)
	delete(w.instances, i.ID)
}

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
