package mock

import (
	"time"

	"github.com/essconform/essconform/harness/mock/internal/world"
)

type (
	// World is the state of the services. Rules see it while they decide a call.
	World = world.World
	// Group is a scaling group.
	Group = world.Group
	// Instance is an ECS instance.
	Instance = world.Instance
	// Activity is a scaling activity.
	Activity = world.Activity
	// LoadBalancer is one that groups refer to.
	LoadBalancer = world.LoadBalancer
	// Database is a DB instance that groups refer to.
	Database = world.Database
	// IDs makes ids.
	IDs = world.IDs
)

// The lifecycle states of a group and of an instance in it, and those of an activity (facts, section 6).
const (
	GroupActive   = world.GroupActive
	GroupInactive = world.GroupInactive
	GroupDeleting = world.GroupDeleting

	InService = world.InService
	Pending   = world.Pending
	Removing  = world.Removing

	InProgress = world.InProgress
	Successful = world.Successful
)

// defaultRegion is the region that the mock is when Options.Region does not say.
const defaultRegion = "cn-hangzhou"

// worldSettings are what the world takes from the options.
func (s *Server) worldSettings() world.Settings {
	region := s.options.Region
	if region == "" {
		region = defaultRegion
	}
	return world.Settings{
		Clock:      func() time.Time { return s.options.Clock().Add(time.Duration(s.ahead.Load())) },
		Region:     region,
		Takes:      s.options.ActivityDuration,
		Ends:       s.rules.Ends,
		ResourceID: func(prefix string) string { return s.rules.ResourceID(s.ids, prefix) },
		ActivityID: func() string { return s.rules.ActivityID(s.ids) },
	}
}
