package mock

import "github.com/essconform/essconform/harness/mock/internal/stage"

// What a setup or teardown can answer, apart from success.
var (
	ErrUnknownState = stage.ErrUnknownState
	ErrBadParams    = stage.ErrBadParams
	ErrFull         = stage.ErrFull
)

// StateNames are the provider states that Setup knows.
func StateNames() []string { return stage.Names() }

// Setup makes fresh resources in the state of that name and returns its values: texts, and instanceIds as a []string.
// The errors are ErrUnknownState, ErrBadParams and ErrFull, each with a text that says more.
func (s *Server) Setup(name string, params map[string]any) (map[string]any, error) {
	return s.stage.Setup(name, params)
}

// Teardown frees what the setup made whose scalingGroupId is in params. To free it again, or what never was, is no
// error.
func (s *Server) Teardown(name string, params map[string]any) error {
	return s.stage.Teardown(name, params)
}
