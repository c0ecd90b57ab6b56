package summary

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
)

// What the terminal and report.md both say in words. All of it is printable.

// Subject is what was judged, as "DetachInstances 2014-08-28 on acme-cloud (endpoint), http://127.0.0.1:9090".
func Subject(r reports.Report) string {
	s := strings.TrimSpace(
		r.Contract.Operation+" "+r.Contract.APIVersion,
	) + " on " + cmp.Or(r.Target.Name, r.Target.Kind, "an unnamed target")
	if r.Target.Name != "" && r.Target.Kind != "" && r.Target.Kind != r.Target.Name {
		s += " (" + r.Target.Kind + ")"
	}
	if r.Target.Endpoint != "" && r.Target.Endpoint != r.Target.Name {
		s += ", " + r.Target.Endpoint
	}
	return printable.Bounded(s, 300)
}

// ShardOf says which part of the selection the run was; "" when it was all of it.
func ShardOf(r reports.Report) string {
	if r.Run.Shard == nil {
		return ""
	}
	return fmt.Sprintf("%s: %d of %s", r.Run.Shard.String(), r.Counts.Selected,
		printable.Plural(r.Run.Shard.Of, "case"))
}

// Duration is how long a run took.
func Duration(r reports.Run) string {
	return r.EndedAt.Sub(r.StartedAt).Round(time.Millisecond).String()
}

// Calls is how many requests a run took in all, and for each case; "" when that is not known.
func Calls(n reports.Counts) string {
	ran := n.Selected - n.Unsupported - n.CouldNotRun
	if n.Calls == 0 || ran <= 0 {
		return ""
	}
	return fmt.Sprintf(", %s, %.1f for each case that ran", printable.Plural(n.Calls, "request"),
		float64(n.Calls)/float64(ran))
}

// StatesYAML declares states unsupported, as a target file does, at most limit of them. The reasons are for the reader
// to give.
func StatesYAML(states []reports.State, limit int) (list string, left int) {
	shown := states[:min(limit, len(states))]
	var b strings.Builder
	b.WriteString("unsupported:")
	for _, s := range shown {
		b.WriteString("\n  - state: " + printable.CutRunes(printable.Visible(s.Name), 64) + "\n    reason:")
	}
	return b.String(), len(states) - len(shown)
}

// ProfileTable counts passed and selected cases by profile and format: rows of cells, the first row and column are
// names. nil when there is nothing to compare.
func ProfileTable(cases []reports.CaseResult) [][]string {
	profiles := []string{"document", "conventions"}
	type cell struct{ passed, all int }
	cells := map[[2]string]cell{}
	var formats []string
	for _, c := range cases {
		at := slices.IndexFunc(profiles, func(p string) bool { return slices.Contains(c.Labels, p) })
		if at < 0 {
			continue
		}
		key := [2]string{profiles[at], c.Format}
		n := cells[key]
		n.all++
		if c.Outcome == reports.Passed {
			n.passed++
		}
		cells[key] = n
		if !slices.Contains(formats, c.Format) {
			formats = append(formats, c.Format)
		}
	}
	if len(formats) == 0 || len(formats) > 5 {
		return nil
	}
	slices.Sort(formats)
	header := []string{"passed"}
	for _, f := range formats {
		header = append(header, printable.ShortID(cmp.Or(f, "no format")))
	}
	rows := [][]string{header}
	for _, p := range profiles {
		row, used := []string{p}, false
		for _, f := range formats {
			n := cells[[2]string{p, f}]
			used = used || n.all > 0
			row = append(row, fmt.Sprintf("%d/%d", n.passed, n.all))
		}
		if used {
			rows = append(rows, row)
		}
	}
	return rows
}

// ShownStates is how many missing states a text lists.
const ShownStates = 12
