package dryrun

import (
	"context"
	"fmt"
	"slices"

	"github.com/essconform/essconform/harness/internal/support"
	"github.com/essconform/essconform/harness/target"
)

// Inventory is what the resources of -arrange api are like before a run.
type Inventory struct {
	main, other support.Group
	// strangers are members of the group that the target file does not name.
	strangers int
	where     map[string]string // instance → its group; none for an instance of its own
	// Assumed is why the resources were not looked at; "" when they were.
	Assumed string
}

// Assume is an inventory for resources that nothing looked at: groups that need no change, and instances in no group.
func Assume(with target.API, reason string) Inventory {
	g := support.Group{Lifecycle: support.Active, Sizes: support.Sizes{MaxSize: len(with.InstanceIDs), Cooldown: 300}}
	if with.Create {
		g.Lifecycle = support.Inactive
		g.MaxSize++
	}
	return Inventory{main: g, other: g, Assumed: reason}
}

// Look reads what the resources are like. Nothing is changed.
func Look(ctx context.Context, client *support.Client, with target.API) (Inventory, error) {
	out := Assume(with, "")
	var err error
	for id, group := range map[string]*support.Group{
		with.ScalingGroupID:      &out.main,
		with.OtherScalingGroupID: &out.other,
	} {
		if id == "" {
			continue
		}
		if *group, err = client.Group(ctx, id); err != nil {
			return out, err
		}
	}
	found, err := client.Find(ctx, with.InstanceIDs)
	if err != nil {
		return out, err
	}
	out.where = map[string]string{}
	for _, id := range with.InstanceIDs {
		g := found[id].Group
		if g != "" && g != with.ScalingGroupID && g != with.OtherScalingGroupID {
			return out, fmt.Errorf("the instance %s is in the group %s, which is not named in the target file; it "+
				"would be left alone: name another", id, g)
		}
		out.where[id] = g
	}
	if with.ScalingGroupID == "" {
		return out, nil
	}
	members, err := client.Members(ctx, with.ScalingGroupID)
	out.strangers = len(slices.DeleteFunc(members,
		func(m support.Member) bool { return slices.Contains(with.InstanceIDs, m.ID) }))
	return out, err
}
