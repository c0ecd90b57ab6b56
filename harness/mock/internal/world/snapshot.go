package world

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Snapshot is a World as JSON holds it.
type Snapshot struct {
	Groups    []GroupSnapshot    `json:"groups"`
	Instances []InstanceSnapshot `json:"instances"`
	Balancers []LoadBalancer     `json:"loadBalancers"`
	Databases []Database         `json:"dbInstances"`
}

// GroupSnapshot is a group, with what belongs to it by id.
type GroupSnapshot struct {
	ID            string             `json:"id"`
	Name          string             `json:"name"`
	Region        string             `json:"region"`
	Lifecycle     string             `json:"lifecycle"`
	MinSize       int                `json:"minSize"`
	MaxSize       int                `json:"maxSize"`
	Desired       int                `json:"desired"`
	Cooldown      int                `json:"cooldown"`
	CreatedAt     time.Time          `json:"createdAt"`
	CooldownUntil time.Time          `json:"cooldownUntil"`
	DeletedAt     time.Time          `json:"deletedAt"`
	Members       []string           `json:"members"`
	Balancers     []string           `json:"loadBalancers"`
	Databases     []string           `json:"dbInstances"`
	Rules         []RuleSnapshot     `json:"rules"`
	Activities    []ActivitySnapshot `json:"activities"`
}

// InstanceSnapshot is an instance.
type InstanceSnapshot struct {
	ID           string    `json:"id"`
	Status       string    `json:"status"`
	CreatedAt    time.Time `json:"createdAt"`
	Lifecycle    string    `json:"lifecycle"`
	CreationType string    `json:"creationType"`
	JoinedAt     time.Time `json:"joinedAt"`
	JoinedBy     string    `json:"joinedBy"`
	Weight       int       `json:"weight"`
	Entrusted    bool      `json:"entrusted"`
}

// RuleSnapshot is a scaling rule.
type RuleSnapshot struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Type     string `json:"type"`
	Value    int    `json:"value"`
	Cooldown int    `json:"cooldown"`
}

// ActivitySnapshot is an activity.
type ActivitySnapshot struct {
	ID          string    `json:"id"`
	Verb        string    `json:"verb"`
	Description string    `json:"description"`
	Cause       string    `json:"cause"`
	Start       time.Time `json:"start"`
	End         time.Time `json:"end"`
	Done        bool      `json:"done"`
	Instances   []string  `json:"instances"`
	Ignored     []string  `json:"ignored"`
	Cooldown    int       `json:"cooldown"`
}

// Save is the world as it is now.
func (w *World) Save() Snapshot {
	s := Snapshot{
		Groups: []GroupSnapshot{}, Instances: []InstanceSnapshot{}, Balancers: []LoadBalancer{},
		Databases: []Database{},
	}
	for _, g := range w.Groups() {
		s.Groups = append(s.Groups, g.save())
	}
	for _, i := range w.Instances() {
		s.Instances = append(s.Instances, InstanceSnapshot{
			i.ID, i.Status, i.CreatedAt, i.Lifecycle, i.CreationType, i.JoinedAt, i.JoinedBy, i.Weight, i.Entrusted,
		})
	}
	for _, id := range sortedKeys(w.Balancers) {
		s.Balancers = append(s.Balancers, *w.Balancers[id])
	}
	for _, id := range sortedKeys(w.Databases) {
		s.Databases = append(s.Databases, *w.Databases[id])
	}
	return s
}

func (g *Group) save() GroupSnapshot {
	s := GroupSnapshot{
		ID:            g.ID,
		Name:          g.Name,
		Region:        g.Region,
		Lifecycle:     g.Lifecycle,
		MinSize:       g.MinSize,
		MaxSize:       g.MaxSize,
		Desired:       g.Desired,
		Cooldown:      g.DefaultCooldown,
		CreatedAt:     g.CreatedAt,
		CooldownUntil: g.CooldownUntil,
		DeletedAt:     g.deleted,
		Members:       ids(g.Members, func(i *Instance) string { return i.ID }),
		Balancers:     ids(g.Balancers, func(b *LoadBalancer) string { return b.ID }),
		Databases:     ids(g.Databases, func(d *Database) string { return d.ID }),
	}
	for _, r := range g.Rules {
		s.Rules = append(s.Rules, RuleSnapshot{r.ID, r.Name, r.AdjustmentType, r.AdjustmentValue, r.Cooldown})
	}
	for _, a := range g.Activities {
		s.Activities = append(s.Activities, ActivitySnapshot{
			a.ID, a.Verb, a.Description, a.Cause, a.Start, a.End, a.Done,
			ids(a.Instances, func(i *Instance) string { return i.ID }), a.Ignored, a.Cooldown,
		})
	}
	return s
}

// Load replaces the world by a snapshot. complete gives what takes effect when an activity with that verb ends.
func (w *World) Load(s Snapshot, complete func(verb string) func(*World, *Activity)) error {
	if len(s.Groups) > MaxGroups || len(s.Instances) > MaxInstances {
		return fmt.Errorf("it holds %d groups and %d instances; at most %d and %d fit",
			len(s.Groups), len(s.Instances), MaxGroups, MaxInstances)
	}
	loaded := &World{settings: w.settings, now: w.now}
	loaded.Clear()
	for _, i := range s.Instances {
		loaded.instances[i.ID] = &Instance{
			ID: i.ID, Status: i.Status, CreatedAt: i.CreatedAt, Lifecycle: i.Lifecycle, CreationType: i.CreationType,
			JoinedAt: i.JoinedAt, JoinedBy: i.JoinedBy, Weight: i.Weight, Entrusted: i.Entrusted,
		}
	}
	for _, b := range s.Balancers {
		loaded.Balancers[b.ID] = &b
	}
	for _, d := range s.Databases {
		loaded.Databases[d.ID] = &d
	}
	for _, g := range s.Groups {
		if err := loaded.load(g, complete); err != nil {
			return fmt.Errorf("group %q: %w", g.ID, err)
		}
	}
	w.groups, w.instances, w.activities = loaded.groups, loaded.instances, loaded.activities
	w.rules, w.Balancers, w.Databases, w.created = loaded.rules, loaded.Balancers, loaded.Databases, loaded.created
	return nil
}

func (w *World) load(s GroupSnapshot, complete func(verb string) func(*World, *Activity)) error {
	if s.ID == "" || w.groups[s.ID] != nil {
		return errors.New("its id is empty or stands there twice")
	}
	w.created++
	g := &Group{
		ID: s.ID, Name: s.Name, Region: s.Region, Lifecycle: s.Lifecycle, MinSize: s.MinSize, MaxSize: s.MaxSize,
		Desired: s.Desired, DefaultCooldown: s.Cooldown, CreatedAt: s.CreatedAt, CooldownUntil: s.CooldownUntil,
		number: w.created, deleted: s.DeletedAt,
	}
	w.groups[g.ID] = g
	var err error
	if g.Members, err = found(s.Members, w.instances); err != nil {
		return fmt.Errorf("members: %w", err)
	}
	for _, i := range g.Members {
		if i.Group != nil {
			return fmt.Errorf("its member %q is in group %q, too", i.ID, i.Group.ID)
		}
		i.Group = g
	}
	if g.Balancers, err = found(s.Balancers, w.Balancers); err != nil {
		return fmt.Errorf("loadBalancers: %w", err)
	}
	if g.Databases, err = found(s.Databases, w.Databases); err != nil {
		return fmt.Errorf("dbInstances: %w", err)
	}
	for _, r := range s.Rules {
		rule := &ScalingRule{
			ID: r.ID, Name: r.Name, Group: g, AdjustmentType: r.Type, AdjustmentValue: r.Value, Cooldown: r.Cooldown,
		}
		g.Rules, w.rules[r.ID] = append(g.Rules, rule), rule
	}
	for _, a := range s.Activities {
		instances := make([]*Instance, 0, len(a.Instances))
		for _, id := range a.Instances { // some may be released by now
			if i := w.instances[id]; i != nil {
				instances = append(instances, i)
			}
		}
		w.keep(g, &Activity{
			ID:          a.ID,
			Group:       g,
			Instances:   instances,
			Verb:        a.Verb,
			Description: a.Description,
			Cause:       a.Cause,
			Start:       a.Start,
			End:         a.End,
			Done:        a.Done,
			Ignored:     a.Ignored,
			Cooldown:    a.Cooldown,
			complete:    complete(a.Verb),
		})
	}
	return nil
}

func ids[T any](of []T, id func(T) string) []string {
	out := make([]string, 0, len(of))
	for _, t := range of {
		out = append(out, id(t))
	}
	return out
}

func found[T any](ids []string, in map[string]*T) (out []*T, err error) {
	for _, id := range ids {
		if in[id] == nil {
			return nil, fmt.Errorf("%q is not in the file", id)
		}
		out = append(out, in[id])
	}
	return out, nil
}

func sortedKeys[T any](m map[string]T) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
