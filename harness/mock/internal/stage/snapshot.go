package stage

import (
	"slices"
	"time"

	"github.com/essconform/essconform/harness/mock/internal/world"
)

// Snapshot is an arranged state as JSON holds it. A caller that the state made is not part of it: no secret is written
// to a file.
type Snapshot struct {
	State     string    `json:"state"`
	Since     time.Time `json:"since"`
	Group     string    `json:"group"`
	Instances []string  `json:"instances"`
	Balancers []string  `json:"loadBalancers"`
	Databases []string  `json:"dbInstances"`
}

// Save are the states that are arranged. The world is held by the caller.
func (st *Stage) Save() []Snapshot {
	st.mu.Lock()
	defer st.mu.Unlock()
	out := make([]Snapshot, 0, len(st.scenes))
	for id, s := range st.scenes {
		snapshot := Snapshot{State: s.state, Since: s.since, Group: id}
		for _, i := range s.all {
			snapshot.Instances = append(snapshot.Instances, i.ID)
		}
		for _, b := range s.balancers {
			snapshot.Balancers = append(snapshot.Balancers, b.ID)
		}
		for _, d := range s.databases {
			snapshot.Databases = append(snapshot.Databases, d.ID)
		}
		out = append(out, snapshot)
	}
	slices.SortFunc(out, func(a, b Snapshot) int { return a.Since.Compare(b.Since) })
	return out
}

// Load replaces the arranged states, so that they can still be torn down. The world is held by the caller and loaded
// already.
func (st *Stage) Load(snapshots []Snapshot) {
	scenes := make(map[string]*scene, len(snapshots))
	for _, snapshot := range snapshots {
		s := &scene{world: st.world, keys: st.keys, ids: st.ids, state: snapshot.State, since: snapshot.Since}
		if s.group = st.world.Group(snapshot.Group); s.group == nil {
			s.group = &world.Group{ID: snapshot.Group} // it was deleted, and its instances may be left
		}
		for _, id := range snapshot.Instances {
			if i := st.world.Instance(id); i != nil {
				s.all = append(s.all, i)
			}
		}
		for _, id := range snapshot.Balancers {
			if b := st.world.Balancers[id]; b != nil {
				s.balancers = append(s.balancers, b)
			}
		}
		for _, id := range snapshot.Databases {
			if d := st.world.Databases[id]; d != nil {
				s.databases = append(s.databases, d)
			}
		}
		scenes[snapshot.Group] = s
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	st.scenes = scenes
}
