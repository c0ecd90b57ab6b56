package mock

import (
	"net/http"

	"github.com/essconform/essconform/harness/mock/internal/request"
)

// The API versions; each belongs to one product (facts, section 6).
const (
	essVersion = "2014-08-28"
	ecsVersion = "2014-05-26"
	slbVersion = "2014-05-15"
	rdsVersion = "2014-08-15"
)

// edition is the version under which the operations of a version are listed. The later edition of ESS has the same
// operations, with other names for list parameters, and flat lists in answers (facts, sections 5 and 8).
func edition(version string) string {
	if version == request.LaterVersion {
		return essVersion
	}
	return version
}

// operations is every operation that is served.
func operations() []*Operation {
	return []*Operation{
		detachInstances(),
		attachInstances(),
		removeInstances(),
		createScalingGroup(),
		modifyScalingGroup(),
		enableScalingGroup(),
		disableScalingGroup(),
		deleteScalingGroup(),
		describeScalingGroups(),
		describeScalingInstances(),
		describeScalingActivities(),
		describeScalingConfigurations(),
		createScalingRule(),
		modifyScalingRule(),
		deleteScalingRule(),
		executeScalingRule(),
		describeScalingRules(),
		describeRegions(),
		describeInstances(),
		setLoadBalancerStatus(),
		stopDBInstance(),
		startDBInstance(),
		restartDBInstance(),
	}
}

// gateway is what can be said of a request before it is known who sent it.
func gateway() []Precondition {
	return []Precondition{
		{"method is GET or POST", unsupportedMethod, func(c *Call) (string, bool) {
			m := c.Request.Method
			return bounded(m), m != http.MethodGet && m != http.MethodPost
		}},
		{"parameters can be decoded", malformedRequest, func(c *Call) (string, bool) {
			return bounded(c.Request.Broken), c.Request.Broken != ""
		}},
	}
}

// routing finds the operation. It comes after authentication, as the gateway authenticates first.
func routing() []Precondition {
	return []Precondition{
		{"format exists", invalidFormat, func(c *Call) (string, bool) {
			return bounded(c.Request.Param("Format")), !c.FormatOK
		}},
		{
			"path is /",
			actionNotFound,
			func(c *Call) (string, bool) { return bounded(c.Request.Path), c.Request.Path != "/" },
		},
		{
			"Action is there", missing("Action"),
			func(c *Call) (string, bool) { return "", c.Request.Param("Action") == "" },
		},
		{
			"Version is there",
			missing("Version"),
			func(c *Call) (string, bool) { return "", c.Request.Param("Version") == "" },
		},
		{"version exists", invalidVersion, func(c *Call) (string, bool) {
			version := c.Request.Param("Version")
			for _, o := range c.rules.Operations {
				if o.Version == edition(version) {
					return "", false
				}
			}
			return bounded(version), true
		}},
		{"action exists", actionNotFound, func(c *Call) (string, bool) {
			version, action := c.Request.Param("Version"), c.Request.Param("Action")
			for _, o := range c.rules.Operations {
				if o.Version == edition(version) && o.Name == action {
					c.Operation = o
					return "", false
				}
			}
			return bounded(action), true
		}},
	}
}
