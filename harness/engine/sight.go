package engine

import (
	"context"
	"fmt"
	"slices"

	"github.com/essconform/essconform/harness/internal/support"
)

// sight is what the resources of -arrange api are like before a run.
type sight struct {
	main, other support.Group
	strangers   int               // members of the group that the target file does not name
	where       map[string]string // instance → its group; none for an instance of its own
}

// assumed is what is planned with when nothing was looked at: groups that need no change, and instances of their own.
func assumed(instances int) sight {
	g := support.Group{Lifecycle: support.Active, Sizes: support.Sizes{MaxSize: instances, Cooldown: 300}}
	return sight{main: g, other: g}
}

// look reads what the resources are like. Nothing is changed.
func (p *Plan) look(ctx context.Context) (s sight, err error) {
	settings := p.Settings
	if err := settings.Guard(); err != nil {
		return s, err
	}
	with := settings.API
	caller, err := settings.Credentials()
	if err != nil {
		return s, err
	}
	can, err := newSupport(settings, p.Contract, caller, newLimiter(settings.Rate, 1))
	if err != nil {
		return s, err
	}
	defer closeIdle(can)
	s = assumed(len(with.InstanceIDs))
	for id, group := range map[string]*support.Group{with.ScalingGroupID: &s.main, with.OtherScalingGroupID: &s.other} {
		if id == "" {
			continue
		}
		if *group, err = can.Group(ctx, id); err != nil {
			return s, err
		}
	}
	found, err := can.Find(ctx, with.InstanceIDs)
	if err != nil {
		return s, err
	}
	s.where = map[string]string{}
	for _, id := range with.InstanceIDs {
		g := found[id].Group
		if g != "" && g != with.ScalingGroupID && g != with.OtherScalingGroupID {
			return s, fmt.Errorf("the instance %s is in the group %s, which is not named in the target file; it would be left alone: name another", id, g)
		}
		s.where[id] = g
	}
	if with.ScalingGroupID == "" {
		return s, nil
	}
	members, err := can.Members(ctx, with.ScalingGroupID)
	s.strangers = len(slices.DeleteFunc(members, func(m support.Member) bool { return slices.Contains(with.InstanceIDs, m.ID) }))
	return s, err
}
