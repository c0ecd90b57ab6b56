package clienttest

import (
	"testing"
	"time"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/ess"
	"github.com/essconform/essconform/harness/mock"
)

// detachWithRetry is what is tested: code of a client, which tries again when it is throttled.
func detachWithRetry(
	client *ess.Client,
	request *ess.DetachInstancesRequest,
	attempts int,
) (activity string, err error) {
	for range attempts {
		answer, err := client.DetachInstances(request)
		if err == nil {
			return answer.ScalingActivityId, nil
		}
		if refused, ok := err.(errors.Error); !ok || refused.ErrorCode() != "Throttling" {
			return "", err
		}
	}
	return "", errors.NewClientError("Throttled", "every attempt was throttled", nil)
}

// TestRetryOnThrottling shows how a client's own test uses the mock: a server of its own, a state, a fault, the clock
// and the journal.
func TestRetryOnThrottling(t *testing.T) {
	server := mock.NewServer(t)
	values, err := server.Setup("a scaling group with detachable instances", map[string]any{"instances": 1})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := server.Inject(mock.Fault{Operation: "DetachInstances", Kind: mock.Throttle, Count: 2}); err != nil {
		t.Fatal(err)
	}
	client, err := ess.NewClientWithOptions("cn-hangzhou", sdk.NewConfig().WithScheme("HTTP").WithAutoRetry(false),
		credentials.NewAccessKeyCredential(mock.TestAccessKeyID, mock.TestAccessKeySecret))
	if err != nil {
		t.Fatal(err)
	}
	request := ess.CreateDetachInstancesRequest()
	request.Domain = server.Host()
	request.ScalingGroupId = values["scalingGroupId"].(string)
	ids := values["instanceIds"].([]string)
	request.InstanceId = &ids

	activity, err := detachWithRetry(client, request, 3)
	if err != nil || activity == "" {
		t.Fatalf("wanted the third attempt to be accepted; got %q, %v", activity, err)
	}
	var codes []string
	entries, _ := server.Journal(0, 10)
	for _, e := range entries {
		codes = append(codes, e.Code)
	}
	if len(codes) != 3 || codes[0] != "Throttling" || codes[1] != "Throttling" || codes[2] != "" {
		t.Errorf("wanted two throttled calls and an accepted one; got %q", codes)
	}

	server.Forward(time.Hour) // the activity ends: a test need not wait for it
	if _, err := client.DetachInstances(request); err == nil {
		t.Error("wanted the instance to have left the group")
	}
}
