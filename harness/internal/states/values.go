package states

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/essconform/essconform/fixtures"
)

// Names of values.
const (
	groupValue     = "scalingGroupId"
	instancesValue = "instanceIds"
)

// Values are what a setup returned: strings and lists of strings.
type Values map[string]any

// String is a scalar value; "" when there is none.
func (v Values) String(name string) string {
	s, _ := v[name].(string)
	return s
}

// Strings is a list value. A target may also write it as one string with commas.
func (v Values) Strings(name string) []string {
	switch x := v[name].(type) {
	case string:
		if x == "" {
			return nil
		}
		return strings.Split(x, ",")
	case []string:
		return x
	case []any:
		out := make([]string, 0, len(x))
		for _, e := range x {
			if s, ok := e.(string); ok {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}

// Check finds promised values that are missing, of the wrong type, or too few, and ids that would not do as they are.
func (v Values) Check(kind fixtures.StateKind, state fixtures.State) error {
	for _, name := range kind.Values {
		value, given := v[name]
		if !given || value == nil {
			return fmt.Errorf("the setup returned no %s; state %q promises %s", name, kind.Name,
				strings.Join(kind.Values, ", "))
		}
		if name == instancesValue {
			if err := v.checkInstances(kind, state); err != nil {
				return err
			}
			continue
		}
		text, ok := value.(string)
		if !ok {
			return fmt.Errorf("the setup returned a wrong value: %s is %s; wanted a string", name, typeOf(value))
		}
		if err := checkID(name, text); err != nil {
			return err
		}
	}
	return nil
}

func (v Values) checkInstances(kind fixtures.StateKind, state fixtures.State) error {
	if list, ok := v[instancesValue].([]any); ok {
		for i, e := range list {
			if _, ok := e.(string); !ok {
				return fmt.Errorf("the setup returned a wrong value: instanceIds[%d] is %s; wanted a string", i,
					typeOf(e))
			}
		}
	} else if t := typeOf(v[instancesValue]); t != "a list" && t != "a string" {
		return fmt.Errorf("the setup returned a wrong value: instanceIds is %s; wanted a list of strings", t)
	}
	ids := v.Strings(instancesValue)
	seen := map[string]bool{}
	for _, id := range ids {
		if err := checkID(instancesValue, id); err != nil {
			return err
		}
		if seen[id] {
			return fmt.Errorf(
				"the setup returned the instance %.100q twice in instanceIds; each id names another instance", id)
		}
		seen[id] = true
	}
	if len(ids) < state.Instances {
		return fmt.Errorf("the setup returned %d instanceIds; state %q was asked for %d", len(ids), kind.Name,
			state.Instances)
	}
	return nil
}

// checkID finds an id that is empty, or that would be sent with blanks which no id has.
func checkID(name, id string) error {
	switch {
	case strings.TrimSpace(id) == "":
		return fmt.Errorf("the setup returned an empty id in %s", name)
	case strings.TrimSpace(id) != id:
		return fmt.Errorf("the setup returned %.100q in %s, with blanks at its ends; leave them out", id, name)
	}
	return nil
}

// typeOf is the type of a JSON value, in words.
func typeOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case string:
		return "a string"
	case bool:
		return "a boolean"
	case float64, int, json.Number:
		return "a number"
	case []any, []string:
		return "a list"
	}
	return "an object"
}
