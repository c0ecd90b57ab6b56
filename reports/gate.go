package reports

import (
	"fmt"
	"slices"
	"strings"
)

// Rule is what one rule of a policy says of a report.
type Rule struct {
	Name string
	// ExitCode is 0 when the rule holds, 1 when it is broken, 2 when the report does not tell.
	ExitCode int
	Detail   string
}

// Decision is what a gate says: the rules in the order of the policy, and the exit code, where a broken rule outweighs one of which the
// report does not tell.
type Decision struct {
	Rules    []Rule
	ExitCode int
}

// Decide applies a policy to a report that ReadJSON has accepted. baseline is the report that the policy names, nil when it names none.
// The error is a fault of the policy: a pattern that matches no requirement.
func Decide(p Policy, r Report, baseline *Report) (Decision, error) {
	g := &gate{policy: p, report: r, results: map[string]CaseResult{}}
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
		case rule.ExitCode == ExitNotConformant:
			d.ExitCode = ExitNotConformant
		case rule.ExitCode == ExitCouldNotJudge && d.ExitCode == ExitConformant:
			d.ExitCode = ExitCouldNotJudge
		}
	}
	return d, nil
}

type gate struct {
	policy  Policy
	report  Report
	results map[string]CaseResult
	rules   []Rule
}

func (g *gate) add(name string, code int, format string, args ...any) {
	g.rules = append(g.rules, Rule{Name: name, ExitCode: code, Detail: fmt.Sprintf(format, args...)})
}

// run looks at what no policy can allow: a run that did not come to its end, judged nothing, or had waivers that are wrong.
func (g *gate) run() {
	n := g.report.Counts
	switch {
	case g.report.Run.Partial != "":
		g.add("run", ExitCouldNotJudge, "the run did not come to its end: %s", bounded(g.report.Run.Partial, shownText))
	case g.report.Run.Shard != nil:
		g.add("run", ExitCouldNotJudge, "the report is of %s only; join the shards with essconform merge", g.report.Run.Shard.name())
	case len(g.report.Cases) < n.Selected:
		g.add("run", ExitCouldNotJudge, "%d of %s left no result", n.Selected-len(g.report.Cases), plural(n.Selected, "case"))
	case n.Passed == 0:
		g.add("run", ExitCouldNotJudge, "no case passed, so nothing is shown to hold")
	case surplus(g.report.Verdict, Build(inputOf(g.report)).Verdict):
		g.add("run", ExitCouldNotJudge, "%s", bounded(g.report.Verdict.Reason, shownText))
	default:
		g.add("run", ExitConformant, "%s", tally(n))
	}
	switch {
	case n.UnexpectedPass > 0:
		g.add("waivers", ExitNotConformant, "%s passed; remove the waivers that are not needed", plural(n.UnexpectedPass, "waived case"))
	case len(g.report.WaiverProblems) > 0:
		g.add("waivers", ExitCouldNotJudge, "%s: %s", plural(len(g.report.WaiverProblems), "problem"), bounded(g.report.WaiverProblems[0], shownText))
	}
}

// profile holds the requirements of level MUST of one profile.
func (g *gate) profile(name string) {
	var violated, unjudged []string
	held := 0
	for _, q := range g.report.Requirements {
		if q.Profile != name || !isMust(q.Level) {
			continue
		}
		switch {
		case q.Status == Violated:
			violated = append(violated, q.ID)
		case q.Status == Unverified && !g.excusable(q):
			unjudged = append(unjudged, q.ID)
		default:
			held++
		}
	}
	rule := "profile " + name
	switch {
	case len(violated) > 0:
		g.add(rule, ExitNotConformant, "%s violated: %s", plural(len(violated), "requirement"), some(violated, 5, shortID))
	case len(unjudged) > 0:
		g.add(rule, ExitCouldNotJudge, "%s not verified: %s", plural(len(unjudged), "requirement"), some(unjudged, 5, shortID))
	case held == 0:
		g.add(rule, ExitCouldNotJudge, "the contract holds no requirement of this profile")
	default:
		g.add(rule, ExitConformant, "none of %s violated", plural(held, "requirement"))
	}
}

// excusable holds for an unverified requirement when all cases that cover it ended in a way that the policy lets through.
func (g *gate) excusable(q Requirement) bool {
	for _, id := range q.Cases {
		c, ran := g.results[id]
		limit := Limit{}
		switch {
		case !ran:
			limit = g.policy.Allow.NotSelected
		case c.Outcome == CouldNotRun:
			limit = g.policy.Allow.CouldNotRun
		case c.Outcome == Unsupported:
			limit = g.policy.Allow.Unsupported
		case c.Outcome == Waived:
			limit = g.policy.Allow.Waived
		case hasMust(c.Findings): // it ended before checking this, for a reason that is told elsewhere
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
			if !wildcard(pattern).MatchString(q.ID) {
				continue
			}
			matched++
			rule, detail := "requirement "+shortID(q.ID), q.Status
			if q.Reason != "" {
				detail += ": " + bounded(q.Reason, shownText)
			}
			code := ExitCouldNotJudge
			switch q.Status {
			case Satisfied:
				code = ExitConformant
			case Violated:
				code = ExitNotConformant
			}
			g.add(rule, code, "%s", detail)
		}
		if matched == 0 {
			return policyError(g.policy.file, g.policy.line("requirements", pattern),
				fmt.Errorf("%q matches no requirement of the report; correct it, or remove it", clip(pattern, 80)))
		}
	}
	return nil
}

// unattributed finds failures that no requirement of level MUST accounts for: no choice of profiles can leave them out.
func (g *gate) unattributed() {
	known := requirementsByID(g.report)
	var ids []string
	for _, c := range g.report.Cases {
		fs := mustFindings(c)
		strange := slices.ContainsFunc(fs, func(f Finding) bool { q, is := known[f.Requirement]; return !is || !isMust(q.Level) })
		if c.Outcome == Failed && (len(fs) == 0 || strange) {
			ids = append(ids, c.ID)
		}
	}
	if len(ids) > 0 {
		g.add("failures", ExitNotConformant, "%s failed on no requirement of level MUST: %s", plural(len(ids), "case"), some(ids, 5, shortID))
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
		{"warnings", n.Warnings, a.Warnings, ExitNotConformant, "warning"},
		{"waived", n.Waived, a.Waived, ExitNotConformant, "waived case"},
		{"unsupported", n.Unsupported, a.Unsupported, ExitNotConformant, "unsupported case"},
		{"couldNotRun", n.CouldNotRun - optionalUnable(g.report.Cases), a.CouldNotRun, ExitCouldNotJudge, "case of level MUST that could not run"},
		{"notSelected", n.NotSelected, a.NotSelected, ExitCouldNotJudge, "case not selected"},
	} {
		code := ExitConformant
		if !l.limit.holds(l.n) {
			code = l.code
		}
		g.add("allow "+l.name, code, "%s; allowed: %s", pluralHead(l.n, l.what), l.limit)
	}
}

// baseline compares with an earlier report.
func (g *gate) baseline(old *Report) {
	const rule = "baseline"
	if old == nil {
		g.add(rule, ExitCouldNotJudge, "the baseline was not read")
		return
	}
	c, err := Compare(*old, g.report)
	if err != nil {
		g.add(rule, ExitCouldNotJudge, "%v", err)
		return
	}
	code := ExitConformant
	if c.Verdict.Regressed {
		code = ExitNotConformant
	}
	g.add(rule, code, "%s", strings.Join(append([]string{c.Verdict.Reason}, c.Notes...), "; "))
	code = ExitConformant
	if !g.policy.Allow.LostCoverage.holds(c.Counts[CoverageLost]) {
		code = ExitNotConformant
	}
	detail := pluralHead(c.Counts[CoverageLost], "case judged in the baseline and not now")
	if ids := lost(c); len(ids) > 0 {
		detail += " (" + some(ids, 3, shortID) + ")"
	}
	g.add("allow lostCoverage", code, "%s; allowed: %s", detail, g.policy.Allow.LostCoverage)
}

func lost(c Comparison) (ids []string) {
	for _, x := range c.Cases {
		if x.Change == CoverageLost {
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
