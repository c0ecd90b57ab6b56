package mock

import (
	"strings"
	"testing"
	"time"
)

func TestScalingRuleLifecycle(t *testing.T) {
	e := unsigned(t)
	v := e.setup(t, detachable, 2) // and two bystanders: 4 members, MaxSize 24
	r := e.ok(
		t,
		"CreateScalingRule",
		"ScalingGroupId",
		v.group(),
		"ScalingRuleName",
		"up",
		"AdjustmentType",
		"TotalCapacity",
		"AdjustmentValue",
		"6",
	)
	id, ari := r.text("ScalingRuleId"), r.text("ScalingRuleAri")
	if !strings.HasPrefix(id, "asr-") || !strings.HasPrefix(ari, "ari:acs:ess:cn-hangzhou:") ||
		!strings.HasSuffix(ari, ":scalingrule/"+id) {
		t.Fatalf("wanted an id and an identifier; got %s", r.body)
	}
	refused(
		t,
		e.ess(
			t,
			"CreateScalingRule",
			"ScalingGroupId",
			v.group(),
			"ScalingRuleName",
			"up",
			"AdjustmentType",
			"TotalCapacity",
			"AdjustmentValue",
			"6",
		),
		400,
		"InvalidScalingRuleName.Duplicate",
	)
	look := func(pairs ...string) []map[string]any {
		return e.ok(t, "DescribeScalingRules", append(pairs, "RegionId", "r")...).items("ScalingRules", "ScalingRule")
	}
	if got := look(
		"ScalingRuleName.1",
		"up",
	); len(got) != 1 || got[0]["AdjustmentValue"] != 6.0 ||
		got[0]["ScalingRuleAri"] != ari {
		t.Errorf("wanted the rule; got %v", got)
	}
	if got := look("ScalingGroupId", "asg-none"); len(got) != 0 {
		t.Errorf("wanted none of an unknown group; got %v", got)
	}
	activity := e.ok(t, "ExecuteScalingRule", "ScalingRuleAri", ari).text("ScalingActivityId")
	refused(t, e.ess(t, "ExecuteScalingRule", "ScalingRuleAri", ari), 400, "ScalingActivityInProgress")
	e.clock.Advance(time.Second)
	made := e.ok(t, "DescribeScalingInstances", "RegionId", "r", "ScalingActivityId", activity).
		items("ScalingInstances", "ScalingInstance")
	if len(made) != 2 || made[0]["CreationType"] != "AutoCreated" || made[0]["LifecycleState"] != "InService" {
		t.Errorf("wanted two instances of the group's own; got %v", made)
	}
	refused(t, e.ess(t, "ExecuteScalingRule", "ScalingRuleAri", ari), 400, "IncorrectCapacity.NoChange")

	e.ok(
		t,
		"ModifyScalingRule",
		"ScalingRuleId",
		id,
		"AdjustmentType",
		"PercentChangeInCapacity",
		"AdjustmentValue",
		"-50",
		"Cooldown",
		"7",
	)
	e.ok(t, "ExecuteScalingRule", "ScalingRuleAri", ari)
	e.clock.Advance(time.Second)
	if got := len(e.members(t, v.group())); got != 3 {
		t.Errorf("wanted half of 6 members; got %d", got)
	}
	if e.ecsStatus(t, v.ids()[0]) != "" {
		t.Error("wanted the oldest instance released")
	}
	e.ok(t, "DeleteScalingRule", "ScalingRuleId", id)
	refused(t, e.ess(t, "ExecuteScalingRule", "ScalingRuleAri", ari), 404, "InvalidScalingRuleAri.NotFound")
}

func TestScalingRuleStaysWithinTheSizes(t *testing.T) {
	e := unsigned(t)
	v := e.setup(t, detachable, 2)
	e.ok(t, "ModifyScalingGroup", "ScalingGroupId", v.group(), "MinSize", "3", "MaxSize", "5")
	for _, c := range []struct {
		value string
		want  int
	}{{"1000", 5}, {"-1000", 3}} {
		ari := e.ok(t, "CreateScalingRule", "ScalingGroupId", v.group(), "AdjustmentType", "QuantityChangeInCapacity",
			"AdjustmentValue", c.value).
			text("ScalingRuleAri")
		e.ok(t, "ExecuteScalingRule", "ScalingRuleAri", ari)
		e.clock.Advance(time.Second)
		if got := len(e.members(t, v.group())); got != c.want {
			t.Errorf("%s: wanted %d members; got %d", c.value, c.want, got)
		}
	}
}

func TestScalingRuleRefuses(t *testing.T) {
	e := unsigned(t)
	group := []string{"ScalingGroupId", e.setup(t, detachable, 1).group()}
	for _, c := range []struct {
		name, action string
		pairs        []string
		status       int
		code         string
	}{
		{
			"no group", "CreateScalingRule",
			[]string{"AdjustmentType", "TotalCapacity", "AdjustmentValue", "1"},
			400,
			"MissingScalingGroupId",
		},
		{"no type", "CreateScalingRule", append(group, "AdjustmentValue", "1"), 400, "MissingAdjustmentType"},
		{
			"unknown type", "CreateScalingRule", append(group, "AdjustmentType", "Double", "AdjustmentValue", "1"), 400,
			"InvalidParameter",
		},
		{"value out of range", "CreateScalingRule", append(group, "AdjustmentType", "TotalCapacity", "AdjustmentValue",
			"-1"), 400, "InvalidParameter"},
		{"rule that needs metrics", "CreateScalingRule", append(group, "ScalingRuleType", "StepScalingRule",
			"AdjustmentType", "TotalCapacity", "AdjustmentValue", "1"), 400, "InvalidParameter"},
		{
			"modify unknown", "ModifyScalingRule",
			[]string{"ScalingRuleId", "asr-none"},
			404,
			"InvalidScalingRuleId.NotFound",
		},
		{
			"execute unknown", "ExecuteScalingRule",
			[]string{"ScalingRuleAri", "asr-none"},
			404,
			"InvalidScalingRuleAri.NotFound",
		},
		{"execute nothing", "ExecuteScalingRule", nil, 400, "MissingScalingRuleAri"},
	} {
		t.Run(c.name, func(t *testing.T) { refused(t, e.ess(t, c.action, c.pairs...), c.status, c.code) })
	}
}

func TestDescribeScalingConfigurations(t *testing.T) {
	e := unsigned(t)
	v := e.setup(t, detachable, 1)
	g := e.ok(t, "DescribeScalingGroups", "RegionId", "r", "ScalingGroupId.1", v.group()).items("ScalingGroups",
		"ScalingGroup")[0]
	active := g["ActiveScalingConfigurationId"].(string)
	list := e.ok(t, "DescribeScalingConfigurations", "RegionId", "r", "ScalingConfigurationId.1", active,
		"ScalingGroupId", v.group()).
		items("ScalingConfigurations", "ScalingConfiguration")
	if len(list) != 1 || list[0]["InstanceType"] != configuredType || list[0]["ScalingGroupId"] != v.group() {
		t.Errorf("wanted the active configuration; got %v", list)
	}
	members := e.ok(t, "DescribeScalingInstances", "RegionId", "r", "ScalingConfigurationId", active).
		items("ScalingInstances", "ScalingInstance")
	if len(members) != 1+bystanders {
		t.Errorf("wanted the instances of that configuration; got %v", members)
	}
}

func TestDescribeRegions(t *testing.T) {
	e := unsigned(t, func(o *Options) { o.Region = "cn-nowhere" })
	list := e.ok(t, "DescribeRegions", "AcceptLanguage", "en-US").items("Regions", "Region")
	last := list[len(list)-1]
	if list[0]["RegionId"] != "cn-hangzhou" || list[0]["LocalName"] != "China East 1" ||
		last["RegionId"] != "cn-nowhere" {
		t.Errorf("wanted regions, and the mock's own; got %v", list)
	}
	if last["RegionEndpoint"] != "example.com" {
		t.Errorf("wanted the endpoint that was called; got %v", last)
	}
	refused(t, e.ess(t, "DescribeRegions", "AcceptLanguage", "tlh"), 404, "InvalidAcceptLanguage.NotFound")
}
