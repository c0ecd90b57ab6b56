package mock

// setLoadBalancerStatus switches a load balancer on or off (facts, section 6).
func setLoadBalancerStatus() *Operation {
	return &Operation{
		Version: slbVersion,
		Name:    "SetLoadBalancerStatus",
		Preconditions: []Precondition{
			mandatory("LoadBalancerId"),
			mandatory("LoadBalancerStatus"),
			oneOf("LoadBalancerStatus", "active", "inactive"),
			authorized(),
			{"load balancer exists", balancerNotFound, func(c *Call) (string, bool) {
				id := c.Request.Param("LoadBalancerId")
				return bounded(id), c.World.balancers[id] == nil
			}},
		},
		Effect: func(c *Call) []Field {
			c.World.balancers[c.Request.Param("LoadBalancerId")].Active = c.Request.Param("LoadBalancerStatus") == "active"
			return nil
		},
	}
}
