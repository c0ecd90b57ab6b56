// Package states brings a target to where a case can begin. One interface, several drivers.
package states

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/essconform/essconform/fixtures"
)

// Driver arranges provider states.
type Driver interface {
	// Setup makes the state with fresh resources and returns its values. ErrUnknown: the target does not know the state.
	Setup(ctx context.Context, state fixtures.State) (Values, error)
	// Teardown gives the resources back. It is sent after every setup that was tried.
	Teardown(ctx context.Context, state fixtures.State, values Values) error
}

// ErrUnknown is returned for a state that the target does not know. The case cannot run; that is never a pass.
var ErrUnknown = errors.New("the target does not know this state")

// Values are what a setup returned: strings and lists of strings.
type Values map[string]any

// String is a scalar value; "" when there is none.
func (v Values) String(name string) string {
	s, _ := v[name].(string)
	return s
}

// Strings is a list value. A target may also write it as one string with commas.
func (v Values) Strings(name string) []string {
	switch x := v[name].(type) {
	case string:
		if x == "" {
			return nil
		}
		return strings.Split(x, ",")
	case []string:
		return x
	case []any:
		out := make([]string, 0, len(x))
		for _, e := range x {
			if s, ok := e.(string); ok {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}

// Check finds promised values that are missing or too few.
func (v Values) Check(kind fixtures.StateKind, state fixtures.State) error {
	for _, name := range kind.Values {
		if name != "instanceIds" {
			if v.String(name) == "" {
				return fmt.Errorf("the setup returned no %s; state %q promises %s", name, kind.Name, strings.Join(kind.Values, ", "))
			}
			continue
		}
		ids := map[string]bool{}
		for _, id := range v.Strings(name) {
			if id == "" {
				return fmt.Errorf("the setup returned an empty id in instanceIds")
			}
			ids[id] = true
		}
		if len(ids) < state.Instances {
			return fmt.Errorf("the setup returned %d different instanceIds; state %q was asked for %d", len(ids), kind.Name, state.Instances)
		}
	}
	return nil
}

// None is the driver of a target that nobody can arrange.
type None struct{}

// ErrNoDriver says how to let states be arranged.
var ErrNoDriver = errors.New("nothing arranges states for this target; pass -provider-states URL, -bindings FILE or -arrange api")

// Setup always fails.
func (None) Setup(context.Context, fixtures.State) (Values, error) { return nil, ErrNoDriver }

// Teardown has nothing to do.
func (None) Teardown(context.Context, fixtures.State, Values) error { return nil }
