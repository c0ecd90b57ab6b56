package compare

import (
	"io"
	"slices"

	"github.com/essconform/essconform/reports/internal/page"
	"github.com/essconform/essconform/reports/internal/repair"
	"github.com/essconform/essconform/reports/render/terminal"
)

// diffPage is a comparison as its page shows it. All that a target has a say in is bounded and escaped by the template.
type diffPage struct {
	Comparison
	Tone        int
	Before, Now string
	Groups      []repair.Card
	Sections    []changeSection
}

// writeHTML draws a comparison as one file that needs nothing else.
func writeHTML(w io.Writer, c Comparison) error {
	groups := slices.Clone(c.regressed)
	for i, g := range groups {
		groups[i].Differences = g.Differences[:min(terminal.ShownGroups, len(g.Differences))]
	}
	return page.Write(w, "diff.html", diffPage{c, c.tone(), sideLine(c.Old), sideLine(c.New), groups, c.sections()})
}
