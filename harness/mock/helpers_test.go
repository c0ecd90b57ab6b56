package mock

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// clock is a clock that tests move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 11, 23, 3, 30, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// testMock is a server that accepts unsigned requests, and its clock. Activities take one second.
type testMock struct {
	*Server
	clock *clock
}

func unsigned(t testing.TB, change ...func(*Options)) testMock {
	t.Helper()
	c := newClock()
	o := Options{
		Clock: c.Now, ActivityDuration: time.Second, SkipVerification: true, Seed: 1,
		Hosts: []string{"example.com"},
	}
	for _, f := range change {
		f(&o)
	}
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return testMock{s, c}
}

func readJSON(t testing.TB, file string, into any) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatal(err)
	}
}

// params are parameters as pairs: name, value, name, value …
func params(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

// reply is a decoded answer.
type reply struct {
	status int
	header http.Header
	body   string
	root   string // XML only
	fields map[string]any
}

func (r reply) text(name string) string {
	s, _ := r.fields[name].(string)
	return s
}

// items is what stands in a list of a Describe answer.
func (r reply) items(name, item string) []map[string]any {
	outer, _ := r.fields[name].(map[string]any)
	list, _ := outer[item].([]any)
	var out []map[string]any
	for _, one := range list {
		out = append(out, one.(map[string]any))
	}
	return out
}

func get(v url.Values) *http.Request {
	return httptest.NewRequest(http.MethodGet, "/?"+v.Encode(), nil)
}

func post(v url.Values) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

func send(t testing.TB, h http.Handler, r *http.Request) reply {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return decode(t, w.Result())
}

func decode(t testing.TB, resp *http.Response) reply {
	t.Helper()
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	out := reply{status: resp.StatusCode, header: resp.Header, body: string(body), fields: map[string]any{}}
	if strings.HasPrefix(resp.Header.Get("Content-Type"), "text/xml") {
		out.root, out.fields, err = decodeXML(body)
	} else {
		err = json.Unmarshal(body, &out.fields)
	}
	if err != nil {
		t.Fatalf("wanted a body that can be decoded; got %q: %v", body, err)
	}
	return out
}

// decodeXML reads the root and its direct children with text only, which is all that flat answers have.
func decodeXML(body []byte) (root string, fields map[string]any, err error) {
	var doc struct {
		XMLName  xml.Name
		Children []struct {
			XMLName xml.Name
			Text    string `xml:",chardata"`
		} `xml:",any"`
	}
	if err := xml.Unmarshal(body, &doc); err != nil {
		return "", nil, err
	}
	fields = map[string]any{}
	for _, c := range doc.Children {
		fields[c.XMLName.Local] = c.Text
	}
	return doc.XMLName.Local, fields, nil
}

// ess calls an operation of Auto Scaling by GET in JSON.
func (e testMock) ess(t testing.TB, action string, pairs ...string) reply {
	t.Helper()
	return e.product(t, essVersion, action, pairs...)
}

func (e testMock) product(t testing.TB, version, action string, pairs ...string) reply {
	t.Helper()
	v := params(pairs...)
	v.Set("Action", action)
	v.Set("Version", version)
	return send(t, e, get(v))
}

// ok is ess, and fails the test unless the call is accepted.
func (e testMock) ok(t testing.TB, action string, pairs ...string) reply {
	t.Helper()
	return accepted(t, e.ess(t, action, pairs...))
}

func accepted(t testing.TB, r reply) reply {
	t.Helper()
	if r.status != http.StatusOK {
		t.Fatalf("wanted the call to be accepted; got %d %s", r.status, r.body)
	}
	return r
}

func refused(t testing.TB, r reply, status int, code string) reply {
	t.Helper()
	if r.status != status || r.text("Code") != code {
		t.Fatalf("wanted %d %s; got %d %s", status, code, r.status, r.body)
	}
	return r
}

// values are the values of a state.
type values map[string]any

func (v values) group() string { return v["scalingGroupId"].(string) }
func (v values) ids() []string { return v["instanceIds"].([]string) }
func (v values) text(name string) string {
	return v[name].(string)
}

// What every state has, whatever its caller asks for.
const (
	defaultInstances = 2
	bystanders       = 2
)

const (
	detachable = "a scaling group with detachable instances"
	toMinSize  = "a scaling group that detaching brings down to its minimum size"
	atMinSize  = "a scaling group at its minimum size"
	inactive   = "an inactive scaling group"
	busy       = "a scaling group with a scaling activity in progress"
	badLB      = "a scaling group with an inactive load balancer"
	badDB      = "a scaling group with a DB instance that is not running"
	cooling    = "a scaling group in its cooldown period"
	deniedCall = "a caller without permission to detach instances"
	emptyGroup = "an active scaling group without instances"
)

func (e testMock) setup(t testing.TB, name string, instances int) values {
	t.Helper()
	v, err := e.Setup(name, map[string]any{"instances": instances})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// numbered are a group and instances as the parameters of DetachInstances and AttachInstances.
func numbered(group string, ids ...string) []string {
	pairs := []string{"ScalingGroupId", group}
	for n, id := range ids {
		pairs = append(pairs, fmt.Sprintf("InstanceId.%d", n+1), id)
	}
	return pairs
}

// members are the ids and lifecycle states of the instances that a group has.
func (e testMock) members(t testing.TB, group string) map[string]string {
	t.Helper()
	r := e.ok(t, "DescribeScalingInstances", "RegionId", "cn-hangzhou", "ScalingGroupId", group, "PageSize", "50")
	out := map[string]string{}
	for _, m := range r.items("ScalingInstances", "ScalingInstance") {
		out[m["InstanceId"].(string)] = m["LifecycleState"].(string)
	}
	return out
}
