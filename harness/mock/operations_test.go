package mock

import (
	"net/http"
	"strconv"
	"strings"
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
	if m := r.items("ScalingInstances", "ScalingInstance")[0]; m["LifecycleState"] != InService || m["CreationType"] != "Attached" {
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

func TestGroupLifecycle(t *testing.T) {
	e := unsigned(t)
	id := e.ok(t, "CreateScalingGroup", "RegionId", "cn-hangzhou", "MinSize", "0", "MaxSize", "3", "ScalingGroupName", "a<b").text("ScalingGroupId")
	describe := func() map[string]any {
		r := e.ok(t, "DescribeScalingGroups", "RegionId", "cn-hangzhou", "ScalingGroupId.1", id)
		return r.items("ScalingGroups", "ScalingGroup")[0]
	}
	if g := describe(); g["LifecycleState"] != "Inactive" || g["MaxSize"] != 3.0 || g["DefaultCooldown"] != 300.0 || g["ScalingGroupName"] != "a<b" {
		t.Errorf("wanted a new group; got %v", g)
	}
	refused(t, e.ess(t, "DisableScalingGroup", "ScalingGroupId", id), 400, "IncorrectScalingGroupStatus")
	e.ok(t, "EnableScalingGroup", "ScalingGroupId", id)
	refused(t, e.ess(t, "EnableScalingGroup", "ScalingGroupId", id), 400, "IncorrectScalingGroupStatus")
	e.ok(t, "ModifyScalingGroup", "ScalingGroupId", id, "MinSize", "2", "DefaultCooldown", "7", "ScalingGroupName", "c")
	if g := describe(); g["LifecycleState"] != "Active" || g["MinSize"] != 2.0 || g["MaxSize"] != 3.0 || g["DefaultCooldown"] != 7.0 || g["ScalingGroupName"] != "c" {
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
		{"other region", "CreateScalingGroup", with([]string{"RegionId", "mars"}, create[2:]...), 404, "InvalidRegionId.NotFound"},
		{"no MinSize", "CreateScalingGroup", []string{"RegionId", "cn-hangzhou", "MaxSize", "2"}, 400, "MissingMinSize"},
		{"no MaxSize", "CreateScalingGroup", create[:4], 400, "MissingMaxSize"},
		{"no number", "CreateScalingGroup", []string{"RegionId", "cn-hangzhou", "MinSize", "one", "MaxSize", "2"}, 400, "InvalidParameter"},
		{"negative", "CreateScalingGroup", []string{"RegionId", "cn-hangzhou", "MinSize", "-1", "MaxSize", "2"}, 400, "InvalidParameter"},
		{"sizes the wrong way round", "CreateScalingGroup", []string{"RegionId", "cn-hangzhou", "MinSize", "3", "MaxSize", "2"}, 400, "InvalidParameter.Conflict"},
		{"unknown load balancer", "CreateScalingGroup", with(create, "LoadBalancerIds", `["lb-none"]`), 404, "InvalidLoadBalancerId.NotFound"},
		{"unknown DB instance", "CreateScalingGroup", with(create, "DBInstanceIds", `["rm-none"]`), 404, "InvalidDBInstanceId.NotFound"},
		{"no JSON", "CreateScalingGroup", with(create, "DBInstanceIds", `rm-none`), 400, "InvalidParameter"},
		{"modify nothing", "ModifyScalingGroup", nil, 400, "MissingScalingGroupId"},
		{"modify unknown", "ModifyScalingGroup", []string{"ScalingGroupId", "asg-none"}, 404, "InvalidScalingGroupId.NotFound"},
		{"modify beyond MaxSize", "ModifyScalingGroup", with(group, "MinSize", "100"), 400, "InvalidParameter.Conflict"},
		{"enable unknown", "EnableScalingGroup", []string{"ScalingGroupId", "asg-none"}, 404, "InvalidScalingGroupId.NotFound"},
		{"disable unknown", "DisableScalingGroup", []string{"ScalingGroupId", "asg-none"}, 404, "InvalidScalingGroupId.NotFound"},
		{"page 0", "DescribeScalingGroups", []string{"RegionId", "cn-hangzhou", "PageNumber", "0"}, 400, "InvalidParameter"},
		{"page too large", "DescribeScalingInstances", []string{"RegionId", "cn-hangzhou", "PageSize", "51"}, 400, "InvalidParameter"},
		{"activities of nothing", "DescribeScalingActivities", []string{"RegionId", "cn-hangzhou"}, 400, "MissingScalingGroupId"},
		{"describe nowhere", "DescribeScalingActivities", []string{"ScalingGroupId", v.group()}, 400, "MissingRegionId"},
	} {
		t.Run(c.name, func(t *testing.T) { refused(t, e.ess(t, c.action, c.pairs...), c.status, c.code) })
	}
}

func TestCreateScalingGroupWithLoadBalancerAndDBInstance(t *testing.T) {
	e := unsigned(t)
	lb, db := e.setup(t, badLB, 1).text("loadBalancerId"), e.setup(t, badDB, 1).text("dbInstanceId")
	id := e.ok(t, "CreateScalingGroup", "RegionId", "r", "MinSize", "0", "MaxSize", "3",
		"LoadBalancerIds", `["`+lb+`"]`, "DBInstanceIds", `["`+db+`"]`).text("ScalingGroupId")
	g := e.ok(t, "DescribeScalingGroups", "RegionId", "r", "ScalingGroupId.1", id).items("ScalingGroups", "ScalingGroup")[0]
	if got := g["LoadBalancerIds"].(map[string]any)["LoadBalancerId"].([]any)[0]; got != lb {
		t.Errorf("wanted %s; got %v", lb, got)
	}
	if got := g["DBInstanceIds"].(map[string]any)["DBInstanceId"].([]any)[0]; got != db {
		t.Errorf("wanted %s; got %v", db, got)
	}
}

func TestDescribeLeavesUnknownIdsOutAndPages(t *testing.T) {
	e := unsigned(t)
	v := e.setup(t, detachable, 5)
	if r := e.ok(t, "DescribeScalingGroups", "RegionId", "cn-hangzhou", "ScalingGroupId.1", "asg-none", "ScalingGroupId.2", v.group()); r.fields["TotalCount"] != 1.0 {
		t.Errorf("wanted the one known group; got %s", r.body)
	}
	if r := e.ok(t, "DescribeScalingGroups", "RegionId", "elsewhere"); r.fields["TotalCount"] != 0.0 {
		t.Errorf("wanted no group of another region; got %s", r.body)
	}
	if r := e.ok(t, "DescribeScalingGroups", "RegionId", "cn-hangzhou"); r.fields["TotalCount"] != 1.0 {
		t.Errorf("wanted all groups; got %s", r.body)
	}
	seen := map[any]bool{}
	for page := 1; page <= 4; page++ {
		r := e.ok(t, "DescribeScalingInstances", "RegionId", "r", "ScalingGroupId", v.group(), "PageNumber", strconv.Itoa(page), "PageSize", "2")
		for _, m := range r.items("ScalingInstances", "ScalingInstance") {
			seen[m["InstanceId"]] = true
		}
		if r.fields["TotalCount"] != 7.0 || r.fields["PageNumber"] != float64(page) || r.fields["PageSize"] != 2.0 {
			t.Errorf("wanted counters of page %d; got %s", page, r.body)
		}
	}
	if len(seen) != 7 {
		t.Errorf("wanted 7 instances on 4 pages; got %d", len(seen))
	}
	r := e.ok(t, "DescribeScalingInstances", "RegionId", "r", "InstanceId.1", v.ids()[3], "InstanceId.2", "i-none")
	if list := r.items("ScalingInstances", "ScalingInstance"); len(list) != 1 || list[0]["ScalingGroupId"] != v.group() {
		t.Errorf("wanted the one known instance; got %s", r.body)
	}
	r = e.ok(t, "DescribeScalingInstances", "RegionId", "r", "ScalingGroupId", v.group(), "CreationType", "Attached")
	if list := r.items("ScalingInstances", "ScalingInstance"); len(list) != 0 {
		t.Errorf("wanted no attached instance; got %s", r.body)
	}
}

func TestDescribeScalingGroupsCountsMembers(t *testing.T) {
	e := unsigned(t)
	v := e.setup(t, detachable, 3)
	e.ok(t, "DetachInstances", numbered(v.group(), v.ids()[:2]...)...)
	g := e.ok(t, "DescribeScalingGroups", "RegionId", "cn-hangzhou", "ScalingGroupId.1", v.group()).items("ScalingGroups", "ScalingGroup")[0]
	for name, want := range map[string]float64{"TotalCapacity": 5, "ActiveCapacity": 3, "RemovingCapacity": 2, "PendingCapacity": 0} {
		if g[name] != want {
			t.Errorf("wanted %s %v; got %v", name, want, g[name])
		}
	}
}

func TestDescribeScalingActivitiesFollowsTheClock(t *testing.T) {
	e := unsigned(t)
	v := e.setup(t, detachable, 2)
	id := e.ok(t, "DetachInstances", numbered(v.group(), v.ids()[0])...).text("ScalingActivityId")
	look := func(pairs ...string) []map[string]any {
		return e.ok(t, "DescribeScalingActivities", append(pairs, "RegionId", "r")...).items("ScalingActivities", "ScalingActivity")
	}
	e.clock.Advance(250 * time.Millisecond)
	if a := look("ScalingActivityId.1", id, "ScalingActivityId.2", "asa-none"); len(a) != 1 || a[0]["StatusCode"] != "InProgress" || a[0]["Progress"] != 25.0 || a[0]["EndTime"] != nil {
		t.Errorf("wanted it a quarter done; got %v", a)
	}
	e.clock.Advance(time.Second)
	if a := look("ScalingActivityId.1", id)[0]; a["StatusCode"] != "Successful" || a["Progress"] != 100.0 || a["EndTime"] == nil || a["ScalingGroupId"] != v.group() {
		t.Errorf("wanted it done; got %v", a)
	}
	e.ok(t, "DetachInstances", numbered(v.group(), v.ids()[1])...)
	if a := look("ScalingGroupId", v.group()); len(a) != 2 || a[1]["ScalingActivityId"] != id {
		t.Errorf("wanted both, the newest first; got %v", a)
	}
	if a := look("ScalingGroupId", v.group(), "StatusCode", "Successful"); len(a) != 1 {
		t.Errorf("wanted the finished one; got %v", a)
	}
	if a := look("ScalingGroupId", "asg-none"); len(a) != 0 {
		t.Errorf("wanted none of an unknown group; got %v", a)
	}
}

func TestActivityHistoryIsBounded(t *testing.T) {
	e := unsigned(t, func(o *Options) { o.ActivityDuration = -1 })
	v := e.setup(t, detachable, 1)
	first := e.ok(t, "DetachInstances", numbered(v.group(), v.ids()...)...).text("ScalingActivityId")
	for range activityHistory {
		e.ok(t, "AttachInstances", numbered(v.group(), v.ids()...)...)
		e.ok(t, "DetachInstances", numbered(v.group(), v.ids()...)...)
	}
	if e.world.Activity(first) != nil || len(e.world.activities) != activityHistory {
		t.Errorf("wanted the last %d activities; got %d", activityHistory, len(e.world.activities))
	}
}

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

func TestRouting(t *testing.T) {
	e := unsigned(t)
	v := e.setup(t, detachable, 1)
	base := func(pairs ...string) *http.Request {
		p := params(append(numbered(v.group(), v.ids()...), pairs...)...)
		return get(p)
	}
	changed := func(r *http.Request, f func(*http.Request)) *http.Request {
		f(r)
		return r
	}
	for _, c := range []struct {
		name   string
		r      *http.Request
		status int
		code   string
	}{
		{"no action", base("Version", essVersion), 400, "MissingAction"},
		{"no version", base("Action", "DetachInstances"), 400, "MissingVersion"},
		{"unknown action", base("Version", essVersion, "Action", "DetachInstance"), 404, "InvalidAction.NotFound"},
		{"action in lower case", base("Version", essVersion, "Action", "detachinstances"), 404, "InvalidAction.NotFound"},
		{"action of another product", base("Version", ecsVersion, "Action", "DetachInstances"), 404, "InvalidAction.NotFound"},
		{"wrong version", base("Version", "2014-08-29", "Action", "DetachInstances"), 400, "InvalidVersion"},
		{"bad format", base("Version", essVersion, "Action", "DetachInstances", "Format", "YAML"), 400, "InvalidParameter.Format"},
		{"wrong path", changed(base("Version", essVersion, "Action", "DetachInstances"), func(r *http.Request) { r.URL.Path = "/x" }), 404, "InvalidAction.NotFound"},
		{"broken query", changed(base(), func(r *http.Request) { r.URL.RawQuery = "a=%zz" }), 400, "InvalidParameter"},
		{"method", changed(base("Version", essVersion, "Action", "DetachInstances"), func(r *http.Request) { r.Method = "PUT" }), 405, "UnsupportedHTTPMethod"},
	} {
		t.Run(c.name, func(t *testing.T) { refused(t, send(t, e, c.r), c.status, c.code) })
	}
}
