// Package judge decides: pure functions from an expectation and an exchange to findings. No I/O, no test framework.
package judge

import (
	"github.com/essconform/essconform/spec"
)

// Finding is one difference between what the contract demands and what came.
type Finding struct {
	Requirement string     // id of the catalogue
	Level       spec.Level // of the finding; never above the requirement's own
	Pointer     string     // where: a JSON pointer, an XPath, "status", "header Content-Type"; "" for the whole answer
	Want, Got   string     // complete the sentence "wanted …; got …"; printable, bounded
	// Offset and Length, in bytes, are the place in the body that the finding speaks of: in the one that came,
	// without gzip. Of a field that is missing it is the first character of what should hold it. A Length of 0 is
	// no place.
	Offset, Length int
}

// String is the finding as one line, e.g.
//
//	error.status.InvalidInstanceId.NotFound: wanted HTTP 404; got 400
//	response.error.xml: wanted root element <Error>; got <ErrorResponse> (/ErrorResponse)
func (f Finding) String() string {
	s := f.Requirement + ": wanted " + f.Want + "; got " + f.Got
	if f.Pointer != "" {
		s += " (" + f.Pointer + ")"
	}
	return s
}

// Expectation is what one answer must be.
type Expectation struct {
	Contract *spec.Contract
	// Format is the one asked for; "" when the call had none: either is right, if body and Content-Type agree.
	Format spec.Format
	// FormatRequirement is the requirement that a wrong format violates; "" means format.<Format> (or format.default).
	FormatRequirement string
	// Rule is the requirement that a wrong decision violates: refused though it must be accepted, or the other way
	// round. It counts as checked when the right decision alone satisfies it; a rule that speaks of effects is for
	// the observations to check.
	Rule string
	// Outcome is what the target must decide.
	Outcome Outcome
	// Code is the documented error that must come; only with Refused. "" means any error, narrowed by Codes and
	// Statuses.
	Code string
	// Codes and Statuses list what facts.md knows for an error that the description does not hold; empty means any
	// 4xx. Findings against them are of level Should, because no document of the operation prints them.
	Codes    []string
	Statuses []int
	// ID is what stands for XXX in the documented message; "" when the message has no placeholder.
	ID string
	// GzipAccepted says that the request allowed a gzip body.
	GzipAccepted bool
}

// Outcome is the decision that an expectation demands.
type Outcome string

// The outcomes.
const (
	Accepted Outcome = "accepted"
	Refused  Outcome = "refused"
	// Either is for input on which the documents are silent: the answer must be well-formed, the decision is free.
	Either Outcome = "either"
)

// Judgement is all that could be said of one answer.
type Judgement struct {
	Findings []Finding
	// Decision is what the target did: Accepted, Refused, or "" when that cannot be told from the answer.
	Decision Outcome
	// Checked lists the requirements on which the answer was really checked, whether or not they hold.
	Checked []string
	// BodyChecked is set when a body was decoded and its schema applied.
	BodyChecked bool
	Fields      Fields
}

// Fields are the scalar fields of a body, by name, from either format.
type Fields map[string]string
