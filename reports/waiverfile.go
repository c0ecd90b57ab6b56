package reports

import (
	"errors"
	"fmt"
	"time"

	"github.com/essconform/essconform/reports/internal/yamlfault"
	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// waiverEntry is one entry as the file holds it.
type waiverEntry struct {
	Case        string `yaml:"case"`
	Requirement string `yaml:"requirement"`
	Reason      string `yaml:"reason"`
	Issue       string `yaml:"issue"`
	Expires     string `yaml:"expires"`
}

// ParseWaivers reads a YAML list of waivers (interfaces: waivers). file is only for messages. A file with nothing but
// comments holds no waivers. The error names file, line and what to do; unknown and repeated keys are errors.
func ParseWaivers(file string, data []byte) ([]Waiver, error) {
	tree, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, waiverError(file, 1, err)
	}
	var out []Waiver
	for i, doc := range tree.Docs {
		if doc.Body == nil || doc.Body.Type() == ast.CommentType {
			continue
		}
		line := doc.Body.GetToken().Position.Line
		list, ok := doc.Body.(*ast.SequenceNode)
		if !ok {
			return nil, waiverError(file, line, fmt.Errorf("wanted a list of waivers; got a %s", doc.Body.Type()))
		}
		if i > 0 {
			return nil, waiverError(file, line, errors.New("wanted one document; got another one"))
		}
		for _, node := range list.Values {
			w, err := decodeWaiver(node)
			if err != nil {
				return nil, waiverError(file, node.GetToken().Position.Line, err)
			}
			out = append(out, w)
		}
	}
	return out, nil
}

func decodeWaiver(node ast.Node) (Waiver, error) {
	var e waiverEntry
	if err := yaml.NodeToValue(node, &e, yaml.Strict()); err != nil {
		return Waiver{}, err
	}
	w := Waiver{
		Case:        e.Case,
		Requirement: e.Requirement,
		Reason:      e.Reason,
		Issue:       e.Issue,
		Expires:     e.Expires,
		Matched:     []string{},
	}
	// Whether it has expired is for ApplyWaivers to say; at the zero time nothing has.
	if problem := fault(w, time.Time{}); problem != "" {
		return Waiver{}, fmt.Errorf("%s %s", w.name(), problem)
	}
	return w, nil
}

// waiverError puts file and line before an error, and prefers the line that the YAML library gives.
func waiverError(file string, line int, err error) error {
	if at, message, ok := yamlfault.Locate(line, err); ok {
		return fmt.Errorf(
			"read waivers: %s:%d: %s; the keys of a waiver are case, requirement, reason, issue and expires",
			file,
			at,
			message,
		)
	}
	return fmt.Errorf("read waivers: %s:%d: %w", file, line, err)
}
