// Package world is the state of the services that the mock plays: scaling groups, instances, activities, scaling
// rules, load balancers and DB instances. It knows no protocol.
package world

import (
	"cmp"
	"slices"
	"sync"
	"time"
)

// The bounds of the state, so that a caller who never tears down cannot fill the memory.
const (
	MaxGroups    = 20_000
	MaxInstances = 100_000
)

// World is the state of all services. One call at a time holds it; everything that depends on time is worked out from
// Now when somebody looks, so nothing runs in between.
type World struct {
	mu  sync.Mutex
	now time.Time

	settings Settings

	groups     map[string]*Group
	instances  map[string]*Instance
	activities map[string]*Activity
	rules      map[string]*ScalingRule // by id
	created    int                     // groups ever created, to list them in that order

	later []due
	lens  func(*Group) *Group // nil shows everything as it is

	Balancers map[string]*LoadBalancer
	Databases map[string]*Database
}

// Settings are what a World takes from outside.
type Settings struct {
	Clock  func() time.Time
	Region string
	// Takes is how long an activity lasts; Ends is when it is final, the zero time means never.
	Takes time.Duration
	Ends  func(start time.Time, takes time.Duration) time.Time
	// ResourceID and ActivityID make up the ids of new resources.
	ResourceID func(prefix string) string
	ActivityID func() string
}

// New is a World without any resource.
func New(s Settings) *World {
	w := &World{settings: s}
	w.Clear()
	return w
}

// Clear forgets every resource.
func (w *World) Clear() {
	w.groups, w.instances, w.activities = map[string]*Group{}, map[string]*Instance{}, map[string]*Activity{}
	w.rules, w.Balancers, w.Databases = map[string]*ScalingRule{}, map[string]*LoadBalancer{}, map[string]*Database{}
}

// Hold takes the world for one call, as of now, and returns what gives it back.
func (w *World) Hold() (release func()) {
	w.mu.Lock()
	w.now = w.settings.Clock()
	w.catchUp()
	return w.mu.Unlock
}

// Now is the time of the call that holds the world.
func (w *World) Now() time.Time { return w.now }

// Takes is how long an activity lasts.
func (w *World) Takes() time.Duration { return w.settings.Takes }

// Region is the id of the one region that the world is.
func (w *World) Region() string { return w.settings.Region }

// Counts are the numbers of resources, for bounds and for tests of them.
type Counts struct{ Groups, Instances, Activities, Rules, Balancers, Databases int }

// Count is how many resources there are.
func (w *World) Count() Counts {
	return Counts{len(w.groups), len(w.instances), len(w.activities), len(w.rules), len(w.Balancers), len(w.Databases)}
}

// Group is the group of that id as it is now, nil when there is none.
func (w *World) Group(id string) *Group {
	g := w.groups[id]
	if g == nil || !w.settle(g) {
		return nil
	}
	return w.seen(w.groups[id]) // once more: what ended may have taken the group away
}

// Instance is the instance of that id as it is now, nil when there is none.
func (w *World) Instance(id string) *Instance {
	i := w.instances[id]
	if i != nil && i.Group != nil {
		w.settle(i.Group)
		return w.instances[id]
	}
	return i
}

// Groups are all groups as they are now, oldest first.
func (w *World) Groups() []*Group {
	all := make([]*Group, 0, len(w.groups))
	for _, g := range w.groups {
		if !w.settle(g) {
			continue
		}
		if shown := w.seen(g); shown != nil {
			all = append(all, shown)
		}
	}
	slices.SortFunc(all, func(a, b *Group) int { return cmp.Compare(a.number, b.number) })
	return all
}

// Instances are all instances as they are now, oldest first.
func (w *World) Instances() []*Instance {
	w.Groups()
	all := make([]*Instance, 0, len(w.instances))
	for _, i := range w.instances {
		all = append(all, i)
	}
	slices.SortFunc(
		all,
		func(a, b *Instance) int { return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID)) },
	)
	return all
}

// NewGroup adds an inactive, empty group.
func (w *World) NewGroup(minSize, maxSize, cooldown int) *Group {
	w.created++
	g := &Group{
		ID: w.settings.ResourceID(
			groupPrefix,
		),
		Region:          w.settings.Region,
		Lifecycle:       GroupInactive,
		MinSize:         minSize,
		MaxSize:         maxSize,
		Desired:         NotDesired,
		DefaultCooldown: cooldown,
		CreatedAt:       w.now,
		number:          w.created,
	}
	w.groups[g.ID] = g
	return g
}

// NewInstance adds a running instance of its own.
func (w *World) NewInstance() *Instance {
	i := &Instance{ID: w.settings.ResourceID(instancePrefix), Status: "Running", CreatedAt: w.now}
	w.instances[i.ID] = i
	return i
}

// NewLoadBalancer adds a load balancer.
func (w *World) NewLoadBalancer(active bool) *LoadBalancer {
	b := &LoadBalancer{ID: w.settings.ResourceID(balancerPrefix), Active: active}
	w.Balancers[b.ID] = b
	return b
}

// NewDatabase adds a DB instance.
func (w *World) NewDatabase(running bool) *Database {
	d := &Database{ID: w.settings.ResourceID(databasePrefix), Stopped: !running}
	w.Databases[d.ID] = d
	return d
}

// Join puts an instance into a group.
func (w *World) Join(g *Group, i *Instance, lifecycle, creationType string) {
	i.Group, i.Lifecycle, i.CreationType, i.JoinedAt, i.Weight = g, lifecycle, creationType, w.now, DefaultWeight
	g.Members = append(g.Members, i)
}

// Leave takes an instance out of the group that it is in. The instance itself runs on (document: description).
func (w *World) Leave(i *Instance) {
	if i.Group == nil {
		return
	}
	i.Group.Members = slices.DeleteFunc(i.Group.Members, func(m *Instance) bool { return m == i })
	i.Group, i.Lifecycle, i.CreationType, i.JoinedAt = nil, "", "", time.Time{}
	i.Entrusted, i.Weight, i.JoinedBy = false, 0, ""
}

// Release takes an instance out of its group and, when the group owned it, out of the world.
func (w *World) Release(i *Instance) {
	if i.CreationType == AutoCreated || i.Entrusted {
		w.RemoveInstance(i)
		return
	}
	w.Leave(i)
}

// RemoveGroup forgets a group, its activities and its rules. Its members stay, as instances of their own.
func (w *World) RemoveGroup(g *Group) {
	for _, i := range slices.Clone(g.Members) {
		w.Leave(i)
	}
	for _, a := range g.Activities {
		delete(w.activities, a.ID)
	}
	for _, r := range g.Rules {
		delete(w.rules, r.ID)
	}
	g.Rules = nil
	delete(w.groups, g.ID)
}

// DeleteGroup ends a group as DeleteScalingGroup does: it takes nothing on from now, waits for the activity in
// progress, and is gone with the instances that it owns when as long as an activity takes is over.
func (w *World) DeleteGroup(g *Group) {
	g.Lifecycle = GroupDeleting
	g.deleted = w.now
	if a := g.Current(); a != nil || len(g.Members) > 0 {
		g.deleted = w.settings.Ends(w.now, w.settings.Takes)
		if a != nil && a.End.After(g.deleted) {
			g.deleted = a.End
		}
	}
	w.settle(g)
}

// RemoveInstance forgets an instance, wherever it is.
func (w *World) RemoveInstance(i *Instance) {
	w.Leave(i)
	delete(w.instances, i.ID)
}
