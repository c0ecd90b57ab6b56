// Package engine runs one case against one target. It is the only place that knows the order of the steps:
//
//	setup → observe → build, sign, send → judge → observe → judge → teardown
//
// It needs no test framework: the suites and the command both call it.
package engine

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/internal/states"
	"github.com/essconform/essconform/harness/internal/support"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/reports"
	"github.com/essconform/essconform/spec"
	"github.com/essconform/essconform/spec/yamlfile"
)

// Plan is what would run: the contract, the cases that apply to the target, and the settings. Making one sends nothing.
type Plan struct {
	Settings target.Settings
	Contract *spec.Contract
	Set      *fixtures.Set
	Cases    []fixtures.Expanded
	// NotApplicable are cases whose needs the target was not declared to meet.
	NotApplicable []fixtures.Expanded
	Waivers       []reports.Waiver
	leanOut       []fixtures.Expanded // that a lean cover leaves out
}

// NewPlan loads the description and the cases.
func NewPlan(s target.Settings) (*Plan, error) {
	contract, err := loadContract(s.Spec)
	if err != nil {
		return nil, err
	}
	set, err := fixtures.Load(contract, s.Cases)
	if err != nil {
		return nil, err
	}
	p := &Plan{Settings: s, Contract: contract, Set: set}
	for _, u := range s.Unsupported {
		if _, known := set.State(u.State); u.State != "" && u.State != outlasting && !known {
			return nil, fmt.Errorf("%s: unsupported: %q is not a provider state; `essconform cases` lists them",
				s.File, u.State)
		}
		if u.Operation != "" && !slices.Contains(support.Optional(), u.Operation) {
			return nil, fmt.Errorf("%s: unsupported: %q is not a supporting operation; write one of %s", s.File,
				u.Operation, strings.Join(support.Optional(), ", "))
		}
	}
	if p.Waivers, err = readWaivers(s.Waivers); err != nil {
		return nil, err
	}
	for _, x := range set.Expand() {
		if p.applies(x) {
			p.Cases = append(p.Cases, x)
		} else {
			p.NotApplicable = append(p.NotApplicable, x)
		}
	}
	if s.Cover == target.CoverLean {
		lean := set.Lean(p.Cases)
		kept := map[string]bool{}
		for _, x := range lean {
			kept[x.Name] = true
		}
		p.leanOut = slices.DeleteFunc(slices.Clone(p.Cases), func(x fixtures.Expanded) bool { return kept[x.Name] })
		p.Cases = lean
	}
	return p, nil
}

func readWaivers(file string) ([]reports.Waiver, error) {
	if file == "" {
		return nil, nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("-waivers: %w", err)
	}
	return reports.ParseWaivers(file, data)
}

func loadContract(file string) (*spec.Contract, error) {
	switch {
	case file == "":
		return spec.Default()
	case target.IsEdition(file):
		return spec.Edition(file)
	}
	return spec.LoadFile(file)
}

// applies tells whether the target was declared to be what the case needs. The embedded mock always verifies
// signatures.
func (p *Plan) applies(x fixtures.Expanded) bool {
	if x.Copies > 0 && p.Settings.UserResources() { // many groups at once are more than a user names
		return false
	}
	if !slices.Contains(x.Needs, fixtures.NeedSignatures) {
		return true
	}
	return p.Settings.Signature != "none" && (p.Settings.VerifiesSignatures || p.Settings.Embedded())
}

// Select keeps the cases whose name matches one of the patterns (* stands for anything, also for "/"; a bare case id
// stands for all its formats and methods) and whose labels pass the filter. No patterns: all. A pattern that matches
// nothing is an error.
func (p *Plan) Select(patterns []string, labels func([]string) bool) ([]fixtures.Expanded, error) {
	hit := make([]bool, len(patterns))
	var out []fixtures.Expanded
	for _, x := range p.Cases {
		chosen := len(patterns) == 0
		for i, pattern := range patterns {
			if matches(pattern, x.Name) || matches(pattern, x.ID) {
				hit[i], chosen = true, true
			}
		}
		if chosen && labels(x.Labels) {
			out = append(out, x)
		}
	}
	for i, pattern := range patterns {
		if !hit[i] {
			return nil, fmt.Errorf("-case %q matches no case%s; %s`essconform cases` lists them", pattern,
				p.notApplicable(pattern), p.meant(pattern))
		}
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("the selection matches no case; `essconform cases` lists the cases and their labels")
	}
	return out, nil
}

// meant asks for the case whose id is nearest to what was written.
func (p *Plan) meant(pattern string) string {
	var known []string
	for _, x := range p.Cases {
		known = append(known, x.ID, x.Name)
	}
	if near := yamlfile.Nearest(pattern, known); near != "" {
		return "did you mean " + near + "? "
	}
	return ""
}

func (p *Plan) notApplicable(pattern string) string {
	for _, x := range p.NotApplicable {
		if matches(pattern, x.Name) || matches(pattern, x.ID) {
			return " that applies to this target (it needs -verifies-signatures)"
		}
	}
	return ""
}

// matches compares with * as a wildcard for any run of characters.
func matches(pattern, name string) bool {
	head, rest, wild := strings.Cut(pattern, "*")
	if !wild {
		return pattern == name
	}
	if !strings.HasPrefix(name, head) {
		return false
	}
	for i := len(head); i <= len(name); i++ {
		if matches(rest, name[i:]) {
			return true
		}
	}
	return false
}

// unsupported says why the target was declared not to have what the case needs; "" when it was not.
func (p *Plan) unsupported(x fixtures.Expanded) string {
	needed := operationsFor(x)
	if x.During() {
		// A target that cannot have an activity in progress has none to meet either.
		needed = append(needed, outlasting, inProgress)
	}
	for _, s := range x.States() {
		needed = append(needed, s.Name)
		if kind, ok := p.Set.State(s.Name); ok && p.Settings.ByAPI() {
			cost := states.CostOf(kind)
			needed = append(append(needed, cost.Setup...), cost.Teardown...)
		}
	}
	for _, name := range needed {
		for _, u := range p.Settings.Unsupported {
			if name == u.State+u.Operation {
				return fmt.Sprintf("declared unsupported: %s (%s)", name, u.Reason)
			}
		}
	}
	return ""
}

// declared tells whether the target was declared not to have an operation.
func (p *Plan) declared(operation string) bool {
	return slices.ContainsFunc(p.Settings.Unsupported,
		func(u target.Unsupported) bool { return u.Operation == operation })
}
