package gate

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/essconform/essconform/reports/internal/printable"
	"github.com/essconform/essconform/reports/internal/yamlfault"
	"github.com/essconform/essconform/spec/yamlfile"

	_ "embed"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// for the schema

//go:embed policy.schema.json
var schema string

// Schema is the JSON Schema of a policy file, for editors.
func Schema() string { return schema }

// Policy says what a gate lets through. An empty file asks for what the verdict of a run asks for, of a whole run.
type Policy struct {
	// Profiles whose requirements of level MUST may not be violated, nor unverified but for what Allow lets through.
	// Default: all.
	Profiles []string
	// Requirements, ids or patterns with *, that must be satisfied, whatever their level and profile, and whatever
	// Allow says.
	Requirements []string
	Allow        Allowances
	// Baseline is a report.json, relative to the policy's directory, that the report is compared with; "" for none.
	// Regressions are never let through.
	Baseline string

	file  string
	lines map[string]int // of the entries, by "profiles document"
}

// Allowances say how many of each a gate lets through.
type Allowances struct {
	Warnings     Limit // findings of level SHOULD; default any
	Waived       Limit // cases; default any
	Unsupported  Limit // cases; default any
	CouldNotRun  Limit // cases of level MUST; default 0
	NotSelected  Limit // cases; default 0
	LostCoverage Limit // cases, against the baseline; default 0
}

// Limit is a number of things, or any number.
type Limit struct {
	Most int
	Any  bool
}

func (l Limit) holds(n int) bool { return l.Any || n <= l.Most }

func (l Limit) String() string {
	if l.Any {
		return "any"
	}
	return strconv.Itoa(l.Most)
}

// UnmarshalYAML reads a number or the word any.
func (l *Limit) UnmarshalYAML(node ast.Node) error {
	t := node.GetToken()
	if n, err := strconv.Atoi(t.Value); err == nil && n >= 0 && node.Type() == ast.IntegerType {
		*l = Limit{Most: n}
		return nil
	}
	if t.Value == "any" && node.Type() == ast.StringType {
		*l = anyNumber
		return nil
	}
	return limitError{t.Position.Line, printable.Clip(t.Value, 40)}
}

// limitError is a limit that cannot be read, with its line.
type limitError struct {
	line int
	got  string
}

func (e limitError) Error() string {
	return fmt.Sprintf("wanted how many are let through, a whole number or any; got %q", e.got)
}

var anyNumber = Limit{Any: true}

// policyKeys is what messages tell of the keys.
const policyKeys = "the keys of a policy are hold (profiles, requirements), " +
	"allow (warnings, waived, unsupported, couldNotRun, notSelected, lostCoverage) and baseline"

// profileNames are the profiles of the catalogue.
var profileNames = []string{"document", "conventions"}

// ParsePolicy reads a policy file, which is YAML. file is only for messages. The error names file, line and what to do;
// unknown and repeated keys are errors. An empty file is the default policy.
func ParsePolicy(file string, data []byte) (Policy, error) {
	p := Policy{
		Profiles: slices.Clone(profileNames), file: file, lines: map[string]int{},
		Allow: Allowances{Warnings: anyNumber, Waived: anyNumber, Unsupported: anyNumber},
	}
	text, err := yamlfile.Text(data)
	if err != nil {
		return Policy{}, policyError(file, 1, err)
	}
	tree, err := parser.ParseBytes(text, 0)
	if err != nil {
		return Policy{}, policyError(file, 1, err)
	}
	docs := slices.DeleteFunc(
		tree.Docs,
		func(d *ast.DocumentNode) bool { return d.Body == nil || d.Body.Type() == ast.CommentType },
	)
	if len(docs) == 0 {
		return p, nil
	}
	if len(docs) > 1 {
		return Policy{}, policyError(file, docs[1].Body.GetToken().Position.Line,
			errors.New("wanted one document; got another one"))
	}
	if err := p.decode(docs[0].Body); err != nil {
		return Policy{}, policyError(file, docs[0].Body.GetToken().Position.Line, err)
	}
	p.locate(docs[0].Body)
	for _, name := range p.Profiles {
		if !slices.Contains(profileNames, name) {
			return Policy{}, policyError(file, p.line("profiles", name),
				fmt.Errorf("profile %q is unknown; write document or conventions", printable.Clip(name, 40)))
		}
	}
	if len(p.Profiles)+len(p.Requirements) == 0 {
		return Policy{}, policyError(file, p.line("hold", ""),
			errors.New("the policy holds nothing; name a profile or a requirement under hold"))
	}
	if p.Baseline == "" && p.lines["lostCoverage "] > 0 {
		return Policy{}, policyError(file, p.lines["lostCoverage "],
			errors.New("lostCoverage needs a baseline to compare with; add baseline: FILE"))
	}
	return p, nil
}

func (p *Policy) decode(node ast.Node) error {
	var f struct {
		Hold struct {
			Profiles     *[]string `yaml:"profiles"`
			Requirements []string  `yaml:"requirements"`
		} `yaml:"hold"`
		Allow struct {
			Warnings     *Limit `yaml:"warnings"`
			Waived       *Limit `yaml:"waived"`
			Unsupported  *Limit `yaml:"unsupported"`
			CouldNotRun  *Limit `yaml:"couldNotRun"`
			NotSelected  *Limit `yaml:"notSelected"`
			LostCoverage *Limit `yaml:"lostCoverage"`
		} `yaml:"allow"`
		Baseline string `yaml:"baseline"`
	}
	if err := yaml.NodeToValue(node, &f, yaml.Strict()); err != nil {
		return err
	}
	if f.Hold.Profiles != nil {
		p.Profiles = *f.Hold.Profiles
	}
	p.Requirements, p.Baseline = f.Hold.Requirements, f.Baseline
	for _, l := range []struct{ from, to *Limit }{
		{f.Allow.Warnings, &p.Allow.Warnings},
		{f.Allow.Waived, &p.Allow.Waived},
		{f.Allow.Unsupported, &p.Allow.Unsupported},
		{f.Allow.CouldNotRun, &p.Allow.CouldNotRun},
		{f.Allow.NotSelected, &p.Allow.NotSelected},
		{f.Allow.LostCoverage, &p.Allow.LostCoverage},
	} {
		if l.from != nil {
			*l.to = *l.from
		}
	}
	return nil
}

// locate notes the lines of all keys, and of the entries of lists.
func (p *Policy) locate(node ast.Node) {
	m, ok := node.(*ast.MappingNode)
	if !ok {
		return
	}
	for _, v := range m.Values {
		key := v.Key.GetToken()
		p.lines[key.Value+" "] = key.Position.Line
		if list, ok := v.Value.(*ast.SequenceNode); ok {
			for _, e := range list.Values {
				t := e.GetToken()
				p.lines[key.Value+" "+t.Value] = t.Position.Line
			}
		}
		p.locate(v.Value)
	}
}

// line is where an entry of a list stands; of the key when that is not known.
func (p *Policy) line(key, entry string) int {
	if n := p.lines[key+" "+entry]; n > 0 {
		return n
	}
	return max(p.lines[key+" "], 1)
}

// policyError puts file and line before an error, and prefers the line that the YAML library gives.
func policyError(file string, line int, err error) error {
	var limit limitError
	if errors.As(err, &limit) {
		return fmt.Errorf("read policy: %s:%d: %w", file, limit.line, limit)
	}
	if at, message, ok := yamlfault.Locate(line, err); ok {
		return fmt.Errorf("read policy: %s:%d: %s; %s", file, at, message, policyKeys)
	}
	return fmt.Errorf("read policy: %s:%d: %w", file, line, err)
}
