package spec

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// catalogue is the name of the extension that holds the requirements.
const catalogue = "x-requirements"

// codeTemplate, at the end of an id, stands for each error code.
const codeTemplate = "<Code>"

// requirementID is the form of an id: words with dots and dashes, or a template for each code.
var requirementID = regexp.MustCompile(`^[A-Za-z0-9]+([.-][A-Za-z0-9]+)*(\.<Code>)?$`)

// readRequirements reads the catalogue and expands its templates, one requirement for each code.
func readRequirements(src *source, doc *openapi3.T, codes []ErrorCode) ([]Requirement, error) {
	entries, ok := doc.Extensions[catalogue].([]any)
	if !ok || len(entries) == 0 {
		return nil, src.fault(src.line("/"+catalogue), "no requirements",
			"add "+catalogue+", a list of what the document says")
	}
	var all []Requirement
	lines := map[string]int{}
	for i, entry := range entries {
		template, err := readRequirement(src, i, entry)
		if err != nil {
			return nil, err
		}
		for _, r := range expand(template, codes) {
			if before, ok := lines[r.ID]; ok {
				return nil, src.fault(template.Line,
					fmt.Sprintf("requirement %s stands on line %d too", r.ID, before), "keep one of them")
			}
			lines[r.ID] = template.Line
			all = append(all, r)
		}
	}
	return all, nil
}

// expand returns a requirement for each code when r is a template, else r alone.
func expand(r Requirement, codes []ErrorCode) []Requirement {
	if !strings.HasSuffix(r.ID, codeTemplate) {
		return []Requirement{r}
	}
	var all []Requirement
	for _, e := range codes {
		fill := strings.NewReplacer(codeTemplate, e.Code, "<Status>", strconv.Itoa(e.Status), "<Message>", e.Message)
		one := r
		one.ID, one.Text, one.Source, one.Line = fill.Replace(r.ID), fill.Replace(r.Text), fill.Replace(r.Source),
			e.Line
		all = append(all, one)
	}
	return all
}

// readRequirement reads entry i of the catalogue.
func readRequirement(src *source, i int, entry any) (Requirement, error) {
	pointer := fmt.Sprintf("/%s/%d", catalogue, i)
	r := Requirement{Line: src.line(pointer)}
	fields, ok := entry.(map[string]any)
	if !ok {
		return r, src.fault(r.Line, "a requirement is not an object",
			"write it with id, level, profile, text and source")
	}
	targets := map[string]*string{
		"id": &r.ID, "level": (*string)(&r.Level), "profile": (*string)(&r.Profile), "text": &r.Text,
		"source": &r.Source, "excluded": &r.Excluded,
	}
	for _, key := range slices.Sorted(maps.Keys(fields)) {
		line := src.line(pointer + "/" + escapeToken(key))
		target, known := targets[key]
		if !known {
			return r, src.fault(line, fmt.Sprintf("unknown key %q in a requirement", key),
				"wanted id, level, profile, text, source, excluded")
		}
		value, _ := fields[key].(string)
		if strings.TrimSpace(value) == "" {
			return r, src.fault(line, fmt.Sprintf("%s of a requirement is not a text", key),
				"write a text, or remove the key")
		}
		*target = value
	}
	for _, key := range []string{"id", "level", "profile", "text", "source"} {
		if _, ok := fields[key]; !ok {
			return r, src.fault(r.Line, fmt.Sprintf("a requirement without %s", key),
				"write it with id, level, profile, text and source")
		}
	}
	return r, checkRequirement(src, pointer, r)
}

// checkRequirement refuses values that nothing knows.
func checkRequirement(src *source, pointer string, r Requirement) error {
	switch {
	case !requirementID.MatchString(r.ID):
		return src.fault(src.line(pointer+"/id"), fmt.Sprintf("requirement id %q is not well-formed", r.ID),
			"write words with dots and dashes, and "+codeTemplate+" at the end where it stands for each code")
	case r.Level != Must && r.Level != Should:
		return src.fault(src.line(pointer+"/level"), fmt.Sprintf("unknown level %q", r.Level), "write MUST or SHOULD")
	case r.Profile != Document && r.Profile != Conventions:
		return src.fault(src.line(pointer+"/profile"), fmt.Sprintf("unknown profile %q", r.Profile),
			"write document or conventions")
	}
	return nil
}
