package clienttest

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/essconform/essconform/harness/mock"
)

// Real clients against the mock, signatures verified. Each is given the endpoint and static credentials, and so has
// no reason to look for others.

var caller = mock.Credential{AccessKeyID: "testid", AccessKeySecret: "testsecret"}

// activity is how long an activity takes: none ends by itself in a test.
const activity = time.Hour

// service is a mock that listens on loopback.
type service struct {
	*mock.Server
	t *testing.T
}

func start(t *testing.T, change ...func(*mock.Options)) service {
	t.Helper()
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"} {
		t.Setenv(name, "")
	}
	o := mock.Options{Credentials: []mock.Credential{caller}, ActivityDuration: activity}
	for _, f := range change {
		f(&o)
	}
	s, err := mock.New(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return service{s, t}
}

func (s service) host() string { return strings.TrimPrefix(s.URL(), "http://") }

// detachment is what a client is asked to send.
type detachment struct {
	credential mock.Credential
	group      string
	instances  []string
}

// documented is one documented error, and how to meet it.
type documented struct {
	code   string
	status int
	state  string
	change func(*detachment)
	value  string // the value of the state that the message names
}

// documentedErrors are the eight of the operation's page.
func documentedErrors() []documented {
	const ordinary = "a scaling group with detachable instances"
	return []documented{
		{code: "IncorrectScalingGroupStatus", status: 400, state: "an inactive scaling group"},
		{code: "ScalingActivityInProgress", status: 400, state: "a scaling group with a scaling activity in progress"},
		{code: "IncorrectLoadBalancerStatus", status: 400, state: "a scaling group with an inactive load balancer"},
		{
			code:   "IncorrectDBInstanceStatus",
			status: 400,
			state:  "a scaling group with a DB instance that is not running",
			value:  "dbInstanceId",
		},
		{code: "IncorrectCapacity.MinSize", status: 400, state: "a scaling group at its minimum size"},
		{code: "Forbidden.Unauthorized", status: 403, state: "a caller without permission to detach instances"},
		{
			code: "InvalidScalingGroupId.NotFound", status: 404, state: ordinary,
			change: func(d *detachment) { d.group = "asg-nobodyknowsthisgroup" },
		},
		{
			code: "InvalidInstanceId.NotFound", status: 404, state: ordinary,
			change: func(d *detachment) { d.instances[1] = "i-nobodyknowsthisone" },
		},
	}
}

// arrange sets a state up and says what to send.
func (s service) arrange(state string) (detachment, map[string]any) {
	s.t.Helper()
	v, err := s.Setup(state, map[string]any{"instances": 2})
	if err != nil {
		s.t.Fatal(err)
	}
	d := detachment{credential: caller, group: v["scalingGroupId"].(string), instances: v["instanceIds"].([]string)}
	if id, ok := v["accessKeyId"].(string); ok {
		d.credential = mock.Credential{AccessKeyID: id, AccessKeySecret: v["accessKeySecret"].(string)}
	}
	return d, v
}

// received is what a client made of an error answer.
type received struct {
	code    string
	status  int
	message string
}

// meetsAll makes a client meet every documented error. ask returns what the client's own typed error says.
func meetsAll(t *testing.T, ask func(*testing.T, service, detachment) received) {
	t.Helper()
	for _, e := range documentedErrors() {
		t.Run(e.code, func(t *testing.T) {
			s := start(t)
			d, values := s.arrange(e.state)
			if e.change != nil {
				e.change(&d)
			}
			got := ask(t, s, d)
			if got.code != e.code || got.status != e.status {
				t.Errorf("wanted %d %s; got %d %s", e.status, e.code, got.status, got.code)
			}
			if e.value != "" && !strings.Contains(got.message, values[e.value].(string)) {
				t.Errorf("wanted a message that names %s; got %s", values[e.value], got.message)
			}
		})
	}
}

// loopbackOnly is a transport that connects to loopback addresses only.
func loopbackOnly() *http.Transport {
	dialer := &net.Dialer{Timeout: 5 * time.Second}
	return &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			if !strings.HasPrefix(addr, "127.0.0.1:") {
				return nil, fmt.Errorf("wanted loopback only; got %s", addr)
			}
			return dialer.DialContext(ctx, network, addr)
		},
	}
}
