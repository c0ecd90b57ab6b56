package clienttest

import (
	"errors"
	"slices"
	"testing"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	sdkerrors "github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/ess"
	"github.com/essconform/essconform/harness/mock"
)

// What real consumers send to shrink a group, call by call, with the client that they use. Each looks for codes and
// states by name, so that a mock which answers differently leads them elsewhere.

// consumer is a client of alibaba-cloud-sdk-go that is pointed at the mock.
type consumer struct {
	*ess.Client
	service
}

func (s service) consumer() consumer {
	s.t.Helper()
	config := sdk.NewConfig().WithScheme("HTTP").WithAutoRetry(false).WithHttpTransport(loopbackOnly())
	client, err := ess.NewClientWithOptions("cn-hangzhou", config,
		credentials.NewAccessKeyCredential(caller.AccessKeyID, caller.AccessKeySecret))
	if err != nil {
		s.t.Fatal(err)
	}
	return consumer{client, s}
}

// call points a request at the mock, sends it, and fails the test unless it is accepted.
func call[Q interface{ SetDomain(string) }, A any](c consumer, send func(Q) (A, error), request Q) A {
	c.t.Helper()
	request.SetDomain(c.host())
	answer, err := send(request)
	if err != nil {
		c.t.Fatalf("%T: %v", request, err)
	}
	return answer
}

// refused is call for a request that must be refused, and the code.
func refused[Q interface{ SetDomain(string) }, A any](c consumer, send func(Q) (A, error), request Q) string {
	c.t.Helper()
	request.SetDomain(c.host())
	_, err := send(request)
	var server *sdkerrors.ServerError
	if !errors.As(err, &server) {
		c.t.Fatalf("%T: wanted a refusal; got %v", request, err)
	}
	return server.ErrorCode()
}

// TestTerraformDeletesAnAttachment is the delete of alicloud_ess_attachment: the group must be Active;
// RemoveInstances, tried again while ScalingActivityInProgress is the answer; then DescribeScalingInstances of the
// same ids until none is left.
func TestTerraformDeletesAnAttachment(t *testing.T) {
	s := start(t)
	c := s.consumer()
	d, _ := s.arrange("a scaling group with detachable instances")

	look := func() *ess.DescribeScalingInstancesResponse {
		request := ess.CreateDescribeScalingInstancesRequest()
		request.ScalingGroupId, request.InstanceId = d.group, &d.instances
		return call(c, c.DescribeScalingInstances, request)
	}
	groups := ess.CreateDescribeScalingGroupsRequest()
	groups.ScalingGroupId = &[]string{d.group}
	g := call(c, c.DescribeScalingGroups, groups).ScalingGroups.ScalingGroup
	if len(g) != 1 || g[0].ScalingGroupId != d.group || g[0].LifecycleState != "Active" {
		t.Fatalf("wanted the group, active; got %+v", g)
	}

	remove := ess.CreateRemoveInstancesRequest()
	remove.RegionId, remove.ScalingGroupId, remove.InstanceId = "cn-hangzhou", d.group, &d.instances
	call(c, c.RemoveInstances, remove)
	if list := look().ScalingInstances.ScalingInstance; len(list) != 2 || list[0].LifecycleState != "Removing" {
		t.Errorf("wanted both on their way out; got %+v", list)
	}
	again := ess.CreateRemoveInstancesRequest()
	again.ScalingGroupId, again.InstanceId = d.group, &d.instances
	if code := refused(c, c.RemoveInstances, again); code != "ScalingActivityInProgress" {
		t.Errorf("wanted the code on which the provider tries again; got %s", code)
	}
	s.Forward(activity)
	if list := look().ScalingInstances.ScalingInstance; len(list) != 0 {
		t.Errorf("wanted both gone; got %+v", list)
	}

	unknown := ess.CreateRemoveInstancesRequest()
	unknown.ScalingGroupId, unknown.InstanceId = "asg-gone", &d.instances
	if code := refused(c, c.RemoveInstances, unknown); code != "InvalidScalingGroupId.NotFound" {
		t.Errorf("wanted the code that the provider takes for deleted; got %s", code)
	}
}

// TestTerraformMeetsMinSize is the branch of the same delete in which MinSize forbids it.
func TestTerraformMeetsMinSize(t *testing.T) {
	s := start(t)
	c := s.consumer()
	d, _ := s.arrange("a scaling group at its minimum size")
	remove := ess.CreateRemoveInstancesRequest()
	remove.ScalingGroupId, remove.InstanceId = d.group, &d.instances
	if code := refused(c, c.RemoveInstances, remove); code != "IncorrectCapacity.MinSize" {
		t.Errorf("wanted IncorrectCapacity.MinSize; got %s", code)
	}
	look := ess.CreateDescribeScalingInstancesRequest()
	look.ScalingGroupId, look.InstanceId = d.group, &d.instances
	if list := call(c, c.DescribeScalingInstances, look).ScalingInstances.ScalingInstance; len(list) != 2 {
		t.Errorf("wanted both still there; got %+v", list)
	}
}

// TestTerraformDeletesAGroup is the delete of alicloud_ess_scaling_group: DeleteScalingGroup with ForceDelete, tried
// again until DescribeScalingGroups shows the group no more, or the call answers that it does not exist.
func TestTerraformDeletesAGroup(t *testing.T) {
	s := start(t)
	c := s.consumer()
	d, _ := s.arrange("a scaling group with detachable instances")
	request := func() *ess.DeleteScalingGroupRequest {
		r := ess.CreateDeleteScalingGroupRequest()
		r.ScalingGroupId, r.ForceDelete = d.group, requests.NewBoolean(true)
		return r
	}
	call(c, c.DeleteScalingGroup, request())
	call(c, c.DeleteScalingGroup, request())
	s.Forward(activity)
	if code := refused(c, c.DeleteScalingGroup, request()); code != "InvalidScalingGroupId.NotFound" {
		t.Errorf("wanted the code that the provider takes for deleted; got %s", code)
	}
	groups := ess.CreateDescribeScalingGroupsRequest()
	groups.ScalingGroupId = &[]string{d.group}
	if list := call(c, c.DescribeScalingGroups, groups).ScalingGroups.ScalingGroup; len(list) != 0 {
		t.Errorf("wanted it gone; got %+v", list)
	}
}

// TestAutoscalerDeletesInstances is the cluster autoscaler: it lists the instances of its groups, then removes one
// instance for each call, and goes on to the next one whatever the answer was.
func TestAutoscalerDeletesInstances(t *testing.T) {
	s := start(t, func(o *mock.Options) { o.ActivityDuration = -1 })
	c := s.consumer()
	d, _ := s.arrange("a scaling group with detachable instances")

	groups := ess.CreateDescribeScalingGroupsRequest()
	groups.ScalingGroupId = &[]string{d.group}
	group := call(c, c.DescribeScalingGroups, groups).ScalingGroups.ScalingGroup[0]
	if size := max(group.DesiredCapacity, group.ActiveCapacity+group.PendingCapacity); size != 4 {
		t.Errorf("wanted 4 instances; got %d", size)
	}
	configurations := ess.CreateDescribeScalingConfigurationsRequest()
	configurations.ScalingGroupId, configurations.ScalingConfigurationId = d.group, &[]string{
		group.ActiveScalingConfigurationId,
	}
	if list := call(
		c,
		c.DescribeScalingConfigurations,
		configurations,
	).ScalingConfigurations.ScalingConfiguration; len(list) != 1 ||
		list[0].InstanceType == "" {
		t.Errorf("wanted the template of the nodes; got %+v", list)
	}
	members := func() (ids []string) {
		request := ess.CreateDescribeScalingInstancesRequest()
		request.ScalingGroupId = d.group
		for _, i := range call(c, c.DescribeScalingInstances, request).ScalingInstances.ScalingInstance {
			ids = append(ids, i.InstanceId)
		}
		return ids
	}
	for _, id := range d.instances {
		if !slices.Contains(members(), id) {
			t.Fatalf("wanted %s among the members", id)
		}
		remove := ess.CreateRemoveInstancesRequest()
		remove.ScalingGroupId, remove.InstanceId = d.group, &[]string{id}
		if a := call(c, c.RemoveInstances, remove); a.ScalingActivityId == "" {
			t.Errorf("wanted an activity; got %+v", a)
		}
	}
	if left := members(); len(left) != 2 || slices.Contains(left, d.instances[0]) {
		t.Errorf("wanted the two others to stay; got %v", left)
	}
}

// TestAutoscalerSetsTheSize is the autoscaler on its way up: a rule by name, created when there is none, modified,
// executed, deleted.
func TestAutoscalerSetsTheSize(t *testing.T) {
	s := start(t, func(o *mock.Options) { o.ActivityDuration = -1 })
	c := s.consumer()
	d, _ := s.arrange("a scaling group with detachable instances")

	rules := ess.CreateDescribeScalingRulesRequest()
	rules.RegionId, rules.ScalingGroupId, rules.ScalingRuleName = "cn-hangzhou", d.group, &[]string{
		"acs-autogen-increase-rules",
	}
	if list := call(c, c.DescribeScalingRules, rules).ScalingRules.ScalingRule; len(list) != 0 {
		t.Fatalf("wanted no rule yet; got %+v", list)
	}
	create := ess.CreateCreateScalingRuleRequest()
	create.ScalingGroupId = d.group
	create.AdjustmentType, create.AdjustmentValue = "TotalCapacity", requests.NewInteger(6)
	rule := call(c, c.CreateScalingRule, create)
	modify := ess.CreateModifyScalingRuleRequest()
	modify.ScalingRuleId = rule.ScalingRuleId
	modify.AdjustmentType, modify.AdjustmentValue = "TotalCapacity", requests.NewInteger(7)
	call(c, c.ModifyScalingRule, modify)
	execute := ess.CreateExecuteScalingRuleRequest()
	execute.ScalingRuleAri = rule.ScalingRuleAri
	call(c, c.ExecuteScalingRule, execute)
	remove := ess.CreateDeleteScalingRuleRequest()
	remove.ScalingRuleId = rule.ScalingRuleId
	call(c, c.DeleteScalingRule, remove)

	groups := ess.CreateDescribeScalingGroupsRequest()
	groups.ScalingGroupId = &[]string{d.group}
	if g := call(c, c.DescribeScalingGroups, groups).ScalingGroups.ScalingGroup[0]; g.ActiveCapacity != 7 {
		t.Errorf("wanted 7 instances; got %d", g.ActiveCapacity)
	}
}

// TestSpinnakerDestroysAServerGroup is clouddriver: the groups of a name, 50 to a page, and DeleteScalingGroup with
// ForceDelete for each.
func TestSpinnakerDestroysAServerGroup(t *testing.T) {
	s := start(t, func(o *mock.Options) { o.ActivityDuration = -1 })
	c := s.consumer()
	named := func(name string) string {
		create := ess.CreateCreateScalingGroupRequest()
		create.ScalingGroupName, create.MinSize, create.MaxSize = name, requests.NewInteger(0), requests.NewInteger(5)
		id := call(c, c.CreateScalingGroup, create).ScalingGroupId
		enable := ess.CreateEnableScalingGroupRequest()
		enable.ScalingGroupId = id
		call(c, c.EnableScalingGroup, enable)
		return id
	}
	doomed, spared := named("app-stack-v001"), named("app-stack-v002")
	look := func(name string) []ess.ScalingGroup {
		request := ess.CreateDescribeScalingGroupsRequest()
		request.ScalingGroupName, request.PageSize = name, requests.NewInteger(50)
		return call(c, c.DescribeScalingGroups, request).ScalingGroups.ScalingGroup
	}
	list := look("app-stack-v001")
	if len(list) != 1 || list[0].ScalingGroupId != doomed {
		t.Fatalf("wanted the group of that name alone: all others would be destroyed, too; got %+v", list)
	}
	remove := ess.CreateDeleteScalingGroupRequest()
	remove.ScalingGroupId, remove.ForceDelete = doomed, requests.NewBoolean(true)
	call(c, c.DeleteScalingGroup, remove)
	if list := look("app-stack-v001"); len(list) != 0 {
		t.Errorf("wanted it gone; got %+v", list)
	}
	if list := look("app-stack-v002"); len(list) != 1 || list[0].ScalingGroupId != spared {
		t.Errorf("wanted the other one to stay; got %+v", list)
	}
}
