package mock

import "github.com/essconform/essconform/harness/mock/internal/world"

// removeInstances is what real consumers call to shrink a group: what the group made is released, what was attached
// is detached. Its preconditions and errors are those of DetachInstances (page of RemoveInstances).
func removeInstances() *Operation {
	return &Operation{
		Version: essVersion,
		Name:    "RemoveInstances",
		Parameters: []string{
			"ScalingGroupId", "InstanceId.N", "RemovePolicy", "DecreaseDesiredCapacity", "IgnoreInvalidInstance",
			"ClientToken",
		},
		Read: readInstances(inGroup),
		Preconditions: append(
			groupReady(boolean("DecreaseDesiredCapacity"), oneOf("RemovePolicy", "", "release", "recycle"),
				removePolicyFits()),
			instancesInGroup(), minSizeKept(),
		),
		Effect:   func(c *Call) []Field { return c.startLeaving("remove") },
		Complete: world.Settle,
	}
}

// removePolicyFits refuses "recycle": it works in groups whose ScalingPolicy is recycle, and this mock has none.
func removePolicyFits() Precondition {
	return Precondition{"RemovePolicy fits the group", policyNotSupported, func(c *Call) (string, bool) {
		return "", c.Request.Param("RemovePolicy") == "recycle"
	}}
}
