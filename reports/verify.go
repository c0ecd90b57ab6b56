package reports

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/essconform/essconform/reports/internal/printable"
)

// verify finds a report that contradicts itself: it builds the report again from its cases, and all that was derived
// must come out the same, texts as well. This finds a verdict edited by hand; it is not a signature: a person who edits
// the cases as well is not found out.
func verify(r Report) error {
	again := rebuild(r)
	if len(again.Cases) != len(r.Cases) {
		return contradiction("a case is there twice")
	}
	recorded := map[string]Outcome{}
	for _, c := range r.Cases {
		recorded[c.ID] = c.Outcome
	}
	for _, c := range again.Cases {
		if recorded[c.ID] != c.Outcome {
			return contradiction("case %s is recorded as %q; its findings and checks make it %q",
				printable.ShortID(c.ID), printable.Clip(string(recorded[c.ID]), 40), c.Outcome)
		}
	}
	if again.Counts != r.Counts {
		return contradiction("recorded are %s; its cases are %s", r.Counts.String(), again.Counts.String())
	}
	for i, q := range again.Requirements {
		if r.Requirements[i].Status != q.Status {
			return contradiction("requirement %s is recorded as %q; its cases make it %q", printable.ShortID(q.ID),
				printable.Clip(r.Requirements[i].Status, 40), q.Status)
		}
	}
	got, want := r.Verdict, again.Verdict
	if got.Conformant != (got.ExitCode == ExitConformant) || got.ExitCode != want.ExitCode {
		return contradiction("the verdict is recorded as conformant %t with exit code %d; its cases say %q",
			got.Conformant, got.ExitCode, want.Reason)
	}
	return sameTexts(r, again)
}

// sameTexts compares the derived texts.
func sameTexts(r, again Report) error {
	if r.Verdict.Reason != again.Verdict.Reason {
		return contradiction("the verdict is recorded as %q; its cases say %q",
			printable.Clip(r.Verdict.Reason, 120), again.Verdict.Reason)
	}
	cases := map[string]CaseResult{}
	for _, c := range r.Cases {
		cases[c.ID] = c
	}
	for _, c := range again.Cases {
		if got := cases[c.ID].Reason; got != c.Reason {
			return contradiction("the reason of case %s is recorded as %q; what was found makes it %q",
				printable.ShortID(c.ID), printable.Clip(got, 120), printable.Clip(c.Reason, 120))
		}
	}
	for i, q := range again.Requirements {
		if got := r.Requirements[i].Reason; got != q.Reason {
			return contradiction("the reason of requirement %s is recorded as %q; its cases make it %q",
				printable.ShortID(q.ID), printable.Clip(got, 120), printable.Clip(q.Reason, 120))
		}
	}
	if len(r.MissingStates)+len(again.MissingStates) > 0 && !reflect.DeepEqual(r.MissingStates, again.MissingStates) {
		return contradiction("the missing states that are recorded are not those of its cases")
	}
	return nil
}

// tooMany is what a verdict says of more results than selected cases. The counts of the file do not say how many were
// selected then.
var tooMany = regexp.MustCompile(`(?:: |, )\d+ results? came for (\d+) selected`)

// surplus is how many cases were selected, when the verdict says that there are more results.
func surplus(r Report) (selected int, ok bool) {
	m := tooMany.FindStringSubmatch(r.Verdict.Reason)
	if m == nil {
		return 0, false
	}
	selected, err := strconv.Atoi(m[1])
	return selected, err == nil && selected < len(r.Cases)
}

// Surplus tells whether r came of more results than selected cases.
func Surplus(r Report) bool {
	_, ok := surplus(r)
	return ok
}

func contradiction(format string, args ...any) error {
	return errors.New(
		"the report contradicts itself, so it was not written by essconform or was edited: " + fmt.Sprintf(format,
			args...) + "; run the suite again")
}

// InputOf is what r was built from, as far as the file says it.
func InputOf(r Report) Input {
	in := Input{
		Suite: r.Suite, Contract: r.Contract, Target: r.Target, Run: r.Run, Catalogue: catalogueOf(r),
		Cases:    make([]CaseResult, len(r.Cases)),
		Selected: r.Counts.Selected, NotSelected: r.Counts.NotSelected, Waivers: r.Waivers, LeftOut: r.LeftOut,
	}
	for i, c := range r.Cases {
		c.RequestIDs, c.ActivityIDs = comparable(c.RequestIDs), comparable(c.ActivityIDs)
		in.Cases[i] = c
	}
	return in
}

// catalogueOf is the catalogue that r was built with.
func catalogueOf(r Report) []CatalogueEntry {
	out := make([]CatalogueEntry, len(r.Requirements))
	for i, q := range r.Requirements {
		out[i] = CatalogueEntry{
			ID:       q.ID,
			Level:    q.Level,
			Profile:  q.Profile,
			Text:     q.Text,
			Source:   q.Source,
			SpecLine: q.SpecLine,
			Cases:    q.Cases,
		}
		if q.Status == Excluded {
			out[i].Excluded = q.Reason
		}
	}
	return out
}

// comparable leaves out ids in which bytes were replaced when the file was written: two of them may look the same and
// were not.
func comparable(ids []string) []string {
	var out []string
	for _, id := range ids {
		if !strings.ContainsRune(id, utf8.RuneError) {
			out = append(out, id)
		}
	}
	return out
}

// rebuild is the report that the cases of r give, under the waivers as they matched then.
func rebuild(r Report) Report {
	in := InputOf(r)
	if selected, ok := surplus(r); ok {
		in.Selected = selected
	}
	cases, _ := excuse(findRepeats(in.Cases, in.Catalogue), r.Waivers)
	return assemble(in, cases, r.Waivers, r.WaiverProblems)
}
