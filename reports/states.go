package reports

import "encoding/json"

// unknownState is the outcome of a provider state that the target does not know (interfaces: provider states).
const unknownState = "unknown"

// missingStates lists each state that the target did not know once, with the parameters it was asked for, in the order of the cases.
func missingStates(cases []CaseResult) []State {
	var out []State
	seen := map[string]bool{}
	for _, c := range cases {
		if c.State.Outcome != unknownState {
			continue
		}
		s := State{Name: c.State.Name, Params: c.State.Params}
		key := stateJSON(s)
		if !seen[key] {
			seen[key] = true
			out = append(out, s)
		}
	}
	return out
}

// stateJSON is one state on one line of JSON. Params that JSON cannot hold are left out: the name is what matters.
func stateJSON(s State) string {
	b, err := json.Marshal(s)
	if err != nil {
		b, _ = json.Marshal(State{Name: s.Name}) // a string always marshals
	}
	return string(printableJSON(b))
}
