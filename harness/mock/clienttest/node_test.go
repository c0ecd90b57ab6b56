package clienttest

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/essconform/essconform/harness/mock"
)

// nodeCall is what node/call.mjs is asked to send.
type nodeCall struct {
	Endpoint string         `json:"endpoint"`
	Version  string         `json:"version"`
	ID       string         `json:"id"`
	Secret   string         `json:"secret"`
	Action   string         `json:"action"`
	Method   string         `json:"method"`
	Params   map[string]any `json:"params"`
}

// nodeAnswer is what the client made of the answer: data, or an error that it threw.
type nodeAnswer struct {
	Data  map[string]any `json:"data"`
	Error *struct {
		Code, Message, RequestID, HostID string
		Status                           int
	} `json:"error"`
}

// node calls with the official client for Node.js, which signs RPC 1.0, and sends a POST in the form body (facts: real
// clients).
func node(t *testing.T, s service, caller mock.Credential, version, method, action string,
	params map[string]any,
) (out nodeAnswer) {
	t.Helper()
	dir, err := filepath.Abs("node")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal("the client for Node.js is not installed: run `make test-clients`, which needs Node.js and npm")
	}
	sent := map[string]any{"RegionId": "cn-hangzhou"}
	maps.Copy(sent, params)
	in, err := json.Marshal(nodeCall{
		"http://" + s.host(), version, caller.AccessKeyID, caller.AccessKeySecret, action, method, sent,
	})
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", "call.mjs")
	cmd.Dir, cmd.Stdin = dir, bytes.NewReader(in)
	text, err := cmd.Output()
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			t.Fatalf("%v: %s", err, exit.Stderr)
		}
		t.Fatalf("%v: %s", err, text)
	}
	return out
}

// The later edition has another name for the list, and other answers of the Describe operations.
func TestNodeDetachesInBothEditions(t *testing.T) {
	for _, edition := range []struct{ version, list string }{
		{"2014-08-28", "InstanceId"},
		{"2022-02-22", "InstanceIds"},
	} {
		for _, method := range []string{"GET", "POST"} {
			t.Run(edition.version+"/"+method, func(t *testing.T) {
				s := start(t)
				d, _ := s.arrange("a scaling group with detachable instances")
				ask := func(action string, params map[string]any) map[string]any {
					t.Helper()
					answer := node(t, s, d.credential, edition.version, method, action, params)
					if answer.Error != nil {
						t.Fatalf("%s: %+v", action, *answer.Error)
					}
					return answer.Data
				}
				group := map[string]any{"ScalingGroupId": d.group}
				list := func() []any {
					found := ask("DescribeScalingInstances", group)["ScalingInstances"]
					if nested, is := found.(map[string]any); is == (edition.version == "2014-08-28") {
						if is {
							found = nested["ScalingInstance"]
						}
						return found.([]any)
					}
					t.Fatalf("wanted the shape of %s; got %v", edition.version, found)
					return nil
				}
				members := len(list())
				answer := ask("DetachInstances", map[string]any{"ScalingGroupId": d.group, edition.list: d.instances})
				if id, _ := answer["ScalingActivityId"].(string); !strings.HasPrefix(id, "asa-") {
					t.Errorf("wanted an activity; got %v", answer)
				}
				s.Forward(activity)
				if left := len(list()); left != members-len(d.instances) {
					t.Errorf("wanted %d members left; got %d", members-len(d.instances), left)
				}
			})
		}
	}
}

func TestNodeMeetsEveryError(t *testing.T) {
	meetsAll(t, func(t *testing.T, s service, d detachment) received {
		answer := node(t, s, d.credential, "2014-08-28", "POST", "DetachInstances",
			map[string]any{"ScalingGroupId": d.group, "InstanceId": d.instances})
		if answer.Error == nil {
			t.Fatalf("wanted an error; got %v", answer.Data)
		}
		if answer.Error.RequestID == "" || answer.Error.HostID != s.host() {
			t.Errorf("wanted RequestId and HostId; got %+v", *answer.Error)
		}
		return received{answer.Error.Code, answer.Error.Status, answer.Error.Message}
	})
}
