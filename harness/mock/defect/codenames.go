package defect

// documented is one error of the operation's page, as a defect needs to know it.
type documented struct {
	code   string
	status int
	// rule is the requirement about when the error comes.
	rule string
	// named tells that the message names an id.
	named bool
}

// documentedErrors is the page's table. Written down here once more: the judged mock and its defects share nothing with
// the judge.
func documentedErrors() []documented {
	return []documented{
		{"IncorrectScalingGroupStatus", 400, "group.enabled", false},
		{"ScalingActivityInProgress", 400, "group.idle", false},
		{"IncorrectLoadBalancerStatus", 400, "group.load-balancer", false},
		{"IncorrectDBInstanceStatus", 400, "group.db-instance", true},
		{"IncorrectCapacity.MinSize", 400, "group.min-size", false},
		{"Forbidden.Unauthorized", 403, "auth.unauthorized", false},
		{"InvalidScalingGroupId.NotFound", 404, "group.exists", false},
		{"InvalidInstanceId.NotFound", 404, "instance.exists", true},
	}
}

// everyCode is prefix with each documented code.
func everyCode(prefix string) (ids []string) {
	for _, e := range documentedErrors() {
		ids = append(ids, prefix+e.code)
	}
	return ids
}

// everyNamed is prefix with each code whose message names an id.
func everyNamed(prefix string) (ids []string) {
	for _, e := range documentedErrors() {
		if e.named {
			ids = append(ids, prefix+e.code)
		}
	}
	return ids
}

// perCode makes the same defect for each documented code.
func perCode(of func(documented) single) (out []single) {
	for _, e := range documentedErrors() {
		out = append(out, of(e))
	}
	return out
}
