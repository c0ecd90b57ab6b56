package reports

// unknownState is the outcome of a provider state that the target does not know (interfaces: provider states).
const unknownState = "unknown"

// missingStates lists each state that the target did not know once, in the order of the cases, with the parameters that
// a case asked it for first: who implements the state implements it for all of them.
func missingStates(cases []CaseResult) []State {
	var out []State
	seen := map[string]bool{}
	for _, c := range cases {
		if c.State.Outcome != unknownState {
			continue
		}
		if !seen[c.State.Name] {
			seen[c.State.Name] = true
			out = append(out, State{Name: c.State.Name, Params: c.State.Params})
		}
	}
	return out
}
