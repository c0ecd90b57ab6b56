package engine

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/support"
	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/harness/mock"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/spec"
)

const (
	keyID     = "LTAItestcaller"
	keySecret = "caller-secret-5d41402a"
)

// TestMain sets the credentials of the caller for all tests, because those that run at the same time may not.
func TestMain(m *testing.M) {
	os.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", keyID)
	os.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", keySecret)
	os.Exit(m.Run())
}

// denied sets the credentials of a caller without permission in environment variables of this test alone, and returns
// their names.
func denied(t *testing.T, id, secret string) (idName, secretName string) {
	t.Helper()
	own := "ESSCONFORM_" + strings.ToUpper(regexp.MustCompile(`\W`).ReplaceAllString(t.Name(), "_"))
	for name, value := range map[string]string{own + "_ID": id, own + "_SECRET": secret} {
		NewWithT(t).Expect(os.Setenv(name, value)).To(Succeed())
		t.Cleanup(func() { _ = os.Unsetenv(name) })
	}
	return own + "_ID", own + "_SECRET"
}

// builtIn is the plan of the built-in contract and cases, read once for all the clouds. Nobody may change it.
var builtIn = sync.OnceValues(func() (*Plan, error) { return NewPlan(target.Settings{}.WithDefaults()) })

// cloud is a mock that is not asked for provider states: a group, some instances of their own, a load balancer, a DB
// instance, and a caller without permission. It counts the calls by operation.
type cloud struct {
	url           string
	group, second string
	more          []string // groups of other lanes
	instances     []string
	balancer, db  string
	// The names of the environment variables with the credentials of the caller without permission.
	deniedID, deniedSecret string
	client                 *support.Client
	kinds                  func(string) (fixtures.StateKind, bool)

	mu    sync.Mutex
	calls map[string]int
	named map[string]bool // every id that a call named
	// before is asked before each call; it may answer itself.
	before func(w http.ResponseWriter, r *http.Request) (answered bool)
}

func newCloud(t *testing.T, scheme wire.Scheme, instances int, activity time.Duration,
	change ...func(*mock.Rules),
) *cloud {
	t.Helper()
	g := NewWithT(t)
	c := &cloud{calls: map[string]int{}, named: map[string]bool{}}
	rules := mock.DefaultRules()
	for _, f := range change {
		f(rules)
	}
	parse := rules.Parse
	rules.Parse = func(r *http.Request, body []byte) *mock.Request {
		q := parse(r, body)
		c.count(q)
		return q
	}
	server, err := mock.New(mock.Options{
		Credentials: []mock.Credential{{AccessKeyID: keyID, AccessKeySecret: keySecret}}, ActivityDuration: activity,
		Rules:            rules,
		SkipVerification: scheme == wire.SignNone,
	})
	g.Expect(err).NotTo(HaveOccurred())
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // a caller that left is not answered
		again := r.Clone(r.Context())
		r.Body, again.Body = io.NopCloser(bytes.NewReader(body)), io.NopCloser(bytes.NewReader(body))
		if c.before == nil || !c.before(w, r) {
			server.ServeHTTP(w, again)
		}
	}))
	t.Cleanup(front.Close)
	c.url = front.URL
	c.furnish(t, server, scheme, instances)
	c.calls, c.named = map[string]int{}, map[string]bool{}
	return c
}

// furnish makes the resources through the Go API of the mock, and then through the public API.
func (c *cloud) furnish(t *testing.T, server *mock.Server, scheme wire.Scheme, instances int) {
	t.Helper()
	g, ctx := NewWithT(t), context.Background()
	values, err := server.Setup("a scaling group with detachable instances", map[string]any{"instances": instances})
	g.Expect(err).NotTo(HaveOccurred())
	c.instances = values["instanceIds"].([]string)
	from := values["scalingGroupId"].(string)
	without, err := server.Setup("a caller without permission to detach instances", map[string]any{"instances": 1})
	g.Expect(err).NotTo(HaveOccurred())
	c.deniedID, c.deniedSecret = denied(t, without["accessKeyId"].(string), without["accessKeySecret"].(string))

	s := target.Settings{Endpoint: c.url, Signature: string(scheme)}.WithDefaults()
	plan, err := builtIn()
	g.Expect(err).NotTo(HaveOccurred())
	c.kinds = plan.Set.State
	c.client, err = newSupport(s, plan.Contract.APIVersion, plan.Contract.Instances.Prefix,
		target.Credentials{AccessKeyID: keyID, AccessKeySecret: keySecret}, shared{})
	g.Expect(err).NotTo(HaveOccurred())
	eventually := func(shown any) AsyncAssertion { return g.Eventually(shown, 5*time.Second, time.Millisecond) }
	var shown support.Group
	eventually(func() (err error) { shown, err = c.client.Group(ctx, from); return err }).Should(Succeed())
	c.balancer, c.db = shown.LoadBalancers[0], shown.Databases[0]
	for len(c.instances) > 0 && instances > 0 {
		some := min(instances, support.MostIDs)
		_, err = c.client.Detach(ctx, from, c.instances[instances-some:instances])
		g.Expect(err).NotTo(HaveOccurred())
		eventually(func() (bool, error) { return c.client.Busy(ctx, from) }).Should(BeFalse())
		instances -= some
	}
	c.group, err = c.client.Create(ctx, support.NewGroup{
		Name: "users", Sizes: support.Sizes{MaxSize: 5, Cooldown: 120},
		LoadBalancers: []string{c.balancer}, Databases: []string{c.db},
	})
	g.Expect(err).NotTo(HaveOccurred())
	c.second, err = c.client.Create(ctx, support.NewGroup{
		Name:  "second",
		Sizes: support.Sizes{MaxSize: 9, Cooldown: 10},
	})
	g.Expect(err).NotTo(HaveOccurred())
	for _, group := range []string{c.group, c.second} {
		eventually(func() error { _, err := c.client.Group(ctx, group); return err }).Should(Succeed())
	}
	eventually(func() ([]support.Member, error) { return c.client.Members(ctx, from) }).ShouldNot(
		ContainElement(HaveField("ID", BeElementOf(c.instances))))
}

func (c *cloud) count(q *mock.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls[q.Param("Action")]++
	for _, name := range []string{"ScalingGroupId", "LoadBalancerId", "DBInstanceId"} {
		if v := q.Param(name); v != "" && q.Param("Action") != "DetachInstances" {
			c.named[v] = true
		}
	}
	if q.Param("Action") == "AttachInstances" {
		for _, p := range q.Repeated("InstanceId") {
			c.named[p.Value] = true
		}
	}
}

// settings are a run on the cloud that arranges states through the API.
func (c *cloud) settings(t *testing.T) target.Settings {
	t.Helper()
	s := target.Settings{
		Endpoint: c.url, Signature: string(c.client.Scheme), Arrange: target.ArrangeAPI, VerifiesSignatures: true,
		ReportDir: t.TempDir(),
		API: &target.API{
			ScalingGroupID: c.group, OtherScalingGroupID: c.second, InstanceIDs: c.instances,
			LoadBalancerID: c.balancer, DBInstanceID: c.db,
			DeniedAccessKeyIDEnv: c.deniedID, DeniedAccessKeySecretEnv: c.deniedSecret,
		},
	}.WithDefaults()
	s.Journal = filepath.Join(s.ReportDir, "journal.jsonl")
	return s
}

// run judges the cloud, and returns the results and the error of the end.
func (c *cloud) run(t *testing.T, s target.Settings, procs int, patterns ...string) ([]reports.CaseResult, error) {
	t.Helper()
	g := NewWithT(t)
	g.Expect(s.Check()).To(Succeed())
	plan, err := NewPlan(s)
	g.Expect(err).NotTo(HaveOccurred())
	cases, err := plan.Select(patterns, func([]string) bool { return true })
	g.Expect(err).NotTo(HaveOccurred())
	address, stop, err := plan.startOn(context.Background(), target.Credentials(c.client.Credentials), 1, environment)
	if err != nil {
		return nil, err
	}
	runner, err := plan.Connect(address, nil)
	g.Expect(err).NotTo(HaveOccurred())
	defer runner.Close()
	results := make([]reports.CaseResult, len(cases))
	work := make(chan int)
	var workers sync.WaitGroup
	for range procs {
		workers.Go(func() {
			for i := range work {
				results[i] = runner.Run(context.Background(), cases[i])
			}
		})
	}
	for _, i := range plan.turns(cases) {
		work <- i
	}
	close(work)
	workers.Wait()
	return results, stop()
}

// dump is all that the Describe operations show of the resources.
func (c *cloud) dump(t *testing.T) map[string]any {
	t.Helper()
	g, ctx, out := NewWithT(t), context.Background(), map[string]any{}
	for _, id := range append([]string{c.group, c.second}, c.more...) {
		group, err := c.client.Group(ctx, id)
		g.Expect(err).NotTo(HaveOccurred())
		out[id] = group
	}
	where, err := c.client.Find(ctx, c.instances)
	g.Expect(err).NotTo(HaveOccurred())
	for _, id := range c.instances {
		out[id] = where[id].Group
	}
	status, err := c.client.Statuses(ctx, c.instances)
	g.Expect(err).NotTo(HaveOccurred())
	out["ECS"] = status
	return out
}

func outcomes(results []reports.CaseResult) map[reports.Outcome]int {
	out := map[reports.Outcome]int{}
	for _, r := range results {
		out[r.Outcome]++
	}
	return out
}

func reasons(results []reports.CaseResult) map[string]string {
	out := map[string]string{}
	for _, r := range results {
		if r.Outcome != reports.Passed {
			out[r.ID] = string(r.Outcome) + ": " + r.Reason
			for _, f := range r.Findings {
				out[r.ID] += " | " + f.Requirement + " wanted " + f.Want + " got " + f.Got
			}
		}
	}
	return out
}

func mustContract(t *testing.T) *spec.Contract {
	t.Helper()
	contract, err := spec.Default()
	NewWithT(t).Expect(err).NotTo(HaveOccurred())
	return contract
}

// embedMock is package embedded for tests of this package, which it imports.
func embedMock(target.Settings) (Address, func() error, error) {
	server,
		err := mock.New(mock.Options{
		Credentials:      []mock.Credential{{AccessKeyID: keyID, AccessKeySecret: keySecret}},
		ActivityDuration: 20 * time.Millisecond,
	})
	if err == nil {
		err = server.Start("127.0.0.1:0")
	}
	if err != nil {
		return Address{}, func() error { return nil }, err
	}
	return Address{
		Endpoint: server.URL(), ProviderStates: server.URL() + mock.StatesPath,
		Credentials: target.Credentials{AccessKeyID: keyID, AccessKeySecret: keySecret},
	}, func() error { return server.Close(context.Background()) }, nil
}
