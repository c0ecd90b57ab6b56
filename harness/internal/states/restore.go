package states

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/essconform/essconform/harness/internal/support"
)

// databasePatience is how long a DB instance may take to start; the real service needs minutes.
const databasePatience = 20 * time.Minute

// Restorer puts back what a journal tells of. It looks before it changes anything, so that it may be run again at any time.
type Restorer struct {
	Can      *support.Client
	Journal  *Journal
	Pace     support.Pace
	Patience time.Duration // for one scaling activity
	// Say is told each thing that is done; nil is nobody.
	Say func(format string, args ...any)
}

// Restore undoes all that is open. It goes on after an error, so that as much as possible is put back; the errors say what is left.
func (r *Restorer) Restore(ctx context.Context) error {
	open := r.Journal.Open()
	var errs []error
	// Services first, for a group needs them to move instances; then the instances; then what the group was like.
	for _, step := range []struct {
		kinds []Kind
		undo  func(context.Context, Change, []Change) error
	}{
		{[]Kind{LoadBalancer, DBInstance}, r.service},
		{[]Kind{Disabled}, r.lifecycle},
		{[]Kind{Moved}, r.members},
		{[]Kind{ChangedSizes}, r.sizes},
		{[]Kind{Enabled}, r.lifecycle},
		{[]Kind{Created}, r.created},
	} {
		for _, c := range slices.Backward(open) {
			if !slices.Contains(step.kinds, c.Kind) {
				continue
			}
			err := step.undo(ctx, c, open)
			if err == nil {
				err = r.Journal.Undone(c.Number)
			}
			if err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", c.what(), bounded(err)))
			}
		}
	}
	return errors.Join(errs...)
}

func (c Change) what() string {
	switch c.Kind {
	case ChangedSizes:
		return fmt.Sprintf("group %s: MinSize %d, MaxSize %d, DefaultCooldown %d", c.ID, c.Sizes.MinSize, c.Sizes.MaxSize, c.Sizes.Cooldown)
	case Enabled:
		return "group " + c.ID + ": Inactive"
	case Disabled:
		return "group " + c.ID + ": Active"
	case Moved:
		return fmt.Sprintf("%d instances: in the groups where they were", len(c.Members))
	case LoadBalancer:
		return "load balancer " + c.ID + ": active"
	case DBInstance:
		return "DB instance " + c.ID + ": running"
	}
	return "created group " + c.ID + " " + c.Name + ": removed"
}

func (r *Restorer) say(c Change) {
	if r.Say != nil {
		r.Say("%s", c.what())
	}
}

func (r *Restorer) service(ctx context.Context, c Change, _ []Change) error {
	r.say(c)
	if c.Kind == LoadBalancer {
		return r.Can.SetLoadBalancer(ctx, c.ID, true)
	}
	return r.startDatabase(ctx, c.ID)
}

// startDatabase starts a DB instance and waits until it runs. A refusal for its state means that it was never stopped, or runs already.
func (r *Restorer) startDatabase(ctx context.Context, id string) error {
	err := r.Can.StartDatabase(ctx, id)
	var refused *support.Refusal
	if errors.As(err, &refused) && (strings.Contains(refused.Code, "Status") || strings.Contains(refused.Code, "State")) {
		err = nil
	}
	if err != nil {
		return err
	}
	status := ""
	err = r.Pace.Poll(ctx, databasePatience, func() (bool, error) {
		var err error
		status, err = r.Can.DatabaseStatus(ctx, id)
		return status == "" || status == "Running", err
	})
	if err == nil && status != "" && status != "Running" {
		err = fmt.Errorf("the DB instance %s is %q; wanted Running", id, status)
	}
	return err
}

func (r *Restorer) lifecycle(ctx context.Context, c Change, _ []Change) error {
	before := support.Inactive
	if c.Kind == Disabled {
		before = support.Active
	}
	g, err := r.Can.Group(ctx, c.ID)
	if err != nil || g.Lifecycle == before {
		return err
	}
	r.say(c)
	return r.Can.SetLifecycle(ctx, c.ID, before)
}

func (r *Restorer) sizes(ctx context.Context, c Change, _ []Change) error {
	g, err := r.Can.Group(ctx, c.ID)
	if err != nil || g.Sizes == *c.Sizes {
		return err
	}
	r.say(c)
	return r.Can.SetSizes(ctx, c.ID, *c.Sizes)
}

// members puts instances into the groups where they were. Only those of the journal are looked at.
func (r *Restorer) members(ctx context.Context, c Change, open []Change) error {
	var ids []string
	for id := range c.Members {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	groups := groupsOf(open)
	m := mover{r.Can, r.Pace, r.Patience}
	for _, g := range groups {
		if err := m.idle(ctx, g); err != nil {
			return err
		}
	}
	where, err := r.Can.Find(ctx, ids)
	if err != nil {
		return err
	}
	leave, join := map[string][]string{}, map[string][]string{}
	for _, id := range ids {
		now, before := where[id].Group, c.Members[id]
		if now == before {
			continue
		}
		if now != "" && !slices.Contains(groups, now) {
			return fmt.Errorf("the instance %s is in the group %s by now, which this run had nothing to do with; it is left there", id, now)
		}
		if now != "" {
			leave[now] = append(leave[now], id)
		}
		if before != "" {
			join[before] = append(join[before], id)
		}
	}
	if len(leave)+len(join) == 0 {
		return nil
	}
	r.say(c)
	for _, g := range groups {
		if err := r.open(ctx, g, len(leave[g]), open); err != nil {
			return err
		}
		if err := m.move(ctx, r.Can.Detach, g, leave[g]); err != nil {
			return err
		}
	}
	for _, g := range groups {
		if err := m.move(ctx, r.Can.Attach, g, join[g]); err != nil {
			return err
		}
	}
	return nil
}

// open lets instances leave a group that the run had changed: when it was interrupted, it may have been at its minimum size.
func (r *Restorer) open(ctx context.Context, group string, leaving int, open []Change) error {
	changed := func(kind Kind) bool {
		return slices.ContainsFunc(open, func(c Change) bool { return c.Kind == kind && c.ID == group })
	}
	if leaving == 0 || !changed(ChangedSizes) && !changed(Enabled) {
		return nil
	}
	g, err := r.Can.Group(ctx, group)
	if err != nil {
		return err
	}
	if g.Lifecycle == support.Inactive && changed(Enabled) {
		if err := r.Can.SetLifecycle(ctx, group, support.Active); err != nil {
			return err
		}
	}
	members, err := r.Can.Members(ctx, group)
	if err != nil {
		return err
	}
	if room := max(0, len(members)-leaving); g.MinSize > room && changed(ChangedSizes) {
		return r.Can.SetMinSize(ctx, group, room)
	}
	return nil
}

// groupsOf are the groups that a run had to do with: those that it changed or made, and those that its instances were in.
func groupsOf(open []Change) (ids []string) {
	add := func(id string) {
		if id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	for _, c := range open {
		if c.Kind != LoadBalancer && c.Kind != DBInstance {
			add(c.ID)
		}
		for _, g := range c.Members {
			add(g)
		}
	}
	slices.Sort(ids)
	return ids
}

// created removes a group that the run made. Where the target cannot do that, it stays behind, inactive and empty.
func (r *Restorer) created(ctx context.Context, c Change, _ []Change) error {
	id := c.ID
	if id == "" { // the run ended before it was told the id
		groups, err := r.Can.GroupNamed(ctx, c.Name)
		if err != nil || len(groups) == 0 {
			return err
		}
		id = groups[0].ID
		c.ID = id
	}
	r.say(c)
	err := r.Can.Delete(ctx, id)
	var refused *support.Refusal
	if !errors.As(err, &refused) {
		return err
	}
	if strings.Contains(refused.Code, "InvalidScalingGroupId.NotFound") {
		return nil
	}
	if !refused.Absent() {
		return err
	}
	if g, err := r.Can.Group(ctx, id); err == nil && g.Lifecycle == support.Active {
		if err := r.Can.SetLifecycle(ctx, id, support.Inactive); err != nil {
			return err
		}
	}
	if r.Say != nil {
		r.Say("the target has no DeleteScalingGroup: the group %s stays behind, inactive and empty", id)
	}
	return nil
}
