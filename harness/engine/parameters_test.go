package engine_test

import (
	"fmt"
	"regexp"
	"slices"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/engine"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/reports"
)

// named finds the number of a parameter InstanceId.N in what was sent.
var named = regexp.MustCompile(`InstanceId\.(\d+)=`)

// TestShorterListOfInstances: with InstanceId.1 to .5 described, no more are sent than that, but by the cases about the
// range.
func TestShorterListOfInstances(t *testing.T) {
	t.Parallel() // most of it is waiting
	engine.NotRaced(t)
	g := NewWithT(t)
	var cuts []string
	for n := 6; n <= 20; n++ {
		const schema = `$ref: "#/components/schemas/FurtherInstanceId"}`
		cuts = append(cuts, fmt.Sprintf("        - {name: InstanceId.%d, in: query, schema: {%s}\n", n, schema), "",
			fmt.Sprintf("        InstanceId.%d: {%s\n", n, schema), "")
	}
	r := judge(t, target.Settings{Spec: edited(t, cuts...)})
	g.Expect(violated(r)).To(Equal([]string{"detach.range"}), "a SHOULD: the mock takes the sixth")
	g.Expect(r.Verdict.Conformant).To(BeTrue(), r.Verdict.Reason)
	most := map[bool]string{}
	for _, c := range r.Cases {
		if c.Exchange == nil {
			continue
		}
		about := slices.Contains(c.Requirements, "detach.range")
		for _, m := range named.FindAllStringSubmatch(c.Exchange.Request.StartLine+"&"+c.Exchange.Request.Body, -1) {
			most[about] = max(most[about], m[1])
			g.Expect(m[1]).To(HaveLen(1), c.ID)
		}
	}
	g.Expect(most).To(Equal(map[bool]string{false: "5", true: "6"}))
	g.Expect(r.Counts.Passed).To(BeNumerically(">", 100))
	for _, q := range r.Requirements {
		if q.ID == "detach.max" {
			g.Expect(q.Status).To(Equal(reports.Satisfied), "%+v", q)
		}
	}
}

// TestOptionalGroup: a case that demands a refusal of what the description allows is named when it is loaded, and gone
// when its requirement is excluded.
func TestOptionalGroup(t *testing.T) {
	t.Parallel() // most of it is waiting
	engine.NotRaced(t)
	g := NewWithT(t)
	optional := []string{
		"        - name: ScalingGroupId\n          in: query\n          required: true\n",
		"        - name: ScalingGroupId\n          in: query\n",
		"      required: [ScalingGroupId, InstanceId.1]\n", "      required: [InstanceId.1]\n",
	}
	_, err := engine.NewPlan(target.Settings{Spec: edited(t, optional...)}.WithDefaults())
	g.Expect(err).To(MatchError(MatchRegexp(`case param\.group-missing: a call without ScalingGroupId must be refused, but .*edited\.yaml:\d+ says that it is optional`)))
	r := judge(t, target.Settings{Spec: edited(t, append(optional, "  - id: param.group-required\n",
		"  - id: param.group-required\n    excluded: optional here\n")...)})
	g.Expect(r.Verdict.Conformant).To(BeTrue(), r.Verdict.Reason)
	for _, c := range r.Cases {
		g.Expect(c.Requirements).NotTo(ContainElement("param.group-required"), c.ID)
	}
}
