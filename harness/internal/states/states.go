// Package states brings a target to where a case can begin. One interface, several drivers; what they arrange is in
// fixtures/states.yaml.
package states

import (
	"context"
	"errors"

	"github.com/essconform/essconform/fixtures"
)

// Request asks for a state.
type Request struct {
	// Case is the name of the case that asks. Drivers whose resources are few let one case at a time have them.
	Case  string
	State fixtures.State
	// Later are the states that the case will ask for after this one.
	Later []fixtures.State
}

// Release gives the resources of a setup back.
type Release struct {
	Case   string
	State  fixtures.State
	Values Values // of the setup
	// Used are the instances that the case may have taken out of their group.
	Used []string
}

// Driver arranges provider states.
type Driver interface {
	// Setup makes the state with fresh resources and returns its values. ErrUnknown: the target does not know the
	// state.
	Setup(ctx context.Context, r Request) (Values, error)
	// Teardown gives the resources back. It is sent after every setup that was tried.
	Teardown(ctx context.Context, r Release) error
}

// ErrUnknown is returned for a state that the target does not know. The case cannot run; that is never a pass.
var ErrUnknown = errors.New("the target does not know this state")

// None is the driver of a target that nothing can arrange.
type None struct{}

// ErrNoDriver says how to let states be arranged.
var ErrNoDriver = errors.New("nothing arranges states for this target; pass -provider-states URL, -bindings FILE or -arrange api")

// Setup always fails.
func (None) Setup(context.Context, Request) (Values, error) { return nil, ErrNoDriver }

// Teardown has nothing to do.
func (None) Teardown(context.Context, Release) error { return nil }
