package reports

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// What the terminal and report.md both say in words. All of it is printable.

// subject is what was judged, as "DetachInstances 2014-08-28 on acme-cloud (endpoint), http://127.0.0.1:9090".
func subject(r Report) string {
	s := strings.TrimSpace(r.Contract.Operation+" "+r.Contract.APIVersion) + " on " + cmp.Or(r.Target.Name, r.Target.Kind, "an unnamed target")
	if r.Target.Name != "" && r.Target.Kind != "" && r.Target.Kind != r.Target.Name {
		s += " (" + r.Target.Kind + ")"
	}
	if r.Target.Endpoint != "" && r.Target.Endpoint != r.Target.Name {
		s += ", " + r.Target.Endpoint
	}
	return bounded(s, 300)
}

// tally is the counts that are not zero, as "231 cases: 219 passed, 12 failed; 3 warnings".
func tally(n Counts) string {
	var parts []string
	for _, p := range []struct {
		n    int
		word string
	}{
		{n.Passed, "passed"},
		{n.Failed, "failed"},
		{n.UnexpectedPass, "passed though waived"},
		{n.CouldNotRun, "could not run"},
		{n.Unsupported, "unsupported"},
		{n.Waived, "waived"},
	} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.word))
		}
	}
	s := plural(n.Selected, "case")
	if len(parts) > 0 {
		s += ": " + strings.Join(parts, ", ")
	}
	if n.NotSelected > 0 {
		s += fmt.Sprintf("; %d not selected", n.NotSelected)
	}
	if n.Warnings > 0 {
		s += "; " + plural(n.Warnings, "warning")
	}
	return s
}

// shardOf says which part of the selection the run was; "" when it was all of it.
func shardOf(r Report) string {
	if r.Run.Shard == nil {
		return ""
	}
	return fmt.Sprintf("%s: %d of %s", r.Run.Shard.name(), r.Counts.Selected, plural(r.Run.Shard.Of, "case"))
}

func duration(r Run) string {
	return r.EndedAt.Sub(r.StartedAt).Round(time.Millisecond).String()
}

// some lists the first ids, as "a, b and 3 more". draw makes one of them safe.
func some(ids []string, limit int, draw func(string) string) string {
	shown := make([]string, 0, limit)
	for _, id := range ids[:min(limit, len(ids))] {
		shown = append(shown, draw(id))
	}
	s := strings.Join(shown, ", ")
	if more := len(ids) - len(shown); more > 0 {
		s += fmt.Sprintf(" and %d more", more)
	}
	return s
}

func shortID(id string) string { return bounded(id, 120) }

// statesYAML declares states unsupported, as a target file does, at most limit of them. The reasons are for the reader to give.
func statesYAML(states []State, limit int) (list string, left int) {
	shown := states[:min(limit, len(states))]
	var b strings.Builder
	b.WriteString("unsupported:")
	for _, s := range shown {
		b.WriteString("\n  - state: " + cutRunes(visible(s.Name), 64) + "\n    reason:")
	}
	return b.String(), len(states) - len(shown)
}

// profileTable counts passed and selected cases by profile and format: rows of cells, the first row and column are names. nil when
// there is nothing to compare.
func profileTable(cases []CaseResult) [][]string {
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
		if c.Outcome == Passed {
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
		header = append(header, shortID(cmp.Or(f, "no format")))
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
