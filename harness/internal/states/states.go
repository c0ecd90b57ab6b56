// Package states brings a target to where a case can begin. One interface, several drivers; what they arrange is in
// fixtures/states.yaml.
package states

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/essconform/essconform/fixtures"
)

// Request asks for a state.
type Request struct {
	// Case is the name of the case that asks. Drivers whose resources are few let one case at a time have them.
	Case  string
	State fixtures.State
	// Later are the states that the case will ask for after this one.
	Later []fixtures.State
	// Seen, when not nil, is called with each exchange of a driver that asks over HTTP.
	Seen func(Exchange)
}

// Release gives the resources of a setup back.
type Release struct {
	Case   string
	State  fixtures.State
	Values Values // of the setup
	// Used are the instances that the case may have taken out of their group.
	Used []string
	Seen func(Exchange) // as in Request
}

// Exchange is a request to a states endpoint and its answer, as they were: they may hold the credentials of a state.
type Exchange struct {
	URL        string
	Sent, Done time.Time
	Request    []byte
	Proto      string
	Status     int // 0: no answer
	Header     http.Header
	Body       []byte
	Failure    string // why there is no whole answer
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
var ErrNoDriver = errors.New("nothing arranges states for this target; pass -provider-states URL, -bindings FILE or " +
	"-arrange api")

// Setup always fails.
func (None) Setup(context.Context, Request) (Values, error) { return nil, ErrNoDriver }

// Teardown has nothing to do.
func (None) Teardown(context.Context, Release) error { return nil }
