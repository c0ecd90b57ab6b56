package history

import "strings"

// rule is one precondition of the document.
type rule int

const (
	denied rule = iota
	groupExists
	instanceExists
	inGroup
	enabled
	idle
	loadBalancer
	database
	minSize
	ruleCount
)

// documented is what a broken rule answers, and the requirement that it is.
var documented = [ruleCount]struct{ requirement, code string }{
	denied:         {"auth.unauthorized", "Forbidden.Unauthorized"},
	groupExists:    {"group.exists", "InvalidScalingGroupId.NotFound"},
	instanceExists: {"instance.exists", "InvalidInstanceId.NotFound"},
	inGroup:        {"instance.in-group", ""}, // with whatever code
	enabled:        {"group.enabled", "IncorrectScalingGroupStatus"},
	idle:           {"group.idle", "ScalingActivityInProgress"},
	loadBalancer:   {"group.load-balancer", "IncorrectLoadBalancerStatus"},
	database:       {"group.db-instance", "IncorrectDBInstanceStatus"},
	minSize:        {"group.min-size", "IncorrectCapacity.MinSize"},
}

// certainty says whether a rule is broken.
type certainty uint8

const (
	kept certainty = iota
	maybeBroken
	broken
)

// broke is broken when certain is set, else maybe when possible is.
func broke(possible, certain bool) certainty {
	switch {
	case certain:
		return broken
	case possible:
		return maybeBroken
	default:
		return kept
	}
}

// breaches is what is known of each rule for one call in one state.
type breaches [ruleCount]certainty

// accepts reports whether the call may be accepted.
func (b *breaches) accepts(ignored ruleSet) bool {
	for r, c := range b {
		if c == broken && !ignored.has(rule(r)) {
			return false
		}
	}
	return true
}

// refuses reports whether the call may be refused with code. Where several rules are broken, the error of any of
// them is right, because no document gives an order. A refusal without a code that could be read is right when any
// is.
func (b *breaches) refuses(code string) bool {
	for r, c := range b {
		if c != kept && (code == "" || documented[r].code == "" || documented[r].code == code) {
			return true
		}
	}
	return false
}

// ruleSet is a set of rules.
type ruleSet uint16

func (s ruleSet) has(r rule) bool { return s&(1<<r) != 0 }

func (s ruleSet) with(r rule) ruleSet { return s | 1<<r }

// ofCode is the rule whose documented error is code.
func ofCode(code string) (rule, bool) {
	for r := range documented {
		if code != "" && documented[r].code == code {
			return rule(r), true
		}
	}
	return 0, false
}

// RuleOf is the requirement whose documented error is code; "" for a code of none.
func RuleOf(code string) string {
	if r, ok := ofCode(code); ok {
		return documented[r].requirement
	}
	return ""
}

// isThrottled reports whether a call was refused because too many came: it was not carried out.
func isThrottled(code string) bool {
	return code == "Throttling" || strings.HasPrefix(code, "Throttling.")
}

// isConflict reports whether code refuses a call because of another one at the same moment (facts, sections 4 and 5).
func isConflict(code string) bool { return isThrottled(code) || code == "InvalidOperation.Conflict" }
