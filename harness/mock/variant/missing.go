package variant

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"

	"github.com/essconform/essconform/harness/mock"
)

func parseWith(next func(*http.Request, []byte) *mock.Request, edit func(*mock.Request)) func(*http.Request,
	[]byte) *mock.Request {
	return func(r *http.Request, body []byte) *mock.Request {
		q := next(r, body)
		edit(q)
		return q
	}
}

// cloned keeps an edit of the parameters away from those that are signed.
func cloned(v url.Values) url.Values {
	out := make(url.Values, len(v))
	for name, values := range v {
		out[name] = slices.Clone(values)
	}
	return out
}

// lacking is a server without some operations.
func lacking(names ...string) func(*mock.Options) {
	return rules(func(r *mock.Rules) {
		r.Operations = slices.DeleteFunc(r.Operations,
			func(o *mock.Operation) bool { return slices.Contains(names, o.Name) })
	})
}

// unknown answers 404 to the setup of some states.
func unknown(states ...string) func(*mock.Options) {
	return handler(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == mock.StatesPath {
				body, err := io.ReadAll(r.Body)
				var message struct{ State string }
				if err == nil && json.Unmarshal(body, &message) == nil && slices.Contains(states, message.State) {
					http.NotFound(w, r)
					return
				}
				r.Body = io.NopCloser(bytes.NewReader(body))
			}
			next.ServeHTTP(w, r)
		})
	})
}

// about is what cannot be verified without an error's state.
func about(rule, code string) []string {
	return []string{rule, "error.status." + code, "error.code." + code, "error.message." + code}
}

// missing are servers without something that a suite needs.
func missing() []Variant {
	followed := []string{"activity.observable", "detach.leaves-group", "detach.keeps-running", "detach.independent"}
	return []Variant{
		{
			Name: "no-supporting-operations", Note: "DetachInstances is the only operation",
			Options: rules(func(r *mock.Rules) {
				r.Operations = []*mock.Operation{r.Operation("DetachInstances")}
			}), Cannot: append([]string{"error.no-effect", "instance.in-group"}, followed...),
		},
		{
			Name: "no-activities", Note: "there is no DescribeScalingActivities",
			Options: lacking("DescribeScalingActivities"), Cannot: followed,
		},
		{
			Name: "no-members", Note: "there is no DescribeScalingInstances",
			Options: lacking("DescribeScalingInstances"),
			Cannot: []string{
				"detach.leaves-group", "detach.keeps-running", "detach.independent", "error.no-effect",
				"instance.in-group",
			},
		},
		{
			Name: "no-attach", Note: "there is no AttachInstances", Options: lacking("AttachInstances"),
			Cannot: []string{"detach.independent"},
		},
		{
			Name: "no-ecs", Note: "there is no DescribeInstances", Options: lacking("DescribeInstances"),
			Cannot: []string{"detach.keeps-running"},
		},
		{
			Name: "no-groups", Note: "there is no DescribeScalingGroups", Options: lacking("DescribeScalingGroups"),
			Partial: true,
		},
		{
			Name: "state-inactive-unknown", Note: "no inactive group can be arranged",
			Options: unknown("an inactive scaling group"),
			Cannot:  about("group.enabled", "IncorrectScalingGroupStatus"),
		},
		{
			Name: "state-activity-unknown", Note: "no group with an activity in progress can be arranged",
			Options: unknown("a scaling group with a scaling activity in progress"),
			Cannot:  about("group.idle", "ScalingActivityInProgress"),
		},
		{
			Name: "state-balancer-unknown", Note: "no load balancer can be arranged",
			Options: unknown("a scaling group with an inactive load balancer"),
			Cannot:  about("group.load-balancer", "IncorrectLoadBalancerStatus"),
		},
		{
			Name: "state-database-unknown", Note: "no DB instance can be arranged",
			Options: unknown("a scaling group with a DB instance that is not running"),
			Cannot:  about("group.db-instance", "IncorrectDBInstanceStatus"),
		},
		{
			Name: "state-caller-unknown", Note: "no caller without permission can be arranged",
			Options: unknown("a caller without permission to detach instances"),
			Cannot:  about("auth.unauthorized", "Forbidden.Unauthorized"),
		},
		{
			Name: "state-cooldown-unknown", Note: "no cooldown can be arranged",
			Options: unknown("a scaling group in its cooldown period"), Cannot: []string{"group.cooldown"},
		},
		{Name: "state-min-size-unknown", Note: "no group at or near its MinSize can be arranged", Options: unknown(
			"a scaling group at its minimum size", "a scaling group that detaching brings down to its minimum size",
		), Cannot: append(about("group.min-size", "IncorrectCapacity.MinSize"), "group.min-size-boundary")},
		{
			Name: "state-empty-group-unknown", Note: "no empty group can be arranged",
			Options: unknown("an active scaling group without instances"), Cannot: []string{"detach.independent"},
		},
	}
}
