package variant

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/essconform/essconform/harness/mock"
)

// driven is a mock with a variant, its clock, and a group in it.
type driven struct {
	t       *testing.T
	handler http.Handler
	mock    *mock.Server
	group   string
	ids     []string

	mu  sync.Mutex
	now time.Time
}

func (d *driven) Now() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.now
}

func (d *driven) pass(by time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now = d.now.Add(by)
}

// drive makes a mock whose activities take a millisecond. The group is there for long.
func drive(t *testing.T, name string) *driven {
	t.Helper()
	d := &driven{t: t, now: time.Date(2026, 11, 23, 3, 30, 0, 0, time.UTC)}
	o := mock.Options{
		Clock: d.Now, ActivityDuration: time.Millisecond, SkipVerification: true, Seed: 1, Rules: mock.DefaultRules(),
	}
	if name != "" {
		v, found := Find(name)
		if !found {
			t.Fatalf("wanted the variant %s", name)
		}
		v.Options(&o)
	}
	m, err := mock.New(o)
	if err != nil {
		t.Fatal(err)
	}
	d.mock, d.handler = m, m
	if o.Wrap != nil {
		d.handler = o.Wrap(m)
	}
	d.setup("a scaling group with detachable instances", 3)
	d.pass(time.Minute)
	return d
}

func (d *driven) setup(state string, instances int) {
	d.t.Helper()
	values, err := d.mock.Setup(state, map[string]any{"instances": instances})
	if err != nil {
		d.t.Fatal(err)
	}
	d.group = values["scalingGroupId"].(string)
	d.ids, _ = values["instanceIds"].([]string)
}

// call is an operation by GET in JSON. A test may use it from many goroutines.
func (d *driven) call(version, action string, pairs ...string) map[string]any {
	v := url.Values{"Action": {action}, "Version": {version}, "RegionId": {"cn-hangzhou"}}
	for i := 0; i < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/?"+v.Encode(), nil))
	fields := map[string]any{}
	_ = json.Unmarshal(w.Body.Bytes(), &fields) // what cannot be read has no fields
	return fields
}

func (d *driven) ess(action string, pairs ...string) map[string]any {
	return d.call("2014-08-28", action, pairs...)
}

func (d *driven) detach(id string) string {
	a := d.ess(detach, "ScalingGroupId", d.group, "InstanceId.1", id)
	if code, refused := a["Code"].(string); refused {
		return code
	}
	return ""
}

func items(a map[string]any, name, item string) (out []map[string]any) {
	outer, _ := a[name].(map[string]any)
	list, _ := outer[item].([]any)
	for _, one := range list {
		out = append(out, one.(map[string]any))
	}
	return out
}

func (d *driven) members() (ids []string) {
	a := d.ess(describeMembers, "ScalingGroupId", d.group, "PageSize", "50")
	for _, m := range items(a, "ScalingInstances", "ScalingInstance") {
		ids = append(ids, m["InstanceId"].(string))
	}
	return ids
}

// statuses are those of the group's activities.
func (d *driven) statuses() (out []string) {
	all := d.ess(describeActivities, "ScalingGroupId", d.group)
	for _, a := range items(all, "ScalingActivities", "ScalingActivity") {
		out = append(out, a["StatusCode"].(string))
	}
	return out
}

// shown is a setting of the group, nil when the group does not show.
func (d *driven) shown(name string) any {
	for _, g := range items(d.ess(describeGroups, "ScalingGroupId.1", d.group), "ScalingGroups", "ScalingGroup") {
		return g[name]
	}
	return nil
}

func (d *driven) runs(id string) bool {
	a := d.call("2014-05-26", describeECS, "InstanceIds", "["+strconv.Quote(id)+"]")
	return len(items(a, "Instances", "Instance")) > 0
}

// Each look is behind by its own time: what was changed shows when it has passed, and so does a group that is new.
func TestLags(t *testing.T) {
	for _, x := range []struct {
		name                         string
		groups, members, acts, nodes time.Duration
	}{
		{"lag-groups", 300, 0, 0, 0},
		{"lag-members", 0, 500, 0, 0},
		{"lag-activities", 0, 0, 800, 0},
		{"lag-ecs", 0, 0, 0, 400},
		{"lag-all", 100, 100, 100, 100},
		{"lag-all-long", 800, 800, 800, 800},
		{"lag-each", 100, 600, 250, 800},
	} {
		t.Run(x.name, func(t *testing.T) {
			d := drive(t, x.name)
			if code := d.detach(d.ids[0]); code != "" {
				t.Fatalf("wanted the call to be accepted; got %s", code)
			}
			for range 10 {
				d.pass(95 * time.Millisecond)
				since := d.Now().Sub(time.Date(2026, 11, 23, 3, 31, 0, 0, time.UTC)) / time.Millisecond
				check(t, "TotalCapacity is that of before", d.shown("TotalCapacity") == 5.0, since <= x.groups)
				check(t, "the instance shows", slices.Contains(d.members(), d.ids[0]), since <= x.members)
				check(t, "the activity shows as Successful", slices.Equal(d.statuses(), []string{"Successful"}),
					since > x.acts)
			}
			d.setup("an inactive scaling group", 1)
			for n := range 10 {
				since := time.Duration(n) * 95
				check(t, "the new group shows", d.shown("MinSize") != nil, since >= x.groups)
				check(t, "the new instance shows", slices.Contains(d.members(), d.ids[0]), since >= x.members)
				check(t, "the new instance runs", d.runs(d.ids[0]), since >= x.nodes)
				d.pass(95 * time.Millisecond)
			}
		})
	}
}

func check(t *testing.T, what string, got, want bool) {
	t.Helper()
	if got != want {
		t.Errorf("%s: wanted %v; got %v", what, want, got)
	}
}

// A picture that a replica shows may be older than the one before.
func TestReplicasAreNotInStep(t *testing.T) {
	d := drive(t, "replicas-in-turn")
	d.detach(d.ids[0])
	d.pass(100 * time.Millisecond)
	var seen []bool
	for range 4 {
		seen = append(seen, slices.Contains(d.members(), d.ids[0]))
	}
	if !slices.Equal(seen, []bool{true, false, true, false}) && !slices.Equal(seen, []bool{false, true, false, true}) {
		t.Errorf("wanted old and new pictures in turn; got %v", seen)
	}
}

// atOnce sends two calls at the same time and returns their codes, sorted.
func (d *driven) atOnce(ids ...string) []string {
	codes := make([]string, len(ids))
	var all sync.WaitGroup
	for i, id := range ids {
		all.Go(func() { codes[i] = d.detach(id) })
	}
	all.Wait()
	slices.Sort(codes)
	return codes
}

// What makes a variant different shows in it, and not in the mock as it is.
func TestTimingVariantsAreDifferent(t *testing.T) {
	detachAll := func(d *driven) {
		for _, id := range d.ids {
			d.detach(id)
			d.pass(time.Second)
			d.members()
		}
	}
	probes := map[string]func(d *driven) bool{
		"lists-reversed": func(d *driven) bool { return !slices.Equal(d.members()[:3], d.ids) },
		"throttled-overlap": func(d *driven) bool {
			return slices.Contains(d.atOnce(d.ids[0], d.ids[1]), "Throttling")
		},
		"throttled-now-and-then": func(d *driven) bool {
			codes := d.atOnce(slices.Repeat([]string{"i-none"}, 15)...)
			return slices.Contains(codes, "Throttling")
		},
		"locked-briefly": func(d *driven) bool {
			return slices.Contains(d.atOnce("i-none", d.ids[0], d.ids[0], d.ids[0]), "ScalingActivityInProgress") &&
				d.detach("i-none") == "InvalidInstanceId.NotFound" && len(d.statuses()) == 1
		},
		"own-activity-after": func(d *driven) bool {
			detachAll(d)
			return len(d.statuses()) > 3
		},
		"own-activity-before": func(d *driven) bool {
			begun := 0
			for range 12 {
				d.setup("a scaling group at its minimum size", 2)
				d.detach(d.ids[0])
				begun += len(d.statuses())
			}
			return begun > 0
		},
		"own-activity-often": func(d *driven) bool { return len(d.statuses()) > 0 },
		"replaced-at-once": func(d *driven) bool {
			detachAll(d)
			return len(d.members()) == 5
		},
		"replaced-by-activity": func(d *driven) bool {
			detachAll(d)
			return len(d.members()) == 3 && len(d.statuses()) == 4
		},
		"activities-fail":           endings("Failed"),
		"activities-end-in-warning": endings("Warning"),
		"fresh-min-size-zero":       func(d *driven) bool { return d.shown("MinSize") == 0.0 },
		"fresh-more-members":        func(d *driven) bool { return len(d.members()) == 8 },
		"fresh-tight-max-size":      func(d *driven) bool { return d.shown("MaxSize") == 7.0 },
	}
	for name, seen := range probes {
		t.Run(name, func(t *testing.T) {
			if !seen(drive(t, name)) {
				t.Error("wanted the difference to show; it did not")
			}
			if name != "locked-briefly" && seen(drive(t, "")) {
				t.Error("wanted nothing to show on the mock as it is; it did")
			}
		})
	}
}

// endings sees that one of five activities ends so, and that its instance stays.
func endings(status string) func(d *driven) bool {
	return func(d *driven) bool {
		d.setup("a scaling group with detachable instances", 6)
		for _, id := range d.ids[:5] {
			d.detach(id)
			d.pass(time.Second)
			d.members()
		}
		return slices.Contains(d.statuses(), status) && slices.Contains(d.members(), d.ids[4])
	}
}
