package mock

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// refusals are the documented errors of DetachInstances, each in the state that produces it.
var refusals = []struct {
	name    string
	state   string
	change  func(p url.Values, v values)
	status  int
	code    string
	message func(v values) string
}{
	{
		"group inactive", inactive, nil, 400, "IncorrectScalingGroupStatus",
		fixed("The current status of the specified scaling group does not support this action."),
	},
	{
		"activity in progress",
		busy,
		nil,
		400,
		"ScalingActivityInProgress",
		fixed(
			"You cannot delete a scaling group or launch a new scaling activity while there is a scaling activity " +
				"in progress for the specified scaling group.",
		),
	},
	{
		"load balancer inactive", badLB, nil, 400, "IncorrectLoadBalancerStatus",
		fixed("The current status of the specified load balancer does not support this action."),
	},
	{
		"DB instance stopped", badDB, nil, 400, "IncorrectDBInstanceStatus",
		func(v values) string {
			return `The current status of DB instance "` + v.text("dbInstanceId") + `" does not support this action.`
		},
	},
	{
		"below MinSize", atMinSize, nil, 400, "IncorrectCapacity.MinSize",
		fixed("To remove the instances, the total capacity will be lesser than the MinSize."),
	},
	{
		"caller denied", deniedCall,
		func(p url.Values, v values) { p.Set("AccessKeyId", v.text("accessKeyId")) }, 403, "Forbidden.Unauthorized",
		fixed("A required authorization for the specified action is not supplied."),
	},
	{
		"group unknown",
		detachable,
		func(p url.Values, _ values) { p.Set("ScalingGroupId", "asg-00000000000000000000") },
		404,
		"InvalidScalingGroupId.NotFound",
		fixed("The specified scaling group does not exist."),
	},
	{
		"second instance unknown", detachable,
		func(p url.Values, _ values) { p.Set("InstanceId.2", "i-nobody") }, 404, "InvalidInstanceId.NotFound",
		fixed(`Instance "i-nobody" does not exist.`),
	},
}

func fixed(s string) func(values) string { return func(values) string { return s } }

func TestDetachInstancesRefuses(t *testing.T) {
	for _, c := range refusals {
		for _, format := range []Format{JSON, XML} {
			for method, request := range map[string]func(url.Values) *http.Request{"get": get, "post": post} {
				t.Run(c.name+"/"+string(format)+"/"+method, func(t *testing.T) {
					e := unsigned(t)
					v := e.setup(t, c.state, 2)
					before := e.members(t, v.group())
					p := params(numbered(v.group(), v.ids()...)...)
					if c.change != nil {
						c.change(p, v)
					}
					p.Set("Action", "DetachInstances")
					p.Set("Version", essVersion)
					p.Set("Format", string(format))
					r := refused(t, send(t, e, request(p)), c.status, c.code)

					if want := c.message(v); r.text("Message") != want {
						t.Errorf("wanted message %q; got %q", want, r.text("Message"))
					}
					if format == XML && r.root != "Error" {
						t.Errorf("wanted root Error; got %s", r.root)
					}
					if r.text("HostId") != "example.com" || r.text("RequestId") == "" ||
						r.text("ScalingActivityId") != "" {
						t.Errorf("wanted HostId, RequestId and no activity; got %s", r.body)
					}
					e.clock.Advance(time.Hour)
					if after := e.members(t, v.group()); c.state != busy && !maps.Equal(before, after) {
						t.Errorf("wanted a refusal without effect: %v; got %v", before, after)
					}
				})
			}
		}
	}
}

func TestDetachInstancesChecksItsParametersFirst(t *testing.T) {
	e := unsigned(t)
	v := e.setup(t, detachable, 2)
	for _, c := range []struct {
		name  string
		pairs []string
		code  string
	}{
		{"no group", []string{"InstanceId.1", "i-1"}, "MissingScalingGroupId"},
		{"empty group", []string{"ScalingGroupId", "", "InstanceId.1", "i-1"}, "MissingScalingGroupId"},
		{"group in lower case", []string{"scalingGroupId", v.group(), "InstanceId.1", "i-1"}, "MissingScalingGroupId"},
		{"no instance", []string{"ScalingGroupId", v.group()}, "MissingInstanceId"},
		{"empty instance", []string{"ScalingGroupId", v.group(), "InstanceId.1", ""}, "MissingInstanceId"},
		{"not numbered", []string{"ScalingGroupId", v.group(), "InstanceId", "i-1"}, "MissingInstanceId"},
		{"number spelt otherwise", []string{
			"ScalingGroupId", v.group(), "InstanceId.01", "i-1", "InstanceId.x", "i-1",
			"InstanceId.-1", "i-1",
		}, "MissingInstanceId"},
		{"number 0", append(numbered(v.group(), v.ids()...), "InstanceId.0", "i-1"), "InvalidParameter"},
		{"number 21", append(numbered(v.group(), v.ids()...), "InstanceId.21", "i-1"), "InvalidParameter"},
		{"number too large for a computer", append(numbered(v.group(), v.ids()...), "InstanceId.99999999999999999999",
			"i-1"), "InvalidParameter"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := refused(t, e.ess(t, "DetachInstances", c.pairs...), 400, c.code)
			if name, ok := strings.CutPrefix(
				c.code,
				"Missing",
			); ok &&
				r.text("Message") != name+" is mandatory for this action." {
				t.Errorf("got message %q", r.text("Message"))
			}
		})
	}
}

func TestDetachInstancesAccepts(t *testing.T) {
	for _, n := range []int{1, 3, 20} {
		for _, state := range []string{detachable, toMinSize, cooling} {
			t.Run(state+"/"+strconv.Itoa(n), func(t *testing.T) {
				e := unsigned(t)
				v := e.setup(t, state, n)
				before := e.members(t, v.group())
				id := e.ok(t, "DetachInstances", numbered(v.group(), v.ids()...)...).text("ScalingActivityId")
				if !strings.HasPrefix(id, "asa-") || len(id) != 24 {
					t.Errorf("wanted an activity id; got %q", id)
				}
				for _, i := range v.ids() {
					if got := e.members(t, v.group())[i]; got != Removing {
						t.Errorf("wanted %s to be Removing; got %q", i, got)
					}
				}
				refused(t, e.ess(t, "DetachInstances", numbered(v.group(), v.ids()...)...), 400,
					"ScalingActivityInProgress")

				e.clock.Advance(time.Second)
				for _, i := range v.ids() {
					delete(before, i)
				}
				if after := e.members(t, v.group()); !maps.Equal(before, after) {
					t.Errorf("wanted just the bystanders to stay: %v; got %v", before, after)
				}
				r := e.product(t, ecsVersion, "DescribeInstances", "RegionId", "r", "PageSize", "50",
					"InstanceIds", `["`+strings.Join(v.ids(), `","`)+`"]`)
				for _, i := range r.items("Instances", "Instance") {
					if i["Status"] != "Running" {
						t.Errorf("wanted %v to run on; got %v", i["InstanceId"], i["Status"])
					}
				}
				if got := len(r.items("Instances", "Instance")); got != n {
					t.Errorf("wanted %d instances to live on; got %d", n, got)
				}
			})
		}
	}
}

func TestDetachInstancesCountsTheWholeListAgainstMinSize(t *testing.T) {
	e := unsigned(t)
	v := e.setup(t, toMinSize, 2)
	var other string
	for id := range e.members(t, v.group()) {
		if !slices.Contains(v.ids(), id) {
			other = id
		}
	}
	refused(
		t,
		e.ess(t, "DetachInstances", numbered(v.group(), append(v.ids(), other)...)...),
		400,
		"IncorrectCapacity.MinSize",
	)
	e.ok(t, "DetachInstances", numbered(v.group(), v.ids()...)...)
}

func TestDetachInstancesCountsADuplicateOnce(t *testing.T) {
	e := unsigned(t)
	v := e.setup(t, toMinSize, 1)
	id := v.ids()[0]
	e.ok(t, "DetachInstances", numbered(v.group(), id, id, id)...)
}

func TestDetachInstancesRefusesInstancesOfOthers(t *testing.T) {
	e := unsigned(t)
	here, there := e.setup(t, detachable, 2), e.setup(t, detachable, 2)
	mixed := numbered(here.group(), here.ids()[0], there.ids()[0])
	refused(t, e.ess(t, "DetachInstances", mixed...), 400, "IncorrectInstanceStatus")

	e.ok(t, "DetachInstances", numbered(there.group(), there.ids()[0])...)
	e.clock.Advance(time.Second)
	for _, group := range []string{here.group(), there.group()} {
		refused(t, e.ess(t, "DetachInstances", numbered(group, there.ids()[0])...), 400, "IncorrectInstanceStatus")
	}
	if got := len(e.members(t, here.group())); got != 2+bystanders {
		t.Errorf("wanted the group untouched; got %d members", got)
	}
}

func TestDetachInstancesToleratesParametersOfLaterEditions(t *testing.T) {
	e := unsigned(t)
	v := e.setup(t, detachable, 1)
	e.ok(
		t,
		"DetachInstances",
		append(numbered(v.group(), v.ids()...), "DecreaseDesiredCapacity", "true", "ClientToken", "c",
			"RegionId", "anywhere", "Unheard-of", "")...)
}

func TestCooldownBeginsWhenAnActivityEnds(t *testing.T) {
	e := unsigned(t)
	v := e.setup(t, cooling, 2)
	release := e.world.Hold()
	g := e.world.Group(v.group())
	until, current := g.CooldownUntil, g.Current()
	release()
	if want := e.clock.Now().Add(300 * time.Second); !until.Equal(want) || current != nil {
		t.Errorf("wanted cooldown until %s and no activity; got %s, %v", want, until, current)
	}
}
