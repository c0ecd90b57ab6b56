package mock

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/essconform/essconform/harness/mock/internal/request"
)

// later calls an operation of the later edition.
func (e testMock) later(t testing.TB, action string, pairs ...string) reply {
	t.Helper()
	return accepted(t, e.product(t, request.LaterVersion, action, pairs...))
}

// laterGroups, laterInstances and laterActivities are the answers of edition 2022-02-22 as its generated clients
// decode them: a list is an array, and nothing else is read.
type (
	laterGroups struct {
		TotalCount, PageNumber, PageSize int
		RequestID                        string `json:"RequestId"`
		ScalingGroups                    []struct {
			ScalingGroupID  string `json:"ScalingGroupId"`
			LifecycleState  string
			MinSize         int
			MaxSize         int
			LoadBalancerIDs []string `json:"LoadBalancerIds"`
			DBInstanceIDs   []string `json:"DBInstanceIds"`
		}
	}
	laterInstances struct {
		ScalingInstances []struct {
			InstanceID     string `json:"InstanceId"`
			LifecycleState string
			Entrusted      bool
		}
	}
	laterActivities struct {
		ScalingActivities []struct {
			ScalingActivityID string `json:"ScalingActivityId"`
			StatusCode        string
		}
	}
)

func decodeInto[T any](t *testing.T, body string) (out T) {
	t.Helper()
	if err := json.Unmarshal([]byte(body), &out); err != nil {
		t.Fatalf("wanted an answer that a client of 2022-02-22 decodes; got %v in %s", err, body)
	}
	return out
}

func TestLaterEditionHasFlatLists(t *testing.T) {
	e := unsigned(t)
	v := e.setup(t, detachable, 2)
	groups := decodeInto[laterGroups](
		t,
		e.later(t, "DescribeScalingGroups", "RegionId", "r", "ScalingGroupIds.1", v.group()).body,
	)
	if len(groups.ScalingGroups) != 1 || groups.ScalingGroups[0].ScalingGroupID != v.group() || groups.TotalCount != 1 {
		t.Fatalf("wanted the one group; got %+v", groups)
	}
	if g := groups.ScalingGroups[0]; g.LifecycleState != "Active" || len(g.LoadBalancerIDs) != 1 ||
		len(g.DBInstanceIDs) != 1 {
		t.Errorf("wanted flat lists inside, too; got %+v", g)
	}
	activity := e.later(t, "DetachInstances", "ScalingGroupId", v.group(), "InstanceIds.1", v.ids()[0]).
		text("ScalingActivityId")
	members := decodeInto[laterInstances](
		t,
		e.later(
			t,
			"DescribeScalingInstances",
			"RegionId",
			"r",
			"ScalingGroupId",
			v.group(),
			"InstanceIds.1",
			v.ids()[0],
		).body,
	)
	if len(members.ScalingInstances) != 1 || members.ScalingInstances[0].LifecycleState != "Removing" {
		t.Errorf("wanted the instance on its way out; got %+v", members)
	}
	e.clock.Advance(time.Second)
	activities := decodeInto[laterActivities](
		t,
		e.later(t, "DescribeScalingActivities", "RegionId", "r", "ScalingActivityIds.1", activity).body,
	)
	if len(activities.ScalingActivities) != 1 || activities.ScalingActivities[0].StatusCode != "Successful" {
		t.Errorf("wanted the activity; got %+v", activities)
	}
	if body := e.later(
		t,
		"DescribeScalingInstances",
		"RegionId",
		"r",
		"ScalingGroupId",
		"asg-none",
	).body; !strings.Contains(
		body,
		`"ScalingInstances":[]`,
	) {
		t.Errorf("wanted an empty list to be an array; got %s", body)
	}
}

// The recorded answer of the later edition has the members that ours has, in the same places.
func TestLaterEditionHasTheRecordedShape(t *testing.T) {
	recorded, err := os.ReadFile("testdata/answer-2022-describe-scaling-groups.json")
	if err != nil {
		t.Fatal(err)
	}
	if got := decodeInto[laterGroups](
		t,
		string(recorded),
	); len(got.ScalingGroups) != 1 ||
		got.ScalingGroups[0].MaxSize != 10 {
		t.Fatalf("wanted the recorded answer to decode; got %+v", got)
	}
	e := unsigned(t)
	v := e.setup(t, detachable, 1)
	ours := e.later(t, "DescribeScalingGroups", "RegionId", "r", "ScalingGroupIds.1", v.group()).fields
	var theirs map[string]any
	if err := json.Unmarshal(recorded, &theirs); err != nil {
		t.Fatal(err)
	}
	wantMembers(t, "", theirs, ours)
}

func wantMembers(t *testing.T, path string, want, got map[string]any) {
	t.Helper()
	for name, value := range want {
		inside, isList := value.([]any)
		list, ourList := got[name].([]any)
		switch {
		case got[name] == nil || isList != ourList:
			t.Errorf("wanted %s/%s as %T; got %T", path, name, value, got[name])
		case isList:
			wantMembers(t, path+"/"+name, inside[0].(map[string]any), list[0].(map[string]any))
		}
	}
}

func TestEarlierEditionNestsLists(t *testing.T) {
	e := unsigned(t)
	v := e.setup(t, detachable, 1)
	body := e.ok(t, "DescribeScalingGroups", "RegionId", "r", "ScalingGroupId.1", v.group()).body
	if !strings.Contains(body, `"ScalingGroups":{"ScalingGroup":[{`) ||
		!strings.Contains(body, `"LoadBalancerIds":{"LoadBalancerId":["lb-`) {
		t.Errorf("wanted nested lists; got %s", body)
	}
}
