package mock

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/essconform/essconform/harness/mock/internal/render"
	"github.com/essconform/essconform/harness/mock/internal/world"
)

// Simple scaling rules (pages of CreateScalingRule, ModifyScalingRule, DeleteScalingRule, ExecuteScalingRule,
// DescribeScalingRules). The other types need metrics, which the mock has none of.

// The ways in which a rule changes the capacity of its group.
const (
	quantityChange = "QuantityChangeInCapacity"
	percentChange  = "PercentChangeInCapacity"
	totalCapacity  = "TotalCapacity"
)

const (
	simpleRule = "SimpleScalingRule"
	maxRules   = 50 // of one group
)

func createScalingRule() *Operation {
	return &Operation{
		Version: essVersion,
		Name:    "CreateScalingRule",
		Parameters: []string{
			"ScalingGroupId",
			"ScalingRuleName",
			"AdjustmentType",
			"AdjustmentValue",
			"Cooldown",
			"ScalingRuleType",
		},
		Read: readGroup,
		Preconditions: slices.Concat(
			[]Precondition{mandatory("AdjustmentType"), mandatory("AdjustmentValue")},
			ruleSettings(),
			onOneGroup(),
			[]Precondition{
				ruleNameFree(),
				{"quota of rules", ruleQuotaExceeded, onGroup(func(_ *Call, g *Group) (string, bool) {
					return "", len(g.Rules) >= maxRules
				})},
			},
		),
		Effect: func(c *Call) []Field {
			c.rule = c.World.NewRule(c.Group, bounded(c.Request.Param("ScalingRuleName")))
			c.setRule()
			return []Field{
				render.TextField("ScalingRuleId", c.rule.ID),
				render.TextField("ScalingRuleAri", c.rule.Ari()),
			}
		},
	}
}

func modifyScalingRule() *Operation {
	return &Operation{
		Version:       essVersion,
		Name:          "ModifyScalingRule",
		Parameters:    []string{"ScalingRuleId", "ScalingRuleName", "AdjustmentType", "AdjustmentValue", "Cooldown"},
		Read:          readRule,
		Preconditions: slices.Concat(onOneRule(), ruleSettings(), []Precondition{ruleNameFree()}),
		Effect: func(c *Call) []Field {
			c.setRule()
			return []Field{
				render.TextField("ScalingRuleId", c.rule.ID),
				render.TextField("ScalingRuleAri", c.rule.Ari()),
			}
		},
	}
}

func deleteScalingRule() *Operation {
	return &Operation{
		Version:       essVersion,
		Name:          "DeleteScalingRule",
		Parameters:    []string{"ScalingRuleId"},
		Read:          readRule,
		Preconditions: onOneRule(),
		Effect: func(c *Call) []Field {
			c.World.RemoveRule(c.rule)
			return nil
		},
	}
}

// executeScalingRule changes the capacity within MinSize and MaxSize.
func executeScalingRule() *Operation {
	return &Operation{
		Version:    essVersion,
		Name:       "ExecuteScalingRule",
		Parameters: []string{"ScalingRuleAri", "ClientToken"},
		Read: func(c *Call) {
			ari := c.Request.Param("ScalingRuleAri")
			if r := c.World.Rule(ari[strings.LastIndexByte(ari, '/')+1:]); r != nil && r.Ari() == ari {
				c.rule, c.Group = r, r.Group
			}
		},
		Preconditions: []Precondition{
			mandatory("ScalingRuleAri"), tokenValid(), authorized(),
			{"rule exists", ruleAriNotFound, func(c *Call) (string, bool) { return "", c.rule == nil }},
			groupActive(), groupIdle(), balancersActive(), databasesRunning(),
			{"the capacity changes", capacityUnchanged, onGroup(func(c *Call, g *Group) (string, bool) {
				return "", ruleTarget(c.rule) == len(g.Members)
			})},
			{"quota of instances", instanceQuotaExceeded, onGroup(func(c *Call, g *Group) (string, bool) {
				return "", c.World.Count().Instances+ruleTarget(c.rule)-len(g.Members) > world.MaxInstances
			})},
		},
		Effect: func(c *Call) []Field {
			total, before := ruleTarget(c.rule), len(c.Group.Members)
			cause := fmt.Sprintf(
				"A user executed the scaling rule %s, which changes the total capacity from %d to %d.",
				c.rule.Name,
				before,
				total,
			)
			if c.Group.Desired != world.NotDesired {
				c.Group.Desired = total
			}
			a := c.World.Scale(c.Group, total, cause, c.Operation.Complete)
			a.Cooldown = c.rule.Cooldown
			return []Field{render.TextField("ScalingActivityId", a.ID)}
		},
		Complete: world.Settle,
	}
}

func describeScalingRules() *Operation {
	return &Operation{
		Version: essVersion,
		Name:    "DescribeScalingRules",
		Parameters: []string{
			"ScalingGroupId",
			"ScalingRuleId.N",
			"ScalingRuleName.N",
			"ScalingRuleAri.N",
			"ScalingRuleType",
			"PageNumber",
			"PageSize",
		},
		Preconditions: slices.Concat(region(), page(describePageSize), []Precondition{authorized()}),
		Effect: func(c *Call) []Field {
			var rules []*world.ScalingRule
			for _, g := range c.World.Groups() {
				rules = append(rules, g.Rules...)
			}
			all := selected(c, rules, filters[*world.ScalingRule]{
				{"ScalingGroupId", func(r *world.ScalingRule) string { return r.Group.ID }},
				{"ScalingRuleId.N", func(r *world.ScalingRule) string { return r.ID }},
				{"ScalingRuleName.N", func(r *world.ScalingRule) string { return r.Name }},
				{"ScalingRuleAri.N", (*world.ScalingRule).Ari},
				{"ScalingRuleType", func(*world.ScalingRule) string { return simpleRule }},
			})
			return paged(c, all, "ScalingRules", "ScalingRule", ruleField)
		},
	}
}

func ruleField(r *world.ScalingRule) Field {
	f := render.ObjectField(
		"ScalingRule",
		render.TextField("ScalingRuleId", r.ID),
		render.TextField("ScalingRuleAri", r.Ari()),
		render.TextField("ScalingRuleName", r.Name),
		render.TextField("ScalingRuleType", simpleRule),
		render.TextField("ScalingGroupId", r.Group.ID),
		render.TextField("AdjustmentType", r.AdjustmentType),
		render.NumberField("AdjustmentValue", r.AdjustmentValue),
		render.NumberField("MinSize", r.Group.MinSize),
		render.NumberField("MaxSize", r.Group.MaxSize),
	)
	if r.Cooldown != world.NoCooldown {
		f.Fields = append(f.Fields, render.NumberField("Cooldown", r.Cooldown))
	}
	return f
}

// readRule finds the rule that ScalingRuleId names, and its group.
func readRule(c *Call) {
	if c.rule = c.World.Rule(c.Request.Param("ScalingRuleId")); c.rule != nil {
		c.Group = c.rule.Group
	}
}

func onOneRule() []Precondition {
	return []Precondition{
		mandatory("ScalingRuleId"), authorized(),
		{"rule exists", ruleNotFound, func(c *Call) (string, bool) { return "", c.rule == nil }},
	}
}

// ruleSettings checks what CreateScalingRule and ModifyScalingRule set.
func ruleSettings() []Precondition {
	return []Precondition{
		oneOf("ScalingRuleType", "", simpleRule),
		oneOf("AdjustmentType", "", quantityChange, percentChange, totalCapacity),
		integer("Cooldown", 0, maxCooldown),
		{"AdjustmentValue is in range", invalidParameter, func(c *Call) (string, bool) {
			kind, lowest, highest := c.Request.Param("AdjustmentType"), -1000, 1000
			if kind == "" && c.rule != nil {
				kind = c.rule.AdjustmentType
			}
			switch kind {
			case percentChange:
				lowest, highest = -100, 10_000
			case totalCapacity:
				lowest, highest = 0, maxGroupSize
			}
			return integer("AdjustmentValue", lowest, highest).Violated(c)
		}},
	}
}

func ruleNameFree() Precondition {
	return Precondition{"name of the rule is free", ruleNameDuplicate, onGroup(func(c *Call, g *Group) (string, bool) {
		name := c.Request.Param("ScalingRuleName")
		return "", name != "" &&
			slices.ContainsFunc(g.Rules, func(r *world.ScalingRule) bool { return r != c.rule && r.Name == name })
	})}
}

// setRule takes over what the call says about its rule.
func (c *Call) setRule() {
	r := c.rule
	r.AdjustmentValue, r.Cooldown = c.int("AdjustmentValue", r.AdjustmentValue), c.int("Cooldown", r.Cooldown)
	if kind := c.Request.Param("AdjustmentType"); kind != "" {
		r.AdjustmentType = kind
	}
	if name := c.Request.Param("ScalingRuleName"); name != "" {
		r.Name = bounded(name)
	}
}

// ruleTarget is the total capacity that a rule leads to, within MinSize and MaxSize.
func ruleTarget(r *world.ScalingRule) int {
	before := len(r.Group.Members)
	total := r.AdjustmentValue
	switch r.AdjustmentType {
	case quantityChange:
		total = before + r.AdjustmentValue
	case percentChange:
		total = before + int(math.Round(float64(before)*float64(r.AdjustmentValue)/100))
	}
	return min(max(total, r.Group.MinSize), r.Group.MaxSize)
}
