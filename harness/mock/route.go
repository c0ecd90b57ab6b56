package mock

import "net/http"

// The API versions; each belongs to one product (facts, section 6).
const (
	essVersion = "2014-08-28"
	ecsVersion = "2014-05-26"
	slbVersion = "2014-05-15"
	rdsVersion = "2014-08-15"

	// laterVersion is the later edition of ESS. It has the same operations, with other names for list parameters.
	laterVersion = "2022-02-22"
)

// edition is the version under which the operations of a version are listed.
func edition(version string) string {
	if version == laterVersion {
		return essVersion
	}
	return version
}

// operations is every operation that is served.
func operations() []*Operation {
	return []*Operation{
		detachInstances(),
		attachInstances(),
		createScalingGroup(),
		modifyScalingGroup(),
		enableScalingGroup(),
		disableScalingGroup(),
		describeScalingGroups(),
		describeScalingInstances(),
		describeScalingActivities(),
		describeInstances(),
		setLoadBalancerStatus(),
		stopDBInstance(),
		startDBInstance(),
		restartDBInstance(),
	}
}

// gateway is what can be said of a request before anybody looks who sent it.
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
		{"path is /", actionNotFound, func(c *Call) (string, bool) { return bounded(c.Request.Path), c.Request.Path != "/" }},
		{"Action is there", missing("Action"), func(c *Call) (string, bool) { return "", c.Request.Param("Action") == "" }},
		{"Version is there", missing("Version"), func(c *Call) (string, bool) { return "", c.Request.Param("Version") == "" }},
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
