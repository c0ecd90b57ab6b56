package html

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
	"github.com/essconform/essconform/reports/internal/summary"
)

// drawAudit tells what was run by what on what.
func drawAudit(r reports.Report) []fact {
	code := func(name, value string) fact {
		return fact{Name: name, Code: []string{printable.Bounded(cmp.Or(value, "(none)"), htmlText)}}
	}
	return []fact{
		code("run", r.Run.ID), code("command", r.Run.Command), code("seed", fmt.Sprint(r.Run.Seed)),
		code("processes", fmt.Sprint(r.Run.Procs)),
		code("exit code", fmt.Sprint(r.Verdict.ExitCode)),
		code(
			"suite version",
			r.Suite.Version,
		), code("suite commit", r.Suite.Commit), code("case set, sha256", r.Suite.CaseSet),
		code("contract", r.Contract.File), code("contract, sha256", r.Contract.SHA256),
		code("operation", r.Contract.Operation), code("API version", r.Contract.APIVersion),
		code(
			"target",
			r.Target.Name,
		), code("kind", r.Target.Kind), code("endpoint", r.Target.Endpoint), code("region", r.Target.Region),
		code("signature", r.Target.Signature), code("states arranged by", r.Target.Arrangement),
		code("report schema", fmt.Sprint(r.SchemaVersion)),
	}
}

func drawSettings(config map[string]string) []fact {
	var out []fact
	for _, name := range slices.Sorted(maps.Keys(config)) {
		out = append(
			out,
			fact{
				Name: printable.Bounded(name, htmlID),
				Code: []string{printable.Bounded(cmp.Or(config[name], "(empty)"), htmlText)},
			},
		)
	}
	return out
}

// drawTimes tells when it ran and which cases took longest.
func drawTimes(r reports.Report) []fact {
	stamp := "2006-01-02 15:04:05.000 UTC"
	out := []fact{
		{Name: "started", Text: r.Run.StartedAt.UTC().Format(stamp)},
		{Name: "ended", Text: r.Run.EndedAt.UTC().Format(stamp)},
		{Name: "took", Text: summary.Duration(r.Run)},
	}
	slowest := slices.Clone(r.Cases)
	slices.SortStableFunc(slowest, func(a, b reports.CaseResult) int { return cmp.Compare(b.DurationMs, a.DurationMs) })
	for i, c := range slowest[:min(5, len(slowest))] {
		name := "slowest cases"
		if i > 0 {
			name = ""
		}
		out = append(out,
			fact{Name: name, Code: []string{printable.Bounded(c.ID, htmlID)}, Text: milliseconds(c.DurationMs)})
	}
	return out
}

type waiverView struct {
	Case, Requirement, Reason, Issue, Expires string
	Matched                                   []string
	More                                      int
}

func drawWaivers(ws []reports.Waiver) []waiverView {
	var out []waiverView
	for _, w := range ws[:min(htmlWaivers, len(ws))] {
		v := waiverView{
			Case: printable.Bounded(w.Case, htmlID), Requirement: printable.Bounded(w.Requirement, htmlID),
			Reason: printable.Bounded(w.Reason, htmlText), Issue: printable.Bounded(w.Issue, htmlText),
			Expires: printable.Bounded(w.Expires, htmlID),
		}
		for _, id := range w.Matched[:min(20, len(w.Matched))] {
			v.Matched = append(v.Matched, printable.Bounded(id, htmlID))
		}
		v.More = len(w.Matched) - len(v.Matched)
		out = append(out, v)
	}
	return out
}
