package mock

import (
	"strconv"
	"testing"
	"time"
)

func TestAttachInstances(t *testing.T) {
	e := unsigned(t)
	from, to := e.setup(t, detachable, 2), e.setup(t, emptyGroup, 0)
	id := from.ids()[0]
	refused(t, e.ess(t, "AttachInstances", numbered(to.group(), id)...), 400, "InvalidInstanceId.InUse")
	e.ok(t, "DetachInstances", numbered(from.group(), id)...)
	refused(t, e.ess(t, "AttachInstances", numbered(to.group(), id)...), 400, "InvalidInstanceId.InUse")
	e.clock.Advance(time.Second)

	e.ok(t, "AttachInstances", numbered(to.group(), id)...)
	if got := e.members(t, to.group())[id]; got != Pending {
		t.Errorf("wanted Pending; got %q", got)
	}
	refused(t, e.ess(t, "DetachInstances", numbered(to.group(), id)...), 400, "ScalingActivityInProgress")
	e.clock.Advance(time.Second)
	r := e.ok(t, "DescribeScalingInstances", "RegionId", "r", "ScalingGroupId", to.group())
	if m := r.items("ScalingInstances", "ScalingInstance")[0]; m["LifecycleState"] != InService ||
		m["CreationType"] != "Attached" {
		t.Errorf("wanted it attached and in service; got %v", m)
	}
}

func TestAttachInstancesRefuses(t *testing.T) {
	e := unsigned(t)
	from := e.setup(t, detachable, 2)
	e.ok(t, "DetachInstances", numbered(from.group(), from.ids()...)...)
	e.clock.Advance(time.Second)
	full := e.setup(t, detachable, 1)
	e.ok(t, "ModifyScalingGroup", "ScalingGroupId", full.group(), "MaxSize", strconv.Itoa(1+bystanders+1))
	for _, c := range []struct {
		name, group string
		ids         []string
		status      int
		code        string
	}{
		{"too many", full.group(), from.ids(), 400, "IncorrectCapacity.MaxSize"},
		{"unknown group", "asg-none", from.ids(), 404, "InvalidScalingGroupId.NotFound"},
		{"unknown instance", full.group(), []string{"i-none"}, 404, "InvalidInstanceId.NotFound"},
		{"inactive", e.setup(t, inactive, 1).group(), from.ids(), 400, "IncorrectScalingGroupStatus"},
		{"busy", e.setup(t, busy, 1).group(), from.ids(), 400, "ScalingActivityInProgress"},
		{"load balancer", e.setup(t, badLB, 1).group(), from.ids(), 400, "IncorrectLoadBalancerStatus"},
		{"DB instance", e.setup(t, badDB, 1).group(), from.ids(), 400, "IncorrectDBInstanceStatus"},
		{"no instance", full.group(), nil, 400, "MissingInstanceId"},
	} {
		t.Run(c.name, func(t *testing.T) {
			refused(t, e.ess(t, "AttachInstances", numbered(c.group, c.ids...)...), c.status, c.code)
		})
	}
	e.ok(t, "AttachInstances", numbered(full.group(), from.ids()[0])...)
}
