package engine

import (
	"fmt"
	"slices"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/states"
	"github.com/essconform/essconform/harness/target"
)

// unsupported says why the target was declared not to have what the case needs; "" when it was not.
func (p *Plan) unsupported(x fixtures.Expanded) string {
	needed := operationsFor(x)
	if x.During() {
		// A target that cannot have an activity in progress has none to meet either.
		needed = append(needed, inProgress)
	}
	for _, s := range x.States() {
		needed = append(needed, s.Name)
		if kind, ok := p.Set.State(s.Name); ok && p.Settings.ByAPI() {
			cost := states.CostOf(kind)
			needed = append(append(needed, cost.Setup...), cost.Teardown...)
		}
	}
	for _, name := range needed {
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
