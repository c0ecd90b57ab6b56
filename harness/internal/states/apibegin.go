package states

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"github.com/essconform/essconform/harness/internal/support"
)

// shortestCooldown is how long a cooldown must be at least to be seen, in seconds; a group with a shorter one gets
// usualCooldown.
const (
	shortestCooldown = 60
	usualCooldown    = 300
)

// Begin looks at the resources and brings them to where every case begins. What it changes is in the journal first.
// After an error, Close still puts back what was done.
func (a *API) Begin(ctx context.Context) error {
	a.lock = newLock()
	a.main, a.other = a.With.ScalingGroupID, a.With.OtherScalingGroupID
	if a.With.Create {
		if err := a.create(ctx); err != nil {
			return bounded(err)
		}
	}
	where, err := a.Client.Find(ctx, a.With.InstanceIDs)
	if err != nil {
		return err
	}
	for _, id := range a.With.InstanceIDs {
		if g := where[id].Group; g != "" && g != a.main && g != a.other {
			return fmt.Errorf("the instance %s is in the group %s, which is not named in the target file; it is left "+
				"alone: name another", id, g)
		}
	}
	for _, group := range []string{a.main, a.other} {
		if group == "" {
			continue
		}
		if err := a.open(ctx, group, where); err != nil {
			return bounded(err)
		}
	}
	return a.gather(ctx, where)
}

// create makes both groups. Their names are written down first, so that they are found again whatever happens.
func (a *API) create(ctx context.Context) (err error) {
	room := support.Sizes{MaxSize: len(a.With.InstanceIDs) + 1, Cooldown: usualCooldown}
	g := support.NewGroup{Sizes: room, Extra: a.With.CreateParams}
	if a.other, err = a.createOne(ctx, g); err != nil {
		return err
	}
	if a.With.LoadBalancerID != "" {
		g.LoadBalancers = []string{a.With.LoadBalancerID}
	}
	if a.With.DBInstanceID != "" {
		g.Databases = []string{a.With.DBInstanceID}
	}
	a.main, err = a.createOne(ctx, g)
	return err
}

func (a *API) createOne(ctx context.Context, g support.NewGroup) (string, error) {
	g.Name = "essconform-" + uuid.NewString()
	number, err := a.Journal.Changing(Change{Kind: Created, Name: g.Name})
	if err != nil {
		return "", err
	}
	id, err := a.Client.Create(ctx, g)
	if err != nil {
		return "", err
	}
	return id, a.Journal.KnownAs(number, id)
}

// SizesFor are the sizes that a group needs while a run lasts: room for the instances to leave, and to come back.
func SizesFor(found support.Sizes, strangers, instances int, main bool) support.Sizes {
	found.MinSize = min(found.MinSize, strangers)
	if found.MaxSize != support.NotShown { // what is not shown could not be put back
		found.MaxSize = max(found.MaxSize, strangers+instances)
	}
	if main && found.Cooldown != support.NotShown && found.Cooldown < shortestCooldown {
		found.Cooldown = usualCooldown
	}
	return found
}

// open enables a group and gives it room.
func (a *API) open(ctx context.Context, id string, where map[string]support.Member) error {
	g, err := a.Client.Group(ctx, id)
	if err != nil {
		return err
	}
	if g.Lifecycle != support.Active && g.Lifecycle != support.Inactive {
		return fmt.Errorf("the group %s is %q; wanted Active or Inactive", id, g.Lifecycle)
	}
	members, err := a.Client.Members(ctx, id)
	if err != nil {
		return err
	}
	strangers := slices.DeleteFunc(members,
		func(m support.Member) bool { return slices.Contains(a.With.InstanceIDs, m.ID) })
	if id == a.other && len(strangers) > 0 {
		return fmt.Errorf("the second group %s has %d instances of its own; name one without instances", id,
			len(strangers))
	}
	sizes := SizesFor(g.Sizes, len(strangers), len(a.With.InstanceIDs), id == a.main)
	if sizes != g.Sizes || id == a.main { // cases change the MinSize of the group
		before := g.Sizes
		if _, err := a.Journal.Changing(Change{Kind: ChangedSizes, ID: id, Sizes: &before}); err != nil {
			return err
		}
	}
	if sizes != g.Sizes {
		if err := a.mover().setSizes(ctx, id, sizes); err != nil {
			return err
		}
	}
	if id == a.main {
		a.rest, a.shown = sizes, g
	}
	if g.Lifecycle == support.Active {
		return nil
	}
	if _, err := a.Journal.Changing(Change{Kind: Enabled, ID: id}); err != nil {
		return err
	}
	return a.mover().setLifecycle(ctx, id, support.Active)
}

// gather puts every instance into the group.
func (a *API) gather(ctx context.Context, where map[string]support.Member) error {
	before := map[string]string{}
	var misplaced, free []string
	for _, id := range a.With.InstanceIDs {
		switch before[id] = where[id].Group; before[id] {
		case a.main:
		case "":
			free = append(free, id)
		default:
			misplaced = append(misplaced, id)
			free = append(free, id)
		}
	}
	groups := slices.DeleteFunc([]string{a.main, a.other}, func(id string) bool { return id == "" })
	if _, err := a.Journal.Changing(Change{Kind: Moved, Members: before, Groups: groups}); err != nil {
		return err
	}
	for _, group := range []string{a.main, a.other} {
		if group != "" && len(free) > 0 && (group == a.main || len(misplaced) > 0) {
			if err := a.idle(ctx, group); err != nil {
				return err
			}
		}
	}
	return errors.Join(a.detach(ctx, a.other, misplaced), a.attach(ctx, a.main, free))
}
