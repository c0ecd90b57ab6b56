package mock

import (
	"encoding/json"
	"strconv"
	"strings"
)

// Preconditions and readers that several operations share.

// mandatory demands a parameter that is not empty.
func mandatory(name string) Precondition {
	return Precondition{name + " is there", missing(name), func(c *Call) (string, bool) {
		return name, c.Request.Param(name) == ""
	}}
}

// integer demands that a parameter, where it is sent, is a whole number from lowest to highest.
func integer(name string, lowest, highest int) Precondition {
	return Precondition{name + " is a number", invalidParameter, func(c *Call) (string, bool) {
		n, err := strconv.Atoi(c.Request.Param(name))
		sent := c.Request.Param(name) != ""
		return name, sent && (err != nil || n < lowest || n > highest)
	}}
}

// oneOf demands that a parameter has one of these values; "" is the value of an absent one.
func oneOf(name string, values ...string) Precondition {
	return Precondition{name + " is known", invalidParameter, func(c *Call) (string, bool) {
		for _, v := range values {
			if c.Request.Param(name) == v {
				return "", false
			}
		}
		return name, true
	}}
}

// boolean demands that a parameter, where it is sent, is true or false, in any case.
func boolean(name string) Precondition {
	return Precondition{name + " is true or false", invalidParameter, func(c *Call) (string, bool) {
		_, ok := truth(c.Request.Param(name))
		return name, !ok
	}}
}

func truth(s string) (value, ok bool) {
	switch strings.ToLower(s) {
	case "true":
		return true, true
	case "false", "":
		return false, true
	}
	return false, false
}

// bool is a truth that boolean has checked, or what stands in for an absent one.
func (c *Call) bool(name string, absent bool) bool {
	if c.Request.Param(name) == "" {
		return absent
	}
	value, _ := truth(c.Request.Param(name))
	return value
}

// int is a number that integer has checked, or what stands in for an absent one.
func (c *Call) int(name string, absent int) int {
	if n, err := strconv.Atoi(c.Request.Param(name)); err == nil {
		return n
	}
	return absent
}

// region demands a RegionId, and the mock's own where one is configured.
func region() []Precondition {
	return []Precondition{
		mandatory("RegionId"),
		{"region exists", regionNotFound, func(c *Call) (string, bool) {
			id := c.Request.Param("RegionId")
			return bounded(id), c.region != "" && id != c.region
		}},
	}
}

// readGroup finds the group that ScalingGroupId names.
func readGroup(c *Call) { c.Group = c.World.Group(c.Request.Param("ScalingGroupId")) }

func groupExists() Precondition {
	return Precondition{"group exists", groupNotFound, func(c *Call) (string, bool) { return "", c.Group == nil }}
}

// onGroup is a predicate about a group that was found. Without one there is nothing to say: "group exists" has said
// it.
func onGroup(violated func(c *Call, g *Group) (string, bool)) func(*Call) (string, bool) {
	return func(c *Call) (string, bool) {
		if c.Group == nil {
			return "", false
		}
		return violated(c, c.Group)
	}
}

func groupActive() Precondition {
	return Precondition{"group is active", incorrectGroupStatus, onGroup(func(_ *Call, g *Group) (string, bool) {
		return "", g.Lifecycle != GroupActive
	})}
}

func groupInactive() Precondition {
	return Precondition{"group is inactive", incorrectGroupStatus, onGroup(func(_ *Call, g *Group) (string, bool) {
		return "", g.Lifecycle != GroupInactive
	})}
}

func groupIdle() Precondition {
	return Precondition{
		"no activity is in progress", activityInProgress,
		onGroup(func(_ *Call, g *Group) (string, bool) {
			return "", g.Current() != nil
		}),
	}
}

func balancersActive() Precondition {
	return Precondition{
		"load balancers are active",
		incorrectBalancerStatus,
		onGroup(func(_ *Call, g *Group) (string, bool) {
			for _, b := range g.Balancers {
				if !b.Active {
					return b.ID, true
				}
			}
			return "", false
		}),
	}
}

func databasesRunning() Precondition {
	return Precondition{
		"DB instances are running",
		incorrectDatabaseStatus,
		onGroup(func(c *Call, g *Group) (string, bool) {
			for _, d := range g.Databases {
				if d.Status(c.World.Now()) != "Running" {
					return d.ID, true
				}
			}
			return "", false
		}),
	}
}

// jsonList reads a parameter that is a JSON array of texts; nil when it is absent.
func jsonList(c *Call, name string) (list []string, ok bool) {
	value := c.Request.Param(name)
	if value == "" {
		return nil, true
	}
	err := json.Unmarshal([]byte(value), &list)
	return list, err == nil && list != nil && len(list) <= maxJSONList
}

// maxJSONList bounds jsonList: as many ids as ECS takes in one call.
const maxJSONList = 100

// jsonArray demands that a parameter, where it is sent, is such an array.
func jsonArray(name string) Precondition {
	return Precondition{name + " is a list", invalidParameter, func(c *Call) (string, bool) {
		_, ok := jsonList(c, name)
		return name, !ok
	}}
}

// named are the resources that such an array names; missing is the first id that has none.
func named[T any](c *Call, name string, resources map[string]*T) (found []*T, missing string) {
	ids, _ := jsonList(c, name)
	for _, id := range ids {
		r := resources[id]
		if r == nil {
			return nil, id
		}
		found = append(found, r)
	}
	return found, ""
}
