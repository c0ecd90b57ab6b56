package clienttest

import (
	"errors"
	"testing"
	"time"

	"github.com/alibabacloud-go/tea/dara"
	sdkerrors "github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"

	"github.com/essconform/essconform/harness/mock"
)

// outcome is what a client made of a call: accepted, refused with a code and a status, or neither where no answer came.
type outcome struct {
	accepted bool
	code     string
	status   int
}

// detaching are the official clients, each with its own type of error.
func detaching() map[string]func(t *testing.T, s service, d detachment) outcome {
	openapiWay := func(w way) func(t *testing.T, s service, d detachment) outcome {
		return func(t *testing.T, s service, d detachment) outcome {
			_, err := openapiDetach(t, s, d, w)
			out := outcome{accepted: err == nil}
			var refused dara.ResponseError // its type depends on status and code
			if errors.As(err, &refused) {
				out.code, out.status = dara.StringValue(refused.GetCode()), dara.IntValue(refused.GetStatusCode())
			}
			return out
		}
	}
	return map[string]func(t *testing.T, s service, d detachment) outcome{
		"alibaba-cloud-sdk-go": func(t *testing.T, s service, d detachment) outcome {
			_, err := sdkDetach(t, s, d, "POST", "JSON")
			out := outcome{accepted: err == nil}
			var refused *sdkerrors.ServerError
			if errors.As(err, &refused) {
				out.code, out.status = refused.ErrorCode(), refused.HttpStatus()
			}
			return out
		},
		"darabonba-openapi, V3": openapiWay(way{method: "POST"}),
		"darabonba-openapi, V1": openapiWay(way{algorithm: "v2", method: "POST"}),
		"pop-core for Node.js": func(t *testing.T, s service, d detachment) outcome {
			answer := node(t, s, d.credential, "2014-08-28", "POST", "DetachInstances",
				map[string]any{"ScalingGroupId": d.group, "InstanceId": d.instances})
			if answer.Error == nil {
				return outcome{accepted: true}
			}
			if answer.Error.Status == 0 {
				return outcome{} // its code is one of Node.js
			}
			return outcome{code: answer.Error.Code, status: answer.Error.Status}
		},
	}
}

// Every kind of fault reaches the clients as the service's own failure would, and has the effect that it says.
func TestClientsMeetFaults(t *testing.T) {
	const delay = 20 * time.Millisecond
	for name, ask := range detaching() {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			for _, c := range []struct {
				fault mock.Fault
				want  outcome
				left  bool // the instances have begun to leave their group
			}{
				{mock.Fault{Kind: mock.Throttle}, outcome{code: "Throttling", status: 400}, false},
				{mock.Fault{Kind: mock.Unavailable}, outcome{code: "ServiceUnavailable", status: 503}, false},
				{
					mock.Fault{Kind: mock.FailWith, Status: 502, Code: "Broken"},
					outcome{code: "Broken", status: 502},
					false,
				},
				{mock.Fault{Kind: mock.Drop, Probability: 1}, outcome{}, false},
				{mock.Fault{Kind: mock.Lose, Probability: 1}, outcome{}, true},
				{mock.Fault{Kind: mock.Slow, Delay: mock.FaultDuration(delay)}, outcome{accepted: true}, true},
			} {
				d, _ := s.arrange("a scaling group with detachable instances")
				c.fault.Operation = "DetachInstances"
				if _, err := s.Inject(c.fault); err != nil {
					t.Fatal(err)
				}
				begin := time.Now()
				if got := ask(t, s, d); got != c.want {
					t.Errorf("%s: wanted %+v; got %+v", c.fault.Kind, c.want, got)
				}
				if took := time.Since(begin); c.fault.Kind == mock.Slow && took < delay {
					t.Errorf("wanted the answer after %s; got it after %s", delay, took)
				}
				s.ClearFaults() // a client that tries again met one of them more than once
				again := ask(t, s, d)
				if want := (outcome{code: "ScalingActivityInProgress", status: 400}); c.left && again != want {
					t.Errorf("%s: wanted the instances to be leaving; got %+v", c.fault.Kind, again)
				}
				if !c.left && !again.accepted {
					t.Errorf("%s: wanted nothing to have happened, and the call accepted afterwards; got %+v",
						c.fault.Kind, again)
				}
			}
		})
	}
}
