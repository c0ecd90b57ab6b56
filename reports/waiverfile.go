package reports

import (
	"errors"
	"fmt"
	"time"

	"github.com/essconform/essconform/spec/yamlfile"
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
	out, err := parseWaivers(file, data)
	if err != nil {
		return nil, fmt.Errorf("read waivers: %w", err)
	}
	return out, nil
}

func parseWaivers(file string, data []byte) (out []Waiver, err error) {
	doc, err := yamlfile.Parse(file, data)
	if err != nil {
		return nil, err
	}
	for i, top := range doc.Nodes {
		if i > 0 {
			return nil, top.Errorf("wanted one document; got another one")
		}
		if !top.IsList() {
			return nil, top.Errorf("wanted a list of waivers; begin each one with \"- case: …\"")
		}
		items, err := top.Items()
		if err != nil {
			return nil, err
		}
		for _, item := range items {
			w, err := decodeWaiver(item)
			if err != nil {
				return nil, err
			}
			out = append(out, w)
		}
	}
	return out, nil
}

func decodeWaiver(node yamlfile.Node) (Waiver, error) {
	var e waiverEntry
	if node.IsNull() {
		return Waiver{}, node.Errorf("the entry is empty; give case and reason")
	}
	if err := node.Decode(&e); err != nil {
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
		return Waiver{}, node.Errorf("%w", errors.New(w.name()+" "+problem))
	}
	return w, nil
}
