package stage

import "github.com/essconform/essconform/harness/mock/internal/world"

// state is one provider state: what a setup makes of the group that every state begins with.
//
// That group is active and idle. Beside the instances that are handed out it has bystanders, whose ids are not handed
// out, so that a caller who detaches more than was asked for can be seen; and a load balancer and a DB instance that
// are in order.
type state struct {
	name string
	// empty leaves all instances out, and so the value instanceIds.
	empty bool
	// arrange turns the group into what the state says; nil leaves it as it is.
	arrange func(s *scene)
}

// bystanders is how many members of a group are not handed out.
const bystanders = 2

// states is the table of the provider states, by the names that clients send.
func states() []state {
	return []state{
		{name: "a scaling group with detachable instances"},
		{name: "a scaling group that detaching brings down to its minimum size", arrange: func(s *scene) {
			s.group.MinSize = len(s.group.Members) - len(s.handed)
		}},
		{name: "a scaling group at its minimum size", arrange: func(s *scene) {
			s.group.MinSize = len(s.group.Members)
		}},
		{name: "an inactive scaling group", arrange: func(s *scene) {
			s.group.Lifecycle = world.GroupInactive
		}},
		{name: "a scaling group with a scaling activity in progress", arrange: func(s *scene) {
			s.attachOneMore().End = never
		}},
		{name: "a scaling group with an inactive load balancer", arrange: func(s *scene) {
			s.values["loadBalancerId"] = s.balancer(false).ID
		}},
		{name: "a scaling group with a DB instance that is not running", arrange: func(s *scene) {
			s.values["dbInstanceId"] = s.database(false).ID
		}},
		{name: "a scaling group in its cooldown period", arrange: func(s *scene) {
			s.attachOneMore().End = s.world.Now()
			s.world.Group(s.group.ID)
		}},
		{name: "a caller without permission to detach instances", arrange: func(s *scene) {
			denied := s.caller("DetachInstances")
			s.values["accessKeyId"], s.values["accessKeySecret"] = denied.AccessKeyID, denied.AccessKeySecret
		}},
		{name: "an active scaling group without instances", empty: true, arrange: func(s *scene) {
			s.group.MinSize = 0
		}},
	}
}

// Names are the provider states that Setup knows.
func Names() []string {
	var names []string
	for _, s := range states() {
		names = append(names, s.name)
	}
	return names
}
