package states

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/essconform/essconform/harness/internal/support"
)

// elsewhere says that an instance is in a group that the run had nothing to do with. Nothing that the run changed waits
// for it.
type elsewhere struct{ instance, group string }

func (e *elsewhere) Error() string {
	return fmt.Sprintf(
		"the instance %s is in the group %s by now, which this run had nothing to do with; it is left there",
		e.instance, e.group)
}

// members puts instances into the groups where they were. Only those of the journal are looked at.
func (r *Restorer) members(ctx context.Context, c Change) error {
	ids := slices.Sorted(maps.Keys(c.Members))
	open := r.Journal.Open()
	groups := groupsOf(open)
	m := r.mover()
	for _, g := range groups {
		if err := m.idle(ctx, g); err != nil {
			return err
		}
	}
	where, err := r.Client.Find(ctx, ids)
	if err != nil {
		return err
	}
	var left error
	leave, join := map[string][]string{}, map[string][]string{}
	for _, id := range ids {
		now, before := where[id].Group, c.Members[id]
		switch {
		case now == before:
			continue
		case now != "" && !slices.Contains(groups, now):
			left = &elsewhere{id, now}
			continue
		case now != "":
			leave[now] = append(leave[now], id)
		}
		if before != "" {
			join[before] = append(join[before], id)
		}
	}
	if len(leave)+len(join) == 0 {
		return left
	}
	r.log(c)
	for _, g := range groups {
		if err := r.open(ctx, g, len(leave[g]), open); err != nil {
			return err
		}
		if err := m.detach(ctx, g, leave[g]); err != nil {
			return err
		}
	}
	for _, g := range groups {
		if err := m.attach(ctx, g, join[g]); err != nil {
			return err
		}
	}
	return left
}

// open lets instances leave a group that the run had changed: when it was interrupted, it may have been at its minimum
// size.
func (r *Restorer) open(ctx context.Context, group string, leaving int, open []Change) error {
	changed := func(kind Kind) bool {
		return slices.ContainsFunc(open, func(c Change) bool { return c.Kind == kind && c.ID == group })
	}
	if leaving == 0 || !changed(ChangedSizes) && !changed(Enabled) {
		return nil
	}
	g, err := r.Client.Group(ctx, group)
	if err != nil {
		return err
	}
	if g.Lifecycle == support.Inactive && changed(Enabled) {
		if err := r.mover().setLifecycle(ctx, group, support.Active); err != nil {
			return err
		}
	}
	members, err := r.Client.Members(ctx, group)
	if err != nil {
		return err
	}
	if room := max(0, len(members)-leaving); g.MinSize > room && changed(ChangedSizes) {
		return r.Client.SetMinSize(ctx, group, room)
	}
	return nil
}

// groupsOf are the groups that a run had to do with: those that it changed or made, those that it worked with, and
// those that its instances were in.
func groupsOf(open []Change) (ids []string) {
	for _, c := range open {
		if c.Kind != LoadBalancer && c.Kind != DBInstance {
			ids = append(ids, c.ID)
		}
		ids = append(ids, c.Groups...)
		ids = append(ids, slices.Collect(maps.Values(c.Members))...)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	return slices.DeleteFunc(ids, func(id string) bool { return id == "" })
}
