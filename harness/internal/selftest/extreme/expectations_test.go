package extreme

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/essconform/essconform/harness/internal/judge"
	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/harness/mock"
	"github.com/essconform/essconform/spec"
)

// TestExpectationsHoldAlongAnySequence makes random legal operations on the mock, and between them calls of
// DetachInstances that may be legal or not. What the document says of each call is worked out by a model of its own;
// the judge must find nothing.
func TestExpectationsHoldAlongAnySequence(t *testing.T) {
	contract, err := spec.Default()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld(t, contract)
		groups := slices.Sorted(maps.Keys(w.model.groups))
		ids := slices.Sorted(maps.Keys(w.model.instances))
		group := rapid.SampledFrom(groups)
		rt.Repeat(map[string]func(*rapid.T){
			"detach members": func(rt *rapid.T) {
				id := group.Draw(rt, "group")
				if members := w.model.members(id); len(members) > 0 {
					w.detach(rt, id, rapid.SliceOfNDistinct(rapid.SampledFrom(members), 1, min(len(members), 20),
						rapid.ID).Draw(rt, "instances"))
				}
			},
			"detach anything": func(rt *rapid.T) {
				any := rapid.SampledFrom(append(ids, "i-0123456789abcdefghij"))
				w.detach(rt, rapid.SampledFrom(append(groups, "asg-0123456789abcdefghij")).Draw(rt, "group"),
					rapid.SliceOfNDistinct(any, 1, 4, rapid.ID).Draw(rt, "instances"))
			},
			"attach": func(rt *rapid.T) {
				id, free := group.Draw(rt, "group"), w.model.free()
				if len(free) == 0 {
					return
				}
				some := rapid.SliceOfNDistinct(rapid.SampledFrom(free), 1, min(len(free), 20), rapid.ID).Draw(rt,
					"instances")
				if w.model.attachable(id, some) {
					w.legal("AttachInstances", numbered(id, some)...)
					w.model.attach(id, some)
				}
			},
			"switch": func(rt *rapid.T) {
				id := group.Draw(rt, "group")
				g := w.model.groups[id]
				w.legal(map[bool]string{true: "DisableScalingGroup", false: "EnableScalingGroup"}[g.active],
					wire.Param{Name: "ScalingGroupId", Value: id})
				g.active = !g.active
			},
			"modify": func(rt *rapid.T) {
				id := group.Draw(rt, "group")
				g := w.model.groups[id]
				g.minSize = rapid.IntRange(0, min(g.maxSize, len(w.model.members(id)))).Draw(rt, "MinSize")
				w.legal("ModifyScalingGroup", wire.Param{Name: "ScalingGroupId", Value: id},
					wire.Param{Name: "MinSize", Value: strconv.Itoa(g.minSize)})
			},
			"wait": func(rt *rapid.T) {
				w.model.now = w.model.now.Add(time.Duration(rapid.IntRange(1, 1500).Draw(rt, "ms")) * time.Millisecond)
			},
		})
		for _, f := range slices.Concat(judge.Unique(contract, "response.request-id-unique", w.requests),
			judge.Unique(contract, "activity.unique", w.activities)) {
			rt.Errorf("%s", f)
		}
	})
}

// world is a mock and the model that goes with it.
type world struct {
	t          *testing.T
	contract   *spec.Contract
	mock       *mock.Server
	model      *model
	denied     wire.Credentials
	requests   []string
	activities []string
}

// newWorld has a group in each of the states.
func newWorld(t *testing.T, contract *spec.Contract) *world {
	w := &world{t: t, contract: contract, model: &model{
		now: time.Date(2026, 11, 23, 3, 30, 0, 0, time.UTC), groups: map[string]*modelGroup{},
		instances: map[string]string{}, leaving: map[string]time.Time{},
	}}
	w.mock = newMock(t, func(o *mock.Options) {
		o.Clock = func() time.Time { return w.model.now }
		o.ActivityDuration, o.SkipVerification, o.Seed = activityTakes, true, 1
	})
	for _, state := range []string{
		"a scaling group with detachable instances", "a scaling group that detaching brings down to its minimum size",
		"a scaling group at its minimum size", "an inactive scaling group",
		"a scaling group with a scaling activity in progress",
		"a scaling group with an inactive load balancer", "a scaling group with a DB instance that is not running",
		"a scaling group in its cooldown period", "a caller without permission to detach instances",
		"an active scaling group without instances",
	} {
		w.add(state)
	}
	return w
}

// add sets a state up, and learns from the supporting operations what it is made of. What they do not tell, the state's
// name does.
func (w *world) add(state string) {
	w.t.Helper()
	payload, err := json.Marshal(map[string]any{
		"action": "setup", "state": state,
		"params": map[string]any{"instances": 3},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPost, "http://127.0.0.1"+mock.StatesPath, strings.NewReader(string(payload)))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	var values struct{ ScalingGroupID, DBInstanceID, AccessKeyID, AccessKeySecret string }
	if err := json.Unmarshal(serve(w.t, w.mock, r).Body, &values); err != nil || values.ScalingGroupID == "" {
		w.t.Fatalf("%s: wanted values; got %+v (%v)", state, values, err)
	}
	id := values.ScalingGroupID
	g := &modelGroup{balancerDown: strings.Contains(state, "load balancer"), databaseDown: values.DBInstanceID}
	if strings.Contains(state, "activity in progress") {
		g.busyUntil = w.model.now.AddDate(100, 0, 0)
	}
	var groups struct {
		ScalingGroups struct {
			ScalingGroup []struct {
				LifecycleState   string
				MinSize, MaxSize int
			}
		}
	}
	w.look(&groups, "DescribeScalingGroups", wire.Param{Name: "ScalingGroupId.1", Value: id})
	shown := groups.ScalingGroups.ScalingGroup[0]
	g.active, g.minSize, g.maxSize = shown.LifecycleState == "Active", shown.MinSize, shown.MaxSize
	w.model.groups[id] = g
	var members struct {
		ScalingInstances struct{ ScalingInstance []struct{ InstanceID string } }
	}
	w.look(&members, "DescribeScalingInstances", wire.Param{Name: "ScalingGroupId", Value: id})
	for _, i := range members.ScalingInstances.ScalingInstance {
		w.model.instances[i.InstanceID] = id
	}
	if values.AccessKeyID != "" {
		w.denied = wire.Credentials{AccessKeyID: values.AccessKeyID, AccessKeySecret: values.AccessKeySecret}
	}
}

// look reads an answer. Names are compared without case, so that fields can have Go's.
func (w *world) look(into any, action string, params ...wire.Param) {
	w.t.Helper()
	answer := w.send(http.MethodGet, action, "JSON", wire.Credentials{},
		append(params, wire.Param{Name: "RegionId", Value: "cn-hangzhou"}))
	if err := json.Unmarshal(answer.Body, into); err != nil || answer.Status != http.StatusOK {
		w.t.Fatalf("%s: wanted an answer; got HTTP %d %s (%v)", action, answer.Status, answer.Body, err)
	}
}

// legal sends a call that must be accepted.
func (w *world) legal(action string, params ...wire.Param) {
	w.t.Helper()
	if answer := w.send(http.MethodPost, action, "JSON", wire.Credentials{}, params); answer.Status != http.StatusOK {
		w.t.Fatalf("%s %v: wanted it accepted; got HTTP %d %s", action, params, answer.Status, answer.Body)
	}
}

func (w *world) send(method, action, format string, caller wire.Credentials, params []wire.Param) *wire.Response {
	w.t.Helper()
	r, err := wire.Build(wire.Call{
		Method: method, Action: action, Version: w.contract.APIVersion, Format: format, Scheme: wire.SignNone,
		Credentials: caller, Params: params,
	}, &url.URL{Scheme: "http", Host: "ess.example"}, w.model.now, "")
	if err != nil {
		w.t.Fatal(err)
	}
	return serve(w.t, w.mock, r)
}

// detach sends a call that may be legal or not, and judges the answer by the model.
func (w *world) detach(rt *rapid.T, group string, ids []string) {
	format := rapid.SampledFrom([]spec.Format{spec.XML, spec.JSON}).Draw(rt, "format")
	method := rapid.SampledFrom([]string{http.MethodGet, http.MethodPost}).Draw(rt, "method")
	var caller wire.Credentials
	if rapid.IntRange(0, 9).Draw(rt, "denied if 0") == 0 {
		caller = w.denied
	}
	objections := w.model.objections(caller == w.denied, group, ids)
	want := judge.Expectation{Contract: w.contract, Format: format, Rule: "detach.many", Outcome: judge.Accepted}
	if len(objections) > 0 {
		want.Rule, want.Outcome = objections[0].rule, judge.Refused
	}
	if len(objections) == 1 { // which of several is told is documented nowhere
		want.Code, want.ID = objections[0].code, objections[0].id
	}
	answer := w.send(method, "DetachInstances", format.Parameter(), caller, numbered(group, ids))
	j := judge.Answer(want, wire.Exchange{Response: answer})
	for _, f := range j.Findings {
		rt.Errorf("%v from %s, against %v: %s", ids, group, objections, f)
	}
	if len(j.Findings) > 0 {
		rt.FailNow()
	}
	if code := j.Fields["Code"]; len(objections) > 1 && !known(objections, code) {
		rt.Fatalf("%v from %s: wanted one of %v; got %s", ids, group, objections, code)
	}
	w.requests = append(w.requests, j.Fields["RequestId"])
	if j.Decision == judge.Accepted {
		w.activities = append(w.activities, j.Fields["ScalingActivityId"])
		w.model.detach(group, ids)
	}
}

// known tells whether a code is that of one of the objections. One without a documented code allows any.
func known(objections []objection, code string) bool {
	return slices.ContainsFunc(objections, func(o objection) bool { return o.code == "" || o.code == code })
}

func numbered(group string, ids []string) []wire.Param {
	params := []wire.Param{{Name: "ScalingGroupId", Value: group}}
	for i, id := range ids {
		params = append(params, wire.Param{Name: "InstanceId." + strconv.Itoa(i+1), Value: id})
	}
	return params
}
