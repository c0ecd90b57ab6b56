package engine

import (
	"fmt"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/states"
)

// unsupported says why the target was declared not to have what the case needs; "" when it was not.
func (p *Plan) unsupported(x fixtures.Expanded) string {
	var needed []string
	for _, s := range x.States() {
		needed = append(needed, s.Name)
		if kind, ok := p.Set.State(s.Name); ok && p.Settings.ByAPI() {
			cost := states.CostOf(kind)
			needed = append(append(needed, cost.Setup...), cost.Teardown...)
		}
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
