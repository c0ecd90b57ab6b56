package mock

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/essconform/essconform/harness/mock/internal/stage"
	"github.com/essconform/essconform/harness/mock/internal/world"
)

// stateAnswer posts a body to the states and decodes the answer.
func stateAnswer(t testing.TB, h http.Handler, body string) (int, map[string]any) {
	t.Helper()
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodPost, StatesPath, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	h.ServeHTTP(w, r)
	out := map[string]any{}
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		t.Fatalf("wanted a JSON object; got %q: %v", w.Body, err)
	}
	return w.Code, out
}

func stateBody(action, state, params string) string {
	return fmt.Sprintf(`{"action":%q,"state":%q,"params":%s}`, action, state, params)
}

func TestEveryStateHasItsValues(t *testing.T) {
	want := map[string][]string{
		detachable: {"scalingGroupId", "instanceIds"},
		toMinSize:  {"scalingGroupId", "instanceIds"},
		atMinSize:  {"scalingGroupId", "instanceIds"},
		inactive:   {"scalingGroupId", "instanceIds"},
		busy:       {"scalingGroupId", "instanceIds"},
		badLB:      {"scalingGroupId", "instanceIds", "loadBalancerId"},
		badDB:      {"scalingGroupId", "instanceIds", "dbInstanceId"},
		cooling:    {"scalingGroupId", "instanceIds"},
		deniedCall: {"scalingGroupId", "instanceIds", "accessKeyId", "accessKeySecret"},
		emptyGroup: {"scalingGroupId"},
	}
	for _, name := range StateNames() {
		if want[name] == nil {
			t.Errorf("wanted no state %q beyond the table", name)
		}
	}
	for name, values := range want {
		t.Run(name, func(t *testing.T) {
			e := unsigned(t)
			for params, n := range map[string]int{`{}`: defaultInstances, `{"instances":3}`: 3, `{"instances":1000}`: 1000, `null`: defaultInstances} {
				status, got := stateAnswer(t, e, stateBody("setup", name, params))
				if status != http.StatusOK || len(got) != len(values) {
					t.Fatalf("wanted %v; got %d %v", values, status, got)
				}
				for _, v := range values {
					if v == "instanceIds" {
						if list := got[v].([]any); len(list) != n {
							t.Errorf("wanted %d instances; got %d", n, len(list))
						}
					} else if s, _ := got[v].(string); s == "" {
						t.Errorf("wanted %s; got %v", v, got[v])
					}
				}
			}
		})
	}
}

func TestEmptyGroupTakesInstances(t *testing.T) {
	e := unsigned(t)
	v, from := e.setup(t, emptyGroup, 0), e.setup(t, detachable, 20)
	if got := e.members(t, v.group()); len(got) != 0 {
		t.Errorf("wanted no members; got %v", got)
	}
	e.ok(t, "DetachInstances", numbered(from.group(), from.ids()...)...)
	e.clock.Advance(time.Second)
	e.ok(t, "AttachInstances", numbered(v.group(), from.ids()...)...)
}

func TestBusyGroupStaysBusyUntilTeardown(t *testing.T) {
	e := unsigned(t)
	v := e.setup(t, busy, 1)
	e.clock.Advance(24 * time.Hour)
	refused(t, e.ess(t, "DetachInstances", numbered(v.group(), v.ids()...)...), 400, "ScalingActivityInProgress")
	a := e.ok(t, "DescribeScalingActivities", "RegionId", "r", "ScalingGroupId", v.group()).
		items("ScalingActivities", "ScalingActivity")
	if len(a) != 1 || a[0]["StatusCode"] != InProgress {
		t.Errorf("wanted one activity in progress; got %v", a)
	}
}

func TestEachSetupIsFresh(t *testing.T) {
	e := unsigned(t)
	a, b := e.setup(t, detachable, 2), e.setup(t, detachable, 2)
	if a.group() == b.group() || a.ids()[0] == b.ids()[0] {
		t.Errorf("wanted other resources; got %v, %v", a, b)
	}
}

func TestStatesRefuseWithAText(t *testing.T) {
	e := unsigned(t)
	for _, c := range []struct {
		name, body string
		status     int
		text       string
	}{
		{"unknown state", stateBody("setup", "a scaling group on the moon", `{}`), 404, `unknown provider state "a scaling group on the moon"`},
		{"unknown state torn down", stateBody("teardown", "x", `{}`), 404, "unknown provider state"},
		{"no JSON", `setup`, 400, "JSON object"},
		{"another document behind", stateBody("setup", detachable, `{}`) + `{}`, 400, "JSON object"},
		{"an array", `[]`, 400, "JSON object"},
		{"unknown action", stateBody("set up", detachable, `{}`), 400, `wanted action "setup" or "teardown"; got "set up"`},
		{"negative", stateBody("setup", detachable, `{"instances":-1}`), 400, "from 0 to 1000; got -1"},
		{"too many", stateBody("setup", detachable, `{"instances":1001}`), 400, "got 1001"},
		{"huge", stateBody("setup", detachable, `{"instances":1e300}`), 400, "got 1e+300"},
		{"a half", stateBody("setup", detachable, `{"instances":2.5}`), 400, "got 2.5"},
		{"a text", stateBody("setup", detachable, `{"instances":"2"}`), 400, "whole number"},
		{"unknown parameter", stateBody("setup", detachable, `{"instance":2}`), 400, `unknown parameter "instance"`},
		{"params no object", stateBody("setup", detachable, `2`), 400, "JSON object"},
		{"teardown of nothing", stateBody("teardown", detachable, `{}`), 400, "scalingGroupId"},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, got := stateAnswer(t, e, c.body)
			text, _ := got["error"].(string)
			if status != c.status || !strings.Contains(text, c.text) {
				t.Errorf("wanted %d %q; got %d %q", c.status, c.text, status, text)
			}
		})
	}
	w := httptest.NewRecorder()
	e.ServeHTTP(w, httptest.NewRequest(http.MethodGet, StatesPath, nil))
	if w.Code != 405 || w.Header().Get("Allow") != "POST" {
		t.Errorf("wanted 405 with Allow; got %d %v", w.Code, w.Header())
	}
}

// held is how much the mock holds: resources, callers and states.
func (e testMock) held() (world.Counts, int, int) {
	defer e.world.Hold()()
	return e.world.Count(), e.keys.Count(), e.stage.Count()
}

func TestTeardownFreesEverything(t *testing.T) {
	e := unsigned(t)
	for round := range 300 {
		for _, name := range StateNames() {
			v := values(must(e.Setup(name, nil)))
			if name != emptyGroup && round%3 == 0 {
				p := params(append(numbered(v.group(), v.ids()...), "Action", "DetachInstances", "Version",
					essVersion)...)
				send(t, e, get(p))
			}
			body := stateBody("teardown", name, string(must(json.Marshal(v))))
			for range 2 {
				if status, got := stateAnswer(t, e, body); status != 200 || len(got) != 0 {
					t.Fatalf("wanted 200 {}; got %d %v", status, got)
				}
			}
		}
	}
	if resources, callers, states := e.held(); resources != (world.Counts{}) || callers != 0 || states != 0 {
		t.Errorf("wanted nothing left; got %+v, %d callers and %d states", resources, callers, states)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestTeardownFindsInstancesThatMoved(t *testing.T) {
	e := unsigned(t)
	from, to := e.setup(t, detachable, 2), e.setup(t, emptyGroup, 0)
	id := from.ids()[0]
	e.ok(t, "DetachInstances", numbered(from.group(), id)...)
	e.clock.Advance(time.Second)
	e.ok(t, "AttachInstances", numbered(to.group(), id)...)
	if err := e.Teardown(detachable, map[string]any{"scalingGroupId": from.group()}); err != nil {
		t.Fatal(err)
	}
	e.clock.Advance(time.Second) // the activity that attaches ends without its instance
	if got := e.members(t, to.group()); len(got) != 0 {
		t.Errorf("wanted the instance gone from its new group; got %v", got)
	}
}

func TestTeardownTakesTheDeniedCallerAway(t *testing.T) {
	e := verifying(t)
	v := e.setup(t, deniedCall, 1)
	denied := Credential{AccessKeyID: v.text("accessKeyId"), AccessKeySecret: v.text("accessKeySecret")}
	ask := func(nonce string) reply {
		return send(t, e, get(signV1With(http.MethodGet, v1Params(e, v, denied, nonce), denied.AccessKeySecret)))
	}
	refused(t, ask("1"), 403, "Forbidden.Unauthorized")
	if err := e.Teardown(deniedCall, v); err != nil {
		t.Fatal(err)
	}
	refused(t, ask("2"), 404, "InvalidAccessKeyId.NotFound")
}

func TestSetupsWithoutTeardownAreBounded(t *testing.T) {
	e := unsigned(t)
	for {
		status, got := stateAnswer(t, e, stateBody("setup", detachable, `{"instances":1000}`))
		if status == http.StatusOK {
			continue
		}
		if text, _ := got["error"].(string); status != 503 || !strings.Contains(text, "send the teardown") {
			t.Errorf("wanted 503 with advice; got %d %v", status, got)
		}
		break
	}
	if n, _, _ := e.held(); n.Instances > world.MaxInstances {
		t.Errorf("wanted at most %d instances; got %d", world.MaxInstances, n.Instances)
	}
	// What is not torn down is given back after a while, the oldest first, and only as much as is needed.
	e.clock.Advance(stage.Abandoned)
	v := e.setup(t, detachable, 1)
	if got := len(e.members(t, v.group())); got != 1+bystanders {
		t.Errorf("wanted room for another state; got %d members", got)
	}
	if _, _, states := e.held(); states < 50 {
		t.Errorf("wanted the other states to stay; got %d", states)
	}
}
