package mock

import (
	"bytes"
	"fmt"
	"net/http"
	"time"

	"github.com/essconform/essconform/harness/mock/internal/fault"
	"github.com/essconform/essconform/harness/mock/internal/recent"
	"github.com/essconform/essconform/harness/mock/internal/request"
	"github.com/essconform/essconform/harness/mock/internal/world"
)

type (
	// Request is what a caller sent, decoded.
	Request = request.Request
	// Numbered is one element of a list parameter, such as InstanceId.3.
	Numbered = request.Numbered
	// Proof is what a request carries to prove who sent it.
	Proof = request.Proof
	// Scheme is the way in which it does.
	Scheme = request.Scheme
)

// The schemes by which a request proves who sent it. An unsigned request may still name an access key.
const (
	SchemeNone = request.SchemeNone
	SchemeV1   = request.SchemeV1
	SchemeV3   = request.SchemeV3
)

// Parse decodes a request whose body was read already.
func Parse(r *http.Request, body []byte) *Request { return request.Parse(r, body) }

// ChooseFormat is the format of the answer: what Format asks for, in any case; for a V3 client without one, what
// Accept asks for; else JSON, which the service's pages call the default. ok is false when Format asks for something
// else.
func ChooseFormat(q *Request) (format Format, ok bool) { return request.ChooseFormat(q) }

// Rules are the behaviour of the mock, as data and small functions at named seams. DefaultRules follows the
// documents; a defect, or another edition, is a copy in which one seam is replaced or wrapped.
//
// A request goes through them in this order: Parse, Format, Gateway, Authentication (when signatures are verified),
// Routing, then the operation's Read, Preconditions and Effect, then Success or Failure, Render and Send. What an
// accepted call started ends later: Ends says when, the operation's Complete says how.
type Rules struct {
	// Parse decodes a request whose body was read.
	Parse func(r *http.Request, body []byte) *Request
	// Format chooses the format of the answer; ok is false when the request asks for one that does not exist.
	Format func(q *Request) (f Format, ok bool)

	// Gateway, Authentication and Routing are asked in this order; the first that is violated refuses the call.
	Gateway        []Precondition
	Authentication []Precondition
	Routing        []Precondition
	Operations     []*Operation

	// RequestID names an answer. It is called once for each call.
	RequestID func(ids *IDs) string
	// ResourceID names a new group, instance, load balancer or DB instance; prefix is what such ids begin with today.
	ResourceID func(ids *IDs, prefix string) string
	// ActivityID names a new scaling activity.
	ActivityID func(ids *IDs) string
	// Ends is when an activity is final; the zero time means never.
	Ends func(start time.Time, takes time.Duration) time.Time
	// Arranged may change the group of a provider state that was just set up, while the World is held; nil leaves it
	// as it is.
	Arranged func(w *World, g *Group)

	// Success and Failure shape the answer: status, root, fields and header, all of which a wrapper may change.
	Success func(c *Call, fields []Field) *Answer
	Failure func(c *Call, r *Refusal) *Answer
	// Render writes the body of an answer.
	Render map[Format]func(b *bytes.Buffer, a *Answer)
	// Send puts an answer on the wire.
	Send func(w http.ResponseWriter, a *Answer, body []byte)
}

// Precondition is one rule that a call must meet.
type Precondition struct {
	Name  string
	Error Problem // what refuses a call that violates it
	// Violated tells whether the call breaks the rule; subject stands for XXX in the error's message. Preconditions of
	// an operation run while the World is held by the call, the others do not.
	Violated func(c *Call) (subject string, violated bool)
}

// Operation is one action of one API version.
type Operation struct {
	Version string
	Name    string
	// Parameters are the names of the parameters that the operation acts on, beside those that every operation takes; a
	// list has ".N" behind its name. What else comes is reported as unsupported. Without any, nothing is.
	Parameters []string
	// Read takes the operation's parameters from the request and looks up what they name; nil when the preconditions
	// and the effect read all they need.
	Read          func(c *Call)
	Preconditions []Precondition
	// Effect carries out an accepted call and returns the fields of its answer, without the RequestId.
	Effect func(c *Call) []Field
	// Complete is what happens when the activity that Effect started ends; nil for operations that start none.
	Complete func(w *World, a *Activity)
}

// Call is one request on its way through the rules.
type Call struct {
	Request   *Request
	Format    Format
	FormatOK  bool
	RequestID string
	// Caller is who the access key belongs to; Known is false when no caller has that key.
	Caller    Credential
	Known     bool
	Operation *Operation // nil until the call was routed
	// Now is the time at which the call came, for its timestamp and its nonce. State follows World.Now.
	Now time.Time

	// World is the state of the services. Only an operation's Read, Preconditions and Effect may use it.
	World *World
	// What Read found. Group is nil when there is no such group; Instances[i] is nil when InstanceIDs[i] does not
	// exist.
	Group       *Group
	Listed      []Numbered // InstanceId.N as sent
	InstanceIDs []string   // without duplicates
	Instances   []*Instance
	Ignored     []string // ids that were left out of InstanceIDs because they are not valid (IgnoreInvalidInstance)

	rule        *world.ScalingRule
	rules       *Rules
	nonces      *recent.Memory[struct{}]
	region      string
	size        int // of the request, in bytes
	fault       fault.Kind
	violated    string   // the name of the precondition that refused the call
	diagnosis   string   // why a signature is wrong, for the log
	unsupported []string // the names of the parameters that the operation does not act on
}

// DefaultRules is the documented behaviour, a fresh copy for each caller.
func DefaultRules() *Rules {
	return &Rules{
		Parse:          Parse,
		Format:         ChooseFormat,
		Gateway:        gateway(),
		Authentication: authentication(),
		Routing:        routing(),
		Operations:     operations(),
		RequestID:      (*IDs).UUID,
		ResourceID:     (*IDs).Next,
		ActivityID:     func(ids *IDs) string { return ids.Next(world.ActivityPrefix) },
		Ends:           func(start time.Time, takes time.Duration) time.Time { return start.Add(takes) },
		Success:        Success,
		Failure:        Failure,
		Render:         map[Format]func(*bytes.Buffer, *Answer){JSON: RenderJSON, XML: RenderXML},
		Send:           Send,
	}
}

// Operation is the operation of that name, for a defect to change. It panics when there is none: that is a mistake in
// the program.
func (r *Rules) Operation(name string) *Operation {
	for _, o := range r.Operations {
		if o.Name == name {
			return o
		}
	}
	panic(fmt.Sprintf("mock: no operation %q", name))
}

// Precondition is the precondition of that name, for a defect to change. It panics when there is none, as
// Rules.Operation does.
func (o *Operation) Precondition(name string) *Precondition {
	for i := range o.Preconditions {
		if o.Preconditions[i].Name == name {
			return &o.Preconditions[i]
		}
	}
	panic(fmt.Sprintf("mock: %s has no precondition %q", o.Name, name))
}

// check asks the preconditions in their order.
func check(list []Precondition, c *Call) *Refusal {
	for i := range list {
		if subject, violated := list[i].Violated(c); violated {
			c.violated = list[i].Name
			return &Refusal{list[i].Error, subject}
		}
	}
	return nil
}
