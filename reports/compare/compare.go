// Package compare tells what changed from one report to another.
package compare

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/internal/printable"
	"github.com/essconform/essconform/reports/internal/repair"
	"github.com/essconform/essconform/reports/internal/summary"
)

// ComparisonKind is the kind of a comparison written as JSON, and ComparisonVersion the version of its model.
const (
	ComparisonKind    = "ConformanceComparison"
	ComparisonVersion = 1
)

// Change is what became of a case or a requirement between two reports.
type Change string

// The changes. A case or requirement that none of them fits is the same as before.
const (
	Regressed     Change = "regressed"      // held before, does not now; of level MUST
	StillFailing  Change = "still-failing"  // failed before, and does now
	Fixed         Change = "fixed"          // failed before, waived or not, and does not now
	CoverageLost  Change = "coverage-lost"  // was judged before, and is not now
	NewlyJudged   Change = "newly-judged"   // was not judged before, and is now
	WaiverChanged Change = "waiver-changed" // is excused now and was not, or the other way round, or for another reason
	NewWarning    Change = "new-warning"    // a requirement of level SHOULD that held before, and does not now
	New           Change = "new"            // is not in the old case set or catalogue
	Removed       Change = "removed"        // is not in the new one
)

// changes is the order in which they are shown: what somebody has to look at first.
var changes = []Change{
	Regressed, CoverageLost, StillFailing, WaiverChanged, NewWarning, Fixed, NewlyJudged, New, Removed,
}

// Comparison is what changed from one report to another.
type Comparison struct {
	SchemaVersion int               `json:"schemaVersion"`
	Kind          string            `json:"kind"`
	Old           Side              `json:"old"`
	New           Side              `json:"new"`
	Verdict       ComparisonVerdict `json:"verdict"`
	// Notes say what else differs: contract, case set, target, selection.
	Notes        []string            `json:"notes"`
	Counts       map[Change]int      `json:"counts"` // of cases
	Cases        []CaseChange        `json:"cases"`
	Requirements []RequirementChange `json:"requirements"`
	Complete     bool                `json:"complete"`

	regressed []repair.Card // the findings of the regressed cases, for people
}

// Side identifies one of the two reports.
type Side struct {
	Suite    reports.Suite    `json:"suite"`
	Contract reports.Contract `json:"contract"`
	Target   reports.Target   `json:"target"`
	Run      reports.Run      `json:"run"`
	Verdict  reports.Verdict  `json:"verdict"`
	Counts   reports.Counts   `json:"counts"`
}

// ComparisonVerdict says whether something regressed: exit code 1 if so, else 0.
type ComparisonVerdict struct {
	Regressed bool   `json:"regressed"`
	Reason    string `json:"reason"`
	ExitCode  int    `json:"exitCode"`
}

// The outcomes of a case that has no result.
const (
	NotRun reports.Outcome = "not-run" // in the case set, but not selected, or not reached
	Absent reports.Outcome = "absent"  // not in the case set
)

// CaseChange is a case that is not what it was.
type CaseChange struct {
	ID     string          `json:"id"`
	Title  string          `json:"title"`
	Change Change          `json:"change"`
	Old    reports.Outcome `json:"old"`
	New    reports.Outcome `json:"new"`
	// Requirements are those that the case violates now and did not before.
	Requirements []string `json:"requirements"`
	// Findings of the new report that are of level MUST.
	Findings []reports.Finding `json:"findings"`
	Reason   string            `json:"reason,omitempty"` // of the new report, or what changed in a waiver
	Rerun    string            `json:"rerun,omitempty"`
}

// RequirementChange is a requirement that is not what it was.
type RequirementChange struct {
	ID      string   `json:"id"`
	Level   string   `json:"level"`
	Profile string   `json:"profile"`
	Text    string   `json:"text"`
	Change  Change   `json:"change"`
	Old     string   `json:"old"` // its status; "" when it was not there
	New     string   `json:"new"`
	Reason  string   `json:"reason,omitempty"`
	Cases   []string `json:"cases"` // that regressed on it
}

// Reports finds what changed from the old report to the new one, by case id and by requirement. The error says why two
// reports cannot be compared: they are about different operations, or no case was judged in both.
func Reports(old, new reports.Report) (Comparison, error) {
	if old.Contract.Operation != new.Contract.Operation {
		return Comparison{}, fmt.Errorf(
			"the reports are about different operations, %s and %s; give two reports of one",
			printable.ShortID(old.Contract.Operation), printable.ShortID(new.Contract.Operation))
	}
	cases, both := compareCases(old, new)
	if both == 0 {
		return Comparison{}, errors.New(
			"no case was judged in both reports, so nothing can be compared; run both with the same cases")
	}
	c := Comparison{
		SchemaVersion: ComparisonVersion, Kind: ComparisonKind, Old: sideOf(old), New: sideOf(new),
		Notes:  compareNotes(old, new),
		Counts: map[Change]int{}, Cases: cases, Complete: true,
	}
	for _, x := range cases {
		c.Counts[x.Change]++
	}
	c.Requirements = compareRequirements(old, new, cases)
	c.regressed = regressedGroups(new, cases)
	c.Verdict = compareVerdict(c, both)
	return c, nil
}

func sideOf(r reports.Report) Side {
	return Side{
		Suite:    r.Suite,
		Contract: r.Contract,
		Target:   r.Target,
		Run:      r.Run,
		Verdict:  r.Verdict,
		Counts:   r.Counts,
	}
}

func compareVerdict(c Comparison, both int) ComparisonVerdict {
	v := ComparisonVerdict{Reason: "no regression in " + printable.Plural(both, "case") + " that were judged in both"}
	if both == 1 {
		v.Reason = "no regression in the 1 case that was judged in both"
	}
	if n := c.Counts[Regressed]; n > 0 {
		on := map[string]bool{}
		for _, x := range c.Cases {
			for _, id := range x.Requirements {
				on[id] = on[id] || x.Change == Regressed
			}
		}
		v = ComparisonVerdict{
			Regressed: true,
			Reason:    printable.Plural(n, "case") + " regressed",
			ExitCode:  reports.ExitNotConformant,
		}
		if len(on) > 0 {
			v.Reason += " on " + printable.Plural(len(on), "requirement")
		}
	}
	var rest []string
	for _, x := range changes {
		if n := c.Counts[x]; n > 0 && x != Regressed {
			rest = append(rest, fmt.Sprintf("%d %s", n, changeWords(x)))
		}
	}
	if len(rest) > 0 {
		v.Reason += "; " + strings.Join(rest, ", ")
	}
	return v
}

// changeWords is a change as people read it.
func changeWords(c Change) string {
	switch c {
	case CoverageLost:
		return "lost coverage"
	case WaiverChanged:
		return "with another waiver"
	}
	return strings.ReplaceAll(string(c), "-", " ")
}

// compareNotes say what differs beside the results, so that a changed question is not taken for a changed answer.
func compareNotes(old, new reports.Report) []string {
	notes := []string{}
	differ := func(what, a, b string) {
		if a != b {
			notes = append(notes, fmt.Sprintf("the %s differs: %s before, %s now", what,
				printable.Bounded(printable.OrNone(a), 80), printable.Bounded(printable.OrNone(b), 80)))
		}
	}
	differ("target", summary.Subject(old), summary.Subject(new))
	differ("API version", old.Contract.APIVersion, new.Contract.APIVersion)
	differ("contract", printable.Digest(old.Contract.SHA256), printable.Digest(new.Contract.SHA256))
	differ("case set", printable.Digest(old.Suite.CaseSet), printable.Digest(new.Suite.CaseSet))
	differ("version of the suite", old.Suite.Version, new.Suite.Version)
	differ("signature", old.Target.Signature, new.Target.Signature)
	differ("selection", old.Run.Selection, new.Run.Selection)
	differ("shard", summary.ShardOf(old), summary.ShardOf(new))
	for i, r := range []reports.Report{old, new} {
		if r.Run.Partial != "" {
			notes = append(notes, fmt.Sprintf("the %s run is partial: %s", []string{"old", "new"}[i],
				printable.Bounded(r.Run.Partial, 80)))
		}
	}
	return notes
}

// digest is a SHA-256 as people compare it.
func changeOrder(c Change) int { return slices.Index(changes, c) }
