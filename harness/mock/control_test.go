package mock

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/essconform/essconform/harness/mock/internal/journal"
)

// control calls the control plane over HTTP.
func (e testMock) control(t *testing.T, method, path, body string) (int, map[string]any) {
	t.Helper()
	r, err := http.NewRequest(method, e.URL()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	out := map[string]any{}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		t.Fatalf("%s %s: wanted a JSON object; got %v", method, path, err)
	}
	return resp.StatusCode, out
}

// steer is control, and fails the test unless the answer is 200.
func (e testMock) steer(t *testing.T, method, path, body string) map[string]any {
	t.Helper()
	status, out := e.control(t, method, path, body)
	if status != http.StatusOK {
		t.Fatalf("%s %s: wanted 200; got %d %v", method, path, status, out)
	}
	return out
}

// call sends a DetachInstances over HTTP.
func (e testMock) call(v values) (*http.Response, error) {
	return http.PostForm(
		e.URL(),
		params(append(numbered(v.group(), v.ids()...), "Action", "DetachInstances", "Version", essVersion)...),
	)
}

func TestControlPlane(t *testing.T) {
	e := started(t, unsigned(t))
	v := e.setup(t, inactive, 1)
	if got := e.steer(
		t,
		"GET",
		"/_mock/health",
		"",
	); got["status"] != "ok" || got["groups"] != 1.0 ||
		got["requests"] != 0.0 {
		t.Errorf("wanted health; got %v", got)
	}
	if got := e.steer(t, "GET", "/_mock/states", "")["states"].([]any); len(got) != len(StateNames()) {
		t.Errorf("wanted the states; got %v", got)
	}
	resp, err := e.call(v)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()

	groups := e.steer(t, "GET", "/_mock/groups", "")
	g := groups["groups"].([]any)[0].(map[string]any)
	if groups["total"] != 1.0 || g["id"] != v.group() || g["state"] != inactive ||
		len(g["instances"].([]any)) != 1+bystanders {
		t.Errorf("wanted the group; got %v", groups)
	}
	entry := e.steer(t, "GET", "/_mock/journal", "")["entries"].([]any)[0].(map[string]any)
	if entry["code"] != "IncorrectScalingGroupStatus" || entry["rule"] != "group is active" ||
		entry["operation"] != "DetachInstances" ||
		entry["parameters"].(map[string]any)["ScalingGroupId"] != v.group() ||
		entry["status"] != 400.0 {
		t.Errorf("wanted what was asked and why it was refused; got %v", entry)
	}
	if got := e.steer(t, "GET", "/_mock/journal?after=1", ""); len(got["entries"].([]any)) != 0 || got["total"] != 1.0 {
		t.Errorf("wanted nothing after the last; got %v", got)
	}
	e.steer(t, "DELETE", "/_mock/journal", "")
	if _, total := e.Journal(0, 10); total != 0 {
		t.Errorf("wanted an empty journal; got %d", total)
	}

	e.steer(t, "DELETE", "/_mock/groups/"+v.group(), "")
	if status, _ := e.control(t, "DELETE", "/_mock/groups/"+v.group(), ""); status != 404 {
		t.Errorf("wanted 404 for a group that is gone; got %d", status)
	}
	e.setup(t, detachable, 1)
	e.ok(t, "CreateScalingGroup", "RegionId", "r", "MinSize", "0", "MaxSize", "1")
	if got := e.steer(t, "DELETE", "/_mock/groups", ""); got["dropped"] != 2.0 {
		t.Errorf("wanted both dropped; got %v", got)
	}
	if resources, callers, states := e.held(); resources.Groups+resources.Instances+resources.Balancers+callers+
		states != 0 {
		t.Errorf("wanted nothing left; got %+v, %d, %d", resources, callers, states)
	}
}

func TestControlPlaneRefuses(t *testing.T) {
	e := started(t, unsigned(t))
	for _, c := range []struct {
		method, path, body string
		status             int
		text               string
	}{
		{"GET", "/_mock/nothing", "", 404, "openapi.yaml describes"},
		{"PATCH", "/_mock/latency", "{}", 404, "there is no PATCH"},
		{"GET", "/_mock/groups?limit=-1", "", 400, "limit is"},
		{"GET", "/_mock/journal?after=x", "", 400, "after is"},
		{"POST", "/_mock/faults", "", 400, "JSON object"},
		{"POST", "/_mock/faults", `{"operation":"X"}`, 400, "kind"},
		{"POST", "/_mock/faults", `{"operation":"X","kind":"drop","colour":"red"}`, 400, "unknown field"},
		{"POST", "/_mock/faults", `{"operation":"X","kind":"drop"} {}`, 400, "behind"},
		{"POST", "/_mock/faults", `{"operation":"` + strings.Repeat("x", 1<<20) + `"}`, 400, "too large"},
		{"PUT", "/_mock/latency", `{"latency":"1h"}`, 400, "wanted 0s to 10m0s"},
		{"PUT", "/_mock/latency", `{"latency":3}`, 400, "JSON object"},
		{"POST", "/_mock/clock", `{"forward":"-1s"}`, 400, "forward is"},
		{"DELETE", "/_mock/faults/fault-9", "", 404, "no fault"},
	} {
		status, got := e.control(t, c.method, c.path, c.body)
		text, _ := got["error"].(string)
		if status != c.status || !strings.Contains(text, c.text) {
			t.Errorf("%s %s %.40s: wanted %d %q; got %d %q", c.method, c.path, c.body, c.status, c.text, status, text)
		}
	}
}

// What a page of another site can send without the browser asking first reaches neither states nor control plane.
func TestPagesOfOtherSitesAreKeptAway(t *testing.T) {
	e := started(t, unsigned(t, func(o *Options) { o.Hosts = nil }))
	for _, path := range []string{StatesPath, "/_mock/reset", "/_mock/faults", UIPath} {
		for name, change := range map[string]func(*http.Request){
			"rebinding":  func(r *http.Request) { r.Host = "evil.example" },
			"form":       func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") },
			"other site": func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") },
		} {
			r, err := http.NewRequest(http.MethodPost, e.URL()+path, strings.NewReader(stateBody("setup", detachable, `{}`)))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/json")
			change(r)
			resp, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			if resp.StatusCode != http.StatusForbidden && resp.StatusCode != http.StatusUnsupportedMediaType ||
				resp.Header.Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s %s: wanted it refused; got %d", path, name, resp.StatusCode)
			}
		}
	}
	if resources, _, _ := e.held(); resources.Groups != 0 {
		t.Errorf("wanted nothing set up; got %+v", resources)
	}
}

func TestGatewayLetsPagesOfThisMachineRead(t *testing.T) {
	e := started(t, unsigned(t))
	for origin, want := range map[string]string{
		"http://localhost:8080": "http://localhost:8080",
		"https://evil.example":  "",
	} {
		r, err := http.NewRequest(http.MethodGet, e.URL()+"/?Action=DescribeRegions&Version="+essVersion, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Origin", origin)
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if got := resp.Header.Get("Access-Control-Allow-Origin"); got != want || resp.StatusCode != http.StatusOK {
			t.Errorf("%s: wanted %q; got %q, %d", origin, want, got, resp.StatusCode)
		}
	}
}

func TestFaultsMeetCalls(t *testing.T) {
	e := started(t, unsigned(t))
	for _, c := range []struct {
		fault  Fault
		status int // 0: no answer
		code   string
		left   int // members afterwards, of 1 + bystanders
		shown  string
	}{
		{
			Fault{Kind: Throttle, RetryAfter: FaultDuration(2 * time.Second)},
			400, "Throttling", 1 + bystanders,
			"throttle",
		},
		{Fault{Kind: Unavailable}, 503, "ServiceUnavailable", 1 + bystanders, "unavailable"},
		{Fault{Kind: FailWith, Status: 429, Code: "Throttling.User"}, 429, "Throttling.User", 1 + bystanders, "error"},
		{Fault{Kind: Drop}, 0, "", 1 + bystanders, "drop"},
		{Fault{Kind: Lose}, 0, "", bystanders, "lose"},
		{Fault{Kind: Slow, Delay: FaultDuration(20 * time.Millisecond)}, 200, "", bystanders, "slow"},
	} {
		t.Run(string(c.fault.Kind), func(t *testing.T) {
			v := e.setup(t, detachable, 1)
			c.fault.Operation = "DetachInstances"
			if _, err := e.Inject(c.fault); err != nil {
				t.Fatal(err)
			}
			begin := time.Now()
			resp, err := e.call(v)
			if c.status == 0 {
				if !errors.Is(err, io.EOF) {
					t.Fatalf("wanted the connection closed; got %v", err)
				}
			} else {
				if err != nil {
					t.Fatal(err)
				}
				r := decode(t, resp)
				if r.status != c.status || r.text("Code") != c.code {
					t.Errorf("wanted %d %s; got %s", c.status, c.code, r.body)
				}
				if want := c.fault.RetryAfter; want != 0 && r.header.Get("x-acs-retry-after") != "2000" {
					t.Errorf("wanted the header in milliseconds; got %q", r.header.Get("x-acs-retry-after"))
				}
			}
			if took := time.Since(begin); took < time.Duration(c.fault.Delay) {
				t.Errorf("wanted the answer after %s; got it after %s", time.Duration(c.fault.Delay), took)
			}
			e.clock.Advance(2 * time.Second)
			if got := len(e.members(t, v.group())); got != c.left {
				t.Errorf("wanted %d members; got %d", c.left, got)
			}
			entries, _ := e.Journal(0, 100)
			for _, entry := range entries {
				if entry.Fault == c.shown && entry.Status == c.status {
					return
				}
			}
			t.Errorf("wanted the fault in the journal; got %+v", entries)
		})
	}
	if left := e.Faults(); len(left) != 0 {
		t.Errorf("wanted every fault used up; got %v", left)
	}
}

func TestLatencyEndsWithTheCaller(t *testing.T) {
	e := started(t, unsigned(t, func(o *Options) { o.Latency = time.Minute }))
	conn, err := net.Dial("tcp", e.Host())
	if err != nil {
		t.Fatal(err)
	}
	_, _ = fmt.Fprint(conn, "GET /?Action=X HTTP/1.1\r\nHost: x\r\n\r\n")
	_ = conn.Close()
	for deadline := time.Now().Add(10 * time.Second); ; {
		if _, total := e.Journal(0, 1); total == 1 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("wanted the call to end with its caller")
		}
		runtime.Gosched()
	}
	e.steer(t, "PUT", "/_mock/latency", `{"latency":"0s"}`)
	if got := e.steer(t, "GET", "/_mock/latency", "")["latency"]; got != "0s" {
		t.Errorf("wanted no latency; got %v", got)
	}
}

func TestClockForward(t *testing.T) {
	e := started(t, unsigned(t))
	v := e.setup(t, detachable, 1)
	e.ok(t, "DetachInstances", numbered(v.group(), v.ids()...)...)
	if got := e.steer(t, "POST", "/_mock/clock", `{"forward":"1s"}`); got["ahead"] != "1s" {
		t.Errorf("wanted the clock a second ahead; got %v", got)
	}
	if got := len(e.members(t, v.group())); got != bystanders {
		t.Errorf("wanted the activity to be over; got %d members", got)
	}
}

// A client whose own clock did not move is still understood.
func TestForwardKeepsTimestampsValid(t *testing.T) {
	e := verifying(t)
	e.Forward(24 * time.Hour)
	p := v1Params(e, e.setup(t, detachable, 1), alice, "n")
	accepted(t, send(t, e, get(signV1With(http.MethodGet, p, alice.AccessKeySecret))))
}

func TestReset(t *testing.T) {
	e := started(t, unsigned(t, func(o *Options) { o.Latency = time.Millisecond }))
	first := e.setup(t, deniedCall, 1)
	e.ess(t, "DetachInstances", "ScalingGroupId", "x")
	if _, err := e.Inject(Fault{Operation: "*", Kind: Drop, Probability: 1}); err != nil {
		t.Fatal(err)
	}
	e.Forward(time.Hour)
	if got := e.steer(t, "POST", "/_mock/reset", "{}"); got["groups"] != 0.0 || got["requests"] != 0.0 {
		t.Errorf("wanted nothing left; got %v", got)
	}
	if resources, callers, states := e.held(); resources.Groups+resources.Instances+callers+states+
		len(e.Faults()) != 0 {
		t.Errorf("wanted nothing left; got %+v, %d, %d, %v", resources, callers, states, e.Faults())
	}
	if again := e.setup(t, deniedCall, 1); again.group() != first.group() || e.Latency() != time.Millisecond {
		t.Errorf(
			"wanted the ids of the seed again, and the latency of the options; got %s and %s",
			again.group(),
			first.group(),
		)
	}
}

func TestJournalDoesNotGrow(t *testing.T) {
	e := unsigned(t)
	ask := func(n int) {
		for range n {
			e.ess(t, "DetachInstances", "ScalingGroupId", strings.Repeat("x", 4000))
		}
	}
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	ask(2 * journal.Size)
	before := heap()
	ask(10_000)
	if after := heap(); after > before+1<<20 {
		t.Errorf("wanted no growth; got %d bytes more", after-before)
	}
	if entries, total := e.Journal(0, 20_000); len(entries) != journal.Size || total != 10_000+2*journal.Size {
		t.Errorf("wanted the last %d of %d; got %d of %d", journal.Size, 10_000, len(entries), total)
	}
}

func TestRequestLog(t *testing.T) {
	var logged bytes.Buffer
	e := unsigned(t, func(o *Options) { o.RequestLog = &logged })
	v := e.setup(t, atMinSize, 1)
	e.ess(t, "DetachInstances", numbered(v.group(), v.ids()...)...)
	want := "GET DetachInstances 400 IncorrectCapacity.MinSize (broken rule: MinSize is kept) group=" + v.group()
	if line := logged.String(); !strings.Contains(line, want) || strings.Count(line, "\n") != 1 {
		t.Errorf("wanted %q; got %q", want, line)
	}
}

func TestJournalHoldsNoSecret(t *testing.T) {
	e := verifying(t)
	p := v1Params(e, e.setup(t, detachable, 1), bob, "n")
	send(t, e, get(signV1With(http.MethodGet, p, bob.AccessKeySecret)))
	entries, _ := e.Journal(0, 10)
	text, err := json.Marshal(entries)
	if err != nil {
		t.Fatal(err)
	}
	signature := p.Get("Signature")
	for _, secret := range []string{bob.AccessKeySecret, bob.SecurityToken, signature, url.QueryEscape(signature)} {
		if bytes.Contains(text, []byte(secret)) {
			t.Errorf("wanted no %q; got %s", secret, text)
		}
	}
	if len(entries) != 1 || entries[0].Caller != "bob" || entries[0].Status != 200 {
		t.Errorf("wanted the call of bob; got %s", text)
	}
}

func TestStateFile(t *testing.T) {
	e := unsigned(t)
	v := e.setup(t, detachable, 3)
	e.ok(t, "ModifyScalingGroup", "ScalingGroupId", v.group(), "ScalingGroupName", "kept", "DesiredCapacity", "5")
	e.ok(
		t,
		"CreateScalingRule",
		"ScalingGroupId",
		v.group(),
		"ScalingRuleName",
		"r",
		"AdjustmentType",
		"TotalCapacity",
		"AdjustmentValue",
		"4",
	)
	activity := e.ok(t, "RemoveInstances", numbered(v.group(), v.ids()[0])...).text("ScalingActivityId")
	e.setup(t, deniedCall, 1)
	e.Forward(time.Millisecond)
	var file bytes.Buffer
	if err := e.Save(&file); err != nil {
		t.Fatal(err)
	}

	again := unsigned(t, func(o *Options) { o.Clock = e.clock.Now; o.Seed = 2 })
	again.clock = e.clock
	if err := again.Load(bytes.NewReader(file.Bytes())); err != nil {
		t.Fatal(err)
	}
	var second bytes.Buffer
	if err := again.Save(&second); err != nil {
		t.Fatal(err)
	}
	if second.String() != file.String() {
		t.Errorf("wanted the same state; got\n%s\n%s", file.String(), second.String())
	}
	e.clock.Advance(time.Second) // what was in progress ends as it would have
	if g := again.group(t, v.group()); g["ScalingGroupName"] != "kept" || g["TotalCapacity"] != 4.0 {
		t.Errorf("wanted the instance gone; got %v", g)
	}
	if again.ecsStatus(t, v.ids()[0]) != "" {
		t.Error("wanted the instance released")
	}
	a := again.ok(t, "DescribeScalingActivities", "RegionId", "r", "ScalingActivityId.1", activity).
		items("ScalingActivities", "ScalingActivity")
	if len(a) != 1 || a[0]["StatusCode"] != Successful {
		t.Errorf("wanted the activity; got %v", a)
	}
	if err := again.Teardown(
		detachable,
		map[string]any{"scalingGroupId": v.group()},
	); err != nil ||
		again.ecsStatus(t, v.ids()[1]) != "" {
		t.Errorf("wanted the state torn down; got %v", err)
	}
}

func TestStateFileIsChecked(t *testing.T) {
	e := unsigned(t)
	for name, text := range map[string]string{
		"no JSON":                 "x",
		"other version":           `{"version":2}`,
		"member not there":        `{"version":1,"world":{"groups":[{"id":"a","members":["i-none"]}]}}`,
		"group twice":             `{"version":1,"world":{"groups":[{"id":"a"},{"id":"a"}]}}`,
		"member twice":            `{"version":1,"world":{"instances":[{"id":"i"}],"groups":[{"id":"a","members":["i"]},{"id":"b","members":["i"]}]}}`,
		"clock runs behind":       `{"version":1,"aheadNs":-1}`,
		"caller without a secret": `{"version":1,"states":[{"group":"a","callers":[{"accessKeyId":"LTAI1"}]}]}`,
		"caller twice":            `{"version":1,"states":[{"group":"a","callers":[{"accessKeyId":"x","accessKeySecret":"s"},{"accessKeyId":"x","accessKeySecret":"t"}]}]}`,
	} {
		if err := e.Load(strings.NewReader(text)); err == nil {
			t.Errorf("%s: wanted an error", name)
		}
	}
}

func TestNewServer(t *testing.T) {
	var s *Server
	t.Run("inner", func(t *testing.T) {
		s = NewServer(t, func(o *Options) { o.SkipVerification = true })
		if resp, err := http.Get(
			s.URL() + "/?Action=DescribeRegions&Version=" + essVersion,
		); err != nil ||
			resp.StatusCode != 200 {
			t.Errorf("wanted an answer; got %v", err)
		} else {
			_ = resp.Body.Close()
		}
		if entries, _ := s.Journal(0, 1); len(entries) != 1 || entries[0].Operation != "DescribeRegions" {
			t.Errorf("wanted the call in the journal; got %v", entries)
		}
	})
	if resp, err := http.Get(s.URL()); err == nil {
		_ = resp.Body.Close()
		t.Error("wanted it stopped with its test")
	}
}
