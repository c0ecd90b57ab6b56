package engine

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/support"
	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/reports"
)

// TestWholeSuiteThroughTheAPI: nothing but the operations of the service arranges the states, and afterwards all is as
// it was.
func TestWholeSuiteThroughTheAPI(t *testing.T) {
	t.Parallel() // most of it is waiting
	NotRaced(t)
	for scheme, some := range map[wire.Scheme]string{wire.SignV1: "*", wire.SignV3: "*/json/post"} {
		t.Run(string(scheme), func(t *testing.T) {
			g := NewWithT(t)
			c := newCloud(t, scheme, 22, 40*time.Millisecond)
			before := c.dump(t)
			s := c.settings(t)
			s.Cover = target.CoverLean
			results, err := c.run(t, s, 3, some)
			g.Expect(err).NotTo(HaveOccurred())
			unable := 0
			for id, why := range reasons(results) {
				g.Expect(why).To(ContainSubstring("-arrange api has two groups, and this case needs more"), id)
				unable++
			}
			g.Expect(outcomes(results)).To(HaveKeyWithValue(reports.Passed, len(results)-unable))
			g.Expect(c.dump(t)).To(Equal(before))
		})
	}
}

// TestSeveralGroups: cases run in two groups at a time, those that need what only one of them has wait for it, and
// afterwards all is as it was.
func TestSeveralGroups(t *testing.T) {
	t.Parallel() // most of it is waiting
	NotRaced(t)
	g, ctx := NewWithT(t), context.Background()
	c := newCloud(t, wire.SignV1, 14, 40*time.Millisecond)
	for _, name := range []string{"third", "fourth"} {
		id, err := c.client.Create(ctx, support.NewGroup{Name: name, Sizes: support.Sizes{MaxSize: 5, Cooldown: 120}})
		g.Expect(err).NotTo(HaveOccurred())
		c.more = append(c.more, id)
	}
	before := c.dump(t)
	s := c.settings(t)
	s.Cover, s.Jobs = target.CoverLean, 0
	s.API.InstanceIDs = c.instances[:7]
	s.API.Groups = []target.API{{
		ScalingGroupID: c.more[0], OtherScalingGroupID: c.more[1],
		InstanceIDs: c.instances[7:],
	}}
	s = s.WithDefaults()
	g.Expect(s.Jobs).To(Equal(2))

	plan, err := NewPlan(s)
	g.Expect(err).NotTo(HaveOccurred())
	some := []string{"detach.*/json/post", "error.*/json/post", "no-effect.*", "sequence.*", "ids.*"}
	cases, err := plan.Select(some, func([]string) bool { return true })
	g.Expect(err).NotTo(HaveOccurred())
	estimate, err := plan.DryRun(ctx, cases, DryRunOptions{Activity: 40 * time.Millisecond, Latency: c.latency(t)})
	g.Expect(err).NotTo(HaveOccurred())
	clear(c.calls)
	clear(c.named)

	results, err := c.run(t, s, 4, some...)
	g.Expect(err).NotTo(HaveOccurred())
	unable := 0
	for id, why := range reasons(results) {
		g.Expect(why).To(Or(ContainSubstring("instances are wanted"),
			ContainSubstring("two groups, and this case needs more")), id)
		unable++
	}
	g.Expect(outcomes(results)).To(HaveKeyWithValue(reports.Passed, len(results)-unable))
	g.Expect(estimate.Unable).To(HaveLen(unable))
	for _, id := range append([]string{c.group, c.second, c.balancer}, c.more...) {
		g.Expect(c.named).To(HaveKey(id))
	}
	g.Expect(c.dump(t)).To(Equal(before))
	for _, one := range estimate.Calls { // which group a case gets depends on the moment
		if !strings.HasPrefix(one.Operation, "Describe") {
			g.Expect(c.calls[one.Operation]).To(BeNumerically("~", one.Count, 2+one.Count/5), one.Operation)
		}
	}
}

// TestDryRunAgrees: a dry run counts the changes that a server counts, and the looks at least; where activities take
// time, looks at them depend on the clock, and the time is of the right size.
func TestDryRunAgrees(t *testing.T) {
	NotRaced(t)
	for _, c := range []struct {
		name     string
		activity time.Duration
		some     string
	}{
		{"activities end at once", -1, "*/json/post"},
		{"activities take time", 100 * time.Millisecond, "e*/json/post"},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := NewWithT(t)
			cloud := newCloud(t, wire.SignV3, 7, c.activity)
			s := cloud.settings(t)
			plan, err := NewPlan(s)
			g.Expect(err).NotTo(HaveOccurred())
			all, err := plan.Select([]string{c.some},
				func(labels []string) bool { return !slices.Contains(labels, "generated") })
			g.Expect(err).NotTo(HaveOccurred())
			var cases []fixtures.Expanded
			var patterns []string
			for _, x := range all {
				kind, _ := plan.Set.State(x.State.Name)
				meets := kind.Busy || slices.ContainsFunc(x.Calls, func(call fixtures.Call) bool { return call.During })
				asks := slices.ContainsFunc(x.Steps, func(s fixtures.Step) bool { return s.Describe > 0 })
				if c.activity > 0 || !meets && !asks { // an activity that ends at once could not be met in progress
					cases, patterns = append(cases, x), append(patterns, x.Name)
				}
			}
			estimate, err := plan.DryRun(context.Background(), cases,
				DryRunOptions{Activity: max(0, c.activity), Latency: cloud.latency(t)})
			g.Expect(err).NotTo(HaveOccurred())
			for operation := range cloud.calls {
				g.Expect(operation).To(HavePrefix("Describe"), "a dry run only reads")
			}
			clear(cloud.calls)

			begin := time.Now()
			results, err := cloud.run(t, s, 1, patterns...)
			took := time.Since(begin)
			g.Expect(err).NotTo(HaveOccurred())
			total := 0
			for _, one := range estimate.Calls {
				switch {
				case strings.HasPrefix(one.Operation, "Describe") && c.activity > 0:
					g.Expect(cloud.calls[one.Operation]).To(BeNumerically("~", one.Count, float64(one.Count)/2),
						one.Operation)
				case strings.HasPrefix(one.Operation, "Describe"):
					g.Expect(cloud.calls[one.Operation]).To(BeNumerically("~", one.Count, float64(one.Count)/4),
						one.Operation)
				default: // the first contact may be a call more
					g.Expect(cloud.calls[one.Operation]).To(And(BeNumerically(">=", one.Count),
						BeNumerically("<=", one.Count+1)), one.Operation)
				}
				total += one.Count
			}
			g.Expect(cloud.calls).To(HaveLen(len(estimate.Calls)))
			g.Expect(estimate.Total).To(Equal(total))
			if c.activity > 0 {
				g.Expect(took.Seconds()).To(BeNumerically("~", estimate.Duration.Seconds(),
					estimate.Duration.Seconds()*3/4))
			}
			g.Expect(estimate.Unable).To(HaveLen(outcomes(results)[reports.CouldNotRun]))
			for _, unable := range estimate.Unable {
				g.Expect(unable.Reason).To(MatchRegexp(`\d+ instances are wanted and arrange.instanceIds names 7: add \d+ more`))
			}
		})
	}
}

// TestWithoutEnableAndDisable: a target without these operations, or where they fail, loses only the cases that need
// them, and the reason says how to declare it.
func TestWithoutEnableAndDisable(t *testing.T) {
	NotRaced(t)
	absent := func(w http.ResponseWriter) {
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `{"Code":"InvalidAction.NotFound","Message":"Specified api is not found.","RequestId":"r"}`)
	}
	broken := func(w http.ResponseWriter) { w.WriteHeader(http.StatusInternalServerError) }
	for name, c := range map[string]struct {
		answer func(http.ResponseWriter)
		why    string
	}{
		"absent": {absent, `the target does not have DisableScalingGroup (HTTP 404 "InvalidAction.NotFound"); where that is right, say so in the ` +
			`target file: unsupported: [{operation: DisableScalingGroup, reason: …}]`},
		"broken": {broken, "DisableScalingGroup answered HTTP 500"},
	} {
		t.Run(name, func(t *testing.T) {
			g, ctx := NewWithT(t), context.Background()
			cloud := newCloud(t, wire.SignV1, 5, 10*time.Millisecond)
			for _, id := range []string{cloud.group, cloud.second} {
				g.Expect(cloud.client.SetLifecycle(ctx, id, support.Active)).To(Succeed())
			}
			before := cloud.dump(t)
			cloud.before = func(w http.ResponseWriter, r *http.Request) bool {
				action := r.FormValue("Action")
				if action != support.OpDisable && action != support.OpEnable {
					return false
				}
				c.answer(w)
				return true
			}
			s := cloud.settings(t)
			results, err := cloud.run(t, s, 1, "error.I*/json/post", "effect.o*/json/post")
			g.Expect(err).NotTo(HaveOccurred())
			lost := 0
			for _, r := range results {
				if r.State.Name == "an inactive scaling group" {
					lost++
					g.Expect(r.Outcome).To(Equal(reports.CouldNotRun))
					g.Expect(r.Reason).To(ContainSubstring(c.why))
				} else {
					g.Expect(r.Outcome).To(Or(Equal(reports.Passed), Equal(reports.CouldNotRun)), r.ID+r.Reason)
					g.Expect(r.Reason).NotTo(ContainSubstring("ScalingGroup answered"))
				}
			}
			g.Expect(lost).To(Equal(1))
			g.Expect(outcomes(results)[reports.Passed]).To(BeNumerically(">=", 5))
			g.Expect(cloud.dump(t)).To(Equal(before))

			s.Unsupported = []target.Unsupported{{Operation: support.OpDisable, Reason: "groups are always active"}}
			results, err = cloud.run(t, s, 1, "error.IncorrectScalingGroupStatus/json/post")
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(outcomes(results)).To(Equal(map[reports.Outcome]int{reports.Unsupported: 1}))
		})
	}
}

// latency is what a call takes on this machine at the moment.
func (c *cloud) latency(t *testing.T) time.Duration {
	t.Helper()
	const calls = 50
	begin := time.Now()
	for range calls {
		_, err := c.client.Group(context.Background(), c.group)
		NewWithT(t).Expect(err).NotTo(HaveOccurred())
	}
	return time.Since(begin) / calls
}
