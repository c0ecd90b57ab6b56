package engine

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/states"
	"github.com/essconform/essconform/harness/internal/unknown"
	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/spec"
)

// ArrangedState is one provider state that was arranged for a person to try calls on. Release gives it back.
type ArrangedState struct {
	runner *Runner
	state  fixtures.State
	values states.Values
}

// arranging stands where drivers expect the name of a case.
const arranging = "essconform state"

// Arrange brings the target to a state, outside of any case. instances is how many the state is asked for; states
// without instances take none.
func (r *Runner) Arrange(ctx context.Context, kind fixtures.StateKind, instances int) (*ArrangedState, error) {
	s := &ArrangedState{runner: r, state: fixtures.State{Name: kind.Name}}
	if kind.Instances() {
		s.state.Instances = instances
	}
	if r.provider != nil { // a setup that was sent comes to its end: else what it made could not be given back
		ctx = context.WithoutCancel(ctx)
	}
	values, err := r.driver.Setup(ctx, states.Request{Case: arranging, State: s.state})
	s.values = values
	if err == nil {
		err = checkLength(values)
	}
	_ = r.learn(ctx, values) // there is no other process
	if err != nil {
		if values != nil {
			_ = s.Release() // the error of the setup is the one to tell
		}
		return nil, r.redactor.Error(fmt.Errorf("state %q could not be arranged: %w", kind.Name, err))
	}
	return s, nil
}

// Value is one value that the setup returned.
type Value struct{ Name, Text string }

// Values are what the setup returned, by name, without secrets: they may quote the target, so make them printable.
func (s *ArrangedState) Values() (out []Value) {
	for _, name := range slices.Sorted(maps.Keys(s.values)) {
		text := strings.Join(s.values.Strings(name), ", ")
		switch {
		case name == "accessKeyId": // the one thing that a redactor would take away and that is needed to call
		case name == "accessKeySecret":
			text = "never shown"
		default:
			text = s.runner.redactor.Redact(text)
		}
		out = append(out, Value{s.runner.redactor.Redact(name), text})
	}
	return out
}

// Curl is a line for a POSIX shell that calls DetachInstances with all instances of the state, signed as the target
// wants it: it works once, until a timestamp is too old (15 minutes). No secret stands in it. It is "" where an id that
// the setup returned holds a secret of the run, or cannot be sent.
func (s *ArrangedState) Curl(now time.Time) string {
	r, contract := s.runner, s.runner.plan.Contract
	call := wire.Call{
		Method: http.MethodGet, Action: contract.Operation, Version: contract.APIVersion, Format: spec.JSON.Parameter(),
		Scheme: wire.Scheme(r.plan.Settings.Signature), Credentials: r.credentials, Shuffle: wire.ByName,
	}
	once := wire.Once{
		Now: now, Nonce: uuid.NewString(), CA: r.plan.Settings.CA,
		Variable: environment("ALIBABA_CLOUD_ACCESS_KEY_ID") == r.credentials.AccessKeyID,
	}
	if id := s.values.String("accessKeyId"); id != "" {
		call.Credentials = wire.Credentials{AccessKeyID: id, AccessKeySecret: s.values.String("accessKeySecret")}
		once.Variable = false
	}
	ids := s.values.Strings("instanceIds")
	if len(ids) == 0 {
		ids = []string{unknown.ID("i-")}
	}
	call.Params = r.params(fixtures.Request{}, s.values.String("scalingGroupId"), ids)
	for _, p := range call.Params {
		if r.redactor.Redact(p.Value) != p.Value {
			return ""
		}
	}
	return wire.CurlOnce(call, r.endpoint, once)
}

// Release gives the resources back.
func (s *ArrangedState) Release() error {
	ctx, cancel := context.WithTimeout(context.Background(), s.runner.teardownTime())
	defer cancel()
	err := s.runner.driver.Teardown(ctx, states.Release{
		Case: arranging, State: s.state, Values: s.values, Used: s.values.Strings("instanceIds"),
	})
	if err != nil {
		return s.runner.redactor.Error(fmt.Errorf("the teardown of state %q failed: %w", s.state.Name, err))
	}
	return nil
}
