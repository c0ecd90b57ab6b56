package clienttest

import (
	"errors"
	"strings"
	"testing"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	sdkerrors "github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/ess"
)

// sdkDetach detaches with alibaba-cloud-sdk-go, which signs RPC 1.0 and puts everything into the query (facts: real
// clients).
func sdkDetach(t *testing.T, s service, d detachment, method, format string) (*ess.DetachInstancesResponse, error) {
	t.Helper()
	return sdkDetachAt(t, s.host(), d, method, format)
}

func sdkDetachAt(t *testing.T, host string, d detachment, method, format string) (*ess.DetachInstancesResponse, error) {
	t.Helper()
	config := sdk.NewConfig().WithScheme("HTTP").WithAutoRetry(false).WithHttpTransport(loopbackOnly())
	client, err := ess.NewClientWithOptions("cn-hangzhou", config,
		credentials.NewAccessKeyCredential(d.credential.AccessKeyID, d.credential.AccessKeySecret))
	if err != nil {
		t.Fatal(err)
	}
	request := ess.CreateDetachInstancesRequest()
	request.Domain = host
	request.Method = method
	request.AcceptFormat = format
	request.ScalingGroupId = d.group
	request.InstanceId = &d.instances
	return client.DetachInstances(request)
}

func TestSDKDetaches(t *testing.T) {
	for _, method := range []string{"GET", "POST"} {
		for _, format := range []string{"JSON", "XML"} {
			t.Run(method+"/"+format, func(t *testing.T) {
				s := start(t)
				d, _ := s.arrange("a scaling group with detachable instances")
				answer, err := sdkDetach(t, s, d, method, format)
				if err != nil {
					t.Fatal(err)
				}
				if !strings.HasPrefix(answer.ScalingActivityId, "asa-") || answer.RequestId == "" {
					t.Errorf("wanted ids; got %+v", answer)
				}
			})
		}
	}
}

func TestSDKMeetsEveryError(t *testing.T) {
	for _, method := range []string{"GET", "POST"} {
		t.Run(method, func(t *testing.T) {
			meetsAll(t, func(t *testing.T, s service, d detachment) received {
				_, err := sdkDetach(t, s, d, method, "JSON")
				var server *sdkerrors.ServerError
				if !errors.As(err, &server) {
					t.Fatalf("wanted a ServerError; got %T %v", err, err)
				}
				if server.HostId() != s.host() || server.RequestId() == "" || server.Recommend() == "" {
					t.Errorf("wanted host, request id and advice; got %v", server)
				}
				return received{server.ErrorCode(), server.HttpStatus(), server.Message()}
			})
		})
	}
}

func TestSDKObserves(t *testing.T) {
	s := start(t)
	d, _ := s.arrange("a scaling group with detachable instances")
	accepted, err := sdkDetach(t, s, d, "POST", "JSON")
	if err != nil {
		t.Fatal(err)
	}
	client, err := ess.NewClientWithOptions(
		"cn-hangzhou",
		sdk.NewConfig().WithScheme("HTTP").WithHttpTransport(loopbackOnly()),
		credentials.NewAccessKeyCredential(caller.AccessKeyID, caller.AccessKeySecret),
	)
	if err != nil {
		t.Fatal(err)
	}

	activities := ess.CreateDescribeScalingActivitiesRequest()
	activities.Domain, activities.RegionId = s.host(), "cn-hangzhou"
	activities.ScalingActivityId = &[]string{accepted.ScalingActivityId}
	a, err := client.DescribeScalingActivities(activities)
	if err != nil {
		t.Fatal(err)
	}
	if list := a.ScalingActivities.ScalingActivity; len(list) != 1 || list[0].StatusCode != "InProgress" ||
		list[0].ScalingGroupId != d.group {
		t.Errorf("wanted the activity in progress; got %+v", list)
	}

	members := ess.CreateDescribeScalingInstancesRequest()
	members.Domain, members.RegionId, members.ScalingGroupId = s.host(), "cn-hangzhou", d.group
	m, err := client.DescribeScalingInstances(members)
	if err != nil {
		t.Fatal(err)
	}
	if m.TotalCount != 4 || m.ScalingInstances.ScalingInstance[0].LifecycleState != "Removing" {
		t.Errorf("wanted 4 members, the first on its way out; got %+v", m)
	}

	groups := ess.CreateDescribeScalingGroupsRequest()
	groups.Domain, groups.RegionId = s.host(), "cn-hangzhou"
	groups.ScalingGroupId = &[]string{d.group}
	g, err := client.DescribeScalingGroups(groups)
	if err != nil {
		t.Fatal(err)
	}
	if list := g.ScalingGroups.ScalingGroup; len(list) != 1 || list[0].RemovingCapacity != 2 ||
		len(list[0].LoadBalancerIds.LoadBalancerId) != 1 {
		t.Errorf("wanted the group with 2 leaving; got %+v", list)
	}
}

// The SDK compares its own string to sign with the one in the message, and tells a wrong secret from a fault of its
// own.
func TestSDKDiagnosesAWrongSecret(t *testing.T) {
	s := start(t)
	d, _ := s.arrange("a scaling group with detachable instances")
	d.credential.AccessKeySecret = "wrong"
	_, err := sdkDetach(t, s, d, "POST", "JSON")
	var server *sdkerrors.ServerError
	if !errors.As(err, &server) || server.ErrorCode() != "SignatureDoesNotMatch" {
		t.Fatalf("wanted SignatureDoesNotMatch; got %v", err)
	}
	if want := "InvalidAccessKeySecret: Please check you AccessKeySecret"; server.Recommend() != want {
		t.Errorf("wanted %q; got %q", want, server.Recommend())
	}
}
