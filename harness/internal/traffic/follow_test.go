package traffic

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/reports/har"
	"github.com/essconform/essconform/spec"
)

// recorded are exchanges, one after the other, each 100 ms after the one before; "@3s" is a pause.
type recorded struct {
	t       *testing.T
	at      time.Time
	entries []har.Read
	ids     int
}

func record(t *testing.T, steps ...string) []har.Read {
	t.Helper()
	r := &recorded{t: t, at: time.Unix(1_800_000_000, 0).UTC()}
	for _, s := range steps {
		if pause, ok := strings.CutPrefix(s, "@"); ok {
			d, err := time.ParseDuration(pause)
			if err != nil {
				t.Fatal(err)
			}
			r.at = r.at.Add(d)
			continue
		}
		r.step(s)
	}
	return r.entries
}

// answers are what a step gets, by its last word.
var codes = map[string]struct {
	status int
	code   string
}{
	"inactive": {400, "IncorrectScalingGroupStatus"}, "busy": {400, "ScalingActivityInProgress"},
	"min":     {400, "IncorrectCapacity.MinSize"},
	"unknown": {404, "InvalidInstanceId.NotFound"}, "denied": {403, "Forbidden.Unauthorized"},
	"balancer": {400, "IncorrectLoadBalancerStatus"},
	"other":    {400, "InvalidParameter"},
}

// step is "detach i-1,i-2 busy", "members i-1,i-2", "group Active 1", "activities asa-1=InProgress", "ecs i-1=Stopped"
// …
func (r *recorded) step(s string) {
	r.ids++
	words := strings.Fields(s + " - -")
	params := url.Values{"Version": {"2014-08-28"}, "Format": {"JSON"}, "ScalingGroupId": {"asg-1"}}
	id := fmt.Sprintf("4A0B7A2C-AAAA-4444-8888-%012d", r.ids)
	status, answer := 200, map[string]any{"RequestId": id}
	named := func(list string) {
		for i, id := range strings.Split(list, ",") {
			params.Set(fmt.Sprintf("InstanceId.%d", i+1), id)
		}
	}
	items := func(outer, inner string, list []any) {
		answer["TotalCount"], answer["PageNumber"], answer["PageSize"] = len(list), 1, 50
		answer[outer] = map[string]any{inner: list}
	}
	var pairs []any
	pair := func(list, name, value string, more map[string]any) []any {
		for _, p := range strings.Split(list, ",") {
			k, v, _ := strings.Cut(p, "=")
			if item := map[string]any{name: k, value: v}; k != "-" {
				for n, v := range more {
					item[n] = v
				}
				pairs = append(pairs, item)
			}
		}
		return pairs
	}
	switch words[0] {
	case "detach", "attach":
		params.Set("Action", map[string]string{"detach": "DetachInstances", "attach": "AttachInstances"}[words[0]])
		named(words[1])
		answer["ScalingActivityId"] = words[2]
	case "enable":
		params.Set("Action", "EnableScalingGroup")
	case "disable":
		params.Set("Action", "DisableScalingGroup")
	case "minsize":
		params.Set("Action", "ModifyScalingGroup")
		params.Set("MinSize", words[1])
	case "remove":
		params.Set("Action", "RemoveInstances")
		if words[3] != "-" {
			params.Set("ScalingGroupId", words[3])
		}
		named(words[1])
	case "create":
		params.Del("ScalingGroupId")
		params.Set("Action", "CreateScalingGroup")
		params.Set("MinSize", words[1])
		answer["ScalingGroupId"] = "asg-1"
	case "members":
		params.Set("Action", "DescribeScalingInstances")
		items("ScalingInstances", "ScalingInstance",
			pair(words[1], "InstanceId", "LifecycleState", map[string]any{"ScalingGroupId": "asg-1"}))
	case "page":
		params.Set("Action", "DescribeScalingInstances")
		items("ScalingInstances", "ScalingInstance",
			pair(words[1], "InstanceId", "LifecycleState", map[string]any{"ScalingGroupId": "asg-1"}))
		number, total, _ := strings.Cut(words[2], "/")
		params.Set("PageNumber", number)
		answer["TotalCount"] = json.Number(total)
	case "group":
		params.Del("ScalingGroupId")
		params.Set("ScalingGroupId.1", "asg-1")
		params.Set("Action", "DescribeScalingGroups")
		items("ScalingGroups", "ScalingGroup", []any{map[string]any{
			"ScalingGroupId": "asg-1", "LifecycleState": words[1], "MinSize": words[2], "MaxSize": 10,
			"DefaultCooldown": 300,
		}})
	case "activities":
		params.Set("Action", "DescribeScalingActivities")
		items("ScalingActivities", "ScalingActivity",
			pair(words[1], "ScalingActivityId", "StatusCode", map[string]any{"ScalingGroupId": "asg-1"}))
	case "activity":
		params.Set("Action", "DescribeScalingActivities")
		k, _, _ := strings.Cut(words[1], "=")
		params.Set("ScalingActivityId.1", k)
		items("ScalingActivities", "ScalingActivity",
			pair(words[1], "ScalingActivityId", "StatusCode", map[string]any{"ScalingGroupId": "asg-1"}))
	case "missing":
		params.Set("Action", "DescribeScalingActivities")
		params.Set("ScalingActivityId.1", words[1])
		items("ScalingActivities", "ScalingActivity", []any{})
	case "ecs":
		params = url.Values{"Version": {ecsVersion}, "Action": {"DescribeInstances"}, "Format": {"JSON"}}
		list := pair(words[1], "InstanceId", "Status", nil)
		var ids []string
		for _, p := range list {
			ids = append(ids, p.(map[string]any)["InstanceId"].(string))
		}
		asked, _ := json.Marshal(ids) // of strings
		params.Set("InstanceIds", string(asked))
		items("Instances", "Instance", list)
	case "stop":
		params = url.Values{"Version": {ecsVersion}, "Action": {"StopInstance"}, "InstanceId": {words[1]}}
	default:
		r.t.Fatalf("no step %q", s)
	}
	if refused, ok := codes[words[2]]; ok && words[0] == "detach" {
		message := "m"
		if words[2] == "unknown" {
			message = "Instance \"" + strings.Split(words[1], ",")[0] + "\" does not exist."
		}
		status, answer = refused.status, map[string]any{
			"RequestId": id, "HostId": "h", "Code": refused.code,
			"Message": message,
		}
		contract, err := spec.Default()
		if err != nil {
			r.t.Fatal(err)
		}
		if e, ok := contract.Error(refused.code); ok && words[2] != "unknown" {
			answer["Message"] = e.Message
		}
	}
	text, err := json.Marshal(answer)
	if err != nil {
		r.t.Fatal(err)
	}
	body := string(text)
	r.entries = append(r.entries, har.Read{
		StartedDateTime: r.at.Format(time.RFC3339Nano), Time: 20,
		Request: har.ReadRequest{Method: "GET", URL: "http://127.0.0.1:9090/?" + params.Encode()},
		Response: har.ReadResponse{
			Status: status,
			Headers: []har.Pair{
				{Name: "Content-Type", Value: "application/json"},
				{Name: "X-Acs-Request-Id", Value: id},
			},
			Content: har.ReadContent{Size: len(body), Text: &body},
		},
	})
	r.at = r.at.Add(100 * time.Millisecond)
}

func collect(t *testing.T, entries []har.Read) *Collector {
	t.Helper()
	contract, err := spec.Default()
	if err != nil {
		t.Fatal(err)
	}
	c := &Collector{Contract: contract, Lag: -1}
	for _, e := range entries {
		if err := c.Add(e); err != nil {
			t.Fatal(err)
		}
	}
	c.EndOfFile()
	return c
}

// followed are the requirements that groups violate and satisfy.
func followed(c *Collector) (violated, satisfied []string) {
	for _, r := range c.Results {
		if !strings.HasPrefix(r.ID, "recorded.group.") {
			continue
		}
		var found []string
		for _, f := range r.Findings {
			found = append(found, f.Requirement)
		}
		violated = append(violated, found...)
		for _, id := range r.Checked {
			if !slices.Contains(found, id) {
				satisfied = append(satisfied, id)
			}
		}
	}
	slices.Sort(violated)
	slices.Sort(satisfied)
	return violated, slices.Compact(satisfied)
}

func TestGroupsAreFollowed(t *testing.T) {
	ended := func(id string) string { return "activity " + id + "=Successful" }
	for name, c := range map[string]struct {
		steps     []string
		violated  string
		satisfied string
	}{
		"a detached instance is gone": {
			[]string{
				"group Active 0", "members i-1,i-2", "detach i-1 asa-1", ended("asa-1"), "@2s",
				"activities asa-1=Successful", "members i-2",
			},
			"", "activity.observable detach.leaves-group detach.one",
		},
		"it is still there": {
			[]string{
				"group Active 0", "members i-1,i-2", "detach i-1 asa-1", ended("asa-1"), "@2s",
				"activities asa-1=Successful", "members i-1,i-2",
			},
			"detach.leaves-group", "activity.observable detach.one",
		},
		"it may still be shown, for a while": {
			[]string{
				"group Active 0", "members i-1,i-2", "detach i-1 asa-1", ended("asa-1"),
				"activities asa-1=Successful", "members i-1,i-2",
			},
			"", "activity.observable detach.one",
		},
		"another one is gone": {
			[]string{
				"group Active 0", "members i-1,i-2,i-3", "detach i-1 asa-1", ended("asa-1"), "@2s",
				"activities asa-1=Successful", "members i-2",
			},
			"detach.leaves-group", "activity.observable detach.one",
		},
		"another one is gone, and so is the list of activities": {
			[]string{"group Active 0", "members i-1,i-2,i-3", "detach i-1 asa-1", ended("asa-1"), "@2s", "members i-2"},
			"", "activity.observable detach.one",
		},
		"a refused call took effect": {
			[]string{"group Active 0", "members i-1,i-2", "detach i-1 denied", "@2s", "activities -", "members i-2"},
			"error.no-effect", "",
		},
		"a refused call had none": {
			[]string{
				"group Active 0", "members i-1,i-2", "detach i-1 denied", "@2s", "activities -",
				"members i-1,i-2",
			},
			"", "error.no-effect",
		},
		"accepted while the group is inactive": {
			[]string{"group Active 0", "members i-1,i-2", "disable", "detach i-1 asa-1"}, "group.enabled", "",
		},
		"refused while it is": {
			[]string{"group Active 0", "members i-1,i-2", "disable", "detach i-1 inactive"}, "", "group.enabled",
		},
		"refused as inactive while it is active": {
			[]string{"group Active 0", "members i-1,i-2", "detach i-1 inactive"}, "group.enabled", "",
		},
		"refused as inactive, and nobody looked": {
			[]string{"members i-1,i-2", "detach i-1 inactive"}, "", "",
		},
		"inactive, without a look at the members": {
			[]string{"disable", "detach i-1 asa-1"}, "group.enabled", "",
		},
		"below MinSize": {
			[]string{"group Active 2", "members i-1,i-2", "detach i-1 asa-1"}, "group.min-size", "",
		},
		"MinSize was raised": {
			[]string{"group Active 0", "members i-1,i-2", "minsize 2", "detach i-1 asa-1"}, "group.min-size", "",
		},
		"at MinSize": {
			[]string{"group Active 2", "members i-1,i-2", "detach i-1 min"}, "", "group.min-size",
		},
		"there is room above MinSize": {
			[]string{"group Active 0", "members i-1,i-2", "detach i-1 min"}, "group.min-size", "",
		},
		"MinSize is not known": {
			[]string{"members i-1,i-2", "detach i-1 min", "detach i-2 asa-1"}, "", "detach.one",
		},
		"a member that does not exist": {
			[]string{"group Active 0", "members i-1,i-2", "detach i-1 unknown"}, "instance.exists", "",
		},
		"an instance that nobody saw": {
			[]string{"group Active 0", "members i-1,i-2", "detach i-9 unknown", "detach i-9 other"},
			"",
			"instance.in-group",
		},
		"an instance of no group is detached": {
			[]string{"group Active 0", "members i-1,i-2", "detach i-9 asa-1"}, "instance.in-group", "",
		},
		"detached twice": {
			[]string{"group Active 0", "detach i-1 asa-1", ended("asa-1"), "@2s", "detach i-1 asa-2"},
			"instance.in-group", "activity.observable activity.unique detach.one",
		},
		"a second call while the activity runs": {
			[]string{"members i-1,i-2,i-3", "detach i-1 asa-1", "detach i-2 asa-2", "@2s", "activity asa-1=InProgress"},
			"group.idle", "activity.unique detach.one",
		},
		"a second call is refused": {
			[]string{"members i-1,i-2,i-3", "detach i-1 asa-1", "detach i-2 busy", "@2s", "activity asa-1=InProgress"},
			"", "detach.one group.idle",
		},
		"busy with what nobody looked at": {
			[]string{"members i-1,i-2,i-3", "detach i-1 busy"}, "", "",
		},
		"busy with an activity of the service": {
			[]string{"members i-1,i-2,i-3", "detach i-1 busy", "@2s", "activities asa-9=InProgress"}, "", "",
		},
		"busy with nothing": {
			[]string{"group Active 0", "members i-1,i-2,i-3", "activities -", "detach i-1 busy", "@2s", "activities -"},
			"group.idle", "",
		},
		"busy with nothing, in a group that nobody looked at": {
			[]string{"members i-1,i-2,i-3", "activities -", "detach i-1 busy", "@2s", "activities -"}, "", "",
		},
		"a balancer that nobody looked at": {
			[]string{"group Active 0", "members i-1,i-2", "detach i-1 balancer"}, "", "",
		},
		"an activity that cannot be found": {
			[]string{"members i-1,i-2", "detach i-1 asa-1", "@2s", "missing asa-1"},
			"activity.observable",
			"detach.one",
		},
		"an instance is stopped": {
			[]string{
				"group Active 0", "members i-1,i-2", "ecs i-1=Running", "detach i-1 asa-1", ended("asa-1"), "@2s",
				"ecs i-1=Stopped", "members i-2",
			},
			"detach.keeps-running", "activity.observable detach.leaves-group detach.one",
		},
		"an instance is stopped, and the members are looked at first": {
			[]string{
				"group Active 0", "members i-1,i-2", "ecs i-1=Running", "detach i-1 asa-1", ended("asa-1"), "@2s",
				"members i-2", "ecs i-1=Stopped",
			},
			"detach.keeps-running", "activity.observable detach.leaves-group detach.one",
		},
		"it runs on": {
			[]string{
				"group Active 0", "members i-1,i-2", "ecs i-1=Running", "detach i-1 asa-1", ended("asa-1"), "@2s",
				"members i-2", "ecs i-1=Running",
			},
			"", "activity.observable detach.keeps-running detach.leaves-group detach.one",
		},
		"a call that is not followed came before the look": {
			[]string{
				"group Active 0", "members i-1,i-2", "ecs i-1=Running", "detach i-1 asa-1", ended("asa-1"), "@2s",
				"members i-2", "remove i-1 - asg-2",
				"@2s", "ecs i-1=Stopped",
			},
			"", "activity.observable detach.leaves-group detach.one",
		},
		"it was stopped by a call": {
			[]string{
				"group Active 0", "members i-1,i-2", "ecs i-1=Running", "detach i-1 asa-1", ended("asa-1"), "stop i-1",
				"@2s", "ecs i-1=Stopped", "members i-2",
			},
			"", "activity.observable detach.leaves-group detach.one",
		},
		"a change that is not followed": {
			[]string{"group Active 2", "members i-1,i-2", "remove i-9", "detach i-1 asa-1"}, "", "detach.one",
		},
		"a member that the service made": {
			[]string{"group Active 2", "members i-1,i-2", "@2s", "members i-1,i-2,i-3", "detach i-3 asa-1"},
			"",
			"detach.one group.min-size-boundary",
		},
		"a page of a longer list": {
			[]string{"group Active 2", "page i-1,i-2 1/99", "detach i-7 asa-1"}, "", "detach.one",
		},
		"all pages of a list": {
			[]string{"group Active 2", "page i-1,i-2 1/3", "page i-3 2/3", "detach i-1,i-2 asa-1"},
			"group.min-size",
			"",
		},
		"pages in another order": {
			[]string{"group Active 2", "page i-3 2/3", "page i-1,i-2 1/3", "detach i-1,i-2 asa-1"}, "", "detach.many",
		},
		"a page that comes twice": {
			[]string{"group Active 2", "page i-1,i-2 1/4", "page i-1,i-2 2/4", "detach i-1,i-2 asa-1"},
			"",
			"detach.many",
		},
		"pages that do not agree": {
			[]string{"group Active 2", "page i-1,i-2 1/4", "page i-3 2/3", "detach i-1,i-2 asa-1"}, "", "detach.many",
		},
		"a page that is asked for much later": {
			[]string{"group Active 2", "page i-1,i-2 1/3", "@1m", "page i-3 2/3", "detach i-1,i-2 asa-1"},
			"",
			"detach.many",
		},
		"a call between two pages": {
			[]string{"group Active 0", "page i-1,i-2 1/3", "attach i-4 asa-1", "page i-3 2/3", "detach i-3 unknown"},
			"", "",
		},
		"the same, and then a whole list": {
			[]string{
				"group Active 0", "page i-1,i-2 1/3", "attach i-4 asa-1", "@2s", ended("asa-1"),
				"page i-1,i-2 1/4", "page i-3,i-4 2/4", "detach i-3 unknown",
			},
			"instance.exists", "",
		},
		"detached, attached and detached, of members that nobody saw": {
			[]string{
				"group Active 0", "detach i-1 asa-1", ended("asa-1"), "attach i-1 asa-2", ended("asa-2"),
				"detach i-1 asa-3", ended("asa-3"),
			}, "", "activity.observable activity.unique detach.one",
		},
		"the same, and detached once more": {
			[]string{
				"group Active 0", "detach i-1 asa-1", ended("asa-1"), "attach i-1 asa-2", ended("asa-2"),
				"detach i-1 asa-3", ended("asa-3"), "@2s", "detach i-1 asa-4",
			}, "instance.in-group", "activity.observable activity.unique detach.one",
		},
		"a group that was made, and filled": {
			[]string{
				"create 0", "enable", "attach i-1,i-2 asa-1", ended("asa-1"), "minsize 2", "detach i-1 min",
				"detach i-2 asa-2",
			},
			"group.min-size", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			steps := c.steps
			// the group is known for a while
			if first, _, _ := strings.Cut(steps[0], " "); first == "group" || first == "members" {
				steps = append([]string{steps[0], "@2s"}, steps...)
			}
			violated, satisfied := followed(collect(t, record(t, steps...)))
			g.Expect(strings.Join(violated, " ")).To(Equal(c.violated), "violated")
			g.Expect(strings.Join(satisfied, " ")).To(Equal(c.satisfied), "satisfied")
		})
	}
}

// TestGroupsJustArranged: before the first call somebody else made the group what it is, which a look may not show yet.
func TestGroupsJustArranged(t *testing.T) {
	for name, c := range map[string]struct {
		steps     []string
		violated  string
		satisfied string
	}{
		"a member that did not show": {
			[]string{
				"group Active 0", "members i-1", "detach i-2 asa-1", "activity asa-1=Successful", "@2s",
				"group Active 0", "members i-1",
			},
			"", "activity.observable detach.one",
		},
		"others that did not show": {
			[]string{
				"group Active 0", "members i-1", "detach i-1 asa-1", "activity asa-1=Successful", "@2s",
				"activities asa-1=Successful",
				"group Active 0", "members i-2,i-3",
			}, "", "activity.observable detach.one",
		},
		"MinSize, and nobody looked again": {
			[]string{"group Active 2", "members i-1,i-2", "detach i-1 asa-1", "@2s", "members i-2"}, "", "detach.one",
		},
		"MinSize, and it is still the same": {
			[]string{"group Active 2", "members i-1,i-2", "detach i-1 asa-1", "@2s", "group Active 2", "members i-2"},
			"group.min-size", "",
		},
		"MinSize, and it is another one": {
			[]string{"group Active 2", "members i-1,i-2", "detach i-1 asa-1", "@2s", "group Active 0", "members i-2"},
			"", "detach.one",
		},
		"MinSize was changed by a call": {
			[]string{
				"group Active 0", "members i-1,i-2", "minsize 2", "detach i-1 min", "@2s", "group Active 2",
				"members i-1,i-2",
			},
			"", "error.no-effect group.min-size",
		},
		"it is still there": {
			[]string{
				"group Active 0", "members i-1,i-2", "detach i-1 asa-1", "activity asa-1=Successful", "@2s",
				"activities asa-1=Successful",
				"group Active 0", "members i-1,i-2",
			}, "detach.leaves-group", "activity.observable detach.one",
		},
		"a call that was refused names another one": {
			[]string{
				"group Active 0", "members i-1,i-2", "detach i-9,i-1 unknown", "@2s", "group Active 0",
				"members i-1,i-2",
			}, "", "error.no-effect",
		},
		"MinSize, and a member that did not show": {
			[]string{
				"group Active 2", "members i-1,i-2", "detach i-3 asa-1", "detach i-1 min", "@2s", "group Active 2",
				"members i-1,i-2",
			}, "", "detach.one",
		},
		"no member, and nobody looked again": {[]string{"group Active 0", "members i-1", "detach i-1 unknown"}, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			violated, satisfied := followed(collect(t, record(t, c.steps...)))
			g.Expect(strings.Join(violated, " ")).To(Equal(c.violated), "violated")
			g.Expect(strings.Join(satisfied, " ")).To(Equal(c.satisfied), "satisfied")
		})
	}
}

func TestFindingsOfGroupsShowTheirSteps(t *testing.T) {
	g := NewWithT(t)
	c := collect(t, record(t, "group Active 0", "@2s", "members i-1,i-2", "disable", "detach i-1 asa-1"))
	var found reports.Finding
	for _, r := range c.Results {
		if strings.HasPrefix(r.ID, "recorded.group.") {
			found = r.Findings[0]
		}
	}
	var steps []string
	for _, l := range found.History {
		steps = append(steps, l.Text)
	}
	g.Expect(steps).To(HaveExactElements(
		"DescribeScalingInstances asg-1 -> 2 members, i-1, i-2",
		"DisableScalingGroup asg-1 -> accepted",
		"DetachInstances asg-1: i-1 -> accepted asa-1",
	))
	g.Expect(found.History[len(found.History)-1].Marked).To(BeTrue())
	g.Expect(c.Supporting).To(Equal(3))
}

func TestEntriesWithoutTimeAreNotFollowed(t *testing.T) {
	g := NewWithT(t)
	entries := record(t, "group Active 0", "members i-1,i-2", "disable", "detach i-1 asa-1")
	entries[1].StartedDateTime = "yesterday"
	c := collect(t, entries)
	violated, _ := followed(c)
	g.Expect(violated).To(BeEmpty())
	g.Expect(c.Summary()).To(ContainSubstring("an entry has no time"))
}

// TestMessageOfAnInstanceElsewhere: an instance that is in another group may be refused with whatever message.
func TestMessageOfAnInstanceElsewhere(t *testing.T) {
	for _, c := range []struct {
		steps []string
		want  []string
	}{
		{[]string{"detach i-1 unknown"}, []string{"error.message.InvalidInstanceId.NotFound"}},
		{[]string{"members i-1", "detach i-1 unknown"}, nil},
	} {
		g := NewWithT(t)
		entries := record(t, c.steps...)
		content := &entries[len(entries)-1].Response.Content
		content.Text = new(strings.ReplaceAll(*content.Text, "does not exist", "is another's"))
		content.Size = len(*content.Text)
		var found []string
		for _, f := range collect(t, entries).Results[0].Findings {
			found = append(found, f.Requirement)
		}
		g.Expect(found).To(Equal(c.want))
	}
}

func TestEachFileHasItsOwnClock(t *testing.T) {
	g := NewWithT(t)
	contract, err := spec.Default()
	g.Expect(err).NotTo(HaveOccurred())
	c := &Collector{Contract: contract, Lag: -1}
	for _, steps := range [][]string{{"group Active 0", "members i-1,i-2", "disable"}, {"detach i-1 asa-1"}} {
		for _, e := range record(t, steps...) {
			g.Expect(c.Add(e)).To(Succeed())
		}
		c.EndOfFile()
	}
	violated, _ := followed(c)
	g.Expect(violated).To(BeEmpty())
}
