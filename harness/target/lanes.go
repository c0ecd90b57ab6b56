package target

import (
	"fmt"
	"slices"
	"strings"
)

// Lanes are the groups that cases can have at the same time, each with instances of its own: the one that stands below
// "arrange:" itself, and those of "groups:".
func (a *API) Lanes() []API {
	if a == nil {
		return nil
	}
	first := *a
	first.Groups = nil
	lanes := []API{first}
	for _, more := range a.Groups { // what is said once holds for all
		more.CreateParams = a.CreateParams
		more.DeniedAccessKeyIDEnv, more.DeniedAccessKeySecretEnv = a.DeniedAccessKeyIDEnv, a.DeniedAccessKeySecretEnv
		more.ECSEndpoint, more.SLBEndpoint, more.RDSEndpoint = a.ECSEndpoint, a.SLBEndpoint, a.RDSEndpoint
		more.Create = a.Create
		lanes = append(lanes, more)
	}
	return lanes
}

// checkLanes finds lanes that would be in each other's way, and says in which entry of "groups:" a fault is.
func (a *API) checkLanes() error {
	owner := map[string]int{}
	for i, lane := range a.Lanes() {
		in := ""
		if i > 0 {
			in = fmt.Sprintf("groups[%d]: ", i-1)
			more := a.Groups[i-1]
			if len(more.Groups)+len(more.CreateParams)+len(more.endpoints()) > 0 || more.Create ||
				more.DeniedAccessKeyIDEnv+more.DeniedAccessKeySecretEnv != "" {
				return fmt.Errorf("%sonly scalingGroupId, otherScalingGroupId, instanceIds, loadBalancerId and "+
					"dbInstanceId stand here; the other keys stand once, below \"arrange:\"", in)
			}
		}
		if err := lane.check(); err != nil {
			return fmt.Errorf("%s%w", in, err)
		}
		for _, id := range slices.Concat(
			[]string{lane.ScalingGroupID, lane.OtherScalingGroupID, lane.LoadBalancerID, lane.DBInstanceID},
			lane.InstanceIDs,
		) {
			if before, taken := owner[id]; taken && before != i {
				return fmt.Errorf("%s%s is named for two groups, which are used at the same time; give each resources "+
					"of its own", in, id)
			}
			if id != "" {
				owner[id] = i
			}
		}
	}
	return nil
}

// joined are ids as the effective configuration shows them.
func joined(lanes []API, ids func(API) []string) string {
	var all []string
	for _, lane := range lanes {
		all = append(all, ids(lane)...)
	}
	return strings.Join(all, ",")
}
