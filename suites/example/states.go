package example

import (
	"encoding/json"
	"net/http"
)

// Cloud is what the states need of your server: fresh groups, and a way to be rid of them.
type Cloud interface {
	NewGroup(instances, minSize int, active bool) (group string, ids []string)
	DeleteGroup(group string)
}

// States arranges provider states on your server. Serve it at /_states; add one line for each state that you can reach.
func States(cloud Cloud) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var m struct {
			Action, State string
			Params        struct {
				Instances      int
				ScalingGroupID string
			}
		}
		if err := json.NewDecoder(r.Body).Decode(&m); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if m.Action == "teardown" {
			cloud.DeleteGroup(m.Params.ScalingGroupID)
			return
		}
		answer := func(group string, ids []string) {
			_ = json.NewEncoder(w).Encode(map[string]any{"scalingGroupId": group, "instanceIds": ids})
		}
		switch n := m.Params.Instances; m.State {
		case "a scaling group with detachable instances":
			answer(cloud.NewGroup(n, 0, true))
		case "a scaling group at its minimum size":
			answer(cloud.NewGroup(n, n, true))
		case "an inactive scaling group":
			answer(cloud.NewGroup(n, 0, false))
		default: // the cases that need it are reported as not run, and the state as missing
			http.Error(w, "unknown state", http.StatusNotFound)
		}
	}
}
