package engine_test

import (
	"context"
	"testing"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/harness/engine"
	"github.com/essconform/essconform/harness/engine/embedded"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/reports"
)

// A finding about the body says where, in bytes of the body that the report shows.
func TestPlacesInTheReport(t *testing.T) {
	g := NewWithT(t)
	const text = "The specified scaling group does not exist."
	plan, err := engine.NewPlan(target.Settings{Spec: edited(t, text, "No such group.")}.WithDefaults())
	g.Expect(err).NotTo(HaveOccurred())
	address, stop, err := plan.Start(context.Background(), engine.StartOptions{Embedded: embedded.Mock})
	t.Cleanup(func() { g.Expect(stop()).To(Succeed()) })
	g.Expect(err).NotTo(HaveOccurred())
	runner, err := plan.Connect(address, nil)
	g.Expect(err).NotTo(HaveOccurred())
	t.Cleanup(runner.Close)
	cases, err := plan.Select([]string{"error.InvalidScalingGroupId.NotFound/*/get"},
		func([]string) bool { return true })
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(cases).To(HaveLen(2))
	places := map[string]string{}
	for _, x := range cases {
		result := runner.Run(context.Background(), x)
		for _, f := range reports.MustFindings(result) {
			places[result.Format] = result.Exchange.Response.Body[f.Offset : f.Offset+f.Length]
		}
	}
	g.Expect(places).To(Equal(map[string]string{
		"json": `"Message":"` + text + `"`, "xml": "<Message>" + text + "</Message>",
	}))
}
