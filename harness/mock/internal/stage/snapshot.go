package stage

import (
	"cmp"
	"slices"
	"time"

	"github.com/essconform/essconform/harness/mock/internal/keyring"
	"github.com/essconform/essconform/harness/mock/internal/world"
)

// Snapshot is an arranged state as JSON holds it. Those who write it to a file keep it from other users: the callers
// that states made stand in it, with their secrets, so that clients that were given them can still call.
type Snapshot struct {
	State     string    `json:"state"`
	Since     time.Time `json:"since"`
	Group     string    `json:"group"`
	Instances []string  `json:"instances"`
	Balancers []string  `json:"loadBalancers"`
	Databases []string  `json:"dbInstances"`
	Callers   []Caller  `json:"callers,omitempty"`
}

// Caller is one that a state made.
type Caller struct {
	AccessKeyID     string   `json:"accessKeyId"`
	AccessKeySecret string   `json:"accessKeySecret"`
	Denied          []string `json:"denied"` // the operations that it may not call
}

// String hides the secret, whatever the verb.
func (c Caller) String() string { return c.credential().String() }

// GoString is String.
func (c Caller) GoString() string { return c.String() }

func (c Caller) credential() keyring.Credential {
	return keyring.Credential{AccessKeyID: c.AccessKeyID, AccessKeySecret: c.AccessKeySecret, Denied: c.Denied}
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
		for _, c := range s.callers {
			snapshot.Callers = append(snapshot.Callers, Caller{c.AccessKeyID, c.AccessKeySecret, c.Denied})
		}
		out = append(out, snapshot)
	}
	slices.SortFunc(out, func(a, b Snapshot) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.Group, b.Group))
	})
	return out
}

// Load replaces the arranged states, so that they can still be torn down, and makes their callers known. The world is
// held by the caller and loaded already.
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
		for _, c := range snapshot.Callers {
			s.callers = append(s.callers, c.credential())
		}
		scenes[snapshot.Group] = s
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	for _, s := range st.scenes {
		for _, c := range s.callers {
			st.keys.Remove(c.AccessKeyID)
		}
	}
	st.scenes = scenes
	for _, s := range scenes {
		for _, c := range s.callers {
			st.keys.Add(c)
		}
	}
}
