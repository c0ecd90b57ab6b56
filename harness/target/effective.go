package target

import (
	"fmt"
	"strings"
)

// FromEffective are the settings that made an effective configuration, as far as judging hangs on them: what it leaves
// out of the resources of the user stays empty.
func FromEffective(config map[string]string) (Settings, error) {
	s := Settings{Arrange: config["arrange"], Bindings: config["bindings"], Endpoint: config["endpoint"]}.WithDefaults()
	for _, o := range options {
		if text, set := config[o.name]; set {
			if err := o.value(&s).Set(text); err != nil {
				return s, fmt.Errorf("the setting %s of the run, %q: %w", o.name, text, err)
			}
		}
	}
	if s.ByAPI() {
		s.API = &API{
			ScalingGroupID: config["arrange scalingGroupId"],
			InstanceIDs:    strings.Split(config["arrange instanceIds"], ","),
		}
	}
	for name, reason := range config {
		what, ok := strings.CutPrefix(name, "unsupported ")
		switch {
		case !ok:
		case strings.Contains(what, " "): // states are sentences
			s.Unsupported = append(s.Unsupported, Unsupported{State: what, Reason: reason})
		default:
			s.Unsupported = append(s.Unsupported, Unsupported{Operation: what, Reason: reason})
		}
	}
	return s, nil
}
