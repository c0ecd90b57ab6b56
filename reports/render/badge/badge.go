// Package badge draws the badge of a report, for shields.io and as a picture.
package badge

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/essconform/essconform/reports"
)

// badge is the answer of a Shields endpoint (https://shields.io/badges/endpoint-badge).
type badge struct {
	SchemaVersion int    `json:"schemaVersion"`
	Label         string `json:"label"`
	Message       string `json:"message"`
	Color         string `json:"color"`
	// IsError keeps the reader of the badge from giving it another color.
	IsError bool `json:"isError"`
}

// Write writes badge.json.
func Write(w io.Writer, r reports.Report) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	if err := e.Encode(badgeOf(r)); err != nil {
		return fmt.Errorf("write badge: %w", err)
	}
	return nil
}

func badgeOf(r reports.Report) badge {
	b := badge{SchemaVersion: 1, Label: "DetachInstances", IsError: !r.Verdict.Conformant}
	n := r.Counts
	switch {
	case r.WithWaivers():
		b.Message, b.Color = fmt.Sprintf("conformant, %d of %d waived", n.Waived, n.Selected), "yellow"
	case r.Verdict.Conformant && !r.Whole():
		b.Message, b.Color = fmt.Sprintf("conformant in %d of %d cases", n.Passed, n.Selected+n.NotSelected), "yellow"
	case r.Verdict.Conformant:
		b.Message, b.Color = fmt.Sprintf("conformant in %d cases", n.Passed), "brightgreen"
	case r.Verdict.ExitCode == reports.ExitNotConformant && n.Failed == 0:
		b.Message, b.Color = "waivers out of date", "orange"
	case r.Verdict.ExitCode == reports.ExitNotConformant:
		b.Message, b.Color = fmt.Sprintf("not conformant, %d of %d failed", n.Failed, n.Selected), "red"
	default:
		b.Message, b.Color = "could not judge", "lightgrey"
	}
	return b
}
