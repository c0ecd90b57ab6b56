package mock

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/essconform/essconform/harness/mock/internal/stage"
	"github.com/essconform/essconform/harness/mock/internal/world"
)

// fileVersion is the version of what Save writes.
const fileVersion = 1

// saved is the state of a mock as a file holds it.
type saved struct {
	Version int              `json:"version"`
	Ahead   time.Duration    `json:"aheadNs"`
	World   world.Snapshot   `json:"world"`
	States  []stage.Snapshot `json:"states"`
}

// Save writes the state as JSON: groups, instances, activities, rules, load balancers, DB instances and arranged
// states, with the callers that these made. Their secrets are among it, so keep the file from other users (mode 0600).
// Callers of the Options are left out.
func (s *Server) Save(w io.Writer) error {
	release := s.world.Hold()
	state := saved{
		Version: fileVersion,
		Ahead:   time.Duration(s.ahead.Load()),
		World:   s.world.Save(),
		States:  s.stage.Save(),
	}
	release()
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	if err := e.Encode(state); err != nil {
		return fmt.Errorf("mock: save the state: %w", err)
	}
	return nil
}

// Load replaces the state by what Save wrote.
func (s *Server) Load(r io.Reader) error {
	var state saved
	if err := json.NewDecoder(r).Decode(&state); err != nil {
		return fmt.Errorf("mock: load the state: %w", err)
	}
	if state.Version != fileVersion || state.Ahead < 0 {
		return fmt.Errorf(
			"mock: load the state: the file has version %d; wanted %d, as the mock writes it",
			state.Version,
			fileVersion,
		)
	}
	if err := s.checkCallers(state.States); err != nil {
		return err
	}
	s.ahead.Store(int64(state.Ahead))
	defer s.world.Hold()()
	if err := s.world.Load(state.World, s.completion); err != nil {
		return fmt.Errorf("mock: load the state: %w", err)
	}
	s.stage.Load(state.States)
	return nil
}

// checkCallers refuses callers that could not sign, and those that would replace one of the Options or another one.
func (s *Server) checkCallers(states []stage.Snapshot) error {
	taken := map[string]bool{}
	for _, c := range s.options.Credentials {
		taken[c.AccessKeyID] = true
	}
	for _, state := range states {
		for _, c := range state.Callers {
			switch {
			case c.AccessKeyID == "" || c.AccessKeySecret == "":
				return fmt.Errorf("mock: load the state: a caller of group %q lacks its access key id or its secret",
					bounded(state.Group))
			case taken[c.AccessKeyID]:
				return fmt.Errorf("mock: load the state: the caller %q is there twice, or one of the mock's own",
					bounded(c.AccessKeyID))
			}
			taken[c.AccessKeyID] = true
		}
	}
	return nil
}

// completion is what takes effect when an activity that does something ends.
func (s *Server) completion(verb string) func(*World, *Activity) {
	for _, o := range s.rules.Operations {
		if verbs()[o.Name] == verb && o.Complete != nil {
			return o.Complete
		}
	}
	return world.Settle
}

// verbs are what the activities of operations do.
func verbs() map[string]string {
	return map[string]string{
		"AttachInstances": "attach", "DetachInstances": "detach", "RemoveInstances": "remove",
		"ExecuteScalingRule": "scale",
	}
}
