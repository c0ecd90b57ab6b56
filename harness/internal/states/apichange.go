package states

import (
	"context"
	"errors"
	"slices"

	"github.com/essconform/essconform/harness/internal/support"
)

// setSizes changes the sizes of a group, and waits until its MinSize is shown.
func (m mover) setSizes(ctx context.Context, group string, s support.Sizes) error {
	if err := m.pace.WhileBusy(ctx, m.patience, func() error { return m.client.SetSizes(ctx, group, s) }); err != nil {
		return err
	}
	_, err := m.shows(ctx, group, func(g support.Group) bool { return g.MinSize == s.MinSize })
	return err
}

// setLifecycle makes a group Active or Inactive, and waits until it is shown as that. The services refuse to enable
// what is enabled, and what is shown may be older than what is: so a refusal for the status is none where the group is
// shown in that state by then, and no failure is one where it is shown so already.
func (m mover) setLifecycle(ctx context.Context, group, state string) error {
	err := m.pace.WhileBusy(ctx, m.patience, func() error { return m.client.SetLifecycle(ctx, group, state) })
	if err != nil && !support.ForStatus(err) {
		if g, unseen := m.client.Group(ctx, group); unseen != nil || g.Lifecycle != state {
			return err
		}
		return nil
	}
	shown, stopped := m.shows(ctx, group, func(g support.Group) bool { return g.Lifecycle == state })
	if shown {
		err = nil
	}
	return errors.Join(err, stopped)
}

// shows waits until a group is shown as wanted, for as long as what is shown may be older than what was answered. What
// cannot be seen is not waited for.
func (m mover) shows(ctx context.Context, group string, wanted func(support.Group) bool) (shown bool, err error) {
	err = m.pace.Poll(ctx, m.pace.Lag, func() (bool, error) {
		g, err := m.client.Group(ctx, group)
		shown = err == nil && wanted(g)
		return shown || err != nil, nil
	})
	return shown, err
}

// shown waits until instances are shown in a group, or not any more.
func (m mover) shown(ctx context.Context, group string, ids []string, inside bool) error {
	if len(ids) == 0 {
		return nil
	}
	return m.pace.Poll(ctx, m.pace.Lag, func() (bool, error) {
		members, err := m.client.Members(ctx, group)
		missing := slices.ContainsFunc(ids, func(id string) bool {
			return inside != slices.ContainsFunc(members, func(s support.Member) bool { return s.ID == id })
		})
		return !missing || err != nil, nil
	})
}
