package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/states"
	"github.com/essconform/essconform/harness/internal/support"
	"github.com/essconform/essconform/harness/mock"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/reports"
)

// prepare makes the groups that a count says are missing, through the Go API of the mock, and returns the file that
// names them.
func prepare(t *testing.T, server *mock.Server, stock states.Stock) string {
	t.Helper()
	g, out := NewWithT(t), map[string][]states.Binding{}
	for _, need := range stock.States {
		for _, instances := range need.Groups {
			values, err := server.Setup(need.State, map[string]any{"instances": instances})
			g.Expect(err).NotTo(HaveOccurred())
			text := func(name string) string { s, _ := values[name].(string); return s }
			b := states.Binding{
				ScalingGroupID: text("scalingGroupId"), LoadBalancerID: text("loadBalancerId"),
				DBInstanceID: text("dbInstanceId"),
			}
			b.InstanceIDs, _ = values["instanceIds"].([]string)
			if id := text("accessKeyId"); id != "" {
				b.AccessKeyIDEnv, b.AccessKeySecretEnv = denied(t, id, text("accessKeySecret"))
			}
			out[need.State] = append(out[need.State], b)
		}
	}
	data, err := yaml.Marshal(out)
	g.Expect(err).NotTo(HaveOccurred())
	file := filepath.Join(t.TempDir(), "bindings.yaml")
	g.Expect(os.WriteFile(file, data, 0o600)).To(Succeed())
	return file
}

func bound(t *testing.T) (*mock.Server, target.Settings) {
	t.Helper()
	server, err := mock.New(mock.Options{
		Credentials:      []mock.Credential{{AccessKeyID: keyID, AccessKeySecret: keySecret}},
		ActivityDuration: 60 * time.Millisecond,
	})
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	front := httptest.NewServer(server)
	t.Cleanup(front.Close)
	return server, target.Settings{
		Endpoint: front.URL, Signature: "v1", VerifiesSignatures: true,
		ReportDir: t.TempDir(),
	}.WithDefaults()
}

// TestWholeSuiteWithBindings: what `bindings init` asks for is enough, in whatever order the cases come, and for
// processes in parallel.
func TestWholeSuiteWithBindings(t *testing.T) {
	t.Parallel() // most of it is waiting
	NotRaced(t)
	g := NewWithT(t)
	server, s := bound(t)
	s.Cover = target.CoverLean
	plan, err := NewPlan(s)
	g.Expect(err).NotTo(HaveOccurred())
	s.Bindings = prepare(t, server, states.NewBindings("", plan.Set.States).Count(plan.Cases))
	plan, err = NewPlan(s)
	g.Expect(err).NotTo(HaveOccurred())
	b, err := plan.Bindings()
	g.Expect(err).NotTo(HaveOccurred())
	stock := b.Count(plan.Cases)
	g.Expect(stock.Unable).To(BeEmpty())

	const parallel = 3
	caller := target.Credentials{AccessKeyID: keyID, AccessKeySecret: keySecret}
	address, stop, err := plan.startOn(context.Background(), caller, parallel, environment)
	g.Expect(err).NotTo(HaveOccurred())
	var results []reports.CaseResult
	var mu sync.Mutex
	var processes sync.WaitGroup
	text, err := json.Marshal(address)
	g.Expect(err).NotTo(HaveOccurred())
	for n := range parallel {
		var handedOn Address // to another process
		g.Expect(json.Unmarshal(text, &handedOn)).To(Succeed())
		runner, err := plan.Connect(handedOn, nil)
		g.Expect(err).NotTo(HaveOccurred())
		defer runner.Close()
		processes.Go(func() {
			for i, x := range plan.Cases {
				if i%parallel == n {
					result := runner.Run(context.Background(), x)
					mu.Lock()
					results = append(results, result)
					mu.Unlock()
				}
			}
		})
	}
	processes.Wait()
	g.Expect(stop()).To(Succeed())
	// The order of the cases is another one than was counted with, so that a few instances may stay in a group that is
	// too small. Prepared groups may also be larger than a history can be judged for.
	for id, why := range reasons(results) {
		g.Expect(why).To(Or(ContainSubstring("could-not-run: state"),
			ContainSubstring("more instances than can be judged"),
			ContainSubstring("the activity had ended before")), id)
	}
	g.Expect(outcomes(results)[reports.Passed]).To(BeNumerically(">=", len(results)-8))
}

// TestGroupsAreLeftAsTheyWere: a program that enables and disables prepared groups leaves each as the next case needs
// it.
func TestGroupsAreLeftAsTheyWere(t *testing.T) {
	NotRaced(t)
	for state, want := range map[string]string{
		"an inactive scaling group": support.Inactive, "a scaling group with detachable instances": support.Active,
	} {
		t.Run(state, func(t *testing.T) {
			g := NewWithT(t)
			server, s := bound(t)
			s.Bindings = prepare(t, server, states.Stock{States: []states.Need{{State: state, Groups: []int{20}}}})
			plan, err := NewPlan(s)
			g.Expect(err).NotTo(HaveOccurred())
			at := slices.IndexFunc(plan.Cases, func(x fixtures.Expanded) bool {
				return x.State.Name == state && x.Other == nil &&
					slices.ContainsFunc(x.Steps, func(s fixtures.Step) bool { return s.Enable+s.Disable != "" })
			})
			address, stop, err := plan.startOn(context.Background(),
				target.Credentials{AccessKeyID: keyID, AccessKeySecret: keySecret}, 1, environment)
			g.Expect(err).NotTo(HaveOccurred())
			runner, err := plan.Connect(address, nil)
			g.Expect(err).NotTo(HaveOccurred())
			defer runner.Close()
			r := runner.Run(context.Background(), plan.Cases[at])
			g.Expect(stop()).To(Succeed())
			g.Expect(r.Outcome).To(Equal(reports.Passed), r.ID+": "+r.Reason)
			b, err := plan.Bindings()
			g.Expect(err).NotTo(HaveOccurred())
			group, err := runner.support.Group(context.Background(), b.Groups()[state][0].ScalingGroupID)
			g.Expect(err).NotTo(HaveOccurred())
			g.Expect(group.Lifecycle).To(Equal(want))
		})
	}
}

// TestPoolsRunDry: what is used up is not handed out again, and the first case that finds nothing says what is missing.
func TestPoolsRunDry(t *testing.T) {
	g := NewWithT(t)
	server, s := bound(t)
	s.Bindings = prepare(t, server,
		states.Stock{States: []states.Need{{State: "a scaling group with detachable instances", Groups: []int{4}}}})
	plan, err := NewPlan(s)
	g.Expect(err).NotTo(HaveOccurred())
	cases, err := plan.Select([]string{"detach.one", "error.InvalidScalingGroupId.NotFound"},
		func([]string) bool { return true })
	g.Expect(err).NotTo(HaveOccurred())
	address, stop, err := plan.startOn(context.Background(),
		target.Credentials{AccessKeyID: keyID, AccessKeySecret: keySecret}, 1, environment)
	g.Expect(err).NotTo(HaveOccurred())
	runner, err := plan.Connect(address, nil)
	g.Expect(err).NotTo(HaveOccurred())
	defer runner.Close()
	var got []string
	for _, x := range cases {
		r := runner.Run(context.Background(), x)
		got = append(got, fmt.Sprintf("%s %s", r.ID, r.Outcome))
		if r.Outcome == reports.CouldNotRun {
			g.Expect(r.Reason).To(MatchRegexp(`wanted a group with 3 unused instances; got 2; \d+ instances are missing for all cases of this state together`))
		}
	}
	g.Expect(stop()).To(Succeed())
	g.Expect(got).To(Equal([]string{
		"detach.one/xml/get passed", "detach.one/xml/post passed", "detach.one/json/get could-not-run",
		"detach.one/json/post could-not-run",
		"error.InvalidScalingGroupId.NotFound/xml/get passed", "error.InvalidScalingGroupId.NotFound/xml/post passed",
		"error.InvalidScalingGroupId.NotFound/json/get passed", "error.InvalidScalingGroupId.NotFound/json/post passed",
	}))

	b, err := plan.Bindings()
	g.Expect(err).NotTo(HaveOccurred())
	stock := b.Count(cases)
	g.Expect(stock.Unable).To(HaveLen(2))
	g.Expect(stock.Missing()).To(HaveKeyWithValue("a scaling group with detachable instances", 2))
}

func TestBindingsFile(t *testing.T) {
	set, err := fixtures.Load(mustContract(t), "")
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	const state = "a scaling group with detachable instances:\n"
	for _, c := range []struct{ name, text, want string }{
		{"a typo", "a scaling group with detachable instance:\n  - scalingGroupId: g\n", `b.yaml:1: unknown provider state "a scaling group with detachable instance"; did you mean a scaling group with detachable instances?`},
		{"no groups", "# nothing\n", "no state has a group"},
		{"a list", "- x\n", "wanted a map"},
		{"no instances", state + "  - scalingGroupId: g\n", "group 1: give instanceIds"},
		{"unknown key", state + "  - scalingGroup: g\n", `b.yaml:2: unknown key "scalingGroup"; did you mean scalingGroupId?`},
		{"twice", state + "  - {scalingGroupId: g, instanceIds: [i-1, i-1]}\n", `"i-1" is empty or listed twice`},
		{
			"in two states",
			state +
				"  - {scalingGroupId: g, instanceIds: [i-1]}\nan inactive scaling group:\n  - {scalingGroupId: h, " +
				"instanceIds: [i-1]}\n", "listed twice",
		},
		{
			"no load balancer",
			"a scaling group with an inactive load balancer:\n  - {scalingGroupId: g, instanceIds: [i-1]}\n",
			"give loadBalancerId",
		},
		{
			"a key",
			"a caller without permission to detach instances:\n  - {scalingGroupId: g, instanceIds: [i-1], " +
				"accessKeyIdEnv: LTAIxyz, accessKeySecretEnv: S3cr3t}\n",
			"must be the name of an environment variable",
		},
		{"broken", state + "  - [", "b.yaml:"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := states.ParseBindings("b.yaml", []byte(c.text), set.States)
			g := NewWithT(t)
			g.Expect(err).To(MatchError(ContainSubstring(c.want)))
			g.Expect(slices.Contains(strings.Fields(err.Error()), "S3cr3t")).To(BeFalse())
		})
	}
}
