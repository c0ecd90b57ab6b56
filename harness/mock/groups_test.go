package mock

import (
	"testing"
)

func TestGroupLifecycle(t *testing.T) {
	e := unsigned(t)
	id := e.ok(t, "CreateScalingGroup", "RegionId", "cn-hangzhou", "MinSize", "0", "MaxSize", "3", "ScalingGroupName",
		"a<b").
		text("ScalingGroupId")
	describe := func() map[string]any {
		r := e.ok(t, "DescribeScalingGroups", "RegionId", "cn-hangzhou", "ScalingGroupId.1", id)
		return r.items("ScalingGroups", "ScalingGroup")[0]
	}
	if g := describe(); g["LifecycleState"] != "Inactive" || g["MaxSize"] != 3.0 || g["DefaultCooldown"] != 300.0 ||
		g["ScalingGroupName"] != "a<b" {
		t.Errorf("wanted a new group; got %v", g)
	}
	refused(t, e.ess(t, "DisableScalingGroup", "ScalingGroupId", id), 400, "IncorrectScalingGroupStatus")
	e.ok(t, "EnableScalingGroup", "ScalingGroupId", id)
	refused(t, e.ess(t, "EnableScalingGroup", "ScalingGroupId", id), 400, "IncorrectScalingGroupStatus")
	e.ok(t, "ModifyScalingGroup", "ScalingGroupId", id, "MinSize", "2", "DefaultCooldown", "7", "ScalingGroupName", "c")
	if g := describe(); g["LifecycleState"] != "Active" || g["MinSize"] != 2.0 || g["MaxSize"] != 3.0 ||
		g["DefaultCooldown"] != 7.0 ||
		g["ScalingGroupName"] != "c" {
		t.Errorf("wanted it enabled and modified; got %v", g)
	}
	e.ok(t, "DisableScalingGroup", "ScalingGroupId", id)
	if g := describe(); g["LifecycleState"] != "Inactive" {
		t.Errorf("wanted it disabled; got %v", g)
	}
}

func TestGroupOperationsRefuse(t *testing.T) {
	e := unsigned(t, func(o *Options) { o.Region = "cn-hangzhou" })
	v := e.setup(t, detachable, 1)
	group := []string{"ScalingGroupId", v.group()}
	create := []string{"RegionId", "cn-hangzhou", "MinSize", "1", "MaxSize", "2"}
	with := func(base []string, pairs ...string) []string { return append(append([]string(nil), base...), pairs...) }
	for _, c := range []struct {
		name, action string
		pairs        []string
		status       int
		code         string
	}{
		{"no region", "CreateScalingGroup", create[2:], 400, "MissingRegionId"},
		{
			"other region", "CreateScalingGroup", with([]string{"RegionId", "mars"}, create[2:]...), 404,
			"InvalidRegionId.NotFound",
		},
		{
			"no MinSize", "CreateScalingGroup",
			[]string{"RegionId", "cn-hangzhou", "MaxSize", "2"},
			400,
			"MissingMinSize",
		},
		{"no MaxSize", "CreateScalingGroup", create[:4], 400, "MissingMaxSize"},
		{
			"no number", "CreateScalingGroup",
			[]string{"RegionId", "cn-hangzhou", "MinSize", "one", "MaxSize", "2"},
			400,
			"InvalidParameter",
		},
		{
			"negative", "CreateScalingGroup",
			[]string{"RegionId", "cn-hangzhou", "MinSize", "-1", "MaxSize", "2"},
			400,
			"InvalidParameter",
		},
		{
			"sizes the wrong way round", "CreateScalingGroup",
			[]string{"RegionId", "cn-hangzhou", "MinSize", "3", "MaxSize", "2"},
			400, "InvalidParameter.Conflict",
		},
		{"unknown load balancer", "CreateScalingGroup", with(create, "LoadBalancerIds", `["lb-none"]`), 404, "InvalidLoadBalancerId.NotFound"},
		{"unknown DB instance", "CreateScalingGroup", with(create, "DBInstanceIds", `["rm-none"]`), 404, "InvalidDBInstanceId.NotFound"},
		{"no JSON", "CreateScalingGroup", with(create, "DBInstanceIds", `rm-none`), 400, "InvalidParameter"},
		{"modify nothing", "ModifyScalingGroup", nil, 400, "MissingScalingGroupId"},
		{
			"modify unknown", "ModifyScalingGroup",
			[]string{"ScalingGroupId", "asg-none"},
			404,
			"InvalidScalingGroupId.NotFound",
		},
		{
			"modify beyond MaxSize", "ModifyScalingGroup", with(group, "MinSize", "100"), 400,
			"InvalidParameter.Conflict",
		},
		{
			"enable unknown", "EnableScalingGroup",
			[]string{"ScalingGroupId", "asg-none"},
			404,
			"InvalidScalingGroupId.NotFound",
		},
		{
			"disable unknown", "DisableScalingGroup",
			[]string{"ScalingGroupId", "asg-none"},
			404,
			"InvalidScalingGroupId.NotFound",
		},
		{
			"page 0", "DescribeScalingGroups",
			[]string{"RegionId", "cn-hangzhou", "PageNumber", "0"},
			400,
			"InvalidParameter",
		},
		{
			"page too large", "DescribeScalingInstances",
			[]string{"RegionId", "cn-hangzhou", "PageSize", "51"},
			400,
			"InvalidParameter",
		},
		{
			"activities of nothing", "DescribeScalingActivities",
			[]string{"RegionId", "cn-hangzhou"},
			400,
			"MissingScalingGroupId",
		},
		{
			"describe nowhere", "DescribeScalingActivities",
			[]string{"ScalingGroupId", v.group()},
			400,
			"MissingRegionId",
		},
	} {
		t.Run(c.name, func(t *testing.T) { refused(t, e.ess(t, c.action, c.pairs...), c.status, c.code) })
	}
}

func TestCreateScalingGroupWithLoadBalancerAndDBInstance(t *testing.T) {
	e := unsigned(t)
	lb, db := e.setup(t, badLB, 1).text("loadBalancerId"), e.setup(t, badDB, 1).text("dbInstanceId")
	id := e.ok(t, "CreateScalingGroup", "RegionId", "r", "MinSize", "0", "MaxSize", "3",
		"LoadBalancerIds", `["`+lb+`"]`, "DBInstanceIds", `["`+db+`"]`).text("ScalingGroupId")
	g := e.ok(t, "DescribeScalingGroups", "RegionId", "r", "ScalingGroupId.1", id).items("ScalingGroups",
		"ScalingGroup")[0]
	if got := g["LoadBalancerIds"].(map[string]any)["LoadBalancerId"].([]any)[0]; got != lb {
		t.Errorf("wanted %s; got %v", lb, got)
	}
	if got := g["DBInstanceIds"].(map[string]any)["DBInstanceId"].([]any)[0]; got != db {
		t.Errorf("wanted %s; got %v", db, got)
	}
}
