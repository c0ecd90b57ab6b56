package mock

import (
	"strings"
	"testing"
	"time"
)

func TestDescribeInstances(t *testing.T) {
	e := unsigned(t)
	v := e.setup(t, detachable, 2)
	ask := func(pairs ...string) reply {
		return e.product(t, ecsVersion, "DescribeInstances", append(pairs, "RegionId", "r")...)
	}
	if r := ask(); r.fields["TotalCount"] != float64(2+bystanders) {
		t.Errorf("wanted all instances; got %s", r.body)
	}
	if r := ask("InstanceIds", `["`+v.ids()[0]+`","i-none"]`); r.fields["TotalCount"] != 1.0 {
		t.Errorf("wanted the known one; got %s", r.body)
	}
	if r := ask("InstanceIds", `[]`); r.fields["TotalCount"] != 0.0 {
		t.Errorf("wanted none; got %s", r.body)
	}
	for _, bad := range []string{"i-1", `{"a":1}`, `null`, `[` + strings.Repeat(`"i",`, 100) + `"i"]`} {
		refused(t, ask("InstanceIds", bad), 400, "InvalidParameter")
	}
}

func TestLoadBalancerSwitchesTheRule(t *testing.T) {
	e := unsigned(t)
	v := e.setup(t, badLB, 1)
	set := func(id, status string) reply {
		return e.product(t, slbVersion, "SetLoadBalancerStatus", "LoadBalancerId", id, "LoadBalancerStatus", status)
	}
	refused(t, set("lb-none", "active"), 404, "InvalidLoadBalancerId.NotFound")
	refused(t, set(v.text("loadBalancerId"), "Active"), 400, "InvalidParameter")
	refused(t, set(v.text("loadBalancerId"), ""), 400, "MissingLoadBalancerStatus")
	accepted(t, set(v.text("loadBalancerId"), "active"))
	e.ok(t, "DetachInstances", numbered(v.group(), v.ids()...)...)
	e.clock.Advance(time.Second)
	accepted(t, set(v.text("loadBalancerId"), "inactive"))
	refused(t, e.ess(t, "AttachInstances", numbered(v.group(), v.ids()...)...), 400, "IncorrectLoadBalancerStatus")
}

func TestDBInstanceSwitchesTheRule(t *testing.T) {
	e := unsigned(t)
	v := e.setup(t, badDB, 2)
	db := v.text("dbInstanceId")
	rds := func(action, id string) reply { return e.product(t, rdsVersion, action, "DBInstanceId", id) }
	detach := func(n int) reply { return e.ess(t, "DetachInstances", numbered(v.group(), v.ids()[n])...) }

	refused(t, rds("StartDBInstance", "rm-none"), 404, "InvalidDBInstanceId.NotFound")
	refused(t, rds("StartDBInstance", ""), 400, "MissingDBInstanceId")
	refused(t, rds("StopDBInstance", db), 403, "IncorrectDBInstanceState")
	accepted(t, rds("StartDBInstance", db))
	accepted(t, rds("RestartDBInstance", db))
	refused(t, detach(0), 400, "IncorrectDBInstanceStatus")
	e.clock.Advance(time.Second)
	accepted(t, detach(0))
	accepted(t, rds("StopDBInstance", db))
	e.clock.Advance(time.Second)
	refused(t, detach(1), 400, "IncorrectDBInstanceStatus")
}
