package engine

import (
	"fmt"

	"github.com/essconform/essconform/fixtures"
)

// unsupported says why the target was declared not to have what the case needs; "" when it was not.
func (p *Plan) unsupported(x fixtures.Expanded) string {
	needed := []string{x.State.Name}
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
