package mock

import (
	"strconv"
	"testing"
	"time"

	"github.com/essconform/essconform/harness/mock/internal/world"
)

func TestDescribeLeavesUnknownIdsOutAndPages(t *testing.T) {
	e := unsigned(t)
	v := e.setup(t, detachable, 5)
	if r := e.ok(
		t,
		"DescribeScalingGroups",
		"RegionId",
		"cn-hangzhou",
		"ScalingGroupId.1",
		"asg-none",
		"ScalingGroupId.2",
		v.group(),
	); r.fields["TotalCount"] != 1.0 {
		t.Errorf("wanted the one known group; got %s", r.body)
	}
	if r := e.ok(t, "DescribeScalingGroups", "RegionId", "cn-hangzhou"); r.fields["TotalCount"] != 1.0 {
		t.Errorf("wanted all groups; got %s", r.body)
	}
	seen := map[any]bool{}
	for page := 1; page <= 4; page++ {
		r := e.ok(
			t,
			"DescribeScalingInstances",
			"RegionId",
			"r",
			"ScalingGroupId",
			v.group(),
			"PageNumber",
			strconv.Itoa(page),
			"PageSize",
			"2",
		)
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
	if r := e.ok(t, "DescribeScalingInstances", "RegionId", "r"); r.fields["TotalCount"] != 7.0 {
		t.Errorf("wanted the instances of all groups; got %s", r.body)
	}
	if r := e.ok(
		t,
		"DescribeScalingInstances",
		"RegionId",
		"r",
		"ScalingGroupId",
		"asg-none",
	); r.fields["TotalCount"] != 0.0 {
		t.Errorf("wanted none of an unknown group; got %s", r.body)
	}
	r := e.ok(t, "DescribeScalingInstances", "RegionId", "r", "InstanceId.1", v.ids()[3], "InstanceId.2", "i-none")
	if list := r.items("ScalingInstances", "ScalingInstance"); len(list) != 1 ||
		list[0]["ScalingGroupId"] != v.group() {
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
	g := e.ok(t, "DescribeScalingGroups", "RegionId", "cn-hangzhou", "ScalingGroupId.1",
		v.group()).items("ScalingGroups", "ScalingGroup")[0]
	for name, want := range map[string]float64{
		"TotalCapacity": 5, "ActiveCapacity": 3, "RemovingCapacity": 2,
		"PendingCapacity": 0,
	} {
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
		return e.ok(t, "DescribeScalingActivities", append(pairs, "RegionId", "r")...).
			items("ScalingActivities", "ScalingActivity")
	}
	e.clock.Advance(250 * time.Millisecond)
	if a := look(
		"ScalingActivityId.1",
		id,
		"ScalingActivityId.2",
		"asa-none",
	); len(a) != 1 || a[0]["StatusCode"] != "InProgress" || a[0]["Progress"] != 25.0 ||
		a[0]["EndTime"] != nil {
		t.Errorf("wanted it a quarter done; got %v", a)
	}
	e.clock.Advance(time.Second)
	if a := look("ScalingActivityId.1", id)[0]; a["StatusCode"] != "Successful" || a["Progress"] != 100.0 ||
		a["EndTime"] == nil ||
		a["ScalingGroupId"] != v.group() {
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
	for range world.ActivityHistory {
		e.ok(t, "AttachInstances", numbered(v.group(), v.ids()...)...)
		e.ok(t, "DetachInstances", numbered(v.group(), v.ids()...)...)
	}
	if e.world.Activity(first) != nil || e.world.Count().Activities != world.ActivityHistory {
		t.Errorf("wanted the last %d activities; got %d", world.ActivityHistory, e.world.Count().Activities)
	}
}
