// Package fault decides which calls go wrong on purpose.
package fault

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Kind is how a call goes wrong.
type Kind string

// The kinds of faults.
const (
	Throttle    Kind = "throttle"    // Throttling, 400
	Unavailable Kind = "unavailable" // ServiceUnavailable, 503
	Error       Kind = "error"       // the status, code and message of the fault
	Drop        Kind = "drop"        // the connection is closed, and nothing happens
	Lose        Kind = "lose"        // the call takes effect, and the connection is closed without the answer
	Slow        Kind = "slow"        // the answer comes after the delay of the fault
)

func kinds() []Kind { return []Kind{Throttle, Unavailable, Error, Drop, Lose, Slow} }

// The bounds of faults.
const (
	mostFaults = 100
	mostBytes  = 512 // of a code or a message
	mostCount  = 1_000_000
	// LongestDelay bounds a delay, so that no connection is held for hours.
	LongestDelay = 10 * time.Minute
)

// Fault says which calls go wrong, and how.
type Fault struct {
	ID string `json:"id"` // given by the mock
	// Operation is the name of the operation, or "*" for all.
	Operation string `json:"operation"`
	Kind      Kind   `json:"kind"`
	// Count is how many calls it meets. Without a count it meets one call, or with a probability any number.
	Count int `json:"count,omitempty"`
	// Probability is the share of the calls that it meets, above 0 and at most 1; 0 stands for 1.
	Probability float64 `json:"probability,omitempty"`
	// Delay is how long the answer takes. It goes with every kind.
	Delay Duration `json:"delay,omitempty"`
	// Status, Code and Message are those of the kind error.
	Status  int    `json:"status,omitempty"`
	Code    string `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
	// RetryAfter is sent in the header x-acs-retry-after, in milliseconds, with throttle and unavailable.
	RetryAfter Duration `json:"retryAfter,omitempty"`
}

// Duration is a duration that JSON writes as "1.5s".
type Duration time.Duration

// MarshalText writes the duration as Go does.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// UnmarshalText reads a duration.
func (d *Duration) UnmarshalText(text []byte) error {
	v, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf(`wanted a duration such as "30s"; got %q`, text)
	}
	*d = Duration(v)
	return nil
}

// Fails tells whether the fault refuses the call, and with what.
func (f Fault) Fails() (status int, code, message string, fails bool) {
	switch f.Kind {
	case Throttle:
		return 400, "Throttling", "Request was denied due to request throttling.", true
	case Unavailable:
		return 503, "ServiceUnavailable", "The request has failed due to a temporary failure of the server.", true
	case Error:
		return f.Status, f.Code, f.Message, true
	}
	return 0, "", "", false
}

// check fills in what was left out and refuses what cannot work, naming the field.
func (f *Fault) check() error {
	if f.Operation == "" {
		return errors.New(`operation is missing: name an operation, or "*" for all`)
	}
	if !slices.Contains(kinds(), f.Kind) {
		return fmt.Errorf("kind %q is unknown: wanted one of %v", f.Kind, kinds())
	}
	switch {
	case f.Count < 0 || f.Count > mostCount:
		return fmt.Errorf("count is %d; wanted 1 to %d", f.Count, mostCount)
	case f.Probability < 0 || f.Probability > 1:
		return fmt.Errorf("probability is %v; wanted above 0 and at most 1", f.Probability)
	case f.Delay < 0 || time.Duration(f.Delay) > LongestDelay:
		return fmt.Errorf("delay is %s; wanted at most %s", time.Duration(f.Delay), LongestDelay)
	case f.Kind == Slow && f.Delay == 0:
		return errors.New(`delay is missing: kind slow needs one, such as "30s"`)
	case f.RetryAfter < 0 || time.Duration(f.RetryAfter) > time.Hour:
		return fmt.Errorf("retryAfter is %s; wanted at most 1h", time.Duration(f.RetryAfter))
	case len(f.Operation)+len(f.Code)+len(f.Message) > mostBytes:
		return fmt.Errorf("operation, code and message are longer than %d bytes together", mostBytes)
	}
	if f.Kind == Error {
		if f.Status == 0 {
			f.Status = 500
		}
		if f.Code == "" {
			f.Code, f.Message = "InternalError", "The request processing has failed due to some unknown error."
		}
		if f.Status < 200 || f.Status > 599 {
			return fmt.Errorf("status is %d; wanted 200 to 599", f.Status)
		}
	}
	if f.Count == 0 && f.Probability == 0 {
		f.Count = 1
	}
	return nil
}

// Parse reads a fault as a flag writes it: an operation, a kind, and fields, as "DetachInstances throttle count=2".
func Parse(text string) (Fault, error) {
	var f Fault
	words := strings.Fields(text)
	if len(words) < 2 {
		return f, fmt.Errorf(`fault %q: wanted an operation and a kind, as "DetachInstances throttle count=2"`, text)
	}
	f.Operation, f.Kind = words[0], Kind(words[1])
	for _, word := range words[2:] {
		name, value, _ := strings.Cut(word, "=")
		if err := f.set(name, value); err != nil {
			return f, fmt.Errorf("fault %q: %w", text, err)
		}
	}
	if err := f.check(); err != nil {
		return f, fmt.Errorf("fault %q: %w", text, err)
	}
	return f, nil
}

func (f *Fault) set(name, value string) (err error) {
	switch name {
	case "count":
		f.Count, err = strconv.Atoi(value)
	case "probability":
		f.Probability, err = strconv.ParseFloat(value, 64)
	case "delay":
		err = f.Delay.UnmarshalText([]byte(value))
	case "retryAfter":
		err = f.RetryAfter.UnmarshalText([]byte(value))
	case "status":
		f.Status, err = strconv.Atoi(value)
	case "code":
		f.Code = value
	case "message":
		f.Message = value
	default:
		return fmt.Errorf("unknown field %q: wanted count, probability, delay, retryAfter, status, code or message",
			name)
	}
	if err != nil {
		return fmt.Errorf("%s=%s: %w", name, value, err)
	}
	return nil
}

// Set holds the faults that wait for their calls. It is safe for concurrent use.
type Set struct {
	some atomic.Bool // so that a call costs nothing where there are none

	mu     sync.Mutex
	faults []*Fault
	added  int
	random *rand.Rand
}

// NewSet is a set without faults. The seed decides which calls a probability meets; 0 draws one.
func NewSet(seed uint64) *Set {
	s := &Set{}
	s.Reset(seed)
	return s
}

// Reset removes all faults and begins the random sequence again.
func (s *Set) Reset(seed uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if seed == 0 {
		seed = rand.Uint64()
	}
	s.faults, s.random = nil, rand.New(rand.NewPCG(seed, 0))
	s.some.Store(false)
}

// Add puts a fault behind the others and returns it as it is now.
func (s *Set) Add(f Fault) (Fault, error) {
	if err := f.check(); err != nil {
		return f, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.faults) >= mostFaults {
		return f, fmt.Errorf("%d faults wait already: remove some", mostFaults)
	}
	s.added++
	f.ID = "fault-" + strconv.Itoa(s.added)
	s.faults = append(s.faults, &f)
	s.some.Store(true)
	return f, nil
}

// Remove takes a fault away and tells whether it was there.
func (s *Set) Remove(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := len(s.faults)
	s.faults = slices.DeleteFunc(s.faults, func(f *Fault) bool { return f.ID == id })
	s.some.Store(len(s.faults) > 0)
	return len(s.faults) < before
}

// All are the faults that wait, in the order in which they are asked.
func (s *Set) All() []Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Fault, 0, len(s.faults))
	for _, f := range s.faults {
		out = append(out, *f)
	}
	return out
}

// Draw is the fault that meets a call of an operation: the first that fits and whose probability says so.
func (s *Set) Draw(operation string) (Fault, bool) {
	if !s.some.Load() {
		return Fault{}, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		if f.Operation != "*" && f.Operation != operation {
			continue
		}
		if f.Probability > 0 && s.random.Float64() >= f.Probability {
			continue
		}
		met := *f
		if f.Count > 0 {
			if f.Count--; f.Count == 0 {
				s.faults = slices.DeleteFunc(s.faults, func(other *Fault) bool { return other == f })
				s.some.Store(len(s.faults) > 0)
			}
		}
		return met, true
	}
	return Fault{}, false
}
