package stage

import (
	"github.com/essconform/essconform/harness/mock/internal/keyring"
	"github.com/essconform/essconform/harness/mock/internal/world"
)

// build makes the group that every state begins with, and then what the state makes of it.
func (s *scene) build(def state, n int) {
	w := s.world
	s.group = w.NewGroup(1, 0, defaultCooldown)
	s.group.Lifecycle = world.GroupActive
	s.values["scalingGroupId"] = s.group.ID
	if !def.empty {
		for range n {
			s.handed = append(s.handed, s.member(world.AutoCreated))
		}
		for range bystanders {
			s.member(world.AutoCreated)
		}
		ids := make([]string, 0, n)
		for _, i := range s.handed {
			ids = append(ids, i.ID)
		}
		s.values["instanceIds"] = ids
	}
	s.balancer(true)
	s.database(true)
	if def.arrange != nil {
		def.arrange(s)
	}
	s.group.MaxSize = len(s.group.Members) + roomAbove
}

func (s *scene) member(creationType string) *world.Instance {
	i := s.world.NewInstance()
	s.world.Join(s.group, i, world.InService, creationType)
	s.all = append(s.all, i)
	return i
}

func (s *scene) balancer(active bool) *world.LoadBalancer {
	b := s.world.NewLoadBalancer(active)
	s.balancers = append(s.balancers, b)
	s.group.Balancers = append(s.group.Balancers, b)
	return b
}

func (s *scene) database(running bool) *world.Database {
	d := s.world.NewDatabase(running)
	s.databases = append(s.databases, d)
	s.group.Databases = append(s.group.Databases, d)
	return d
}

// attachOneMore starts an activity that attaches one more bystander.
func (s *scene) attachOneMore() *world.Activity {
	i := s.member(world.Attached)
	i.Lifecycle = world.Pending
	a := s.world.Begin(s.group, []*world.Instance{i}, "attach", 0, world.Arrive)
	i.JoinedBy = a.ID
	return a
}

// caller adds a caller who may not call an operation.
func (s *scene) caller(denied string) keyring.Credential {
	c := keyring.Credential{
		AccessKeyID:     s.ids.Next(world.KeyPrefix),
		AccessKeySecret: s.ids.Next(""),
		Denied:          []string{denied},
	}
	s.keys.Add(c)
	s.callers = append(s.callers, c)
	return c
}

// free forgets everything that the setup made, wherever it is by now.
func (s *scene) free() {
	s.world.RemoveGroup(s.group)
	for _, i := range s.all {
		s.world.RemoveInstance(i)
	}
	for _, b := range s.balancers {
		delete(s.world.Balancers, b.ID)
	}
	for _, d := range s.databases {
		delete(s.world.Databases, d.ID)
	}
	for _, c := range s.callers {
		s.keys.Remove(c.AccessKeyID)
	}
}
