package timed

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/essconform/essconform/harness/mock"
)

// The provider states that the tests use.
const (
	detachable = "a scaling group with detachable instances"
	atMinSize  = "a scaling group at its minimum size"
	toMinSize  = "a scaling group that detaching brings down to its minimum size"
	denied     = "a caller without permission to detach instances"
	empty      = "an active scaling group without instances"
	disabled   = "an inactive scaling group"
)

// takes is how long an activity of the driven mock takes, by its own clock.
const takes = time.Second

// tries is how often a probe may look for a defect.
const tries = 5

// server is a mock that listens, and its clock.
type server struct {
	t     *testing.T
	url   string
	setup func(state string, instances int) group

	// quick lets activities end as soon as they begin.
	quick atomic.Bool

	mu  sync.Mutex
	now time.Time
}

func (s *server) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

// pass moves the clock.
func (s *server) pass(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

// idle lets whatever runs end.
func (s *server) idle() { s.pass(takes) }

// start serves a mock with a change of its rules.
func start(t *testing.T, change func(*mock.Rules)) *server {
	t.Helper()
	s := &server{t: t, now: time.Date(2026, 11, 23, 3, 30, 0, 0, time.UTC)}
	rules := mock.DefaultRules()
	change(rules)
	rules.Ends = func(start time.Time, takes time.Duration) time.Time {
		if s.quick.Load() {
			return start
		}
		return start.Add(takes)
	}
	m, err := mock.New(mock.Options{
		Clock: s.Now, ActivityDuration: takes, SkipVerification: true, Seed: 1,
		Rules: rules,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cut, cancel := context.WithCancel(context.Background())
		cancel() // nothing is in flight, and a connection that was opened in vain would be waited for
		_ = m.Close(cut)
	})
	s.url = m.URL()
	s.setup = func(state string, instances int) group {
		values, err := m.Setup(state, map[string]any{"instances": instances})
		if err != nil {
			t.Fatal(err)
		}
		g := group{server: s, id: values["scalingGroupId"].(string)}
		g.ids, _ = values["instanceIds"].([]string)
		g.denied, _ = values["accessKeyId"].(string)
		return g
	}
	return s
}

// reply is a decoded answer; status 0 is none at all.
type reply struct {
	status int
	header http.Header
	raw    string
	fields map[string]any
}

func (r reply) text(name string) string {
	s, _ := r.fields[name].(string)
	return s
}

// ok tells that the call was accepted, refused that it was refused as such.
func (r reply) ok() bool                 { return r.status == http.StatusOK && r.text("Code") == "" }
func (r reply) refused(code string) bool { return r.status >= 400 && r.text("Code") == code }

// send calls an operation by GET in JSON. A test may call it from many goroutines.
func (s *server) send(version, action string, pairs ...string) reply {
	return s.over(http.DefaultClient, version, action, pairs...)
}

func (s *server) over(client *http.Client, version, action string, pairs ...string) reply {
	v := url.Values{"Action": {action}, "Version": {version}, "RegionId": {"cn-hangzhou"}}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	resp, err := client.Get(s.url + "/?" + v.Encode())
	if err != nil {
		return reply{}
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return reply{}
	}
	out := reply{status: resp.StatusCode, header: resp.Header, raw: string(body), fields: map[string]any{}}
	_ = json.Unmarshal(body, &out.fields) // a body that cannot be read has no fields
	return out
}

func (s *server) ess(action string, pairs ...string) reply {
	return s.send("2014-08-28", action, pairs...)
}

// items are the elements of a list of a Describe answer.
func (r reply) items(name, item string) (out []map[string]any) {
	outer, _ := r.fields[name].(map[string]any)
	list, _ := outer[item].([]any)
	for _, one := range list {
		m, _ := one.(map[string]any)
		out = append(out, m)
	}
	return out
}

// group is what a setup made.
type group struct {
	*server
	id     string
	ids    []string
	denied string
}

func (g group) call(action string, ids ...string) reply { return g.as("", action, ids...) }

// as is call by another caller.
func (g group) as(key, action string, ids ...string) reply {
	pairs := []string{"ScalingGroupId", g.id, "AccessKeyId", key}
	for n, id := range ids {
		pairs = append(pairs, "InstanceId."+strconv.Itoa(n+1), id)
	}
	return g.ess(action, pairs...)
}

// toDetach is a call of detach that is yet to be sent.
func (g group) toDetach(ids ...string) func() reply { return func() reply { return g.detach(ids...) } }

func (g group) detach(ids ...string) reply { return g.call("DetachInstances", ids...) }

// detached is detach, and what it started has ended; attached likewise.
func (g group) detached(ids ...string) reply {
	r := g.detach(ids...)
	g.idle()
	return r
}

func (g group) attached(ids ...string) reply {
	r := g.call("AttachInstances", ids...)
	g.idle()
	return r
}

func (g group) modify(name string, n int) {
	g.ess("ModifyScalingGroup", "ScalingGroupId", g.id, name, strconv.Itoa(n))
}

// members are the ids of the instances that the group has.
func (g group) members() (ids []string) {
	r := g.ess("DescribeScalingInstances", "ScalingGroupId", g.id, "PageSize", "50")
	for _, m := range r.items("ScalingInstances", "ScalingInstance") {
		ids = append(ids, m["InstanceId"].(string))
	}
	return ids
}

func (g group) detachAll() reply { return g.detach(g.members()...) }

// others are the members that the setup did not hand out.
func (g group) others() []string {
	return slices.DeleteFunc(g.members(), func(id string) bool { return slices.Contains(g.ids, id) })
}

func (g group) has(id string) bool { return slices.Contains(g.members(), id) }

// shown are the settings of the group; nil when it is not there.
func (g group) shown() map[string]any {
	items := g.ess("DescribeScalingGroups", "ScalingGroupId.1", g.id).items("ScalingGroups", "ScalingGroup")
	if len(items) == 0 {
		return nil
	}
	return items[0]
}

// activity is the status of an activity of the group, "" when it is not known.
func (g group) activity(id string) string {
	r := g.ess("DescribeScalingActivities", "ScalingGroupId", g.id, "ScalingActivityId.1", id)
	for _, a := range r.items("ScalingActivities", "ScalingActivity") {
		return a["StatusCode"].(string)
	}
	return ""
}

// ecs is the status of an instance, "" when it does not exist.
func (s *server) ecs(id string) string {
	r := s.send("2014-05-26", "DescribeInstances", "InstanceIds", fmt.Sprintf("[%q]", id))
	for _, i := range r.items("Instances", "Instance") {
		return i["Status"].(string)
	}
	return ""
}

// together sends calls at the same time, and returns their answers in order.
func together(calls ...func() reply) []reply {
	out, ready := make([]reply, len(calls)), make(chan struct{})
	var all sync.WaitGroup
	for i, call := range calls {
		all.Go(func() {
			<-ready
			out[i] = call()
		})
	}
	close(ready)
	all.Wait()
	return out
}

// prove demands a probe for each entry that sees the behaviour on a mock that has it, and does not on one that has
// not.
//
// Calls at once may miss each other on a busy machine, so there are some tries.
func prove(t *testing.T, entries []Entry, probes map[string]func(*server) bool) {
	t.Helper()
	for _, e := range entries {
		t.Run(e.Name, func(t *testing.T) {
			t.Parallel()
			probe, found := probes[e.Name]
			if !found {
				t.Fatal("wanted a probe")
			}
			seen := false
			for range tries {
				if seen = probe(start(t, e.Break)); seen {
					break
				}
			}
			if !seen {
				t.Error("wanted the probe to see the defect; it did not")
			}
			if probe(start(t, func(*mock.Rules) {})) {
				t.Error("wanted the probe to see nothing on the mock as it is; it did")
			}
		})
	}
	for name := range probes {
		if !slices.ContainsFunc(entries, func(e Entry) bool { return e.Name == name }) {
			t.Errorf("the probe %s belongs to no entry", name)
		}
	}
}

// alone detaches on a connection of its own.
func (g group) alone(id string) reply {
	own := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	return g.over(own, "2014-08-28", "DetachInstances", "ScalingGroupId", g.id, "InstanceId.1", id)
}
