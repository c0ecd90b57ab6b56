package reports

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/essconform/essconform/reports/internal/printable"
)

// The exit codes of a run (interfaces: exit codes).
const (
	ExitConformant    = 0
	ExitNotConformant = 1
	ExitCouldNotJudge = 2
)

// Everything is the value of Run.Selection when nothing was left out.
const Everything = "everything"

// judge gives the verdict. What was found is certain, so a failure outweighs all that could not be judged. A waived
// case that passed is an outcome of the run and ends it with 1 as well; other faults of the waivers are faults of the
// configuration.
func judge(cases []CaseResult, n Counts, in Input, problems []string) Verdict {
	optional := OptionalUnable(cases)
	open := doubts(len(cases), optional, n, in, problems)
	switch {
	case n.Failed > 0:
		reason := fmt.Sprintf("%d of %s failed", n.Failed, printable.Plural(n.Selected, "case"))
		if v := violatedIn(cases); v > 0 {
			reason += " on " + printable.Plural(v, "requirement")
		}
		if n.UnexpectedPass > 0 {
			reason += ", " + printable.Plural(n.UnexpectedPass, "waived case") + " passed"
		}
		return Verdict{
			Reason:   "not conformant: " + reason + also(open) + unfinished(in.Run),
			ExitCode: ExitNotConformant,
		}
	case n.UnexpectedPass > 0:
		reason := fmt.Sprintf("waivers out of date: %s passed", printable.Plural(n.UnexpectedPass, "waived case"))
		return Verdict{Reason: reason + also(open) + unfinished(in.Run), ExitCode: ExitNotConformant}
	case len(open) > 0 || in.Run.Partial != "":
		reason := cmp.Or(strings.Join(open, ", "), "the run did not come to its end")
		return Verdict{Reason: "could not judge: " + reason + unfinished(in.Run), ExitCode: ExitCouldNotJudge}
	}
	word := "conformant"
	if n.Waived > 0 {
		word = fmt.Sprintf("conformant with %d waived", n.Waived)
	}
	if n.Unsupported > n.NotMet {
		word += " in what the target supports"
	}
	reason := fmt.Sprintf("%s: %d of %s passed", scope(word, n, in.Run), n.Passed, printable.Plural(n.Selected, "case"))
	if n.Unsupported > 0 {
		reason += fmt.Sprintf(", %d unsupported", n.Unsupported)
	}
	if optional > 0 {
		reason += fmt.Sprintf(", %s of level SHOULD could not run", printable.Plural(optional, "case"))
	}
	return Verdict{Conformant: true, Reason: reason, ExitCode: ExitConformant}
}

// doubts lists why the run cannot be called conformant although nothing failed; an early end is told by unfinished.
func doubts(results, optional int, n Counts, in Input, problems []string) []string {
	if n.Selected == 0 && in.Run.Partial == "" {
		return []string{"no case was selected"}
	}
	var out []string
	missing := n.Selected - results
	if missing > 0 {
		out = append(out, fmt.Sprintf("%d of %s left no result", missing, printable.Plural(n.Selected, "case")))
	}
	if unable := n.CouldNotRun - missing; unable > optional {
		out = append(out, fmt.Sprintf("%d of %s could not run", unable, printable.Plural(n.Selected, "case")))
	}
	if results > in.Selected {
		out = append(out, fmt.Sprintf("%s came for %d selected", printable.Plural(results, "result"), in.Selected))
	}
	if len(problems) > 0 {
		out = append(out, printable.Plural(len(problems), "problem")+" with the waivers")
	}
	// Said only when nothing else explains it: then all cases were unsupported or waived.
	if n.Passed == 0 && len(out) == 0 && n.Selected > 0 {
		out = append(out, fmt.Sprintf("no case passed (%d unsupported, %d waived)", n.Unsupported, n.Waived))
	}
	return out
}

// OptionalUnable counts the cases that could not run and are about nothing that must hold: without them a target can
// still be conformant.
func OptionalUnable(cases []CaseResult) (n int) {
	for _, c := range cases {
		if c.Outcome == CouldNotRun && slices.Contains(c.Labels, "should") {
			n++
		}
	}
	return n
}

// unfinished says that a run was a shard, and why a partial one ended early.
func unfinished(run Run) string {
	s := ""
	if run.Shard != nil {
		s = " (" + run.Shard.String() + ")"
	}
	if run.Partial != "" {
		s += " (partial: " + printable.Bounded(run.Partial, 80) + ")"
	}
	return s
}

// name is the shard as texts print it.
func (s Shard) String() string { return fmt.Sprintf("shard %d of %d", s.Index, s.Count) }

func also(doubts []string) string {
	if len(doubts) == 0 {
		return ""
	}
	return ", " + strings.Join(doubts, ", ")
}

// scope adds to a word that it holds for a part of the cases only.
func scope(word string, n Counts, run Run) string {
	named := run.Selection != "" && run.Selection != Everything
	if s := run.Shard; s != nil {
		word += " in " + s.String()
		// The cases of the other shards were selected as well.
		n.Selected, n.NotSelected = s.Of, n.NotSelected-(s.Of-n.Selected)
	}
	switch {
	case named:
		return fmt.Sprintf("%s in what was selected (%s)", word, printable.Bounded(run.Selection, 60))
	case n.NotSelected > 0:
		return fmt.Sprintf("%s in what was selected (%d of %s)", word, n.Selected,
			printable.Plural(n.Selected+n.NotSelected, "case"))
	}
	return word
}

// violatedIn counts the requirements with a MUST finding in a failed case.
func violatedIn(cases []CaseResult) int {
	seen := map[string]bool{}
	for _, c := range cases {
		if c.Outcome != Failed {
			continue
		}
		for _, f := range c.Findings {
			if IsMust(f.Level) {
				seen[f.Requirement] = true
			}
		}
	}
	return len(seen)
}
