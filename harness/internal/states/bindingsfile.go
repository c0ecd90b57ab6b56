package states

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/target"
	"github.com/essconform/essconform/spec/yamlfile"
)

// Binding is one prepared group as the file of bindings holds it.
type Binding struct {
	ScalingGroupID     string   `yaml:"scalingGroupId"`
	InstanceIDs        []string `yaml:"instanceIds"`
	LoadBalancerID     string   `yaml:"loadBalancerId"`
	DBInstanceID       string   `yaml:"dbInstanceId"`
	AccessKeyIDEnv     string   `yaml:"accessKeyIdEnv"`
	AccessKeySecretEnv string   `yaml:"accessKeySecretEnv"`
}

// LoadBindings reads a file of bindings: a map from the name of a state to a list of groups. The error names file and
// line, and never repeats what may be a key.
func LoadBindings(file string, kinds []fixtures.StateKind) (*Bindings, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("-bindings: %w; `essconform bindings init` writes one to fill in", err)
	}
	return ParseBindings(file, data, kinds)
}

// NewBindings has no groups yet; Grant gives it some.
func NewBindings(file string, kinds []fixtures.StateKind) *Bindings {
	return &Bindings{Getenv: os.Getenv, file: file, kinds: kinds, lock: newLock(), bound: map[string][]*prepared{}}
}

// ParseBindings is LoadBindings for text.
func ParseBindings(file string, data []byte, kinds []fixtures.StateKind) (*Bindings, error) {
	b := NewBindings(file, kinds)
	doc, err := yamlfile.Parse(file, data)
	if err != nil {
		return nil, fmt.Errorf("read bindings: %w", err)
	}
	seen := map[string]bool{}
	for _, top := range doc.Nodes {
		if !top.IsMap() {
			return nil, fmt.Errorf("read bindings: %w",
				top.Errorf("wanted a map from states to lists of groups; `essconform bindings init` writes one"))
		}
		entries, err := top.Entries()
		if err != nil {
			return nil, fmt.Errorf("read bindings: %w", err)
		}
		for _, e := range entries {
			if err := b.read(e, seen); err != nil {
				return nil, fmt.Errorf("read bindings: %w", yamlfile.Locate(file, e.Line, err))
			}
		}
	}
	if len(b.bound) == 0 {
		return nil, fmt.Errorf("%s: no state has a group; `essconform bindings init` writes a file to fill in", file)
	}
	return b, nil
}

func (b *Bindings) read(entry yamlfile.Entry, seen map[string]bool) error {
	kind := b.kind(entry.Key)
	if len(kind.Values) == 0 {
		var known []string
		for _, k := range b.kinds {
			known = append(known, k.Name)
		}
		return target.Unknown(entry.Key, "provider state", known)
	}
	if entry.Value.IsNull() {
		return nil // as the template leaves it
	}
	items, err := entry.Value.Items()
	if err != nil {
		return err
	}
	for n, item := range items {
		var g Binding
		if err := item.Decode(&g); err != nil {
			return err
		}
		if err := g.check(kind, seen); err != nil {
			return item.Errorf("%q, group %d: %w", kind.Name, n+1, err)
		}
		b.bound[kind.Name] = append(b.bound[kind.Name], &prepared{Binding: g, free: slices.Clone(g.InstanceIDs)})
	}
	return nil
}

// check finds what a group lacks, and instances that are listed twice, here or elsewhere.
func (g Binding) check(kind fixtures.StateKind, seen map[string]bool) error {
	for _, value := range []struct {
		name, key string
		given     bool
	}{
		{groupValue, groupValue, g.ScalingGroupID != ""},
		{"loadBalancerId", "loadBalancerId", g.LoadBalancerID != ""},
		{"dbInstanceId", "dbInstanceId", g.DBInstanceID != ""},
		{instancesValue, instancesValue, len(g.InstanceIDs) > 0},
		{"accessKeyId", "accessKeyIdEnv", g.AccessKeyIDEnv != ""},
		{"accessKeySecret", "accessKeySecretEnv", g.AccessKeySecretEnv != ""},
	} {
		if slices.Contains(kind.Values, value.name) && !value.given {
			return fmt.Errorf("give %s", value.key)
		}
	}
	for _, id := range append([]string{g.ScalingGroupID, g.LoadBalancerID, g.DBInstanceID}, g.InstanceIDs...) {
		if strings.TrimSpace(id) != id {
			return fmt.Errorf("the id %q has blanks at its ends; leave them out", id)
		}
	}
	for _, id := range g.InstanceIDs {
		if id == "" || seen[id] {
			return fmt.Errorf("the instance %q is empty or listed twice; a case that uses it up would break another",
				id)
		}
		seen[id] = true
	}
	if len(g.InstanceIDs) > 0 && !kind.Instances() {
		return errors.New("the group must be empty; leave instanceIds out")
	}
	return target.CheckEnvNames("accessKeyIdEnv", g.AccessKeyIDEnv, "accessKeySecretEnv", g.AccessKeySecretEnv)
}

// madeUp are ids that stand for resources which are missing.
func madeUp(n int) (ids []string) {
	for range n {
		ids = append(ids, "missing-"+rand.Text())
	}
	return ids
}
