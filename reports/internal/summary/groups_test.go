package summary

import (
	"testing"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/reports"
)

// TestCauses: cases that give one reason are one cause, whichever state or id of theirs stands in it.
func TestCauses(t *testing.T) {
	unable := func(id, state, reason string) reports.CaseResult {
		return reports.CaseResult{
			ID: id, Outcome: reports.CouldNotRun, Reason: reason, State: reports.State{Name: state},
		}
	}
	for name, c := range map[string]struct {
		cases []reports.CaseResult
		want  []Cause
	}{
		"states": {
			[]reports.CaseResult{
				unable("a", "an idle group", `state "an idle group" could not be arranged: nothing arranges states`),
				unable("b", "a busy group", `state "a busy group" could not be arranged: nothing arranges states`),
			},
			[]Cause{{`state … could not be arranged: nothing arranges states`, []string{"a", "b"}}},
		},
		"ids": {
			[]reports.CaseResult{
				unable("a", "", "activity asa-1234abcd has not ended after 10s"),
				unable("b", "", "activity asa-5678efgh has not ended after 10s"),
				unable("c", "", "the connection was reset"),
			},
			[]Cause{
				{"activity … has not ended after 10s", []string{"a", "b"}},
				{"the connection was reset", []string{"c"}},
			},
		},
		"one keeps its id": {
			[]reports.CaseResult{
				unable("a", "", "activity asa-1234abcd has not ended"),
				unable("b", "", "activity asa-1234abcd has not ended"),
			},
			[]Cause{{"activity asa-1234abcd has not ended", []string{"a", "b"}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			NewWithT(t).Expect(Causes(c.cases, reports.CouldNotRun)).To(Equal(c.want))
		})
	}
}
