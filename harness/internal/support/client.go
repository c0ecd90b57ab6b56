// Package support calls the operations around DetachInstances: those that show what it did, and those that bring a
// scaling group to where a case can begin (facts, section 6). What they answer is read leniently, because it is not
// what is judged.
package support

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/essconform/essconform/harness/internal/wire"
	"github.com/essconform/essconform/reports/printable"
)

const (
	// maxValues bounds the values of one answer, which take many times the memory of their text. A full page has some
	// thousands.
	maxValues = 100_000
	// patience is how many calls in a row an operation may leave without an answer in time before it is not asked
	// again: each costs as long as the whole time for a request, and nearly every case that observes would pay it.
	patience = 3
	// What errors quote of an answer, in characters.
	longestCode    = 80
	longestMessage = 200
)

// Unobservable says that something could not be looked at, which is never a pass and never a finding.
type Unobservable struct{ Operation, Reason string }

// ErrNotShown is an answer that is whole, and does not show the one thing that was asked for; for errors.Is.
var ErrNotShown = errors.New("not shown")

// notShown is an Unobservable that is ErrNotShown, too.
func notShown(operation, reason string) error {
	return fmt.Errorf("%w%w", &Unobservable{operation, reason}, quiet{})
}

// quiet adds ErrNotShown to an error and nothing to its text.
type quiet struct{}

func (quiet) Error() string        { return "" }
func (quiet) Is(target error) bool { return target == ErrNotShown }

func (u *Unobservable) Error() string { return u.Operation + ": " + u.Reason }

// Unseen makes an *Unobservable.
func Unseen(operation, reason string) error { return &Unobservable{operation, reason} }

// Refusal is an error answer of an operation.
type Refusal struct {
	Operation, Code, Message string
	Status                   int
}

func (r *Refusal) Error() string {
	return fmt.Sprintf("%s answered HTTP %d %s: %s", r.Operation, r.Status, printable.Text(r.Code, longestCode),
		printable.Text(r.Message, longestMessage))
}

// Absent tells a target that does not have the operation from one that refuses the call.
func (r *Refusal) Absent() bool {
	switch r.Code {
	case "": // a fault of the moment has no code either
		return r.Status/100 == 4 || r.Status == http.StatusNotImplemented
	case "InvalidAction.NotFound", "InvalidApi.NotFound", "InvalidVersion", "NoSuchVersion", "UnsupportedOperation",
		"InvalidProduct.NotFound":
		return true
	}
	return r.Status == http.StatusNotImplemented || r.Status == http.StatusMethodNotAllowed
}

// Client calls the operations of one target, always as the configured caller, in JSON. Make one with New.
type Client struct {
	Wire        *wire.Client
	Credentials wire.Credentials
	Scheme      wire.Scheme
	Region      string
	Version     string // of ESS
	ListPrefix  string // "InstanceId" or, in later editions, "InstanceIds"
	// ECS, SLB and RDS are asked at addresses of their own where these are not nil.
	ECS, SLB, RDS *wire.Client

	observer Observer
	through  Doer     // nil: the clients above
	silent   Silence  // nil: as the client has learned
	learned  *learned // shared by all copies
}

// Observer is called with each exchange, in the order of the answers.
type Observer func(operation string, sent, done time.Time, ex wire.Exchange)

// New completes a client.
func New(c Client) *Client {
	c.learned = &learned{silent: map[string]int{}, failing: map[string]int{}, notes: map[string]bool{}}
	return &c
}

// With is the same client, with an observer of its own calls. What one of them learns of the target, the other knows,
// too.
func (c *Client) With(o Observer) *Client {
	copied := *c
	copied.observer = o
	return &copied
}

// Silence tells whether an operation is not worth being asked again; learned is what the client says of it.
type Silence func(action string, learned func() bool) bool

// Silent is the same client, with something else to tell which operations are no longer asked.
func (c *Client) Silent(s Silence) *Client {
	copied := *c
	copied.silent = s
	return &copied
}

// unasked tells whether an operation is no longer asked.
func (c *Client) unasked(action string) bool {
	learned := func() bool { return c.learned.lastingly(action) }
	if c.silent != nil {
		return c.silent(action, learned)
	}
	return learned()
}

// Doer sends calls.
type Doer interface {
	Do(ctx context.Context, call wire.Call) wire.Exchange
}

// Through is the same client, with calls that go through something else.
func (c *Client) Through(d Doer) *Client {
	copied := *c
	copied.through = d
	return &copied
}

// Notes are what was odd in the answers of operations, though it could be read; sorted.
func (c *Client) Notes() []string { return c.learned.all() }

// learned is what a run learns of the operations around the one under test.
type learned struct {
	mu sync.Mutex
	// silent counts the calls of each operation that were not answered in time, in a row.
	silent map[string]int
	// failing counts those that failed though they were repeated, in a row.
	failing map[string]int
	notes   map[string]bool
}

// after notes how a call went.
func (l *learned) after(action string, timedOut bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.silent[action]++; !timedOut {
		l.silent[action] = 0
	}
}

// failed notes how a call that is not repeated any more went.
func (l *learned) failed(action string, passing bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.failing[action]++; !passing {
		l.failing[action] = 0
	}
}

// mayPass tells whether failures of an operation are worth a repetition: not where these helped nothing.
func (l *learned) mayPass(action string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.failing[action] < patience
}

// lastingly tells whether an operation is not worth being asked again.
func (l *learned) lastingly(action string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.silent[action] >= patience
}

// mostNotes bounds what is noted of a target that says something else each time.
const mostNotes = 20

func (l *learned) note(action, text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.notes) < mostNotes {
		l.notes[action+": "+text] = true
	}
}

func (l *learned) all() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Sorted(maps.Keys(l.notes))
}

// plural is true for the later editions, whose list parameters have plural names: InstanceIds.N, ScalingGroupIds.N
// (facts: the operation in later editions).
func (c *Client) plural() bool { return strings.HasSuffix(c.ListPrefix, "s") }

// at is the client for the product of an API version.
func (c *Client) at(version string) Doer {
	if c.through != nil {
		return c.through
	}
	for _, other := range []struct {
		version string
		client  *wire.Client
	}{{ecsVersion, c.ECS}, {slbVersion, c.SLB}, {rdsVersion, c.RDS}} {
		if version == other.version && version != c.Version && other.client != nil {
			return other.client
		}
	}
	return c.Wire
}

// Do sends one call. Errors are *Refusal for an error answer and *Unobservable for an answer that cannot be read.
func (c *Client) Do(ctx context.Context, action, version string, params ...wire.Param) (Node, error) {
	if c.unasked(action) {
		return Node{}, &Unobservable{
			action,
			fmt.Sprintf("not asked again after %d calls in a row without an answer in time", patience),
		}
	}
	call := wire.Call{
		Method: http.MethodPost, Action: action, Version: version, Format: "JSON", Scheme: c.Scheme,
		Credentials: c.Credentials,
		Params:      append([]wire.Param{{Name: "RegionId", Value: c.Region}}, params...), Shuffle: wire.ByName,
		Repeatable: strings.HasPrefix(action, "Describe"),
	}
	for pause := firstPause; ; pause *= 2 {
		sent := time.Now()
		ex := c.at(version).Do(ctx, call)
		if c.observer != nil {
			c.observer(action, sent, time.Now(), ex)
		}
		c.learned.after(action, ex.TimedOut)
		again := call.Repeatable && passing(ex) && pause <= lastPause && c.learned.mayPass(action)
		if !again {
			c.learned.failed(action, passing(ex))
		}
		if !again || c.pause(ctx, pause) != nil {
			return Read(action, ex)
		}
	}
}

// A call that changes nothing is repeated after these pauses when it fails in a way that may pass.
const (
	firstPause = 50 * time.Millisecond
	lastPause  = 4 * firstPause
)

// passing tells a failure that may be one of the moment: the service was restarted, or out of order (facts, section 4).
func passing(ex wire.Exchange) bool {
	if ex.Response == nil {
		return ex.Failure != "" && !ex.TimedOut
	}
	return ex.Response.Status >= http.StatusInternalServerError && !ex.Throttled
}

// pause waits, unless recorded answers stand in for a target.
func (c *Client) pause(ctx context.Context, d time.Duration) error {
	if c.through != nil {
		return nil
	}
	return Pace{}.Sleep(ctx, d)
}

// Read reads an answer in JSON leniently, without the secrets of the run that it may hold. Errors are those of Do.
func Read(action string, ex wire.Exchange) (Node, error) {
	ex = ex.Redacted()
	switch {
	case ex.Failure != "" || ex.Response == nil:
		return Node{}, &Unobservable{action, "no whole answer: " + ex.Failure}
	case ex.Response.Truncated || values(ex.Response.Body) > maxValues:
		return Node{}, &Unobservable{action, "the answer is too long to be read"}
	}
	var v any
	dec := json.NewDecoder(bytes.NewReader(ex.Response.Body))
	dec.UseNumber()
	err := dec.Decode(&v)
	answer := Node{v}
	code := answer.At("Code").Text()
	if status := ex.Response.Status; status/100 != 2 || err == nil && isError(code) {
		return answer, &Refusal{action, code, answer.At("Message").Text(), status}
	}
	if _, isObject := v.(map[string]any); err != nil || !isObject {
		return answer, &Unobservable{action, "the answer is not a JSON object"}
	}
	return answer, nil
}

// values is about how many values a JSON text holds.
func values(text []byte) (n int) {
	for _, mark := range []string{",", "[", "{"} {
		n += bytes.Count(text, []byte(mark))
	}
	return n
}

// look is Do for operations that only observe: every refusal means that there is nothing to see.
func (c *Client) look(ctx context.Context, action, version string, params ...wire.Param) (Node, error) {
	answer, err := c.Do(ctx, action, version, params...)
	if r, ok := err.(*Refusal); ok {
		return answer, &lookRefused{Unobservable{
			action,
			fmt.Sprintf("it answered HTTP %d %s", r.Status, printable.Text(r.Code, longestCode)),
		}, r}
	}
	return answer, err
}

// lookRefused is the Unobservable of an operation that refused.
type lookRefused struct {
	Unobservable
	refusal *Refusal
}

func (l *lookRefused) Unwrap() error { return &l.Unobservable }

// isOf tells a refusal because a resource of that kind is not there.
func (l *lookRefused) isOf(kind string) bool {
	return l.refusal.Status == http.StatusNotFound && strings.Contains(l.refusal.Code, kind) &&
		strings.Contains(l.refusal.Code, "NotFound")
}

// isError tells whether a Code is that of an error. Some services name one for success, too.
func isError(code string) bool {
	switch code {
	case "", "200", "OK", "Success", "success":
		return false
	}
	return true
}

// numbered writes a repeated parameter: prefix.1, prefix.2 …
func (c *Client) numbered(prefix string, values []string) (params []wire.Param) {
	if c.plural() {
		prefix += "s"
	}
	for i, v := range values {
		params = append(params, wire.Param{Name: prefix + "." + strconv.Itoa(i+1), Value: v})
	}
	return params
}
