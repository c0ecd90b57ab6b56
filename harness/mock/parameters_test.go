package mock

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// group is one group as DescribeScalingGroups shows it.
func (e testMock) group(t *testing.T, id string) map[string]any {
	t.Helper()
	return e.ok(t, "DescribeScalingGroups", "RegionId", "r", "ScalingGroupId.1", id).items("ScalingGroups",
		"ScalingGroup")[0]
}

func TestGroupsAreFilteredByName(t *testing.T) {
	e := unsigned(t)
	for _, name := range []string{"a", "b", "c"} {
		e.ok(t, "CreateScalingGroup", "RegionId", "r", "MinSize", "0", "MaxSize", "1", "ScalingGroupName", name)
	}
	for _, c := range []struct {
		pairs []string
		want  string
	}{
		{[]string{"ScalingGroupName", "b"}, "b"},
		{[]string{"ScalingGroupName.1", "a", "ScalingGroupName.2", "c"}, "ac"},
		{[]string{"ScalingGroupName", "none"}, ""},
		{[]string{"GroupType", "ECI"}, ""},
		{[]string{"PageSize", "2", "PageNumber", "2"}, "c"},
	} {
		got := ""
		for _, g := range e.ok(t, "DescribeScalingGroups", append(c.pairs, "RegionId", "r")...).items("ScalingGroups",
			"ScalingGroup") {
			got += g["ScalingGroupName"].(string)
		}
		if got != c.want {
			t.Errorf("%v: wanted %q; got %q", c.pairs, c.want, got)
		}
	}
	names := ""
	for _, g := range decodeInto[struct {
		ScalingGroups []struct{ ScalingGroupName string }
	}](t,
		e.later(t, "DescribeScalingGroups", "RegionId", "r", "ScalingGroupNames.1", "b").body).ScalingGroups {
		names += g.ScalingGroupName
	}
	if names != "b" {
		t.Errorf("wanted the later edition's name of the list, too; got %q", names)
	}
}

func TestInstancesAreFiltered(t *testing.T) {
	e := unsigned(t)
	group, own, attached, entrusted := withAttached(t, e)
	for _, c := range []struct {
		pairs []string
		want  int
	}{
		{nil, 3 + bystanders},
		{[]string{"CreationType", "Attached"}, 2},
		{[]string{"CreationTypes.1", "Attached", "CreationTypes.2", "AutoCreated"}, 3 + bystanders},
		{[]string{"LifecycleStates.1", "Removing"}, 0},
		{[]string{"HealthStatus", "Unhealthy"}, 0},
		{[]string{"ScalingActivityId", "asa-none"}, 0},
		{[]string{"InstanceId.1", own, "InstanceId.2", attached, "CreationType", "Attached"}, 1},
	} {
		r := e.ok(t, "DescribeScalingInstances", append(c.pairs, "RegionId", "r", "ScalingGroupId", group)...)
		if r.fields["TotalCount"] != float64(c.want) || r.header.Get(UnsupportedHeader) != "" {
			t.Errorf(
				"%v: wanted %d; got %v, unsupported %q",
				c.pairs,
				c.want,
				r.fields["TotalCount"],
				r.header.Get(UnsupportedHeader),
			)
		}
	}
	r := e.ok(t, "DescribeScalingInstances", "RegionId", "r", "InstanceId.1", entrusted)
	if m := r.items("ScalingInstances", "ScalingInstance")[0]; m["Entrusted"] != true ||
		m["LoadBalancerWeight"] != 50.0 ||
		m["ScalingActivityId"] == "" {
		t.Errorf("wanted what attaching said; got %v", m)
	}
}

func TestLoadBalancerWeights(t *testing.T) {
	e := unsigned(t)
	from, to := e.setup(t, detachable, 3), e.setup(t, emptyGroup, 0)
	e.ok(t, "DetachInstances", numbered(from.group(), from.ids()...)...)
	e.clock.Advance(time.Second)
	e.ok(
		t,
		"AttachInstances",
		append(numbered(to.group(), from.ids()...), "LoadBalancerWeight.1", "10", "LoadBalancerWeight.3", "0")...)
	for n, want := range []float64{10, 50, 0} {
		r := e.ok(t, "DescribeScalingInstances", "RegionId", "r", "InstanceId.1", from.ids()[n])
		if got := r.items("ScalingInstances", "ScalingInstance")[0]["LoadBalancerWeight"]; got != want {
			t.Errorf("instance %d: wanted weight %v; got %v", n+1, want, got)
		}
	}
	refused(
		t,
		e.ess(t, "AttachInstances", append(numbered(to.group(), from.ids()...), "LoadBalancerWeight.1", "101")...),
		400,
		"InvalidParameter",
	)
}

func TestDesiredCapacity(t *testing.T) {
	e := unsigned(t)
	v := e.setup(t, detachable, 4) // and two bystanders
	e.ok(t, "ModifyScalingGroup", "ScalingGroupId", v.group(), "DesiredCapacity", "6")
	e.ok(t, "DetachInstances", numbered(v.group(), v.ids()[0])...)
	e.clock.Advance(time.Second)
	if g := e.group(t, v.group()); g["DesiredCapacity"] != 5.0 || g["TotalCapacity"] != 5.0 {
		t.Errorf("wanted the desired capacity to fall with the call; got %v of %v", g["TotalCapacity"],
			g["DesiredCapacity"])
	}
	e.ok(t, "DetachInstances", append(numbered(v.group(), v.ids()[1]), "DecreaseDesiredCapacity", "false")...)
	e.clock.Advance(time.Second)
	if g := e.group(t, v.group()); g["DesiredCapacity"] != 5.0 || g["PendingCapacity"] != 1.0 {
		t.Errorf("wanted the group to replace the instance; got %v", g)
	}
	e.clock.Advance(time.Second)
	if g := e.group(t, v.group()); g["TotalCapacity"] != 5.0 || g["ActiveCapacity"] != 5.0 {
		t.Errorf("wanted the group at its desired capacity; got %v", g)
	}
	refused(
		t,
		e.ess(t, "DetachInstances", append(numbered(v.group(), v.ids()[2]), "DecreaseDesiredCapacity", "perhaps")...),
		400,
		"InvalidParameter",
	)
	refused(
		t,
		e.ess(t, "ModifyScalingGroup", "ScalingGroupId", v.group(), "DesiredCapacity", "1000"),
		400,
		"InvalidParameter.Conflict",
	)
	if g := e.group(t, e.setup(t, detachable, 1).group()); g["DesiredCapacity"] != nil {
		t.Errorf("wanted none where none was set; got %v", g["DesiredCapacity"])
	}
}

func TestIgnoreInvalidInstance(t *testing.T) {
	e := unsigned(t)
	v, other := e.setup(t, detachable, 3), e.setup(t, detachable, 1)
	list := numbered(v.group(), v.ids()[0], "i-none", other.ids()[0])
	refused(
		t,
		e.ess(t, "DetachInstances", append(list, "IgnoreInvalidInstance", "false")...),
		404,
		"InvalidInstanceId.NotFound",
	)
	activity := e.ok(t, "DetachInstances", append(list, "IgnoreInvalidInstance", "true")...).text("ScalingActivityId")
	e.clock.Advance(time.Second)
	if m := e.members(t, v.group()); len(m) != 2+bystanders || len(e.members(t, other.group())) != 1+bystanders {
		t.Errorf("wanted the valid instance alone to leave; got %v", m)
	}
	a := e.ok(t, "DescribeScalingActivities", "RegionId", "r", "ScalingActivityId.1",
		activity).items("ScalingActivities", "ScalingActivity")[0]
	if message, _ := a["StatusMessage"].(string); a["StatusCode"] != "Warning" || !strings.Contains(message, "i-none") {
		t.Errorf("wanted a warning that names what was ignored; got %v", a)
	}
	refused(
		t,
		e.ess(t, "DetachInstances", append(numbered(v.group(), "i-none"), "IgnoreInvalidInstance", "true")...),
		404,
		"InvalidInstanceId.NotFound",
	)
	refused(t, e.ess(t, "DetachInstances", append(list, "IgnoreInvalidInstance", "maybe")...), 400, "InvalidParameter")
}

func TestClientToken(t *testing.T) {
	e := unsigned(t)
	v := e.setup(t, detachable, 3)
	first := e.ok(t, "DetachInstances", append(numbered(v.group(), v.ids()[0]), "ClientToken", "t")...).
		text("ScalingActivityId")
	e.clock.Advance(time.Second)
	again := e.ok(t, "DetachInstances", append(numbered(v.group(), v.ids()[0]), "ClientToken", "t")...)
	if again.text("ScalingActivityId") != first || len(e.members(t, v.group())) != 2+bystanders {
		t.Errorf("wanted the first answer and no second effect; got %s", again.body)
	}
	refused(
		t,
		e.ess(t, "DetachInstances", append(numbered(v.group(), v.ids()[1]), "ClientToken", "t")...),
		400,
		"IdempotentParameterMismatch",
	)
	if other := e.ok(t, "DetachInstances", append(numbered(v.group(), v.ids()[1]), "ClientToken", "u")...).
		text("ScalingActivityId"); other == first {
		t.Error("wanted another activity for another token")
	}
	for _, bad := range []string{strings.Repeat("x", 65), "ü", "a\nb"} {
		refused(
			t,
			e.ess(t, "DetachInstances", append(numbered(v.group(), v.ids()[2]), "ClientToken", bad)...),
			400,
			"InvalidParameter",
		)
	}
}

func TestClientTokenOfARefusedCallIsFree(t *testing.T) {
	e := unsigned(t)
	v := e.setup(t, inactive, 1)
	call := append(numbered(v.group(), v.ids()...), "ClientToken", "t")
	refused(t, e.ess(t, "DetachInstances", call...), 400, "IncorrectScalingGroupStatus")
	e.ok(t, "EnableScalingGroup", "ScalingGroupId", v.group())
	e.ok(t, "DetachInstances", call...)
}

func TestUnsupportedParametersAreNamed(t *testing.T) {
	var logged bytes.Buffer
	e := unsigned(t, func(o *Options) { o.ErrorLog = &logged })
	v := e.setup(t, detachable, 2)
	call := append(
		numbered(v.group(), v.ids()[0]),
		"LifecycleHook",
		"true",
		"DetachOption",
		"both",
		"scalinggroupid",
		"x",
		"OwnerId",
		"1",
		"RegionId",
		"r",
	)
	for range 2 {
		r := e.ess(t, "DetachInstances", call...)
		if got, want := r.header.Get(
			UnsupportedHeader,
		), "DetachOption, LifecycleHook, OwnerId, scalinggroupid"; got != want {
			t.Errorf("wanted %q; got %q", want, got)
		}
	}
	if n := strings.Count(logged.String(), "LifecycleHook is not supported"); n != 1 {
		t.Errorf("wanted one line; got %d in\n%s", n, logged.String())
	}
	for _, supported := range [][]string{
		{"DecreaseDesiredCapacity", "true"},
		{"IgnoreInvalidInstance", "true"},
		{"ClientToken", "c"},
		{"SignatureType", ""},
		{"InstanceId.7", ""},
	} {
		r := e.ess(t, "DetachInstances", append(numbered(v.group(), v.ids()[1]), supported...)...)
		if got := r.header.Get(UnsupportedHeader); got != "" {
			t.Errorf("%v: wanted it to be supported; got %q", supported, got)
		}
	}
	// Names of the other edition are not understood, and so are named.
	if r := e.ess(
		t,
		"DetachInstances",
		"ScalingGroupId",
		v.group(),
		"InstanceIds.1",
		v.ids()[0],
	); r.header.Get(
		UnsupportedHeader,
	) != "InstanceIds.1" {
		t.Errorf("wanted the later edition's name; got %q", r.header.Get(UnsupportedHeader))
	}
	if r := e.product(
		t,
		"2022-02-22",
		"DetachInstances",
		"ScalingGroupId",
		v.group(),
		"InstanceId.1",
		v.ids()[0],
	); r.header.Get(
		UnsupportedHeader,
	) != "InstanceId.1" {
		t.Errorf("wanted the earlier edition's name; got %q", r.header.Get(UnsupportedHeader))
	}
}

func TestUnsupportedNamesAreHarmless(t *testing.T) {
	var logged bytes.Buffer
	e := unsigned(t, func(o *Options) { o.ErrorLog = &logged })
	for i := range 2 * mostNotes {
		p := params(
			"Action",
			"DetachInstances",
			"Version",
			essVersion,
			fmt.Sprintf("x%d\r\n::error::\u202e%s", i, strings.Repeat("y", 200)),
			"1",
		)
		for n := range 2 * mostUnsupported {
			p.Set(fmt.Sprintf("many%d", n), "")
		}
		r := send(t, e, post(p))
		if h := r.header.Get(
			UnsupportedHeader,
		); strings.ContainsAny(h, "\r\n\u202e") ||
			len(h) > mostUnsupported*(mostTextBytes+2) {
			t.Fatalf("wanted a bounded, printable header; got %q", h)
		}
	}
	if lines := strings.Count(
		logged.String(),
		"\n",
	); lines > mostNotes ||
		strings.Contains(logged.String(), "\n::error") {
		t.Errorf("wanted at most %d harmless lines; got %d", mostNotes, lines)
	}
}

// Each operation names what it reads: a parameter that an operation acts on must not be called unsupported.
func TestOperationsNameTheirParameters(t *testing.T) {
	for _, o := range operations() {
		if len(o.Parameters) == 0 {
			t.Errorf("wanted %s to name its parameters", o.Name)
		}
		for _, p := range o.Preconditions {
			if name, ok := strings.CutSuffix(p.Name, " is there"); ok && name != "RegionId" && !listed(o, name) {
				t.Errorf("wanted %s to name %s, which it demands", o.Name, name)
			}
		}
	}
}

func listed(o *Operation, name string) bool {
	return slices.Contains(o.Parameters, name) || slices.Contains(o.Parameters, name+".N")
}

func TestGatewayTexts(t *testing.T) {
	e := verifying(t)
	v := e.setup(t, detachable, 1)
	p := v1Params(e, v, alice, "n")
	signed := signV1With(http.MethodGet, p, "wrong")
	r := refused(t, send(t, e, get(signed)), 400, "SignatureDoesNotMatch")
	want := "Specified signature is not matched with our calculation. server string to sign is:GET&%2F&"
	if !strings.HasPrefix(r.text("Message"), want) {
		t.Errorf("wanted %q; got %q", want, r.text("Message"))
	}
	if want := "https://api.aliyun.com/troubleshoot?q=SignatureDoesNotMatch&product=Ess&requestId=" + r.text(
		"RequestId",
	); r.text(
		"Recommend",
	) != want {
		t.Errorf("wanted %q; got %q", want, r.text("Recommend"))
	}
	p = v1Params(e, v, Credential{AccessKeyID: "STS.x"}, "n")
	if r := send(
		t,
		e,
		get(signV1With(http.MethodGet, p, "x")),
	); r.text(
		"Message",
	) != "SecurityToken is mandatory for this action." {
		t.Errorf("wanted the text of a missing token; got %s", r.body)
	}
	open := unsigned(t)
	if r := open.product(
		t,
		"2014-08-29",
		"DetachInstances",
	); r.text(
		"Message",
	) != "Specified parameter Version is not valid." {
		t.Errorf("wanted the text of a wrong version; got %s", r.body)
	}
}

func TestLogSaysWhatWasSignedWrongly(t *testing.T) {
	var logged bytes.Buffer
	e := unsigned(t, func(o *Options) {
		o.SkipVerification, o.Credentials, o.ErrorLog = false, []Credential{alice}, &logged
	})
	p := v1Params(e, e.setup(t, detachable, 1), alice, "n")
	refused(t, send(t, e, post(signV1With(http.MethodGet, p, alice.AccessKeySecret))), 400, "SignatureDoesNotMatch")
	want := "DetachInstances of alice: wrong signature: the method differs: the signature is one of a GET"
	if !strings.Contains(logged.String(), want) {
		t.Errorf("wanted %q; got %s", want, logged.String())
	}
	if strings.Contains(logged.String(), alice.AccessKeySecret) {
		t.Errorf("wanted no secret; got %s", logged.String())
	}
}
