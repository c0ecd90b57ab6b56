package engine

import (
	"fmt"
	"slices"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/target"
)

// unsupported says why the target was declared not to have what the case needs; "" when it was not.
func (p *Plan) unsupported(x fixtures.Expanded) string {
	if x.During() {
		// A target that cannot have an activity in progress has none to meet either.
		return p.unsupportedFor(x, inProgress)
	}
	return p.unsupportedFor(x)
}

func (p *Plan) unsupportedFor(x fixtures.Expanded, more ...string) string {
	needed := append(more, x.State.Name)
	if x.Other != nil {
		needed = append(needed, x.Other.Name)
	}
	for _, name := range append(needed, operationsFor(x)...) {
		for _, u := range p.Settings.Unsupported {
			if name == u.State+u.Operation {
				return fmt.Sprintf("declared unsupported: %s (%s)", name, u.Reason)
			}
		}
	}
	return ""
}

// declared tells whether the target was declared not to have an operation.
func (p *Plan) declared(operation string) bool {
	return slices.ContainsFunc(p.Settings.Unsupported, func(u target.Unsupported) bool { return u.Operation == operation })
}
