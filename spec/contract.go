// Package spec holds what must be true: the OpenAPI description of the operation, with the catalogue of requirements in
// its x-requirements extension, and a typed view of both. Every part knows the line on which it stands, so that a
// finding can name it.
package spec

import (
	"fmt"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Format is a body format of the RPC gateway.
type Format string

// The two formats that the operation's page shows.
const (
	XML  Format = "xml"
	JSON Format = "json"
)

// Parameter is the value of the common parameter Format that asks for f: "XML" or "JSON" (facts, section 1).
func (f Format) Parameter() string { return strings.ToUpper(string(f)) }

// Formats are both formats, in the order in which a description is read.
func Formats() []Format { return []Format{JSON, XML} }

// Other is the other one of the two formats.
func (f Format) Other() Format {
	if f == XML {
		return JSON
	}
	return XML
}

// Level says how much a requirement weighs. A finding of level Should is a warning and fails nothing.
type Level string

// The levels.
const (
	Must   Level = "MUST"
	Should Level = "SHOULD"
)

// Profile tells what the operation's own page says (Document) from what all operations of the service share
// (Conventions).
type Profile string

// The profiles.
const (
	Document    Profile = "document"
	Conventions Profile = "conventions"
)

// Contract is the typed view of one description.
type Contract struct {
	File       string // as findings print it, e.g. "spec/detachinstances.openapi.yaml"
	SHA256     string // hex, of the file's bytes
	Operation  string // value of Action, e.g. "DetachInstances" (operationId)
	APIVersion string // value of Version, e.g. "2014-08-28" (info.version)

	Group     Parameter  // the parameter that names the scaling group
	Instances RepeatList // the repeated parameter that names the instances
	Success   Answer
	Errors    []ErrorCode // in the order of the description
	// ErrorAnswer is the shape of an error answer for which the description has no status of its own.
	ErrorAnswer  Answer
	Requirements []Requirement // templates (error.status.<Code>) are expanded, one for each code
}

// Parameter is one request parameter as it is on the wire.
type Parameter struct {
	Name     string
	Required bool
	Line     int
}

// RepeatList is a list parameter that is numbered on the wire: Prefix.1 … Prefix.Max.
type RepeatList struct {
	Prefix   string // "InstanceId"
	Max      int    // 20
	Required bool
	Line     int
}

// Name is the name on the wire of element n, counted from 1. It also names elements beyond Max.
func (l RepeatList) Name(n int) string { return fmt.Sprintf("%s.%d", l.Prefix, n) }

// Answer is the documented shape of an answer.
type Answer struct {
	Status int // 0 for any error status
	Shape  map[Format]Shape
	// Examples holds the first named example of each format as a JSON value; empty for an answer without named
	// examples, and for errors, whose examples are with their code.
	Examples map[Format]map[string]any
}

// Shape is the schema of a body in one format. Both formats of an answer have the same fields.
type Shape struct {
	Schema *openapi3.Schema
	Root   string // XML root element, from the schema's xml.name; "" for JSON
	// Recommended names fields that the answer should have (x-recommended of the schema); their absence is a warning.
	Recommended []string
	Line        int
}

// ErrorCode is one documented error, taken from the named examples of the description.
type ErrorCode struct {
	Code    string
	Status  int
	Message string // as documented, with the placeholder “XXX” for an id
	Meaning string // the page's sentence, in the project's words
	Line    int
	// Examples holds the named example of each format as a JSON value.
	Examples map[Format]map[string]any
}

// Requirement is one entry of the catalogue.
type Requirement struct {
	ID      string
	Level   Level
	Profile Profile
	Text    string // what the document says, in the project's words
	Source  string // section of the document
	// Excluded is the reason why no case covers the requirement; "" when cases must cover it.
	Excluded string
	Line     int
}

// Error returns the documented error with this code.
func (c *Contract) Error(code string) (ErrorCode, bool) {
	for _, e := range c.Errors {
		if e.Code == code {
			return e, true
		}
	}
	return ErrorCode{}, false
}

// Requirement returns the catalogue entry with this id.
func (c *Contract) Requirement(id string) (Requirement, bool) {
	for _, r := range c.Requirements {
		if r.ID == id {
			return r, true
		}
	}
	return Requirement{}, false
}

// At is "file:line" of a part of the description, as findings print it.
func (c *Contract) At(line int) string { return fmt.Sprintf("%s:%d", c.File, line) }
