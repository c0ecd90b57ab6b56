package clienttest

import (
	"testing"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	"github.com/alibabacloud-go/darabonba-openapi/v2/models"
	"github.com/alibabacloud-go/tea/dara"
)

// The generated clients of edition 2022-02-22 call with darabonba-openapi and convert the body to structs whose lists
// are arrays.

type laterGroups struct {
	TotalCount    *int32 `json:"TotalCount,omitempty"`
	ScalingGroups []*struct {
		ScalingGroupId  *string   `json:"ScalingGroupId,omitempty"`
		LifecycleState  *string   `json:"LifecycleState,omitempty"`
		LoadBalancerIds []*string `json:"LoadBalancerIds,omitempty"`
	} `json:"ScalingGroups,omitempty"`
}

type laterInstances struct {
	ScalingInstances []*struct {
		InstanceId *string `json:"InstanceId,omitempty"`
		Entrusted  *bool   `json:"Entrusted,omitempty"`
	} `json:"ScalingInstances,omitempty"`
}

type laterActivities struct {
	ScalingActivities []*struct {
		StatusCode *string `json:"StatusCode,omitempty"`
	} `json:"ScalingActivities,omitempty"`
}

// later calls an operation of 2022-02-22 as the generated client does, and converts the body.
func later(s service, action string, query map[string]*string, into any) {
	s.t.Helper()
	client, err := openapi.NewClient(&models.Config{
		AccessKeyId:     &caller.AccessKeyID,
		AccessKeySecret: &caller.AccessKeySecret,
		Endpoint:        dara.String(s.host()),
		Protocol:        dara.String("http"),
	})
	if err != nil {
		s.t.Fatal(err)
	}
	answer, err := client.CallApi(&models.Params{
		Action:   &action,
		Version:  dara.String("2022-02-22"),
		Protocol: dara.String("HTTP"),
		Pathname: dara.String("/"),
		Method:   dara.String("POST"),
		AuthType: dara.String(
			"AK",
		),
		BodyType:    dara.String("json"),
		ReqBodyType: dara.String("formData"),
		Style:       dara.String("RPC"),
	}, &models.OpenApiRequest{Query: query}, &dara.RuntimeOptions{})
	if err != nil {
		s.t.Fatal(err)
	}
	if err := dara.Convert(answer["body"], into); err != nil {
		s.t.Fatalf("%s: wanted a body that the client converts; got %v: %v", action, answer["body"], err)
	}
}

func TestLaterEditionIsDecoded(t *testing.T) {
	s := start(t)
	d, _ := s.arrange("a scaling group with detachable instances")
	region := dara.String("cn-hangzhou")

	var groups laterGroups
	later(s, "DescribeScalingGroups", map[string]*string{"RegionId": region, "ScalingGroupIds.1": &d.group}, &groups)
	if len(groups.ScalingGroups) != 1 || *groups.ScalingGroups[0].ScalingGroupId != d.group ||
		len(groups.ScalingGroups[0].LoadBalancerIds) != 1 {
		t.Errorf("wanted the group; got %+v", groups)
	}
	var detached struct{ ScalingActivityId *string }
	later(
		s,
		"DetachInstances",
		map[string]*string{"ScalingGroupId": &d.group, "InstanceIds.1": &d.instances[0]},
		&detached,
	)
	var members laterInstances
	later(s, "DescribeScalingInstances", map[string]*string{"RegionId": region, "ScalingGroupId": &d.group}, &members)
	if len(members.ScalingInstances) != 4 || *members.ScalingInstances[0].Entrusted {
		t.Errorf("wanted 4 members; got %+v", members)
	}
	var activities laterActivities
	later(
		s,
		"DescribeScalingActivities",
		map[string]*string{"RegionId": region, "ScalingActivityIds.1": detached.ScalingActivityId},
		&activities,
	)
	if len(activities.ScalingActivities) != 1 || *activities.ScalingActivities[0].StatusCode != "InProgress" {
		t.Errorf("wanted the activity; got %+v", activities)
	}
}
