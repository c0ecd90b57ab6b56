package states

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/essconform/essconform/fixtures"
	"github.com/essconform/essconform/harness/target"
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

// LoadBindings reads a file of bindings: a map from the name of a state to a list of groups. The error names file and line, and never
// repeats what may be a key.
func LoadBindings(file string, kinds []fixtures.StateKind) (*Bindings, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("-bindings: %w; `essconform bindings init` writes one to fill in", err)
	}
	return ParseBindings(file, data, kinds)
}

// NewBindings has no groups yet; Grant gives it some.
func NewBindings(file string) *Bindings {
	return &Bindings{Getenv: os.Getenv, file: file, turn: newTurn(), bound: map[string][]*prepared{}}
}

// ParseBindings is LoadBindings for text.
func ParseBindings(file string, data []byte, kinds []fixtures.StateKind) (*Bindings, error) {
	b := NewBindings(file)
	tree, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, bindingsError(file, 1, err)
	}
	seen := map[string]bool{}
	for _, doc := range tree.Docs {
		if doc.Body == nil || doc.Body.Type() == ast.CommentType {
			continue
		}
		body, ok := doc.Body.(ast.MapNode)
		if !ok {
			return nil, bindingsError(file, 1, errors.New("wanted a map from states to lists of groups; `essconform bindings init` writes one"))
		}
		for entries := body.MapRange(); entries.Next(); {
			if err := b.read(entries.KeyValue(), kinds, seen); err != nil {
				return nil, bindingsError(file, entries.Key().GetToken().Position.Line, err)
			}
		}
	}
	if len(b.bound) == 0 {
		return nil, fmt.Errorf("%s: no state has a group; `essconform bindings init` writes a file to fill in", file)
	}
	return b, nil
}

func (b *Bindings) read(entry *ast.MappingValueNode, kinds []fixtures.StateKind, seen map[string]bool) error {
	name := entry.Key.GetToken().Value
	i := slices.IndexFunc(kinds, func(k fixtures.StateKind) bool { return k.Name == name })
	if i < 0 {
		var known []string
		for _, k := range kinds {
			known = append(known, k.Name)
		}
		return target.Unknown(name, "provider state", known)
	}
	if entry.Value.Type() == ast.NullType {
		return nil // as the template leaves it
	}
	var groups []Binding
	if err := yaml.NodeToValue(entry.Value, &groups, yaml.Strict()); err != nil {
		return err
	}
	for n, g := range groups {
		if err := g.check(kinds[i], seen); err != nil {
			return fmt.Errorf("%q, group %d: %w", name, n+1, err)
		}
		b.bound[name] = append(b.bound[name], &prepared{Binding: g, free: slices.Clone(g.InstanceIDs)})
	}
	return nil
}

// check finds what a group lacks, and instances that are listed twice, here or elsewhere.
func (g Binding) check(kind fixtures.StateKind, seen map[string]bool) error {
	for value, given := range map[string]bool{
		"scalingGroupId": g.ScalingGroupID != "", "loadBalancerId": g.LoadBalancerID != "", "dbInstanceId": g.DBInstanceID != "",
		"instanceIds": len(g.InstanceIDs) > 0, "accessKeyId": g.AccessKeyIDEnv != "", "accessKeySecret": g.AccessKeySecretEnv != "",
	} {
		if promised := slices.Contains(kind.Values, value); promised && !given {
			if value == "accessKeyId" || value == "accessKeySecret" {
				value += "Env"
			}
			return fmt.Errorf("give %s", value)
		}
	}
	for _, id := range g.InstanceIDs {
		if id == "" || seen[id] {
			return fmt.Errorf("the instance %q is empty or listed twice; a case that uses it up would break another", id)
		}
		seen[id] = true
	}
	return target.CheckEnvNames("accessKeyIdEnv", g.AccessKeyIDEnv, "accessKeySecretEnv", g.AccessKeySecretEnv)
}

// bindingsError puts file and line before an error, and prefers the line that the YAML library gives.
func bindingsError(file string, line int, err error) error {
	var located yaml.Error
	if errors.As(err, &located) {
		if t := located.GetToken(); t != nil && t.Position != nil {
			line = t.Position.Line
		}
		return fmt.Errorf("read bindings: %s:%d: %s; the keys of a group are scalingGroupId, instanceIds, loadBalancerId, dbInstanceId, accessKeyIdEnv and accessKeySecretEnv",
			file, line, located.GetMessage())
	}
	return fmt.Errorf("read bindings: %s:%d: %w", file, line, err)
}

// madeUp are ids that stand for resources which are missing.
func madeUp(n int) (ids []string) {
	for range n {
		ids = append(ids, "missing-"+rand.Text())
	}
	return ids
}
