package mock

import (
	"strings"
	"testing"
	"time"
)

// ecsStatus is the status of an instance in ECS, "" when it was released.
func (e testMock) ecsStatus(t *testing.T, id string) string {
	t.Helper()
	list := accepted(
		t,
		e.product(t, ecsVersion, "DescribeInstances", "RegionId", "r", "InstanceIds", `["`+id+`"]`),
	).items("Instances", "Instance")
	if len(list) == 0 {
		return ""
	}
	return list[0]["Status"].(string)
}

// withAttached is a group with one instance of its own, one that was attached, and one that was attached and
// entrusted to it.
func withAttached(t *testing.T, e testMock) (group, own, attached, entrusted string) {
	t.Helper()
	from, v := e.setup(t, detachable, 2), e.setup(t, detachable, 1)
	e.ok(t, "DetachInstances", numbered(from.group(), from.ids()...)...)
	e.clock.Advance(time.Second)
	e.ok(t, "AttachInstances", numbered(v.group(), from.ids()[0])...)
	e.clock.Advance(time.Second)
	e.ok(t, "AttachInstances", append(numbered(v.group(), from.ids()[1]), "Entrusted", "true")...)
	e.clock.Advance(time.Second)
	return v.group(), v.ids()[0], from.ids()[0], from.ids()[1]
}

func TestRemoveReleasesWhatTheGroupOwns(t *testing.T) {
	e := unsigned(t)
	group, own, attached, entrusted := withAttached(t, e)
	r := e.ok(t, "RemoveInstances", numbered(group, own, attached, entrusted)...)
	if m := e.members(t, group); m[own] != Removing || !strings.HasPrefix(r.text("ScalingActivityId"), "asa-") {
		t.Errorf("wanted an activity that removes; got %v, %s", m, r.body)
	}
	e.clock.Advance(time.Second)
	if m := e.members(t, group); len(m) != bystanders {
		t.Errorf("wanted the bystanders to stay; got %v", m)
	}
	for id, want := range map[string]string{own: "", attached: "Running", entrusted: ""} {
		if got := e.ecsStatus(t, id); got != want {
			t.Errorf("%s: wanted status %q; got %q", id, want, got)
		}
	}
}

func TestRemoveRefusesAsDetachDoes(t *testing.T) {
	for _, c := range refusals {
		t.Run(c.name, func(t *testing.T) {
			if c.state == deniedCall {
				return // the caller of that state is denied DetachInstances alone
			}
			e := unsigned(t)
			v := e.setup(t, c.state, 2)
			p := params(append(numbered(v.group(), v.ids()...), "Action", "RemoveInstances", "Version", essVersion)...)
			if c.change != nil {
				c.change(p, v)
			}
			r := refused(t, send(t, e, get(p)), c.status, c.code)
			if want := c.message(v); r.text("Message") != want {
				t.Errorf("wanted %q; got %q", want, r.text("Message"))
			}
		})
	}
	e := unsigned(t)
	v := e.setup(t, detachable, 1)
	r := refused(
		t,
		e.ess(t, "RemoveInstances", append(numbered(v.group(), v.ids()...), "RemovePolicy", "recycle")...),
		400,
		"InvalidParameter",
	)
	if want := "The specified group does not support the specified RemovePolicy."; r.text("Message") != want {
		t.Errorf("wanted %q; got %q", want, r.text("Message"))
	}
}

func TestDeleteScalingGroup(t *testing.T) {
	e := unsigned(t)
	empty := e.setup(t, emptyGroup, 0).group()
	e.ok(t, "DeleteScalingGroup", "ScalingGroupId", empty)
	refused(t, e.ess(t, "DeleteScalingGroup", "ScalingGroupId", empty), 404, "InvalidScalingGroupId.NotFound")

	refused(
		t,
		e.ess(t, "DeleteScalingGroup", "ScalingGroupId", e.setup(t, busy, 1).group()),
		400,
		"ScalingActivityInProgress",
	)
	group, own, attached, _ := withAttached(t, e)
	refused(t, e.ess(t, "DeleteScalingGroup", "ScalingGroupId", group), 400, "InstanceInUse")
	rule := e.ok(t, "CreateScalingRule", "ScalingGroupId", group, "AdjustmentType", "TotalCapacity", "AdjustmentValue",
		"3").
		text("ScalingRuleId")
	e.ok(t, "DeleteScalingGroup", "ScalingGroupId", group, "ForceDelete", "true")
	g := e.ok(t, "DescribeScalingGroups", "RegionId", "r", "ScalingGroupId.1", group).
		items("ScalingGroups", "ScalingGroup")
	if len(g) != 1 || g[0]["LifecycleState"] != "Deleting" {
		t.Errorf("wanted the group to be deleted; got %v", g)
	}
	refused(
		t,
		e.ess(t, "ModifyScalingGroup", "ScalingGroupId", group, "MinSize", "0"),
		400,
		"IncorrectScalingGroupStatus",
	)
	e.clock.Advance(time.Second)
	refused(t, e.ess(t, "DetachInstances", numbered(group, attached)...), 404, "InvalidScalingGroupId.NotFound")
	refused(t, e.ess(t, "DeleteScalingRule", "ScalingRuleId", rule), 404, "InvalidScalingRuleId.NotFound")
	if e.ecsStatus(t, own) != "" || e.ecsStatus(t, attached) != "Running" {
		t.Errorf(
			"wanted the own instance released and the attached one to run on; got %q, %q",
			e.ecsStatus(t, own),
			e.ecsStatus(t, attached),
		)
	}
}

func TestDeleteWaitsForTheActivityInProgress(t *testing.T) {
	e := unsigned(t)
	v := e.setup(t, detachable, 2)
	e.ok(t, "DetachInstances", numbered(v.group(), v.ids()[0])...)
	e.clock.Advance(500 * time.Millisecond)
	e.ok(t, "DeleteScalingGroup", "ScalingGroupId", v.group(), "ForceDelete", "true")
	e.clock.Advance(2 * time.Second)
	if e.ecsStatus(t, v.ids()[0]) != "Running" || e.ecsStatus(t, v.ids()[1]) != "" {
		t.Error("wanted the detached instance to run on and the other one to be released")
	}
}
