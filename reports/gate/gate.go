// Package gate decides whether a report passes a policy, rule by rule.
package gate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/compare"
	"github.com/essconform/essconform/reports/internal/printable"
	"github.com/essconform/essconform/reports/internal/summary"
	"github.com/essconform/essconform/reports/internal/wildcard"
	"github.com/essconform/essconform/reports/render/terminal"
)

// Rule is what one rule of a policy says of a report.
type Rule struct {
	Name string
	// ExitCode is 0 when the rule holds, 1 when it is broken, 2 when the report does not tell.
	ExitCode int
	Detail   string
}

// Decision is what a gate says: the rules in the order of the policy, and the exit code, where a broken rule outweighs
// one of which the report does not tell.
type Decision struct {
	Rules    []Rule
	ExitCode int
}

// Decide applies a policy to a report that ReadJSON has accepted. baseline is the report that the policy names, nil
// when it names none. The error is a fault of the policy: a pattern that matches no requirement.
func Decide(p Policy, r reports.Report, baseline *reports.Report) (Decision, error) {
	g := &gate{policy: p, report: r, results: map[string]reports.CaseResult{}}
	for _, c := range r.Cases {
		g.results[c.ID] = c
	}
	g.run()
	for _, name := range p.Profiles {
		g.profile(name)
	}
	if err := g.requirements(); err != nil {
		return Decision{}, err
	}
	g.unattributed()
	g.limits()
	if p.Baseline != "" {
		g.baseline(baseline)
	}
	d := Decision{Rules: g.rules}
	for _, rule := range d.Rules {
		switch {
		case rule.ExitCode == reports.ExitNotConformant:
			d.ExitCode = reports.ExitNotConformant
		case rule.ExitCode == reports.ExitCouldNotJudge && d.ExitCode == reports.ExitConformant:
			d.ExitCode = reports.ExitCouldNotJudge
		}
	}
	return d, nil
}

type gate struct {
	policy  Policy
	report  reports.Report
	results map[string]reports.CaseResult
	rules   []Rule
}

func (g *gate) add(name string, code int, format string, args ...any) {
	g.rules = append(g.rules, Rule{Name: name, ExitCode: code, Detail: fmt.Sprintf(format, args...)})
}

// run looks at what no policy can allow: a run that did not come to its end, judged nothing, or had waivers that are
// wrong.
func (g *gate) run() {
	n := g.report.Counts
	switch {
	case g.report.Run.Partial != "":
		g.add("run", reports.ExitCouldNotJudge, "the run did not come to its end: %s",
			printable.Bounded(g.report.Run.Partial, terminal.ShownText))
	case g.report.Run.Shard != nil:
		g.add("run", reports.ExitCouldNotJudge, "the report is of %s only; join the shards with essconform merge",
			g.report.Run.Shard.String())
	case len(g.report.Cases) < n.Selected:
		g.add("run", reports.ExitCouldNotJudge, "%d of %s left no result", n.Selected-len(g.report.Cases),
			printable.Plural(n.Selected, "case"))
	case n.Passed == 0:
		g.add("run", reports.ExitCouldNotJudge, "no case passed, so nothing is shown to hold")
	case reports.Surplus(g.report):
		g.add("run", reports.ExitCouldNotJudge, "%s", printable.Bounded(g.report.Verdict.Reason, terminal.ShownText))
	default:
		g.add("run", reports.ExitConformant, "%s", n.String())
	}
	switch {
	case n.UnexpectedPass > 0:
		g.add("waivers", reports.ExitNotConformant, "%s passed; remove the waivers that are not needed",
			printable.Plural(n.UnexpectedPass, "waived case"))
	case len(g.report.WaiverProblems) > 0:
		g.add("waivers", reports.ExitCouldNotJudge, "%s: %s", printable.Plural(len(g.report.WaiverProblems), "problem"),
			printable.Bounded(g.report.WaiverProblems[0], terminal.ShownText))
	}
}

// profile holds the requirements of level MUST of one profile.
func (g *gate) profile(name string) {
	var violated, unjudged []string
	held := 0
	for _, q := range g.report.Requirements {
		if q.Profile != name || !reports.IsMust(q.Level) {
			continue
		}
		switch {
		case q.Status == reports.Violated:
			violated = append(violated, q.ID)
		case (q.Status == reports.Unverified || q.Status == reports.Excused) && !g.excusable(q):
			unjudged = append(unjudged, q.ID)
		default:
			held++
		}
	}
	rule := "profile " + name
	switch {
	case len(violated) > 0:
		g.add(rule, reports.ExitNotConformant, "%s violated: %s", printable.Plural(len(violated), "requirement"),
			printable.Some(violated, 5, printable.ShortID))
	case len(unjudged) > 0:
		g.add(rule, reports.ExitCouldNotJudge, "%s not verified: %s", printable.Plural(len(unjudged), "requirement"),
			printable.Some(unjudged, 5, printable.ShortID))
	case held == 0:
		g.add(rule, reports.ExitCouldNotJudge, "the contract holds no requirement of this profile")
	default:
		g.add(rule, reports.ExitConformant, "none of %s violated", printable.Plural(held, "requirement"))
	}
}

// excusable holds for an unverified requirement when all cases that cover it ended in a way that the policy lets
// through.
func (g *gate) excusable(q reports.Requirement) bool {
	for _, id := range q.Cases {
		c, ran := g.results[id]
		limit := Limit{}
		switch {
		case !ran:
			limit = g.policy.Allow.NotSelected
		case c.Outcome == reports.CouldNotRun:
			limit = g.policy.Allow.CouldNotRun
		case c.Outcome == reports.Unsupported:
			limit = g.policy.Allow.Unsupported
		case c.Outcome == reports.Waived:
			limit = g.policy.Allow.Waived
		case reports.HasMust(c.Findings): // it ended before checking this, for a reason that is told elsewhere
			continue
		}
		if !limit.Any && limit.Most == 0 {
			return false
		}
	}
	return len(q.Cases) > 0
}

// requirements holds the single requirements that the policy names.
func (g *gate) requirements() error {
	for _, pattern := range g.policy.Requirements {
		matched := 0
		for _, q := range g.report.Requirements {
			if !wildcard.Match(pattern, q.ID) {
				continue
			}
			matched++
			rule, detail := "requirement "+printable.ShortID(q.ID), q.Status
			if q.Reason != "" {
				detail += ": " + printable.Bounded(q.Reason, terminal.ShownText)
			}
			code := reports.ExitCouldNotJudge
			switch q.Status {
			case reports.Satisfied:
				code = reports.ExitConformant
			case reports.Violated:
				code = reports.ExitNotConformant
			}
			g.add(rule, code, "%s", detail)
		}
		if matched == 0 {
			return policyError(g.policy.file, g.policy.line("requirements", pattern), fmt.Errorf(
				"%q matches no requirement of the report; correct it, or remove it", printable.Clip(pattern, 80)))
		}
	}
	return nil
}

// unattributed finds failures that no requirement of level MUST accounts for: no choice of profiles can leave them out.
func (g *gate) unattributed() {
	known := summary.RequirementsByID(g.report)
	var ids []string
	for _, c := range g.report.Cases {
		fs := reports.MustFindings(c)
		strange := slices.ContainsFunc(
			fs,
			func(f reports.Finding) bool { q, is := known[f.Requirement]; return !is || !reports.IsMust(q.Level) },
		)
		if c.Outcome == reports.Failed && (len(fs) == 0 || strange) {
			ids = append(ids, c.ID)
		}
	}
	if len(ids) > 0 {
		g.add("failures", reports.ExitNotConformant, "%s failed on no requirement of level MUST: %s",
			printable.Plural(len(ids), "case"), printable.Some(ids, 5, printable.ShortID))
	}
}

// limits counts what the policy lets through up to a number.
func (g *gate) limits() {
	n, a := g.report.Counts, g.policy.Allow
	for _, l := range []struct {
		name  string
		n     int
		limit Limit
		code  int
		what  string
	}{
		{"warnings", n.Warnings, a.Warnings, reports.ExitNotConformant, "warning"},
		{"waived", n.Waived, a.Waived, reports.ExitNotConformant, "waived case"},
		{"unsupported", n.Unsupported, a.Unsupported, reports.ExitNotConformant, "unsupported case"},
		{
			"couldNotRun", n.CouldNotRun - reports.OptionalUnable(g.report.Cases), a.CouldNotRun,
			reports.ExitCouldNotJudge, "case of level MUST that could not run",
		},
		{"notSelected", n.NotSelected, a.NotSelected, reports.ExitCouldNotJudge, "case not selected"},
	} {
		code := reports.ExitConformant
		if !l.limit.holds(l.n) {
			code = l.code
		}
		g.add("allow "+l.name, code, "%s; allowed: %s", pluralHead(l.n, l.what), l.limit)
	}
}

// baseline compares with an earlier report.
func (g *gate) baseline(old *reports.Report) {
	const rule = "baseline"
	if old == nil {
		g.add(rule, reports.ExitCouldNotJudge, "the baseline was not read")
		return
	}
	c, err := compare.Reports(*old, g.report)
	if err != nil {
		g.add(rule, reports.ExitCouldNotJudge, "%v", err)
		return
	}
	code := reports.ExitConformant
	if c.Verdict.Regressed {
		code = reports.ExitNotConformant
	}
	g.add(rule, code, "%s", strings.Join(append([]string{c.Verdict.Reason}, c.Notes...), "; "))
	code = reports.ExitConformant
	if !g.policy.Allow.LostCoverage.holds(c.Counts[compare.CoverageLost]) {
		code = reports.ExitNotConformant
	}
	detail := pluralHead(c.Counts[compare.CoverageLost], "case judged in the baseline and not now")
	if ids := lost(c); len(ids) > 0 {
		detail += " (" + printable.Some(ids, 3, printable.ShortID) + ")"
	}
	g.add("allow lostCoverage", code, "%s; allowed: %s", detail, g.policy.Allow.LostCoverage)
}

func lost(c compare.Comparison) (ids []string) {
	for _, x := range c.Cases {
		if x.Change == compare.CoverageLost {
			ids = append(ids, x.ID)
		}
	}
	return ids
}

// pluralHead is plural for words that begin with the noun: "2 cases that …".
func pluralHead(n int, what string) string {
	for _, noun := range []string{"case", "warning"} {
		if head, tail, found := strings.Cut(what, noun); found && n != 1 {
			return fmt.Sprintf("%d %s%ss%s", n, head, noun, tail)
		}
	}
	return fmt.Sprintf("%d %s", n, what)
}
