package reports_test

import (
	"testing"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/reports"
)

func TestTeardownFailures(t *testing.T) {
	step := func(what, result string) reports.Step { return reports.Step{What: what, Result: result} }
	one := reports.CaseResult{Trail: []reports.Step{
		step("setup a", "arranged"),
		step("teardown a", "failed: HTTP 500\x1b[31m"),
	}}
	two := reports.CaseResult{Trail: []reports.Step{
		step("setup a", "failed: x"), step("teardown a", "done"),
		step("teardown b", "failed: gone"),
	}}
	for want, cases := range map[string][]reports.CaseResult{
		"": {{Trail: []reports.Step{step("teardown a", "done")}}},
		`1 teardown failed, so that resources may be left behind: "gone"`:                             {two},
		`3 teardowns failed, so that resources may be left behind; the first one: "HTTP 500\x1b[31m"`: {one, two, one},
	} {
		NewWithT(t).Expect(reports.TeardownFailures(cases)).To(Equal(want))
	}
}
